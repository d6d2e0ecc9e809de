//! An ordered list of edits to a message, spliced once: bytes that no edit names are copied as they are. A kernel.

use core::ops::Range;

use crate::{aad::Aad, num, write::Out};

/// What takes the place of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Nothing.
    Cut,
    /// The value `"private"`.
    Private,
    /// One more member of the object that the span (an empty one) lies in.
    AddPrivateScope,
    /// A mask.
    Mask(Form, Masked),
}

/// How a mask is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As a string of its own.
    Value,
    /// Within a string.
    Text,
    /// As a string in the JSON that a string holds.
    Nested,
}

/// The mask of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Masked {
    /// `[REDACTED]`
    Redacted,
    /// `****` and these characters.
    LastFour([u8; 4]),
    /// `pseudonym:` and these bytes in hexadecimal.
    Pseudonym([u8; 8]),
    /// `internal error`
    Workings,
}

const WORDS: usize = 5;
/// What the longest mask is longer than what it takes the place of, at most: two escaped marks and 26 bytes, for nothing.
const GROWTH_MAX: usize = 30;

const CUT: u32 = 0;
const PRIVATE: u32 = 1;
const ADD_PRIVATE_SCOPE: u32 = 2;
const SEAL: u32 = 3;
/// The codes from here on are masks: the kind of mask in the lowest two bits, the form in the two above.
const MASK: u32 = 16;

/// Edits in the order of the input, kept in scratch memory that parsing no longer needs.
///
/// Invariant: none overlaps the one before it.
#[derive(Debug)]
pub struct Edits<'m> {
    words: &'m mut [u32],
    len: usize,
}

impl<'m> Edits<'m> {
    /// No edits yet, and room for as many as five words each allow.
    #[must_use]
    pub const fn new(words: &'m mut [u32]) -> Self {
        Self { words, len: 0 }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds an edit that starts where the last one ended, or after it. Cuts that touch become one. `None` when there is no room.
    pub fn push(&mut self, start: usize, end: usize, edit: Edit) -> Option<()> {
        let (edits, _) = self.words.as_chunks_mut::<WORDS>();
        let (before, free) = edits.split_at_mut_checked(self.len)?;
        if let Some([_, last_end, CUT, ..]) = before.last_mut()
            && edit == Edit::Cut
            && *last_end == num::length(start)
        {
            *last_end = num::length(end);
            return Some(());
        }
        *free.first_mut()? = row(start, end, edit);
        self.len = self.len.saturating_add(1);
        Some(())
    }

    /// Adds that a value is sealed for the place that `aad` says, behind the last edit. It takes the room of three: behind its row stand
    /// two that hold the rest of `aad`, of nothing and where it ends. `None` when there is no room.
    pub fn push_sealed(&mut self, span: Range<usize>, aad: &Aad) -> Option<()> {
        let (edits, _) = self.words.as_chunks_mut::<WORDS>();
        let [own, more, last] = edits.get_mut(self.len..)?.first_chunk_mut::<3>()?;
        let (words, _) = aad.as_chunks::<4>();
        let [a, b, c, d, e, f, g, h] = words.first_chunk::<8>()?.map(u32::from_be_bytes);
        let (start, end) = (num::length(span.start), num::length(span.end));
        *own = [start, end, SEAL, a, b];
        *more = [end, c, d, e, f];
        *last = [end, g, h, 0, 0];
        self.len = self.len.saturating_add(3);
        Some(())
    }

    /// Adds an edit wherever it stands: in the place of the one for the same span, and overlapping no other. `None` when there is
    /// no room.
    pub fn insert(&mut self, start: usize, end: usize, edit: Edit) -> Option<()> {
        let (edits, _) = self.words.as_chunks_mut::<WORDS>();
        let (used, free) = edits.split_at_mut_checked(self.len)?;
        let own = row(start, end, edit);
        let at = used.iter().take_while(|[from, ..]| num::index(*from) < start).count();
        let later = used.get_mut(at..)?;
        if let Some(same) = later.first_mut()
            && [same[0], same[1]] == [own[0], own[1]]
        {
            *same = own;
            return Some(());
        }
        let mut moved = own;
        let room = free.first_mut()?;
        for place in later.iter_mut().chain([room]) {
            core::mem::swap(place, &mut moved);
        }
        self.len = self.len.saturating_add(1);
        Some(())
    }

    /// An upper bound of what [`Edits::splice`] writes.
    #[must_use]
    pub const fn len_after(&self, input: &[u8]) -> usize {
        input.len().saturating_add(self.len.saturating_mul(GROWTH_MAX))
    }

    /// Writes `input` with all edits made. What is to be sealed, `seal` writes: it is given the value as it stands in the input.
    pub fn splice(&self, input: &[u8], out: &mut Out<'_>, seal: &mut impl FnMut(&Aad, &[u8], &mut Out<'_>)) {
        let mut at = 0_usize;
        let mut rows = self.words.as_chunks::<WORDS>().0.iter().take(self.len);
        while let Some([start, end, code, a, b]) = rows.next() {
            let (start, end) = (num::index(*start), num::index(*end));
            out.raw(input.get(at..start).unwrap_or_default());
            if *code == SEAL {
                let (Some([_, c, d, e, f]), Some([_, g, h, ..])) = (rows.next(), rows.next()) else { return };
                let mut aad = Aad::default();
                let words = [a, b, c, d, e, f, g, h];
                aad.as_chunks_mut().0.iter_mut().zip(words).for_each(|(bytes, word)| *bytes = word.to_be_bytes());
                seal(&aad, input.get(start..end).unwrap_or_default(), out);
            } else {
                replace(*code, [*a, *b], out);
            }
            at = end;
        }
        out.raw(input.get(at..).unwrap_or_default());
    }
}

fn row(start: usize, end: usize, edit: Edit) -> [u32; WORDS] {
    let (code, [a, b]) = match edit {
        Edit::Cut => (CUT, [0, 0]),
        Edit::Private => (PRIVATE, [0, 0]),
        Edit::AddPrivateScope => (ADD_PRIVATE_SCOPE, [0, 0]),
        Edit::Mask(form, masked) => {
            let form = match form {
                Form::Value => 0,
                Form::Text => 4,
                Form::Nested => 8,
            };
            let (kind, words) = match masked {
                Masked::Redacted => (0, [0, 0]),
                Masked::Workings => (3, [0, 0]),
                Masked::LastFour(last) => (1, [u32::from_be_bytes(last), 0]),
                Masked::Pseudonym([a, b, c, d, e, f, g, h]) => {
                    (2, [u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h])])
                }
            };
            (MASK | form | kind, words)
        }
    };
    [num::length(start), num::length(end), code, a, b]
}

fn replace(code: u32, [a, b]: [u32; 2], out: &mut Out<'_>) {
    match code {
        CUT => {}
        PRIVATE => {
            out.raw(b"\"private\"");
        }
        ADD_PRIVATE_SCOPE => {
            out.raw(b",\"cacheScope\":\"private\"");
        }
        _ => {
            let mark: &[u8] = match code & 0xC {
                0 => b"\"",
                8 => b"\\\"",
                _ => b"",
            };
            out.raw(mark);
            match code & 3 {
                1 => out.raw(b"****").raw(&a.to_be_bytes()),
                3 => out.raw(b"internal error"),
                2 => out.raw(b"pseudonym:").hex(&a.to_be_bytes()).hex(&b.to_be_bytes()),
                _ => out.raw(b"[REDACTED]"),
            };
            out.raw(mark);
        }
    }
}
