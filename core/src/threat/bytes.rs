//! Small questions about bytes that all readers ask.

use core::cmp::Ordering;

/// The byte at a place; NUL beyond the end, which nothing takes for a part of a word.
#[inline]
pub(super) fn at(text: &[u8], place: usize) -> u8 {
    text.get(place).copied().unwrap_or(0)
}

/// The byte before a place; NUL before the beginning.
#[inline]
pub(super) fn before(text: &[u8], place: usize) -> u8 {
    place.checked_sub(1).map_or(0, |place| at(text, place))
}

/// What begins at a place; nothing beyond the end.
#[inline]
pub(super) fn from(text: &[u8], place: usize) -> &[u8] {
    text.get(place..).unwrap_or_default()
}

/// What stands between two places.
#[inline]
pub(super) fn between(text: &[u8], start: usize, end: usize) -> &[u8] {
    text.get(start..end.min(text.len())).unwrap_or_default()
}

/// Where the first byte from `place` on stands for which `wanted` holds, or the end of the text.
#[inline]
pub(super) fn until(text: &[u8], place: usize, wanted: impl Fn(u8) -> bool) -> usize {
    let rest = from(text, place);
    let len = rest.iter().position(|&byte| wanted(byte)).unwrap_or(rest.len());
    place.saturating_add(len).min(text.len())
}

/// White space and what readers take for it: controls, and NUL.
#[inline]
pub(super) const fn is_space(byte: u8) -> bool {
    byte <= b' '
}

/// A part of a word: letters, digits, `_`, and all that is no ASCII.
#[inline]
pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Where the next byte stands that is no white space.
#[inline]
pub(super) fn skip_space(text: &[u8], place: usize) -> usize {
    until(text, place, |byte| !is_space(byte))
}

/// Whether `text` begins with `start`, which is in small letters, in any case.
#[inline]
pub(super) fn starts(text: &[u8], start: &[u8]) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// Whether `text` begins with one of `starts`.
#[inline]
pub(super) fn starts_any(text: &[u8], list: &[&str]) -> bool {
    list.iter().any(|start| starts(text, start.as_bytes()))
}

/// Where `wanted`, which is in small letters, stands in `text` in any case. Only for texts of a bounded length: the cost is the
/// product of both.
#[inline]
pub(super) fn find_folded(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len().max(1)).position(|window| window.eq_ignore_ascii_case(wanted))
}

/// The first bytes of `text`, at most `len`.
#[inline]
pub(super) fn head(text: &[u8], len: usize) -> &[u8] {
    text.get(..len.min(text.len())).unwrap_or_default()
}

/// What a sorted table, in small letters, says of `word` in any case.
pub(super) fn look_up<T: Copy>(table: &[(&str, T)], word: &[u8]) -> Option<T> {
    let found = table.binary_search_by(|(name, _)| compare(name.as_bytes(), word)).ok()?;
    table.get(found).map(|(_, meaning)| *meaning)
}

/// Whether a sorted list, in small letters, holds `word` in any case.
pub(super) fn is_listed(list: &[&str], word: &[u8]) -> bool {
    list.binary_search_by(|name| compare(name.as_bytes(), word)).is_ok()
}

/// The order of a name in small letters and a word in any.
fn compare(name: &[u8], word: &[u8]) -> Ordering {
    name.iter().copied().cmp(word.iter().map(u8::to_ascii_lowercase))
}

/// Whether a table is in the order that [`look_up`] needs: asked when the program is compiled.
pub(super) const fn is_sorted<T: Copy>(table: &[(&str, T)]) -> bool {
    let mut rest = table;
    while let [(low, _), tail @ ..] = rest {
        if let [(high, _), ..] = tail
            && !precedes(low.as_bytes(), high.as_bytes())
        {
            return false;
        }
        rest = tail;
    }
    true
}

/// Whether a list is in the order that [`is_listed`] needs: asked when the program is compiled.
pub(super) const fn is_sorted_list(list: &[&str]) -> bool {
    let mut rest = list;
    while let [low, tail @ ..] = rest {
        if let [high, ..] = tail
            && !precedes(low.as_bytes(), high.as_bytes())
        {
            return false;
        }
        rest = tail;
    }
    true
}

const fn precedes(low: &[u8], high: &[u8]) -> bool {
    let (mut low, mut high) = (low, high);
    loop {
        match (low, high) {
            ([], [_, ..]) => return true,
            ([a, low_rest @ ..], [b, high_rest @ ..]) if *a == *b => (low, high) = (low_rest, high_rest),
            ([a, ..], [b, ..]) => return *a < *b,
            _ => return false,
        }
    }
}
