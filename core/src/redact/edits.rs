//! An ordered list of edits, spliced once.

use crate::{num, write::Out};

use super::mask::Masked;

/// How a mask is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As a string of its own.
    Value,
    /// Within a string.
    Text,
    /// As a string in the JSON that a string holds.
    Nested,
}

const WORDS: usize = 5;
/// What the longest mask is longer than what it takes the place of, at most: two escaped marks and 26 bytes, for nothing.
const GROWTH_MAX: usize = 30;

/// Edits in the order of the input, kept in scratch memory that parsing no longer needs.
#[derive(Debug)]
pub(super) struct Edits<'m> {
    words: &'m mut [u32],
    len: usize,
}

impl<'m> Edits<'m> {
    pub(super) const fn new(words: &'m mut [u32]) -> Self {
        Self { words, len: 0 }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds an edit that starts where the last one ended, or after it. `None` when there is no room.
    pub(super) fn push(&mut self, start: usize, end: usize, form: Form, mask: Masked) -> Option<()> {
        let free = self.words.get_mut(self.len.saturating_mul(WORDS)..)?;
        let (words, _) = free.split_first_chunk_mut::<WORDS>()?;
        let (code, a, b) = match mask {
            Masked::Redacted => (0, 0, 0),
            Masked::LastFour(last) => (1, u32::from_be_bytes(last), 0),
            Masked::Pseudonym([a, b, c, d, e, f, g, h]) => {
                (2, u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]))
            }
        };
        let form = match form {
            Form::Value => 0,
            Form::Text => 4,
            Form::Nested => 8,
        };
        *words = [num::length(start), num::length(end), code | form, a, b];
        self.len = self.len.saturating_add(1);
        Some(())
    }

    /// An upper bound of what [`Edits::splice`] writes.
    pub(super) const fn len_after(&self, input: &[u8]) -> usize {
        input.len().saturating_add(self.len.saturating_mul(GROWTH_MAX))
    }

    /// Writes `input` with all edits made.
    pub(super) fn splice(&self, input: &[u8], out: &mut Out<'_>) {
        let mut at = 0_usize;
        for words in self.words.as_chunks::<WORDS>().0.iter().take(self.len) {
            let [start, end, code, a, b] = *words;
            out.raw(input.get(at..num::index(start)).unwrap_or_default());
            let mark: &[u8] = match code & 0xC {
                0 => b"\"",
                8 => b"\\\"",
                _ => b"",
            };
            out.raw(mark);
            match code & 3 {
                1 => out.raw(b"****").raw(&a.to_be_bytes()),
                2 => out.raw(b"pseudonym:").hex(&a.to_be_bytes()).hex(&b.to_be_bytes()),
                _ => out.raw(b"[REDACTED]"),
            };
            out.raw(mark);
            at = num::index(end);
        }
        out.raw(input.get(at..).unwrap_or_default());
    }
}
