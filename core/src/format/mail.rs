//! Mailboxes of SMTP (RFC 5321 §4.1.2), and those of its internationalised form (RFC 6531 §3.3).

use super::{
    address::{is_ipv4, is_ipv6_of_mail},
    hostname::{LABEL_MAX, encoded_len},
};
use crate::text::find_last;

/// Octets of a local part (RFC 5321 §4.5.3.1.1).
const LOCAL_MAX: usize = 64;
/// Octets of a domain (§4.5.3.1.2).
const DOMAIN_MAX: usize = 255;
/// Octets of a mailbox: a path (§4.5.3.1.3) without its angle brackets.
const MAILBOX_MAX: usize = 254;

/// `Mailbox` in ASCII.
pub(super) fn is_email(text: &[u8]) -> bool {
    text.is_ascii() && is_mailbox(text)
}

/// `Mailbox` with `UTF8-non-ascii` in its local part and U-labels in its domain (RFC 6531 §3.3). Lengths are octets, of U-labels
/// those that DNS would hold. A label may hold what some U-label may; whether all of it makes one is what `idn-hostname` judges.
pub(super) fn is_idn_email(text: &[u8]) -> bool {
    text.len() <= MAILBOX_MAX && core::str::from_utf8(text).is_ok() && is_mailbox(text)
}

/// `Local-part "@" ( Domain / address-literal )`. No domain and no address literal of SMTP holds an `@`, so the last one divides.
fn is_mailbox(text: &[u8]) -> bool {
    if text.len() > MAILBOX_MAX {
        return false;
    }
    let Some((local, [_, domain @ ..])) = find_last(text, b'@').and_then(|at| text.split_at_checked(at)) else { return false };
    let domain_fits = match domain {
        [b'[', literal @ .., b']'] => is_address(literal),
        name => is_domain(name),
    };
    domain_fits && local.len() <= LOCAL_MAX && (is_dot_string(local) || is_quoted_string(local))
}

fn is_dot_string(text: &[u8]) -> bool {
    text.split(|&byte| byte == b'.').all(|atom| !atom.is_empty() && atom.iter().all(|&byte| is_atom(byte)))
}

/// `atext` (RFC 5322 §3.2.3), and what RFC 6531 adds.
fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte) || !byte.is_ascii()
}

/// A `Quoted-string` of SMTP, which holds no controls, no folding and no comments.
fn is_quoted_string(text: &[u8]) -> bool {
    let [b'"', inner @ .., b'"'] = text else { return false };
    let mut bytes = inner.iter();
    while let Some(&byte) = bytes.next() {
        let fits = match byte {
            b'\\' => bytes.next().is_some_and(|escaped| matches!(escaped, b' '..=b'~')),
            b'"' => false,
            byte => matches!(byte, b' '..=b'~' | 0x80..),
        };
        if !fits {
            return false;
        }
    }
    true
}

fn is_domain(text: &[u8]) -> bool {
    text.len() <= DOMAIN_MAX && text.split(|&byte| byte == b'.').all(is_sub_domain)
}

fn is_sub_domain(label: &[u8]) -> bool {
    let edge = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
    let len = if label.is_ascii() { Some(label.len()) } else { encoded_len(label) };
    len.is_some_and(|len| len <= LABEL_MAX)
        && edge(label.first())
        && edge(label.last())
        && label.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-' || !byte.is_ascii())
}

/// The address literals that SMTP defines (RFC 5321 §4.1.3); IANA has registered no other tag.
fn is_address(text: &[u8]) -> bool {
    match text.split_at_checked(5) {
        Some((tag, address)) if tag.eq_ignore_ascii_case(b"IPv6:") => is_ipv6_of_mail(address),
        _ => is_ipv4(text),
    }
}
