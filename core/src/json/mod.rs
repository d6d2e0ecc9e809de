//! A strict JSON tokenizer that writes a flat tape into memory of the caller.
//!
//! What passes means the same to every JSON parser (RFC 8259, and RFC 7493 where parsers differ): plain UTF-8 without a byte
//! order mark, no lone surrogates, no key twice in one object after unescaping at any depth, no literal outside the grammar,
//! nothing after the value. Numbers are kept as their text, so that 2^53+1, 1e400 and -0 stay what they are. Escaped strings are
//! decoded once, into an arena, so that later stages see plain text.
//!
//! A kernel. Invariant: time is linear in the input, whatever it holds; no recursion; this module knows no message and no policy.

#[cfg(feature = "pins")]
mod canonical;
mod keys;
mod number;
mod parse;
mod pointer;
mod scratch;
mod string;
mod utf8;
mod value;

#[cfg(feature = "pins")]
pub use canonical::canonical;
#[cfg(feature = "pins")]
pub(crate) use canonical::canonical_without;
pub use keys::{folded_twin, only_member};
pub use number::Integer;
pub use parse::{Limits, Parsed, Refusal, parse};
pub use pointer::write_pointer;
pub use scratch::{Node, Scratch};
pub use value::{Document, Elements, Kind, Members, Value};

/// The longest input that the tape can describe, in bytes: 128 MiB less one.
pub const INPUT_MAX: usize = (1 << 27) - 1;
