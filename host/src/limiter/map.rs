//! Memory that processes share, as references to atomics. All `unsafe` of this crate is here.
//!
//! Invariant: what is given out is only ever read and written through atomics, so whatever other processes do to it at any moment
//! is a value, never undefined behaviour.

#![expect(unsafe_code, reason = "the language has no other way to give mapped memory a type")]

use std::{fs::File, io};

use adarga_core::rate::Line;
use memmap2::{MmapOptions, MmapRaw};

/// What may lie in shared memory.
///
/// # Safety
/// Every pattern of bits is a value of the type, it has no padding that matters, and all of it is in atomics.
pub(super) unsafe trait Atoms: Sync {}

// SAFETY: it consists of eight `AtomicU64` without padding, of which every pattern of bits is a value; core says what it makes of any.
unsafe impl Atoms for Line {}

/// The whole of a file, mapped for as long as this lives.
///
/// A file that somebody shortens kills who touches what is gone (SIGBUS). It can only be shortened by its owner, who may end this
/// process anyway: [`super::Table`] maps nothing that others may open for writing. No file is mapped that has holes, since a disk that
/// is full would be another SIGBUS.
pub(super) struct Map(MmapRaw);

impl Map {
    /// Maps `len` bytes of `file`, which has as many.
    pub(super) fn of(file: &File, len: usize) -> io::Result<Self> {
        MmapOptions::new().len(len).map_raw(file).map(Self)
    }

    /// `count` values from `offset` on; `None` where they don't lie within, or lie crooked.
    pub(super) fn slice<T: Atoms>(&self, offset: usize, count: usize) -> Option<&[T]> {
        let len = count.checked_mul(size_of::<T>())?;
        let lies_within = offset.checked_add(len)? <= self.0.len();
        let start = self.0.as_ptr().wrapping_add(offset).cast::<T>();
        if !lies_within || !start.is_aligned() {
            return None;
        }
        // SAFETY: the memory is mapped, readable and writable, until `self` goes, and the lifetime of the slice is that of `self`;
        // it lies within and is aligned, as was just seen; `Atoms` says that every pattern of bits in it is a value; and since all of
        // it is in atomics, no reference needs it to stand still.
        Some(unsafe { std::slice::from_raw_parts(start, count) })
    }
}
