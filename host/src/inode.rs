//! What tells a file from another that has its name.

use std::fs;

/// The number of a file; 0 where there are none.
#[cfg(unix)]
pub(crate) fn inode(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

/// The number of a file; 0 where there are none.
#[cfg(not(unix))]
pub(crate) const fn inode(_: &fs::Metadata) -> u64 {
    0
}
