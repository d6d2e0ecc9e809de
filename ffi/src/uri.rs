//! URI templates read backwards.

use adarga_core::{
    reason::Reason,
    template::{self, Template},
    text::unescaped,
};

use crate::{
    memory::{adarga_output, adarga_view, output, pointer_mut, well_placed},
    status::{ADARGA_ERROR_ROOM, ADARGA_ERROR_VALUE, Status, answer},
};

/// Most variables of a template.
pub const ADARGA_VARIABLES_MAX: usize = 16;
const _: () = assert!(ADARGA_VARIABLES_MAX == template::VARIABLES_MAX);

/// A variable that a URI gives a value to.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_variable {
    /// Its name, in the template.
    pub name: adarga_view,
    /// Its value as the URI has it, in the URI: `adarga_value_decode`.
    pub raw: adarga_view,
}

/// Says whether `uri` is one of `template` (RFC 6570), and with which values: `*count` of the ADARGA_VARIABLES_MAX places at `variables`
/// are written, in the order of the values. `reason` becomes ADARGA_REASON_ALLOWED or ADARGA_REASON_ROUTE_RESOURCE. A template that can be
/// read in two ways is ADARGA_ERROR_VALUE, and `why`, which may be NULL, a static text that says what is wrong with it.
///
/// Threads: any number. Failure: `reason` and `*count` are 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_template_match(
    template: adarga_view,
    uri: adarga_view,
    variables: *mut adarga_variable,
    count: *mut usize,
    reason: *mut u16,
    why: *mut adarga_view,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let (count, reason) = (pointer_mut(count)?, pointer_mut(reason)?);
            (*count, *reason) = (0, 0);
            well_placed(variables)?;
            if !why.is_null() {
                *pointer_mut(why)? = adarga_view::NONE;
            }
            let template = match Template::parse(template.bytes()?) {
                Ok(template) => template,
                Err(unfit) => {
                    if !why.is_null() {
                        *pointer_mut(why)? = adarga_view::of(unfit.text().as_bytes());
                    }
                    return Err(Status(ADARGA_ERROR_VALUE));
                }
            };
            let Some(found) = template.matches(uri.bytes()?) else {
                *reason = Reason::RouteResource.number();
                return Ok(());
            };
            for (at, one) in found.iter().enumerate().take(ADARGA_VARIABLES_MAX) {
                let variable = adarga_variable { name: adarga_view::of(one.name()), raw: adarga_view::of(one.raw()) };
                // one by one: the caller's memory may hold anything
                variables.add(at).write(variable);
                *count = at + 1;
            }
            *reason = Reason::Allowed.number();
        }
        Ok(())
    })
}

/// Writes a value of a URI percent-decoded, once. Threads: any number. Failure: as every output.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_value_decode(raw: adarga_view, value: *mut adarga_output) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            output(value, &[raw], |into| {
                let raw = raw.bytes().map_err(|status| (status, 0))?;
                let needed = unescaped(raw).count();
                let room = into.get_mut(..needed).ok_or((Status(ADARGA_ERROR_ROOM), needed))?;
                room.iter_mut().zip(unescaped(raw)).for_each(|(to, byte)| *to = byte);
                Ok(needed)
            })
        }
    })
}
