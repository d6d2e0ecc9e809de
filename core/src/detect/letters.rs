//! National numbers of digits and letters.

use super::{
    Kind, Kinds, check,
    scan::{Found, Place},
};

/// The longest number of these kinds without its hyphens and spaces.
const LEN_MAX: usize = 16;

/// The number with letters that begins here.
pub(super) fn at(place: Place<'_>, byte: u8, kinds: Kinds) -> Option<Found> {
    // the longest run of letters that one begins with is the six of a fiscal code
    let near = place.tail.get(..7).unwrap_or(place.tail);
    if !near.iter().any(u8::is_ascii_digit)
        || !byte.is_ascii_alphanumeric()
        || matches!(place.before, [.., b'-' | b'_' | b'/' | b'.'])
    {
        return None;
    }
    if kinds.contains(Kind::FiHetu)
        && let Some(text) = place.tail.get(..11)
        && is_hetu(text)
        && ends(place.tail, 11)
    {
        return Some(Found::here(11, Kind::FiHetu));
    }
    let mut compact = [0_u8; LEN_MAX];
    let together = compacted(place.tail, &mut compact, b"-")?;
    if let Some(kind) = of(compact.get(..together.1)?, kinds) {
        return Some(Found::here(together.0, kind));
    }
    if !kinds.contains(Kind::UkNino) || !byte.is_ascii_alphabetic() {
        return None;
    }
    let (end, len) = compacted(place.tail, &mut compact, b" ")?;
    is_nino(compact.get(..len)?).then_some(Found::here(end, Kind::UkNino))
}

/// Copies letters and digits up to the end of a word, or of the ninth character where spaces may be between, in capitals; gives
/// the bytes read and the characters copied.
fn compacted(text: &[u8], compact: &mut [u8; LEN_MAX], between: &[u8]) -> Option<(usize, usize)> {
    let (mut len, mut end, mut gap) = (0_usize, 0_usize, false);
    for (at, &byte) in text.iter().enumerate() {
        if byte.is_ascii_alphanumeric() {
            *compact.get_mut(len)? = byte.to_ascii_uppercase();
            len = len.saturating_add(1);
            end = at.saturating_add(1);
            gap = false;
            if between == b" " && len == 9 {
                break;
            }
        } else if between.contains(&byte) && !gap {
            gap = true;
        } else {
            break;
        }
    }
    ends(text, end).then_some((end, len))
}

fn ends(text: &[u8], end: usize) -> bool {
    !text.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn of(text: &[u8], kinds: Kinds) -> Option<Kind> {
    let kind = match text.len() {
        9 if is_nif(text) => Kind::EsNif,
        9 if is_fin(text) => Kind::SgFin,
        9 if is_nino(text) => Kind::UkNino,
        10 if is_pan(text) => Kind::InPan,
        11 if is_mbi(text) => Kind::UsMbi,
        11 if is_german_vat(text) => Kind::DeVat,
        15 if is_gstin(text) => Kind::InGstin,
        16 if is_fiscal_code(text) => Kind::ItFiscalCode,
        _ => return None,
    };
    kinds.contains(kind).then_some(kind)
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte.wrapping_sub(b'0')))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

fn nth(alphabet: &[u8], at: u32) -> Option<u8> {
    alphabet.get(crate::num::index(at)).copied()
}

/// A Spanish DNI (eight digits) or NIE (X, Y or Z and seven) with its letter.
pub(super) fn is_nif(text: &[u8]) -> bool {
    let Some((letter, body)) = text.split_last() else { return false };
    let value = match body {
        [first @ (b'X' | b'Y' | b'Z'), rest @ ..] if rest.len() == 7 => {
            let head = u32::from(first.wrapping_sub(b'X')).saturating_mul(10_000_000);
            number(rest).map(|rest| rest.saturating_add(head))
        }
        _ if body.len() == 8 => number(body),
        _ => None,
    };
    value.is_some_and(|value| nth(b"TRWAGMYFPDXBNJZSQVHLCKE", value % 23) == Some(*letter))
}

/// A Finnish code: day, month, year, the sign of the century, a number, and its check mod 31.
pub(super) fn is_hetu(text: &[u8]) -> bool {
    let [day @ .., sign, a, b, c, check] = text else { return false };
    let day_of = |range| day.get::<core::ops::Range<usize>>(range).and_then(number);
    let sign = matches!(sign, b'+' | b'-' | b'A'..=b'F' | b'U'..=b'Y');
    let date =
        day_of(0..2).is_some_and(|day| (1..=31).contains(&day)) && day_of(2..4).is_some_and(|month| (1..=12).contains(&month));
    let value = number(day).zip(number(&[*a, *b, *c])).map(|(day, own)| day.saturating_mul(1000).saturating_add(own));
    day.len() == 6
        && sign
        && date
        && value.is_some_and(|value| nth(b"0123456789ABCDEFHJKLMNPRSTUVWXY", value % 31) == Some(check.to_ascii_uppercase()))
}

