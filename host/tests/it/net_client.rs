//! The client against servers that do what they shouldn't.

use std::{
    io::{self, Write},
    net::{IpAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use adarga_host::net::{Answer, Cause, Client, NetError, Reach, Resolve, Settings, Url, UrlError, Validators};

use crate::net_server::{Authority, Server, reply};

fn client() -> Client {
    Client::new(Settings { body_max: 1000, deadline: Duration::from_secs(2), ..Settings::default() }).unwrap()
}

fn get(client: &Client, url: &str) -> Result<Answer, NetError> {
    let url = Url::parse(url).unwrap();
    client.get(&url, Reach::configured(&url), &Validators::default())
}

/// The text of a document.
fn text(answer: Result<Answer, NetError>) -> String {
    match answer.unwrap_or_else(|error| panic!("{error}")) {
        Answer::Document(document) => String::from_utf8(document.body.0.to_vec()).unwrap(),
        Answer::NotModified(_) => panic!("no document"),
    }
}

fn cause(answer: Result<Answer, NetError>) -> Cause {
    answer.map(|answer| panic!("{answer:?}")).unwrap_err().cause
}

/// Answers in turn, the last one for ever, and counts how often it was asked.
#[derive(Debug, Clone)]
struct Fake(Arc<(AtomicUsize, Vec<Vec<IpAddr>>)>);

impl Fake {
    fn new(answers: &[&[&str]]) -> Self {
        let answers = answers.iter().map(|answer| answer.iter().map(|text| text.parse().unwrap()).collect());
        Self(Arc::new((AtomicUsize::new(0), answers.collect())))
    }

    fn asked(&self) -> usize {
        self.0.0.load(Ordering::SeqCst)
    }
}

impl Resolve for Fake {
    fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let count = self.0.0.fetch_add(1, Ordering::SeqCst);
        Ok(self.0.1[count.min(self.0.1.len() - 1)].clone())
    }
}

#[test]
fn a_document_and_its_validators() {
    let server = Server::start(|asked, out| match asked.header("if-none-match") {
        Some("\"1\"") if asked.header("if-modified-since") == Some("then") => {
            reply(out, "304 Not Modified", "cache-control: max-age=7\r\n", "");
        }
        _ => reply(
            out,
            "200 OK",
            "etag: \"1\"\r\nlast-modified: then\r\ncache-control: public, Max-Age=\"60\"\r\nage: 20\r\n",
            "{}",
        ),
    });
    let client = client();
    let url = Url::parse(&server.url("/keys")).unwrap();
    let Answer::Document(document) = client.get(&url, Reach::Loopback, &Validators::default()).unwrap() else { panic!() };
    assert_eq!((&document.body.0[..], document.freshness.max_age), (&b"{}"[..], Some(Duration::from_secs(40))));
    assert_eq!((document.reach, document.freshness.no_store), (Reach::Loopback, false));
    let Answer::NotModified(freshness) = client.get(&url, Reach::Loopback, &document.validators).unwrap() else { panic!() };
    assert_eq!(freshness.max_age, Some(Duration::from_secs(7)));
    let asked = server.asked();
    assert_eq!((asked[0].header("accept-encoding"), asked[0].header("cookie")), (Some("identity"), None));
    assert!(asked[0].header("user-agent").unwrap().starts_with("adarga/"));
}

#[test]
fn cache_control_is_read() {
    for (header, seconds, no_store) in [
        ("", None, false),
        ("cache-control: no-cache, no-store\r\n", None, true),
        ("cache-control: max-age=10, max-age=5\r\n", Some(5), false),
        ("cache-control: max-age=10\r\ncache-control: NO-STORE,max-age=20\r\n", Some(10), true),
        ("cache-control: max-age=x\r\n", Some(0), false),
        ("cache-control: max-age=10\r\nage: 11\r\n", Some(0), false),
        ("cache-control: s-maxage=10\r\n", None, false),
    ] {
        let server = Server::start(move |_, out| reply(out, "200 OK", header, "{}"));
        let Answer::Document(document) = get(&client(), &server.url("/")).unwrap() else { panic!() };
        let freshness = document.freshness;
        assert_eq!((freshness.max_age.map(|age| age.as_secs()), freshness.no_store), (seconds, no_store), "{header}");
    }
}

#[test]
fn statuses_of_no_use_are_errors() {
    for status in [201_u16, 204, 206, 300, 304, 400, 401, 403, 404, 429, 500, 503] {
        let server = Server::start(move |_, out| reply(out, &format!("{status} X"), "", ""));
        assert_eq!(cause(get(&client(), &server.url("/"))), Cause::Status(status));
    }
}

#[test]
fn redirects_are_followed_three_times() {
    let server = Server::start(|asked, out| {
        let steps: u32 = asked.line.trim_start_matches("GET /").parse().unwrap();
        match steps {
            0 => reply(out, "200 OK", "", "end"),
            _ => reply(out, "302 Found", &format!("location: /{}\r\n", steps - 1), ""),
        }
    });
    assert_eq!(text(get(&client(), &server.url("/3"))), "end");
    assert_eq!(cause(get(&client(), &server.url("/4"))), Cause::Redirects);
    assert_eq!((server.count("GET /4"), server.count("GET /1"), server.count("GET /0")), (1, 2, 1));
    let looping = Server::start(|_, out| reply(out, "307 X", "location: /\r\n", ""));
    assert_eq!(cause(get(&client(), &looping.url("/"))), Cause::Redirects);
    assert_eq!(looping.count("GET /"), 4);
}

#[test]
fn redirects_out_of_bounds_are_refused() {
    let url = |error| Cause::Redirect(Box::new(Cause::Url(error)));
    let address = |text: &str, purpose| Cause::Address(text.parse().unwrap(), purpose);
    for (location, expected) in [
        ("http://169.254.169.254/", url(UrlError::Insecure)),
        ("https://169.254.169.254/", address("169.254.169.254", "link-local")),
        ("http://10.0.0.1/", url(UrlError::Insecure)),
        ("https://10.0.0.1/", address("10.0.0.1", "private")),
        ("https://[::ffff:10.0.0.1]/", address("::ffff:10.0.0.1", "IPv4-mapped")),
        ("https://[fd00::1]/", address("fd00::1", "unique local")),
        ("https://0.0.0.0/", address("0.0.0.0", "this network")),
        ("file:///etc/passwd", url(UrlError::Scheme)),
        ("//10.0.0.1/", url(UrlError::Scheme)),
        ("https://a@b.example/", url(UrlError::User)),
        ("", url(UrlError::Character)),
    ] {
        let server = Server::start(move |_, out| reply(out, "302 Found", &format!("location: {location}\r\n"), ""));
        assert_eq!(cause(get(&client(), &server.url("/"))), expected, "{location}");
    }
    let silent = Server::start(|_, out| reply(out, "302 Found", "", ""));
    assert_eq!(cause(get(&client(), &silent.url("/"))), url(UrlError::Character));
}

#[test]
fn loopback_is_for_those_on_loopback() {
    let server = Server::start(|_, out| reply(out, "200 OK", "", "here"));
    let url = Url::parse(&server.url("/")).unwrap();
    for reach in [Reach::Public, Reach::Private] {
        assert_eq!(cause(client().get(&url, reach, &Validators::default())), Cause::Loopback);
    }
    assert!(server.asked().is_empty());
    let named = format!("http://localhost:{}/", server.address.port());
    assert_eq!(text(get(&client(), &named)), "here");
}

#[test]
fn bodies_have_a_limit() {
    for (len, chunked) in [(1000, false), (1000, true), (1001, false), (1001, true)] {
        let server = Server::start(move |_, out| {
            let body = "x".repeat(len);
            if chunked {
                let answer = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{len:x}\r\n{body}\r\n0\r\n\r\n");
                let _ = out.write_all(answer.as_bytes());
            } else {
                reply(out, "200 OK", "", &body);
            }
        });
        let answer = get(&client(), &server.url("/"));
        if len == 1000 { assert_eq!(text(answer).len(), len) } else { assert_eq!(cause(answer), Cause::BodySize(1000)) }
    }
    let endless = Server::start(|_, out| {
        let _ = out.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while out.write_all(&[b'x'; 4096]).is_ok() {}
    });
    assert_eq!(cause(get(&client(), &endless.url("/"))), Cause::BodySize(1000));
}

#[test]
fn broken_answers_are_errors() {
    type Expected = fn(&Cause) -> bool;
    let broken: [(&str, Expected); 7] = [
        ("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort", |cause| {
            matches!(cause, Cause::Connection(_) | Cause::Protocol(_))
        }),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab", |cause| {
            matches!(cause, Cause::Connection(_) | Cause::Protocol(_))
        }),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nab", |cause| matches!(cause, Cause::Protocol(_))),
        ("HTTP/1.1 200 OK\r\ncontent-le", |cause| matches!(cause, Cause::Connection(_) | Cause::Protocol(_))),
        ("SSH-2.0-OpenSSH_9.9\r\n\r\n", |cause| matches!(cause, Cause::Protocol(_))),
        ("", |cause| matches!(cause, Cause::Connection(_) | Cause::Protocol(_))),
        ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}x", |cause| matches!(cause, Cause::Protocol(_))),
    ];
    for (answer, expected) in broken {
        let server = Server::start(move |_, out| out.write_all(answer.as_bytes()).unwrap());
        let cause = cause(get(&client(), &server.url("/")));
        assert!(expected(&cause), "{answer:?}: {cause:?}");
    }
}

