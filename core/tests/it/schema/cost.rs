//! What hostile schemas and values cost: linear, and within the memory that was asked for.

use adarga_core::schema::{Stop, Verdict};
use serde_json::{Value, json};

use super::{compile, is_valid, judge};

#[test]
fn no_schema_is_exponential() {
    // each level asks the next one twice
    let level = |n: usize| {
        json!({ "anyOf": [
        { "properties": { "a": { "$ref": format!("#/$defs/l{n}") } }, "required": ["b"] },
        { "properties": { "a": { "$ref": format!("#/$defs/l{n}") } } },
    ] })
    };
    let defs: serde_json::Map<String, Value> = (0..60).map(|n| (format!("l{n}"), level(n + 1))).collect();
    let mut schema = level(0);
    schema["$defs"] = defs.into();
    schema["$defs"]["l60"] = json!({ "type": "string" });
    let compiled = compile(&schema.to_string()).unwrap();
    for (leaf, valid) in [("\"x\"", true), ("1", false)] {
        let text = format!("{}{leaf}{}", r#"{"a":"#.repeat(61), "}".repeat(61));
        assert_eq!(is_valid(&compiled, &text), valid);
    }
    // the same about one value
    let mut schema = json!({ "$ref": "#/$defs/l0" });
    let defs = (0..40).map(|n| {
        let next = json!({ "$ref": format!("#/$defs/l{}", n + 1) });
        (
            format!("l{n}"),
            json!({ "oneOf": [{ "allOf": [next, { "required": ["b"] }] }, { "allOf": [next, { "type": "object" }] }] }),
        )
    });
    schema["$defs"] = defs.collect::<serde_json::Map<_, _>>().into();
    schema["$defs"]["l40"] = json!({ "properties": { "c": { "type": "null" } } });
    let compiled = compile(&schema.to_string()).unwrap();
    assert!(is_valid(&compiled, r#"{"c":null}"#) && !is_valid(&compiled, r#"{"c":1}"#));
}

#[test]
fn what_asks_itself_about_the_same_value_is_refused() {
    for schema in [
        json!({ "$ref": "#" }),
        json!({ "$ref": "#/$defs/a", "$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "$ref": "#/$defs/a" } } }),
        json!({ "properties": { "x": { "allOf": [{ "not": { "$ref": "#/properties/x" } }] } } }),
        json!({ "$dynamicAnchor": "n", "if": { "$dynamicRef": "#n" } }),
    ] {
        let error = compile(&schema.to_string()).map(drop).unwrap_err();
        assert!(error.message.contains("refers to itself"), "{error}");
    }
    assert!(compile(r##"{"properties":{"x":{"$ref":"#"}},"items":{"anyOf":[{"$ref":"#"}]}}"##).is_ok());
}

#[test]
fn unique_items_are_found_in_linear_time() {
    let compiled = compile(r#"{"uniqueItems":true}"#).unwrap();
    let list = |n: usize, item: &dyn Fn(usize) -> String| format!("[{}]", (0..n).map(item).collect::<Vec<_>>().join(","));
    let kinds: [&dyn Fn(usize) -> String; 4] = [
        &|n| n.to_string(),
        &|n| format!("\"{n}\""),
        &|n| format!("[[{n}],{{\"a\":{n}}}]"),
        // equal but for the last member
        &|n| format!("{{\"a\":[1,2,3],\"b\":\"same\",\"c\":{n}}}"),
    ];
    for item in kinds {
        // steps are granted in proportion to the size, and `is_valid` fails where they don't suffice
        let large = list(16_000, item);
        assert!(is_valid(&compiled, &large));
        let twins = large.replacen(&item(17), &item(7000), 1);
        assert!(!is_valid(&compiled, &twins));
    }
}

#[test]
fn equal_is_equal_whatever_the_order_and_the_spelling() {
    let compiled = compile(r#"{"uniqueItems":true}"#).unwrap();
    for (list, unique) in [
        (r#"[{"a":1,"b":[2]},{"b":[2.0],"a":10e-1}]"#, false),
        (r#"[{"a":1,"b":[2]},{"b":[2.0],"a":1,"c":0}]"#, true),
        (r#"[[{"a":1},{"b":2}],[{"b":2},{"a":1}]]"#, true),
        (r#"["\u0061","a"]"#, false),
        (r#"[1,true,"1",null,0,false,"",[],{}]"#, true),
        (r#"[1,2,3,4,5,6,7,8,100e-2]"#, false),
        ("[[],[[]],[[[]]],[[]]]", false),
        (r#"[{"":{}},{"":[]},{"":""},{"":null}]"#, true),
    ] {
        assert_eq!(is_valid(&compiled, list), unique, "{list}");
    }
}

#[test]
fn scopes_hand_over_what_they_evaluated_and_take_no_more_memory() {
    // many scopes one after another within one
    let inner = json!({ "properties": { "a": true }, "unevaluatedProperties": { "type": "integer" } });
    let schema = json!({ "allOf": vec![inner; 50], "unevaluatedProperties": false });
    let compiled = compile(&schema.to_string()).unwrap();
    let members: Vec<_> = (0..200).map(|n| format!("\"m{n}\":{n}")).collect();
    assert!(is_valid(&compiled, &format!("{{\"a\":\"x\",{}}}", members.join(","))));
    assert!(!is_valid(&compiled, &format!("{{\"a\":\"x\",{},\"z\":\"x\"}}", members.join(","))));
}

#[test]
fn less_memory_than_asked_for_is_said_and_never_a_verdict() {
    use adarga_core::json::{self, Document};
    let compiled = compile(r##"{"items":{"$ref":"#"},"uniqueItems":true}"##).unwrap();
    let text = b"[[[[1,2]]]]";
    let mut memory = adarga_host::memory::Memory::for_limits(64, 64);
    let mut scratch = memory.scratch();
    let parsed = json::parse(text, json::Limits { depth_max: 8, values_max: 64 }, &mut scratch).unwrap();
    let document = Document::new(text, &scratch, parsed);
    let schema = compiled.schemas().unwrap().schema(0).unwrap();
    let needs = schema.needs(64, 8);
    let mut enough = adarga_host::schema::SchemaMemory::new(needs, 0);
    assert_eq!(schema.check(document.root(), &mut enough.memory()), Verdict::Valid);
    for less in [adarga_core::schema::Needs { frames: 2, ..needs }, adarga_core::schema::Needs { prints: 1, ..needs }] {
        let mut memory = adarga_host::schema::SchemaMemory::new(less, 0);
        assert_eq!(schema.check(document.root(), &mut memory.memory()), Verdict::Stopped(Stop::Memory));
    }
}

#[test]
fn steps_grow_with_the_value_and_not_beyond() {
    let compiled = compile(r##"{"items":{"$ref":"#"},"type":["array","integer"],"maxItems":9000}"##).unwrap();
    let text = format!("[{}1]", "1,".repeat(8000));
    assert_eq!(judge(&compiled, &text, 0).0, Verdict::Valid);
}
