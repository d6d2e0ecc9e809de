//! A policy that is replaced while threads judge by it.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use adarga_host::load::Policy;

use crate::{
    host::{adarga_policy, explain, give, given, no_error, take_back},
    memory::{adarga_output, adarga_view, pointer_mut},
    status::answer,
};

/// The policy of a file, and whatever it becomes. Shared by all threads.
pub struct adarga_live {
    file: PathBuf,
    now: RwLock<Arc<Policy>>,
}

/// Loads a policy from a file that will be replaced at times; as `adarga_policy_open`.
///
/// Owner: `*live` is the caller's until `adarga_live_close`. Failure: `*live` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_live_open(name: adarga_view, live: *mut *mut adarga_live, error: *mut adarga_output) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            *pointer_mut(live)? = std::ptr::null_mut();
            no_error(error)?;
            let file = Path::new(name.text()?);
            let loaded = Policy::open(file).map_err(|what| explain(error, &what))?;
            give(live, adarga_live { file: file.to_owned(), now: RwLock::new(Arc::new(loaded)) })
        }
    })
}

/// Loads the file again. From then on `adarga_live_policy` gives the new policy; calls under the old one go on undisturbed. Replace the
/// file by renaming another one over it.
///
/// Threads: any, at any time. Failure: the old policy stays in force, and `error` says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_live_reload(live: *const adarga_live, error: *mut adarga_output) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            no_error(error)?;
            let live = given(live)?;
            let loaded = Arc::new(Policy::open(&live.file).map_err(|what| explain(error, &what))?);
            *live.now.write().unwrap_or_else(PoisonError::into_inner) = loaded;
        }
        Ok(())
    })
}

/// Gives the policy in force, which stays what it is, for the caller to judge by until it asks again: for each call, or when
/// `adarga_gate_digest` differs. A table of rates and a cache belong to one policy: set new ones up for another.
///
/// Owner: `*policy` is the caller's until `adarga_policy_close`, whatever becomes of `live`. Threads: any number. Failure: NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_live_policy(live: *const adarga_live, policy: *mut *mut adarga_policy) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            *pointer_mut(policy)? = std::ptr::null_mut();
            let now = given(live)?.now.read().unwrap_or_else(PoisonError::into_inner).clone();
            give(policy, adarga_policy { policy: now })
        }
    })
}

/// Gives it back. NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_live_close(live: *mut adarga_live) {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe { take_back(live) };
        Ok(())
    });
}
