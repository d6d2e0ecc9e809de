//! The machine that a driver resumes: its order, its faults, what it says before it has a body.

use adarga_core::{
    Call, Decision, Fault, Gate, Machine, Reason, Scratch, Session, Step,
    arrival::{Header, Http, Transport},
    capabilities::Capabilities,
    decide::{Input, Work},
    identity::Asserted,
    json::Node,
    revision::Revision,
    verdict::REPLY_MAX,
};
use adarga_host::memory::Memory;

use crate::support::{EDITOR, STDIO, decide, header, policy, post};

const POLICY: &str = r#"
    server = { name = "t" }
    stdio = { role = "editor" }
    http = { hosts = ["mcp.example.com"], origins = ["https://app.example.com"] }
    limits = { values_max = 64, body_max = "4 KiB" }
    roles = { editor = ["read:*"] }
    tools = { search = { permission = "read:content" }, drop = { permission = "write:all" } }
"#;
const ANONYMOUS: &str = r#"
    server = { name = "t" }
    roles = { editor = ["read:*"] }
    tools = { search = { permission = "read:content" } }
"#;
const SEARCH: &[u8] = br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#;
const INITIALIZE: &[u8] = br#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{}}}"#;
const HEADERS: &[Header<'_>] = &[
    header("Host", "mcp.example.com"),
    header("Content-Type", "application/json"),
    header("Accept", "application/json, text/event-stream"),
    header("MCP-Protocol-Version", "2026-07-28"),
    header("Mcp-Method", "tools/call"),
    header("Mcp-Name", "search"),
];
const HTTP: Call<'static> = Call::new(post(HEADERS), 1);

/// One step in fresh memory.
fn step(gate: &Gate<'_>, machine: &mut Machine, call: &Call<'_>, input: Input<'_>) -> Result<Step, Fault> {
    let mut memory = Memory::for_gate(gate);
    let (mut scratch, reply) = memory.parts();
    gate.resume(machine, call, input, &mut Work::new(&mut scratch, reply))
}

/// The headers of [`HEADERS`] with one field replaced or, by an empty value, removed.
fn with<'a>(name: &'a str, value: &'a str) -> Vec<Header<'a>> {
    let others = HEADERS.iter().copied().filter(|header| !header.name.eq_ignore_ascii_case(name.as_bytes()));
    others.chain((!value.is_empty()).then(|| header(name, value))).collect()
}

#[test]
fn what_was_not_decided_is_denied() {
    for decision in [Decision::default(), Machine::new().into_decision(), Machine::default().decision().clone()] {
        assert!(!decision.allowed() && decision.reason() == Reason::Undecided && decision.status() == 0);
        assert!(decision.reply(&[1; 8]).is_empty() && decision.challenge(&[1; 8]).is_empty());
    }
    assert_eq!(Reason::default(), Reason::Undecided);
    assert_eq!(Reason::from_number(0), Some(Reason::Undecided));
}

#[test]
fn an_input_out_of_turn_is_a_fault_and_stays_a_denial() {
    let policy = policy(ANONYMOUS);
    let gate = policy.gate().unwrap();
    let inputs = [Input::Start, Input::Identity(EDITOR), Input::Body(SEARCH)];
    // at each stage one input is awaited; the others are faults that change nothing
    let mut machine = Machine::new();
    for (stage, awaited) in inputs.into_iter().enumerate() {
        for (place, input) in inputs.into_iter().enumerate().filter(|(place, _)| *place != stage) {
            assert_eq!(step(&gate, &mut machine, &STDIO, input), Err(Fault::OutOfTurn), "input {place} at stage {stage}");
            assert!(!machine.decision().allowed());
        }
        step(&gate, &mut machine, &STDIO, awaited).unwrap();
    }
    assert!(machine.decision().allowed());
    for input in inputs {
        assert_eq!(step(&gate, &mut machine, &STDIO, input), Err(Fault::OutOfTurn));
    }
    assert!(machine.decision().allowed(), "a final decision is final");
}

#[test]
fn memory_a_little_too_small_is_a_fault_at_start() {
    let policy = policy(POLICY);
    let gate = policy.gate().unwrap();
    let (nodes, slots, text) = (Scratch::nodes_needed(64), Scratch::slots_needed(64), Scratch::text_needed(4096));
    let start = |nodes: usize, slots: usize, text: usize, reply: usize| {
        let (mut nodes, mut slots, mut text, mut reply) =
            (vec![Node::default(); nodes], vec![0; slots], vec![0; text], vec![0; reply]);
        let mut scratch = Scratch::new(&mut nodes, &mut slots, &mut text, (1, 2));
        let mut machine = Machine::new();
        let step = gate.resume(&mut machine, &STDIO, Input::Start, &mut Work::new(&mut scratch, &mut reply));
        assert!(!machine.decision().allowed());
        step
    };
    assert_eq!(start(nodes, slots, text, REPLY_MAX), Ok(Step::Body));
    assert_eq!(start(nodes - 1, slots, text, REPLY_MAX), Err(Fault::ScratchSmall));
    assert_eq!(start(nodes, slots - 1, text, REPLY_MAX), Err(Fault::ScratchSmall));
    assert_eq!(start(nodes, slots, text - 1, REPLY_MAX), Err(Fault::ScratchSmall));
    assert_eq!(start(nodes, slots, text, REPLY_MAX - 1), Err(Fault::OutputSmall));
}

