//! Several processes over one table, some of which are killed.
//!
//! The tests start their own binary again, with one of them selected and the environment saying that it is a worker.

use std::{
    collections::HashMap,
    env,
    fs::{self, File, OpenOptions},
    hash::{BuildHasher, RandomState},
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use adarga_core::rate::{Refusal, Shape};
use adarga_host::limiter::{Purpose, Table};

use crate::limiter_support::{Folder, call, call_window, purpose};

/// Says to a worker where its table lies.
const TABLE: &str = "ADARGA_TEST_TABLE";
/// Calls of each client.
const CALLS: u32 = 2000;
/// Room for the clients of a test.
const CLIENTS: u32 = 1 << 15;
/// Longest time of anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// Every fourth client is under a window.
const WINDOWS: u32 = CLIENTS / 16;

fn hammered() -> Purpose {
    Purpose { shape: Shape { rates: CLIENTS, windows: WINDOWS, calls: CALLS }, ..purpose(CLIENTS, CALLS) }
}

/// One call as a client.
fn call_as(table: &Table, client: u32) -> Result<(), Refusal> {
    let call = if client.is_multiple_of(4) { call_window } else { call };
    call(table, CALLS, &client.to_le_bytes())
}

fn worker_of(test: &str, table: &Path) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", &format!("limiter_processes::{test}"), "--test-threads=1"]).env(TABLE, table);
    command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap()
}

/// Where this process finds its table, if it is a worker.
fn is_worker() -> Option<PathBuf> {
    env::var_os(TABLE).map(PathBuf::from)
}

/// Calls as client after client, each until it is refused, until there is a file `stop`, or `clients` are through. Writes down each
/// call that was allowed.
fn hammer(path: &Path, clients: u32) {
    let table = Table::open(path, &hammered()).unwrap();
    let mut log = OpenOptions::new().append(true).create(true).open(path.with_file_name("log")).unwrap();
    for client in 0..clients {
        while call_as(&table, client).is_ok() {
            log.write_all(&client.to_le_bytes()).unwrap();
        }
        if path.with_file_name("stop").exists() {
            return;
        }
    }
}

/// How many calls of each client were written down.
fn allowed(folder: &Folder) -> HashMap<u32, u32> {
    let mut counts = HashMap::new();
    for client in fs::read(folder.0.join("log")).unwrap().chunks_exact(4) {
        *counts.entry(u32::from_le_bytes(client.try_into().unwrap())).or_default() += 1;
    }
    counts
}

/// A number below `limit`.
fn random(limit: u64) -> u64 {
    RandomState::new().hash_one(0) % limit
}

fn wait(mut child: Child) {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            return;
        }
        thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    panic!("a worker is stuck");
}

#[test]
fn eight_processes_get_exactly_the_limit() {
    if let Some(table) = is_worker() {
        return hammer(&table, 20);
    }
    let folder = Folder::new();
    let workers: Vec<_> = (0..8).map(|_| worker_of("eight_processes_get_exactly_the_limit", &folder.table())).collect();
    workers.into_iter().for_each(wait);
    assert_eq!(allowed(&folder), (0..20).map(|client| (client, CALLS)).collect::<HashMap<_, _>>());
}

/// How many are killed; `ADARGA_KILLS` says otherwise.
fn kills() -> u32 {
    env::var("ADARGA_KILLS").map_or(60, |kills| kills.parse().unwrap())
}

#[test]
fn killed_processes_lose_a_grant_at_most_and_give_none_twice() {
    const NAME: &str = "killed_processes_lose_a_grant_at_most_and_give_none_twice";
    if let Some(table) = is_worker() {
        return hammer(&table, CLIENTS);
    }
    let (folder, start) = (Folder::new(), Instant::now());
    let mut workers: Vec<_> = (0..8).map(|_| worker_of(NAME, &folder.table())).collect();
    for _ in 0..kills() {
        thread::sleep(Duration::from_micros(random(10_000)));
        let victim = &mut workers[usize::try_from(random(8)).unwrap()];
        victim.kill().unwrap();
        victim.wait().unwrap();
        *victim = worker_of(NAME, &folder.table());
    }
    File::create(folder.0.join("stop")).unwrap();
    workers.into_iter().for_each(wait);

    // what the last ones left is drained; never more than the limit, and at most one call lost for each kill
    let table = Table::open(folder.table(), &hammered()).unwrap();
    let (counts, mut lost) = (allowed(&folder), 0);
    let clients = counts.len();
    for (client, counted) in &counts {
        let rest = (0..=CALLS).filter(|_| call_as(&table, *client).is_ok()).count();
        let given = counted + u32::try_from(rest).unwrap();
        assert!(given <= CALLS, "client {client}: {given}");
        lost += CALLS - given;
    }
    println!("{} kills, {clients} clients, {lost} calls lost, {:?}", kills(), start.elapsed());
    assert!(lost <= kills(), "{lost} of {clients} clients");
    assert!(clients > 8, "nobody was at work");
    assert_eq!((call(&table, CALLS, b"a new one"), call_window(&table, CALLS, b"a new one")), (Ok(()), Ok(())));
}

#[test]
fn a_process_that_is_killed_while_it_makes_the_file_leaves_none_or_all_of_it() {
    const NAME: &str = "a_process_that_is_killed_while_it_makes_the_file_leaves_none_or_all_of_it";
    // large, so that it takes a while
    let purpose = purpose(1 << 18, CALLS);
    if let Some(table) = is_worker() {
        Table::open(table, &purpose).unwrap();
        return;
    }
    let folder = Folder::new();
    let start = Instant::now();
    wait(worker_of(NAME, &folder.table()));
    let whole = u64::try_from(start.elapsed().as_micros()).unwrap();
    let [mut before, mut during, mut after] = [0; 3];
    for _ in 0..kills() / 3 {
        let _ = fs::remove_file(folder.table());
        let mut workers: Vec<_> = (0..2).map(|_| worker_of(NAME, &folder.table())).collect();
        thread::sleep(Duration::from_micros(random(whole)));
        for worker in &mut workers {
            worker.kill().unwrap();
            worker.wait().unwrap();
        }
        let names = folder.names();
        match (names.len(), names.iter().any(|name| name == "rates")) {
            (0, _) => before += 1,
            (_, false) => during += 1,
            (_, true) => after += 1,
        }
        let table = Table::open(folder.table(), &purpose).unwrap();
        assert_eq!(call(&table, CALLS, b"k"), Ok(()));
        // a name may be left where a whole file was found: nobody had to make one
        assert!(folder.names().iter().all(|name| name == "rates" || names.contains(name)));
        fs::remove_file(folder.table()).unwrap();
        drop(Table::open(folder.table(), &purpose).unwrap());
        assert_eq!(folder.names(), ["rates"]);
    }
    println!("killed {before} before, {during} while and {after} after the file was made");
    assert!(during > 0, "{before} {after}");
}
