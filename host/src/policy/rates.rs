//! `[rates]`, and what entries say of how often they may be called.

use std::fmt;

use adarga_core::rate::{Limit, RATE_CALLS_MAX};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

use crate::rate;

use super::{
    error::Complaint,
    fields::{Item, filled, filled_set, list, ranged, ranged_if_any, text},
    secret::Secret,
    words::quote,
};

/// The most limits of one list.
const LIMITS_MAX: usize = 8;

/// How often callers may call. What one message is charged under is charged in the order of the keys here, up to the first limit that
/// refuses.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct Rates {
    /// How often each peer may call, charged before its credentials are looked at. Default: without limit.
    #[serde(deserialize_with = "limits", skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "limits_schema")]
    pub client: Vec<RateLimit>,
    /// How often each caller may send messages of any kind. Default: without limit.
    #[serde(deserialize_with = "limits", skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "limits_schema")]
    pub subject: Vec<RateLimit>,
    /// How often each caller may call each tool; those that `*` stands for are one. Default: without limit.
    #[serde(deserialize_with = "limits", skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "limits_schema")]
    pub calls: Vec<RateLimit>,
    /// How many clients are remembered at a time, 1 to 16777216: with twice as many places as that under each limit of a message.
    /// Default: 10000.
    #[serde(deserialize_with = "ranged::<_, _, 1, 16_777_216>")]
    #[schemars(range(min = 1, max = 16_777_216))]
    pub clients: u32,
    /// What happens to a client for whom no place is left. Default: `deny`.
    pub full: Full,
    /// Where the limits of subjects and entries are counted. Those of clients are always counted in the process, or in the file if
    /// one is named. Default: `memory`.
    pub store: Store,
    /// What happens while Redis can't be asked. Default: `deny`.
    pub store_failed: StoreFailed,
    /// Among how many processes the limits are divided while Redis can't be asked and `store_failed` is `local`, 1 to 65536; among how
    /// many machines, where `store` names a file as well.
    #[serde(deserialize_with = "ranged_if_any::<_, _, 1, 65_536>", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65_536), with = "u32")]
    pub share: Option<u32>,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            client: Vec::new(),
            subject: Vec::new(),
            calls: Vec::new(),
            clients: 10_000,
            full: Full::Deny,
            store: Store::Memory,
            store_failed: StoreFailed::Deny,
            share: None,
        }
    }
}

/// One limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// The rate as it was written.
    pub text: String,
    /// Its calls.
    pub calls: u32,
    /// Its time, in milliseconds.
    pub span_ms: u64,
    /// The most calls at once; without it the limit is a window.
    pub burst: Option<u32>,
    /// What tells allowances apart; empty: what is usual where the limit stands.
    pub by: Vec<By>,
}

/// What tells allowances apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The caller's machine.
    Peer,
    /// The caller.
    Subject,
    /// The tool.
    Tool,
    /// The prompt.
    Prompt,
    /// The resource.
    Resource,
    /// The method.
    Method,
}

impl By {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Peer => "peer",
            Self::Subject => "subject",
            Self::Tool => "tool",
            Self::Prompt => "prompt",
            Self::Resource => "resource",
            Self::Method => "method",
        }
    }
}

impl Item for By {
    fn shown(&self) -> String {
        quote(self.word())
    }
}

/// What happens to a client for whom no place is left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Full {
    /// Its calls are denied until somebody else's allowance is whole again.
    #[default]
    Deny,
    /// Its calls are not counted and pass: who can call from many addresses is then not limited.
    Allow,
}

/// What happens while Redis can't be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StoreFailed {
    /// Calls that would be charged are denied.
    #[default]
    Deny,
    /// Each process or, by a file, each machine counts by itself, up to its `share` of each limit.
    Local,
}

/// Where limits are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Store {
    /// In memory of each process.
    #[default]
    Memory,
    /// In a file that the processes of one machine share.
    File(String),
    /// In Redis or Valkey, whose URL lies where the secret is; what is counted here nevertheless, in that file if there is one.
    Redis(Secret, Option<String>),
}

impl Store {
    /// The file that the processes of one machine share.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::Memory => None,
            Self::File(name) => Some(name),
            Self::Redis(_, name) => name.as_deref(),
        }
    }
}

/// A limit as a table.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a limit such as `\"10/min\"` or `{ rate = \"100/min\", burst = 20 }`")]
#[schemars(description = "A rate; with a burst, calls are spaced evenly but for so many at once (GCRA).")]
struct LimitShape {
    /// So many calls in any such time: a number, a slash and `s`, `min`, `hour` or `day`.
    #[serde(deserialize_with = "text::<_, 64>")]
    #[schemars(regex(pattern = PATTERN))]
    rate: String,
    /// The most calls at once, 1 to 1000000000; only one number is remembered of each client then.
    #[serde(default, deserialize_with = "ranged_if_any::<_, _, 1, 1_000_000_000>", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = RATE_CALLS_MAX), with = "u32")]
    burst: Option<u32>,
    /// What tells allowances apart: `peer`, `subject`, and `tool`, `prompt`, `resource` or `method`. Default: what is usual where the
    /// limit stands.
    #[serde(default, deserialize_with = "filled_set", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    by: Vec<By>,
}

const PATTERN: &str = "^[0-9]+/(s|seconds?|min|minutes?|h|hours?|days?)$";

impl TryFrom<LimitShape> for RateLimit {
    type Error = Complaint;

