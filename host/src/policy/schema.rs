//! The JSON Schema of a policy, for editors and for other tools that write policies.

use schemars::{Schema, SchemaGenerator, generate::SchemaSettings, json_schema};

use super::document::Document;

/// JSON Schema 2020-12 of a policy document in either syntax: indented, with a line break at its end.
///
/// It is committed as `host/policy.schema.json`. It knows shapes, ranges and defaults; what the compiler knows beyond that (role
/// names, pointers) it cannot say.
#[must_use]
pub fn json_schema() -> String {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Document>();
    format!("{:#}\n", schema.as_value())
}

/// Names, each with a list of distinct texts.
pub(super) fn table_of_sets(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "propertyNames": { "minLength": 1 },
        "additionalProperties": { "type": "array", "items": { "type": "string", "minLength": 1 }, "uniqueItems": true },
        "default": {}
    })
}

/// One text, or a list of distinct ones.
pub(super) fn one_or_more(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "anyOf": [
            { "type": "string", "minLength": 1 },
            { "type": "array", "items": { "type": "string", "minLength": 1 }, "minItems": 1, "uniqueItems": true }
        ]
    })
}
