//! The two words of a shared slot: whose it is, and when its allowance will be whole.

use super::SKEW_MS;

/// Bits that count how often a slot changed hands.
const GENERATION_BITS: u32 = 12;
const GENERATION_MASK: u64 = (1 << GENERATION_BITS) - 1;
/// Bits of a fraction of a millisecond: [`super::FRACTION_MAX`] parts.
const PART_BITS: u32 = 10;
const PART_MASK: u64 = (1 << PART_BITS) - 1;
/// Where the generation begins in a state: above 42 bits of milliseconds and the fraction.
const STATE_SHIFT: u32 = 64 - GENERATION_BITS;
const TIME_MASK: u64 = (1 << STATE_SHIFT) - 1;

/// Who claimed a slot, in which generation: 52 bits of the hash, never 0, then 12 of the generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner(pub(super) u64);

/// The word that decides: 12 bits of generation, 42 of milliseconds, 10 of a fraction in the limit's own ticks. Without a time the
/// slot is vacant: its allowance is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State(pub(super) u64);

impl Owner {
    pub(super) const fn new(tag: u64, generation: u64) -> Self {
        Self(tag << GENERATION_BITS | generation & GENERATION_MASK)
    }

    /// What a client is known by, of the hash of its key.
    pub(super) const fn tag_of(hash: u64) -> u64 {
        match hash & (u64::MAX >> GENERATION_BITS) {
            0 => 1,
            tag => tag,
        }
    }

    /// 0 before anybody came.
    pub(super) const fn tag(self) -> u64 {
        self.0 >> GENERATION_BITS
    }

    pub(super) const fn generation(self) -> u64 {
        self.0 & GENERATION_MASK
    }
}

impl State {
    /// The state after a call: whole at `tat` ticks, of which a millisecond has so many.
    pub(super) fn live(generation: u64, tat: u64, ticks: u64) -> Self {
        let ms = tat.checked_div(ticks).unwrap_or(0);
        let part = tat.checked_rem(ticks).unwrap_or(0);
        Self(generation << STATE_SHIFT | (ms << PART_BITS | part) & TIME_MASK)
    }

    /// The next generation, before anybody called.
    pub(super) const fn vacated(self) -> Self {
        Self(self.generation().wrapping_add(1) << STATE_SHIFT)
    }

    pub(super) const fn generation(self) -> u64 {
        self.0 >> STATE_SHIFT
    }

    pub(super) const fn is_vacant(self) -> bool {
        self.0 & TIME_MASK == 0
    }

    const fn ms(self) -> u64 {
        (self.0 & TIME_MASK) >> PART_BITS
    }

    pub(super) const fn tat(self, ticks: u64) -> u64 {
        self.ms().saturating_mul(ticks).saturating_add(self.0 & PART_MASK)
    }

    /// Whether the allowance is whole to everybody whose clock may be behind, whatever its limit.
    pub(super) const fn is_whole(self, now_ms: u64) -> bool {
        self.ms().saturating_add(1).saturating_add(SKEW_MS) <= now_ms
    }
}
