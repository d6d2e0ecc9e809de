//! A path in normal form, resolved beneath a directory: by the kernel in one step, or name by name.

use std::{io, os::fd::OwnedFd};

use rustix::{
    fs::{AtFlags, FileType, Mode, OFlags, fstat, openat, statat},
    io::Errno,
};

use crate::files::{Cause, Guard, Kind, Links, Settings};

/// How often a resolution is tried that a rename elsewhere disturbed.
#[cfg(any(target_os = "linux", target_os = "android"))]
const ATTEMPTS_MAX: usize = 128;

/// A handle that names a directory and neither reads nor waits.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) const HANDLE: OFlags = OFlags::PATH.union(OFlags::CLOEXEC);
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) const HANDLE: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

/// A directory and how paths beneath it are resolved.
#[derive(Debug)]
pub(super) struct Beneath {
    pub(super) directory: OwnedFd,
    pub(super) guard: Guard,
    #[cfg_attr(not(any(target_os = "linux", target_os = "android")), expect(dead_code, reason = "a walk follows none"))]
    links: Links,
    one_file_system: bool,
}

impl Beneath {
    /// Takes the kernel as the guard where it can be and `settings` want it.
    pub(super) fn of(directory: OwnedFd, settings: &Settings) -> Result<Self, Errno> {
        let Settings { links, one_file_system, mut guard, .. } = *settings;
        if guard == Guard::Kernel && !is_enforced(&directory)? {
            guard = Guard::Walk;
        }
        Ok(Self { directory, guard, links, one_file_system })
    }

    /// Opens `path`, a normal form.
    pub(super) fn open(&self, path: &[u8], flags: OFlags, mode: Mode) -> Result<OwnedFd, Errno> {
        match self.guard {
            Guard::Kernel => self.resolve(path, flags, mode),
            Guard::Walk => self.walk(path, flags, mode),
        }
    }

    /// The directory of `path` beneath the root, and the last name.
    pub(super) fn parent<'p>(&self, path: &'p [u8]) -> Result<(OwnedFd, &'p [u8]), Cause> {
        let (parent, name) = match path.iter().rposition(|&byte| byte == b'/') {
            Some(at) => (&path[..at], &path[at + 1..]),
            None if path == b"." => return Err(Cause::Root),
            None => (&b"."[..], path),
        };
        Ok((self.open(parent, HANDLE | OFlags::DIRECTORY, Mode::empty())?, name))
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn resolve(&self, path: &[u8], flags: OFlags, mode: Mode) -> Result<OwnedFd, Errno> {
        use rustix::fs::ResolveFlags;
        let mut how = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        how.set(ResolveFlags::NO_SYMLINKS, self.links == Links::Refuse);
        how.set(ResolveFlags::NO_XDEV, self.one_file_system);
        for _ in 1..ATTEMPTS_MAX {
            match rustix::fs::openat2(&self.directory, path, flags, mode, how) {
                // a rename somewhere, while a link climbed: where it led is not certain
                Err(Errno::AGAIN | Errno::INTR) => {}
                result => return result,
            }
        }
        rustix::fs::openat2(&self.directory, path, flags, mode, how)
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    fn resolve(&self, path: &[u8], flags: OFlags, mode: Mode) -> Result<OwnedFd, Errno> {
        self.walk(path, flags, mode)
    }

    /// Opens each name in the directory before it. None of them is `..`, and none that is a link is followed, so there is no way
    /// up.
    fn walk(&self, path: &[u8], flags: OFlags, mode: Mode) -> Result<OwnedFd, Errno> {
        let device = if self.one_file_system { Some(fstat(&self.directory)?.st_dev) } else { None };
        let mut above: Option<OwnedFd> = None;
        let mut names = path.split(|&byte| byte == b'/').peekable();
        loop {
            let name = names.next().ok_or(Errno::NOENT)?;
            let is_last = names.peek().is_none();
            let (flags, mode) = if is_last { (flags, mode) } else { (HANDLE | OFlags::DIRECTORY, Mode::empty()) };
            let within = above.as_ref().unwrap_or(&self.directory);
            let opened = step(within, name, flags, mode)?;
            if let Some(device) = device
                && fstat(&opened)?.st_dev != device
            {
                return Err(Errno::XDEV);
            }
            if is_last {
                return Ok(opened);
            }
            above = Some(opened);
        }
    }
}

/// Opens one name, which is no link.
fn step(within: &OwnedFd, name: &[u8], flags: OFlags, mode: Mode) -> Result<OwnedFd, Errno> {
    loop {
        match openat(within, name, flags | OFlags::NOFOLLOW, mode) {
            Err(Errno::INTR) => {}
            // a link is no directory, either; say that it is one
            Err(Errno::NOTDIR) if is_link(within, name) => return Err(Errno::LOOP),
            result => return result,
        }
    }
}

fn is_link(within: &OwnedFd, name: &[u8]) -> bool {
    statat(within, name, AtFlags::SYMLINK_NOFOLLOW).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink)
}

/// Whether `openat2` is there: neither an old kernel nor a filter of system calls stands before it.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_enforced(directory: &OwnedFd) -> Result<bool, Errno> {
    use rustix::fs::ResolveFlags;
    match rustix::fs::openat2(directory, ".", HANDLE | OFlags::DIRECTORY, Mode::empty(), ResolveFlags::BENEATH) {
        Ok(_) | Err(Errno::AGAIN) => Ok(true),
        Err(Errno::NOSYS | Errno::PERM | Errno::INVAL | Errno::OPNOTSUPP) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn is_enforced(_: &OwnedFd) -> Result<bool, Errno> {
    Ok(false)
}

impl From<Errno> for Cause {
    fn from(error: Errno) -> Self {
        match error {
            Errno::XDEV => Self::Outside,
            Errno::LOOP => Self::Link,
            Errno::NOENT | Errno::NOTDIR => Self::Absent,
            Errno::ACCESS | Errno::PERM | Errno::ROFS => Self::Permission,
            Errno::EXIST => Self::Exists,
            Errno::ISDIR => Self::Kind(Kind::Directory),
            // a socket, a FIFO that nobody reads, a device that is away
            Errno::NXIO | Errno::NODEV => Self::Kind(Kind::Special),
            Errno::NAMETOOLONG => Self::Path(adarga_core::Reason::PathSize),
            Errno::NOTEMPTY => Self::NotEmpty,
            Errno::AGAIN => Self::Moving,
            error => Self::System(io::Error::from(error).to_string()),
        }
    }
}
