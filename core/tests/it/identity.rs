//! Who calls, through the machine: what it asks its driver for, and what callers are told.

use adarga_core::{
    Call, Fault, Gate, Machine, Reason, Scratch, Step,
    arrival::{Header, Transport},
    decide::{Input, Work},
    identity::{Certificate, Verifier},
    json::Node,
    verdict::REPLY_MAX,
};
use adarga_host::{load::Policy, memory::Memory, revocation::Revocations};
use sha2::{Digest, Sha256};

use crate::support::{EDITOR, decide, header, jwt, keys, policy, post, verifier};

pub(crate) const POLICY: &str = r#"
server.name = "t"
http.hosts = ["mcp.example.com"]
roles.editor = ["read:*", "write:content"]
tools.search.permission = "read:public"
tools.wipe.permission = "delete:everything"
limits = { values_max = 64, body_max = "4 KiB" }

[identity]
issuer = "https://auth.example.com"
audience = "https://mcp.example.com/mcp"
algorithms = ["HS256"]
keys = { env = "SECRET" }
scopes = ["read:public", "write:content"]
"#;
pub(crate) const NOW_MS: u64 = 1_800_000_000_000;
const METADATA: &str = r#"resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp""#;

/// Claims of alice, in force for five minutes from [`NOW_MS`], and more.
pub(crate) fn claims(more: &str) -> String {
    format!(
        r#"{{"iss":"https://auth.example.com","aud":"https://mcp.example.com/mcp","sub":"alice","role":"editor","exp":1800000300{more}}}"#
    )
}

fn body(tool: &str) -> Vec<u8> {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}","_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{}}}}}}}}"#).into_bytes()
}

fn headers<'a>(tool: &'a str, authorization: &'a str) -> Vec<Header<'a>> {
    let mut list = vec![
        header("Host", "mcp.example.com"),
        header("Content-Type", "application/json"),
        header("Accept", "application/json, text/event-stream"),
        header("MCP-Protocol-Version", "2026-07-28"),
        header("Mcp-Method", "tools/call"),
        header("Mcp-Name", tool),
    ];
    if !authorization.is_empty() {
        list.push(header("Authorization", authorization));
    }
    list
}

/// A call of `search` with this `Authorization`, and how it goes on.
fn with_call<R>(authorization: &str, then: impl FnOnce(Call<'_>) -> R) -> R {
    let headers = headers("search", authorization);
    then(Call::new(post(&headers), NOW_MS))
}

/// Drives a call, answering everything but the body with `answers`; what was asked, and the reason.
fn driven(policy: &Policy, call: &Call<'_>, answers: &[Input<'_>]) -> (Vec<Step>, Reason) {
    let gate = policy.gate().unwrap();
    let mut memory = Memory::for_gate(&gate);
    let (mut scratch, reply) = memory.parts();
    let (mut machine, mut asked) = (Machine::new(), Vec::new());
    let mut answers = answers.iter().copied();
    let decision = gate.drive(&mut machine, call, &body("search"), &mut Work::new(&mut scratch, reply), |step| {
        asked.push(step);
        answers.next().unwrap()
    });
    let reason = decision.unwrap().reason();
    (asked, reason)
}

#[test]
fn keys_are_asked_for_once_and_only_when_they_are_missing() {
    let policy = policy(POLICY);
    let (old, new) = (keys("old"), keys("new"));
    let bearer = format!("Bearer {}", jwt("new", &claims("")));
    with_call(&bearer, |call| {
        let with = |keys| Call { verifier: Some(verifier(keys)), ..call };
        let newer = Input::Keys(Some(verifier(&new)));
        assert_eq!(driven(&policy, &with(&new), &[]), (vec![], Reason::Allowed));
        // an unknown kid: the driver may fetch the keys again
        assert_eq!(driven(&policy, &with(&old), &[newer]), (vec![Step::Keys], Reason::Allowed));
        assert_eq!(driven(&policy, &with(&old), &[Input::Keys(None)]), (vec![Step::Keys], Reason::TokenKey));
        let same = Input::Keys(Some(verifier(&old)));
        assert_eq!(driven(&policy, &with(&old), &[same]), (vec![Step::Keys], Reason::TokenKey));
        // none at all: the issuer was never reached
        assert_eq!(driven(&policy, &call, &[newer]), (vec![Step::Keys], Reason::Allowed));
        assert_eq!(driven(&policy, &call, &[Input::Keys(None)]), (vec![Step::Keys], Reason::IdentityUnavailable));
    });
    // whatever can be said without keys is said without them
    let forged = format!("{}AAA", &bearer[..bearer.len() - 3]);
    with_call(&forged, |call| {
        let call = Call { verifier: Some(verifier(&new)), ..call };
        assert_eq!(driven(&policy, &call, &[]), (vec![], Reason::TokenSignature));
    });
    with_call("", |call| assert_eq!(driven(&policy, &call, &[]), (vec![], Reason::IdentityMissing)));
}

