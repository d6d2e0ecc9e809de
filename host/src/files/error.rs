//! Why there is no root, or no file beneath it.

use std::fmt;

use adarga_core::Reason;

use crate::{files::Kind, text::escaped};

/// How much of a path an error shows, in characters.
const SHOWN_MAX: usize = 200;

/// There is no root where a directory was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootError {
    directory: String,
    why: String,
}

impl RootError {
    pub(super) fn new(directory: &str, why: impl Into<String>) -> Self {
        Self { directory: shown(directory), why: why.into() }
    }
}

impl fmt::Display for RootError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remedy = if cfg!(unix) { "name a directory that exists" } else { "run on Linux or another Unix" };
        write!(f, "root `{}`: {}\n  help: {remedy}", self.directory, self.why)
    }
}

impl std::error::Error for RootError {}

/// Something could not be done beneath a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    path: String,
    cause: Cause,
}

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The bytes of the path are refused.
    Path(Reason),
    /// A link, or a mount that is not crossed, leads out of the root.
    Outside,
    /// A link that is not followed, a loop of links, or a magic link of `/proc`.
    Link,
    /// There is nothing, or a file where a directory would have to be.
    Absent,
    /// The operating system does not let this process.
    Permission,
    /// The name is taken.
    Exists,
    /// It is not what it should be, but this.
    Kind(Kind),
    /// It is longer than the root allows, in bytes.
    Large {
        /// What it allows.
        size_max: u64,
    },
    /// It has another name, and the root refuses that.
    HardLink,
    /// The directory has more entries than the root allows.
    Many {
        /// What it allows.
        entries_max: usize,
    },
    /// The directory is not empty.
    NotEmpty,
    /// The root itself cannot be made, moved or removed.
    Root,
    /// Directories were moved all the time while the path was resolved.
    Moving,
    /// The operating system says something else.
    System(String),
}

impl FileError {
    #[cfg_attr(not(unix), expect(dead_code, reason = "nobody has a root"))]
    pub(super) fn new(path: &[u8], cause: Cause) -> Self {
        // four bytes a character at most
        let path = &path[..path.len().min(SHOWN_MAX * 4 + 4)];
        Self { path: shown(&String::from_utf8_lossy(path)), cause }
    }

    /// Why.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// What a caller is told, who asked for the path.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self.cause {
            Cause::Path(reason) => reason,
            Cause::Outside => Reason::PathLink,
            Cause::Absent | Cause::Permission => Reason::PathAbsent,
            Cause::Link
            | Cause::Exists
            | Cause::Kind(_)
            | Cause::Large { .. }
            | Cause::HardLink
            | Cause::Many { .. }
            | Cause::NotEmpty
            | Cause::Root => Reason::PathKind,
            Cause::Moving | Cause::System(_) => Reason::HostFile,
        }
    }
}

impl Cause {
    fn remedy(&self) -> &'static str {
        match self {
            Self::Path(_) => "name it relative to the root, without `..`, in names that every system reads alike",
            Self::Outside => "name what lies inside of the root; an absolute link never does, a relative one may",
            Self::Link => "name what the link leads to",
            Self::Absent => "look for it in the list of its directory",
            Self::Permission => "give the user of this process access to it",
            Self::Exists => "choose another name, or replace what is there",
            Self::Kind(_) => "name a regular file where content is meant, a directory where entries are",
            Self::Large { .. } => "raise `size_max` of the root, or split the file",
            Self::HardLink => "copy the file, or allow hard links in the root",
            Self::Many { .. } => "raise `entries_max` of the root, or use directories beneath it",
            Self::NotEmpty => "remove what is in it first",
            Self::Root => "name something beneath the root",
            Self::Moving => "try again",
            Self::System(_) => "see what the operating system says",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(reason) => write!(f, "path refused: {reason}"),
            Self::Outside => f.write_str("leads out of its root"),
            Self::Link => f.write_str("a symbolic link that is not followed"),
            Self::Absent => f.write_str("does not exist"),
            Self::Permission => f.write_str("permission denied"),
            Self::Exists => f.write_str("exists already"),
            Self::Kind(kind) => write!(f, "is {kind}"),
            Self::Large { size_max } => write!(f, "longer than {size_max} bytes"),
            Self::HardLink => f.write_str("has more than one name"),
            Self::Many { entries_max } => write!(f, "more than {entries_max} entries"),
            Self::NotEmpty => f.write_str("is not empty"),
            Self::Root => f.write_str("is the root itself"),
            Self::Moving => f.write_str("directories were moved while it was looked for"),
            Self::System(text) => f.write_str(text),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "a file",
            Self::Directory => "a directory",
            Self::Link => "a symbolic link",
            Self::Special => "a FIFO, a socket or a device",
        })
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}\n  help: {}", self.path, self.cause, self.cause.remedy())
    }
}

impl std::error::Error for FileError {}

fn shown(path: &str) -> String {
    let mut characters = path.chars();
    let start: String = characters.by_ref().take(SHOWN_MAX).collect();
    let rest = if characters.next().is_some() { "…" } else { "" };
    format!("{}{rest}", escaped(&start))
}
