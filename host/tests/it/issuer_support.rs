//! What the tests of issuers share: a clock that stands until it is set, and an issuer that says what it is told to.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use adarga_host::{
    issuer::{Clock, Keys, Settings, Source},
    keys::KeyImage,
    net::{self, Client},
};
use serde_json::json;

use crate::net_server::{Asked, Out, Server, reply};

/// Longer than anything here takes, on a machine that is busy.
pub(crate) const LONG: Duration = Duration::from_secs(30);
pub(crate) const NOW_MS: u64 = 1_800_000_000_000;

/// A clock that stands until it is set.
#[derive(Clone, Debug)]
pub(crate) struct Frozen(pub(crate) Arc<AtomicU64>);

impl Frozen {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(NOW_MS)))
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

impl Clock for Frozen {
    fn now_ms(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    fn glance(&self) -> Duration {
        Duration::from_millis(2)
    }
}

/// What an issuer answers when its keys are asked for.
#[derive(Clone, Debug)]
pub(crate) enum Says {
    /// These keys.
    Keys(Vec<&'static str>),
    /// This, with status 200.
    Body(String),
    /// This status, and these fields of the header.
    Status(u16, String),
    /// Nothing, and closes the connection.
    Nothing,
}

/// An issuer that says what it is told to.
pub(crate) struct Issuer {
    pub(crate) server: Server,
    says: Arc<Mutex<Says>>,
}

impl Issuer {
    pub(crate) fn new(says: Says) -> Self {
        let says = Arc::new(Mutex::new(says));
        let told = Arc::clone(&says);
        let server = Server::start(move |asked, out| answer(asked, out, told.lock().unwrap().clone()));
        Self { server, says }
    }

    pub(crate) fn say(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    /// How often its keys were asked for.
    pub(crate) fn count(&self) -> usize {
        self.server.count("GET /keys")
    }

    /// Settings for it, with its keys at a known URL.
    pub(crate) fn settings(&self) -> Settings {
        Settings::new(self.server.url(""), Source::Jwks(self.server.url("/keys")))
    }
}

fn answer(asked: &Asked, out: Out<'_>, says: Says) {
    let issuer = format!("http://{}", asked.header("host").unwrap());
    if asked.line.starts_with("GET /.well-known/") {
        let metadata =
            json!({ "issuer": issuer, "jwks_uri": format!("{issuer}/keys"), "introspection_endpoint": format!("{issuer}/ask") });
        return reply(out, "200 OK", "", &metadata.to_string());
    }
    match says {
        Says::Keys(kids) => {
            let etag = format!("\"{}\"", kids.join("-"));
            match asked.header("if-none-match") {
                Some(known) if known == etag => reply(out, "304 Not Modified", "", ""),
                _ => reply(out, "200 OK", &format!("etag: {etag}\r\n"), &jwks(&kids)),
            }
        }
        Says::Body(body) => reply(out, "200 OK", "", &body),
        Says::Status(status, headers) => reply(out, &format!("{status} X"), &headers, ""),
        Says::Nothing => {}
    }
}

/// A set with keys of these names.
pub(crate) fn jwks(kids: &[&str]) -> String {
    let (x, y) = ("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    let keys: Vec<_> = kids.iter().map(|kid| json!({ "kty": "EC", "crv": "P-256", "kid": kid, "x": x, "y": y })).collect();
    json!({ "keys": keys }).to_string()
}

pub(crate) fn client() -> Client {
    Client::new(net::Settings { deadline: Duration::from_secs(10), ..net::Settings::default() }).unwrap()
}

/// Keys after the first attempt.
pub(crate) fn open(settings: Settings, clock: &Frozen) -> Keys {
    let keys = Keys::open_at(settings, &client(), clock.clone()).unwrap_or_else(|error| panic!("{error}"));
    let _ = keys.wait_first(LONG);
    keys
}

/// Whether an image has a key of this name.
pub(crate) fn has(image: Option<&Arc<KeyImage>>, kid: &str) -> bool {
    image.is_some_and(|image| image.keys().unwrap().find(kid.as_bytes()).is_some())
}

/// Waits until something is so, and fails when it never is.
pub(crate) fn until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < LONG, "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A directory of the test's own.
pub(crate) struct Directory(pub(crate) PathBuf);

impl Directory {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("adarga-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // what is left is in the temporary directory
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
