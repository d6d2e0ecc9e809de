//! What a person configures about an issuer.

use std::{fmt, path::PathBuf, time::Duration};

use adarga_core::keys::Algorithms;

use super::discovery::shown;
use crate::secrets::Secret;

/// Where keys come from.
#[derive(Clone, PartialEq, Eq)]
pub enum Source {
    /// From where the metadata of the issuer says.
    Discover,
    /// From a JWKS at this URL.
    Jwks(String),
    /// From a JWKS or PEM in this file, which is read again when it changes.
    File(PathBuf),
    /// One shared secret.
    Secret(Secret),
}

/// Where keys come from, as [`Status`](super::Status) has it: without what may be secret in a URL.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Discover => Ok(()),
            Self::Jwks(url) => f.write_str(shown(url)),
            Self::File(path) => path.display().fmt(f),
            Self::Secret(secret) => secret.fmt(f),
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({self})")
    }
}

/// How the keys of an issuer are had and kept.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The issuer, exactly as it names itself.
    pub issuer: String,
    /// Where its keys come from.
    pub source: Source,
    /// What a shared secret may be used for.
    pub algorithms: Algorithms,
    /// The longest time until keys are asked for again.
    pub refresh: Duration,
    /// The shortest time between two requests for keys that unknown `kid`s cause: whoever sends tokens must not be able to hammer
    /// the issuer.
    pub refresh_min: Duration,
    /// How long the last good keys are used while no new ones can be had; afterwards there are none.
    pub stale_max: Duration,
    /// A file where the last good JWKS outlives this process. It is trusted: its directory must be this user's alone.
    pub store: Option<PathBuf>,
}

impl Settings {
    /// Settings with the usual times: keys are asked for every hour, for unknown ones once a minute, and kept for a day.
    #[must_use]
    pub fn new(issuer: impl Into<String>, source: Source) -> Self {
        Self {
            issuer: issuer.into(),
            source,
            algorithms: Algorithms::NONE,
            refresh: Duration::from_secs(3600),
            refresh_min: Duration::from_secs(60),
            stale_max: Duration::from_secs(24 * 3600),
            store: None,
        }
    }
}
