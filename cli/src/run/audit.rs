//! The audit trail of a session: what each line of it says.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use adarga_core::{
    Decision, Gate, Reason, Ticket,
    audit::{Entry, Event, pack},
    json::{Document, Kind, Value},
    message::write_place,
    reason::Place,
    write::Out,
};
use adarga_host::audit::{Settings, Trail};

use crate::{Failure, complain};

use super::Shared;
use crate::date::now_ms;

/// Room for the JSON Pointer of a culprit; a longer one is left out.
const POINTER_MAX: usize = 4096;
/// How often the syslog is told which line is the last.
const TELL: Duration = Duration::from_secs(60);
/// Room for the roles, and the permissions, of one caller.
const LIST_ROOM: usize = 64 << 10;

/// The trail, and whether a person was told that it can't be written.
pub(super) struct Audit {
    trail: Trail,
    failed: AtomicBool,
}

impl Audit {
    /// Opens the trail that a policy asks for.
    pub(super) fn open(gate: &Gate<'_>) -> Result<Option<Self>, Failure> {
        let Some(settings) = Settings::from_image(gate.image())? else { return Ok(None) };
        let policy: String = gate.image().digest().iter().map(|byte| format!("{byte:02x}")).collect();
        let note = format!("process {}", std::process::id());
        let trail = Trail::open(settings, gate.policy().name.as_str(), &note, now_ms())?;
        let note = format!("policy {policy}");
        trail.write(&Entry { success: true, note: note.as_bytes(), ..Entry::new(Event::Configuration, now_ms()) })?;
        Ok(Some(Self { trail, failed: AtomicBool::new(false) }))
    }

    /// Forces lines to the disk as often as the policy wants it, and tells the syslog the last one.
    pub(super) fn keep(shared: &'static Shared) {
        let Some(audit) = &shared.trail else { return };
        let pause = audit.trail.interval().unwrap_or(TELL).min(TELL);
        thread::spawn(move || {
            let mut told = Instant::now();
            loop {
                thread::sleep(pause);
                let mut done = if audit.trail.interval().is_some() { audit.trail.sync() } else { Ok(()) };
                if told.elapsed() >= TELL {
                    told = Instant::now();
                    done = done.and(audit.trail.tell_head(now_ms()));
                }
                if let Err(error) = done {
                    audit.tell(&error);
                }
            }
        });
    }

    /// Writes the last line.
    pub(super) fn close(&self) {
        if let Err(error) = self.trail.close(now_ms()) {
            complain(&error);
        }
    }

    /// Writes one line for each message of a decision; `denied` is why it is after all. False when what was allowed must not happen.
    pub(super) fn decided(
        &self,
        gate: &Gate<'_>,
        decision: &Decision,
        document: Document<'_>,
        denied: Option<Reason>,
        now_ms: u64,
        started: Instant,
    ) -> bool {
        let root = document.root();
        let judged = denied.unwrap_or(decision.reason());
        let refused_caller = (2000..3000).contains(&judged.row().number);
        let (mut roles, mut permissions) = (vec![0; LIST_ROOM], vec![0; LIST_ROOM]);
        let identity = decision.identity();
        let policy = gate.policy();
        let names = identity.into_iter().flat_map(|identity| identity.roles()).filter_map(|&id| {
            let role = usize::try_from(id).ok().and_then(|id| policy.roles.get(id));
            role.map(|role| role.name.as_bytes())
        });
        let granted = identity.into_iter().flat_map(|identity| identity.scopes().into_iter().flatten().chain(identity.added()));
        let mut pointer = [0; POINTER_MAX];
        let note = match decision.place() {
            Place::Offset(at) => format!("at byte {at}"),
            _ if decision.observed() => "observed".to_owned(),
            _ => String::new(),
        };
        let base = Entry {
            success: denied.is_none(),
            reason: judged.name().as_bytes(),
            pointer: place(decision, document, &mut pointer),
            subject: identity.map_or(&b""[..], |identity| identity.subject().as_bytes()),
            roles: pack(names, &mut roles).unwrap_or_default(),
            permissions: pack(granted, &mut permissions).unwrap_or_default(),
            duration_us: u64::try_from(started.elapsed().as_micros()).ok(),
            peer: b"local",
            note: note.as_bytes(),
            ..Entry::new(if refused_caller { Event::Authentication } else { Event::Decision }, now_ms)
        };
        if root.kind() == Kind::Array && root.elements().next().is_some() {
            // the first that can't be written ends it: none of them goes on
            return root.elements().all(|message| self.put(&self.about(base, message)));
        }
        self.put(&self.about(base, root))
    }

    /// Writes how a request was answered; false when the answer must not go out.
    pub(super) fn released(&self, ticket: &Ticket, reason: Reason) -> bool {
        let now_ms = now_ms();
        self.put(&Entry {
            success: reason == Reason::Allowed,
            reason: reason.name().as_bytes(),
            request: ticket.id(),
            method: ticket.method().rule().map_or(&b""[..], |rule| rule.name.as_bytes()),
            subject: ticket.identity().map_or(&b""[..], |identity| identity.subject().as_bytes()),
            duration_us: now_ms.checked_sub(ticket.start_ms()).map(|ms| ms.saturating_mul(1000)),
            peer: b"local",
            ..Entry::new(Event::Release, now_ms)
        })
    }

    /// Writes that a message was refused before it was read.
    pub(super) fn unread(&self, reason: Reason) {
        self.put(&Entry { reason: reason.name().as_bytes(), peer: b"local", ..Entry::new(Event::Decision, now_ms()) });
    }

    /// What the message itself says.
    fn about<'e>(&self, base: Entry<'e>, message: Value<'e>) -> Entry<'e> {
        let params = message.get(b"params");
        let text = |value: Option<Value<'e>>| value.and_then(Value::text).unwrap_or_default();
        let arguments = params.and_then(|params| params.get(b"arguments"));
        Entry {
            request: message.get(b"id").map_or(&b""[..], Value::raw),
            method: text(message.get(b"method")),
            target: text(params.and_then(|params| params.get(b"name").or(params.get(b"uri")))),
            arguments: arguments.and_then(|arguments| self.trail.digest(arguments.raw())),
            ..base
        }
    }

    fn put(&self, entry: &Entry<'_>) -> bool {
        let written = self.trail.write(entry);
        match &written {
            Ok(()) => self.failed.store(false, Ordering::Relaxed),
            Err(error) => self.tell(error),
        }
        written.is_ok()
    }

    /// Tells a person, once until it works again.
    fn tell(&self, error: &dyn std::fmt::Display) {
        if !self.failed.swap(true, Ordering::Relaxed) {
            complain(&error);
        }
    }
}

fn place<'p>(decision: &Decision, document: Document<'_>, memory: &'p mut [u8]) -> &'p [u8] {
    let mut out = Out::new(memory);
    write_place(document, decision.place(), &mut out);
    out.finish().unwrap_or_default()
}
