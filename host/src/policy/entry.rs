//! What a policy says of one method, tool, prompt or resource.

use std::fmt;

use adarga_core::capabilities::Capabilities;
use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, value::MapAccessDeserializer},
};

use super::{
    arguments::{EntryThreats, SchemaSource, Threats},
    data::Redaction,
    error::Complaint,
    fields::{Item, filled, list, one_or_more, set, table, text, text_if_any},
    rates::{RateLimit, cost, limits, limits_schema, one},
    vocabulary::Word,
    words::all_of,
};

const fn yes() -> bool {
    true
}

/// Who may use a prompt; part of every tool and resource as well.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table with a `permission`")]
pub struct Entry {
    /// The permission that one of the caller's roles must grant, such as `read:content`.
    #[serde(deserialize_with = "text::<_, 1024>")]
    #[schemars(length(min = 1, max = 1024))]
    pub permission: String,
    /// What must hold besides. Default: nothing.
    #[serde(default)]
    #[schemars(with = "Condition")]
    pub when: Option<Condition>,
    /// Capabilities that the client must have declared. Default: none.
    #[serde(default, deserialize_with = "set")]
    #[schemars(extend("uniqueItems" = true))]
    pub requires: Vec<Word<Capabilities>>,
    /// How often it may be called: `"10/min"`, `{ rate = "100/min", burst = 20 }`, or a list of such; of each caller unless `by` says
    /// otherwise. Default: without limit.
    #[serde(default, deserialize_with = "limits", skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "limits_schema")]
    pub rate: Vec<RateLimit>,
    /// How many calls one call counts as, under every limit but the client's: 1 to 1000000. Default: 1.
    #[serde(default = "one", deserialize_with = "cost")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub cost: u32,
    /// JSON Pointers of arguments that are paths, each with the name of the root they stay beneath. Default: none.
    #[serde(default, deserialize_with = "table")]
    pub paths: IndexMap<String, String>,
    /// The JSON Schema that the arguments have to match: a table, or `{ file = "schema.json" }`. Default: any arguments pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SchemaSource")]
    pub input: Option<SchemaSource>,
    /// Whether `format` in the schema has to hold; otherwise it only tells. Default: true.
    #[serde(default = "yes")]
    pub formats: bool,
    /// What becomes of texts that look like attacks, where it is not what `[threats]` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "EntryThreats")]
    pub threats: Option<EntryThreats>,
    /// What is masked in the answers, beside what `[data]` says: names of members and JSON Pointers from `result`, or a table that
    /// says more. Default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Redaction")]
    pub redact: Option<Redaction>,
    /// What is sealed in the answers, beside what `[data]` says: names of members and JSON Pointers from `result`. Default: nothing.
    #[serde(default, deserialize_with = "set", skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true))]
    pub seal: Vec<String>,
}

/// Who may read a resource, or each of a family that a URI template names.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(from = "ResourceShape")]
pub struct Resource {
    /// What it has in common with tools and prompts; its `paths` are variables instead of arguments.
    pub entry: Entry,
    /// The root that a `file:` URI stays beneath.
    pub root: Option<String>,
}

/// A resource as it is written: flat.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table with a `permission`")]
#[schemars(description = "Who may read a resource, or each of a family that a URI template names.")]
struct ResourceShape {
    /// The permission that one of the caller's roles must grant, such as `read:content`; of a URI template it may hold variables:
    /// `read:reports:{report_id}`.
    #[serde(deserialize_with = "text::<_, 1024>")]
    #[schemars(length(min = 1, max = 1024))]
    permission: String,
    /// What must hold besides. Default: nothing.
    #[serde(default)]
    #[schemars(with = "Condition")]
    when: Option<Condition>,
    /// Capabilities that the client must have declared. Default: none.
    #[serde(default, deserialize_with = "set")]
    #[schemars(extend("uniqueItems" = true))]
    requires: Vec<Word<Capabilities>>,
    /// How often it may be called: `"10/min"`, `{ rate = "100/min", burst = 20 }`, or a list of such; of each caller unless `by` says
    /// otherwise. Default: without limit.
    #[serde(default, deserialize_with = "limits", skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "limits_schema")]
    rate: Vec<RateLimit>,
    /// How many calls one call counts as, under every limit but the client's: 1 to 1000000. Default: 1.
    #[serde(default = "one", deserialize_with = "cost")]
    #[schemars(range(min = 1, max = 1_000_000))]
    cost: u32,
    /// Variables of the URI template that are paths, each with the name of the root they stay beneath. Default: none.
    #[serde(default, deserialize_with = "table")]
    paths: IndexMap<String, String>,
    /// Name of the root that a `file:` URI stays beneath. Default: none.
    #[serde(default, deserialize_with = "text_if_any", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 1024))]
    root: Option<String>,
    /// What becomes of URIs that look like attacks, where it is not what `[threats]` says. Default: as that says.
    #[serde(default)]
    threats: Threats,
    /// What is masked in the answers, beside what `[data]` says: names of members and JSON Pointers from `result`, or a table that
    /// says more. Default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Redaction")]
    redact: Option<Redaction>,
    /// What is sealed in the answers, beside what `[data]` says: names of members and JSON Pointers from `result`. Default: nothing.
    #[serde(default, deserialize_with = "set", skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true))]
    seal: Vec<String>,
}

