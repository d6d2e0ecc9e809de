//! The decision path allocates nothing: every allocation of a thread is counted, and none may happen in between.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    net::IpAddr,
};

use adarga_core::{
    Call, Gate, Machine, Reason, Session, Step, Ticket,
    arrival::{Header, Transport},
    capabilities::Capabilities,
    decide::{Input, Outcome, Work},
    identity::{CacheState, TokenCache, cache::Slot},
    release::Released,
    revision::Revision,
};
use adarga_host::memory::Memory;

use crate::{
    identity::{self, NOW_MS},
    support::{EDITOR, STDIO, header, jwt, keys, policy, post, verifier},
};

struct Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call is handed on to the system's allocator unchanged; the counter is a plain cell without a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations of this thread while `work` runs.
fn counted<R>(work: impl FnOnce() -> R) -> (R, u64) {
    let before = COUNT.get();
    let result = work();
    (result, COUNT.get() - before)
}

const POLICY: &str = r#"
    server = { name = "t" }
    stdio = { role = "editor" }
    http = { hosts = ["localhost:*"] }
    roles = { editor = ["read:*"] }
    tools.a = { permission = "read:a", headers = { X = "/x" }, when = { any = [{ argument = "/x", equals = "subject" }, { role = "editor" }] } }
    tools.b = { permission = "write:b" }
    tools.p = { permission = "read:p", paths = { "/x" = "d" } }
    resources."r://{id}/{+path}" = { permission = "read:r:{id}", paths = { path = "d" } }
    roots.d = "/srv/d"
"#;
const META: &str =
    r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;
const HEADERS: &[Header<'_>] = &[
    header("Host", "localhost:1"),
    header("Content-Type", "application/json"),
    header("Accept", "*/*"),
    header("MCP-Protocol-Version", "2026-07-28"),
    header("Mcp-Method", "tools/call"),
    header("Mcp-Name", "=?base64?YQ==?="),
    header("Mcp-Param-X", "alice"),
];

#[test]
fn the_counter_counts() {
    assert_eq!(counted(|| vec![1_u8; 3]).1, 1);
}

#[test]
fn a_decision_allocates_nothing() {
    let policy = policy(POLICY);
    let gate = policy.gate().unwrap();
    let http = Call { asserted: EDITOR, ..Call::new(post(HEADERS), 1) };
    let nobody = Call { asserted: None, ..http };
    let call = |tool: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}","arguments":{{"x":"alice"}},{META}}}}}"#
        )
    };
    let keys: Vec<_> = (0..500).map(|n| format!(r#""k\u0030{n}":{n}"#)).collect();
    let large = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"a","arguments":{{{}}},{META}}}}}"#,
        keys.join(",")
    );
    let item = |tool: &str| format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}"}}}}"#);
    let batch = |tool: &str| format!("[{},{}]", item("a"), item(tool));
    let cases = [
        ("allowed", &STDIO, call("a"), true),
        ("denied", &STDIO, call("b"), false),
        ("unknown", &STDIO, call("zzz"), false),
        ("path beneath", &STDIO, call("p"), true),
        ("path elsewhere", &STDIO, call("p").replace(r#""x":"alice""#, r#""x":["./a","../b"]"#), false),
        (
            "template",
            &STDIO,
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{{"uri":"r://7/a%20b",{META}}}}}"#),
            true,
        ),
        ("not json", &STDIO, "{\"a\":tru".into(), false),
        ("large and escaped", &STDIO, large, true),
        ("allowed batch", &STDIO, batch("a"), true),
        ("denied batch", &STDIO, batch("b"), false),
        ("allowed over http", &http, call("a"), true),
        ("mismatch over http", &http, call("b"), false),
        ("nobody over http", &nobody, call("a"), false),
    ];
    for (name, call, body, allowed) in &cases {
        let mut memory = Memory::for_gate(&gate);
        let (mut scratch, reply) = memory.parts();
        let mut session = Session::restored(Revision::V20250326, "", Capabilities::NONE);
        let mut work = Work { session: Some(&mut session), ..Work::new(&mut scratch, reply) };
        let (decision, count) = counted(|| gate.decide(call, body.as_bytes(), &mut work));
        assert_eq!((decision.unwrap().allowed(), count), (*allowed, 0), "{name}");
    }
}

