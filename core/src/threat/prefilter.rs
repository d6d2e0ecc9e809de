//! Whether a text can look like anything at all, at memory speed.
//!
//! First whole chunks are asked for the signs, pairs and triples of signs that attacks need: three small tables say for each byte and
//! the two before it which of the patterns it ends, without a branch. Only where there is one, its neighbours are looked at. Letters, digits, commas, colons, structural quotes of JSON and
//! apostrophes inside of words cost nothing.
//!
//! Invariant: what is not suspicious has no kind; and a JSON text is suspicious whenever a string in it is, so that a message can
//! be asked as a whole before it is parsed.

use super::{
    bytes::{at, before, between, from, is_listed, is_sorted_list, is_space, is_word, starts, starts_any, until},
    shell, traversal, view,
};

/// Bytes that are looked at together.
const CHUNK: usize = 64;

/// Whether `text`, a decoded text or a JSON text that holds such texts, may hold what [`scan`](super::scan) finds. `false` is
/// certain, `true` only means that it is worth a look.
///
/// ```
/// use adarga_core::threat::suspicious;
///
/// assert!(!suspicious(br#"{"name":"Ada","note":"it's 5 o'clock, isn't it?","at":"2026-01-01T00:00:00Z"}"#));
/// assert!(suspicious(br#"{"name":"' or 1=1 --"}"#));
/// ```
#[must_use]
pub fn suspicious(text: &[u8]) -> bool {
    let mut state = State { two: HOT.first(0) & HOT.second(0), one: HOT.first(0) };
    let (chunks, rest) = text.as_chunks::<CHUNK>();
    let mut start = 0_usize;
    for chunk in chunks {
        let before = state;
        if state.pass(chunk) && before.near(text, start, chunk) {
            return true;
        }
        start = start.saturating_add(CHUNK);
    }
    let before = state;
    state.pass(rest) && before.near(text, start, rest)
}

/// The patterns that the last bytes can still become.
#[derive(Clone, Copy)]
struct State {
    /// The last two bytes fit their first two places.
    two: u32,
    /// The last byte fits their first place.
    one: u32,
}

impl State {
    /// Goes on over a chunk, and tells whether a pattern ends in it.
    #[inline(always)]
    fn pass(&mut self, chunk: &[u8]) -> bool {
        let Self { mut two, mut one } = *self;
        let mut hot = 0;
        for &byte in chunk {
            hot |= two & HOT.third(byte);
            two = one & HOT.second(byte);
            one = HOT.first(byte);
        }
        *self = Self { two, one };
        hot != 0
    }

    /// Whether one of the places of a chunk, which begins at `start`, is hot and suspicious with its neighbours.
    #[inline(never)]
    fn near(self, text: &[u8], start: usize, chunk: &[u8]) -> bool {
        let Self { mut two, mut one } = self;
        let mut place = start;
        for &byte in chunk {
            if two & HOT.third(byte) != 0 && is_suspicious(text, place) {
                return true;
            }
            two = one & HOT.second(byte);
            one = HOT.first(byte);
            place = place.saturating_add(1);
        }
        false
    }
}

