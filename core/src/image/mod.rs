//! The policy image: what the compiler writes and every engine reads in place.
//!
//! The bytes around it, a [`Container`], are the same for every image: label, version, length, checksum, sections. Validation
//! happens once, in this order: label, version, length, checksum, section table, content. After that nothing is checked again and
//! nothing can fail: every access is bounded, and what points nowhere denies.

mod container;
mod names;
mod policy;

use rkyv::{api::low::access, rancor::Failure};

use crate::reason::Fault;

pub use container::{CHECKSUM, Container, Damage, HEADER, REQUIRED, ROW, checksum};
pub use names::{Names, Slot, place};
pub use policy::{
    ACCEPT, ANYONE, BODY_MAX, DEPTH_MAX, Entry, EntryKind, HeaderRule, NOBODY, NONE, Pointer, Policy, REFUSE, Role, Test,
    TestKind, VALUES_MAX,
};

/// The first eight bytes of every image.
pub const LABEL: [u8; 8] = *b"ADARGA\0I";
/// The version of the format that this engine reads and the compiler of the same release writes.
pub const VERSION: u32 = 1;

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
    container: Container<'i>,
    policy: &'i Policy,
}

impl<'i> Image<'i> {
    /// Validates `bytes`, once.
    ///
    /// # Errors
    /// A [`Fault`] that names the first thing that is wrong.
    pub fn open(bytes: &'i [u8]) -> Result<Self, Fault> {
        let known = [SectionKind::Policy.number(), SectionKind::Host.number()];
        let container = Container::open(bytes, &LABEL, VERSION, &known).map_err(|damage| match damage {
            Damage::Label => Fault::ImageLabel,
            Damage::Version => Fault::ImageVersion,
            Damage::Checksum => Fault::ImageChecksum,
            Damage::Section => Fault::ImageSection,
        })?;
        let content = container.section(SectionKind::Policy.number()).ok_or(Fault::ImageSection)?;
        let policy = access::<Policy, Failure>(content).map_err(|_| Fault::ImageContent)?;
        if !policy.is_within_bounds() {
            return Err(Fault::ImageContent);
        }
        Ok(Self { container, policy })
    }

    /// What core decides by.
    #[must_use]
    pub const fn policy(self) -> &'i Policy {
        self.policy
    }

    /// The bytes of a section, if the image has it.
    #[must_use]
    pub fn section(self, kind: SectionKind) -> Option<&'i [u8]> {
        self.container.section(kind.number())
    }

    /// SHA-256 of the image: the same policy compiled by the same release has the same one.
    #[must_use]
    pub fn digest(self) -> &'i [u8] {
        self.container.digest()
    }
}
