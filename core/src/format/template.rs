//! URI templates of every level (RFC 6570 §2). What a policy may match against is narrower: [`crate::template`].

use super::{
    characters,
    uri::{is_private, is_ucs},
};
use crate::text::split_once;

/// `URI-Template`. Operators that the RFC reserves for later belong to no level, so they are refused.
pub(super) fn is_uri_template(text: &[u8]) -> bool {
    let mut rest = text;
    loop {
        rest = match *rest {
            [] => return true,
            [b'{', ref after @ ..] => match split_once(after, b'}') {
                Some((expression, after)) if is_expression(expression) => after,
                _ => return false,
            },
            [b'%', high, low, ref after @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => after,
            [byte, ref after @ ..] if is_literal(byte) => after,
            [0x80..=0xFF, ..] => match characters::first(rest) {
                Some((character, after)) if is_ucs(character) || is_private(character) => after,
                _ => return false,
            },
            _ => return false,
        };
    }
}

/// An ASCII literal (RFC 6570 §2.1 with erratum 6937, which brings back the apostrophe).
const fn is_literal(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'%' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
}

/// `[ operator ] variable-list`
fn is_expression(text: &[u8]) -> bool {
    let list = match text {
        [b'+' | b'#' | b'.' | b'/' | b';' | b'?' | b'&', list @ ..] => list,
        list => list,
    };
    list.split(|&byte| byte == b',').all(is_variable)
}

/// `varname [ modifier-level4 ]`
fn is_variable(text: &[u8]) -> bool {
    let name = match split_once(text, b':') {
        Some((name, [b'1'..=b'9', digits @ ..])) if digits.len() <= 3 && digits.iter().all(u8::is_ascii_digit) => name,
        Some(_) => return false,
        None => text.strip_suffix(b"*").unwrap_or(text),
    };
    name.split(|&byte| byte == b'.').all(is_name)
}

/// One or more `varchar`: the parts of a name between its dots.
fn is_name(text: &[u8]) -> bool {
    let mut rest = text;
    loop {
        rest = match *rest {
            [] => return !text.is_empty(),
            [b'%', high, low, ref after @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => after,
            [byte, ref after @ ..] if byte.is_ascii_alphanumeric() || byte == b'_' => after,
            _ => return false,
        };
    }
}
