//! Keys on disk: they outlive the process, and nobody takes wrong ones from there.

use std::{fs, path::Path};

use adarga_host::issuer::{Keys, Settings, Source};
use serde_json::Value;

use crate::issuer_support::{Directory, Frozen, Issuer, LONG, NOW_MS, Says, client, has, jwks, open};

fn stored(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn keys_outlive_the_process() {
    let issuer = Issuer::new(Says::Keys(vec!["a"]));
    let directory = Directory::new("store");
    let file = directory.file("keys.json");
    for source in [Source::Discover, Source::Jwks(issuer.server.url("/keys"))] {
        let settings = Settings { store: Some(file.clone()), ..Settings::new(issuer.server.url(""), source) };
        let clock = Frozen::new();
        issuer.say(Says::Keys(vec!["a"]));
        let keys = open(settings.clone(), &clock);
        assert_eq!(keys.refresh_now(), Ok(()));
        assert_eq!(keys.status().store, None);
        drop(keys);
        let content = stored(&file);
        assert_eq!((&content["etag"], &content["fetched_ms"]), (&"\"a\"".into(), &NOW_MS.into()));
        assert_eq!(content["jwks"].to_string().len(), jwks(&["a"]).len());
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions()) & 0o777, 0o600);
        // nothing is left of what it was written by
        assert_eq!(fs::read_dir(&directory.0).unwrap().count(), 1);
        issuer.say(Says::Status(500, String::new()));
        clock.advance(3600);
        let keys = Keys::open_at(settings.clone(), &client(), clock.clone()).unwrap();
        assert!(has(keys.current().as_ref(), "a"));
        assert!(keys.refresh_now().is_err());
        // the time counts from when they were had, not from when they were read
        assert_eq!(keys.status().until_ms, Some(NOW_MS + 24 * 3_600_000));
        clock.advance(23 * 3600);
        assert!(keys.current().is_none());
        drop(keys);
        issuer.say(Says::Keys(vec!["a"]));
        let keys = open(Settings { stale_max: std::time::Duration::MAX, ..settings }, &clock);
        assert_eq!(keys.refresh_now(), Ok(()));
        assert!(issuer.server.asked().last().unwrap().header("if-none-match") == Some("\"a\""));
        drop(keys);
        fs::remove_file(&file).unwrap();
    }
}

#[test]
fn what_does_not_fit_is_not_used() {
    let issuer = Issuer::new(Says::Keys(vec!["a"]));
    let directory = Directory::new("unfit");
    let file = directory.file("keys.json");
    let settings = Settings { store: Some(file.clone()), ..issuer.settings() };
    let clock = Frozen::new();
    assert_eq!(open(settings.clone(), &clock).refresh_now(), Ok(()));
    let good = fs::read_to_string(&file).unwrap();
    issuer.say(Says::Status(500, String::new()));
    let secret = crate::signature_support::oct("s").to_string();
    let day_ms = 24 * 3_600_000;
    let with = |name: &str, value: Value| {
        let mut content: Value = serde_json::from_str(&good).unwrap();
        content[name] = value;
        content.to_string()
    };
    let cases = [
        (good.clone(), None),
        (with("fetched_ms", (NOW_MS - day_ms + 1).into()), None),
        (with("fetched_ms", (NOW_MS - day_ms).into()), Some("too old")),
        (with("fetched_ms", (NOW_MS + 1).into()), Some("from the future")),
        (with("fetched_ms", (-1).into()), Some("time can't be read")),
        (with("fetched_ms", Value::Null), Some("time can't be read")),
        (with("issuer", "https://evil.example".into()), Some("another issuer")),
        (with("issuer", format!("{}/", issuer.server.url("")).into()), Some("another issuer")),
        (with("url", "https://evil.example/keys".into()), Some("another URL")),
        (with("url", "file:///keys".into()), Some("URL can't be read")),
        (with("jwks", serde_json::json!({ "keys": [] })), Some("no key that can be used")),
        (with("jwks", serde_json::from_str(&secret).unwrap()), Some("shared secret")),
        (good.replacen('{', r#"{"issuer":"x","#, 1), Some("not a strict JSON")),
        (good[1..].to_owned(), Some("not a strict JSON")),
        (String::new(), Some("not a strict JSON")),
        (format!("{good}{}", " ".repeat(2 << 20)), Some("too long")),
    ];
    for (text, reason) in cases {
        fs::write(&file, &text).unwrap();
        let keys = Keys::open_at(settings.clone(), &client(), clock.clone()).unwrap();
        let status = keys.status();
        assert_eq!(keys.current().is_some(), reason.is_none(), "{text}");
        match (reason, status.store) {
            (None, None) => {}
            (Some(reason), Some(told)) => assert!(told.contains(reason), "{told} / {reason}"),
            other => panic!("{other:?} {text}"),
        }
        assert!(keys.refresh_now().is_err());
        // a failed attempt leaves the file alone
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
}

#[cfg(unix)]
#[test]
fn files_of_others_are_not_used() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let issuer = Issuer::new(Says::Keys(vec!["a"]));
    let directory = Directory::new("others");
    let (file, link) = (directory.file("keys.json"), directory.file("link.json"));
    let settings = Settings { store: Some(file.clone()), ..issuer.settings() };
    let clock = Frozen::new();
    assert_eq!(open(settings.clone(), &clock).refresh_now(), Ok(()));
    issuer.say(Says::Status(500, String::new()));
    let told = |settings: &Settings| {
        let keys = Keys::open_at(settings.clone(), &client(), clock.clone()).unwrap();
        (keys.current().is_some(), keys.status().store)
    };
    for (mode, used) in [(0o600, true), (0o644, true), (0o620, false), (0o602, false), (0o666, false)] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let (is_used, reason) = told(&settings);
        assert_eq!((is_used, reason.is_none()), (used, used), "{mode:o}");
    }
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    symlink(&file, &link).unwrap();
    assert_eq!(told(&Settings { store: Some(link), ..settings }), (false, Some("not a file".to_owned())));
}

#[test]
fn secrets_and_failures_are_not_stored() {
    let secret = crate::signature_support::oct("s").to_string();
    let issuer = Issuer::new(Says::Body(format!("{{\"keys\":[{secret}]}}")));
    let directory = Directory::new("secret");
    let file = directory.file("keys.json");
    let keys = open(Settings { store: Some(file.clone()), ..issuer.settings() }, &Frozen::new());
    assert!(!keys.wait_first(LONG) && keys.refresh_now().is_err() && !file.exists());
    // what can't be stored is told, and used
    issuer.say(Says::Keys(vec!["a"]));
    let nowhere = directory.file("no/such/keys.json");
    let keys = open(Settings { store: Some(nowhere), ..issuer.settings() }, &Frozen::new());
    assert!(has(keys.current().as_ref(), "a") && keys.status().store.is_some());
}
