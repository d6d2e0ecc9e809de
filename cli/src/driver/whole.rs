//! The ops that ask for a whole decision.

use adarga_core::{
    Call, Gate, Machine, Reason, Session, Step,
    arrival::{Header, Http, Transport},
    capabilities::Capabilities,
    decide::Input,
    identity::{Asserted, Certificate, Verifier},
    message::Kind,
    release::Released,
    revision::Revision,
};
use adarga_host::{
    load::Policy,
    memory::{Memory, describe_place},
    policy::Source,
};

use super::{Fault, Outcome, Question, jose, to_base64};

/// `decide`: one call against a policy.
pub(super) fn decide(question: &Question<'_>) -> Result<Outcome, Fault> {
    judged(question, |judged| {
        let Judged { gate, call, body, decision, memory, .. } = judged;
        let pointer = describe_place(decision.place(), body, gate, memory, call.transport.is_http());
        let threats: Vec<_> = decision.threats().names().collect();
        let reply = decision.reply(&memory.reply);
        let outcome = Outcome::of(if decision.allowed() { Reason::Allowed } else { decision.reason() });
        Ok(outcome
            .with("status", decision.status())
            .with_some("pointer", Some(pointer).filter(|pointer| !pointer.is_empty()))
            .with_some("subject", decision.identity().map(|identity| identity.subject()))
            .with_some("route", decision.route().entry(gate.policy()).map(|entry| entry.name.as_str()))
            .with_some("threats", (!threats.is_empty()).then_some(threats))
            .with_some("reply", (!reply.is_empty()).then(|| String::from_utf8_lossy(reply)))
            .with_some("retry_after_ms", decision.retry_after_ms()))
    })
}

/// `release`: the answer to an allowed call.
pub(super) fn release(question: &Question<'_>) -> Result<Outcome, Fault> {
    let response = question.bytes("response")?;
    judged(question, |judged| {
        let Judged { gate, call, body, decision, memory, session } = judged;
        if !decision.allowed() {
            return Ok(Outcome::of(decision.reason()));
        }
        let (mut scratch, mut checks) = memory.for_answers();
        let ticket = gate.ticket(decision, call, *session, decision.document(body, &scratch), 0);
        let ticket = ticket.ok_or("the call gets no answer")?;
        let reading = match gate.read(&response, &mut scratch, None) {
            Ok(reading) => reading,
            Err(denial) => return Ok(Outcome::of(denial.reason)),
        };
        let mut out = vec![0; gate.released_max(response.len())];
        let released = match reading.message().kind() {
            Kind::Response => gate.release(&ticket, &reading, &response, &mut scratch, checks.as_mut(), &mut out),
            _ => gate.release_own(&reading, &response, &mut scratch, &mut out),
        };
        let released = released.map_err(|fault| fault.to_string())?;
        let bytes = match released {
            Released::Unchanged => response.as_slice(),
            Released::Edited(bytes) => bytes,
            Released::Denied(denial) => return Ok(Outcome::of(denial.reason)),
        };
        Ok(match std::str::from_utf8(bytes) {
            Ok(text) => Outcome::ok().with("response", text),
            Err(_) => Outcome::ok().with("response_b64", to_base64(bytes)),
        })
    })
}

struct Judged<'j> {
    gate: &'j Gate<'j>,
    call: &'j Call<'j>,
    body: &'j [u8],
    decision: &'j adarga_core::Decision,
    memory: &'j mut Memory,
    session: Option<&'j Session>,
}

/// Decides the calls of `before`, each as the question but for what it says otherwise, then the question's own, all under the same
/// counts of rates, and hands the last outcome to `then`.
fn judged(question: &Question<'_>, then: impl FnOnce(&mut Judged<'_>) -> Result<Outcome, Fault>) -> Result<Outcome, Fault> {
    let policy = policy(question)?;
    let gate = policy.gate().map_err(|fault| fault.to_string())?;
    let mut memory = Memory::for_gate(&gate).with_rates(&gate);
    for earlier in earlier(question)? {
        judge(&earlier, &gate, &mut memory, |_| Ok(Outcome::ok()))?;
    }
    judge(question, &gate, &mut memory, then)
}

/// The calls that came before.
fn earlier<'l>(question: &Question<'l>) -> Result<Vec<Question<'l>>, Fault> {
    let wrong = || "`before` must be a list of objects".to_owned();
    let Some(list) = question.members.get("before").filter(|list| !list.is_null()) else { return Ok(Vec::new()) };
    let call = |call: &serde_json::Value| {
        let mut members = question.members.clone();
        members.extend(call.as_object().ok_or_else(wrong)?.clone());
        Ok(Question { members, line: question.line })
    };
    list.as_array().ok_or_else(wrong)?.iter().map(call).collect()
}

