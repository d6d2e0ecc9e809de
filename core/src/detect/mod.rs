//! Spans of personal data and secrets in a text: one pass over the bytes, candidates verified by check digits, structure, or
//! the words around them. A kernel.
//!
//! A finding is a suspicion, not a proof: what has a check digit or a vendor's own prefix is nearly always right, what rests on a
//! word nearby (`password: …`) often is. [`Kinds::REDACTED`] holds only the former.
//!
//! Invariant: time is linear in the text: every look ahead or behind is bounded by a constant, or remembered.
//! Invariant: nothing here knows JSON, a message, or a policy.

mod address;
mod assignment;
mod check;
mod iban;
mod kind;
mod letters;
mod national;
mod number;
mod pem;
mod scan;
mod shape;
mod shapes;

pub use check::{CHECKS, Check};
pub use kind::{Kind, Kinds};
pub use scan::{Span, Spans, spans};