#[test]
fn ticket_read_and_release_allocate_nothing() {
    let policy = policy(POLICY);
    let gate = policy.gate().unwrap();
    let body = format!(r#"{{"jsonrpc":"2.0","id":"list","method":"tools/list","params":{{{META}}}}}"#);
    let response =
        r#"{"jsonrpc":"2.0","id":"list","result":{"tools":[{"name":"b"},{"name":"a"},{"name":"\u0062"}],"cacheScope":"public"}}"#;
    let ticket = {
        let mut memory = Memory::for_gate(&gate);
        let (mut scratch, reply) = memory.parts();
        let mut work = Work::new(&mut scratch, reply);
        let decision = gate.decide(&STDIO, body.as_bytes(), &mut work).unwrap();
        let document = decision.document(body.as_bytes(), &scratch);
        let (ticket, count) = counted(|| gate.ticket(&decision, &STDIO, None, document, 0));
        assert_eq!(count, 0);
        ticket.unwrap()
    };
    assert_eq!(
        filtered(&gate, &ticket, response),
        r#"{"jsonrpc":"2.0","id":"list","result":{"tools":[{"name":"a"}],"cacheScope":"private"}}"#
    );
}

fn filtered(gate: &Gate<'_>, ticket: &Ticket, response: &str) -> String {
    let mut memory = Memory::for_gate(gate);
    let mut scratch = memory.scratch();
    let mut out = vec![0; gate.released_max(response.len())];
    let (released, count) = counted(|| {
        let reading = gate.read(response.as_bytes(), &mut scratch, None).unwrap();
        gate.release(ticket, &reading, response.as_bytes(), &mut scratch, None, &mut out).unwrap()
    });
    assert_eq!(count, 0);
    match released {
        Released::Edited(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_token_allocates_nothing() {
    let policy = policy(identity::POLICY);
    let gate = policy.gate().unwrap();
    let keys = keys("k");
    let (mut slots, mut bytes, mut state) = (vec![Slot::default(); 8], vec![0; 8 * 1024], CacheState::new((1, 2), 1024));
    let good = jwt("k", &identity::claims(r#","scope":"read:* write:content","permissions":["read:public"]"#));
    let forged = good.replace('A', "B");
    for (token, count, known) in [(&good, 2, true), (&good, 1, true), (&forged, 1, false)] {
        let call = Call { token: Some(token.as_bytes()), verifier: Some(verifier(&keys)), ..Call::new(Transport::Stdio, NOW_MS) };
        for _ in 0..count {
            let mut memory = Memory::for_gate(&gate);
            let (mut scratch, reply) = memory.parts();
            let cache = Some(TokenCache::new(&mut state, &mut slots, &mut bytes));
            let mut work = Work { cache, ..Work::new(&mut scratch, reply) };
            let (decision, count) = counted(|| gate.decide(&call, b"{}", &mut work));
            assert_eq!((decision.unwrap().identity().is_some(), count), (known, 0));
        }
    }
}

#[test]
fn a_charge_allocates_nothing() {
    let text = |store: &str| {
        format!(
            r#"
            server = {{ name = "t" }}
            stdio = {{ role = "editor" }}
            http = {{ hosts = ["localhost:*"], trusted_proxies = ["10.0.0.0/8"] }}
            roles = {{ editor = ["read:*"] }}
            rates = {{ client = "9/s", subject = ["9/s", {{ rate = "9/s", burst = 3 }}], calls = "9/s"{store} }}
            tools.a = {{ permission = "read:a", rate = "2/s" }}
            "#
        )
    };
    let headers: Vec<_> = HEADERS.iter().copied().chain([header("Forwarded", "for=\"[2001:db8::1]:1\", for=10.0.0.2")]).collect();
    let peer = Some(IpAddr::from([10, 0, 0, 1]));
    let http = Call { asserted: EDITOR, peer, ..Call::new(post(&headers), 1) };
    let body =
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"a","arguments":{{"x":"alice"}},{META}}}}}"#);
    for store in ["", r#", store = { redis = { env = "U" } }"#] {
        let policy = policy(text(store));
        let gate = policy.gate().unwrap();
        let mut memory = Memory::for_gate(&gate).with_rates(&gate);
        let mut reasons = Vec::new();
        for _ in 0..4 {
            let (mut lent, mut machine) = (memory.lend(), Machine::new());
            let mut work = lent.work(None);
            let (_, count) = counted(|| {
                let mut step = gate.resume(&mut machine, &http, Input::Start, &mut work);
                while let Ok(next @ (Step::Body | Step::Charge)) = step {
                    let input = match next {
                        Step::Body => Input::Body(body.as_bytes()),
                        _ => Input::Charged(Outcome::Granted, body.as_bytes()),
                    };
                    step = gate.resume(&mut machine, &http, input, &mut work);
                }
                step.unwrap()
            });
            assert_eq!(count, 0);
            reasons.push(machine.decision().reason());
        }
        let last = if store.is_empty() { Reason::RateExceeded } else { Reason::Allowed };
        assert_eq!((reasons[0], reasons[3]), (Reason::Allowed, last));
    }
}

#[test]
fn looking_for_threats_allocates_nothing() {
    for text in ["it's fine", "x%27 or 'q'='q", "&lt;script&gt;", "a;cat /etc/passwd", "..%2f..%2fsecret"] {
        let text = text.repeat(200);
        assert_eq!(counted(|| adarga_core::threat::scan(text.as_bytes())).1, 0);
    }
}

#[test]
fn opening_a_gate_allocates_nothing() {
    let policy = policy(POLICY);
    assert_eq!(counted(|| Gate::open(policy.image()).is_ok()), (true, 0));
    assert!(matches!(STDIO.transport, Transport::Stdio));
}

#[test]
fn a_check_of_arguments_allocates_nothing() {
    let policy = policy(
        r#"
        server = { name = "t" }
        stdio = { role = "editor" }
        roles = { editor = ["read:*"] }
        threats = { sql = "block", html = "report" }
        [tools.a]
        permission = "read:a"
        threats = { except = ["/code"] }
        input = { type = "object", properties = { n = { multipleOf = 0.01 }, l = { uniqueItems = true, items = { pattern = "^[a-z]+$" } } }, unevaluatedProperties = { format = "email" } }
        "#,
    );
    let gate = policy.gate().unwrap();
    let cases = [
        (r#"{"n":1.25,"l":["a","b"],"code":"x@example.com"}"#, Reason::Allowed),
        (r#"{"n":1.255}"#, Reason::ArgumentsSchema),
        (r#"{"l":["a","a"]}"#, Reason::ArgumentsSchema),
        (r#"{"x":"y"}"#, Reason::ArgumentsFormat),
        (r#"{"1' or '1'='1":"a@example.com"}"#, Reason::ThreatSql),
    ];
    for (arguments, reason) in cases {
        let mut memory = Memory::for_gate(&gate);
        let mut lent = memory.lend();
        let mut work = lent.work(None);
        let body =
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"a","arguments":{arguments},{META}}}}}"#);
        let (decision, count) = counted(|| gate.decide(&STDIO, body.as_bytes(), &mut work));
        assert_eq!((decision.unwrap().reason(), count), (reason, 0), "{arguments}");
    }
}
