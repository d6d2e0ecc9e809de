//! What a policy seals and gives pseudonyms on its way out.

use adarga_core::{
    Gate, Ticket,
    decide::Work,
    protection::{Protection, Sealing},
    release::Released,
    seal::{self, Context, RustCrypto, SealError, SealKey},
};
use adarga_host::memory::Memory;
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use crate::support::{STDIO, policy};

const POLICY: &str = r#"
    server = { name = "shop" }
    stdio = { role = "clerk" }
    roles = { clerk = ["read"] }
    tools = { t = { permission = "read", seal = ["/structuredContent/list/1"] }, plain = { permission = "read" } }
    [data]
    seal = ["ssn", "card number"]
    redact = ["password"]
    key = { env = "NOBODY_READS_IT_HERE" }
"#;
const CALL: &[u8] = br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#;
const SEED: [u8; 32] = [7; 32];
const RECORD: &[u8] = b"user 7";

fn key(byte: u8) -> SealKey {
    SealKey::new(u32::from(byte), &[byte; 32])
}

fn ticket(gate: &Gate<'_>) -> Ticket {
    let mut memory = Memory::for_gate(gate);
    let (mut scratch, reply) = memory.parts();
    let decision = gate.decide(&STDIO, CALL, &mut Work { ..Work::new(&mut scratch, reply) }).unwrap();
    gate.ticket(&decision, &STDIO, None, decision.document(CALL, &scratch), 0).unwrap()
}

/// The result as it goes out, with these keys, in exactly the room that the gate asks for.
fn released(text: &str, protection: &Protection<'_>, result: &Value) -> Value {
    let policy = policy(text);
    let gate = policy.gate().unwrap();
    let gate = gate.protected(protection);
    let response = json!({"jsonrpc": "2.0", "id": 1, "result": result}).to_string();
    let ticket = ticket(&gate);
    let mut memory = Memory::for_gate(&gate);
    let mut scratch = memory.scratch();
    let reading = gate.read(response.as_bytes(), &mut scratch, None).unwrap();
    let mut out = vec![0; gate.released_max(response.len())];
    let bytes = match gate.release(&ticket, &reading, response.as_bytes(), &mut scratch, None, &mut out).unwrap() {
        Released::Unchanged => response.as_bytes(),
        Released::Edited(bytes) => bytes,
        Released::Denied(denial) => panic!("{}", denial.reason),
    };
    serde_json::from_slice::<Value>(bytes).unwrap()["result"].take()
}

fn sealing<'k>(key: &'k SealKey, seed: &'k [u8; 32]) -> Protection<'k> {
    Protection { pseudonym: None, seal: Some(Sealing { aead: &RustCrypto, key, seed, record: RECORD }) }
}

fn opened(key: SealKey, pointer: &str, record: &[u8], sealed: &Value) -> Result<Value, SealError> {
    let sealed = sealed.as_str().unwrap().as_bytes();
    let aad = Context { policy: b"shop", pointer: pointer.as_bytes(), record }.aad();
    let mut out = vec![0; seal::open_room(sealed).ok_or(SealError::Form)?];
    let len = seal::open(&RustCrypto, &[key], &aad, sealed, &mut out)?;
    Ok(serde_json::from_slice(&out[..len]).unwrap())
}

