//! What lines say of the work of a gate: one for each message of a decision, one for each answer.

use adarga_core::{
    Decision, Gate, Reason, Ticket,
    audit::{Entry, Event, pack},
    json::{Document, Kind, Value},
    message::write_place,
    reason::Place,
    write::Out,
};

use super::{error::AuditError, trail::Trail};

/// Room for the JSON Pointer of a culprit; a longer one is left out.
const POINTER_MAX: usize = 4096;

/// What only the host knows of a call.
#[derive(Clone, Copy, Debug, Default)]
pub struct Circumstances<'c> {
    /// When it came, or was answered, in Unix milliseconds.
    pub time_ms: u64,
    /// How long it took to judge it, or to answer it.
    pub duration_us: Option<u64>,
    /// From which machine.
    pub peer: &'c [u8],
    /// What the client says of itself.
    pub agent: &'c [u8],
}

impl Trail {
    /// Writes one line for each message of a decision; `denied` is why it is after all.
    ///
    /// # Errors
    /// As [`Trail::write`]: what was allowed must not happen, none of it.
    pub fn decided(
        &self,
        gate: &Gate<'_>,
        decision: &Decision,
        document: Document<'_>,
        denied: Option<Reason>,
        seen: &Circumstances<'_>,
    ) -> Result<(), AuditError> {
        let root = document.root();
        let judged = denied.unwrap_or(decision.reason());
        let refused_caller = (2000..3000).contains(&judged.row().number);
        let identity = decision.identity();
        let policy = gate.policy();
        let names = || {
            identity.into_iter().flat_map(|identity| identity.roles()).filter_map(|&id| {
                let role = usize::try_from(id).ok().and_then(|id| policy.roles.get(id));
                role.map(|role| role.name.as_bytes())
            })
        };
        let granted =
            || identity.into_iter().flat_map(|identity| identity.scopes().into_iter().flatten().chain(identity.added()));
        let (mut roles, mut permissions) = (room(names()), room(granted()));
        let mut pointer = [0; POINTER_MAX];
        let note = match decision.place() {
            Place::Offset(at) => format!("at byte {at}"),
            _ if decision.observed() => "observed".to_owned(),
            _ => String::new(),
        };
        let base = Entry {
            success: denied.is_none() && decision.allowed(),
            reason: judged.name().as_bytes(),
            pointer: place(decision, document, &mut pointer),
            subject: identity.map_or(&b""[..], |identity| identity.subject().as_bytes()),
            roles: pack(names(), &mut roles).unwrap_or_default(),
            permissions: pack(granted(), &mut permissions).unwrap_or_default(),
            duration_us: seen.duration_us,
            peer: seen.peer,
            agent: seen.agent,
            note: note.as_bytes(),
            ..Entry::new(if refused_caller { Event::Authentication } else { Event::Decision }, seen.time_ms)
        };
        if root.kind() == Kind::Array && root.elements().next().is_some() {
            // the first that can't be written ends it: none of them goes on
            return root.elements().try_for_each(|message| self.write(&self.about(base, message)));
        }
        self.write(&self.about(base, root))
    }

    /// Writes how the answer to a request was judged.
    ///
    /// # Errors
    /// As [`Trail::write`]: the answer must not go out.
    pub fn released(&self, ticket: &Ticket, reason: Reason, seen: &Circumstances<'_>) -> Result<(), AuditError> {
        self.write(&Entry {
            success: reason == Reason::Allowed,
            reason: reason.name().as_bytes(),
            request: ticket.id(),
            method: ticket.method().rule().map_or(&b""[..], |rule| rule.name.as_bytes()),
            subject: ticket.identity().map_or(&b""[..], |identity| identity.subject().as_bytes()),
            duration_us: seen.time_ms.checked_sub(ticket.start_ms()).map(|ms| ms.saturating_mul(1000)),
            peer: seen.peer,
            agent: seen.agent,
            ..Entry::new(Event::Release, seen.time_ms)
        })
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
            arguments: arguments.and_then(|arguments| self.digest(arguments.raw())),
            ..base
        }
    }
}

/// Memory that a list is packed in.
fn room<'t>(items: impl Iterator<Item = &'t [u8]>) -> Vec<u8> {
    vec![0; items.map(|item| item.len().saturating_add(2)).fold(0, usize::saturating_add)]
}

fn place<'p>(decision: &Decision, document: Document<'_>, memory: &'p mut [u8]) -> &'p [u8] {
    let mut out = Out::new(memory);
    write_place(document, decision.place(), &mut out);
    out.finish().unwrap_or_default()
}
