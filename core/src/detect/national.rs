//! National numbers of digits alone.

use super::{
    Kind, Kinds,
    check::{luhn, mod_11_10, verhoeff, weighted},
    number::Number,
    scan::Place,
};

/// When a number that keeps the check is one.
struct Rule {
    kind: Kind,
    digits: usize,
    /// Lengths of its groups as people write it; none where there is no custom.
    groups: &'static [u8],
    /// Whether the check is so strong that nothing else is asked for.
    strong: bool,
    /// Words, in lower case, one of which stands nearby when the number is not written in its groups.
    words: &'static [&'static [u8]],
    keeps: fn(&[u8]) -> bool,
}

#[rustfmt::skip]
const RULES: &[Rule] = &[
    Rule { kind: Kind::UsSsn, digits: 9, groups: &[], strong: false, words: &[b"ssn", b"ssns", b"social security"], keeps: ssn },
    Rule { kind: Kind::UsItin, digits: 9, groups: &[3, 2, 4], strong: false, words: &[b"itin", b"individual taxpayer", b"tax id"], keeps: itin },
    Rule { kind: Kind::UsRouting, digits: 9, groups: &[4, 4, 1], strong: false, words: &[b"aba", b"routing", b"rtn", b"bankrouting"], keeps: aba },
    Rule { kind: Kind::AuTfn, digits: 9, groups: &[], strong: false, words: &[b"tfn", b"tax file"], keeps: tfn },
    Rule { kind: Kind::AuAcn, digits: 9, groups: &[], strong: false, words: &[b"acn", b"company number"], keeps: acn },
    Rule { kind: Kind::CaSin, digits: 9, groups: &[3, 3, 3], strong: false, words: &[b"sin", b"social insurance", b"nas"], keeps: sin },
    Rule { kind: Kind::UkNhs, digits: 10, groups: &[3, 3, 4], strong: false, words: &[b"nhs", b"national health"], keeps: nhs },
    Rule { kind: Kind::AuMedicare, digits: 10, groups: &[4, 5, 1], strong: false, words: &[b"medicare"], keeps: medicare },
    Rule { kind: Kind::KrBrn, digits: 10, groups: &[3, 2, 5], strong: false, words: &[b"brn", b"business registration"], keeps: brn },
    Rule { kind: Kind::SeNumber, digits: 10, groups: &[6, 4], strong: false, words: &[b"personnummer", b"organisationsnummer", b"orgnr"], keeps: swedish },
    Rule { kind: Kind::UsNpi, digits: 10, groups: &[4, 3, 3], strong: false, words: &[b"npi", b"national provider", b"provider"], keeps: npi },
    Rule { kind: Kind::AuAbn, digits: 11, groups: &[2, 3, 3, 3], strong: false, words: &[b"abn", b"business number"], keeps: abn },
    Rule { kind: Kind::DeTaxId, digits: 11, groups: &[2, 3, 3, 3], strong: true, words: &[], keeps: german_tax },
    Rule { kind: Kind::TrNationalId, digits: 11, groups: &[], strong: true, words: &[], keeps: turkish },
    Rule { kind: Kind::PlPesel, digits: 11, groups: &[], strong: true, words: &[], keeps: pesel },
    Rule { kind: Kind::ItVat, digits: 11, groups: &[], strong: false, words: &[b"piva", b"partita iva", b"iva", b"vat"], keeps: italian_vat },
    Rule { kind: Kind::InAadhaar, digits: 12, groups: &[4, 4, 4], strong: false, words: &[b"aadhaar", b"aadhar", b"uidai"], keeps: aadhaar },
    Rule { kind: Kind::SeNumber, digits: 12, groups: &[8, 4], strong: true, words: &[], keeps: swedish_person },
    Rule { kind: Kind::KrRrn, digits: 13, groups: &[6, 7], strong: true, words: &[], keeps: korean },
    Rule { kind: Kind::ZaId, digits: 13, groups: &[], strong: true, words: &[], keeps: south_african },
    Rule { kind: Kind::ThTnin, digits: 13, groups: &[1, 4, 5, 2, 1], strong: false, words: &[b"tnin", b"thai", b"national id"], keeps: thai },
];

