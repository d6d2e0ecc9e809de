//! Where calls are counted: in memory of one worker, or in a file that all processes of a machine map.

#[cfg(target_has_atomic = "64")]
use std::sync::Arc;
use std::{
    fmt,
    hash::{BuildHasher, RandomState},
};

#[cfg(target_has_atomic = "64")]
use adarga_core::rate::{Line, Shape, SharedTable};

use adarga_core::{
    Gate,
    image::{RateLimit, Rates},
    rate::{Charge, Limit, LocalTable, RateTable, Refusal, Slot},
};

#[cfg(all(unix, target_has_atomic = "64"))]
use crate::limiter::{Limiter, Purpose, TableError};

/// The most memory of one table: 4 GiB.
pub const MEMORY_MAX: u64 = 4 << 30;

/// What a worker counts in, sized by a policy.
#[derive(Debug)]
pub struct RateMemory(Kind);

#[derive(Debug)]
enum Kind {
    /// Its own. It begins as zeros that the allocator hands out untouched, so a large one costs address space, and pages only as far
    /// as there are clients.
    Own { slots: Vec<Slot>, cells: Vec<u64>, width: usize, seed: (u64, u64) },
    /// That of the threads of a process.
    #[cfg(target_has_atomic = "64")]
    Threads(Arc<Threads>),
    /// The file of the policy.
    #[cfg(all(unix, target_has_atomic = "64"))]
    File(Box<Limiter>),
}

/// A table in memory of the process.
#[cfg(target_has_atomic = "64")]
#[derive(Debug)]
struct Threads {
    lines: Box<[Line]>,
    shape: Shape,
    seed: (u64, u64),
}

/// A table for the time of a call.
#[derive(Debug)]
pub enum Counter<'m> {
    /// In memory of the worker.
    Own(LocalTable<'m>),
    /// In memory of the threads.
    #[cfg(target_has_atomic = "64")]
    Threads(SharedTable<'m>),
    /// In the file of the policy.
    #[cfg(all(unix, target_has_atomic = "64"))]
    File(&'m mut Limiter),
}

/// Calls can't be counted where the policy says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RatesError {
    /// The table takes more memory than there is room for.
    Size,
    /// The file can't be used.
    #[cfg(all(unix, target_has_atomic = "64"))]
    File(TableError),
    /// There are no such files on this system.
    System,
}

impl fmt::Display for RatesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size => f.write_str("`rates.clients`: the table is too large\n  help: remember fewer clients"),
            #[cfg(all(unix, target_has_atomic = "64"))]
            Self::File(error) => write!(f, "`rates.store`: {error}"),
            Self::System => f.write_str("`rates.store`: processes share no files on this system\n  help: write `\"memory\"`"),
        }
    }
}

impl std::error::Error for RatesError {}

