//! The whole decision without a token, beside what a careful Rust server does by hand: `serde_json::Value`, checks of the fields,
//! cedar for the authorization, an error in JSON for the denied.

use adarga_core::{
    Call, Decision, Gate, Machine, Reason, Session,
    arrival::{Header, Http, Transport},
    capabilities::Capabilities,
    decide::Work,
    identity::Asserted,
    revision::Revision,
};
use adarga_host::memory::Memory;
use cedar_policy::{Authorizer, Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request, Schema};
use serde_json::{Value, json};
use std::{collections::HashSet, hint::black_box, str::FromStr};

use crate::{
    bodies::{self, Era, SIZES},
    contest::Contestant,
    policies,
    report::Report,
};

/// At least this many times as fast as the composition, for S, M and L.
const FLOORS: [f64; 3] = [20.0, 8.0, 6.0];
const ALLOWED: &str = "write_content";
const FORBIDDEN: &str = "delete_users";

/// Allowed calls of three sizes over stdio and HTTP, then calls that are denied late and early.
pub(crate) fn measure(report: &mut Report) {
    let policy = policies::policy(16, 4);
    let gate = policy.gate().expect("the image is in order");
    let peer = Peer::new();
    report.duels("Whole decision: serde_json::Value + checks + cedar");
    for ((size, len), floor) in SIZES.into_iter().zip(FLOORS) {
        for era in [Era::Legacy, Era::Modern] {
            let contest = Contest { gate, peer: &peer, era, tool: ALLOWED, expected: Reason::Allowed };
            contest.run(report, &format!("allow {size}"), Some(floor), bodies::call(era, ALLOWED, len));
        }
    }
    for (size, len) in SIZES {
        for era in [Era::Legacy, Era::Modern] {
            let contest = Contest { gate, peer: &peer, era, tool: FORBIDDEN, expected: Reason::PermissionDenied };
            contest.run(report, &format!("forbidden tool {size}"), None, bodies::call(era, FORBIDDEN, len));
        }
    }
    for (size, len) in SIZES {
        let era = Era::Legacy;
        let mut body = bodies::call(era, ALLOWED, len);
        body[5] = 1;
        let contest = Contest { gate, peer: &peer, era, tool: ALLOWED, expected: Reason::JsonControl };
        contest.run(report, &format!("bad JSON at byte 5 {size}"), None, body);
    }
}

struct Contest<'c> {
    gate: Gate<'c>,
    peer: &'c Peer,
    era: Era,
    tool: &'c str,
    expected: Reason,
}

impl Contest<'_> {
    fn run(&self, report: &mut Report, name: &str, floor: Option<f64>, body: Vec<u8>) {
        let headers = headers(self.tool);
        let wire = if self.era == Era::Legacy { "stdio" } else { "http" };
        let headers = (self.era == Era::Modern).then_some(headers.as_slice());
        let allowed = self.expected == Reason::Allowed;
        assert_eq!(self.peer.judge("editor", &body, headers).is_ok(), allowed, "the composition judges {name} as we do");
        let ours = ours(self.gate, headers, "editor", std::slice::from_ref(&body), self.expected);
        let peer = Contestant::new(|| self.peer.judge("editor", black_box(&body), headers));
        report.duel(&format!("decide/{wire}/{name}"), floor, ours, peer);
    }
}

/// Decides the bodies one after another: over HTTP with these headers, otherwise within an initialized session on stdio.
pub(crate) fn ours<'a>(
    gate: Gate<'a>,
    headers: Option<&'a [Header<'a>]>,
    role: &'a str,
    bodies: &'a [Vec<u8>],
    expected: Reason,
) -> Contestant<'a> {
    let mut memory = Memory::for_gate(&gate);
    let mut session = headers.is_none().then(|| Session::restored(Revision::V20251125, "local", Capabilities::NONE));
    let mut machine = Machine::new();
    let mut decide = move |body: &'a [u8]| -> Option<Reason> {
        let body_len = u64::try_from(body.len()).ok();
        let transport = headers.map_or(Transport::Stdio, |headers| Transport::Http(Http { method: b"POST", headers, body_len }));
        let roles = [role];
        let asserted = headers.map(|_| Asserted::new("user-17", &roles));
        let (mut scratch, reply) = memory.parts();
        let mut work = Work { session: session.as_mut(), ..Work::new(&mut scratch, reply) };
        let call = Call { asserted, ..Call::new(transport, 1_767_225_600_000) };
        gate.decide_in(&mut machine, &call, body, &mut work).ok().map(black_box).map(Decision::reason)
    };
    for body in bodies {
        assert_eq!(decide(body), Some(expected), "we judge the input as it deserves");
    }
    let mut bodies = bodies.iter().cycle();
    Contestant::new(move || decide(black_box(bodies.next()?)))
}

