//! Addresses of IPv4 and IPv6.

use crate::text::find;

/// Four decimal octets without leading zeros (RFC 3986 §3.2.2 `IPv4address`), which no reader takes for octal.
pub(super) fn is_ipv4(text: &[u8]) -> bool {
    let mut octets = 0_usize;
    for octet in text.split(|&byte| byte == b'.') {
        let fits = match *octet {
            [a] => a.is_ascii_digit(),
            [a @ b'1'..=b'9', b] => a.is_ascii_digit() && b.is_ascii_digit(),
            [b'1', b, c] | [b'2', b @ b'0'..=b'4', c] => b.is_ascii_digit() && c.is_ascii_digit(),
            [b'2', b'5', c] => matches!(c, b'0'..=b'5'),
            _ => false,
        };
        octets = octets.saturating_add(1);
        if !fits || octets > 4 {
            return false;
        }
    }
    octets == 4
}

/// Eight groups, some of which one `::` may stand for, the last two perhaps as an IPv4 address (RFC 4291 §2.2).
pub(super) fn is_ipv6(text: &[u8]) -> bool {
    groups(text).is_some_and(|(written, compressed)| if compressed { written <= 7 } else { written == 8 })
}

/// As [`is_ipv6`], but `::` stands for two groups or more: the form that mail has (RFC 5321 §4.1.3).
pub(super) fn is_ipv6_of_mail(text: &[u8]) -> bool {
    groups(text).is_some_and(|(written, compressed)| if compressed { written <= 6 } else { written == 8 })
}

/// The number of groups that are written, and whether a `::` stands for others.
fn groups(text: &[u8]) -> Option<(usize, bool)> {
    // the longest one has 45 bytes
    if text.len() > 45 {
        return None;
    }
    let mut rest = text;
    while let Some(at) = find(rest, b':') {
        let after = rest.get(at.saturating_add(1)..)?;
        if let [b':', tail @ ..] = after {
            let head_len = text.len().checked_sub(after.len())?.checked_sub(1)?;
            let head = written(text.get(..head_len)?, false)?;
            return Some((head.saturating_add(written(tail, true)?), true));
        }
        rest = after;
    }
    Some((written(text, true)?, false))
}

/// The number of groups in a text without `::`, where an IPv4 address counts as two.
fn written(text: &[u8], ends: bool) -> Option<usize> {
    if text.is_empty() {
        return Some(0);
    }
    let mut count = 0_usize;
    let mut parts = text.split(|&byte| byte == b':').peekable();
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        let group = (1..=4).contains(&part.len()) && part.iter().all(u8::is_ascii_hexdigit);
        count = match group {
            true => count.saturating_add(1),
            false if last && ends && is_ipv4(part) => count.saturating_add(2),
            false => return None,
        };
    }
    Some(count)
}