impl RateMemory {
    /// A table for `gate`'s policy in memory of one worker, wherever the policy counts; none where it counts nothing in a table, or asks
    /// for more than [`MEMORY_MAX`], which no compiler writes: then every call is a fault.
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
        Some(Self(Kind::Own {
            slots: vec![Slot::default(); slots],
            cells: vec![0; slots.checked_mul(width)?],
            width,
            seed: (random.hash_one(0), random.hash_one(1)),
        }))
    }

    /// The table that `gate`'s policy names, for one of several threads: its file, or memory of the process, which
    /// [`another`](Self::another) gives to the others. None where nothing is counted in a table.
    ///
    /// # Errors
    /// As [`RateMemory::open`].
    #[cfg(target_has_atomic = "64")]
    pub fn for_threads(gate: &Gate<'_>) -> Result<Option<Self>, RatesError> {
        let Some(rates) = gate.image().rates().filter(|rates| rates.needs_table()) else { return Ok(None) };
        if rates.file.is_empty() { Self::of_threads(gate) } else { Self::open(gate) }
    }

    /// As [`for_threads`](Self::for_threads), in memory of the process wherever the policy counts.
    ///
    /// # Errors
    /// When there is no room for it.
    #[cfg(target_has_atomic = "64")]
    pub fn of_threads(gate: &Gate<'_>) -> Result<Option<Self>, RatesError> {
        let Some(rates) = gate.image().rates().filter(|rates| rates.needs_table()) else { return Ok(None) };
        let shape = shape(rates);
        if shape.lines().saturating_mul(size_of::<Line>()) as u64 > MEMORY_MAX {
            return Err(RatesError::Size);
        }
        let lines = (0..shape.lines()).map(|_| Line::default()).collect();
        let random = RandomState::new();
        let seed = (random.hash_one(0), random.hash_one(1));
        Ok(Some(Self(Kind::Threads(Arc::new(Threads { lines, shape, seed })))))
    }

    /// The same table for another thread: allowances are one.
    ///
    /// # Errors
    /// When the file can't be mapped again; [`RatesError::Size`] for memory of one worker, which is nobody else's.
    #[cfg(target_has_atomic = "64")]
    pub fn another(&self, gate: &Gate<'_>) -> Result<Self, RatesError> {
        match &self.0 {
            Kind::Own { .. } => Err(RatesError::Size),
            Kind::Threads(threads) => Ok(Self(Kind::Threads(Arc::clone(threads)))),
            #[cfg(unix)]
            Kind::File(_) => Self::open(gate)?.ok_or(RatesError::Size),
        }
    }

    /// The table that `gate`'s policy names: its file, which is made if there is none, or memory of one worker. None where nothing is
    /// counted in a table.
    ///
    /// # Errors
    /// When there is no room for it, or the file can't be used.
    pub fn open(gate: &Gate<'_>) -> Result<Option<Self>, RatesError> {
        let Some(rates) = gate.image().rates().filter(|rates| rates.needs_table()) else { return Ok(None) };
        if rates.file.is_empty() {
            return Self::for_gate(gate).map(Some).ok_or(RatesError::Size);
        }
        #[cfg(all(unix, target_has_atomic = "64"))]
        return match Purpose::of(gate.image()) {
            Some(purpose) => {
                let limiter = Limiter::open(rates.file.as_str(), purpose).map_err(RatesError::File)?;
                Ok(Some(Self(Kind::File(Box::new(limiter)))))
            }
            None => Ok(None),
        };
        #[cfg(not(all(unix, target_has_atomic = "64")))]
        return Err(RatesError::System);
    }

    /// The table.
    #[must_use]
    pub fn table(&mut self) -> Counter<'_> {
        match &mut self.0 {
            Kind::Own { slots, cells, width, seed } => Counter::Own(LocalTable::new(slots, cells, *width, *seed)),
            #[cfg(target_has_atomic = "64")]
            Kind::Threads(threads) => Counter::Threads(SharedTable::new(&threads.lines, threads.shape, threads.seed)),
            #[cfg(all(unix, target_has_atomic = "64"))]
            Kind::File(limiter) => Counter::File(limiter),
        }
    }
}

impl RateTable<Limit> for Counter<'_> {
    fn charge(&mut self, limit: Limit, charge: &Charge<'_>) -> Result<(), Refusal> {
        match self {
            Self::Own(table) => table.charge(limit, charge),
            #[cfg(target_has_atomic = "64")]
            Self::Threads(table) => table.charge(limit, charge),
            #[cfg(all(unix, target_has_atomic = "64"))]
            Self::File(limiter) => limiter.charge(limit, charge),
        }
    }

    fn window_calls(&self) -> u32 {
        match self {
            Self::Own(table) => RateTable::<Limit>::window_calls(table),
            #[cfg(target_has_atomic = "64")]
            Self::Threads(table) => RateTable::<Limit>::window_calls(table),
            #[cfg(all(unix, target_has_atomic = "64"))]
            Self::File(limiter) => limiter.window_calls(),
        }
    }
}

/// How large a table is that several share: all clients under every limit that a message is charged under here.
#[cfg(target_has_atomic = "64")]
pub(crate) fn shape(rates: &Rates) -> Shape {
    // and in place of a store that is away, its shares
    let mut limits = rates.limits.iter().chain(rates.shares.iter()).filter_map(RateLimit::limit);
    let clients = rates.clients.to_native().saturating_mul(rates.depth.to_native().max(1));
    let calls = rates.window_max.to_native();
    Shape {
        rates: if limits.all(|limit| matches!(limit, Limit::Window(_))) { 0 } else { clients },
        windows: if calls == 0 { 0 } else { clients },
        calls,
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
