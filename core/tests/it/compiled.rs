//! What the compiler made of a policy against the plain meaning of the policy.

use adarga_core::{Call, Reason, identity::Asserted, image::EntryKind};
use proptest::{
    collection::{btree_set, vec},
    prelude::*,
};
use serde_json::{Map, Value, json};

use crate::support::{STDIO, decide, policy};

const ROLES: [&str; 4] = ["r0", "r1", "r2", "r3"];
const ARGUMENTS: [&str; 4] = ["a0", "a1", "a2", "a3"];

#[derive(Clone, Debug)]
enum Condition {
    Role(usize),
    Argument(usize),
    Any(Vec<Condition>),
    All(Vec<Condition>),
}

impl Condition {
    fn holds(&self, roles: &[bool; 4], arguments: &[bool; 4]) -> bool {
        match self {
            Self::Role(n) => roles[*n],
            Self::Argument(n) => arguments[*n],
            Self::Any(parts) => parts.iter().any(|part| part.holds(roles, arguments)),
            Self::All(parts) => parts.iter().all(|part| part.holds(roles, arguments)),
        }
    }

    fn written(&self) -> Value {
        let list = |parts: &[Self]| parts.iter().map(Self::written).collect::<Vec<_>>();
        match self {
            Self::Role(n) => json!({ "role": ROLES[*n] }),
            Self::Argument(n) => json!({ "argument": format!("/{}", ARGUMENTS[*n]), "equals": "subject" }),
            Self::Any(parts) => json!({ "any": list(parts) }),
            Self::All(parts) => json!({ "all": list(parts) }),
        }
    }
}

fn condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![(0..4_usize).prop_map(Condition::Role), (0..4_usize).prop_map(Condition::Argument)];
    leaf.prop_recursive(5, 24, 4, |inner| {
        prop_oneof![vec(inner.clone(), 1..4).prop_map(Condition::Any), vec(inner, 1..4).prop_map(Condition::All)]
    })
}

/// The eight bits of a byte as two sets of four.
fn sets(bits: u8) -> ([bool; 4], [bool; 4]) {
    (std::array::from_fn(|n| bits >> n & 1 == 1), std::array::from_fn(|n| bits >> (n + 4) & 1 == 1))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_condition_holds_when_its_parts_say_so(conditions in vec(condition(), 1..4), callers in vec(any::<u8>(), 8)) {
        // the last role makes sure that a caller has one, and grants the permission
        let roles: Map<_, _> = ROLES.iter().map(|role| ((*role).to_owned(), json!([]))).chain([("all".into(), json!(["use"]))]).collect();
        let tools: Map<_, _> = conditions.iter().enumerate().map(|(n, condition)| {
            (format!("t{n}"), json!({ "permission": "use", "when": condition.written() }))
        }).collect();
        let policy = policy(json!({ "server": { "name": "t" }, "roles": roles, "tools": tools }).to_string());
        let gate = policy.gate().unwrap();
        for (n, condition) in conditions.iter().enumerate() {
            for &bits in &callers {
                let (has, says) = sets(bits);
                let roles: Vec<_> = ROLES.iter().zip(has).filter_map(|(role, has)| has.then_some(*role)).chain(["all"]).collect();
                let arguments: Map<_, _> = ARGUMENTS.iter().zip(says).map(|(name, says)| {
                    ((*name).to_owned(), json!(if says { "me" } else { "you" }))
                }).collect();
                let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": format!("t{n}"), "arguments": arguments } });
                let call = Call { asserted: Some(Asserted::new("me", &roles)), ..STDIO };
                let (decision, _) = decide(&gate, &call, body.to_string().as_bytes(), None);
                let expected = if condition.holds(&has, &says) { Reason::Allowed } else { Reason::PermissionCondition };
                prop_assert_eq!(decision.reason(), expected, "{} for roles {:?}, arguments {:?}", condition.written(), has, says);
            }
        }
    }

    #[test]
    fn a_role_grants_what_its_patterns_cover(
        grants in vec("[ab]:[ab]{0,2}\\*?", 0..5),
        permissions in btree_set("[ab]:[ab]{0,3}", 1..90),
    ) {
        let grants: std::collections::BTreeSet<_> = grants.into_iter().collect();
        let tools: Map<_, _> = permissions.iter().map(|permission| (permission.clone(), json!({ "permission": permission }))).collect();
        let policy = policy(json!({ "server": { "name": "t" }, "roles": { "r": grants }, "tools": tools }).to_string());
        let policy = policy.gate().unwrap().policy();
        for permission in &permissions {
            let entry = policy.entry(policy.named(EntryKind::Tool, permission.as_bytes()).unwrap()).unwrap();
            let expected = grants.iter().any(|grant| grant.strip_suffix('*').map_or(grant == permission, |prefix| permission.starts_with(prefix)));
            prop_assert_eq!(policy.grants(policy.role(b"r").unwrap(), entry.permission.to_native()), expected, "{}", permission);
        }
    }

    #[test]
    fn a_table_finds_its_names_and_no_others(names in btree_set(any::<String>(), 0..60), others in vec(any::<String>(), 20)) {
        let fine = |name: &String| !name.is_empty() && !name.contains('\0') && name != "*";
        let names: Vec<_> = names.into_iter().filter(fine).collect();
        finds_all_and_only(&names, &others);
    }
}

fn finds_all_and_only(names: &[String], others: &[String]) {
    let tools: Map<_, _> = names.iter().map(|name| (name.clone(), json!({ "permission": "use" }))).collect();
    let policy = policy(json!({ "server": { "name": "t" }, "tools": tools }).to_string());
    let policy = policy.gate().unwrap().policy();
    for name in names {
        let id = policy.named(EntryKind::Tool, name.as_bytes()).unwrap_or_else(|| panic!("`{name}` is not found"));
        assert_eq!(policy.entry(id).unwrap().name.as_str(), name);
        for kind in [EntryKind::Prompt, EntryKind::Resource, EntryKind::Method] {
            assert_eq!(policy.find(kind, name.as_bytes()), None, "`{name}` is a tool and nothing else");
        }
    }
    for other in others.iter().filter(|other| !names.contains(other)) {
        assert_eq!(policy.find(EntryKind::Tool, other.as_bytes()), None, "`{other}` is in no policy");
    }
}

#[test]
fn tables_of_every_size_find_all_and_only_their_names() {
    for size in [0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 1000, 5000] {
        let name = |n: usize| format!("tool_{n}");
        let names: Vec<_> = (0..size).map(name).collect();
        let others: Vec<_> = (size..size + 1000).map(name).chain(["tool_".into(), "TOOL_0".into(), String::new()]).collect();
        finds_all_and_only(&names, &others);
    }
}

#[test]
fn a_name_that_several_kinds_share_leads_to_each_its_own() {
    let entry = |permission: &str| json!({ "a:b": { "permission": permission } });
    let text = json!({
        "server": { "name": "t" }, "tools": entry("tool"), "prompts": entry("prompt"), "resources": entry("resource"), "methods": { "a:b": "method" }
    });
    let policy = policy(text.to_string());
    let policy = policy.gate().unwrap().policy();
    let kinds = [
        (EntryKind::Tool, "tool"),
        (EntryKind::Prompt, "prompt"),
        (EntryKind::Resource, "resource"),
        (EntryKind::Method, "method"),
    ];
    for (kind, permission) in kinds {
        let entry = policy.entry(policy.find(kind, b"a:b").unwrap()).unwrap();
        assert_eq!(policy.permissions[usize::try_from(entry.permission.to_native()).unwrap()].as_str(), permission);
    }
}
