//! An audit trail that is written.

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use adarga_core::{
    Reason,
    audit::{Entry, Event, List, pack},
};
use adarga_host::audit::{AuditError, Circumstances, Settings, Trail, key};

use crate::{
    decide::{Held, adarga_machine},
    gate::adarga_gate,
    grow::{grows, read},
    host::{explain, give, given, no_error, take_back},
    memory::{adarga_output, adarga_view, list, pointer_mut, share},
    release::adarga_ticket,
    status::{ADARGA_ERROR_ABSENT, ADARGA_ERROR_STATE, ADARGA_ERROR_VALUE, Status, answer},
    work::adarga_work,
};

/// A message was judged.
pub const ADARGA_EVENT_DECISION: u32 = 3;
/// A caller showed who they are, or could not.
pub const ADARGA_EVENT_AUTHENTICATION: u32 = 4;
/// An answer of the server was judged.
pub const ADARGA_EVENT_RELEASE: u32 = 5;
/// A policy, keys or a list of revocations came into force.
pub const ADARGA_EVENT_CONFIGURATION: u32 = 6;

/// Most roles, and most permissions, of one event.
pub const ADARGA_EVENT_LIST_MAX: usize = 256;

/// The audit trail that a process writes, as `[audit]` of its policy asks. Threads share it.
pub struct adarga_trail {
    trail: Trail,
    /// Who may write to it: the chain of a process goes on in no other.
    process: u32,
    kept: Mutex<Kept>,
}

/// When what is due was done last.
struct Kept {
    synced: Instant,
    told: Instant,
}

/// What happened. Texts that are absent and numbers that are not known are left out of the line; a text of more than 256 bytes, or that is
/// not UTF-8, stands in it as its length and hash.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_event {
    /// sizeof(adarga_event).
    pub size: u32,
    /// An ADARGA_EVENT_…; the library writes the others itself.
    pub event: u32,
    /// Unix milliseconds.
    pub time_ms: u64,
    /// Not 0: it was allowed, or succeeded.
    pub success: u32,
    /// An ADARGA_REASON_…, or 0.
    pub reason: u32,
    /// The culprit, a JSON Pointer.
    pub pointer: adarga_view,
    /// The id of the request, as JSON.
    pub request: adarga_view,
    /// The method.
    pub method: adarga_view,
    /// The name of the tool or prompt, or the URI of the resource.
    pub target: adarga_view,
    /// Who called.
    pub subject: adarga_view,
    /// The names of their roles.
    pub roles: *const adarga_view,
    /// How many there are, at most ADARGA_EVENT_LIST_MAX.
    pub role_count: usize,
    /// The permissions that a token gave them.
    pub permissions: *const adarga_view,
    /// How many there are, at most ADARGA_EVENT_LIST_MAX.
    pub permission_count: usize,
    /// The arguments of the call: only a keyed hash of them gets into the line, where the policy wants that.
    pub arguments: adarga_view,
    /// How long it took, where `duration_known` is not 0.
    pub duration_us: u64,
    /// Whether `duration_us` is known.
    pub duration_known: u32,
    /// 0.
    pub reserved: u32,
    /// From which machine.
    pub peer: adarga_view,
    /// What the client says of itself.
    pub agent: adarga_view,
    /// What else there is to say.
    pub note: adarga_view,
}
grows!(adarga_event);

impl adarga_event {
    unsafe fn circumstances<'c>(&self) -> Result<Circumstances<'c>, Status> {
        // SAFETY: as the caller's
        let (peer, agent) = unsafe { (self.peer.bytes()?, self.agent.bytes()?) };
        let duration_us = (self.duration_known != 0).then_some(self.duration_us);
        Ok(Circumstances { time_ms: self.time_ms, duration_us, peer, agent })
    }
}

/// How often the syslog is told which line is the last.
const TELL: Duration = Duration::from_secs(60);

fn now_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}

