//! A directory that nothing leaves.

use std::{
    ffi::OsStr,
    fs::{File, FileType as StdType},
    io::{self, Read},
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::{ffi::OsStrExt, fs::MetadataExt},
    },
    path::Path,
    time::UNIX_EPOCH,
};

use adarga_core::path::{PATH_MAX, contain_absolute};
use rustix::{
    fs::{AtFlags, Dir, FileType, Mode, OFlags, fstat, open, statat},
    io::Errno,
};

use crate::files::{
    Access, Cause, Entry, Existing, FileError, Guard, HardLinks, Kind, RootError, Settings, Stat,
    beneath::{Beneath, HANDLE},
};

/// What others may do with a new file, before the process's umask.
const FILE_MODE: Mode = Mode::from_raw_mode(0o666);

/// A directory that nothing leaves: opened once, whatever its name leads to later.
///
/// A path is relative to it, or absolute and begins with the directory as [`Root::at`] was told.
///
/// ```
/// use adarga_host::files::{Existing, Root};
/// use std::io::Write;
///
/// let directory = std::env::temp_dir().join(format!("adarga-doc-{}", std::process::id()));
/// std::fs::create_dir_all(&directory)?;
/// let root = Root::at(&directory)?;
/// root.create("note.txt", Existing::Replace)?.write_all(b"seven")?;
/// assert_eq!(root.read("note.txt")?, b"seven");
/// assert!(root.open("../note.txt").is_err());
/// # std::fs::remove_dir_all(directory)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Root {
    beneath: Beneath,
    /// As it was named; absolute paths begin with it.
    name: Vec<u8>,
    settings: Settings,
}

impl Root {
    /// The root at `directory`, which may be a link itself, with the default [`Settings`].
    ///
    /// # Errors
    /// When it is no directory, or may not be opened.
    pub fn at(directory: impl AsRef<Path>) -> Result<Self, RootError> {
        Self::with(directory, Settings::default())
    }

    /// As [`Root::at`], with `settings`.
    ///
    /// # Errors
    /// When it is no directory, or may not be opened.
    pub fn with(directory: impl AsRef<Path>, settings: Settings) -> Result<Self, RootError> {
        let directory = directory.as_ref();
        let failed = |error: Errno| RootError::new(&directory.to_string_lossy(), io::Error::from(error).to_string());
        let handle = open(directory, HANDLE | OFlags::DIRECTORY, Mode::empty()).map_err(failed)?;
        Self::of(handle, directory.as_os_str().as_bytes().to_vec(), settings).map_err(failed)
    }

    fn of(handle: OwnedFd, name: Vec<u8>, settings: Settings) -> Result<Self, Errno> {
        Ok(Self { beneath: Beneath::of(handle, &settings)?, name, settings })
    }

    /// The root at a directory beneath this one. It takes relative paths only.
    ///
    /// # Errors
    /// When there is no directory at `path` inside of the root.
    pub fn beneath(&self, path: impl AsRef<[u8]>) -> Result<Self, FileError> {
        self.judged(path, |path| {
            let handle = self.beneath.open(path, HANDLE | OFlags::DIRECTORY, Mode::empty())?;
            Ok(Self::of(handle, Vec::new(), self.settings)?)
        })
    }

    /// Who resolves paths here.
    #[must_use]
    pub fn guard(&self) -> Guard {
        self.beneath.guard
    }

    /// Opens a regular file for reading.
    ///
    /// # Errors
    /// When the path is refused, leads out of the root or to nothing, or when what is there is no regular file, or too long.
    pub fn open(&self, path: impl AsRef<[u8]>) -> Result<File, FileError> {
        self.open_for(path, Access::Read)
    }

    /// Opens a regular file that exists. The handle has `O_NONBLOCK`, which regular files ignore.
    ///
    /// # Errors
    /// As [`Root::open`]; when it is to be written and has more than one name.
    pub fn open_for(&self, path: impl AsRef<[u8]>, access: Access) -> Result<File, FileError> {
        self.file(path.as_ref(), access, OFlags::empty())
    }

    /// Opens a new file for writing, or, by choice, an old one that is emptied.
    ///
    /// # Errors
    /// As [`Root::open_for`]; when the name is taken and nothing may be replaced.
    pub fn create(&self, path: impl AsRef<[u8]>, existing: Existing) -> Result<File, FileError> {
        let exclusive = if existing == Existing::Refuse { OFlags::EXCL } else { OFlags::empty() };
        self.file(path.as_ref(), Access::Replace, OFlags::CREATE | exclusive)
    }

    /// The content of a regular file.
    ///
    /// # Errors
    /// As [`Root::open`]; when it cannot be read, or grows beyond the longest file meanwhile.
    pub fn read(&self, path: impl AsRef<[u8]>) -> Result<Vec<u8>, FileError> {
        let (path, size_max) = (path.as_ref(), self.settings.size_max);
        let file = self.open(path)?;
        let mut content = Vec::new();
        let failed = |cause| FileError::new(path, cause);
        file.take(size_max.saturating_add(1)).read_to_end(&mut content).map_err(|error| failed(system(&error)))?;
        if content.len() as u64 > size_max { Err(failed(Cause::Large { size_max })) } else { Ok(content) }
    }

