//! C's memory as Rust's: views, buffers, outputs, and objects in memory of the caller.
//!
//! An object is an array of words to C; inside stand a number that says what it is, a word that says whether a call uses it, and the
//! value. Zeroed memory is no object yet. The contract of every `unsafe fn` here is that of the header: a pointer that is not NULL
//! leads to memory of the caller of that size, initialized, which nobody else writes during the call.

use core::{
    ffi::c_void,
    mem::{MaybeUninit, size_of},
    ops::{Deref, DerefMut},
    ptr,
    sync::atomic::{AtomicU32, Ordering},
};

use crate::status::{
    ADARGA_ERROR_ALIGN, ADARGA_ERROR_BUSY, ADARGA_ERROR_LENGTH, ADARGA_ERROR_NULL, ADARGA_ERROR_OVERLAP, ADARGA_ERROR_STATE,
    ADARGA_ERROR_UTF8, Status,
};

/// Bytes that somebody else owns, borrowed for the call. `{NULL, 0}` is absent where something may be, otherwise empty.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_view {
    /// The first byte.
    pub ptr: *const c_void,
    /// How many there are.
    pub len: usize,
}

/// Memory that the library may write, of the caller: initialized (static, or from calloc), whatever it holds.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_buffer {
    /// The first byte.
    pub ptr: *mut c_void,
    /// How many there are.
    pub len: usize,
}

/// Where a function writes bytes. It sets `len` to how many it wrote; with ADARGA_ERROR_ROOM to how many it needs.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_output {
    /// The first byte.
    pub ptr: *mut c_void,
    /// How many fit.
    pub capacity: usize,
    /// How many were written, or are needed.
    pub len: usize,
}

/// Whether a range of memory can exist.
fn check(start: *const c_void, len: usize) -> Result<(), Status> {
    if start.is_null() {
        return if len == 0 { Ok(()) } else { Err(Status(ADARGA_ERROR_NULL)) };
    }
    let fits = isize::try_from(len).is_ok() && start.addr().checked_add(len).is_some();
    if fits { Ok(()) } else { Err(Status(ADARGA_ERROR_LENGTH)) }
}

impl adarga_view {
    /// Nothing.
    pub const NONE: Self = Self { ptr: ptr::null(), len: 0 };

    pub(crate) const fn of(bytes: &[u8]) -> Self {
        Self { ptr: bytes.as_ptr().cast(), len: bytes.len() }
    }

    /// The bytes; none for an absent view.
    pub(crate) unsafe fn bytes<'a>(self) -> Result<&'a [u8], Status> {
        check(self.ptr, self.len)?;
        if self.ptr.is_null() {
            return Ok(&[]);
        }
        // SAFETY: not NULL and of a length that can be; by the header's contract it is readable for the call
        Ok(unsafe { core::slice::from_raw_parts(self.ptr.cast(), self.len) })
    }

    /// The bytes, unless the view is absent.
    pub(crate) unsafe fn present<'a>(self) -> Result<Option<&'a [u8]>, Status> {
        // SAFETY: as the caller's
        let bytes = unsafe { self.bytes()? };
        Ok((!self.ptr.is_null()).then_some(bytes))
    }

    /// A text.
    pub(crate) unsafe fn text<'a>(self) -> Result<&'a str, Status> {
        // SAFETY: as the caller's
        core::str::from_utf8(unsafe { self.bytes()? }).map_err(|_| Status(ADARGA_ERROR_UTF8))
    }

    /// Exactly so many bytes.
    pub(crate) unsafe fn array<'a, const N: usize>(self) -> Result<&'a [u8; N], Status> {
        // SAFETY: as the caller's
        unsafe { self.bytes()? }.try_into().map_err(|_| Status(crate::status::ADARGA_ERROR_VALUE))
    }
}

impl adarga_buffer {
    pub(crate) unsafe fn bytes<'a>(self) -> Result<&'a mut [u8], Status> {
        check(self.ptr, self.len)?;
        if self.ptr.is_null() {
            return Ok(&mut []);
        }
        // SAFETY: not NULL and of a length that can be; by the header's contract it is the caller's alone during the call
        Ok(unsafe { core::slice::from_raw_parts_mut(self.ptr.cast(), self.len) })
    }

    /// That it shares no byte with another memory.
    pub(crate) fn apart(self, other: adarga_view) -> Result<(), Status> {
        check(other.ptr, other.len)?;
        let (start, end) = (self.ptr.addr(), self.ptr.addr().saturating_add(self.len));
        let (from, to) = (other.ptr.addr(), other.ptr.addr().saturating_add(other.len));
        let apart = self.len == 0 || other.len == 0 || end <= from || to <= start;
        if apart { Ok(()) } else { Err(Status(ADARGA_ERROR_OVERLAP)) }
    }

    pub(crate) const fn view(self) -> adarga_view {
        adarga_view { ptr: self.ptr, len: self.len }
    }
}

impl adarga_output {
    pub(crate) const fn buffer(self) -> adarga_buffer {
        adarga_buffer { ptr: self.ptr, len: self.capacity }
    }
}