/// Texts of the caller, packed into `memory`; a list beyond a kilobyte stands in the line as its hash.
unsafe fn packed(from: *const adarga_view, count: usize, memory: &mut Vec<u8>) -> Result<List<'_>, Status> {
    if count > ADARGA_EVENT_LIST_MAX {
        return Err(Status(ADARGA_ERROR_VALUE));
    }
    // SAFETY: as the caller's
    let views: &[adarga_view] = unsafe { list(from, count)? };
    // SAFETY: as the caller's
    let texts = views.iter().map(|view| unsafe { view.bytes() }).collect::<Result<Vec<_>, _>>()?;
    memory.resize(texts.iter().map(|text| text.len().saturating_add(2)).fold(0, usize::saturating_add), 0);
    Ok(pack(texts, memory)?)
}

/// Makes the key file of an audit trail, which nobody but its owner may read. Keep a copy elsewhere before the first process takes it: the
/// trail is verified with that. `error` may be NULL. Failure: ADARGA_ERROR_DOCUMENT when there is a file, or none can be made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_trail_key(file: adarga_view, error: *mut adarga_output) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            no_error(error)?;
            key::make(Path::new(file.text()?)).map_err(|what| explain(error, &what))
        }
    })
}

/// Opens the audit trail that `[audit]` of a policy asks for, and writes its first lines: the start of a chain, and by which policy it is.
/// `note` stands in the first, such as the name of the program. `error` may be NULL.
///
/// One process, one trail: a process that forks opens it afterwards, in each child, and does not close the one of its parent. Owner:
/// `*trail` is the caller's until `adarga_trail_close`. Failure: `*trail` is NULL; ADARGA_ERROR_ABSENT when the policy asks for none, with
/// ADARGA_ERROR_DOCUMENT `error` says what is wrong with the file or the key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_trail_open(
    gate: *const adarga_gate,
    note: adarga_view,
    trail: *mut *mut adarga_trail,
    error: *mut adarga_output,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            *pointer_mut(trail)? = std::ptr::null_mut();
            no_error(error)?;
            let (gate, note, now) = (share(gate)?, note.text()?, now_ms());
            let settings = Settings::from_image(gate.image()).map_err(|what| explain(error, &what))?;
            let settings = settings.ok_or(Status(ADARGA_ERROR_ABSENT))?;
            let opened = Trail::open(settings, gate.policy().name.as_str(), note, now).map_err(|what| explain(error, &what))?;
            let digest: String = gate.image().digest().iter().map(|byte| format!("{byte:02x}")).collect();
            let policy = format!("policy {digest}");
            let entry = Entry { success: true, note: policy.as_bytes(), ..Entry::new(Event::Configuration, now) };
            opened.write(&entry).map_err(|what| explain(error, &what))?;
            let now = Instant::now();
            let kept = Mutex::new(Kept { synced: now, told: now });
            give(trail, adarga_trail { trail: opened, process: std::process::id(), kept })
        }
    })
}

/// Writes a line. When it returns ADARGA_OK the line is in the file, and on the disk if the policy wants that of every line; `error` may
/// be NULL.
///
/// Threads: any number. Failure: what it tells of must not happen. ADARGA_ERROR_STATE in a process that did not open the trail.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_trail_write(
    trail: *const adarga_trail,
    event: *const adarga_event,
    error: *mut adarga_output,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            no_error(error)?;
            let (trail, event) = (given(trail)?, read(event)?);
            trail.own()?;
            let kind = match event.event {
                ADARGA_EVENT_DECISION => Event::Decision,
                ADARGA_EVENT_AUTHENTICATION => Event::Authentication,
                ADARGA_EVENT_RELEASE => Event::Release,
                ADARGA_EVENT_CONFIGURATION => Event::Configuration,
                _ => return Err(Status(ADARGA_ERROR_VALUE)),
            };
            let reason = match u16::try_from(event.reason) {
                Ok(0) => "",
                Ok(number) => Reason::from_number(number).ok_or(Status(ADARGA_ERROR_VALUE))?.name(),
                Err(_) => return Err(Status(ADARGA_ERROR_VALUE)),
            };
            let (mut roles, mut permissions) = (Vec::new(), Vec::new());
            let entry = Entry {
                success: event.success != 0,
                reason: reason.as_bytes(),
                pointer: event.pointer.bytes()?,
                request: event.request.bytes()?,
                method: event.method.bytes()?,
                target: event.target.bytes()?,
                subject: event.subject.bytes()?,
                roles: packed(event.roles, event.role_count, &mut roles)?,
                permissions: packed(event.permissions, event.permission_count, &mut permissions)?,
                arguments: event.arguments.present()?.and_then(|arguments| trail.trail.digest(arguments)),
                duration_us: (event.duration_known != 0).then_some(event.duration_us),
                peer: event.peer.bytes()?,
                agent: event.agent.bytes()?,
                note: event.note.bytes()?,
                ..Entry::new(kind, event.time_ms)
            };
            trail.trail.write(&entry).map_err(|what| explain(error, &what))
        }
    })
}

