//! What a server over HTTPS offers and refuses, as a stranger sees it: versions of TLS, its certificate, its answers to requests
//! that it should refuse.
//!
//! For a person who names a server of their own: any address is connected to, and requests are sent whatever the certificate is
//! worth, since they hold nothing but a ping.

mod certificate;
mod connection;
mod hello;
mod request;

use std::{fmt, path::Path, sync::Arc, time::Duration};

use rustls::RootCertStore;

use super::{AuthoritiesError, Cause, Url, client::read_authorities};
use connection::Target;

pub use certificate::{Certificate, Distrust};
pub use request::Reply;

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// RFC 2246, deprecated by RFC 8996.
    Tls10,
    /// RFC 4346, deprecated by RFC 8996.
    Tls11,
    /// RFC 5246.
    Tls12,
    /// RFC 8446.
    Tls13,
}

impl Version {
    /// All of them, from the oldest.
    pub const ALL: [Self; 4] = [Self::Tls10, Self::Tls11, Self::Tls12, Self::Tls13];
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        })
    }
}

/// What a server does with a version of TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// It speaks it.
    Accepted,
    /// It doesn't, and says so or closes the connection.
    Refused,
    /// It can't be told.
    Unknown(Cause),
}

/// What was seen of the TLS of a server.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What it does with each of [`Version::ALL`].
    pub versions: [(Version, Offer); 4],
    /// What it shows, when there was a handshake.
    pub certificate: Option<Certificate>,
}

impl Seen {
    /// Versions that it speaks.
    pub fn accepted(&self) -> impl Iterator<Item = Version> {
        self.versions.iter().filter(|(_, offer)| *offer == Offer::Accepted).map(|(version, _)| *version)
    }
}

/// A server that is looked at.
#[derive(Debug)]
pub struct Probe {
    url: Url,
    target: Target,
    roots: Arc<RootCertStore>,
}

impl Probe {
    /// Looks up where the server is. `authorities` is a PEM file with certificate authorities that are trusted besides those that
    /// browsers trust, `timeout` holds for each connection and is an hour at most.
    ///
    /// # Errors
    /// When the authorities can't be read.
    pub fn new(url: &Url, authorities: Option<&Path>, timeout: Duration) -> Result<Self, AuthoritiesError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
        if let Some(path) = authorities {
            roots.add_parsable_certificates(read_authorities(path)?.iter().map(|root| root.der().to_vec().into()));
        }
        Ok(Self { url: url.clone(), target: Target::of(url, timeout), roots: Arc::new(roots) })
    }

    /// Tries each version in a connection of its own, and looks at the certificate of the newest one.
    ///
    /// # Errors
    /// When the server can't be reached at all.
    pub fn look(&self) -> Result<Seen, Cause> {
        drop(self.target.connect()?);
        let mut certificate = None;
        let versions = Version::ALL.map(|version| {
            let offer = match version {
                Version::Tls10 | Version::Tls11 => hello::try_legacy(&self.target, version),
                Version::Tls12 | Version::Tls13 => {
                    let (offer, shown) = connection::try_version(&self.target, &self.roots, version);
                    certificate = shown.or_else(|| certificate.take());
                    offer
                }
            };
            (version, offer)
        });
        Ok(Seen { versions, certificate })
    }

    /// Sends a `ping` with this `Host` (its own where there is none) and this `Origin`; `None` when the server closes the
    /// connection without an answer.
    ///
    /// # Errors
    /// When there is no answer in time, or one that is not HTTP.
    pub fn ask(&self, host: Option<&str>, origin: Option<&str>) -> Result<Option<Reply>, Cause> {
        let stream = connection::open(&self.target, &self.roots)?;
        request::ask(stream, &self.url, host, origin)
    }
}
