//! Third-party corpora beside the checkout, with the expectations of `judge.py`. What is absent is said and passes.

use std::{env, fs, path::PathBuf};

use adarga_core::{
    Reason, Revision, Revisions,
    arrival::{self, Arrival, Header, Http, Transport},
    json::{self, Document, Limits, Scratch},
    message::{self, Context, Framing, Sender},
    method::Method,
    permission::covers,
    reason::{Denial, Place},
};
use adarga_host::memory::Memory;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

/// Limits of the questions that have no policy, those of the driver.
const LIMITS: Limits = Limits { depth_max: 128, values_max: 1 << 20 };

/// Cases that are judged otherwise than by the rule of their file, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("rpc/mcp_doc_messages.jsonl", "2026-07-28/basic/index.mdx#2", "an abridged fragment: its _meta lacks the two required keys"),
    ("../traffic/traffic.jsonl", "147", "holds a lone surrogate escape, which the design refuses; its server never answered"),
];

/// The folder of corpora: `ADARGA_VECTORS`, otherwise beside the checkout.
pub(crate) fn folder() -> PathBuf {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    env::var_os("ADARGA_VECTORS").map_or(beside, PathBuf::from)
}

/// The lines of a corpus; nothing, and a word about it, when it is absent.
pub(crate) fn lines(name: &str, cases: usize) -> Vec<Value> {
    let path = folder().join(name);
    match fs::read_to_string(&path) {
        Ok(text) => text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        Err(error) => {
            println!("{cases} cases not run: {}: {error}", path.display());
            Vec::new()
        }
    }
}

/// Judges every line by `judge` against `want` and counts; `None` is free.
fn compare(name: &str, cases: usize, mut judge: impl FnMut(&Value) -> (Reason, Option<bool>)) {
    let mut wrong = Vec::new();
    for line in lines(name, cases) {
        let id = line.get("id").and_then(Value::as_str).map_or_else(|| line["n"].to_string(), str::to_owned);
        let (got, want) = judge(&line);
        let equal = want.is_none_or(|want| want == (got == Reason::Allowed));
        let excused = EXCEPTIONS.iter().any(|(file, excused, _)| *file == name && *excused == id);
        if equal == excused {
            wrong.push(if excused {
                format!("{id}: needs no exception any more")
            } else {
                format!("{id}: want {want:?}, got {got}")
            });
        }
    }
    assert!(wrong.is_empty(), "{name}: {} wrong\n{}", wrong.len(), wrong.join("\n"));
}

struct Judge {
    memory: Memory,
}

impl Judge {
    fn new() -> Self {
        Self { memory: Memory::for_limits(LIMITS.values_max, 1 << 20) }
    }

    fn json(&mut self, bytes: &[u8]) -> Reason {
        json::parse(bytes, LIMITS, &mut self.memory.scratch()).map_or_else(|refusal| refusal.reason, |_| Reason::Allowed)
    }

