//! A table that is opened again when its file was removed.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use adarga_core::{
    Reason,
    rate::{Charge, Limit, RateTable, Refusal, SharedTable},
};

use super::{LOOK_MS, Other, Purpose, Table, TableError};

/// A worker's hold on the table at a path. When its file was removed, the worker joins the others at the new one; where that is
/// for something else, it counts nowhere and denies.
pub struct Limiter {
    path: PathBuf,
    purpose: Purpose,
    table: Table,
    /// When it was last tried to open it again.
    tried_ms: u64,
}

impl Limiter {
    /// Maps the table at `path`, which is made if there is none.
    ///
    /// # Errors
    /// As [`Table::open`].
    pub fn open(path: impl AsRef<Path>, purpose: Purpose) -> Result<Self, TableError> {
        let path = path.as_ref().to_owned();
        let table = Table::open(&path, &purpose)?;
        // who was replaced does not replace in turn
        let purpose = Purpose { other: Other::Refuse, ..purpose };
        Ok(Self { path, purpose, table, tried_ms: 0 })
    }

    /// The table of this moment, if there is one.
    fn current(&mut self, now_ms: u64) -> Option<SharedTable<'_>> {
        if self.table.charges(now_ms).is_err() {
            if self.tried_ms.abs_diff(now_ms) < LOOK_MS {
                return None;
            }
            self.tried_ms = now_ms;
            self.table = Table::open(&self.path, &self.purpose).ok()?;
        }
        self.table.charges(now_ms).ok()
    }
}

impl RateTable<Limit> for Limiter {
    fn charge(&mut self, limit: Limit, charge: &Charge<'_>) -> Result<(), Refusal> {
        match self.current(charge.now_ms) {
            Some(table) => table.charge(limit, charge),
            None => Err(Refusal { reason: Reason::RateUnavailable, retry_after_ms: None }),
        }
    }

    fn window_calls(&self) -> u32 {
        self.purpose.shape.calls
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").field("table", &self.table).finish_non_exhaustive()
    }
}
