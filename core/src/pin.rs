//! What a tool was when it was approved: the hash of its definition, as the server lists it.
//!
//! A server that changes the words or the schema of a tool behind the back of those who approved it ("rug pull") changes the hash.

use sha2::{Digest, Sha256};

use crate::json::{Value, canonical_without};

/// Bytes of a pin.
pub const PIN_LEN: usize = 32;

/// The member that is left out: it says how a server came to its answer, not what a tool is (MCP: basic, `_meta`).
const META: &[u8] = b"_meta";

/// The pin of a tool's definition: SHA-256 of its canonical form (RFC 8785) without `_meta`. `words` as
/// [`canonical`](crate::json::canonical) needs them. `None` when the definition has no canonical form: such a tool is never what was
/// approved.
#[must_use]
pub fn digest(definition: Value<'_>, words: &mut [u32]) -> Option<[u8; PIN_LEN]> {
    let mut hash = Sha256::new();
    canonical_without(Some(META), definition, words, &mut |piece: &[u8]| hash.update(piece))?;
    Some(hash.finalize().into())
}
