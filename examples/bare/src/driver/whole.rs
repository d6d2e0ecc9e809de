//! The ops that ask for a whole decision. Policies and keys come as images; nothing here knows the time but from the question.

use adarga_bare::arena::Arena;
use adarga_core::{
    Call, Decision, Gate, Machine, Reason, Session, Step,
    arrival::{Http, Transport},
    capabilities::Capabilities,
    decide::{Input, Work},
    identity::{Asserted, Certificate, Verifier},
    json::{self, Document, Kind, Scratch, Value},
    rate::{LocalTable, Slot},
    reason::Place,
    message,
    release::Released,
    schema,
    signature::RustCrypto,
    verdict::REPLY_MAX,
    write::Out,
};

use crate::{
    answer::Answer,
    jose,
    ops::{self, HEADERS_MAX},
    question::{Fault, Question, fault, full, sized},
};

/// The most roles of a caller.
const ROLES_MAX: usize = 128;

/// What is judged by, and its memory.
struct Court<'t> {
    gate: Gate<'t>,
    scratch: Scratch<'t>,
    reply: &'t mut [u8],
    checks: Option<schema::Memory<'t>>,
    rates: Option<LocalTable<'t>>,
}

impl<'t> Court<'t> {
    fn open(q: &Question<'t>, arena: &mut Arena<'t>) -> Result<Self, Fault> {
        let image: &[u8] = q.base64("image_b64", arena)?;
        let gate = Gate::open(image).map_err(|fault| fault!("{fault}"))?;
        let needs = gate.needs();
        let scratch = sized(arena, needs.values, needs.text).ok_or_else(full)?;
        let checks =
            if needs.checks == schema::Needs::NOTHING { None } else { Some(ops::checks(needs.checks, arena).ok_or_else(full)?) };
        let reply = arena.carve(REPLY_MAX).ok_or_else(full)?;
        let rates = rates(&gate, arena)?;
        Ok(Self { gate, scratch, reply, checks, rates })
    }
}

/// A table for the policy's clients, or for as many as there is memory for.
fn rates<'t>(gate: &Gate<'t>, arena: &mut Arena<'t>) -> Result<Option<LocalTable<'t>>, Fault> {
    let Some(rates) = gate.image().rates().filter(|rates| rates.needs_table()) else { return Ok(None) };
    let width = rates.window_max.to_native() as usize;
    let taken = u64::from(rates.clients.to_native()) * u64::from(rates.depth.to_native().max(1)) * 2;
    let most = arena.left() / 2 / (size_of::<Slot>() + width * 8);
    if most < 64 {
        return Err(full());
    }
    let slots = usize::try_from(taken.next_power_of_two()).unwrap_or(usize::MAX).clamp(64, 1 << most.ilog2());
    let (cells, slots) = (arena.zeroes(slots * width).ok_or_else(full)?, arena.zeroes(slots).ok_or_else(full)?);
    Ok(Some(LocalTable::new(slots, cells, width, (1, 2))))
}

fn utf8<'t>(text: &'t [u8], name: &str) -> Result<&'t str, Fault> {
    core::str::from_utf8(text).map_err(|_| fault!("`{name}` is not UTF-8"))
}

/// The role or roles that a question gives its caller.
fn roles<'t>(q: &Question<'t>) -> Result<Option<heapless::Vec<&'t str, ROLES_MAX>>, Fault> {
    let Some(role) = q.asked("role") else { return Ok(None) };
    let mut roles = heapless::Vec::new();
    if let Some(role) = role.text() {
        roles.push(utf8(role, "role")?).map_err(|_| full())?;
    } else {
        for role in q.texts("role")? {
            roles.push(utf8(role, "role")?).map_err(|_| full())?;
        }
    }
    Ok(Some(roles))
}

/// The legacy session of a call: as the question describes it, otherwise a new one on stdio and none on HTTP.
fn session(q: &Question<'_>, http: bool) -> Result<Option<Session>, Fault> {
    let Some(session) = q.member("session").filter(|session| session.kind() == Kind::Object) else {
        return Ok((!http).then(Session::new));
    };
    if session.get(b"initialized").and_then(Value::boolean) != Some(true) {
        return Ok(Some(Session::new()));
    }
    let text = |name: &[u8]| session.get(name).and_then(Value::text);
    let revision = text(b"revision").and_then(adarga_core::Revision::from_name);
    let revision = revision.ok_or_else(|| fault!("unknown `session.revision`"))?;
    Ok(Some(Session::restored(revision, utf8(text(b"owner").unwrap_or_default(), "owner")?, Capabilities::NONE)))
}

/// What a decision is told with.
struct Judged<'j, 't> {
    court: &'j mut Court<'t>,
    call: &'j Call<'j>,
    body: &'j [u8],
    decision: &'j Decision,
    session: Option<&'j Session>,
}

type Then<'f, 't> = &'f mut dyn FnMut(Judged<'_, 't>, &mut Arena<'t>) -> Result<(), Fault>;

