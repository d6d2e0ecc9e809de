//! The file of a trail, which several processes append to.
//!
//! A line is one `write` to a file that was opened with `O_APPEND`, under an exclusive lock of the file. The lock is not there to keep
//! lines apart, which `O_APPEND` does; it makes the four things one step that are not: to see that the last line is whole, to write
//! one line, to take back a part of it when the disk is full, and to rotate. The system drops it when a process is killed.
//!
//! Rotation takes away the owner's right to write, then renames the file to its name with the next number, `audit.jsonl.000001` being
//! the oldest. Whoever has the lock and finds that right gone opens the file of that name anew, and finishes a rotation that was
//! broken off. A file that somebody else renamed is noticed within a second; lines until then are in that file, and none is lost.
//!
//! Invariant: under the lock, a file ends with a line feed, or is empty, or [`Locked::torn`] says what it ends with.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use adarga_core::audit::LINE_MAX;
use rustix::fs::{FlockOperation, Mode, OFlags, fchmod, flock};

use super::{error::AuditError, settings::Settings, verify::torn_note};

/// How soon it is noticed that somebody else renamed the file.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How often a file is opened that others rotate.
const ATTEMPTS_MAX: usize = 64;
/// What closes a torn line, so that one that lacks only its line feed is not taken for a line that was acknowledged.
pub(super) const MARK: &[u8] = b"~";
const OWNER_WRITES: u32 = 0o200;

/// The file, open or to be opened again.
#[derive(Debug)]
pub(super) struct AuditFile {
    path: PathBuf,
    rotate_bytes: Option<u64>,
    rotate_ms: Option<u64>,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    file: File,
    /// Its length when this process last wrote to it: it ended with a line then.
    whole: u64,
    looked: Instant,
}

/// The file while it is locked.
pub(super) struct Locked<'f> {
    open: &'f mut Open,
    path: &'f Path,
    len: u64,
    /// What the file ends with that is no line, as the next line has to say it.
    pub(super) torn: Option<String>,
}

impl AuditFile {
    /// Opens or makes the file.
    pub(super) fn open(settings: &Settings) -> Result<Self, AuditError> {
        let path = PathBuf::from(&settings.file);
        let open = Some(open(&path)?);
        Ok(Self { path, rotate_bytes: settings.rotate_bytes, rotate_ms: settings.rotate_ms, open })
    }

    /// Locks the file that the name leads to, rotated before if `more` bytes or the time `now_ms` make that due.
    pub(super) fn lock(&mut self, more: usize, now_ms: u64) -> Result<Locked<'_>, AuditError> {
        let failed = |error: io::Error| AuditError::io(&self.path, error);
        for _ in 0..ATTEMPTS_MAX {
            let mut candidate = match self.open.take() {
                Some(open) => open,
                None => open(&self.path)?,
            };
            flock(&candidate.file, FlockOperation::LockExclusive).map_err(|error| failed(error.into()))?;
            let found = candidate.file.metadata().map_err(failed)?;
            let rotated = found.mode() & OWNER_WRITES == 0;
            if candidate.looked.elapsed() >= LOOK_AGAIN && !rotated {
                if !self.leads_to(&found) {
                    continue;
                }
                candidate.looked = Instant::now();
            }
            if rotated || self.is_due(&found, more, now_ms) {
                self.rotate(&candidate.file, &found).map_err(failed)?;
                continue;
            }
            let len = found.len();
            let torn = if len == candidate.whole { None } else { torn(&candidate.file, len).map_err(failed)? };
            let open = self.open.insert(candidate);
            return Ok(Locked { open, path: &self.path, len, torn });
        }
        Err(AuditError::at(&self.path, "others rotate it all the time"))
    }

    /// Forces what was written to the disk.
    pub(super) fn sync(&self) -> Result<(), AuditError> {
        let synced = self.open.as_ref().map_or(Ok(()), |open| open.file.sync_data());
        synced.map_err(|error| AuditError::io(&self.path, error))
    }

    fn leads_to(&self, found: &fs::Metadata) -> bool {
        fs::symlink_metadata(&self.path).is_ok_and(|named| (named.dev(), named.ino()) == (found.dev(), found.ino()))
    }

    fn is_due(&self, found: &fs::Metadata, more: usize, now_ms: u64) -> bool {
        let more = u64::try_from(more).unwrap_or(u64::MAX);
        let too_long = |max: u64| found.len().saturating_add(more) > max;
        let written_ms = u64::try_from(found.mtime()).unwrap_or(0).saturating_mul(1000);
        let too_old = |period: u64| written_ms / period.max(1) < now_ms / period.max(1);
        found.len() > 0 && (self.rotate_bytes.is_some_and(too_long) || self.rotate_ms.is_some_and(too_old))
    }

    /// Renames the file, whose lock this process holds, unless that was done before.
    fn rotate(&self, file: &File, found: &fs::Metadata) -> io::Result<()> {
        if !self.leads_to(found) {
            return Ok(());
        }
        file.sync_data()?;
        fchmod(file, Mode::RUSR)?;
        // nobody else names files of this trail while the lock is held
        fs::rename(&self.path, self.next_name()?)
    }

    /// The name with the number behind the highest that there is.
    fn next_name(&self) -> io::Result<PathBuf> {
        let mut prefix = self.path.file_name().unwrap_or_default().to_os_string();
        prefix.push(".");
        let parent = self.path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut last = 0_u64;
        for entry in fs::read_dir(parent)? {
            let name = entry?.file_name();
            let number = name.to_str().zip(prefix.to_str()).and_then(|(name, prefix)| name.strip_prefix(prefix)?.parse().ok());
            last = last.max(number.unwrap_or(0));
        }
        let mut name = OsString::from(&self.path);
        name.push(format!(".{:06}", last.saturating_add(1)));
        Ok(name.into())
    }
}

