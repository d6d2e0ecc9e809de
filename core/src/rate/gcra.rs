//! One charge by the generic cell rate algorithm, as a function of numbers alone.

use super::{Gcra, NOW_MAX_MS, SKEW_MS, time::Time};

/// What a charge comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// When the allowance will be whole, as it must be kept from now on; `None`: as it was.
    pub(super) tat: Option<Time>,
    /// Whether the call is allowed, or the milliseconds until it would be; `Err(None)`: never.
    pub(super) outcome: Result<(), Option<u64>>,
}

/// Charges `cost` at `now_ms` to an allowance that will be whole at `tat`.
///
/// A `tat` that no call within [`SKEW_MS`] of now can have left shows a clock that was set back: the allowance then counts as spent
/// at this moment, so that nobody waits longer than a burst takes to be restored.
#[inline]
pub(super) fn charge(limit: Gcra, tat: Time, cost: u32, now_ms: u64) -> Step {
    if cost > limit.burst().get() || now_ms > NOW_MAX_MS {
        return Step { tat: None, outcome: Err(None) };
    }
    // none of these sums comes near 2^54: times are below 2^42 ms, and spans below 2^35
    let (ticks, burst) = (limit.ticks(), limit.burst_time());
    let now = Time::from_ms(now_ms);
    let spent = burst.later_ms(now_ms);
    let set_back = tat > spent.later_ms(SKEW_MS);
    let from = if set_back { spent } else { tat.max(now) };
    let after = from.plus(limit.interval_time().times(cost, ticks), ticks);
    if after <= spent {
        return Step { tat: Some(after), outcome: Ok(()) };
    }
    let retry = after.ceil_ms_after(burst);
    Step { tat: set_back.then_some(from), outcome: Err(Some(retry.saturating_sub(now_ms))) }
}
