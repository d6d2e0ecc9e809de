//! Numbers of JSON, compared digit by digit: no float, no limit on their length.

use core::cmp::Ordering;

use crate::num;

/// A number as its significant digits and the place of its point.
///
/// The value is ±0.d₁d₂…dₙ · 10^`magnitude`, where d₁ and dₙ are not zero; zero has no digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decimal<'t> {
    negative: bool,
    /// From the first significant digit to the last one; a point may stand among them.
    digits: &'t [u8],
    magnitude: i64,
}

/// Digits before the point that fit 64 bits.
const WHOLE_DIGITS: usize = 18;
/// Digits of the largest exponent that is read.
const EXPONENT_DIGITS: usize = 17;

impl<'t> Decimal<'t> {
    /// Reads a number in the grammar of RFC 8259 §6. Nothing when the exponent has more than 17 digits.
    pub(super) fn read(text: &'t [u8]) -> Option<Self> {
        let (negative, text) = match text {
            [b'-', text @ ..] => (true, text),
            text => (false, text),
        };
        let end = text.iter().position(|byte| byte | 0x20 == b'e').unwrap_or(text.len());
        let (mantissa, exponent) = text.split_at_checked(end)?;
        let point = mantissa.iter().position(|&byte| byte == b'.').unwrap_or(mantissa.len());
        let significant = |byte: &u8| matches!(byte, b'1'..=b'9');
        let Some(first) = mantissa.iter().position(significant) else {
            return Some(Self { negative: false, digits: &[], magnitude: 0 });
        };
        let last = mantissa.iter().rposition(significant)?;
        let digits = mantissa.get(first..=last)?;
        // places before the point, or zeros after it
        let shift = if first < point {
            place(point)?.checked_sub(place(first)?)
        } else {
            place(point)?.checked_sub(place(first)?)?.checked_add(1)
        };
        let magnitude = read_exponent(exponent)?.checked_add(shift?)?;
        Some(Self { negative, digits, magnitude })
    }

    /// The significant digits, as numbers from 0 to 9.
    pub(super) fn digits(self) -> impl Iterator<Item = u8> + 't {
        self.digits.iter().filter(|&&byte| byte != b'.').map(|byte| byte.wrapping_sub(b'0'))
    }

    /// How many there are.
    fn count(self) -> usize {
        let point = usize::from(self.digits.contains(&b'.'));
        self.digits.len().saturating_sub(point)
    }

    /// Whether it is below zero.
    pub(super) const fn is_negative(self) -> bool {
        self.negative
    }

    /// See [`Decimal`].
    pub(super) const fn magnitude(self) -> i64 {
        self.magnitude
    }

    /// The exponent of its last digit.
    fn scale(self) -> i64 {
        self.magnitude.saturating_sub(place(self.count()).unwrap_or(i64::MAX))
    }

    /// Whether it has no fraction: 1.0 and 1e3 have none.
    pub(super) fn is_integer(self) -> bool {
        self.digits.is_empty() || self.scale() >= 0
    }

    pub(super) fn compare(self, other: Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return if other.negative { Ordering::Greater } else { Ordering::Less },
            (false, true) => return if self.negative { Ordering::Less } else { Ordering::Greater },
            (false, false) => {}
        }
        let sizes = || self.magnitude.cmp(&other.magnitude).then_with(|| self.digits().cmp(other.digits()));
        match (self.negative, other.negative) {
            (false, false) => sizes(),
            (true, true) => sizes().reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }

    /// Whether it is a whole multiple of `divisor`·10^`exponent`, where `divisor` is positive and below 2^60.
    pub(super) fn is_multiple(self, divisor: u64, exponent: i64) -> bool {
        if self.digits.is_empty() {
            return true;
        }
        // its last digit is not zero, so nothing that ends in more zeros divides it
        let Some(zeros) = self.scale().checked_sub(exponent).and_then(|zeros| u64::try_from(zeros).ok()) else {
            return false;
        };
        let step = |rest: u64, digit: u8| rest.wrapping_mul(10).wrapping_add(u64::from(digit)).checked_rem(divisor);
        let Some(rest) = self.digits().try_fold(0, step) else { return false };
        shifted(rest, zeros, divisor) == Some(0)
    }
}

