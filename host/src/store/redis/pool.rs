//! Connections, and the one thread that makes them and looks after those that nobody uses.
//!
//! Who asks takes an idle connection, or wants one and waits as long as the question may take. While none can be made nobody waits:
//! attempts lie further and further apart, and until one succeeds the store is away.

use std::{
    hash::{BuildHasher, RandomState},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{
    link::{Eviction, Link},
    url::Address,
};
use crate::store::Away;

/// The first and the longest wait after a failure.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));
/// The least time for a step of connecting: names are resolved, TLS agreed upon.
const CONNECT_MIN: Duration = Duration::from_secs(1);
/// A connection that was not heard of for so long is asked whether it is still there.
const SILENCE_MAX: Duration = Duration::from_secs(10);

pub(super) struct Pool {
    address: Address,
    script: String,
    state: Mutex<State>,
    /// For who waits for a connection.
    freed: Condvar,
    /// For the thread.
    wanted: Condvar,
}

struct State {
    idle: Vec<Link>,
    /// Connections there are, those in use as well.
    open: u32,
    /// Who waits for one.
    waiting: u32,
    /// Attempts in vain since the last success.
    failures: u32,
    /// When the next attempt may be made.
    due: Instant,
    away: Option<Away>,
    eviction: Eviction,
    is_closed: bool,
}

/// What the thread does next.
enum Job {
    Connect,
    Ping(Link),
    End,
}

impl Pool {
    pub(super) fn new(address: Address, script: String) -> Self {
        let state = State {
            idle: Vec::new(),
            open: 0,
            waiting: 0,
            failures: 0,
            due: Instant::now(),
            away: Some(Away::Connecting),
            eviction: Eviction::Unknown,
            is_closed: false,
        };
        Self { address, script, state: Mutex::new(state), freed: Condvar::new(), wanted: Condvar::new() }
    }

    pub(super) fn script(&self) -> &str {
        &self.script
    }

    pub(super) fn timeout(&self) -> Duration {
        self.address.timeout
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many connections there are, why there are none or what failed last, and what is known of the server's memory.
    pub(super) fn status(&self) -> (u32, Option<Away>, Eviction) {
        let state = self.state();
        (state.open, state.away.clone(), state.eviction)
    }

    /// A connection for somebody who has time until then.
    pub(super) fn take(&self, until: Instant) -> Result<Link, Away> {
        let mut state = self.state();
        state.waiting += 1;
        let taken = loop {
            if let Some(link) = state.idle.pop() {
                break Ok(link);
            }
            let left = until.saturating_duration_since(Instant::now());
            if state.open == 0 && state.failures > 0 || left.is_zero() {
                break Err(state.refusal());
            }
            self.wanted.notify_one();
            state = self.freed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        };
        state.waiting -= 1;
        taken
    }

    /// Takes back a connection that did what was asked.
    pub(super) fn give_back(&self, link: Link) {
        let mut state = self.state();
        state.away = None;
        if state.is_closed {
            state.open = state.open.saturating_sub(1);
        } else {
            state.idle.push(link);
        }
        self.freed.notify_one();
    }

    /// Forgets a connection that failed. One that broke takes the idle ones along, which were made to the same server.
    pub(super) fn give_up(&self, link: Link, why: &Away) {
        drop(link);
        let mut state = self.state();
        state.open = state.open.saturating_sub(1);
        state.away = Some(why.clone());
        if matches!(why, Away::Unreachable(_)) {
            let gone = u32::try_from(state.idle.len()).unwrap_or(u32::MAX);
            state.open = state.open.saturating_sub(gone);
            state.idle.clear();
        }
        self.wanted.notify_one();
    }

    /// The end: the thread stops, connections are closed once nobody uses them.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        state.idle.clear();
        self.wanted.notify_one();
    }

    /// What the thread does.
    pub(super) fn tend(&self) {
        loop {
            match self.next_job() {
                Job::End => return,
                Job::Connect => {
                    let timeout = self.address.timeout.max(CONNECT_MIN);
                    // a panic below is an error like others: the thread must not end while somebody asks
                    let connect = AssertUnwindSafe(|| Link::connect(&self.address.client, &self.script, timeout));
                    let result = catch_unwind(connect).unwrap_or_else(|_| Err(Away::Unreachable("a defect".to_owned())));
                    self.state().connected(result);
                    // also who waits in vain
                    self.freed.notify_all();
                }
                Job::Ping(mut link) => match catch_unwind(AssertUnwindSafe(|| (link.ping(CONNECT_MIN), link))) {
                    Ok((Ok(()), link)) => self.give_back(link),
                    Ok((Err(why), link)) => self.give_up(link, &why),
                    Err(_) => self.state().open -= 1,
                },
            }
        }
    }

    /// Waits for something to do.
    fn next_job(&self) -> Job {
        let mut state = self.state();
        loop {
            let now = Instant::now();
            if state.is_closed {
                return Job::End;
            }
            let is_wanted = state.open == 0 || state.waiting > 0 && state.idle.is_empty();
            let wants = is_wanted && state.open < self.address.connections;
            if wants && state.due <= now {
                return Job::Connect;
            }
            let silent = state.idle.iter().position(|link| now.duration_since(link.heard) >= SILENCE_MAX);
            if let Some(at) = silent {
                return Job::Ping(state.idle.swap_remove(at));
            }
            let wait = if wants { state.due - now } else { SILENCE_MAX };
            state = self.wanted.wait_timeout(state, wait.min(SILENCE_MAX)).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl State {
    /// Why there is no connection in time.
    fn refusal(&self) -> Away {
        match &self.away {
            Some(away) => away.clone(),
            None if self.open > 0 => Away::Busy,
            None => Away::Slow,
        }
    }

    fn connected(&mut self, result: Result<(Link, Eviction), Away>) {
        match result {
            Ok((link, eviction)) => {
                self.open += 1;
                (self.failures, self.away, self.eviction) = (0, None, eviction);
                if !self.is_closed {
                    self.idle.push(link);
                }
            }
            Err(why) => {
                self.failures = self.failures.saturating_add(1);
                self.away = Some(why);
                self.due = Instant::now() + backoff(self.failures, RandomState::new().hash_one(0) % 1024);
            }
        }
    }
}

/// Twice as long after each failure, less up to a half, so that many machines don't come at the same moment.
fn backoff(failures: u32, dice: u64) -> Duration {
    let longest = BACKOFF.0.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(BACKOFF.1);
    let ms = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(ms * (512 + dice / 2) / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_lie_further_apart_up_to_a_limit() {
        for (failures, most_ms) in [(1, 50), (2, 100), (3, 200), (7, 3200), (8, 5000), (u32::MAX, 5000)] {
            for dice in [0, 512, 1023] {
                let wait_ms = backoff(failures, dice).as_millis();
                assert!(wait_ms >= most_ms / 2 && wait_ms <= most_ms, "{failures} {dice} {wait_ms}");
            }
        }
    }
}
