//! Where keys and secrets come from. A policy names the place, never the secret.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::{
    error::Complaint,
    fields::{text, text_if_any},
};
use crate::secrets::Place;

/// Where a secret lies.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "SecretShape")]
pub enum Secret {
    /// By itself.
    At(Place),
    /// In the vault that `[secrets]` names, by this name.
    Stored(String),
}

/// A secret as it is written: a table with one of these keys.
#[derive(Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "`{ env = \"…\" }`, `{ file = \"…\" }`, `{ credential = \"…\" }` or `{ secret = \"…\" }`"
)]
#[schemars(description = "Where a secret lies: one of these.")]
struct SecretShape {
    /// Name of an environment variable.
    #[serde(default, deserialize_with = "text_if_any", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 1024))]
    env: Option<String>,
    /// Name of a file; one line break at its end does not count.
    #[serde(default, deserialize_with = "text_if_any", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 1024))]
    file: Option<String>,
    /// Name of a credential that systemd hands to the service (`LoadCredential=`).
    #[serde(default, deserialize_with = "text_if_any", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 1024))]
    credential: Option<String>,
    /// Its name in the vault of `[secrets]`.
    #[serde(default, deserialize_with = "text_if_any", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 128))]
    secret: Option<String>,
}

impl TryFrom<SecretShape> for Secret {
    type Error = Complaint;

    fn try_from(SecretShape { env, file, credential, secret }: SecretShape) -> Result<Self, Complaint> {
        let wrong = |message: &str| Complaint::new(message, "write `{ env = \"NAME\" }` or `{ file = \"path\" }`");
        match (env, file, credential, secret) {
            (Some(name), None, None, None) => Ok(Self::At(Place::Env(name))),
            (None, Some(name), None, None) => Ok(Self::At(Place::File(name))),
            (None, None, Some(name), None) => Ok(Self::At(Place::Credential(name))),
            (None, None, None, Some(name)) => Ok(Self::Stored(name)),
            (None, None, None, None) => Err(wrong("a secret without a place")),
            _ => Err(wrong("two places of one secret")),
        }
    }
}

/// The vault that a policy's secrets lie in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct Secrets {
    /// The vault, a file that `adarga secrets init` makes: 1 to 1024 characters.
    #[serde(deserialize_with = "text::<_, 1024>")]
    #[schemars(length(min = 1, max = 1024))]
    pub file: String,
    /// Where its master key lies, which is not in the vault.
    #[serde(deserialize_with = "place")]
    #[schemars(with = "Secret")]
    pub key: Place,
}

/// Where a secret lies that is in no vault.
fn place<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Place, D::Error> {
    match Secret::deserialize(deserializer)? {
        Secret::At(place) => Ok(place),
        Secret::Stored(_) => {
            let message = "the key of the vault can't lie in the vault";
            Err(de::Error::custom(Complaint::new(message, "write `{ env = \"NAME\" }` or `{ file = \"path\" }`")))
        }
    }
}

impl JsonSchema for Secret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        SecretShape::json_schema(generator)
    }
}

/// Where the keys that verify tokens come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// A JWKS at a URL.
    Url(String),
    /// A JWKS or PEM file.
    File(String),
    /// A shared secret.
    Secret(Secret),
}

impl<'de> Deserialize<'de> for KeySource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SourceVisitor;

        impl<'de> Visitor<'de> for SourceVisitor {
            type Value = KeySource;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a URL, the name of a file, or `{ env = \"…\" }`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<KeySource, E> {
                if text.is_empty() {
                    return Err(E::custom(Complaint::new("an empty text", "fill it in")));
                }
                Ok(if text.contains("://") { KeySource::Url(text.to_owned()) } else { KeySource::File(text.to_owned()) })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<KeySource, A::Error> {
                Secret::deserialize(MapAccessDeserializer::new(map)).map(KeySource::Secret)
            }
        }

        deserializer.deserialize_any(SourceVisitor)
    }
}

impl JsonSchema for KeySource {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "KeySource".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let secret = generator.subschema_for::<Secret>();
        json_schema!({
            "description": "A URL of a JWKS, the name of a JWKS or PEM file, or where a shared secret lies.",
            "anyOf": [{ "type": "string", "minLength": 1 }, secret]
        })
    }
}
