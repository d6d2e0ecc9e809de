//! When keys are asked for again. Pure functions of what happened.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use super::clock::milliseconds;

/// The shortest time for which keys are believed, whatever the issuer says: many say `max-age=0`.
const LIFETIME_MIN: Duration = Duration::from_secs(300);
/// The shortest life, whatever is configured: nothing is ever asked without a pause.
const PAUSE_MS: u64 = 1000;
/// The first and the longest wait after a failure.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(300));
/// How often a file is looked at.
pub(super) const FILE_MS: u64 = 1000;

/// A random number below 1024, so that many servers don't ask at the same moment.
pub(super) fn dice() -> u64 {
    RandomState::new().hash_one(0) % 1024
}

/// Milliseconds until keys that are fresh for `max_age` are asked for again: between 80 % and 95 % of their life.
pub(super) fn after_success(refresh: Duration, max_age: Option<Duration>, dice: u64) -> u64 {
    let life = max_age.map_or(refresh, |max_age| max_age.max(LIFETIME_MIN).min(refresh));
    let life_ms = milliseconds(life).min(u64::MAX / 2048);
    life_ms.max(PAUSE_MS) * (820 + dice * 150 / 1024) / 1024
}

/// Milliseconds until the next attempt after so many failures in a row: twice as long each time, less up to a half.
pub(super) fn after_failure(refresh: Duration, failures: u32, dice: u64) -> u64 {
    let longest_ms = milliseconds(BACKOFF.1.min(refresh)).max(PAUSE_MS);
    let wait_ms = milliseconds(BACKOFF.0).saturating_mul(1 << failures.saturating_sub(1).min(16)).min(longest_ms);
    wait_ms * (512 + dice / 2) / 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn keys_are_asked_for_before_they_expire() {
        for (max_age_s, life_s) in [(None, 3600), (Some(0), 300), (Some(600), 600), (Some(99_999), 3600)] {
            for dice in [0, 512, 1023] {
                let due_ms = after_success(HOUR, max_age_s.map(Duration::from_secs), dice);
                assert!(due_ms >= life_s * 800 && due_ms <= life_s * 950, "{max_age_s:?} {dice} {due_ms}");
            }
        }
        assert!(after_success(Duration::MAX, None, 1023) > 0);
        assert!((800..=950).contains(&after_success(Duration::ZERO, None, 0)));
    }

    #[test]
    fn failures_wait_longer_each_time_up_to_a_limit() {
        for (failures, most_ms) in [(1, 2000), (2, 4000), (3, 8000), (8, 256_000), (9, 300_000), (u32::MAX, 300_000)] {
            for dice in [0, 512, 1023] {
                let due_ms = after_failure(HOUR, failures, dice);
                assert!(due_ms >= most_ms / 2 && due_ms <= most_ms, "{failures} {dice} {due_ms}");
            }
        }
        assert!(after_failure(Duration::from_secs(10), 20, 1023) <= 10_000);
        assert!((500..=1000).contains(&after_failure(Duration::ZERO, 20, 0)));
    }

    #[test]
    fn dice_differ() {
        let first = dice();
        assert!(first < 1024 && (0..100).any(|_| dice() != first));
    }
}
