//! The two words of a shared slot, of both kinds: whose it is, and when its allowance will be whole.
//!
//! | | under a rate and a burst | under a window |
//! |---|---|---|
//! | owner | half a word: 24 bits of tag, 8 of turn | a word: 32 bits of tag, 32 of turn |
//! | state | 8 bits of turn, 4 more of tag, 42 of milliseconds, 10 of a fraction | 4 bits of turn, 42 of milliseconds, 18 of position |
//! | vacant | 8 bits of turn, no time | 4 bits of turn, no time, 18 more bits of turn |
//!
//! The *turn* counts how often a slot changed hands; the state's part of it is its generation. A state without a time is vacant: its
//! allowance is whole.

use crate::num;

use super::{
    Gcra, Window,
    memory::Line,
    time::{PART_BITS, Time},
};

/// Bits of milliseconds: a time and the longest span after it.
const TIME_BITS: u32 = 42;
const TIME_MASK: u64 = (1 << TIME_BITS) - 1;

/// Who claimed a slot, and as the how-manieth. Without a tag nobody ever did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) tag: u64,
    pub(super) turn: u64,
}

/// What slots of one kind look like.
pub(super) trait Kind {
    /// Slots in a line.
    const WAYS: usize;

    /// What a client is known by in the owner, of the hash of its key; never 0.
    fn tag(hash: u64) -> u64;
    /// The slots of a line whose owners have a tag: one bit each, in a fixed order.
    fn tagged(line: &Line, tag: u64) -> u64;
    /// Which slot a bit of [`Kind::tagged`] stands for.
    fn way(bit: u32) -> usize;
    /// Who claimed a slot.
    fn owner(line: &Line, way: usize) -> Owner;
    /// Puts an owner in the place of another, if that is still there.
    fn swap_owner(line: &Line, way: usize, from: Owner, to: Owner) -> bool;
    /// Where the state lies in its line.
    fn state_at(way: usize) -> usize;
    /// Nobody called in this generation.
    fn is_vacant(state: u64) -> bool;
    /// When the allowance is whole, rounded up by less than a millisecond.
    fn whole_ms(state: u64) -> u64;
    /// Whether the claim was made in the state's generation.
    fn is_in_turn(owner: Owner, state: u64) -> bool;
    /// Whether a state that is not vacant, of a slot whose owner has the client's tag, is the client's.
    fn is_of(state: u64, hash: u64) -> bool;
    /// A vacant state in the generation of a turn.
    fn vacated(turn: u64) -> u64;
    /// The turn of a state, as an owner of the same turn or an earlier one tells it.
    fn turn(owner: Owner, state: u64) -> u64;
}

const RATE_TURN_BITS: u32 = 8;
const RATE_TURN_MASK: u64 = (1 << RATE_TURN_BITS) - 1;
const RATE_TAG_MASK: u64 = (1 << 24) - 1;
const RATE_MORE_MASK: u64 = (1 << 4) - 1;
const RATE_GENERATION_SHIFT: u32 = 64 - RATE_TURN_BITS;
const RATE_MORE_SHIFT: u32 = TIME_BITS + PART_BITS;
/// Milliseconds and the fraction.
const RATE_TIME_MASK: u64 = (1 << RATE_MORE_SHIFT) - 1;
/// One in each half of a word.
const BOTH: u64 = 1 << 32 | 1;
/// The first of the words that hold owners, after one of state for each slot.
const OWNERS: usize = 5;

/// Where the owner of a rate's slot lies: its word and how far from the right.
#[inline]
const fn half(way: usize) -> (usize, u32) {
    (OWNERS.saturating_add(way >> 1), if way & 1 == 0 { 0 } else { 32 })
}

impl Kind for Gcra {
    const WAYS: usize = OWNERS;

    #[inline]
    fn tag(hash: u64) -> u64 {
        (hash & RATE_TAG_MASK).max(1)
    }

    #[inline]
    fn tagged(line: &Line, tag: u64) -> u64 {
        // a half is 0 without its turn where it has the tag; only then does subtracting 1 reach its first bit
        let tags = BOTH.wrapping_mul(RATE_TAG_MASK << RATE_TURN_BITS);
        let tag = BOTH.wrapping_mul(tag << RATE_TURN_BITS);
        let [first, second, third] = [0, 1, 2].map(|word| {
            let other = (line.load(OWNERS.saturating_add(word)) ^ tag) & tags;
            other.wrapping_sub(BOTH) & !other & (BOTH << 31)
        });
        // the last half is nobody's
        first >> 31 | second >> 30 | (third & (u64::MAX >> 1)) >> 29
    }

    #[inline]
    fn way(bit: u32) -> usize {
        // bits 0, 1, 2 are of the lower halves, 32 and 33 of the upper ones
        num::index((bit & 31) << 1 | bit >> 5)
    }

    #[inline]
    fn owner(line: &Line, way: usize) -> Owner {
        let (at, shift) = half(way);
        let half = (line.load(at) >> shift) & (u64::MAX >> 32);
        Owner { tag: half >> RATE_TURN_BITS, turn: half & RATE_TURN_MASK }
    }

    fn swap_owner(line: &Line, way: usize, from: Owner, to: Owner) -> bool {
        let (at, shift) = half(way);
        let half = |owner: Owner| (owner.tag << RATE_TURN_BITS | owner.turn & RATE_TURN_MASK) << shift;
        // the neighbour in the other half stays; if it changes meanwhile, nothing is swapped
        let seen = line.load(at);
        let other = seen & !((u64::MAX >> 32) << shift);
        seen == other | half(from) && line.swap(at, seen, other | half(to))
    }

    #[inline]
    fn state_at(way: usize) -> usize {
        way
    }

