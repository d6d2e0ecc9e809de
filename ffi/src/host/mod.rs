//! The hosted part: what needs an operating system. Its objects are the library's, given as pointers and taken back by a `…_close`.

mod audit;
mod data;
#[cfg(unix)]
mod files;
mod keys;
mod live;
mod policy;
mod rate;
mod schema;
mod secrets;
#[cfg(unix)]
mod trail;

use std::fmt::Display;

use crate::{
    memory::{adarga_output, copy, output, pointer, pointer_mut},
    status::{ADARGA_ERROR_DOCUMENT, Status},
};

pub use audit::*;
pub use data::*;
#[cfg(unix)]
pub use files::*;
pub use keys::*;
pub use live::*;
pub use policy::*;
pub use rate::*;
pub use schema::*;
pub use secrets::*;
#[cfg(unix)]
pub use trail::*;

/// Writes what is wrong with a document; as much of it as there is room for, since a person reads it. `len` is how long it is.
unsafe fn explain(error: *mut adarga_output, what: &dyn Display) -> Status {
    let text = what.to_string();
    if !error.is_null() {
        // the status that matters is the document's
        // SAFETY: as the caller's
        let _ = unsafe {
            output(error, &[], |into| {
                let mut fits = text.len().min(into.len());
                while !text.is_char_boundary(fits) {
                    fits -= 1;
                }
                copy(text.as_bytes().get(..fits).unwrap_or_default(), into).map(|_| text.len())
            })
        };
    }
    Status(ADARGA_ERROR_DOCUMENT)
}

/// Makes an error output empty, before anything goes wrong.
unsafe fn no_error(error: *mut adarga_output) -> Result<(), Status> {
    if !error.is_null() {
        // SAFETY: as the caller's
        unsafe { pointer_mut(error)? }.len = 0;
    }
    Ok(())
}

/// Gives a value of the library to the caller.
unsafe fn give<T>(to: *mut *mut T, value: T) -> Result<(), Status> {
    // SAFETY: as the caller's
    *unsafe { pointer_mut(to)? } = Box::into_raw(Box::new(value));
    Ok(())
}

/// What the caller was given.
unsafe fn given<'a, T>(from: *const T) -> Result<&'a T, Status> {
    // SAFETY: as the caller's
    unsafe { pointer(from) }
}

/// Takes back what the caller was given; NULL is nothing.
unsafe fn take_back<T>(from: *mut T) {
    if !from.is_null() {
        // SAFETY: by the header's contract it is of `give`, and nobody uses it any more
        drop(unsafe { Box::from_raw(from) });
    }
}
