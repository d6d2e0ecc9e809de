//! The owned twins of the types in `adarga_core::schema` and `adarga_core::dfa`.

use adarga_core::{dfa, schema};
use rkyv::{Archive, Serialize};

#[derive(Archive, Serialize, Debug, Clone)]
#[rkyv(as = dfa::Dfa)]
pub(crate) struct Dfa {
    pub(crate) classes: [u8; 256],
    pub(crate) table: Vec<u16>,
    pub(crate) start: u32,
    pub(crate) ending: u32,
    pub(crate) accept: u32,
}

#[derive(Archive, Serialize, Debug, Clone, Default)]
#[rkyv(as = schema::Root)]
pub(crate) struct Root {
    pub(crate) node: u32,
    pub(crate) steps: u32,
    pub(crate) frames: u16,
    pub(crate) scopes: u16,
    pub(crate) remembers: bool,
    pub(crate) compares: bool,
}

#[derive(Archive, Serialize, Debug, Clone, Default)]
#[rkyv(as = schema::Schemas)]
pub(crate) struct Schemas {
    pub(crate) code: Vec<u32>,
    pub(crate) text: Vec<u8>,
    pub(crate) automata: Vec<Dfa>,
    pub(crate) roots: Vec<Root>,
}
