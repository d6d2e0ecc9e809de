//! What the schema compiler makes of dialects, references and mistakes.

use adarga_core::{
    json::{self, Document, Limits},
    schema::{Keyword, Verdict},
};
use adarga_host::{
    memory::Memory,
    schema::{Compiled, Compiler, Options, SchemaError, SchemaMemory},
};
use serde_json::{Value, json};

const DRAFT_7: &str = "http://json-schema.org/draft-07/schema#";
const DRAFT_2019: &str = "https://json-schema.org/draft/2019-09/schema";
const DRAFT_2020: &str = "https://json-schema.org/draft/2020-12/schema";

fn verdict(compiled: &Compiled, index: u32, value: &Value) -> Verdict {
    let text = value.to_string();
    let size = u32::try_from(text.len() + 1).unwrap();
    let limits = Limits { depth_max: 64, values_max: size };
    let mut memory = Memory::for_limits(size, size);
    let mut scratch = memory.scratch();
    let parsed = json::parse(text.as_bytes(), limits, &mut scratch).unwrap();
    let document = Document::new(text.as_bytes(), &scratch, parsed);
    let schema = compiled.schemas().unwrap().schema(index).unwrap();
    let mut memory = SchemaMemory::new(schema.needs(size, 64), 0);
    schema.check(document.root(), &mut memory.memory())
}

fn valid(schema: &Value, value: &Value) -> bool {
    valid_with(Options::default(), &[], schema, value)
}

fn valid_with(options: Options, documents: &[(&str, Value)], schema: &Value, value: &Value) -> bool {
    let mut compiler = Compiler::new(options).unwrap();
    for (uri, document) in documents {
        compiler.document(uri, document.to_string());
    }
    let index = compiler.schema(&schema.to_string()).unwrap_or_else(|error| panic!("{error}\n{schema}"));
    verdict(&compiler.finish().unwrap(), index, value) == Verdict::Valid
}

fn error(schema: &Value) -> SchemaError {
    Compiler::new(Options::default()).unwrap().schema(&schema.to_string()).expect_err("it must be refused")
}

#[test]
fn each_draft_reads_its_own_keywords() {
    let pair = json!([1, "x"]);
    let items = json!([{ "type": "integer" }, { "type": "string" }]);
    for (draft, keyword, more) in
        [(DRAFT_7, "items", "additionalItems"), (DRAFT_2019, "items", "additionalItems"), (DRAFT_2020, "prefixItems", "items")]
    {
        let schema = json!({ "$schema": draft, keyword: items, more: false });
        assert!(valid(&schema, &pair) && !valid(&schema, &json!([1, 2])) && !valid(&schema, &json!([1, "x", 2])), "{draft}");
    }
    // what stands beside a reference counts since 2019-09
    for (draft, beside) in [(DRAFT_7, false), (DRAFT_2019, true), (DRAFT_2020, true)] {
        let schema = json!({ "$schema": draft, "definitions": { "a": {} },
            "properties": { "p": { "$ref": "#/definitions/a", "type": "string" } } });
        assert_eq!(valid(&schema, &json!({ "p": 1 })), !beside, "{draft}");
    }
    for (keyword, operand, value) in [
        ("dependentRequired", json!({ "a": ["b"] }), json!({ "a": 1 })),
        ("unevaluatedProperties", json!(false), json!({ "a": 1 })),
        ("minContains", json!(2), json!([1])),
    ] {
        let schema = |draft| json!({ "$schema": draft, keyword: operand, "contains": true });
        assert!(valid(&schema(DRAFT_7), &value) && !valid(&schema(DRAFT_2020), &value), "{keyword}");
    }
    assert!(!valid(&json!({ "dependencies": { "a": ["b"] } }), &json!({ "a": 1 })), "still heard in new drafts");
    // `contains` evaluates elements only in 2020-12
    let others = |draft| json!({ "$schema": draft, "contains": { "type": "integer" }, "unevaluatedItems": false });
    assert!(valid(&others(DRAFT_2020), &json!([1])) && !valid(&others(DRAFT_2019), &json!([1])));
}

