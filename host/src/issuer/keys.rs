//! The handle: keys that are always at hand, and one thread that keeps them fresh.

use std::{
    fmt,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock},
    time::{Duration, Instant},
};

use super::{
    Clock, Endpoint, IssuerError, Settings, Source, Status, SystemClock,
    clock::milliseconds,
    refresh::Refresh,
    schedule::FILE_MS,
    source::{Loader, read_secret},
};
use crate::{keys::KeyImage, net::Client};

/// By how much a clock may be corrected without meaning anything.
const CLOCK_STEP_MS: u64 = 60_000;

/// The live keys of one issuer. What reads them never waits for the network; the thread that asks for new ones ends when this is
/// dropped.
pub struct Keys(pub(super) Arc<Shared>);

/// What the handle and its thread share.
pub(super) struct Shared {
    pub(super) settings: Settings,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) good: RwLock<Option<Good>>,
    state: Mutex<State>,
    /// Told when there is something to do, and when an attempt has ended.
    turn: Condvar,
}

/// The keys in use.
pub(super) struct Good {
    pub(super) image: Arc<KeyImage>,
    /// From when on they are not used any more.
    pub(super) until_ms: u64,
}

/// What is going on.
#[derive(Default)]
pub(super) struct State {
    pub(super) stopped: bool,
    /// Whether an attempt was asked for.
    pub(super) wanted: bool,
    pub(super) running: bool,
    /// Attempts that have ended.
    pub(super) rounds: u64,
    /// When the last attempt ended, and when the next one is due.
    pub(super) ended_ms: u64,
    pub(super) due_ms: u64,
    /// When a token last caused an attempt.
    unknown_ms: Option<u64>,
    /// Attempts that failed since the last that didn't.
    pub(super) failures: u32,
    pub(super) status: Status,
    pub(super) introspection: Option<Endpoint>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("settings", &self.0.settings).field("status", &self.status()).finish()
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.0.state().stopped = true;
        self.0.turn.notify_all();
    }
}

impl Keys {
    /// Begins with the keys of an issuer. A file or a secret is read at once; the network is asked in the background, and what is
    /// stored on disk is used until it answers. Threads don't outlive a `fork`: call this in each worker, after it.
    ///
    /// # Errors
    /// When a URL is wrong, or when a file or a secret can't be read or holds no good keys. A network that is down is none.
    pub fn open(settings: Settings, client: &Client) -> Result<Self, IssuerError> {
        Self::open_at(settings, client, SystemClock)
    }

    /// As [`Keys::open`], by another clock.
    ///
    /// # Errors
    /// As [`Keys::open`].
    pub fn open_at(settings: Settings, client: &Client, clock: impl Clock) -> Result<Self, IssuerError> {
        let loader = Loader::new(&settings, client)?;
        let state = Mutex::new(State { status: Status::of(&settings.source), ..State::default() });
        let shared = Shared { settings, clock: Arc::new(clock), good: RwLock::new(None), state, turn: Condvar::new() };
        let keys = Self(Arc::new(shared));
        match loader {
            Some(loader) => Refresh::new(Arc::clone(&keys.0), loader).start()?,
            None => keys.0.replace(read_secret(&keys.0.settings)?, u64::MAX),
        }
        Ok(keys)
    }

    /// The keys to verify with now; none before the first attempt went well, and when the last that did is too long ago: then
    /// deny.
    #[must_use]
    pub fn current(&self) -> Option<Arc<KeyImage>> {
        self.0.current()
    }

    /// To be called when a token names a `kid` that `seen` doesn't have, or is by an algorithm of no key in it: gives newer keys,
    /// none when there are no others. The issuer is asked at most once in [`Settings::refresh_min`], however many threads call
    /// with however many tokens; each waits at most `wait` for the answer.
    #[must_use]
    pub fn unknown_kid(&self, seen: &Arc<KeyImage>, wait: Duration) -> Option<Arc<KeyImage>> {
        self.ask(Some(seen), wait)
    }

    /// As [`Keys::unknown_kid`], when a token came and there are no keys at all: whoever calls after an outage does not have to wait
    /// for the next attempt, which may be minutes away.
    #[must_use]
    pub fn absent(&self, wait: Duration) -> Option<Arc<KeyImage>> {
        self.ask(None, wait)
    }

    fn ask(&self, seen: Option<&Arc<KeyImage>>, wait: Duration) -> Option<Arc<KeyImage>> {
        let newer = || self.current().filter(|image| seen.is_none_or(|seen| !Arc::ptr_eq(image, seen)));
        let now = newer();
        if now.is_some() || matches!(self.0.settings.source, Source::Secret(_)) {
            return now;
        }
        let mut state = self.0.state();
        // the first attempt begins by itself
        if !state.running && !state.wanted && state.rounds > 0 {
            let now_ms = self.0.clock.now_ms();
            let pause_ms = milliseconds(self.0.settings.refresh_min);
            // a clock that was set back must not stop this for long
            let is_too_soon = state.unknown_ms.is_some_and(|last_ms| now_ms >= last_ms && now_ms - last_ms < pause_ms);
            if is_too_soon {
                drop(state);
                return newer();
            }
            state.unknown_ms = Some(now_ms);
            state.wanted = true;
            self.0.turn.notify_all();
        }
        let round = state.rounds + 1;
        drop(self.0.wait(state, round, Some(wait)));
        newer()
    }

