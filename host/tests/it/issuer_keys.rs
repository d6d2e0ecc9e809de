//! Live keys: rotation, outages, unusable answers, and what an attacker can cause.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use adarga_core::keys::{Algorithm, Algorithms};
use adarga_host::{
    issuer::{IssuerError, Keys, Settings, Source},
    keys::Flaw,
    net::Cause,
    secrets::{Place, Secret},
};

use crate::issuer_support::{Directory, Frozen, Issuer, LONG, NOW_MS, Says, client, has, jwks, open, until};

const HOUR: u64 = 3600;

#[test]
fn keys_are_renewed_before_they_expire() {
    let issuer = Issuer::new(Says::Keys(vec!["a"]));
    let clock = Frozen::new();
    let keys = open(issuer.settings(), &clock);
    let first = keys.current().unwrap();
    assert!(has(Some(&first), "a"));
    let due_ms = keys.status().refresh_ms.unwrap() - NOW_MS;
    assert!((HOUR * 800..=HOUR * 950).contains(&due_ms), "{due_ms}");
    // nothing is asked before it is due
    clock.advance(HOUR * 3 / 4);
    thread::sleep(Duration::from_millis(100));
    assert_eq!(issuer.count(), 1);
    clock.advance(HOUR / 4);
    until("asked again", || issuer.count() == 2 && keys.status().success_ms == Some(NOW_MS + HOUR * 1000));
    let asked = issuer.server.asked();
    assert_eq!((asked[0].header("if-none-match"), asked[1].header("if-none-match")), (None, Some("\"a\"")));
    // unchanged keys stay the same image, and are good for longer
    assert!(Arc::ptr_eq(&first, &keys.current().unwrap()));
    assert_eq!(keys.status().until_ms, Some(NOW_MS + HOUR * 25 * 1000));
    issuer.say(Says::Keys(vec!["b"]));
    clock.advance(HOUR);
    until("new keys", || has(keys.current().as_ref(), "b"));
    assert!(!has(keys.current().as_ref(), "a") && has(Some(&first), "a"));
}

