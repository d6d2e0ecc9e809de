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

use super::{
    SKEW_MS,
    lines::{Client, Group},
    memory::{LINES, Line},
    word::{Kind, Owner},
};

/// Free slots that a group must have for a client to go to its home there; with fewer it goes to the emptier of its two groups.
///
/// Simulated with a million clients, as many as the [`super::Shape`] says: with no reserve 12 newcomers in a thousand are turned away
/// while clients come and go, with 3 four in a million, with 4 one in two million. After a first filling 86 % of the clients are at
/// home, where clients came and went for long 47 %; without the rule it would be 61 % and 40 %.
const RESERVE: usize = 4;

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

/// What makes a slot one to take.
#[derive(Clone, Copy)]
enum Free {
    /// Nobody's.
    Empty,
    /// Of somebody whose allowance is whole, since when: who comes back finds it if nobody else needed it.
    Whole(u64),
}

/// The free slots of a group.
struct Room<'m, K> {
    count: usize,
    /// The one to take, and how many lines it is away from where the client begins.
    best: Option<(Free, usize, Seen<'m, K>)>,
    /// One that is claimed by somebody who has not called yet, or never will.
    claimed: Option<Seen<'m, K>>,
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

    /// Whoever has a hash, which has at least 32 bits beside its tag.
    #[inline]
    pub(super) fn client(self, hash: u64, now_ms: u64) -> Client {
        Client::of(hash, now_ms, self.lines.len())
    }

    /// The slot that counts for a client, if it is the first of this line that has its tag: what most calls find.
    #[inline]
    pub(super) fn at(self, line_at: usize, client: &Client) -> Option<Seen<'m, K>> {
        let line = self.lines.get(line_at)?;
        let ways = K::tagged(line, K::tag(client.hash));
        if ways == 0 {
            return None;
        }
        let seen = Self::belonging(client, line, (line_at, K::way(ways.trailing_zeros())))?;
        (!K::is_vacant(seen.state)).then_some(seen)
    }

    /// The slot of a client.
    pub(super) fn find(self, client: &Client) -> Found<'m, K> {
        let own = match self.own(client) {
            Some(own) => own,
            None => match self.free(client).map(|free| free.claim(K::tag(client.hash))) {
                Some(Some(claimed)) => claimed,
                Some(None) => return Found::Again,
                None => return Found::Full,
            },
        };
        if K::is_vacant(own.state) && !self.settle(client, own) { Found::Again } else { Found::Own(own) }
    }

    /// Looks at the slots that have a client's tag, its home first and always in the same order, until something is found.
    #[inline]
    fn tagged<T>(self, client: &Client, mut look: impl FnMut(&'m Line, Place) -> Option<T>) -> Option<T> {
        let tag = K::tag(client.hash);
        let (first, second) = client.groups();
        for level in 0..LINES {
            // written out: as one chain of iterators it takes most of the time
            for group in [Some(first), second] {
                let Some(at) = group.and_then(|group| group.line(level)) else { continue };
                let line = self.lines.get(at)?;
                let mut ways = K::tagged(line, tag);
                while ways != 0 {
                    let found = look(line, (at, K::way(ways.trailing_zeros())));
                    if found.is_some() {
                        return found;
                    }
                    // without its lowest bit
                    ways &= ways.wrapping_sub(1);
                }
            }
        }
        None
    }

    /// The slot that counts for a client, or else one that it claimed.
    fn own(self, client: &Client) -> Option<Seen<'m, K>> {
        let mut claimed = None;
        let counts = self.tagged(client, |line, place| {
            let seen = Self::belonging(client, line, place)?;
            if K::is_vacant(seen.state) {
                claimed = claimed.or(Some(seen));
                return None;
            }
            Some(seen)
        });
        counts.or(claimed)
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

    /// What is free in one of the client's groups.
    fn room(self, group: Group, now_ms: u64) -> Room<'m, K> {
        let mut room = Room::NONE;
        for (level, at) in group.all().enumerate() {
            let Some(line) = self.lines.get(at) else { continue };
            for way in 0..K::WAYS {
                // in this order: a state never looks older than its owner
                let owner = K::owner(line, way);
                let seen = Seen { line, place: (at, way), owner, state: line.load(K::state_at(way)), kind: PhantomData };
                let free = match (K::is_vacant(seen.state), seen.has_owner()) {
                    (true, false) => Free::Empty,
                    (true, true) => {
                        room.claimed = room.claimed.or(Some(seen));
                        continue;
                    }
                    (false, _) => Free::Whole(K::whole_ms(seen.state)),
                };
                if matches!(free, Free::Whole(since_ms) if since_ms.saturating_add(SKEW_MS) > now_ms) {
                    continue;
                }
                room.count = room.count.saturating_add(1);
                if room.best.is_none_or(|(other, away, _)| free.is_better(level, other, away)) {
                    room.best = Some((free, level, seen));
                }
            }
        }
        room
    }

    /// A slot to claim: at home while its group has room to spare; otherwise in the emptier of the two groups, so that the table
    /// fills evenly. Nobody's slots are taken first, so that who comes back after a while finds its own.
    fn free(self, client: &Client) -> Option<Seen<'m, K>> {
        let (first, second) = client.groups();
        let first = self.room(first, client.now_ms);
        let at_home = first.count >= RESERVE && matches!(first.best, Some((_, 0, _)));
        if at_home && first.has_empty_to_spare() {
            return first.best.map(|(_, _, seen)| seen);
        }
        let second = second.map_or(Room::NONE, |group| self.room(group, client.now_ms));
        let claimed = first.claimed.or(second.claimed);
        let elsewhere = match (first.has_empty_to_spare(), second.has_empty_to_spare()) {
            (true, false) => false,
            (false, true) => true,
            _ => !at_home && second.count > first.count,
        };
        let best = if elsewhere { second.best } else { first.best };
        best.map(|(_, _, seen)| seen).or(claimed)
    }

    /// Whether a slot that was claimed is the only one of its client and may count; otherwise one of them was vacated.
    fn settle(self, client: &Client, own: Seen<'_, K>) -> bool {
        let mut before = true;
        let another = self.tagged(client, |line, place| {
            if own.place == place {
                before = false;
                return None;
            }
            let other = Self::belonging(client, line, place)?;
            if before || !K::is_vacant(other.state) {
                own.vacate();
                return Some(());
            }
            (!other.vacate()).then_some(())
        });
        another.is_none()
    }
}

