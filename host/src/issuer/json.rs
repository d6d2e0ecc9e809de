//! Reads documents of issuers by the strict tokenizer of core.

use adarga_core::json::{self, Document, Kind, Limits, Node, Scratch, Value};
use zeroize::Zeroizing;

/// Bounds of a document.
const LIMITS: Limits = Limits { depth_max: 32, values_max: 1 << 16 };

/// Hands the object that `document` is to `read`; none when it is none, or not one that every parser reads alike.
pub(super) fn object<T>(document: &[u8], read: impl FnOnce(Value<'_>) -> T) -> Option<T> {
    // no input has more values than bytes
    let values_max = LIMITS.values_max.min(u32::try_from(document.len()).ok()?.saturating_add(1));
    let mut nodes = vec![Node::default(); Scratch::nodes_needed(values_max)];
    let mut slots = vec![0; Scratch::slots_needed(values_max)];
    // what is decoded may be private
    let mut decoded = Zeroizing::new(vec![0; document.len()]);
    let mut scratch = Scratch::new(&mut nodes, &mut slots, &mut decoded, seed());
    let parsed = json::parse(document, Limits { values_max, ..LIMITS }, &mut scratch).ok()?;
    let root = Document::new(document, &scratch, parsed).root();
    (root.kind() == Kind::Object).then(|| read(root))
}

/// Two random words, against documents that are made so that their names collide.
fn seed() -> (u64, u64) {
    use std::hash::{BuildHasher, RandomState};
    let random = RandomState::new();
    (random.hash_one(0), random.hash_one(1))
}

/// A member that is a string.
pub(super) fn text<'v>(object: Value<'v>, name: &str) -> Option<&'v str> {
    std::str::from_utf8(object.get(name.as_bytes())?.text()?).ok()
}

/// A member that is an integer and not negative.
pub(super) fn natural(object: Value<'_>, name: &str) -> Option<u64> {
    u64::try_from(object.get(name.as_bytes())?.integer()?.get()).ok()
}
