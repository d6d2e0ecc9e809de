//! One charge to a sliding window that several share: the state of its slot decides, a ring of times remembers.
//!
//! The ring has a cell for each call of the window. The state holds when the last call will have left the window (so when it came)
//! and the *position* after it: which cell comes next, and on which lap. Laps are numbered 0, 1, 2, 1, 2, …, so that what no lap
//! wrote yet is told from what another did. A cell holds a time, the slot's turn and whether its lap is odd.
//!
//! 1. *Record*: the cells of the last grant are written, those before the position that do not bear their lap, in ascending order,
//!    each by one compare-and-swap from what was read there before the state was seen unchanged. Everything that is written follows
//!    from the state, so anybody writes it, whoever was granted.
//! 2. *Decide*: the cell that the last of the new calls goes to holds the call that must have left the window.
//! 3. *Grant*: one compare-and-swap of the state, to the later time and a position further by the cost.
//!
//! Why that is exact, beside what [`super::slots`] shows of states and owners:
//!
//! - *The ring is whole when it is read.* Who decides has recorded first, under the state that he swaps or sees unchanged: all calls
//!   but those of later states are in their cells, and after a later state his swap fails.
//! - *A recorder that stalled writes nothing wrong.* It read the cell before it saw the state unchanged, so it read what the lap
//!   before left. If that is still there when it swaps, nobody recorded under that state, so no call was granted after it; or the
//!   slot was taken over, and the turn in what it writes says that it counts for nobody. Neither does a cell come back to what it
//!   was: its lap or its turn changed, and times only grow.
//! - *What is recorded is seen.* A cell before the position that bears its lap and turn was written under this state or an earlier
//!   one. The last cell, which is written last, is recorded if it is what the state says to the bit, so one look is enough.
//! - *Killed at any point*: a grant is in the state or nowhere. If it is, and the call was never made, one grant is lost.
//!
//! A clock that was set back further than [`SKEW_MS`] grants a whole window at this moment to nobody: the same three steps.
//!
//! What remains: a cell holds 20 bits of the turn. One that was last written 2^20 turns of its slot ago, each of at least
//! [`SKEW_MS`], by the same lap, is taken for recorded where a call of a cost of 2 or more was stopped before it was recorded; and a
//! clock that is set back to the very millisecond brings a cell back for a recorder that stalled since.

use crate::num;

use super::{
    Charge, Refusal, SKEW_MS, Window,
    memory::{Line, WORDS},
    slots::Seen,
    word::{Kind, window_ms, window_position, window_state},
};

/// Bits of a cell under its time.
const LABEL_BITS: u32 = 22;
const LABEL_MASK: u64 = (1 << LABEL_BITS) - 1;
/// Bits of the turn in a cell, above one that every cell that was written has, and one of the lap.
const TURN_MASK: u64 = (1 << 20) - 1;
const WRITTEN: u64 = 0b10;

/// Tries to write one cell.
const TRIES_MAX: usize = 64;

/// The times of the calls of one slot.
#[derive(Clone, Copy)]
pub(super) struct Log<'m> {
    cells: &'m [Line],
    /// The first cell's place.
    first: usize,
    /// As many cells as the window has calls, at least one.
    calls: usize,
    slot: Seen<'m, Window>,
}

impl<'m> Log<'m> {
    /// Of a slot that has so many cells, of which a window needs some.
    #[inline]
    pub(super) fn of(slot: Seen<'m, Window>, cells: &'m [Line], width: usize, limit: Window) -> Self {
        Self { cells, first: slot.number().saturating_mul(width), calls: num::index(limit.calls().get()), slot }
    }

    /// Charges a cost of 1 to as many as the window has calls. `None` if something changed meanwhile.
    #[inline]
    pub(super) fn charge(self, limit: Window, charge: &Charge<'_>) -> Option<Result<(), Refusal>> {
        let (state, now_ms) = (self.slot.state, charge.now_ms);
        let cost = num::index(charge.cost.max(1));
        if Window::is_vacant(state) {
            return self.grant(limit, now_ms, 0, cost).then_some(Ok(()));
        }
        let (whole_ms, end) = (window_ms(state), window_position(state));
        if end == 0 || end >= self.calls.saturating_mul(3) {
            return self.mend(whole_ms, now_ms);
        }
        let newest_ms = whole_ms.saturating_sub(limit.span_ms());
        if !self.record(newest_ms, end) {
            return None;
        }
        let wait = |until: u64| Err(Refusal::exceeded(Some(until.saturating_sub(now_ms))));
        if newest_ms > now_ms.saturating_add(SKEW_MS) {
            return self.grant(limit, now_ms, end, self.calls).then_some(wait(now_ms.saturating_add(limit.span_ms())));
        }
        if whole_ms > now_ms {
            let due_ms = self.due_ms(self.after(end, cost.saturating_sub(1)), limit, whole_ms);
            if due_ms > now_ms {
                return self.slot.is_unchanged().then_some(wait(due_ms));
            }
        }
        self.grant(limit, now_ms.max(newest_ms), end, cost).then_some(Ok(()))
    }