impl Locked<'_> {
    /// Appends bytes that end with a line feed, wholly or not at all.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), AuditError> {
        let wrote = loop {
            match self.open.file.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                wrote => break wrote,
            }
        };
        let error = match wrote {
            Ok(len) if len == bytes.len() => {
                self.len = self.len.saturating_add(u64::try_from(len).unwrap_or(0));
                self.open.whole = self.len;
                return Ok(());
            }
            Ok(_) => io::Error::from(io::ErrorKind::StorageFull),
            Err(error) => error,
        };
        // a part may stand there; if it can't be taken back, the next writer finds and names it
        let _ = self.open.file.set_len(self.len);
        Err(AuditError::io(self.path, error))
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        let _ = flock(&self.open.file, FlockOperation::Unlock);
    }
}

fn open(path: &Path) -> Result<Open, AuditError> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true).mode(0o600).custom_flags(i32::from_ne_bytes(flags.to_ne_bytes()));
    // root writes all the same, others can't open what is rotated and not yet renamed: for reading they can
    let file = options.open(path).or_else(|error| {
        let mut options = OpenOptions::new();
        options.read(true).custom_flags(i32::from_ne_bytes(flags.to_ne_bytes()));
        let rotated = |file: &File| file.metadata().is_ok_and(|found| found.mode() & 0o777 == 0o400);
        options.open(path).ok().filter(rotated).ok_or(error)
    });
    let file = file.map_err(|error| AuditError::io(path, error))?;
    let found = file.metadata().map_err(|error| AuditError::io(path, error))?;
    if !found.is_file() || found.mode() & 0o077 != 0 || found.uid() != rustix::process::geteuid().as_raw() {
        return Err(AuditError::at(
            path,
            "not a file of its own that nobody else may read\n  help: name another, or `chmod 600` it",
        ));
    }
    Ok(Open { file, whole: 0, looked: Instant::now() })
}

/// What a file of this length ends with that is no line.
fn torn(file: &File, len: u64) -> io::Result<Option<String>> {
    let mut end = vec![0; 1];
    let mut from = len.saturating_sub(1);
    if len == 0 {
        return Ok(None);
    }
    file.read_exact_at(&mut end, from)?;
    if end == b"\n" {
        return Ok(None);
    }
    let most = u64::try_from(LINE_MAX).unwrap_or(u64::MAX);
    from = len.saturating_sub(most.saturating_add(1));
    end.resize(usize::try_from(len - from).unwrap_or(usize::MAX), 0);
    file.read_exact_at(&mut end, from)?;
    let start = end.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    if start == 0 && from > 0 {
        return Err(io::Error::other("it does not end with a line of an audit trail"));
    }
    let (_, torn) = end.split_at_checked(start).unwrap_or_default();
    Ok(Some(torn_note(&[torn, MARK].concat())))
}
