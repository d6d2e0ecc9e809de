//! What texts look like that somebody injects.

use adarga_core::{
    reason::Reason,
    threat::{Kinds, scan},
};

use crate::{
    memory::{adarga_view, pointer_mut},
    status::{ADARGA_ERROR_VALUE, Status, answer},
};

/// A part of an SQL statement that breaks out of its place (CWE-89), or of a query of another database.
pub const ADARGA_THREAT_SQL: u32 = 1;
/// Markup or script that a browser would run (CWE-79).
pub const ADARGA_THREAT_HTML: u32 = 2;
/// A command of a shell, or code that calls one (CWE-78).
pub const ADARGA_THREAT_SHELL: u32 = 4;
/// A path out of its folder, to what systems keep for themselves, or through a wrapper (CWE-22, CWE-98).
pub const ADARGA_THREAT_TRAVERSAL: u32 = 8;
const _: () = assert!(
    ADARGA_THREAT_SQL == Kinds::SQL.bits() as u32
        && ADARGA_THREAT_HTML == Kinds::HTML.bits() as u32
        && ADARGA_THREAT_SHELL == Kinds::SHELL.bits() as u32
        && ADARGA_THREAT_TRAVERSAL == Kinds::TRAVERSAL.bits() as u32
);

/// Says what a decoded text looks like, such as the value of a JSON string; it need not be UTF-8. `*threats` becomes the
/// ADARGA_THREAT_… bits, and `reason` ADARGA_REASON_ALLOWED or, for the first of them, an ADARGA_REASON_THREAT_…. Looks, not proof.
/// Threads: any number. Failure: both are 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_threat_scan(text: adarga_view, threats: *mut u32, reason: *mut u16) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let (threats, reason) = (pointer_mut(threats)?, pointer_mut(reason)?);
            (*threats, *reason) = (0, 0);
            let kinds = scan(text.bytes()?);
            *threats = kinds.bits().into();
            *reason = kinds.reason().unwrap_or(Reason::Allowed).number();
        }
        Ok(())
    })
}

/// The name of one ADARGA_THREAT_… bit, such as `sql`, in static memory, without a NUL. Threads: any number. Failure: absent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_threat_name(threat: u32, name: *mut adarga_view) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let name = unsafe { pointer_mut(name)? };
        *name = adarga_view::NONE;
        let mut named = Kinds::NAMED.iter().filter(|(kind, ..)| u32::from(kind.bits()) == threat);
        let (_, found, _) = named.next().ok_or(Status(ADARGA_ERROR_VALUE))?;
        *name = adarga_view::of(found.as_bytes());
        Ok(())
    })
}
