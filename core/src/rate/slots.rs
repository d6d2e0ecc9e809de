//! Slots that several share without a lock: how one becomes a client's, and nobody else's.
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
//!   read before the state and again after it, so the state was one of its owner's. A state leaves a generation only after a claim
//!   in it. So a claim that succeeds is one in the state's present generation.
//! - *No grant to who was pushed out.* Grants and take-overs swap the same word, generation included. A writer that stalled over a
//!   take-over fails and looks again: this is the steal race of two words that change apart.
//! - *No client counts in two places.* Suppose two places became its own, the second by a later claim. Whoever granted first in the
//!   second looked at the first after both claims, so it saw it, and either vacated the second or, where the order is the other
//!   way, vacated the first with the swap that would have let it count. In both cases one of them never counted. The clocks of
//!   the racers play no part: they choose a slot by them, but none grants before it looked.
//! - *Late clocks.* A take-over waits [`SKEW_MS`] longer than the allowance needs, so an owner whose clock is behind finds itself
//!   absent only where it would have been whole.
//! - *Killed between two steps*: a vacant slot is free; a claim without a grant may be taken over at once. Nothing else is pending.
//!
//! What remains are words that come back while somebody stalls between reading and swapping them. Times only grow while clocks keep
//! to [`SKEW_MS`], so no state of a call comes back. Under a rate, vacant states and owners come back after 256 turns: a writer that
//! stalls over a multiple of 256 turns of its slot, each of at least [`SKEW_MS`] unless racers take an unused claim from one another,
//! and then finds the very word it read, grants one call that is charged to another, or makes one client's allowance whole. Under a
//! window it takes 2^22 turns.

use core::marker::PhantomData;

use crate::num;

use super::{
    SKEW_MS,
    key::mixed,
    memory::{LINES, Line},
    word::{Kind, Owner},
};

/// The slots of one kind.
pub(super) struct Slots<'m, K> {
    lines: &'m [Line],
    kind: PhantomData<K>,
}

impl<K> Clone for Slots<'_, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Slots<'_, K> {}

/// A client, and the lines that its slot may lie in: those of two groups, level by level from a line that is its own in each.
#[derive(Clone, Copy)]
pub(super) struct Client {
    pub(super) hash: u64,
    now_ms: u64,
    /// Where the groups begin; in a table of one group there is no second.
    groups: (usize, Option<usize>),
    /// Lines of a group.
    lines: usize,
    /// Which of them comes first.
    start: usize,
}

/// The lines of one level, and in them the slots whose owner may be the client.
struct Level<'m> {
    lines: [(usize, Option<&'m Line>); 2],
    ways: [u64; 2],
}

/// Line and place in it.
type Place = (usize, usize);

/// A slot as it was seen.
pub(super) struct Seen<'m, K> {
    line: &'m Line,
    place: Place,
    pub(super) owner: Owner,
    pub(super) state: u64,
    kind: PhantomData<K>,
}

impl<K> Clone for Seen<'_, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Seen<'_, K> {}