impl From<ResourceShape> for Resource {
    fn from(shape: ResourceShape) -> Self {
        let ResourceShape { permission, when, requires, rate, cost, paths, root, threats, redact, seal } = shape;
        let threats = Some(EntryThreats { all: threats, ..EntryThreats::default() });
        let (input, formats) = (None, true);
        Self { entry: Entry { permission, when, requires, rate, cost, paths, input, formats, threats, redact, seal }, root }
    }
}

impl JsonSchema for Resource {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Resource".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        ResourceShape::json_schema(generator)
    }
}

/// Who may call a tool, and how its arguments are mirrored in headers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(from = "ToolShape")]
pub struct Tool {
    /// What it has in common with prompts and resources.
    pub entry: Entry,
    /// Suffixes of `Mcp-Param-*` headers, each with the JSON Pointer of the argument that it must equal.
    pub headers: IndexMap<String, String>,
    /// Hashes of definitions of which the server's must be one; none where it may be any.
    pub pin: Vec<String>,
    /// The JSON Schema that the structured content of results has to match.
    pub output: Option<SchemaSource>,
}

/// A tool as it is written: flat.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table with a `permission`")]
#[schemars(description = "Who may call a tool, and how its arguments are mirrored in headers.")]
struct ToolShape {
    /// The permission that one of the caller's roles must grant, such as `write:content`.
    #[serde(deserialize_with = "text::<_, 1024>")]
    #[schemars(length(min = 1, max = 1024))]
    permission: String,
    /// What must hold besides. Default: nothing.
    #[serde(default)]
    #[schemars(with = "Condition")]
    when: Option<Condition>,
    /// Capabilities that the client must have declared. Default: none.
    #[serde(default, deserialize_with = "set")]
    #[schemars(extend("uniqueItems" = true))]
    requires: Vec<Word<Capabilities>>,
    /// How often it may be called: `"10/min"`, `{ rate = "100/min", burst = 20 }`, or a list of such; of each caller unless `by` says
    /// otherwise. Default: without limit.
    #[serde(default, deserialize_with = "limits", skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "limits_schema")]
    rate: Vec<RateLimit>,
    /// How many calls one call counts as, under every limit but the client's: 1 to 1000000. Default: 1.
    #[serde(default = "one", deserialize_with = "cost")]
    #[schemars(range(min = 1, max = 1_000_000))]
    cost: u32,
    /// Suffixes of `Mcp-Param-*` headers, each with the JSON Pointer of the argument that it must equal. Default: none.
    #[serde(default, deserialize_with = "table")]
    headers: IndexMap<String, String>,
    /// JSON Pointers of arguments that are paths, each with the name of the root they stay beneath. Default: none.
    #[serde(default, deserialize_with = "table")]
    paths: IndexMap<String, String>,
    /// The JSON Schema that the arguments have to match: a table, or `{ file = "schema.json" }`. Default: any arguments pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SchemaSource")]
    input: Option<SchemaSource>,
    /// Whether `format` in the schema has to hold; otherwise it only tells. Default: true.
    #[serde(default = "yes")]
    formats: bool,
    /// What becomes of texts that look like attacks, where it is not what `[threats]` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "EntryThreats")]
    threats: Option<EntryThreats>,
    /// What is masked in the answers, beside what `[data]` says: names of members and JSON Pointers from `result`, or a table that
    /// says more. Default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Redaction")]
    redact: Option<Redaction>,
    /// What is sealed in the answers, beside what `[data]` says: names of members and JSON Pointers from `result`. Default: nothing.
    #[serde(default, deserialize_with = "set", skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true))]
    seal: Vec<String>,
    /// The JSON Schema that the `structuredContent` of results has to match, which then must not lack: a table, or `{ file = "schema.json" }`.
    /// Default: any result passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SchemaSource")]
    output: Option<SchemaSource>,
    /// What the tool was when it was approved, as `adarga pin` prints it: the hash of its definition, or a list of such. A server that
    /// lists it otherwise is not heard. Default: it may be anything.
    #[serde(default, deserialize_with = "one_or_more", skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "super::schema::one_or_more")]
    pin: Vec<String>,
}

