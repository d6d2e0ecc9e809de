//! Callers with opaque tokens: what the issuer says of them, when it says nothing, and how often it is asked.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use adarga_core::Reason;

use crate::{
    callers_support::{ALLOWED, Host, UNAVAILABLE, claims, es256},
    issuer_support::{Directory, LONG, jwks},
    net_server::{Asked, Out, Server, reply},
};

const INACTIVE: (u16, Reason) = (401, Reason::TokenInactive);
/// `gate:s3cret`, as HTTP Basic has it.
const BASIC: &str = "Basic Z2F0ZTpzM2NyZXQ=";

/// An issuer that explains the tokens it was told of, and what `[identity]` says to ask it.
struct Issuer {
    server: Server,
    known: Arc<Mutex<Told>>,
    directory: Directory,
}

#[derive(Default)]
struct Told {
    /// What is answered, by token.
    tokens: HashMap<String, String>,
    is_down: bool,
    /// Whether the metadata names the endpoint.
    is_hidden: bool,
}

impl Issuer {
    fn new(name: &str) -> Self {
        let directory = Directory::new(name);
        std::fs::write(directory.file("secret"), "s3cret\n").unwrap();
        let known = Arc::new(Mutex::new(Told::default()));
        let told = Arc::clone(&known);
        let server = Server::start(move |asked, out| answer(asked, out, &told.lock().unwrap()));
        Self { server, known, directory }
    }

    fn tell(&self, write: impl FnOnce(&mut Told)) {
        write(&mut self.known.lock().unwrap());
    }