/// Three bytes, each one of a set; the empty set is any byte. Letters stand for both cases.
type Pattern = [&'static [u8]; 3];

const ANY: &[u8] = b"";
const QUOTES: &[u8] = b"'\"";
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";

/// What texts hold that may matter. Signs first; then what may follow a quote, a blank, or a separator of a path; then the
/// beginnings of words that attacks made of nothing but words hold.
const PATTERNS: [Pattern; 32] = [
    [ANY, ANY, b";<=>`|\\$%&(\n\0\x01\x02\x03\x04\x05\x06\x07\x08"],
    [ANY, ANY, NON_ASCII],
    [ANY, QUOTES, b" !#%&()*+-/<=>^|~\t"],
    [QUOTES, b"o", b"r"],
    [QUOTES, b"au", b"n"],
    [QUOTES, b"x", b"o"],
    [QUOTES, b"l", b"i"],
    [ANY, b"-", b"-"],
    [ANY, b".", b"."],
    [ANY, b"@", b"@"],
    [ANY, b" ", b"-@"],
    [ANY, b"abcdefghijklmnopqrstuvwxyz0123456789_)'\"", b"#"],
    [b" ", b"/", LETTERS],
    [ANY, b"/", b"*?."],
    [b"/", ANY, b"?*["],
    [b"/", b"bsiw", b"ibyn"],
    [b"/", b"e", b"t"],
    [b"/", b"u", b"s"],
    [b"/", b"p", b"rh"],
    [b"/", b"d", b"e"],
    [b"/", b"vm", b"ae"],
    [b"/", b"r", b"o"],
    [b".", b"s", b"s"],
    [ANY, b":", b"/"],
    [b"pt", b"ta", b":"],
    [b"r", b":", b"h"],
    [ANY, b"{", LETTERS],
    [ANY, b"0+", b"xa"],
    [b"s", b"e", b"l"],
    [b"r", b"d", b"e"],
    [b"t", b"f", b"o"],
    [b"xs", b"p", b"_"],
];

/// First bytes of characters beyond ASCII, and bytes that UTF-8 has not.
const NON_ASCII: &[u8] = &{
    let mut bytes = [0xC0; 64];
    let (mut rest, mut byte) = (bytes.as_mut_slice(), 0xC0_u8);
    while let [first, tail @ ..] = rest {
        *first = byte;
        byte = byte.wrapping_add(1);
        rest = tail;
    }
    bytes
};

/// For each place of the patterns and each byte, the patterns that have the byte there.
struct Hot([[u32; 256]; 3]);

impl Hot {
    #[inline(always)]
    fn row(table: &[u32; 256], byte: u8) -> u32 {
        table.get(usize::from(byte)).copied().unwrap_or(u32::MAX)
    }

    #[inline(always)]
    fn first(&self, byte: u8) -> u32 {
        Self::row(&self.0[0], byte)
    }

    #[inline(always)]
    fn second(&self, byte: u8) -> u32 {
        Self::row(&self.0[1], byte)
    }

    #[inline(always)]
    fn third(&self, byte: u8) -> u32 {
        Self::row(&self.0[2], byte)
    }
}

static HOT: Hot = {
    let mut hot = [[0; 256]; 3];
    let [first, second, third] = &mut hot;
    let (mut patterns, mut bit) = (PATTERNS.as_slice(), 1_u32);
    while let [[a, b, c], rest @ ..] = patterns {
        mark(first, a, bit);
        mark(second, b, bit);
        mark(third, c, bit);
        bit = bit.wrapping_shl(1);
        patterns = rest;
    }
    Hot(hot)
};

const fn mark(table: &mut [u32; 256], set: &[u8], bit: u32) {
    let (mut rows, mut byte) = (table.as_mut_slice(), 0_u8);
    while let [row, rest @ ..] = rows {
        if set.is_empty() || contains(set, byte) {
            *row |= bit;
        }
        byte = byte.wrapping_add(1);
        rows = rest;
    }
}

const fn contains(set: &[u8], byte: u8) -> bool {
    let mut rest = set;
    while let [first, tail @ ..] = rest {
        if *first == byte.to_ascii_lowercase() {
            return true;
        }
        rest = tail;
    }
    false
}

/// Words that go on behind a quote, whatever stands there.
const BEHIND_QUOTES: &[&str] = &[
    "and",
    "as",
    "between",
    "case",
    "collate",
    "div",
    "exec",
    "glob",
    "grant",
    "group",
    "having",
    "if",
    "ilike",
    "in",
    "intersect",
    "into",
    "is",
    "isnull",
    "like",
    "limit",
    "mod",
    "not",
    "notnull",
    "or",
    "order",
    "overlaps",
    "procedure",
    "regexp",
    "rlike",
    "select",
    "similar",
    "sounds",
    "union",
    "waitfor",
    "where",
    "xor",
];

const _: [(); 1] = [(); if is_sorted_list(BEHIND_QUOTES) { 1 } else { 0 }];

fn is_suspicious(text: &[u8], place: usize) -> bool {
    let byte = at(text, place);
    let next = at(text, place.saturating_add(1));
    let last = before(text, place);
    let rest = from(text, place);
    let second = before(text, place.saturating_sub(1));
    if (matches!(last, b'"' | b'\'') && breaks_out(text, place))
        || (matches!(second, b'"' | b'\'') && last.is_ascii_alphabetic() && breaks_out(text, place.saturating_sub(1)))
    {
        return true;
    }
    match byte {
        b'<' => !matches!(next, b' ' | b'=' | b'0'..=b'9'),
        b'=' | b'`' | b'|' | b'&' | b';' => true,
        b'>' => last != b'-',
        // prices
        b'$' => !next.is_ascii_digit() && !is_space(next) && next != b'"',
        b'%' => next.is_ascii_alphanumeric(),
        // a parenthesis of a sentence
        b'(' => {
            !(is_space(last) || matches!(last, b'"' | b'\''))
                || !next.is_ascii_alphanumeric()
                || starts_any(from(rest, 1), &["select", "case", "if", "0", "1"])
        }
        b'\\' => is_backslash(text, place),
        0xC2 | 0xE2 | 0xEF => view::wide(rest).is_some(),
        0xC0 | 0xC1 => true,
        0xE0 | 0xF0 => rest.get(1).is_some_and(|&second| second == 0x80),
        0..=8 | 0xFF => true,
        b'\n' => shell::may_begin(text, place.saturating_add(1)),
        b'-' if last == b'-' => true,
        b'-' => next.is_ascii_alphabetic() || next == b'-',
        b'.' if last == b'.' => {
            matches!(next, b'/' | b'\\' | b';' | b'%' | b'0') && !starts_any(from(rest, 1), &["\\n", "\\\"", "\\r", "\\t"])
        }
        b'@' => true,
        b'#' => is_word(last) || matches!(last, b'\'' | b'"' | b')'),
        b'*' if last == b'/' => true,
        b':' => {
            starts_any(between(text, place.saturating_sub(6), place), &["script"])
                || starts_any(between(text, place.saturating_sub(4), place), &["data"])
                || starts(between(text, place.saturating_sub(5), place), b"mocha")
        }
        b'/' if last == b':' => {
            !starts_any(between(text, place.saturating_sub(5), place), &["https"])
                && !starts_any(between(text, place.saturating_sub(5), place), &[":http", "\"http", " http", "(http", "'http"])
        }
        b'x' if last == b'0' => starts_any(rest, &["x2e", "x2f", "x5c"]),
        b'A' if last == b'+' => starts(rest, b"adw"),
        b'l' | b'L' => starts(rest, b"lect"),
        b'e' | b'E' if matches!(last, b'd' | b'D') => starts_any(rest, &["er by", "er/", "er+"]),
        b'o' | b'O' if matches!(last, b'f' | b'F') => {
            starts(between(text, place.saturating_sub(5), place.saturating_add(2)), b"waitfor")
        }
        b'_' => {
            matches!(before(text, place.saturating_sub(1)), b'x' | b'X' | b's' | b'S')
                && !is_word(before(text, place.saturating_sub(2)))
        }
        _ if last == b'{' => true,
        _ if second == b'/' => {
            shell::may_be_path(text, place.saturating_sub(1)) || traversal::may_be_target(text, place.saturating_sub(1))
        }
        _ if last == b'/' => {
            (before(text, place.saturating_sub(1)) == b' ' && byte.is_ascii_alphabetic())
                || between(text, place.saturating_sub(5), place) == b".ssh/"
                || shell::may_be_path(text, place)
                || traversal::may_be_target(text, place)
        }
        _ => false,
    }
}

/// Whether SQL or an attribute may follow the quote before `place`.
fn breaks_out(text: &[u8], place: usize) -> bool {
    let blanks = |byte: u8| is_space(byte) || byte == b'+' || byte == b')' || byte == b'\\';
    let mut start = place;
    // blanks, as they are, as forms have them, or as JSON escapes them
    for _ in 0..8 {
        let byte = at(text, start);
        if !blanks(byte) || start >= text.len() {
            break;
        }
        start = start.saturating_add(if byte == b'\\' && matches!(at(text, start.saturating_add(1)), b'n' | b't' | b'r') {
            2
        } else {
            1
        });
    }
    // a structural quote of JSON opens a string
    let opens = before(text, place) == b'"' && matches!(before(text, place.saturating_sub(1)), b':' | b',' | b'[' | b'{');
    let byte = at(text, start);
    match byte {
        b'*' | b'^' | b'|' | b'&' | b'=' | b'<' | b'>' | b'%' | b'#' | b'~' | b'!' => start < text.len(),
        b'-' | b'/' if before(text, place) == b'\'' => true,
        b'-' | b'/' => {
            let after = until(from(text, start.saturating_add(1)), 0, |byte| !blanks(byte));
            matches!(at(text, start.saturating_add(1).saturating_add(after)), b'\'' | b'"' | b'(' | b'-' | b'*' | b'@')
        }
        b'\'' | b'"' => before(text, start) == b'+' || at(text, start.saturating_sub(2)) == b'+',
        _ => {
            let end = until(text, start, |byte| !byte.is_ascii_alphabetic()).min(start.saturating_add(12));
            // the whole of a JSON name or value is none: `"limit":`, but `"'union"` and `"\"union"` are not wholes
            let structural = before(text, place) == b'"' && before(text, place.saturating_sub(1)) != b'\\';
            let whole =
                structural && at(text, end) == b'"' && matches!(at(text, end.saturating_add(1)), b':' | b',' | b'}' | b']');
            !whole && !opens && is_listed(BEHIND_QUOTES, between(text, start, end))
        }
    }
}

/// Escapes of a text, and those of JSON around the backslash of a text.
fn is_backslash(text: &[u8], place: usize) -> bool {
    let rest = from(text, place);
    let rest = if let [b'\\', b'\\', ..] = rest { from(rest, 1) } else { rest };
    match rest {
        [_, b'u' | b'x' | b'0'..=b'7' | b'N', ..] => true,
        [_, b'n' | b'r' | b't', ..] => shell::may_begin(rest, 2),
        // a quote of a text inside of JSON: what follows it is looked at there
        [_, b'"' | b'\'', ..] => false,
        _ => before(text, place) == b'.' || traversal::may_be_target(rest, 1),
    }
}
