//! `[config]`: what the server itself needs to be configured with.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    fields::{one_or_more, ranged_if_any, set},
    secret::Secret,
};

/// What one setting of the server has to be.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table, such as `{ length_min = 32 }`")]
pub struct Setting {
    /// Where it lies. Default: the environment variable of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Secret")]
    pub from: Option<Secret>,
    /// Whether it has to be there. Default: true.
    pub required: bool,
    /// Fewest characters, 1 to 65536.
    #[serde(deserialize_with = "ranged_if_any::<_, _, 1, 65_536>", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65_536), with = "u32")]
    pub length_min: Option<u32>,
    /// Most characters, 1 to 65536.
    #[serde(deserialize_with = "ranged_if_any::<_, _, 1, 65_536>", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65_536), with = "u32")]
    pub length_max: Option<u32>,
    /// Least strength of a key or password, in bits, 1 to 512: what is left of it when repetitions, sequences and common words are
    /// counted as what they are.
    #[serde(deserialize_with = "ranged_if_any::<_, _, 1, 512>", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 512), with = "u32")]
    pub strength: Option<u32>,
    /// Schemes of a URL that it has to be: one or several. Default: it is no URL.
    #[serde(deserialize_with = "one_or_more", skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "super::schema::one_or_more")]
    pub url: Vec<String>,
    /// Whether a URL may hold a user and a password. Default: false.
    pub credentials: bool,
    /// The values it can have. Default: any.
    #[serde(deserialize_with = "set", skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true))]
    pub one_of: Vec<String>,
    /// An integer that it has to be, from the first of two to the second. Default: it is no number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "[i64; 2]")]
    pub range: Option<[i64; 2]>,
    /// Whether what looks like a placeholder, such as `changeme` or `<your key>`, may stay. Default: false.
    pub placeholder: bool,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            from: None,
            required: true,
            length_min: None,
            length_max: None,
            strength: None,
            url: Vec::new(),
            credentials: false,
            one_of: Vec::new(),
            range: None,
            placeholder: false,
        }
    }
}
