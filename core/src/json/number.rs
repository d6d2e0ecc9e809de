//! Numbers: checked against the grammar, kept as text, compared without floating point.

use crate::reason::Reason;

/// How far the number at the start of `bytes` reaches and whether it has neither fraction nor exponent.
///
/// # Errors
/// [`Reason::JsonNumber`] or [`Reason::JsonNan`] when it breaks the grammar of RFC 8259 §6.
#[inline]
pub(super) fn scan(bytes: &[u8]) -> Result<(usize, bool), Reason> {
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    match bytes.get(at) {
        Some(b'0') => {
            at = at.saturating_add(1);
            if bytes.get(at).is_some_and(u8::is_ascii_digit) {
                return Err(Reason::JsonNumber);
            }
        }
        Some(b'1'..=b'9') => at = digits(bytes, at),
        Some(b'I' | b'N' | b'i' | b'n') => return Err(Reason::JsonNan),
        _ => return Err(Reason::JsonNumber),
    }
    let mut integer = true;
    if bytes.get(at) == Some(&b'.') {
        integer = false;
        at = some_digits(bytes, at.saturating_add(1))?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        integer = false;
        at = at.saturating_add(1);
        at = at.saturating_add(usize::from(matches!(bytes.get(at), Some(b'+' | b'-'))));
        at = some_digits(bytes, at)?;
    }
    Ok((at, integer))
}

fn some_digits(bytes: &[u8], from: usize) -> Result<usize, Reason> {
    let end = digits(bytes, from);
    if end == from { Err(Reason::JsonNumber) } else { Ok(end) }
}

#[inline]
fn digits(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at = at.saturating_add(1);
    }
    at
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
        let magnitude = digits.iter().try_fold(0_i64, |n, digit| {
            let digit = digit.is_ascii_digit().then(|| digit.wrapping_sub(b'0'))?;
            Some(n.saturating_mul(10).saturating_add(i64::from(digit)))
        })?;
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
