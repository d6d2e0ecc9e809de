//! International bank account numbers (ISO 13616-1), with the structures of the SWIFT registry.

/// Country code, and the structure of what follows the check digits: so many digits (`n`), letters (`a`), or either (`c`).
type Structure = (&'static [u8; 2], &'static [(u8, u8)]);

#[rustfmt::skip]
const STRUCTURES: &[Structure] = &[
    (b"AD", &[(8, b'n'), (12, b'c')]), (b"AE", &[(19, b'n')]), (b"AL", &[(8, b'n'), (16, b'c')]), (b"AT", &[(16, b'n')]),
    (b"AZ", &[(4, b'a'), (20, b'c')]), (b"BA", &[(16, b'n')]), (b"BE", &[(12, b'n')]), (b"BG", &[(4, b'a'), (6, b'n'), (8, b'c')]),
    (b"BH", &[(4, b'a'), (14, b'c')]), (b"BI", &[(23, b'n')]), (b"BR", &[(23, b'n'), (1, b'a'), (1, b'c')]),
    (b"BY", &[(4, b'c'), (4, b'n'), (16, b'c')]), (b"CH", &[(5, b'n'), (12, b'c')]), (b"CR", &[(18, b'n')]),
    (b"CY", &[(8, b'n'), (16, b'c')]), (b"CZ", &[(20, b'n')]), (b"DE", &[(18, b'n')]), (b"DJ", &[(23, b'n')]),
    (b"DK", &[(14, b'n')]), (b"DO", &[(4, b'c'), (20, b'n')]), (b"EE", &[(16, b'n')]), (b"EG", &[(25, b'n')]),
    (b"ES", &[(20, b'n')]), (b"FI", &[(14, b'n')]), (b"FK", &[(2, b'a'), (12, b'n')]), (b"FO", &[(14, b'n')]),
    (b"FR", &[(10, b'n'), (11, b'c'), (2, b'n')]), (b"GB", &[(4, b'a'), (14, b'n')]), (b"GE", &[(2, b'a'), (16, b'n')]),
    (b"GI", &[(4, b'a'), (15, b'c')]), (b"GL", &[(14, b'n')]), (b"GR", &[(7, b'n'), (16, b'c')]), (b"GT", &[(24, b'c')]),
    (b"HN", &[(4, b'a'), (20, b'n')]), (b"HR", &[(17, b'n')]), (b"HU", &[(24, b'n')]), (b"IE", &[(4, b'a'), (14, b'n')]),
    (b"IL", &[(19, b'n')]), (b"IQ", &[(4, b'a'), (15, b'n')]), (b"IS", &[(22, b'n')]),
    (b"IT", &[(1, b'a'), (10, b'n'), (12, b'c')]), (b"JO", &[(4, b'a'), (4, b'n'), (18, b'c')]), (b"KW", &[(4, b'a'), (22, b'c')]),
    (b"KZ", &[(3, b'n'), (13, b'c')]), (b"LB", &[(4, b'n'), (20, b'c')]), (b"LC", &[(4, b'a'), (24, b'c')]),
    (b"LI", &[(5, b'n'), (12, b'c')]), (b"LT", &[(16, b'n')]), (b"LU", &[(3, b'n'), (13, b'c')]), (b"LV", &[(4, b'a'), (13, b'c')]),
    (b"LY", &[(21, b'n')]), (b"MC", &[(10, b'n'), (11, b'c'), (2, b'n')]), (b"MD", &[(20, b'c')]), (b"ME", &[(18, b'n')]),
    (b"MK", &[(3, b'n'), (10, b'c'), (2, b'n')]), (b"MN", &[(16, b'n')]), (b"MR", &[(23, b'n')]),
    (b"MT", &[(4, b'a'), (5, b'n'), (18, b'c')]), (b"MU", &[(4, b'a'), (19, b'n'), (3, b'a')]), (b"NI", &[(4, b'a'), (20, b'n')]),
    (b"NL", &[(4, b'a'), (10, b'n')]), (b"NO", &[(11, b'n')]), (b"OM", &[(3, b'n'), (16, b'c')]), (b"PK", &[(4, b'a'), (16, b'c')]),
    (b"PL", &[(24, b'n')]), (b"PS", &[(4, b'a'), (21, b'c')]), (b"PT", &[(21, b'n')]), (b"QA", &[(4, b'a'), (21, b'c')]),
    (b"RO", &[(4, b'a'), (16, b'c')]), (b"RS", &[(18, b'n')]), (b"RU", &[(14, b'n'), (15, b'c')]), (b"SA", &[(2, b'n'), (18, b'c')]),
    (b"SC", &[(4, b'a'), (20, b'n'), (3, b'a')]), (b"SD", &[(14, b'n')]), (b"SE", &[(20, b'n')]), (b"SI", &[(15, b'n')]),
    (b"SK", &[(20, b'n')]), (b"SM", &[(1, b'a'), (10, b'n'), (12, b'c')]), (b"SO", &[(19, b'n')]), (b"ST", &[(21, b'n')]),
    (b"SV", &[(4, b'a'), (20, b'n')]), (b"TL", &[(19, b'n')]), (b"TN", &[(20, b'n')]), (b"TR", &[(6, b'n'), (16, b'c')]),
    (b"UA", &[(6, b'n'), (19, b'c')]), (b"VA", &[(18, b'n')]), (b"VG", &[(4, b'a'), (16, b'n')]), (b"XK", &[(16, b'n')]),
    (b"YE", &[(4, b'a'), (4, b'n'), (18, b'c')]),
];