#[test]
fn a_storm_of_unknown_kids_is_one_request() {
    let issuer = Issuer::new(Says::Keys(vec!["a"]));
    let clock = Frozen::new();
    let keys = open(issuer.settings(), &clock);
    for (minute, rotated) in [(0, true), (1, false), (2, false)] {
        let seen = keys.current().unwrap();
        if rotated {
            issuer.say(Says::Keys(vec!["a", "b"]));
        }
        let newer: usize = thread::scope(|scope| {
            let ask = || (0..10).filter(|_| keys.unknown_kid(&seen, LONG).is_some()).count();
            let threads: Vec<_> = (0..100).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        // all of them got the new keys, or none did, and the issuer was asked once
        assert_eq!((newer, issuer.count()), (if rotated { 1000 } else { 0 }, 2 + minute));
        clock.advance(59);
        assert!(keys.unknown_kid(&keys.current().unwrap(), LONG).is_none());
        assert_eq!(issuer.count(), 2 + minute);
        clock.advance(1);
    }
    assert!(has(keys.current().as_ref(), "b"));
}

#[test]
fn whoever_asks_waits_as_long_as_it_likes() {
    let server = crate::net_server::Server::start({
        let count = std::sync::atomic::AtomicUsize::new(0);
        move |_, out| {
            if count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) > 0 {
                thread::sleep(Duration::from_secs(5));
            }
            crate::net_server::reply(out, "200 OK", "", &jwks(&["a"]));
        }
    });
    let keys = open(Settings::new("x", Source::Jwks(server.url("/"))), &Frozen::new());
    let seen = keys.current().unwrap();
    let start = Instant::now();
    assert!(keys.unknown_kid(&seen, Duration::from_millis(50)).is_none());
    // readers have the old keys while the issuer is asked, and the handle can be dropped
    assert!(keys.current().is_some());
    drop(keys);
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[test]
fn an_outage_is_bridged_for_a_bounded_time() {
    let issuer = Issuer::new(Says::Keys(vec!["a"]));
    let clock = Frozen::new();
    let keys = open(issuer.settings(), &clock);
    issuer.say(Says::Status(500, String::new()));
    clock.advance(HOUR);
    until("the attempt failed", || keys.status().failure.is_some());
    let failure = keys.status().failure.unwrap();
    assert!(matches!(&failure.error, IssuerError::Net(error) if error.cause == Cause::Status(500)), "{failure:?}");
    // with the clock standing, nobody is hammered
    thread::sleep(Duration::from_millis(100));
    assert_eq!(issuer.count(), 2);
    let due_ms = keys.status().refresh_ms.unwrap() - (NOW_MS + HOUR * 1000);
    assert!((1000..=2000).contains(&due_ms), "{due_ms}");
    for count in 3..10 {
        clock.advance(300);
        until("another attempt", || keys.status().failure.is_some_and(|failure| failure.count == count - 1));
        assert_eq!(issuer.count(), usize::try_from(count).unwrap());
        assert!(has(keys.current().as_ref(), "a"));
    }
    clock.0.store(NOW_MS + HOUR * 24 * 1000 - 1, std::sync::atomic::Ordering::SeqCst);
    assert!(has(keys.current().as_ref(), "a"));
    clock.0.store(NOW_MS + HOUR * 24 * 1000, std::sync::atomic::Ordering::SeqCst);
    assert!(keys.current().is_none());
    // whoever is back answers with 304, and the old keys are good again
    issuer.say(Says::Keys(vec!["a"]));
    assert_eq!(keys.refresh_now(), Ok(()));
    assert!(has(keys.current().as_ref(), "a") && keys.status().failure.is_none());
}

#[test]
fn what_can_not_be_used_never_replaces_good_keys() {
    let issuer = Issuer::new(Says::Keys(vec!["a"]));
    let keys = open(issuer.settings(), &Frozen::new());
    let good = keys.current().unwrap();
    let body = |text: &str| Says::Body(text.to_owned());
    let moved = |to: &str| Says::Status(302, format!("location: {to}\r\n"));
    let secret = crate::signature_support::oct("s").to_string();
    let bad = [
        (body("<html>"), "not one strict JSON value"),
        (body(""), "not one strict JSON value"),
        (body(r#"{"keys":[],"keys":[]}"#), "not one strict JSON value"),
        (body(r#"{"keys":[]}"#), "no key that can be used"),
        (body(r#"{"keys":[{"kty":"EC"}]}"#), "no key that can be used"),
        (body(&format!("{{\"keys\":[{secret}]}}")), "a shared secret stands among the keys"),
        (body(&jwks(&["z"])[1..]), "not one strict JSON value"),
        (body(&" ".repeat((1 << 20) + 1)), "longer than 1048576 bytes"),
        (moved("http://169.254.169.254/"), "not secure"),
        (moved("https://169.254.169.254/"), "link-local"),
        (moved("https://10.0.0.1/"), "private"),
        (moved("file:///etc/passwd"), "not of the web"),
        (moved("/keys"), "too many redirects"),
        (Says::Status(404, String::new()), "status 404"),
        (Says::Nothing, "help: check that"),
    ];
    for (says, reason) in bad {
        issuer.say(says);
        let text = keys.refresh_now().unwrap_err().to_string();
        assert!(text.contains(reason), "{text} / {reason}");
        assert!(Arc::ptr_eq(&good, &keys.current().unwrap()));
        assert!(!text.contains("MDEyMzQ1"), "{text}");
    }
    issuer.say(Says::Keys(vec!["b"]));
    assert_eq!(keys.refresh_now(), Ok(()));
    assert!(has(keys.current().as_ref(), "b"));
}

#[test]
fn keys_that_are_left_out_are_told() {
    let two = jwks(&["a"]).replace("]}", r#",{"kty":"RSA","kid":"old","n":"AQAB","e":"AQAB"}]}"#);
    let issuer = Issuer::new(Says::Body(two));
    let status = open(issuer.settings(), &Frozen::new()).status();
    assert_eq!((status.keys, status.left_out.len()), (1, 1));
    assert_eq!((status.left_out[0].kid.as_deref(), status.left_out[0].flaw), (Some("old"), Flaw::RsaShort));
    assert_eq!(status.source, issuer.server.url("/keys"));
}

#[test]
fn nothing_at_first_is_no_keys() {
    let issuer = Issuer::new(Says::Status(503, String::new()));
    let clock = Frozen::new();
    let keys = open(issuer.settings(), &clock);
    assert!(keys.current().is_none() && !keys.wait_first(Duration::ZERO) && keys.status().failure.is_some());
    issuer.say(Says::Keys(vec!["a"]));
    clock.advance(2);
    until("keys", || has(keys.current().as_ref(), "a"));
}

#[test]
fn without_keys_a_token_has_the_issuer_asked_once_an_interval() {
    let issuer = Issuer::new(Says::Keys(vec!["a"]));
    let clock = Frozen::new();
    let keys = open(issuer.settings(), &clock);
    issuer.say(Says::Status(503, String::new()));
    clock.advance(24 * HOUR);
    until("the attempt failed", || keys.status().failure.is_some());
    // many attempts in vain put the next one off by minutes
    for _ in 0..10 {
        assert!(keys.refresh_now().is_err());
    }
    assert!(keys.status().refresh_ms.unwrap() > NOW_MS + 24 * HOUR * 1000 + 120_000 && keys.current().is_none());
    let before = issuer.count();
    assert!((0..50).all(|_| keys.absent(LONG).is_none()));
    assert_eq!(issuer.count(), before + 1);
    issuer.say(Says::Keys(vec!["a"]));
    clock.advance(59);
    assert!(keys.absent(LONG).is_none());
    clock.advance(1);
    assert!(has(keys.absent(LONG).as_ref(), "a"));
    assert_eq!(issuer.count(), before + 2);
}

#[test]
fn short_lives_and_long_ones_are_bounded() {
    for (header, least_s, most_s) in [("max-age=0", 240, 300), ("max-age=1000", 800, 1000), ("max-age=9999999", 2880, 3600)] {
        let server = crate::net_server::Server::start(move |_, out| {
            crate::net_server::reply(out, "200 OK", &format!("cache-control: {header}\r\n"), &jwks(&["a"]));
        });
        let keys = open(Settings::new("x", Source::Jwks(server.url("/"))), &Frozen::new());
        let due_s = (keys.status().refresh_ms.unwrap() - NOW_MS) / 1000;
        assert!((least_s..=most_s).contains(&due_s), "{header} {due_s}");
    }
}

#[test]
fn keys_that_are_given_up_soon_are_confirmed_sooner() {
    let issuer = Issuer::new(Says::Keys(vec!["a"]));
    let settings = Settings { stale_max: Duration::from_secs(600), ..issuer.settings() };
    let due_s = (open(settings, &Frozen::new()).status().refresh_ms.unwrap() - NOW_MS) / 1000;
    assert!((480..=570).contains(&due_s), "{due_s}");
}

#[test]
fn what_may_be_secret_in_a_url_is_not_shown() {
    let issuer = Issuer::new(Says::Status(404, String::new()));
    for (url, is_wrong) in
        [(format!("{}?key=hunter2", issuer.server.url("/keys")), false), ("https://u:hunter2@a.example/".to_owned(), true)]
    {
        let settings = Settings::new("x", Source::Jwks(url));
        let shown = match Keys::open_at(settings.clone(), &client(), Frozen::new()) {
            Ok(keys) => format!("{keys:?} {}", keys.refresh_now().unwrap_err()),
            Err(error) => format!("{error} {error:?}"),
        };
        assert_eq!(shown.contains("a user name in it"), is_wrong, "{shown}");
        assert!(!format!("{shown} {settings:?}").contains("hunter2"), "{shown}");
    }
}

#[test]
fn a_clock_that_is_set_back_asks_again() {
    let issuer = Issuer::new(Says::Keys(vec!["a"]));
    let clock = Frozen::new();
    let keys = open(issuer.settings(), &clock);
    clock.0.store(NOW_MS - 100 * HOUR * 1000, std::sync::atomic::Ordering::SeqCst);
    until("asked again", || issuer.count() == 2 && keys.status().success_ms == Some(NOW_MS - 100 * HOUR * 1000));
    // the time that keys are good for is counted anew
    assert_eq!(keys.status().until_ms, Some(NOW_MS - 76 * HOUR * 1000));
}

#[test]
fn the_thread_ends_with_its_handle() {
    let issuer = Issuer::new(Says::Keys(vec!["a"]));
    let directory = Directory::new("ends");
    std::fs::write(directory.file("keys.json"), jwks(&["a"])).unwrap();
    for source in [Source::Jwks(issuer.server.url("/keys")), Source::File(directory.file("keys.json"))] {
        let clock = Frozen::new();
        let keys = open(Settings::new("x", source), &clock);
        assert!(keys.current().is_some());
        // the handle's state, which its thread keeps, has the clock
        assert_eq!(Arc::strong_count(&clock.0), 2);
        drop(keys);
        until("the thread ended", || Arc::strong_count(&clock.0) == 1);
    }
}

#[test]
fn files_are_watched() {
    let directory = Directory::new("watched");
    let file = directory.file("keys.json");
    let clock = Frozen::new();
    let settings = || Settings::new("x", Source::File(file.clone()));
    let refused = |text: &str| {
        let error = Keys::open_at(settings(), &client(), Frozen::new()).unwrap_err().to_string();
        assert!(error.contains("keys.json") && error.contains(text), "{error}");
    };
    refused("No such file");
    std::fs::write(&file, "{").unwrap();
    refused("not one strict JSON value");
    std::fs::write(&file, format!("{}{}", jwks(&["a"]), " ".repeat(1 << 20))).unwrap();
    refused("not one strict JSON value");
    std::fs::write(&file, jwks(&["a"])).unwrap();
    let keys = open(settings(), &clock);
    // a second goes by at each question: one that passes inside a look would count as before the next
    let seen = |what: &str, is_so: &dyn Fn() -> bool| {
        until(what, || {
            clock.advance(1);
            is_so()
        });
    };
    let looks = |kid: &str| seen("reloaded", &|| has(keys.current().as_ref(), kid));
    looks("a");
    // of the same length, at once, in place and by rename
    std::fs::write(&file, jwks(&["b"])).unwrap();
    looks("b");
    std::fs::write(directory.file("new"), jwks(&["c"])).unwrap();
    std::fs::rename(directory.file("new"), &file).unwrap();
    looks("c");
    let good = keys.current().unwrap();
    // half written, then gone: the good set stays, and people are told
    let half = &jwks(&["d"])[..40];
    std::fs::write(&file, half).unwrap();
    seen("told", &|| keys.status().failure.is_some_and(|failure| matches!(failure.error, IssuerError::Keys(..))));
    std::fs::remove_file(&file).unwrap();
    seen("told", &|| keys.status().failure.is_some_and(|failure| matches!(failure.error, IssuerError::File(..))));
    assert!(Arc::ptr_eq(&good, &keys.current().unwrap()));
    std::fs::write(&file, jwks(&["d"])).unwrap();
    looks("d");
    seen("forgotten", &|| keys.status().failure.is_none());
    // the good set of a file that stays bad is not used for ever either
    std::fs::write(&file, half).unwrap();
    clock.advance(24 * HOUR);
    assert!(keys.current().is_none());
}

#[test]
fn secrets_come_from_the_environment() {
    // cargo sets these for tests
    let settings = |name: &str, algorithm| {
        let algorithms = Algorithms::of(&[algorithm]);
        Settings { algorithms, ..Settings::new("x", Source::Secret(Secret::At(Place::Env(name.to_owned())))) }
    };
    let clock = Frozen::new();
    let keys = Keys::open_at(settings("CARGO_PKG_DESCRIPTION", Algorithm::Hs256), &client(), clock.clone()).unwrap();
    let image = keys.current().unwrap();
    assert!(image.is_secret() && image.keys().unwrap().len() == 1);
    clock.advance(1000 * 24 * HOUR);
    assert!(keys.current().is_some());
    assert!(keys.unknown_kid(&image, LONG).is_none() && keys.refresh_now().is_ok());
    let status = keys.status();
    assert_eq!(
        (status.source.as_str(), status.refresh_ms, status.until_ms),
        ("environment variable `CARGO_PKG_DESCRIPTION`", None, None)
    );
    assert!(!format!("{keys:?}").contains("host half"));
    let refused = |name, algorithm, text: &str| {
        let error = Keys::open_at(settings(name, algorithm), &client(), clock.clone()).unwrap_err().to_string();
        assert!(error.contains(text) && error.contains(name), "{error}");
        assert!(!error.contains("0.1.0") && !error.contains("host half"), "{error}");
    };
    refused("CARGO_PKG_VERSION", Algorithm::Hs256, "shorter than the hash");
    refused("CARGO_PKG_DESCRIPTION", Algorithm::Rs256, "does not fit");
    refused("ADARGA_NO_SUCH_VARIABLE", Algorithm::Hs256, "not set");
}
