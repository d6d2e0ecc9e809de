//! Callers with JWTs: keys of an issuer, of a file, of a secret, while they change.

use std::{
    thread,
    time::{Duration, Instant},
};

use adarga_core::Reason;

use crate::{
    callers_support::{ALLOWED, Host, METADATA, UNAVAILABLE, by_kid, by_secret, claims, es256, oct_jwks},
    issuer_support::{Directory, Issuer, LONG, Says, until},
    signature_support::SECRET,
};

const UNKNOWN: (u16, Reason) = (401, Reason::TokenKey);
const ISSUER: &str = "https://auth.example.com";

/// A policy for the keys of an issuer, found by discovery.
fn discovered(issuer: &Issuer, more: &str) -> Host {
    Host::new(&format!("issuer = \"{}\"\nalgorithms = [\"ES256\"]\n{more}", issuer.server.url("")))
}

/// A policy for these keys of an issuer that is never asked.
fn at_hand(algorithm: &str, keys: &str) -> String {
    format!("issuer = \"{ISSUER}\"\nalgorithms = [\"{algorithm}\"]\nkeys = {keys}\n")
}

fn quoted(path: &std::path::Path) -> String {
    format!("{:?}", path.to_str().unwrap())
}

#[test]
fn keys_are_discovered_and_what_tokens_say_is_enforced() {
    let issuer = Issuer::new(Says::Keys(vec!["a"]));
    let own = issuer.server.url("");
    let host = discovered(&issuer, "");
    assert!(host.callers.wait_first(LONG));
    let told = host.judge("search", &es256("a", &claims(&own, "")));
    assert_eq!((told.reason, told.status, told.subject.as_deref()), (Reason::Allowed, 200, Some("alice")));
    assert_eq!(told.challenge, "");
    let told = host.judge("wipe", &es256("a", &claims(&own, "")));
    assert_eq!((told.reason, told.status, told.subject.as_deref()), (Reason::PermissionDenied, 403, Some("alice")));
    let narrow = host.judge("save", &es256("a", &claims(&own, r#","scope":"read:content""#)));
    assert_eq!((narrow.reason, narrow.status), (Reason::PermissionScope, 403));
    assert_eq!(
        narrow.challenge,
        format!(r#"Bearer error="insufficient_scope", error_description="forbidden", scope="write:content", {METADATA}"#)
    );
    assert_eq!(host.search(&es256("a", &claims("https://auth.example.com", ""))), (401, Reason::TokenIssuer));
    assert_eq!(host.search(&es256("a", &claims(&own, r#","nbf":99999999999"#))), (401, Reason::TokenEarly));
    let told = host.judge("search", "");
    assert_eq!((told.reason, told.status), (Reason::IdentityMissing, 401));
    assert_eq!(told.challenge, format!("Bearer {METADATA}"));
    // nothing of all that asked the issuer again
    assert_eq!((issuer.count(), issuer.server.count("GET /.well-known/oauth-authorization-server")), (1, 1));
    assert_eq!(host.callers.status().map(|status| status.source), Some(issuer.server.url("/keys")));
}

#[test]
fn a_new_key_is_one_fetch_and_passes_in_the_same_call() {
    let issuer = Issuer::new(Says::Keys(vec!["a"]));
    let own = issuer.server.url("");
    let host = discovered(&issuer, "");
    assert_eq!(host.search(&es256("a", &claims(&own, ""))), ALLOWED);
    assert_eq!(issuer.count(), 1);
    issuer.say(Says::Keys(vec!["a", "b"]));
    assert_eq!(host.search(&es256("b", &claims(&own, ""))), ALLOWED);
    assert_eq!(issuer.count(), 2);
    // both keys are there now, and nobody asks
    assert_eq!((host.search(&es256("a", &claims(&own, ""))), host.search(&es256("b", &claims(&own, "")))), (ALLOWED, ALLOWED));
    // a third one has to wait for the interval
    issuer.say(Says::Keys(vec!["c"]));
    assert_eq!(host.search(&es256("c", &claims(&own, ""))), UNKNOWN);
    assert_eq!(issuer.count(), 2);
}

#[test]
fn a_storm_of_unknown_kids_is_one_fetch_an_interval() {
    let issuer = Issuer::new(Says::Keys(vec!["a"]));
    let own = issuer.server.url("");
    let host = discovered(&issuer, "");
    assert!(host.callers.wait_first(LONG));
    let storm = |number: usize| {
        let mut memory = host.memory().with_cache(4);
        let tokens = (0..20).map(|count| es256(&format!("x{number}-{count}"), &claims(&own, "")));
        tokens.filter(|token| host.judge_in(&mut memory, "search", token).reason == Reason::TokenKey).count()
    };
    let denied: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..16).map(|number| scope.spawn(move || storm(number))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!((denied, issuer.count()), (320, 2));
    // a good token is not held up by it
    assert_eq!(host.search(&es256("a", &claims(&own, ""))), ALLOWED);
}

#[test]
fn after_the_interval_the_issuer_is_asked_again() {
    let issuer = Issuer::new(Says::Keys(vec!["a"]));
    let own = issuer.server.url("");
    let host = discovered(&issuer, "refresh_min = \"300ms\"\n");
    assert!(host.callers.wait_first(LONG));
    for count in 2..5 {
        assert_eq!(host.search(&es256("x", &claims(&own, ""))), UNKNOWN);
        assert_eq!(issuer.count(), count);
        thread::sleep(Duration::from_millis(310));
    }
    // what was denied does not stay so: it is verified anew
    issuer.say(Says::Keys(vec!["x"]));
    assert_eq!(host.search(&es256("x", &claims(&own, ""))), ALLOWED);
}

#[test]
fn an_issuer_that_is_down_at_the_start_denies_until_it_is_up() {
    let issuer = Issuer::new(Says::Nothing);
    let host = discovered(&issuer, "");
    let token = es256("a", &claims(&issuer.server.url(""), ""));
    assert!(!host.callers.wait_first(Duration::from_millis(500)));
    assert_eq!(host.search(&token), UNAVAILABLE);
    // what can be said without keys is
    assert_eq!(host.search(""), (401, Reason::IdentityMissing));
    assert!(host.callers.status().is_some_and(|status| status.failure.is_some()));
    issuer.say(Says::Keys(vec!["a"]));
    until("keys", || host.search(&token) == ALLOWED);
}

#[test]
fn keys_in_a_file_are_replaced_by_rename() {
    let directory = Directory::new("callers-file");
    let file = directory.file("keys.json");
    let replace = |text: &str| {
        std::fs::write(directory.file("new"), text).unwrap();
        std::fs::rename(directory.file("new"), &file).unwrap();
    };
    replace(&oct_jwks("a"));
    let host = Host::new(&at_hand("HS256", &quoted(&file)));
    let (first, second) = (by_kid("a", &claims(ISSUER, "")), by_kid("b", &claims(ISSUER, "")));
    assert_eq!(host.search(&first), ALLOWED);
    replace(&oct_jwks("b"));
    // an unknown kid has the file read at once
    assert_eq!((host.search(&second), host.search(&first)), (ALLOWED, UNKNOWN));
    // otherwise it is looked at every second
    replace(&oct_jwks("a"));
    until("the file is read again", || host.search(&second) == UNKNOWN && host.search(&first) == ALLOWED);
    // what can't be read replaces nothing
    replace("{");
    until("told", || host.callers.status().is_some_and(|status| status.failure.is_some()));
    assert_eq!(host.search(&first), ALLOWED);
}

#[test]
fn secrets_lie_in_a_file_or_in_the_environment() {
    let directory = Directory::new("callers-secret");
    let file = directory.file("secret");
    std::fs::write(&file, [SECRET.as_slice(), b"\n"].concat()).unwrap();
    let host = Host::new(&at_hand("HS256", &format!("{{ file = {} }}", quoted(&file))));
    let description = env!("CARGO_PKG_DESCRIPTION").as_bytes();
    assert_eq!(host.search(&by_secret(SECRET, &claims(ISSUER, ""))), ALLOWED);
    assert_eq!(host.search(&by_secret(description, &claims(ISSUER, ""))), (401, Reason::TokenSignature));
    // cargo sets it for tests
    let host = Host::new(&at_hand("HS256", "{ env = \"CARGO_PKG_DESCRIPTION\" }"));
    assert_eq!(host.search(&by_secret(description, &claims(ISSUER, ""))), ALLOWED);
    assert_eq!(host.search(&by_secret(SECRET, &claims(ISSUER, ""))), (401, Reason::TokenSignature));
    let shown = format!("{:?}", host.callers);
    assert!(!shown.contains("policy document") && shown.contains("CARGO_PKG_DESCRIPTION"), "{shown}");
}

#[test]
fn a_token_that_is_remembered_ends_with_its_key() {
    let issuer = Issuer::new(Says::Keys(vec!["a"]));
    let own = issuer.server.url("");
    let host = discovered(&issuer, "refresh_min = \"1ms\"\n");
    let mut memory = host.memory().with_cache(4);
    let token = es256("a", &claims(&own, ""));
    let start = Instant::now();
    for _ in 0..100 {
        assert_eq!(host.judge_in(&mut memory, "search", &token).reason, Reason::Allowed);
    }
    assert_eq!(issuer.count(), 1, "{:?}", start.elapsed());
    issuer.say(Says::Keys(vec!["b"]));
    assert_eq!(host.judge_in(&mut memory, "search", &es256("b", &claims(&own, ""))).reason, Reason::Allowed);
    assert_eq!(host.judge_in(&mut memory, "search", &token).reason, Reason::TokenKey);
}