#[test]
fn headers_have_a_limit() {
    let huge = Server::start(|_, out| reply(out, "200 OK", &format!("x: {}\r\n", "y".repeat(64 << 10)), "{}"));
    assert_eq!(cause(get(&client(), &huge.url("/"))), Cause::HeaderSize);
    let many = Server::start(|_, out| reply(out, "200 OK", &"x: y\r\n".repeat(1000), "{}"));
    assert!(matches!(cause(get(&client(), &many.url("/"))), Cause::Protocol(_) | Cause::HeaderSize));
    let endless = Server::start(|_, out| {
        let _ = out.write_all(b"HTTP/1.1 200 OK\r\nx: ");
        while out.write_all(&[b'x'; 4096]).is_ok() {}
    });
    assert_eq!(cause(get(&client(), &endless.url("/"))), Cause::HeaderSize);
}

#[test]
fn slow_answers_end_in_time() {
    let dripping = |head: &'static str| {
        Server::start(move |_, out| {
            let _ = out.write_all(head.as_bytes());
            // a byte now and then, so that no timeout of a single read would strike; silence, when nothing was begun
            for _ in 0..200 {
                if !head.is_empty() && out.write_all(b"x").and_then(|()| out.flush()).is_err() {
                    return;
                }
                thread::sleep(Duration::from_millis(100));
            }
        })
    };
    for head in ["HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n", "HTTP/1.1 200 OK\r\nx: ", ""] {
        let server = dripping(head);
        let start = Instant::now();
        assert_eq!(cause(get(&client(), &server.url("/"))), Cause::Timeout, "{head}");
        let took = start.elapsed();
        assert!(took >= Duration::from_secs(1) && took < Duration::from_secs(15), "{took:?}");
    }
}

