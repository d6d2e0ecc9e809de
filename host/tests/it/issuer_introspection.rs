//! Questions about opaque tokens: what is sent, what is believed, and for how long.

use std::{sync::Arc, thread, time::Duration};

use adarga_host::{
    issuer::{Endpoint, Introspection, IntrospectionSettings, IssuerError},
    net::Cause,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use crate::{
    issuer_support::{Frozen, NOW_MS, client},
    net_server::{Server, reply},
};

const ACTIVE: &str = r#"{"active":true,"sub":"somebody"}"#;

fn settings(server: &Server) -> IntrospectionSettings {
    let endpoint = Endpoint::configured(&server.url("/ask")).unwrap();
    IntrospectionSettings::new(endpoint, "adarga".to_owned(), Zeroizing::new("pass word".to_owned()))
}

fn asker(server: &Server, clock: &Frozen) -> Introspection {
    Introspection::new_at(settings(server), &client(), clock.clone()).unwrap()
}

/// A server that always answers the same.
fn saying(status: &'static str, body: &str) -> Server {
    let body = body.to_owned();
    Server::start(move |_, out| reply(out, status, "", &body))
}

#[test]
fn what_is_sent() {
    let server = saying("200 OK", ACTIVE);
    let settings = IntrospectionSettings {
        client_id: "https://a.example/?x=1".to_owned(),
        secret: Zeroizing::new("p:a+s s%\u{e4}".to_owned()),
        ..settings(&server)
    };
    let answer = Introspection::new(settings, &client()).unwrap().ask(b"abc-._~+/012==").unwrap();
    assert_eq!((answer.body(), answer.is_active()), (ACTIVE.as_bytes(), true));
    let asked = server.asked();
    assert_eq!((asked.len(), asked[0].line.as_str()), (1, "POST /ask"));
    assert_eq!(asked[0].body, "token=abc-._%7E%2B%2F012%3D%3D&token_type_hint=access_token");
    assert_eq!(asked[0].header("accept"), Some("application/json"));
    assert_eq!(asked[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    let basic = asked[0].header("authorization").unwrap().strip_prefix("Basic ").unwrap();
    let pair = String::from_utf8(STANDARD.decode(basic).unwrap()).unwrap();
    assert_eq!(pair, "https%3A%2F%2Fa.example%2F%3Fx%3D1:p%3Aa%2Bs+s%25%C3%A4");
}

#[test]
fn answers_are_believed_for_a_time() {
    let in_20_s = NOW_MS / 1000 + 20;
    let cases = [
        // what is said of the token, and how many seconds it is believed
        (ACTIVE.to_owned(), 60),
        (format!(r#"{{"active":true,"exp":{in_20_s}}}"#), 20),
        (format!(r#"{{"active":true,"exp":{}}}"#, in_20_s + 3600), 60),
        (format!(r#"{{"active":true,"exp":{}}}"#, NOW_MS / 1000), 0),
        (r#"{"active":true,"exp":1}"#.to_owned(), 0),
        (r#"{"active":true,"exp":"never"}"#.to_owned(), 5),
        (r#"{"active":true,"exp":1e300}"#.to_owned(), 5),
        (r#"{"active":true,"exp":-1}"#.to_owned(), 5),
        (r#"{"active":false}"#.to_owned(), 5),
        (format!(r#"{{"active":false,"exp":{in_20_s}}}"#), 5),
    ];
    for (answer, seconds) in cases {
        let server = saying("200 OK", &answer);
        let clock = Frozen::new();
        let asker = asker(&server, &clock);
        let ask = || asker.ask(b"t").unwrap();
        assert_eq!(ask().body(), answer.as_bytes());
        if seconds > 0 {
            clock.advance(seconds - 1);
            assert_eq!((ask().is_active(), server.asked().len()), (answer.contains("true"), 1), "{answer}");
            clock.advance(1);
        }
        ask();
        assert_eq!(server.asked().len(), 2, "{answer}");
        // another token is another question
        asker.ask(b"T").unwrap();
        assert_eq!(server.asked().len(), 3);
    }
}

#[test]
fn what_is_no_answer_is_an_error_and_not_remembered() {
    let bad = [
        "",
        "true",
        "[]",
        "{}",
        r#"{"active":"true"}"#,
        r#"{"active":1}"#,
        r#"{"active":null}"#,
        r#"{"Active":true}"#,
        r#"{"active":false,"active":true}"#,
        r#"{"active":false,"\u0061ctive":true}"#,
        r#"{"active":true}x"#,
        r#"{"active":true,"x":NaN}"#,
        "<html>",
    ];
    for text in bad {
        let server = saying("200 OK", text);
        let asker = asker(&server, &Frozen::new());
        for count in 1..3 {
            assert_eq!(asker.ask(b"t").unwrap_err(), IssuerError::Answer(server.url("/ask")), "{text}");
            assert_eq!((server.asked().len(), asker.remembered()), (count, 0));
        }
    }
    for (status, code) in [("401 X", 401), ("403 X", 403), ("500 X", 500), ("307 X", 307), ("204 X", 204), ("304 X", 304)] {
        let server = saying(status, ACTIVE);
        let asker = asker(&server, &Frozen::new());
        let IssuerError::Net(error) = asker.ask(b"t").unwrap_err() else { panic!() };
        assert_eq!((error.cause, asker.remembered()), (Cause::Status(code), 0));
    }
    for (len, is_error) in [(64 << 10, false), ((64 << 10) + 1, true)] {
        let server = saying("200 OK", &format!("{ACTIVE}{}", " ".repeat(len - ACTIVE.len())));
        assert_eq!(asker(&server, &Frozen::new()).ask(b"t").is_err(), is_error, "{len}");
    }
    let long = saying("200 OK", &" ".repeat((1 << 20) + 1));
    let IssuerError::Net(error) = asker(&long, &Frozen::new()).ask(b"t").unwrap_err() else { panic!() };
    assert_eq!(error.cause, Cause::BodySize(1 << 20));
}

#[test]
fn what_is_no_token_is_not_asked_about() {
    let server = saying("200 OK", ACTIVE);
    let asker = asker(&server, &Frozen::new());
    let long = vec![b'x'; (16 << 10) + 1];
    for token in [&b""[..], b"=", b"a b", b"a=b", b"a\r\nx: y", b"a&b", b"\xff", "\u{e4}".as_bytes(), &long] {
        assert_eq!(asker.ask(token).unwrap_err(), IssuerError::Token, "{token:?}");
    }
    assert!(server.asked().is_empty());
    assert!(asker.ask(&long[1..]).unwrap().is_active());
}

#[test]
fn many_who_ask_about_one_token_are_one_request() {
    let server = Server::start(|_, out| {
        thread::sleep(Duration::from_millis(500));
        reply(out, "200 OK", "", ACTIVE);
    });
    // the clock doesn't matter: all of them ask while the first one waits, or find what it was told
    let asker = asker(&server, &Frozen::new());
    thread::scope(|scope| {
        let threads: Vec<_> = (0..100).map(|_| scope.spawn(|| asker.ask(b"t").unwrap())).collect();
        let answers: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert!(answers.iter().all(|answer| Arc::ptr_eq(answer, &answers[0])));
    });
    assert_eq!((server.asked().len(), asker.remembered()), (1, 1));
    // an error is shared as well, and the next one asks again
    let failing = Server::start(|_, out| {
        thread::sleep(Duration::from_millis(500));
        reply(out, "500 X", "", "");
    });
    let asker = self::asker(&failing, &Frozen::new());
    thread::scope(|scope| {
        scope.spawn(|| assert!(asker.ask(b"t").is_err()));
        crate::issuer_support::until("asked", || failing.asked().len() == 1);
        let threads: Vec<_> = (0..20).map(|_| scope.spawn(|| assert!(asker.ask(b"t").is_err()))).collect();
        assert_eq!(threads.len(), 20);
    });
    let before = failing.asked().len();
    assert!(before < 21);
    assert!(asker.ask(b"t").is_err());
    assert_eq!(failing.asked().len(), before + 1);
}

#[test]
fn only_so_many_tokens_are_asked_about_at_once() {
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    let server = Server::start(move |_, out| {
        gate.lock().unwrap().recv().unwrap();
        reply(out, "200 OK", "", ACTIVE);
    });
    let settings = IntrospectionSettings { concurrent_max: 2, ..settings(&server) };
    let asker = Introspection::new_at(settings, &client(), Frozen::new()).unwrap();
    thread::scope(|scope| {
        let asking = [scope.spawn(|| asker.ask(b"a").is_ok()), scope.spawn(|| asker.ask(b"b").is_ok())];
        crate::issuer_support::until("both ask", || server.asked().len() == 2);
        assert_eq!(asker.ask(b"c").unwrap_err(), IssuerError::Busy);
        // who asks about the same token only waits
        let same = scope.spawn(|| asker.ask(b"a").is_ok());
        open.send(()).unwrap();
        open.send(()).unwrap();
        assert!(asking.into_iter().all(|thread| thread.join().unwrap()) && same.join().unwrap());
    });
    assert_eq!(server.asked().len(), 2);
    open.send(()).unwrap();
    assert!(asker.ask(b"c").is_ok());
}

#[test]
fn the_oldest_answer_gives_way() {
    let server = saying("200 OK", ACTIVE);
    let asker = |entries_max| {
        let settings = IntrospectionSettings { entries_max, ..settings(&server) };
        Introspection::new_at(settings, &client(), Frozen::new()).unwrap()
    };
    let three = asker(3);
    let ask = |token: &str, is_new: bool| {
        let before = server.asked().len();
        three.ask(token.as_bytes()).unwrap();
        assert_eq!(server.asked().len() - before, usize::from(is_new), "{token}");
        assert!(three.remembered() <= 3);
    };
    for token in ["a", "b", "c"] {
        ask(token, true);
        ask(token, false);
    }
    for (token, is_new) in [("d", true), ("b", false), ("c", false), ("a", true), ("b", true), ("d", false), ("c", true)] {
        ask(token, is_new);
    }
    // tokens that are made up push none of them out
    let invented = Server::start(|asked, out| {
        let is_active = !asked.body.starts_with("token=x");
        reply(out, "200 OK", "", &format!("{{\"active\":{is_active}}}"));
    });
    let settings = IntrospectionSettings { entries_max: 3, ..settings(&invented) };
    let flooded = Introspection::new_at(settings, &client(), Frozen::new()).unwrap();
    assert!(flooded.ask(b"a").unwrap().is_active());
    for count in 0..20 {
        assert!(!flooded.ask(format!("x{count}").as_bytes()).unwrap().is_active());
    }
    assert_eq!((invented.asked().len(), flooded.remembered()), (21, 4));
    assert!(flooded.ask(b"a").unwrap().is_active());
    assert_eq!(invented.asked().len(), 21);
    let none = asker(0);
    let before = server.asked().len();
    none.ask(b"a").unwrap();
    none.ask(b"a").unwrap();
    assert_eq!((none.remembered(), server.asked().len() - before), (0, 2));
}

#[test]
fn nothing_secret_is_shown() {
    let server = saying("200 OK", ACTIVE);
    let asker = asker(&server, &Frozen::new());
    let answer = asker.ask(b"sesame").unwrap();
    let failing = saying("401 X", "sesame");
    let error = Introspection::new(settings(&failing), &client()).unwrap().ask(b"sesame").unwrap_err();
    let shown = format!("{asker:?} {answer:?} {:?} {error} {error:?}", settings(&server));
    assert!(shown.contains("adarga") && shown.contains("401"));
    let basic = STANDARD.encode("adarga:pass+word");
    for secret in ["pass", "somebody", "sesame", &basic[..12]] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
