//! URLs that are fetched: `https`, or `http` to this machine, in the one spelling that all parsers read alike.
//!
//! What parsers differ about is refused: user information, backslashes, spaces, IPv4 addresses in any form but four decimal
//! numbers, zone identifiers, names in other scripts than ASCII (write them as `xn--…`).

use std::{fmt, net::IpAddr};

/// The longest URL, in bytes.
pub const URL_MAX: usize = 2048;

/// A URL that may be fetched (RFC 3986, RFC 9110 §4.2).
#[derive(Clone, PartialEq, Eq)]
pub struct Url {
    /// Scheme and host are in lower case, the path is never empty, there is no fragment.
    text: String,
    secure: bool,
    host: Host,
    port: u16,
    /// Where the path begins in `text`.
    path_at: usize,
}

/// Whom a URL names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// A name, in lower case.
    Name(String),
    /// An address.
    Address(IpAddr),
}

/// What is wrong with a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlError {
    /// Empty, too long, or with a character that has no place in URLs.
    Character,
    /// Neither `https` nor `http`.
    Scheme,
    /// `http`, and not to this machine.
    Insecure,
    /// It has user information.
    User,
    /// The host is no name and no address.
    Host,
    /// The port is not a number from 1 to 65535.
    Port,
    /// It has a fragment.
    Fragment,
}

impl UrlError {
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Character => {
                ("the URL is empty, too long or has a character that doesn't belong there", "escape it as `%` and two digits")
            }
            Self::Scheme => ("the URL is not of the web", "write `https://`"),
            Self::Insecure => ("the URL is not secure", "write `https://`; `http://` is for this machine alone"),
            Self::User => ("the URL has a user name in it", "leave out what stands before `@`"),
            Self::Host => {
                ("the host of the URL is no name and no address", "write the name in lower case ASCII, without a dot at the end")
            }
            Self::Port => {
                ("the port of the URL is not a number from 1 to 65535", "write it in digits, or leave it out with its colon")
            }
            Self::Fragment => ("the URL has a fragment", "leave out `#` and what follows"),
        }
    }
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (reason, remedy) = self.texts();
        write!(f, "{reason}\n  help: {remedy}")
    }
}

impl std::error::Error for UrlError {}

impl Url {
    /// Reads an absolute URL.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        if text.len() > URL_MAX || text.is_empty() || !text.bytes().all(is_url_byte) || !escapes_are_whole(text) {
            return Err(UrlError::Character);
        }
        if text.contains('#') {
            return Err(UrlError::Fragment);
        }
        let (scheme, rest) = text.split_once("://").ok_or(UrlError::Scheme)?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(UrlError::Scheme),
        };
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (host, port) = read_authority(authority)?;
        let url = Self::write(secure, host, port, path);
        if secure || url.is_loopback() { Ok(url) } else { Err(UrlError::Insecure) }
    }

    fn write(secure: bool, host: Host, port: Option<u16>, path: &str) -> Self {
        let (scheme, standard) = if secure { ("https", 443) } else { ("http", 80) };
        let port = port.unwrap_or(standard);
        let mut text = match &host {
            Host::Name(name) => format!("{scheme}://{name}"),
            Host::Address(IpAddr::V4(address)) => format!("{scheme}://{address}"),
            Host::Address(IpAddr::V6(address)) => format!("{scheme}://[{address}]"),
        };
        if port != standard {
            text.push_str(&format!(":{port}"));
        }
        let path_at = text.len();
        if !path.starts_with('/') {
            text.push('/');
        }
        text.push_str(path);
        Self { text, secure, host, port, path_at }
    }

    /// The URL that a `Location` field of an answer to this one means (RFC 9110 §10.2.2): an absolute URL or an absolute path;
    /// its fragment is dropped.
    ///
    /// # Errors
    /// What is wrong with it; a path that is relative has no scheme.
    pub fn follow(&self, location: &str) -> Result<Self, UrlError> {
        let location = location.split('#').next().unwrap_or_default();
        if location.starts_with('/') && !location.starts_with("//") {
            return Self::parse(&format!("{}{location}", self.origin()));
        }
        Self::parse(location)
    }

    /// Whether it names this machine: `localhost`, an address of 127.0.0.0/8, or `[::1]`. Nothing is looked up.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Name(name) => name == "localhost",
            Host::Address(address) => address.is_loopback(),
        }
    }

    /// Whether it is `https`.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whom it names.
    #[must_use]
    pub const fn host(&self) -> &Host {
        &self.host
    }

    /// The port, that of the scheme when it names none.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Scheme, host and port, without a slash at the end.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.text.get(..self.path_at).unwrap_or_default()
    }

    /// Path and query, at least `/`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.text.get(self.path_at..).unwrap_or_default()
    }

    /// The whole of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Without the query, which may hold what nobody else should see.
impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text.split('?').next().unwrap_or_default())
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Host and port of an authority without user information (RFC 3986 §3.2).
fn read_authority(authority: &str) -> Result<(Host, Option<u16>), UrlError> {
    if authority.contains('@') {
        return Err(UrlError::User);
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']').ok_or(UrlError::Host)?;
            (Host::Address(IpAddr::V6(address.parse().map_err(|_| UrlError::Host)?)), port)
        }
        None => {
            let (name, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
            (read_name(name)?, port)
        }
    };
    if port.is_empty() {
        return Ok((host, None));
    }
    let digits =
        port.strip_prefix(':').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())).ok_or(UrlError::Port)?;
    let port = digits.parse().ok().filter(|port| *port != 0).ok_or(UrlError::Port)?;
    Ok((host, Some(port)))
}

/// A name of letters, digits, `-` and `_`, or an IPv4 address. A last label that begins with a digit is that of an address: other
/// parsers would take `0x7f.1` and `2130706433` for 127.0.0.1.
fn read_name(name: &str) -> Result<Host, UrlError> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if name.len() > 253 || !name.split('.').all(is_label) {
        return Err(UrlError::Host);
    }
    if name.rsplit('.').next().is_some_and(|last| last.starts_with(|first: char| first.is_ascii_digit())) {
        return name.parse().map(|address| Host::Address(IpAddr::V4(address))).map_err(|_| UrlError::Host);
    }
    Ok(Host::Name(name.to_ascii_lowercase()))
}

/// Unreserved and reserved characters and `%` (RFC 3986 §2).
const fn is_url_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'%' | b':' | b'/' | b'?' | b'#' | b'[' | b']' | b'@')
        || matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=')
}

fn escapes_are_whole(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
}
