//! Data that leaves sealed or under pseudonyms, with the key that the policy names.

use adarga_core::{
    protection::Protection,
    reason::Reason,
    seal::{Context, SealError},
};
use adarga_host::data::{DataKeys, Seed};

use crate::{
    gate::adarga_gate,
    grow::deny,
    host::{adarga_policy, explain, give, given, no_error, take_back},
    memory::{adarga_output, adarga_view, copy, output, pointer_mut, share},
    release::{adarga_reading, adarga_released, adarga_ticket, release_protected},
    status::{ADARGA_ERROR_ABSENT, Status, answer},
    work::adarga_work,
};

/// The keys of a policy's data. Shared by all threads.
pub struct adarga_data_keys {
    keys: DataKeys,
}

/// Reads the keys that `[data] key` of a policy names. `error` may be NULL.
///
/// Owner: `*keys` is the caller's until `adarga_data_keys_close`, and NULL for a policy that names none. Threads: any. Failure: NULL; with
/// ADARGA_ERROR_DOCUMENT `error` says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_data_keys_open(
    policy: *const adarga_policy,
    keys: *mut *mut adarga_data_keys,
    error: *mut adarga_output,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            *pointer_mut(keys)? = std::ptr::null_mut();
            no_error(error)?;
            let gate = given(policy)?.policy.gate()?;
            match DataKeys::open(gate.image()).map_err(|what| explain(error, &what))? {
                Some(found) => give(keys, adarga_data_keys { keys: found }),
                None => Ok(()),
            }
        }
    })
}

/// As `adarga_release`, and what the policy seals is sealed, for the `record` that tells the record of this message from others and that
/// `adarga_data_unseal` needs again; what gets a pseudonym gets it. With NULL `keys` it is masked.
///
/// Owner, threads: as `adarga_release`. Failure: the same; ADARGA_ERROR_ABSENT when the system has no random bytes to give.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_release_sealed(
    keys: *const adarga_data_keys,
    record: adarga_view,
    gate: *const adarga_gate,
    ticket: *const adarga_ticket,
    reading: *const adarga_reading,
    bytes: adarga_view,
    work: *const adarga_work,
    output: *mut adarga_output,
    released: *mut adarga_released,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            deny(released)?;
            if keys.is_null() {
                return release_protected(&Protection::default(), gate, ticket, reading, bytes, work, output, released);
            }
            let seed = Seed::draw().map_err(|_| Status(ADARGA_ERROR_ABSENT))?;
            let protection = given(keys)?.keys.protection(&seed, record.bytes()?);
            release_protected(&protection, gate, ticket, reading, bytes, work, output, released)
        }
    })
}

/// Opens a field that the policy of `gate` sealed, for the same `record`: `value` becomes what stood in the message, JSON. `pointer` is the
/// JSON Pointer of the field from the `result`, with `*` for places in arrays. `reason` becomes ADARGA_REASON_ALLOWED, or an
/// ADARGA_REASON_SEAL_…, and then nothing is written.
///
/// Threads: any number. Failure: as every output; `reason` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_data_unseal(
    keys: *const adarga_data_keys,
    gate: *const adarga_gate,
    pointer: adarga_view,
    record: adarga_view,
    sealed: adarga_view,
    value: *mut adarga_output,
    reason: *mut u16,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let reason = pointer_mut(reason)?;
            *reason = 0;
            output(value, &[pointer, record, sealed], |into| {
                let none = |status| (status, 0);
                let (keys, gate) = (given(keys).map_err(none)?, share(gate).map_err(none)?);
                let (pointer, record) = (pointer.bytes().map_err(none)?, record.bytes().map_err(none)?);
                let sealed = sealed.bytes().map_err(none)?;
                let context = Context { policy: gate.policy().name.as_bytes(), pointer, record };
                *reason = match keys.keys.open_field(&context, sealed) {
                    Ok(opened) => {
                        let len = copy(&opened, into)?;
                        *reason = Reason::Allowed.number();
                        return Ok(len);
                    }
                    Err(SealError::Key) => Reason::SealKey.number(),
                    Err(SealError::Tag) => Reason::SealTag.number(),
                    Err(_) => Reason::SealForm.number(),
                };
                Ok(0)
            })
        }
    })
}

/// Gives the keys back, which are overwritten. NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_data_keys_close(keys: *mut adarga_data_keys) {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe { take_back(keys) };
        Ok(())
    });
}
