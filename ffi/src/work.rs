//! The memory that a caller lends to a call.

use core::mem::{align_of, size_of};

use adarga_core::{
    Scratch, Session,
    decide::{Needs, Work},
    identity::TokenCache,
    json::Node,
    rate::{Limit, LocalTable, RateTable},
    schema::{
        self,
        memory::{Frame, Memo, Trail},
    },
};

#[cfg(target_has_atomic = "64")]
use adarga_core::rate::SharedTable;

use crate::{
    cache::{Cache, adarga_cache},
    grow::{grows, read},
    memory::{Hold, Locked, adarga_buffer, adarga_view, carve, hold, lock_some, share},
    rates::{Table, adarga_rates},
    session::adarga_session,
    status::{ADARGA_FAULT_SCRATCH_SMALL, Status},
};

/// The memory that a caller lends to the library for one call. One for each thread; the same for all steps of one decision, and
/// unchanged until its ticket is drawn.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_work {
    /// sizeof(adarga_work).
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// What `adarga_scratch_size` says, of any alignment. Its content between decisions does not matter.
    pub scratch: adarga_buffer,
    /// Where replies are written: ADARGA_REPLY_MAX bytes.
    pub reply: adarga_buffer,
    /// Keys the tables of hashes in the scratch memory: random, once per process, where there is a source of randomness.
    pub seed: [u64; 2],
    /// The legacy connection that the call belongs to; NULL when the host keeps none: then `initialize` first is not enforced.
    pub session: *mut adarga_session,
    /// Tokens that were verified before, or NULL: each is verified again.
    pub cache: *mut adarga_cache,
    /// Where calls are counted, or NULL where the policy counts none.
    pub rates: *mut adarga_rates,
}
grows!(adarga_work);

/// Bytes of scratch memory for decisions that need so much, wherever it begins.
pub(crate) fn call_size(needs: &Needs) -> usize {
    let checks = needs.checks;
    let parts = [
        checks.frames.saturating_mul(size_of::<Frame>()),
        checks.marks.saturating_mul(size_of::<u32>()),
        checks.trail.saturating_mul(size_of::<Trail>()),
        checks.memo.saturating_mul(size_of::<Memo>()),
        checks.table.saturating_mul(size_of::<u32>()),
        checks.prints.saturating_mul(size_of::<u64>()),
        // of the prints, behind words of four bytes
        align_of::<u64>(),
    ];
    parts.into_iter().fold(scratch_size(needs.values, needs.text), usize::saturating_add)
}

/// Bytes of scratch memory for such limits, wherever it begins.
pub(crate) fn scratch_size(values_max: u32, input_max: u32) -> usize {
    let nodes = Scratch::nodes_needed(values_max).saturating_mul(size_of::<Node>());
    let slots = Scratch::slots_needed(values_max).saturating_mul(size_of::<u32>());
    nodes.saturating_add(slots).saturating_add(Scratch::text_needed(input_max)).saturating_add(align_of::<Node>() - 1)
}

/// Divides a memory; with too little of it nothing is left for the rest, which core then says.
pub(crate) unsafe fn scratch<'m>(
    memory: adarga_buffer,
    values_max: u32,
    input_max: u32,
    seed: [u64; 2],
) -> Result<Scratch<'m>, Status> {
    let small = Status(ADARGA_FAULT_SCRATCH_SMALL);
    // SAFETY: as the caller's; nodes and slots are made of 32-bit numbers
    let (nodes, slots, text) = unsafe {
        let mut rest = memory.bytes()?;
        let nodes = carve(&mut rest, Scratch::nodes_needed(values_max)).ok_or(small)?;
        let slots = carve(&mut rest, Scratch::slots_needed(values_max)).ok_or(small)?;
        (nodes, slots, rest.get_mut(..Scratch::text_needed(input_max)).ok_or(small)?)
    };
    let [first, second] = seed;
    Ok(Scratch::new(nodes, slots, text, (first, second)))
}

