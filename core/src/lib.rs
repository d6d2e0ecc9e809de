#![no_std]
#![forbid(unsafe_code)]
#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::integer_division,
    clippy::panic,
    clippy::string_slice,
    clippy::unreachable,
    clippy::unwrap_used
)]
//! The decision engine of Adarga: raw MCP bytes in, one [`Decision`] out.
//!
//! A policy is compiled by `adarga-host` to a flat [`Image`]; [`Gate::open`] validates it once, and every call after that reads
//! it in place. One decision is a small state machine ([`Machine`]) that its driver resumes: it never waits, never allocates,
//! never looks at a clock, and holds no borrow, so that the same machine runs in C memory, across an `await` and on a
//! microcontroller.
//!
//! | stage | module | gives |
//! |---|---|---|
//! | transport facts | [`arrival`] | [`Arrival`](arrival::Arrival) |
//! | whose machine | [`peer`] | [`Peer`](peer::Peer) |
//! | bytes to message | [`message`] over [`json`] | [`Message`](message::Message) |
//! | who calls | [`identity`] | [`Identity`](identity::Identity) |
//! | which policy entry | [`route`] | [`Route`](route::Route) |
//! | may they | [`permission`] | [`Permit`](permission::Permit) |
//! | not too often | [`charge`] over [`rate`] | [`Charged`](charge::Charged) |
//! | are arguments what they should be | [`arguments`] over [`schema`], [`threat`] | [`Checked`](arguments::Checked) |
//! | do paths stay in their roots | [`containment`] | [`Beneath`](containment::Beneath) |
//! | the answer | [`verdict`] | [`Decision`], [`Ticket`] |
//! | what comes back | [`release`] | the cleaned message |
//!
//! Beside them stand kernels that know no policy, such as [`path`] (does a path stay beneath its root), [`template`] (which
//! variables make a URI of a template), [`threat`] (what does a text look like) and [`rate`] (how often a client may call).
//!
//! Invariant: stages know no other stage, only the proof types of earlier ones; they meet in [`decide`] alone.
//! Invariant: nothing here allocates, reads a clock, does I/O, or can panic.

pub mod address;
pub mod arguments;
pub mod arrival;
pub mod audit;
pub mod capabilities;
pub mod charge;
pub mod containment;
pub mod decide;
pub mod frame;
pub mod identity;
pub mod image;
pub mod json;
pub mod keys;
pub mod message;
pub mod method;
pub mod peer;
pub mod permission;
#[cfg(feature = "pins")]
pub mod pin;
pub mod rate;
pub mod reason;
pub mod release;
pub mod revision;
pub mod revocation;
pub mod route;
#[cfg(feature = "seal")]
pub mod seal;
pub mod session;
pub mod signature;
pub mod twins;
pub mod verdict;

pub mod aad;
pub mod detect;
pub mod dfa;
pub mod edits;
pub mod escape;
pub mod format;
mod hmac;
mod named;
mod num;
pub mod path;
pub mod protection;
pub mod redact;
pub mod schema;
mod siphash;
#[cfg(target_has_atomic = "64")]
mod sync;
pub mod template;
pub mod text;
pub mod threat;
pub mod uri;
pub mod write;

pub use decide::{Call, Gate, Machine, Step};
pub use image::Image;
pub use json::Scratch;
pub use reason::{Fault, Reason};
pub use revision::{Revision, Revisions};
pub use session::Session;
pub use verdict::{Decision, Ticket};