#[test]
fn the_host_is_asked_only_where_the_policy_says_so() {
    let token = "Bearer opaque";
    let closed = policy(POLICY);
    with_call(token, |call| {
        let call = Call { verifier: None, ..call };
        assert_eq!(driven(&closed, &call, &[Input::Keys(None)]).1, Reason::IdentityUnavailable);
    });
    let open = policy(format!("{POLICY}introspection = {{ client_id = \"gate\", client_secret = {{ env = \"S\" }} }}\n"));
    let active = claims(r#","active":true"#);
    with_call(token, |call| {
        let outcome = |input| driven(&open, &call, &[input]);
        assert_eq!(outcome(Input::Introspected(active.as_bytes())), (vec![Step::Identity], Reason::Allowed));
        assert_eq!(outcome(Input::Introspected(b"{\"active\":false}")), (vec![Step::Identity], Reason::TokenInactive));
        assert_eq!(outcome(Input::Introspected(b"{")), (vec![Step::Identity], Reason::TokenClaims));
        assert_eq!(outcome(Input::Unavailable), (vec![Step::Identity], Reason::IdentityUnavailable));
        assert_eq!(outcome(Input::Identity(EDITOR)), (vec![Step::Identity], Reason::Allowed));
        assert_eq!(outcome(Input::Identity(None)), (vec![Step::Identity], Reason::TokenInactive));
    });
    with_call("", |call| assert_eq!(driven(&open, &call, &[]), (vec![], Reason::IdentityMissing)));
    let provider = policy(format!("{POLICY}provider = true\n"));
    with_call("", |call| {
        let outcome = |input| driven(&provider, &call, &[input]);
        assert_eq!(outcome(Input::Identity(EDITOR)), (vec![Step::Identity], Reason::Allowed));
        assert_eq!(outcome(Input::Identity(None)), (vec![Step::Identity], Reason::IdentityMissing));
    });
}

#[test]
fn answers_out_of_turn_are_faults() {
    let policy = policy(POLICY);
    let gate = policy.gate().unwrap();
    let bearer = format!("Bearer {}", jwt("k", &claims("")));
    let keys = keys("k");
    with_call(&bearer, |call| {
        let step = |machine: &mut Machine, call: &Call<'_>, input: Input<'_>| {
            let mut memory = Memory::for_gate(&gate);
            let (mut scratch, reply) = memory.parts();
            gate.resume(machine, call, input, &mut Work::new(&mut scratch, reply))
        };
        let mut machine = Machine::new();
        assert_eq!(step(&mut machine, &call, Input::Start), Ok(Step::Keys));
        for input in [Input::Start, Input::Identity(EDITOR), Input::Introspected(b"{}"), Input::Unavailable, Input::Body(b"{}")] {
            assert_eq!(step(&mut machine, &call, input), Err(Fault::OutOfTurn), "{input:?}");
        }
        // another call than that of the step before
        let other = Call::new(Transport::Stdio, NOW_MS);
        assert_eq!(step(&mut machine, &other, Input::Keys(Some(verifier(&keys)))), Err(Fault::OutOfTurn));
        assert!(!machine.decision().allowed());
        assert_eq!(step(&mut machine, &call, Input::Keys(Some(verifier(&keys)))), Ok(Step::Body));
        assert_eq!(machine.decision().identity().map(|identity| identity.subject()), Some("alice"));
    });
}

#[test]
fn challenges_say_what_is_needed_and_nothing_else() {
    let policy = policy(POLICY);
    let gate = policy.gate().unwrap();
    let keys = keys("k");
    let challenge = |tool: &str, authorization: &str| {
        let headers = headers(tool, authorization);
        let call = Call { verifier: Some(verifier(&keys)), ..Call::new(post(&headers), NOW_MS) };
        let mut memory = Memory::for_gate(&gate);
        let (mut scratch, reply) = memory.parts();
        let decision = gate.decide(&call, &body(tool), &mut Work::new(&mut scratch, reply)).unwrap();
        (decision.status(), String::from_utf8(decision.challenge(&memory.reply).to_vec()).unwrap())
    };
    let token = |more: &str| format!("Bearer {}", jwt("k", &claims(more)));
    let scopes = r#"scope="read:public write:content""#;
    assert_eq!(challenge("search", ""), (401, format!("Bearer {scopes}, {METADATA}")));
    let invalid = r#"error="invalid_token", error_description="invalid token""#;
    assert_eq!(challenge("search", "Bearer a.b.c"), (401, format!("Bearer {invalid}, {scopes}, {METADATA}")));
    let expired = format!("Bearer {}", jwt("k", &claims("").replace("1800000300", "1700000000")));
    let told = r#"error="invalid_token", error_description="token expired""#;
    assert_eq!(challenge("search", &expired), (401, format!("Bearer {told}, {scopes}, {METADATA}")));
    let malformed = r#"error="invalid_request", error_description="malformed authorization header""#;
    assert_eq!(challenge("search", "Bearer a b"), (400, format!("Bearer {malformed}, {scopes}, {METADATA}")));
    let insufficient = r#"error="insufficient_scope", error_description="forbidden""#;
    let narrow = token(r#","scope":"write:content""#);
    assert_eq!(challenge("search", &narrow), (403, format!(r#"Bearer {insufficient}, scope="read:public", {METADATA}"#)));
    assert_eq!(challenge("wipe", &token("")), (403, format!(r#"Bearer {insufficient}, scope="delete:everything", {METADATA}"#)));
    // no right was missing
    assert_eq!(challenge("search", &token(r#","role":"x""#)), (401, format!("Bearer {invalid}, {scopes}, {METADATA}")));
    assert_eq!(challenge("unknown", &token("")), (400, String::new()));
    assert_eq!(challenge("search", &token("")), (200, String::new()));
}

/// A batch passes or fails as a whole, so whoever asks for more scopes needs those of all its messages.
#[test]
fn the_challenge_to_a_batch_names_the_scopes_of_all_messages() {
    let policy = policy(format!("tools.save.permission = \"write:content\"\n{POLICY}"));
    let gate = policy.gate().unwrap();
    let keys = keys("k");
    let headers = [
        header("Host", "mcp.example.com"),
        header("Content-Type", "application/json"),
        header("Accept", "application/json, text/event-stream"),
        header("MCP-Protocol-Version", "2025-03-26"),
    ];
    let token = jwt("k", &claims(r#","scope":"read:public""#));
    let call = Call { token: Some(token.as_bytes()), verifier: Some(verifier(&keys)), ..Call::new(post(&headers), NOW_MS) };
    let item =
        |id: u32, tool: &str| format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"{tool}"}}}}"#);
    let challenge = |tools: &[&str]| {
        let items: Vec<_> = tools.iter().zip(1..).map(|(tool, id)| item(id, tool)).collect();
        let mut memory = Memory::for_gate(&gate);
        let (mut scratch, reply) = memory.parts();
        let body = format!("[{}]", items.join(","));
        let decision = gate.decide(&call, body.as_bytes(), &mut Work::new(&mut scratch, reply)).unwrap();
        (decision.status(), String::from_utf8(decision.challenge(&memory.reply).to_vec()).unwrap())
    };
    let insufficient = r#"error="insufficient_scope", error_description="forbidden""#;
    let expected = |scopes: &str| (403, format!(r#"Bearer {insufficient}, scope="{scopes}", {METADATA}"#));
    assert_eq!(challenge(&["search", "search"]), (200, String::new()));
    assert_eq!(challenge(&["search", "save"]), expected("read:public write:content"));
    assert_eq!(challenge(&["save"; 4]), expected("write:content"));
    assert_eq!(challenge(&["save", "search"]), expected("write:content read:public"));
    assert_eq!(challenge(&["search", "save", "wipe"]), expected("read:public write:content delete:everything"));
}

#[test]
fn a_bound_token_is_worth_something_with_its_certificate_alone() {
    let policy = policy(POLICY);
    let keys = keys("k");
    let (own, other): ([u8; 32], [u8; 32]) = (Sha256::digest(b"own").into(), Sha256::digest(b"other").into());
    let thumbprint = base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, own);
    let judged = |confirmation: &str, sha256: Option<&[u8; 32]>| {
        let bearer = format!("Bearer {}", jwt("k", &claims(&format!(r#","cnf":{confirmation}"#))));
        with_call(&bearer, |call| {
            let certificate = sha256.map(|sha256| Certificate { subject: "CN=x", sha256: Some(sha256) });
            driven(&policy, &Call { certificate, verifier: Some(verifier(&keys)), ..call }, &[]).1
        })
    };
    let bound = format!(r#"{{"x5t#S256":"{thumbprint}"}}"#);
    assert_eq!(judged(&bound, Some(&own)), Reason::Allowed);
    assert_eq!(judged(&bound, Some(&other)), Reason::TokenBinding);
    assert_eq!(judged(&bound, None), Reason::TokenBinding);
    assert_eq!(judged(&bound.replace('}', r#","jkt":"x"}"#), Some(&own)), Reason::TokenBinding);
    assert_eq!(judged(r#"{"x5t#S256":""}"#, Some(&own)), Reason::TokenBinding);
    assert_eq!(judged(r#"{"x5t#S256":7}"#, Some(&own)), Reason::TokenBinding);
}

#[test]
fn a_list_that_is_swapped_at_run_time_revokes() {
    let policy = policy(POLICY);
    let keys = keys("k");
    let list = |text: &str| Revocations::from_source(adarga_host::policy::Source::new("revoked.toml", text)).unwrap();
    let judged = |list: &Revocations| {
        let bearer = format!("Bearer {}", jwt("k", &claims(r#","jti":"t-1","iat":1799999999"#)));
        with_call(&bearer, |call| {
            driven(&policy, &Call { verifier: Some(verifier(&keys)), revoked: Some(list.list().unwrap()), ..call }, &[]).1
        })
    };
    assert_eq!(judged(&list("")), Reason::Allowed);
    assert_eq!(judged(&list("tokens = [\"t-1\"]")), Reason::TokenRevoked);
    assert_eq!(
        judged(&list("tokens = [\"t-2\"]\nkeys = [\"t-1\"]\nsubjects = { t-1 = \"2030-01-01T00:00:00Z\" }")),
        Reason::Allowed
    );
    assert_eq!(judged(&list("keys = [\"k\"]")), Reason::TokenRevoked);
    assert_eq!(judged(&list("[subjects]\nalice = \"2027-01-15T08:00:00Z\"")), Reason::TokenRevoked);
    assert_eq!(judged(&list("[subjects]\nalice = \"2027-01-15T07:59:59Z\"")), Reason::Allowed);
}

#[test]
fn memory_for_tokens_is_asked_for_at_the_start() {
    let policy = policy(POLICY);
    let gate = policy.gate().unwrap();
    let needs = gate.needs();
    assert_eq!((needs.values, needs.text), (1024, 24 * 1024 + 8));
    let start = |nodes: usize, text: usize| {
        let (mut nodes, mut slots) = (vec![Node::default(); nodes], vec![0; Scratch::slots_needed(needs.values)]);
        let (mut text, mut reply) = (vec![0; text], vec![0; REPLY_MAX]);
        let mut scratch = Scratch::new(&mut nodes, &mut slots, &mut text, (1, 2));
        let bearer = format!("Bearer {}", jwt("k", &claims(&format!(r#","x":"{}""#, "a".repeat(9000)))));
        let keys = keys("k");
        with_call(&bearer, |call| {
            let call = Call { verifier: Some(Verifier { ..verifier(&keys) }), ..call };
            gate.resume(&mut Machine::new(), &call, Input::Start, &mut Work::new(&mut scratch, &mut reply))
        })
    };
    let (values, text) = (needs.values as usize, needs.text as usize);
    assert_eq!(start(values, text), Ok(Step::Body));
    assert_eq!(start(values - 1, text), Err(Fault::ScratchSmall));
    assert_eq!(start(values, text - 1), Err(Fault::ScratchSmall));
}

#[test]
fn an_identity_shows_no_token() {
    let policy = policy(POLICY);
    let gate = policy.gate().unwrap();
    let token = jwt("k", &claims(r#","scope":"read:public""#));
    let keys = keys("k");
    with_call(&format!("Bearer {token}"), |call| {
        let (decision, _) = decide(&gate, &Call { verifier: Some(verifier(&keys)), ..call }, &body("search"), None);
        let identity = decision.identity().unwrap();
        assert_eq!(identity.expires_ms(), Some(1_800_000_300_000));
        assert_eq!(identity.scopes().unwrap().collect::<Vec<_>>(), [b"read:public"]);
        assert_eq!((identity.bounds().is_none(), identity.added().count()), (true, 0));
        let shown = format!("{decision:?}");
        assert!(token.split('.').all(|part| !shown.contains(part)), "{shown}");
    });
}

/// [`Gate`] is shared by threads, and so is what it verifies with.
#[test]
fn a_call_can_be_sent_to_another_thread() {
    fn sendable<T: Send + Sync>() {}
    sendable::<Gate<'_>>();
    sendable::<Verifier<'_>>();
    sendable::<Call<'_>>();
}
