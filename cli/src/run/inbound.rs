//! From the client to the server.

use std::{io::Read, time::Instant};

use adarga_core::{
    Call, Decision, Machine, Reason, Session, Ticket,
    arrival::Transport,
    json::{self, Document, Value},
    method::Method,
    verdict::REPLY_MAX,
};
use adarga_host::{
    memory::{Memory, describe_place},
    rates::RateMemory,
};

use crate::{complain, date::now_ms, id::Id};

use super::{
    Shared,
    claims::Claims,
    lines::{Heard, listen},
    lock,
};

/// Judges every line of the client until it ends, and counts calls in `rates`.
pub(super) fn pump(shared: &Shared, rates: Option<RateMemory>, client: impl Read) {
    let mut memory = Memory::for_gate(&shared.gate).counting(rates);
    if shared.token.is_some() {
        memory = memory.with_cache(1);
    }
    let mut inbound = Inbound { shared, memory, machine: Machine::new(), told: None };
    listen(client, shared.settings.line_len(), |heard| match heard {
        Heard::Line(line) => inbound.line(line),
        Heard::TooLong => inbound.dropped(),
        Heard::Unfinished => complain(&"the client ended in the middle of a line, which was dropped"),
    });
}

struct Inbound<'s> {
    shared: &'s Shared,
    memory: Memory,
    machine: Machine,
    /// What was told last of why callers can't be known.
    told: Option<String>,
}

impl Inbound<'_> {
    fn line(&mut self, line: &[u8]) {
        let shared = self.shared;
        let token = shared.token.as_ref().map(|token| token.as_bytes());
        let call = Call { token, ..Call::new(Transport::Stdio, now_ms()) };
        let started = Instant::now();
        let Some(decision) = self.decide(&call, line) else { return };
        let taken = if decision.allowed() { self.take_off(&decision, &call, line) } else { Err(decision.reason()) };
        let taken = self.audit(&decision, &call, line, taken, started);
        if let Some(recorder) = &shared.recorder {
            // before the server can answer it
            recorder.to_server(line, taken.err().unwrap_or(decision.reason()), call.now_ms);
        }
        if taken.is_ok() {
            shared.server.line(line);
        } else if !decision.allowed() {
            let reply = decision.reply(&self.memory.reply);
            if !reply.is_empty() {
                shared.client.line(reply);
            }
        }
        if decision.observed() {
            self.tell_observed(&decision, line);
        }
    }

    fn decide(&mut self, call: &Call<'_>, line: &[u8]) -> Option<Decision> {
        let Shared { gate, callers, session, .. } = self.shared;
        // not locked while an issuer is asked: the server's answers must not wait for it
        let before = lock(session).clone();
        let mut after = before.clone();
        let decided = callers.decide(gate, &mut self.machine, call, line, &mut self.memory, Some(&mut after));
        if after != before {
            *lock(session) = after;
        }
        match decided.cloned() {
            Ok(decision) => {
                self.tell_failures();
                Some(decision)
            }
            Err(fault) => {
                // the memory was sized by this policy; deny all the same
                complain(&fault);
                None
            }
        }
    }

    /// Tells a person, once, why keys, the revocation list or the store of limits are not what they should be.
    fn tell_failures(&mut self) {
        let callers = &self.shared.callers;
        let keys = callers.status().and_then(|status| status.failure).map(|failure| failure.error.to_string());
        let failure = keys.or_else(|| callers.revoked_failure()).or_else(|| callers.store_failure());
        if failure != self.told {
            if let Some(failure) = &failure {
                complain(failure);
            }
            self.told = failure;
        }
    }

    /// Enters the requests of an allowed line in the flight table, or answers them at once.
    fn take_off(&mut self, decision: &Decision, call: &Call<'_>, line: &[u8]) -> Result<(), Reason> {
        let shared = self.shared;
        let scratch = self.memory.scratch();
        let document = decision.document(line, &scratch);
        let tickets: Vec<Ticket> = {
            let session = lock(&shared.session);
            let ticket = |item| shared.gate.ticket(decision, call, Some(&session), document, item);
            (0..decision.items()).filter_map(ticket).collect()
        };
        let claims = resolve(shared, decision, call, document).and_then(|()| Claims::read(document.root()));
        let taken = claims.and_then(|claims| lock(&shared.flight).take_off(&claims, &tickets, Instant::now()));
        if let Err(reason) = taken {
            if decision.message().and_then(|message| message.method()) == Some(Method::Initialize) {
                // the server never saw it: the client may begin again
                *lock(&shared.session) = Session::new();
            }
            // what is wrong with a response or a cancellation is nothing that a request could help
            let claim = matches!(reason, Reason::MessageResponse | Reason::RouteCancelled);
            let reason = if claim { Reason::MessageSibling } else { reason };
            refuse(shared, &tickets, reason, document);
        }
        taken
    }

    /// Writes the verdict to the audit trail. When that can't be done, what was allowed is answered by an error after all.
    fn audit(
        &mut self,
        decision: &Decision,
        call: &Call<'_>,
        line: &[u8],
        taken: Result<(), Reason>,
        started: Instant,
    ) -> Result<(), Reason> {
        let shared = self.shared;
        let Some(trail) = &shared.trail else { return taken };
        let scratch = self.memory.scratch();
        let document = decision.document(line, &scratch);
        let written = trail.decided(&shared.gate, decision, document, taken.err(), call.now_ms, started);
        if written || taken.is_err() {
            return taken;
        }
        let session = lock(&shared.session).clone();
        let ticket = |item| shared.gate.ticket(decision, call, Some(&session), document, item);
        let tickets: Vec<Ticket> = (0..decision.items()).filter_map(ticket).collect();
        for ticket in &tickets {
            Id::raw(ticket.id()).and_then(|id| lock(&shared.flight).land(&id));
            shared.never_began(ticket);
        }
        refuse(shared, &tickets, Reason::HostAudit, document);
        Err(Reason::HostAudit)
    }

    fn dropped(&mut self) {
        let shared = self.shared;
        if let Some(trail) = &shared.trail {
            trail.unread(Reason::BodySize);
        }
        let session = lock(&shared.session);
        if let Ok(reply) = shared.gate.complaint(Reason::BodySize, Some(&session), &mut self.memory.reply) {
            shared.client.line(reply);
        }
    }

    fn tell_observed(&mut self, decision: &Decision, line: &[u8]) {
        let gate = &self.shared.gate;
        let entry = decision.message().and_then(|message| message.method()).and_then(Method::rule);
        let target = {
            let scratch = self.memory.scratch();
            let params = decision.document(line, &scratch).root().get(b"params");
            let name = params.and_then(|params| params.get(b"name").or(params.get(b"uri"))).and_then(Value::text);
            name.map(|name| String::from_utf8_lossy(name).escape_debug().to_string())
        };
        let pointer = describe_place(decision.place(), line, gate, &mut self.memory, false);
        let method = entry.map_or("message", |rule| rule.name);
        let target = target.map_or_else(String::new, |target| format!(" `{target}`"));
        let place = if pointer.is_empty() { pointer } else { format!(" at {}", pointer.escape_debug()) };
        complain(&format!("would deny {method}{target}: {}{place}", decision.reason()));
    }
}

