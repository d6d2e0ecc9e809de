//! Callers by a policy against a real issuer: see `issuer_real`, which says how it is installed.

use std::{thread, time::Duration};

use adarga_core::Reason;

use crate::{
    callers_support::{ALLOWED, Host, UNAVAILABLE},
    issuer_real::Real,
    issuer_support::{Directory, LONG, until},
};

const UNKNOWN: (u16, Reason) = (401, Reason::TokenKey);

/// What the policy says: tokens of this issuer for these three servers, none of which names a role.
fn policy(real: &Real, directory: &Directory, more: &str) -> String {
    std::fs::write(directory.file("secret"), &real.secret).unwrap();
    format!(
        r#"
server = {{ name = "t", revisions = ["2026-07-28"] }}
http.hosts = ["mcp.example.com"]
limits = {{ values_max = 64, body_max = "4 KiB" }}
roles.service = ["read:*", "write:*"]
tools.search.permission = "read:content"
tools.save.permission = "write:content"
tools.wipe.permission = "delete:everything"

[identity]
issuer = "{issuer}"
audience = ["https://rs256.example/mcp", "https://es256.example/mcp", "https://opaque.example/mcp"]
algorithms = ["RS256", "ES256"]
type = "at+jwt"
claims.subject = "/client_id"
default_role = "service"
scopes = ["read:content", "write:content"]
refresh_min = "1ms"
introspection = {{ client_id = "{id}", client_secret = {{ file = {secret:?} }}, ttl = "1ms" }}
{more}
"#,
        issuer = real.issuer,
        id = real.id,
        secret = directory.file("secret").to_str().unwrap(),
    )
}

#[test]
fn a_policy_is_enforced_whatever_the_issuer_does() {
    let Some(real) = Real::start("callers") else { return };
    let directory = Directory::new("callers-real");
    let open = |more: &str| {
        let host = Host::of(&policy(&real, &directory, more)).unwrap_or_else(|error| panic!("{error}"));
        assert!(host.callers.wait_first(LONG));
        host
    };
    let host = open("");
    its_tokens_say_who_calls(&real, &host);
    its_opaque_tokens_are_asked_about(&real, &host);
    let fresh = its_rotation_is_followed(&real, &host);
    its_redirect_inwards_is_refused(&real, &host, &fresh);
    its_outage_is_bridged(&real, &host, &open("stale_max = \"2s\""));
}

fn its_tokens_say_who_calls(real: &Real, host: &Host) {
    for resource in ["rs256", "es256"] {
        let token = real.token(resource);
        let told = host.judge("search", &token);
        assert_eq!((told.reason, told.status, told.subject), (Reason::Allowed, 200, Some(real.id.clone())));
        // its role may write, its scope may not
        let told = host.judge("save", &token);
        assert_eq!((told.reason, told.status), (Reason::PermissionScope, 403));
        let metadata = "https://rs256.example/.well-known/oauth-protected-resource/mcp";
        let expected = format!(
            r#"Bearer error="insufficient_scope", error_description="forbidden", scope="write:content", resource_metadata="{metadata}""#
        );
        assert_eq!(told.challenge, expected);
        assert_eq!(host.judge("wipe", &token).reason, Reason::PermissionDenied);
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let forged = format!("{signed}.{}{}", if signature.starts_with('A') { 'B' } else { 'A' }, &signature[1..]);
        assert_eq!(host.search(&forged), (401, Reason::TokenSignature));
    }
    let told = host.judge("search", "");
    assert_eq!((told.reason, told.status), (Reason::IdentityMissing, 401));
    assert!(told.challenge.starts_with(r#"Bearer scope="read:content write:content", resource_metadata="#), "{}", told.challenge);
    // keys were asked for once
    assert_eq!(real.tell("/count"), 1);
}

fn its_opaque_tokens_are_asked_about(real: &Real, host: &Host) {
    let token = real.token("opaque");
    let told = host.judge("search", &token);
    assert_eq!((told.reason, told.subject), (Reason::Allowed, Some(real.id.clone())));
    assert_eq!(host.judge("save", &token).reason, Reason::PermissionScope);
    assert_eq!(host.search("unknown"), (401, Reason::TokenInactive));
    real.post("/token/revocation", &format!("token={token}"));
    thread::sleep(Duration::from_millis(5));
    assert_eq!(host.search(&token), (401, Reason::TokenInactive));
}

/// The last token that verifies.
fn its_rotation_is_followed(real: &Real, host: &Host) -> String {
    let first = real.token("es256");
    assert_eq!(host.search(&first), ALLOWED);
    let before = real.tell("/rotate?keep=1");
    let second = real.token("rs256");
    assert_eq!((host.search(&second), host.search(&first)), (ALLOWED, ALLOWED));
    assert_eq!(real.tell("/count"), before + 1);
    real.tell("/rotate");
    let third = real.token("es256");
    assert_eq!((host.search(&third), host.search(&first), host.search(&second)), (ALLOWED, UNKNOWN, UNKNOWN));
    third
}

fn its_redirect_inwards_is_refused(real: &Real, host: &Host, known: &str) {
    real.tell("/rotate");
    let unknown = real.token("es256");
    for target in ["http://169.254.169.254/", "https://169.254.169.254/"] {
        let before = real.tell(&format!("/redirect?to={target}"));
        thread::sleep(Duration::from_millis(5));
        assert_eq!(host.search(&unknown), UNKNOWN);
        assert_eq!(real.tell("/count"), before + 1);
        let failure = host.callers.status().and_then(|status| status.failure).unwrap();
        assert!(
            failure.error.to_string().contains("redirect") || failure.error.to_string().contains("link-local"),
            "{failure:?}"
        );
        // the old keys are kept
        assert_eq!(host.search(known), ALLOWED);
    }
    real.tell("/redirect");
    thread::sleep(Duration::from_millis(5));
    assert_eq!((host.search(&unknown), host.search(known)), (ALLOWED, UNKNOWN));
}

/// `brief` gives its keys up after two seconds.
fn its_outage_is_bridged(real: &Real, host: &Host, brief: &Host) {
    let known = real.token("rs256");
    assert_eq!((host.search(&known), brief.search(&known)), (ALLOWED, ALLOWED));
    real.tell("/rotate");
    let (unknown, opaque) = (real.token("rs256"), real.token("opaque"));
    real.tell("/outage?on=1");
    thread::sleep(Duration::from_millis(5));
    assert_eq!((host.search(&known), host.search(&unknown), host.search(&opaque)), (ALLOWED, UNKNOWN, UNAVAILABLE));
    until("the keys are given up", || brief.search(&known) == UNAVAILABLE);
    assert_eq!((brief.search(&unknown), host.search(&known)), (UNAVAILABLE, ALLOWED));
    real.tell("/outage");
    until("the issuer is back", || brief.search(&unknown) == ALLOWED);
    assert_eq!((brief.search(&known), host.search(&unknown), host.search(&opaque)), (UNKNOWN, ALLOWED, ALLOWED));
}
