//! Times under a rate, to the fraction of a millisecond, as one number that compares and adds without a division.

/// Bits of the fraction: [`super::FRACTION_MAX`] parts.
pub(super) const PART_BITS: u32 = 10;
const PART_MASK: u64 = (1 << PART_BITS) - 1;

/// A moment or a span: milliseconds, and below them the ticks of a limit that do not fill another one.
///
/// What is left of another limit may hold more of them; sums are then late by less than two milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Time(pub(super) u64);

impl Time {
    /// Whole milliseconds, below 2^54.
    #[inline]
    pub(super) const fn from_ms(ms: u64) -> Self {
        Self(ms << PART_BITS)
    }

    /// Of ticks, of which a millisecond has so many.
    #[inline]
    pub(super) fn from_ticks(ticks: u64, a_ms: u64) -> Self {
        // most limits have whole milliseconds between their calls
        if a_ms == 1 {
            return Self::from_ms(ticks);
        }
        let (ms, part) = (ticks.checked_div(a_ms), ticks.checked_rem(a_ms));
        Self(ms.unwrap_or(0) << PART_BITS | part.unwrap_or(0))
    }

    /// The same in ticks.
    pub(super) const fn ticks(self, a_ms: u64) -> u64 {
        (self.0 >> PART_BITS).saturating_mul(a_ms).saturating_add(self.0 & PART_MASK)
    }

    /// Later by whole milliseconds.
    #[inline]
    pub(super) const fn later_ms(self, ms: u64) -> Self {
        Self(self.0.wrapping_add(ms << PART_BITS))
    }

    /// Later by a span.
    #[inline]
    pub(super) const fn plus(self, span: Self, a_ms: u64) -> Self {
        if span.0 & PART_MASK == 0 {
            // as of most limits: nothing is carried
            return Self(self.0.wrapping_add(span.0));
        }
        let part = (self.0 & PART_MASK).wrapping_add(span.0 & PART_MASK);
        let whole = (self.0 & !PART_MASK).wrapping_add(span.0 & !PART_MASK);
        let carried = whole.wrapping_add(1 << PART_BITS).wrapping_add(part.wrapping_sub(a_ms));
        Self(if part < a_ms { whole | part } else { carried })
    }

    /// A span so many times.
    #[inline]
    pub(super) fn times(self, count: u32, a_ms: u64) -> Self {
        if count == 1 {
            return self;
        }
        let count = u64::from(count);
        let whole = Self::from_ms((self.0 >> PART_BITS).saturating_mul(count));
        let part = self.0 & PART_MASK;
        if part == 0 { whole } else { whole.plus(Self::from_ticks(part.saturating_mul(count), a_ms), a_ms) }
    }

    /// Milliseconds, rounded up.
    #[inline]
    pub(super) const fn ceil_ms(self) -> u64 {
        self.0.saturating_add(PART_MASK) >> PART_BITS
    }

    /// How long after a moment, in milliseconds, rounded up.
    #[inline]
    pub(super) fn ceil_ms_after(self, earlier: Self) -> u64 {
        let more = u64::from(self.0 & PART_MASK > earlier.0 & PART_MASK);
        (self.0 >> PART_BITS).saturating_sub(earlier.0 >> PART_BITS).saturating_add(more)
    }
}
