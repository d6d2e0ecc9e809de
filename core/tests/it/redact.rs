//! Redaction: nothing that is to be masked gets out, however its name is written and however deep it stands, and all else stays.

use adarga_core::{
    detect::Kinds,
    json::{self, Limits},
    redact::{Mask, Name, Names, RedactError, Redacted, Rules, redact},
};
use adarga_host::memory::Memory;
use proptest::{collection::vec, prelude::*};
use serde_json::Value;

const LIMITS: Limits = Limits { depth_max: 64, values_max: 4096 };

pub(crate) fn masked(input: &str, names: &[&str], kinds: Kinds, mask: Mask<'_>) -> String {
    let names: Vec<Name> = names.iter().map(|name| Name::new(name.as_bytes()).unwrap()).collect();
    let rules = Rules { names: Names::new(&names), kinds, mask, ..Rules::NOTHING };
    with(input, &rules, &[])
}

fn with(input: &str, rules: &Rules<'_>, pointers: &[&[&[u8]]]) -> String {
    let mut memory = Memory::for_limits(LIMITS.values_max, 1 << 20);
    let mut scratch = memory.scratch();
    let parsed = json::parse(input.as_bytes(), LIMITS, &mut scratch).unwrap_or_else(|refusal| panic!("{refusal:?}: {input}"));
    let mut none = [];
    let needed = match redact(input.as_bytes(), &mut scratch, parsed, rules, pointers, &mut none) {
        Ok(Redacted::Unchanged) => return input.to_owned(),
        Err(RedactError::TooSmall(needed)) => needed,
        other => panic!("{other:?}"),
    };
    let mut out = vec![0; needed];
    match redact(input.as_bytes(), &mut scratch, parsed, rules, pointers, &mut out) {
        Ok(Redacted::Edited(edited)) => String::from_utf8(edited.to_vec()).unwrap(),
        other => panic!("{other:?}"),
    }
}

