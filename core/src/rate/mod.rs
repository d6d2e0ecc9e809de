//! How often a client may call: limits, and the tables that count, in memory of the caller. A kernel.
//!
//! A [`Limit`] is N calls in any window, or a rate and a burst (GCRA); both are exact in whole milliseconds, without rounding. A
//! [`Charge`] takes from the allowance of one client under one limit, in a table of fixed size:
//!
//! | table | limits | shared by | decided by |
//! |---|---|---|---|
//! | [`LocalTable`] | both | nobody: `&mut` | – |
//! | `SharedTable` (targets with 64-bit atomics) | both | threads, and processes that map it | one compare-and-swap on one word |
//!
//! **Absent is restored.** An allowance that has been whole for [`SKEW_MS`] equals one that is not there, so its slot goes to
//! whoever needs it, and no verdict changes; in a `SharedTable` slots that are nobody's go first, so that who comes back finds its
//! own. In a `LocalTable` a client has eight places, and tables that are filled with clients first refuse one when about half of
//! their slots are taken; in a `SharedTable` it has 40 (32 under windows), and the table holds what its `Shape` says. A table
//! without a slot for a client refuses ([`Reason::RateFull`]): what then happens is the caller's to say, nothing here is ever
//! fail-open.
//!
//! **Who is who.** A client is known by a SipHash-1-3 of its key under a secret seed, mixed with the limit. `LocalTable` keeps all its
//! 64 bits: among a million clients (2^39 pairs) 2^−25 pairs are expected to share an allowance. `SharedTable` keeps 28 bits under a
//! rate and 32 under a window, which are compared in two groups only: a client meets at most 40 others, so that among a million
//! clients fewer than 0.15 pairs are expected to share an allowance under rates, fewer than 0.01 under windows. Who shares is only
//! ever treated more strictly.
//!
//! **Clocks.** Callers of one table may lie [`SKEW_MS`] apart: none of them gets more by it. A clock that is set back grants nothing,
//! and nobody waits longer than a window, or than a burst takes to be restored, and [`SKEW_MS`]; only the slots of clients that don't
//! come back stay taken until the clock has caught up. Beyond [`NOW_MAX_MS`] all is denied.
//!
//! Invariant: nothing here reads a clock, waits, or knows what a key stands for.
//! Invariant: a charge looks at eight slots of a `LocalTable` at most, and at eight lines of a `SharedTable` while nobody interferes (a
//! window of N also at N cells when its slot is new, the clock was set back, or many calls at once are recorded).

mod gcra;
mod key;
mod limit;
#[cfg(target_has_atomic = "64")]
mod lines;
mod local;
#[cfg(target_has_atomic = "64")]
mod log;
#[cfg(target_has_atomic = "64")]
mod memory;
#[cfg(target_has_atomic = "64")]
mod shared;
#[cfg(target_has_atomic = "64")]
mod slots;
mod time;
mod window;
#[cfg(target_has_atomic = "64")]
mod word;

use crate::reason::Reason;

pub use limit::{FRACTION_MAX, Gcra, Limit, RATE_CALLS_MAX, SPAN_MAX_MS, Unfit, WINDOW_CALLS_MAX, Window};
pub use local::{LocalTable, Slot};
#[cfg(target_has_atomic = "64")]
pub use memory::{Line, Shape};
#[cfg(target_has_atomic = "64")]
pub use shared::SharedTable;

/// How far apart the clocks of those who share a table may lie, and how late a call may come after it read its clock, in
/// milliseconds.
pub const SKEW_MS: u64 = 1000;

/// The last moment that is counted, in Unix milliseconds: in the year 2107. With the longest span it stays below 2^42.
pub const NOW_MAX_MS: u64 = (1 << 42) - (1 << 36);

/// What is charged to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge<'k> {
    /// Which of the policy's limits: the same client has an allowance of its own under each.
    pub limit_id: u32,
    /// The client, in whatever bytes tell it from others.
    pub key: &'k [u8],
    /// How many calls it counts as; 0 counts as 1.
    pub cost: u32,
    /// The time, in Unix milliseconds.
    pub now_ms: u64,
}

/// Why a charge was refused. Nothing was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// [`Reason::RateExceeded`] or [`Reason::RateFull`].
    pub reason: Reason,
    /// The first moment at which the same charge is allowed if nothing else is charged until then, in milliseconds from now; `None`
    /// if it costs more than is ever allowed, or nobody knows.
    pub retry_after_ms: Option<u64>,
}

impl Refusal {
    const FULL: Self = Self { reason: Reason::RateFull, retry_after_ms: None };

    const fn exceeded(retry_after_ms: Option<u64>) -> Self {
        Self { reason: Reason::RateExceeded, retry_after_ms }
    }
}

/// A table that counts calls under limits of type `L`.
pub trait RateTable<L> {
    /// The calls of the largest window that it has room for; 0 if it counts none.
    fn window_calls(&self) -> u32 {
        0
    }

    /// Takes from an allowance, or says why not.
    ///
    /// # Errors
    /// When the client has to wait, or the table has no room for it.
    fn charge(&mut self, limit: L, charge: &Charge<'_>) -> Result<(), Refusal>;
}