/// The national number of one of these kinds that this number is; what the words nearby say comes first.
pub(super) fn of(place: Place<'_>, number: Number<'_>, kinds: Kinds) -> Option<Kind> {
    let kept = || {
        RULES.iter().filter(|rule| rule.digits == number.digits.len() && kinds.contains(rule.kind) && (rule.keeps)(number.digits))
    };
    let named = kept().find(|rule| place.mentions(number.len, rule.words));
    let found = named.or_else(|| kept().find(|rule| is_written(rule, number)));
    found.map(|rule| rule.kind)
}

/// Whether a number that no word names is written as only this kind is.
fn is_written(rule: &Rule, number: Number<'_>) -> bool {
    let grouped = number.grouped(rule.groups);
    match rule.kind {
        Kind::UsSsn => number.grouped(&[3, 2, 4]) && number.separator() == Some(b'-'),
        // groups that telephones have as well
        Kind::UsNpi => false,
        Kind::UkNhs => grouped && number.separator() == Some(b' '),
        Kind::KrBrn | Kind::SeNumber if !number.is_bare() => grouped && number.separator() == Some(b'-'),
        _ => grouped || (rule.strong && number.is_bare()),
    }
}

/// The digit at a place.
fn digit(digits: &[u8], at: usize) -> u32 {
    digits.get(at).copied().map_or(0, u32::from)
}

/// Two digits as a number.
fn pair(digits: &[u8], at: usize) -> u32 {
    digit(digits, at).saturating_mul(10).saturating_add(digit(digits, at.saturating_add(1)))
}

/// Whether month and day, which begin at `at`, can be.
fn is_day(digits: &[u8], at: usize) -> bool {
    let day = pair(digits, at.saturating_add(2));
    match pair(digits, at) {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => (1..=31).contains(&day),
        4 | 6 | 9 | 11 => (1..=30).contains(&day),
        2 => (1..=29).contains(&day),
        _ => false,
    }
}

fn same(digits: &[u8]) -> bool {
    super::assignment::is_monotone(digits)
}