    fn try_from(shape: LimitShape) -> Result<Self, Complaint> {
        let LimitShape { rate: text, burst, by } = shape;
        let wrong = |error: rate::RateError| match error {
            rate::RateError::Text => Complaint::new(format!("{} is no rate", quote(&text)), error.to_string()),
            rate::RateError::Unfit(_) => Complaint::new(format!("{} is no limit", quote(&text)), error.to_string()),
        };
        let (calls, span_ms) = rate::numbers(&text).map_err(wrong)?;
        match burst {
            None => rate::window(&text).map(Limit::Window).map_err(wrong)?,
            Some(burst) => rate::gcra(&text, burst).map(Limit::Gcra).map_err(wrong)?,
        };
        Ok(Self { text, calls, span_ms, burst, by })
    }
}

impl<'de> Deserialize<'de> for RateLimit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LimitVisitor)
    }
}

struct LimitVisitor;

impl<'de> Visitor<'de> for LimitVisitor {
    type Value = RateLimit;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a limit such as `\"10/min\"` or `{ rate = \"100/min\", burst = 20 }`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<RateLimit, E> {
        LimitShape { rate: text.to_owned(), burst: None, by: Vec::new() }.try_into().map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<RateLimit, E> {
        Err(E::custom(Complaint::new(format!("`{number}` has no time"), rate::RateError::Text.to_string())))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RateLimit, A::Error> {
        LimitShape::deserialize(MapAccessDeserializer::new(map))?.try_into().map_err(de::Error::custom)
    }
}

/// One limit or a list of them.
pub(super) fn limits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<RateLimit>, D::Error> {
    struct LimitsVisitor;

    impl<'de> Visitor<'de> for LimitsVisitor {
        type Value = Vec<RateLimit>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a limit such as `\"10/min\"` or `{ rate = \"100/min\", burst = 20 }`, or a list of them")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<RateLimit>, E> {
            LimitVisitor.visit_str(text).map(|limit| vec![limit])
        }

        fn visit_i64<E: de::Error>(self, number: i64) -> Result<Vec<RateLimit>, E> {
            LimitVisitor.visit_i64(number).map(|limit| vec![limit])
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<RateLimit>, A::Error> {
            LimitVisitor.visit_map(map).map(|limit| vec![limit])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<Vec<RateLimit>, A::Error> {
            let limits = filled(list(de::value::SeqAccessDeserializer::new(access))?).map_err(de::Error::custom)?;
            if limits.len() > LIMITS_MAX {
                let message = format!("{} limits in one place", limits.len());
                return Err(de::Error::custom(Complaint::new(message, format!("write at most {LIMITS_MAX}"))));
            }
            Ok(limits)
        }
    }

    deserializer.deserialize_any(LimitsVisitor)
}

/// What a call costs, for entries.
pub(super) fn cost<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    ranged::<_, _, 1, 1_000_000>(deserializer)
}

/// The default of `cost`.
pub(super) const fn one() -> u32 {
    1
}

impl JsonSchema for RateLimit {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RateLimit".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = LimitShape::json_schema(generator);
        json_schema!({
            "description": "How often: a rate such as `10/min`, or a table.",
            "anyOf": [{ "type": "string", "pattern": PATTERN }, table]
        })
    }
}

/// A limit or a list of them.
pub(super) fn limits_schema(generator: &mut SchemaGenerator) -> Schema {
    let limit = generator.subschema_for::<RateLimit>();
    json_schema!({ "anyOf": [limit, { "type": "array", "items": limit, "minItems": 1, "maxItems": LIMITS_MAX }] })
}

/// A store as a table: one of the two, or both.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "`\"memory\"`, `{ file = \"…\" }` or `{ redis = { env = \"…\" } }`")]
#[schemars(description = "A file that processes share, or Redis; with both, the file counts what Redis doesn't.")]
struct StoreShape {
    /// Name of a file that all processes of this machine share.
    #[serde(default, deserialize_with = "super::fields::text_if_any", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 1024))]
    file: Option<String>,
    /// Where the URL of Redis or Valkey lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Secret")]
    redis: Option<Secret>,
}

const STORES: &str = "write `\"memory\"`, `{ file = \"…\" }` or `{ redis = { env = \"NAME\" } }`";

impl TryFrom<StoreShape> for Store {
    type Error = Complaint;

    fn try_from(shape: StoreShape) -> Result<Self, Complaint> {
        match (shape.file, shape.redis) {
            (Some(name), None) => Ok(Self::File(name)),
            (file, Some(url)) => Ok(Self::Redis(url, file)),
            (None, None) => Err(Complaint::new("a store without a place", STORES)),
        }
    }
}

impl<'de> Deserialize<'de> for Store {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StoreVisitor;

        impl<'de> Visitor<'de> for StoreVisitor {
            type Value = Store;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`\"memory\"`, `{ file = \"…\" }` or `{ redis = { env = \"…\" } }`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Store, E> {
                if text == "memory" {
                    Ok(Store::Memory)
                } else {
                    Err(E::custom(Complaint::new(format!("{} is no store", quote(text)), STORES)))
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Store, A::Error> {
                StoreShape::deserialize(MapAccessDeserializer::new(map))?.try_into().map_err(de::Error::custom)
            }
        }

        deserializer.deserialize_any(StoreVisitor)
    }
}

// the JSON Schema of the document shows the default by this
impl Serialize for Store {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Memory => serializer.serialize_str("memory"),
            // no default
            Self::File(_) | Self::Redis(..) => serializer.serialize_unit(),
        }
    }
}

impl JsonSchema for Store {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Store".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = StoreShape::json_schema(generator);
        json_schema!({ "description": "Where limits are counted.", "anyOf": [{ "const": "memory" }, table] })
    }
}
