//! Private keys in their armour.

use super::{Kind, Kinds, scan::Found};

/// The longest label of a private key's armour.
const LABEL_MAX: usize = 48;

/// A private key from `-----BEGIN …PRIVATE KEY…-----` to the line that ends it. One whose end is missing takes the rest of the
/// text: a key that was cut is a key.
pub(super) fn at(tail: &[u8], kinds: Kinds) -> Option<Found> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    if !kinds.contains(Kind::PrivateKey) {
        return None;
    }
    let after = tail.strip_prefix(BEGIN)?;
    let near = after.get(..LABEL_MAX).unwrap_or(after);
    let label_len = near.windows(5).position(|window| window == b"-----")?;
    let label = near.get(..label_len)?;
    if !label.windows(11).any(|window| window == b"PRIVATE KEY") {
        return None;
    }
    let body = BEGIN.len().saturating_add(label_len).saturating_add(5);
    let rest = tail.get(body..)?;
    let Some(end) = rest.windows(9).position(|window| window == b"-----END ") else {
        return Some(Found::here(tail.len(), Kind::PrivateKey));
    };
    let last = rest.get(end..)?;
    let last_line = last.get(..LABEL_MAX.saturating_add(14)).unwrap_or(last);
    let closing = last_line.get(9..)?.windows(5).position(|window| window == b"-----").map_or(9, |at| at.saturating_add(14));
    let end = body.saturating_add(end).saturating_add(closing);
    Some(Found::here(end.min(tail.len()), Kind::PrivateKey))
}
