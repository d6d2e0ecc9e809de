//! Numbers in digits and separators: payment cards, telephones, national numbers.

use super::{
    Kind, Kinds, check, national,
    scan::{Found, Place},
};

const DIGITS_MAX: usize = 19;
const GROUPS_MAX: usize = 10;

/// The digits that begin somewhere, and how they are grouped.
#[derive(Clone, Copy, Debug)]
pub(super) struct Digits {
    values: [u8; DIGITS_MAX],
    /// Of each group the digits up to its end, the bytes up to its end, and the separator before it.
    groups: [(usize, usize, u8); GROUPS_MAX],
    group_count: usize,
}

/// The first groups of [`Digits`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Number<'d> {
    /// Values, 0 to 9.
    pub(super) digits: &'d [u8],
    groups: &'d [(usize, usize, u8)],
    /// Its length in bytes.
    pub(super) len: usize,
}

impl Digits {
    fn read(text: &[u8]) -> Self {
        let mut digits = Self { values: [0; DIGITS_MAX], groups: [(0, 0, 0); GROUPS_MAX], group_count: 0 };
        let (mut count, mut open, mut separator, mut gap) = (0_usize, false, 0_u8, 0_u8);
        for (at, &byte) in text.iter().enumerate() {
            if byte.is_ascii_digit() {
                let Some(value) = digits.values.get_mut(count) else { return Self { group_count: 0, ..digits } };
                *value = byte.wrapping_sub(b'0');
                count = count.saturating_add(1);
                if !open {
                    digits.group_count = digits.group_count.saturating_add(1);
                    open = true;
                }
                let Some(group) = digits.group_count.checked_sub(1).and_then(|last| digits.groups.get_mut(last)) else { break };
                *group = (count, at.saturating_add(1), if gap == 0 { 0 } else { separator });
            } else {
                let plain = matches!(byte, b' ' | b'-' | b'.' | b'/' | b'(' | b')') || (byte == b'+' && count == 0);
                gap = if open { 1 } else { gap.saturating_add(1) };
                if !plain || gap > 2 {
                    // letters right after digits make an identifier of the last group
                    if open && (byte.is_ascii_alphabetic() || byte == b'_') {
                        digits.group_count = digits.group_count.saturating_sub(1);
                    }
                    break;
                }
                (open, separator) = (false, byte);
            }
        }
        digits.group_count = digits.group_count.min(GROUPS_MAX);
        digits
    }

    fn number(&self, groups: usize) -> Option<Number<'_>> {
        let groups = self.groups.get(..groups)?;
        let (count, len, _) = groups.last()?;
        Some(Number { digits: self.values.get(..*count)?, groups, len: *len })
    }
}

impl Number<'_> {
    /// Whether the groups have these lengths, and one separator is between all of them.
    pub(super) fn grouped(self, lengths: &[u8]) -> bool {
        let mut from = 0_usize;
        let one = self.groups.get(1).is_none_or(|(_, _, first)| self.groups.iter().skip(1).all(|(_, _, other)| other == first));
        one && self.groups.len() == lengths.len()
            && self.groups.iter().zip(lengths).all(|((end, _, _), len)| {
                let fits = end.saturating_sub(from) == usize::from(*len);
                from = *end;
                fits
            })
    }

    /// Whether no separator is in it.
    pub(super) const fn is_bare(self) -> bool {
        self.groups.len() == 1
    }

    /// The separator between its groups, if there is one.
    pub(super) fn separator(self) -> Option<u8> {
        self.groups.get(1).map(|(_, _, separator)| *separator)
    }

    /// The number that its digits from `from` on write, `len` of them.
    pub(super) fn part(self, from: usize, len: usize) -> u32 {
        let digits = self.digits.iter().skip(from).take(len);
        digits.fold(0_u32, |number, digit| number.saturating_mul(10).saturating_add(u32::from(*digit)))
    }
}

