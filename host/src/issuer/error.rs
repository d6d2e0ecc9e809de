//! Why there are no keys, or no new ones.

use std::{fmt, path::PathBuf};

use crate::{
    keys::KeyErrors,
    net::{NetError, UrlError},
    secrets::SecretError,
    text::escaped,
};

/// Why keys, metadata or an answer could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssuerError {
    /// A configured URL, here without what may be secret, is wrong.
    Url(String, UrlError),
    /// Nothing could be fetched.
    Net(NetError),
    /// The metadata at this URL is wrong.
    Metadata(String, MetadataFlaw),
    /// The keys from this place can't be used.
    Keys(String, KeyErrors),
    /// The keys at this URL hold a shared secret.
    Published(String),
    /// A file can't be read.
    File(PathBuf, String),
    /// A secret is absent.
    Secret(SecretError),
    /// A secret was asked for where there is none.
    NoSecret,
    /// A token is not a bearer token.
    Token,
    /// Too many tokens are being asked about.
    Busy,
    /// The answer about a token, from this URL, is not a strict JSON object with `active`, or too long.
    Answer(String),
    /// The system has no random numbers.
    Random,
    /// A library failed in a way it never should.
    Panic,
    /// The thread that fetches keys could not be started.
    Thread(String),
}

/// What is wrong with metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataFlaw {
    /// It is not a JSON object, or not one that every parser reads alike.
    Document,
    /// Its `issuer` is not the configured one.
    Issuer,
    /// It has no `jwks_uri`, though keys are asked for, or one that can't be fetched.
    JwksUri,
    /// Its `introspection_endpoint` is not a URL that can be fetched.
    Introspection,
}

impl MetadataFlaw {
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Document => ("the metadata is not a strict JSON object", "check what the issuer serves there"),
            Self::Issuer => (
                "`issuer` in the metadata is not the configured issuer",
                "configure the issuer byte for byte as it names itself, with or without a slash at the end",
            ),
            Self::JwksUri => ("`jwks_uri` is missing or no URL that may be fetched", "configure the URL of the keys"),
            Self::Introspection => {
                ("`introspection_endpoint` is no URL that may be fetched", "configure the endpoint for introspection")
            }
        }
    }
}

impl fmt::Display for IssuerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url, error) => write!(f, "`{}`: {error}", escaped(url)),
            Self::Net(error) => error.fmt(f),
            Self::Metadata(url, flaw) => {
                let (reason, remedy) = flaw.texts();
                write!(f, "{url}: {reason}\n  help: {remedy}")
            }
            Self::Keys(place, errors) => write!(f, "{place}: {errors}"),
            Self::Published(url) => {
                write!(f, "{url}: a shared secret stands among the keys\n  help: replace it at once, anyone could have read it")
            }
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Secret(error) => error.fmt(f),
            Self::NoSecret => f.write_str("the source of the keys is no secret"),
            Self::Token => f.write_str("not a bearer token"),
            Self::Busy => f.write_str(
                "too many tokens are being asked about\n  help: allow more at once, or let answers be believed for longer",
            ),
            Self::Answer(url) => {
                write!(f, "{url}: the answer is not a strict JSON object with `active`\n  help: check the URL of the endpoint")
            }
            Self::Random => f.write_str("the system has no random numbers"),
            Self::Panic => f.write_str("a library failed while the issuer was asked\n  help: report this as a bug"),
            Self::Thread(error) => write!(f, "no thread can be started: {error}"),
        }
    }
}

impl std::error::Error for IssuerError {}

impl From<NetError> for IssuerError {
    fn from(error: NetError) -> Self {
        Self::Net(error)
    }
}
