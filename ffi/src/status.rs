//! The one way out of every function.

use adarga_core::{Fault, write::TooSmall};

/// The version of this ABI: the number in the library's SONAME. It changes when a function or struct changes its meaning; functions
/// are added, and structs grow, without it.
pub const ADARGA_ABI: u32 = 0;

/// The function did what it says. It says nothing of a verdict.
pub const ADARGA_OK: i32 = 0;
/// A pointer is NULL that must not be, or a view or buffer has a length without a pointer.
pub const ADARGA_ERROR_NULL: i32 = -1;
/// A pointer is not aligned as its type needs.
pub const ADARGA_ERROR_ALIGN: i32 = -2;
/// A length is beyond the address space.
pub const ADARGA_ERROR_LENGTH: i32 = -3;
/// The `size` of a struct is too small to be one, beyond 4096, or it has members that this library does not know and that are not zero.
pub const ADARGA_ERROR_SIZE: i32 = -4;
/// An object was never set up, is of another kind, or was overwritten.
pub const ADARGA_ERROR_STATE: i32 = -5;
/// Another call uses the object at this moment.
pub const ADARGA_ERROR_BUSY: i32 = -6;
/// A number or name is none of those that it may be.
pub const ADARGA_ERROR_VALUE: i32 = -7;
/// An output is too small; its `len` says how many bytes it needs, where that is known.
pub const ADARGA_ERROR_ROOM: i32 = -8;
/// Two memories that must be apart overlap.
pub const ADARGA_ERROR_OVERLAP: i32 = -9;
/// A text is not UTF-8.
pub const ADARGA_ERROR_UTF8: i32 = -10;
/// There is nothing of what was asked for: no such item, no ticket for what gets no answer.
pub const ADARGA_ERROR_ABSENT: i32 = -11;
/// A document does not compile, or a file can't be read: the error output says what and where. Hosted part only.
pub const ADARGA_ERROR_DOCUMENT: i32 = -12;
/// A defect of the library. Nothing was allowed; report it.
pub const ADARGA_ERROR_PANIC: i32 = -13;

/// The bytes are not a policy image.
pub const ADARGA_FAULT_IMAGE_LABEL: i32 = -101;
/// The image was made for another version of the format.
pub const ADARGA_FAULT_IMAGE_VERSION: i32 = -102;
/// The image is damaged.
pub const ADARGA_FAULT_IMAGE_CHECKSUM: i32 = -103;
/// The image needs a section that this library does not have.
pub const ADARGA_FAULT_IMAGE_SECTION: i32 = -104;
/// The image is malformed.
pub const ADARGA_FAULT_IMAGE_CONTENT: i32 = -105;
/// The bytes are not a key set.
pub const ADARGA_FAULT_KEYS_LABEL: i32 = -111;
/// The key set was made for another version of the format.
pub const ADARGA_FAULT_KEYS_VERSION: i32 = -112;
/// The key set is damaged.
pub const ADARGA_FAULT_KEYS_CHECKSUM: i32 = -113;
/// The key set is malformed.
pub const ADARGA_FAULT_KEYS_CONTENT: i32 = -114;
/// The bytes are not a revocation list.
pub const ADARGA_FAULT_REVOKED_LABEL: i32 = -121;
/// The revocation list was made for another version of the format.
pub const ADARGA_FAULT_REVOKED_VERSION: i32 = -122;
/// The revocation list is damaged.
pub const ADARGA_FAULT_REVOKED_CHECKSUM: i32 = -123;
/// The revocation list is malformed.
pub const ADARGA_FAULT_REVOKED_CONTENT: i32 = -124;
/// The scratch memory is smaller than the policy asks for.
pub const ADARGA_FAULT_SCRATCH_SMALL: i32 = -131;
/// The policy limits how often callers may call, and the work names no table to count in.
pub const ADARGA_FAULT_RATES_ABSENT: i32 = -132;
/// The table of rates is narrower than the largest window of the policy.
pub const ADARGA_FAULT_RATES_SMALL: i32 = -133;
/// The reply buffer is shorter than ADARGA_REPLY_MAX, or the output too small for the released message.
pub const ADARGA_FAULT_OUTPUT_SMALL: i32 = -134;
/// The machine was resumed with something that it is not waiting for.
pub const ADARGA_FAULT_OUT_OF_TURN: i32 = -135;
/// A fault that this list does not have yet.
pub const ADARGA_FAULT_OTHER: i32 = -199;