/// The number that begins here, the longest one that is something.
pub(super) fn at(place: Place<'_>, byte: u8, kinds: Kinds) -> Option<Found> {
    if !(byte.is_ascii_digit() || matches!(byte, b'+' | b'(')) {
        return None;
    }
    // the fraction of a number, a part of a longer one or of an identifier
    if matches!(place.before, [.., b'0'..=b'9', b'.' | b'-' | b'/'] | [.., b'_' | b'#']) {
        return None;
    }
    let digits = Digits::read(place.tail);
    let whole = |number: &Number<'_>| !matches!(place.tail.get(number.len..), Some([b'.' | b'-' | b'/', b'0'..=b'9', ..]));
    (1..=digits.group_count).rev().filter_map(|groups| digits.number(groups)).filter(whole).find_map(|number| {
        let kind = of(place, number, byte, kinds)?;
        Some(Found::here(number.len, kind))
    })
}

fn of(place: Place<'_>, number: Number<'_>, byte: u8, kinds: Kinds) -> Option<Kind> {
    if byte.is_ascii_digit() {
        if kinds.contains(Kind::Card) && is_card(place, number) {
            return Some(Kind::Card);
        }
        if let Some(kind) = national::of(place, number, kinds) {
            return Some(kind);
        }
    }
    (kinds.contains(Kind::Phone) && is_phone(place, number, byte)).then_some(Kind::Phone)
}

/// A number of an issuer (ISO/IEC 7812-1), as the schemes publish their ranges.
fn is_card(place: Place<'_>, number: Number<'_>) -> bool {
    let len = number.digits.len();
    if !(12..=19).contains(&len) || !check::luhn(number.digits) {
        return false;
    }
    // written together, in fours, or as Amex and Diners group theirs
    let written = number.is_bare()
        || [[4, 4, 4, 4].as_slice(), &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 4, 3], &[4, 4, 4, 1]]
            .iter()
            .any(|groups| number.grouped(groups));
    let usual = match number.part(0, 4) {
        4000..=4999 | 5100..=5599 | 2221..=2720 | 3528..=3589 | 6011 | 6440..=6599 | 6200..=6299 => len == 16,
        3400..=3499 | 3700..=3799 => len == 15,
        3000..=3059 | 3095..=3099 | 3600..=3699 | 3800..=3999 => len == 14,
        _ => false,
    };
    let rare = match number.part(0, 4) {
        1000..=1999 => len == 15,
        4000..=4999 => matches!(len, 13 | 19),
        5000..=5099 | 5600..=5899 | 6000..=6999 | 2200..=2204 => true,
        _ => false,
    };
    written
        && (usual || (rare && place.mentions(number.len, &[b"card", b"credit", b"visa", b"maestro", b"debit", b"pan", b"cc"])))
}

/// A telephone number: international, in the groups that people write, or beside a word that says so.
fn is_phone(place: Place<'_>, number: Number<'_>, byte: u8) -> bool {
    let len = number.digits.len();
    let words: &[&[u8]] =
        &[b"phone", b"telephone", b"tel", b"mobile", b"cell", b"call", b"fax", b"whatsapp", b"sms", b"number", b"numero"];
    let grouped = |lengths: &[&[u8]]| lengths.iter().any(|lengths| number.grouped(lengths));
    match byte {
        b'+' => (8..=15).contains(&len) && number.digits.first() != Some(&0),
        b'(' => (7..=12).contains(&len) && !number.is_bare(),
        _ if !(7..=15).contains(&len) => false,
        _ if number.digits.first() == Some(&0) => (10..=11).contains(&len) && number.separator() != Some(b'/'),
        _ => {
            grouped(&[&[3, 3, 4], &[1, 3, 3, 4], &[3, 3, 2, 2], &[2, 2, 2, 2, 2]]) && number.separator() != Some(b'/')
                || (number.groups.len() <= 5 && place.mentions(number.len, words))
        }
    }
}
