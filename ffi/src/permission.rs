//! Permissions.

use adarga_core::{permission::covers, reason::Reason};

use crate::{
    memory::{adarga_view, pointer_mut},
    status::answer,
};

/// Says whether a granted permission covers a required one: equal, or the grant ends in `*` and what precedes it is a prefix. `reason`
/// becomes ADARGA_REASON_ALLOWED or ADARGA_REASON_PERMISSION_DENIED. Threads: any number. Failure: `reason` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_permission_covers(granted: adarga_view, required: adarga_view, reason: *mut u16) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let reason = pointer_mut(reason)?;
            *reason = 0;
            let covered = covers(granted.bytes()?, required.bytes()?);
            *reason = if covered { Reason::Allowed } else { Reason::PermissionDenied }.number();
        }
        Ok(())
    })
}
