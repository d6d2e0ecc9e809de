//! Judges one recorded message after another, with what the messages before it left behind: sessions and open requests.
//!
//! Only policy and protocol decide here. Invariant: what a line expects never changes its own verdict.

use adarga_core::{
    Call, Decision, Fault, Gate, Reason, Scratch, Session,
    arrival::{Header, Http, Transport},
    identity::{Asserted, LOCAL},
    json::{self, Document, Value},
    message::Kind as MessageKind,
    method::Method,
    reason::{Denial, Place},
    release::Released,
};
use adarga_host::{
    keys::KeyImage,
    memory::{Memory, describe_place},
};

use crate::{
    id::Id,
    run::{
        claims::{Claims, cancelled, messages},
        salvage::answered,
    },
    session::{Direction, Line, Wire},
};

use super::{
    connection::Connections,
    lines::Recorded,
    requests::{Open, Requests},
    row::{Row, Subject, Verdict, is_met, is_of_host},
    rule,
};

/// A verdict and what it rests on.
struct Finding {
    verdict: Verdict,
    reason: Reason,
    place: Place,
    subject: Subject,
    status: Option<u16>,
    rule: Option<String>,
}

impl Finding {
    const fn passed(verdict: Verdict, subject: Subject) -> Self {
        Self { verdict, reason: Reason::Allowed, place: Place::Nowhere, subject, status: None, rule: None }
    }

    fn released(released: Released<'_>, subject: Subject) -> Self {
        match released {
            Released::Unchanged => Self::passed(Verdict::Allow, subject),
            Released::Edited(_) => Self::passed(Verdict::Edit, subject),
            Released::Denied(denial) => Self::denied(denial, subject),
        }
    }

    const fn denied(denial: Denial, subject: Subject) -> Self {
        Self { verdict: Verdict::Deny, reason: denial.reason, place: denial.place, subject, status: None, rule: None }
    }
}

/// Judges the messages of one recording.
#[derive(Debug)]
pub(super) struct Judge<'g> {
    gate: Gate<'g>,
    keys: Option<&'g KeyImage>,
    timeout_ms: u64,
    explains: bool,
    memory: Memory,
    out: Vec<u8>,
    connections: Connections,
    requests: Requests,
}

impl<'g> Judge<'g> {
    /// A judge who has seen nothing yet. Tokens are verified with `keys`; on stdio an answer that took longer than `timeout_ms` came
    /// too late.
    pub(super) fn new(gate: Gate<'g>, keys: Option<&'g KeyImage>, timeout_ms: u64) -> Self {
        Self {
            gate,
            keys,
            timeout_ms,
            explains: false,
            memory: Memory::for_gate(&gate).with_rates(&gate),
            out: Vec::new(),
            connections: Connections::new(),
            requests: Requests::new(),
        }
    }

    /// The same judge, who also says which rule each denial rests on.
    pub(super) const fn explaining(mut self, explains: bool) -> Self {
        self.explains = explains;
        self
    }

    /// Judges a message.
    ///
    /// # Errors
    /// None in practice: the memory is as large as the policy asks for.
    pub(super) fn judge(&mut self, recorded: &Recorded) -> Result<Row, Fault> {
        let line = &recorded.line;
        let finding = match line.dir {
            Direction::ToServer => self.client_says(recorded)?,
            Direction::ToClient => self.server_says(recorded)?,
        };
        let Finding { verdict, reason, place, subject, status, rule } = finding;
        let http = line.dir == Direction::ToServer && line.transport == Wire::Http;
        let pointer = describe_place(place, &recorded.bytes, &self.gate, &mut self.memory, http);
        Ok(Row {
            n: recorded.number,
            dir: line.dir,
            subject,
            verdict,
            reason: reason.name(),
            pointer: Some(pointer).filter(|pointer| !pointer.is_empty()),
            rule,
            status,
            expect: line.expect.clone(),
            met: expected(line).map(|expected| is_met(expected, verdict, reason)),
        })
    }

