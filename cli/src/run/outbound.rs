//! From the server to the client.

use std::io::Read;

use adarga_core::{
    Reason,
    frame::line_break,
    json::{self, Document},
    message::{Kind, Message},
    method::Method,
    reason::{Denial, Place},
    release::Released,
    write::Out,
};
use adarga_host::{data::Seed, memory::Memory, text::escaped};

use crate::{check::text::quoted, id::Id};

use super::{
    Shared,
    claims::cancelled,
    lines::{Heard, listen},
    lock,
    salvage::answered,
    tell_dropped,
};

/// Bytes of a place that is told.
const POINTER_MAX: usize = 256;
/// Characters of a name that is told.
const NAME_MAX: usize = 80;

/// Releases every line of the server until it ends.
pub(super) fn pump(shared: &Shared, server: impl Read) {
    let line_max = shared.settings.line_len();
    let edited = vec![0; shared.gate.released_max(line_max)];
    let mut outbound = Outbound { shared, memory: Memory::for_gate(&shared.gate), edited };
    listen(server, line_max, |heard| match heard {
        Heard::Line(line) => outbound.line(line),
        Heard::TooLong => tell_dropped("a line", "longer than `[stdio] line_max`"),
        Heard::Unfinished => tell_dropped("the last line", "it has no end"),
    });
}

/// Why an answer is not released, and where in it; of a tool also its name.
fn told(denial: Denial, document: Document<'_>) -> String {
    let Place::Node(index) = denial.place else { return denial.reason.to_string() };
    let mut pointer = [0; POINTER_MAX];
    let mut out = Out::new(&mut pointer);
    json::write_pointer(document, index, &mut out);
    let place = out.finish().map_or(String::new(), |pointer| format!(" at {}", escaped(&String::from_utf8_lossy(pointer))));
    let tool = document.value(index).filter(|_| denial.reason == Reason::ReleasePin);
    let name = tool.and_then(|tool| tool.get(b"name")?.text());
    let name = name.map_or(String::new(), |name| format!(", {}", quoted(&String::from_utf8_lossy(name), NAME_MAX)));
    format!("{}{place}{name}", denial.reason)
}

struct Outbound<'s> {
    shared: &'s Shared,
    memory: Memory,
    edited: Vec<u8>,
}

