//! The memory that calls are counted in, allocated once for all calls of a process.

use std::hash::{BuildHasher, RandomState};

use adarga_core::{
    Gate,
    image::{Rates, Store},
    rate::{LocalTable, Slot},
};

/// The most memory of one table: 4 GiB.
pub const MEMORY_MAX: u64 = 4 << 30;

/// A table for one owner, sized by a policy. It begins as zeros that the allocator hands out untouched, so a large one costs address
/// space, and pages only as far as there are clients.
#[derive(Debug)]
pub struct RateMemory {
    slots: Vec<Slot>,
    cells: Vec<u64>,
    width: usize,
    seed: (u64, u64),
}

impl RateMemory {
    /// A table for `gate`'s policy; none where it counts nothing in this process, or asks for more than [`MEMORY_MAX`], which no
    /// compiler writes: then every call is a fault.
    #[must_use]
    pub fn for_gate(gate: &Gate<'_>) -> Option<Self> {
        let rates = gate.image().rates().filter(|rates| rates.needs_table())?;
        let window = rates.window_max.to_native();
        if table_bytes(rates.clients.to_native(), rates.depth.to_native(), window) > MEMORY_MAX {
            return None;
        }
        let slots = usize::try_from(slots(rates.clients.to_native(), rates.depth.to_native())).ok()?;
        let width = usize::try_from(window).ok()?;
        let random = RandomState::new();
        Some(Self {
            slots: vec![Slot::default(); slots],
            cells: vec![0; slots.checked_mul(width)?],
            width,
            seed: (random.hash_one(0), random.hash_one(1)),
        })
    }

    /// The table.
    #[must_use]
    pub fn table(&mut self) -> LocalTable<'_> {
        LocalTable::new(&mut self.slots, &mut self.cells, self.width, self.seed)
    }
}

/// Places of a table: a power of two, twice as many as are taken when every client is charged under every limit of one message.
fn slots(clients: u32, depth: u32) -> u64 {
    // an image may say anything
    let taken = u64::from(clients).saturating_mul(u64::from(depth.max(1))).saturating_mul(2);
    taken.checked_next_power_of_two().unwrap_or(u64::MAX).max(64)
}

/// Bytes of a table for so many clients, limits of one message, and calls of the largest window.
#[must_use]
pub fn table_bytes(clients: u32, depth: u32, window_max: u32) -> u64 {
    let slot = size_of::<Slot>() as u64 + u64::from(window_max) * 8;
    slots(clients, depth).saturating_mul(slot)
}

/// What a policy's limits take in memory, for people; none where nothing is counted in this process.
#[must_use]
pub fn describe_memory(rates: &Rates) -> Option<String> {
    if !rates.needs_table() {
        return None;
    }
    let (clients, window) = (rates.clients.to_native(), rates.window_max.to_native());
    let bytes = table_bytes(clients, rates.depth.to_native(), window);
    let size =
        if bytes < 1 << 20 { format!("{} KiB", bytes.div_ceil(1 << 10)) } else { format!("{} MiB", bytes.div_ceil(1 << 20)) };
    let calls = if window == 0 { String::new() } else { format!(", windows of up to {window} calls") };
    Some(format!("{size} for {clients} clients{calls}"))
}

/// Whether this version can count where the policy says.
///
/// # Errors
/// What it can't, and what to do.
pub fn supported(gate: &Gate<'_>) -> Result<(), &'static str> {
    match gate.image().rates().map(Rates::store) {
        None | Some(Store::Memory) => Ok(()),
        Some(Store::File) => Err("`[rates] store = { file = … }` is not enforced by this version: write `\"memory\"`"),
        Some(Store::RedisEnv | Store::RedisFile) => {
            Err("`[rates] store = { redis = … }` is not enforced by this version: write `\"memory\"`")
        }
    }
}
