//! TLS 1.0 and 1.1, which no library here speaks any more: a ClientHello is enough to learn whether a server does.

use std::io::{self, Read as _, Write as _};

use super::{
    super::{Cause, Host},
    Offer, Version,
    connection::{Target, of_io},
};

/// Types of records (RFC 5246 §6.2.1).
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
/// Types of handshake messages (RFC 5246 §7.4).
const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
/// Suites of those times: AES and 3DES with SHA-1, with ECDHE, DHE and RSA; the last says that renegotiation is safe (RFC 5746).
const SUITES: [u16; 13] =
    [0xC00A, 0xC014, 0xC009, 0xC013, 0x0039, 0x0033, 0x0035, 0x002F, 0xC008, 0xC012, 0x0016, 0x000A, 0x00FF];
/// `supported_groups` with P-256, P-384, P-521 and `ec_point_formats` with the uncompressed one (RFC 8422 §5.1).
const CURVES: [u8; 18] = [0, 10, 0, 8, 0, 6, 0, 23, 0, 24, 0, 25, 0, 11, 0, 2, 1, 0];

/// Offers this version as the newest one, and looks at the first record that comes back.
pub(super) fn try_legacy(target: &Target, version: Version) -> Offer {
    let number = if version == Version::Tls10 { 0x0301 } else { 0x0302 };
    let mut stream = match target.connect() {
        Ok(stream) => stream,
        Err(cause) => return Offer::Unknown(cause),
    };
    let mut random = [0; 32];
    if getrandom::fill(&mut random).is_err() {
        return Offer::Unknown(Cause::Tls("the system has no random bytes".to_owned()));
    }
    let mut start = [0; 11];
    let outcome = stream.write_all(&client_hello(number, &random, &target.host)).and_then(|()| {
        stream.read_exact(&mut start[..5])?;
        if start[0] == HANDSHAKE { stream.read_exact(&mut start[5..]) } else { Ok(()) }
    });
    match outcome {
        Ok(()) => read_answer(&start, number),
        Err(error) if is_closed(&error) => Offer::Refused,
        Err(error) => Offer::Unknown(of_io(&error)),
    }
}

/// A server that closes the connection refuses as well as one with an alert.
fn is_closed(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), UnexpectedEof | ConnectionReset | ConnectionAborted | BrokenPipe)
}

/// The header of a record and, of a handshake, its type, its length and the version that was chosen.
fn read_answer(start: &[u8; 11], number: u16) -> Offer {
    let [kind, _, _, _, _, message, _, _, _, major, minor] = *start;
    let chosen = u16::from_be_bytes([major, minor]);
    match (kind, message) {
        (ALERT, _) => Offer::Refused,
        (HANDSHAKE, SERVER_HELLO) if chosen == number => Offer::Accepted,
        // SSL 3.0, or the version before: that one is asked for by itself
        (HANDSHAKE, SERVER_HELLO) => Offer::Refused,
        _ => Offer::Unknown(Cause::Tls("the first record is neither a ServerHello nor an alert".to_owned())),
    }
}

/// A record with a ClientHello (RFC 4346 §7.4.1.2) without `supported_versions`.
fn client_hello(number: u16, random: &[u8; 32], host: &Host) -> Vec<u8> {
    let mut hello = number.to_be_bytes().to_vec();
    hello.extend(random);
    hello.push(0);
    let suites: Vec<u8> = SUITES.iter().flat_map(|suite| suite.to_be_bytes()).collect();
    hello.extend(sized(&suites));
    // no compression
    hello.extend([1, 0]);
    let mut extensions = CURVES.to_vec();
    if let Host::Name(name) = host {
        // server_name (RFC 6066 §3): a list of one host name
        extensions.extend([0, 0]);
        extensions.extend(sized(&sized(&[&[0], sized(name.as_bytes()).as_slice()].concat())));
    }
    hello.extend(sized(&extensions));
    let message = [&[CLIENT_HELLO, 0], sized(&hello).as_slice()].concat();
    // the oldest version, as the version of the first record always was
    [&[HANDSHAKE, 3, 1], sized(&message).as_slice()].concat()
}

/// Bytes behind their length in 16 bits; a name has at most 253.
fn sized(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    [length.to_be_bytes().as_slice(), bytes].concat()
}