/// What came of looking for a client's slot.
pub(super) enum Found<'m, K> {
    /// This is the only one, and may count.
    Own(Seen<'m, K>),
    /// Something changed, or a slot was claimed that is now to be looked at.
    Again,
    /// There is no room for it.
    Full,
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

impl Client {
    /// Of a hash that has at least 32 bits beside its tag, among so many lines; `None` without any.
    #[inline]
    pub(super) fn of(hash: u64, now_ms: u64, lines: usize) -> Option<Self> {
        // less than a group is one
        let (lines, groups) = if lines < LINES { (lines, 1) } else { (LINES, num::length(lines >> LINES.trailing_zeros())) };
        let group = |number: u32| num::index(number).saturating_mul(LINES);
        let more = mixed(hash);
        let first = num::share(num::high(hash), groups);
        let apart = num::share(num::high(more), groups.saturating_sub(1)).saturating_add(1);
        let second = first.saturating_add(apart);
        let second = second.checked_sub(groups).unwrap_or(second);
        // bits that choose neither group
        let start = num::index(num::share(num::high(more << 32), num::length(lines)));
        let groups = (group(first), (groups > 1).then_some(group(second)));
        (lines > 0).then_some(Self { hash, now_ms, groups, lines, start })
    }

    /// A line of a group.
    #[inline]
    fn line(&self, group: usize, level: usize) -> usize {
        let at = self.start.saturating_add(level);
        group.saturating_add(at.checked_sub(self.lines).unwrap_or(at))
    }
}

impl<'m> Level<'m> {
    /// Slots to look at, always in this order.
    #[inline]
    fn places<K: Kind>(self) -> impl Iterator<Item = (&'m Line, Place)> {
        let of = |(at, line): (usize, Option<&'m Line>), mut ways: u64| {
            core::iter::from_fn(move || {
                let bit = ways.trailing_zeros();
                // without its lowest bit
                ways &= ways.checked_sub(1)?;
                Some((line?, (at, K::way(bit))))
            })
        };
        let ([first, second], [here, there]) = (self.lines, self.ways);
        of(first, here).chain(of(second, there))
    }
}

impl<'m, K: Kind> Slots<'m, K> {
    /// Slots in lines that are zero at first.
    pub(super) const fn new(lines: &'m [Line]) -> Self {
        Self { lines, kind: PhantomData }
    }

    /// How many lines they are.
    pub(super) const fn lines(self) -> usize {
        self.lines.len()
    }

    /// The slot of a client.
    #[inline]
    pub(super) fn find(self, client: &Client) -> Found<'m, K> {
        if let Some(own) = self.live(client) {
            return Found::Own(own);
        }
        let Some(own) = self.own(client) else { return self.insert(client) };
        if K::is_vacant(own.state) && !self.settle(client, own) { Found::Again } else { Found::Own(own) }
    }

    /// Claims a slot, which is then to be looked at.
    #[cold]
    fn insert(self, client: &Client) -> Found<'m, K> {
        let Some(free) = self.free(client) else { return Found::Full };
        free.claim(K::tag(client.hash));
        Found::Again
    }

    /// The lines of a level.
    #[inline]
    fn level(self, client: &Client, level: usize) -> Level<'m> {
        let (first, second) = client.groups;
        let line = |group: usize| {
            let at = client.line(group, level);
            (at, self.lines.get(at))
        };
        let lines = [line(first), second.map_or((0, None), line)];
        // of both before either is looked at, so that the memory is asked for both at once
        let tagged = |(_, line): (usize, Option<&Line>)| line.map_or(0, |line| K::tagged(line, K::tag(client.hash)));
        Level { lines, ways: lines.map(tagged) }
    }

    /// The slot that counts for a client, if it is the first that has its tag: what nearly every call finds. Which of two lines has
    /// it is chance, so that is not branched on.
    #[inline]
    fn live(self, client: &Client) -> Option<Seen<'m, K>> {
        for level in 0..client.lines {
            let Level { lines: [first, second], ways: [here, there] } = self.level(client, level);
            let ((at, line), ways) = if here == 0 { (second, there) } else { (first, here) };
            if ways != 0 {
                let seen = Self::belonging(client, line?, (at, K::way(ways.trailing_zeros())))?;
                return (!K::is_vacant(seen.state)).then_some(seen);
            }
        }
        None
    }

    /// The slot that counts for a client, or else one that it claimed.
    #[cold]
    fn own(self, client: &Client) -> Option<Seen<'m, K>> {
        let mut claimed = None;
        for level in 0..client.lines {
            let level = self.level(client, level);
            if level.ways == [0, 0] {
                continue;
            }
            for (line, place) in level.places::<K>() {
                let Some(seen) = Self::belonging(client, line, place) else { continue };
                if !K::is_vacant(seen.state) {
                    return Some(seen);
                }
                claimed = claimed.or(Some(seen));
            }
        }
        claimed
    }

    /// A slot that is the client's.
    #[inline]
    fn belonging(client: &Client, line: &'m Line, place: Place) -> Option<Seen<'m, K>> {
        let owner = K::owner(line, place.1);
        if owner.tag != K::tag(client.hash) {
            return None;
        }
        let state = line.load(K::state_at(place.1));
        let own = K::is_in_turn(owner, state) && (K::is_vacant(state) || K::is_of(state, client.hash));
        // an owner that changed was claimed anew since, by somebody who has still to look
        (own && K::owner(line, place.1) == owner).then_some(Seen { line, place, owner, state, kind: PhantomData })
    }

    /// All slots of one of the client's groups.
    fn all(self, client: Client, group: usize) -> impl Iterator<Item = Seen<'m, K>> {
        let lines = (0..client.lines).filter_map(move |level| {
            let at = client.line(group, level);
            Some((at, self.lines.get(at)?))
        });
        lines.flat_map(|(at, line)| {
            (0..K::WAYS).map(move |way| {
                // in this order: a state never looks older than its owner
                let owner = K::owner(line, way);
                Seen { line, place: (at, way), owner, state: line.load(K::state_at(way)), kind: PhantomData }
            })
        })
    }

    /// A slot to claim: in the emptier of the two groups, so that the table fills evenly, as near to the client's own line as can be.
    fn free(self, client: &Client) -> Option<Seen<'m, K>> {
        let mut claimed = None;
        let mut look = |group| {
            let (mut count, mut first) = (0_usize, None);
            for seen in self.all(*client, group) {
                match seen.free(client.now_ms) {
                    Free::No => {}
                    Free::Claimed => claimed = claimed.or(Some(seen)),
                    Free::Yes => (count, first) = (count.saturating_add(1), first.or(Some(seen))),
                }
            }
            (count, first)
        };
        let (first, second) = client.groups;
        let (first, second) = (look(first), second.map_or((0, None), look));
        if second.0 > first.0 { second.1 } else { first.1.or(claimed) }
    }

    /// Whether a slot that was claimed is the only one of its client and may count; otherwise one of them was vacated.
    fn settle(self, client: &Client, own: Seen<'_, K>) -> bool {
        let mut before = true;
        for level in 0..client.lines {
            for (line, place) in self.level(client, level).places::<K>() {
                if own.place == place {
                    before = false;
                } else if let Some(other) = Self::belonging(client, line, place) {
                    if before || !K::is_vacant(other.state) {
                        own.vacate();
                        return false;
                    }
                    if !other.vacate() {
                        return false;
                    }
                }
            }
        }
        true
    }
}

