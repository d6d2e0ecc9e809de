//! Names and texts of the numbers.

use adarga_core::{
    Reason, Revision,
    reason::{REASONS, Row},
};

use crate::{
    memory::{adarga_view, pointer_mut},
    status::{self, ADARGA_ABI, ADARGA_ERROR_VALUE, Status, answer},
};

pub(crate) const ADARGA_REASON_ALLOWED: u16 = 1;
const _: () = assert!(Reason::Allowed as u16 == ADARGA_REASON_ALLOWED);

/// The ABI of the library that runs; a program compares it with the ADARGA_ABI that it was compiled with.
#[unsafe(no_mangle)]
pub extern "C" fn adarga_abi() -> u32 {
    ADARGA_ABI
}

/// What a status means and how to mend it, in static memory, without a NUL. Threads: any number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_status_text(status: i32, text: *mut adarga_view) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        *unsafe { pointer_mut(text)? } = adarga_view::of(status::text(status).as_bytes());
        Ok(())
    })
}

fn row(reason: u16) -> Result<&'static Row, Status> {
    REASONS.iter().find(|row| row.number == reason).ok_or(Status(ADARGA_ERROR_VALUE))
}

/// The dotted name of a reason, such as `path.escape`, in static memory, without a NUL. Threads: any number. Failure: absent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_reason_name(reason: u16, name: *mut adarga_view) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let name = unsafe { pointer_mut(name)? };
        *name = adarga_view::NONE;
        *name = adarga_view::of(row(reason)?.name.as_bytes());
        Ok(())
    })
}

/// What a caller is told of a reason, in static memory, without a NUL. Threads: any number. Failure: absent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_reason_text(reason: u16, text: *mut adarga_view) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let text = unsafe { pointer_mut(text)? };
        *text = adarga_view::NONE;
        *text = adarga_view::of(row(reason)?.text.as_bytes());
        Ok(())
    })
}

/// The number of a protocol revision: its date without hyphens.
pub(crate) fn number(revision: Revision) -> u32 {
    let digits = revision.name().bytes().filter(u8::is_ascii_digit);
    digits.fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
}

/// The revision of such a number.
pub(crate) fn revision(wanted: u32) -> Result<Revision, Status> {
    Revision::ALL.iter().copied().find(|revision| number(*revision) == wanted).ok_or(Status(ADARGA_ERROR_VALUE))
}