#[test]
fn a_schema_without_a_dialect_has_the_one_of_the_options() {
    let schema = json!({ "items": [{ "type": "string" }] });
    let options = Options { dialect: Some(DRAFT_7.into()), ..Options::default() };
    assert!(!valid_with(options, &[], &schema, &json!([1])));
    assert!(error(&schema).message.contains("a schema is an object"), "a list is no schema in 2020-12");
    let unknown = Compiler::new(Options { dialect: Some("urn:x".into()), ..Options::default() }).unwrap_err();
    assert!(unknown.message.contains("`urn:x` is not known"));
}

#[test]
fn references_lead_through_documents_resources_and_anchors() {
    let documents = [
        ("https://a.example/dir/one.json", json!({ "$defs": { "n": { "$anchor": "here", "type": "number" } } })),
        ("https://a.example/dir/two.json", json!({ "$ref": "one.json#here" })),
        (
            "https://a.example/three.json",
            json!({ "$id": "https://b.example/x/", "$ref": "y", "$defs": { "y": { "$id": "y", "type": "null" } } }),
        ),
        ("urn:uuid:1", json!({ "type": "boolean" })),
    ];
    for (reference, good) in [
        ("https://a.example/dir/one.json#/$defs/n", json!(1.5)),
        ("https://a.example/dir/two.json", json!(1.5)),
        ("https://a.example/dir/../dir/./two.json#", json!(1.5)),
        ("https://a.example/three.json", json!(null)),
        ("urn:uuid:1", json!(true)),
        ("#/$defs/a~1b/%7E0%25", json!("x")),
    ] {
        let schema = json!({ "$ref": reference, "$defs": { "a/b": { "~0%": {}, "~%": {} , "~0%25": {} } } });
        let schema = if reference.starts_with('#') {
            json!({ "$ref": reference, "$defs": { "a/b": { "~%": { "type": "string" } } } })
        } else {
            schema
        };
        let judged = |value: &Value| valid_with(Options::default(), &documents, &schema, value);
        assert!(judged(&good) && !judged(&json!([])), "{reference}");
    }
    for reference in ["https://a.example/none.json", "#none", "#/$defs/none", "other.json"] {
        let error = error(&json!({ "properties": { "p": { "$ref": reference } } }));
        assert_eq!(error.pointer, "/properties/p");
        assert!(error.message.contains("leads nowhere"), "{error}");
    }
}

#[test]
fn the_metaschemas_judge_schemas() {
    for draft in [DRAFT_7, DRAFT_2019, DRAFT_2020] {
        let schema = json!({ "$ref": draft });
        for good in [
            json!(true),
            json!({}),
            json!({ "type": ["string", "null"], "properties": { "a": { "minimum": 1, "not": { "enum": [] } } } }),
            json!({ "$id": "x", "allOf": [{ "$ref": "#" }], "default": 1, "required": ["a"], "x-unknown": 1 }),
        ] {
            assert!(valid(&schema, &good), "{draft} {good}");
        }
        for bad in [
            json!(1),
            json!({ "type": "text" }),
            json!({ "type": ["string", "string"] }),
            json!({ "properties": { "a": { "minimum": "1" } } }),
            json!({ "allOf": [] }),
            json!({ "not": { "multipleOf": 0 } }),
            json!({ "required": ["a", "a"] }),
            json!({ "additionalProperties": { "items": { "pattern": 1 } } }),
            json!({ "minLength": -1 }),
        ] {
            assert!(!valid(&schema, &bad), "{draft} {bad}");
        }
    }
    let own = json!({ "$ref": format!("{DRAFT_2020}#/$defs/none") });
    assert!(error(&own).message.contains("leads nowhere"));
    let shared = json!({ "$ref": "https://json-schema.org/draft/2020-12/meta/validation#/$defs/nonNegativeInteger" });
    assert!(valid(&shared, &json!(1)) && !valid(&shared, &json!(-1)));
}

