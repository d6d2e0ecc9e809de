//! URIs, IRIs and their references: the grammars of RFC 3986 appendix A and RFC 3987 §2.2.

use super::{address::is_ipv6, characters};
use crate::{
    text::{find, find_last, split_once},
    uri::is_unreserved,
};

/// Which characters beyond ASCII a component has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beyond {
    /// None: a URI.
    None,
    /// `ucschar`: an IRI.
    Ucs,
    /// `ucschar` and `iprivate`: the query of an IRI.
    Private,
}

/// `URI`.
pub(super) fn is_uri(text: &[u8]) -> bool {
    split_scheme(text).is_some_and(|rest| is_relative(rest, Beyond::None))
}

/// `URI-reference`.
pub(super) fn is_uri_reference(text: &[u8]) -> bool {
    is_reference(text, Beyond::None)
}

/// `IRI`.
pub(super) fn is_iri(text: &[u8]) -> bool {
    split_scheme(text).is_some_and(|rest| is_relative(rest, Beyond::Ucs))
}

/// `IRI-reference`.
pub(super) fn is_iri_reference(text: &[u8]) -> bool {
    is_reference(text, Beyond::Ucs)
}

/// With a scheme, or a relative reference whose first segment holds no colon, since that would be one.
fn is_reference(text: &[u8], beyond: Beyond) -> bool {
    match split_scheme(text) {
        Some(rest) => is_relative(rest, beyond),
        None => {
            let end = text.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(text.len());
            text.get(..end).is_some_and(|segment| find(segment, b':').is_none()) && is_relative(text, beyond)
        }
    }
}

/// What follows the scheme and its colon.
fn split_scheme(text: &[u8]) -> Option<&[u8]> {
    let end = text.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"+-.".contains(byte)))?;
    let (scheme, rest) = text.split_at_checked(end)?;
    (scheme.first()?.is_ascii_alphabetic()).then_some(rest.strip_prefix(b":")?)
}

/// `hier-part [ "?" query ] [ "#" fragment ]`, which is also a `relative-ref` whose first segment was looked at.
fn is_relative(text: &[u8], beyond: Beyond) -> bool {
    let (text, fragment) = split_once(text, b'#').unwrap_or((text, b""));
    let (text, query) = split_once(text, b'?').unwrap_or((text, b""));
    let (authority, path) = match text.strip_prefix(b"//") {
        Some(rest) => {
            let end = find(rest, b'/').unwrap_or(rest.len());
            rest.split_at_checked(end).unwrap_or((rest, b""))
        }
        None => (b"".as_slice(), text),
    };
    let private = if beyond == Beyond::Ucs { Beyond::Private } else { beyond };
    is_authority(authority, beyond)
        && consists(path, b":@/", beyond)
        && consists(query, b":@/?", private)
        && consists(fragment, b":@/?", beyond)
}

/// `[ userinfo "@" ] host [ ":" port ]`
fn is_authority(text: &[u8], beyond: Beyond) -> bool {
    let (user, rest) = match find_last(text, b'@').and_then(|at| text.split_at_checked(at)) {
        Some((user, [_, rest @ ..])) => (user, rest),
        _ => (b"".as_slice(), text),
    };
    let (host_fits, port) = match rest.strip_prefix(b"[") {
        Some(literal) => match split_once(literal, b']') {
            Some((literal, port)) => (is_ipv6(literal) || is_future(literal), port),
            None => return false,
        },
        None => {
            let end = find(rest, b':').unwrap_or(rest.len());
            let (host, port) = rest.split_at_checked(end).unwrap_or((rest, b""));
            (consists(host, b"", beyond), port)
        }
    };
    let port_fits = port.is_empty() || port.strip_prefix(b":").is_some_and(|port| port.iter().all(u8::is_ascii_digit));
    host_fits && port_fits && consists(user, b":", beyond)
}

/// `IPvFuture`
fn is_future(text: &[u8]) -> bool {
    let [b'v' | b'V', rest @ ..] = text else { return false };
    let Some((version, address)) = split_once(rest, b'.') else { return false };
    !version.is_empty()
        && version.iter().all(u8::is_ascii_hexdigit)
        && !address.is_empty()
        && address.iter().all(|&byte| byte == b':' || is_unreserved(byte) || is_sub_delimiter(byte))
}

const fn is_sub_delimiter(byte: u8) -> bool {
    matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=')
}

/// Whether `text` is made of unreserved characters, escapes, `sub-delims`, these `others`, and what `beyond` allows.
fn consists(text: &[u8], others: &[u8], beyond: Beyond) -> bool {
    let mut rest = text;
    loop {
        rest = match *rest {
            [] => return true,
            [b'%', high, low, ref after @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => after,
            [byte, ref after @ ..] if is_unreserved(byte) || is_sub_delimiter(byte) || others.contains(&byte) => after,
            [0x80..=0xFF, ..] if beyond != Beyond::None => {
                let Some((character, after)) = characters::first(rest) else { return false };
                if !(is_ucs(character) || beyond == Beyond::Private && is_private(character)) {
                    return false;
                }
                after
            }
            _ => return false,
        };
    }
}

/// `ucschar` (RFC 3987 §2.2): no controls, surrogates, private use, specials or noncharacters.
pub(super) fn is_ucs(character: char) -> bool {
    match character {
        '\u{A0}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFEF}' => true,
        // from E0000 on only from E1000; the last two of each plane are noncharacters
        '\u{10000}'..='\u{DFFFF}' | '\u{E1000}'..='\u{EFFFD}' => !is_last_of_plane(character),
        _ => false,
    }
}

/// `iprivate` (RFC 3987 §2.2).
pub(super) fn is_private(character: char) -> bool {
    match character {
        '\u{E000}'..='\u{F8FF}' => true,
        '\u{F0000}'..='\u{10FFFD}' => !is_last_of_plane(character),
        _ => false,
    }
}

fn is_last_of_plane(character: char) -> bool {
    u32::from(character) & 0xFFFE == 0xFFFE
}
