//! A temporary folder for tables, and what they count.

use std::{
    fs,
    path::PathBuf,
    process,
    sync::atomic::{AtomicUsize, Ordering},
};

use adarga_core::rate::{Charge, Gcra, Limit, Refusal, Shape, Window};
use adarga_host::limiter::{Other, Purpose, Table, digest};

/// When everything happens.
pub(crate) const NOW_MS: u64 = 1_790_000_000_000;

/// Removed at the end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().canonicalize().unwrap().join(format!("adarga-limiter-{}-{count}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    /// The table's path.
    pub(crate) fn table(&self) -> PathBuf {
        self.0.join("rates")
    }

    /// All names in it.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A burst of so many, of which next to nothing is restored.
pub(crate) fn burst(calls: u32) -> Gcra {
    Gcra::new(calls, 24 * 3_600_000, calls).unwrap()
}

/// A table for so many clients of this limit.
pub(crate) fn purpose(clients: u32, calls: u32) -> Purpose {
    let shape = Shape { rates: clients, windows: 0, calls: 0 };
    Purpose { shape, digest: digest("test", &[(0, Limit::Gcra(burst(calls)))]), other: Other::Refuse }
}

/// So many in any day.
pub(crate) fn window(calls: u32) -> Window {
    Window::new(calls, 24 * 3_600_000).unwrap()
}

pub(crate) const fn charge(key: &[u8]) -> Charge<'_> {
    Charge { limit_id: 0, key, cost: 1, now_ms: NOW_MS }
}

/// One call of `key`.
pub(crate) fn call(table: &Table, calls: u32, key: &[u8]) -> Result<(), Refusal> {
    table.charges(NOW_MS).unwrap().charge(burst(calls), &charge(key))
}

/// The same under a window.
pub(crate) fn call_window(table: &Table, calls: u32, key: &[u8]) -> Result<(), Refusal> {
    table.charges(NOW_MS).unwrap().charge(window(calls), &charge(key))
}
