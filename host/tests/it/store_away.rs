//! A store that is slow, gone, full, or not to be trusted; and many who ask one.

use std::{
    collections::HashMap,
    env, fs,
    fs::OpenOptions,
    io::Write,
    net::{Ipv4Addr, TcpListener},
    path::PathBuf,
    process::{self, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use adarga_core::{
    decide::Outcome,
    rate::{Gcra, Limit, Window},
};
use adarga_host::store::{Away, Charge, Eviction, Redis, Store, StoreError};

use crate::{
    net_server::Authority,
    store_support::{PASSWORD, PATIENCE, Server, answers, connected, why_away},
};

/// Plenty.
fn ample(key: u8) -> Charge {
    Charge { limit: Limit::Gcra(Gcra::new(1000, 1000, 1_000_000).unwrap()), key: [key; 16], cost: 1 }
}

/// So many in a day.
fn daily(calls: u32, key: u8) -> Charge {
    Charge { limit: Limit::Window(Window::new(calls, 24 * 3_600_000).unwrap()), key: [key; 16], cost: 1 }
}

#[test]
fn a_store_that_is_killed_is_away_and_comes_back() {
    let Some(mut server) = Server::start(&[]) else { return };
    let store = server.store("killed");
    for round in 0..3 {
        assert_eq!(store.charge(&[daily(2, 1)]), Ok(Outcome::Granted), "round {round}");
        server.kill();
        let start = Instant::now();
        for _ in 0..20 {
            assert!(matches!(store.charge(&[daily(2, 1)]), Err(Away::Unreachable(_))));
        }
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "who knows that the store is away does not wait: {:?}",
            start.elapsed()
        );
        assert!(matches!(store.status().away, Some(Away::Unreachable(_))));
        server.restart();
        answers(&store, ample(2));
        // what it kept is gone with it: a server that has to remember writes to its disk
    }
}

#[test]
fn a_restart_that_nobody_saw_costs_no_call() {
    let Some(mut server) = Server::start(&[]) else { return };
    let store = server.store("unseen");
    assert_eq!(store.charge(&[ample(1)]), Ok(Outcome::Granted));
    server.kill();
    server.restart();
    assert_eq!(store.charge(&[ample(1)]), Ok(Outcome::Granted));
}

#[test]
fn a_store_that_hangs_costs_one_time_out_and_then_nothing() {
    let Some(server) = Server::start(&[]) else { return };
    let store = Redis::open("slow", &server.url("").replace("timeout_ms=5000", "timeout_ms=200")).unwrap();
    connected(&store);
    assert_eq!(store.charge(&[ample(1)]), Ok(Outcome::Granted));
    server.signal("STOP");
    let start = Instant::now();
    assert_eq!(store.charge(&[ample(1)]), Err(Away::Slow));
    let waited = start.elapsed();
    assert!(waited >= Duration::from_millis(190) && waited < Duration::from_secs(2), "{waited:?}");
    // the next ones wait until it is known that no connection can be made, then no longer
    while start.elapsed() < Duration::from_secs(3) {
        assert!(store.charge(&[ample(1)]).is_err());
    }
    let start = Instant::now();
    for _ in 0..50 {
        assert!(store.charge(&[ample(1)]).is_err());
    }
    assert!(start.elapsed() < Duration::from_millis(190 * 50 / 2), "{:?}", start.elapsed());
    server.signal("CONT");
    answers(&store, ample(1));
}

#[test]
fn a_store_that_is_not_there_yet_is_away_at_once_and_found_later() {
    let Some(mut server) = Server::start(&[]) else { return };
    server.kill();
    let store = Redis::open("later", &server.url("")).unwrap();
    assert!(matches!(why_away(&store, ample(1)), Away::Unreachable(_)));
    let start = Instant::now();
    assert!(store.charge(&[ample(1)]).is_err());
    assert!(start.elapsed() < Duration::from_millis(500));
    server.restart();
    answers(&store, ample(1));
}

#[test]
fn a_script_that_was_forgotten_is_sent_again() {
    let Some(server) = Server::start(&[]) else { return };
    let store = server.store("flushed");
    for _ in 0..2 {
        assert_eq!(store.charge(&[daily(9, 1)]), Ok(Outcome::Granted));
        redis::cmd("SCRIPT").arg("FLUSH").exec(&mut server.connect()).unwrap();
    }
    assert_eq!(store.charge(&[daily(9, 1)]), Ok(Outcome::Granted));
}

#[test]
fn a_server_that_may_forget_is_not_used_and_a_full_one_is_away() {
    let Some(server) = Server::start(&["--maxmemory", "100mb", "--maxmemory-policy", "volatile-lru"]) else { return };
    let store = Redis::open("evicted", &server.url("")).unwrap();
    let why = why_away(&store, ample(1));
    assert_eq!(why, Away::Evicts("volatile-lru".to_owned()));
    assert!(why.to_string().contains("noeviction"), "{why}");

    let set = |name: &str, value: &str| redis::cmd("CONFIG").arg("SET").arg(name).arg(value).exec(&mut server.connect()).unwrap();
    set("maxmemory", "0");
    answers(&store, ample(1));
    set("maxmemory-policy", "noeviction");
    let store = server.store("full");
    assert_eq!((store.charge(&[ample(1)]), store.status().eviction), (Ok(Outcome::Granted), Eviction::Never));
    set("maxmemory", "1");
    assert_eq!(store.charge(&[ample(1)]), Err(Away::Server("OOM".to_owned())));
    set("maxmemory", "0");
    answers(&store, ample(1));
}

#[test]
fn a_user_needs_few_rights() {
    let Some(server) = Server::start(&[]) else { return };
    let mut admin = server.connect();
    let mut user = |name: &str, rights: &[&str]| {
        let mut command = redis::cmd("ACL");
        command
            .arg("SETUSER")
            .arg(name)
            .arg("on")
            .arg(format!(">{PASSWORD}"))
            .arg("~adarga:rate:*")
            .arg(rights)
            .exec(&mut admin)
            .unwrap();
        let url = server.url("").replace("redis://:", &format!("redis://{name}:"));
        Redis::open("rights", &url).unwrap()
    };
    let script = ["+evalsha", "+eval", "+script|load", "+time", "+ping", "+select", "+get", "+set", "+pexpire", "+rpush"];
    let lists = ["+llen", "+lindex", "+ltrim", "+del"];
    let few = user("few", &[&script[..], &lists].concat());
    connected(&few);
    assert_eq!(few.charge(&[ample(1), daily(1, 2)]), Ok(Outcome::Granted));
    assert!(matches!(few.charge(&[ample(1), daily(1, 2)]), Ok(Outcome::Refused { at: 1, .. })));
    assert_eq!(few.status().eviction, Eviction::Unknown);
    let told = user("told", &[&script[..], &lists, &["+info"]].concat());
    connected(&told);
    assert_eq!(told.status().eviction, Eviction::Never);
    let none = user("none", &["+ping"]);
    assert_eq!(why_away(&none, ample(1)), Away::Server("NOPERM".to_owned()));
    let wrong = Redis::open("rights", &server.url("").replace(PASSWORD, "wrong-password")).unwrap();
    assert_eq!(why_away(&wrong, ample(1)), Away::Credentials);
}

#[test]
fn what_is_no_redis_is_away() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        }
    });
    let store = Redis::open("other", &format!("redis://:{PASSWORD}@127.0.0.1:{port}/")).unwrap();
    let why = why_away(&store, ample(1));
    assert!(matches!(why, Away::Answer | Away::Unreachable(_) | Away::Credentials | Away::Server(_)), "{why:?}");
}

