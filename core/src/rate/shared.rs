//! A table that threads and processes share without a lock, for both kinds of limits: [`super::slots`] says whose a slot is,
//! [`super::log`] how a window is counted in it, and both why nothing is granted twice.

use super::{
    Charge, Gcra, Limit, Line, NOW_MAX_MS, RateTable, Refusal, Shape, WINDOW_CALLS_MAX, Window, gcra,
    key::hash_of,
    lines::Client,
    log::Log,
    slots::{Found, Seen, Slots},
    word::{Kind, rate_state, rate_tat},
};
use crate::num;

/// Tries before a charge gives up as if the table were full. Each but a few failed because another charge succeeded.
const TRIES_MAX: usize = 4096;

/// Allowances in memory that several share; each has a table of its own over it.
#[derive(Clone, Copy)]
pub struct SharedTable<'m> {
    rates: Slots<'m, Gcra>,
    windows: Slots<'m, Window>,
    cells: &'m [Line],
    /// Cells of a slot.
    width: usize,
    seed: (u64, u64),
}

impl<'m> SharedTable<'m> {
    /// What the memory means: another number for each way of laying it out, so that none is read as another.
    pub const LAYOUT: u32 = 3;

    /// The table in the first [`Shape::lines`] of `memory`; with fewer it refuses all. All memory is zero at first. `shape`, `seed`
    /// and what a [`Charge::limit_id`] means are the same for all who share the memory; `seed` is random and secret.
    #[must_use]
    pub fn new(memory: &'m [Line], shape: Shape, seed: (u64, u64)) -> Self {
        let parts = shape.divide(memory);
        let width = num::index(shape.calls.min(WINDOW_CALLS_MAX));
        Self { rates: Slots::new(parts.rates), windows: Slots::new(parts.windows), cells: parts.cells, width, seed }
    }

    /// Takes from an allowance, or says why not.
    ///
    /// # Errors
    /// When the client has to wait, or the table has no room for it.
    #[inline]
    pub fn charge(&self, limit: impl Into<Limit>, charge: &Charge<'_>) -> Result<(), Refusal> {
        let limit = limit.into();
        // before a slot is taken
        if charge.cost > limit.capacity().get() || charge.now_ms > NOW_MAX_MS {
            return Err(Refusal::exceeded(None));
        }
        let hash = hash_of(charge, self.seed);
        match limit {
            Limit::Gcra(limit) => attempt(
                self.rates,
                hash,
                charge,
                #[inline(always)]
                |slot| charge_rate(slot, hash, limit, charge),
            ),
            Limit::Window(limit) if num::index(limit.calls().get()) > self.width => Err(Refusal::FULL),
            Limit::Window(limit) => {
                let step = |slot| Log::of(slot, self.cells, self.width, limit).charge(limit, charge);
                attempt(self.windows, hash, charge, step)
            }
        }
    }
}

/// Finds the client's slot and charges it.
#[inline]
fn attempt<'m, K: Kind>(
    slots: Slots<'m, K>,
    hash: u64,
    charge: &Charge<'_>,
    step: impl Fn(Seen<'m, K>) -> Option<Result<(), Refusal>>,
) -> Result<(), Refusal> {
    let client = slots.client(hash, charge.now_ms);
    // at home, or else where most of the others are
    let near = slots.at(client.home, &client).or_else(|| slots.at(client.second()?, &client));
    if let Some(slot) = near
        && let Some(outcome) = step(slot)
    {
        return outcome;
    }
    look_around(slots, &client, step)
}

/// Finds the client's slot wherever it is and charges it, again while something changes meanwhile. Kept out of the way of what most
/// calls need.
#[inline(never)]
fn look_around<'m, K: Kind>(
    slots: Slots<'m, K>,
    client: &Client,
    step: impl Fn(Seen<'m, K>) -> Option<Result<(), Refusal>>,
) -> Result<(), Refusal> {
    for _ in 0..TRIES_MAX {
        match slots.find(client) {
            Found::Full => break,
            Found::Again => {}
            Found::Own(slot) => {
                if let Some(outcome) = step(slot) {
                    return outcome;
                }
            }
        }
    }
    Err(Refusal::FULL)
}

/// One try to charge an allowance under a rate; `None` if it changed meanwhile.
//
// Inlined whatever the compiler thinks of its two callers: as a call it takes a tenth of the instructions of a charge.
#[inline(always)]
fn charge_rate(slot: Seen<'_, Gcra>, hash: u64, limit: Gcra, charge: &Charge<'_>) -> Option<Result<(), Refusal>> {
    let step = gcra::charge(limit, rate_tat(slot.state), charge.cost.max(1), charge.now_ms);
    let kept = step.tat.is_none_or(|tat| slot.swap(rate_state(slot.state, hash, tat)));
    kept.then_some(step.outcome.map_err(Refusal::exceeded))
}

impl RateTable<Limit> for SharedTable<'_> {
    fn charge(&mut self, limit: Limit, charge: &Charge<'_>) -> Result<(), Refusal> {
        Self::charge(self, limit, charge)
    }

    fn window_calls(&self) -> u32 {
        if self.windows.lines() == 0 { 0 } else { num::length(self.width) }
    }
}

impl RateTable<Gcra> for SharedTable<'_> {
    fn charge(&mut self, limit: Gcra, charge: &Charge<'_>) -> Result<(), Refusal> {
        Self::charge(self, limit, charge)
    }
}

/// How large it is; nothing of the clients.
impl core::fmt::Debug for SharedTable<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (rates, windows) = (self.rates.lines(), self.windows.lines());
        f.debug_struct("SharedTable")
            .field("rates", &rates)
            .field("windows", &windows)
            .field("width", &self.width)
            .finish_non_exhaustive()
    }
}
