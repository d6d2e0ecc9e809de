//! URIs as names (RFC 3986). A kernel.

use crate::text::{equal_folded, hex_pair, split_once};

/// Whether every library reads `uri` as it stands: it is its own normal form (RFC 3986 §6.2.2, and what WHATWG parsers add).
///
/// Servers look resources up by what their URL library makes of a URI. One that is not in normal form may become another one: upper
/// case in the scheme or host, dot segments, an encoded letter, white space, a default port, `http://host` for `http://host/`,
/// `file:/a` for `file:///a`.
#[must_use]
pub fn is_normal(uri: &[u8]) -> bool {
    let Some(Parts { scheme, authority, path }) = Parts::of(uri) else { return false };
    let whole = match scheme {
        b"http" | b"https" | b"ws" | b"wss" | b"ftp" => authority.is_some_and(|authority| is_whole(authority, path)),
        b"file" => path.first() == Some(&b'/') && authority.is_some_and(|authority| authority != b"localhost"),
        _ => true,
    };
    whole && is_stable(uri)
}

/// As [`is_normal`], but for forms of one scheme that are written in several ways (RFC 8089 appendix B: `file:/a`).
pub(crate) fn is_stable(uri: &[u8]) -> bool {
    let Some(Parts { scheme, authority, path }) = Parts::of(uri) else { return false };
    let scheme_fine = scheme.first().is_some_and(u8::is_ascii_lowercase)
        && scheme.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(byte));
    let authority = authority.unwrap_or_default();
    scheme_fine && uri.iter().all(|&byte| is_plain(byte)) && authority_is_normal(scheme, authority) && path_is_normal(path)
}

/// Whether no other URI is known to name what `uri` names: it is in normal form, without a fragment (RFC 3986 §3.5 looks it up
/// elsewhere), and where it is a `file:` URI, the path alone is all that a file system is asked for.
pub(crate) fn is_sole(uri: &[u8]) -> bool {
    let file = if is_file(uri) { is_plain_file(uri) && !uri.ends_with(b"/") && !holds_needless_escape(uri) } else { true };
    is_normal(uri) && !uri.contains(&b'#') && file
}

/// Whether `uri` begins as `file:` URIs in normal form do.
pub(crate) fn is_file(uri: &[u8]) -> bool {
    uri.starts_with(b"file:")
}

/// Whether a `file:` URI is a path alone, none of whose parts servers drop on the way to a file: no host, query or fragment, no empty
/// name before the last one, no encoded separator.
pub(crate) fn is_plain_file(uri: &[u8]) -> bool {
    let Some(path) = uri.strip_prefix(b"file://") else { return false };
    let dropped = path.iter().any(|byte| b"?#".contains(byte)) || path.windows(2).any(|pair| pair == b"//");
    path.first() == Some(&b'/') && !dropped && !escapes(path).any(|byte| b"/\\".contains(&byte))
}

/// Whether something is encoded that a path could hold as it is, or that ends a text (NUL), or that decodes to another escape.
fn holds_needless_escape(uri: &[u8]) -> bool {
    escapes(uri).any(|byte| byte == 0 || byte == b'%' || (is_plain(byte) && !b"?#".contains(&byte)))
}

/// What the escapes of a URI in normal form stand for.
fn escapes(text: &[u8]) -> impl Iterator<Item = u8> + '_ {
    text.windows(3).filter_map(|three| match *three {
        [b'%', high, low] => hex_pair(high, low),
        _ => None,
    })
}

/// A URI taken apart (RFC 3986 §3): what is behind the authority belongs to the path.
struct Parts<'u> {
    scheme: &'u [u8],
    authority: Option<&'u [u8]>,
    path: &'u [u8],
}

impl<'u> Parts<'u> {
    fn of(uri: &'u [u8]) -> Option<Self> {
        let (scheme, rest) = split_once(uri, b':')?;
        let (authority, path) = match rest.strip_prefix(b"//") {
            Some(rest) => {
                let end = rest.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(rest.len());
                let (authority, path) = rest.split_at_checked(end)?;
                (Some(authority), path)
            }
            None => (None, rest),
        };
        Some(Self { scheme, authority, path })
    }
}

/// Whether WHATWG parsers have nothing to change in a URI of a scheme that has hosts: a host that is no number in disguise, a port that
/// is one, the first slash of the path, no apostrophe, which they encode in a query.
fn is_whole(authority: &[u8], path: &[u8]) -> bool {
    let bracketed = authority.first() == Some(&b'[');
    let (host, port) = match authority.iter().rposition(|&byte| byte == b':').and_then(|at| authority.split_at_checked(at)) {
        Some((host, port)) if !bracketed || host.ends_with(b"]") => (host, port.get(1..)),
        _ => (authority, None),
    };
    let port_fine = port.is_none_or(|port| matches!(port, [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit)));
    // what ends in a number is an IPv4 address to them
    let last = host.strip_suffix(b".").unwrap_or(host).rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let number = !last.is_empty() && (last.iter().all(u8::is_ascii_digit) || last.starts_with(b"0x"));
    let host_fine = !host.is_empty() && !authority.contains(&b'@') && (!number || is_dotted(host));
    host_fine && port_fine && path.first() == Some(&b'/') && !path.contains(&b'\'')
}

/// An IPv4 address as RFC 3986 §3.2.2 writes it.
fn is_dotted(host: &[u8]) -> bool {
    let octet = |label: &[u8]| match *label {
        [b'0'..=b'9'] | [b'1'..=b'9', b'0'..=b'9'] => true,
        [b'1', second, third] => second.is_ascii_digit() && third.is_ascii_digit(),
        [b'2', b'0'..=b'4', third] => third.is_ascii_digit(),
        [b'2', b'5', b'0'..=b'5'] => true,
        _ => false,
    };
    host.split(|&byte| byte == b'.').count() == 4 && host.split(|&byte| byte == b'.').all(octet)
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
    let user = split_once(authority, b'@').map(|(user, _)| user);
    !default_port && !matches!(user, Some(b"" | b":")) && !authority.iter().any(|byte| byte.is_ascii_uppercase() || *byte == b'%')
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
