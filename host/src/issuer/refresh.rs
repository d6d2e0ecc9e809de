//! The thread that keeps keys fresh, and what it does at each turn.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
};

use super::{
    IssuerError, Source,
    clock::milliseconds,
    keys::{Shared, State, next_look},
    schedule,
    source::{Loaded, Loader},
    status::Failure,
    store::{self, Fit},
};
use crate::keys::{KeyImage, Mode};

/// What the thread owns.
pub(super) struct Refresh {
    shared: Arc<Shared>,
    loader: Loader,
}

impl Refresh {
    pub(super) const fn new(shared: Arc<Shared>, loader: Loader) -> Self {
        Self { shared, loader }
    }

    /// Reads what is local, and leaves the rest to a thread.
    pub(super) fn start(mut self) -> Result<(), IssuerError> {
        if matches!(self.loader, Loader::File(_)) {
            self.turn();
            if let Some(failure) = self.shared.state().status.failure.take() {
                return Err(failure.error);
            }
        } else {
            self.open_store();
        }
        let thread = thread::Builder::new().name("adarga-keys".to_owned());
        let spawned = thread.spawn(move || {
            while self.shared.wait_turn() {
                self.turn();
            }
        });
        spawned.map(drop).map_err(|error| IssuerError::Thread(error.to_string()))
    }

    /// One attempt. A panic below is an error like others: the thread must not end while there is a handle.
    fn turn(&mut self) {
        let start_ms = self.shared.clock.now_ms();
        let loaded = catch_unwind(AssertUnwindSafe(|| self.loader.load(start_ms))).unwrap_or(Err(IssuerError::Panic));
        // counted from the start: what was answered may be as old
        let until_ms = start_ms.saturating_add(milliseconds(self.shared.settings.stale_max));
        let outcome = loaded.map(|loaded| match loaded {
            Loaded::Keys(image) => self.shared.replace(image, until_ms),
            Loaded::Same => self.shared.confirm(until_ms),
        });
        let stored = outcome.as_ref().ok().and_then(|()| self.write_store());
        let shared = Arc::clone(&self.shared);
        shared.end_turn(|state| {
            state.ended_ms = shared.clock.now_ms();
            match outcome {
                Ok(()) => self.succeed(state, start_ms, stored),
                Err(error) => self.fail(state, error),
            }
        });
    }

    fn succeed(&self, state: &mut State, start_ms: u64, stored: Option<Result<(), String>>) {
        state.failures = 0;
        state.status.failure = None;
        state.status.success_ms = Some(start_ms);
        if let Some(written) = stored {
            state.status.store = written.err();
        }
        state.due_ms = match &self.loader {
            Loader::File(_) => next_look(state.ended_ms),
            Loader::Remote(remote) => {
                if let Some(place) = remote.place() {
                    state.status.source = place.url.to_string();
                }
                state.introspection = remote.metadata.as_ref().and_then(|(metadata, _)| metadata.introspection.clone());
                // keys that are given up soon have to be confirmed sooner
                let refresh = self.shared.settings.refresh.min(self.shared.settings.stale_max);
                let wait_ms = schedule::after_success(refresh, remote.max_age, schedule::dice());
                state.ended_ms.saturating_add(wait_ms)
            }
        };
    }

    fn fail(&self, state: &mut State, error: IssuerError) {
        state.failures = state.failures.saturating_add(1);
        state.status.failure = Some(Failure { at_ms: state.ended_ms, error, count: state.failures });
        state.due_ms = match &self.loader {
            Loader::File(_) => next_look(state.ended_ms),
            Loader::Remote(_) => {
                let wait_ms = schedule::after_failure(self.shared.settings.refresh, state.failures, schedule::dice());
                state.ended_ms.saturating_add(wait_ms)
            }
        };
    }

    /// Takes the keys that outlived the last process, when they are still good.
    fn open_store(&mut self) {
        let settings = &self.shared.settings;
        let (Some(path), Loader::Remote(remote)) = (&settings.store, &mut self.loader) else { return };
        let url = matches!(settings.source, Source::Jwks(_)).then(|| remote.place().map(|place| place.url.clone())).flatten();
        let now_ms = self.shared.clock.now_ms();
        let fit = Fit { issuer: &settings.issuer, url: url.as_ref(), now_ms, stale_max: settings.stale_max };
        match store::read(path, &fit) {
            Ok(None) => {}
            Ok(Some(stored)) => match KeyImage::from_jwks(&stored.document, Mode::Lenient) {
                Ok(image) if !image.is_secret() => {
                    self.shared.replace(image, stored.fetched_ms.saturating_add(milliseconds(settings.stale_max)));
                    let mut state = self.shared.state();
                    state.status.source = stored.url.to_string();
                    state.status.success_ms = Some(stored.fetched_ms);
                    remote.last = Some(stored);
                }
                Ok(_) => self.shared.state().status.store = Some("it holds a shared secret".to_owned()),
                Err(errors) => self.shared.state().status.store = Some(errors.to_string()),
            },
            Err(reason) => self.shared.state().status.store = Some(reason),
        }
    }

    /// Stores the keys of the network; none when there is nowhere to.
    fn write_store(&self) -> Option<Result<(), String>> {
        let settings = &self.shared.settings;
        let (Some(path), Loader::Remote(remote)) = (&settings.store, &self.loader) else { return None };
        let last = remote.last.as_ref()?;
        Some(store::write(path, &settings.issuer, last).map_err(|error| error.to_string()))
    }
}
