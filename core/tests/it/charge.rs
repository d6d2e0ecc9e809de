//! Limits of policies through the machine: against a log of every call, and a store against a table.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
};

use adarga_core::{
    Call, Decision, Fault, Gate, Machine, Reason, Session, Step,
    arrival::Header,
    capabilities::Capabilities,
    decide::{Input, Outcome, StoreCharge, Work},
    identity::Asserted,
    peer::Peer,
    rate::{Charge, Limit, LocalTable, RateTable, Refusal, Slot, Window},
    revision::Revision,
};
use adarga_host::{load::Policy, memory::Memory};
use proptest::{collection::vec, prelude::*};

use crate::{
    rate::{Fractions, Log},
    support::{STDIO, header, policy, post},
};

const START_MS: u64 = 1_790_000_000_000;
const HEAD: &str = r#"
    stdio = { role = "editor" }
    http = { hosts = ["localhost:*"] }
    limits = { values_max = 1024, body_max = "8 KiB" }
    roles = { editor = ["read:*"] }
"#;
const HEADERS: &[Header<'_>] = &[
    header("Host", "localhost:1"),
    header("Content-Type", "application/json"),
    header("Accept", "*/*"),
    header("MCP-Protocol-Version", "2025-03-26"),
];

fn with(rest: &str, observe: bool) -> Policy {
    let mode = if observe { "observe" } else { "enforce" };
    policy(format!("server = {{ name = \"t\", mode = \"{mode}\" }}\n{HEAD}\n{rest}"))
}

fn call(tool: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}"}}}}"#)
}

/// A limit as it stands in a policy, and as the model counts it.
#[derive(Clone, Copy, Debug)]
enum Said {
    Window(u32),
    Gcra(u32, u32),
}

