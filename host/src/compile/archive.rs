//! The owned twins of the types in `adarga_core::image`, and the container around them.
//!
//! Each field serializes into the field of the same name there; rkyv refuses to compile when the two differ.

use adarga_core::image::{self, CHECKSUM, HEADER, LABEL, REQUIRED, ROW, SectionKind, VERSION};
use rkyv::{Archive, Serialize};

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Policy)]
pub(crate) struct Policy {
    pub(crate) name: String,
    pub(crate) revisions: u8,
    pub(crate) guide_codes: bool,
    pub(crate) observe: bool,
    pub(crate) depth_max: u16,
    pub(crate) values_max: u32,
    pub(crate) body_max: u32,
    pub(crate) http_depth_max: u16,
    pub(crate) http_body_max: u32,
    pub(crate) stdio_roles: Vec<u32>,
    pub(crate) origins: Vec<String>,
    pub(crate) hosts: Vec<String>,
    pub(crate) roles: Vec<Role>,
    pub(crate) role_names: Names,
    pub(crate) permissions: Vec<String>,
    pub(crate) grants: Vec<u64>,
    pub(crate) grant_words: u32,
    pub(crate) entries: Vec<Entry>,
    pub(crate) entry_names: Names,
    pub(crate) defaults: [u32; 4],
    pub(crate) tests: Vec<Test>,
    pub(crate) pointers: Vec<Pointer>,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Role)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) row: u32,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Entry)]
pub(crate) struct Entry {
    pub(crate) kind: u8,
    pub(crate) capabilities: u8,
    pub(crate) name: String,
    pub(crate) permission: u32,
    pub(crate) condition: u32,
    pub(crate) headers: Vec<HeaderRule>,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::HeaderRule)]
pub(crate) struct HeaderRule {
    pub(crate) name: String,
    pub(crate) pointer: u32,
}

#[derive(Archive, Serialize, Debug, Clone)]
#[rkyv(as = image::Test)]
pub(crate) struct Test {
    pub(crate) kind: u8,
    pub(crate) operand: u32,
    pub(crate) then: u32,
    pub(crate) otherwise: u32,
}

#[derive(Archive, Serialize, Debug, PartialEq, Eq, Hash)]
#[rkyv(as = image::Pointer)]
pub(crate) struct Pointer {
    pub(crate) tokens: Vec<String>,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Names)]
pub(crate) struct Names {
    pub(crate) key: [u64; 2],
    pub(crate) slots: Vec<Slot>,
}

#[derive(Archive, Serialize, Debug, Clone, Default)]
#[rkyv(as = image::Slot)]
pub(crate) struct Slot {
    pub(crate) tag: u32,
    pub(crate) entry: u32,
}

/// Puts sections into one image and seals it with its checksum. `None` when it would not fit 32-bit offsets.
pub(crate) fn image(sections: &[(SectionKind, bool, &[u8])]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(&LABEL);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(&u32::try_from(sections.len()).ok()?.to_le_bytes());
    bytes.resize(HEADER, 0);
    let mut offset = HEADER + ROW * sections.len();
    for (kind, required, content) in sections {
        let flags = if *required { REQUIRED } else { 0 };
        for word in [kind.number(), flags, u32::try_from(offset).ok()?, u32::try_from(content.len()).ok()?] {
            bytes.extend_from_slice(&word.to_le_bytes());
        }
        offset += content.len();
    }
    for (_, _, content) in sections {
        bytes.extend_from_slice(content);
    }
    let len = u32::try_from(bytes.len()).ok()?;
    bytes[12..16].copy_from_slice(&len.to_le_bytes());
    let sum = image::checksum(&bytes);
    bytes[CHECKSUM].copy_from_slice(&sum);
    Some(bytes)
}