    /// Puts calls at a time, and records them.
    #[inline]
    fn grant(self, limit: Window, time_ms: u64, end: usize, cost: usize) -> bool {
        let end = self.after(end, cost);
        let state = window_state(self.slot.state, time_ms.saturating_add(limit.span_ms()), end);
        if !self.slot.swap(state) {
            return false;
        }
        // if this fails, somebody else has done it
        Self { slot: self.slot.with(state), ..self }.record(time_ms, end);
        true
    }

    /// When the call has left the window that lies in the cell of a position since the lap before; 0 if none does.
    fn due_ms(self, position: usize, limit: Window, whole_ms: u64) -> u64 {
        let Some(before) = position.checked_sub(self.calls) else { return 0 };
        let cell = self.load(position);
        if cell & LABEL_MASK == self.label(before) { (cell >> LABEL_BITS).saturating_add(limit.span_ms()) } else { whole_ms }
    }

    /// Writes the calls of the last grant, which came at a time, into their cells before the end. `false` if that is another's.
    #[inline]
    fn record(self, time_ms: u64, end: usize) -> bool {
        let Some(last) = self.before(end) else { return true };
        if self.load(last) == self.entry(last, time_ms) {
            return true;
        }
        let mut first = last;
        for _ in 1..self.calls {
            let Some(before) = self.before(first) else { break };
            if self.load(before) & LABEL_MASK == self.label(before) {
                break;
            }
            first = before;
        }
        // in ascending order, so that the last is written when all are
        for _ in 0..self.calls {
            if !self.write(first, self.entry(first, time_ms)) {
                return false;
            }
            if first == last {
                return true;
            }
            first = self.after(first, 1);
        }
        true
    }

    /// Writes one cell, unless it is written or the state changed.
    fn write(self, position: usize, entry: u64) -> bool {
        // whoever stalled can be in the way once a state that he saw
        for _ in 0..TRIES_MAX {
            let cell = self.load(position);
            if cell == entry {
                return true;
            }
            // after the cell was read
            if !self.slot.is_unchanged() {
                return false;
            }
            if self.place(position).is_some_and(|(line, at)| line.swap(at, cell, entry)) {
                return true;
            }
        }
        false
    }

    /// What was left behind by another limit is kept from being read until it counts no longer.
    #[cold]
    fn mend(self, whole_ms: u64, now_ms: u64) -> Option<Result<(), Refusal>> {
        if whole_ms <= now_ms {
            self.slot.vacate();
            return None;
        }
        self.slot.is_unchanged().then_some(Err(Refusal::exceeded(Some(whole_ms.saturating_sub(now_ms)))))
    }

    /// The position so many steps, at most a lap, further.
    #[inline]
    fn after(self, position: usize, steps: usize) -> usize {
        let after = position.saturating_add(steps);
        // laps 0, 1, 2, 1, 2
        if after < self.calls.saturating_mul(3) { after } else { after.saturating_sub(self.calls.saturating_mul(2)) }
    }

    /// The position before; `None` at the beginning. Before lap 1 comes lap 0 or lap 2, whose cells bear the same.
    #[inline]
    fn before(self, position: usize) -> Option<usize> {
        position.checked_sub(1)
    }

    /// What the cell of a position bears beside its time.
    #[inline]
    fn label(self, position: usize) -> u64 {
        let odd = position >= self.calls && position < self.calls.saturating_mul(2);
        (self.slot.owner.turn & TURN_MASK) << 2 | WRITTEN | u64::from(odd)
    }

    #[inline]
    fn entry(self, position: usize, time_ms: u64) -> u64 {
        time_ms << LABEL_BITS | self.label(position)
    }

    /// Where the cell of a position lies.
    #[inline]
    fn place(self, position: usize) -> Option<(&'m Line, usize)> {
        let lap = position.checked_sub(self.calls).unwrap_or(position);
        let at = self.first.saturating_add(lap.checked_sub(self.calls).unwrap_or(lap));
        Some((self.cells.get(at >> WORDS.trailing_zeros())?, at & (WORDS - 1)))
    }

    #[inline]
    fn load(self, position: usize) -> u64 {
        self.place(position).map_or(0, |(line, at)| line.load(at))
    }
}
