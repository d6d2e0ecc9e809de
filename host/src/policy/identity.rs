//! What a policy says of callers: tokens, API keys, certificates.

use adarga_core::keys::Algorithm;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    fields::{filled_set, one_or_more, set, table, text, text_if_any},
    secret::{KeySource, Secret},
    units::{Duration, Size},
    vocabulary::Word,
};

/// How callers prove who they are. Absent, the host says who calls.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct Identity {
    /// The issuer of tokens, as `iss` names it: an `https` URL. With JWTs it is required, and `iss` must equal it byte for byte.
    #[schemars(with = "String", length(min = 1, max = 1024))]
    #[serde(deserialize_with = "text_if_any", skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Canonical URIs of this server, one of which `aud` must name (RFC 8707). With JWTs at least one is required.
    #[serde(deserialize_with = "one_or_more", skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "super::schema::one_or_more")]
    pub audience: Vec<String>,
    /// Signature algorithms that are accepted. Default: none: no JWT is accepted.
    #[serde(deserialize_with = "filled_set", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub algorithms: Vec<Word<Algorithm>>,
    /// Where keys come from: an `https` URL of a JWKS, a file (JWKS or PEM), or `{ env = "…" }` for a shared secret. Default: the
    /// issuer's metadata names them (RFC 8414, OpenID Connect Discovery).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "KeySource")]
    pub keys: Option<KeySource>,
    /// How far clocks may differ. Default: `30s`.
    pub leeway: Duration,
    /// The `typ` of accepted tokens. `at+jwt` also demands all claims of RFC 9068. Default: none, `JWT` and `at+jwt` are accepted.
    #[serde(rename = "type", deserialize_with = "text_if_any", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 1024))]
    pub token_type: Option<String>,
    /// Whether a token without `exp` is refused. Default: true.
    pub expiry_required: bool,
    /// Longest token, at most `64 KiB`. Default: `16 KiB`.
    pub token_max: Size,
    /// Where things stand in the claims.
    pub claims: Claims,
    /// Roles of a caller whose token names none: one name or several. Default: none: denied.
    #[serde(deserialize_with = "one_or_more", skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "super::schema::one_or_more")]
    pub default_role: Vec<String>,
    /// What a role does that the policy lacks. Default: `deny`.
    pub unknown_roles: UnknownRoles,
    /// What the scopes of a token do. Default: `intersect`.
    pub token_scopes: ScopesEffect,
    /// What the permissions of a token do. Default: `intersect`.
    pub token_permissions: PermissionsEffect,
    /// Scopes that a caller without a token is told to ask for, also in the metadata of this server. Default: none.
    #[serde(deserialize_with = "set", skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true))]
    pub scopes: Vec<String>,
    /// Where the metadata of this server lies (RFC 9728). Default: the well-known URI of the first audience.
    #[serde(deserialize_with = "text_if_any", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 1024))]
    pub metadata: Option<String>,
    /// Whether the host has a provider of its own for callers whom nothing here identifies. Default: false.
    pub provider: bool,
    /// How old keys may get before newer ones are fetched. Default: `10 min`.
    pub refresh: Duration,
    /// Least time between two fetches that unknown keys cause. Default: `1 min`.
    pub refresh_min: Duration,
    /// How long the last keys are used while the issuer can't be reached. Default: `24 h`.
    pub stale_max: Duration,
    /// A file that keeps the last good key set over restarts. Default: none.
    #[serde(deserialize_with = "text_if_any", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 1024))]
    pub store: Option<String>,
    /// Networks that are not public and that the issuer may lie in, such as `10.20.0.0/16`. Default: none.
    #[serde(deserialize_with = "set", skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true))]
    pub networks: Vec<String>,
    /// A PEM file with authorities that are trusted beside the public ones when the issuer is asked. Default: none.
    #[serde(deserialize_with = "text_if_any", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 1024))]
    pub authorities: Option<String>,
    /// How opaque tokens are looked up (RFC 7662). Default: they are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Introspection")]
    pub introspection: Option<Introspection>,
    /// What is no longer valid before it expires.
    pub revoked: Revoked,
    /// API keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ApiKeys")]
    pub api_keys: Option<ApiKeys>,
    /// Client certificates by their subject, as the host reports it.
    #[serde(deserialize_with = "table")]
    #[schemars(extend("propertyNames" = { "minLength": 1 }))]
    pub certificates: IndexMap<String, Principal>,
}

impl Default for Identity {
    fn default() -> Self {
        Self {
            issuer: None,
            audience: Vec::new(),
            algorithms: Vec::new(),
            keys: None,
            leeway: Duration::THIRTY_SECONDS,
            token_type: None,
            expiry_required: true,
            token_max: Size::SIXTEEN_KIB,
            claims: Claims::default(),
            default_role: Vec::new(),
            unknown_roles: UnknownRoles::Deny,
            token_scopes: ScopesEffect::Intersect,
            token_permissions: PermissionsEffect::Intersect,
            scopes: Vec::new(),
            metadata: None,
            provider: false,
            refresh: Duration::TEN_MINUTES,
            refresh_min: Duration::ONE_MINUTE,
            stale_max: Duration::ONE_DAY,
            store: None,
            networks: Vec::new(),
            authorities: None,
            introspection: None,
            revoked: Revoked::default(),
            api_keys: None,
            certificates: IndexMap::new(),
        }
    }
}