/// What a modern client and a usual proxy send.
pub(crate) fn headers(tool: &str) -> [Header<'_>; 10] {
    [
        ("Host", "mcp.example.com"),
        ("User-Agent", "example-client/1.4.2"),
        ("Origin", "https://app.example.com"),
        ("Content-Type", "application/json"),
        ("Accept", "application/json, text/event-stream"),
        ("Accept-Encoding", "gzip, deflate, br"),
        ("MCP-Protocol-Version", "2026-07-28"),
        ("Mcp-Method", "tools/call"),
        ("Mcp-Name", tool),
        ("X-Request-Id", "0b6f6f0e-8f0c-4b6e-9d6e-3f1f4f6a2a11"),
    ]
    .map(|(name, value)| Header { name: name.as_bytes(), value: value.as_bytes() })
}

/// The composition; everything that can be made before the call is made before it.
struct Peer {
    policies: PolicySet,
    entities: Entities,
    schema: Schema,
    action: EntityTypeName,
    server: EntityUid,
    authorizer: Authorizer,
}

impl Peer {
    fn new() -> Self {
        let kind = |name| EntityTypeName::from_str(name).expect("a type name");
        let uid = |name, id: &str| EntityUid::from_type_name_and_id(kind(name), EntityId::new(id));
        let (schema, _) = Schema::from_cedarschema_str(&policies::cedar_schema()).expect("the schema is in order");
        let roles = policies::ROLES.map(|role| Entity::new_no_attrs(uid("Role", role), HashSet::new()));
        let users = policies::ROLES.map(|role| Entity::new_no_attrs(uid("User", role), HashSet::from([uid("Role", role)])));
        let all = roles.into_iter().chain(users).chain([Entity::new_no_attrs(uid("Server", "bench"), HashSet::new())]);
        Self {
            policies: PolicySet::from_str(&policies::cedar_policy()).expect("the policies are in order"),
            entities: Entities::from_entities(all, Some(&schema)).expect("the entities are in order"),
            schema,
            action: kind("Action"),
            server: uid("Server", "bench"),
            authorizer: Authorizer::new(),
        }
    }

    /// Nothing for an allowed call, otherwise the error to send.
    fn judge(&self, user: &str, body: &[u8], headers: Option<&[Header<'_>]>) -> Result<(), String> {
        let message: Value = serde_json::from_slice(body).map_err(|_| error(&Value::Null, -32700, "parse error"))?;
        let id = &message["id"];
        let tool = tool_of(&message, headers).ok_or_else(|| error(id, -32600, "invalid request"))?;
        let allowed = self.authorize(user, tool).ok_or_else(|| error(id, -32602, "unknown tool"))?;
        if allowed { Ok(()) } else { Err(error(id, -33403, "forbidden")) }
    }

    fn authorize(&self, user: &str, tool: &str) -> Option<bool> {
        let principal = EntityUid::from_type_name_and_id(EntityTypeName::from_str("User").ok()?, EntityId::new(user));
        let action = EntityUid::from_type_name_and_id(self.action.clone(), EntityId::new(tool));
        let request = Request::new(principal, action, self.server.clone(), Context::empty(), Some(&self.schema)).ok()?;
        let response = self.authorizer.is_authorized(&request, &self.policies, &self.entities);
        Some(response.decision() == cedar_policy::Decision::Allow)
    }
}

/// The tool that a message calls, when message and headers are in order.
fn tool_of<'m>(message: &'m Value, headers: Option<&[Header<'_>]>) -> Option<&'m str> {
    let known = |key: &String| matches!(key.as_str(), "jsonrpc" | "id" | "method" | "params");
    let params = message["params"].as_object()?;
    let id = &message["id"];
    let tool = params.get("name")?.as_str()?;
    let fine = message.as_object()?.keys().all(known)
        && message["jsonrpc"] == "2.0"
        && message["method"] == "tools/call"
        && (id.is_i64() || id.is_string())
        && params.get("arguments").is_none_or(Value::is_object)
        && params.get("_meta").is_none_or(Value::is_object);
    let Some(headers) = headers else { return fine.then_some(tool) };
    let header =
        |name: &str| headers.iter().find(|header| header.name.eq_ignore_ascii_case(name.as_bytes())).map(|header| header.value);
    let meta = |name: &str| params.get("_meta")?.get(format!("io.modelcontextprotocol/{name}"));
    let agree = header("Host")? == b"mcp.example.com"
        && header("Origin").is_none_or(|origin| origin == b"https://app.example.com")
        && header("Content-Type")?.eq_ignore_ascii_case(b"application/json")
        && header("MCP-Protocol-Version")? == meta("protocolVersion")?.as_str()?.as_bytes()
        && header("Mcp-Method")? == b"tools/call"
        && header("Mcp-Name")? == tool.as_bytes()
        && meta("clientCapabilities")?.is_object();
    (fine && agree).then_some(tool)
}

fn error(id: &Value, code: i32, text: &str) -> String {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": text } }).to_string()
}
