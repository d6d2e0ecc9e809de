//! Limits that several machines share: who is asked when a decision has charges for the policy's store
//! ([`Step::Charge`](adarga_core::Step::Charge)).
//!
//! `Redis` is Redis or Valkey, with the feature of that name; a host may have a [`Store`] of its own. A store counts by its own clock and takes the charges of one decision in their order, up to the first
//! that it refuses, in one round trip. It says what a table in memory would have said; when it can't be asked, or its answer is not
//! understood, it is [`Away`], and the policy says what then: deny, or this machine's share of the limit.
//!
//! Invariant: a store never waits longer than its time-out, and never for a connection to be made again.
//! Invariant: what may have been taken although no answer came is never given back.

mod open;
#[cfg(feature = "redis")]
mod redis;

use std::fmt;

use adarga_core::{decide::Outcome, rate::Limit};

#[cfg(feature = "redis")]
pub use self::redis::{Eviction, Redis, StoreError, StoreStatus};
pub use open::{OpenError, open, take};

/// What is charged to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge {
    /// What the limit allows.
    pub limit: Limit,
    /// Whose allowance under it: a digest that names limit and client.
    pub key: [u8; 16],
    /// How many calls it counts as; 0 counts as 1.
    pub cost: u32,
}

/// Counts calls for several machines.
pub trait Store: fmt::Debug + Send + Sync {
    /// Takes charges in their order, up to the first that is refused: that one and those behind it are not taken.
    ///
    /// # Errors
    /// When nobody knows what was taken.
    fn charge(&self, charges: &[Charge]) -> Result<Outcome, Away>;

    /// Why it is away, for people, unless something succeeded since.
    fn failure(&self) -> Option<Away> {
        None
    }
}

/// Why a store could not be asked. Nothing in it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Away {
    /// It has never been reached yet.
    Connecting,
    /// It did not answer in time.
    Slow,
    /// All connections were in use for all of the time.
    Busy,
    /// There is no connection, or it broke.
    Unreachable(String),
    /// It does not take user and password.
    Credentials,
    /// It answered with this error.
    Server(String),
    /// It may remove allowances when its memory is full, by this rule.
    Evicts(String),
    /// Its answer is none that it could give.
    Answer,
}

impl fmt::Display for Away {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (why, remedy) = match self {
            Self::Connecting => ("not reached yet".to_owned(), "wait for it"),
            Self::Slow => ("no answer in time".to_owned(), "raise `timeout_ms` of its URL, or see why it is slow"),
            Self::Busy => ("all connections are in use".to_owned(), "raise `connections` of its URL"),
            Self::Unreachable(why) => (format!("not reached: {why}"), "see whether it runs and its URL is right"),
            Self::Credentials => ("user and password are not taken".to_owned(), "mend its URL"),
            Self::Server(code) => (format!("it answered `{code}`"), "see what its documentation says of that"),
            Self::Evicts(policy) => {
                (format!("it may forget limits: `maxmemory-policy` is `{policy}`"), "set it to `noeviction`, or `maxmemory` to 0")
            }
            Self::Answer => ("its answer can't be read".to_owned(), "name a Redis or Valkey, version 5 or later"),
        };
        write!(f, "store of rates: {why}\n  help: {remedy}")
    }
}

impl std::error::Error for Away {}