impl<K: Kind> Room<'_, K> {
    const NONE: Self = Self { count: 0, best: None, claimed: None };

    /// Whether there is room beside the reserve, and a slot that is nobody's.
    const fn has_empty_to_spare(&self) -> bool {
        self.count >= RESERVE && matches!(self.best, Some((Free::Empty, ..)))
    }
}

impl Free {
    /// Whether it is taken rather than another one so many lines further away.
    fn is_better(self, level: usize, other: Self, away: usize) -> bool {
        match (self, other) {
            (Self::Empty, Self::Whole(_)) => true,
            // of two that are nobody's the first: the lines come in order
            (_, Self::Empty) => false,
            (Self::Whole(since_ms), Self::Whole(other_ms)) => level == away && since_ms < other_ms,
        }
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

    /// Takes over a slot if it is somebody's, and claims it; `None` if something changed meanwhile.
    fn claim(self, tag: u64) -> Option<Self> {
        let mut state = self.state;
        if !K::is_vacant(state) || self.has_owner() {
            state = self.vacated();
            if !self.swap(state) {
                return None;
            }
        }
        let owner = Owner { tag, turn: K::turn(self.owner, state) };
        K::swap_owner(self.line, self.place.1, self.owner, owner).then_some(Self { owner, state, ..self })
    }
}