    fn message(&mut self, bytes: &[u8], revision: &str, sender: Sender, headers: &[Header<'_>]) -> Reason {
        let mut scratch = self.memory.scratch();
        check(bytes, Revision::from_name(revision.as_bytes()).unwrap(), sender, headers, &mut scratch)
            .map_or_else(|denial| denial.reason, |()| Reason::Allowed)
    }
}

fn check(
    bytes: &[u8],
    revision: Revision,
    sender: Sender,
    headers: &[Header<'_>],
    scratch: &mut Scratch<'_>,
) -> Result<(), Denial> {
    let known = !headers.is_empty();
    let http = Http { method: b"POST", headers, body_len: None };
    let arrival = if known { arrival::read(&Transport::Http(http))? } else { Arrival::default() };
    let parsed =
        json::parse(bytes, LIMITS, scratch).map_err(|refusal| Denial { reason: refusal.reason, place: Place::Nowhere })?;
    let document = Document::new(bytes, scratch, parsed);
    let revisions = Revisions::only(revision);
    let context = Context { revisions, sender, arrival: &arrival, http: known.then_some(&http), session: None, policy: None };
    match message::framing(document, parsed, &context)? {
        Framing::Single => message::check(document.root(), false, &context).map(|_| ()),
        Framing::Batch(_) => document.root().elements().try_for_each(|item| message::check(item, true, &context).map(|_| ())),
    }
}

fn bytes(line: &Value) -> Vec<u8> {
    STANDARD.decode(line["b64"].as_str().unwrap()).unwrap()
}

#[test]
fn json_parsing() {
    let mut judge = Judge::new();
    compare("json/parsing.jsonl", 192, |line| {
        let want = match (line["ijson"].as_str().unwrap(), line["expect"].as_str().unwrap()) {
            ("surrogate" | "not-utf8" | "duplicate-name" | "syntax", _) => Some(false),
            ("noncharacter", _) | (_, "either") => None,
            (_, expect) => Some(expect == "accept"),
        };
        (judge.json(&bytes(line)), want)
    });
}

#[test]
fn json_utf8() {
    let mut judge = Judge::new();
    compare("json/utf8.jsonl", 128, |line| {
        let raw = bytes(line);
        // what a string can't hold for other reasons is not asked
        let plain = raw.iter().all(|byte| *byte >= 0x20 && !b"\"\\".contains(byte));
        let quoted = [b"\"", raw.as_slice(), b"\""].concat();
        (judge.json(&quoted), plain.then(|| line["expect"] == "accept"))
    });
}

#[test]
fn json_transform() {
    let mut judge = Judge::new();
    compare("json/transform.jsonl", 11, |line| {
        let ambiguous = ["duplicate-name", "not-utf8"].contains(&line["ijson"].as_str().unwrap());
        (judge.json(&bytes(line)), ambiguous.then_some(false))
    });
}

#[test]
fn rpc_jsonrpc_spec() {
    let mut judge = Judge::new();
    compare("rpc/jsonrpc_spec.jsonl", 8, |line| {
        let got = judge.message(line["in"].as_str().unwrap().as_bytes(), "2025-11-25", Sender::Client, &[]);
        (got, (line["mcp"] != "ok").then_some(false))
    });
}

#[test]
fn rpc_mcp_doc_messages() {
    const SERVER: &[&str] = &[
        "sampling/createMessage",
        "elicitation/create",
        "notifications/message",
        "notifications/prompts/list_changed",
        "notifications/resources/list_changed",
        "notifications/resources/updated",
        "notifications/tools/list_changed",
        "notifications/subscriptions/acknowledged",
        "notifications/elicitation/complete",
    ];
    let mut judge = Judge::new();
    compare("rpc/mcp_doc_messages.jsonl", 179, |line| {
        let text = line["json"].as_str().unwrap();
        let message: Value = serde_json::from_str(text).unwrap();
        let (version, method) = (line["version"].as_str().unwrap(), message["method"].as_str());
        let sender = if method.is_none_or(|method| SERVER.contains(&method)) { Sender::Server } else { Sender::Client };
        let request = message.get("id").is_some() && method.is_some();
        let fragment = method == Some("some_method")
            || (method == Some("resources/list") && message.get("id").is_none())
            || (version == "2026-07-28" && request && message["params"].get("_meta").is_none())
            || matches!(method, Some("notifications/progress" | "notifications/cancelled"));
        (judge.message(text.as_bytes(), version, sender, &[]), (!fragment).then_some(true))
    });
}

#[test]
fn perm_seed_rbac() {
    compare("perm/seed_rbac.jsonl", 72, |line| {
        let required = line["required"].as_str().unwrap();
        let covered = line["granted"]
            .as_array()
            .unwrap()
            .iter()
            .any(|grant| covers(grant.as_str().unwrap().as_bytes(), required.as_bytes()));
        (if covered { Reason::Allowed } else { Reason::PermissionDenied }, line["expect"].as_bool())
    });
}

/// Recorded 4xx replies that a gate can give from message and headers alone.
pub(crate) const REFUSED: &[u64] = &[219, 220, 221, 226, 227, 229, 230, 231, 232, 233, 234, 273, 274, 275, 277, 280];

#[test]
fn traffic_message_by_message() {
    let mut judge = Judge::new();
    compare("../traffic/traffic.jsonl", 316, |line| {
        let headers = headers(line);
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| Header { name: name.as_bytes(), value: value.as_bytes() }).collect();
        let headers = if line["transport"] == "http" { headers.as_slice() } else { &[] };
        let got = judge.message(
            line["raw"].as_str().unwrap().as_bytes(),
            line["schema_rev"].as_str().unwrap(),
            Sender::Client,
            headers,
        );
        let free = line["status"].as_u64().is_some_and(|status| status >= 400) || line["schema_valid"] == false;
        let want = if REFUSED.contains(&line["n"].as_u64().unwrap()) { Some(false) } else { (!free).then_some(true) };
        (got, want)
    });
}

/// The header fields of a recorded message.
pub(crate) fn headers(line: &Value) -> Vec<(String, String)> {
    let fields = line.get("headers").and_then(Value::as_array).into_iter().flatten();
    fields.map(|field| (field[0].as_str().unwrap().to_owned(), field[1].as_str().unwrap().to_owned())).collect()
}

/// The methods of a union of the published schema, such as `ClientRequest`.
fn union(schema: &Value, name: &str) -> Vec<String> {
    let definitions = schema.get("$defs").unwrap_or(&schema["definitions"]);
    let resolve =
        |item: &Value| item["$ref"].as_str().map_or(item.clone(), |path| definitions[path.rsplit('/').next().unwrap()].clone());
    let Some(union) = definitions.get(name) else { return Vec::new() };
    let members = union.get("anyOf").and_then(Value::as_array).cloned().unwrap_or_else(|| vec![union.clone()]);
    let method = |item: &Value| resolve(item)["properties"]["method"]["const"].as_str().map(str::to_owned);
    members.iter().map(|item| method(item).unwrap()).collect()
}

#[test]
fn the_table_of_methods_is_that_of_the_published_schemas() {
    let folder = folder().join("../mcp-schema");
    for &revision in Revision::ALL {
        let Ok(text) = fs::read_to_string(folder.join(format!("{}.json", revision.name()))) else {
            println!("1 case not run: no schema of {}", revision.name());
            continue;
        };
        let schema: Value = serde_json::from_str(&text).unwrap();
        for (request, notification, client) in
            [("ClientRequest", "ClientNotification", true), ("ServerRequest", "ServerNotification", false)]
        {
            let (requests, notifications) = (union(&schema, request), union(&schema, notification));
            for method in Method::ALL {
                let rule = method.rule().unwrap();
                let has = (if client { rule.client } else { rule.server }).contains(revision);
                let published = if rule.notification { &notifications } else { &requests };
                assert_eq!(
                    has,
                    published.iter().any(|name| name == rule.name),
                    "{} by {request} in {}",
                    rule.name,
                    revision.name()
                );
            }
            for name in requests.iter().chain(&notifications) {
                assert!(Method::from_name(name.as_bytes()).is_some(), "{name} of {}", revision.name());
            }
        }
    }
}