/// Why a function did not do what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Status(pub(crate) i32);

macro_rules! faults {
    ($($fault:ident $status:ident)*) => {
        /// Every fault and its number.
        pub(crate) const FAULTS: &[(Fault, i32)] = &[$((Fault::$fault, $status),)*];

        impl From<Fault> for Status {
            fn from(fault: Fault) -> Self {
                Self(match fault {
                    $(Fault::$fault => $status,)*
                    _ => ADARGA_FAULT_OTHER,
                })
            }
        }
    };
}

faults! {
    ImageLabel ADARGA_FAULT_IMAGE_LABEL
    ImageVersion ADARGA_FAULT_IMAGE_VERSION
    ImageChecksum ADARGA_FAULT_IMAGE_CHECKSUM
    ImageSection ADARGA_FAULT_IMAGE_SECTION
    ImageContent ADARGA_FAULT_IMAGE_CONTENT
    KeysLabel ADARGA_FAULT_KEYS_LABEL
    KeysVersion ADARGA_FAULT_KEYS_VERSION
    KeysChecksum ADARGA_FAULT_KEYS_CHECKSUM
    KeysContent ADARGA_FAULT_KEYS_CONTENT
    RevokedLabel ADARGA_FAULT_REVOKED_LABEL
    RevokedVersion ADARGA_FAULT_REVOKED_VERSION
    RevokedChecksum ADARGA_FAULT_REVOKED_CHECKSUM
    RevokedContent ADARGA_FAULT_REVOKED_CONTENT
    ScratchSmall ADARGA_FAULT_SCRATCH_SMALL
    RatesAbsent ADARGA_FAULT_RATES_ABSENT
    RatesSmall ADARGA_FAULT_RATES_SMALL
    OutputSmall ADARGA_FAULT_OUTPUT_SMALL
    OutOfTurn ADARGA_FAULT_OUT_OF_TURN
}

impl From<TooSmall> for Status {
    fn from(_: TooSmall) -> Self {
        Self(ADARGA_ERROR_ROOM)
    }
}

/// What is wrong and how to mend it.
pub(crate) fn text(status: i32) -> &'static str {
    if let Some((fault, _)) = FAULTS.iter().find(|(_, number)| *number == status) {
        return fault.text();
    }
    match status {
        ADARGA_OK => "ok",
        ADARGA_ERROR_NULL => "a pointer is NULL that must not be",
        ADARGA_ERROR_ALIGN => "a pointer is not aligned; use memory of its type, or from malloc",
        ADARGA_ERROR_LENGTH => "a length is beyond the address space",
        ADARGA_ERROR_SIZE => "`size` is not that of the struct; set it to sizeof, and zero the struct before filling it",
        ADARGA_ERROR_STATE => "the object was not set up; zero it, or call the function that sets it up",
        ADARGA_ERROR_BUSY => "another call uses the object; give each thread its own",
        ADARGA_ERROR_VALUE => "a number or name is none of those that it may be",
        ADARGA_ERROR_ROOM => "the output is too small; its `len` says what it needs",
        ADARGA_ERROR_OVERLAP => "two memories overlap that must be apart",
        ADARGA_ERROR_UTF8 => "a text is not UTF-8",
        ADARGA_ERROR_ABSENT => "there is nothing of what was asked for",
        ADARGA_ERROR_DOCUMENT => "the document or file can't be used; the error output says why",
        ADARGA_ERROR_PANIC => "defect of the library; nothing was allowed",
        _ => "fault that this library does not know",
    }
}

/// Runs a function's body; nothing unwinds out of it.
#[cfg(feature = "std")]
pub(crate) fn answer(body: impl FnOnce() -> Result<(), Status>) -> i32 {
    // what a panic leaves behind is a denial: outputs are written as one first, and a machine allows in its last step only
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(body)) {
        Ok(Ok(())) => ADARGA_OK,
        Ok(Err(Status(status))) => status,
        Err(payload) => {
            // its destructor may panic as well
            std::mem::forget(payload);
            ADARGA_ERROR_PANIC
        }
    }
}

/// Runs a function's body. Core does not panic; there is nothing to catch with.
#[cfg(not(feature = "std"))]
pub(crate) fn answer(body: impl FnOnce() -> Result<(), Status>) -> i32 {
    match body() {
        Ok(()) => ADARGA_OK,
        Err(Status(status)) => status,
    }
}
