//! One charge to a sliding window, as a function of a ring of times.

use super::{NOW_MAX_MS, SKEW_MS, Window};

/// The times of the last calls that were allowed: one cell for each call of the window, oldest first from `next` on. A cell holds
/// its time in milliseconds and one more, 0 if it was never used.
pub(super) struct Ring<'r> {
    pub(super) cells: &'r mut [u64],
    pub(super) next: usize,
}

impl Ring<'_> {
    /// The place that lies `steps` cells, at most as many as there are, after the oldest.
    fn place(&self, steps: usize) -> usize {
        let place = self.next.saturating_add(steps);
        place.checked_sub(self.cells.len()).unwrap_or(place)
    }

    fn cell(&self, steps: usize) -> u64 {
        self.cells.get(self.place(steps)).copied().unwrap_or(u64::MAX)
    }

    /// When the last call was allowed; 0 if none was.
    pub(super) fn newest_ms(&self) -> u64 {
        self.cell(self.cells.len().saturating_sub(1)).saturating_sub(1)
    }

    /// Charges `cost`, at least 1, at `now_ms`. `Err` holds the milliseconds until it would be allowed, or `None`: never.
    ///
    /// Times never go back in the ring: a call that comes late by at most [`SKEW_MS`] is written down with the newest time. By a clock
    /// that was set back further the window counts as spent at this moment, so that nobody waits longer than a window.
    pub(super) fn charge(&mut self, limit: Window, cost: usize, now_ms: u64) -> Result<(), Option<u64>> {
        let last = cost.checked_sub(1).filter(|last| *last < self.cells.len() && now_ms <= NOW_MAX_MS).ok_or(None)?;
        let newest = self.newest_ms();
        let stamp = now_ms.saturating_add(1);
        if newest > now_ms.saturating_add(SKEW_MS) {
            self.cells.iter_mut().for_each(|cell| *cell = stamp);
        }
        // the calls that have to leave the window before this one may come
        if let Some(time) = self.cell(last).checked_sub(1) {
            let free_ms = time.saturating_add(limit.span_ms());
            if free_ms > now_ms {
                return Err(Some(free_ms.saturating_sub(now_ms)));
            }
        }
        let stamp = stamp.max(self.newest_ms().saturating_add(1));
        for _ in 0..cost {
            if let Some(cell) = self.cells.get_mut(self.next) {
                *cell = stamp;
            }
            self.next = self.place(1);
        }
        Ok(())
    }
}
