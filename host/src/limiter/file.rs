//! The file of a table: found, made or replaced, each in one step that others see whole or not at all.
//!
//! A new file is made under another name, written, and then given its name without taking that of another (`link`), so a process
//! that is killed leaves nothing but a name that the next maker removes. A file is replaced (`rename`) under a lock on the old one
//! that the kernel gives back when its holder dies.

use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io::Write,
    os::fd::{AsFd, OwnedFd},
    path::Path,
    process,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    thread,
    time::Duration,
};

use rustix::{
    fs::{
        AtFlags, Dir, FileType, FlockOperation, Mode, OFlags, Stat, flock, fstat, linkat, open, openat, renameat, statat,
        unlinkat,
    },
    io::{Errno, pread},
    process::geteuid,
};

use super::{
    Cause, Other, Purpose,
    header::{HEADER, Header},
    layout,
};

/// How often it is tried anew when others changed the file meanwhile.
const ATTEMPTS_MAX: usize = 64;
/// How long others may hold the lock of a file that is replaced: each holds it for a few system calls.
const LOCK_TRIES_MAX: usize = 2000;
const LOCK_PAUSE: Duration = Duration::from_millis(1);
/// What a new file's first name ends in.
const NEW: &str = ".new";

const OWNER_ONLY: Mode = Mode::RUSR.union(Mode::WUSR);
const FLAGS: OFlags = OFlags::RDWR.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC).union(OFlags::NOCTTY);

/// Where the file lies.
#[derive(Debug)]
pub(super) struct Place {
    directory: OwnedFd,
    name: OsString,
}

/// A file that is a table for what was asked.
pub(super) struct Found {
    pub(super) file: File,
    pub(super) header: Header,
    pub(super) len: usize,
}

/// Which file it is, as long as somebody has it open or mapped.
pub(super) type Id = (u64, u64);

impl Found {
    pub(super) fn id(&self) -> Result<Id, Cause> {
        Ok(id(&fstat(&self.file)?))
    }

    /// Gives back the lock of a new file, which would stay as long as it is mapped, once its first name is gone.
    fn unlocked(self, new: New<'_>) -> Result<Self, Cause> {
        drop(new);
        flock(&self.file, FlockOperation::Unlock)?;
        Ok(self)
    }
}