    /// What it answers to a token: these claims and that it is active.
    fn issue(&self, token: &str, more: &str) {
        let answer = claims(&self.server.url(""), &format!(r#","active":true{more}"#));
        self.tell(|told| drop(told.tokens.insert(token.to_owned(), answer)));
    }

    /// A policy for it; `more` belongs to the table of introspection.
    fn host(&self, identity: &str, more: &str) -> Host {
        let secret = self.directory.file("secret");
        Host::new(&format!(
            "issuer = \"{}\"\n{identity}introspection = {{ client_id = \"gate\", client_secret = {{ file = {:?} }}{more} }}\n",
            self.server.url(""),
            secret.to_str().unwrap()
        ))
    }

    fn asked(&self) -> usize {
        self.server.count("POST /ask")
    }
}

fn answer(asked: &Asked, out: Out<'_>, told: &Told) {
    let issuer = format!("http://{}", asked.header("host").unwrap());
    match asked.line.as_str() {
        _ if told.is_down => {}
        "POST /ask" if asked.header("authorization") != Some(BASIC) => reply(out, "401 Unauthorized", "", ""),
        "POST /ask" => {
            let token = asked.body.split(['=', '&']).nth(1).unwrap();
            let unknown = String::from(r#"{"active":false}"#);
            reply(out, "200 OK", "", told.tokens.get(token).unwrap_or(&unknown));
        }
        "GET /keys" => reply(out, "200 OK", "", &jwks(&["a"])),
        line if line.starts_with("GET /.well-known/") => {
            let endpoint = if told.is_hidden { String::new() } else { format!(r#","introspection_endpoint":"{issuer}/ask""#) };
            reply(out, "200 OK", "", &format!(r#"{{"issuer":"{issuer}","jwks_uri":"{issuer}/keys"{endpoint}}}"#));
        }
        line => panic!("asked for {line}"),
    }
}

#[test]
fn opaque_tokens_are_asked_about_where_the_metadata_says() {
    let issuer = Issuer::new("opaque");
    let host = issuer.host("", "");
    issuer.issue("wide", "");
    issuer.issue("narrow", r#","sub":"bob","scope":"write:content""#);
    let told = host.judge("search", "wide");
    assert_eq!((told.reason, told.subject.as_deref()), (Reason::Allowed, Some("alice")));
    let told = host.judge("search", "narrow");
    assert_eq!((told.reason, told.status, told.subject.as_deref()), (Reason::PermissionScope, 403, Some("bob")));
    assert!(told.challenge.contains(r#"error="insufficient_scope""#) && told.challenge.contains(r#"scope="read:content""#));
    assert_eq!(host.judge("save", "narrow").reason, Reason::Allowed);
    assert_eq!(host.search("unknown"), INACTIVE);
    // it was asked about each token once, and keys were never asked for
    assert_eq!((issuer.asked(), issuer.server.count("GET /keys"), host.callers.status()), (3, 0, None));
}

#[test]
fn what_the_issuer_says_is_judged_as_strictly_as_a_jwt() {
    let issuer = Issuer::new("strict");
    let host = issuer.host("", "");
    let other = claims("https://auth.example.com", r#","active":true"#);
    issuer.tell(|told| drop(told.tokens.insert("other-issuer".to_owned(), other)));
    issuer.issue("early", r#","nbf":99999999999"#);
    issuer.issue("nobody", r#","sub":"""#);
    issuer.issue("unknown-role", "");
    let own = issuer.server.url("");
    let edited = |token: &str, old: &str, new: &str| {
        let answer = claims(&own, r#","active":true"#).replace(old, new);
        assert!(answer.contains(new), "{old}");
        issuer.tell(|told| drop(told.tokens.insert(token.to_owned(), answer)));
    };
    edited("other-server", "mcp.example.com/mcp", "mcp.example.com/other");
    edited("unknown-role", "\"editor\"", "\"emperor\"");
    edited("expired", r#""exp":"#, r#""exp":1700000000,"was":"#);
    edited("text", "true", "\"true\"");
    edited("twice", "true", "true,\"active\":true");
    for (token, expected) in [
        ("other-issuer", (401, Reason::TokenIssuer)),
        ("other-server", (401, Reason::TokenAudience)),
        ("early", (401, Reason::TokenEarly)),
        ("expired", (401, Reason::TokenExpired)),
        ("nobody", (401, Reason::TokenSubject)),
        ("unknown-role", (403, Reason::IdentityRole)),
        // what can't be read is no answer
        ("text", UNAVAILABLE),
        ("twice", UNAVAILABLE),
    ] {
        assert_eq!(host.search(token), expected, "{token}");
    }
}

#[test]
fn an_endpoint_that_is_down_denies_and_comes_back() {
    let issuer = Issuer::new("down");
    let host = issuer.host("", &format!(", endpoint = \"{}\", ttl = \"1ms\"", issuer.server.url("/ask")));
    issuer.issue("good", "");
    assert_eq!(host.search("good"), ALLOWED);
    // longer than the answer is believed
    thread::sleep(Duration::from_millis(5));
    issuer.tell(|told| told.is_down = true);
    assert_eq!(host.search("good"), UNAVAILABLE);
    issuer.tell(|told| told.is_down = false);
    assert_eq!(host.search("good"), ALLOWED);
    // a secret that the issuer doesn't take is no word on the token
    std::fs::write(issuer.directory.file("secret"), "wrong").unwrap();
    let host = issuer.host("", &format!(", endpoint = \"{}\"", issuer.server.url("/ask")));
    assert_eq!(host.search("good"), UNAVAILABLE);
    assert_eq!(issuer.server.count("GET /.well-known/oauth-authorization-server"), 0);
}

#[test]
fn what_was_answered_is_believed_for_its_time() {
    let issuer = Issuer::new("believed");
    let long = issuer.host("", "");
    let short = issuer.host("", ", ttl = \"1ms\"");
    issuer.issue("good", "");
    assert_eq!((long.search("good"), short.search("good")), (ALLOWED, ALLOWED));
    issuer.tell(|told| told.tokens.clear());
    thread::sleep(Duration::from_millis(5));
    assert_eq!((long.search("good"), short.search("good")), (ALLOWED, INACTIVE));
    assert_eq!(issuer.asked(), 3);
}

#[test]
fn jwts_are_verified_and_others_asked_about() {
    let issuer = Issuer::new("both");
    let host = issuer.host("algorithms = [\"ES256\"]\n", "");
    assert!(host.callers.wait_first(LONG));
    issuer.issue("good", "");
    let own = issuer.server.url("");
    assert_eq!(host.search(&es256("a", &claims(&own, ""))), ALLOWED);
    assert_eq!(issuer.asked(), 0);
    assert_eq!(host.search("good"), ALLOWED);
    // nobody asks the issuer about a JWT that does not verify
    let forged =
        es256("a", &claims(&own, "")).replace("eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ.e", "eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ.f");
    assert_eq!(host.search(&forged), (401, Reason::TokenSignature));
    assert_eq!((issuer.asked(), issuer.server.count("GET /.well-known/oauth-authorization-server")), (1, 1));
}

#[test]
fn an_issuer_without_an_endpoint_is_not_asked_for_it_with_every_token() {
    for is_hidden in [true, false] {
        let issuer = Issuer::new(if is_hidden { "hidden" } else { "silent" });
        issuer.tell(|told| (told.is_hidden, told.is_down) = (is_hidden, !is_hidden));
        issuer.issue("good", "");
        let host = issuer.host("", "");
        let ask = || (0..10).filter(|count| host.search(&format!("t{count}")) == UNAVAILABLE).count();
        let denied: usize = thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        // at most once in five seconds, however long that took here
        let metadata = issuer.server.count("GET /.well-known/oauth-authorization-server");
        assert!(denied == 80 && (1..4).contains(&metadata), "{denied} {metadata}");
        assert_eq!(issuer.asked(), 0);
        issuer.tell(|told| (told.is_hidden, told.is_down) = (false, false));
        crate::issuer_support::until("the endpoint is known", || host.search("good") == ALLOWED);
    }
}

#[test]
fn an_introspected_token_can_be_revoked_here() {
    let issuer = Issuer::new("revoked-opaque");
    let host = issuer.host("revoked.tokens = [\"t-1\"]\n", "");
    issuer.issue("one", r#","jti":"t-1""#);
    issuer.issue("two", r#","jti":"t-2""#);
    assert_eq!((host.search("one"), host.search("two")), ((401, Reason::TokenRevoked), ALLOWED));
}