/// Answers requests that do not reach the server.
fn refuse(shared: &Shared, tickets: &[Ticket], reason: Reason, document: Document<'_>) {
    let mut buffer = [0; REPLY_MAX];
    let errors: Vec<Vec<u8>> =
        tickets.iter().filter_map(|ticket| shared.gate.refusal(ticket, reason, &mut buffer).ok().map(<[u8]>::to_vec)).collect();
    let batch = document.root().kind() == json::Kind::Array;
    if !errors.is_empty() {
        shared.client.line(&if batch { [b"[".as_slice(), &errors.join(&b','), b"]"].concat() } else { errors.concat() });
    }
}

/// Resolves the paths of an allowed line: a link beneath a root may lead out of it.
fn resolve(shared: &Shared, decision: &Decision, call: &Call<'_>, document: Document<'_>) -> Result<(), Reason> {
    let Shared { gate, roots, session, .. } = shared;
    if roots.is_empty() {
        return Ok(());
    }
    // not locked while a file system is asked: the server's answers must not wait for it
    let session = lock(session).clone();
    let Err(refused) = roots.check(gate, decision, call, Some(&session), document) else { return Ok(()) };
    let observe = gate.policy().observe;
    // what the bytes alone say was told with the verdict
    if let Some(why) = refused.why {
        // the reason alone is the caller's; where a link leads is for who keeps the server
        let verb = if observe { "would deny" } else { "denied" };
        complain(&format!("{verb} a path, {}: {why}", refused.denial.reason));
    }
    if observe { Ok(()) } else { Err(refused.denial.reason) }
}
