//! Tables that count calls.

use core::mem::{align_of, size_of};

#[cfg(target_has_atomic = "64")]
use crate::status::ADARGA_ERROR_ALIGN;
#[cfg(target_has_atomic = "64")]
use adarga_core::rate::{Line, Shape, SharedTable};
use adarga_core::{
    Gate,
    rate::{Charge, Gcra, Limit, LocalTable, RateTable, Refusal, Slot, Window},
};

use crate::{
    gate::adarga_gate,
    grow::{deny, grows, read},
    memory::{adarga_buffer, adarga_view, carve, clear, hold, object, place, pointer_mut, share, well_placed},
    reason::ADARGA_REASON_ALLOWED,
    status::{ADARGA_ERROR_ABSENT, ADARGA_ERROR_ROOM, ADARGA_ERROR_VALUE, Status, answer},
};

/// A table of one owner: a call that comes while another uses it is answered by ADARGA_ERROR_BUSY.
pub const ADARGA_RATES_LOCAL: u32 = 1;
/// A table that threads share, and processes that map its memory; on machines with 64-bit atomics. Its memory is aligned to 64 bytes.
pub const ADARGA_RATES_SHARED: u32 = 2;

/// So many calls in any window.
pub const ADARGA_LIMIT_WINDOW: u32 = 1;
/// A rate and a burst (GCRA).
pub const ADARGA_LIMIT_GCRA: u32 = 2;

/// How often a client may call.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_limit {
    /// sizeof(adarga_limit).
    pub size: u32,
    /// An ADARGA_LIMIT_….
    pub kind: u32,
    /// So many calls…
    pub calls: u32,
    /// The most calls at once; of a window 0.
    pub burst: u32,
    /// …in so many milliseconds.
    pub span_ms: u64,
}

/// Where calls are counted. It borrows its memory. A shared table may be used by any number of threads at once, or each may have one of
/// its own over the same memory.
#[repr(C)]
pub struct adarga_rates {
    opaque: [u64; 16],
}
object!(adarga_rates, Table, b"rat0");

/// What a table said of a charge.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_charged {
    /// sizeof(adarga_charged).
    pub size: u32,
    /// ADARGA_REASON_ALLOWED, or why nothing was taken.
    pub reason: u16,
    /// Whether `retry_after_ms` is known; otherwise waiting does not help, or nobody knows.
    pub retry_known: u8,
    /// 0.
    pub reserved: u8,
    /// After how many milliseconds the same charge is allowed, if nothing else is charged until then.
    pub retry_after_ms: u64,
}
grows!(adarga_limit adarga_charged);

impl adarga_limit {
    pub(crate) fn of(limit: Limit) -> Self {
        match limit {
            Limit::Window(window) => {
                Self { kind: ADARGA_LIMIT_WINDOW, calls: window.calls().get(), span_ms: window.span_ms(), ..Self::default() }
            }
            // the time between two calls is `interval / ticks` milliseconds, in lowest terms
            Limit::Gcra(gcra) => Self {
                kind: ADARGA_LIMIT_GCRA,
                calls: u32::try_from(gcra.ticks()).unwrap_or_default(),
                burst: gcra.burst().get(),
                span_ms: gcra.interval(),
                ..Self::default()
            },
        }
    }

    fn limit(&self) -> Result<Limit, Status> {
        let limit = match self.kind {
            ADARGA_LIMIT_WINDOW if self.burst == 0 => Window::new(self.calls, self.span_ms).map(Limit::Window),
            ADARGA_LIMIT_GCRA => Gcra::new(self.calls, self.span_ms, self.burst).map(Limit::Gcra),
            _ => return Err(Status(ADARGA_ERROR_VALUE)),
        };
        limit.map_err(|_| Status(ADARGA_ERROR_VALUE))
    }
}

/// What an [`adarga_rates`] holds.
pub(crate) enum Table {
    Local {
        slots: (*mut Slot, usize),
        cells: (*mut u64, usize),
        width: usize,
        seed: (u64, u64),
    },
    #[cfg(target_has_atomic = "64")]
    Shared {
        lines: &'static [Line],
        shape: Shape,
        seed: (u64, u64),
    },
}