/// The longest IBAN that the standard allows.
const LEN_MAX: usize = 34;

/// The structure of a country's numbers.
fn structure(country: &[u8]) -> Option<&'static [(u8, u8)]> {
    STRUCTURES.iter().find(|(code, _)| code.as_slice() == country).map(|(_, structure)| *structure)
}

/// Whether the whole text is an IBAN, perhaps with spaces or hyphens in it, letters of either case.
pub(super) fn is_iban(text: &[u8]) -> bool {
    prefix(text, true).is_some_and(|len| len == text.len())
}

/// The bytes of the IBAN that `text` begins with, in capitals, written together or in groups.
pub(super) fn at_start(text: &[u8]) -> Option<usize> {
    let len = prefix(text, false)?;
    (!text.get(len).is_some_and(u8::is_ascii_alphanumeric)).then_some(len)
}

fn prefix(text: &[u8], any_case: bool) -> Option<usize> {
    let mut compact = [0_u8; LEN_MAX];
    let mut taken = 0_usize;
    let mut wanted = LEN_MAX;
    for (at, &byte) in text.iter().enumerate() {
        if matches!(byte, b' ' | b'-' | b'.') && taken > 0 {
            continue;
        }
        let byte = if any_case { byte.to_ascii_uppercase() } else { byte };
        if !(byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
            return None;
        }
        *compact.get_mut(taken)? = byte;
        taken = taken.saturating_add(1);
        if taken == 4 {
            let parts = structure(compact.get(..2)?)?;
            let body = parts.iter().map(|part| usize::from(part.0)).fold(0_usize, usize::saturating_add);
            wanted = body.saturating_add(4);
        }
        if taken == wanted {
            return is_compact(compact.get(..taken)?).then_some(at.saturating_add(1));
        }
    }
    None
}

/// Whether a number without separators has its country's structure and keeps its check digits.
fn is_compact(number: &[u8]) -> bool {
    let Some((head, body)) = number.split_at_checked(4) else { return false };
    let Some(parts) = head.get(..2).and_then(structure) else { return false };
    let mut rest = body;
    for (count, class) in parts {
        let Some((part, after)) = rest.split_at_checked(usize::from(*count)) else { return false };
        let fits = |byte: &u8| match class {
            b'n' => byte.is_ascii_digit(),
            b'a' => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_alphanumeric(),
        };
        if !part.iter().all(fits) {
            return false;
        }
        rest = after;
    }
    // 00, 01 and 99 would be equal to 97, 98 and 02
    let check = head.get(2..).unwrap_or_default();
    rest.is_empty()
        && !matches!(check, b"00" | b"01" | b"99")
        && mod_97(body.iter().chain(head)) == Some(1)
        && match head {
            [b'B', b'E', ..] => keeps_belgian(body),
            [b'E', b'S', ..] => keeps_spanish(body),
            _ => true,
        }
}

/// A Belgian number's own check: its first ten digits mod 97, where 0 is written 97.
fn keeps_belgian(body: &[u8]) -> bool {
    let Some((number, check)) = body.split_at_checked(10) else { return false };
    let (number, check) = (mod_97(number.iter()), mod_97(check.iter()));
    number.zip(check).is_some_and(|(number, check)| number == check)
}

/// A Spanish number's own two check digits (Código Cuenta Cliente), of bank and branch, and of the account.
fn keeps_spanish(body: &[u8]) -> bool {
    const WEIGHTS: [u8; 10] = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6];
    let check = |digits: &[u8], weights: &[u8]| {
        let sum = digits.iter().zip(weights).fold(0_u32, |sum, (digit, weight)| {
            sum.saturating_add(u32::from(digit.wrapping_sub(b'0')).saturating_mul(u32::from(*weight)))
        });
        match 11_u32.saturating_sub(sum % 11) {
            10 => 1,
            11 => 0,
            digit => digit,
        }
    };
    let Some((branch, rest)) = body.split_at_checked(8) else { return false };
    let [first, second, account @ ..] = rest else { return false };
    let digit = |byte: &u8| u32::from(byte.wrapping_sub(b'0'));
    check(branch, WEIGHTS.get(2..).unwrap_or_default()) == digit(first) && check(account, &WEIGHTS) == digit(second)
}

/// Whether the text, its last two digits being the check, is 1 mod 97.
pub(super) fn mod_97_text(text: &[u8]) -> bool {
    text.len() > 2 && mod_97(text.iter()) == Some(1)
}

/// The remainder of digits and letters, which count as 10 to 35.
fn mod_97<'t>(text: impl Iterator<Item = &'t u8>) -> Option<u32> {
    text.copied().try_fold(0_u32, |sum, byte| {
        let value = match byte {
            b'0'..=b'9' => byte.wrapping_sub(b'0'),
            b'A'..=b'Z' => byte.wrapping_sub(b'A').wrapping_add(10),
            b'a'..=b'z' => byte.wrapping_sub(b'a').wrapping_add(10),
            _ => return None,
        };
        let scale = if value > 9 { 100 } else { 10 };
        Some(sum.saturating_mul(scale).saturating_add(u32::from(value)) % 97)
    })
}
