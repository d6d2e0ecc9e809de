//! Words whose every access is a step: a model checker runs all orders of them, and a thread can be killed before any one.
//!
//! The table uses `SeqCst` alone. Loom treats that as acquire and release, which allows loads to return what was overwritten; loads
//! are modelled as additions of 0, which always read the newest, so that exactly the orders of one total order remain.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use loom::sync::atomic::{self, Ordering};

pub(crate) use Ordering::SeqCst;

loom::thread_local! {
    static STEPS_LEFT: Cell<usize> = Cell::new(NEVER);
}

/// Steps of a thread that is not to be killed.
const NEVER: usize = usize::MAX;

/// What a thread dies of.
struct Killed;

/// Runs something for so many steps at most. `None` if it was killed.
pub(crate) fn killed_after<T>(steps: usize, then: impl FnOnce() -> T) -> Option<T> {
    STEPS_LEFT.with(|left| left.set(steps));
    let outcome = catch_unwind(AssertUnwindSafe(then));
    STEPS_LEFT.with(|left| left.set(NEVER));
    match outcome {
        Ok(value) => Some(value),
        Err(death) if death.is::<Killed>() => None,
        Err(other) => resume_unwind(other),
    }
}

fn step() {
    let left = STEPS_LEFT.with(|left| {
        let before = left.get();
        left.set(if before == NEVER { NEVER } else { before.saturating_sub(1) });
        before
    });
    if left == 0 {
        resume_unwind(Box::new(Killed));
    }
}

/// A word of the model.
#[derive(Debug, Default)]
pub(crate) struct AtomicU64(atomic::AtomicU64);

impl AtomicU64 {
    pub(crate) fn load(&self, _: Ordering) -> u64 {
        step();
        self.0.fetch_add(0, Ordering::AcqRel)
    }

    pub(crate) fn compare_exchange(&self, from: u64, to: u64, _: Ordering, _: Ordering) -> Result<u64, u64> {
        step();
        self.0.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire)
    }
}
