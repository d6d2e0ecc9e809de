//! The keys that data on its way out is protected with. A host gives them; without them what would be sealed or get a pseudonym is
//! `[REDACTED]`.

use core::fmt;

use crate::aad::Aad;
#[cfg(feature = "seal")]
use crate::seal::{Aead, SealKey};
use crate::write::Out;

/// The keys for what one message lets out.
#[derive(Clone, Copy, Default)]
pub struct Protection<'k> {
    /// The key of pseudonyms ([`Mask::Pseudonym`](crate::redact::Mask::Pseudonym)): the same for all messages whose pseudonyms are to be
    /// compared.
    pub pseudonym: Option<&'k [u8; 32]>,
    /// What seals.
    #[cfg(feature = "seal")]
    pub seal: Option<Sealing<'k>>,
}

/// What seals the fields of one message.
#[cfg(feature = "seal")]
#[derive(Clone, Copy)]
pub struct Sealing<'k> {
    /// The cipher.
    pub aead: &'k (dyn Aead + Sync),
    /// The key.
    pub key: &'k SealKey,
    /// Random bytes for this message, never used again: the nonce of each field is 24 bytes of their HMAC-SHA-256 of its number.
    pub seed: &'k [u8; 32],
    /// What tells the record of the message from others: see [`Context`](crate::seal::Context).
    pub record: &'k [u8],
}

/// None of its keys.
impl fmt::Debug for Protection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Protection").field("pseudonym", &self.pseudonym.is_some()).finish_non_exhaustive()
    }
}

impl Protection<'_> {
    /// The record that fields are sealed for, if there is what seals.
    pub(crate) fn record(&self) -> Option<&[u8]> {
        #[cfg(feature = "seal")]
        return self.seal.map(|seal| seal.record);
        #[cfg(not(feature = "seal"))]
        None
    }

    /// Writes the sealed text of field number `number` of the message.
    #[cfg(all(feature = "seal", feature = "data"))]
    pub(crate) fn seal(&self, number: u32, aad: &Aad, plain: &[u8], out: &mut Out<'_>) {
        let len = crate::seal::sealed_len(plain.len());
        let (Some(sealing), Some(len)) = (self.seal, len) else {
            out.raw(b"\"[REDACTED]\"");
            return;
        };
        let digest = crate::hmac::sha256(sealing.seed, &[&number.to_be_bytes()]);
        let nonce = digest.first_chunk::<{ crate::seal::XNONCE_LEN }>().copied().unwrap_or_default();
        let key = core::slice::from_ref(sealing.key);
        out.raw(b"\"").fill(len, |room| crate::seal::seal(sealing.aead, key, &nonce, aad, plain, room).is_ok()).raw(b"\"");
    }

    /// Nothing is sealed by an engine that cannot, or that knows no policy that asks for it.
    #[cfg(not(all(feature = "seal", feature = "data")))]
    pub(crate) fn seal(&self, _: u32, _: &Aad, _: &[u8], out: &mut Out<'_>) {
        out.raw(b"\"[REDACTED]\"");
    }
}
