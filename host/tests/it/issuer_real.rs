//! A real authorization server: npm's `oidc-provider`, as `tests/issuer/issuer.mjs` starts it.
//!
//! It has to be installed there with `npm ci --no-audit --no-fund` (or in the directory that `ADARGA_ISSUER` names, with that
//! directory's `issuer.mjs`). Without it these tests print what was not run; with `ADARGA_ISSUER` set they fail instead.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Arc, atomic::Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use adarga_core::Reason;
use adarga_host::{
    issuer::{Introspection, IntrospectionSettings, IssuerError, Keys, Settings, Source},
    keys::KeyImage,
    net::{Answer, Cause, Reach, Url, Validators},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::{
    issuer_support::{Directory, Frozen, LONG, client, open},
    signature_support,
};

/// The running server; it ends when its standard input does.
pub(crate) struct Real {
    process: Child,
    /// Kept open: it ends when it can't write.
    _output: BufReader<ChildStdout>,
    pub(crate) issuer: String,
    control: String,
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl Drop for Real {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Real {
    /// Starts it, or says why not.
    pub(crate) fn start(test: &str) -> Option<Self> {
        let asked = std::env::var_os("ADARGA_ISSUER").map(PathBuf::from);
        let is_asked = asked.is_some();
        let directory = asked.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/issuer")));
        match Self::start_in(&directory) {
            Ok(real) => Some(real),
            Err(reason) if is_asked => panic!("{}: {reason}", directory.display()),
            Err(reason) => {
                println!("not run: {test} against a real issuer: {reason}");
                None
            }
        }
    }

    fn start_in(directory: &std::path::Path) -> Result<Self, String> {
        if !directory.join("node_modules/oidc-provider").is_dir() {
            return Err("run `npm ci --no-audit --no-fund` in tests/issuer first".to_owned());
        }
        let mut command = Command::new("node");
        command.arg("issuer.mjs").current_dir(directory).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().map_err(|error| format!("node: {error}"))?;
        let (mut line, mut output) = (String::new(), BufReader::new(process.stdout.take().unwrap()));
        output.read_line(&mut line).unwrap();
        let Ok(told) = serde_json::from_str::<Value>(&line) else {
            let ended = process.wait_with_output().unwrap();
            panic!("the issuer did not start: {}", String::from_utf8_lossy(&ended.stderr));
        };
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (id, secret) = (text(&told["client"]["id"]), text(&told["client"]["secret"]));
        Ok(Self { process, _output: output, issuer: text(&told["issuer"]), control: text(&told["control"]), id, secret })
    }

    /// Tells it something; how often its keys were asked for.
    pub(crate) fn tell(&self, path: &str) -> u64 {
        let url = Url::parse(&format!("{}{path}", self.control)).unwrap();
        let Answer::Document(document) = client().get(&url, Reach::Loopback, &Validators::default()).unwrap() else { panic!() };
        serde_json::from_slice::<Value>(&document.body.0).unwrap()["jwks"].as_u64().unwrap()
    }

    pub(crate) fn post(&self, path: &str, form: &str) -> Vec<u8> {
        let url = Url::parse(&format!("{}{path}", self.issuer)).unwrap();
        // by another encoder than the one that is tested
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
        let basic = STANDARD.encode(format!("{}:{}", encode(&self.id), encode(&self.secret)));
        let answer = client().post(&url, Reach::Loopback, &format!("Basic {basic}"), form.as_bytes());
        answer.unwrap_or_else(|error| panic!("{error}")).body.0.to_vec()
    }

    /// A token for `https://{resource}.example/mcp`.
    pub(crate) fn token(&self, resource: &str) -> String {
        let resource = format!("https%3A%2F%2F{resource}.example%2Fmcp");
        let answer = self.post("/token", &format!("grant_type=client_credentials&scope=read%3Acontent&resource={resource}"));
        serde_json::from_slice::<Value>(&answer).unwrap()["access_token"].as_str().unwrap().to_owned()
    }

    fn keys(&self, clock: &Frozen) -> Keys {
        let keys = open(Settings::new(&*self.issuer, Source::Discover), clock);
        assert!(keys.current().is_some(), "{keys:?}");
        keys
    }
}

/// A clock that stands at the real time.
fn clock() -> Frozen {
    let clock = Frozen::new();
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    clock.0.store(u64::try_from(now_ms).unwrap(), Ordering::SeqCst);
    clock
}

/// The verdict on a token, and its audience.
fn audience(image: &KeyImage, token: &str) -> Result<String, Reason> {
    let claims: Value = serde_json::from_slice(&signature_support::open(image, token)?).unwrap();
    Ok(claims["aud"].as_str().unwrap().to_owned())
}

#[test]
fn its_tokens_verify() {
    let Some(real) = Real::start("tokens verify") else { return };
    let keys = real.keys(&clock());
    let image = keys.current().unwrap();
    assert_eq!((image.keys().unwrap().len(), image.left_out().len()), (2, 0));
    assert_eq!(keys.status().source, format!("{}/jwks", real.issuer));
    assert_eq!(keys.introspection().unwrap().url.as_str(), format!("{}/token/introspection", real.issuer));
    for algorithm in ["rs256", "es256"] {
        let token = real.token(algorithm);
        assert_eq!(audience(&image, &token), Ok(format!("https://{algorithm}.example/mcp")));
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let forged = format!("{signed}.{}{}", if signature.starts_with('A') { 'B' } else { 'A' }, &signature[1..]);
        assert_eq!(audience(&image, &forged), Err(Reason::TokenSignature));
    }
    assert_eq!(audience(&image, &real.token("opaque")), Err(Reason::TokenMalformed));
}

#[test]
fn its_rotation_is_followed() {
    let Some(real) = Real::start("rotation") else { return };
    let clock = clock();
    let keys = real.keys(&clock);
    let first = real.token("es256");
    let before = keys.current().unwrap();
    assert!(audience(&before, &first).is_ok());
    // new keys beside the old ones
    assert_eq!(real.tell("/rotate?keep=1"), 1);
    let second = real.token("rs256");
    assert_eq!(audience(&before, &second), Err(Reason::TokenKey));
    let newer = keys.unknown_kid(&before, LONG).unwrap();
    assert!(audience(&newer, &second).is_ok() && audience(&newer, &first).is_ok());
    assert!(Arc::ptr_eq(&newer, &keys.current().unwrap()));
    // no second request within the interval, whatever is shown
    assert!((0..100).all(|_| keys.unknown_kid(&newer, LONG).is_none()));
    assert_eq!(real.tell("/count"), 2);
    // new keys instead of the old ones: what those signed is not accepted any more
    real.tell("/rotate");
    let third = real.token("es256");
    clock.advance(60);
    let newest = keys.unknown_kid(&newer, LONG).unwrap();
    assert!(audience(&newest, &third).is_ok());
    assert_eq!((audience(&newest, &first), audience(&newest, &second)), (Err(Reason::TokenKey), Err(Reason::TokenKey)));
    assert_eq!(real.tell("/count"), 3);
}

#[test]
fn its_outage_is_bridged() {
    let Some(real) = Real::start("an outage") else { return };
    let directory = Directory::new("real");
    let clock = clock();
    let settings = Settings { store: Some(directory.file("keys.json")), ..Settings::new(&*real.issuer, Source::Discover) };
    let keys = open(settings.clone(), &clock);
    let token = real.token("rs256");
    assert_eq!(keys.refresh_now(), Ok(()));
    real.tell("/outage?on=1");
    assert!(matches!(keys.refresh_now(), Err(IssuerError::Net(_))));
    assert!(audience(&keys.current().unwrap(), &token).is_ok());
    // so does one that starts meanwhile
    let second = Keys::open_at(settings, &client(), clock.clone()).unwrap();
    assert!(audience(&second.current().unwrap(), &token).is_ok() && second.refresh_now().is_err());
    clock.advance(24 * 3600);
    assert!(keys.current().is_none() && second.current().is_none());
    real.tell("/outage");
    assert_eq!((keys.refresh_now(), second.refresh_now()), (Ok(()), Ok(())));
    assert!(audience(&keys.current().unwrap(), &token).is_ok() && audience(&second.current().unwrap(), &token).is_ok());
}

#[test]
fn its_redirect_inwards_is_refused() {
    let Some(real) = Real::start("a redirect") else { return };
    let keys = real.keys(&clock());
    let good = keys.current().unwrap();
    for (target, is_refused) in [
        ("http://169.254.169.254/", (|cause| matches!(cause, Cause::Redirect(_))) as fn(&Cause) -> bool),
        ("https://169.254.169.254/", |cause| matches!(cause, Cause::Address(_, "link-local"))),
        ("https://10.0.0.1/", |cause| matches!(cause, Cause::Address(_, "private"))),
    ] {
        let before = real.tell(&format!("/redirect?to={target}"));
        let Err(IssuerError::Net(error)) = keys.refresh_now() else { panic!("followed {target}") };
        assert!(is_refused(&error.cause), "{error}");
        assert_eq!(real.tell("/count"), before + 1);
        assert!(Arc::ptr_eq(&good, &keys.current().unwrap()));
    }
    real.tell("/redirect");
    assert_eq!(keys.refresh_now(), Ok(()));
}

#[test]
fn its_opaque_tokens_are_explained() {
    let Some(real) = Real::start("introspection") else { return };
    let clock = clock();
    let keys = real.keys(&clock);
    let asker = |secret: &str| {
        let (endpoint, secret) = (keys.introspection().unwrap(), Zeroizing::new(secret.to_owned()));
        Introspection::new_at(IntrospectionSettings::new(endpoint, real.id.clone(), secret), &client(), clock.clone()).unwrap()
    };
    let (right, wrong) = (asker(&real.secret), asker("wrong"));
    let token = real.token("opaque");
    let answer = right.ask(token.as_bytes()).unwrap();
    let claims: Value = serde_json::from_slice(answer.body()).unwrap();
    assert!(answer.is_active());
    assert_eq!((&claims["aud"], &claims["iss"]), (&"https://opaque.example/mcp".into(), &real.issuer.as_str().into()));
    assert_eq!((&claims["scope"], &claims["client_id"]), (&"read:content".into(), &real.id.as_str().into()));
    assert!(!right.ask(b"unknown").unwrap().is_active());
    // what was answered is believed for a while; then the issuer is asked, and has revoked it
    real.post("/token/revocation", &format!("token={token}"));
    assert!(right.ask(token.as_bytes()).unwrap().is_active());
    clock.advance(60);
    let answer = right.ask(token.as_bytes()).unwrap();
    assert_eq!((answer.is_active(), answer.body()), (false, &br#"{"active":false}"#[..]));
    let Err(IssuerError::Net(error)) = wrong.ask(b"unknown") else { panic!() };
    assert_eq!(error.cause, Cause::Status(401));
}
