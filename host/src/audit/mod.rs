//! The audit trail in files: chains of core, written, found torn, rotated and verified.
//!
//! `trail` is the chain of this process, `entries` what its lines say of a gate's work, `file` the file that it shares with others, `key` the key file that moves with every
//! process, `syslog` where the last lines of chains are told, `settings` what a policy says of all that. [`Verification`] reads a trail back, all chains of it, whichever way their
//! lines are mixed.
//!
//! Invariant: a line that was acknowledged is in the file, whole; a line that was not is not part of its chain.

#[cfg(unix)]
mod entries;
mod error;
#[cfg(unix)]
mod file;
#[cfg(unix)]
pub mod key;
mod settings;
#[cfg(unix)]
mod syslog;
#[cfg(unix)]
mod trail;
mod verify;

#[cfg(unix)]
pub use entries::Circumstances;
pub use error::AuditError;
pub use settings::{Arguments, Full, Settings, Sync};
#[cfg(unix)]
pub use trail::Trail;
pub use verify::{Fault, Finding, Summary, Verification, torn_note};