/// Writes one line for each message of a decision, before they go on: what was asked, by whom, and why it was allowed or denied. `machine`,
/// `body` and `work` are those of the decision, whose scratch memory was not used since. Of `event` the time, the duration, the peer and
/// the agent count; the decision says the rest. `error` may be NULL.
///
/// Threads: one for each machine and work. Failure: as `adarga_trail_write`, and what was allowed must not happen.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_trail_decided(
    trail: *const adarga_trail,
    gate: *const adarga_gate,
    machine: *mut adarga_machine,
    body: adarga_view,
    work: *const adarga_work,
    event: *const adarga_event,
    error: *mut adarga_output,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            no_error(error)?;
            let (trail, event) = (given(trail)?, read(event)?);
            trail.own()?;
            let Held { gate, machine, lent } = Held::of(gate, machine, work)?;
            lent.apart(body)?;
            let decision = machine.decision();
            let document = decision.document(body.bytes()?, &lent.scratch);
            let seen = event.circumstances()?;
            trail.trail.decided(gate, decision, document, None, &seen).map_err(|what| explain(error, &what))
        }
    })
}

/// Writes how the answer to a request was judged, before it goes out: `reason` as of `adarga_released` or `adarga_read_result`. Of `event` the
/// time, the peer and the agent count. `error` may be NULL. Threads: any number. Failure: as `adarga_trail_write`, and the answer must not
/// go out.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_trail_released(
    trail: *const adarga_trail,
    ticket: *const adarga_ticket,
    reason: u16,
    event: *const adarga_event,
    error: *mut adarga_output,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            no_error(error)?;
            let (trail, ticket, event) = (given(trail)?, share(ticket)?, read(event)?);
            trail.own()?;
            let reason = Reason::from_number(reason).ok_or(Status(ADARGA_ERROR_VALUE))?;
            let seen = event.circumstances()?;
            trail.trail.released(ticket, reason, &seen).map_err(|what| explain(error, &what))
        }
    })
}

/// Does what is due: forces lines to the disk as often as the policy wants it, and tells the syslog the last one, at most once a minute. It
/// costs nothing when nothing is due; call it after each request, or from a timer. `error` may be NULL.
///
/// Threads: any number. Failure: all lines are in the file; a person should learn what `error` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_trail_keep(trail: *const adarga_trail, error: *mut adarga_output) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            no_error(error)?;
            let trail = given(trail)?;
            trail.own()?;
            trail.keep().map_err(|what| explain(error, &what))
        }
    })
}

/// Writes the last line and gives the trail back, whose key is overwritten. NULL is nothing, and so is the trail of another process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_trail_close(trail: *mut adarga_trail) {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            // the chain is the parent's, which writes its end
            if !trail.is_null() && given(trail)?.own().is_ok() {
                take_back(trail);
            }
        }
        Ok(())
    });
}

impl adarga_trail {
    /// That this process opened it: a chain that two go on with would look as if it had been tampered with.
    fn own(&self) -> Result<(), Status> {
        if self.process == std::process::id() { Ok(()) } else { Err(Status(ADARGA_ERROR_STATE)) }
    }

    fn keep(&self) -> Result<(), AuditError> {
        let now = Instant::now();
        // what panicked left two times behind, of which any is as good
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut done = Ok(());
        if self.trail.interval().is_some_and(|interval| now.duration_since(kept.synced) >= interval) {
            kept.synced = now;
            done = self.trail.sync();
        }
        if now.duration_since(kept.told) >= TELL {
            kept.told = now;
            done = done.and(self.trail.tell_head(now_ms()));
        }
        done
    }
}
