//! The policy image: what the compiler writes and every engine reads in place.
//!
//! Layout, little-endian, position-independent, no alignment asked for:
//!
//! | bytes | content |
//! |---|---|
//! | 0–7 | [`LABEL`] |
//! | 8–11 | [`VERSION`] of this format |
//! | 12–15 | length of the whole image |
//! | 16–19 | number of sections |
//! | 20–23 | zero |
//! | 24–55 | SHA-256 of all other bytes, which is also the policy's name for audits |
//! | 56– | for each section: kind, flags (bit 0: required), offset, length; 4 bytes each |
//! | then | the sections, each one [rkyv](https://rkyv.org) archive |
//!
//! An engine that does not know a section marked as required refuses the image. Validation happens once, in this order: label,
//! version, length, checksum, section table, content. After that nothing is checked again and nothing can fail: every access is
//! bounded, and what points nowhere denies.

mod names;
mod policy;

use rkyv::{api::low::access, rancor::Failure};
use sha2::{Digest, Sha256};

use crate::{num, reason::Fault};

pub use names::{Names, Slot, place};
pub use policy::{ACCEPT, ANYONE, Entry, EntryKind, HeaderRule, NOBODY, NONE, Pointer, Policy, REFUSE, Role, Test, TestKind};

/// The first eight bytes of every image.
pub const LABEL: [u8; 8] = *b"ADARGA\0I";
/// The version of the format that this engine reads and the compiler of the same release writes.
pub const VERSION: u32 = 1;
/// Bytes before the section table.
pub const HEADER: usize = 56;
/// Bytes of one row of the section table.
pub const ROW: usize = 16;
/// Where the checksum stands.
pub const CHECKSUM: core::ops::Range<usize> = 24..56;
/// Flag of a section without which the image must not be used.
pub const REQUIRED: u32 = 1;

/// What a section holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum SectionKind {
    /// [`Policy`]: what core decides by.
    Policy = 1,
    /// Settings that only a host needs, as the host archives them; core passes over it.
    Host = 2,
}

impl SectionKind {
    /// Its number in the section table.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::Policy => 1,
            Self::Host => 2,
        }
    }
}

/// A validated image, borrowed from wherever it lies: a file mapping, flash, a buffer.
#[derive(Clone, Copy, Debug)]
pub struct Image<'i> {
    bytes: &'i [u8],
    policy: &'i Policy,
}

impl<'i> Image<'i> {
    /// Validates `bytes`, once.
    ///
    /// # Errors
    /// A [`Fault`] that names the first thing that is wrong.
    pub fn open(bytes: &'i [u8]) -> Result<Self, Fault> {
        if !bytes.starts_with(&LABEL) {
            return Err(Fault::ImageLabel);
        }
        if word(bytes, 8) != Some(VERSION) || word(bytes, 20) != Some(0) {
            return Err(Fault::ImageVersion);
        }
        let len = word(bytes, 12).map(num::index).ok_or(Fault::ImageChecksum)?;
        if len != bytes.len() || bytes.get(CHECKSUM) != Some(checksum(bytes).as_slice()) {
            return Err(Fault::ImageChecksum);
        }
        for (kind, flags, content) in sections(bytes) {
            let known = kind == SectionKind::Policy.number() || kind == SectionKind::Host.number();
            if content.is_none() || (!known && flags & REQUIRED != 0) {
                return Err(Fault::ImageSection);
            }
        }
        let content = section(bytes, SectionKind::Policy).ok_or(Fault::ImageSection)?;
        let policy = access::<Policy, Failure>(content).map_err(|_| Fault::ImageContent)?;
        Ok(Self { bytes, policy })
    }

    /// What core decides by.
    #[must_use]
    pub const fn policy(self) -> &'i Policy {
        self.policy
    }

    /// The bytes of a section, if the image has it.
    #[must_use]
    pub fn section(self, kind: SectionKind) -> Option<&'i [u8]> {
        section(self.bytes, kind)
    }

    /// SHA-256 of the image: the same policy compiled by the same release has the same one.
    #[must_use]
    pub fn digest(self) -> &'i [u8] {
        self.bytes.get(CHECKSUM).unwrap_or_default()
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

fn section(bytes: &[u8], kind: SectionKind) -> Option<&[u8]> {
    sections(bytes).find_map(|(number, _, content)| if number == kind.number() { content } else { None })
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