/// Decides one call and hands the outcome to `then`.
fn judge(
    question: &Question<'_>,
    gate: &Gate<'_>,
    memory: &mut Memory,
    then: impl FnOnce(&mut Judged<'_>) -> Result<Outcome, Fault>,
) -> Result<Outcome, Fault> {
    let body = question.bytes("body")?;
    let headers = question.headers()?.unwrap_or_default();
    let headers: Vec<_> = headers.iter().map(|(name, value)| Header { name: name.as_bytes(), value: value.as_bytes() }).collect();
    let transport = match question.text("transport")? {
        "stdio" => Transport::Stdio,
        "http" => Transport::Http(Http { method: b"POST", headers: &headers, body_len: u64::try_from(body.len()).ok() }),
        _ => return Err("`transport` must be `stdio` or `http`".into()),
    };
    let roles = roles(question)?;
    let peer = question.optional_text("peer")?;
    let subject = question.optional_text("subject")?.or(peer).unwrap_or("local");
    let asserted = roles.as_deref().map(|roles| Asserted::new(subject, roles));
    let keys = jose::key_set(question)?;
    let verifier = match &keys {
        Some(keys) => Some(Verifier { keys: keys.keys().map_err(|fault| fault.to_string())?, crypto: keys.crypto() }),
        None => None,
    };
    let call = Call {
        asserted,
        token: question.optional_text("token")?.map(str::as_bytes),
        certificate: certificate(question)?,
        verifier,
        // a name that is no address is nobody's
        peer: peer.and_then(|peer| peer.parse().ok()),
        ..Call::new(transport, question.integer("now_ms", 0)?)
    };
    let introspected = question.optional_text("introspected")?;
    let mut session = session(question, transport.is_http())?;
    let mut lent = memory.lend();
    let mut work = lent.work(session.as_mut());
    let mut machine = Machine::new();
    let answer = |step| match introspected {
        _ if step == Step::Keys => Input::Keys(None),
        Some(answer) => Input::Introspected(answer.as_bytes()),
        None => Input::Identity(None),
    };
    gate.drive(&mut machine, &call, &body, &mut work, answer).map_err(|fault| fault.to_string())?;
    let decision = machine.into_decision();
    then(&mut Judged { gate, call: &call, body: &body, decision: &decision, memory, session: session.as_ref() })
}

pub(super) fn policy(question: &Question<'_>) -> Result<Policy, Fault> {
    if let Some(image) = question.optional_text("image_b64")? {
        return Policy::from_image(super::from_base64(image, "image_b64")?).map_err(|fault| fault.to_string());
    }
    let document = question.members.get("policy").ok_or("missing `policy`")?;
    Policy::from_source(Source::new("policy.json", document.to_string())).map_err(|errors| errors.to_string())
}

/// The client certificate of a line: its subject.
fn certificate<'q>(question: &'q Question<'_>) -> Result<Option<Certificate<'q>>, Fault> {
    Ok(question.optional_text("certificate")?.map(|subject| Certificate { subject, sha256: None }))
}

/// The role or roles that a line gives its caller.
fn roles<'q>(question: &'q Question<'_>) -> Result<Option<Vec<&'q str>>, Fault> {
    match question.members.get("role") {
        None | Some(serde_json::Value::Null) => Ok(None),
        Some(serde_json::Value::String(role)) => Ok(Some(vec![role])),
        Some(_) => question.texts("role").map(Some),
    }
}

/// The legacy session of a call: as the line describes it, otherwise a new one on stdio and none on HTTP.
fn session(question: &Question<'_>, http: bool) -> Result<Option<Session>, Fault> {
    let Some(session) = question.members.get("session").and_then(serde_json::Value::as_object) else {
        return Ok((!http).then(Session::new));
    };
    let text = |member: &str| session.get(member).and_then(serde_json::Value::as_str);
    if session.get("initialized").and_then(serde_json::Value::as_bool) != Some(true) {
        return Ok(Some(Session::new()));
    }
    let revision = text("revision").and_then(|name| Revision::from_name(name.as_bytes())).ok_or("unknown `session.revision`")?;
    Ok(Some(Session::restored(revision, text("owner").unwrap_or_default(), Capabilities::NONE)))
}