#[test]
fn sealed_fields_open_in_their_place_alone() {
    let key_1 = key(1);
    let record = json!({
        "content": [{"type": "text", "text": r#"{"ssn":"1","note":"n"}"#}],
        "structuredContent": {
            "ssn": "536-22-8726",
            "owner": {"Card-Number": 4111, "a/b~": [{"ssn": null}, [{"s_s_n": {"x": [1, "é\n"]}}]], "password": {"ssn": "x"}},
            "list": ["a", "b", "c"],
        },
    });
    let out = released(POLICY, &sealing(&key_1, &SEED), &record);
    assert_eq!(out["content"][0]["text"], r#"{"ssn":"[REDACTED]","note":"n"}"#, "in texts nothing is sealed");
    assert_eq!(out["structuredContent"]["owner"]["password"], "[REDACTED]", "masks win");
    assert_eq!((&out["structuredContent"]["list"][0], &out["structuredContent"]["list"][2]), (&json!("a"), &json!("c")));
    let places = [
        ("/structuredContent/ssn", "/structuredContent/ssn"),
        ("/structuredContent/owner/Card-Number", "/structuredContent/owner/Card-Number"),
        ("/structuredContent/owner/a~1b~0/0/ssn", "/structuredContent/owner/a~1b~0/*/ssn"),
        ("/structuredContent/owner/a~1b~0/1/0/s_s_n", "/structuredContent/owner/a~1b~0/*/*/s_s_n"),
        ("/structuredContent/list/1", "/structuredContent/list/*"),
    ];
    for (place, context) in places {
        let sealed = out.pointer(place).unwrap();
        assert_eq!(&opened(key(1), context, RECORD, sealed).unwrap(), record.pointer(place).unwrap(), "{place}");
        assert_eq!(opened(key(1), context, b"user 8", sealed), Err(SealError::Tag), "another record");
        assert_eq!(opened(key(1), "/structuredContent", RECORD, sealed), Err(SealError::Tag), "another place");
        assert_eq!(opened(SealKey::new(1, &[2; 32]), context, RECORD, sealed), Err(SealError::Tag), "another key");
        assert_eq!(opened(key(2), context, RECORD, sealed), Err(SealError::Key), "a key that is not there");
    }
    let all: std::collections::HashSet<_> =
        places.iter().map(|(place, _)| &out.pointer(place).unwrap().as_str().unwrap()[..43]).collect();
    assert_eq!(all.len(), places.len(), "each has a nonce of its own");
    assert_ne!(out, released(POLICY, &sealing(&key_1, &[8; 32]), &record), "another message, other nonces");
}

#[test]
fn without_keys_it_is_masked() {
    let out = released(
        POLICY,
        &Protection::default(),
        &json!({"content": [], "structuredContent": {"ssn": 1, "list": [1, 2], "x": {"password": 2}}}),
    );
    assert_eq!(
        out["structuredContent"],
        json!({"ssn": "[REDACTED]", "list": [1, "[REDACTED]"], "x": {"password": "[REDACTED]"}})
    );
}

#[test]
fn no_mask_shows_a_part_of_what_is_to_be_sealed() {
    let text = POLICY.replace(r#"redact = ["password"]"#, r#"redact = { names = ["phone"], mask = "last-four" }"#);
    let result = json!({"content": [{"type": "text", "text": r#"{"ssn":"536-22-8726"}"#}], "structuredContent": {"ssn": "536-22-8726", "phone": "0123456789", "list": [1, "0123456789"]}});
    let key_1 = key(1);
    for protection in [Protection::default(), sealing(&key_1, &SEED)] {
        let out = released(&text, &protection, &result);
        assert_eq!(out["content"][0]["text"], r#"{"ssn":"[REDACTED]"}"#);
        assert_eq!(out["structuredContent"]["phone"], "****6789");
        assert!(!out.to_string().contains("8726") && !out["structuredContent"]["list"].to_string().contains("6789"), "{out}");
    }
}

#[test]
fn equal_values_have_equal_pseudonyms() {
    let text =
        POLICY.replace(r#"redact = ["password"]"#, r#"redact = { names = ["user"], detect = ["email"], mask = "pseudonym" }"#);
    let result = json!({"content": [{"type": "text", "text": "ask ana@example.com or bo@example.com, ana@example.com"}], "structuredContent": {"user": "ana@example.com", "x": {"User": "bo"}}});
    let keyed = |key: &[u8; 32]| released(&text, &Protection { pseudonym: Some(key), seal: None }, &result);
    let out = keyed(&[3; 32]);
    let ana = out["structuredContent"]["user"].as_str().unwrap();
    let said = out["content"][0]["text"].as_str().unwrap();
    assert!(ana.starts_with("pseudonym:") && ana.len() == 26, "{ana}");
    assert!(said.starts_with(&format!("ask {ana} or pseudonym:")) && said.ends_with(ana), "{said}");
    assert_ne!(out["structuredContent"]["x"]["User"], out["structuredContent"]["user"]);
    assert_ne!(keyed(&[4; 32])["structuredContent"]["user"], out["structuredContent"]["user"]);
    let masked = released(&text, &Protection::default(), &result);
    assert_eq!(masked["structuredContent"]["user"], "[REDACTED]");
}

/// JSON in which a few names are often met.
fn records() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![any::<i32>().prop_map(Value::from), "\\PC{0,6}".prop_map(Value::from), Just(Value::Null)];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let name = prop::sample::select(vec!["ssn", "SSN", "password", "a", "b/c~", "list"]);
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((name, inner), 0..5)
                .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

/// What goes out, opened again, with masks for what is masked; by recursion.
fn expected(value: &Value) -> Value {
    match value {
        Value::Array(list) => list.iter().map(expected).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                (
                    name.clone(),
                    match name.as_str() {
                        "password" => json!("[REDACTED]"),
                        "ssn" | "SSN" => value.clone(),
                        _ => expected(value),
                    },
                )
            })
            .collect(),
        other => other.clone(),
    }
}

/// Opens each sealed field of a message where it stands.
fn unsealed(value: &Value, way: &str) -> Value {
    match value {
        Value::Array(list) => list.iter().map(|value| unsealed(value, &format!("{way}/*"))).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let here = format!("{way}/{}", name.replace('~', "~0").replace('/', "~1"));
                let value = if matches!(name.as_str(), "ssn" | "SSN") {
                    opened(key(1), &here, RECORD, value).unwrap()
                } else {
                    unsealed(value, &here)
                };
                (name.clone(), value)
            })
            .collect(),
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn all_that_is_sealed_opens(record in records()) {
        let key = key(1);
        let text = POLICY.replace(", seal = [\"/structuredContent/list/1\"]", "");
        let result = json!({"content": [], "structuredContent": {"a": record}});
        let out = released(&text, &sealing(&key, &SEED), &result);
        prop_assert_eq!(unsealed(&out, ""), expected(&result));
    }
}
