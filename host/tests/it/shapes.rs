//! The shapes of MCP's messages against the published schemas.

use std::{env, fs, path::PathBuf};

use adarga_core::revision::Revision;
use adarga_host::shapes;
use serde_json::{Map, Value, json};

/// A schema without what says nothing of shapes: descriptions, examples, and the spelling of "anything".
fn bare(schema: &Value) -> Value {
    let Value::Object(members) = schema else { return if *schema == json!(true) { json!({}) } else { schema.clone() } };
    let mut left = Map::new();
    for (keyword, value) in members {
        let value = match (keyword.as_str(), value) {
            ("description" | "title" | "default" | "deprecated" | "examples" | "$comment", _) => continue,
            ("properties", Value::Object(properties)) => {
                let bare: Map<_, _> = properties.iter().map(|(name, schema)| (name.clone(), bare(schema))).collect();
                if bare.is_empty() { continue } else { bare.into() }
            }
            ("required", Value::Array(names)) => {
                let mut names = names.clone();
                names.sort_by_key(|name| name.as_str().map(str::to_owned));
                names.into()
            }
            ("items" | "additionalProperties", schema) => match bare(schema) {
                Value::Object(all) if all.is_empty() => continue,
                schema => schema,
            },
            ("anyOf" | "allOf", Value::Array(all)) => all.iter().flat_map(each).map(|schema| bare(&schema)).collect(),
            ("$ref", Value::String(to)) => to.replace("#/definitions/", "#/$defs/").into(),
            _ => value.clone(),
        };
        left.insert(keyword.clone(), value);
    }
    left.into()
}

/// Where a list of types is one of several alternatives, each type is one.
fn each(schema: &Value) -> Vec<Value> {
    match schema.get("type") {
        Some(Value::Array(types)) => types.iter().map(|name| json!({ "type": name })).collect(),
        _ => vec![schema.clone()],
    }
}

#[test]
fn each_type_is_the_published_one() {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/mcp-schema");
    let folder = env::var_os("ADARGA_VECTORS").map_or(beside, |vectors| PathBuf::from(vectors).join("../mcp-schema"));
    for revision in Revision::ALL {
        let path = folder.join(format!("{}.json", revision.name()));
        let Ok(text) = fs::read_to_string(&path) else {
            println!("not run: the types of {}: no {}", revision.name(), path.display());
            continue;
        };
        let published: Value = serde_json::from_str(&text).unwrap();
        let published = published.get("$defs").or(published.get("definitions")).and_then(Value::as_object).unwrap();
        let ours = shapes::document(*revision)["$defs"].as_object().unwrap();
        let names = |types: &Map<String, Value>| {
            let mut names: Vec<_> = types.keys().cloned().collect();
            names.sort();
            names
        };
        assert_eq!(names(ours), names(published), "{}", revision.name());
        for (name, schema) in published {
            assert_eq!(bare(&ours[name]), bare(schema), "{} {name}", revision.name());
        }
    }
}

#[test]
fn a_type_brings_what_it_refers_to() {
    let schema = shapes::schema(Revision::V20251125, "CallToolRequest").unwrap();
    assert_eq!(schema["$ref"], "#/$defs/CallToolRequest");
    let request = &schema["$defs"]["CallToolRequest"];
    assert_eq!(request["properties"]["method"], json!({ "type": "string", "const": "tools/call" }));
    assert_eq!(request["properties"]["params"], json!({ "$ref": "#/$defs/CallToolRequestParams" }));
    assert_eq!(request["required"], json!(["id", "jsonrpc", "method", "params"]));
}

#[test]
fn a_type_of_another_revision_is_none() {
    assert!(shapes::schema(Revision::V20241105, "AudioContent").is_none());
    assert!(shapes::schema(Revision::V20250326, "AudioContent").is_some());
    assert!(shapes::schema(Revision::V20260728, "").is_none());
}

/// What a reference leads to is in the same file.
#[test]
fn no_reference_leads_nowhere() {
    fn follow(schema: &Value, types: &Map<String, Value>) {
        match schema {
            Value::Object(members) => {
                if let Some(to) = members.get("$ref").and_then(Value::as_str) {
                    assert!(types.contains_key(to.strip_prefix("#/$defs/").unwrap()), "{to}");
                }
                members.values().for_each(|schema| follow(schema, types));
            }
            Value::Array(all) => all.iter().for_each(|schema| follow(schema, types)),
            _ => {}
        }
    }
    for revision in Revision::ALL {
        let types = shapes::document(*revision)["$defs"].as_object().unwrap();
        assert!(types.len() > 70, "{}", revision.name());
        types.values().for_each(|schema| follow(schema, types));
    }
}