#[test]
fn dynamic_references_mean_what_the_outermost_schema_says() {
    let tree = json!({ "$id": "https://t.example/tree", "$dynamicAnchor": "node", "type": "object",
        "properties": { "data": true, "children": { "type": "array", "items": { "$dynamicRef": "#node" } } } });
    let strict =
        json!({ "$id": "https://t.example/strict", "$dynamicAnchor": "node", "$ref": "tree", "unevaluatedProperties": false });
    let documents = [("https://t.example/tree", tree.clone())];
    let daat = json!({ "children": [{ "daat": 1 }] });
    assert!(valid(&tree, &daat));
    let judged = |value: &Value| valid_with(Options::default(), &documents, &strict, value);
    assert!(!judged(&daat) && judged(&json!({ "children": [{ "data": 1, "children": [{}] }] })));
    // the same of 2019-09
    let tree = json!({ "$schema": DRAFT_2019, "$id": "https://t.example/tree", "$recursiveAnchor": true, "type": "object",
        "properties": { "data": true, "children": { "items": { "$recursiveRef": "#" } } } });
    let strict = json!({ "$schema": DRAFT_2019, "$id": "https://t.example/strict", "$recursiveAnchor": true, "$ref": "tree",
        "unevaluatedProperties": false });
    let documents = [("https://t.example/tree", tree.clone())];
    let judged = |value: &Value| valid_with(Options::default(), &documents, &strict, value);
    assert!(valid(&tree, &daat) && !judged(&daat) && judged(&json!({ "children": [{ "data": 1 }] })));
}

