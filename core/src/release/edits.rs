//! An ordered list of edits to a message, spliced once: bytes that no edit names are copied as they are.

use crate::{num, write::Out};

/// What takes the place of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    /// Nothing.
    Cut,
    /// The value `"private"`.
    Private,
    /// One more member of the object that the span (an empty one) lies in.
    AddPrivateScope,
}

const WORDS: usize = 3;

/// Edits in the order of the input, kept in scratch memory that parsing no longer needs.
#[derive(Debug)]
pub(super) struct Edits<'m> {
    words: &'m mut [u32],
    len: usize,
    full: bool,
}

impl<'m> Edits<'m> {
    pub(super) const fn new(words: &'m mut [u32]) -> Self {
        Self { words, len: 0, full: false }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.len == 0 && !self.full
    }

    /// Adds an edit that starts where the last one ended, or after it. Cuts that touch become one.
    pub(super) fn push(&mut self, start: usize, end: usize, edit: Edit) {
        let (start, end) = (num::length(start), num::length(end));
        let used = self.len.saturating_mul(WORDS);
        let (before, after) = self.words.split_at_mut_checked(used).unwrap_or_default();
        if let [.., _, last_end, last_edit] = before
            && edit == Edit::Cut
            && *last_edit == code(Edit::Cut)
            && *last_end == start
        {
            *last_end = end;
            return;
        }
        match after {
            [a, b, c, ..] => {
                (*a, *b, *c) = (start, end, code(edit));
                self.len = self.len.saturating_add(1);
            }
            _ => self.full = true,
        }
    }

    /// Writes `input` with all edits made. False when the list itself ran out of memory, so that nothing may be used.
    pub(super) fn splice(&self, input: &[u8], out: &mut Out<'_>) -> bool {
        let mut at = 0_usize;
        for words in self.words.chunks_exact(WORDS).take(self.len) {
            let [start, end, edit] = words else { return false };
            out.raw(input.get(at..num::index(*start)).unwrap_or_default());
            out.raw(replacement(*edit));
            at = num::index(*end);
        }
        out.raw(input.get(at..).unwrap_or_default());
        !self.full
    }
}

const fn code(edit: Edit) -> u32 {
    match edit {
        Edit::Cut => 0,
        Edit::Private => 1,
        Edit::AddPrivateScope => 2,
    }
}

const fn replacement(code: u32) -> &'static [u8] {
    match code {
        1 => b"\"private\"",
        2 => b",\"cacheScope\":\"private\"",
        _ => b"",
    }
}
