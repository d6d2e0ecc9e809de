//! Key sets on a host: made from a JWKS or from PEM, kept in memory that is overwritten afterwards, verified with by a back end.
//!
//! [`KeyImage`] owns an image and what the back end prepares for it. It is never printed and never written to a disk by itself.

#[cfg(feature = "aws-lc")]
mod aead;
mod archive;
#[cfg(feature = "aws-lc")]
mod aws_lc;
mod error;
mod hmac;
mod jwk;
mod jwks;
mod pem;
mod rsa;
mod tables;
mod thumbprint;

use std::fmt;

use adarga_core::{
    Fault,
    identity::Verifier,
    keys::{Algorithms, KeySet},
};
use zeroize::Zeroizing;

#[cfg(feature = "aws-lc")]
pub use aead::AwsLcAead;
#[cfg(feature = "aws-lc")]
pub use aws_lc::AwsLc;
pub use error::{Flaw, KeyError, KeyErrors};
pub use tables::{TABLES_MAX, Tables};
pub use thumbprint::{Summary, thumbprint};

/// The back end that this build verifies with: tables of the keys, and beneath them aws-lc-rs.
#[cfg(feature = "aws-lc")]
pub type Backend = Tables<AwsLc>;
/// The back end that this build verifies with: tables of the keys, and beneath them RustCrypto.
#[cfg(not(feature = "aws-lc"))]
pub type Backend = Tables<adarga_core::signature::RustCrypto>;

/// Largest document of keys, in bytes.
pub const DOCUMENT_MAX: usize = 1 << 20;
/// Most keys of one set.
pub const KEYS_MAX: usize = 1024;
/// Longest secret, in bytes.
pub const SECRET_MAX: usize = 1024;

/// What becomes of keys that can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Each is an error, except for those of an unknown `kty`: for files that a person wrote.
    Strict,
    /// They are left out and reported: for sets of an issuer, which may hold keys for other purposes.
    Lenient,
}

/// A key set in memory of its own, overwritten when it is dropped.
pub struct KeyImage {
    bytes: Zeroizing<Vec<u8>>,
    backend: Backend,
    left_out: Vec<KeyError>,
}

impl KeyImage {
    /// Makes a key set from a JWK or a JWKS (RFC 7517).
    ///
    /// # Errors
    /// Everything that is wrong with it, which depends on `mode`; in both modes a set without any key that can be used is an error.
    pub fn from_jwks(document: &[u8], mode: Mode) -> Result<Self, KeyErrors> {
        let read = jwks::read(document, mode)?;
        Self::write(read.rows, read.left_out)
    }

    /// Makes a key set from PEM: `PUBLIC KEY`, `RSA PUBLIC KEY` and `CERTIFICATE` blocks, whatever stands between them (RFC 7468).
    /// Its keys have no `kid`. Of a certificate only the key is taken: neither its validity nor its chain is judged.
    ///
    /// # Errors
    /// As those of [`KeyImage::from_jwks`]; a private key is one, and is not read.
    pub fn from_pem(text: &[u8], mode: Mode) -> Result<Self, KeyErrors> {
        let read = pem::read(text, mode)?;
        Self::write(read.rows, read.left_out)
    }

    /// Makes a key set from JSON, as [`KeyImage::from_jwks`], when the first byte that is no white space begins an object,
    /// otherwise from PEM, as [`KeyImage::from_pem`].
    ///
    /// ```
    /// use adarga_host::keys::{KeyImage, Mode};
    ///
    /// let pem = "-----BEGIN PUBLIC KEY-----
    /// MCowBQYDK2VwAyEAwmK6SSAu2E9V7uynkCKEaj5nZJyTvNG4x0KohsRzLpg=
    /// -----END PUBLIC KEY-----";
    /// let keys = KeyImage::from_document(pem.as_bytes(), Mode::Strict)?;
    /// assert!(!keys.is_secret());
    /// # Ok::<(), adarga_host::keys::KeyErrors>(())
    /// ```
    ///
    /// # Errors
    /// As those of the two; [`Flaw::Shape`] when it is neither.
    pub fn from_document(document: &[u8], mode: Mode) -> Result<Self, KeyErrors> {
        match document.trim_ascii_start().first() {
            Some(b'{') => Self::from_jwks(document, mode),
            _ if pem::is_pem(document) => Self::from_pem(document, mode),
            _ => Err(KeyError::of_document(Flaw::Shape).into()),
        }
    }

