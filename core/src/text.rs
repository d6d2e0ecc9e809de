//! Small questions about bytes that several stages ask. A kernel: knows no policy and no message.

use crate::{num, siphash::siphash};

/// Keyed SipHash-1-3 of a name. With a key that callers cannot know, or a table whose probes the compiler bounded, no caller can
/// make a lookup slow.
#[inline]
#[must_use]
pub fn hash(key: (u64, u64), text: &[u8]) -> u64 {
    siphash(text, key)
}

/// `text` without spaces and horizontal tabs at its ends: the optional white space of HTTP field values (RFC 9110 §5.6.3).
#[must_use]
pub fn trim(text: &[u8]) -> &[u8] {
    let mut text = text;
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// Bytes that are looked at together.
const CHUNK: usize = 16;

/// Whether any of these bytes is `byte`; the compiler makes one comparison of it.
#[inline]
fn holds(chunk: &[u8; CHUNK], byte: u8) -> bool {
    chunk.iter().fold(false, |holds, &other| holds | (other == byte))
}

/// The high bit of each of these bytes that is `byte`, the first one lowest.
#[inline]
const fn hits(word: [u8; 8], byte: u8) -> u64 {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    let differ = u64::from_le_bytes(word) ^ u64::from_le_bytes([byte; 8]);
    !((differ & LOW).wrapping_add(LOW) | differ | LOW)
}

/// Where the first `byte` stands in `text`.
#[must_use]
pub fn find(text: &[u8], byte: u8) -> Option<usize> {
    let (chunks, _) = text.as_chunks::<CHUNK>();
    let start = chunks.iter().take_while(|chunk| !holds(chunk, byte)).count().saturating_mul(CHUNK);
    let rest = text.get(start..)?;
    let (words, last) = rest.as_chunks::<8>();
    for (words_before, word) in words.iter().enumerate() {
        let hits = hits(*word, byte);
        if hits != 0 {
            return Some(
                start.saturating_add(words_before.saturating_mul(8)).saturating_add(num::index(hits.trailing_zeros() >> 3)),
            );
        }
    }
    let at = last.iter().position(|&other| other == byte)?;
    Some(start.saturating_add(words.as_flattened().len()).saturating_add(at))
}

/// Where the last `byte` stands in `text`.
#[must_use]
pub fn find_last(text: &[u8], byte: u8) -> Option<usize> {
    let (_, chunks) = text.as_rchunks::<CHUNK>();
    let after = chunks.iter().rev().take_while(|chunk| !holds(chunk, byte)).count().saturating_mul(CHUNK);
    let rest = text.get(..text.len().checked_sub(after)?)?;
    let (first, words) = rest.as_rchunks::<8>();
    let mut end = rest.len();
    for word in words.iter().rev() {
        let hits = hits(*word, byte);
        if hits != 0 {
            return end.checked_sub(num::index(hits.leading_zeros() >> 3))?.checked_sub(1);
        }
        end = end.checked_sub(8)?;
    }
    first.iter().rposition(|&other| other == byte)
}

/// The parts of `text` before and after the first `separator`.
#[must_use]
pub fn split_once(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = find(text, separator)?;
    let (head, tail) = text.split_at_checked(at)?;
    Some((head, tail.split_first()?.1))
}

/// The parts of `text` between all separators.
pub fn split(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    core::iter::from_fn(move || {
        let text = rest?;
        let (part, tail) = match split_once(text, separator) {
            Some((part, tail)) => (part, Some(tail)),
            None => (text, None),
        };
        rest = tail;
        Some(part)
    })
}

/// Whether two names are equal; most that are not differ in their first byte, which is cheaper to see than the rest.
#[inline(always)]
#[must_use]
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.first() == b.first() && a == b
}

/// Whether both texts are equal after ASCII letters are folded to one case.
#[inline]
#[must_use]
pub const fn equal_folded(a: &[u8], b: &[u8]) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Whether two member names are one to a parser that folds case as Unicode does (Go's `encoding/json`): beside ASCII letters,
/// `ſ` (U+017F) is an `s` and `K` (U+212A) is a `k`.
#[must_use]
pub fn same_member(a: &[u8], b: &[u8]) -> bool {
    let (mut a, mut b) = (a, b);
    loop {
        match (folded(a), folded(b)) {
            (None, None) => return true,
            (Some((x, rest_a)), Some((y, rest_b))) if x == y => (a, b) = (rest_a, rest_b),
            _ => return false,
        }
    }
}

fn folded(text: &[u8]) -> Option<(u8, &[u8])> {
    match text {
        [0xC5, 0xBF, rest @ ..] => Some((b's', rest)),
        [0xE2, 0x84, 0xAA, rest @ ..] => Some((b'k', rest)),
        [byte, rest @ ..] => Some((byte.to_ascii_lowercase(), rest)),
        [] => None,
    }
}

/// Whether `text` is a `token` of HTTP (RFC 9110 §5.6.2).
#[must_use]
pub fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// Whether every byte is visible ASCII, 0x21 to 0x7E.
#[must_use]
pub fn is_visible(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_graphic)
}

