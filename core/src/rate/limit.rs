//! What a limit allows, as plain values that were checked when they were made.

use core::num::NonZeroU32;

use super::time::Time;

/// The longest window, and the longest time that a burst may need to be restored, in milliseconds: 366 days.
pub const SPAN_MAX_MS: u64 = 366 * 24 * 3_600_000;

/// The most calls in a window, each of which is remembered; GCRA remembers one number however many there are.
pub const WINDOW_CALLS_MAX: u32 = 1 << 16;

/// The most calls of a rate, and the largest burst.
pub const RATE_CALLS_MAX: u32 = 1_000_000_000;

/// The finest fraction of a millisecond that the time between two calls may need: `W/N` in lowest terms has at most this below the
/// line. Every rate up to 1024, and every round number, has.
pub const FRACTION_MAX: u32 = 1024;

/// At most so many calls in any window: a call at t is allowed when those allowed in (t − W, t] leave room for its cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    calls: NonZeroU32,
    span_ms: u64,
}

/// A rate and a burst by the generic cell rate algorithm (ITU-T I.371): a call at t is allowed when TAT − t ≤ (B − 1) · W/N, where
/// TAT is when the allowance would be whole again.
///
/// W/N is kept as a fraction in lowest terms, and time in that fraction of a millisecond, so that nothing is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gcra {
    /// Between two calls.
    interval: Time,
    /// In which a spent burst is restored.
    restored: Time,
    /// Ticks of a millisecond, 1 to [`FRACTION_MAX`].
    ticks: NonZeroU32,
    burst: NonZeroU32,
}

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// So many calls in any window.
    Window(Window),
    /// A rate and a burst.
    Gcra(Gcra),
}

/// Why numbers are no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unfit {
    /// No calls, no time, or no burst.
    Zero,
    /// More calls in a window than [`WINDOW_CALLS_MAX`].
    WindowCalls,
    /// A rate or a burst beyond [`RATE_CALLS_MAX`].
    RateCalls,
    /// A window beyond [`SPAN_MAX_MS`], or a burst that takes longer to be restored.
    Span,
    /// The time between two calls needs a finer fraction than [`FRACTION_MAX`].
    Fraction,
}

impl Unfit {
    /// What is wrong and what to write instead.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Zero => "a limit needs at least one call, one millisecond and a burst of one",
            Self::WindowCalls => "a window remembers each of its calls, at most 65536; write a rate and a burst instead",
            Self::RateCalls => "a rate and its burst are at most 1000000000 calls",
            Self::Span => "a window, or the time in which a burst is restored, is at most 366 days",
            Self::Fraction => {
                "the time between two calls is a fraction of a millisecond with more than 1024 parts; write a rounder rate"
            }
        }
    }
}

impl core::fmt::Display for Unfit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.text())
    }
}

impl core::error::Error for Unfit {}

impl Window {
    /// `calls` in any `span_ms` milliseconds.
    ///
    /// # Errors
    /// When one of them is 0, `calls` beyond [`WINDOW_CALLS_MAX`] or `span_ms` beyond [`SPAN_MAX_MS`].
    pub const fn new(calls: u32, span_ms: u64) -> Result<Self, Unfit> {
        let Some(calls) = NonZeroU32::new(calls) else { return Err(Unfit::Zero) };
        if span_ms == 0 {
            return Err(Unfit::Zero);
        }
        if calls.get() > WINDOW_CALLS_MAX {
            return Err(Unfit::WindowCalls);
        }
        if span_ms > SPAN_MAX_MS {
            return Err(Unfit::Span);
        }
        Ok(Self { calls, span_ms })
    }

    /// The most calls in any window.
    #[must_use]
    pub const fn calls(self) -> NonZeroU32 {
        self.calls
    }

    /// Milliseconds of the window.
    #[must_use]
    pub const fn span_ms(self) -> u64 {
        self.span_ms
    }
}

impl Gcra {
    /// `calls` in `span_ms` milliseconds, evenly spaced but for a burst of at most `burst` at once.
    ///
    /// # Errors
    /// When one of them is 0, `calls` or `burst` beyond [`RATE_CALLS_MAX`], `span_ms` or the time in which the burst is restored
    /// beyond [`SPAN_MAX_MS`], or the time between two calls finer than [`FRACTION_MAX`].
    pub fn new(calls: u32, span_ms: u64, burst: u32) -> Result<Self, Unfit> {
        if calls == 0 || span_ms == 0 || burst == 0 {
            return Err(Unfit::Zero);
        }
        if calls > RATE_CALLS_MAX {
            return Err(Unfit::RateCalls);
        }
        if span_ms > SPAN_MAX_MS {
            return Err(Unfit::Span);
        }
        let common = gcd(span_ms, u64::from(calls));
        let part = |number: u64| number.checked_div(common).unwrap_or(number);
        let calls = u32::try_from(part(u64::from(calls))).map_err(|_| Unfit::Fraction)?;
        Self::in_lowest_terms(calls, part(span_ms), burst)
    }

    /// The same of numbers that [`Gcra::new`] would not reduce, so that a charge need not find out.
    ///
    /// # Errors
    /// As [`Gcra::new`].
    #[inline]
    pub(crate) fn in_lowest_terms(calls: u32, span_ms: u64, burst: u32) -> Result<Self, Unfit> {
        let (Some(ticks), Some(burst)) = (NonZeroU32::new(calls), NonZeroU32::new(burst)) else { return Err(Unfit::Zero) };
        if span_ms == 0 {
            return Err(Unfit::Zero);
        }
        if burst.get() > RATE_CALLS_MAX {
            return Err(Unfit::RateCalls);
        }
        if ticks.get() > FRACTION_MAX {
            return Err(Unfit::Fraction);
        }
        let a_ms = u64::from(ticks.get());
        let restored = span_ms.saturating_mul(u64::from(burst.get()));
        if restored > SPAN_MAX_MS.saturating_mul(a_ms) {
            return Err(Unfit::Span);
        }
        Ok(Self { interval: Time::from_ticks(span_ms, a_ms), restored: Time::from_ticks(restored, a_ms), ticks, burst })
    }

    /// The most calls at once.
    #[must_use]
    pub const fn burst(self) -> NonZeroU32 {
        self.burst
    }

    /// Ticks between two calls: at most [`SPAN_MAX_MS`] milliseconds of them.
    #[must_use]
    pub fn interval(self) -> u64 {
        self.interval.ticks(self.ticks())
    }

    /// Ticks of a millisecond, 1 to [`FRACTION_MAX`].
    #[must_use]
    #[inline]
    pub fn ticks(self) -> u64 {
        u64::from(self.ticks.get())
    }

    /// The time between two calls.
    #[inline]
    pub(super) const fn interval_time(self) -> Time {
        self.interval
    }

    /// The time in which a spent burst is restored: at most [`SPAN_MAX_MS`] milliseconds.
    #[inline]
    pub(super) const fn burst_time(self) -> Time {
        self.restored
    }
}

impl From<Window> for Limit {
    fn from(window: Window) -> Self {
        Self::Window(window)
    }
}

impl From<Gcra> for Limit {
    fn from(gcra: Gcra) -> Self {
        Self::Gcra(gcra)
    }
}

impl Limit {
    /// The most calls at once: a call that costs more is never allowed.
    #[must_use]
    pub const fn capacity(self) -> NonZeroU32 {
        match self {
            Self::Window(window) => window.calls(),
            Self::Gcra(gcra) => gcra.burst(),
        }
    }
}

/// The greatest common divisor; of zeros 0.
fn gcd(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a
}
