//! The key file of a trail: one line that every process replaces by the next start key before it uses this one.
//!
//! ```text
//! adarga-audit-key-1 0000000003 <64 hexadecimal digits> <the first 8 of the SHA-256 of what stands before>
//! ```
//!
//! It is overwritten in place, under a lock, and forced to the disk: whoever reads it later can't go back. What a disk keeps of
//! overwritten blocks is beyond a program's reach. Who wants to verify the trail keeps a copy from before its first process.
//!
//! The next key is written once the first line under this one is on the disk, and before any other: a process that is killed or
//! denied in between leaves no number without a chain, which would look as if a chain had been removed. Two chains may then have one
//! number; their random parts, and so their keys, differ.
//!
//! Invariant: under one start key there is at most one chain that is longer than its first line, and when it is, the next start key is
//! on the disk.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Read, Write},
    os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt},
    path::Path,
};

use adarga_core::audit::{KEY_LEN, StartKey};
use rustix::fs::{FlockOperation, OFlags, flock};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::error::AuditError;
use crate::random;

const LABEL: &str = "adarga-audit-key-1";
/// Bytes of the file.
const FILE_LEN: usize = LABEL.len() + 1 + 10 + 1 + 2 * KEY_LEN + 1 + 8 + 1;

/// Makes a key file, which no other user may read.
///
/// # Errors
/// When there is a file, or none can be made.
pub fn make(path: &Path) -> Result<(), AuditError> {
    let key = random::bytes::<KEY_LEN>().map(Zeroizing::new).map_err(|error| AuditError::at(path, error.to_string()))?;
    let text = written(&StartKey::new(0, *key));
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    let made = file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
    made.map_err(|error| AuditError::io(path, error))
}

/// The start key in a file, which stays as it is: for who verifies.
///
/// # Errors
/// When it is no key file, or others may read it.
pub fn look(path: &Path) -> Result<StartKey, AuditError> {
    read(path, &mut open(path, false)?)
}

/// Takes the start key out of a file and leaves the next one in it, once `first` has put the first line of its chain on the disk.
/// Other processes wait meanwhile.
///
/// # Errors
/// When it is no key file, others may read it, or it can't be written; and what `first` says, for which the key stays where it is.
pub(super) fn take<T>(path: &Path, first: impl FnOnce(&StartKey) -> Result<T, AuditError>) -> Result<T, AuditError> {
    let mut file = open(path, true)?;
    flock(&file, FlockOperation::LockExclusive).map_err(|error| AuditError::io(path, error))?;
    let start = read(path, &mut file)?;
    let next = start.next().ok_or_else(|| AuditError::at(path, "used up: begin a new trail with a new key"))?;
    let begun = first(&start)?;
    let moved = file.write_all_at(written(&next).as_bytes(), 0).and_then(|()| file.sync_data());
    moved.map_err(|error| AuditError::io(path, error))?;
    Ok(begun)
}

fn open(path: &Path, write: bool) -> Result<File, AuditError> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
    let mut options = OpenOptions::new();
    options.read(true).write(write).custom_flags(i32::from_ne_bytes(flags.to_ne_bytes()));
    let file = options.open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            AuditError::at(path, "not there\n  help: make a key with `adarga audit key`, and keep a copy elsewhere")
        }
        _ => AuditError::io(path, error),
    })?;
    let found = file.metadata().map_err(|error| AuditError::io(path, error))?;
    if !found.is_file() || found.mode() & 0o077 != 0 {
        return Err(AuditError::at(path, "a key is a file that nobody but its owner may open\n  help: `chmod 600` it"));
    }
    Ok(file)
}

fn written(key: &StartKey) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(FILE_LEN));
    text.push_str(&format!("{LABEL} {:010} ", key.number()));
    key.as_bytes().iter().for_each(|byte| text.push_str(&format!("{byte:02x}")));
    let check = check(&text);
    text.push_str(&format!(" {check}\n"));
    text
}

fn check(text: &str) -> String {
    Sha256::digest(text).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

fn read(path: &Path, file: &mut File) -> Result<StartKey, AuditError> {
    let mut text = Zeroizing::new(String::with_capacity(FILE_LEN + 1));
    let limit = u64::try_from(FILE_LEN + 1).unwrap_or(u64::MAX);
    file.take(limit).read_to_string(&mut text).map_err(|error| AuditError::io(path, error))?;
    parse(&text).ok_or_else(|| AuditError::at(path, "not an audit key, or damaged\n  help: begin a new trail with a new key"))
}

fn parse(text: &str) -> Option<StartKey> {
    let (body, sum) = text.strip_suffix('\n')?.rsplit_once(' ')?;
    let mut words = body.split(' ');
    let (label, number, digits) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
    if label != LABEL || words.next().is_some() || check(body) != sum || digits.len() != 2 * KEY_LEN || !digits.is_ascii() {
        return None;
    }
    let mut key = Zeroizing::new([0; KEY_LEN]);
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(StartKey::new(number, *key))
}