/// A number that the Social Security Administration could have issued, and none that it says nobody has.
fn ssn(digits: &[u8]) -> bool {
    let area = digit(digits, 0).saturating_mul(100).saturating_add(pair(digits, 1));
    let serial = pair(digits, 5).saturating_mul(100).saturating_add(pair(digits, 7));
    let published = matches!(digits, [0, 7, 8, 0, 5, 1, 1, 2, 0] | [2, 1, 9, 0, 9, 9, 9, 9, 9] | [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    !matches!(area, 0 | 666 | 900..) && pair(digits, 3) != 0 && serial != 0 && !published && !same(digits)
}

fn itin(digits: &[u8]) -> bool {
    digit(digits, 0) == 9 && matches!(pair(digits, 3), 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

/// Routing numbers of the American Bankers Association: weights 3, 7, 1, and a district.
pub(super) fn aba(digits: &[u8]) -> bool {
    matches!(pair(digits, 0), 0..=12 | 21..=32 | 61..=72 | 80)
        && !same(digits)
        && weighted(digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
}

fn tfn(digits: &[u8]) -> bool {
    weighted(digits, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11)
}

fn acn(digits: &[u8]) -> bool {
    weighted(digits, &[8, 7, 6, 5, 4, 3, 2, 1, 1]).is_multiple_of(10)
}

fn sin(digits: &[u8]) -> bool {
    !matches!(digit(digits, 0), 0 | 8) && luhn(digits)
}

/// The National Health Service: the sum with weights 10 to 1 is a multiple of 11.
pub(super) fn nhs(digits: &[u8]) -> bool {
    !same(digits) && weighted(digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

fn medicare(digits: &[u8]) -> bool {
    matches!(digit(digits, 0), 2..=6) && weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == digit(digits, 8)
}

fn brn(digits: &[u8]) -> bool {
    // the tens of five times the ninth digit
    let tens = digit(digits, 8) >> 1;
    let sum = weighted(digits, &[1, 3, 7, 1, 3, 7, 1, 3, 5]).saturating_add(tens);
    sum.saturating_add(digit(digits, 9)).is_multiple_of(10)
}

/// A person's number, or that of an organisation, whose third digit is at least 2.
fn swedish(digits: &[u8]) -> bool {
    (is_day(digits, 2) || digit(digits, 2) >= 2) && luhn(digits)
}

fn swedish_person(digits: &[u8]) -> bool {
    matches!(pair(digits, 0), 18..=20) && is_day(digits, 4) && luhn(digits.get(2..).unwrap_or_default())
}

/// Luhn over the number behind `80840`, whose own sum is 24.
fn npi(digits: &[u8]) -> bool {
    let mut whole = [8, 0, 8, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (place, digit) in whole.iter_mut().skip(5).zip(digits) {
        *place = *digit;
    }
    matches!(digit(digits, 0), 1 | 2) && luhn(&whole)
}

fn abn(digits: &[u8]) -> bool {
    // the first digit counts one less, with the weight 10
    digit(digits, 0) > 0 && weighted(digits, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]).saturating_sub(10).is_multiple_of(89)
}

/// ISO 7064 mod 11,10, and one digit of the first ten stands there twice or three times.
fn german_tax(digits: &[u8]) -> bool {
    let mut counts = [0_u8; 10];
    for digit in digits.iter().take(10) {
        if let Some(count) = counts.get_mut(usize::from(*digit)) {
            *count = count.saturating_add(1);
        }
    }
    let repeated = counts.iter().filter(|count| **count > 1).count();
    digit(digits, 0) != 0 && repeated == 1 && counts.iter().all(|count| *count <= 3) && mod_11_10(digits)
}

fn turkish(digits: &[u8]) -> bool {
    let odd = weighted(digits, &[1, 0, 1, 0, 1, 0, 1, 0, 1]);
    let even = weighted(digits, &[0, 1, 0, 1, 0, 1, 0, 1]);
    let tenth = odd.saturating_mul(7).saturating_add(even.saturating_mul(9)) % 10;
    let all = weighted(digits, &[1; 10]) % 10;
    digit(digits, 0) != 0 && tenth == digit(digits, 9) && all == digit(digits, 10)
}

/// PESEL: the month says the century, weights 1, 3, 7, 9.
pub(super) fn pesel(digits: &[u8]) -> bool {
    let month = pair(digits, 2);
    let day = pair(digits, 4);
    (1..=12).contains(&(month % 20))
        && (1..=31).contains(&day)
        && weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

fn italian_vat(digits: &[u8]) -> bool {
    !same(digits) && luhn(digits)
}

fn aadhaar(digits: &[u8]) -> bool {
    let palindrome = digits.iter().eq(digits.iter().rev());
    digit(digits, 0) >= 2 && !palindrome && verhoeff(digits)
}

/// Residents and foreigners; those born before the reform of 2020 have a check digit, and only they are told.
fn korean(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11;
    let citizen = 11_u32.saturating_sub(sum) % 10;
    let foreigner = 13_u32.saturating_sub(sum) % 10;
    let wanted = if matches!(digit(digits, 6), 5..=8) { foreigner } else { citizen };
    matches!(digit(digits, 6), 1..=8) && is_day(digits, 2) && digit(digits, 12) == wanted
}

fn south_african(digits: &[u8]) -> bool {
    is_day(digits, 2) && digit(digits, 10) <= 2 && luhn(digits)
}

fn thai(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    matches!(digit(digits, 0), 1..=8) && 11_u32.saturating_sub(sum) % 10 == digit(digits, 12)
}
