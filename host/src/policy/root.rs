//! Directories that paths stay beneath.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::{
    error::Complaint,
    fields::{ranged_if_any, text},
};

/// A directory that paths stay beneath, and how they are judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// The directory: absolute, without `.` and `..`.
    pub directory: String,
    /// For which systems a path must mean the same.
    pub profile: Profile,
    /// How often paths are percent-decoded; none: what some decoder would change is refused.
    pub decode: Option<u8>,
    /// Whether a path that is not absolute is taken to begin at the root.
    pub relative: bool,
    /// What becomes of symbolic links, where paths are resolved.
    pub links: Links,
    /// What becomes of files that have another name, where paths are resolved.
    pub hard_links: HardLinks,
}

/// For which systems a path must mean the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Linux, macOS and Windows.
    #[default]
    Portable,
    /// POSIX systems alone.
    Posix,
}

/// What becomes of symbolic links.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Links {
    /// They may lead to what lies beneath the root.
    #[default]
    Beneath,
    /// They are refused.
    Refuse,
}

/// What becomes of files that have another name, which may lie outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HardLinks {
    /// They pass.
    #[default]
    Allow,
    /// They are refused.
    Refuse,
}

/// A root as a table.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a directory, or a table with a `directory`")]
#[schemars(description = "A directory and how paths beneath it are judged.")]
struct RootShape {
    /// The directory, absolute, such as `/srv/docs`.
    #[serde(deserialize_with = "text::<_, 1024>")]
    #[schemars(length(min = 1, max = 1024))]
    directory: String,
    /// For which systems a path must mean the same. Default: `portable`.
    #[serde(default)]
    profile: Profile,
    /// How often the server percent-decodes paths, 0 to 4. Default: unknown: what any decoder would change is refused.
    #[serde(default, deserialize_with = "ranged_if_any::<_, _, 0, 4>", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 4), with = "u8")]
    decode: Option<u8>,
    /// Whether a path that is not absolute passes: the server must take it to begin at this directory. Default: true.
    #[serde(default = "yes")]
    relative: bool,
    /// What `adarga run` makes of symbolic links. Default: `beneath`.
    #[serde(default)]
    links: Links,
    /// What `adarga run` makes of files that have another name. Default: `allow`.
    #[serde(default)]
    hard_links: HardLinks,
}

const fn yes() -> bool {
    true
}

impl<'de> Deserialize<'de> for Root {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RootVisitor;

        impl<'de> Visitor<'de> for RootVisitor {
            type Value = Root;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a directory, or a table with a `directory`")
            }

            fn visit_str<E: de::Error>(self, directory: &str) -> Result<Root, E> {
                if directory.is_empty() {
                    return Err(E::custom(Complaint::new("an empty text", "fill it in")));
                }
                Ok(Root {
                    directory: directory.to_owned(),
                    profile: Profile::default(),
                    decode: None,
                    relative: true,
                    links: Links::default(),
                    hard_links: HardLinks::default(),
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Root, A::Error> {
                let shape = RootShape::deserialize(MapAccessDeserializer::new(map))?;
                let RootShape { directory, profile, decode, relative, links, hard_links } = shape;
                Ok(Root { directory, profile, decode, relative, links, hard_links })
            }
        }

        deserializer.deserialize_any(RootVisitor)
    }
}

impl JsonSchema for Root {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Root".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = RootShape::json_schema(generator);
        json_schema!({
            "description": "A directory that paths stay beneath, absolute, or a table that also says how they are judged.",
            "anyOf": [{ "type": "string", "minLength": 1 }, table]
        })
    }
}