#[test]
fn tls_is_trusted_only_by_the_authorities_that_are_named() {
    let folder = env::temp_dir().join(format!("adarga-store-tls-{}", process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).unwrap();
    let authority = Authority::new();
    let (certificate, key) = authority.files("localhost", 2099);
    let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    for (name, text) in [("ca.pem", authority.pem()), ("server.pem", certificate), ("server.key", key)] {
        fs::write(at(name), text).unwrap();
    }
    let Some(server) = Server::start(&[]) else { return };
    let tls_port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let set = |name: &str, value: &str| redis::cmd("CONFIG").arg("SET").arg(name).arg(value).exec(&mut server.connect());
    let _ = set("tls-auth-clients", "no");
    let mut command = redis::cmd("CONFIG");
    command.arg("SET").arg("tls-cert-file").arg(at("server.pem")).arg("tls-key-file").arg(at("server.key"));
    command.arg("tls-ca-cert-file").arg(at("ca.pem")).arg("tls-port").arg(tls_port);
    if let Err(error) = command.exec(&mut server.connect()) {
        println!("not run: this Redis has no TLS ({error})");
        return;
    }
    let url = format!("rediss://:{PASSWORD}@localhost:{tls_port}/0");
    let trusting = Redis::open("tls", &format!("{url}?timeout_ms=5000&authorities={}", at("ca.pem"))).unwrap();
    answers(&trusting, ample(1));
    let other = Authority::new();
    fs::write(at("other.pem"), other.pem()).unwrap();
    for query in [String::new(), format!("?authorities={}", at("other.pem"))] {
        let store = Redis::open("tls", &format!("{url}{query}")).unwrap();
        assert!(matches!(why_away(&store, ample(1)), Away::Unreachable(_)), "{query}");
    }
    fs::write(at("none.pem"), "nothing").unwrap();
    for file in ["none.pem", "absent.pem"] {
        let error = Redis::open("tls", &format!("{url}?authorities={}", at(file))).unwrap_err();
        assert!(matches!(error, StoreError::Authorities(..)) && !error.to_string().contains(PASSWORD), "{error}");
    }
    let _ = fs::remove_dir_all(&folder);
}

#[test]
fn urls_are_read_strictly_and_never_shown() {
    let secret = "pass-of-nobody-else";
    let open = |url: &str| Redis::open("url", &url.replace("SECRET", secret));
    for good in [
        "redis://:SECRET@127.0.0.1:1/0",
        "redis://user:SECRET@[::1]:1/15?timeout_ms=1&connections=1024",
        "valkey://:SECRET@localhost:1",
        "rediss://:SECRET@redis.example.com:6380/1?hash_key=0123456789abcdef",
        "valkeys://:SECRET@redis.example.com",
        "redis://redis.internal:6379?plain=true&hash_key=0123456789SECRET",
        "unix:///nowhere/redis.sock?pass=SECRET&user=u&db=3",
    ] {
        let store = open(good).unwrap_or_else(|error| panic!("{good}: {error}"));
        assert!(!format!("{store:?}").contains(secret));
    }
    for (bad, why) in [
        ("", StoreError::Url),
        ("redis", StoreError::Url),
        ("https://:SECRET@redis.example.com", StoreError::Url),
        ("rediss://:SECRET@", StoreError::Url),
        ("rediss://:SECRET@host/abc", StoreError::Url),
        ("rediss://:SECRET@host/0#insecure", StoreError::Url),
        ("rediss://:SECRET@ho st/0", StoreError::Url),
        ("redis://:SECRET@redis.example.com/0", StoreError::Insecure),
        ("redis://:SECRET@127.0.0.1.example.com/0", StoreError::Insecure),
        ("redis://:SECRET@10.0.0.1/0", StoreError::Insecure),
        ("redis://127.0.0.1/0", StoreError::Secret),
        ("redis://:@127.0.0.1/0", StoreError::Secret),
        ("redis://:SECRET@127.0.0.1/?timeout_ms=0", StoreError::Value("timeout_ms")),
        ("redis://:SECRET@127.0.0.1/?timeout_ms=10001", StoreError::Value("timeout_ms")),
        ("redis://:SECRET@127.0.0.1/?connections=0", StoreError::Value("connections")),
        ("redis://:SECRET@127.0.0.1/?plain=false", StoreError::Value("plain")),
        ("redis://:SECRET@127.0.0.1/?hash_key=short", StoreError::Value("hash_key")),
        ("redis://:SECRET@127.0.0.1/?authorities=/a", StoreError::Value("authorities")),
        ("redis://:SECRET@127.0.0.1/?protocol=resp3", StoreError::Parameter(None)),
        ("redis://:SECRET@127.0.0.1/?db=3", StoreError::Parameter(Some("db"))),
        ("redis://:SECRET@127.0.0.1/?timeout_ms=5&timeout_ms=6", StoreError::Parameter(Some("timeout_ms"))),
        // an `&` of a secret that was not escaped
        ("redis://127.0.0.1/?hash_key=0123456789abcdef&SECRET", StoreError::Parameter(None)),
        ("unix:///run/redis.sock?pass=a&SECRET=1", StoreError::Parameter(None)),
    ] {
        let error = open(bad).unwrap_err();
        assert_eq!(error, why, "{bad}");
        let text = format!("{error} {error:?}");
        assert!(!text.contains(secret) && text.contains("\n  help: "), "{text}");
    }
}

#[test]
fn many_threads_share_few_connections() {
    let Some(server) = Server::start(&[]) else { return };
    let store = Redis::open("threads", &server.url("&connections=2")).unwrap();
    connected(&store);
    let granted: usize = thread::scope(|scope| {
        let hammer = || (0..100).filter(|_| store.charge(&[daily(300, 1)]).unwrap() == Outcome::Granted).count();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(hammer)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!((granted, store.status().away), (300, None));
    assert!(store.status().connections <= 2);
}

/// Says to a worker what URL its store has.
const URL: &str = "ADARGA_TEST_STORE";
/// Says to a worker where to write down what it was allowed.
const LOG: &str = "ADARGA_TEST_LOG";

/// Two machines of the same policy in one process: each with a store of its own. Each calls until it is refused.
fn two_machines(url: &str) {
    let log = PathBuf::from(env::var_os(LOG).unwrap());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let store = Redis::open("machines", url).unwrap();
                connected(&store);
                let mut log = OpenOptions::new().append(true).open(&log).unwrap();
                for key in [1, 2] {
                    let burst = Limit::Gcra(Gcra::new(700, 366 * 24 * 3_600_000, 700).unwrap());
                    let charge = if key == 1 { daily(700, key) } else { Charge { limit: burst, ..daily(1, key) } };
                    let start = Instant::now();
                    loop {
                        match store.charge(&[charge]) {
                            Ok(Outcome::Granted) => log.write_all(&[key]).unwrap(),
                            Ok(_) => break,
                            Err(away) => assert!(start.elapsed() < PATIENCE, "{away}"),
                        }
                    }
                }
            });
        }
    });
}

#[test]
fn four_processes_of_two_machines_each_get_exactly_the_limit() {
    if let Ok(url) = env::var(URL) {
        return two_machines(&url);
    }
    let Some(server) = Server::start(&[]) else { return };
    let log = env::temp_dir().join(format!("adarga-store-log-{}", process::id()));
    fs::write(&log, "").unwrap();
    let spawn = || {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "store_away::four_processes_of_two_machines_each_get_exactly_the_limit"]);
        command.env(URL, server.url("")).env(LOG, &log).stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap()
    };
    let workers: Vec<_> = (0..4).map(|_| spawn()).collect();
    for mut worker in workers {
        assert!(worker.wait().unwrap().success());
    }
    let mut counts = HashMap::new();
    for key in fs::read(&log).unwrap() {
        *counts.entry(key).or_default() += 1;
    }
    fs::remove_file(&log).unwrap();
    assert_eq!(counts, HashMap::from([(1, 700), (2, 700)]));
}
