//! The bytes around the content of every image: of policies and of key sets.
//!
//! Layout, little-endian, position-independent, no alignment asked for:
//!
//! | bytes | content |
//! |---|---|
//! | 0–7 | label: what kind of image it is |
//! | 8–11 | version of that kind's format |
//! | 12–15 | length of the whole image |
//! | 16–19 | number of sections |
//! | 20–23 | zero |
//! | 24–55 | SHA-256 of all other bytes, which is also the image's name for audits |
//! | 56– | for each section: kind, flags (bit 0: required), offset, length; 4 bytes each |
//! | then | the sections, each one [rkyv](https://rkyv.org) archive |
//!
//! An engine that does not know a section marked as required refuses the image.

use rkyv::{
    Portable,
    api::low::{LowValidator, access},
    bytecheck::CheckBytes,
    rancor::Failure,
};
use sha2::{Digest, Sha256};

use crate::{num, reason::Fault};

/// Bytes before the section table.
pub const HEADER: usize = 56;
/// Bytes of one row of the section table.
pub const ROW: usize = 16;
/// Where the checksum stands.
pub const CHECKSUM: core::ops::Range<usize> = 24..56;
/// Flag of a section without which the image must not be used.
pub const REQUIRED: u32 = 1;

/// Why bytes are not a container of the kind that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// Another label.
    Label,
    /// Another version.
    Version,
    /// Length or checksum do not match.
    Checksum,
    /// A section lies outside, or is required and unknown.
    Section,
}

/// What each kind of [`Damage`] is called in one kind of image.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Faults {
    /// For [`Damage::Label`].
    pub(crate) label: Fault,
    /// For [`Damage::Version`].
    pub(crate) version: Fault,
    /// For [`Damage::Checksum`].
    pub(crate) checksum: Fault,
    /// For [`Damage::Section`].
    pub(crate) section: Fault,
    /// For a section whose content is not what it should be.
    pub(crate) content: Fault,
}

impl Faults {
    /// The fault of a damage.
    pub(crate) const fn of(self, damage: Damage) -> Fault {
        match damage {
            Damage::Label => self.label,
            Damage::Version => self.version,
            Damage::Checksum => self.checksum,
            Damage::Section => self.section,
        }
    }
}

/// A validated container, borrowed from wherever it lies.
#[derive(Clone, Copy)]
pub struct Container<'i> {
    bytes: &'i [u8],
}

impl<'i> Container<'i> {
    /// Validates everything but the content of the sections; `known` are the numbers of the sections that the engine knows.
    ///
    /// # Errors
    /// The first [`Damage`].
    pub fn open(bytes: &'i [u8], label: &[u8; 8], version: u32, known: &[u32]) -> Result<Self, Damage> {
        let container = Self::framed(bytes, label, version)?;
        if container.digest() != checksum(bytes).as_slice() {
            return Err(Damage::Checksum);
        }
        container.with_sections(known)
    }

    /// As [`Container::open`], but without computing the checksum: for an owner who opened these very bytes before and let nobody
    /// change them. Other bytes are read without harm, but not noticed.
    ///
    /// # Errors
    /// The first [`Damage`].
    pub fn reopen(bytes: &'i [u8], label: &[u8; 8], version: u32, known: &[u32]) -> Result<Self, Damage> {
        Self::framed(bytes, label, version)?.with_sections(known)
    }

    fn framed(bytes: &'i [u8], label: &[u8; 8], version: u32) -> Result<Self, Damage> {
        if !bytes.starts_with(label) {
            return Err(Damage::Label);
        }
        if word(bytes, 8) != Some(version) || word(bytes, 20) != Some(0) {
            return Err(Damage::Version);
        }
        if word(bytes, 12).map(num::index) != Some(bytes.len()) || bytes.len() < HEADER {
            return Err(Damage::Checksum);
        }
        Ok(Self { bytes })
    }

    fn with_sections(self, known: &[u32]) -> Result<Self, Damage> {
        for (kind, flags, content) in sections(self.bytes) {
            if content.is_none() || (!known.contains(&kind) && flags & REQUIRED != 0) {
                return Err(Damage::Section);
            }
        }
        Ok(self)
    }

    /// The bytes of a section, if it is there.
    #[must_use]
    pub fn section(self, number: u32) -> Option<&'i [u8]> {
        sections(self.bytes).find_map(|(kind, _, content)| if kind == number { content } else { None })
    }

    /// The validated content of a section, none when it is absent.
    ///
    /// # Errors
    /// `fault` when it is no `T`.
    pub(crate) fn content<T>(self, number: u32, fault: Fault) -> Result<Option<&'i T>, Fault>
    where
        T: Portable + for<'a> CheckBytes<LowValidator<'a, Failure>>,
    {
        self.section(number).map(|content| access(content).map_err(|_: Failure| fault)).transpose()
    }

    /// SHA-256 of the image.
    #[must_use]
    pub fn digest(self) -> &'i [u8] {
        self.bytes.get(CHECKSUM).unwrap_or_default()
    }
}

/// The digest alone: a container may hold secrets.
impl core::fmt::Debug for Container<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Container").field("digest", &self.digest()).finish_non_exhaustive()
    }
}

/// The checksum that belongs into an image with these bytes.
#[must_use]
pub fn checksum(bytes: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(bytes.get(..CHECKSUM.start).unwrap_or_default());
    hash.update(bytes.get(CHECKSUM.end..).unwrap_or_default());
    hash.finalize().into()
}

/// Kind, flags and bytes of every section; no bytes when it lies outside of the image.
fn sections(bytes: &[u8]) -> impl Iterator<Item = (u32, u32, Option<&[u8]>)> {
    let count = word(bytes, 16).map_or(0, num::index);
    let rows = bytes.get(HEADER..).unwrap_or_default().chunks(ROW).take(count);
    rows.map(move |row| {
        let field = |at| word(row, at).unwrap_or(u32::MAX);
        let (start, len) = (num::index(field(8)), num::index(field(12)));
        (field(0), field(4), bytes.get(start..start.saturating_add(len)))
    })
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk::<4>().map(|word| u32::from_le_bytes(*word))
}