/// Lets `write` fill an output. It says how many bytes it wrote, or how many it needs.
pub(crate) unsafe fn output(
    out: *mut adarga_output,
    inputs: &[adarga_view],
    write: impl FnOnce(&mut [u8]) -> Result<usize, (Status, usize)>,
) -> Result<(), Status> {
    // SAFETY: as the caller's
    let out = unsafe { pointer_mut(out)? };
    out.len = 0;
    for input in inputs {
        out.buffer().apart(*input)?;
    }
    // SAFETY: as the caller's
    match write(unsafe { out.buffer().bytes()? }) {
        Ok(len) => {
            out.len = len;
            Ok(())
        }
        Err((status, len)) => {
            out.len = len;
            Err(status)
        }
    }
}

/// Copies a text to an output.
#[cfg(any(feature = "host", feature = "seal"))]
pub(crate) fn copy(text: &[u8], to: &mut [u8]) -> Result<usize, (Status, usize)> {
    match to.get_mut(..text.len()) {
        Some(room) => {
            room.copy_from_slice(text);
            Ok(text.len())
        }
        None => Err((Status(crate::status::ADARGA_ERROR_ROOM), text.len())),
    }
}

/// What a pointer leads to.
pub(crate) unsafe fn pointer<'a, T>(from: *const T) -> Result<&'a T, Status> {
    well_placed(from)?;
    // SAFETY: neither NULL nor misaligned; by the header's contract it leads to a value of the caller
    Ok(unsafe { &*from })
}

/// What a pointer leads to, to be written.
pub(crate) unsafe fn pointer_mut<'a, T>(from: *mut T) -> Result<&'a mut T, Status> {
    well_placed(from)?;
    // SAFETY: as above, and the caller's alone during the call
    Ok(unsafe { &mut *from })
}

/// A list of the caller.
pub(crate) unsafe fn list<'a, T>(from: *const T, len: usize) -> Result<&'a [T], Status> {
    if len == 0 {
        return Ok(&[]);
    }
    well_placed(from)?;
    check(from.cast(), len.checked_mul(size_of::<T>()).ok_or(Status(ADARGA_ERROR_LENGTH))?)?;
    // SAFETY: neither NULL nor misaligned, of a length that can be; by the header's contract it is the caller's
    Ok(unsafe { core::slice::from_raw_parts(from, len) })
}

/// Places of the caller for `len` values, which share no byte with `input`.
pub(crate) unsafe fn list_mut<'a, T: Copy>(
    at: *mut T,
    len: usize,
    input: adarga_view,
) -> Result<&'a mut [MaybeUninit<T>], Status> {
    if len == 0 {
        return Ok(&mut []);
    }
    well_placed(at)?;
    let bytes = len.checked_mul(size_of::<T>()).ok_or(Status(ADARGA_ERROR_LENGTH))?;
    check(at.cast(), bytes)?;
    adarga_buffer { ptr: at.cast(), len: bytes }.apart(input)?;
    // SAFETY: neither NULL nor misaligned, of a length that can be; by the header's contract it is the caller's alone during the call
    Ok(unsafe { core::slice::from_raw_parts_mut(at.cast(), len) })
}

/// Whether a pointer can lead to a `T`.
pub(crate) fn well_placed<T>(at: *const T) -> Result<(), Status> {
    if at.is_null() {
        Err(Status(ADARGA_ERROR_NULL))
    } else if at.is_aligned() {
        Ok(())
    } else {
        Err(Status(ADARGA_ERROR_ALIGN))
    }
}

/// Memory of the caller that holds one value of core.
///
/// # Safety
/// `Held<Self::Value>` fits `Self`, in size and alignment, which [`object`] checks.
pub(crate) unsafe trait Object: Sized {
    /// What it holds.
    type Value;
    /// What tells it from others and from other versions of this library.
    const MARK: u32;
}

/// How an object lies in its memory.
#[repr(C)]
pub(crate) struct Held<T> {
    mark: u32,
    used: AtomicU32,
    value: MaybeUninit<T>,
}

/// Declares an object: its name in C, what it holds, its mark.
macro_rules! object {
    ($name:ident, $value:ty, $mark:literal) => {
        // SAFETY: the assertion below
        unsafe impl $crate::memory::Object for $name {
            type Value = $value;
            const MARK: u32 = u32::from_le_bytes(*$mark);
        }
        const _: () = {
            use core::mem::{align_of, size_of};
            assert!(size_of::<$crate::memory::Held<$value>>() <= size_of::<$name>());
            assert!(align_of::<$crate::memory::Held<$value>>() <= align_of::<$name>());
        };
    };
}
pub(crate) use object;

/// Sets an object up, whatever its memory held.
pub(crate) unsafe fn place<O: Object>(at: *mut O, value: O::Value) -> Result<(), Status> {
    well_placed(at)?;
    // SAFETY: neither NULL nor misaligned, large enough as of `object`, and the caller's alone during the call
    unsafe { at.cast::<Held<O::Value>>().write(Held { mark: O::MARK, used: AtomicU32::new(0), value: MaybeUninit::new(value) }) };
    Ok(())
}

