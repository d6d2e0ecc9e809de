//! The time, so that tests need not wait for it.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

/// Tells the time.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Unix time, in milliseconds.
    fn now_ms(&self) -> u64;

    /// How long a thread that waits for a time may sleep before it looks at the clock again: clocks are set, and machines
    /// suspended.
    fn glance(&self) -> Duration {
        Duration::from_secs(60)
    }
}

/// The clock of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> u64 {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, milliseconds)
    }
}

/// A duration in whole milliseconds; what would not fit is for ever.
pub(super) fn milliseconds(duration: impl Into<Duration>) -> u64 {
    u64::try_from(duration.into().as_millis()).unwrap_or(u64::MAX)
}