#[test]
fn many_schemas_share_one_program_and_stay_apart() {
    let mut compiler = Compiler::new(Options::default()).unwrap();
    let first = compiler.schema(r#"{"type":"string","pattern":"^a+$"}"#).unwrap();
    assert!(compiler.schema(r#"{"properties":{"a":{"type":"nonsense"}}}"#).is_err());
    let second = compiler.schema(r#"{"items":{"pattern":"^a+$"}}"#).unwrap();
    let compiled = compiler.finish().unwrap();
    let schemas = compiled.schemas().unwrap();
    assert_eq!(schemas.automata.len(), 1, "one pattern, one automaton");
    let is_valid = |index, value: Value| verdict(&compiled, index, &value) == Verdict::Valid;
    assert!(is_valid(first, json!("aa")) && !is_valid(first, json!(["aa"])) && !is_valid(first, json!("b")));
    assert!(is_valid(second, json!(["aa"])) && !is_valid(second, json!(["b"])) && is_valid(second, json!("b")));
    assert!(schemas.schema(2).is_none());
}

#[test]
fn schemas_of_several_tools_may_have_the_same_names() {
    let mut compiler = Compiler::new(Options::default()).unwrap();
    compiler.document("https://x.example/shared", r#"{"$anchor":"a","type":"string"}"#);
    for kind in ["string", "number"] {
        let own = json!({ "$id": "https://x.example/tool", "properties": { "own": { "$ref": "/tool#n" }, "shared": { "$ref": "shared#a" },
            "sub": { "$ref": "sub" } }, "$defs": { "n": { "$anchor": "n", "type": kind }, "s": { "$id": "sub", "type": kind } } });
        // one that fails leaves nothing behind
        let broken = own.to_string().replace("#n", "#none");
        assert!(compiler.schema(&broken).is_err());
        compiler.schema(&own.to_string()).unwrap();
    }
    let compiled = compiler.finish().unwrap();
    let is_valid = |index, value: Value| verdict(&compiled, index, &value) == Verdict::Valid;
    for (index, good, bad) in [(0, json!("x"), json!(1)), (1, json!(1), json!("x"))] {
        assert!(is_valid(index, json!({ "own": good, "sub": good, "shared": "x" })));
        assert!(!is_valid(index, json!({ "own": bad })) && !is_valid(index, json!({ "sub": bad })));
        assert!(!is_valid(index, json!({ "shared": 1 })));
    }
}

#[test]
fn what_would_change_the_meaning_is_refused_with_its_place() {
    for (schema, pointer, why) in [
        (json!(1), "", "a schema is an object"),
        (json!({ "properties": { "a": 1 } }), "/properties/a", "a schema is an object"),
        (json!({ "properties": [] }), "/properties", "must be an object"),
        (json!({ "type": "text" }), "/type", "no type is named `text`"),
        (json!({ "required": "a" }), "/required", "list of strings"),
        (json!({ "minLength": -1 }), "/minLength", "whole number"),
        (json!({ "maxItems": 1.5 }), "/maxItems", "whole number"),
        (json!({ "minimum": "1" }), "/minimum", "must be a number"),
        (json!({ "multipleOf": 0 }), "/multipleOf", "above zero"),
        (json!({ "anyOf": [] }), "/anyOf", "must not be empty"),
        (json!({ "uniqueItems": 1 }), "/uniqueItems", "`true` or `false`"),
        (json!({ "pattern": 1 }), "/pattern", "must be a string"),
        (json!({ "$schema": "https://example.org/own" }), "", "dialect"),
        (json!({ "$schema": "http://json-schema.org/draft-04/schema#" }), "", "dialect"),
        (
            json!({ "$defs": { "a": { "$id": "https://x.example/" }, "b": { "$id": "https://x.example/" } } }),
            "/$defs/b",
            "two schemas",
        ),
        (json!({ "$defs": { "a": { "$anchor": "x" }, "b": { "$anchor": "x" } } }), "/$defs/b", "anchor"),
    ] {
        let error = error(&schema);
        assert_eq!(error.pointer, pointer, "{error}");
        assert!(error.message.contains(why), "{error}");
    }
    let twice = Compiler::new(Options::default()).unwrap().schema(r#"{"type":"string","type":"number"}"#).unwrap_err();
    assert!(twice.message.contains("duplicate"), "{twice}");
}

#[test]
fn a_damaged_program_ends_and_never_panics() {
    let schema = json!({
        "type": "object",
        "properties": { "a": { "anyOf": [{ "type": "string", "pattern": "^x+$" }, { "enum": [1, "b", [2], { "c": 3 }] }] },
            "l": { "items": { "$ref": "#" }, "uniqueItems": true, "contains": { "minimum": 1 }, "unevaluatedItems": false } },
        "patternProperties": { "^p": { "multipleOf": 0.1, "not": { "const": 5 } } },
        "dependentRequired": { "a": ["l"] },
        "dependentSchemas": { "l": { "if": { "required": ["a"] }, "then": { "oneOf": [true, false] } } },
        "unevaluatedProperties": { "maxLength": 3 },
    });
    let value = json!({ "a": "xx", "l": [1, {}, { "a": 1 }, [2]], "p1": 0.3, "o": "abc" });
    let text = value.to_string();
    let mut compiler = Compiler::new(Options::default()).unwrap();
    compiler.schema(&schema.to_string()).unwrap();
    let whole = compiler.finish().unwrap().bytes().to_vec();
    let size = u32::try_from(text.len() + 1).unwrap();
    let mut tape = Memory::for_limits(size, size);
    let mut scratch = tape.scratch();
    let parsed = json::parse(text.as_bytes(), Limits { depth_max: 64, values_max: size }, &mut scratch).unwrap();
    let document = Document::new(text.as_bytes(), &scratch, parsed);
    let needs = Compiled::from_bytes(whole.clone()).schemas().unwrap().schema(0).unwrap().needs(size, 64);
    let mut memory = SchemaMemory::new(needs, 3);
    let mut verdicts = [0_usize; 3];
    for at in 0..whole.len() {
        for mask in [1, 0x80, 0xFF] {
            let mut bytes = whole.clone();
            bytes[at] ^= mask;
            let damaged = Compiled::from_bytes(bytes);
            let Some(schema) = damaged.schemas().and_then(|schemas| schemas.schema(0)) else { continue };
            // steps are what a damaged program could run up
            if schema.steps() > 1 << 16 {
                continue;
            }
            match schema.check(document.root(), &mut memory.memory()) {
                Verdict::Valid => verdicts[0] += 1,
                Verdict::Invalid(culprit, _) => verdicts[1] += usize::from(culprit.keyword != Keyword::Then),
                Verdict::Stopped(_) => verdicts[2] += 1,
            }
        }
    }
    assert!(verdicts.iter().all(|count| *count > 50), "{verdicts:?}");
}