    fn client_says(&mut self, recorded: &Recorded) -> Result<Finding, Fault> {
        let Recorded { line, bytes, .. } = recorded;
        let headers = line.headers.0.iter();
        let headers: Vec<_> = headers.map(|(name, value)| Header { name: name.as_bytes(), value: value.as_bytes() }).collect();
        let transport = match line.transport {
            Wire::Stdio => Transport::Stdio,
            Wire::Http => Transport::Http(Http { method: b"POST", headers: &headers, body_len: Some(bytes.len() as u64) }),
        };
        let roles = roles(&self.gate, line);
        let subject = line.subject.as_deref().or(line.peer.as_deref()).unwrap_or(LOCAL);
        let asserted = (!roles.is_empty()).then_some(Asserted::new(subject, &roles));
        let verifier = self.keys.map(KeyImage::verifier).transpose()?;
        let token = line.token.as_deref().map(str::as_bytes);
        let peer = line.peer.as_deref().and_then(|peer| peer.parse().ok());
        let call = Call { asserted, token, verifier, peer, ..Call::new(transport, line.now_ms.unwrap_or(0)) };

        let connection = self.connections.of(recorded);
        connection.told = true;
        // judged once, since it is charged once
        let begins = connection.may_begin(recorded) && is_initialize(&self.gate, bytes, &mut self.memory);
        let mut fresh = Session::new();
        let session = if begins { Some(&mut fresh) } else { connection.session_of(recorded) };
        let decision = decide(&self.gate, &mut self.memory, &call, bytes, session)?;
        if decision.allowed() && begins {
            connection.begin(fresh);
        }
        let (number, heard, session) = (connection.number, connection.heard, connection.session_of(recorded).cloned());
        let (subject, refused) = self.follow(&call, recorded, &decision, number, heard, session.as_ref());
        if let Some(reason) = refused {
            let status = Some(reason.row().status);
            return Ok(Finding { status, ..Finding::denied(Denial::of(reason), subject) });
        }
        let verdict = match (decision.allowed(), decision.observed()) {
            (false, _) => Verdict::Deny,
            (true, true) => Verdict::Observe,
            (true, false) => Verdict::Allow,
        };
        let (reason, place, status) = (decision.reason(), decision.place(), Some(decision.status()));
        let rule = if self.explains { rule::of(&self.gate, &decision) } else { None };
        Ok(Finding { verdict, reason, place, subject, status, rule })
    }

    /// Reads what a client's message is about, and remembers the allowed requests in it. On stdio, where one gate sees all, an
    /// answer has to answer what the server asked, and a cancellation to name a request that is open.
    fn follow(
        &mut self,
        call: &Call<'_>,
        recorded: &Recorded,
        decision: &Decision,
        connection: u64,
        heard: bool,
        session: Option<&Session>,
    ) -> (Subject, Option<Reason>) {
        let http = call.transport.is_http();
        let mut scratch = self.memory.scratch();
        let Some(document) = parse(&self.gate, &recorded.bytes, http, &mut scratch) else { return (Subject::default(), None) };
        let root = document.root();
        let subject = Subject::of(root);
        // a running gate may have had a reason of its own not to pass it on; then no answer to it was recorded
        if !decision.allowed() || expected(&recorded.line).is_some_and(is_of_host) {
            return (subject, None);
        }
        if !http && let Err(reason) = claim(&mut self.requests, root, connection, heard) {
            return (subject, Some(reason));
        }
        for (item, message) in (0..decision.items()).zip(messages(root)) {
            if let (Some(id), Some(ticket)) = (Id::of(message), self.gate.ticket(decision, call, session, document, item)) {
                self.requests.open.insert((connection, id), Open { ticket, subject: Subject::of(message) });
            }
        }
        (subject, None)
    }

    /// A server's batch is released message by message, as [`crate::run`] does.
    fn server_says(&mut self, recorded: &Recorded) -> Result<Finding, Fault> {
        let bytes = recorded.bytes.as_slice();
        let connection = self.connections.of(recorded);
        connection.heard = true;
        if !bytes.trim_ascii_start().starts_with(b"[") {
            return self.server_message(recorded, bytes);
        }
        let mut scratch = self.memory.scratch();
        let reading = match self.gate.read(bytes, &mut scratch, connection.session.as_ref()) {
            Ok(reading) => reading,
            Err(denial) => return Ok(Finding::denied(denial, Subject::default())),
        };
        let root = reading.document(bytes, &scratch).root();
        let subject = Subject::of(root);
        let items: Vec<_> = root.elements().map(|item| item.raw().to_vec()).collect();
        let findings = items.iter().map(|item| self.server_message(recorded, item)).collect::<Result<Vec<_>, _>>()?;
        let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
        let denied = count(Verdict::Deny);
        if let Some(last) = findings.last().filter(|_| denied == findings.len()) {
            return Ok(Finding::denied(Denial::of(last.reason), subject));
        }
        let whole = denied == 0 && count(Verdict::Edit) == 0;
        Ok(Finding::passed(if whole { Verdict::Allow } else { Verdict::Edit }, subject))
    }

