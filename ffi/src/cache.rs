//! Tokens that were verified before.

use core::mem::{align_of, size_of};

use adarga_core::identity::{CacheState, TokenCache, cache::Slot};

use crate::{
    memory::{adarga_buffer, carve, clear, lock, object, place, pointer_mut, well_placed},
    status::{ADARGA_ERROR_ROOM, ADARGA_ERROR_VALUE, Status, answer},
};

/// Tokens that were verified before, for one worker. It borrows its memory.
#[repr(C)]
pub struct adarga_cache {
    opaque: [u64; 24],
}
object!(adarga_cache, Cache, b"cac0");

pub(crate) struct Cache {
    pub(crate) state: CacheState,
    pub(crate) slots: &'static mut [Slot],
    pub(crate) bytes: &'static mut [u8],
}

/// Fewest bytes of a token that are kept: those of its SHA-256.
pub const ADARGA_CACHE_WIDTH_MIN: usize = 32;
const _: () = assert!(ADARGA_CACHE_WIDTH_MIN == adarga_core::identity::cache::WIDTH_MIN);

fn size(tokens: u32, width: usize) -> Result<(usize, usize), Status> {
    let tokens = usize::try_from(tokens).ok().filter(|tokens| tokens.is_power_of_two() && *tokens >= 4);
    let tokens = tokens.filter(|_| width >= ADARGA_CACHE_WIDTH_MIN).ok_or(Status(ADARGA_ERROR_VALUE))?;
    let bytes = size_of::<Slot>().checked_add(width).and_then(|one| one.checked_mul(tokens));
    Ok((tokens, bytes.and_then(|bytes| bytes.checked_add(align_of::<Slot>() - 1)).ok_or(Status(ADARGA_ERROR_VALUE))?))
}

/// Says how many bytes a cache of `tokens` tokens (a power of two, at least 4) needs that keeps up to `width` bytes of each: about
/// 1,024 on servers, ADARGA_CACHE_WIDTH_MIN at least. Failure: `*bytes` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_cache_size(tokens: u32, width: usize, bytes: *mut usize) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let bytes = unsafe { pointer_mut(bytes)? };
        *bytes = 0;
        *bytes = size(tokens, width)?.1;
        Ok(())
    })
}

/// Sets up an empty cache in `memory`, which it borrows and which nobody else touches while it is used. `seed` is random and secret.
/// Forget it with `adarga_cache_clear` before the memory is given back: it holds tokens. Threads: one cache for each.
/// Failure: `cache` is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_cache_init(
    cache: *mut adarga_cache,
    memory: adarga_buffer,
    tokens: u32,
    width: usize,
    seed: *const u64,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header; `seed` leads to two numbers
        let (memory, seed) = unsafe {
            clear(cache)?;
            well_placed(seed)?;
            (memory.bytes()?, (seed.read(), seed.add(1).read()))
        };
        let (tokens, bytes) = size(tokens, width)?;
        if memory.len() < bytes {
            return Err(Status(ADARGA_ERROR_ROOM));
        }
        let skip = memory.as_ptr().align_offset(align_of::<Slot>());
        let slots = memory.get_mut(skip..).ok_or(Status(ADARGA_ERROR_ROOM))?.as_mut_ptr().cast::<Slot>();
        for at in 0..tokens {
            // SAFETY: aligned, and of as many slots as were counted above
            unsafe { slots.add(at).write(Slot::default()) };
        }
        // SAFETY: so many slots were written, the bytes lie behind them; that the memory outlives the cache is the header's contract
        unsafe {
            let mut rest: &'static mut [u8] = core::slice::from_raw_parts_mut(slots.add(tokens).cast(), tokens * width);
            let bytes = carve(&mut rest, tokens * width).ok_or(Status(ADARGA_ERROR_ROOM))?;
            let slots = core::slice::from_raw_parts_mut(slots, tokens);
            place(cache, Cache { state: CacheState::new(seed, width), slots, bytes })
        }
    })
}

/// Forgets all tokens and overwrites them. Threads: one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_cache_clear(cache: *mut adarga_cache) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let mut cache = unsafe { lock(cache, None)? };
        let Cache { state, slots, bytes } = &mut *cache;
        TokenCache::new(state, slots, bytes).clear();
        Ok(())
    })
}