    /// Asks for keys now, and waits for the answer. For people: nothing limits how often.
    ///
    /// # Errors
    /// Why there are no new keys; those in use still are.
    pub fn refresh_now(&self) -> Result<(), IssuerError> {
        if matches!(self.0.settings.source, Source::Secret(_)) {
            return Ok(());
        }
        let mut state = self.0.state();
        let round = state.rounds + if state.running { 2 } else { 1 };
        state.wanted = true;
        self.0.turn.notify_all();
        let state = self.0.wait(state, round, None);
        state.status.failure.as_ref().map_or(Ok(()), |failure| Err(failure.error.clone()))
    }

    /// Waits until the first attempt has ended, or `wait`; whether there are keys then.
    #[must_use]
    pub fn wait_first(&self, wait: Duration) -> bool {
        if self.current().is_none() {
            drop(self.0.wait(self.0.state(), 1, Some(wait)));
        }
        self.current().is_some()
    }

    /// Where the issuer says that opaque tokens are asked about; none before its metadata came, or when it has no such place.
    #[must_use]
    pub fn introspection(&self) -> Option<Endpoint> {
        self.0.state().introspection.clone()
    }

    /// How it goes, for people.
    #[must_use]
    pub fn status(&self) -> Status {
        let (mut status, due_ms) = {
            let state = self.0.state();
            (state.status.clone(), state.due_ms)
        };
        status.refresh_ms = (!matches!(self.0.settings.source, Source::Secret(_))).then_some(due_ms);
        if let Some(good) = self.0.good.read().unwrap_or_else(PoisonError::into_inner).as_ref() {
            status.keys = good.image.keys().map_or(0, adarga_core::keys::KeySet::len);
            status.left_out = good.image.left_out().to_vec();
            status.until_ms = (good.until_ms != u64::MAX).then_some(good.until_ms);
        }
        status
    }
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until so many attempts have ended, the handle is dropped, or `wait`.
    fn wait<'s>(&'s self, mut state: MutexGuard<'s, State>, rounds: u64, wait: Option<Duration>) -> MutexGuard<'s, State> {
        let start = Instant::now();
        while state.rounds < rounds && !state.stopped {
            let left = wait.map_or(Duration::from_secs(60), |wait| wait.saturating_sub(start.elapsed()));
            if left.is_zero() {
                break;
            }
            state = self.turn.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state
    }

    /// Waits until an attempt is asked for or due; false when there will be none any more.
    pub(super) fn wait_turn(&self) -> bool {
        let mut state = self.state();
        loop {
            let now_ms = self.clock.now_ms();
            if state.stopped {
                return false;
            }
            // a clock that was set back must not put it off
            let is_set_back = now_ms.saturating_add(CLOCK_STEP_MS) < state.ended_ms;
            if state.wanted || now_ms >= state.due_ms || is_set_back {
                (state.wanted, state.running) = (false, true);
                return true;
            }
            let left = Duration::from_millis(state.due_ms - now_ms).min(self.clock.glance());
            state = self.turn.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Ends an attempt.
    pub(super) fn end_turn(&self, write: impl FnOnce(&mut State)) {
        let mut state = self.state();
        write(&mut state);
        state.running = false;
        state.rounds += 1;
        self.turn.notify_all();
    }

    fn current(&self) -> Option<Arc<KeyImage>> {
        let good = self.good.read().unwrap_or_else(PoisonError::into_inner);
        let good = good.as_ref().filter(|good| self.clock.now_ms() < good.until_ms)?;
        Some(Arc::clone(&good.image))
    }

    /// Puts keys in use. The same keys stay the same image, so that nobody takes them for new ones.
    pub(super) fn replace(&self, image: KeyImage, until_ms: u64) {
        let mut good = self.good.write().unwrap_or_else(PoisonError::into_inner);
        match good.as_mut() {
            Some(good) if good.image.bytes() == image.bytes() => good.until_ms = until_ms,
            _ => *good = Some(Good { image: Arc::new(image), until_ms }),
        }
    }

    /// The keys in use are still good.
    pub(super) fn confirm(&self, until_ms: u64) {
        if let Some(good) = self.good.write().unwrap_or_else(PoisonError::into_inner).as_mut() {
            good.until_ms = until_ms;
        }
    }
}

/// When a file is looked at again.
pub(super) const fn next_look(now_ms: u64) -> u64 {
    now_ms.saturating_add(FILE_MS)
}
