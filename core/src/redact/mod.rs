//! What of an outbound message a caller must not see, masked: members by name, values by JSON Pointer, personal data and secrets
//! by detector. A kernel.
//!
//! The tape gives an ordered list of edits that is spliced once; bytes that no edit names are copied as they are. A masked member
//! loses its whole value, whatever its type. Where a text holds JSON, its members are masked as well; where that JSON holds JSON
//! again, in which a name to be masked stands, the whole text is masked: when in doubt, nothing leaves.
//!
//! What this does not do: keys are never masked, only their values; a name is not looked for in text that is no JSON.
//!
//! Invariant: time is linear in the message for a given set of rules; no recursion. Invariant: nothing here knows who asks.

mod disguise;
mod mask;
mod names;
mod nested;
mod plan;
mod way;
mod workings;

use crate::{
    detect::Kinds,
    edits::Edits,
    json::{Parsed, Scratch, Value},
    write::Out,
};

pub use mask::Mask;
pub use names::{NAME_MAX, Name, Names};
pub use workings::shows_workings;

/// What is masked, and how.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'r> {
    /// Members whose value is masked wherever they stand.
    pub names: Names<'r>,
    /// What is looked for in every string.
    pub kinds: Kinds,
    /// What takes the place of what is masked.
    pub mask: Mask<'r>,
    /// What is sealed instead.
    pub sealed: Option<Sealed<'r>>,
    /// Whether `internal error` takes the place of a string that [shows how the server works](shows_workings).
    pub workings: bool,
}

impl Rules<'_> {
    /// Rules that mask nothing.
    pub const NOTHING: Self =
        Self { names: Names::NONE, kinds: Kinds::NONE, mask: Mask::Redacted, sealed: None, workings: false };

    /// What is sealed, in an engine whose policies can ask for it; the compiler has to know where none can.
    fn seals(&self) -> Option<Sealed<'_>> {
        if cfg!(all(feature = "seal", feature = "data")) { self.sealed } else { None }
    }

    /// As with what is sealed.
    const fn hides_workings(&self) -> bool {
        cfg!(feature = "data") && self.workings
    }

    /// Members whose value is masked in the JSON that a text holds, and how: there nothing is sealed, and what would be is `[REDACTED]`.
    fn in_texts(&self) -> (Names<'_>, Mask<'_>) {
        self.seals().map_or((self.names, self.mask), |sealed| (sealed.all, Mask::Redacted))
    }
}

/// What is sealed, and for which place.
#[derive(Clone, Copy, Debug)]
pub struct Sealed<'r> {
    /// Members whose value is sealed wherever they stand, unless they are masked.
    pub names: Names<'r>,
    /// These, and those whose value is masked.
    pub all: Names<'r>,
    /// The names of the policy and the record that it is sealed for; where nobody can seal, it is `[REDACTED]`.
    pub place: Option<(&'r [u8], &'r [u8])>,
}

/// A value that a pointer leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pointed {
    /// Its place on the tape.
    pub index: u32,
    /// Whether it is sealed instead of masked.
    pub sealed: bool,
}

/// What may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redacted<'o> {
    /// The message as it is.
    Unchanged,
    /// These bytes instead, in the output buffer.
    Edited(&'o [u8]),
}

/// Why nothing may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedactError {
    /// More edits than the scratch memory holds.
    Edits,
    /// The output buffer is too small; so many bytes are needed.
    TooSmall(usize),
}

impl core::fmt::Display for RedactError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Edits => f.write_str("more to mask than the memory for edits holds: raise `values_max`"),
            Self::TooSmall(needed) => write!(f, "the output buffer is too small: {needed} bytes are needed"),
        }
    }
}

impl core::error::Error for RedactError {}

/// Masks what `rules` say in the message that [`parse`](crate::json::parse) read, and what `pointers` lead to: JSON Pointers
/// (RFC 6901) from the root of the message, each as its decoded reference tokens. They are resolved one by one: few.
///
/// # Errors
/// [`RedactError`]; then nothing of `out` may be used, and nothing of the message either.
pub fn redact<'o>(
    input: &[u8],
    scratch: &mut Scratch<'_>,
    parsed: Parsed,
    rules: &Rules<'_>,
    pointers: &[&[&[u8]]],
    out: &'o mut [u8],
) -> Result<Redacted<'o>, RedactError> {
    let (document, words) = scratch.split(input, parsed);
    let root = document.root();
    let masked = |value: Value<'_>| Pointed { index: value.index(), sealed: false };
    let places = pointers.iter().map(|tokens| tokens.iter().try_fold(root, |value, token| value.step(token)).map(masked));
    let edits = edits(root, places, words, rules).ok_or(RedactError::Edits)?;
    if edits.is_empty() {
        return Ok(Redacted::Unchanged);
    }
    let mut written = Out::new(out);
    edits.splice(input, &mut written, &mut |_, _, _| {});
    written.finish().map(Redacted::Edited).map_err(|_| RedactError::TooSmall(edits.len_after(input)))
}

/// The edits that mask or seal in `root`, and in what it holds, what `rules` say, and the whole of what stands at `places`.
/// `None` when there are more than `words` hold.
#[must_use]
pub fn edits<'m>(
    root: Value<'_>,
    places: impl ExactSizeIterator<Item = Option<Pointed>>,
    words: &'m mut [u32],
    rules: &Rules<'_>,
) -> Option<Edits<'m>> {
    plan::plan(root, places, words, rules)
}
