//! Why nothing was fetched.

use std::{fmt, net::IpAddr};

use super::{Url, UrlError};
use crate::text::escaped;

/// Why nothing came of a request, and of which one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetError {
    /// The URL that failed, without its query; the target of a redirect where one was followed.
    pub url: String,
    /// What happened.
    pub cause: Cause,
}

/// What happened to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The URL can't be fetched.
    Url(UrlError),
    /// A document or a redirect from elsewhere names this machine.
    Loopback,
    /// The host has an address, for the purpose given, that is not of the public Internet and not allowed.
    Address(IpAddr, &'static str),
    /// The name of the host could not be resolved.
    Name(String),
    /// It took longer than it may.
    Timeout,
    /// No connection, or one that broke.
    Connection(String),
    /// The server could not prove who it is, or speaks no TLS that this side does.
    Tls(String),
    /// The answer is not HTTP.
    Protocol(String),
    /// The header of the answer is longer than it may be.
    HeaderSize,
    /// The body is longer than so many bytes.
    BodySize(usize),
    /// The answer has a status that is of no use.
    Status(u16),
    /// The answer redirects to a place that may not be followed.
    Redirect(Box<Self>),
    /// There were more redirects than may be followed.
    Redirects,
}

impl Cause {
    pub(super) fn at(self, url: &Url) -> NetError {
        NetError { url: url.to_string(), cause: self }
    }

    const fn remedy(&self) -> Option<&'static str> {
        Some(match self {
            Self::Loopback => "only an issuer on this machine may send anyone to this machine",
            Self::Address(..) => "when this network is meant, name it in the list of allowed networks",
            Self::Name(_) => "check the name, and that this machine can resolve it",
            Self::Timeout | Self::Connection(_) => "check that the server runs and can be reached from this machine",
            Self::Tls(_) => "check the certificate of the server; an authority of your own has to be given as a PEM file",
            Self::HeaderSize | Self::BodySize(_) | Self::Protocol(_) => "check that the URL is that of the issuer",
            Self::Status(_) => "check the URL, and what the issuer says about it in its log",
            Self::Redirects | Self::Redirect(_) => "configure the URL that the redirect leads to",
            Self::Url(_) => return None,
        })
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // its remedy is part of it
            Self::Url(error) => return error.fmt(f),
            Self::Loopback => f.write_str("the URL names this machine"),
            Self::Address(address, purpose) => write!(f, "the address `{address}` is not of the public internet ({purpose})"),
            Self::Name(error) => write!(f, "the name can't be resolved: {}", escaped(error)),
            Self::Timeout => f.write_str("no complete answer in time"),
            Self::Connection(error) => write!(f, "the connection failed: {}", escaped(error)),
            Self::Tls(error) => write!(f, "TLS failed: {}", escaped(error)),
            Self::Protocol(error) => write!(f, "the answer is not HTTP: {}", escaped(error)),
            Self::HeaderSize => f.write_str("the header of the answer is too long"),
            Self::BodySize(bytes) => write!(f, "the answer is longer than {bytes} bytes"),
            Self::Status(status) => write!(f, "the answer has the status {status}"),
            Self::Redirect(cause) => return write!(f, "a redirect is not followed: {cause}"),
            Self::Redirects => f.write_str("there are too many redirects"),
        }?;
        self.remedy().map_or(Ok(()), |remedy| write!(f, "\n  help: {remedy}"))
    }
}

impl fmt::Display for NetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.url, self.cause)
    }
}

impl std::error::Error for NetError {}

impl From<ureq::Error> for Cause {
    fn from(error: ureq::Error) -> Self {
        use std::io::ErrorKind;
        use ureq::Error;
        match error {
            Error::Timeout(_) => Self::Timeout,
            Error::LargeResponseHeader(..) => Self::HeaderSize,
            Error::BodyExceedsLimit(bytes) => Self::BodySize(usize::try_from(bytes).unwrap_or(usize::MAX)),
            Error::Io(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock) => Self::Timeout,
            // rustls reports what is wrong with a certificate through the stream
            Error::Io(error) if error.kind() == ErrorKind::InvalidData => Self::Tls(error.to_string()),
            Error::Io(error) => Self::Connection(error.to_string()),
            Error::Rustls(error) => Self::Tls(error.to_string()),
            Error::Tls(error) => Self::Tls(error.to_owned()),
            Error::ConnectionFailed | Error::HostNotFound => Self::Connection("no address answers".to_owned()),
            error => Self::Protocol(error.to_string()),
        }
    }
}
