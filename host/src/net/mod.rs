//! HTTP for documents of issuers: everything about them may be hostile, their URL, their host's address, their length and pace.
//!
//! A [`Url`] is `https`, or `http` to this machine. A name is resolved once, every address of it must be of the public Internet
//! or of a network that was allowed, and the connection goes to an address that was checked, so that a name can't mean another
//! machine at a second look (DNS rebinding). Redirects are followed here, few of them, each by the same rules; a [`Reach`] says
//! how far from the public Internet URLs of others may lead, and only ever shrinks. Size and time of everything are bounded.
//!
//! Invariant: nothing here reads the environment (no proxies), keeps cookies, or decompresses. What is written to a log by the
//! libraries below, at the level `trace`, may hold what was sent.

mod address;
mod answer;
mod client;
mod error;
pub mod probe;
mod resolve;
mod url;

pub use address::{Network, NetworkError, special};
pub use answer::{Answer, Body, Document, Freshness, Validators};
pub use client::{AuthoritiesError, Client, Settings};
pub use error::{Cause, NetError};
pub use resolve::{Reach, Resolve, SystemResolver};
pub use url::{Host, URL_MAX, Url, UrlError};