    #[inline]
    fn is_vacant(state: u64) -> bool {
        state & RATE_TIME_MASK == 0
    }

    fn whole_ms(state: u64) -> u64 {
        ((state & RATE_TIME_MASK) >> PART_BITS).saturating_add(1)
    }

    #[inline]
    fn is_in_turn(owner: Owner, state: u64) -> bool {
        owner.turn == state >> RATE_GENERATION_SHIFT
    }

    #[inline]
    fn is_of(state: u64, hash: u64) -> bool {
        (state >> RATE_MORE_SHIFT) & RATE_MORE_MASK == more(hash)
    }

    fn vacated(turn: u64) -> u64 {
        turn << RATE_GENERATION_SHIFT
    }

    fn turn(_: Owner, state: u64) -> u64 {
        state >> RATE_GENERATION_SHIFT
    }
}

/// The bits of the hash after the tag, which a state holds for want of room in the owner.
#[inline]
const fn more(hash: u64) -> u64 {
    (hash >> 24) & RATE_MORE_MASK
}

/// The state after a call under a rate, in the generation of `state`: whole at `tat`.
#[inline]
pub(super) fn rate_state(state: u64, hash: u64, tat: Time) -> u64 {
    state & !(u64::MAX >> RATE_TURN_BITS) | more(hash) << RATE_MORE_SHIFT | tat.0 & RATE_TIME_MASK
}

/// When the allowance under a rate will be whole.
#[inline]
pub(super) const fn rate_tat(state: u64) -> Time {
    Time(state & RATE_TIME_MASK)
}

const WINDOW_TURN_MASK: u64 = u64::MAX >> 32;
const WINDOW_GENERATION_BITS: u32 = 4;
const WINDOW_GENERATION_MASK: u64 = (1 << WINDOW_GENERATION_BITS) - 1;
const WINDOW_GENERATION_SHIFT: u32 = 64 - WINDOW_GENERATION_BITS;
/// Three laps of [`super::WINDOW_CALLS_MAX`] calls.
const POSITION_BITS: u32 = 18;
const POSITION_MASK: u64 = (1 << POSITION_BITS) - 1;
/// Bits of the turn in a vacant state.
const VACANT_TURN_MASK: u64 = (1 << (WINDOW_GENERATION_BITS + POSITION_BITS)) - 1;

impl Kind for Window {
    const WAYS: usize = 4;

    #[inline]
    fn tag(hash: u64) -> u64 {
        (hash & (u64::MAX >> 32)).max(1)
    }

    #[inline]
    fn tagged(line: &Line, tag: u64) -> u64 {
        let way = |way: usize| u64::from(line.load(way << 1) >> 32 == tag) << way;
        way(0) | way(1) | way(2) | way(3)
    }

    #[inline]
    fn way(bit: u32) -> usize {
        num::index(bit)
    }

    #[inline]
    fn owner(line: &Line, way: usize) -> Owner {
        let word = line.load(way << 1);
        Owner { tag: word >> 32, turn: word & WINDOW_TURN_MASK }
    }

    fn swap_owner(line: &Line, way: usize, from: Owner, to: Owner) -> bool {
        let word = |owner: Owner| owner.tag << 32 | owner.turn & WINDOW_TURN_MASK;
        line.swap(way << 1, word(from), word(to))
    }

    #[inline]
    fn state_at(way: usize) -> usize {
        way << 1 | 1
    }

    #[inline]
    fn is_vacant(state: u64) -> bool {
        window_ms(state) == 0
    }

    fn whole_ms(state: u64) -> u64 {
        window_ms(state)
    }

    #[inline]
    fn is_in_turn(owner: Owner, state: u64) -> bool {
        let same = owner.turn & WINDOW_GENERATION_MASK == state >> WINDOW_GENERATION_SHIFT;
        same && (!Self::is_vacant(state) || owner.turn & VACANT_TURN_MASK == vacant_turn(state))
    }

    #[inline]
    fn is_of(_: u64, _: u64) -> bool {
        true
    }

    fn vacated(turn: u64) -> u64 {
        (turn & WINDOW_GENERATION_MASK) << WINDOW_GENERATION_SHIFT | (turn >> WINDOW_GENERATION_BITS) & POSITION_MASK
    }

    fn turn(owner: Owner, state: u64) -> u64 {
        let ahead = if Self::is_vacant(state) {
            vacant_turn(state).wrapping_sub(owner.turn) & VACANT_TURN_MASK
        } else {
            (state >> WINDOW_GENERATION_SHIFT).wrapping_sub(owner.turn) & WINDOW_GENERATION_MASK
        };
        owner.turn.wrapping_add(ahead) & WINDOW_TURN_MASK
    }
}

/// The turn of a vacant state, as far as it holds it.
const fn vacant_turn(state: u64) -> u64 {
    (state & POSITION_MASK) << WINDOW_GENERATION_BITS | state >> WINDOW_GENERATION_SHIFT
}

/// The state after a call under a window, in the generation of `state`.
#[inline]
pub(super) fn window_state(state: u64, whole_ms: u64, position: usize) -> u64 {
    let generation = state >> WINDOW_GENERATION_SHIFT;
    let position = u64::try_from(position).unwrap_or(0) & POSITION_MASK;
    generation << WINDOW_GENERATION_SHIFT | (whole_ms & TIME_MASK) << POSITION_BITS | position
}

/// When the last call will have left the window.
#[inline]
pub(super) const fn window_ms(state: u64) -> u64 {
    (state >> POSITION_BITS) & TIME_MASK
}

/// Where the next call's time goes: see [`super::log`].
#[inline]
pub(super) fn window_position(state: u64) -> usize {
    usize::try_from(state & POSITION_MASK).unwrap_or(0)
}
