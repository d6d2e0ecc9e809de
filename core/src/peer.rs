//! Whose machine a call comes from: what limits before any credential is looked at go by.
//!
//! On stdio it is `local`. Over HTTP it is the address of the socket, unless that lies in `trusted_proxies`: then it is the rightmost
//! hop of `Forwarded` (RFC 7239) or `X-Forwarded-For` that lies in none of them, since only what a trusted proxy has written there
//! can be believed. When all lie in one, it is the leftmost. A hop that cannot be read (`unknown`, an obfuscated name, a bad
//! address) hides who spoke: then it is the proxy that reported it. Where both headers stand and say different things, a client may
//! have sent one of them: then it is the proxy itself. All this makes limits only stricter, and denies nothing by itself.
//!
//! Invariant: a header of a caller that is no trusted proxy is never looked at.

use core::net::IpAddr;

use crate::{
    address::Address,
    arrival::{Http, Transport},
    image::Rates,
    text::{equal_folded, split_once, trim},
};

/// Bytes of [`Peer::key`].
pub const PEER_KEY: usize = 9;

/// Whose machine it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Peer {
    /// The host gave no address: all such callers are one.
    #[default]
    Unknown,
    /// The client on standard input.
    Local,
    /// The caller's address.
    Address(Address),
}

impl Peer {
    /// What tells peers apart: all of an IPv4 address, the /64 of an IPv6 address.
    #[must_use]
    pub fn key(&self) -> [u8; PEER_KEY] {
        let (kind, [a, b, c, d, e, f, g, h]) = match self {
            Self::Unknown => (0, [0; 8]),
            Self::Local => (1, [0; 8]),
            Self::Address(address) => match address.v4() {
                Some([a, b, c, d]) => (4, [a, b, c, d, 0, 0, 0, 0]),
                None => (6, address.prefix64()),
            },
        };
        [kind, a, b, c, d, e, f, g, h]
    }
}

/// Finds the peer of a call; `address` is that of its socket.
#[must_use]
pub fn find(rates: Option<&Rates>, transport: &Transport<'_>, address: Option<IpAddr>) -> Peer {
    let Transport::Http(http) = transport else { return Peer::Local };
    let Some(socket) = address.map(Address::from) else { return Peer::Unknown };
    let trusted = |address: &Address| rates.is_some_and(|rates| rates.trusts(address));
    if !trusted(&socket) {
        return Peer::Address(socket);
    }
    let forwarded = read(http, b"Forwarded", forwarded_for, trusted);
    let listed = read(http, b"X-Forwarded-For", Some, trusted);
    Peer::Address(match (forwarded, listed) {
        (Some(one), Some(other)) if one == other => one.unwrap_or(socket),
        (Some(_), Some(_)) | (None, None) => socket,
        (Some(one), None) | (None, Some(one)) => one.unwrap_or(socket),
    })
}

/// What a header says of the peer: `None` where there is no such header, `Some(None)` where the proxy itself is all that is known.
/// Fields are one list in their order (RFC 9110 §5.3), read from left to right: what stands further right is more to be trusted.
fn read<'a>(
    http: &Http<'a>,
    name: &[u8],
    hop: impl Fn(&'a [u8]) -> Option<&'a [u8]>,
    trusted: impl Fn(&Address) -> bool,
) -> Option<Option<Address>> {
    let mut fields = http.headers.iter().filter(|header| equal_folded(header.name, name)).peekable();
    fields.peek()?;
    let mut peer = None;
    for mut rest in fields.map(|header| header.value) {
        loop {
            let (element, more) = element(rest);
            peer = match hop(trim(element)).and_then(node) {
                // somebody unknown spoke: who stands to the right reported it
                None => None,
                Some(address) if trusted(&address) => peer.or(Some(address)),
                Some(address) => Some(address),
            };
            match more {
                Some(more) => rest = more,
                None => break,
            }
        }
    }
    Some(peer)
}

/// The list element in front, and what follows its comma; commas in quoted strings are none. A string without an end takes the rest.
fn element(list: &[u8]) -> (&[u8], Option<&[u8]>) {
    let (mut quoted, mut escaped) = (false, false);
    let end = list.iter().position(|&byte| {
        let comma = byte == b',' && !quoted;
        if escaped {
            escaped = false;
        } else if byte == b'\\' && quoted {
            escaped = true;
        } else if byte == b'"' {
            quoted = !quoted;
        }
        comma
    });
    match end.and_then(|at| list.split_at_checked(at)) {
        Some((element, rest)) => (element, rest.strip_prefix(b",")),
        None => (list, None),
    }
}

/// The one `for` of an element of `Forwarded`, without its quotes. Nothing in it needs an escape, so what has one is unreadable.
fn forwarded_for(element: &[u8]) -> Option<&[u8]> {
    let mut found = None;
    for pair in element.split(|&byte| byte == b';') {
        let (name, value) = split_once(pair, b'=')?;
        if equal_folded(trim(name), b"for") && found.replace(trim(value)).is_some() {
            return None;
        }
    }
    let value = found?;
    match value.strip_prefix(b"\"") {
        Some(quoted) => quoted.strip_suffix(b"\""),
        // a bare colon or bracket is no token (RFC 7239 §4)
        None => (!value.iter().any(|byte| matches!(byte, b':' | b'[' | b']' | b'"'))).then_some(value),
    }
}

/// The address of a hop: bare, or with a port, an IPv6 address then in brackets (RFC 7239 §6).
fn node(text: &[u8]) -> Option<Address> {
    let (address, port) = if let Some(rest) = text.strip_prefix(b"[") {
        let (address, rest) = split_once(rest, b']')?;
        if !address.contains(&b':') {
            return None;
        }
        (address, if rest.is_empty() { None } else { Some(rest.strip_prefix(b":")?) })
    } else {
        match split_once(text, b':') {
            Some((address, port)) if !port.contains(&b':') => (address, Some(port)),
            _ => (text, None),
        }
    };
    let is_port = |port: &[u8]| matches!(port.len(), 1..=5) && port.iter().all(u8::is_ascii_digit);
    if port.is_some_and(|port| !is_port(port)) { None } else { Address::parse(address) }
}