#[test]
fn slow_handshakes_end_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // the beginning of a record, and then its content byte by byte
        let _ = stream.write_all(&[0x16, 3, 3, 0x3F, 0]);
        let drips = (0..200).take_while(|_| {
            thread::sleep(Duration::from_millis(100));
            stream.write_all(b"\x02").is_ok()
        });
        drips.count()
    });
    let start = Instant::now();
    assert_eq!(cause(get(&client(), &url)), Cause::Timeout);
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    // it dripped all the time, and the client hung up
    assert!((5..200).contains(&server.join().unwrap()));
}

#[test]
fn a_slow_resolver_ends_in_time() {
    #[derive(Debug)]
    struct Stuck;
    impl Resolve for Stuck {
        fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            thread::sleep(Duration::from_secs(20));
            Ok(Vec::new())
        }
    }
    let settings = Settings { deadline: Duration::from_millis(200), ..Settings::default() };
    let client = Client::with_resolver(settings, Stuck).unwrap();
    let start = Instant::now();
    assert_eq!(cause(get(&client, "https://a.example/")), Cause::Timeout);
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn every_address_of_a_name_is_judged() {
    let answers: [(&[&str], &str, &str); 6] = [
        (&["10.0.0.1"], "10.0.0.1", "private"),
        (&["8.8.8.8", "127.0.0.1"], "127.0.0.1", "loopback"),
        (&["127.0.0.1", "8.8.8.8"], "127.0.0.1", "loopback"),
        (&["2606:4700::1111", "::1"], "::1", "loopback"),
        (&["::ffff:169.254.169.254"], "::ffff:169.254.169.254", "IPv4-mapped"),
        (&["64:ff9b::a9fe:a9fe"], "64:ff9b::a9fe:a9fe", "NAT64"),
    ];
    for (addresses, culprit, purpose) in answers {
        let client = Client::with_resolver(Settings::default(), Fake::new(&[addresses])).unwrap();
        assert_eq!(cause(get(&client, "https://a.example/")), Cause::Address(culprit.parse().unwrap(), purpose));
    }
    let client = Client::with_resolver(Settings::default(), Fake::new(&[&[]])).unwrap();
    assert!(matches!(cause(get(&client, "https://a.example/")), Cause::Name(_)));
}

