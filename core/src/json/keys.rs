//! No key twice in one object, after unescaping, in linear time.

use crate::{num, text};

use super::{Node, Value};

/// Objects up to this size are compared by the prints of their keys; larger ones through the keyed table.
pub(super) const PAIRWISE_MAX: u32 = 16;

/// What is remembered of the keys of one object so far: a bit for each, so that most objects are known to have no key twice
/// before they are looked at again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    bits: u64,
    twins: u64,
}

impl Seen {
    /// One more key, by its print.
    #[inline(always)]
    pub(super) const fn add(&mut self, print: u32) {
        let bit = 1_u64.wrapping_shl(print.wrapping_mul(0x9E37_79B1) >> 26);
        self.twins |= self.bits & bit;
        self.bits |= bit;
    }

    /// A key whose print isn't known.
    #[inline(always)]
    pub(super) const fn add_unknown(&mut self) {
        self.twins = u64::MAX;
    }

    /// Whether two of the keys may be equal.
    #[inline(always)]
    pub(super) const fn doubtful(self) -> bool {
        self.twins != 0
    }

    /// The half that is kept while an inner object is read. All ones when there is a doubt.
    #[inline(always)]
    pub(super) const fn fold(self) -> u32 {
        if self.doubtful() { u32::MAX } else { num::high(self.bits | self.bits.wrapping_shl(32)) }
    }

    /// From what [`Seen::fold`] kept.
    #[inline(always)]
    pub(super) fn unfold(kept: u32) -> Self {
        let bits = u64::from(kept);
        Self { bits: bits | bits.wrapping_shl(32), twins: if kept == u32::MAX { u64::MAX } else { 0 } }
    }
}

/// 32 bits of an easy key, of which `word` holds the bytes up to the eighth: equal keys have equal prints, most others don't.
#[inline(always)]
pub(super) const fn print(word: u64) -> u32 {
    num::high(word ^ word.wrapping_shl(32))
}

/// Whether the keys of an object have to be compared: two of them have the same print, or one has none, or there are too many.
#[inline(never)]
pub(super) fn doubtful(nodes: &[Node], object: u32, len: u32) -> bool {
    if len > PAIRWISE_MAX {
        return true;
    }
    // compared with all of them, which the compiler turns into vector code; the free ones are zero and cast doubt at worst
    let mut seen = [0_u32; num::index(PAIRWISE_MAX)];
    let mut at = object.wrapping_add(1);
    for slot in 0..num::index(len) {
        let (Some(key), Some(value)) = (nodes.get(num::index(at)), nodes.get(num::index(at.wrapping_add(1)))) else {
            return true;
        };
        let twin = seen.iter().fold(false, |twin, &other| twin | (other == key.aux));
        if twin || key.flag() {
            return true;
        }
        if let Some(slot) = seen.get_mut(slot) {
            *slot = key.aux;
        }
        at = value.next(at.wrapping_add(1));
    }
    false
}

/// The first key of `object` that stands in it twice.
#[inline(never)]
pub(super) fn duplicate(object: Value<'_>, slots: &mut [u32], seed: (u64, u64)) -> Option<u32> {
    match object.len() {
        0 | 1 => None,
        len if len <= num::index(PAIRWISE_MAX) => pairwise(object),
        len => hashed(object, len, slots, seed),
    }
}

fn pairwise(object: Value<'_>) -> Option<u32> {
    object.members().enumerate().find_map(|(count, (key, _))| {
        let text = key.text();
        object.members().take(count).any(|(other, _)| other.text() == text).then(|| key.index())
    })
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
    let first = name.first().copied();
    for (text, at) in object.places() {
        if !may_begin_alike(text.first().copied(), first) || !text::same_member(text, name) {
            continue;
        }
        if text == name {
            found = Some(at);
        }
        if seen || text != name {
            twin = Some(at);
        }
        seen = true;
    }
    let document = object.document();
    match twin.and_then(|at: u32| document.value(at.checked_sub(1)?)) {
        Some(twin) => Err(twin),
        None => Ok(found.and_then(|at| document.value(at))),
    }
}

/// Whether names that begin with these bytes may be one to a parser that folds case: most are not, which is soon seen.
#[inline(always)]
const fn may_begin_alike(a: Option<u8>, b: Option<u8>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a | b >= 0x80 || a.eq_ignore_ascii_case(&b),
        _ => a.is_none() && b.is_none(),
    }
}

/// Whether two keys of `object`, which has at most `max` members, are equal when ASCII letters are folded to one case.
/// Parsers that match names without regard to case would take one for the other.
pub fn folded_twin(object: Value<'_>) -> Option<u32> {
    object.members().enumerate().find_map(|(count, (key, _))| {
        let text = key.text()?;
        let twin =
            object.members().take(count).any(|(other, _)| other.text().is_some_and(|other| text::same_member(other, text)));
        twin.then(|| key.index())
    })
}
