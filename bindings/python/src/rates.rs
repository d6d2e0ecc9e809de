//! Limits of calls.

use std::sync::{Mutex, PoisonError};

use adarga_core::rate::{Charge, Limit, LocalTable, RateTable as _, Slot};
use adarga_host::rate;
use pyo3::{exceptions::PyValueError, prelude::*};

use crate::{bytes::Bytes, error};

/// The most cells of a table: 1 GiB, of which only what is used is touched.
const CELLS_MAX: usize = 1 << 27;

/// Allowances of clients under one limit: a window such as `"10/min"`, or with `burst` a rate (GCRA). For the threads of one process;
/// a policy's `[rates]` counts over processes and machines.
///
/// >>> import adarga
/// >>> table = adarga.RateTable("2/min", clients=100)
/// >>> [table.charge("a", now_ms=now) for now in (1000, 2000, 3000)]
/// [None, None, 58000]
#[pyclass(frozen, module = "adarga")]
pub(crate) struct RateTable {
    limit: Limit,
    width: usize,
    seed: (u64, u64),
    memory: Mutex<(Vec<Slot>, Vec<u64>)>,
}

#[pymethods]
impl RateTable {
    #[new]
    #[pyo3(signature = (rate, *, burst = None, clients = 10_000))]
    fn new(rate: &str, burst: Option<u64>, clients: u32) -> PyResult<Self> {
        let limit = match burst {
            None => rate::window(rate).map(Limit::Window),
            // what no number of 32 bits holds is beyond every limit, and said to be
            Some(burst) => rate::gcra(rate, u32::try_from(burst).unwrap_or(u32::MAX)).map(Limit::Gcra),
        };
        let limit = limit.map_err(|error| PyValueError::new_err(format!("`limit`: {error}")))?;
        // so many slots that every client finds one
        let slots = (clients as usize).saturating_mul(8).next_power_of_two().max(64);
        let width = match limit {
            Limit::Window(window) => window.calls().get() as usize,
            Limit::Gcra(_) => 0,
        };
        let cells = slots.checked_mul(width).filter(|cells| *cells <= CELLS_MAX);
        let cells = cells.ok_or_else(|| PyValueError::new_err("too many clients for so large a window"))?;
        let random = || adarga_host::random::bytes().map(u64::from_le_bytes).map_err(error::said);
        let seed = (random()?, random()?);
        Ok(Self { limit, width, seed, memory: Mutex::new((vec![Slot::default(); slots], vec![0; cells])) })
    }

    /// Takes `cost` calls from the allowance of `key`: `None` when that is allowed, otherwise the milliseconds until it would be.
    /// Without `now_ms` by the system's clock.
    ///
    /// Raises `Denied` when the table is full or the cost is beyond the limit.
    #[pyo3(signature = (key, *, cost = 1, now_ms = None))]
    fn charge(&self, py: Python<'_>, key: Bytes<'_>, cost: u32, now_ms: Option<u64>) -> PyResult<Option<u64>> {
        let now_ms = now_ms.unwrap_or_else(crate::gate::now_ms);
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let (slots, cells) = &mut *memory;
        let mut table = LocalTable::new(slots, cells, self.width, self.seed);
        match table.charge(self.limit, &Charge { limit_id: 0, key: key.get(), cost, now_ms }) {
            Ok(()) => Ok(None),
            Err(refusal) => match refusal.retry_after_ms {
                Some(wait_ms) => Ok(Some(wait_ms)),
                None => Err(error::denied(py, refusal.reason)),
            },
        }
    }
}
