//! The release filter against a naive one over serde_json values, and the tickets that lead to it.

use adarga_core::{
    Call, Fault, Gate, Session, Ticket, capabilities::Capabilities, decide::Work, release::Released, revision::Revision,
};
use adarga_host::memory::Memory;
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use crate::support::{STDIO, policy};

const POLICY: &str = r#"
    server = { name = "t" }
    stdio = { role = "editor" }
    roles = { editor = ["read:*"] }
    tools = { a = { permission = "read:a" }, b = { permission = "write:b" }, c = { permission = "read:c", when = { role = "editor" } } }
"#;

const MODERN: &[u8] = br#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#;
const LEGACY: &[u8] = br#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;

/// The tickets of an allowed input.
fn tickets(gate: &Gate<'_>, call: &Call<'_>, body: &[u8], mut session: Option<&mut Session>) -> Vec<Option<Ticket>> {
    let mut memory = Memory::for_gate(gate);
    let (mut scratch, reply) = memory.parts();
    let decision =
        gate.decide(call, body, &mut Work { session: session.as_deref_mut(), ..Work::new(&mut scratch, reply) }).unwrap();
    assert!(decision.allowed(), "{}", decision.reason());
    let document = decision.document(body, &scratch);
    (0..decision.items()).map(|item| gate.ticket(&decision, call, session.as_deref(), document, item)).collect()
}

fn released(gate: &Gate<'_>, ticket: &Ticket, response: &[u8], room: usize) -> Result<Option<Vec<u8>>, Fault> {
    let mut memory = Memory::for_gate(gate);
    let mut scratch = memory.scratch();
    let reading = gate.read(response, &mut scratch, None).unwrap();
    let mut out = vec![0; room];
    Ok(match gate.release(ticket, &reading, response, &mut scratch, None, &mut out)? {
        Released::Unchanged => None,
        Released::Edited(bytes) => Some(bytes.to_vec()),
        Released::Denied(denial) => panic!("{}", denial.reason),
    })
}

