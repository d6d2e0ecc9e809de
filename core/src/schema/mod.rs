//! Values judged by JSON Schema: programs that the host compiled, run over the tape.
//!
//! A schema is a list of operations for each kind of value ([`op`]), so that a value meets only what can concern it, and a type that
//! is not allowed fails in the first step. Values that hold others, and schemas that hold others, wait as frames in memory of the
//! caller ([`Memory`]). Members are looked up by hash, required ones are counted; numbers are compared as decimals of any length.
//!
//! A kernel. Invariant: no recursion; a check takes at most as many steps as its program grants to the size of the value, and what
//! needs more is denied. Where a schema could ask a value twice, the first answer is remembered. Nothing of a program is trusted: a
//! place that is none denies.

mod choice;
mod decimal;
mod evaluated;
mod leaf;
mod lists;
mod machine;
mod members;
pub mod memory;
pub mod op;
mod program;
mod remembered;
mod unique;
mod waiting;

use crate::json::Value;

use machine::Machine;
pub use memory::{Memory, Needs};
pub use op::Keyword;
pub use program::{Root, Schema, Schemas};

/// Where a value is not what its schema asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Culprit {
    /// Place on the tape of the value or of the key.
    pub at: u32,
    /// What it breaks.
    pub keyword: Keyword,
}

/// Why a check came to no end. All of them deny.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// More steps than the program grants.
    Steps,
    /// Less memory than the program asks for.
    Memory,
    /// A number whose exponent has more than 17 digits, where its value matters.
    Number,
    /// A program that the compiler did not write.
    Program,
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The value is what the schema asks for.
    Valid,
    /// It is not; this is the first culprit. With room for more ([`Memory::culprits`]) so many were written.
    Invalid(Culprit, usize),
    /// It could not be said: deny.
    Stopped(Stop),
}

impl Schema<'_> {
    /// Judges a value.
    #[must_use]
    pub fn check(self, value: Value<'_>, memory: &mut Memory<'_>) -> Verdict {
        Machine::new(&self, &value, memory).judge()
    }
}