/// Where things stand in the claims of a token: JSON Pointers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct Claims {
    /// The caller's name. Default: `/sub`.
    #[serde(deserialize_with = "text::<_, 1024>")]
    #[schemars(length(min = 1, max = 1024))]
    pub subject: String,
    /// Its role: a string or a list of strings. Default: `/role`.
    #[serde(deserialize_with = "text::<_, 1024>")]
    #[schemars(length(min = 1, max = 1024))]
    pub role: String,
    /// Its permissions: a list of strings, or one with spaces between. Default: `/permissions`.
    #[serde(deserialize_with = "text::<_, 1024>")]
    #[schemars(length(min = 1, max = 1024))]
    pub permissions: String,
    /// Its scopes: a string with spaces between, or a list of strings. Default: `/scope`.
    #[serde(deserialize_with = "text::<_, 1024>")]
    #[schemars(length(min = 1, max = 1024))]
    pub scopes: String,
}

impl Default for Claims {
    fn default() -> Self {
        let [subject, role, permissions, scopes] = ["/sub", "/role", "/permissions", "/scope"].map(str::to_owned);
        Self { subject, role, permissions, scopes }
    }
}

/// What a role does that the policy lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UnknownRoles {
    /// The caller is denied.
    Deny,
    /// It is passed over: for issuers that put roles of other servers into the token.
    Ignore,
}

/// What the scopes of a token do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ScopesEffect {
    /// The caller has what both its roles and its scopes grant. A token without the claim is not narrowed.
    Intersect,
    /// The same, and a token without the claim may nothing.
    Require,
    /// Nothing: for issuers whose scopes are no permissions.
    Ignore,
}

/// What the permissions of a token do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PermissionsEffect {
    /// The caller has what both its roles and these grant. A token without the claim is not narrowed.
    Intersect,
    /// The caller has these beside what its roles grant.
    Add,
    /// Nothing.
    Ignore,
}

/// How opaque tokens are looked up (RFC 7662).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table with `client_id` and `client_secret`")]
pub struct Introspection {
    /// The endpoint, an `https` URL. Default: the issuer's metadata names it.
    #[serde(default, deserialize_with = "text_if_any", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 1024))]
    pub endpoint: Option<String>,
    /// The id that this server has with the issuer.
    #[serde(deserialize_with = "text::<_, 1024>")]
    #[schemars(length(min = 1, max = 1024))]
    pub client_id: String,
    /// Where its secret lies: `{ env = "…" }` or `{ file = "…" }`.
    pub client_secret: Secret,
    /// How long an answer is believed, at most until the token expires. Default: `1 min`.
    #[serde(default = "one_minute")]
    pub ttl: Duration,
}

const fn one_minute() -> Duration {
    Duration::ONE_MINUTE
}

/// What is no longer valid before it expires.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct Revoked {
    /// Tokens by their `jti`.
    #[serde(deserialize_with = "set", skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true))]
    pub tokens: Vec<String>,
    /// Subjects, each with the time before which its tokens were issued: `2026-11-01T00:00:00Z`.
    #[serde(deserialize_with = "table")]
    #[schemars(extend("propertyNames" = { "minLength": 1 }))]
    pub subjects: IndexMap<String, String>,
    /// Keys by their `kid`.
    #[serde(deserialize_with = "set", skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true))]
    pub keys: Vec<String>,
    /// A file with more of the same three, TOML or JSON, which is watched for changes. Default: none.
    #[serde(deserialize_with = "text_if_any", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 1024))]
    pub file: Option<String>,
}

/// API keys: long random texts, of which the policy holds hashes. `adarga keys new` makes them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table with `salt` and `keys`")]
pub struct ApiKeys {
    /// The header that carries them, such as `X-API-Key`. Default: `Authorization`, as a bearer token.
    #[serde(default, deserialize_with = "text_if_any", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 1024))]
    pub header: Option<String>,
    /// The key of the hashes: 16 random bytes or more in base64url. It need not be secret.
    #[serde(deserialize_with = "text::<_, 1024>")]
    #[schemars(length(min = 1, max = 1024))]
    pub salt: String,
    /// The keys, by the name of their owner, which becomes the subject.
    #[serde(deserialize_with = "table")]
    #[schemars(extend("propertyNames" = { "minLength": 1 }))]
    pub keys: IndexMap<String, ApiKey>,
}

/// One API key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table with `hash` and `role`")]
pub struct ApiKey {
    /// HMAC-SHA-256 of the key under `salt`, in base64url.
    #[serde(deserialize_with = "text::<_, 1024>")]
    #[schemars(length(min = 1, max = 1024))]
    pub hash: String,
    /// Roles of its owner: one name or several.
    #[serde(deserialize_with = "one_or_more")]
    #[schemars(schema_with = "super::schema::one_or_more")]
    pub role: Vec<String>,
    /// Until when it is valid: `2027-01-01T00:00:00Z`. Default: for ever.
    #[serde(default, deserialize_with = "text_if_any", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 1024))]
    pub until: Option<String>,
}

/// Who shows a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table with `role`")]
pub struct Principal {
    /// Roles of its owner: one name or several.
    #[serde(deserialize_with = "one_or_more")]
    #[schemars(schema_with = "super::schema::one_or_more")]
    pub role: Vec<String>,
}
