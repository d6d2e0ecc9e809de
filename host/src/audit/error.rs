//! Why there is no audit trail.

use std::{fmt, io, path::Path};

use crate::text::escaped;

/// Something about the trail's file or key is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditError {
    place: String,
    why: String,
}

impl AuditError {
    pub(super) fn new(place: &str, why: impl Into<String>) -> Self {
        Self { place: escaped(place).into_owned(), why: why.into() }
    }

    pub(super) fn at(path: &Path, why: impl Into<String>) -> Self {
        Self::new(&path.to_string_lossy(), why)
    }

    pub(super) fn io(path: &Path, error: impl Into<io::Error>) -> Self {
        Self::at(path, error.into().to_string())
    }
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "audit trail: {}: {}", self.place, self.why)
    }
}

impl std::error::Error for AuditError {}
