//! Formats and escapes of one text.

use adarga_core::{
    escape::{Escape, TooSmall},
    format::Format,
    reason::Reason,
};

use crate::{
    memory::{adarga_output, adarga_view, output, pointer_mut},
    status::{ADARGA_ERROR_ROOM, ADARGA_ERROR_VALUE, Status, answer},
};

/// Says whether `text` has the format of JSON Schema that `name` names, such as `uuid`. `reason` becomes ADARGA_REASON_ALLOWED or
/// ADARGA_REASON_ARGUMENTS_FORMAT. Threads: any number. Failure: `reason` is 0; ADARGA_ERROR_VALUE for an unknown format.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_format_check(name: adarga_view, text: adarga_view, reason: *mut u16) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let reason = pointer_mut(reason)?;
            *reason = 0;
            let format = Format::named(name.text()?).ok_or(Status(ADARGA_ERROR_VALUE))?;
            *reason = if format.matches(text.bytes()?) { Reason::Allowed } else { Reason::ArgumentsFormat }.number();
        }
        Ok(())
    })
}

/// Writes `text` for the place that `name` names: `html`, `attribute`, `strip-tags`, `url`, `json-in-html`, `javascript`, `css`,
/// `like`, `log`, `spreadsheet`. Threads: any number. Failure: as every output; ADARGA_ERROR_VALUE for an unknown place.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_escape(name: adarga_view, text: adarga_view, out: *mut adarga_output) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            output(out, &[text, name], |into| {
                let none = |status| (status, 0);
                let escape = Escape::named(name.text().map_err(none)?).ok_or((Status(ADARGA_ERROR_VALUE), 0))?;
                let written = escape.write(text.bytes().map_err(none)?, into);
                written.map(<[u8]>::len).map_err(|TooSmall { needed }| (Status(ADARGA_ERROR_ROOM), needed))
            })
        }
    })
}
