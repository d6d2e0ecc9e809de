//! Addresses: mail, passwords in URLs, IP, hardware.

use crate::format::Format;

use super::{
    Kind, Kinds,
    scan::{Found, Place},
};

/// What is around an `@`: a URL with a password, otherwise a mail address.
pub(super) fn around_at(place: Place<'_>, kinds: Kinds) -> Option<Found> {
    let password = if kinds.contains(Kind::UrlPassword) { url_password(place) } else { None };
    match password {
        None if kinds.contains(Kind::Email) => email(place),
        found => found,
    }
}

/// The password of `scheme://user:password@host`. A password that holds an `@` of its own, which it should not, ends at the last one.
fn url_password(place: Place<'_>) -> Option<Found> {
    const AUTHORITY_MAX: usize = 256;
    let in_authority = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>');
    let len = place.before.iter().rev().take(AUTHORITY_MAX).take_while(|byte| in_authority(byte)).count();
    let near = place.before.get(place.before.len().saturating_sub(len)..)?;
    let scheme = near.windows(3).rposition(|window| window == b"://")?;
    if scheme == 0 {
        return None;
    }
    let userinfo = near.get(scheme.saturating_add(3)..)?;
    let colon = crate::text::find(userinfo, b':')?;
    let password = userinfo.get(colon.saturating_add(1)..)?;
    let plain = !userinfo.iter().any(|byte| matches!(byte, b'/' | b'?' | b'#'));
    let template = matches!(password, [b'$' | b'{' | b'%', b'{' | b'(' | b's' | b'$', ..] | [b'$' | b'*', ..]);
    let more =
        place.tail.iter().take(AUTHORITY_MAX).take_while(|byte| in_authority(byte) && !matches!(byte, b'/' | b'?' | b'#' | b','));
    let end = more.enumerate().filter(|(_, byte)| **byte == b'@').map(|(at, _)| at).last()?;
    let host =
        place.tail.get(end.saturating_add(1)).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'[' | b'/'));
    (plain && host && !template && password.len() >= 2).then_some(Found {
        back: password.len(),
        skip: 0,
        end,
        kind: Kind::UrlPassword,
    })
}

/// A mail address around the `@`: the local part as people write it, a domain of two or more labels.
fn email(place: Place<'_>) -> Option<Found> {
    const LOCAL_MAX: usize = 64;
    const DOMAIN_MAX: usize = 253;
    let in_local = |byte: &u8| byte.is_ascii_alphanumeric() || b"._%+-'#&!=~^|*".contains(byte) || *byte >= 0x80;
    let back = place.before.iter().rev().take(LOCAL_MAX).take_while(|byte| in_local(byte)).count();
    let local = place.before.get(place.before.len().saturating_sub(back)..)?;
    let leading = local.iter().take_while(|byte| !byte.is_ascii_alphanumeric() && **byte < 0x80).count();
    let back = back.saturating_sub(leading);
    let rest = place.tail.get(1..)?;
    let in_domain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-') || *byte >= 0x80;
    let run = rest.iter().take(DOMAIN_MAX).take_while(|byte| in_domain(byte)).count();
    let domain = rest.get(..run)?;
    let trailing = domain.iter().rev().take_while(|byte| matches!(byte, b'.' | b'-')).count();
    let domain = domain.get(..run.saturating_sub(trailing))?;
    let dot = crate::text::find_last(domain, b'.')?;
    let top = domain.get(dot.saturating_add(1)..)?;
    let labels = crate::text::split(domain, b'.').all(|label| !label.is_empty() && label.first() != Some(&b'-'));
    let name = top.len() >= 2 && top.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
    // nobody is behind it
    let nobody: [&[u8]; 4] = [b"noreply", b"no-reply", b"donotreply", b"do-not-reply"];
    let somebody = !nobody.iter().any(|other| local.eq_ignore_ascii_case(other));
    (back > 0 && labels && name && somebody).then_some(Found {
        back,
        skip: 0,
        end: domain.len().saturating_add(1),
        kind: Kind::Email,
    })
}

/// An IP or a hardware address that begins here.
pub(super) fn starting(place: Place<'_>, byte: u8, kinds: Kinds) -> Option<Found> {
    if !(byte.is_ascii_hexdigit() || byte == b':') {
        return None;
    }
    if kinds.contains(Kind::Mac)
        && let Some(end) = mac(place.tail)
    {
        return Some(Found::here(end, Kind::Mac));
    }
    let end = if kinds.contains(Kind::Ip) { ip(place)? } else { return None };
    Some(Found::here(end, Kind::Ip))
}

fn ip(place: Place<'_>) -> Option<usize> {
    const IP_MAX: usize = 45;
    let in_ip = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':');
    let run = place.tail.iter().take(IP_MAX.saturating_add(1)).take_while(|byte| in_ip(byte)).count();
    let goes_on = place.tail.get(run).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let joined = matches!(place.before.last(), Some(b'.' | b':' | b'-' | b'_'));
    let mut text = place.tail.get(..run)?;
    while let [rest @ .., b'.'] = text {
        text = rest;
    }
    let colons = text.iter().filter(|byte| **byte == b':').count();
    if colons < 2 || !text.iter().any(u8::is_ascii_digit) {
        // version 4, perhaps with a port
        let digits = text.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        let four = text.get(..digits)?;
        let followed = matches!(place.tail.get(digits..)?, [b'a'..=b'z' | b'A'..=b'Z' | b'_', ..]);
        return (!joined && !followed && Format::Ipv4.matches(four) && !is_private(four)).then_some(digits);
    }
    if goes_on || joined && !matches!(place.before, [.., b':', b' ']) && place.before.last() != Some(&b'-') {
        return None;
    }
    if let [rest @ .., b':'] = text
        && !rest.ends_with(b":")
    {
        text = rest;
    }
    Format::Ipv6.matches(text).then_some(text.len())
}

/// Whether nobody outside can be told by this address of IPv4: a private (RFC 1918), looped back, or unspecified one.
fn is_private(text: &[u8]) -> bool {
    let mut parts = crate::text::split(text, b'.');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    matches!(
        (first, second),
        (b"10" | b"127" | b"0", _) | (b"192", b"168") | (b"172", [b'1', b'6'..=b'9'] | [b'2', b'0'..=b'9'] | b"30" | b"31")
    )
}

/// Six pairs of hexadecimal digits with one separator, or three groups of four with full stops; not the broadcast address.
fn mac(tail: &[u8]) -> Option<usize> {
    const PAIRS: usize = 17;
    const FOURS: usize = 14;
    let pairs = |text: &[u8], separator: u8, width: usize| {
        let between = |at: usize| at.saturating_add(1).is_multiple_of(width);
        text.iter().enumerate().all(|(at, byte)| if between(at) { *byte == separator } else { byte.is_ascii_hexdigit() })
    };
    let text = match tail.get(2) {
        Some(separator @ (b':' | b'-')) => tail.get(..PAIRS).filter(|text| pairs(text, *separator, 3))?,
        _ => tail.get(..FOURS).filter(|text| pairs(text, b'.', 5))?,
    };
    let same = |digit: u8| text.iter().all(|byte| byte.eq_ignore_ascii_case(&digit) || !byte.is_ascii_alphanumeric());
    let next = tail.get(text.len()..)?;
    let goes_on = matches!(next, [b':' | b'-' | b'.', digit, ..] if digit.is_ascii_hexdigit())
        || next.first().is_some_and(u8::is_ascii_alphanumeric);
    (!same(b'f') && !same(b'0') && !goes_on).then_some(text.len())
}
