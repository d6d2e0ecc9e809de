//! What an image holds of schemas, and how its words are read.

use rkyv::{
    Portable,
    bytecheck::CheckBytes,
    primitive::{ArchivedU16, ArchivedU32},
    vec::ArchivedVec,
};

use crate::{
    dfa::Dfa,
    num::{self, wide},
};

use super::{
    Stop,
    decimal::Bound,
    memory::Needs,
    op::{EMPTY, LEN, LITERAL, Name, Op, PROPERTY, REQUIRED, SHORT, SLOT, TABLE},
};

/// Schemas that were compiled together. They share their literals and automata.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Schemas {
    /// The words of all programs, see [`op`](super::op).
    pub code: ArchivedVec<ArchivedU32>,
    /// Names and literals.
    pub text: ArchivedVec<u8>,
    /// Patterns.
    pub automata: ArchivedVec<Dfa>,
    /// The schemas.
    pub roots: ArchivedVec<Root>,
}

/// One schema.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Root {
    /// Its node.
    pub node: ArchivedU32,
    /// Steps that it may take for each value of a document.
    pub steps: ArchivedU32,
    /// Frames that one level of a document takes at most.
    pub frames: ArchivedU16,
    /// Scopes of evaluated members that lie in one another at most, for one value.
    pub scopes: ArchivedU16,
    /// Whether a value may be asked the same question twice.
    pub remembers: bool,
    /// Whether elements are compared with each other.
    pub compares: bool,
}

impl Root {
    /// Whether it asks for no memory but frames.
    #[inline]
    pub(super) fn is_plain(&self) -> bool {
        self.scopes.to_native() == 0 && !self.remembers && !self.compares
    }
}

/// One schema of [`Schemas`].
#[derive(Clone, Copy, Debug)]
pub struct Schema<'p> {
    pub(super) program: Program<'p>,
    pub(super) root: &'p Root,
}

impl Root {
    /// The memory that it asks for, for documents of at most `values_max` values that are nested at most `depth_max` deep.
    #[must_use]
    pub fn needs(&self, values_max: u32, depth_max: u16) -> Needs {
        let values = num::index(values_max);
        let (frames, scopes) = (usize::from(self.frames.to_native()), usize::from(self.scopes.to_native()));
        Needs {
            frames: frames.saturating_mul(usize::from(depth_max).saturating_add(2)).saturating_add(1),
            marks: if scopes > 0 { values } else { 0 },
            trail: values.saturating_mul(scopes),
            memo: if self.remembers { Needs::memo_len(values) } else { 0 },
            prints: if self.compares { values } else { 0 },
            table: if self.compares { Needs::table_len(values) } else { 0 },
        }
    }

    /// Whether it never asks for less memory than `other`.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.frames.to_native() >= other.frames.to_native()
            && self.scopes.to_native() >= other.scopes.to_native()
            && self.remembers >= other.remembers
            && self.compares >= other.compares
    }
}

impl Schemas {
    /// Reads what a compiler wrote, in place; what a program does is checked where it runs. None for bytes of another form.
    #[must_use]
    pub fn open(bytes: &[u8]) -> Option<&Self> {
        rkyv::api::low::access::<Self, rkyv::rancor::Failure>(bytes).ok()
    }

    /// The schema of an index.
    #[must_use]
    pub fn schema(&self, index: u32) -> Option<Schema<'_>> {
        let root = self.roots.get(num::index(index))?;
        let program = Program { code: self.code.as_slice(), text: self.text.as_slice(), automata: self.automata.as_slice() };
        Some(Schema { program, root })
    }
}

impl Schema<'_> {
    /// Steps that it may take for each value, and for each 64 bytes of text.
    #[must_use]
    pub fn steps(self) -> u32 {
        self.root.steps.to_native()
    }

    /// As [`Root::needs`].
    #[must_use]
    pub fn needs(self, values_max: u32, depth_max: u16) -> Needs {
        self.root.needs(values_max, depth_max)
    }
}

/// The words. Every place outside reads as zero, which denies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Program<'p> {
    code: &'p [ArchivedU32],
    text: &'p [u8],
    automata: &'p [Dfa],
}

