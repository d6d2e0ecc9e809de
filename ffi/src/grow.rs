//! Structs that carry their size and can grow.
//!
//! A caller that was compiled with an older header gives a shorter struct, whose other members are then zero; one with a newer header
//! gives a longer one, whose other members must be zero, since what they mean is not known here.

use core::{
    mem::{MaybeUninit, size_of},
    ptr,
};

use crate::{
    memory::well_placed,
    status::{ADARGA_ERROR_SIZE, Status},
};

/// Of no struct there is a version longer than this, so that a size that was never set is told from one.
pub(crate) const SIZE_MAX: usize = 4096;
/// The size itself, and the member beside it.
const SIZE_MIN: usize = 8;

/// A struct of C that begins with `uint32_t size`.
///
/// # Safety
/// It is `repr(C)`, its first member is the size, and zeroes are valid for all of it.
pub(crate) unsafe trait Grows: Copy {}

/// Declares structs that grow.
macro_rules! grows {
    ($($name:ident)*) => {$(
        // SAFETY: numbers and pointers alone, the size in front; written as such right there
        unsafe impl $crate::grow::Grows for $name {}

        impl Default for $name {
            /// Nothing but its size.
            fn default() -> Self {
                // SAFETY: numbers and pointers alone
                let mut zeroed: Self = unsafe { core::mem::zeroed() };
                zeroed.size = u32::try_from(core::mem::size_of::<Self>()).unwrap_or_default();
                zeroed
            }
        }
    )*};
}
pub(crate) use grows;

/// The size that a struct of the caller says it has.
unsafe fn size_of_callers<T: Grows>(at: *const T) -> Result<usize, Status> {
    well_placed(at)?;
    // SAFETY: neither NULL nor misaligned, and a struct that grows begins with its size
    let size = usize::try_from(unsafe { at.cast::<u32>().read() }).unwrap_or(usize::MAX);
    if (SIZE_MIN..=SIZE_MAX).contains(&size) { Ok(size) } else { Err(Status(ADARGA_ERROR_SIZE)) }
}

/// Reads a struct of the caller, of whatever version.
pub(crate) unsafe fn read<T: Grows>(from: *const T) -> Result<T, Status> {
    // SAFETY: as the caller's
    let size = unsafe { size_of_callers(from)? };
    let known = size.min(size_of::<T>());
    let mut value = MaybeUninit::<T>::zeroed();
    // SAFETY: `known` bytes are within both, which are apart
    unsafe { ptr::copy_nonoverlapping(from.cast::<u8>(), value.as_mut_ptr().cast::<u8>(), known) };
    if size > known {
        // SAFETY: by its size the caller's struct goes on so far
        let unknown = unsafe { core::slice::from_raw_parts(from.cast::<u8>().add(known), size - known) };
        if unknown.iter().any(|byte| *byte != 0) {
            return Err(Status(ADARGA_ERROR_SIZE));
        }
    }
    // SAFETY: zeroes are valid, and so is what a caller wrote into numbers and pointers
    Ok(unsafe { value.assume_init() })
}

/// As [`read`], where NULL is nothing.
pub(crate) unsafe fn read_some<T: Grows>(from: *const T) -> Result<Option<T>, Status> {
    // SAFETY: as the caller's
    if from.is_null() { Ok(None) } else { unsafe { read(from) }.map(Some) }
}

/// A struct of the caller that is written in the end; until then it says what zeroes say.
pub(crate) struct Answer<T> {
    at: *mut T,
    size: usize,
}

/// Zeroes a struct of the caller, but for its size.
pub(crate) unsafe fn deny<T: Grows>(at: *mut T) -> Result<Answer<T>, Status> {
    // SAFETY: as the caller's
    let size = unsafe { size_of_callers(at.cast_const())? };
    let rest = size_of::<u32>();
    // SAFETY: by its size the caller's struct goes on so far
    unsafe { ptr::write_bytes(at.cast::<u8>().add(rest), 0, size - rest) };
    Ok(Answer { at, size })
}

impl<T: Grows> Answer<T> {
    /// Writes as much of `value` as the caller's version has.
    pub(crate) fn write(self, value: &T) {
        let rest = size_of::<u32>();
        let known = self.size.min(size_of::<T>());
        let from = ptr::from_ref(value).cast::<u8>();
        // SAFETY: `deny` checked the pointer and the size; the size member in front stays the caller's
        unsafe { ptr::copy_nonoverlapping(from.add(rest), self.at.cast::<u8>().add(rest), known - rest) };
    }
}
