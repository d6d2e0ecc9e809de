//! Policies whose limits hold over processes and machines, from the document to the verdict.

use std::{fs, path::PathBuf};

use adarga_core::{Call, Machine, Reason, Session, arrival::Transport};
use adarga_host::{callers::Callers, load::Policy, memory::Memory, policy::Source, rates::RateMemory};

#[cfg(feature = "redis")]
use crate::store_support::Server;

/// A folder with a file that policies name; removed at the end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().canonicalize().unwrap().join(format!("adarga-shared-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    fn file(&self) -> String {
        self.0.join("file").to_str().unwrap().to_owned()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn policy(rates: &str) -> Policy {
    let text = format!(
        r#"
        server.name = "shared"
        stdio.role = "user"
        roles.user = ["call:*"]
        tools.window = {{ permission = "call:window", rate = "4/hour" }}
        tools.burst = {{ permission = "call:burst", rate = {{ rate = "1/hour", burst = 4 }} }}
        [rates]
        clients = 100
        {rates}
        "#
    );
    Policy::from_source(Source::new("p.toml", &text)).unwrap_or_else(|errors| panic!("{errors}"))
}

/// A process of its own, as far as a policy can tell: everything it counts with is its own.
struct Worker<'p> {
    policy: &'p Policy,
    callers: Callers,
    memory: Memory,
    session: Session,
    machine: Machine,
}

impl<'p> Worker<'p> {
    fn new(policy: &'p Policy) -> Self {
        let gate = policy.gate().unwrap();
        let callers = Callers::open(gate.image()).unwrap_or_else(|error| panic!("{error}"));
        let memory = Memory::for_gate(&gate).counting(RateMemory::open(&gate).unwrap_or_else(|error| panic!("{error}")));
        let mut worker = Self { policy, callers, memory, session: Session::new(), machine: Machine::new() };
        let hello = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#;
        assert_eq!(worker.judge(hello).0, Reason::Allowed);
        assert_eq!(worker.judge(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).0, Reason::Allowed);
        worker
    }

    fn judge(&mut self, body: &str) -> (Reason, Option<u64>) {
        let call = Call::new(Transport::Stdio, 1_790_000_000_000);
        let gate = self.policy.gate().unwrap();
        let session = Some(&mut self.session);
        let decision = self.callers.decide(&gate, &mut self.machine, &call, body.as_bytes(), &mut self.memory, session).unwrap();
        (decision.reason(), decision.retry_after_ms())
    }

    fn call(&mut self, tool: &str) -> Reason {
        self.judge(&format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}"}}}}"#)).0
    }
}

