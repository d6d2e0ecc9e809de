//! The memory of one check, owned by the caller. Its content between checks does not matter.

use super::Culprit;

/// What is still to do with a value: the operation that waits for a result, and how far it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Frame {
    pub(super) pc: u32,
    pub(super) value: u32,
    pub(super) scope: u32,
    pub(super) trail: u32,
    /// The next member or element.
    pub(super) at: u32,
    /// How many are left.
    pub(super) left: u32,
    pub(super) count: u32,
    pub(super) stage: u32,
}

/// A mark that was set, and what stood there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trail {
    pub(super) value: u32,
    pub(super) before: u32,
}

/// A result that is remembered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memo {
    pub(super) node: u32,
    /// The value plus one; 0 where nothing is remembered.
    pub(super) value: u32,
    /// Not 0: valid. A whole word, so that any memory is one of these.
    pub(super) valid: u32,
}

/// How much memory schemas ask for, in elements. Zero where they don't need any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Frames.
    pub frames: usize,
    /// Marks of evaluated values.
    pub marks: usize,
    /// Marks that may have to be taken back.
    pub trail: usize,
    /// Remembered results, a power of two.
    pub memo: usize,
    /// Prints of values.
    pub prints: usize,
    /// Slots of the table that finds equal elements, a power of two.
    pub table: usize,
}

/// The most remembered results.
const MEMO_MAX: usize = 1 << 16;

impl Needs {
    /// What suffices for either.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            frames: self.frames.max(other.frames),
            marks: self.marks.max(other.marks),
            trail: self.trail.max(other.trail),
            memo: self.memo.max(other.memo),
            prints: self.prints.max(other.prints),
            table: self.table.max(other.table),
        }
    }

    /// What is asked for when nothing is.
    pub const NOTHING: Self = Self { frames: 0, marks: 0, trail: 0, memo: 0, prints: 0, table: 0 };

    pub(super) fn memo_len(values: usize) -> usize {
        values.saturating_mul(4).clamp(64, MEMO_MAX).checked_next_power_of_two().unwrap_or(MEMO_MAX)
    }

    pub(super) fn table_len(values: usize) -> usize {
        values.saturating_mul(2).max(2).checked_next_power_of_two().unwrap_or(usize::MAX)
    }
}

/// Memory for one check at a time, of the sizes that [`Schema::needs`](super::Schema::needs) says.
#[derive(Debug)]
pub struct Memory<'m> {
    /// [`Needs::frames`]
    pub frames: &'m mut [Frame],
    /// [`Needs::marks`]
    pub marks: &'m mut [u32],
    /// [`Needs::trail`]
    pub trail: &'m mut [Trail],
    /// [`Needs::memo`]
    pub memo: &'m mut [Memo],
    /// [`Needs::prints`]
    pub prints: &'m mut [u64],
    /// [`Needs::table`]
    pub table: &'m mut [u32],
    /// Where culprits are written: none or one for the first alone.
    pub culprits: &'m mut [Culprit],
    /// What prints are keyed by: random once a process where there is a source of randomness. It changes how long hostile elements
    /// take, never a verdict.
    pub seed: u64,
}

impl Memory<'_> {
    /// Whether this memory is as large as `needs` says.
    #[must_use]
    pub const fn suffices(&self, needs: Needs) -> bool {
        self.frames.len() >= needs.frames
            && self.marks.len() >= needs.marks
            && self.trail.len() >= needs.trail
            && self.memo.len() >= needs.memo
            && self.prints.len() >= needs.prints
            && self.table.len() >= needs.table
    }
}
