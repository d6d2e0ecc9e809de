//! A revocation list in a file that may be replaced at any time.

use std::{
    fmt, fs,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant, SystemTime},
};

use crate::revocation::{RevocationError, Revocations};

/// How often the file is looked at: a list is in force after so long.
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
    stamp: Option<(SystemTime, u64)>,
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
        let seen = Seen { at: Instant::now(), stamp, failure: None };
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
            let settled = stamp.is_some_and(|(at, _)| at.elapsed().is_ok_and(|age| age > 2 * INTERVAL));
            if stamp != seen.stamp || !settled {
                match Revocations::open(&self.path) {
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

fn stamp(path: &PathBuf) -> Option<(SystemTime, u64)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
