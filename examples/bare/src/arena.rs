//! Memory that is handed out from its start and taken back all at once.

use core::mem::{align_of, size_of, take};

use adarga_core::{
    json::Node,
    rate::Slot,
    schema::memory::{Frame, Memo, Trail},
};

/// Memory that is left.
#[derive(Debug)]
pub struct Arena<'m>(&'m mut [u8]);

/// # Safety
/// Every bit pattern is a value, and none needs to be dropped.
pub unsafe trait Plain: Copy + 'static {}

macro_rules! plain {
    ($($name:ty)*) => {$(
        // SAFETY: whole numbers, and structs of them
        unsafe impl Plain for $name {}
    )*};
}
plain! { u8 u32 u64 Node Slot Frame Trail Memo }

impl<'m> Arena<'m> {
    /// All of `memory`.
    pub fn new(memory: &'m mut [u8]) -> Self {
        Self(memory)
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.0.len()
    }

    /// `count` values of whatever lies there; none where memory ends.
    pub fn carve<T: Plain>(&mut self, count: usize) -> Option<&'m mut [T]> {
        let skip = self.0.as_ptr().align_offset(align_of::<T>());
        let bytes = count.checked_mul(size_of::<T>())?;
        if self.0.len() < skip.checked_add(bytes)? {
            return None;
        }
        let (_, rest) = take(&mut self.0).split_at_mut(skip);
        let (own, rest) = rest.split_at_mut(bytes);
        self.0 = rest;
        // SAFETY: aligned and long enough as computed, nobody else's since it was split off, and any bytes are a `T`
        Some(unsafe { core::slice::from_raw_parts_mut(own.as_mut_ptr().cast(), count) })
    }

    /// `count` zeroes.
    pub fn zeroes<T: Plain>(&mut self, count: usize) -> Option<&'m mut [T]> {
        let own = self.carve::<T>(count)?;
        // SAFETY: zero is a value of a plain type
        own.fill(unsafe { core::mem::zeroed() });
        Some(own)
    }

    /// Bytes of `count` items of `from`, as many as come.
    pub fn collect(&mut self, most: usize, from: impl Iterator<Item = u8>) -> Option<&'m mut [u8]> {
        let room = self.carve::<u8>(most)?;
        let mut len = 0;
        for (to, byte) in room.iter_mut().zip(from) {
            *to = byte;
            len += 1;
        }
        Some(&mut room[..len])
    }
}