impl Table {
    /// The table of one owner over its memory.
    ///
    /// # Safety
    /// The caller holds the object ([`crate::memory::hold`]) for longer than what it gets here.
    pub(crate) unsafe fn local<'t>(&self) -> Result<LocalTable<'t>, Status> {
        match *self {
            Self::Local { slots, cells, width, seed } => {
                // SAFETY: `Plan::place` carved both; whoever holds the object is alone with them
                let (slots, cells) = unsafe {
                    (core::slice::from_raw_parts_mut(slots.0, slots.1), core::slice::from_raw_parts_mut(cells.0, cells.1))
                };
                Ok(LocalTable::new(slots, cells, width, seed))
            }
            #[cfg(target_has_atomic = "64")]
            Self::Shared { .. } => Err(Status(ADARGA_ERROR_VALUE)),
        }
    }
}

/// How a table is divided.
#[derive(Clone, Copy)]
#[cfg_attr(not(target_has_atomic = "64"), expect(dead_code, reason = "what only a shared table asks for"))]
struct Plan {
    kind: u32,
    clients: u32,
    /// Places of a local table.
    slots: usize,
    /// Calls of the largest window.
    width: u32,
    /// Whether there are limits of a rate and a burst.
    gcra: bool,
}

impl Plan {
    fn new(kind: u32, clients: u32, depth: u32, width: u32, gcra: bool) -> Result<Self, Status> {
        if !matches!(kind, ADARGA_RATES_LOCAL | ADARGA_RATES_SHARED) || clients == 0 {
            return Err(Status(ADARGA_ERROR_VALUE));
        }
        let clients = clients.saturating_mul(depth.max(1));
        let slots =
            usize::try_from(clients).ok().and_then(|taken| taken.checked_mul(2)).and_then(usize::checked_next_power_of_two);
        Ok(Self { kind, clients, slots: slots.ok_or(Status(ADARGA_ERROR_VALUE))?.max(64), width, gcra })
    }

    /// Of a policy; `clients` 0 are as many as it says.
    fn of(gate: &Gate<'_>, kind: u32, clients: u32) -> Result<Self, Status> {
        let rates = gate.image().rates().filter(|rates| rates.needs_table()).ok_or(Status(ADARGA_ERROR_ABSENT))?;
        let clients = if clients == 0 { rates.clients.to_native() } else { clients };
        let rows = rates.limits.iter().chain(rates.shares.iter());
        let gcra = rows.filter_map(|row| row.limit()).any(|limit| matches!(limit, Limit::Gcra(_)));
        Self::new(kind, clients, rates.depth.to_native(), rates.window_max.to_native(), gcra)
    }

    #[cfg(target_has_atomic = "64")]
    const fn shape(self) -> Shape {
        let Self { clients, width, gcra, .. } = self;
        Shape { rates: if gcra { clients } else { 0 }, windows: if width == 0 { 0 } else { clients }, calls: width }
    }

    fn cells(self) -> Option<usize> {
        self.slots.checked_mul(usize::try_from(self.width).ok()?)
    }

    fn bytes(self) -> Result<usize, Status> {
        let bytes = match self.kind {
            ADARGA_RATES_LOCAL => {
                let cells = self.cells().and_then(|cells| cells.checked_mul(size_of::<u64>()));
                let slots = self.slots.checked_mul(size_of::<Slot>());
                slots.zip(cells).and_then(|(slots, cells)| slots.checked_add(cells)?.checked_add(align_of::<Slot>() - 1))
            }
            #[cfg(target_has_atomic = "64")]
            ADARGA_RATES_SHARED => self.shape().lines().checked_mul(size_of::<Line>()),
            _ => None,
        };
        bytes.ok_or(Status(ADARGA_ERROR_VALUE))
    }

    unsafe fn place(self, rates: *mut adarga_rates, memory: adarga_buffer, seed: *const u64) -> Result<(), Status> {
        well_placed(seed)?;
        // SAFETY: as the caller's; `seed` leads to two numbers
        let (mut memory, seed) = unsafe { (memory.bytes()?, (seed.read(), seed.add(1).read())) };
        if memory.len() < self.bytes()? {
            return Err(Status(ADARGA_ERROR_ROOM));
        }
        let room = Status(ADARGA_ERROR_ROOM);
        #[cfg(target_has_atomic = "64")]
        if self.kind == ADARGA_RATES_SHARED {
            if memory.as_ptr().align_offset(align_of::<Line>()) != 0 {
                return Err(Status(ADARGA_ERROR_ALIGN));
            }
            // SAFETY: lines are 64-bit numbers; others that map the same memory touch it by atomics alone
            let lines: &'static [Line] = unsafe { carve(&mut memory, self.shape().lines()).ok_or(room)? };
            // SAFETY: as the caller's
            return unsafe { place(rates, Table::Shared { lines, shape: self.shape(), seed }) };
        }
        // SAFETY: slots and cells are 64-bit numbers; the rest is as the caller's
        unsafe {
            let slots: &mut [Slot] = carve(&mut memory, self.slots).ok_or(room)?;
            let cells: &mut [u64] = carve(&mut memory, self.cells().ok_or(room)?).ok_or(room)?;
            let (slots, cells) = ((slots.as_mut_ptr(), slots.len()), (cells.as_mut_ptr(), cells.len()));
            let width = usize::try_from(self.width).map_err(|_| room)?;
            place(rates, Table::Local { slots, cells, width, seed })
        }
    }
}

