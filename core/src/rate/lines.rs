//! In which lines a client's slot may lie: those of two groups, first of all one that is its home.
//!
//! Most clients lie at home, and to find those one line is read. The rest keeps the table even: see [`super::slots`].

use crate::num;

use super::{key::mixed, memory::LINES};

/// A client, and the lines of its two groups in an order of its own.
#[derive(Clone, Copy)]
pub(super) struct Client {
    pub(super) hash: u64,
    pub(super) now_ms: u64,
    /// Of the table.
    lines: usize,
    /// The line to look at first, and to lie in if there is room.
    pub(super) home: usize,
}

/// The lines of one of a client's groups.
#[derive(Clone, Copy)]
pub(super) struct Group {
    first: usize,
    /// At most [`LINES`].
    lines: usize,
    /// Which of them comes first.
    start: usize,
}

impl Client {
    /// Of a hash that has at least 32 bits beside its tag, among so many lines.
    #[inline]
    pub(super) fn of(hash: u64, now_ms: u64, lines: usize) -> Self {
        Self { hash, now_ms, lines, home: num::index(num::share(num::high(hash), num::length(lines))) }
    }

    /// The line to look at next: where it begins in its other group, if there is one.
    #[inline]
    pub(super) fn second(&self) -> Option<usize> {
        self.groups().1?.line(0)
    }

    /// The group of its home, and another one; in a table of one group there is none.
    #[inline]
    pub(super) fn groups(&self) -> (Group, Option<Group>) {
        let start = self.home & (LINES - 1);
        // less than a group is one
        let group = |number: u32| {
            let lines = self.lines.min(LINES);
            Group { first: num::index(number).saturating_mul(LINES), lines, start }
        };
        let first = num::length(self.home >> LINES.trailing_zeros());
        let others = num::length(self.lines >> LINES.trailing_zeros()).saturating_sub(1);
        let other = num::share(num::high(mixed(self.hash)), others);
        let other = if other < first { other } else { other.saturating_add(1) };
        (group(first), (others > 0).then(|| group(other)))
    }
}

impl Group {
    /// A line of the group; `None` if it has not so many.
    #[inline]
    pub(super) fn line(self, level: usize) -> Option<usize> {
        let at = self.start.saturating_add(level);
        let at = at.checked_sub(self.lines).unwrap_or(at);
        (level < self.lines).then(|| self.first.saturating_add(at))
    }

    /// Its lines, beginning with that of the client.
    pub(super) fn all(self) -> impl Iterator<Item = usize> {
        (0..self.lines).filter_map(move |level| self.line(level))
    }
}
