//! The canonical form of JSON (RFC 8785), and the pins that are made of it.

use adarga_core::{
    json::{self, Document, Limits, canonical},
    pin,
};
use adarga_host::memory::Memory;
use base64::{Engine, engine::general_purpose::STANDARD};
use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value, json};

use crate::corpora::lines;

const LIMITS: Limits = Limits { depth_max: 128, values_max: 1 << 16 };

/// What `ask` makes of the root of `text`, with one word for each value and key and no more.
fn asked<T>(text: &[u8], ask: impl FnOnce(json::Value<'_>, &mut [u32]) -> T) -> T {
    let mut memory = Memory::for_limits(LIMITS.values_max, 1 << 20);
    let mut scratch = memory.scratch();
    let parsed = json::parse(text, LIMITS, &mut scratch).unwrap();
    let root = Document::new(text, &scratch, parsed).root();
    let mut words = vec![u32::MAX; count(root)];
    ask(root, &mut words)
}

/// Values and keys.
fn count(value: json::Value<'_>) -> usize {
    1 + value.elements().map(count).sum::<usize>() + value.members().map(|(_, value)| 1 + count(value)).sum::<usize>()
}

fn form(text: &[u8]) -> Option<Vec<u8>> {
    asked(text, |root, words| {
        let mut form = Vec::new();
        canonical(root, words, |piece| form.extend_from_slice(piece)).map(|()| form)
    })
}

fn pinned(text: &str) -> Option<[u8; 32]> {
    asked(text.as_bytes(), pin::digest)
}

#[test]
fn forms_of_the_corpus() {
    for line in lines("json/jcs.jsonl", 3) {
        let bytes = |name: &str| STANDARD.decode(line[name].as_str().unwrap()).unwrap();
        assert_eq!(form(&bytes("b64")).unwrap(), bytes("canonical_b64"), "{}", line["id"]);
    }
}

#[test]
fn numbers_as_in_the_rfc() {
    // RFC 8785, appendix B, and what lies at the borders
    for (text, expected) in [
        ("0", "0"),
        ("-0", "0"),
        ("-0.0e5", "0"),
        ("5e-324", "5e-324"),
        ("-1.7976931348623157e308", "-1.7976931348623157e+308"),
        ("9007199254740992", "9007199254740992"),
        ("295147905179352830000", "295147905179352830000"),
        ("9.999999999999997e22", "9.999999999999997e+22"),
        ("1e+23", "1e+23"),
        ("999999999999999900000", "999999999999999900000"),
        ("1E21", "1e+21"),
        ("0.0000009999999999999997", "9.999999999999997e-7"),
        ("0.000001", "0.000001"),
        ("333333333.33333329", "333333333.3333333"),
        ("1424953923781206.2", "1424953923781206.2"),
        ("100.0", "100"),
        ("12345678901234567890", "12345678901234567000"),
        ("1e-400", "0"),
    ] {
        assert_eq!(form(text.as_bytes()).unwrap(), expected.as_bytes(), "{text}");
    }
    assert_eq!(form(b"[1e400]"), None, "beyond IEEE 754");
}

#[test]
fn keys_stand_in_the_order_of_utf_16() {
    let text = "{\"\u{fb33}\":1,\"\u{1f600}\":2,\"\u{e000}\":3,\"\u{20ac}\":4,\"\\r\":5,\"1\":6,\"\u{80}\":7,\"\":8,\"11\":9}";
    let expected =
        "{\"\":8,\"\\r\":5,\"1\":6,\"11\":9,\"\u{80}\":7,\"\u{20ac}\":4,\"\u{1f600}\":2,\"\u{e000}\":3,\"\u{fb33}\":1}";
    assert_eq!(String::from_utf8(form(text.as_bytes()).unwrap()).unwrap(), expected);
}

#[test]
fn a_pin_is_of_the_definition_alone() {
    let tool = pinned(r#"{"name":"t","description":"a","inputSchema":{"type":"object"},"_meta":{"at":1}}"#);
    assert_eq!(tool, pinned(r#"{"inputSchema":{"type":"object"},"description":"\u0061","name":"t"}"#));
    for other in [
        r#"{"name":"t","description":"b","inputSchema":{"type":"object"}}"#,
        r#"{"name":"t","description":"a","inputSchema":{"type":"object","_meta":1}}"#,
        r#"{"name":"t","description":"a","inputSchema":{"type":"object"},"title":""}"#,
        r#"{"name":"t","description":"a"}"#,
    ] {
        assert_ne!(tool, pinned(other), "{other}");
    }
    assert_eq!(pinned(r#"{"name":"t","inputSchema":{"maximum":1e999}}"#), None);
}

#[test]
fn too_little_memory_is_no_form() {
    let text = br#"{"a":[1,{"b":2,"c":[]}],"d":{"e":{}}}"#;
    let whole = form(text).unwrap();
    for room in 0..20 {
        let form = asked(text, |root, _| {
            let mut form = Vec::new();
            canonical(root, &mut vec![0; room], |piece| form.extend_from_slice(piece)).map(|()| form)
        });
        assert!(form.is_none_or(|form| form == whole));
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::from),
        (-1000_i32..1000, -30_i32..30).prop_map(|(digits, power)| json!(f64::from(digits) * 10_f64.powi(power))),
    ];
    let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), number, any::<String>().prop_map(Value::from)];
    leaf.prop_recursive(6, 60, 12, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..8).prop_map(Value::from),
            vec(("[a-c\u{e000}\u{ffff}\u{10000}\"\n\u{80}]{0,3}|\\PC{0,3}", inner), 0..12)
                .prop_map(|members| Value::from(members.into_iter().collect::<Map<String, Value>>())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_second_implementation_agrees(value in any_json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_vec_pretty(&value).unwrap() } else { serde_json::to_vec(&value).unwrap() };
        let expected = serde_json_canonicalizer::to_vec(&value).unwrap();
        prop_assert_eq!(form(&text), Some(expected.clone()));
        prop_assert_eq!(form(&expected), Some(expected), "the form of the form is itself");
    }

    #[test]
    fn the_order_of_members_does_not_count(names in vec("[a-z]{1,3}|\\PC{1,2}", 1..40), seed in any::<usize>()) {
        let mut members: Vec<String> = names.iter().collect::<std::collections::BTreeSet<_>>().into_iter()
            .map(|name| format!("{}:1", Value::from(name.as_str()))).collect();
        let sorted = form(format!("{{{}}}", members.join(",")).as_bytes());
        let len = members.len();
        members.rotate_left(seed % len);
        members.reverse();
        prop_assert_eq!(form(format!("{{{}}}", members.join(" , ")).as_bytes()), sorted);
    }
}