impl Place {
    /// Opens the directory of `path`, in which nobody else may replace what is ours.
    pub(super) fn of(path: &Path) -> Result<Self, Cause> {
        let name = path.file_name().ok_or(Cause::Name)?.to_owned();
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let directory = open(parent, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        let stat = fstat(&directory)?;
        let mode = Mode::from_raw_mode(stat.st_mode);
        let is_ours = stat.st_uid == geteuid().as_raw() || stat.st_uid == 0;
        if !is_ours || mode.intersects(Mode::WGRP | Mode::WOTH) && !mode.contains(Mode::SVTX) {
            return Err(Cause::Directory);
        }
        Ok(Self { directory, name })
    }

    /// Whether the path still leads to this file.
    pub(super) fn leads_to(&self, file: Id) -> bool {
        statat(&self.directory, &self.name, AtFlags::SYMLINK_NOFOLLOW).is_ok_and(|stat| id(&stat) == file)
    }

    /// The table that is there, or a new one.
    pub(super) fn open(&self, purpose: &Purpose) -> Result<Found, Cause> {
        for _ in 0..ATTEMPTS_MAX {
            let found = match self.existing()? {
                None => self.create(purpose)?,
                Some(file) => match judge(&file, purpose) {
                    Ok((header, len)) => Some(Found { file, header, len }),
                    Err(cause) if cause.is_of_another() && purpose.other == Other::Replace => self.replace(&file, purpose)?,
                    Err(cause) => return Err(cause),
                },
            };
            if let Some(found) = found {
                return Ok(found);
            }
        }
        Err(Cause::Busy)
    }

    fn existing(&self) -> Result<Option<File>, Cause> {
        match openat(&self.directory, &self.name, FLAGS, Mode::empty()) {
            Ok(file) => Ok(Some(file.into())),
            Err(Errno::NOENT) => Ok(None),
            Err(Errno::LOOP | Errno::ISDIR | Errno::NXIO) => Err(Cause::Kind),
            Err(Errno::ACCESS) => Err(Cause::Owner),
            Err(error) => Err(error.into()),
        }
    }

    /// A new file, unless somebody else made one first.
    fn create(&self, purpose: &Purpose) -> Result<Option<Found>, Cause> {
        self.sweep()?;
        let Some((new, found)) = self.make(purpose)? else { return Ok(None) };
        match linkat(&self.directory, &new.name, &self.directory, &self.name, AtFlags::empty()) {
            Ok(()) => found.unlocked(new).map(Some),
            // somebody was first, or took this name for one that nobody needs
            Err(Errno::EXIST | Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A new file in place of `old`, unless somebody else replaced that first.
    fn replace(&self, old: &File, purpose: &Purpose) -> Result<Option<Found>, Cause> {
        lock(old)?;
        if !self.leads_to(id(&fstat(old)?)) {
            return Ok(None);
        }
        let Some((new, found)) = self.make(purpose)? else { return Ok(None) };
        match renameat(&self.directory, &new.name, &self.directory, &self.name) {
            Ok(()) => found.unlocked(new).map(Some),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A whole file under a name of its own, on the disk, locked while it is made; none if somebody who sweeps was faster.
    fn make(&self, purpose: &Purpose) -> Result<Option<(New<'_>, Found)>, Cause> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let mut name = self.prefix();
        name.push(format!("{}.{}{NEW}", process::id(), COUNT.fetch_add(1, Relaxed)));
        let flags = FLAGS | OFlags::CREATE | OFlags::EXCL;
        let file = match openat(&self.directory, &name, flags, OWNER_ONLY) {
            // left behind by another process with this number
            Err(Errno::EXIST) => {
                unlinkat(&self.directory, &name, AtFlags::empty())?;
                openat(&self.directory, &name, flags, OWNER_ONLY)?
            }
            result => result?,
        };
        let (new, mut file) = (New { directory: &self.directory, name }, File::from(file));
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) => return Ok(None),
            result => result?,
        }
        if is_remote(&file)? {
            return Err(Cause::Network);
        }
        let header = Header::new(purpose.shape);
        let len = layout::file_len(purpose.shape).ok_or(Cause::Size)?;
        file.write_all(&header.write(purpose))?;
        fill(&mut file, len - HEADER)?;
        file.sync_all()?;
        Ok(Some((new, Found { file, header, len })))
    }

    /// Removes what makers left behind that were killed: what nobody holds a lock on.
    fn sweep(&self) -> Result<(), Cause> {
        let prefix = self.prefix();
        for entry in Dir::read_from(&self.directory)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if !name.starts_with(prefix.as_encoded_bytes()) || !name.ends_with(NEW.as_bytes()) {
                continue;
            }
            let Ok(file) = openat(&self.directory, entry.file_name(), FLAGS, Mode::empty()) else { continue };
            if flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok() {
                // somebody else may have done the same
                _ = unlinkat(&self.directory, entry.file_name(), AtFlags::empty());
            }
        }
        Ok(())
    }

    fn prefix(&self) -> OsString {
        let mut prefix = OsString::from(".");
        prefix.push::<&OsStr>(&self.name);
        prefix.push(".");
        prefix
    }
}

/// The first name of a new file; it goes in the end, whether or not the file has got another one.
struct New<'p> {
    directory: &'p OwnedFd,
    name: OsString,
}

impl Drop for New<'_> {
    fn drop(&mut self) {
        _ = unlinkat(self.directory, &self.name, AtFlags::empty());
    }
}

/// Whether a file is a table for `purpose`: first whose it is, then what it is.
fn judge(file: &File, purpose: &Purpose) -> Result<(Header, usize), Cause> {
    let stat = fstat(file)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(Cause::Kind);
    }
    if stat.st_uid != geteuid().as_raw() {
        return Err(Cause::Owner);
    }
    if Mode::from_raw_mode(stat.st_mode).intersects(Mode::RWXG | Mode::RWXO) {
        return Err(Cause::Mode);
    }
    if is_remote(file)? {
        return Err(Cause::Network);
    }
    let mut page = [0; HEADER];
    if pread(file, &mut page, 0)? != HEADER {
        return Err(Cause::Foreign);
    }
    let header = Header::read(&page, purpose)?;
    let len = layout::file_len(header.shape).ok_or(Cause::Size)?;
    if u64::try_from(stat.st_size).ok() != u64::try_from(len).ok() {
        return Err(Cause::Damaged);
    }
    Ok((header, len))
}

impl Cause {
    /// Whether the file is a table, but for something else.
    const fn is_of_another(&self) -> bool {
        matches!(self, Self::Version | Self::Capacity(_) | Self::Purpose)
    }
}

/// Waits for the lock of a file.
fn lock(file: &File) -> Result<(), Cause> {
    for _ in 0..LOCK_TRIES_MAX {
        match flock(file, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK | Errno::INTR) => thread::sleep(LOCK_PAUSE),
            result => return Ok(result?),
        }
    }
    Err(Cause::Busy)
}

/// Writes zeros: a hole would be room that the disk may not have when it is needed.
fn fill(file: &mut File, mut len: usize) -> Result<(), Cause> {
    let zeros = [0; 64 << 10];
    while len > 0 {
        let part = len.min(zeros.len());
        file.write_all(&zeros[..part])?;
        len -= part;
    }
    Ok(())
}

#[allow(clippy::unnecessary_cast, reason = "their types differ from system to system")]
const fn id(stat: &Stat) -> Id {
    (stat.st_dev as u64, stat.st_ino as u64)
}

/// Whether the file system is shared with other machines, whose memory is another.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_remote(file: impl AsFd) -> Result<bool, Cause> {
    // NFS, SMB, CIFS, SMB2, AFS, Ceph, 9P, GFS2, OCFS2, as in Linux's `magic.h` and its kin
    const REMOTE: [u32; 9] =
        [0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x5346_414F, 0x00C3_6400, 0x0102_1997, 0x0116_1970, 0x7461_636F];
    #[allow(clippy::unnecessary_cast, reason = "its type differs from machine to machine, with or without sign")]
    let kind = rustix::fs::fstatfs(file)?.f_type as i64;
    Ok(REMOTE.iter().any(|remote| i64::from(*remote) == kind & 0xFFFF_FFFF))
}

/// Other systems have no such number.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn is_remote(_: impl AsFd) -> Result<bool, Cause> {
    Ok(false)
}
