//! The audit trail of a session: what each line of it says.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use adarga_core::{
    Decision, Gate, Reason, Ticket,
    audit::{Entry, Event},
    json::Document,
};
use adarga_host::audit::{AuditError, Circumstances, Settings, Trail};

use crate::{Failure, complain};

use super::Shared;
use crate::date::now_ms;

/// How often the syslog is told which line is the last.
const TELL: Duration = Duration::from_secs(60);
/// A client on this machine.
const LOCAL: Circumstances<'static> = Circumstances { time_ms: 0, duration_us: None, peer: b"local", agent: b"" };

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
        let duration_us = u64::try_from(started.elapsed().as_micros()).ok();
        let seen = Circumstances { time_ms: now_ms, duration_us, ..LOCAL };
        self.told(self.trail.decided(gate, decision, document, denied, &seen))
    }

    /// Writes how a request was answered; false when the answer must not go out.
    pub(super) fn released(&self, ticket: &Ticket, reason: Reason) -> bool {
        self.told(self.trail.released(ticket, reason, &Circumstances { time_ms: now_ms(), ..LOCAL }))
    }

    /// Writes that a message was refused before it was read.
    pub(super) fn unread(&self, reason: Reason) {
        let entry = Entry { reason: reason.name().as_bytes(), peer: LOCAL.peer, ..Entry::new(Event::Decision, now_ms()) };
        self.told(self.trail.write(&entry));
    }

    /// Whether a line was written; a person is told when it was not.
    fn told(&self, written: Result<(), AuditError>) -> bool {
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
