//! URI templates (RFC 6570) read backwards: which values make a URI of a template. A kernel.
//!
//! | expression | matches | its values hold |
//! |---|---|---|
//! | `{a}` | once, perhaps empty | unreserved characters and escapes |
//! | `{+a}`, `{a*}`, `{#a}` | to the end or the literal there; `{#a}` may be absent | whatever a URI holds |
//! | `{.a}`, `{/a}` | a `.` or `/` and one value, or nothing | as `{a}` |
//! | `{?a,b}`, `{&a,b}`, `{;a,b}` | pairs in any order, each at most once, or nothing | as `{a}` |
//!
//! A template is accepted only if no URI can be read in two ways: what follows a variable holds a character that the variable
//! can't, or is a literal before such a character or the end. Lists and `:3` are refused: what they expand to does not say what it
//! came from. `{a*}` is what servers of FastMCP mean by it, one value that may hold slashes; `*` behind an operator is refused.
//!
//! Invariant: no backtracking, so matching is linear in template and URI. Nothing here knows what a value may be used for: it may
//! be empty, and once decoded it may hold `/`, `*` or `:`.

mod matching;
mod parse;

use heapless::Vec;

use crate::text::unescaped;

pub use parse::{Operator, Part, Unfit, names};

/// The longest template, in bytes.
pub const TEMPLATE_MAX: usize = 1024;

/// The most variables of a template.
pub const VARIABLES_MAX: usize = 16;

/// A template that reads every URI in at most one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template<'t> {
    text: &'t [u8],
}

/// A variable that a URI gives a value to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable<'u> {
    name: &'u [u8],
    raw: &'u [u8],
}

/// The variables of a URI, in the order of their values; those without one are absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables<'u> {
    list: Vec<Variable<'u>, VARIABLES_MAX>,
}

impl<'u> Variable<'u> {
    /// Its name as the template has it.
    #[must_use]
    pub const fn name(&self) -> &'u [u8] {
        self.name
    }

    /// Its value as the URI has it.
    #[must_use]
    pub const fn raw(&self) -> &'u [u8] {
        self.raw
    }

    /// Its value, decoded once: UTF-8 without NUL, byte after byte.
    pub fn decoded(&self) -> impl Iterator<Item = u8> + Clone + use<'u> {
        unescaped(self.raw)
    }
}

impl<'u> Variables<'u> {
    /// The variables in the order of their values.
    pub fn iter(&self) -> impl Iterator<Item = Variable<'u>> + '_ {
        self.list.iter().copied()
    }

    /// The variable of a name, if it has a value.
    #[must_use]
    pub fn find(&self, name: &[u8]) -> Option<Variable<'u>> {
        self.iter().find(|variable| variable.name == name)
    }
}
