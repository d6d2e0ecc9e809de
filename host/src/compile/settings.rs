//! What only a host needs of a policy: how to run a server behind the gate. A section of its own, which core passes over.

use std::time::Duration;

use adarga_core::{Image, image::SectionKind};
use rkyv::{Archive, Deserialize, Serialize, rancor::Error};

use crate::policy::Document;

/// How `adarga run` treats the server that it guards.
#[derive(Archive, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Environment variables that the server inherits.
    pub env: Vec<String>,
    /// Milliseconds that the server may take for one answer.
    pub timeout_ms: u64,
    /// Requests that may wait for their answer at a time.
    pub in_flight_max: u32,
    /// Longest line in either direction, in bytes.
    pub line_max: u32,
}

impl Settings {
    pub(crate) fn of(document: &Document) -> Self {
        let stdio = &document.stdio;
        Self {
            env: stdio.env.clone(),
            timeout_ms: stdio.timeout.ms(),
            in_flight_max: stdio.in_flight_max,
            line_max: super::size(stdio.line_max.min(document.limits.body_max).bytes()),
        }
    }

    pub(crate) fn to_bytes(&self) -> Option<Vec<u8>> {
        rkyv::to_bytes::<Error>(self).ok().map(|bytes| bytes.to_vec())
    }

    /// The settings that an image carries; `None` when it was compiled for a target without an operating system.
    #[must_use]
    pub fn from_image(image: Image<'_>) -> Option<Self> {
        rkyv::from_bytes::<Self, Error>(image.section(SectionKind::Host)?).ok()
    }

    /// Longest line in either direction, as a length.
    #[must_use]
    pub fn line_len(&self) -> usize {
        usize::try_from(self.line_max).unwrap_or(usize::MAX)
    }

    /// How long the server may take for one answer.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }
}
