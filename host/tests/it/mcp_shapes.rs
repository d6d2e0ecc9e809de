//! The project's record of MCP's types against the published schemas beside the checkout.

use std::{collections::BTreeSet, env, fs, path::PathBuf};

use adarga_core::Revision;
use adarga_host::mcp::{Shapes, types};
use serde_json::{Map, Value, json};

/// The same schema for every way to say it: without what tells and doesn't judge, sets in order, alternatives of types as one.
fn canonical(schema: &Value) -> Value {
    const TELLING: &[&str] = &["description", "title", "format", "default", "$comment", "examples", "deprecated"];
    let Value::Object(members) = schema else { return schema.clone() };
    let mut plain = Map::new();
    for (keyword, operand) in members.iter().filter(|(keyword, _)| !TELLING.contains(&keyword.as_str())) {
        let operand = match (keyword.as_str(), operand) {
            ("properties", Value::Object(map)) => map.iter().map(|(name, inner)| (name.clone(), canonical(inner))).collect(),
            ("anyOf" | "allOf", Value::Array(list)) => list.iter().map(canonical).collect(),
            ("required" | "enum", Value::Array(list)) => sorted(list.clone()),
            ("type", Value::Array(list)) => sorted(list.clone()),
            ("$ref", Value::String(target)) => target.rsplit('/').next().into(),
            (_, inner) => canonical(inner),
        };
        plain.insert(keyword.clone(), operand);
    }
    // these say nothing
    let nothing = [
        ("additionalProperties", json!({})),
        ("additionalProperties", json!(true)),
        ("items", json!({})),
        ("properties", json!({})),
    ];
    for (keyword, nothing) in nothing {
        if plain.get(keyword) == Some(&nothing) {
            plain.remove(keyword);
        }
    }
    if plain.get("items").is_none() && plain.get("type") == Some(&json!("array")) {
        plain.insert("items".into(), json!({}));
    }
    // a value has its type
    if plain.contains_key("const") || plain.contains_key("enum") {
        plain.remove("type");
    }
    plain.into()
}

fn sorted(mut list: Vec<Value>) -> Value {
    list.sort_by_key(ToString::to_string);
    list.into()
}

#[test]
fn every_type_is_the_published_one() {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/mcp-schema");
    let folder = env::var_os("ADARGA_MCP_SCHEMA").map_or(beside, PathBuf::from);
    for &revision in Revision::ALL {
        let path = folder.join(format!("{}.json", revision.name()));
        let Ok(text) = fs::read_to_string(&path) else {
            println!("not run: the types of {}: {} is absent", revision.name(), path.display());
            continue;
        };
        let published: Value = serde_json::from_str(&text).unwrap();
        let published = published.get("$defs").or(published.get("definitions")).and_then(Value::as_object).unwrap();
        let ours = types(revision).unwrap();
        let names = |map: &Map<String, Value>| map.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(names(&ours), names(published), "{}", revision.name());
        for (name, schema) in &ours {
            assert_eq!(canonical(schema), canonical(&published[name]), "{} of {}", name, revision.name());
        }
    }
}

#[test]
fn every_revision_compiles_and_knows_its_types() {
    let has = |revision: Revision, name: &str| Shapes::of(revision).unwrap().schema(name).is_some();
    assert!(Revision::ALL.iter().all(|&revision| has(revision, "CallToolRequest") && !has(revision, "Nonsense")));
    assert!(has(Revision::V20241105, "InitializeRequest") && !has(Revision::V20260728, "InitializeRequest"));
    assert!(has(Revision::V20250326, "JSONRPCBatchRequest") && !has(Revision::V20250618, "JSONRPCBatchRequest"));
    assert!(has(Revision::V20260728, "DiscoverRequest") && !has(Revision::V20251125, "DiscoverRequest"));
}