    fn server_message(&mut self, recorded: &Recorded, bytes: &[u8]) -> Result<Finding, Fault> {
        let connection = self.connections.of(recorded);
        let number = connection.number;
        let (mut scratch, mut checks) = self.memory.for_answers();
        let reading = match self.gate.read(bytes, &mut scratch, connection.session.as_ref()) {
            Ok(reading) => reading,
            Err(denial) => {
                if let Some(id) = answered(bytes) {
                    self.requests.open.remove(&(number, id));
                }
                let document = parse(&self.gate, bytes, false, &mut scratch);
                return Ok(Finding::denied(denial, document.map(|document| Subject::of(document.root())).unwrap_or_default()));
            }
        };
        let document = reading.document(bytes, &scratch);
        let root = document.root();
        let answers = reading.message().kind() == MessageKind::Response;
        let id = match Id::of(root) {
            Some(id) if answers => id,
            id => {
                if let Some(id) = id {
                    self.requests.asked.insert((number, id), ());
                } else if reading.message().method() == Some(Method::Cancelled)
                    && let Some(id) = cancelled(root)
                {
                    withdraw(&mut self.requests, (number, id));
                }
                let subject = Subject::of(root);
                self.out.resize(self.out.len().max(self.gate.released_max(bytes.len())), 0);
                return Ok(Finding::released(self.gate.release_own(&reading, bytes, &mut scratch, &mut self.out)?, subject));
            }
        };
        let open = match self.requests.open.remove(&(number, id)) {
            None if !connection.told => return Ok(Finding::passed(Verdict::Allow, Subject::default())),
            None => return Ok(Finding::denied(Denial::of(Reason::MessageResponse), Subject::default())),
            Some(open) if open.is_late(&recorded.line, self.timeout_ms) => {
                return Ok(Finding::denied(Denial::of(Reason::MessageResponse), open.subject));
            }
            Some(open) => open,
        };
        if let Some(session) = &mut connection.session {
            self.gate.settle(&open.ticket, document, session);
        }
        self.out.resize(self.out.len().max(self.gate.released_max(bytes.len())), 0);
        let released = self.gate.release(&open.ticket, &reading, bytes, &mut scratch, checks.as_mut(), &mut self.out)?;
        Ok(Finding::released(released, open.subject))
    }
}

/// Checks the claims of a line, all or nothing.
fn claim(requests: &mut Requests, root: Value<'_>, connection: u64, heard: bool) -> Result<(), Reason> {
    let claims = match Claims::read(root) {
        // nobody knows what was asked
        Err(Reason::MessageResponse) if !heard => return Ok(()),
        claims => claims?,
    };
    let asked = |id: &Id| requests.asked.contains(&(connection, id.clone()));
    if heard && !claims.answers.iter().all(asked) {
        return Err(Reason::MessageResponse);
    }
    let beside = |id: &Id| messages(root).any(|message| message.get(b"method").is_some() && Id::of(message).as_ref() == Some(id));
    let open = |id: &Id| requests.open.contains(&(connection, id.clone())) || beside(id);
    if !claims.cancels.iter().all(open) {
        return Err(Reason::RouteCancelled);
    }
    for id in claims.answers {
        requests.asked.remove(&(connection, id));
    }
    Ok(())
}

/// The server gives up what it asked, or ends a subscription.
fn withdraw(requests: &mut Requests, key: (u64, Id)) {
    let listens = |open: &Open| open.ticket.method() == Method::SubscriptionsListen;
    if requests.asked.remove(&key).is_none()
        && let Some(open) = requests.open.remove(&key)
        && !listens(&open)
    {
        requests.open.insert(key, open);
    }
}

fn decide(
    gate: &Gate<'_>,
    memory: &mut Memory,
    call: &Call<'_>,
    bytes: &[u8],
    session: Option<&mut Session>,
) -> Result<Decision, Fault> {
    gate.decide(call, bytes, &mut memory.lend().work(session))
}

/// The message as a document, when it is strict JSON of a size that the policy allows.
fn parse<'t>(gate: &Gate<'_>, bytes: &'t [u8], http: bool, scratch: &'t mut Scratch<'_>) -> Option<Document<'t>> {
    if bytes.len() > gate.policy().body_max(http) {
        return None;
    }
    let parsed = json::parse(bytes, gate.policy().limits(http), scratch).ok()?;
    Some(Document::new(bytes, scratch, parsed))
}

/// Whether a body over HTTP is one `initialize`, whatever else is wrong with it.
fn is_initialize(gate: &Gate<'_>, bytes: &[u8], memory: &mut Memory) -> bool {
    let mut scratch = memory.scratch();
    let method = parse(gate, bytes, true, &mut scratch).and_then(|document| document.root().get(b"method")?.text());
    method.and_then(Method::from_name) == Some(Method::Initialize)
}

/// The roles that are asserted for a line. A line that names a subject alone has the policy's roles on stdio.
fn roles<'a>(gate: &Gate<'a>, line: &'a Line) -> Vec<&'a str> {
    if line.role.0.is_empty() && line.subject.is_some() && line.transport == Wire::Stdio {
        let policy = gate.policy();
        let ids = policy.stdio_roles.iter().filter_map(|id| usize::try_from(id.to_native()).ok());
        return ids.filter_map(|id| policy.roles.get(id)).map(|role| role.name.as_str()).collect();
    }
    line.role.0.iter().map(String::as_str).collect()
}

/// What a line expects; the reader has refused what is no expectation.
fn expected(line: &Line) -> Option<Reason> {
    line.expected().ok().flatten()
}
