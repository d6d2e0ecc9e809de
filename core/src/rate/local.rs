//! A table of one owner, for both kinds of limits and for every target.

use crate::num;

use super::{
    Charge, Gcra, Limit, NOW_MAX_MS, RateTable, Refusal, SKEW_MS, Window, gcra,
    key::{Key, WAYS},
    time::Time,
    window::Ring,
};

/// One client's allowance under one limit. All zeroes are a free slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    /// The hash of limit and client; 0: free.
    hash: u64,
    /// From when on the allowance is whole, in milliseconds.
    whole_ms: u64,
    /// GCRA: that moment as a [`Time`]. Window: where the ring's oldest cell lies.
    value: u64,
}

/// Allowances in memory that one owner keeps from call to call.
pub struct LocalTable<'m> {
    slots: &'m mut [Slot],
    cells: &'m mut [u64],
    width: usize,
    seed: (u64, u64),
}

impl<'m> LocalTable<'m> {
    /// The table in `slots`, of which a power of two, four at least, are used. For windows each slot has `width` of `cells`, as many
    /// as the largest window has calls. All memory is zero at first. `seed` is random and secret, and the same for the same memory.
    #[must_use]
    pub const fn new(slots: &'m mut [Slot], cells: &'m mut [u64], width: usize, seed: (u64, u64)) -> Self {
        Self { slots, cells, width, seed }
    }

    /// The slot of a client: its own, or else one that is free, emptied.
    fn find(&mut self, charge: &Charge<'_>) -> Option<(usize, bool)> {
        let key = Key::of(charge, self.seed, self.slots.len() >> WAYS.trailing_zeros())?;
        let index = |(group, way): (usize, usize)| (group << WAYS.trailing_zeros()) | way;
        let own = |at: &usize| self.slots.get(*at).is_some_and(|slot| slot.hash == key.hash);
        if let Some(at) = key.places().map(index).find(own) {
            return Some((at, false));
        }
        let free = |at: &usize| {
            let whole = |slot: &Slot| slot.hash == 0 || slot.whole_ms.saturating_add(SKEW_MS) <= charge.now_ms;
            self.slots.get(*at).is_some_and(whole)
        };
        // of the two groups the emptier, so that the table fills evenly
        let mut counts = [0_usize; 2];
        for (count, way) in (0..).zip(key.places().map(index)) {
            if let Some(number) = counts.get_mut(usize::from(count >= WAYS)) {
                *number = number.saturating_add(usize::from(free(&way)));
            }
        }
        let skip = if counts[1] > counts[0] { WAYS } else { 0 };
        let at = key.places().map(index).skip(skip).find(free)?;
        *self.slots.get_mut(at)? = Slot { hash: key.hash, ..Slot::default() };
        Some((at, true))
    }

    fn charge_gcra(&mut self, limit: Gcra, charge: &Charge<'_>) -> Result<(), Refusal> {
        let slot = self.find(charge).and_then(|(at, _)| self.slots.get_mut(at)).ok_or(Refusal::FULL)?;
        let step = gcra::charge(limit, Time(slot.value), charge.cost.max(1), charge.now_ms);
        if let Some(tat) = step.tat {
            slot.value = tat.0;
            slot.whole_ms = tat.ceil_ms();
        }
        step.outcome.map_err(Refusal::exceeded)
    }

    fn charge_window(&mut self, limit: Window, charge: &Charge<'_>) -> Result<(), Refusal> {
        let calls = num::index(limit.calls().get());
        if calls > self.width {
            return Err(Refusal::FULL);
        }
        let (at, new) = self.find(charge).ok_or(Refusal::FULL)?;
        let slot = self.slots.get_mut(at).ok_or(Refusal::FULL)?;
        let cells = self.cells.get_mut(at.saturating_mul(self.width)..).and_then(|cells| cells.get_mut(..calls));
        let Some(cells) = cells else {
            // a slot without its cells remembers nothing
            *slot = Slot::default();
            return Err(Refusal::FULL);
        };
        if new {
            cells.fill(0);
        }
        let mut ring = Ring { cells, next: usize::try_from(slot.value).unwrap_or(0) };
        let outcome = ring.charge(limit, num::index(charge.cost.max(1)), charge.now_ms);
        slot.value = u64::from(num::length(ring.next));
        slot.whole_ms = ring.newest_ms().saturating_add(limit.span_ms());
        outcome.map_err(Refusal::exceeded)
    }
}

impl RateTable<Limit> for LocalTable<'_> {
    fn window_calls(&self) -> u32 {
        // a slot without its cells would be found full
        let slots = self.slots.len().checked_ilog2().map_or(0, |bits| 1_usize << bits);
        let whole = slots.checked_mul(self.width).is_some_and(|cells| cells <= self.cells.len());
        if whole { num::length(self.width) } else { 0 }
    }

    fn charge(&mut self, limit: Limit, charge: &Charge<'_>) -> Result<(), Refusal> {
        // before a slot is taken
        if charge.cost > limit.capacity().get() || charge.now_ms > NOW_MAX_MS {
            return Err(Refusal::exceeded(None));
        }
        match limit {
            Limit::Window(window) => self.charge_window(window, charge),
            Limit::Gcra(gcra) => self.charge_gcra(gcra, charge),
        }
    }
}

impl RateTable<Gcra> for LocalTable<'_> {
    fn charge(&mut self, limit: Gcra, charge: &Charge<'_>) -> Result<(), Refusal> {
        RateTable::<Limit>::charge(self, Limit::Gcra(limit), charge)
    }
}

/// How large it is; nothing of the clients.
impl core::fmt::Debug for LocalTable<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("LocalTable").field("slots", &self.slots.len()).field("width", &self.width).finish_non_exhaustive()
    }
}
