//! `--record`: what was said and judged, as a session file.

use std::{
    fs::{File, OpenOptions},
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use adarga_core::Reason;

use crate::{
    Failure, complain,
    session::{Direction, Line},
};

use super::lock;
use crate::date::now_ms;

/// Appends to a session file. A disk that is full stops the recording, not the session, and says so once.
pub(super) struct Recorder {
    file: Mutex<File>,
    /// Names this connection, so that several runs may share one file.
    session: String,
    failed: AtomicBool,
}

impl Recorder {
    /// Opens a file for appending; a new one is readable by its owner only, since messages may hold secrets.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let session = format!("{}-{}", std::process::id(), now_ms());
        Ok(Self { file: Mutex::new(file), session, failed: AtomicBool::new(false) })
    }

    /// Records a message of the client, its verdict and the time that it was judged by, so that limits judge it alike again.
    pub(super) fn to_server(&self, bytes: &[u8], reason: Reason, now_ms: u64) {
        self.write(Line::recorded(bytes, Direction::ToServer, now_ms, Some(reason)));
    }

    /// Records a message of the server.
    pub(super) fn to_client(&self, bytes: &[u8]) {
        self.write(Line::recorded(bytes, Direction::ToClient, now_ms(), None));
    }

    fn write(&self, line: Line) {
        let line = Line { session: Some(self.session.clone()), ..line };
        let file = lock(&self.file);
        if line.write(&*file).is_err() && !self.failed.swap(true, Ordering::Relaxed) {
            complain(&"the recording can't be written any more and ends here");
        }
    }
}
