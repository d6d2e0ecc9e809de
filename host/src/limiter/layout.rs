//! What core's shared table needs: the one place that knows how its memory is made.

use adarga_core::rate::{Group, SharedTable};

use super::{header::HEADER, map::Map};

/// Which arrangement of words this is; another one whenever core reads them differently.
pub(super) const NUMBER: u32 = 1;

/// Slots of a group.
const SLOTS: u32 = 4;

/// Groups for so many clients at once: a table refuses none while half of its slots are free.
fn groups(clients: u32) -> usize {
    let groups = clients.div_ceil(SLOTS / 2).max(1).next_power_of_two();
    usize::try_from(groups).unwrap_or(usize::MAX)
}

/// Bytes of a whole file.
pub(super) fn file_len(clients: u32) -> Option<usize> {
    groups(clients).checked_mul(size_of::<Group>())?.checked_add(HEADER)
}

/// The table of a file.
pub(super) fn table(map: &Map, clients: u32, seed: (u64, u64)) -> Option<SharedTable<'_>> {
    Some(SharedTable::new(map.slice(HEADER, groups(clients))?, seed))
}