impl Said {
    fn text(self, by: &[&str]) -> String {
        match self {
            Self::Window(calls) => format!(r#"{{ rate = "{calls}/s", by = {by:?} }}"#),
            Self::Gcra(calls, burst) => format!(r#"{{ rate = "{calls}/s", burst = {burst}, by = {by:?} }}"#),
        }
    }
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![(3..8_u32).prop_map(Said::Window), (2..30_u32, 3..6_u32).prop_map(|(calls, burst)| Said::Gcra(calls, burst))]
}

/// The limits of one policy; tool `a` costs 1, `b` costs 3, `z` is any other.
#[derive(Clone, Debug)]
struct Limits {
    client: Vec<Said>,
    subject: Vec<Said>,
    calls: Vec<Said>,
    a: Vec<Said>,
    b: Vec<Said>,
}

fn limits() -> impl Strategy<Value = Limits> {
    let some = || vec(said(), 0..3);
    (some(), some(), some(), some(), some()).prop_map(|(client, subject, calls, a, b)| Limits { client, subject, calls, a, b })
}

impl Limits {
    fn policy(&self, store: &str) -> Policy {
        let list = |name: &str, limits: &[Said], by: &[&str]| {
            let texts: Vec<_> = limits.iter().map(|limit| limit.text(by)).collect();
            if texts.is_empty() { String::new() } else { format!("{name} = [{}]\n", texts.join(", ")) }
        };
        with(
            &format!(
                "[rates]\nclients = 64\n{}{}{}{store}\n[tools.a]\npermission = \"read:x\"\n{}[tools.b]\npermission = \"read:x\"\ncost = 3\n{}\
                 [tools.no]\npermission = \"write:x\"\n[tools.\"*\"]\npermission = \"read:x\"\n",
                list("client", &self.client, &["peer"]),
                list("subject", &self.subject, &["subject"]),
                list("calls", &self.calls, &["subject", "tool"]),
                list("rate", &self.a, &["tool"]),
                list("rate", &self.b, &["peer", "subject", "tool"]),
            ),
            false,
        )
    }
}

/// A store of allowances without any table: by name, each with all that it ever allowed.
#[derive(Default)]
struct Model {
    windows: HashMap<String, Log>,
    rates: HashMap<String, Fractions>,
}

impl Model {
    fn charge(&mut self, place: &str, limits: &[Said], key: &str, cost: u32, now_ms: u64) -> Result<(), Refusal> {
        for (number, limit) in limits.iter().enumerate() {
            let name = format!("{place} {number} {key}");
            match *limit {
                Said::Window(calls) => {
                    self.windows.entry(name).or_default().charge(Window::new(calls, 1000).unwrap(), cost, now_ms)?;
                }
                Said::Gcra(calls, burst) => {
                    let rate = self.rates.entry(name).or_insert_with(|| Fractions::new(calls, 1000, burst));
                    rate.charge(cost, now_ms)?;
                }
            }
        }
        Ok(())
    }

    /// What a policy says of a body, from its words alone.
    fn judge(&mut self, limits: &Limits, event: &Event, now_ms: u64) -> (Reason, Option<u64>) {
        let (peer, who) = (event.peer.to_string(), event.subject.to_string());
        let judged =
            self.charge("client", &limits.client, &peer, 1, now_ms).map_err(|refusal| (refusal.reason, refusal.retry_after_ms));
        let judged = judged.and_then(|()| {
            event.items().iter().try_for_each(|item| {
                let (tool, own, key, cost): (_, &[Said], _, _) = match *item {
                    "list" => {
                        let charged = self.charge("subject", &limits.subject, &who, 1, now_ms);
                        return charged.map_err(|refusal| (refusal.reason, refusal.retry_after_ms));
                    }
                    "no" => return Err((Reason::PermissionDenied, None)),
                    "a" => ("a", &limits.a, String::new(), 1),
                    "b" => ("b", &limits.b, format!("{peer} {who}"), 3),
                    _ => ("*", &[], String::new(), 1),
                };
                let charged = self.charge("subject", &limits.subject, &who, cost, now_ms);
                let charged = charged.and_then(|()| self.charge("calls", &limits.calls, &format!("{who} {tool}"), cost, now_ms));
                let charged = charged.and_then(|()| self.charge(tool, own, &key, cost, now_ms));
                charged.map_err(|refusal| (refusal.reason, refusal.retry_after_ms))
            })
        });
        judged.err().unwrap_or((Reason::Allowed, None))
    }
}

#[derive(Clone, Debug)]
struct Event {
    peer: u8,
    subject: u8,
    what: Vec<u8>,
    after_ms: u64,
}

impl Event {
    fn items(&self) -> Vec<&'static str> {
        self.what.iter().map(|what| ["a", "b", "one", "two", "list", "no"][usize::from(*what)]).collect()
    }

    fn body(&self) -> String {
        let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#.to_owned();
        let items: Vec<_> = self.items().iter().map(|item| if *item == "list" { list.clone() } else { call(item) }).collect();
        if let [one] = items.as_slice() { one.clone() } else { format!("[{}]", items.join(",")) }
    }
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let what = prop_oneof![8 => vec(prop_oneof![8 => 0..5_u8, 1 => Just(5)], 1), 1 => vec(0..6_u8, 2..5)];
    let event = (0..3_u8, 0..3_u8, what, prop_oneof![2 => 0..3_u64, 2 => 0..300_u64, 1 => 0..1500_u64]);
    vec(event.prop_map(|(peer, subject, what, after_ms)| Event { peer, subject, what, after_ms }), 1..60)
}

/// A store that the test keeps: allowances by the keys of charges.
struct Store<'m>(LocalTable<'m>);

impl Store<'_> {
    fn answer(&mut self, gate: &Gate<'_>, charges: &[StoreCharge], now_ms: u64) -> Outcome {
        let rates = gate.image().rates().unwrap();
        for (at, one) in charges.iter().enumerate() {
            // the limit is in the key already
            let charge = Charge { limit_id: 0, key: &one.key, cost: one.cost, now_ms };
            if let Err(refusal) = RateTable::<Limit>::charge(&mut self.0, rates.limit(one.limit).unwrap(), &charge) {
                return Outcome::Refused { at, refusal };
            }
        }
        Outcome::Granted
    }
}

