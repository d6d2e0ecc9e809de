//! The keys that data on its way out is sealed and given pseudonyms with, from where a policy says that they lie.

use std::fmt;

use adarga_core::{
    Image,
    protection::{Protection, Sealing},
    seal::{self, Aead, Context, SealError, SealKey},
};
use zeroize::Zeroizing;

use crate::{config::Config, random, secrets};

/// What the keys of sealed fields are derived for (HKDF, RFC 5869).
const SEAL: &[u8] = b"adarga data 1";
/// What the key of pseudonyms is derived for.
const PSEUDONYM: &[u8] = b"adarga pseudonym 1";

/// The keys of a policy's data: the first seals and makes pseudonyms, all of them open.
pub struct DataKeys {
    keys: Vec<SealKey>,
    pseudonym: Zeroizing<[u8; 32]>,
}

/// Why there are no keys.
#[derive(Debug)]
pub enum DataKeyError {
    /// They are not where the policy says.
    Absent(secrets::SecretError),
    /// What lies there is no key.
    Form,
    /// The image says where they lie in the way of another version.
    Image,
}

impl fmt::Display for DataKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent(error) => write!(f, "`data.key`: {error}"),
            Self::Form => f.write_str("`data.key`: not a key\n  help: `adarga secrets key` prints one"),
            Self::Image => f.write_str("the image does not say where the key of its data lies: compile the policy again"),
        }
    }
}

impl std::error::Error for DataKeyError {}

impl DataKeys {
    /// Reads the keys of the policy of an image; none for a policy that names none.
    ///
    /// # Errors
    /// When they are not where the policy says, or not keys.
    pub fn open(image: Image<'_>) -> Result<Option<Self>, DataKeyError> {
        let config = Config::from_image(image).map_err(|_| DataKeyError::Image)?;
        let Some(place) = &config.data_key else { return Ok(None) };
        let text = place.read().map_err(DataKeyError::Absent)?;
        Self::parse(&text).ok_or(DataKeyError::Form).map(Some)
    }

    /// Keys as words, `<id>:<43 letters of base64url>`, with white space between; the newest first.
    #[must_use]
    pub fn parse(words: &str) -> Option<Self> {
        let words = words.split_ascii_whitespace().map(secrets::key_of_word).collect::<Option<Vec<_>>>()?;
        let (_, first) = words.first()?;
        let pseudonym = seal::derive(first.as_slice(), PSEUDONYM)?;
        let keys = words.iter().map(|(id, key)| SealKey::derive(*id, key.as_slice(), SEAL)).collect::<Option<_>>()?;
        Some(Self { keys, pseudonym })
    }

    /// What protects one message. `record` tells its record from others; the same is needed to open what is sealed.
    #[must_use]
    pub fn protection<'k>(&'k self, seed: &'k Seed, record: &'k [u8]) -> Protection<'k> {
        let seal = self.keys.first().map(|key| Sealing { aead: AEAD, key, seed: &seed.0, record });
        Protection { pseudonym: Some(&self.pseudonym), seal }
    }

    /// Opens a sealed field: the value as it stood in the message, JSON.
    ///
    /// # Errors
    /// All that [`seal::open`] has.
    pub fn open_field(&self, context: &Context<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let mut out = Zeroizing::new(vec![0; seal::open_room(sealed).ok_or(SealError::Form)?]);
        let len = seal::open(AEAD, &self.keys, &context.aad(), sealed, &mut out)?;
        out.truncate(len);
        Ok(out)
    }
}

/// Random bytes for one message.
pub struct Seed([u8; 32]);

impl Seed {
    /// Draws them.
    ///
    /// # Errors
    /// When the system has none to give.
    pub fn draw() -> Result<Self, getrandom::Error> {
        random::bytes().map(Self)
    }
}

/// The cipher of this host: both have the same bytes.
#[cfg(feature = "aws-lc")]
const AEAD: &(dyn Aead + Sync) = &crate::keys::AwsLcAead;
#[cfg(not(feature = "aws-lc"))]
const AEAD: &(dyn Aead + Sync) = &seal::RustCrypto;

/// The ids of the keys alone.
impl fmt::Debug for DataKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(SealKey::id)).finish()
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}
