//! The one place that says which atomic word shared tables are made of.
//!
//! `tests/loom` builds the very files of `rate` over words of a model checker, by putting another module in the place of this one.

pub(crate) use core::sync::atomic::{AtomicU64, Ordering::SeqCst};
