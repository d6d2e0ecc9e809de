//! Names beneath a root: made, moved, removed.
//!
//! Each works on a handle of the directory above, resolved beneath the root, and one name in it, which no link can turn elsewhere.

use std::os::fd::OwnedFd;

use rustix::{
    fs::{AtFlags, Mode, mkdirat, renameat, unlinkat},
    io::{self, Errno},
};

use crate::files::{Cause, Existing, FileError, Root, root::refuse_directory};

/// What others may do with a new directory, before the process's umask.
const DIRECTORY_MODE: Mode = Mode::from_raw_mode(0o777);

impl Root {
    /// Makes a directory.
    ///
    /// # Errors
    /// When the path is refused, the directory above it is not inside of the root, or the name is taken.
    pub fn create_dir(&self, path: impl AsRef<[u8]>) -> Result<(), FileError> {
        self.judged(path, |path| {
            let (parent, name) = self.resolver().parent(path)?;
            Ok(mkdirat(parent, name, DIRECTORY_MODE)?)
        })
    }

    /// Removes a name that is no directory's: of a link the link, of a file with two names this one.
    ///
    /// # Errors
    /// When the path is refused, the directory above it is not inside of the root, or there is nothing, or a directory.
    pub fn remove(&self, path: impl AsRef<[u8]>) -> Result<(), FileError> {
        let path = path.as_ref();
        self.judged(path, |normal| {
            refuse_directory(path)?;
            let (parent, name) = self.resolver().parent(normal)?;
            Ok(unlinkat(parent, name, AtFlags::empty())?)
        })
    }

    /// Removes a directory that is empty.
    ///
    /// # Errors
    /// As [`Root::remove`]; when it is not empty.
    pub fn remove_dir(&self, path: impl AsRef<[u8]>) -> Result<(), FileError> {
        self.judged(path, |path| {
            let (parent, name) = self.resolver().parent(path)?;
            Ok(unlinkat(parent, name, AtFlags::REMOVEDIR)?)
        })
    }

    /// Gives what is at `from` the name `to`: a link as a link, whatever it is.
    ///
    /// # Errors
    /// When a path is refused, or the directory above it is not inside of the root; when the name is taken and nothing may be
    /// replaced; when the two lie on different file systems. It names the path that is the culprit.
    pub fn rename(&self, from: impl AsRef<[u8]>, to: impl AsRef<[u8]>, existing: Existing) -> Result<(), FileError> {
        let (from, to) = (from.as_ref(), to.as_ref());
        let (source, old) = self.place(from)?;
        let (target, new) = self.place(to)?;
        let renamed = match existing {
            Existing::Replace => renameat(source, old.as_slice(), target, new.as_slice()),
            Existing::Refuse => rename_to_nothing(&source, &old, &target, &new),
        };
        renamed.map_err(|error| match error {
            // two file systems, both beneath the root
            Errno::XDEV => FileError::new(from, Cause::System(std::io::Error::from(error).to_string())),
            Errno::EXIST | Errno::NOTEMPTY | Errno::ISDIR => FileError::new(to, error.into()),
            error => FileError::new(from, error.into()),
        })
    }

    /// The directory above `path`, and the last name.
    fn place(&self, path: &[u8]) -> Result<(OwnedFd, Vec<u8>), FileError> {
        self.judged(path, |path| self.resolver().parent(path).map(|(parent, name)| (parent, name.to_vec())))
    }
}

/// In one step, so that what comes to lie there meanwhile is kept.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_to_nothing(source: &OwnedFd, old: &[u8], target: &OwnedFd, new: &[u8]) -> io::Result<()> {
    rustix::fs::renameat_with(source, old, target, new, rustix::fs::RenameFlags::NOREPLACE)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_to_nothing(_: &OwnedFd, _: &[u8], _: &OwnedFd, _: &[u8]) -> io::Result<()> {
    Err(Errno::NOSYS)
}