impl Outbound<'_> {
    fn line(&mut self, line: &[u8]) {
        if let Some(recorder) = &self.shared.recorder {
            recorder.to_client(line);
        }
        if line_break(line).is_some() {
            tell_dropped("a message", "a line break inside");
            self.unreadable(line, |shared, bytes| shared.client.line(bytes));
        } else if line.trim_ascii_start().starts_with(b"[") {
            self.batch(line);
        } else {
            self.message(line, |shared, bytes| shared.client.line(bytes));
        }
    }

    /// Releases the messages of a batch (2025-03-26) one by one, and sends on what remains of it.
    fn batch(&mut self, line: &[u8]) {
        let session = lock(&self.shared.session).clone();
        let items: Vec<Vec<u8>> = {
            let mut scratch = self.memory.scratch();
            match self.shared.gate.read(line, &mut scratch, Some(&session)) {
                Ok(reading) => reading.document(line, &scratch).root().elements().map(|item| item.raw().to_vec()).collect(),
                Err(denial) => return tell_dropped("a batch", denial.reason.name()),
            }
        };
        let mut released: Vec<Vec<u8>> = Vec::new();
        for item in &items {
            self.message(item, |_, bytes| released.push(bytes.to_vec()));
        }
        if !released.is_empty() {
            self.shared.client.line(&[b"[".as_slice(), &released.join(&b','), b"]"].concat());
        }
    }

    /// Judges one message and hands what may go out to `pass`.
    fn message(&mut self, bytes: &[u8], mut pass: impl FnMut(&Shared, &[u8])) {
        let shared = self.shared;
        let Ok(seed) = shared.data.as_ref().map(|_| Seed::draw()).transpose() else {
            tell_dropped("a message", "the system has no random bytes to seal it with");
            return self.unreadable(bytes, pass);
        };
        // nobody here knows whose record an answer is
        let protection = shared.data.as_ref().zip(seed.as_ref()).map(|(keys, seed)| keys.protection(seed, b""));
        let protection = protection.unwrap_or_default();
        let gate = shared.gate.protected(&protection);
        let (mut scratch, mut checks) = self.memory.for_answers();
        let mut session = lock(&shared.session);
        let reading = match gate.read(bytes, &mut scratch, Some(&session)) {
            Ok(reading) => reading,
            Err(denial) => {
                drop(session);
                tell_dropped("a message", denial.reason.name());
                return self.unreadable(bytes, pass);
            }
        };
        let document = reading.document(bytes, &scratch);
        let id = reading.message().id(document).and_then(Id::read);
        match (reading.message().kind(), id) {
            (Kind::Request, Some(id)) if !lock(&shared.flight).ask(&id) => {
                return tell_dropped("a request", "its id is in use");
            }
            (Kind::Response, Some(id)) => {
                let landed = lock(&shared.flight).land(&id);
                let Some(ticket) = landed else {
                    return tell_dropped("an answer", "no open request has its id");
                };
                gate.settle(&ticket, document, &mut session);
                drop(session);
                let released = gate.release(&ticket, &reading, bytes, &mut scratch, checks.as_mut(), &mut self.edited);
                let reason = match &released {
                    Ok(Released::Unchanged | Released::Edited(_)) => Reason::Allowed,
                    Ok(Released::Denied(denial)) => denial.reason,
                    Err(_) => Reason::ReleaseMessage,
                };
                if !shared.answered(&ticket, reason) {
                    return self.refuse(&ticket, Reason::HostAudit, pass);
                }
                return match released {
                    Ok(Released::Unchanged) => pass(shared, bytes),
                    Ok(Released::Edited(edited)) => pass(shared, edited),
                    Ok(Released::Denied(denial)) => {
                        tell_dropped("an answer", &told(denial, reading.document(bytes, &scratch)));
                        self.refuse(&ticket, denial.reason, pass);
                    }
                    Err(fault) => {
                        tell_dropped("an answer", fault.text());
                        self.refuse(&ticket, Reason::ReleaseMessage, pass);
                    }
                };
            }
            (Kind::Notification, _) if reading.message().method() == Some(Method::Cancelled) => {
                if let Some(id) = cancelled(document.root()) {
                    lock(&shared.flight).withdraw(&id);
                }
            }
            _ => {}
        }
        drop(session);
        let message = reading.message();
        match gate.release_own(&reading, bytes, &mut scratch, &mut self.edited) {
            Ok(Released::Unchanged) => pass(shared, bytes),
            Ok(Released::Edited(edited)) => pass(shared, edited),
            Ok(Released::Denied(denial)) => self.reject(&message, bytes, denial.reason),
            Err(fault) => tell_dropped("a message", fault.text()),
        }
    }

    /// A message of the server's own does not reach the client; a request is answered by an error.
    fn reject(&mut self, message: &Message, bytes: &[u8], reason: Reason) {
        tell_dropped("a message", reason.name());
        if message.kind() != Kind::Request {
            return;
        }
        let (mut scratch, reply) = self.memory.parts();
        let Ok(parsed) = json::parse(bytes, self.shared.gate.policy().limits(false), &mut scratch) else { return };
        let document = Document::new(bytes, &scratch, parsed);
        if let Some(id) = message.id(document).and_then(Id::read) {
            lock(&self.shared.flight).withdraw(&id);
        }
        if let Ok(error) = self.shared.gate.rejection(message, document, reason, reply) {
            self.shared.server.line(error);
        }
    }

    /// Answers the request that an answer belongs to which nobody may read.
    fn unreadable(&mut self, bytes: &[u8], pass: impl FnMut(&Shared, &[u8])) {
        let landed = answered(bytes).and_then(|id| lock(&self.shared.flight).land(&id));
        if let Some(ticket) = landed {
            self.shared.never_began(&ticket);
            self.shared.answered(&ticket, Reason::ReleaseMessage);
            self.refuse(&ticket, Reason::ReleaseMessage, pass);
        }
    }

    /// The request is answered by an error instead.
    fn refuse(&mut self, ticket: &adarga_core::Ticket, reason: Reason, mut pass: impl FnMut(&Shared, &[u8])) {
        let shared = self.shared;
        if let Ok(reply) = shared.gate.refusal(ticket, reason, &mut self.memory.reply) {
            pass(shared, reply);
        }
    }
}