impl From<ToolShape> for Tool {
    fn from(shape: ToolShape) -> Self {
        let ToolShape {
            permission,
            when,
            requires,
            rate,
            cost,
            headers,
            paths,
            input,
            formats,
            threats,
            redact,
            seal,
            output,
            pin,
        } = shape;
        Self {
            entry: Entry { permission, when, requires, rate, cost, paths, input, formats, threats, redact, seal },
            headers,
            pin,
            output,
        }
    }
}

impl JsonSchema for Tool {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Tool".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        ToolShape::json_schema(generator)
    }
}

/// What must hold for a call, besides the permission.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "ConditionShape")]
pub enum Condition {
    /// At least one of them holds.
    Any(Vec<Condition>),
    /// Every one of them holds.
    All(Vec<Condition>),
    /// The caller has this role.
    Role(String),
    /// The argument is a string that equals something known of the caller.
    Argument {
        /// JSON Pointer into the arguments.
        pointer: String,
        /// What it must equal.
        equals: Operand,
    },
    /// The variable of the resource's URI equals something known of the caller.
    Variable {
        /// Its name in the URI template.
        name: String,
        /// What it must equal.
        equals: Operand,
    },
}

/// What an argument is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Operand {
    /// The caller's subject.
    Subject,
}

/// A condition as it is written: a table with one of these keys, or with the last two.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a condition, such as `{ role = \"admin\" }`")]
struct ConditionShape {
    #[serde(deserialize_with = "conditions")]
    any: Option<Vec<Condition>>,
    #[serde(deserialize_with = "conditions")]
    all: Option<Vec<Condition>>,
    #[serde(deserialize_with = "role")]
    role: Option<String>,
    argument: Option<String>,
    variable: Option<String>,
    equals: Option<Operand>,
}

const SHAPES: &str = "write one of `{ any = […] }`, `{ all = […] }`, `{ role = \"…\" }`, `{ argument = \"/…\", equals = \"subject\" }` and \
     `{ variable = \"…\", equals = \"subject\" }`";

fn conditions<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Condition>>, D::Error> {
    filled(list(deserializer)?).map(Some).map_err(de::Error::custom)
}

fn role<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    text::<D, 1024>(deserializer).map(Some)
}

impl TryFrom<ConditionShape> for Condition {
    type Error = Complaint;

    fn try_from(shape: ConditionShape) -> Result<Self, Complaint> {
        match shape {
            ConditionShape { any: Some(list), all: None, role: None, argument: None, variable: None, equals: None } => {
                Ok(Self::Any(list))
            }
            ConditionShape { any: None, all: Some(list), role: None, argument: None, variable: None, equals: None } => {
                Ok(Self::All(list))
            }
            ConditionShape { any: None, all: None, role: Some(role), argument: None, variable: None, equals: None } => {
                Ok(Self::Role(role))
            }
            ConditionShape {
                any: None,
                all: None,
                role: None,
                argument: Some(pointer),
                variable: None,
                equals: Some(equals),
            } => Ok(Self::Argument { pointer, equals }),
            ConditionShape { any: None, all: None, role: None, argument: None, variable: Some(name), equals: Some(equals) } => {
                Ok(Self::Variable { name, equals })
            }
            shape => Err(shape.complaint()),
        }
    }
}