/// What a table has for a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Property {
    pub(super) node: u32,
    len: u32,
}

impl Property {
    /// The member has to be there.
    #[inline(always)]
    pub(super) const fn is_required(self) -> bool {
        self.len & REQUIRED != 0
    }

    /// `properties` has it.
    #[inline(always)]
    pub(super) const fn is_property(self) -> bool {
        self.len & PROPERTY != 0
    }
}

impl<'p> Program<'p> {
    #[inline(always)]
    pub(super) fn word(self, at: u32) -> u32 {
        self.code.get(num::index(at)).map_or(0, |word| word.to_native())
    }

    /// A word that has to be there.
    #[inline(always)]
    pub(super) fn get(self, at: u32) -> Result<u32, Stop> {
        self.code.get(num::index(at)).map(|word| word.to_native()).ok_or(Stop::Program)
    }

    /// So many words from a place on.
    #[inline(always)]
    pub(super) fn words<const N: usize>(self, at: u32) -> Result<[u32; N], Stop> {
        let words = self.code.get(num::index(at)..).and_then(|code| code.first_chunk::<N>()).ok_or(Stop::Program)?;
        Ok(words.map(|word| word.to_native()))
    }

    /// Whether the operation at a place asks nobody else.
    #[inline(always)]
    pub(super) fn is_leaf(self, at: u32) -> Result<bool, Stop> {
        let [op, ..] = self.get(at)?.to_le_bytes();
        Ok(op < Op::Unique.number())
    }

    /// The operand `n` of the operation at `at`.
    #[inline(always)]
    pub(super) fn operand(self, at: u32, n: u32) -> u32 {
        self.word(at.wrapping_add(n))
    }

    #[inline(always)]
    pub(super) fn text(self, at: u32, len: u32) -> &'p [u8] {
        let start = num::index(at);
        self.text.get(start..start.saturating_add(num::index(len))).unwrap_or_default()
    }

    pub(super) fn literal(self, at: u32) -> Bound<'p> {
        let [low, high, is_small, offset, len] = self.words::<LITERAL>(at).unwrap_or_default();
        let small = i64::from_le_bytes(wide(low, high).to_le_bytes());
        Bound { small: (is_small == 1).then_some(small), text: self.text(offset, len) }
    }

    pub(super) fn is_match(self, automaton: u32, text: &[u8]) -> Option<bool> {
        Some(self.automata.get(num::index(automaton))?.is_match(text))
    }

    /// The table at `at`.
    #[inline(always)]
    pub(super) fn table(self, at: u32) -> Option<Table<'p>> {
        let (head, slots) = self.code.get(num::index(at)..)?.split_first_chunk::<TABLE>()?;
        let ([mask, key], (slots, _)) = (head.map(|word| word.to_native()), slots.as_chunks::<SLOT>());
        Some(Table { slots, mask, key, text: self.text })
    }
}

/// A table of names.
#[derive(Clone, Copy)]
pub(super) struct Table<'p> {
    slots: &'p [[ArchivedU32; SLOT]],
    mask: u32,
    key: u32,
    text: &'p [u8],
}

impl Table<'_> {
    /// What it has for a name.
    #[inline(always)]
    pub(super) fn find(self, text: &[u8]) -> Option<Property> {
        let name = Name::new(text);
        let mut slot = name.hash(self.key) & self.mask;
        let mut left = self.mask;
        // the compiler leaves slots empty, and no table that it didn't write takes longer than once around
        loop {
            let words = self.slots.get(num::index(slot))?.each_ref().map(|word| word.to_native());
            let [len, node, head_low, head_high, tail_low, tail_high, offset, _] = words;
            let known = Name { head: wide(head_low, head_high), tail: wide(tail_low, tail_high), len: len & LEN };
            if known == name && (name.len <= SHORT || self.is_text(offset, text)) {
                return Some(Property { node, len });
            }
            if len == EMPTY {
                return None;
            }
            slot = slot.wrapping_add(1) & self.mask;
            left = left.checked_sub(1)?;
        }
    }

    #[inline(never)]
    fn is_text(self, at: u32, text: &[u8]) -> bool {
        let start = num::index(at);
        self.text.get(start..start.saturating_add(text.len())) == Some(text)
    }
}
