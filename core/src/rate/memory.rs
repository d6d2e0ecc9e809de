//! The memory of a shared table: cache lines of atomic words, and how many of them hold so many clients.

use crate::{
    num,
    sync::{AtomicU64, SeqCst},
};

use super::{WINDOW_CALLS_MAX, Window, word::Kind};

/// Words of a line.
pub(super) const WORDS: usize = 8;

/// Lines of a group: a client's allowance lies in one of two groups.
pub(super) const LINES: usize = 4;

/// One cache line of a shared table. All zeroes are free slots.
#[derive(Debug, Default)]
#[repr(C, align(64))]
pub struct Line([AtomicU64; WORDS]);

impl Line {
    /// The word at a place, of which the lowest three bits count.
    #[inline]
    pub(super) fn load(&self, at: usize) -> u64 {
        self.0.get(at & (WORDS - 1)).map_or(0, |word| word.load(SeqCst))
    }

    /// Puts `to` in the place of `from`, if that is still there.
    #[inline]
    pub(super) fn swap(&self, at: usize, from: u64, to: u64) -> bool {
        self.0.get(at & (WORDS - 1)).is_some_and(|word| word.compare_exchange(from, to, SeqCst, SeqCst).is_ok())
    }
}

/// How much a shared table remembers, and so how its memory is divided.
///
/// So many clients fit with room to spare, wherever the secret seed sends them. Filled with that many, a table of a million refused
/// none; while clients came and went at that number, it turned away fewer than one newcomer in a million, and only until one of 40
/// slots (32 for windows) was free again. Beyond that number it refuses more and more of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Clients under limits of a rate and a burst: 16 bytes each.
    pub rates: u32,
    /// Clients under windows: 64 bytes and 32 for each of [`Shape::calls`] for every three of them.
    pub windows: u32,
    /// The calls of the largest window, at most [`WINDOW_CALLS_MAX`].
    pub calls: u32,
}

impl Shape {
    /// Lines of 64 bytes that the table needs; `usize::MAX` if that is more than can be counted.
    #[must_use]
    pub const fn lines(self) -> usize {
        self.rate_lines().saturating_add(self.window_lines()).saturating_add(self.cell_lines())
    }

    /// Lines for slots of rates: four clients each, where five have a slot.
    const fn rate_lines(self) -> usize {
        whole_groups(num::index(self.rates.div_ceil(4)))
    }

    /// Lines for slots of windows: three clients each, where four have a slot.
    const fn window_lines(self) -> usize {
        whole_groups(num::index(self.windows.div_ceil(3)))
    }

    /// Lines for the times of calls in windows.
    const fn cell_lines(self) -> usize {
        let calls = if self.calls > WINDOW_CALLS_MAX { WINDOW_CALLS_MAX } else { self.calls };
        self.window_lines().saturating_mul(<Window as Kind>::WAYS).saturating_mul(num::index(calls)).div_ceil(WORDS)
    }

    /// The parts of a memory; all are empty if it is too small.
    pub(super) fn divide(self, memory: &[Line]) -> Parts<'_> {
        let parts = || {
            let (rates, rest) = memory.split_at_checked(self.rate_lines())?;
            let (windows, rest) = rest.split_at_checked(self.window_lines())?;
            Some(Parts { rates, windows, cells: rest.get(..self.cell_lines())? })
        };
        parts().unwrap_or_default()
    }
}

/// A memory as it is divided.
#[derive(Clone, Copy, Default)]
pub(super) struct Parts<'m> {
    /// Slots of rates.
    pub(super) rates: &'m [Line],
    /// Slots of windows.
    pub(super) windows: &'m [Line],
    /// Times of calls: as many for each slot of windows as the largest window has calls.
    pub(super) cells: &'m [Line],
}

/// Less than a group, or whole ones.
const fn whole_groups(lines: usize) -> usize {
    if lines < LINES { lines } else { lines.div_ceil(LINES).saturating_mul(LINES) }
}
