//! Punycode (RFC 3492), for labels of at most 63 octets, so that its quadratic insertions are bounded.

use super::idna::Label;

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const BIAS: u32 = 72;
const FIRST: u32 = 0x80;

/// Room for the digits of a delta: six would reach beyond every character of a label that fits.
const DIGITS_MAX: u32 = 16;

/// The characters that `text` stands for (§6.2), letters of ASCII in lower case; `None` for what is no Punycode.
pub(super) fn decode(text: &[u8]) -> Option<Label> {
    let (basic, extended) = match crate::text::find_last(text, b'-').and_then(|at| text.split_at_checked(at)) {
        Some((basic, [_, extended @ ..])) => (basic, extended),
        _ => (b"".as_slice(), text),
    };
    let mut label = Label::new();
    for byte in basic {
        label.push(char::from(byte.to_ascii_lowercase()))?;
    }
    let (mut n, mut at, mut bias) = (FIRST, 0_u32, BIAS);
    let mut digits = extended.iter();
    while !digits.as_slice().is_empty() {
        let (before, mut weight, mut k) = (at, 1_u32, BASE);
        loop {
            let digit = value(*digits.next()?)?;
            at = at.checked_add(digit.checked_mul(weight)?)?;
            let t = threshold(k, bias);
            if digit < t {
                break;
            }
            weight = weight.checked_mul(BASE.checked_sub(t)?)?;
            k = k.checked_add(BASE)?;
        }
        let count = label.count().checked_add(1)?;
        bias = adapt(at.checked_sub(before)?, count, before == 0);
        n = n.checked_add(at.checked_div(count)?)?;
        at = at.checked_rem(count)?;
        label.insert(at, char::from_u32(n)?)?;
        at = at.checked_add(1)?;
    }
    Some(label)
}

/// The octets that Punycode writes for a label (§6.3), without `xn--`.
pub(super) fn encoded_len(label: &Label) -> Option<usize> {
    let characters = label.as_slice();
    let basic = u32::try_from(characters.iter().filter(|character| character.is_ascii()).count()).ok()?;
    let (mut n, mut delta, mut bias, mut handled) = (FIRST, 0_u32, BIAS, basic);
    let mut octets = if basic > 0 { basic.checked_add(1)? } else { 0 };
    while handled < label.count() {
        let next = characters.iter().copied().map(u32::from).filter(|&number| number >= n).min()?;
        delta = delta.checked_add(next.checked_sub(n)?.checked_mul(handled.checked_add(1)?)?)?;
        n = next;
        for number in characters.iter().copied().map(u32::from) {
            if number < n {
                delta = delta.checked_add(1)?;
            }
            if number == n {
                octets = octets.checked_add(digits_of(delta, bias)?)?;
                bias = adapt(delta, handled.checked_add(1)?, handled == basic);
                delta = 0;
                handled = handled.checked_add(1)?;
            }
        }
        delta = delta.checked_add(1)?;
        n = n.checked_add(1)?;
    }
    usize::try_from(octets).ok()
}

/// How many digits write a delta.
fn digits_of(delta: u32, bias: u32) -> Option<u32> {
    let (mut rest, mut k) = (delta, BASE);
    for digits in 1..DIGITS_MAX {
        let t = threshold(k, bias);
        if rest < t {
            return Some(digits);
        }
        rest = rest.checked_sub(t)?.checked_div(BASE.checked_sub(t)?)?;
        k = k.checked_add(BASE)?;
    }
    None
}

fn threshold(k: u32, bias: u32) -> u32 {
    k.saturating_sub(bias).clamp(T_MIN, T_MAX)
}

/// The bias for the next delta (§6.1).
fn adapt(delta: u32, count: u32, first: bool) -> u32 {
    let divided = |a: u32, b: u32| a.checked_div(b).unwrap_or(0);
    let mut delta = divided(delta, if first { DAMP } else { 2 });
    delta = delta.saturating_add(divided(delta, count));
    let mut k = 0_u32;
    while delta > 455 {
        delta = divided(delta, BASE.saturating_sub(T_MIN));
        k = k.saturating_add(BASE);
    }
    let scaled = BASE.saturating_sub(T_MIN).saturating_add(1).saturating_mul(delta);
    k.saturating_add(divided(scaled, delta.saturating_add(SKEW)))
}

fn value(digit: u8) -> Option<u32> {
    let value = match digit {
        b'a'..=b'z' => digit.wrapping_sub(b'a'),
        b'A'..=b'Z' => digit.wrapping_sub(b'A'),
        b'0'..=b'9' => digit.wrapping_sub(b'0').wrapping_add(26),
        _ => return None,
    };
    Some(u32::from(value))
}
