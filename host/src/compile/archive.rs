//! The owned twins of the types in `adarga_core::image`.
//!
//! Each field serializes into the field of the same name there; rkyv refuses to compile when the two differ.

use adarga_core::image;
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
