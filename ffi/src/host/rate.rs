//! Limits as people write them.

use adarga_core::rate::Limit;
use adarga_host::rate;

use crate::{
    grow::deny,
    host::{explain, no_error},
    memory::{adarga_output, adarga_view},
    rates::{ADARGA_LIMIT_GCRA, ADARGA_LIMIT_WINDOW, adarga_limit},
    status::{ADARGA_ERROR_VALUE, Status, answer},
};

/// Reads a limit such as `10/min` as one of `kind`, an ADARGA_LIMIT_…: of a window `burst` is 0. `error` may be NULL.
/// Threads: any number. Failure: `limit` is refused everywhere; `error` says what is wrong.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_limit_parse(
    text: adarga_view,
    kind: u32,
    burst: u32,
    limit: *mut adarga_limit,
    error: *mut adarga_output,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let out = deny(limit)?;
            no_error(error)?;
            let text = text.text()?;
            let read = match (kind, burst) {
                (ADARGA_LIMIT_WINDOW, 0) => rate::window(text).map(Limit::Window),
                (ADARGA_LIMIT_GCRA, burst) => rate::gcra(text, burst).map(Limit::Gcra),
                _ => return Err(Status(ADARGA_ERROR_VALUE)),
            };
            out.write(&adarga_limit::of(read.map_err(|what| explain(error, &what))?));
        }
        Ok(())
    })
}
