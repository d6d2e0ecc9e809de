//! A revocation list in a file that may be replaced, or written over, at any time.
//!
//! Half a list would let pass what the other half revokes, so a list counts once two looks a second apart see the same file.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant, SystemTime},
};

use crate::{
    inode::inode,
    revocation::{RevocationError, Revocations},
};

/// How often the file is looked at: a list is in force after twice as long.
const INTERVAL: Duration = Duration::from_secs(1);

/// The list of a file, read again when the file changes. What can't be read never replaces what could.
pub(super) struct Watch {
    path: PathBuf,
    list: RwLock<Arc<Revocations>>,
    seen: Mutex<Seen>,
}

/// What was seen of the file, and when it was looked at.
struct Seen {
    at: Instant,
    /// Of the list in force.
    stamp: Option<Stamp>,
    /// Of the file at the last look.
    last: Option<Stamp>,
    failure: Option<String>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("path", &self.path).field("failure", &self.failure()).finish_non_exhaustive()
    }
}

impl Watch {
    /// Reads the list for the first time.
    ///
    /// # Errors
    /// When it can't be read.
    pub(super) fn open(path: PathBuf) -> Result<Self, RevocationError> {
        // the stamp first: a change in between is noticed at the next look
        let stamp = stamp(&path);
        let list = Revocations::open(&path)?;
        let seen = Seen { at: Instant::now(), stamp, last: stamp, failure: None };
        Ok(Self { path, list: RwLock::new(Arc::new(list)), seen: Mutex::new(seen) })
    }

    /// Why the file could not be read when it was last looked at.
    pub(super) fn failure(&self) -> Option<String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).failure.clone()
    }

    /// The list of the moment. One caller a second looks at the file; the others don't wait for it.
    pub(super) fn current(&self) -> Arc<Revocations> {
        if let Ok(mut seen) = self.seen.try_lock()
            && seen.at.elapsed() >= INTERVAL
        {
            seen.at = Instant::now();
            let stamp = stamp(&self.path);
            // a file that changed within the same tick of its clock would look the same, so a fresh one is read again
            let settled = stamp.is_some_and(|(at, ..)| at.elapsed().is_ok_and(|age| age > 2 * INTERVAL));
            let still = std::mem::replace(&mut seen.last, stamp) == stamp;
            if still && (stamp != seen.stamp || !settled) {
                match Revocations::open(&self.path) {
                    // written to while it was read
                    Ok(_) if self::stamp(&self.path) != stamp => {}
                    Ok(list) => {
                        *self.list.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(list);
                        (seen.stamp, seen.failure) = (stamp, None);
                    }
                    Err(error) => seen.failure = Some(error.to_string()),
                }
            }
        }
        Arc::clone(&self.list.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What tells one content of a file from another without reading it: time of the last change, length, number of the file.
type Stamp = (SystemTime, u64, u64);

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len(), inode(&metadata)))
}