impl<K: Kind> Seen<'_, K> {
    /// Its number among the slots of its kind.
    pub(super) fn number(self) -> usize {
        self.place.0.saturating_mul(K::WAYS).saturating_add(self.place.1)
    }

    /// Puts another state in the place of the one that was seen.
    #[inline]
    pub(super) fn swap(self, state: u64) -> bool {
        self.line.swap(K::state_at(self.place.1), self.state, state)
    }

    /// Whether the state is still the one that was seen.
    #[inline]
    pub(super) fn is_unchanged(self) -> bool {
        self.line.load(K::state_at(self.place.1)) == self.state
    }

    /// The same slot with a state that took the place of the one that was seen.
    pub(super) const fn with(self, state: u64) -> Self {
        Self { state, ..self }
    }

    /// Ends the owner's generation.
    pub(super) fn vacate(self) -> bool {
        self.swap(self.vacated())
    }

    fn vacated(self) -> u64 {
        K::vacated(K::turn(self.owner, self.state).wrapping_add(1))
    }

    fn has_owner(self) -> bool {
        self.owner.tag != 0 && K::is_in_turn(self.owner, self.state)
    }

    fn free(self, now_ms: u64) -> Free {
        match (K::is_vacant(self.state), self.has_owner()) {
            (true, true) => Free::Claimed,
            (true, false) => Free::Yes,
            (false, _) if K::whole_ms(self.state).saturating_add(SKEW_MS) <= now_ms => Free::Yes,
            (false, _) => Free::No,
        }
    }

    /// Takes over a slot if it is somebody's, and claims it. Whether that went well is seen by looking again.
    fn claim(self, tag: u64) {
        let mut state = self.state;
        if !K::is_vacant(state) || self.has_owner() {
            state = self.vacated();
            if !self.swap(state) {
                return;
            }
        }
        K::swap_owner(self.line, self.place.1, self.owner, Owner { tag, turn: K::turn(self.owner, state) });
    }
}
