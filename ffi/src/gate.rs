//! Policies, ready to judge.

use adarga_core::{Gate, rate::Limit, verdict::REPLY_MAX};

use crate::{
    grow,
    memory::{adarga_view, clear, object, place, pointer_mut, share},
    rates::adarga_limit,
    status::{ADARGA_ERROR_ABSENT, Status, answer},
    work,
};

/// Bytes of reply buffer that suffice for every answer.
pub const ADARGA_REPLY_MAX: usize = 8192;
const _: () = assert!(ADARGA_REPLY_MAX == REPLY_MAX);

/// A policy, ready to judge: read-only, shared by all threads. It borrows its image.
#[repr(C)]
pub struct adarga_gate {
    opaque: [u64; 16],
}
object!(adarga_gate, Gate<'static>, b"gat0");

/// Validates a policy image, once. `gate` borrows `image`, which has to stay where it is, unchanged, as long as `gate` is used: a
/// private mapping, flash, a static array (`adarga compile`). `gate` needs nothing to be undone.
///
/// Threads: any number may use a gate once it was opened. Failure: an ADARGA_FAULT_IMAGE_… names what is wrong, and `gate` is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_gate_open(gate: *mut adarga_gate, image: adarga_view) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header; that the image outlives the gate is part of it
        unsafe {
            clear(gate)?;
            place(gate, Gate::open(image.bytes()?)?)
        }
    })
}

/// Says how many bytes of scratch memory each call by this policy needs (`adarga_work.scratch`). Threads: any number.
/// Failure: `*bytes` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_scratch_size(gate: *const adarga_gate, bytes: *mut usize) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let (bytes, gate) = unsafe {
            let bytes = pointer_mut(bytes)?;
            *bytes = 0;
            (bytes, share(gate)?)
        };
        let needs = gate.needs();
        *bytes = work::call_size(&needs);
        Ok(())
    })
}

/// Says how many bytes of scratch memory a document of at most `values_max` values and `input_max` bytes needs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_scratch_size_of(values_max: u32, input_max: u32, bytes: *mut usize) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        *unsafe { pointer_mut(bytes)? } = work::scratch_size(values_max, input_max);
        Ok(())
    })
}

/// Gives the SHA-256 of the policy image, 32 bytes borrowed from it: the policy's identity. Threads: any number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_gate_digest(gate: *const adarga_gate, digest: *mut adarga_view) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let digest = pointer_mut(digest)?;
            *digest = adarga_view::NONE;
            *digest = adarga_view::of(share(gate)?.image().digest());
        }
        Ok(())
    })
}

/// Gives the longest message that the policy takes, in bytes: over HTTP when `http` is not 0, otherwise as a line. It is the size of
/// the buffer that lines are read into. Threads: any number. Failure: `*bytes` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_gate_body_max(gate: *const adarga_gate, http: u32, bytes: *mut usize) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let bytes = pointer_mut(bytes)?;
            *bytes = 0;
            *bytes = share(gate)?.policy().body_max(http != 0);
        }
        Ok(())
    })
}

/// Gives a limit of the policy by its id, for hosts that charge an external store. Threads: any number.
/// Failure: ADARGA_ERROR_ABSENT for an id without a limit; `limit` is one that is refused everywhere.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_gate_limit(gate: *const adarga_gate, id: u32, limit: *mut adarga_limit) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let (out, gate) = unsafe { (grow::deny(limit)?, share(gate)?) };
        let found: Option<Limit> = gate.image().rates().and_then(|rates| rates.limit(id));
        out.write(&adarga_limit::of(found.ok_or(Status(ADARGA_ERROR_ABSENT))?));
        Ok(())
    })
}

/// Gives name and directory of a root of the policy by its id, as of `adarga_each_path`; both borrowed from the image. Threads: any
/// number. Failure: ADARGA_ERROR_ABSENT for an id without a root; both are absent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_gate_root(
    gate: *const adarga_gate,
    id: u32,
    name: *mut adarga_view,
    directory: *mut adarga_view,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let (name, directory, gate) = unsafe { (pointer_mut(name)?, pointer_mut(directory)?, share(gate)) };
        (*name, *directory) = (adarga_view::NONE, adarga_view::NONE);
        let root = gate?.image().places().and_then(|places| places.root(id)).ok_or(Status(ADARGA_ERROR_ABSENT))?;
        (*name, *directory) = (adarga_view::of(root.name.as_bytes()), adarga_view::of(root.directory.as_bytes()));
        Ok(())
    })
}