/// Says how many bytes a table of `kind`, an ADARGA_RATES_…, needs for the limits of the policy and so many clients; 0: as many as the
/// policy says. Threads: any number. Failure: `*bytes` is 0; ADARGA_ERROR_ABSENT where the policy needs no table.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_rates_size(gate: *const adarga_gate, kind: u32, clients: u32, bytes: *mut usize) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let (bytes, gate) = unsafe { (pointer_mut(bytes)?, share(gate)) };
        *bytes = 0;
        *bytes = Plan::of(gate?, kind, clients)?.bytes()?;
        Ok(())
    })
}

/// Sets up the table of a policy in `memory`, which it borrows, as `adarga_rates_size` says. The memory is zero at first, or as a
/// table of the same policy, kind, clients and seed left it. `seed` leads to two random, secret numbers, the same for all who share
/// the memory. Threads: one. Failure: `rates` is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_rates_init(
    rates: *mut adarga_rates,
    gate: *const adarga_gate,
    kind: u32,
    clients: u32,
    memory: adarga_buffer,
    seed: *const u64,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            clear(rates)?;
            Plan::of(share(gate)?, kind, clients)?.place(rates, memory, seed)
        }
    })
}

/// As `adarga_rates_size`, for a table without a policy: so many clients under one limit, or under several where `clients` counts each
/// as often. `window_calls` are those of the largest window, 0 without any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_table_size(kind: u32, clients: u32, window_calls: u32, bytes: *mut usize) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let bytes = unsafe { pointer_mut(bytes)? };
        *bytes = 0;
        *bytes = Plan::new(kind, clients, 1, window_calls, true)?.bytes()?;
        Ok(())
    })
}

/// As `adarga_rates_init`, for a table without a policy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_table_init(
    rates: *mut adarga_rates,
    kind: u32,
    clients: u32,
    window_calls: u32,
    memory: adarga_buffer,
    seed: *const u64,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            clear(rates)?;
            Plan::new(kind, clients, 1, window_calls, true)?.place(rates, memory, seed)
        }
    })
}

/// Takes `cost` calls (0 counts as 1) at `now_ms` from what `limit` allows `client`, which may be any bytes. `limit_id` tells limits
/// apart: a client has an allowance of its own under each. Threads: as the table. Failure: nothing is allowed, and nothing was taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_rates_charge(
    rates: *mut adarga_rates,
    limit: *const adarga_limit,
    limit_id: u32,
    client: adarga_view,
    cost: u32,
    now_ms: u64,
    charged: *mut adarga_charged,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let (out, limit, key) = unsafe { (deny(charged)?, read(limit)?.limit()?, client.bytes()?) };
        let charge = Charge { limit_id, key, cost, now_ms };
        // SAFETY: the contract of the header
        let outcome = unsafe {
            match share(rates.cast_const())? {
                #[cfg(target_has_atomic = "64")]
                Table::Shared { lines, shape, seed } => SharedTable::new(lines, *shape, *seed).charge(limit, &charge),
                table @ Table::Local { .. } => {
                    let _held = hold(rates.cast_const())?;
                    let mut local = table.local()?;
                    if matches!(limit, Limit::Window(window) if window.calls().get() > RateTable::<Limit>::window_calls(&local)) {
                        return Err(Status(crate::status::ADARGA_FAULT_RATES_SMALL));
                    }
                    RateTable::<Limit>::charge(&mut local, limit, &charge)
                }
            }
        };
        let charged = adarga_charged::default();
        out.write(&match outcome {
            Ok(()) => adarga_charged { reason: ADARGA_REASON_ALLOWED, retry_known: 1, ..charged },
            Err(Refusal { reason, retry_after_ms }) => adarga_charged {
                reason: reason.number(),
                retry_known: retry_after_ms.is_some().into(),
                retry_after_ms: retry_after_ms.unwrap_or_default(),
                ..charged
            },
        });
        Ok(())
    })
}