/// `rest`·10^`zeros` modulo `divisor`.
fn shifted(rest: u64, zeros: u64, divisor: u64) -> Option<u64> {
    let times = |a: u64, b: u64| -> Option<u64> {
        let product = u128::from(a).wrapping_mul(u128::from(b));
        u64::try_from(product.checked_rem(u128::from(divisor))?).ok()
    };
    let (mut result, mut power, mut left) = (rest, 10_u64.checked_rem(divisor)?, zeros);
    while left != 0 && result != 0 {
        if left & 1 == 1 {
            result = times(result, power)?;
        }
        power = times(power, power)?;
        left >>= 1;
    }
    Some(result)
}

fn place(at: usize) -> Option<i64> {
    i64::try_from(at).ok()
}

/// What stands from the `e` on.
fn read_exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [] => return Some(0),
        [_, b'-', digits @ ..] => (true, digits),
        [_, b'+', digits @ ..] | [_, digits @ ..] => (false, digits),
    };
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
    let digits = digits.get(zeros..)?;
    if digits.len() > EXPONENT_DIGITS {
        return None;
    }
    let size = small(digits)?;
    Some(if negative { size.wrapping_neg() } else { size })
}

/// At most eighteen digits as their number.
fn small(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0_i64, |n, digit| {
        let digit = digit.is_ascii_digit().then(|| digit.wrapping_sub(b'0'))?;
        Some(n.wrapping_mul(10).wrapping_add(i64::from(digit)))
    })
}

/// A number without an exponent that has at most eighteen digits before its point.
#[derive(Clone, Copy, Debug)]
struct Plain {
    negative: bool,
    /// Without what follows the point.
    whole: i64,
    /// Whether something other than zero follows the point.
    more: bool,
}

impl Plain {
    #[inline]
    fn read(text: &[u8]) -> Option<Self> {
        let (negative, digits) = match text {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        let (mut size, mut fraction) = (0_i64, None);
        for (at, byte) in digits.iter().enumerate() {
            match byte {
                b'0'..=b'9' if at < WHOLE_DIGITS => size = size.wrapping_mul(10).wrapping_add(i64::from(byte.wrapping_sub(b'0'))),
                b'.' => {
                    fraction = digits.get(at.saturating_add(1)..);
                    break;
                }
                _ => return None,
            }
        }
        let mut more = false;
        for byte in fraction.unwrap_or_default() {
            match byte {
                b'0' => {}
                b'1'..=b'9' => more = true,
                _ => return None,
            }
        }
        Some(Self { negative, whole: if negative { size.wrapping_neg() } else { size }, more })
    }

    #[inline]
    fn compare(self, bound: i64) -> Ordering {
        // what follows the point leads away from zero, by less than one
        self.whole.cmp(&bound).then(match (self.more, self.negative) {
            (false, _) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (true, true) => Ordering::Less,
        })
    }
}

/// A literal of a program: its number as 64 bits where it has at most eighteen digits in integer form, and its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound<'p> {
    pub(super) small: Option<i64>,
    pub(super) text: &'p [u8],
}

/// How the number `text` compares with a literal; nothing when its exponent is out of all reason.
#[inline]
pub(super) fn compare(text: &[u8], bound: Bound<'_>) -> Option<Ordering> {
    if let (Some(bound), Some(number)) = (bound.small, Plain::read(text)) {
        return Some(number.compare(bound));
    }
    Some(Decimal::read(text)?.compare(Decimal::read(bound.text)?))
}

/// A keyed print of the value of a number: equal numbers have equal prints.
pub(super) fn print(text: &[u8], seed: u64) -> Option<u64> {
    let number = Decimal::read(text)?;
    let start = seed ^ u64::from_le_bytes(number.magnitude().to_le_bytes()) ^ u64::from(number.is_negative()).wrapping_shl(63);
    Some(number.digits().fold(start, |print, digit| num::fold(print ^ u64::from(digit), 0x9E37_79B9_7F4A_7C15 ^ seed)))
}
