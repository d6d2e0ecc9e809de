//! The section of tools that must be what they were; only images of policies that pin one carry it.

use rkyv::{Portable, bytecheck::CheckBytes, primitive::ArchivedU32, vec::ArchivedVec};

use crate::{num, pin::PIN_LEN};

use super::Policy;

/// Tools that must be what they were.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Pins {
    /// In the order of their entries.
    pub rows: ArchivedVec<Pin>,
}

/// What a tool may be.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Pin {
    /// The entry of the tool, by its id.
    pub entry: ArchivedU32,
    /// The [`digest`](crate::pin::digest()) of its definition.
    pub digest: [u8; PIN_LEN],
}

impl Pins {
    /// What the tool of an entry may be; nothing where it may be anything.
    #[must_use]
    pub fn of(&self, entry: u32) -> &[Pin] {
        let first = self.rows.partition_point(|pin| pin.entry.to_native() < entry);
        let rest = self.rows.get(first..).unwrap_or_default();
        let len = rest.partition_point(|pin| pin.entry.to_native() == entry);
        rest.get(..len).unwrap_or_default()
    }
}

/// Whether the rows are in order, and each is about an entry of the policy.
pub(super) fn is_sound(pins: &Pins, policy: &Policy) -> bool {
    pins.rows.is_sorted_by_key(|pin| pin.entry.to_native())
        && pins.rows.iter().all(|pin| num::index(pin.entry.to_native()) < policy.entries.len())
}
