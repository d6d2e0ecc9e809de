//! The master keys of a vault.

use std::{fmt::Write as _, path::Path};

use adarga_core::seal::{KEY_LEN, SealKey};
use base64ct::{Base64UrlUnpadded, Encoding};
use zeroize::Zeroizing;

use super::{Place, VaultError, private};
use crate::random;

/// What the keys of a vault are derived for (HKDF, RFC 5869).
const PURPOSE: &[u8] = b"adarga vault 1";

/// Longest word, with a line break.
const WORD_MAX: usize = 64;

/// Master keys: the first seals, all of them open.
pub struct MasterKeys {
    words: Zeroizing<String>,
    keys: Vec<SealKey>,
}

/// A new master key as a word: `<id>:<43 letters of base64url>`.
///
/// # Errors
/// When the system has no random bytes to give.
pub fn fresh_key(id: u32) -> Result<Zeroizing<String>, VaultError> {
    let key = Zeroizing::new(random::bytes::<KEY_LEN>().map_err(|_| VaultError::Random)?);
    let mut letters = Zeroizing::new([0_u8; KEY_LEN.div_ceil(3) * 4]);
    let letters = Base64UrlUnpadded::encode(key.as_slice(), letters.as_mut()).map_err(|_| VaultError::Random)?;
    let mut word = Zeroizing::new(String::with_capacity(WORD_MAX));
    let _ = write!(word, "{id}:{letters}");
    Ok(word)
}

/// Makes a file with one new master key in it, which must not be there yet.
///
/// # Errors
/// When it is there, can't be made, or the system has no random bytes to give.
pub(super) fn make_key(path: &Path) -> Result<(), VaultError> {
    let mut word = fresh_key(1)?;
    word.push('\n');
    Ok(private::create(path, &word)?)
}

impl MasterKeys {
    /// Reads them from where they lie; a file has to be open to its owner alone.
    ///
    /// # Errors
    /// When they are not there, or not keys.
    pub fn read(place: &Place) -> Result<Self, VaultError> {
        let text = match place {
            Place::File(name) => private::read(name.as_ref()).map_err(VaultError::File)?,
            Place::Env(_) | Place::Credential(_) => place.read().map_err(VaultError::Key)?,
        };
        Self::parse(text).ok_or_else(|| VaultError::KeyForm(place.clone()))
    }

    fn parse(text: Zeroizing<String>) -> Option<Self> {
        let keys = text.split_ascii_whitespace().map(parse_word).collect::<Option<Vec<_>>>()?;
        if keys.is_empty() { None } else { Some(Self { words: text, keys }) }
    }

    /// The same keys behind a new one, which then seals.
    pub(super) fn with_fresh(&self) -> Result<Self, VaultError> {
        let newest = self.keys.iter().map(SealKey::id).max().unwrap_or(0);
        let mut text = fresh_key(newest.checked_add(1).ok_or(VaultError::Random)?)?;
        text.reserve(self.words.len() + 1);
        text.push('\n');
        text.push_str(self.words.trim_ascii());
        Self::parse(text).ok_or(VaultError::Random)
    }

    /// The first of them alone.
    pub(super) fn newest_word(&self) -> &str {
        self.words.split_ascii_whitespace().next().unwrap_or_default()
    }

    /// All of them, a word a line.
    pub(super) fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(self.words.len() + 1));
        for word in self.words.split_ascii_whitespace() {
            text.push_str(word);
            text.push('\n');
        }
        text
    }

    pub(super) fn all(&self) -> &[SealKey] {
        &self.keys
    }

    /// The id of the key that seals.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.keys.first().map_or(0, SealKey::id)
    }
}

impl std::fmt::Debug for MasterKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.keys.iter().map(SealKey::id)).finish()
    }
}

fn parse_word(word: &str) -> Option<SealKey> {
    let (id, key) = key_of_word(word)?;
    SealKey::derive(id, key.as_slice(), PURPOSE)
}

/// A master key and its id, from its word.
pub(crate) fn key_of_word(word: &str) -> Option<(u32, Zeroizing<[u8; KEY_LEN]>)> {
    let (id, letters) = word.split_once(':')?;
    // one way to write a number, so that one key has one word
    let id: u32 = id.parse().ok().filter(|number: &u32| number.to_string() == id)?;
    let mut key = Zeroizing::new([0_u8; KEY_LEN]);
    let whole = Base64UrlUnpadded::decode(letters, key.as_mut()).ok()?.len() == KEY_LEN;
    whole.then_some((id, key))
}
