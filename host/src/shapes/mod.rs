//! What the messages of MCP look like: every type that a published schema names, revision by revision.
//!
//! A text file beside this one describes each revision in the notation of [`notation`]: names, types, which members have to be
//! there. It reads as the JSON Schema that says the same, which the compiler of schemas takes as it takes those of tools.
//! Descriptions are left to the specification.

mod notation;

use std::sync::LazyLock;

use adarga_core::revision::Revision;
use serde_json::{Value, json};

/// The types of one revision, as the `$defs` of a schema in JSON Schema 2020-12 that says nothing else.
#[must_use]
pub fn document(revision: Revision) -> &'static Value {
    static DOCUMENTS: LazyLock<Vec<(Revision, Value)>> =
        LazyLock::new(|| Revision::ALL.iter().map(|revision| (*revision, read(text(*revision)))).collect());
    let found = DOCUMENTS.iter().find(|(known, _)| *known == revision);
    found.map_or(&Value::Null, |(_, document)| document)
}

/// The schema of one type, such as `CallToolRequestParams`, with all that it refers to; `None` if the revision has none of that
/// name.
#[must_use]
pub fn schema(revision: Revision, definition: &str) -> Option<Value> {
    let document = document(revision);
    document.get("$defs")?.get(definition)?;
    let mut schema = document.clone();
    schema.as_object_mut()?.insert("$ref".into(), format!("#/$defs/{definition}").into());
    Some(schema)
}

const fn text(revision: Revision) -> &'static str {
    match revision {
        Revision::V20241105 => include_str!("2024-11-05.txt"),
        Revision::V20250326 => include_str!("2025-03-26.txt"),
        Revision::V20250618 => include_str!("2025-06-18.txt"),
        Revision::V20251125 => include_str!("2025-11-25.txt"),
        Revision::V20260728 => include_str!("2026-07-28.txt"),
    }
}

fn read(text: &str) -> Value {
    let definitions = notation::read(text).expect("the files beside this one are tested");
    json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": definitions })
}
