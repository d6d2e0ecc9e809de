//! Systems that have no roots.

use std::{convert::Infallible, fs::File, path::Path};

use crate::files::{FileError, RootError, Settings};

/// A directory that nothing leaves. There is none on this system.
#[derive(Debug)]
pub struct Root {
    none: Infallible,
}

impl Root {
    /// No root.
    ///
    /// # Errors
    /// Always: this system offers no way to open a file that could not be turned elsewhere meanwhile.
    pub fn at(directory: impl AsRef<Path>) -> Result<Self, RootError> {
        Self::with(directory, Settings::default())
    }

    /// As [`Root::at`].
    ///
    /// # Errors
    /// Always.
    pub fn with(directory: impl AsRef<Path>, _: Settings) -> Result<Self, RootError> {
        Err(RootError::new(&directory.as_ref().to_string_lossy(), "no root can be enforced on this system"))
    }

    /// Nobody has a root to call this.
    ///
    /// # Errors
    /// Never.
    pub fn open(&self, _: impl AsRef<[u8]>) -> Result<File, FileError> {
        match self.none {}
    }

    /// Nobody has a root to call this.
    ///
    /// # Errors
    /// Never.
    pub fn read(&self, _: impl AsRef<[u8]>) -> Result<Vec<u8>, FileError> {
        match self.none {}
    }

    /// Nobody has a root to call this.
    ///
    /// # Errors
    /// Never.
    pub fn admit(&self, _: adarga_core::path::Contained<'_>) -> Result<(), FileError> {
        match self.none {}
    }
}