#[test]
fn nat64_is_judged_by_what_it_stands_for() {
    let allow = vec!["64:ff9b::/96".parse().unwrap()];
    for inner in ["64:ff9b::a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b::a00:1"] {
        let client =
            Client::with_resolver(Settings { allow: allow.clone(), ..Settings::default() }, Fake::new(&[&[inner]])).unwrap();
        assert_eq!(cause(get(&client, "https://a.example/")), Cause::Address(inner.parse().unwrap(), "NAT64"));
    }
}

/// A client that trusts an authority of our own, and finds `issuer.test` at addresses of the test.
fn private(authority: &Authority, resolver: Fake, allow: &[&str]) -> Client {
    let file = std::env::temp_dir().join(format!("adarga-ca-{}-{:?}.pem", std::process::id(), thread::current().id()));
    std::fs::write(&file, authority.pem()).unwrap();
    let allow = allow.iter().map(|text| text.parse().unwrap()).collect();
    let settings = Settings { allow, authorities: Some(file.clone()), deadline: Duration::from_secs(5), ..Settings::default() };
    let client = Client::with_resolver(settings, resolver).unwrap();
    std::fs::remove_file(file).unwrap();
    client
}

#[test]
fn tls_proves_who_answers() {
    let authority = Authority::new();
    let here = || Fake::new(&[&["127.0.0.1"]]);
    let serve = |tls| Server::listen("127.0.0.1:0", Some(tls), |_, out| reply(out, "200 OK", "", "sealed"));
    let ask = |authority: &Authority, server: &Server| {
        let client = private(authority, here(), &["127.0.0.1"]);
        get(&client, &format!("https://issuer.test:{}/", server.address.port()))
    };
    let right = serve(authority.server("issuer.test", 2100));
    assert_eq!(text(ask(&authority, &right)), "sealed");
    assert_eq!(right.asked()[0].header("host"), Some(&*format!("issuer.test:{}", right.address.port())));
    let told = |answer, word: &str| match cause(answer) {
        Cause::Tls(text) => assert!(text.contains(word), "{text}"),
        other => panic!("{other:?}"),
    };
    let wrong_name = serve(authority.server("other.test", 2100));
    told(ask(&authority, &wrong_name), "not valid for name");
    let expired = serve(authority.server("issuer.test", 2021));
    told(ask(&authority, &expired), "expired");
    // another authority of the same name
    told(ask(&Authority::new(), &right), "BadSignature");
    let plain = Server::start(|_, out| reply(out, "200 OK", "", "plain"));
    assert!(matches!(cause(ask(&authority, &plain)), Cause::Tls(_) | Cause::Connection(_) | Cause::Protocol(_)));
    assert!(wrong_name.asked().is_empty() && expired.asked().is_empty() && right.asked().len() == 1);
}

#[test]
fn a_name_is_looked_up_once() {
    // the good address of the first answer stands for a public one; the second answer is the attacker's
    let authority = Authority::new();
    let tls = authority.server("issuer.test", 2100);
    let good = Server::listen("127.0.0.1:0", Some(Arc::clone(&tls)), |_, out| reply(out, "200 OK", "", "good"));
    let port = good.address.port();
    let bad = Server::listen(&format!("127.0.0.2:{port}"), Some(tls), |_, out| reply(out, "200 OK", "", "bad"));
    let resolver = Fake::new(&[&["127.0.0.1"], &["127.0.0.2"]]);
    let client = private(&authority, resolver.clone(), &["127.0.0.1"]);
    let url = format!("https://issuer.test:{port}/");
    assert_eq!((text(get(&client, &url)), resolver.asked()), ("good".to_owned(), 1));
    assert_eq!(cause(get(&client, &url)), Cause::Address("127.0.0.2".parse().unwrap(), "loopback"));
    assert_eq!((resolver.asked(), good.asked().len(), bad.asked().len()), (2, 1, 0));
}

