//! Files that are their owner's alone.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

/// Longest file that is read, in bytes.
const FILE_MAX: u64 = 64 << 20;

/// Why a file isn't read or written.
#[derive(Debug)]
pub struct PrivateError {
    path: PathBuf,
    why: Why,
}

#[derive(Debug)]
enum Why {
    Io(io::Error),
    Open(u32),
    NoFile,
    TooLong,
    NotUtf8,
}

impl PrivateError {
    fn new(path: &Path, why: Why) -> Self {
        Self { path: path.to_owned(), why }
    }

    pub(super) fn io(path: &Path, error: io::Error) -> Self {
        Self::new(path, Why::Io(error))
    }

    /// Whether there is no such file.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(&self.why, Why::Io(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

impl fmt::Display for PrivateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.why {
            Why::Io(error) if self.is_absent() => {
                write!(f, "{path}: {error}\n  help: `adarga secrets init` makes a vault and its key")
            }
            Why::Io(error) => write!(f, "{path}: {error}"),
            Why::Open(mode) => {
                write!(f, "{path}: open to others than its owner (mode {:03o})\n  help: `chmod 600 {path}`", mode & 0o777)
            }
            Why::NoFile => write!(f, "{path}: not a file"),
            Why::TooLong => write!(f, "{path}: longer than 64 MiB"),
            Why::NotUtf8 => write!(f, "{path}: not UTF-8"),
        }
    }
}

impl std::error::Error for PrivateError {}

/// Opens a file that nobody but its owner may open.
pub(super) fn open(path: &Path) -> Result<File, PrivateError> {
    let file = File::open(path).map_err(|error| PrivateError::io(path, error))?;
    let metadata = file.metadata().map_err(|error| PrivateError::io(path, error))?;
    if !metadata.is_file() {
        return Err(PrivateError::new(path, Why::NoFile));
    }
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&metadata);
        if mode & 0o077 != 0 {
            return Err(PrivateError::new(path, Why::Open(mode)));
        }
    }
    Ok(file)
}

/// The whole text of a file that nobody but its owner may open.
pub(super) fn read(path: &Path) -> Result<Zeroizing<String>, PrivateError> {
    let file = open(path)?;
    let len = file.metadata().map_or(0, |metadata| metadata.len());
    if len > FILE_MAX {
        return Err(PrivateError::new(path, Why::TooLong));
    }
    // taken once, so that no copy of a key is left behind
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(len).unwrap_or(0).saturating_add(1)));
    file.take(FILE_MAX).read_to_end(&mut bytes).map_err(|error| PrivateError::io(path, error))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| PrivateError::new(path, Why::NotUtf8))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Makes a file, which must not be there yet.
pub(super) fn create(path: &Path, text: &str) -> Result<(), PrivateError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let made = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
    made.and_then(|()| sync_folder(path)).map_err(|error| PrivateError::io(path, error))
}

/// Puts a text in the place of a file: whoever reads it meanwhile reads the old one or the new one, also after a loss of power.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), PrivateError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".new-{}", std::process::id()));
    let fresh = path.with_file_name(name);
    // left by a process of this number that was killed
    let _ = fs::remove_file(&fresh);
    create(&fresh, text)?;
    let renamed = fs::rename(&fresh, path).and_then(|()| sync_folder(path));
    renamed.map_err(|error| {
        let _ = fs::remove_file(&fresh);
        PrivateError::io(path, error)
    })
}

/// Forces the entry of a file in its folder to the disk.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
