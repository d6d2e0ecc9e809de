//! `NumericDate` (RFC 7519 §2): seconds since 1970 as a JSON number, exactly and without floating point.

use crate::json::Integer;

/// The first millisecond that no date can name: the year 10000.
const END_MS: u64 = 253_402_300_800_000;
/// Exponents beyond this are no date that anybody wrote on purpose.
const EXPONENT_MAX: i32 = 20;

/// Unix milliseconds of a date in whole seconds; `None` for what [`milliseconds`] gives none.
pub(super) fn whole(seconds: Integer) -> Option<u64> {
    u64::try_from(seconds.get()).ok()?.checked_mul(1000).filter(|ms| *ms < END_MS)
}

/// Unix milliseconds of a date, written as any JSON number; what is smaller than a millisecond is dropped.
///
/// `None` for a negative number (`-0` included), one from the year 10000 on, and exponents that no date needs. Only as many digits
/// are read as a date can have, so a long number costs nothing.
pub(super) fn milliseconds(number: &[u8]) -> Option<u64> {
    let exponent_at = number.iter().position(|byte| matches!(byte, b'e' | b'E')).unwrap_or(number.len());
    let (mantissa, exponent) = number.split_at_checked(exponent_at)?;
    let exponent = match exponent.split_first() {
        Some((_, digits)) => self::exponent(digits)?,
        None => 0,
    };
    let point = mantissa.iter().position(|&byte| byte == b'.').unwrap_or(mantissa.len());
    // how many digits stand before the point once it is moved to milliseconds
    let whole = i32::try_from(point).ok()?.checked_add(exponent)?.checked_add(3)?;
    let mut digits = mantissa.iter().filter(|&&byte| byte != b'.');
    let mut ms = 0_u64;
    for _ in 0..whole.max(0) {
        let digit = match digits.next() {
            Some(digit) if digit.is_ascii_digit() => digit.wrapping_sub(b'0'),
            None => 0,
            // a sign
            Some(_) => return None,
        };
        ms = ms.checked_mul(10)?.checked_add(u64::from(digit))?;
        if ms >= END_MS {
            return None;
        }
    }
    // a sign that no digit came before
    (mantissa.first() != Some(&b'-')).then_some(ms)
}

/// An exponent of at most two digits; the tokenizer has checked the grammar.
fn exponent(text: &[u8]) -> Option<i32> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    if !matches!(digits.len(), 1..=2) {
        return None;
    }
    let value = digits.iter().try_fold(0_i32, |value, digit| {
        let digit = digit.is_ascii_digit().then(|| digit.wrapping_sub(b'0'))?;
        value.checked_mul(10)?.checked_add(i32::from(digit))
    })?;
    (value <= EXPONENT_MAX).then_some(if negative { value.wrapping_neg() } else { value })
}
