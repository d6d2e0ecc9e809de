//! What a policy says of arguments: the schema that they have to match, and what their texts must not look like.

use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::Value;

use super::{
    error::Complaint,
    fields::{set, table},
};

/// Where a JSON Schema stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaSource {
    /// In a file beside the policy.
    File(String),
    /// In the policy: its text in JSON.
    Inline(String),
}

impl<'de> Deserialize<'de> for SchemaSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SourceVisitor;

        impl<'de> Visitor<'de> for SourceVisitor {
            type Value = SchemaSource;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON Schema as a table, or `{ file = \"…\" }`")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SchemaSource, A::Error> {
                let value = Value::deserialize(MapAccessDeserializer::new(map))?;
                if let Some(file) = value.get("file").filter(|_| value.as_object().is_some_and(|table| table.len() == 1)) {
                    let wrong = || de::Error::custom(Complaint::new("`file` is no name", "write `{ file = \"schema.json\" }`"));
                    let name = file.as_str().filter(|name| !name.is_empty()).ok_or_else(wrong)?;
                    return Ok(SchemaSource::File(name.to_owned()));
                }
                if holds_null(&value) {
                    // the tree has none, so it was a number that is no finite double
                    let remedy = "put the schema into a file: `{ file = \"schema.json\" }`";
                    return Err(de::Error::custom(Complaint::new("a number that a policy can't hold", remedy)));
                }
                Ok(SchemaSource::Inline(value.to_string()))
            }
        }

        deserializer.deserialize_any(SourceVisitor)
    }
}

fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(elements) => elements.iter().any(holds_null),
        Value::Object(members) => members.values().any(holds_null),
        _ => false,
    }
}

impl JsonSchema for SchemaSource {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SchemaSource".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A JSON Schema, or `{ file = \"…\" }`: the name of a file that holds one, from the folder of the policy.",
            "type": "object"
        })
    }
}

/// What becomes of a text that looks like an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The call is denied.
    Block,
    /// The call passes; the decision tells of it.
    Report,
    /// Nobody looks.
    Off,
}

/// What becomes of texts that look like attacks, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table, such as `{ sql = \"block\" }`")]
pub struct Threats {
    /// Parts of SQL statements that break out of their place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Action")]
    pub sql: Option<Action>,
    /// Markup and script that a browser would run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Action")]
    pub html: Option<Action>,
    /// Commands of a shell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Action")]
    pub shell: Option<Action>,
    /// Paths out of their folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Action")]
    pub traversal: Option<Action>,
}

impl Threats {
    /// The actions, in the order of [`adarga_core::threat::Kinds::NAMED`].
    #[must_use]
    pub const fn actions(&self) -> [Option<Action>; 4] {
        [self.sql, self.html, self.shell, self.traversal]
    }

    /// These, and those of `general` where these say nothing.
    #[must_use]
    pub fn over(&self, general: &Self) -> Self {
        Self {
            sql: self.sql.or(general.sql),
            html: self.html.or(general.html),
            shell: self.shell.or(general.shell),
            traversal: self.traversal.or(general.traversal),
        }
    }
}

/// The same for one tool or prompt, and for single arguments of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "EntryThreatsShape")]
pub struct EntryThreats {
    /// What holds for all arguments.
    pub all: Threats,
    /// JSON Pointers of arguments that nobody looks at.
    pub except: Vec<String>,
    /// JSON Pointers of arguments, each with what holds for it alone.
    pub arguments: IndexMap<String, Threats>,
}

/// Threats of an entry as they are written: flat.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table, such as `{ sql = \"off\" }`")]
#[schemars(description = "What becomes of texts that look like attacks, where it is not what `[threats]` says.")]
struct EntryThreatsShape {
    /// Parts of SQL statements that break out of their place. Default: as `[threats]` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Action")]
    sql: Option<Action>,
    /// Markup and script that a browser would run. Default: as `[threats]` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Action")]
    html: Option<Action>,
    /// Commands of a shell. Default: as `[threats]` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Action")]
    shell: Option<Action>,
    /// Paths out of their folder. Default: as `[threats]` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Action")]
    traversal: Option<Action>,
    /// JSON Pointers of arguments that nobody looks at, with all that they hold. Default: none.
    #[serde(deserialize_with = "set", skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true))]
    except: Vec<String>,
    /// JSON Pointers of arguments, each with what holds for it and all that it holds. Default: none.
    #[serde(deserialize_with = "table", skip_serializing_if = "IndexMap::is_empty")]
    arguments: IndexMap<String, Threats>,
}

impl From<EntryThreatsShape> for EntryThreats {
    fn from(shape: EntryThreatsShape) -> Self {
        let EntryThreatsShape { sql, html, shell, traversal, except, arguments } = shape;
        Self { all: Threats { sql, html, shell, traversal }, except, arguments }
    }
}

impl JsonSchema for EntryThreats {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EntryThreats".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        EntryThreatsShape::json_schema(generator)
    }
}