#[test]
fn private_networks_have_to_be_allowed_and_configured() {
    let authority = Authority::new();
    let server = Server::listen("127.0.0.1:0", Some(authority.server("issuer.test", 2100)), |_, out| {
        reply(out, "302 Found", "location: http://127.0.0.1:9/\r\n", "");
    });
    let url = Url::parse(&format!("https://issuer.test:{}/", server.address.port())).unwrap();
    let ask = |allow: &[&str], reach| {
        let client = private(&authority, Fake::new(&[&["127.0.0.1"]]), allow);
        cause(client.get(&url, reach, &Validators::default()))
    };
    let refused = Cause::Address("127.0.0.1".parse().unwrap(), "loopback");
    assert_eq!(ask(&[], Reach::Private), refused);
    assert_eq!(ask(&["127.0.0.0/30"], Reach::Public), refused);
    assert!(server.asked().is_empty());
    // it may be asked, and can't send anyone from `https` to `http`
    assert_eq!(ask(&["127.0.0.0/30"], Reach::Private), Cause::Redirect(Box::new(Cause::Url(UrlError::Insecure))));
    assert_eq!(server.asked().len(), 1);
    let inward = Server::listen("127.0.0.1:0", Some(authority.server("issuer.test", 2100)), |_, out| {
        reply(out, "302 Found", "location: https://localhost/\r\n", "");
    });
    let client = private(&authority, Fake::new(&[&["127.0.0.1"]]), &["127.0.0.1"]);
    let url = Url::parse(&format!("https://issuer.test:{}/", inward.address.port())).unwrap();
    // what was asked on the way counts, not where it began
    for reach in [Reach::Private, Reach::Loopback] {
        assert_eq!(cause(client.get(&url, reach, &Validators::default())), Cause::Loopback);
    }
}

#[test]
fn posts_are_not_redirected() {
    let server = Server::start(|asked, out| match asked.line.as_str() {
        "POST /ok" => reply(out, "200 OK", "", "{\"active\":false}"),
        _ => reply(out, "307 X", "location: /ok\r\n", ""),
    });
    let url = |path: &str| Url::parse(&server.url(path)).unwrap();
    let document = client().post(&url("/ok"), Reach::Loopback, "Basic eA==", b"token=t").unwrap();
    assert_eq!(&document.body.0[..], b"{\"active\":false}");
    assert_eq!(client().post(&url("/"), Reach::Loopback, "Basic eA==", b"token=t").unwrap_err().cause, Cause::Status(307));
    let asked = server.asked();
    assert_eq!((asked.len(), asked[0].body.as_str(), asked[0].header("authorization")), (2, "token=t", Some("Basic eA==")));
    assert_eq!(asked[0].header("content-type"), Some("application/x-www-form-urlencoded"));
}

#[test]
fn proxies_of_the_environment_are_not_used() {
    let proxy = Server::start(|_, out| reply(out, "200 OK", "", "{}"));
    // a test of this file in a process whose environment names a proxy
    let mut test = std::process::Command::new(std::env::current_exe().unwrap());
    test.args(["--exact", "net_client::redirects_are_followed_three_times"]);
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        test.env(name, proxy.url("/"));
    }
    let output = test.env_remove("no_proxy").env_remove("NO_PROXY").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{output:?}");
    assert!(proxy.asked().is_empty());
}

#[test]
fn authorities_are_read_strictly() {
    let file = std::env::temp_dir().join(format!("adarga-bad-{}.pem", std::process::id()));
    let settings = || Settings { authorities: Some(file.clone()), ..Settings::default() };
    assert!(Client::new(settings()).unwrap_err().to_string().contains("adarga-bad"));
    for text in ["", "text", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        std::fs::write(&file, text).unwrap();
        assert!(Client::new(settings()).unwrap_err().to_string().contains("no certificates in PEM"), "{text}");
    }
    std::fs::remove_file(file).unwrap();
}