/// Has both call each tool in turn, so often each; what became of that.
fn alternate(workers: &mut [Worker<'_>], tool: &str, times: usize) -> Vec<Reason> {
    (0..times).flat_map(|_| workers.iter_mut().map(|worker| worker.call(tool)).collect::<Vec<_>>()).collect()
}

const FOUR: [Reason; 6] = {
    use Reason::{Allowed, RateExceeded};
    [Allowed, Allowed, Allowed, Allowed, RateExceeded, RateExceeded]
};

#[cfg(unix)]
#[test]
fn workers_share_the_file_of_their_policy() {
    let place = Place::new("file");
    let shared = policy(&format!("store = {{ file = '{}' }}", place.file()));
    let mut workers = [Worker::new(&shared), Worker::new(&shared)];
    for tool in ["window", "burst"] {
        assert_eq!(alternate(&mut workers, tool, 3), FOUR, "{tool}");
    }
    // a later one as well, and one whose file was removed joins the others
    assert_eq!(Worker::new(&shared).call("window"), Reason::RateExceeded);
    fs::remove_file(place.file()).unwrap();
    let mut later = Worker::new(&shared);
    assert_eq!([later.call("window"), later.call("window"), later.call("window")], [Reason::Allowed; 3]);

    // another policy does not get in
    let other = policy(&format!("subject = '9/min'\nstore = {{ file = '{}' }}", place.file()));
    let error = RateMemory::open(&other.gate().unwrap()).unwrap_err().to_string();
    assert!(error.starts_with("`rates.store`: table of rates `") && error.contains("\n  help: "), "{error}");
    // in memory each counts for itself
    let alone = policy("store = 'memory'");
    let mut workers = [Worker::new(&alone), Worker::new(&alone)];
    assert_eq!(alternate(&mut workers, "window", 4), [Reason::Allowed; 8]);
}

#[cfg(feature = "redis")]
#[test]
fn a_store_that_is_killed_does_what_the_policy_says() {
    let Some(mut server) = Server::start(&[]) else { return };
    let place = Place::new("redis");
    fs::write(place.file(), server.url("")).unwrap();
    let store = format!("store = {{ redis = {{ file = '{}' }} }}", place.file());
    let [denies, shares] =
        ["store_failed = 'deny'", "store_failed = 'local'\nshare = 2"].map(|rule| policy(&format!("{store}\n{rule}")));
    let mut denying = [Worker::new(&denies), Worker::new(&denies)];
    let mut sharing = [Worker::new(&shares), Worker::new(&shares)];
    for tool in ["window", "burst"] {
        assert_eq!(alternate(&mut denying, tool, 3), FOUR, "{tool}");
        // the same limits of the same policy, whatever it says of a store that is away
        assert_eq!(alternate(&mut sharing, tool, 1), [Reason::RateExceeded; 2], "{tool}");
    }
    server.kill();
    for tool in ["window", "burst"] {
        assert_eq!(alternate(&mut denying, tool, 2), [Reason::RateUnavailable; 4], "{tool}");
        // each half of the limit
        assert_eq!(alternate(&mut sharing, tool, 3), FOUR, "{tool}");
    }
    server.restart();
    for worker in denying.iter_mut().chain(&mut sharing) {
        let start = std::time::Instant::now();
        while worker.call("window") == Reason::RateUnavailable || worker.callers.store_failure().is_some() {
            assert!(start.elapsed() < crate::store_support::PATIENCE, "{:?}", worker.callers);
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
    // what it had to keep went with it: at most as much as it ever gave comes anew
    let allowed = alternate(&mut denying, "burst", 4).into_iter().filter(|reason| *reason == Reason::Allowed).count();
    assert_eq!(allowed, 4);
}

#[cfg(all(feature = "redis", unix))]
#[test]
fn while_the_store_is_away_the_workers_of_a_machine_share_its_part() {
    let place = Place::new("machines");
    // nobody listens there
    fs::write(place.file(), "redis://:secret@127.0.0.1:1").unwrap();
    let machine = |name: &str| {
        let (url, table) = (place.file(), place.0.join(name));
        let store = format!("store = {{ redis = {{ file = '{url}' }}, file = '{}' }}", table.display());
        policy(&format!("{store}\nstore_failed = 'local'\nshare = 2"))
    };
    for policy in [machine("first"), machine("second")] {
        let mut workers = [Worker::new(&policy), Worker::new(&policy), Worker::new(&policy)];
        for tool in ["window", "burst"] {
            let allowed = alternate(&mut workers, tool, 3).into_iter().filter(|reason| *reason == Reason::Allowed).count();
            assert_eq!(allowed, 2, "{tool}");
        }
    }
}

#[cfg(feature = "redis")]
#[test]
fn a_store_without_a_url_is_said_at_the_start() {
    let place = Place::new("url");
    let policy = policy(&format!("store = {{ redis = {{ file = '{}' }} }}", place.file()));
    let open = || Callers::open(policy.gate().unwrap().image()).unwrap_err().to_string();
    let text = open();
    assert!(text.starts_with("`rates.store`: file `") && text.contains("\n  help: "), "{text}");
    fs::write(place.file(), "redis://:the-secret@redis.example.com").unwrap();
    let text = open();
    assert!(text.starts_with("`rates.store`: the URL of the store ") && !text.contains("the-secret"), "{text}");
}

#[test]
fn the_threads_of_a_process_share_its_memory() {
    let policy = policy("store = 'memory'");
    let gate = policy.gate().unwrap();
    let first = RateMemory::for_threads(&gate).unwrap().unwrap();
    let mut workers = [first.another(&gate).unwrap(), first.another(&gate).unwrap(), first].map(|rates| {
        let mut worker = Worker::new(&policy);
        worker.memory = Memory::for_gate(&gate).counting(Some(rates));
        worker
    });
    for tool in ["window", "burst"] {
        let allowed = alternate(&mut workers, tool, 2).into_iter().filter(|reason| *reason == Reason::Allowed).count();
        assert_eq!(allowed, 4, "{tool}");
    }
    // memory of one worker stays its own
    assert!(RateMemory::for_gate(&gate).unwrap().another(&gate).is_err());
}
