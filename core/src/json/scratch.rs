//! The memory of one call: the tape, the table for duplicate keys, and the arena for decoded strings.

use crate::num;

use super::{Document, Kind, Parsed};

/// One value or key of the tape, 16 bytes.
///
/// A container is followed by what it holds: elements in order, or key, value, key, value. `aux` of a closed container is the
/// index of the first node after it, so that a reader steps over it without looking inside; of an escaped string it is the place
/// of the decoded text in the arena.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// First byte in the input; of a string, the byte after its opening quote.
    pub(super) start: u32,
    /// The byte after the last one; of a string, its closing quote.
    pub(super) end: u32,
    pub(super) aux: u32,
    /// Bits 0–2 kind, bit 3 flag, bits 4–31 count of members or elements, or length of decoded text.
    pub(super) meta: u32,
}

/// The bit of the kinds that hold others.
const HOLDS: u32 = Kind::Array.bits() & Kind::Object.bits();
const FLAG: u32 = 1 << 3;
const COUNT_SHIFT: u32 = 4;
const COUNT_LOW: u32 = (1 << COUNT_SHIFT) - 1;

impl Node {
    /// `flag` says `true` of a boolean, "integer form" of a number, "escaped" of a string.
    #[inline]
    pub(super) const fn new(kind: Kind, flag: bool, start: u32, end: u32) -> Self {
        Self { start, end, aux: 0, meta: kind.bits() | if flag { FLAG } else { 0 } }
    }

    #[inline]
    pub(super) const fn with_text(self, aux: u32, len: u32) -> Self {
        Self { aux, meta: self.meta | len.wrapping_shl(COUNT_SHIFT), ..self }
    }

    #[inline]
    pub(crate) const fn kind(self) -> Kind {
        Kind::from_bits(self.meta)
    }

    /// The number of its kind, as [`Kind::bits`] has it.
    #[inline(always)]
    pub(crate) const fn kind_bits(self) -> u32 {
        self.meta & 7
    }

    #[inline]
    pub(crate) const fn flag(self) -> bool {
        self.meta & FLAG != 0
    }

    /// A number with neither fraction nor exponent.
    #[inline(always)]
    pub(crate) const fn has_integer_form(self) -> bool {
        self.kind_bits() == Kind::Number.bits() && self.flag()
    }

    /// Bytes between its first and its last one.
    #[inline(always)]
    pub(crate) const fn extent(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Members of an object, elements of an array, or bytes of decoded text.
    #[inline]
    pub(crate) const fn count(self) -> u32 {
        self.meta >> COUNT_SHIFT
    }

    /// Members of an object or elements of an array; 0 for all else.
    #[inline(always)]
    pub(crate) const fn len(self) -> u32 {
        if self.meta & HOLDS != 0 { self.count() } else { 0 }
    }

    #[inline]
    pub(super) const fn set_count(&mut self, count: u32) {
        self.meta = (self.meta & COUNT_LOW) | count.wrapping_shl(COUNT_SHIFT);
    }

    /// Index of the node after this one and all that it holds, when this node stands at `index`.
    #[inline]
    pub(crate) const fn next(self, index: u32) -> u32 {
        // a reader moves forward even over a tape that was not written by `parse`
        if self.meta & HOLDS != 0 && self.aux > index { self.aux } else { index.saturating_add(1) }
    }
}

/// Memory for one call at a time, owned by the caller; its content between calls does not matter.
///
/// [`Scratch::nodes_needed`] and the two beside it say how much a set of limits asks for.
#[derive(Debug)]
pub struct Scratch<'m> {
    pub(super) nodes: &'m mut [Node],
    pub(super) slots: &'m mut [u32],
    pub(super) text: &'m mut [u8],
    pub(super) seed: (u64, u64),
}

impl<'m> Scratch<'m> {
    /// `seed` keys the table for duplicate keys: random once per process where there is a source of randomness. It changes how
    /// long a hostile input takes, never a verdict.
    #[must_use]
    pub const fn new(nodes: &'m mut [Node], slots: &'m mut [u32], text: &'m mut [u8], seed: (u64, u64)) -> Self {
        Self { nodes, slots, text, seed }
    }

    /// Nodes that inputs of at most `values_max` values ask for.
    #[must_use]
    pub const fn nodes_needed(values_max: u32) -> usize {
        num::index(values_max)
    }

    /// Slots that inputs of at most `values_max` values ask for: two for each key of one object, as a power of two.
    #[must_use]
    pub const fn slots_needed(values_max: u32) -> usize {
        num::index(values_max).next_power_of_two()
    }

    /// Bytes of text that inputs of at most `input_max` bytes ask for. Decoding never lengthens a string.
    #[must_use]
    pub const fn text_needed(input_max: u32) -> usize {
        num::index(input_max)
    }

    /// The document that [`parse`](super::parse) left here, and the memory that parsing no longer needs.
    pub(crate) fn split<'s>(&'s mut self, input: &'s [u8], parsed: Parsed) -> (Document<'s>, &'s mut [u32]) {
        (Document::over(input, self.nodes, self.text, parsed.nodes), self.slots)
    }

    /// Sets `bytes` of the text aside, for something else than the next input; none when there are not so many.
    pub(crate) const fn set_aside(&mut self, bytes: usize) -> Option<(&mut [u8], Scratch<'_>)> {
        let Some((aside, text)) = self.text.split_at_mut_checked(bytes) else { return None };
        Some((aside, Scratch { nodes: self.nodes, slots: self.slots, text, seed: self.seed }))
    }

    /// Whether this memory suffices for every input within the limits.
    #[must_use]
    pub const fn suffices(&self, values_max: u32, input_max: u32) -> bool {
        self.nodes.len() >= Self::nodes_needed(values_max)
            && self.slots.len() >= Self::slots_needed(values_max)
            && self.text.len() >= Self::text_needed(input_max)
    }
}
