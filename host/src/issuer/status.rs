//! How it goes with the keys of an issuer, for people.

use super::{IssuerError, Source};
use crate::keys::KeyError;

/// How it goes with the keys of an issuer. Times are Unix milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Where keys come from: the URL or the path, `$NAME` for a variable; empty while the issuer has not said it.
    pub source: String,
    /// How many keys are in use.
    pub keys: usize,
    /// Keys of the issuer that can't be used, and why.
    pub left_out: Vec<KeyError>,
    /// When keys were last had, or found unchanged; for stored ones, when they were had before.
    pub success_ms: Option<u64>,
    /// The last attempt, when it failed.
    pub failure: Option<Failure>,
    /// When keys are asked for again; none for a secret, which never changes.
    pub refresh_ms: Option<u64>,
    /// Until when the keys in use are used while no new ones can be had; none for a secret.
    pub until_ms: Option<u64>,
    /// What is wrong with the file where keys outlive this process: why it was not read at the start, or could not be written.
    pub store: Option<String>,
}

/// An attempt that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// When it did.
    pub at_ms: u64,
    /// Why.
    pub error: IssuerError,
    /// How many have failed in a row.
    pub count: u32,
}

impl Status {
    pub(super) fn of(source: &Source) -> Self {
        Self { source: source.to_string(), ..Self::default() }
    }
}
