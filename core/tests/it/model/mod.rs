//! Policies with `[identity]` and tokens, both random, against the plain meaning of both: a model of its own that reads claims with
//! serde_json and knows nothing of images, spans and machines.
//!
//! Where a token breaks several rules at one stage, any of their reasons will do: which is told first is not a promise.

mod random;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use adarga_core::{Call, Reason};
use adarga_host::memory::Memory;
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Map, Value, json};

use crate::support::{STDIO, jwt, keys, policy, verifier};
use random::{rules, token};

const CASES: u32 = 3000;
const NOW_MS: u64 = 1_800_000_000_000;
const ISSUER: &str = "https://auth.example.com";
const SERVER: &str = "https://mcp.example.com/mcp";
const ROLES: [&str; 4] = ["reader", "writer", "admin", "nobody"];
const PERMISSIONS: [&str; 6] = ["read:a", "read:ab", "read", "write:a", "delete:a:b", "own"];
const GRANTS: [&str; 12] =
    ["*", "read:*", "read:a*", "read*", "read:a", "read", "write:*", "write:a", "delete:*", "del*ete", "own", "x"];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Effect {
    Intersect,
    Add,
    Ignore,
}

impl Effect {
    fn word(self) -> &'static str {
        match self {
            Self::Intersect => "intersect",
            Self::Add => "add",
            Self::Ignore => "ignore",
        }
    }
}

