//! One table of rates for all processes of a machine, in a file that they map.
//!
//! ```text
//!   worker ─┐
//!   worker ─┼─▶ /run/app/rates ── first page: what it is, for which limits, its seed
//!   worker ─┘        └─────────── core's `SharedTable`: every grant one compare-and-swap
//! ```
//!
//! Who comes first makes the file, the others find it. What a process takes from an allowance is taken for all; nobody holds a
//! lock while charging, so one that is killed costs at most the one grant that it was about to use.
//!
//! **Whose.** The file belongs to the user of the process and has mode 0600; a link, another owner, a wider mode, a directory in which
//! others may replace it, and a file system of the network are refused. Who may open it may also end the processes that map it.
//!
//! **For what.** The first page names version, arrangement, capacity and a digest of the limits. A file that differs in one of them is
//! refused, or replaced where [`Other::Replace`] says so; it is never shared. A file that is no table, or a damaged one, is always
//! refused.
//!
//! **Removed.** While it is charged the path is looked at every [`LOOK_MS`]; when it leads elsewhere the table is [`Retired`] and gives
//! no more. For that long, who opened the new file and who has the old one may each give the whole limit.
//!
//! **Clocks.** As core says: processes of one machine share one; when it is set back nobody gets more, and nobody waits longer than a
//! window, or than a burst takes to be restored. A file on a disk outlives the machine: after a crash it may lack what was taken since
//! the system last wrote it, so `/run` and other file systems in memory are the better place.
//!
//! Invariant: nothing here reads a clock or waits, but for opening a file that others are replacing.

mod error;
mod file;
mod follow;
mod header;
mod layout;
mod map;
mod settings;

use std::{
    fmt,
    path::Path,
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
};

use adarga_core::rate::SharedTable;

pub use error::{Cause, Retired, TableError};
pub use follow::Limiter;
pub use settings::{Other, Purpose, digest};

/// How often the path is looked at while the table is charged, in milliseconds of the callers' time.
pub const LOOK_MS: u64 = 100;

/// A table that all processes share who opened the same path for the same purpose. It is unmapped when it goes; threads may share it,
/// and children that were forked keep it.
pub struct Table {
    map: map::Map,
    place: file::Place,
    id: file::Id,
    header: header::Header,
    looked_ms: AtomicU64,
    retired: AtomicBool,
}

impl Table {
    /// Maps the table at `path`, which is made if there is none.
    ///
    /// # Errors
    /// When the file can't be made or opened, isn't safe, or was made for something else.
    pub fn open(path: impl AsRef<Path>, purpose: &Purpose) -> Result<Self, TableError> {
        let path = path.as_ref();
        Self::open_at(path, purpose).map_err(|cause| TableError::new(path, cause))
    }

    fn open_at(path: &Path, purpose: &Purpose) -> Result<Self, Cause> {
        layout::file_len(purpose.shape).ok_or(Cause::Size)?;
        let place = file::Place::of(path)?;
        let found = place.open(purpose)?;
        let (map, id) = (map::Map::of(&found.file, found.len)?, found.id()?);
        // a table that can't be reached is said now, not at the first call
        layout::table(&map, found.header.shape, found.header.seed).ok_or(Cause::Damaged)?;
        Ok(Self { map, place, id, header: found.header, looked_ms: AtomicU64::new(0), retired: AtomicBool::new(false) })
    }

    /// The table, for a charge or some at `now_ms` (Unix milliseconds).
    ///
    /// # Errors
    /// When the file was replaced or removed.
    pub fn charges(&self, now_ms: u64) -> Result<SharedTable<'_>, Retired> {
        let looked_ms = self.looked_ms.load(Relaxed);
        if looked_ms.abs_diff(now_ms) >= LOOK_MS
            && self.looked_ms.compare_exchange(looked_ms, now_ms, Relaxed, Relaxed).is_ok()
            && !self.place.leads_to(self.id)
        {
            self.retired.store(true, Relaxed);
        }
        if self.retired.load(Relaxed) {
            return Err(Retired);
        }
        layout::table(&self.map, self.header.shape, self.header.seed).ok_or(Retired)
    }
}

/// How large it is; neither its seed nor anything of the clients.
impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("shape", &self.header.shape).field("retired", &self.retired).finish_non_exhaustive()
    }
}
