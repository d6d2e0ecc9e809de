//! HMAC-SHA-256 (RFC 2104) under keys of any length, for what is not a token: those have their keys half computed, see `signature`.

use mac::{Hmac, KeyInit, Mac as _};
use sha2::Sha256;

/// The MAC of the parts, one after another.
pub(crate) fn sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // an HMAC takes keys of every length
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}
