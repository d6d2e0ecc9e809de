//! A person's wish to stop: Ctrl-C and its kin end the server before they end us.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::Failure;

/// Remembers the signal that came.
#[derive(Clone, Debug)]
pub(super) struct Stop(Arc<AtomicUsize>);

impl Stop {
    /// From now on signals are remembered instead of ending the process.
    pub(super) fn on_signals() -> std::io::Result<Self> {
        let signal = Arc::new(AtomicUsize::new(0));
        #[cfg(unix)]
        {
            use signal_hook::{
                consts::{SIGHUP, SIGINT, SIGTERM},
                flag::register_usize,
            };
            register_usize(SIGHUP, Arc::clone(&signal), 1)?;
            register_usize(SIGINT, Arc::clone(&signal), 2)?;
            register_usize(SIGTERM, Arc::clone(&signal), 15)?;
        }
        Ok(Self(signal))
    }

    /// Fails once a signal came, with the exit code that shells give it.
    pub(super) fn check(&self) -> Result<(), Failure> {
        match self.0.load(Ordering::Relaxed) {
            0 => Ok(()),
            signal => Err(Failure { text: "interrupted".to_owned(), code: u8::try_from(128 + signal).unwrap_or(130) }),
        }
    }
}
