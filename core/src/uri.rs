//! URIs as names (RFC 3986). A kernel.

use crate::text::{equal_folded, hex_pair, split_once};

/// Whether every library reads `uri` as it stands: it is its own normal form (RFC 3986 §6.2.2, and what WHATWG parsers add).
///
/// Servers look resources up by what their URL library makes of a URI. One that is not in normal form may become another one: upper
/// case in the scheme or host, dot segments, an encoded letter, white space, a default port.
#[must_use]
pub fn is_normal(uri: &[u8]) -> bool {
    let Some((scheme, rest)) = split_once(uri, b':') else { return false };
    let scheme_fine = scheme.first().is_some_and(u8::is_ascii_lowercase)
        && scheme.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(byte));
    let (authority, path) = match rest.strip_prefix(b"//") {
        Some(rest) => {
            let end = rest.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(rest.len());
            rest.split_at_checked(end).unwrap_or((rest, b""))
        }
        None => (b"".as_slice(), rest),
    };
    scheme_fine && uri.iter().all(|&byte| is_plain(byte)) && authority_is_normal(scheme, authority) && path_is_normal(path)
}

/// Visible ASCII that no parser encodes, drops or takes for another character.
pub(crate) fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)
}

/// What stands for itself everywhere in a URI (RFC 3986 §2.3).
pub(crate) fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn authority_is_normal(scheme: &[u8], authority: &[u8]) -> bool {
    let port = authority.iter().rposition(|&byte| byte == b':').and_then(|at| authority.get(at..));
    let default_port = match (scheme, port) {
        (_, Some(b":")) => true,
        (b"http" | b"ws", Some(port)) => port == b":80",
        (b"https" | b"wss", Some(port)) => port == b":443",
        (b"ftp", Some(port)) => port == b":21",
        _ => false,
    };
    !default_port && !authority.iter().any(|byte| byte.is_ascii_uppercase() || *byte == b'%')
}

/// No dot segments, and nothing encoded that could stand as it is.
fn path_is_normal(path: &[u8]) -> bool {
    let end = path.iter().position(|byte| b"?#".contains(byte)).unwrap_or(path.len());
    let dots = |segment: &[u8]| {
        [b".".as_slice(), b"..", b"%2e", b".%2e", b"%2e.", b"%2e%2e"].iter().any(|dots| equal_folded(dots, segment))
    };
    let segments = path.get(..end).unwrap_or_default();
    !segments.split(|&byte| byte == b'/').any(dots) && escapes_are_normal(path)
}

/// Every `%` begins two upper-case hexadecimal digits that stand for something that has to be encoded.
fn escapes_are_normal(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some((_, after)) = split_once(rest, b'%') {
        let [high, low, ..] = *after else { return false };
        let Some(byte) = hex_pair(high, low) else { return false };
        if is_unreserved(byte) || high.is_ascii_lowercase() || low.is_ascii_lowercase() {
            return false;
        }
        rest = after;
    }
    true
}