fn decide(gate: &Gate<'_>, call: &Call<'_>, body: &[u8], memory: &mut Memory, store: &mut Store<'_>) -> (Decision, usize) {
    let mut lent = memory.lend();
    let mut work = lent.work(None);
    let (mut machine, mut asked) = (Machine::new(), 0);
    let mut step = gate.resume(&mut machine, call, Input::Start, &mut work).unwrap();
    loop {
        step = match step {
            Step::Body => gate.resume(&mut machine, call, Input::Body(body), &mut work).unwrap(),
            Step::Charge => {
                asked += 1;
                let outcome = store.answer(gate, machine.charges(), call.now_ms);
                gate.resume(&mut machine, call, Input::Charged(outcome, body), &mut work).unwrap()
            }
            Step::Done => return (machine.into_decision(), asked),
            step => panic!("{step:?}"),
        };
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// One after another the calls of few clients, judged by a table, by a store that is asked, and by a model of logs.
    #[test]
    fn verdicts_are_what_a_log_of_every_call_says(limits in limits(), events in events()) {
        let local = limits.policy("");
        let shared = limits.policy("store = { redis = { env = \"URL\" } }");
        let (local, shared) = (local.gate().unwrap(), shared.gate().unwrap());
        let mut memories = [Memory::for_gate(&local).with_rates(&local), Memory::for_gate(&shared).with_rates(&shared)];
        let (mut slots, mut cells) = (vec![Slot::default(); 512], vec![0; 512 * 8]);
        let mut store = Store(LocalTable::new(&mut slots, &mut cells, 8, (3, 4)));
        let (mut model, mut now_ms) = (Model::default(), START_MS);
        for event in &events {
            now_ms += event.after_ms;
            let subject = format!("s{}", event.subject);
            let call = Call {
                asserted: Some(Asserted::new(&subject, &["editor"])),
                peer: Some(Ipv4Addr::new(192, 0, 2, event.peer).into()),
                ..Call::new(post(HEADERS), now_ms)
            };
            let want = model.judge(&limits, event, now_ms);
            let body = event.body();
            for (gate, memory) in [&local, &shared].into_iter().zip(&mut memories) {
                let (decision, asked) = decide(gate, &call, body.as_bytes(), memory, &mut store);
                prop_assert_eq!((decision.reason(), decision.retry_after_ms()), want, "{:?}", event);
                prop_assert!(asked <= 1);
                prop_assert_eq!(decision.peer(), Peer::Address(IpAddr::V4(Ipv4Addr::new(192, 0, 2, event.peer)).into()));
                let status = match want.0 { Reason::Allowed => 200, Reason::PermissionDenied => 403, _ => 429 };
                prop_assert_eq!(decision.status(), status);
            }
        }
    }
}

/// Over stdio, with the table that the policy asks for.
fn say(gate: &Gate<'_>, memory: &mut Memory, body: &str, now_ms: u64) -> (Decision, String) {
    let mut session = Session::restored(Revision::V20250326, "", Capabilities::NONE);
    let call = Call { now_ms, ..STDIO };
    let decision = gate.decide(&call, body.as_bytes(), &mut memory.lend().work(Some(&mut session))).unwrap();
    let reply = String::from_utf8(decision.reply(&memory.reply).to_vec()).unwrap();
    (decision, reply)
}

#[test]
fn a_policy_with_limits_and_a_host_without_a_table_is_a_fault() {
    let windows = with("rates = { subject = \"9/s\" }\ntools.a.permission = \"read:x\"", false);
    let bursts = with("rates = { subject = { rate = \"9/s\", burst = 9 } }\ntools.a.permission = \"read:x\"", false);
    let store =
        with("rates = { subject = \"9/s\", store = { redis = { env = \"U\" } } }\ntools.a.permission = \"read:x\"", false);
    let proxies = with("tools.a.permission = \"read:x\"", false);
    let start = |policy: &Policy, width: Option<usize>| {
        let gate = policy.gate().unwrap();
        let mut memory = Memory::for_gate(&gate);
        let (mut slots, mut cells) = ([Slot::default(); 4], vec![0; 4 * width.unwrap_or(0)]);
        let mut table = LocalTable::new(&mut slots, &mut cells, width.unwrap_or(0), (1, 2));
        let (mut scratch, reply) = memory.parts();
        let rates: Option<&mut dyn RateTable<Limit>> = if width.is_some() { Some(&mut table) } else { None };
        let mut machine = Machine::new();
        let step = gate.resume(&mut machine, &STDIO, Input::Start, &mut Work { rates, ..Work::new(&mut scratch, reply) });
        assert!(!machine.decision().allowed());
        step
    };
    assert_eq!(start(&windows, None), Err(Fault::RatesAbsent));
    assert_eq!(start(&windows, Some(8)), Err(Fault::RatesSmall));
    assert_eq!(start(&windows, Some(9)), Ok(Step::Body));
    assert_eq!(start(&bursts, None), Err(Fault::RatesAbsent));
    assert_eq!(start(&bursts, Some(0)), Ok(Step::Body));
    // a store counts elsewhere
    assert_eq!(start(&store, None), Ok(Step::Body));
    assert_eq!(start(&proxies, None), Ok(Step::Body));
}

/// Cells for fewer slots than there are would leave some clients without a window.
#[test]
fn a_table_with_too_few_cells_holds_no_window() {
    let (mut slots, mut cells) = ([Slot::default(); 8], [0; 8 * 9 - 1]);
    let table = LocalTable::new(&mut slots, &mut cells, 9, (1, 2));
    assert_eq!(RateTable::<Limit>::window_calls(&table), 0);
}

#[test]
fn a_full_table_denies_unless_the_policy_says_otherwise() {
    for (full, reason) in [("deny", Reason::RateFull), ("allow", Reason::Allowed)] {
        let policy = with(&format!("rates = {{ client = \"1/s\", full = \"{full}\" }}\ntools.a.permission = \"read:x\""), false);
        let gate = policy.gate().unwrap();
        let mut memory = Memory::for_gate(&gate);
        let (mut slots, mut cells) = ([Slot::default(); 4], [0; 4]);
        let mut table = LocalTable::new(&mut slots, &mut cells, 1, (1, 2));
        let mut last = Reason::Undecided;
        for peer in 0..5 {
            let (mut scratch, reply) = memory.parts();
            let rates: Option<&mut dyn RateTable<Limit>> = Some(&mut table);
            let mut work = Work { rates, ..Work::new(&mut scratch, reply) };
            let call = Call {
                asserted: Some(Asserted::new("alice", &["editor"])),
                peer: Some(Ipv4Addr::new(192, 0, 2, peer).into()),
                ..Call::new(post(HEADERS), START_MS)
            };
            last = gate.decide(&call, call_a().as_bytes(), &mut work).unwrap().reason();
            assert!(peer == 4 || last == Reason::Allowed, "{peer}: {last}");
        }
        assert_eq!(last, reason, "{full}");
    }
}

fn call_a() -> String {
    call("a")
}

#[test]
fn an_observing_policy_says_what_an_enforcing_one_would_have_said_first() {
    let policy = with(
        "rates = { client = \"1/min\", subject = \"1/hour\" }\ntools.a.permission = \"read:x\"\ntools.no.permission = \"write:x\"",
        true,
    );
    let gate = policy.gate().unwrap();
    let mut memory = Memory::for_gate(&gate).with_rates(&gate);
    let (decision, _) = say(&gate, &mut memory, &call("a"), START_MS);
    assert_eq!((decision.allowed(), decision.observed(), decision.reason()), (true, false, Reason::Allowed));
    for tool in ["a", "no"] {
        let (decision, _) = say(&gate, &mut memory, &call(tool), START_MS + 10);
        assert_eq!((decision.allowed(), decision.observed(), decision.reason()), (true, true, Reason::RateExceeded), "{tool}");
        assert_eq!(decision.retry_after_ms(), Some(59_990), "the client's limit came first");
    }
    // the client's is whole again, the caller's is not
    let (decision, _) = say(&gate, &mut memory, &call("a"), START_MS + 60_000);
    assert_eq!((decision.reason(), decision.retry_after_ms()), (Reason::RateExceeded, Some(3_540_000)));
    // what is ambiguous is refused, and says nothing of limits
    let (decision, reply) = say(&gate, &mut memory, "{", START_MS + 60_001);
    assert_eq!((decision.allowed(), decision.reason(), decision.retry_after_ms()), (false, Reason::JsonSyntax, None));
    assert!(!reply.contains("retryAfter"), "{reply}");
}

#[test]
fn a_store_is_asked_once_with_all_charges_and_another_body_is_out_of_turn() {
    let rates = "rates = { subject = \"9/s\", calls = \"5/s\", store = { redis = { env = \"U\" } } }";
    let policy = with(&format!("{rates}\ntools.a = {{ permission = \"read:x\", rate = \"4/s\", cost = 2 }}"), false);
    let gate = policy.gate().unwrap();
    let mut memory = Memory::for_gate(&gate).with_rates(&gate);
    let body = format!("[{},{}]", call("a"), call("a"));
    let mut session = Session::restored(Revision::V20250326, "", Capabilities::NONE);
    let mut ask = |outcome: Outcome, other: &str| {
        let mut lent = memory.lend();
        let mut work = lent.work(Some(&mut session));
        let mut machine = Machine::new();
        gate.resume(&mut machine, &STDIO, Input::Start, &mut work).unwrap();
        assert_eq!(gate.resume(&mut machine, &STDIO, Input::Body(body.as_bytes()), &mut work), Ok(Step::Charge));
        let charges = machine.charges().to_vec();
        let (limits, costs): (Vec<_>, Vec<_>) = charges.iter().map(|one| (one.limit, one.cost)).unzip();
        assert_eq!((limits, costs), (vec![0, 1, 2, 0, 1, 2], vec![2; 6]));
        // the same allowances for both, and others under each limit
        assert!(charges[..3].iter().zip(&charges[3..]).all(|(one, other)| one.key == other.key));
        assert!(charges[0].key != charges[1].key && charges[1].key != charges[2].key && charges[0].key != charges[2].key);
        assert!(!machine.decision().allowed());
        assert_eq!(gate.resume(&mut machine, &STDIO, Input::Body(body.as_bytes()), &mut work), Err(Fault::OutOfTurn));
        let done = gate.resume(&mut machine, &STDIO, Input::Charged(outcome, other.as_bytes()), &mut work);
        (done, machine.into_decision())
    };
    assert_eq!(ask(Outcome::Granted, &body).1.reason(), Reason::Allowed);
    assert_eq!(ask(Outcome::Granted, "{}").0, Err(Fault::OutOfTurn));
    assert_eq!(ask(Outcome::Away, &body).1.reason(), Reason::RateUnavailable);
    for (at, reason) in [(0, Reason::RateExceeded), (5, Reason::RateExceeded), (6, Reason::Allowed)] {
        let refusal = Refusal { reason: Reason::RateExceeded, retry_after_ms: Some(1) };
        let (done, decision) = ask(Outcome::Refused { at, refusal }, &body);
        assert_eq!((done, decision.reason()), (Ok(Step::Done), reason), "{at}");
    }
}

/// Machines whose policies say the same of a limit share it; what a policy says of something else plays no part.
#[test]
fn keys_of_a_store_are_those_of_the_limit_and_the_caller() {
    let key = |rest: &str, tool: &str, subject: &str| {
        let store = "rates = { calls = \"5/s\", store = { redis = { env = \"U\" } } }";
        let policy = with(&format!("{store}\n{rest}"), false);
        let gate = policy.gate().unwrap();
        let mut memory = Memory::for_gate(&gate).with_rates(&gate);
        let mut lent = memory.lend();
        let (mut work, mut machine) = (lent.work(None), Machine::new());
        let call = Call { asserted: Some(Asserted::new(subject, &["editor"])), ..STDIO };
        gate.resume(&mut machine, &call, Input::Start, &mut work).unwrap();
        let body = self::call(tool).replace("}}", r#","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#);
        assert_eq!(gate.resume(&mut machine, &call, Input::Body(body.as_bytes()), &mut work), Ok(Step::Charge));
        machine.charges().iter().map(|charge| charge.key).collect::<Vec<_>>()
    };
    let plain = "tools.a.permission = \"read:x\"";
    let more = "tools.zero.permission = \"read:y\"\ntools.a = { permission = \"read:x\", rate = \"7/s\" }";
    let other = "tools.a = { permission = \"read:x\", rate = \"8/s\" }";
    assert_eq!(key(plain, "a", "alice")[0], key(more, "a", "alice")[0]);
    assert_ne!(key(plain, "a", "alice")[0], key(plain, "a", "alicf")[0]);
    assert_ne!(key(more, "a", "alice")[1], key(other, "a", "alice")[1]);
    assert_ne!(key(more, "a", "alice")[0], key(more, "zero", "alice")[0]);
}
