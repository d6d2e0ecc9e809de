//! A table that threads and processes share without a lock, for GCRA.
//!
//! A slot is two words. The *state* holds a generation and when the allowance will be whole; the *owner* holds who claimed the slot
//! in which generation. A slot belongs to a client when the owner names it in the state's generation.
//!
//! 1. *Grant*: one compare-and-swap of the state, within its generation.
//! 2. *Take-over*: one compare-and-swap of the state, from a whole allowance, or a claim that was not used yet, to the next
//!    generation without a time: the slot is vacant and belongs to nobody.
//! 3. *Claim*: one compare-and-swap of the owner of a vacant slot, to a new client in the state's generation.
//! 4. *First grant* after a claim: as 1, once the client looked at all its other places after it saw the claim. A place that already
//!    counts for it, or one earlier in its order that it claimed as well, makes it vacate its own; a later claim it vacates.
//!
//! Why nothing is granted twice, all operations being in one total order (`SeqCst`):
//!
//! - *The owner is fixed within a generation.* It is written only by step 3, which expects an owner of an older generation; it is
//!   read before the state, so a state never looks older than its owner. A state leaves a generation only after a claim in it. So a
//!   claim that succeeds is one in the state's present generation.
//! - *No grant to who was pushed out.* Grants and take-overs swap the same word, generation included. A writer that stalled over a
//!   take-over fails and looks again: this is the steal race of two words that change apart.
//! - *No client counts in two places.* Suppose two places became its own, the second by a later claim. Whoever granted first in the
//!   second looked at the first after both claims, so it saw it, and either vacated the second or, where the order is the other
//!   way, vacated the first with the swap that would have let it count. In both cases one of them never counted. The clocks of
//!   the racers play no part: they choose a slot by them, but none grants before it looked.
//! - *Late clocks.* A take-over waits [`SKEW_MS`](super::SKEW_MS) longer than the allowance needs, so an owner whose clock is behind
//!   finds itself absent only where it would have been whole.
//! - *Killed between two steps*: a vacant slot is free; a claim without a grant may be taken over at once. Nothing else is pending.
//!
//! The generation has 12 bits. A writer that stalls while its slot changes hands a multiple of 4096 times, and then finds the very
//! word it read, would grant one call that is charged to another: it takes the same time to the tick, or a claim of the same client.

use core::sync::atomic::{AtomicU64, Ordering::SeqCst};

use super::{
    Charge, Gcra, NOW_MAX_MS, RateTable, Refusal, gcra,
    key::{Key, WAYS},
    word::{Owner, State},
};

/// Tries before a charge gives up as if the table were full. Each but a few failed because another charge succeeded.
const TRIES_MAX: usize = 4096;

/// Two words of a slot.
#[derive(Debug, Default)]
#[repr(C)]
struct Cell {
    owner: AtomicU64,
    state: AtomicU64,
}

/// Four slots: one cache line. All zeroes are free slots.
#[derive(Debug, Default)]
#[repr(C, align(64))]
pub struct Group {
    cells: [Cell; WAYS],
}

/// Allowances in memory that several share; each has a table of its own over it.
#[derive(Clone, Copy)]
pub struct SharedTable<'m> {
    groups: &'m [Group],
    seed: (u64, u64),
}

/// A slot as it was seen.
#[derive(Clone, Copy)]
struct Seen<'m> {
    cell: &'m Cell,
    place: (usize, usize),
    owner: Owner,
    state: State,
}

/// How gladly a slot is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Free {
    /// Nobody's, or one whose allowance is whole.
    Yes,
    /// Claimed by somebody who has not called yet, or never will.
    Claimed,
    No,
}

impl<'m> SharedTable<'m> {
    /// The table in `groups`, of which a power of two are used. All memory is zero at first. `seed` is random and secret, and the
    /// same for all who share the memory.
    #[must_use]
    pub const fn new(groups: &'m [Group], seed: (u64, u64)) -> Self {
        Self { groups, seed }
    }

    /// Takes from an allowance, or says why not.
    ///
    /// # Errors
    /// When the client has to wait, or the table has no room for it.
    pub fn charge(&self, limit: Gcra, charge: &Charge<'_>) -> Result<(), Refusal> {
        // before a slot is taken
        if charge.cost > limit.burst().get() || charge.now_ms > NOW_MAX_MS {
            return Err(Refusal::exceeded(None));
        }
        let key = Key::of(charge, self.seed, self.groups.len()).ok_or(Refusal::FULL)?;
        let mut tries = 0..TRIES_MAX;
        tries.find_map(|_| self.attempt(limit, charge, key)).unwrap_or(Err(Refusal::FULL))
    }

