//! Schemas and threats of a policy, from the bytes of a message to its verdict, against naive rules over parsed JSON.

use adarga_core::{
    Call, Decision, Fault, Gate, Machine, Reason,
    decide::{Input, Work},
    message::write_place,
    schema::{Keyword, Needs},
    threat::{Kinds, scan},
    write::Out,
};
use adarga_host::{memory::Memory, schema::SchemaMemory};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::{Dice, EDITOR, STDIO, decide, policy};

const EDITING: Call<'static> = Call { asserted: EDITOR, ..STDIO };

fn request(method: &str, mut params: Value) -> Vec<u8> {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string().into_bytes()
}

fn call(arguments: Option<&Value>) -> Vec<u8> {
    let mut params = json!({"name": "t"});
    if let Some(arguments) = arguments {
        params["arguments"] = arguments.clone();
    }
    request("tools/call", params)
}

/// A policy whose tool `t` and prompt `p` are what `rules` says.
fn document(mut rules: Value, threats: &Value) -> String {
    rules["permission"] = "read:t".into();
    json!({
        "server": {"name": "s"},
        "roles": {"editor": ["read:*"]},
        "threats": threats,
        "tools": {"t": rules},
        "prompts": {"p": rules},
        "resources": {"x://h/{a}": {"permission": "read:r"}, "x://h/passwd": {"permission": "read:r"}},
    })
    .to_string()
}

/// A decision and the JSON Pointer of its culprit.
fn judged(gate: &Gate<'_>, body: &[u8]) -> (Decision, String) {
    let mut memory = Memory::for_gate(gate);
    let mut lent = memory.lend();
    let decision = gate.decide(&EDITING, body, &mut lent.work(None)).unwrap();
    let mut pointer = vec![0; body.len() * 2 + 64];
    let mut out = Out::new(&mut pointer);
    write_place(decision.document(body, &lent.scratch), decision.place(), &mut out);
    let pointer = String::from_utf8(out.finish().unwrap().to_vec()).unwrap();
    (decision, pointer)
}

const TEXTS: &[&str] = &[
    "hello",
    "it's",
    "1' or '1'='1",
    "<script>alert(1)</script>",
    "a; cat /etc/passwd",
    "../../etc/shadow",
    "1' union select password from users--",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "a\"\\\u{fc}\n",
];
const NAMES: &[&str] = &["a", "b", "a/b", "1' or '1'='1", "~c"];
const ACTIONS: &[Option<&str>] = &[None, Some("block"), Some("report"), Some("off")];

/// Any arguments, some of them hostile.
fn tree(dice: &mut Dice, depth: usize) -> Value {
    match dice.roll(if depth == 0 { 2 } else { 4 }) {
        0 => dice.pick(TEXTS).into(),
        1 => dice.pick(&[json!(1), json!(null), json!(true)].iter().collect::<Vec<_>>()).clone(),
        2 => (0..dice.roll(4)).map(|_| tree(dice, depth - 1)).collect(),
        _ => object(dice, depth),
    }
}

fn object(dice: &mut Dice, depth: usize) -> Value {
    let members = (0..dice.roll(4)).map(|_| (dice.pick(NAMES).to_owned(), tree(dice, depth.saturating_sub(1))));
    Value::Object(members.collect::<Map<_, _>>())
}

fn actions(dice: &mut Dice) -> Map<String, Value> {
    let rows = Kinds::NAMED.into_iter().filter_map(|(_, name, _)| Some((name.to_owned(), Value::from(dice.pick(ACTIONS)?))));
    rows.collect()
}

/// What a naive reader says of every text, in order: its pointer (of a key, that of its value) and the threats that count there.
fn texts<'v>(
    value: &'v Value,
    at: String,
    rules: &Map<String, Value>,
    own: &Value,
    out: &mut Vec<(String, &'v str, Map<String, Value>)>,
) {
    let mut rules = rules.clone();
    if own["except"].as_array().is_some_and(|list| list.iter().any(|pointer| *pointer == *at)) {
        rules.clear();
    } else if let Some(other) = own["arguments"].get(&at) {
        // over those of the entry, not of what lies around it
        rules = own["all"].as_object().unwrap().clone();
        rules.extend(other.as_object().unwrap().clone());
    }
    match value {
        Value::String(text) => out.push((at, text, rules)),
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                texts(value, format!("{at}/{index}"), &rules, own, out);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                let inner = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                // a name belongs to what holds it
                out.push((inner.clone(), name, rules.clone()));
                texts(value, inner, &rules, own, out);
            }
        }
        _ => {}
    }
}

