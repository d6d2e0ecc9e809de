//! The strict JSON parser alone.

use adarga_core::json::{self, Limits};

use crate::{
    grow::{deny, grows, read},
    memory::{adarga_buffer, adarga_view},
    reason::ADARGA_REASON_ALLOWED,
    status::{Status, answer},
    work::scratch,
};

/// Limits of a document that no policy sets.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_limits {
    /// sizeof(adarga_limits).
    pub size: u32,
    /// Levels of arrays and objects, at most 65535.
    pub depth_max: u32,
    /// Values and keys.
    pub values_max: u32,
    /// Bytes; with `values_max` it says how much scratch memory is needed (`adarga_scratch_size_of`).
    pub input_max: u32,
}

/// Why something is no document.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_parsed {
    /// sizeof(adarga_parsed).
    pub size: u32,
    /// ADARGA_REASON_ALLOWED, or why it is none.
    pub reason: u16,
    /// 0.
    pub reserved: u16,
    /// The byte of the culprit.
    pub at: u64,
}
grows!(adarga_limits adarga_parsed);

impl adarga_limits {
    pub(crate) fn limits(&self) -> Result<Limits, Status> {
        let depth_max = u16::try_from(self.depth_max).map_err(|_| Status(crate::status::ADARGA_ERROR_VALUE))?;
        Ok(Limits { depth_max, values_max: self.values_max })
    }
}

/// Says whether `text` is one JSON document that every parser reads alike (RFC 8259, I-JSON's strictness). Threads: one for each
/// `memory`. Failure: `parsed->reason` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_json_check(
    text: adarga_view,
    limits: *const adarga_limits,
    memory: adarga_buffer,
    parsed: *mut adarga_parsed,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let out = deny(parsed)?;
            let limits = read(limits)?;
            memory.apart(text)?;
            let mut scratch = scratch(memory, limits.values_max, limits.input_max, [0; 2])?;
            out.write(&match json::parse(text.bytes()?, limits.limits()?, &mut scratch) {
                Ok(_) => adarga_parsed { reason: ADARGA_REASON_ALLOWED, ..adarga_parsed::default() },
                Err(refusal) => adarga_parsed {
                    reason: refusal.reason.number(),
                    at: u64::try_from(refusal.at).unwrap_or(u64::MAX),
                    ..adarga_parsed::default()
                },
            });
        }
        Ok(())
    })
}
