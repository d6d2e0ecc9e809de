//! The token in an `Authorization` header (RFC 6750 §2.1, RFC 9110 §11.6.2).

use crate::{
    reason::Reason,
    text::{equal_folded, is_token},
};

/// The bearer token of a header value; none when it is of another scheme.
///
/// # Errors
/// [`Reason::TokenRequest`] when the scheme is `Bearer` and what follows is not exactly one token of the alphabet.
pub fn token(value: &[u8]) -> Result<Option<&[u8]>, Reason> {
    // where the name of the scheme ends, whatever follows it
    let end = value.iter().position(|byte| !is_token(core::slice::from_ref(byte))).unwrap_or(value.len());
    let (scheme, rest) = value.split_at_checked(end).unwrap_or((value, b""));
    if !equal_folded(scheme, b"Bearer") {
        return Ok(None);
    }
    if rest.first().is_some_and(|&byte| byte != b' ') {
        return Err(Reason::TokenRequest);
    }
    let start = rest.iter().position(|&byte| byte != b' ').unwrap_or(rest.len());
    let token = rest.get(start..).unwrap_or_default();
    if is_token68(token) { Ok(Some(token)) } else { Err(Reason::TokenRequest) }
}

/// `token68` (RFC 9110 §11.2): letters, digits, `-._~+/`, then `=` only.
fn is_token68(text: &[u8]) -> bool {
    let end = text.iter().rposition(|&byte| byte != b'=').map_or(0, |last| last.saturating_add(1));
    let (body, _) = text.split_at_checked(end).unwrap_or((text, b""));
    // to the end in any case, so that the compiler compares many at once
    !body.is_empty() && body.iter().fold(true, |fine, &byte| fine & is_letter(byte))
}

#[inline]
const fn is_letter(byte: u8) -> bool {
    // `+` to `9` without `,`: `-`, `.`, `/` and digits
    let low = byte.wrapping_sub(b'+') <= b'9'.wrapping_sub(b'+');
    let letter = (byte | 0x20).wrapping_sub(b'a') <= b'z'.wrapping_sub(b'a');
    (low & (byte != b',')) | letter | (byte == b'_') | (byte == b'~')
}