/// The value of one hexadecimal digit.
#[inline]
#[must_use]
pub fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(byte.wrapping_sub(b'a').wrapping_add(10)),
        b'A'..=b'F' => Some(byte.wrapping_sub(b'A').wrapping_add(10)),
        _ => None,
    }
}

/// The byte that two hexadecimal digits stand for.
#[inline]
#[must_use]
pub fn hex_pair(high: u8, low: u8) -> Option<u8> {
    Some(hex_digit(high)?.wrapping_shl(4) | hex_digit(low)?)
}

/// The two hexadecimal digits of a byte, in lower case.
#[inline]
#[must_use]
pub fn hex(byte: u8) -> [u8; 2] {
    // without a table, so that many bytes are done at once
    [byte >> 4, byte & 0xF].map(|digit| digit.wrapping_add(if digit < 10 { b'0' } else { b'a'.wrapping_sub(10) }))
}

/// The bytes of `text` with every `%` and two hexadecimal digits decoded, once (RFC 3986 §2.1). What is no escape stays as it is.
pub fn unescaped(text: &[u8]) -> impl Iterator<Item = u8> + Clone + '_ {
    let mut rest = text;
    core::iter::from_fn(move || {
        let (byte, after) = match rest {
            [b'%', high, low, after @ ..] => match hex_pair(*high, *low) {
                Some(byte) => (byte, after),
                None => (b'%', rest.split_first()?.1),
            },
            [byte, after @ ..] => (*byte, after),
            [] => return None,
        };
        rest = after;
        Some(byte)
    })
}

/// Whether bytes that come one after another are UTF-8 (RFC 3629 §4): nothing overlong, no surrogate, nothing beyond U+10FFFF.
#[must_use]
pub fn is_utf8(mut bytes: impl Iterator<Item = u8>) -> bool {
    while let Some(first) = bytes.next() {
        let (second, others) = match first {
            0..=0x7F => continue,
            0xC2..=0xDF => (0x80..=0xBF, 0),
            0xE0 => (0xA0..=0xBF, 1),
            0xED => (0x80..=0x9F, 1),
            0xE1..=0xEF => (0x80..=0xBF, 1),
            0xF0 => (0x90..=0xBF, 2),
            0xF1..=0xF3 => (0x80..=0xBF, 2),
            0xF4 => (0x80..=0x8F, 2),
            _ => return false,
        };
        let continues = bytes.next().is_some_and(|byte| second.contains(&byte));
        if !continues || bytes.by_ref().take(others).filter(|byte| byte & 0xC0 == 0x80).count() != others {
            return false;
        }
    }
    true
}

/// The value of one letter of the standard base64 alphabet (RFC 4648 §4).
pub(crate) fn base64_digit(byte: u8) -> Option<u32> {
    let digit = match byte {
        b'A'..=b'Z' => byte.wrapping_sub(b'A'),
        b'a'..=b'z' => byte.wrapping_sub(b'a').wrapping_add(26),
        b'0'..=b'9' => byte.wrapping_sub(b'0').wrapping_add(52),
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(digit))
}

/// The bytes that a padded, canonical base64 text stands for (RFC 4648 §4), one after another.
///
/// Returns `None` for a wrong alphabet, missing or misplaced padding, or bits set after the last byte. Nothing is stored: the
/// caller compares or copies as it goes.
#[must_use]
pub fn base64(text: &[u8]) -> Option<impl Iterator<Item = u8> + '_> {
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let body = match text {
        [body @ .., b'=', b'='] | [body @ .., b'='] => body,
        body => body,
    };
    if !body.iter().all(|&byte| base64_digit(byte).is_some()) {
        return None;
    }
    let (_, tail) = body.as_chunks::<4>();
    let tail_bits = tail.iter().fold(0, |bits: u32, &byte| bits.wrapping_shl(6) | base64_digit(byte).unwrap_or(0));
    let unused = match tail.len() {
        0 => 0,
        2 => tail_bits & 0xF,
        3 => tail_bits & 0x3,
        _ => return None,
    };
    if unused != 0 {
        return None;
    }
    Some(body.chunks(4).flat_map(|group| {
        let bits = group.iter().fold(0, |bits: u32, &byte| bits.wrapping_shl(6) | base64_digit(byte).unwrap_or(0));
        let missing = 4_usize.saturating_sub(group.len());
        let [_, bytes @ ..] = bits
            .wrapping_shl(match missing {
                0 => 0,
                1 => 6,
                _ => 12,
            })
            .to_be_bytes();
        bytes.into_iter().take(3_usize.saturating_sub(missing))
    }))
}
