//! Numbers of schemas in the form that programs hold them.

/// A number as ±digits·10^exponent, where the digits neither begin nor end in zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    negative: bool,
    digits: String,
    exponent: i64,
}

/// The largest exponent, either way.
const EXPONENT_MAX: i64 = 1_000_000_000;
/// The longest number, in significant digits.
const DIGITS_MAX: usize = 1024;

impl Number {
    /// Reads a number of JSON; nothing when it is out of all reason.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i64 = exponent.parse().ok()?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_start_matches('0');
        let stripped = significant.trim_end_matches('0');
        if stripped.is_empty() {
            return Some(Self { negative: false, digits: "0".into(), exponent: 0 });
        }
        let places = i64::try_from(significant.len() - stripped.len()).ok()? - i64::try_from(fraction.len()).ok()?;
        let exponent = exponent.checked_add(places)?;
        let fits = exponent.abs() <= EXPONENT_MAX && stripped.len() <= DIGITS_MAX;
        fits.then(|| Self { negative, digits: stripped.to_owned(), exponent })
    }

    /// The same number for every way to write it: in integer form where that has at most eighteen digits.
    pub(super) fn text(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        match usize::try_from(self.exponent) {
            Ok(zeros) if zeros + self.digits.len() <= 18 => format!("{sign}{}{}", self.digits, "0".repeat(zeros)),
            _ => format!("{sign}{}e{}", self.digits, self.exponent),
        }
    }

    /// A count; one that no value reaches is the largest.
    pub(super) fn count(&self) -> Option<u32> {
        if self.negative || self.exponent < 0 {
            return None;
        }
        Some(self.text().parse().unwrap_or(u32::MAX))
    }

    /// A divisor: what is below 2⁶⁰ and the exponent of ten.
    pub(super) fn divisor(&self) -> Option<(u64, i32)> {
        let digits = self.digits.parse().ok().filter(|digits| *digits < 1 << 60)?;
        Some((digits, i32::try_from(self.exponent).ok()?))
    }

    /// Whether it is above zero.
    pub(super) fn is_positive(&self) -> bool {
        !self.negative && self.digits != "0"
    }
}
