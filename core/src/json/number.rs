//! Numbers: checked against the grammar, kept as text, compared without floating point.

use crate::{num, reason::Reason};

use super::string;

/// Digits that are looked at one by one.
const SHORT: usize = 4;

/// Where the number at `start` ends and whether it has neither fraction nor exponent.
///
/// # Errors
/// [`Reason::JsonNumber`] or [`Reason::JsonNan`] when it breaks the grammar of RFC 8259 §6.
#[inline(always)]
pub(super) fn scan(input: &[u8], start: u32) -> Result<(u32, bool), Reason> {
    let first = if byte(input, start) == b'-' { start.wrapping_add(1) } else { start };
    let mut at = digits(input, first);
    if at == first {
        return Err(if matches!(byte(input, at), b'I' | b'N' | b'i' | b'n') { Reason::JsonNan } else { Reason::JsonNumber });
    }
    if byte(input, first) == b'0' && at != first.wrapping_add(1) {
        return Err(Reason::JsonNumber);
    }
    let integer = at;
    if byte(input, at) == b'.' {
        at = some_digits(input, at.wrapping_add(1))?;
    }
    if byte(input, at) | 0x20 == b'e' {
        let sign = at.wrapping_add(1);
        at = some_digits(input, if matches!(byte(input, sign), b'+' | b'-') { sign.wrapping_add(1) } else { sign })?;
    }
    Ok((at, at == integer))
}

#[inline(always)]
fn some_digits(input: &[u8], from: u32) -> Result<u32, Reason> {
    let end = digits(input, from);
    if end == from { Err(Reason::JsonNumber) } else { Ok(end) }
}

/// Where the digits that start at `from` end. Most numbers are short, and dates are not.
#[inline(always)]
fn digits(input: &[u8], from: u32) -> u32 {
    let mut at = from;
    for _ in 0..SHORT {
        if !byte(input, at).is_ascii_digit() {
            return at;
        }
        at = at.wrapping_add(1);
    }
    more_digits(input, at)
}

#[inline(never)]
fn more_digits(input: &[u8], from: u32) -> u32 {
    let mut at = from;
    while let Some(word) = string::word(input, num::index(at)) {
        match hard_digits(word) {
            0 => at = at.wrapping_add(8),
            ends => return at.wrapping_add(ends.trailing_zeros() >> 3),
        }
    }
    while byte(input, at).is_ascii_digit() {
        at = at.wrapping_add(1);
    }
    at
}

/// The byte at a place; zero, which no number has, at the end.
#[inline(always)]
fn byte(input: &[u8], at: u32) -> u8 {
    input.get(num::index(at)).copied().unwrap_or(0)
}

/// The value of eight digits, the first one in the lowest byte.
#[inline]
fn eight_digits(digits: u64) -> Option<i64> {
    if hard_digits(digits) != 0 {
        return None;
    }
    // each two, then each four, then all of them: the ones times one and the tens times ten, in one product
    let twos = (digits & 0x0F0F_0F0F_0F0F_0F0F).wrapping_mul(10 << 8 | 1) >> 8;
    let fours = (twos & 0x00FF_00FF_00FF_00FF).wrapping_mul(100 << 16 | 1) >> 16;
    let eight = (fours & 0x0000_FFFF_0000_FFFF).wrapping_mul(10_000 << 32 | 1) >> 32;
    i64::try_from(eight).ok()
}

/// The high bit of each byte that is no digit. Exact up to the first of them.
#[inline(always)]
const fn hard_digits(word: u64) -> u64 {
    let digits = word ^ 0x3030_3030_3030_3030;
    (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
}

/// An integer that every JSON parser reads exactly: |n| ≤ 2^53 − 1 (RFC 7493 §2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer(i64);

impl Integer {
    /// 2^53 − 1.
    pub const MAX: i64 = (1 << 53) - 1;

    /// Reads `text`, a number in integer form. `-0` is refused: some parsers keep its sign, others don't.
    #[must_use]
    pub fn read(text: &[u8]) -> Option<Self> {
        let (negative, digits) = match text {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        if digits.is_empty() || digits.len() > 16 || (negative && digits == b"0") {
            return None;
        }
        let (high, rest) = match digits.split_first_chunk() {
            Some((eight, rest)) => (eight_digits(u64::from_le_bytes(*eight))?, rest),
            None => (0, digits),
        };
        let magnitude = match rest.first_chunk() {
            Some(eight) => high.wrapping_mul(100_000_000).wrapping_add(eight_digits(u64::from_le_bytes(*eight))?),
            // at most fifteen digits, which are far from wrapping
            None => rest.iter().try_fold(high, |n, digit| {
                digit.is_ascii_digit().then(|| n.wrapping_mul(10).wrapping_add(i64::from(digit.wrapping_sub(b'0'))))
            })?,
        };
        (magnitude <= Self::MAX).then(|| Self(if negative { magnitude.saturating_neg() } else { magnitude }))
    }

    /// Reads an integer that may be written with a fraction of zeros: `42.0` is 42 to JSON Schema and to the headers of MCP.
    #[must_use]
    pub fn read_decimal(text: &[u8]) -> Option<Self> {
        match text.iter().position(|&byte| byte == b'.').and_then(|at| text.split_at_checked(at)) {
            Some((integer, [b'.', zeros @ ..])) if !zeros.is_empty() && zeros.iter().all(|&digit| digit == b'0') => {
                Self::read(integer)
            }
            Some(_) => None,
            None => Self::read(text),
        }
    }

    /// Its value.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}