fn with_action(rules: &Map<String, Value>, actions: &[&str]) -> Kinds {
    let counts =
        |(_, name, _): &(Kinds, &str, Reason)| rules.get(*name).is_some_and(|action| actions.contains(&action.as_str().unwrap()));
    Kinds::NAMED.into_iter().filter(counts).fold(Kinds::NONE, |all, (kind, ..)| all.union(kind))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn threats_are_those_of_every_text_and_name(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let general = actions(&mut dice);
        let mut threats = Value::Object(actions(&mut dice));
        let mut all = general.clone();
        all.extend(threats.as_object().unwrap().clone());
        let pointers = ["/a", "/b", "/a/a", "/a~1b", "/b/0", "/~0c/b"];
        let (one, other) = (dice.roll(pointers.len()), dice.roll(pointers.len()));
        let mut own = json!({"all": all, "except": [], "arguments": {}});
        if dice.roll(2) == 0 {
            own["except"] = json!([pointers[one]]);
        }
        if dice.roll(2) == 0 && one != other {
            own["arguments"] = json!({pointers[other]: actions(&mut dice)});
        }
        threats["except"] = own["except"].clone();
        threats["arguments"] = own["arguments"].clone();
        let policy = policy(document(json!({"threats": threats}), &Value::Object(general)));
        let gate = policy.gate().unwrap();
        let arguments = object(&mut dice, 3);

        let mut found = Vec::new();
        texts(&arguments, String::new(), &all, &own, &mut found);
        let (mut want, mut told) = ((Reason::Allowed, String::new()), Kinds::NONE);
        for (at, text, rules) in found {
            told = told.union(scan(text.as_bytes()).intersection(with_action(&rules, &["block", "report"])));
            if let Some(reason) = scan(text.as_bytes()).intersection(with_action(&rules, &["block"])).reason() {
                want = (reason, format!("/params/arguments{at}"));
                break;
            }
        }
        let (decision, pointer) = judged(&gate, &call(Some(&arguments)));
        prop_assert_eq!((decision.reason(), pointer), want, "{}", arguments);
        prop_assert_eq!(decision.threats(), told, "{}", arguments);
        prop_assert_eq!(decision.allowed(), decision.reason() == Reason::Allowed);
    }

    #[test]
    fn ranges_lengths_and_required_members_are_kept(age in prop_oneof![Just(None), (-3_i64..130).prop_map(Some)], name in "[a-zé]{0,6}", more in any::<bool>()) {
        let schema = json!({
            "type": "object",
            "properties": {"age": {"type": "integer", "minimum": 13, "maximum": 120}, "name": {"type": "string", "minLength": 2, "maxLength": 4}},
            "required": ["age"],
            "additionalProperties": false,
        });
        let policy = policy(document(json!({"input": schema}), &json!({})));
        let gate = policy.gate().unwrap();
        let mut arguments = json!({"name": name});
        if let Some(age) = age {
            arguments["age"] = age.into();
        }
        if more {
            arguments["more"] = 1.into();
        }
        let long = name.chars().count();
        let broken: Vec<_> = [
            (age.is_none(), Keyword::Required),
            (age.is_some_and(|age| age < 13), Keyword::Minimum),
            (age.is_some_and(|age| age > 120), Keyword::Maximum),
            (long < 2, Keyword::MinLength),
            (long > 4, Keyword::MaxLength),
            (more, Keyword::AdditionalProperties),
        ].into_iter().filter_map(|(broken, keyword)| broken.then_some(keyword)).collect();
        let (decision, pointer) = judged(&gate, &call(Some(&arguments)));
        prop_assert_eq!(decision.allowed(), broken.is_empty());
        if !broken.is_empty() {
            prop_assert_eq!(decision.reason(), Reason::ArgumentsSchema);
            prop_assert!(broken.contains(&decision.keyword().unwrap()), "{:?} of {:?}", decision.keyword(), broken);
            prop_assert!(pointer.starts_with("/params/arguments"), "{}", pointer);
        } else {
            prop_assert_eq!(decision.keyword(), None);
        }
    }
}

