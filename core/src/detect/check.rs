//! Check digits.

use super::{iban, letters, national};

macro_rules! checks {
    ($($(#[$doc:meta])* $variant:ident $name:literal $matches:path;)*) => {
        /// A rule that the digits of a number keep.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Check {
            $($(#[$doc])* $variant,)*
        }

        /// Every check.
        pub const CHECKS: &[Check] = &[$(Check::$variant,)*];

        impl Check {
            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Whether `text` keeps it. An IBAN may be written with spaces; nothing else may.
            #[must_use]
            pub fn holds(self, text: &[u8]) -> bool {
                match self {
                    $(Self::$variant => $matches(text),)*
                }
            }
        }
    };
}

checks! {
    /// ISO/IEC 7812-1 annex B, of any length.
    Luhn "luhn" luhn_text;
    /// ISO 13616 with the structure of the country.
    Iban "iban" iban::is_iban;
    /// Verhoeff's check over the dihedral group of order 10.
    Verhoeff "verhoeff" verhoeff_text;
    /// ISO 7064 mod 11,10.
    Mod11Mod10 "mod11_10" mod_11_10_text;
    /// ISO 7064 mod 97,10 over digits and letters.
    Mod97 "mod97" iban::mod_97_text;
    /// Routing numbers: weights 3, 7, 1.
    Aba "aba" aba_text;
    /// The National Health Service's mod 11.
    Nhs "nhs" nhs_text;
    /// PESEL.
    Pesel "pesel" pesel_text;
    /// A Spanish DNI or NIE with its letter.
    Nif "nif" letters::is_nif;
    /// A Finnish personal identity code.
    Hetu "hetu" letters::is_hetu;
    /// A GSTIN.
    Gstin "gstin" letters::is_gstin;
}

impl Check {
    /// The check with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        CHECKS.iter().copied().find(|check| check.name() == name)
    }
}

/// The most digits that a check of digits is asked about.
const DIGITS_MAX: usize = 64;

/// Asks about the values of the digits; other bytes, none, or too many, keep no check.
fn digits(text: &[u8], holds: impl FnOnce(&[u8]) -> bool) -> bool {
    let mut values = [0_u8; DIGITS_MAX];
    let Some(values) = values.get_mut(..text.len()) else { return false };
    for (value, byte) in values.iter_mut().zip(text) {
        if !byte.is_ascii_digit() {
            return false;
        }
        *value = byte.wrapping_sub(b'0');
    }
    !values.is_empty() && holds(values)
}

fn luhn_text(text: &[u8]) -> bool {
    digits(text, luhn)
}

fn verhoeff_text(text: &[u8]) -> bool {
    digits(text, verhoeff)
}

fn mod_11_10_text(text: &[u8]) -> bool {
    digits(text, mod_11_10)
}

fn aba_text(text: &[u8]) -> bool {
    digits(text, |digits| digits.len() == 9 && national::aba(digits))
}

fn nhs_text(text: &[u8]) -> bool {
    digits(text, |digits| digits.len() == 10 && national::nhs(digits))
}

fn pesel_text(text: &[u8]) -> bool {
    digits(text, |digits| digits.len() == 11 && national::pesel(digits))
}

/// ISO/IEC 7812-1 annex B over values of digits.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum = digits.iter().rev().enumerate().fold(0_u32, |sum, (place, &digit)| {
        let digit = u32::from(digit);
        let doubled = if place & 1 == 0 { digit } else { digit.saturating_mul(2) };
        sum.saturating_add(if doubled > 9 { doubled.saturating_sub(9) } else { doubled })
    });
    sum.is_multiple_of(10)
}

/// The sum of digits, each with its weight.
pub(super) fn weighted(digits: &[u8], weights: &[u8]) -> u32 {
    digits
        .iter()
        .zip(weights)
        .fold(0, |sum, (&digit, &weight)| sum.saturating_add(u32::from(digit).saturating_mul(u32::from(weight))))
}

/// ISO 7064 mod 11,10: the last digit checks the others.
pub(super) fn mod_11_10(digits: &[u8]) -> bool {
    let Some((&last, body)) = digits.split_last() else { return false };
    let product = body.iter().fold(10_u32, |product, &digit| {
        let sum = product.saturating_add(u32::from(digit)) % 10;
        (if sum == 0 { 10 } else { sum }).saturating_mul(2) % 11
    });
    product.saturating_add(u32::from(last)) % 10 == 1
}

/// Multiplication in the dihedral group of order 10.
const DIHEDRAL: [[u8; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];
/// Verhoeff's permutation, once to eight times.
const PERMUTED: [[u8; 10]; 8] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
    [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
    [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
    [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
    [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
];

/// Verhoeff's check.
pub(super) fn verhoeff(digits: &[u8]) -> bool {
    let sum = digits.iter().rev().zip(PERMUTED.iter().cycle()).try_fold(0_u8, |sum, (&digit, permutation)| {
        let permuted = permutation.get(usize::from(digit))?;
        DIHEDRAL.get(usize::from(sum))?.get(usize::from(*permuted)).copied()
    });
    sum == Some(0)
}
