//! The policies: ours, and the same rules as cedar has them.

use adarga_host::{load::Policy, policy::Source};
use serde_json::{Map, Value, json};

/// Four roles and sixteen permissions, one tool for each permission.
pub(crate) const ROLES: [&str; 4] = ["admin", "editor", "author", "viewer"];
const AREAS: [&str; 4] = ["content", "media", "users", "reports"];
const VERBS: [&str; 4] = ["read", "write", "delete", "manage"];

/// The sixteen permissions.
pub(crate) fn permissions() -> impl Iterator<Item = String> {
    VERBS.iter().flat_map(|verb| AREAS.iter().map(move |area| format!("{verb}:{area}")))
}

/// What a role grants: all, all but users and management, reading and writing of two areas, reading of two.
pub(crate) fn grants(role: &str, permission: &str) -> bool {
    let (verb, area) = permission.split_once(':').unwrap_or_default();
    match role {
        "admin" => true,
        "editor" => area != "users" && verb != "manage",
        "author" => matches!(verb, "read" | "write") && matches!(area, "content" | "reports"),
        _ => verb == "read" && matches!(area, "content" | "reports"),
    }
}

/// The tool of a permission.
pub(crate) fn tool(permission: &str) -> String {
    permission.replace(':', "_")
}

/// A policy of `tools` tools and `roles` roles over the sixteen permissions. The first sixteen tools and four roles are the same
/// in all of them; the client on stdio is an editor.
pub(crate) fn policy(tools: usize, roles: usize) -> Policy {
    let permissions: Vec<String> = permissions().collect();
    let name = |at: usize| if at < 16 { tool(&permissions[at]) } else { format!("{}_{at}", tool(&permissions[at % 16])) };
    let tools: Map<String, Value> =
        (0..tools.max(16)).map(|at| (name(at), json!({ "permission": permissions[at % 16] }))).collect();
    let role = |at: usize| {
        let first = ROLES[at % 4];
        let granted: Vec<&String> = permissions.iter().filter(|permission| grants(first, permission)).collect();
        let name = if at < 4 { first.to_owned() } else { format!("{first}_{at}") };
        // later roles grant one permission less, each another one, so that their rows differ
        let skip = (at >= 4).then_some(at / 4 % 16);
        let granted =
            granted.into_iter().enumerate().filter(|(place, _)| Some(*place) != skip).map(|(_, granted)| json!(granted));
        (name, granted.collect::<Value>())
    };
    let roles: Map<String, Value> = (0..roles).map(role).collect();
    let document = json!({
        "server": { "name": "bench" },
        "stdio": { "role": "editor" },
        "http": { "hosts": ["mcp.example.com"], "origins": ["https://app.example.com"] },
        "roles": roles,
        "tools": tools,
    });
    Policy::from_source(Source::new("bench.json", document.to_string())).expect("the policy compiles")
}

/// The same four roles and sixteen tools in the language of cedar: a tool is an action, a role a group of principals.
pub(crate) fn cedar_policy() -> String {
    let rule = |role: &&str| {
        let granted = permissions().filter(|permission| grants(role, permission));
        let actions: Vec<String> = granted.map(|permission| format!("Action::\"{}\"", tool(&permission))).collect();
        format!("permit (principal in Role::\"{role}\", action in [{}], resource == Server::\"bench\");\n", actions.join(", "))
    };
    ROLES.iter().map(rule).collect()
}

/// What cedar has to know of the words in [`cedar_policy`].
pub(crate) fn cedar_schema() -> String {
    let actions: Vec<String> = permissions().map(|permission| format!("\"{}\"", tool(&permission))).collect();
    format!(
        "entity Role; entity User in [Role]; entity Server;\naction {} appliesTo {{ principal: User, resource: Server }};\n",
        actions.join(", ")
    )
}