#[test]
fn a_call_without_arguments_is_one_with_none_of_them() {
    for (schema, allowed) in
        [(json!({"required": ["a"]}), false), (json!({"maxProperties": 0}), true), (json!({"type": "object"}), true)]
    {
        let policy = policy(document(json!({"input": schema}), &json!({})));
        let gate = policy.gate().unwrap();
        for arguments in [None, Some(&json!({}))] {
            let (decision, pointer) = judged(&gate, &call(arguments));
            assert_eq!(decision.allowed(), allowed, "{schema} {arguments:?}");
            let place = if arguments.is_some() { "/params/arguments" } else { "/params" };
            assert_eq!(pointer, if allowed { "" } else { place });
        }
    }
}

#[test]
fn every_culprit_is_told_where_there_is_room() {
    let schema = json!({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"maxLength": 1}, "c": {"enum": [1]}}});
    let policy = policy(document(json!({"input": schema}), &json!({})));
    let gate = policy.gate().unwrap();
    let body = call(Some(&json!({"a": "x", "b": "long", "c": 2, "d": null})));
    for room in 0..5 {
        let mut memory = Memory::for_gate(&gate).with_culprits(&gate, room);
        let decision = gate.decide(&EDITING, &body, &mut memory.lend().work(None)).unwrap();
        assert_eq!(decision.reason(), Reason::ArgumentsSchema);
        assert_eq!(decision.keyword(), Some(Keyword::Type));
        let keywords: Vec<_> = memory.culprits(&decision).iter().map(|culprit| culprit.keyword).collect();
        let all = [Keyword::Type, Keyword::MaxLength, Keyword::Enum];
        assert_eq!(keywords, all[..room.min(3)], "room for {room}");
    }
}

#[test]
fn memory_that_is_too_small_is_a_fault_and_none_where_nothing_is_checked() {
    let schema = json!({"type": "object", "unevaluatedProperties": false, "properties": {"a": {"uniqueItems": true}}});
    let checking = policy(document(json!({"input": schema}), &json!({})));
    let gate = checking.gate().unwrap();
    let needs = gate.needs().checks;
    let start = |checks: Option<Needs>| {
        let mut memory = Memory::for_gate(&gate);
        let (mut scratch, reply) = memory.parts();
        let mut checks = checks.map(|needs| SchemaMemory::new(needs, 0));
        let mut lent = checks.as_mut().map(SchemaMemory::memory);
        let work = &mut Work { checks: lent.as_mut(), ..Work::new(&mut scratch, reply) };
        gate.resume(&mut Machine::new(), &EDITING, Input::Start, work).err()
    };
    assert_eq!(start(Some(needs)), None);
    assert_eq!(start(None), Some(Fault::ScratchSmall));
    let less = [
        Needs { frames: needs.frames - 1, ..needs },
        Needs { marks: needs.marks - 1, ..needs },
        Needs { trail: needs.trail - 1, ..needs },
        Needs { prints: needs.prints - 1, ..needs },
        Needs { table: needs.table - 1, ..needs },
    ];
    for less in less {
        assert_eq!(start(Some(less)), Some(Fault::ScratchSmall), "{less:?}");
    }
    let plain = policy(document(json!({}), &json!({"sql": "block"})));
    assert_eq!(plain.gate().unwrap().needs().checks, Needs::NOTHING);
    let nothing = policy(document(json!({}), &json!({"sql": "off"})));
    assert!(nothing.gate().unwrap().image().arguments().is_none());
}

