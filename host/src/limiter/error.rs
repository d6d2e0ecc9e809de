//! Why there is no shared table.

use std::{fmt, io, path::Path};

use adarga_core::rate::Shape;
use rustix::io::Errno;

use crate::text::escaped;

/// There is no table at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableError {
    path: String,
    cause: Cause,
}

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The path has no name at its end.
    Name,
    /// It is for no client, or takes more than 4 GiB.
    Size,
    /// Others may move or replace files in the directory.
    Directory,
    /// It is a link, a directory, or something else that is no regular file.
    Kind,
    /// It belongs to another user.
    Owner,
    /// Others than its owner may open it.
    Mode,
    /// It lies on a file system of the network, where machines don't see the same memory.
    Network,
    /// It is no table.
    Foreign,
    /// It was begun by a version of this library that arranges tables differently, or by a machine with another order of bytes.
    Version,
    /// Its first page or its length is wrong.
    Damaged,
    /// It is for another number of clients, or other windows.
    Capacity(Shape),
    /// It counts other limits.
    Purpose,
    /// Others replaced the file all the time.
    Busy,
    /// The operating system says something else.
    System(String),
}

impl TableError {
    pub(super) fn new(path: &Path, cause: Cause) -> Self {
        Self { path: escaped(&path.to_string_lossy()).into_owned(), cause }
    }

    /// Why.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.cause
    }
}

impl Cause {
    fn remedy(&self) -> &'static str {
        match self {
            Self::Name => "name a file",
            Self::Size => "set limits, and remember fewer clients, or replace large windows by a rate and a burst",
            Self::Directory => {
                "use a directory that only you may write to, such as one beneath `/run`, or one with the sticky bit"
            }
            Self::Kind | Self::Foreign => "name another file, or remove this one if nobody needs it",
            Self::Owner => "give each user a file of its own",
            Self::Mode => "remove the file if others may have written to it; it is made anew with mode 0600",
            Self::Network => {
                "use a local file system, best one in memory such as `/run`; for several machines there is the store"
            }
            Self::Version | Self::Capacity(_) | Self::Purpose => {
                "give each policy a file of its own; or stop the processes that use it and remove it; or have it replaced"
            }
            Self::Damaged => "stop the processes that use it and remove it",
            Self::Busy => "give each policy a file of its own",
            Self::System(_) => "see what the operating system says",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("no name of a file"),
            Self::Size => f.write_str("a table for no client, or of more than 4 GiB"),
            Self::Directory => f.write_str("others may replace files in its directory"),
            Self::Kind => f.write_str("not a regular file"),
            Self::Owner => f.write_str("belongs to another user"),
            Self::Mode => f.write_str("others than its owner may open it"),
            Self::Network => f.write_str("lies on a file system of the network"),
            Self::Foreign => f.write_str("not a table of rates"),
            Self::Version => f.write_str("a table of another version or another kind of machine"),
            Self::Damaged => f.write_str("a table whose first page or length is wrong"),
            Self::Capacity(Shape { rates, windows, calls }) => {
                write!(f, "a table for {rates} clients with bursts and {windows} with windows of up to {calls} calls")
            }
            Self::Purpose => f.write_str("a table of other limits"),
            Self::Busy => f.write_str("others replaced it all the time"),
            Self::System(text) => f.write_str(text),
        }
    }
}

impl From<Errno> for Cause {
    fn from(error: Errno) -> Self {
        io::Error::from(error).into()
    }
}

impl From<io::Error> for Cause {
    fn from(error: io::Error) -> Self {
        Self::System(error.to_string())
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "table of rates `{}`: {}\n  help: {}", self.path, self.cause, self.cause.remedy())
    }
}

impl std::error::Error for TableError {}

/// The file of a table was replaced or removed: others may count in another one, so nothing more is taken from this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retired;

impl fmt::Display for Retired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the file of the table was replaced or removed\n  help: open it again")
    }
}

impl std::error::Error for Retired {}
