//! A Redis of our own for each test.

use std::{
    env, fs,
    net::{Ipv4Addr, TcpListener},
    path::PathBuf,
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use adarga_host::store::{Away, Charge, Redis, Store};
use redis::Connection;

pub(crate) const PASSWORD: &str = "a-password-of-the-tests";
/// Longest time until something is there.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A server on a port of this machine; stopped at the end, with all that it wrote.
pub(crate) struct Server {
    process: Child,
    port: u16,
    folder: PathBuf,
    more: Vec<String>,
}

/// `redis-server` or `valkey-server`, where there is one.
fn program() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let names = ["redis-server", "valkey-server"];
    env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name))).find(|program| program.is_file())
}

/// A port that nobody has.
fn port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

impl Server {
    /// Starts one; none, and it is said, where there is no program for it.
    pub(crate) fn start(more: &[&str]) -> Option<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let Some(program) = program() else {
            println!("not run: neither redis-server nor valkey-server is installed");
            return None;
        };
        let folder = env::temp_dir().join(format!("adarga-redis-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        let (port, more) = (port(), more.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
        let process = run(&program, port, &folder, &more);
        let server = Self { process, port, folder, more };
        server.wait();
        Some(server)
    }

    fn wait(&self) {
        let start = Instant::now();
        while self.try_connect().is_err() {
            assert!(start.elapsed() < PATIENCE, "the server does not start");
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn try_connect(&self) -> redis::RedisResult<Connection> {
        let url = format!("redis://:{PASSWORD}@127.0.0.1:{}/0", self.port);
        let mut connection = redis::Client::open(url)?.get_connection_with_timeout(Duration::from_secs(1))?;
        redis::cmd("PING").exec(&mut connection)?;
        Ok(connection)
    }

    /// A connection for whoever looks behind.
    pub(crate) fn connect(&self) -> Connection {
        self.try_connect().unwrap()
    }

    /// Its URL, with more in the query.
    pub(crate) fn url(&self, query: &str) -> String {
        format!("redis://:{PASSWORD}@127.0.0.1:{}/0?timeout_ms=5000{query}", self.port)
    }

    /// A store of its own that is connected.
    pub(crate) fn store(&self, policy: &str) -> Redis {
        let store = Redis::open(policy, &self.url("")).unwrap();
        connected(&store);
        store
    }

    /// Kills it.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it again on the same port, with nothing in it.
    pub(crate) fn restart(&mut self) {
        self.process = run(&program().unwrap(), self.port, &self.folder, &self.more);
        self.wait();
    }

    /// Sends it a signal such as `STOP`.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &self.process.id().to_string()]).status().unwrap();
        assert!(status.success());
    }
}

fn run(program: &PathBuf, port: u16, folder: &PathBuf, more: &[String]) -> Child {
    let mut command = Command::new(program);
    command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
    command.args(["--requirepass", PASSWORD, "--dir"]).arg(folder).args(more);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Waits until a store has a connection.
pub(crate) fn connected(store: &Redis) {
    let start = Instant::now();
    while store.status().connections == 0 {
        assert!(start.elapsed() < PATIENCE, "{:?}", store.status());
        thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until a store answers.
pub(crate) fn answers(store: &Redis, charge: Charge) {
    let start = Instant::now();
    while let Err(away) = store.charge(&[charge]) {
        assert!(start.elapsed() < PATIENCE, "{away}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Why a store is away, once it has found out.
pub(crate) fn why_away(store: &Redis, charge: Charge) -> Away {
    let start = Instant::now();
    loop {
        match store.charge(&[charge]) {
            Err(Away::Connecting | Away::Slow) => assert!(start.elapsed() < PATIENCE),
            Err(away) => return away,
            Ok(outcome) => panic!("{outcome:?}"),
        }
    }
}