#[test]
fn what_a_schema_grants_is_enough_for_every_document_of_the_limits() {
    let schema = json!({
        "$ref": "#/$defs/t",
        "$defs": {"t": {"type": "object", "properties": {"n": {"$ref": "#/$defs/t"}, "l": {"uniqueItems": true}}, "unevaluatedProperties": false}},
    });
    let text = document(json!({"input": schema}), &json!({})).replacen('{', r#"{"limits":{"depth_max":40,"values_max":400},"#, 1);
    let policy = policy(text);
    let gate = policy.gate().unwrap();
    let deep = (0..36).fold(json!({}), |inner, _| json!({"n": inner}));
    assert!(judged(&gate, &call(Some(&deep))).0.allowed());
    let wide = json!({"l": (0..370).collect::<Vec<_>>()});
    assert!(judged(&gate, &call(Some(&wide))).0.allowed());
    let twice = json!({"l": (0..370).map(|n| n % 369).collect::<Vec<_>>()});
    assert_eq!(judged(&gate, &call(Some(&twice))).0.keyword(), Some(Keyword::UniqueItems));
}

#[test]
fn uris_and_completions_are_read_too() {
    let policy = policy(document(json!({"input": {"required": ["z"]}}), &json!({"traversal": "block", "sql": "block"})));
    let gate = policy.gate().unwrap();
    let reason = |method: &str, params: Value| judged(&gate, &request(method, params)).0.reason();
    let reference = json!({"type": "ref/prompt", "name": "p"});
    let complete = |value: &str, other: &str| {
        let argument = json!({"name": "q", "value": value});
        reason("completion/complete", json!({"ref": reference, "argument": argument, "context": {"arguments": {"o": other}}}))
    };
    assert_eq!(complete("x", "y"), Reason::Allowed, "a schema is for whole arguments");
    assert_eq!(complete("1' or '1'='1", "y"), Reason::ThreatSql);
    assert_eq!(complete("x", "1' or '1'='1"), Reason::ThreatSql);
    assert_eq!(reason("resources/read", json!({"uri": "x://h/report"})), Reason::Allowed);
    assert_eq!(reason("resources/read", json!({"uri": "x://h/1%27%20or%20%271%27%3D%271"})), Reason::ThreatSql);
    assert_eq!(reason("prompts/get", json!({"name": "p", "arguments": {"q": "x"}})), Reason::ArgumentsSchema);
    assert_eq!(reason("prompts/get", json!({"name": "p", "arguments": {"z": "../../etc/passwd"}})), Reason::ThreatTraversal);
}

#[test]
fn an_observing_policy_lets_pass_and_says_what_it_found() {
    let text = document(json!({"input": {"required": ["a"]}}), &json!({"sql": "block"}))
        .replace(r#""name":"s""#, r#""name":"s","mode":"observe""#);
    let policy = policy(text);
    let gate = policy.gate().unwrap();
    for (arguments, reason) in [(json!({}), Reason::ArgumentsSchema), (json!({"a": "1' or '1'='1"}), Reason::ThreatSql)] {
        let (decision, reply) = decide(&gate, &EDITING, &call(Some(&arguments)), None);
        assert!(decision.allowed() && decision.observed() && reply.is_empty());
        assert_eq!(decision.reason(), reason);
    }
}

#[test]
fn an_observing_policy_refuses_twins_behind_what_it_lets_pass() {
    let when = json!({"any": [{"role": "nobody"}, {"argument": "/who", "equals": "subject"}]});
    let rules = json!({
        "input": {"required": ["a"]}, "paths": {"/file": "d"}, "when": when,
        "threats": {"sql": "off", "arguments": {"/query": {"sql": "block"}}},
    });
    let mut text: Value = serde_json::from_str(&document(rules, &json!({"sql": "block"}))).unwrap();
    text["roots"] = json!({"d": "/srv"});
    text["roles"]["nobody"] = json!([]);
    text["server"]["mode"] = "observe".into();
    // nothing is granted, so every later stage is left out
    text["roles"]["editor"] = json!([]);
    let policy = policy(text.to_string());
    let gate = policy.gate().unwrap();
    let judge = |arguments: Value| judged(&gate, &call(Some(&arguments)));
    let (decision, _) = judge(json!({"a": 1, "file": "x", "who": "x", "query": "x", "other": 1, "Other": 2}));
    assert_eq!((decision.allowed(), decision.reason()), (true, Reason::PermissionDenied));
    for name in ["file", "who", "query"] {
        let twin = name.to_uppercase();
        let (decision, pointer) = judge(json!({"a": 1, name: "x", twin.as_str(): "y"}));
        assert_eq!((decision.allowed(), decision.reason()), (false, Reason::MessageCase), "{name}");
        assert!(pointer.eq_ignore_ascii_case(&format!("/params/arguments/{name}")), "{pointer}");
    }
}

#[test]
fn what_an_answer_repeats_is_bounded_and_no_value() {
    let policy = policy(document(json!({"input": {"additionalProperties": {"maxLength": 3}}}), &json!({})));
    let gate = policy.gate().unwrap();
    let name = "n".repeat(100_000);
    for (name, repeated) in [("short\"\u{1b}", true), (name.as_str(), false)] {
        let (decision, reply) = decide(&gate, &EDITING, &call(Some(&json!({name: "secret value"}))), None);
        assert_eq!((decision.reason(), decision.status()), (Reason::ArgumentsSchema, 200));
        let reply: Value = serde_json::from_str(&reply).unwrap();
        let text = reply["result"]["content"][0]["text"].as_str().unwrap();
        assert_eq!(reply["result"]["isError"], true);
        assert!(text.contains("`maxLength`") && !text.contains("secret") && text.len() < 400, "{text}");
        assert_eq!(text.contains(&format!("/params/arguments/{name}")), repeated);
    }
}
