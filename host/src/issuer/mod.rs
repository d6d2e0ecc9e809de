//! The live keys of an issuer, and answers about its opaque tokens.
//!
//! [`Keys`] has the keys at hand and a thread that keeps them fresh: before they expire, when a token names an unknown `kid`,
//! when a file changes. Keys that can't be used never replace good ones, and good ones are used while the issuer is down, for a
//! bounded time. [`Introspection`] (RFC 7662) asks about tokens that carry no claims.
//!
//! Invariant: nothing here looks at a claim; core judges them. What readers wait for is never the network.

mod clock;
mod discovery;
mod error;
mod fetch;
mod form;
mod introspection;
mod json;
mod keys;
mod memo;
pub(crate) mod random;
mod refresh;
mod schedule;
mod settings;
mod source;
mod status;
mod store;

pub use clock::{Clock, SystemClock};
pub use discovery::{Endpoint, Metadata, discover, places};
pub use error::{IssuerError, MetadataFlaw};
pub use fetch::fetch;
pub use introspection::{Introspected, Introspection, IntrospectionSettings};
pub use keys::Keys;
pub use settings::{Settings, Source};
pub use status::{Failure, Status};
