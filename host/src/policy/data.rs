//! What answers don't show.

use std::{borrow::Cow, fmt};

use adarga_core::detect::Kind;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{
        MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};

use super::{
    entry::Condition,
    fields::set,
    secret::Secret,
    vocabulary::{Vocabulary, Word},
};

/// What no answer shows.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table, such as `{ redact = [\"password\"] }`")]
pub struct Data {
    /// What is masked in every answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Redaction")]
    pub redact: Option<Redaction>,
    /// What is sealed in every answer, for those who have the key, unless it is masked: names of members, and JSON Pointers from
    /// `result`. In JSON that a text holds it is masked. Default: nothing.
    #[serde(deserialize_with = "set", skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true))]
    pub seal: Vec<String>,
    /// Where the key lies that seals and makes pseudonyms: words that `adarga secrets key` prints, the newest first. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Secret")]
    pub key: Option<Secret>,
    /// What errors tell. Default: `all`.
    pub errors: Errors,
}

/// What errors tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Errors {
    /// What the server says, but for what is masked.
    #[default]
    All,
    /// Nothing of how the server works: a text with a stack trace, a place in source code, the path of a file, a statement or a message
    /// of a database becomes `internal error`; in errors, in results with `isError`, and in what the server logs or says of its tasks.
    Plain,
}

/// What is masked, and for whom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Redaction {
    /// Names of members, and JSON Pointers from `result`: those begin with `/`.
    pub names: Vec<String>,
    /// What is looked for in every text.
    pub detect: Vec<Word<Kind>>,
    /// What takes its place.
    pub mask: Option<Mask>,
    /// Who sees all the same.
    pub unless: Option<Condition>,
}

/// What takes the place of what is masked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mask {
    /// `[REDACTED]`
    #[default]
    Redacted,
    /// `****` and the last four letters or digits, where there are eight or more.
    LastFour,
    /// `pseudonym:` and 16 hexadecimal digits: equal values have equal ones, and only who has the `key` of `[data]` can make them.
    Pseudonym,
}

/// A redaction as a table.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table, such as `{ names = [\"ssn\"] }`")]
#[schemars(description = "What is masked in answers.")]
struct RedactionShape {
    /// Names of members whose values are masked wherever they stand, without regard to case, `_` and `-`; and JSON Pointers from the
    /// `result` of the message, which begin with `/`. Default: none.
    #[serde(deserialize_with = "set", skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true))]
    names: Vec<String>,
    /// What is looked for in every text. Default: nothing.
    #[serde(deserialize_with = "set", skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("uniqueItems" = true))]
    detect: Vec<Word<Kind>>,
    /// What takes the place of what is masked. Default: `redacted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Mask")]
    mask: Option<Mask>,
    /// Who sees it all the same, said as `when` is. Default: nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Condition")]
    unless: Option<Condition>,
}

impl<'de> Deserialize<'de> for Redaction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RedactionVisitor;

        impl<'de> Visitor<'de> for RedactionVisitor {
            type Value = Redaction;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of names, such as `[\"ssn\"]`, or a table")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<Redaction, A::Error> {
                Ok(Redaction { names: set(SeqAccessDeserializer::new(access))?, ..Redaction::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Redaction, A::Error> {
                let shape = RedactionShape::deserialize(MapAccessDeserializer::new(map))?;
                let RedactionShape { names, detect, mask, unless } = shape;
                Ok(Redaction { names, detect, mask, unless })
            }
        }

        deserializer.deserialize_any(RedactionVisitor)
    }
}

impl JsonSchema for Redaction {
    fn schema_name() -> Cow<'static, str> {
        "Redaction".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = RedactionShape::json_schema(generator);
        json_schema!({
            "description": "Names of members and JSON Pointers that are masked, or a table that says more.",
            "anyOf": [{ "type": "array", "items": { "type": "string", "minLength": 1 }, "uniqueItems": true }, table]
        })
    }
}

impl Vocabulary for Kind {
    const TITLE: &'static str = "Kind";
    const NAMES: &'static [&'static str] = &KINDS;

    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    fn name(self) -> &'static str {
        self.name()
    }
}

const KINDS: [&str; Kind::ALL.len()] = {
    let mut names = [""; Kind::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = Kind::ALL[at].name();
        at += 1;
    }
    names
};
