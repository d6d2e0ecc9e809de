//! The committed JSON Schema of the policy.

use adarga_host::policy::{RESERVED, json_schema};
use serde_json::Value;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/policy.schema.json");

#[test]
fn is_the_one_that_is_committed() {
    let schema = json_schema();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(PATH, &schema).unwrap();
    }
    let committed = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(schema == committed, "policy.schema.json is out of date: run UPDATE=1 cargo test -p adarga-host");
}

#[test]
fn closes_every_table_and_describes_every_key() {
    let schema: Value = serde_json::from_str(&json_schema()).unwrap();
    let mut tables = 0;
    let mut open = vec![&schema];
    while let Some(value) = open.pop() {
        if let (Some(properties), "object") = (value["properties"].as_object(), value["type"].as_str().unwrap_or("")) {
            tables += 1;
            assert_eq!(value["additionalProperties"], false, "{value:#}");
            let described = |key: &str| properties[key]["description"].is_string() || properties[key].get("$ref").is_some();
            assert!(value["description"].is_string(), "{value:#}");
            assert!(properties.values().all(|property| property.get("default") != Some(&Value::Null)), "{value:#}");
            assert!(
                value.get("oneOf").is_some() || properties.keys().all(|key| described(key) || properties.len() < 3),
                "{value:#}"
            );
        }
        match value {
            Value::Object(members) => open.extend(members.values()),
            Value::Array(elements) => open.extend(elements),
            _ => {}
        }
    }
    assert!(tables >= 10, "{tables}");
}

#[test]
fn knows_no_reserved_key() {
    let schema: Value = serde_json::from_str(&json_schema()).unwrap();
    let places = [
        ("", &schema),
        ("http", &schema["$defs"]["Http"]),
        ("tools", &schema["$defs"]["Tool"]),
        ("prompts", &schema["$defs"]["Entry"]),
    ];
    for (place, table) in places {
        assert!(table["properties"].is_object(), "{place}");
        for (_, keys) in RESERVED.iter().filter(|(path, _)| path.first().copied().unwrap_or("") == place) {
            assert!(keys.iter().all(|key| table["properties"].get(key).is_none()));
        }
    }
}

#[test]
fn shows_defaults_and_ranges() {
    let schema: Value = serde_json::from_str(&json_schema()).unwrap();
    let at = |pointer: &str| schema.pointer(pointer).unwrap_or_else(|| panic!("{pointer}\n{schema:#}")).clone();
    assert_eq!(at("/$schema"), "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(at("/required"), serde_json::json!(["server"]));
    assert_eq!(at("/$defs/Stdio/properties/timeout/default"), "30 s");
    assert_eq!(at("/$defs/Limits/properties/depth_max/maximum"), 1024);
    assert_eq!(at("/$defs/Limits/properties/depth_max/default"), 128);
    assert_eq!(at("/$defs/Server/required"), serde_json::json!(["name"]));
    assert_eq!(at("/$defs/Server/properties/error_codes/default"), "specification");
    assert_eq!(at("/$defs/Server/properties/revisions/default/4"), "2026-07-28");
    assert_eq!(at("/$defs/Size/pattern"), "^[0-9]+ ?(B|KiB|MiB|GiB)$");
}