/// Takes what checks of arguments need from the front of a scratch memory, and leaves the rest; none where nothing is needed.
unsafe fn checks<'m>(memory: &mut adarga_buffer, needs: schema::Needs, seed: u64) -> Result<Option<schema::Memory<'m>>, Status> {
    if needs == schema::Needs::NOTHING {
        return Ok(None);
    }
    let small = Status(ADARGA_FAULT_SCRATCH_SMALL);
    // SAFETY: as the caller's; all of these are made of words, of which any pattern of bits is one
    unsafe {
        let mut rest = memory.bytes()?;
        let checks = schema::Memory {
            prints: carve(&mut rest, needs.prints).ok_or(small)?,
            frames: carve(&mut rest, needs.frames).ok_or(small)?,
            marks: carve(&mut rest, needs.marks).ok_or(small)?,
            trail: carve(&mut rest, needs.trail).ok_or(small)?,
            memo: carve(&mut rest, needs.memo).ok_or(small)?,
            table: carve(&mut rest, needs.table).ok_or(small)?,
            culprits: &mut [],
            seed,
        };
        *memory = adarga_buffer { ptr: rest.as_mut_ptr().cast(), len: rest.len() };
        Ok(Some(checks))
    }
}

/// All that an [`adarga_work`] names, for one call.
pub(crate) struct Lent<'w> {
    pub(crate) scratch: Scratch<'w>,
    pub(crate) reply: &'w mut [u8],
    pub(crate) session: Option<Locked<'w, Session>>,
    cache: Option<Locked<'w, Cache>>,
    rates: Option<Counter<'w>>,
    pub(crate) checks: Option<schema::Memory<'w>>,
    buffers: [adarga_buffer; 2],
}

/// A table for the time of a call.
enum Counter<'w> {
    Local(LocalTable<'w>, #[expect(dead_code, reason = "held until the call ends")] Hold<'w>),
    #[cfg(target_has_atomic = "64")]
    Shared(SharedTable<'w>),
}

impl<'w> Lent<'w> {
    pub(crate) unsafe fn of(work: *const adarga_work, needs: &Needs) -> Result<Self, Status> {
        // SAFETY: as the caller's
        let work = unsafe { read(work)? };
        work.scratch.apart(work.reply.view())?;
        let mut memory = work.scratch;
        // SAFETY: as the caller's
        unsafe {
            Ok(Self {
                checks: checks(&mut memory, needs.checks, work.seed[0])?,
                scratch: scratch(memory, needs.values, needs.text, work.seed)?,
                reply: work.reply.bytes()?,
                session: lock_some(work.session, Some(Session::new))?,
                cache: lock_some(work.cache, None)?,
                rates: if work.rates.is_null() { None } else { Some(Counter::of(work.rates)?) },
                buffers: [work.scratch, work.reply],
            })
        }
    }

    /// That an input is not in memory that the call writes.
    pub(crate) fn apart(&self, input: adarga_view) -> Result<(), Status> {
        self.buffers.iter().try_for_each(|buffer| buffer.apart(input))
    }

    pub(crate) fn work(&mut self) -> Work<'_, 'w> {
        let cache = self.cache.as_mut().map(|cache| {
            let Cache { state, slots, bytes } = &mut **cache;
            TokenCache::new(state, slots, bytes)
        });
        let rates: Option<&mut (dyn RateTable<Limit> + '_)> = match &mut self.rates {
            Some(Counter::Local(table, _)) => Some(table),
            #[cfg(target_has_atomic = "64")]
            Some(Counter::Shared(table)) => Some(table),
            None => None,
        };
        let checks = self.checks.as_mut();
        Work { session: self.session.as_deref_mut(), cache, rates, checks, ..Work::new(&mut self.scratch, self.reply) }
    }
}

impl Counter<'_> {
    unsafe fn of(rates: *const adarga_rates) -> Result<Self, Status> {
        // SAFETY: as the caller's; the table is held as long as it is used
        unsafe {
            match share(rates)? {
                #[cfg(target_has_atomic = "64")]
                Table::Shared { lines, shape, seed } => Ok(Self::Shared(SharedTable::new(lines, *shape, *seed))),
                table @ Table::Local { .. } => {
                    let held = hold(rates)?;
                    Ok(Self::Local(table.local()?, held))
                }
            }
        }
    }
}