impl ConditionShape {
    /// Why these keys together are no condition.
    fn complaint(&self) -> Complaint {
        let keys = [
            (self.any.is_some(), "any"),
            (self.all.is_some(), "all"),
            (self.role.is_some(), "role"),
            (self.argument.is_some(), "argument"),
            (self.variable.is_some(), "variable"),
            (self.equals.is_some(), "equals"),
        ];
        let present: Vec<&str> = keys.into_iter().filter_map(|(present, key)| present.then_some(key)).collect();
        match present.as_slice() {
            [] => Complaint::new("an empty condition", SHAPES),
            [key @ ("argument" | "variable")] => {
                Complaint::new(format!("`{key}` without `equals`"), "add `equals = \"subject\"`")
            }
            ["equals"] => Complaint::new("`equals` without `argument`", "add `argument`, a JSON Pointer such as `\"/user_id\"`"),
            keys => Complaint::new(
                format!("{} in one condition", all_of(keys)),
                "say how they belong together: `{ all = [{ … }, { … }] }` or `{ any = [{ … }, { … }] }`",
            ),
        }
    }
}

impl JsonSchema for Condition {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Condition".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let condition = generator.subschema_for::<Self>();
        let operand = generator.subschema_for::<Operand>();
        let some = json_schema!({ "type": "array", "items": condition, "minItems": 1 });
        let shape = |description: &str, properties: serde_json::Value, required: &[&str]| {
            json_schema!({
                "description": description,
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": false
            })
        };
        json_schema!({
            "description": "What must hold for a call, besides the permission.",
            "oneOf": [
                shape("At least one of them holds.", serde_json::json!({ "any": some }), &["any"]),
                shape("Every one of them holds.", serde_json::json!({ "all": some }), &["all"]),
                shape("The caller has this role.", serde_json::json!({ "role": { "type": "string", "minLength": 1 } }), &["role"]),
                shape(
                    "The argument, by its JSON Pointer, is a string that equals something known of the caller.",
                    serde_json::json!({ "argument": { "type": "string" }, "equals": operand }),
                    &["argument", "equals"]
                ),
                shape(
                    "The variable of the resource's URI template equals something known of the caller.",
                    serde_json::json!({ "variable": { "type": "string" }, "equals": operand }),
                    &["variable", "equals"]
                )
            ]
        })
    }
}

/// What a policy says of a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MethodRule {
    /// `true`: every identified caller may call it.
    Allow,
    /// `false`: nobody may call it.
    Deny,
    /// Callers with this permission may call it.
    Permission(String),
    /// The same, and how often.
    Table(MethodTable),
}

/// Who may call a method, and how often.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table with a `rate`")]
pub struct MethodTable {
    /// The permission that one of the caller's roles must grant. Default: every identified caller may call it.
    #[serde(default, deserialize_with = "text_if_any", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 1024))]
    pub permission: Option<String>,
    /// How often it may be called: `"10/min"`, `{ rate = "100/min", burst = 20 }`, or a list of such; of each caller unless `by` says
    /// otherwise. Default: without limit.
    #[serde(default, deserialize_with = "limits", skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "limits_schema")]
    pub rate: Vec<RateLimit>,
    /// How many calls one call counts as, under every limit but the client's: 1 to 1000000. Default: 1.
    #[serde(default = "one", deserialize_with = "cost")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub cost: u32,
}

impl<'de> Deserialize<'de> for MethodRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RuleVisitor;

        impl<'de> de::Visitor<'de> for RuleVisitor {
            type Value = MethodRule;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`true`, `false`, a permission as a string or a table")
            }

            fn visit_bool<E: de::Error>(self, allowed: bool) -> Result<MethodRule, E> {
                Ok(if allowed { MethodRule::Allow } else { MethodRule::Deny })
            }

            fn visit_str<E: de::Error>(self, permission: &str) -> Result<MethodRule, E> {
                let permission = permission.to_owned();
                permission.check().map_err(E::custom)?;
                Ok(MethodRule::Permission(permission))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<MethodRule, A::Error> {
                MethodTable::deserialize(MapAccessDeserializer::new(map)).map(MethodRule::Table)
            }
        }

        deserializer.deserialize_any(RuleVisitor)
    }
}

impl JsonSchema for MethodRule {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MethodRule".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = generator.subschema_for::<MethodTable>();
        json_schema!({
            "description": "`true`: every identified caller may call it. `false`: nobody may. A string: callers with this permission may. A table: how often besides.",
            "anyOf": [{ "type": "boolean" }, { "type": "string", "minLength": 1 }, table]
        })
    }
}
