//! What a policy can say, as types. The descriptions are those of the published JSON Schema.
//!
//! Invariant: a value of these types is right by itself: in range, not empty where that means nothing, without duplicates. What
//! needs two places to judge (role names, permissions, pointers) is the compiler's.

use adarga_core::revision::Revision;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    arguments::Threats,
    audit::Audit,
    config::Setting,
    data::Data,
    entry::{Entry, MethodRule, Resource, Tool},
    fields::{filled_set, one_or_more, ranged, ranged_if_any, set, table, table_of_sets, text},
    identity::Identity,
    rates::{Rates, Store},
    root::Root,
    secret::{KeySource, Secret, Secrets},
    tree::Step,
    units::{Duration, Size},
    vocabulary::Word,
};

/// A policy for an MCP server: who may call what. What isn't named is denied.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
#[schemars(title = "Adarga policy")]
pub struct Document {
    /// The server that is guarded.
    pub server: Server,
    /// The transport over standard input and output.
    #[serde(default)]
    pub stdio: Stdio,
    /// The streamable HTTP transport.
    #[serde(default)]
    pub http: Http,
    /// How callers prove who they are. Default: the host says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Identity")]
    pub identity: Option<Identity>,
    /// Bounds of every message, on every transport.
    #[serde(default)]
    pub limits: Limits,
    /// Roles by name, each with the permissions it grants. A permission that ends in `*` grants all that begins with what precedes it.
    #[serde(default, deserialize_with = "table_of_sets")]
    #[schemars(schema_with = "super::schema::table_of_sets")]
    pub roles: IndexMap<String, Vec<String>>,
    /// How often callers may call. Default: without limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Rates")]
    pub rates: Option<Rates>,
    /// Methods by name, such as `resources/subscribe`: `true` allows every identified caller, `false` denies, a permission asks the caller's roles;
    /// a table says how often besides.
    #[serde(default, deserialize_with = "table")]
    #[schemars(extend("propertyNames" = { "minLength": 1 }))]
    pub methods: IndexMap<String, MethodRule>,
    /// Tools by name; `*` is any tool not named.
    #[serde(default, deserialize_with = "table")]
    #[schemars(extend("propertyNames" = { "minLength": 1 }))]
    pub tools: IndexMap<String, Tool>,
    /// Prompts by name; `*` is any prompt not named.
    #[serde(default, deserialize_with = "table")]
    #[schemars(extend("propertyNames" = { "minLength": 1 }))]
    pub prompts: IndexMap<String, Entry>,
    /// Resources by URI or URI template, such as `reports://{report_id}`; `*` is any resource not named.
    #[serde(default, deserialize_with = "table")]
    #[schemars(extend("propertyNames" = { "minLength": 1 }))]
    pub resources: IndexMap<String, Resource>,
    /// The trail of what was judged. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Audit")]
    pub audit: Option<Audit>,
    /// Directories that paths stay beneath, by name.
    #[serde(default, deserialize_with = "table")]
    #[schemars(extend("propertyNames" = { "minLength": 1 }))]
    pub roots: IndexMap<String, Root>,
    /// What becomes of texts that look like attacks: strings and names of members in the arguments of tools and prompts, URIs of
    /// resources that are not named themselves. Default: nobody looks.
    #[serde(default)]
    pub threats: Threats,
    /// What the server itself has to be configured with, by the name of the environment variable. The gate does not begin while
    /// something of it is missing or wrong. Default: nothing.
    #[serde(default, deserialize_with = "table")]
    #[schemars(extend("propertyNames" = { "minLength": 1 }))]
    pub config: IndexMap<String, Setting>,
    /// The vault in which `{ secret = "…" }` looks. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Secrets")]
    pub secrets: Option<Secrets>,
    /// What answers don't show. Default: they show everything.
    #[serde(default)]
    pub data: Data,
}

impl Document {
    /// The secrets that it refers to, each with its path.
    #[must_use]
    pub fn secrets_named(&self) -> Vec<(&Secret, Vec<Step<'_>>)> {
        let mut named: Vec<(&Secret, Vec<Step<'_>>)> = Vec::new();
        named.extend(self.stdio.token.iter().map(|secret| (secret, vec!["stdio".into(), "token".into()])));
        named.extend(self.audit.iter().map(|audit| (&audit.key, vec!["audit".into(), "key".into()])));
        if let Some(identity) = &self.identity {
            if let Some(KeySource::Secret(secret)) = &identity.keys {
                named.push((secret, vec!["identity".into(), "keys".into()]));
            }
            let path = || vec!["identity".into(), "introspection".into(), "client_secret".into()];
            named.extend(identity.introspection.iter().map(|introspection| (&introspection.client_secret, path())));
        }
        if let Some(Store::Redis(secret, _)) = self.rates.as_ref().map(|rates| &rates.store) {
            named.push((secret, vec!["rates".into(), "store".into(), "redis".into()]));
        }
        named.extend(self.data.key.iter().map(|secret| (secret, vec!["data".into(), "key".into()])));
        for (name, setting) in &self.config {
            let path = || vec!["config".into(), name.as_str().into(), "from".into()];
            named.extend(setting.from.iter().map(|secret| (secret, path())));
        }
        named
    }
}

/// The server that is guarded.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct Server {
    /// Its name, in the image and in audit lines: 1 to 128 characters.
    #[serde(deserialize_with = "text::<_, 128>")]
    #[schemars(length(min = 1, max = 128))]
    pub name: String,
    /// Revisions of MCP that are spoken. Default: all five.
    #[serde(default = "all_revisions", deserialize_with = "filled_set")]
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub revisions: Vec<Word<Revision>>,
    /// Which JSON-RPC error codes denials carry. Default: `specification`.
    #[serde(default)]
    pub error_codes: ErrorCodes,
    /// Whether verdicts are enforced or only observed. Default: `enforce`.
    #[serde(default)]
    pub mode: Mode,
}