/// A message to be: leaves, of which those under a name to be masked are never to be seen.
#[derive(Clone, Debug)]
enum Doc {
    Text,
    Number,
    Object(Vec<(Key, Doc)>),
    Array(Vec<Doc>),
    /// A string that holds JSON, with words before it.
    Holding(&'static str, Box<Doc>),
}

/// A member's name, and which of its letters are escaped.
#[derive(Clone, Debug)]
enum Key {
    Open(u8, u32),
    Secret(&'static str, u32),
}

const SPELLINGS: &[&str] = &[
    "apiKey",
    "api_key",
    "API-KEY",
    "ApI__kEy",
    "ａｐｉＫｅｙ",
    "api\u{200b}key",
    "a.p.i key",
    "api\u{212a}ey",
    "\u{feff}apikey",
    "api\u{ad}Key",
    "_apikey_",
];
const OPEN: &[&str] = &["api", "keyapi", "name", "apikeys", "key", "text", "ａｐｉ"];
const SENTINEL: &str = "SENTINEL";

fn docs() -> impl Strategy<Value = Doc> {
    documents(2)
}

/// Documents, of whose inner nodes `holding` for every four others are strings that hold others.
fn documents(holding: u32) -> impl Strategy<Value = Doc> {
    let key = prop_oneof![
        2 => (any::<u8>(), any::<u32>()).prop_map(|(name, escapes)| Key::Open(name, escapes)),
        1 => (prop::sample::select(SPELLINGS), any::<u32>()).prop_map(|(name, escapes)| Key::Secret(name, escapes)),
    ];
    let leaf = prop_oneof![Just(Doc::Text), Just(Doc::Number)];
    leaf.prop_recursive(6, 40, 5, move |inner| {
        prop_oneof![
            3 => vec((key.clone(), inner.clone()), 0..5).prop_map(Doc::Object),
            1 => vec(inner.clone(), 0..4).prop_map(Doc::Array),
            holding => (prop::sample::select(&["", " ", "It said: ", "5\" wide, "][..]), inner).prop_map(|(words, doc)| Doc::Holding(words, Box::new(doc))),
        ]
    })
}

/// The JSON of a document. `hidden` says that it stands under a name to be masked.
fn render(doc: &Doc, hidden: bool) -> String {
    match doc {
        Doc::Text => format!("\"{}\"", if hidden { SENTINEL } else { "open" }),
        Doc::Number => if hidden { "987654321" } else { "12" }.to_owned(),
        Doc::Array(items) => format!("[{}]", items.iter().map(|item| render(item, hidden)).collect::<Vec<_>>().join(", ")),
        Doc::Object(members) => {
            let (mut seen, mut text) = (Vec::new(), Vec::new());
            for (key, value) in members {
                let (name, escapes, secret) = match key {
                    Key::Open(name, escapes) => (OPEN[usize::from(*name) % OPEN.len()], escapes, false),
                    Key::Secret(name, escapes) => (*name, escapes, true),
                };
                if !seen.contains(&name) {
                    seen.push(name);
                    text.push(format!("\"{}\" : {}", escaped(name, *escapes), render(value, hidden || secret)));
                }
            }
            format!("{{{}}}", text.join(","))
        }
        Doc::Holding(words, doc) => Value::String(format!("{words}{}", render(doc, hidden))).to_string(),
    }
}

fn escaped(name: &str, escapes: u32) -> String {
    let letter = |(at, letter): (usize, char)| {
        if escapes >> (at % 32) & 1 == 1 { format!("\\u{:04X}", u32::from(letter)) } else { letter.to_string() }
    };
    name.chars().enumerate().map(letter).collect()
}

/// Whether a text, unescaped any number of times, shows what was to be masked.
fn leaks(text: &str) -> bool {
    text.contains(SENTINEL) || text.contains("987654321")
}

/// A name as people mean it, said a second way.
fn is_secret(name: &str) -> bool {
    let plain: String = name
        .chars()
        .map(|letter| match u32::from(letter) {
            code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap(),
            0x212A => 'k',
            _ => letter,
        })
        .filter(char::is_ascii_alphanumeric)
        .collect();
    plain.eq_ignore_ascii_case("apikey")
}

/// What of a message without JSON in strings is left, by a walk over a tree.
fn walked(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mask = |(name, value): (String, Value)| {
                let value = if is_secret(&name) { "[REDACTED]".into() } else { walked(value) };
                (name, value)
            };
            Value::Object(members.into_iter().map(mask).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(walked).collect()),
        other => other,
    }
}

fn is_plain(doc: &Doc) -> bool {
    match doc {
        Doc::Text | Doc::Number => true,
        Doc::Object(members) => members.iter().all(|(_, doc)| is_plain(doc)),
        Doc::Array(items) => items.iter().all(is_plain),
        Doc::Holding(..) => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_spelling_and_no_depth_dodges(doc in docs()) {
        let input = render(&doc, false);
        let output = masked(&input, &["api_key"], Kinds::NONE, Mask::Redacted);
        prop_assert!(!leaks(&output), "{} became {}", input, output);
        let parsed: Value = serde_json::from_str(&output).map_err(|error| TestCaseError::fail(format!("{error}: {output}")))?;
        if is_plain(&doc) {
            prop_assert_eq!(parsed, walked(serde_json::from_str(&input).unwrap()));
        }
        if !leaks(&input) {
            // an empty container may still stand under the name
            prop_assert_eq!(output.matches("open").count() <= input.matches("open").count(), true);
        }
    }

    #[test]
    fn what_is_held_stays_json(doc in documents(0)) {
        let held = render(&doc, false);
        let input = serde_json::json!({ "content": [{ "type": "text", "text": held }] }).to_string();
        let output = masked(&input, &["api_key"], Kinds::NONE, Mask::Redacted);
        let output: Value = serde_json::from_str(&output).unwrap();
        let text = output["content"][0]["text"].as_str().unwrap();
        let inner: Value = serde_json::from_str(text).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
        prop_assert_eq!(inner, walked(serde_json::from_str(&held).unwrap()));
    }

    #[test]
    fn findings_are_masked_however_a_string_is_escaped(before in "[a-z ]{0,8}", letters in any::<u32>(), after in "[ ,.é\u{1F600}\"\\\\]{0,6}") {
        let card = "4111 1111 1111 1111";
        let text = format!("\"{} {}{}\"", before, escaped(card, letters), after.replace('\\', "\\\\").replace('"', "\\\""));
        let output = masked(&text, &[], Kinds::REDACTED, Mask::Redacted);
        let got: String = serde_json::from_str(&output).unwrap();
        prop_assert_eq!(got, format!("{before} [REDACTED]{after}"));
    }
}

#[test]
fn masks() {
    let input = r#"{"n":{"card":"4111 1111 1111 1234","pin":1234,"x":[null]},"card":{"a":1}}"#;
    let names = ["card", "pin", "x"];
    let all = r#"{"n":{"card":"[REDACTED]","pin":"[REDACTED]","x":"[REDACTED]"},"card":"[REDACTED]"}"#;
    assert_eq!(masked(input, &names, Kinds::NONE, Mask::Redacted), all);
    let last = r#"{"n":{"card":"****1234","pin":"[REDACTED]","x":"[REDACTED]"},"card":"[REDACTED]"}"#;
    assert_eq!(masked(input, &names, Kinds::NONE, Mask::LastFour), last);
    let (one, two) = ([1; 32], [2; 32]);
    let same = masked(r#"[{"pin":"ann"},{"pin":"ann"},{"pin":"bob"}]"#, &["pin"], Kinds::NONE, Mask::Pseudonym(&one));
    let parsed: Value = serde_json::from_str(&same).unwrap();
    assert_eq!(parsed[0]["pin"], parsed[1]["pin"]);
    assert_ne!(parsed[0]["pin"], parsed[2]["pin"]);
    assert_ne!(same, masked(r#"[{"pin":"ann"},{"pin":"ann"},{"pin":"bob"}]"#, &["pin"], Kinds::NONE, Mask::Pseudonym(&two)));
}

/// HMAC-SHA-256 by another crate.
#[test]
fn a_pseudonym_is_an_hmac() {
    use mac::{Hmac, KeyInit, Mac};
    let key = [7; 32];
    let output = masked(r#"{"pin":"ann"}"#, &["pin"], Kinds::NONE, Mask::Pseudonym(&key));
    let mac = <Hmac<sha2::Sha256> as KeyInit>::new_from_slice(&key).unwrap().chain_update(b"ann").finalize().into_bytes();
    let digits: String = mac.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(output, format!(r#"{{"pin":"pseudonym:{digits}"}}"#));
}

#[test]
fn pointers_hide_values_of_any_type() {
    let pointers: &[&[&[u8]]] = &[&[b"b", b"1"], &[b"a/b"], &[b"absent"], &[b"b", b"1", b"c"]];
    let rules = Rules::NOTHING;
    let output = with(r#"{"a":1,"b":[ 1, {"c":2}, 3],"a/b":true}"#, &rules, pointers);
    assert_eq!(output, r#"{"a":1,"b":[ 1, "[REDACTED]", 3],"a/b":"[REDACTED]"}"#);
}

/// What a random walk does not write: escapes of one level in the JSON of the next, and escapes that are none.
#[test]
fn escapes_between_levels_hide_nothing() {
    for held in [
        r#"{"a":"{\"\uFF41pi_key\":\"SENTINEL\"}"}"#,
        r#"{"a":"\u007b\u0022apiKey\u0022:\u0022SENTINEL\u0022}"}"#,
        r#"{"\ud835\udc1apiKey":"SENTINEL"}"#,
        r#"{"a":"{\"\ud835\udc1apiKey\":\"SENTINEL\"}"}"#,
        r#"{"a":"{\"\\ud835\\udc1apiKey\":\"SENTINEL\"}"}"#,
        r#"{"a":"\u00","b":"{\"api_key\":\"SENTINEL\"}"}"#,
        r#"{"a":"\u\\","b":"{\"api_key\":\"SENTINEL\"}"}"#,
        r#"{"a":"\u","api_key":"SENTINEL"}"#,
        r#"{"api_key"  :["SENTINEL", {"b":"]"}, "SENTINEL"]}"#,
        r#"" {"api_key":"SENTINEL\"SENTINEL"}"#,
    ] {
        let input = Value::from(held).to_string();
        let output = masked(&input, &["api_key"], Kinds::NONE, Mask::Redacted);
        assert!(!leaks(&output), "{input} became {output}");
        assert!(serde_json::from_str::<Value>(&output).is_ok(), "{output}");
    }
}
