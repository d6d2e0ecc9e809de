//! What this server publishes of itself as an OAuth 2 protected resource (RFC 9728; MCP: basic/authorization).

use serde_json::{Map, Value, json};

use crate::compile::Sources;

/// The metadata document: JSON, to be served where `resource_metadata` of the challenge points. None for a policy without an issuer
/// or an audience, whose callers have nothing to discover.
///
/// ```
/// use adarga_host::{compile::Sources, resource};
///
/// let sources = Sources {
///     issuer: Some("https://auth.example.com".into()),
///     audiences: vec!["https://mcp.example.com/mcp".into()],
///     ..Sources::default()
/// };
/// assert_eq!(
///     resource::metadata(&sources, "reports").as_deref(),
///     Some(concat!(
///         r#"{"resource":"https://mcp.example.com/mcp","resource_name":"reports","#,
///         r#""authorization_servers":["https://auth.example.com"],"bearer_methods_supported":["header"]}"#,
///     ))
/// );
/// ```
#[must_use]
pub fn metadata(sources: &Sources, name: &str) -> Option<String> {
    let (issuer, resource) = (sources.issuer.as_ref()?, sources.audiences.first()?);
    let mut document = Map::new();
    document.insert("resource".into(), json!(resource));
    document.insert("resource_name".into(), json!(name));
    document.insert("authorization_servers".into(), json!([issuer]));
    if !sources.scopes.is_empty() {
        document.insert("scopes_supported".into(), json!(sources.scopes));
    }
    document.insert("bearer_methods_supported".into(), json!(["header"]));
    Some(Value::Object(document).to_string())
}