/// Makes an object nothing, before it is set up.
pub(crate) unsafe fn clear<O: Object>(at: *mut O) -> Result<(), Status> {
    well_placed(at)?;
    // SAFETY: as in `place`; an object is an array of words, for which zeroes are valid
    unsafe { ptr::write_bytes(at.cast::<u8>(), 0, size_of::<O>()) };
    Ok(())
}

/// The value of an object that nobody changes any more once it was set up: threads may share it.
pub(crate) unsafe fn share<'a, O: Object>(at: *const O) -> Result<&'a O::Value, Status> {
    well_placed(at)?;
    let held = at.cast::<Held<O::Value>>();
    // SAFETY: neither NULL nor misaligned, large enough as of `object`; all bytes are initialized
    if unsafe { (*held).mark } != O::MARK {
        return Err(Status(ADARGA_ERROR_STATE));
    }
    // SAFETY: the mark says that `place` wrote the value
    Ok(unsafe { (*held).value.assume_init_ref() })
}

/// An object that one call uses at a time.
pub(crate) struct Locked<'a, T> {
    used: &'a AtomicU32,
    value: &'a mut T,
}

impl<T> Deref for Locked<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value
    }
}

impl<T> DerefMut for Locked<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value
    }
}

impl<T> Drop for Locked<'_, T> {
    fn drop(&mut self) {
        self.used.store(0, Ordering::Release);
    }
}

/// Takes the word of an object; on machines without compare-and-swap, which have one core, only a call inside of a call can meet it.
fn take(used: &AtomicU32) -> Result<(), Status> {
    #[cfg(target_has_atomic = "32")]
    let before = used.swap(1, Ordering::Acquire);
    #[cfg(not(target_has_atomic = "32"))]
    let before = {
        let before = used.load(Ordering::Acquire);
        used.store(1, Ordering::Relaxed);
        before
    };
    if before == 0 { Ok(()) } else { Err(Status(ADARGA_ERROR_BUSY)) }
}

/// The value of an object, for this call alone. Zeroed memory becomes one with `new`, where there is one.
pub(crate) unsafe fn lock<'a, O: Object>(at: *mut O, new: Option<fn() -> O::Value>) -> Result<Locked<'a, O::Value>, Status> {
    well_placed(at)?;
    let held = at.cast::<Held<O::Value>>();
    // SAFETY: neither NULL nor misaligned, large enough as of `object`; an atomic word is valid whatever it holds
    let used = unsafe { &(*held).used };
    take(used)?;
    // SAFETY: who took the word is alone with the rest
    let mark = unsafe { &mut (*held).mark };
    // SAFETY: as above
    let value = unsafe { &mut (*held).value };
    let value = match (*mark, new) {
        // SAFETY: the mark says that it was written before
        (known, _) if known == O::MARK => unsafe { value.assume_init_mut() },
        (0, Some(new)) => {
            let value = value.write(new());
            *mark = O::MARK;
            value
        }
        _ => {
            used.store(0, Ordering::Release);
            return Err(Status(ADARGA_ERROR_STATE));
        }
    };
    Ok(Locked { used, value })
}

/// The word of an object, taken.
pub(crate) struct Hold<'a>(&'a AtomicU32);

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.0.store(0, Ordering::Release);
    }
}

/// Holds an object that was set up, whose value says where the memory is that only one call may use.
pub(crate) unsafe fn hold<'a, O: Object>(at: *const O) -> Result<Hold<'a>, Status> {
    // SAFETY: as the caller's
    unsafe { share(at)? };
    // SAFETY: `share` checked the pointer; an atomic word may be changed through a shared reference
    let used = unsafe { &(*at.cast::<Held<O::Value>>()).used };
    take(used)?;
    Ok(Hold(used))
}

/// As [`lock`], where NULL is nothing.
pub(crate) unsafe fn lock_some<'a, O: Object>(
    at: *mut O,
    new: Option<fn() -> O::Value>,
) -> Result<Option<Locked<'a, O::Value>>, Status> {
    // SAFETY: as the caller's
    if at.is_null() { Ok(None) } else { unsafe { lock(at, new) }.map(Some) }
}

/// Takes `count` values of `T` from the front of a memory.
///
/// # Safety
/// Every pattern of bits is a valid `T`.
pub(crate) unsafe fn carve<'m, T>(memory: &mut &'m mut [u8], count: usize) -> Option<&'m mut [T]> {
    let bytes = count.checked_mul(size_of::<T>())?;
    let whole = core::mem::take(memory);
    let skip = whole.as_ptr().align_offset(align_of::<T>());
    let (_, rest) = whole.split_at_mut_checked(skip)?;
    let (part, rest) = rest.split_at_mut_checked(bytes)?;
    *memory = rest;
    // SAFETY: aligned by `skip`, of `bytes` bytes, borrowed apart from the rest; any bits are a `T`
    Some(unsafe { core::slice::from_raw_parts_mut(part.as_mut_ptr().cast(), count) })
}
