//! Limits as people write them.

use adarga_core::rate::Limit;
use adarga_host::rate;

use crate::{
    grow::deny,
    host::{explain, no_error},
    memory::{adarga_output, adarga_view},
    rates::adarga_limit,
    status::answer,
};

/// Reads a limit such as `10/min`: with `burst` 0 so many calls in any window, otherwise a rate and a burst. `error` may be NULL.
/// Threads: any number. Failure: `limit` is refused everywhere; `error` says what is wrong.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_limit_parse(
    text: adarga_view,
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
            let read = match burst {
                0 => rate::window(text).map(Limit::Window),
                burst => rate::gcra(text, burst).map(Limit::Gcra),
            };
            out.write(&adarga_limit::of(read.map_err(|what| explain(error, &what))?));
        }
        Ok(())
    })
}