/// What a tool asks for beside its permission.
#[derive(Clone, Copy, Debug)]
enum Condition {
    Own,
    Role(&'static str),
    Either(&'static str),
    Both(&'static str),
}

impl Condition {
    fn written(self) -> Value {
        let own = json!({ "argument": "/user_id", "equals": "subject" });
        match self {
            Self::Own => own,
            Self::Role(role) => json!({ "role": role }),
            Self::Either(role) => json!({ "any": [own, { "role": role }] }),
            Self::Both(role) => json!({ "all": [{ "role": role }, own] }),
        }
    }
}

#[derive(Clone, Debug)]
struct Rules {
    grants: Vec<Vec<&'static str>>,
    tools: Vec<(&'static str, Option<Condition>)>,
    defaults: Vec<&'static str>,
    unknown_ignored: bool,
    scopes: Effect,
    permissions: Effect,
    expiry_required: bool,
    leeway_ms: u64,
    /// Whether claims stand where Keycloak has them, otherwise at the top.
    nested: bool,
}

impl Rules {
    fn written(&self) -> String {
        let roles: Map<_, _> = ROLES.iter().zip(&self.grants).map(|(role, grants)| ((*role).to_owned(), json!(grants))).collect();
        let tool = |(index, (permission, condition)): (usize, &(&str, Option<Condition>))| {
            let mut tool = json!({ "permission": permission });
            if let Some(condition) = condition {
                tool["when"] = condition.written();
            }
            (format!("t{index}"), tool)
        };
        let mut identity = json!({
            "issuer": ISSUER,
            "audience": SERVER,
            "algorithms": ["HS256"],
            "keys": { "env": "SECRET" },
            "leeway": format!("{}ms", self.leeway_ms),
            "expiry_required": self.expiry_required,
            "unknown_roles": if self.unknown_ignored { "ignore" } else { "deny" },
            "token_scopes": self.scopes.word(),
            "token_permissions": self.permissions.word(),
        });
        if self.nested {
            identity["claims"] = json!({ "subject": "/user", "role": "/realm/role", "scopes": "/realm/scope" });
        }
        if !self.defaults.is_empty() {
            identity["default_role"] = json!(self.defaults);
        }
        json!({
            "server": { "name": "t" },
            "limits": { "values_max": 64, "body_max": "4 KiB" },
            "roles": roles,
            "tools": self.tools.iter().enumerate().map(tool).collect::<Map<_, _>>(),
            "identity": identity,
        })
        .to_string()
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Signed {
    Well,
    ByAnotherKey,
    Badly,
}

/// A token: its claims as they are written.
#[derive(Clone, Debug)]
struct Token {
    signed: Signed,
    registered: BTreeMap<&'static str, String>,
    subject: Option<String>,
    role: Option<String>,
    scope: Option<String>,
    permissions: Option<String>,
    beside: Option<(&'static str, &'static str)>,
}

impl Token {
    fn claims(&self, nested: bool) -> String {
        let mut members: Vec<(String, String)> =
            self.registered.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let mut push = |name: &str, value: &Option<String>| members.extend(value.clone().map(|value| (name.to_owned(), value)));
        push(if nested { "user" } else { "sub" }, &self.subject);
        push("permissions", &self.permissions);
        let (role, scope) = (("role", &self.role), ("scope", &self.scope));
        if nested {
            let inner = [role, scope].into_iter().filter_map(|(name, value)| Some(format!("\"{name}\":{}", value.as_ref()?)));
            push("realm", &Some(format!("{{{}}}", inner.collect::<Vec<_>>().join(","))));
        } else {
            push(role.0, role.1);
            push(scope.0, scope.1);
        }
        // a name that stands there already would be no JSON that anybody may read
        if let Some((name, value)) = self.beside
            && !members.iter().any(|(known, _)| known == name)
        {
            members.push((name.to_owned(), value.to_owned()));
        }
        let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    }

    fn written(&self, nested: bool) -> String {
        let claims = self.claims(nested);
        match self.signed {
            Signed::Well => jwt("k", &claims),
            Signed::ByAnotherKey => jwt("other", &claims),
            Signed::Badly => {
                let token = jwt("k", &claims);
                let (signed, signature) = token.rsplit_once('.').unwrap();
                format!("{signed}.{}{}", if signature.starts_with('A') { 'B' } else { 'A' }, &signature[1..])
            }
        }
    }
}

/// All reasons that may be told of a call; none: it is allowed.
fn judged(rules: &Rules, token: &Token, tool: usize, user_id: &str) -> BTreeSet<&'static str> {
    let of = |reasons: &[Reason]| reasons.iter().map(|reason| reason.name()).collect::<BTreeSet<_>>();
    match token.signed {
        Signed::Well => {}
        Signed::ByAnotherKey => return of(&[Reason::TokenKey]),
        Signed::Badly => return of(&[Reason::TokenSignature]),
    }
    let claims: Map<String, Value> = serde_json::from_str(&token.claims(rules.nested)).unwrap();
    let wrong = registered(rules, &claims);
    if !wrong.is_empty() {
        return of(&wrong);
    }
    // it is bound to a certificate that is not there
    if claims.contains_key("cnf") {
        return of(&[Reason::TokenBinding]);
    }
    let caller = match caller(rules, &claims) {
        Ok(caller) => caller,
        Err(wrong) => return of(&wrong),
    };
    of(may(rules, &caller, tool, user_id).err().as_slice())
}

/// Milliseconds of a date; none when it can't be one.
fn date(value: &Value) -> Option<f64> {
    let seconds = value.as_f64()?;
    (0.0..253_402_300_800.0).contains(&seconds).then(|| (seconds * 1000.0).floor())
}

/// What speaks against the registered claims.
fn registered(rules: &Rules, claims: &Map<String, Value>) -> Vec<Reason> {
    let mut wrong = Vec::new();
    let mut refuse = |is_wrong: bool, reason| {
        if is_wrong {
            wrong.push(reason);
        }
    };
    for name in ["iss", "sub", "jti", "client_id"] {
        refuse(claims.get(name).is_some_and(|value| !value.is_string()), Reason::TokenClaims);
    }
    for name in ["exp", "nbf", "iat"] {
        refuse(claims.get(name).is_some_and(|value| date(value).is_none()), Reason::TokenClaims);
    }
    refuse(claims.get("cnf").is_some_and(|value| !value.is_object()), Reason::TokenClaims);
    refuse(rules.expiry_required && !claims.contains_key("exp"), Reason::TokenClaims);
    refuse(claims.get("iss").and_then(Value::as_str) != Some(ISSUER), Reason::TokenIssuer);
    let named: Option<Vec<&str>> = match claims.get("aud") {
        None => Some(Vec::new()),
        Some(Value::String(one)) => Some(vec![one]),
        Some(Value::Array(list)) if !list.is_empty() => list.iter().map(Value::as_str).collect(),
        Some(_) => None,
    };
    refuse(named.is_none(), Reason::TokenClaims);
    refuse(!named.unwrap_or_default().iter().any(|name| is_this_server(name)), Reason::TokenAudience);
    let at = |name: &str| claims.get(name).and_then(date);
    let (now, leeway) = (1_800_000_000_000.0, rules.leeway_ms as f64);
    refuse(at("exp").is_some_and(|exp| now >= exp + leeway), Reason::TokenExpired);
    refuse(["nbf", "iat"].iter().any(|name| at(name).is_some_and(|from| now < from - leeway)), Reason::TokenEarly);
    wrong
}

/// Scheme and host in any case, the path to the letter.
fn is_this_server(name: &str) -> bool {
    let path_at = name.match_indices('/').nth(2).map_or(name.len(), |(at, _)| at);
    let (origin, path) = name.split_at(path_at);
    origin.to_ascii_lowercase() + path == SERVER
}

struct Caller {
    subject: String,
    roles: Vec<String>,
    scopes: Option<Vec<String>>,
    permissions: Option<Vec<String>>,
}

/// Who the claims say calls, or what speaks against it.
fn caller(rules: &Rules, claims: &Map<String, Value>) -> Result<Caller, Vec<Reason>> {
    let wrong = RefCell::new(Vec::new());
    let refuse = |reason| wrong.borrow_mut().push(reason);
    // a name that differs by case alone is another name: nobody else reads the token
    let find = |path: &[&str]| {
        let mut here = claims;
        for (depth, name) in path.iter().enumerate() {
            match here.get(*name) {
                Some(Value::Object(inner)) if depth + 1 < path.len() => here = inner,
                found => return found.filter(|_| depth + 1 == path.len()),
            }
        }
        None
    };
    let (subject, role, scope): (&[&str], &[&str], &[&str]) =
        if rules.nested { (&["user"], &["realm", "role"], &["realm", "scope"]) } else { (&["sub"], &["role"], &["scope"]) };
    let subject = find(subject).and_then(Value::as_str).filter(|text| (1..256).contains(&text.len()));
    if subject.is_none() {
        refuse(Reason::TokenSubject);
    }
    // a list of texts, or one that `words` makes of a single text
    let texts = |value: &Value, words: fn(&str) -> Vec<String>| match value {
        Value::String(text) => words(text),
        Value::Array(list) => {
            if !list.iter().all(Value::is_string) {
                refuse(Reason::TokenClaims);
            }
            list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => {
            refuse(Reason::TokenClaims);
            Vec::new()
        }
    };
    let named = find(role).map_or_else(Vec::new, |value| texts(value, |text| vec![text.to_owned()]));
    if !rules.unknown_ignored && !named.iter().all(|name| ROLES.contains(&name.as_str())) {
        refuse(Reason::IdentityRole);
    }
    let mut roles: Vec<String> = named.into_iter().filter(|name| ROLES.contains(&name.as_str())).collect();
    if find(role).is_none() {
        roles = rules.defaults.iter().map(|name| (*name).to_owned()).collect();
    }
    if roles.is_empty() {
        refuse(Reason::IdentityNoRole);
    }
    let rights = |found: Option<&Value>, effect| {
        let words = |text: &str| text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        found.filter(|_| effect != Effect::Ignore).map(|value| texts(value, words))
    };
    let (scopes, permissions) = (rights(find(scope), rules.scopes), rights(find(&["permissions"]), rules.permissions));
    let room: usize = scopes.iter().chain(&permissions).flatten().map(|text| text.len() + 2).sum();
    if room > 1024 {
        refuse(Reason::IdentityRights);
    }
    let wrong = wrong.into_inner();
    if wrong.is_empty() {
        Ok(Caller { subject: subject.unwrap_or_default().to_owned(), roles, scopes, permissions })
    } else {
        Err(wrong)
    }
}

fn covers(grant: &str, permission: &str) -> bool {
    grant == permission || grant.ends_with('*') && permission.starts_with(&grant[..grant.len() - 1])
}

/// Whether a caller may call a tool.
fn may(rules: &Rules, caller: &Caller, tool: usize, user_id: &str) -> Result<(), Reason> {
    let (permission, condition) = rules.tools[tool];
    let among = |grants: &[String]| grants.iter().any(|grant| covers(grant, permission));
    let has_role = |role: &str| caller.roles.iter().any(|own| own == role);
    let by_role = ROLES
        .iter()
        .zip(&rules.grants)
        .any(|(role, grants)| has_role(role) && grants.iter().any(|grant| covers(grant, permission)));
    let added = rules.permissions == Effect::Add && caller.permissions.as_deref().is_some_and(among);
    if !by_role && !added {
        return Err(Reason::PermissionDenied);
    }
    let narrowed = caller.scopes.as_deref().is_some_and(|scopes| !among(scopes))
        || rules.permissions == Effect::Intersect && caller.permissions.as_deref().is_some_and(|bounds| !among(bounds));
    if narrowed {
        return Err(Reason::PermissionScope);
    }
    let own = user_id == caller.subject;
    let holds = condition.is_none_or(|condition| match condition {
        Condition::Own => own,
        Condition::Role(role) => has_role(role),
        Condition::Either(role) => own || has_role(role),
        Condition::Both(role) => own && has_role(role),
    });
    if holds { Ok(()) } else { Err(Reason::PermissionCondition) }
}

#[test]
fn a_gate_decides_as_the_plain_meaning_of_its_policy() {
    let config = ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    let seen = RefCell::new(BTreeMap::<&str, u32>::new());
    let keys = keys("k");
    let outcome = TestRunner::new(config).run(&(rules(), token()), |(rules, token)| {
        let policy = policy(rules.written());
        let gate = policy.gate().unwrap();
        let shown = token.written(rules.nested);
        // with a cache: all calls but the first are judged by what it remembers
        let mut memory = Memory::for_gate(&gate).with_cache(4);
        for tool in 0..rules.tools.len() {
            for user_id in ["alice", "bob"] {
                let body = json!({
                    "jsonrpc": "2.0", "id": 1, "method": "tools/call",
                    "params": { "name": format!("t{tool}"), "arguments": { "user_id": user_id } },
                });
                let call = Call { token: Some(shown.as_bytes()), verifier: Some(verifier(&keys)), now_ms: NOW_MS, ..STDIO };
                let mut lent = memory.lend();
                let decision = gate.decide(&call, body.to_string().as_bytes(), &mut lent.work(None)).unwrap();
                let expected = judged(&rules, &token, tool, user_id);
                let agrees = if expected.is_empty() { decision.allowed() } else { expected.contains(decision.reason().name()) };
                prop_assert!(
                    agrees && decision.allowed() == expected.is_empty(),
                    "t{tool} for {user_id}: {}, expected {expected:?}\n{}\n{}",
                    decision.reason(),
                    rules.written(),
                    token.claims(rules.nested)
                );
                *seen.borrow_mut().entry(decision.reason().name()).or_default() += 1;
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    // all that the model knows was there, and often enough to mean something
    let seen = seen.into_inner();
    let all = [
        Reason::Allowed,
        Reason::TokenKey,
        Reason::TokenSignature,
        Reason::TokenClaims,
        Reason::TokenIssuer,
        Reason::TokenAudience,
        Reason::TokenExpired,
        Reason::TokenEarly,
        Reason::TokenSubject,
        Reason::TokenBinding,
        Reason::IdentityRole,
        Reason::IdentityNoRole,
        Reason::IdentityRights,
        Reason::PermissionDenied,
        Reason::PermissionScope,
        Reason::PermissionCondition,
    ];
    for reason in all {
        assert!(seen.get(reason.name()).is_some_and(|count| *count >= 5), "{}: {seen:?}", reason.name());
    }
    assert_eq!(seen.len(), all.len(), "{seen:?}");
    assert!(seen[Reason::Allowed.name()] > CASES / 10, "{seen:?}");
}
