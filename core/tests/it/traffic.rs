//! Recorded traffic of real SDKs through whole decisions: what a server accepted passes, what it refused is refused alike.

use std::collections::BTreeMap;

use adarga_core::{
    Call, Session,
    arrival::{Header, Http, Transport},
    capabilities::Capabilities,
    identity::Asserted,
    revision::Revision,
};
use serde_json::Value;

use crate::{
    corpora::{REFUSED, headers, lines},
    support::{decide, policy},
};

/// A policy that allows all: what is refused under it is refused by the protocol.
const OPEN: &str = r#"
    server = { name = "open" }
    stdio = { role = "all" }
    http = { hosts = ["localhost:*", "127.0.0.1:*"], origins = ["http://localhost:38401", "http://localhost:38400", "http://127.0.0.1:38401"] }
    roles = { all = ["*"] }
    tools."*" = { permission = "any" }
    prompts."*" = { permission = "any" }
    resources."*" = { permission = "any" }
    methods = { "tasks/get" = true, "tasks/result" = true, "tasks/cancel" = true, "tasks/list" = true }
"#;

/// Requests with a foreign `Host`, beside those of [`REFUSED`].
const FOREIGN: &[u64] = &[216, 265];

/// Accepted lines that the gate refuses, and why.
const EXCEPTIONS: &[(u64, &str, &str)] = &[
    (147, "json.surrogate", "a lone surrogate escape, which parsers read differently; its server never answered"),
    (312, "message.params", "`inputResponses: null` breaks the schema of 2026-07-28"),
];

#[test]
fn what_a_server_accepted_passes_and_what_it_refused_is_refused_alike() {
    let policy = policy(OPEN);
    let gate = policy.gate().unwrap();
    let mut connections: BTreeMap<String, Session> = BTreeMap::new();
    let mut wrong = Vec::new();
    for line in lines("../traffic/traffic.jsonl", 316) {
        let n = line["n"].as_u64().unwrap();
        let fields = headers(&line);
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| Header { name: name.as_bytes(), value: value.as_bytes() }).collect();
        let over_http = line["transport"] == "http";
        let transport = if over_http {
            Transport::Http(Http { method: b"POST", headers: &fields, body_len: None })
        } else {
            Transport::Stdio
        };
        let call = Call { asserted: Some(Asserted::new("client", &["all"])), ..Call::new(transport, 1) };
        // one connection a recording on stdio; over HTTP a legacy session whose beginning was not recorded
        let session = connections.entry(line["src"].to_string()).or_default();
        let revision = Revision::from_name(line["schema_rev"].as_str().unwrap().as_bytes()).unwrap();
        if over_http {
            *session = if line["method"] == "initialize" {
                Session::new()
            } else {
                Session::restored(revision, "client", Capabilities::NONE)
            };
        }
        let (decision, reply) = decide(&gate, &call, line["raw"].as_str().unwrap().as_bytes(), Some(session));
        let mut expect = |equal: bool, want: String| {
            if !equal {
                wrong.push(format!("{n}: want {want}, got {} {} {reply}", decision.reason(), decision.status()));
            }
        };

        let status = line["status"].as_u64();
        if REFUSED.contains(&n) || FOREIGN.contains(&n) {
            let code = |text: &str| serde_json::from_str::<Value>(text).ok().and_then(|reply| reply["error"]["code"].as_i64());
            let recorded = code(line["reply"].as_str().unwrap());
            let equal = Some(u64::from(decision.status())) == status && (recorded.is_none() || code(&reply) == recorded);
            expect(equal && !decision.allowed(), format!("{status:?} {recorded:?}"));
        } else if let Some((_, reason, _)) = EXCEPTIONS.iter().find(|(excused, ..)| *excused == n) {
            expect(decision.reason().name() == *reason, (*reason).to_owned());
        } else if status.map_or(line["schema_valid"] == true, |status| status < 400) {
            expect(decision.allowed(), "allowed".into());
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}