#[test]
fn driving_by_hand_gives_the_decision_of_the_loop_and_a_clone_goes_on_alone() {
    let (policy, anonymous) = (policy(POLICY), policy(ANONYMOUS));
    let foreign = with("Host", "evil.example");
    let named = Call { asserted: EDITOR, ..HTTP };
    let unknown = Call { asserted: Some(Asserted::new("x", &["root"])), ..HTTP };
    let rebinding = Call { transport: post(&foreign), ..named };
    let drop = String::from_utf8_lossy(SEARCH).replace("search", "drop").into_bytes();
    let cases: [(&_, &Call<'_>, &[u8]); 9] = [
        (&policy, &STDIO, SEARCH),
        (&policy, &STDIO, &drop),
        (&policy, &STDIO, b"{"),
        (&policy, &HTTP, SEARCH),
        (&policy, &named, SEARCH),
        (&policy, &named, &drop),
        (&policy, &unknown, SEARCH),
        (&policy, &rebinding, SEARCH),
        (&anonymous, &STDIO, SEARCH),
    ];
    for (n, (policy, call, body)) in cases.into_iter().enumerate() {
        let gate = policy.gate().unwrap();
        let (whole, reply) = decide(&gate, call, body, None);
        let mut memory = Memory::for_gate(&gate);
        let mut machine = Machine::new();
        let mut input = Input::Start;
        loop {
            let (mut scratch, reply) = memory.parts();
            let mut abandoned = machine.clone();
            let work = &mut Work::new(&mut scratch, reply);
            let first = gate.resume(&mut abandoned, call, input, work).unwrap();
            assert_eq!(gate.resume(&mut machine, call, input, work), Ok(first), "case {n}");
            input = match first {
                Step::Identity => Input::Identity(None),
                Step::Body => Input::Body(body),
                _ => break,
            };
        }
        assert_eq!(machine.decision(), &whole, "case {n}");
        assert_eq!(machine.decision().reply(&memory.reply), reply.as_bytes(), "case {n}");
    }
}

#[test]
fn the_identity_is_asked_for_exactly_when_neither_policy_nor_host_says_it() {
    let (known, anonymous) = (policy(POLICY), policy(ANONYMOUS));
    let named = Call { asserted: EDITOR, ..STDIO };
    let named_http = Call { asserted: EDITOR, ..HTTP };
    let open = policy(
        format!("{ANONYMOUS}\nhttp = {{ hosts = [\"*\"] }}").replace("server =", "stdio = { role = \"editor\" }\nserver ="),
    );
    for (policy, call, expected) in [
        (&known, &STDIO, Step::Body),
        (&known, &named, Step::Body),
        (&known, &HTTP, Step::Identity),
        (&known, &named_http, Step::Body),
        (&anonymous, &STDIO, Step::Identity),
        (&anonymous, &named, Step::Body),
        (&open, &STDIO, Step::Body),
        (&open, &HTTP, Step::Identity),
    ] {
        assert_eq!(step(&policy.gate().unwrap(), &mut Machine::new(), call, Input::Start), Ok(expected));
    }
    // who the host names counts on stdio as well, instead of the policy's client
    let (decision, _) = decide(&known.gate().unwrap(), &named, SEARCH, None);
    assert_eq!(decision.identity().unwrap().subject(), "alice");
}

/// The first answer to the headers alone.
fn before_the_body(call: &Call<'_>) -> Option<(Reason, u16, String)> {
    let policy = policy(POLICY);
    let gate = policy.gate().unwrap();
    let mut memory = Memory::for_gate(&gate);
    let (mut scratch, reply) = memory.parts();
    let mut machine = Machine::new();
    let work = &mut Work::new(&mut scratch, reply);
    let mut step = gate.resume(&mut machine, call, Input::Start, work).unwrap();
    if step == Step::Identity {
        step = gate.resume(&mut machine, call, Input::Identity(None), work).unwrap();
    }
    let decision = machine.decision();
    let challenge = String::from_utf8_lossy(decision.challenge(&memory.reply)).into_owned();
    (step == Step::Done).then(|| (decision.reason(), decision.status(), challenge))
}

#[test]
fn headers_are_answered_before_the_body_is_read() {
    fn named(transport: Transport<'_>) -> Call<'_> {
        Call { asserted: EDITOR, ..Call::new(transport, 1) }
    }
    let say = |reason: Reason, status: u16| Some((reason, status, String::new()));
    assert_eq!(before_the_body(&named(post(HEADERS))), None, "the body is asked for");
    assert_eq!(before_the_body(&HTTP), Some((Reason::IdentityMissing, 401, "Bearer".into())));
    for (name, value, expected) in [
        ("Host", "evil.example", say(Reason::HttpHost, 421)),
        ("Host", "", say(Reason::HttpHost, 421)),
        ("Origin", "https://evil.example", say(Reason::HttpOrigin, 403)),
        ("Content-Type", "text/plain", say(Reason::HttpContentType, 415)),
        ("Accept", "application/json", say(Reason::HttpAccept, 406)),
    ] {
        let headers = with(name, value);
        assert_eq!(before_the_body(&named(post(&headers))), expected, "{name}: {value}");
    }
    let roles = |roles: &'static [&'static str]| Call { asserted: Some(Asserted::new("x", roles)), ..HTTP };
    assert_eq!(before_the_body(&roles(&["root"])), say(Reason::IdentityRole, 403));
    assert_eq!(before_the_body(&roles(&[])), say(Reason::IdentityNoRole, 403));
    let long = |len| named(Transport::Http(Http { method: b"POST", headers: HEADERS, body_len: Some(len) }));
    assert_eq!(before_the_body(&long(4097)), say(Reason::BodySize, 413));
    assert_eq!(before_the_body(&long(4096)), None);
}

#[test]
fn only_post_carries_messages_and_only_legacy_sessions_know_get_and_delete() {
    let legacy = with("MCP-Protocol-Version", "2025-11-25");
    let session: Vec<_> = legacy.iter().copied().chain([header("Mcp-Session-Id", "s1")]).collect();
    let bare: Vec<_> = with("MCP-Protocol-Version", "").into_iter().chain([header("Mcp-Session-Id", "s1")]).collect();
    let all = policy(POLICY);
    let modern = policy(POLICY.replace(r#"name = "t""#, r#"name = "t", revisions = ["2026-07-28"]"#));
    let ask = |policy: &adarga_host::load::Policy, method: &'static str, headers: &[Header<'_>]| {
        let http = Http { method: method.as_bytes(), headers, body_len: None };
        let call = Call { asserted: EDITOR, ..Call::new(Transport::Http(http), 1) };
        let (decision, _) = decide(&policy.gate().unwrap(), &call, b"", None);
        (decision.reason(), decision.status())
    };
    for method in ["PUT", "HEAD", "OPTIONS", "PATCH", "post", ""] {
        assert_eq!(ask(&all, method, &session), (Reason::HttpMethod, 405), "{method}");
    }
    for method in ["GET", "DELETE"] {
        assert_eq!(ask(&all, method, HEADERS), (Reason::HttpMethod, 405), "{method}: the newest revision has none");
        assert_eq!(ask(&all, method, &session), (Reason::Allowed, 200), "{method}");
        assert_eq!(ask(&modern, method, &bare), (Reason::HttpMethod, 405), "{method}: no legacy revision is served");
    }
    assert_eq!(ask(&all, "DELETE", &legacy), (Reason::HttpSession, 400));
}

#[test]
fn delete_ends_the_session_of_its_owner_alone() {
    let policy = policy(POLICY);
    let gate = policy.gate().unwrap();
    let headers: Vec<_> =
        with("MCP-Protocol-Version", "2025-11-25").into_iter().chain([header("Mcp-Session-Id", "s1")]).collect();
    let delete = |subject: &'static str, session: &mut Session| {
        let http = Http { method: b"DELETE", headers: &headers, body_len: None };
        let call = Call { asserted: Some(Asserted::new(subject, &["editor"])), ..Call::new(Transport::Http(http), 1) };
        let (decision, _) = decide(&gate, &call, b"", Some(session));
        (decision.reason(), decision.status())
    };
    let mut session = Session::restored(Revision::V20251125, "alice", Capabilities::NONE);
    assert_eq!(delete("mallory", &mut session), (Reason::LifecycleOwner, 404));
    assert_eq!(session.revision(), Some(Revision::V20251125));
    assert_eq!(delete("alice", &mut session), (Reason::Allowed, 200));
    assert_eq!(session.revision(), None);
    assert_eq!(delete("alice", &mut session), (Reason::HttpSessionEnded, 404));
}

#[test]
fn an_initialized_session_is_its_callers_own() {
    let policy = policy(POLICY);
    let gate = policy.gate().unwrap();
    let mut session = Session::new();
    let mut ask = |subject: &'static str, body: &[u8]| {
        let call = Call { asserted: Some(Asserted::new(subject, &["editor"])), ..STDIO };
        decide(&gate, &call, body, Some(&mut session)).0.reason()
    };
    let list = br#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#;
    assert_eq!(ask("alice", list), Reason::LifecycleOrder);
    assert_eq!(ask("alice", INITIALIZE), Reason::Allowed);
    assert_eq!(ask("alice", list), Reason::Allowed);
    assert_eq!(ask("mallory", list), Reason::LifecycleOwner);
    assert_eq!(ask("alice", INITIALIZE), Reason::LifecycleRepeated);
    assert_eq!(ask("alice", list), Reason::Allowed, "a denial changes no session");
}