fn all_revisions() -> Vec<Word<Revision>> {
    Revision::ALL.iter().copied().map(Word).collect()
}

/// The transport over standard input and output.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct Stdio {
    /// Roles of the local client: one name or several. Default: none: all is denied, even `ping`, unless the host names a caller.
    #[serde(deserialize_with = "one_or_more", skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "super::schema::one_or_more")]
    pub role: Vec<String>,
    /// Where a token of the local client lies, which then says who it is: `{ env = "…" }` or `{ file = "…" }`. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Secret")]
    pub token: Option<Secret>,
    /// Names of all environment variables that a guarded server inherits. Default: none.
    #[serde(deserialize_with = "set")]
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true))]
    pub env: Vec<String>,
    /// How long the server may take for one answer, with unit. Default: `30s`.
    pub timeout: Duration,
    /// Most requests that wait for their answer at a time, 1 to 65536. Default: 64.
    #[serde(deserialize_with = "ranged::<_, _, 1, 65_536>")]
    #[schemars(range(min = 1, max = 65_536))]
    pub in_flight_max: u32,
    /// Longest line in either direction, with unit, at most `[limits] body_max`. Default: `4 MiB`, or that where it is less.
    pub line_max: Size,
}

impl Default for Stdio {
    fn default() -> Self {
        Self {
            role: Vec::new(),
            token: None,
            env: Vec::new(),
            timeout: Duration::THIRTY_SECONDS,
            in_flight_max: 64,
            line_max: Size::FOUR_MIB,
        }
    }
}

/// The streamable HTTP transport.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct Http {
    /// Values of `Origin` that are accepted, such as `https://app.example.com`. Default: none.
    #[serde(deserialize_with = "set")]
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true))]
    pub origins: Vec<String>,
    /// Values of `Host` that are accepted, such as `mcp.example.com`. Default: none.
    #[serde(deserialize_with = "set")]
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true))]
    pub hosts: Vec<String>,
    /// Networks of proxies whose `Forwarded` or `X-Forwarded-For` says who calls, such as `10.0.0.0/8`. Default: none.
    #[serde(deserialize_with = "set")]
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true))]
    pub trusted_proxies: Vec<String>,
    /// Oldest version of TLS that the server in front speaks, `"1.2"` or `"1.3"`: `adarga doctor --url` looks whether it is so. The gate
    /// itself ends no TLS. Default: `"1.2"`.
    pub tls_min: TlsMin,
    /// Longest body of a request, with unit, at most `[limits] body_max`. Default: `4 MiB`, or that where it is less.
    pub body_max: Size,
    /// Deepest nesting of a body, 1 to 1024 and at most `[limits] depth_max`. Default: that of `[limits]`.
    #[serde(deserialize_with = "ranged_if_any::<_, _, 1, 1024>", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1024), with = "u16")]
    pub depth_max: Option<u16>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            tls_min: TlsMin::Tls12,
            body_max: Size::FOUR_MIB,
            depth_max: None,
        }
    }
}

/// Versions of TLS that are not broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum TlsMin {
    /// RFC 5246.
    #[default]
    #[serde(rename = "1.2")]
    Tls12,
    /// RFC 8446.
    #[serde(rename = "1.3")]
    Tls13,
}

/// Bounds of every message, on every transport.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct Limits {
    /// Deepest nesting of arrays and objects, 1 to 1024. Default: 128.
    #[serde(deserialize_with = "ranged::<_, _, 1, 1024>")]
    #[schemars(range(min = 1, max = 1024))]
    pub depth_max: u16,
    /// Most values and keys of one message together, 16 to 4194304. Default: 65536.
    #[serde(deserialize_with = "ranged::<_, _, 16, 4_194_304>")]
    #[schemars(range(min = 16, max = 4_194_304))]
    pub values_max: u32,
    /// Longest message, with unit, at most `64 MiB`. Default: `4 MiB`.
    pub body_max: Size,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth_max: 128, values_max: 65_536, body_max: Size::FOUR_MIB }
    }
}

/// Which JSON-RPC error codes denials carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ErrorCodes {
    /// Those of the MCP specification, and application codes where it has none.
    #[default]
    Specification,
    /// Those of the security guide: −32604 unauthenticated, −32605 forbidden, −32602 arguments, −32603 rates and threats.
    Guide,
}

/// Whether verdicts are enforced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// What is denied does not reach the server.
    #[default]
    Enforce,
    /// Verdicts are logged only; what is ambiguous is refused all the same.
    Observe,
}
