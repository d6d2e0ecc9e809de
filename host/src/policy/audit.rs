//! `[audit]`: the trail of what was judged.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::value::StrDeserializer};

use super::{
    fields::text,
    secret::Secret,
    units::{Duration, Size},
};

/// The trail of what was judged, one chained line for each message. Default: none.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct Audit {
    /// The file that lines are appended to: 1 to 1024 characters.
    #[serde(deserialize_with = "text::<_, 1024>")]
    #[schemars(length(min = 1, max = 1024))]
    pub file: String,
    /// Where the key of the trail lies. A file made by `adarga audit key` moves forward with every process, so that nobody who takes it
    /// can rewrite what was written before; an environment variable protects only from who doesn't have it.
    pub key: Secret,
    /// When lines are forced to the disk: `every` line before its message goes on, `never`, or at the latest after a time with unit.
    /// Default: `1s`.
    #[serde(default)]
    pub sync: AuditSync,
    /// When the file is renamed and a new one begun. Default: never.
    #[serde(default)]
    pub rotate: Rotate,
    /// Whether the local syslog is told, when a chain begins, once a minute and when it ends, which line is the last: what leaves the
    /// machine that way shows that lines were cut. Default: false.
    #[serde(default)]
    pub syslog: bool,
    /// What happens to a message whose line can't be written, because the disk is full for instance. Default: `deny`.
    #[serde(default)]
    pub full: AuditFull,
    /// How the arguments of calls stand in the trail. Default: `sha256`.
    #[serde(default)]
    pub arguments: AuditArguments,
}

/// When the file is renamed and a new one begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct Rotate {
    /// Before it gets longer than this, with unit. Default: any length.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Size")]
    pub size: Option<Size>,
    /// When a period of this length begins, with unit, counted in UTC: `24 h` is at midnight. Default: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Duration")]
    pub every: Option<Duration>,
}

/// When lines are forced to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditSync {
    /// Each before its message goes on.
    Every,
    /// Not by us.
    Never,
    /// After this time at the latest.
    Interval(Duration),
}

impl Default for AuditSync {
    fn default() -> Self {
        Self::Interval(Duration::ONE_SECOND)
    }
}

impl<'de> Deserialize<'de> for AuditSync {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.as_str() {
            "every" => Ok(Self::Every),
            "never" => Ok(Self::Never),
            time => Duration::deserialize(StrDeserializer::new(time)).map(Self::Interval),
        }
    }
}

impl Serialize for AuditSync {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Every => serializer.serialize_str("every"),
            Self::Never => serializer.serialize_str("never"),
            Self::Interval(time) => time.serialize(serializer),
        }
    }
}

impl JsonSchema for AuditSync {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AuditSync".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let time = generator.subschema_for::<Duration>();
        json_schema!({
            "description": "`every`, `never`, or a length of time with its unit.",
            "anyOf": [{ "enum": ["every", "never"] }, time]
        })
    }
}

/// What happens to a message whose line can't be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuditFull {
    /// It is denied: no audit, no call.
    #[default]
    Deny,
    /// It goes on without one; a later line says how many are missing.
    Drop,
}

/// How the arguments of calls stand in the trail: as a keyed hash of their bytes, which only who has the key can compare with others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuditArguments {
    /// HMAC-SHA-256.
    #[default]
    Sha256,
    /// BLAKE3 with a key, which is faster where arguments are long.
    Blake3,
    /// Not at all.
    Off,
}
