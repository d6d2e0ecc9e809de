//! No key twice in one object, after unescaping, in linear time.

use crate::text;

use super::Value;

/// Objects up to this size are compared pairwise by a fingerprint of each key; larger ones through the keyed table.
const PAIRWISE_MAX: usize = 8;

/// The first key of `object` that stands in it twice.
#[inline]
pub(super) fn duplicate(object: Value<'_>, slots: &mut [u32], seed: (u64, u64)) -> Option<u32> {
    match object.len() {
        0 | 1 => None,
        len if len <= PAIRWISE_MAX => pairwise(object),
        len => hashed(object, len, slots, seed),
    }
}

/// The first eight bytes of a key mixed with its length: equal keys have equal fingerprints, and most others don't.
#[inline]
fn fingerprint(key: &[u8]) -> u64 {
    let len = u64::try_from(key.len()).unwrap_or(u64::MAX);
    let head = key.first_chunk::<8>().map_or_else(
        || key.iter().fold(0_u64, |head, &byte| head.wrapping_shl(8) | u64::from(byte)),
        |head| u64::from_le_bytes(*head),
    );
    head ^ len.rotate_right(8)
}

#[inline]
fn pairwise(object: Value<'_>) -> Option<u32> {
    let mut seen = [(0_u64, &[][..]); PAIRWISE_MAX];
    for (count, (key, _)) in object.members().enumerate() {
        let text = key.text().unwrap_or_default();
        let print = fingerprint(text);
        let before = seen.get(..count).unwrap_or_default();
        if before.iter().any(|&(other, other_text)| other == print && other_text == text) {
            return Some(key.index());
        }
        if let Some(slot) = seen.get_mut(count) {
            *slot = (print, text);
        }
    }
    None
}

/// Open addressing in a table that is at most half full; a slot holds the index of a key's node plus one.
fn hashed(object: Value<'_>, len: usize, slots: &mut [u32], seed: (u64, u64)) -> Option<u32> {
    let size = len.saturating_mul(2).checked_next_power_of_two()?;
    let Some(table) = slots.get_mut(..size) else {
        // the caller's memory was checked before the call, so this is not reached; if it were, deny
        return Some(object.index());
    };
    table.fill(0);
    let mask = size.saturating_sub(1);
    let document = object.document();
    for (key, _) in object.members() {
        let text = key.text().unwrap_or_default();
        let mut at = usize::try_from(text::hash(seed, text) & 0x7FFF_FFFF).unwrap_or(0) & mask;
        loop {
            let slot = table.get_mut(at)?;
            match slot.checked_sub(1) {
                None => {
                    *slot = key.index().saturating_add(1);
                    break;
                }
                Some(other) if document.value(other).is_some_and(|other| other.text() == Some(text)) => {
                    return Some(key.index());
                }
                Some(_) => at = at.wrapping_add(1) & mask,
            }
        }
    }
    None
}

/// The member named `name`, unless `object` has another one that differs from it only by case: then that one's key.
///
/// Servers whose parser matches names without regard to case would take one for the other.
///
/// # Errors
/// The key that differs only by case.
pub fn only_member<'t>(object: Value<'t>, name: &[u8]) -> Result<Option<Value<'t>>, Value<'t>> {
    let mut found = None;
    let mut twin = None;
    let mut seen = false;
    for (key, value) in object.members() {
        let text = key.text().unwrap_or_default();
        if !text::equal_folded(text, name) {
            continue;
        }
        if text == name {
            found = Some(value);
        }
        if seen || text != name {
            twin = Some(key);
        }
        seen = true;
    }
    twin.map_or(Ok(found), Err)
}

/// Whether two keys of `object`, which has at most `max` members, are equal when ASCII letters are folded to one case.
/// Parsers that match names without regard to case would take one for the other.
pub fn folded_twin(object: Value<'_>) -> Option<u32> {
    object.members().enumerate().find_map(|(count, (key, _))| {
        let text = key.text()?;
        let twin =
            object.members().take(count).any(|(other, _)| other.text().is_some_and(|other| text::equal_folded(other, text)));
        twin.then(|| key.index())
    })
}