/// A Singaporean identity number: S, T, F, G or M, seven digits, a letter by weights 2, 7, 6, 5, 4, 3, 2 mod 11.
fn is_fin(text: &[u8]) -> bool {
    let [series, digits @ .., check] = text else { return false };
    let mut values = [0_u8; 7];
    if digits.len() != 7 || number(digits).is_none() {
        return false;
    }
    for (value, byte) in values.iter_mut().zip(digits) {
        *value = byte.wrapping_sub(b'0');
    }
    let sum = check::weighted(&values, &[2, 7, 6, 5, 4, 3, 2]);
    let (offset, alphabet): (u32, &[u8]) = match series {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        b'M' => (3, b"XWUTRQPNJLK"),
        _ => return false,
    };
    let place = sum.saturating_add(offset) % 11;
    let place = if *series == b'M' { 10_u32.saturating_sub(place) } else { place };
    nth(alphabet, place) == Some(*check) || (*series == b'M' && nth(b"KLJNPQRTUWX", place) == Some(*check))
}

/// A British National Insurance number: a prefix that is issued, six digits, A to D.
fn is_nino(text: &[u8]) -> bool {
    let [a, b, digits @ .., suffix] = text else { return false };
    let never =
        matches!((a, b), (b'B', b'G') | (b'G', b'B') | (b'N', b'K') | (b'K', b'N') | (b'T', b'N') | (b'N', b'T') | (b'Z', b'Z'));
    let letters = |byte: &u8| byte.is_ascii_uppercase() && !matches!(byte, b'D' | b'F' | b'I' | b'Q' | b'U' | b'V');
    letters(a)
        && letters(b)
        && *b != b'O'
        && !never
        && digits.len() == 6
        && number(digits).is_some()
        && matches!(suffix, b'A'..=b'D')
}

/// An Indian PAN: the fourth letter says what its holder is.
fn is_pan(text: &[u8]) -> bool {
    let Some((letters, rest)) = text.split_at_checked(5) else { return false };
    let [digits @ .., last] = rest else { return false };
    letters.iter().all(u8::is_ascii_uppercase)
        && letters.get(3).is_some_and(|byte| b"ABCFGHJLPT".contains(byte))
        && digits.len() == 4
        && number(digits).is_some()
        && last.is_ascii_uppercase()
}

/// A Medicare Beneficiary Identifier: which places hold digits, which letters, none of S, L, O, I, B, Z.
fn is_mbi(text: &[u8]) -> bool {
    let letter = |byte: u8| byte.is_ascii_uppercase() && !b"SLOIBZ".contains(&byte);
    let fits = |(byte, class): (&u8, &u8)| match class {
        b'C' => matches!(byte, b'1'..=b'9'),
        b'N' => byte.is_ascii_digit(),
        b'A' => letter(*byte),
        _ => byte.is_ascii_digit() || letter(*byte),
    };
    text.len() == 11 && text.iter().zip(b"CAXNAXNAANN").all(fits)
}

fn is_german_vat(text: &[u8]) -> bool {
    let Some(digits) = text.strip_prefix(b"DE") else { return false };
    digits.len() == 9 && digits.first() != Some(&b'0') && check::Check::Mod11Mod10.holds(digits)
}

/// A GSTIN: state, PAN, entity, `Z`, and a check digit by Luhn mod 36.
pub(super) fn is_gstin(text: &[u8]) -> bool {
    const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let Some((check, body)) = text.split_last() else { return false };
    let state = body.get(..2).and_then(number).is_some_and(|state| (1..=38).contains(&state) || matches!(state, 97 | 99));
    if body.len() != 14 || !state || !body.get(2..12).is_some_and(is_pan) || body.get(13) != Some(&b'Z') {
        return false;
    }
    let sum = body.iter().enumerate().try_fold(0_u32, |sum, (at, byte)| {
        let value = crate::num::length(ALPHABET.iter().position(|letter| letter == byte)?);
        let product = if at & 1 == 0 { value } else { value.saturating_mul(2) };
        // the product is below 72: its digits to base 36
        Some(sum.saturating_add(u32::from(product >= 36)).saturating_add(product % 36))
    });
    sum.is_some_and(|sum| nth(ALPHABET, 36_u32.saturating_sub(sum % 36) % 36) == Some(*check))
}

/// An Italian fiscal code: letters and digits in their places (letters for digits where two codes met), and a check letter.
fn is_fiscal_code(text: &[u8]) -> bool {
    /// What a character in an odd place counts.
    const ODD: [u8; 26] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let Some((check, body)) = text.split_last() else { return false };
    let fits = |(byte, class): (&u8, &u8)| match class {
        b'L' => byte.is_ascii_uppercase(),
        b'M' => b"ABCDEHLMPRST".contains(byte),
        _ => byte.is_ascii_digit() || b"LMNPQRSTUV".contains(byte),
    };
    if body.len() != 15 || !body.iter().zip(b"LLLLLLNNMNNLNNN").all(fits) {
        return false;
    }
    let sum = body.iter().enumerate().fold(0_u32, |sum, (at, byte)| {
        let value = if byte.is_ascii_digit() { byte.wrapping_sub(b'0') } else { byte.wrapping_sub(b'A') };
        let counted = if at & 1 == 0 { ODD.get(usize::from(value)).copied().unwrap_or(0) } else { value };
        sum.saturating_add(u32::from(counted))
    });
    nth(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", sum % 26) == Some(*check)
}