    /// One try; `None` if something changed meanwhile, or a slot was claimed that is now to be looked at.
    #[inline]
    fn attempt(&self, limit: Gcra, charge: &Charge<'_>, key: Key) -> Option<Result<(), Refusal>> {
        let tag = Owner::tag_of(key.hash);
        let Some(own) = self.own(key, tag) else {
            let Some(free) = self.free(key, charge.now_ms) else { return Some(Err(Refusal::FULL)) };
            free.claim(tag);
            return None;
        };
        if own.state.is_vacant() && !self.settle(key, tag, own) {
            return None;
        }
        let ticks = limit.ticks();
        let step = gcra::charge(limit, own.state.tat(ticks), charge.cost.max(1), charge.now_ms);
        let kept = step.tat.is_none_or(|tat| own.swap(State::live(own.state.generation(), tat, ticks)));
        kept.then_some(step.outcome.map_err(Refusal::exceeded))
    }

    fn see(&self, place: (usize, usize)) -> Option<Seen<'m>> {
        let cell = self.groups.get(place.0)?.cells.get(place.1)?;
        // in this order: a state never looks older than its owner
        let owner = Owner(cell.owner.load(SeqCst));
        Some(Seen { cell, place, owner, state: State(cell.state.load(SeqCst)) })
    }

    fn all(&self, key: Key) -> impl Iterator<Item = Seen<'m>> {
        let table = *self;
        key.places().filter_map(move |place| table.see(place))
    }

    /// The slot that counts for a client, or else one that it claimed.
    #[inline]
    fn own(&self, key: Key, tag: u64) -> Option<Seen<'m>> {
        let mut claimed = None;
        for seen in self.all(key).filter(|seen| seen.belongs_to(tag)) {
            if !seen.state.is_vacant() {
                return Some(seen);
            }
            claimed = claimed.or(Some(seen));
        }
        claimed
    }

    /// A slot to claim: in the emptier of the two groups, so that the table fills evenly.
    fn free(&self, key: Key, now_ms: u64) -> Option<Seen<'m>> {
        let (mut counts, mut firsts, mut claimed) = ([0_usize; 2], [None; 2], None);
        for (number, seen) in (0..).zip(self.all(key)) {
            match (seen.free(now_ms), number < WAYS) {
                (Free::No, _) => {}
                (Free::Claimed, _) => claimed = claimed.or(Some(seen)),
                (Free::Yes, true) => (counts[0], firsts[0]) = (counts[0].saturating_add(1), firsts[0].or(Some(seen))),
                (Free::Yes, false) => (counts[1], firsts[1]) = (counts[1].saturating_add(1), firsts[1].or(Some(seen))),
            }
        }
        let [first, second] = firsts;
        if counts[1] > counts[0] { second } else { first.or(claimed) }
    }

    /// Whether a slot that was claimed is the only one of its client and may count; otherwise one of them was vacated.
    fn settle(&self, key: Key, tag: u64, own: Seen<'_>) -> bool {
        let mut before = true;
        for other in self.all(key) {
            if other.place == own.place {
                before = false;
            } else if other.belongs_to(tag) {
                if before || !other.state.is_vacant() {
                    own.swap(own.state.vacated());
                    return false;
                }
                if !other.swap(other.state.vacated()) {
                    return false;
                }
            }
        }
        true
    }
}

impl Seen<'_> {
    fn belongs_to(self, tag: u64) -> bool {
        self.owner.tag() == tag && self.owner.generation() == self.state.generation()
    }

    fn has_owner(self) -> bool {
        self.owner.tag() != 0 && self.owner.generation() == self.state.generation()
    }

    fn free(self, now_ms: u64) -> Free {
        match (self.state.is_vacant(), self.has_owner()) {
            (true, true) => Free::Claimed,
            (true, false) => Free::Yes,
            (false, _) if self.state.is_whole(now_ms) => Free::Yes,
            (false, _) => Free::No,
        }
    }

    /// Puts another state in the place of the one that was seen.
    #[inline]
    fn swap(self, state: State) -> bool {
        self.cell.state.compare_exchange(self.state.0, state.0, SeqCst, SeqCst).is_ok()
    }

    /// Takes over a slot if it is somebody's, and claims it. Whether that went well is seen by looking again.
    fn claim(self, tag: u64) {
        let mut state = self.state;
        if self.has_owner() {
            state = state.vacated();
            if !self.swap(state) {
                return;
            }
        }
        let owner = Owner::new(tag, state.generation());
        let _ = self.cell.owner.compare_exchange(self.owner.0, owner.0, SeqCst, SeqCst);
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
        f.debug_struct("SharedTable").field("groups", &self.groups.len()).finish_non_exhaustive()
    }
}
