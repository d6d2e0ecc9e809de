//! Policies from documents.

use std::{path::Path, sync::Arc};

use adarga_host::{load::Policy, policy::Source};

use crate::{
    gate::adarga_gate,
    host::{explain, give, given, no_error, take_back},
    memory::{adarga_output, adarga_view, clear, place, pointer_mut},
    status::answer,
};

/// A policy in force: its image, in memory that nobody else can change. Read-only, shared by all threads.
pub struct adarga_policy {
    pub(super) policy: Arc<Policy>,
}

/// Loads a policy from a file: a document (TOML, JSON), which is compiled, or an image. `name` is its path, UTF-8. `error` may be NULL.
///
/// Owner: `*policy` is the caller's until `adarga_policy_close`. Failure: `*policy` is NULL; with ADARGA_ERROR_DOCUMENT `error` says what is
/// wrong, where, and how to mend it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_policy_open(
    name: adarga_view,
    policy: *mut *mut adarga_policy,
    error: *mut adarga_output,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            *pointer_mut(policy)? = std::ptr::null_mut();
            no_error(error)?;
            let loaded = Policy::open(Path::new(name.text()?)).map_err(|what| explain(error, &what))?;
            give(policy, adarga_policy { policy: Arc::new(loaded) })
        }
    })
}

/// Compiles a policy document; `name` stands in errors, and its ending (`.toml`, `.json`) says what it is. `error` may be NULL.
///
/// Owner and failure: as of `adarga_policy_open`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_policy_compile(
    name: adarga_view,
    document: adarga_view,
    policy: *mut *mut adarga_policy,
    error: *mut adarga_output,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            *pointer_mut(policy)? = std::ptr::null_mut();
            no_error(error)?;
            let source = Source::from_bytes(name.text()?.to_owned(), document.bytes()?.to_vec());
            let loaded = source.and_then(Policy::from_source).map_err(|what| explain(error, &what))?;
            give(policy, adarga_policy { policy: Arc::new(loaded) })
        }
    })
}

/// Gives the image of a policy, borrowed from it: to be stored, or compiled into firmware. Threads: any number. Failure: absent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_policy_image(policy: *const adarga_policy, image: *mut adarga_view) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let image = pointer_mut(image)?;
            *image = adarga_view::NONE;
            *image = adarga_view::of(given(policy)?.policy.image());
        }
        Ok(())
    })
}

/// Sets up the gate that judges by a policy, which it borrows: `policy` is closed after the last call by `gate`. Threads: any number may
/// use the gate. Failure: `gate` is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_policy_gate(policy: *const adarga_policy, gate: *mut adarga_gate) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header; that the policy outlives the gate is part of it
        unsafe {
            clear(gate)?;
            place(gate, given(policy)?.policy.gate()?)
        }
    })
}

/// Gives a policy back. NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_policy_close(policy: *mut adarga_policy) {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe { take_back(policy) };
        Ok(())
    });
}