#[test]
fn a_denied_initialize_begins_no_session() {
    let policy = policy(format!("{POLICY}\nmethods = {{ initialize = false }}"));
    let mut session = Session::new();
    let (decision, _) = decide(&policy.gate().unwrap(), &STDIO, INITIALIZE, Some(&mut session));
    assert_eq!((decision.reason(), session), (Reason::PermissionDenied, Session::new()));
}

/// Observe mode judges and says so, and lets the whole conversation of an unknown caller pass.
#[test]
fn observe_mode_lets_a_caller_without_identity_hold_a_legacy_conversation() {
    let policy = policy(ANONYMOUS.replace(r#"name = "t""#, r#"name = "t", mode = "observe""#));
    let gate = policy.gate().unwrap();
    let mut session = Session::new();
    for body in [
        INITIALIZE,
        br#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        br#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"search"}}"#,
    ] {
        let (decision, _) = decide(&gate, &STDIO, body, Some(&mut session));
        assert!(decision.allowed() && decision.observed(), "{}: {}", decision.reason(), String::from_utf8_lossy(body));
        assert_eq!(decision.reason(), Reason::IdentityMissing);
    }
}

#[test]
fn every_reply_fits_and_is_json() {
    let policy = policy(POLICY);
    let gate = policy.gate().unwrap();
    let id = "i".repeat(126);
    let item = format!(r#"{{"jsonrpc":"2.0","id":"{id}","method":"tools/call","params":{{"name":"no"}}}}"#);
    let batch = format!("[{}]", [item.as_str(); 16].join(","));
    let mut session = Session::restored(Revision::V20250326, "", Capabilities::NONE);
    let (decision, reply) = decide(&gate, &STDIO, batch.as_bytes(), Some(&mut session));
    let reply: serde_json::Value = serde_json::from_str(&reply).unwrap();
    assert_eq!(
        (decision.reason(), reply.as_array().map(Vec::len)),
        (Reason::JsonValues, None),
        "the batch has more than 64 values"
    );
    let roomy = crate::support::policy(POLICY.replace("values_max = 64", "values_max = 1024"));
    let (decision, reply) = decide(&roomy.gate().unwrap(), &STDIO, batch.as_bytes(), Some(&mut session));
    let reply: serde_json::Value = serde_json::from_str(&reply).unwrap();
    assert_eq!((decision.reason(), reply.as_array().map(Vec::len)), (Reason::RouteTool, Some(16)));
}

#[test]
fn the_table_of_reasons_is_in_order_and_its_texts_give_nothing_away() {
    use adarga_core::reason::REASONS;
    for pair in REASONS.windows(2) {
        assert!(pair[0].number < pair[1].number, "{} {}", pair[0].name, pair[1].name);
    }
    for row in REASONS {
        assert_eq!((Reason::from_number(row.number), Reason::from_name(row.name)), (Some(row.reason), Some(row.reason)));
        assert_eq!((row.reason.number(), row.reason.name(), row.reason.to_string().as_str()), (row.number, row.name, row.name));
        assert_eq!(REASONS.iter().filter(|other| other.name == row.name).count(), 1, "{}", row.name);
        // a capability that the policy demands makes nothing ambiguous, so an observing policy lets it pass
        let ambiguous = (row.number / 1000 == 1 || row.number == 0) && row.reason != Reason::MessageCapability;
        assert_eq!(row.reason.is_ambiguity(), ambiguous, "{}", row.name);
        assert!(row.text.is_ascii() && row.text.len() < 70 && !row.text.ends_with('.'), "{}", row.text);
        if row.reason != Reason::Allowed {
            assert!(row.status >= 400 && row.code < 0 && row.guide < 0, "{}", row.name);
            // application codes lie outside of what JSON-RPC and MCP reserve; those that MCP names are its own
            assert!(
                row.code < -32768 || matches!(row.code, -32700 | -32600..=-32600 | -32603..=-32601 | -32022..=-32020),
                "{}",
                row.name
            );
        }
    }
}