/// Decides one call and hands the outcome to `then`.
fn judge<'t>(q: &Question<'t>, court: &mut Court<'t>, arena: &mut Arena<'t>, then: Then<'_, 't>) -> Result<(), Fault> {
    let body = q.bytes("body", arena)?;
    let headers = q.headers::<HEADERS_MAX>()?;
    let http = ops::over_http(q)?;
    let transport = if http {
        Transport::Http(Http { method: b"POST", headers: &headers, body_len: u64::try_from(body.len()).ok() })
    } else {
        Transport::Stdio
    };
    let roles = roles(q)?;
    let peer = q.optional("peer")?.map(|peer| utf8(peer, "peer")).transpose()?;
    let subject = q.optional("subject")?.map(|subject| utf8(subject, "subject")).transpose()?.or(peer).unwrap_or("local");
    let certificate = q.optional("certificate")?.map(|subject| utf8(subject, "certificate")).transpose()?;
    let call = Call {
        asserted: roles.as_deref().map(|roles| Asserted::new(subject, roles)),
        token: q.optional("token")?,
        certificate: certificate.map(|subject| Certificate { subject, sha256: None }),
        verifier: jose::keys(q, arena)?.map(|keys| Verifier { keys, crypto: &RustCrypto }),
        // a name that is no address is nobody's
        peer: peer.and_then(|peer| peer.parse().ok()),
        ..Call::new(transport, q.integer("now_ms", 0)?)
    };
    let introspected = q.optional("introspected")?;
    let mut session = session(q, http)?;
    let mut machine = Machine::new();
    let answer = |step| match introspected {
        _ if step == Step::Keys => Input::Keys(None),
        Some(answer) => Input::Introspected(answer),
        None => Input::Identity(None),
    };
    let mut work = Work::new(&mut court.scratch, court.reply);
    work.session = session.as_mut();
    work.checks = court.checks.as_mut();
    if let Some(table) = &mut court.rates {
        work.rates = Some(table);
    }
    court.gate.drive(&mut machine, &call, body, &mut work, answer).map_err(|fault| fault!("{fault}"))?;
    let decision = machine.into_decision();
    then(Judged { court, call: &call, body, decision: &decision, session: session.as_ref() }, arena)
}

/// Decides the calls of `before`, then the question's own, under the same counts.
fn judged<'t>(q: &Question<'t>, arena: &mut Arena<'t>, then: Then<'_, 't>) -> Result<(), Fault> {
    let mut court = Court::open(q, arena)?;
    if let Some(before) = q.asked("before") {
        let wrong = || fault!("`before` must be a list of objects");
        if before.kind() != Kind::Array || before.elements().any(|call| call.kind() != Kind::Object) {
            return Err(wrong());
        }
        for call in before.elements() {
            judge(&Question { above: Some(call), ..*q }, &mut court, arena, &mut |_, _| Ok(()))?;
        }
    }
    judge(q, &mut court, arena, then)
}

pub fn decide<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    judged(q, arena, &mut |judged, arena| {
        let Judged { court, call, body, decision, .. } = judged;
        out.verdict(if decision.allowed() { Reason::Allowed } else { decision.reason() })
            .member("status")
            .number(decision.status());
        match decision.place() {
            Place::Nowhere => {}
            Place::Offset(at) => {
                out.member("pointer").raw(b"\"byte ").number(at).raw(b"\"");
            }
            place @ Place::Node(_) => {
                let limits = court.gate.policy().limits(call.transport.is_http());
                if let Ok(parsed) = json::parse(body, limits, &mut court.scratch) {
                    let mut pointer = Out::new(arena.carve(body.len() * 2 + 64).ok_or_else(full)?);
                    adarga_core::message::write_place(Document::new(body, &court.scratch, parsed), place, &mut pointer);
                    if let Some(pointer) = pointer.finish().ok().filter(|pointer| !pointer.is_empty()) {
                        out.text("pointer", pointer);
                    }
                }
            }
        }
        if let Some(identity) = decision.identity() {
            out.text("subject", identity.subject().as_bytes());
        }
        if let Some(entry) = decision.route().entry(court.gate.policy()) {
            out.text("route", entry.name.as_bytes());
        }
        if decision.threats().names().next().is_some() {
            out.list("threats", decision.threats().names());
        }
        let reply = decision.reply(court.reply);
        if !reply.is_empty() {
            out.text("reply", reply);
        }
        if let Some(retry_ms) = decision.retry_after_ms() {
            out.member("retry_after_ms").number(retry_ms);
        }
        Ok(())
    })
}

pub fn release<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let response = q.bytes("response", arena)?;
    judged(q, arena, &mut |judged, arena| {
        let Judged { court, call, body, decision, session } = judged;
        if !decision.allowed() {
            out.verdict(decision.reason());
            return Ok(());
        }
        let (gate, scratch) = (&court.gate, &mut court.scratch);
        let ticket = gate.ticket(decision, call, session, decision.document(body, scratch), 0);
        let ticket = ticket.ok_or_else(|| fault!("the call gets no answer"))?;
        let reading = match gate.read(response, scratch, None) {
            Ok(reading) => reading,
            Err(denial) => {
                out.verdict(denial.reason);
                return Ok(());
            }
        };
        let room = arena.zeroes(gate.released_max(response.len())).ok_or_else(full)?;
        let released = match reading.message().kind() {
            message::Kind::Response => gate.release(&ticket, &reading, response, scratch, court.checks.as_mut(), room),
            _ => gate.release_own(&reading, response, scratch, room),
        };
        let released = released.map_err(|fault| fault!("{fault}"))?;
        match released {
            Released::Unchanged => out.verdict(Reason::Allowed).bytes("response", response),
            Released::Edited(bytes) => out.verdict(Reason::Allowed).bytes("response", bytes),
            Released::Denied(denial) => out.verdict(denial.reason),
        };
        Ok(())
    })
}