/// One element of a list and whether the caller may see it.
fn element() -> impl Strategy<Value = (String, bool)> {
    let elements = [
        (r#"{"name":"a"}"#, true),
        (r#"{ "x" : [1.0e2, {"name":"b"}] , "name" : "a" }"#, true),
        (r#"{"name":"\u0063","description":"b ],[ }"}"#, true),
        (r#"{"name":"b"}"#, false),
        (r#"{"name":"zzz","inputSchema":{"properties":{"name":{}}}}"#, false),
        (r#"{"title":"nameless"}"#, false),
        (r#"{"name":null}"#, false),
        ("[]", false),
        ("\"a\"", false),
    ];
    prop::sample::select(elements.to_vec()).prop_map(|(text, visible)| (text.to_owned(), visible))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_list_loses_what_the_caller_may_not_use_and_nothing_else(
        list in vec(element(), 0..9),
        comma in prop::sample::select(&[",", " , ", ",\n"][..]),
        edge in prop::sample::select(&["", " "][..]),
        before in prop::sample::select(&["", r#""cacheScope":"public","#, r#""cacheScope" : {"a":[]} , "z":1.50,"#, r#""nextCursor":"é\u00e9","#][..]),
        after in prop::sample::select(&["", r#","ttlMs":1E1"#, r#", "cacheScope":"public""#][..]),
        modern in any::<bool>(),
    ) {
        prop_assume!(!(before.contains("cacheScope") && after.contains("cacheScope")));
        let head = format!(r#"{{"jsonrpc": "2.0" , "id":1,"result":{{{before}"tools":"#);
        let tail = format!("{after}}}}}");
        let texts: Vec<_> = list.iter().map(|(text, _)| text.as_str()).collect();
        let response = format!("{head}[{edge}{}{edge}]{tail}", texts.join(comma));

        let policy = policy(POLICY);
        let gate = policy.gate().unwrap();
        let mut session = Session::restored(Revision::V20251125, "", Capabilities::NONE);
        let ticket = tickets(&gate, &STDIO, if modern { MODERN } else { LEGACY }, Some(&mut session)).remove(0).unwrap();
        let got = released(&gate, &ticket, response.as_bytes(), gate.released_max(response.len())).unwrap();

        let scoped = before.contains("cacheScope") || after.contains("cacheScope");
        if list.iter().all(|(_, visible)| *visible) && !(modern && scoped) {
            prop_assert_eq!(got, None);
            return Ok(());
        }
        let got = String::from_utf8(got.unwrap()).unwrap();
        let mut naive: Value = serde_json::from_str(&response).unwrap();
        let kept: Vec<_> = list.iter().filter(|(_, visible)| *visible).map(|(text, _)| text.as_str()).collect();
        naive["result"]["tools"] = kept.iter().map(|text| serde_json::from_str::<Value>(text).unwrap()).collect();
        if modern && (scoped || kept.len() < list.len()) {
            naive["result"]["cacheScope"] = json!("private");
        }
        prop_assert_eq!(serde_json::from_str::<Value>(&got).unwrap(), naive, "{} from {}", got, response);
        // what lies outside of the list and its scope is untouched, and each element kept its own bytes
        if !modern || !before.contains("cacheScope") {
            prop_assert!(got.starts_with(&head), "{}", got);
        }
        if !modern || !after.contains("cacheScope") {
            prop_assert!(got.ends_with(&tail), "{}", got);
        }
        let mut rest = got.as_str();
        for text in kept {
            let at = rest.find(text);
            prop_assert!(at.is_some(), "{} lost {}", got, text);
            rest = &rest[at.unwrap() + text.len()..];
        }
        // the promised room suffices, and less of it is a fault
        prop_assert_eq!(released(&gate, &ticket, response.as_bytes(), got.len()).unwrap().unwrap(), got.as_bytes());
        prop_assert_eq!(released(&gate, &ticket, response.as_bytes(), got.len() - 1), Err(Fault::OutputSmall));
    }
}

#[test]
fn a_ticket_keeps_what_the_answer_is_judged_by() {
    let policy = policy(POLICY);
    let gate = policy.gate().unwrap();
    let call = Call { now_ms: 77, ..STDIO };
    let body = br#"{"jsonrpc":"2.0","id":"x\u0041","method":"tools/call","params":{"name":"a"}}"#;
    let mut session = Session::restored(Revision::V20250618, "", Capabilities::NONE);
    let ticket = tickets(&gate, &call, body, Some(&mut session)).remove(0).unwrap();
    assert_eq!((ticket.id(), ticket.start_ms(), ticket.revision()), (br#""x\u0041""#.as_slice(), 77, Revision::V20250618));
    assert_eq!(ticket.method(), adarga_core::method::Method::ToolsCall);
    assert_eq!(ticket.identity().unwrap().subject(), "local");
    assert_eq!(ticket.route().entry(gate.policy()).unwrap().name.as_str(), "a");
}

#[test]
fn what_gets_no_answer_gets_no_ticket() {
    let policy = policy(POLICY);
    let gate = policy.gate().unwrap();
    let mut session = Session::restored(Revision::V20251125, "", Capabilities::NONE);
    for body in [r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, r#"{"jsonrpc":"2.0","id":1,"result":{}}"#] {
        assert_eq!(tickets(&gate, &STDIO, body.as_bytes(), Some(&mut session)), [None]);
    }
}

/// Over stdio nothing but the session says that 2025-03-26 is spoken.
#[test]
fn every_request_of_a_batch_gets_its_ticket() {
    let policy = policy(POLICY);
    let gate = policy.gate().unwrap();
    let item = |id: &str| format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"a"}}}}"#);
    let body = format!(r#"[{},{{"jsonrpc":"2.0","method":"notifications/initialized"}},{}]"#, item("1"), item("\"two\""));
    let mut session = Session::restored(Revision::V20250326, "", Capabilities::NONE);
    let tickets = tickets(&gate, &STDIO, body.as_bytes(), Some(&mut session));
    let ids: Vec<_> = tickets.iter().map(|ticket| ticket.as_ref().map(|ticket| String::from_utf8_lossy(ticket.id()))).collect();
    assert_eq!(ids, [Some("1".into()), None, Some("\"two\"".into())]);
    for ticket in tickets.iter().flatten() {
        assert_eq!(ticket.revision(), Revision::V20250326);
        assert_eq!(ticket.route().entry(gate.policy()).map(|entry| entry.name.as_str()), Some("a"));
    }
}

#[test]
fn the_answer_to_initialize_settles_the_session() {
    let policy = policy(
        "server = { name = \"t\", revisions = [\"2025-06-18\", \"2025-11-25\"] }\nstdio = { role = \"r\" }\nroles = { r = [] }",
    );
    let gate = policy.gate().unwrap();
    let body = br#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"roots":{}},"clientInfo":{}}}"#;
    let settled = |result: &str| {
        let mut session = Session::new();
        let ticket = tickets(&gate, &STDIO, body, Some(&mut session)).remove(0).unwrap();
        assert_eq!(
            (session.revision(), session.capabilities(), session.owner()),
            (Some(Revision::V20251125), Capabilities::ROOTS, "local")
        );
        let response = format!(r#"{{"jsonrpc":"2.0","id":1,{result}}}"#);
        let mut memory = Memory::for_gate(&gate);
        let mut scratch = memory.scratch();
        let reading = gate.read(response.as_bytes(), &mut scratch, Some(&session)).unwrap();
        gate.settle(&ticket, reading.document(response.as_bytes(), &scratch), &mut session);
        session
    };
    assert_eq!(settled(r#""result":{"protocolVersion":"2025-06-18"}"#).revision(), Some(Revision::V20250618));
    assert_eq!(settled(r#""error":{"code":-1,"message":"no"}"#), Session::new());
    let mut ended = Session::new();
    ended.end();
    for other in ["2024-11-05", "2026-07-28", "2030-01-01"] {
        assert_eq!(settled(&format!(r#""result":{{"protocolVersion":"{other}"}}"#)), ended, "{other} is not served");
    }
}