    /// Makes a key set of one shared secret without `kid`, for those of `algorithms` that use HMAC.
    ///
    /// # Errors
    /// When it is too short for one of them, too long, or looks like a public key.
    pub fn from_secret(secret: &[u8], algorithms: Algorithms) -> Result<Self, KeyErrors> {
        let row = jwk::secret(secret, algorithms).map_err(KeyError::of_document)?;
        Self::write(vec![row], Vec::new())
    }

    /// Takes a key set that was made before.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, Fault> {
        let bytes = Zeroizing::new(bytes);
        let backend = backend(KeySet::open(&bytes)?, TABLES_MAX);
        Ok(Self { bytes, backend, left_out: Vec::new() })
    }

    /// The same set with tables that take at most `bytes_max` instead of [`TABLES_MAX`]; see [`Tables::new`].
    ///
    /// # Errors
    /// None in practice: the image was validated when it was made.
    pub fn with_tables(self, bytes_max: usize) -> Result<Self, Fault> {
        let backend = backend(self.keys()?, bytes_max);
        Ok(Self { backend, ..self })
    }

    fn write(rows: Vec<archive::Row>, left_out: Vec<KeyError>) -> Result<Self, KeyErrors> {
        let unnamed = KeyError::of_document(Flaw::TooMany);
        let bytes = archive::image(&jwks::keys(rows)).ok_or_else(|| unnamed.clone())?;
        let backend = backend(KeySet::open(&bytes).map_err(|_| unnamed)?, TABLES_MAX);
        Ok(Self { bytes, backend, left_out })
    }

    /// The keys, read in place. Cheap enough for each call: the checksum was computed when the image was made.
    ///
    /// # Errors
    /// None in practice: the image was validated when it was made.
    pub fn keys(&self) -> Result<KeySet<'_>, Fault> {
        KeySet::reopen(&self.bytes)
    }

    /// Keys and back end together, for one call.
    ///
    /// # Errors
    /// As [`KeyImage::keys`].
    pub fn verifier(&self) -> Result<Verifier<'_>, Fault> {
        Ok(Verifier { keys: self.keys()?, crypto: &self.backend })
    }

    /// The back end, prepared for these keys.
    #[must_use]
    pub const fn crypto(&self) -> &Backend {
        &self.backend
    }

    /// Keys that could not be used and were left out.
    #[must_use]
    pub fn left_out(&self) -> &[KeyError] {
        &self.left_out
    }

    /// The image. It may hold secrets: see [`KeyImage::is_secret`].
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether it holds a shared secret, so that it must not be written anywhere unsealed.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        use adarga_core::keys::Family;
        self.keys().is_ok_and(|keys| keys.iter().any(|key| key.family() == Family::Hmac))
    }
}

/// How many keys there are and what was left out; nothing of the keys.
impl fmt::Debug for KeyImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.keys().map_or(0, KeySet::len);
        f.debug_struct("KeyImage").field("keys", &keys).field("left_out", &self.left_out).finish_non_exhaustive()
    }
}

/// The chaining values of HMAC-SHA-256 under a key, inner then outer.
pub(crate) fn hmac_states(key: &[u8]) -> Vec<u32> {
    hmac::sha256(key)
}

#[cfg(feature = "aws-lc")]
fn backend(keys: KeySet<'_>, tables_max: usize) -> Backend {
    Tables::new(keys, AwsLc::new(keys), tables_max)
}

#[cfg(not(feature = "aws-lc"))]
fn backend(keys: KeySet<'_>, tables_max: usize) -> Backend {
    Tables::new(keys, adarga_core::signature::RustCrypto, tables_max)
}
