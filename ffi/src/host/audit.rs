//! Whether an audit trail is whole.

use std::sync::{Mutex, MutexGuard, TryLockError};

use adarga_core::audit::StartKey;
use adarga_host::audit::{Finding, Summary, Verification};

use crate::{
    grow::{deny, grows},
    host::{give, given, take_back},
    memory::{adarga_view, pointer_mut},
    status::{ADARGA_ERROR_ABSENT, ADARGA_ERROR_BUSY, ADARGA_ERROR_STATE, ADARGA_ERROR_VALUE, Status, answer},
};

/// Bytes of the start key of a trail.
pub const ADARGA_AUDIT_KEY_LEN: usize = 32;
const _: () = assert!(ADARGA_AUDIT_KEY_LEN == adarga_core::audit::KEY_LEN);

/// Chains may begin anywhere, and whole ones may be absent: files before these were removed.
pub const ADARGA_AUDIT_PARTIAL: u32 = 1;

/// An audit trail that is verified, line by line.
pub struct adarga_audit {
    state: Mutex<State>,
}

enum State {
    Reading(Box<Verification>),
    Done(Summary),
}

/// What a trail was found to be. Zeroes are nothing that was verified.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_audit_summary {
    /// sizeof(adarga_audit_summary).
    pub size: u32,
    /// Not 0: nothing is wrong, or nothing but a last line that was not written to its end.
    pub whole: u32,
    /// How much is wrong in all.
    pub wrong: u64,
    /// Of how much `adarga_audit_finding` says what it is: of the first thousand.
    pub findings: u64,
    /// Lines that are genuine and where they belong.
    pub genuine: u64,
    /// Lines that were torn, and told apart from tampering by the line behind them.
    pub torn: u64,
    /// Lines that could not be written, by what chains say of themselves.
    pub lost: u64,
}

/// Something wrong with a trail.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_audit_finding {
    /// sizeof(adarga_audit_finding).
    pub size: u32,
    /// An ADARGA_REASON_AUDIT_….
    pub reason: u16,
    /// Whether `line` is known: not for what is not there.
    pub line_known: u16,
    /// The index of the line among all that were given, from 0.
    pub line: u64,
}
grows!(adarga_audit_summary adarga_audit_finding);

impl adarga_audit {
    /// The state, for this call alone. After a panic it is not to be trusted any more.
    fn lock(&self) -> Result<MutexGuard<'_, State>, Status> {
        self.state.try_lock().map_err(|error| {
            Status(match error {
                TryLockError::WouldBlock => ADARGA_ERROR_BUSY,
                TryLockError::Poisoned(_) => ADARGA_ERROR_STATE,
            })
        })
    }
}

/// Begins to verify an audit trail. `key` are the ADARGA_AUDIT_KEY_LEN bytes of the start key that was moved `number` times: that of the
/// first chain of the trail, or of an older one. `flags` are 0 or ADARGA_AUDIT_PARTIAL.
///
/// Owner: `*audit` is the caller's until `adarga_audit_close`, which overwrites the key. Failure: `*audit` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_audit_open(number: u32, key: adarga_view, flags: u32, audit: *mut *mut adarga_audit) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            *pointer_mut(audit)? = std::ptr::null_mut();
            let verification = Verification::new(StartKey::new(number, *key.array()?));
            let verification = match flags {
                0 => verification,
                ADARGA_AUDIT_PARTIAL => verification.partial(),
                _ => return Err(Status(ADARGA_ERROR_VALUE)),
            };
            give(audit, adarga_audit { state: Mutex::new(State::Reading(Box::new(verification))) })
        }
    })
}

/// Takes the next line of the trail, without its line feed: what is wrong with it is said in the end, since a later line may explain it.
/// Threads: one at a time. Failure: the line was not taken; ADARGA_ERROR_STATE after `adarga_audit_end`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_audit_line(audit: *mut adarga_audit, line: adarga_view) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let (audit, line) = unsafe { (given(audit)?, line.bytes()?) };
        match &mut *audit.lock()? {
            State::Reading(verification) => verification.line(line),
            State::Done(_) => return Err(Status(ADARGA_ERROR_STATE)),
        }
        Ok(())
    })
}

/// Ends the trail. `rest` is what stands behind its last line feed: nothing, in a file that is whole. Threads: one at a time.
/// Failure: `summary` is not whole; ADARGA_ERROR_STATE when the trail was ended before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_audit_end(
    audit: *mut adarga_audit,
    rest: adarga_view,
    summary: *mut adarga_audit_summary,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let (out, audit, rest) = unsafe { (deny(summary)?, given(audit)?, rest.bytes()?) };
        let mut state = audit.lock()?;
        let State::Reading(verification) = &mut *state else { return Err(Status(ADARGA_ERROR_STATE)) };
        verification.end_of_file(rest);
        let State::Reading(verification) = std::mem::replace(&mut *state, State::Done(Summary::default())) else {
            return Err(Status(ADARGA_ERROR_STATE));
        };
        let found = verification.finish();
        out.write(&adarga_audit_summary {
            whole: found.is_whole().into(),
            wrong: found.wrong,
            findings: u64::try_from(found.findings.len()).unwrap_or(u64::MAX),
            genuine: found.genuine,
            torn: found.torn,
            lost: found.lost,
            ..Default::default()
        });
        *state = State::Done(found);
        Ok(())
    })
}

/// Says the `index`th thing that is wrong with a trail that was ended: by their lines, what is not there last. Threads:
/// one at a time. Failure: ADARGA_ERROR_ABSENT behind the last one, ADARGA_ERROR_STATE before `adarga_audit_end`; `finding` is zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_audit_finding_at(
    audit: *const adarga_audit,
    index: usize,
    finding: *mut adarga_audit_finding,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let (out, audit) = unsafe { (deny(finding)?, given(audit)?) };
        match &*audit.lock()? {
            State::Reading(_) => return Err(Status(ADARGA_ERROR_STATE)),
            State::Done(summary) => {
                let Finding { line, fault } = summary.findings.get(index).ok_or(Status(ADARGA_ERROR_ABSENT))?;
                out.write(&adarga_audit_finding {
                    reason: fault.reason().number(),
                    line_known: line.is_some().into(),
                    line: line.unwrap_or_default(),
                    ..Default::default()
                });
            }
        }
        Ok(())
    })
}

/// Gives it back. NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_audit_close(audit: *mut adarga_audit) {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe { take_back(audit) };
        Ok(())
    });
}
