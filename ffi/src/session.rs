//! Legacy connections.

use adarga_core::{Session, capabilities::Capabilities};

use crate::{
    memory::{adarga_view, clear, lock, object, place, pointer_mut},
    reason::revision,
    status::answer,
};

/// The little that a legacy connection has to remember: one for each stdio connection or `Mcp-Session-Id`, in memory of the caller.
/// Zeroes are a connection on which nothing was said yet. It may be copied while no call uses it.
#[repr(C)]
pub struct adarga_session {
    opaque: [u64; 40],
}
object!(adarga_session, Session, b"ses0");

/// Makes `session` one that was initialized before under `revision`, such as 20251125, by `owner` (empty: by whoever comes
/// next). A subject longer than 255 bytes gives a session that has ended. Threads: one. Failure: `session` is a new one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_session_restore(session: *mut adarga_session, revision_: u32, owner: adarga_view) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            clear(session)?;
            place(session, Session::restored(revision(revision_)?, owner.text()?, Capabilities::NONE))
        }
    })
}

/// Gives the revision that was negotiated, such as 20251125, or 0 while there is none. Threads: one. Failure: 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_session_revision(session: *mut adarga_session, revision_: *mut u32) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let (out, session) = unsafe { (pointer_mut(revision_)?, lock(session, Some(Session::new))) };
        *out = 0;
        *out = session?.revision().map_or(0, crate::reason::number);
        Ok(())
    })
}

/// Ends the session: nothing may come any more. Threads: one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_session_end(session: *mut adarga_session) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe { lock(session, Some(Session::new))? }.end();
        Ok(())
    })
}