    /// What is at `path`, behind its links.
    ///
    /// # Errors
    /// When the path is refused, leads out of the root or to nothing, or to a link that is not followed.
    pub fn stat(&self, path: impl AsRef<[u8]>) -> Result<Stat, FileError> {
        self.judged(path, |path| {
            let metadata =
                File::from(self.beneath.open(path, HANDLE, Mode::empty())?).metadata().map_err(|error| system(&error))?;
            let since = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
            match kind(metadata.file_type()) {
                // a walk gives a handle of the link itself
                Kind::Link => Err(Cause::Link),
                kind => Ok(Stat {
                    kind,
                    len: metadata.len(),
                    names: metadata.nlink(),
                    modified_ms: u64::try_from(since.as_millis()).unwrap_or(u64::MAX),
                }),
            }
        })
    }

    /// The entries of a directory by name, without `.` and `..`; `.` is the root.
    ///
    /// # Errors
    /// When there is no directory inside of the root, or it has more entries than [`Settings::entries_max`]: a list is whole.
    pub fn list(&self, path: impl AsRef<[u8]>) -> Result<Vec<Entry>, FileError> {
        self.judged(path, |path| {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NONBLOCK;
            let (mut entries, entries_max) = (Vec::new(), self.settings.entries_max);
            let handle = self.beneath.open(path, flags, Mode::empty())?;
            for entry in Dir::read_from(&handle)? {
                let entry = entry?;
                let name = entry.file_name().to_bytes();
                if matches!(name, b"." | b"..") {
                    continue;
                }
                if entries.len() == entries_max {
                    return Err(Cause::Many { entries_max });
                }
                let kind = match entry.file_type() {
                    FileType::Unknown => match statat(&handle, name, AtFlags::SYMLINK_NOFOLLOW) {
                        Ok(stat) => FileType::from_raw_mode(stat.st_mode),
                        // it is gone already
                        Err(Errno::NOENT) => continue,
                        Err(error) => return Err(error.into()),
                    },
                    kind => kind,
                };
                entries.push(Entry { name: OsStr::from_bytes(name).to_owned(), kind: kind_of(kind) });
            }
            entries.sort_unstable();
            Ok(entries)
        })
    }

    fn file(&self, path: &[u8], access: Access, creation: OFlags) -> Result<File, FileError> {
        self.judged(path, |normal| {
            refuse_directory(path)?;
            // what is no regular file may wait for its other end, become a terminal, or lose its content
            let flags = access_flags(access) | creation | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
            let mode = if creation.is_empty() { Mode::empty() } else { FILE_MODE };
            // the flag stays: regular files, which alone get through, know nothing of it
            let file = File::from(self.beneath.open(normal, flags, mode)?);
            self.fits(&fstat(&file)?, access)?;
            if access == Access::Replace {
                file.set_len(0).map_err(|error| system(&error))?;
            }
            Ok(file)
        })
    }

    /// Whether what was opened may be given out.
    fn fits(&self, found: &rustix::fs::Stat, access: Access) -> Result<(), Cause> {
        let len = u64::try_from(found.st_size).unwrap_or(u64::MAX);
        let Settings { hard_links, size_max, .. } = self.settings;
        let single = match hard_links {
            HardLinks::Allow => false,
            HardLinks::Read => access != Access::Read,
            HardLinks::Refuse => true,
        };
        match kind_of(FileType::from_raw_mode(found.st_mode)) {
            Kind::File if single && found.st_nlink > 1 => Err(Cause::HardLink),
            Kind::File if access != Access::Replace && len > size_max => Err(Cause::Large { size_max }),
            Kind::File => Ok(()),
            kind => Err(Cause::Kind(kind)),
        }
    }

    /// Judges the bytes of `path` and hands on its normal form.
    pub(super) fn judged<T>(&self, path: impl AsRef<[u8]>, act: impl FnOnce(&[u8]) -> Result<T, Cause>) -> Result<T, FileError> {
        let (path, mut buffer) = (path.as_ref(), [0; PATH_MAX]);
        let contained = contain_absolute(&self.name, path, self.settings.rules, &mut buffer);
        let done = contained.map_err(Cause::Path).and_then(|contained| act(contained.as_bytes()));
        done.map_err(|cause| FileError::new(path, cause))
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(super) fn resolver(&self) -> &Beneath {
        &self.beneath
    }
}

/// A handle of the directory itself, for what this module doesn't have.
impl AsFd for Root {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.beneath.directory.as_fd()
    }
}

/// Refuses a path that can only be a directory's; its normal form does not say so any more.
pub(super) fn refuse_directory(path: &[u8]) -> Result<(), Cause> {
    if path.ends_with(b"/") || path.ends_with(b"/.") { Err(Cause::Kind(Kind::Directory)) } else { Ok(()) }
}

fn access_flags(access: Access) -> OFlags {
    match access {
        Access::Read => OFlags::RDONLY,
        Access::Edit => OFlags::RDWR,
        Access::Append => OFlags::WRONLY | OFlags::APPEND,
        Access::Replace => OFlags::WRONLY,
    }
}

pub(super) fn kind(kind: StdType) -> Kind {
    match kind {
        kind if kind.is_file() => Kind::File,
        kind if kind.is_dir() => Kind::Directory,
        kind if kind.is_symlink() => Kind::Link,
        _ => Kind::Special,
    }
}

fn kind_of(kind: FileType) -> Kind {
    match kind {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Directory,
        FileType::Symlink => Kind::Link,
        _ => Kind::Special,
    }
}

pub(super) fn system(error: &io::Error) -> Cause {
    Cause::System(error.to_string())
}
