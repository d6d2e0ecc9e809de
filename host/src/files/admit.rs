//! Whether a path may go on to a server that resolves it by itself.

use std::{fs::File, os::unix::fs::MetadataExt};

use adarga_core::path::Contained;
use rustix::{
    fs::{Mode, OFlags},
    io::Errno,
};

use crate::files::{
    Cause, FileError, HardLinks, Kind,
    beneath::HANDLE,
    root::{Root, kind, system},
};

impl Root {
    /// Resolves what core contained, for somebody else who will open it: a regular file or a directory beneath the root, or nothing
    /// yet, in a directory that is beneath it. Nothing is opened for reading, and nothing waits.
    ///
    /// What stands there can change before the other opens it: only a server that opens by a [`Root`] itself is safe from who may
    /// write beneath it.
    ///
    /// # Errors
    /// When it leads out of the root, or to a FIFO, a socket or a device; to a link that leads to nothing, beneath a file, or to where
    /// this process may not look; to a file with another name, where [`Settings::hard_links`](crate::files::Settings::hard_links)
    /// refuses those.
    pub fn admit(&self, path: Contained<'_>) -> Result<(), FileError> {
        self.resolved(path.as_bytes()).map_err(|cause| FileError::new(path.as_bytes(), cause))
    }

    fn resolved(&self, path: &[u8]) -> Result<(), Cause> {
        match self.resolver().open(path, HANDLE, Mode::empty()) {
            Ok(handle) => self.passes(File::from(handle)),
            Err(Errno::NOENT) => self.may_appear(path),
            Err(error) => Err(error.into()),
        }
    }

    fn passes(&self, handle: File) -> Result<(), Cause> {
        let metadata = handle.metadata().map_err(|error| system(&error))?;
        match kind(metadata.file_type()) {
            Kind::File if self.settings().hard_links == HardLinks::Refuse && metadata.nlink() > 1 => Err(Cause::HardLink),
            Kind::File | Kind::Directory => Ok(()),
            // a walk gives a handle of the link itself
            Kind::Link => Err(Cause::Link),
            kind @ Kind::Special => Err(Cause::Kind(kind)),
        }
    }

    /// Whether all that exists of `path`, which does not, are directories beneath the root.
    fn may_appear(&self, path: &[u8]) -> Result<(), Cause> {
        let mut end = path.len();
        loop {
            // the name is absent, unless it is a link to something that is
            match self.resolver().open(&path[..end], HANDLE | OFlags::NOFOLLOW, Mode::empty()) {
                Ok(_) => return Err(Cause::Link),
                Err(Errno::NOENT) => {}
                Err(error) => return Err(error.into()),
            }
            let Some(at) = path[..end].iter().rposition(|&byte| byte == b'/') else { return Ok(()) };
            end = at;
            match self.resolver().open(&path[..end], HANDLE | OFlags::DIRECTORY, Mode::empty()) {
                Ok(_) => return Ok(()),
                Err(Errno::NOENT) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
