//! Files beneath a root: what is opened can lie nowhere else, whatever happens to links and directories meanwhile.
//!
//! Two guards stand behind each other. `adarga_core::path` judges the bytes of a path; then the kernel resolves its normal form
//! with `openat2(RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS)` in one step, so that nobody can put a link there between a check and
//! its use. Where there is no `openat2` (before Linux 5.6, a seccomp filter, another Unix) the path is walked name by name, each
//! opened with `O_NOFOLLOW` in the directory before it: as safe, but no symbolic link is followed. [`Root::guard`] says which.
//! On other systems there are no roots, and [`Root::at`] says so.
//!
//! Links inside of the root are followed as long as they stay inside: relative ones; an absolute one starts outside. Only regular
//! files are opened, at most [`Settings::size_max`] long, without ever waiting for a FIFO or taking a terminal.
//!
//! Invariant: no handle that was given out lay outside of the root when it was opened. A directory that somebody moves out of the
//! root takes what is open in it along, and a mount or a hard link inside of the root is inside, unless [`Settings`] say no.
//! Invariant: no content changes before a file was judged: it is emptied after that, never by `O_TRUNC`.
//! Invariant: a path in an error is harmless to print, and short.

#[cfg(unix)]
mod admit;
#[cfg(unix)]
mod beneath;
#[cfg(unix)]
mod change;
#[cfg(not(unix))]
mod elsewhere;
mod error;
#[cfg(unix)]
mod root;

use std::ffi::OsString;

use adarga_core::path::Rules;

#[cfg(not(unix))]
pub use elsewhere::Root;
pub use error::{Cause, FileError, RootError};
#[cfg(unix)]
pub use root::Root;

/// What a root allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How the bytes of a path are judged: the portable profile, unless they say otherwise.
    pub rules: Rules,
    /// What becomes of symbolic links.
    pub links: Links,
    /// What becomes of files that have another name, which may lie anywhere on the file system.
    pub hard_links: HardLinks,
    /// Refuse what is mounted beneath the root. Walking, a bind mount of the same file system goes unnoticed.
    pub one_file_system: bool,
    /// The longest file that is opened, in bytes. It may grow later; [`Root::read`] stops there.
    pub size_max: u64,
    /// The most entries of a directory that is listed.
    pub entries_max: usize,
    /// Who resolves paths.
    pub guard: Guard,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rules: Rules::default(),
            links: Links::default(),
            hard_links: HardLinks::default(),
            one_file_system: false,
            size_max: 64 << 20,
            entries_max: 10_000,
            guard: Guard::default(),
        }
    }
}

/// What becomes of symbolic links in a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Links {
    /// Followed where they stay beneath the root and the kernel is the guard.
    #[default]
    Beneath,
    /// Refused wherever they lead.
    Refuse,
}

/// What becomes of files with more than one name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HardLinks {
    /// Read, never written.
    #[default]
    Read,
    /// Neither.
    Refuse,
    /// Both.
    Allow,
}

/// Who sees to it that a path stays beneath its root.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Guard {
    /// The kernel, where it can.
    #[default]
    Kernel,
    /// A walk name by name that follows no symbolic link: the same on every Unix.
    Walk,
}

/// What an existing file is opened for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Reading.
    #[default]
    Read,
    /// Reading and writing where the handle stands.
    Edit,
    /// Writing at its end.
    Append,
    /// Writing, after it was emptied.
    Replace,
}

/// What happens when the name of something new is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// Nothing; it is an error.
    #[default]
    Refuse,
    /// The new takes the place of the old.
    Replace,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A FIFO, a socket, a device.
    Special,
}

/// One name in a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// As the file system has it: it may hold what no path may, and is not harmless to print.
    pub name: OsString,
    /// What stands behind the name itself, not behind a link.
    pub kind: Kind,
}

/// What is known of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: Kind,
    /// Its length in bytes.
    pub len: u64,
    /// How many names it has.
    pub names: u64,
    /// When its content changed last, in Unix milliseconds; 0 before 1970.
    pub modified_ms: u64,
}
