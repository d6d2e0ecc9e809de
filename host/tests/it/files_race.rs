//! Somebody who may write beneath the root races those who open: never a byte from outside, never a trace there.

use std::{
    env, fs,
    io::Read,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use adarga_host::files::{Cause, Existing, FileError, Guard, Root, Settings};
use rustix::fs::{CWD, RenameFlags, renameat_with};

use crate::files_support::{Jail, SECRET};

/// How often the attacker swaps; `ADARGA_SWAPS` says otherwise. A walk is tried less, for its steps are simpler.
fn swaps(guard: Guard) -> usize {
    let swaps = env::var("ADARGA_SWAPS").map_or(100_000, |swaps| swaps.parse().unwrap());
    if guard == Guard::Kernel { swaps } else { swaps / 4 }
}

/// Swaps pairs of names in the root, each in one step, `swaps` times in all, while two threads `act`; and on for at most a minute until
/// both outcomes were seen: on a machine that is quick with the swaps, or busy, the others may hardly have begun.
fn race(jail: &Jail, pairs: &[(&str, &str)], swaps: usize, tally: &Tally, act: impl Fn() + Sync) -> Duration {
    let (done, start) = (AtomicBool::new(false), Instant::now());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Relaxed) {
                    act();
                }
            });
        }
        let pairs: Vec<_> = pairs.iter().map(|(a, b)| (jail.inside(a), jail.inside(b))).collect();
        let both = || tally.inside.load(Relaxed) > 0 && tally.refused.load(Relaxed) > 0;
        let enough = |swap: usize| swap >= swaps && (both() || start.elapsed() > Duration::from_secs(60));
        for swap in (0..).take_while(|swap| !enough(*swap)) {
            let (a, b) = &pairs[swap % pairs.len()];
            renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).unwrap();
        }
        done.store(true, Relaxed);
    });
    start.elapsed()
}

/// What came of attempts.
#[derive(Default)]
struct Tally {
    inside: AtomicUsize,
    refused: AtomicUsize,
    moving: AtomicUsize,
}

impl Tally {
    fn refused(&self, error: &FileError) {
        match error.cause() {
            Cause::Outside | Cause::Link | Cause::Absent => self.refused.fetch_add(1, Relaxed),
            Cause::Moving => self.moving.fetch_add(1, Relaxed),
            other => panic!("{other}"),
        };
    }

    fn report(&self, what: &str, guard: Guard, swaps: usize, took: Duration) {
        let count = |counter: &AtomicUsize| counter.load(Relaxed);
        let (inside, refused, moving) = (count(&self.inside), count(&self.refused), count(&self.moving));
        println!("{what}, {guard:?}: {swaps} swaps, {inside} inside, {refused} refused, {moving} given up, in {took:?}");
        assert!(inside > 0 && refused > 0, "the race was none");
    }
}

fn prepared() -> Jail {
    let jail = Jail::new();
    jail.file("d/secret", "inside");
    jail.file("e/deep/secret", "inside");
    jail.link("link", "../outside");
    jail.link("absolute", jail.at("outside"));
    jail.link("e/climb", "../d/secret");
    jail
}

#[test]
fn a_directory_that_becomes_a_link_shows_nothing_from_outside() {
    for guard in [Guard::Kernel, Guard::Walk] {
        let (jail, tally) = (prepared(), Tally::default());
        let root = jail.root(Settings { guard, ..Settings::default() });
        let look = |path: &str| match root.open(path) {
            Ok(mut file) => {
                let mut content = String::new();
                file.read_to_string(&mut content).unwrap();
                assert_eq!(content, "inside", "{path}");
                tally.inside.fetch_add(1, Relaxed);
            }
            Err(error) => tally.refused(&error),
        };
        let took = race(&jail, &[("d", "link"), ("d", "absolute"), ("e/deep", "d")], swaps(guard), &tally, || {
            ["d/secret", "e/climb", "link/secret", "e/deep/secret", "absolute/secret"].into_iter().for_each(look);
        });
        tally.report("opened", guard, swaps(guard), took);
    }
}

/// Names the folder in which another process swaps.
const FOLDER: &str = "ADARGA_RACE_FOLDER";

/// The other process of the race below, which runs this binary again; alone it has nothing to do.
#[test]
fn swaps_in_the_folder_of_another_process() {
    let Some(folder) = env::var_os(FOLDER).map(std::path::PathBuf::from) else { return };
    let (a, b, c) = (folder.join("d"), folder.join("link"), folder.join("absolute"));
    for swap in 0..swaps(Guard::Kernel) {
        renameat_with(CWD, &a, CWD, if swap % 3 == 0 { &c } else { &b }, RenameFlags::EXCHANGE).unwrap();
    }
}

#[test]
fn a_process_that_swaps_shows_another_one_nothing_from_outside() {
    let (jail, tally) = (prepared(), Tally::default());
    let root = jail.root(Settings::default());
    let start = Instant::now();
    let mut attacker = Command::new(env::current_exe().unwrap())
        .args(["--exact", "files_race::swaps_in_the_folder_of_another_process"])
        .env(FOLDER, jail.at("root"))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = loop {
        if let Some(status) = attacker.try_wait().unwrap() {
            break status;
        }
        for path in ["d/secret", "link/secret", "absolute/secret", "e/climb"].repeat(50) {
            match root.read(path) {
                Ok(content) => {
                    assert_eq!(content, b"inside", "{path}");
                    tally.inside.fetch_add(1, Relaxed);
                }
                Err(error) => tally.refused(&error),
            }
        }
    };
    assert!(status.success(), "the attacker ended with {status}");
    tally.report("opened while another process swapped", Guard::Kernel, swaps(Guard::Kernel), start.elapsed());
}

fn try_all(root: &Root, tally: &Tally) {
    let note = |done: Result<(), FileError>| match done {
        Ok(()) => drop(tally.inside.fetch_add(1, Relaxed)),
        Err(error) if matches!(error.cause(), Cause::Exists | Cause::NotEmpty) => {}
        Err(error) => tally.refused(&error),
    };
    note(root.create("d/new", Existing::Replace).map(drop));
    note(root.rename("d/new", "d/newer", Existing::Replace));
    note(root.remove("d/newer"));
    note(root.create_dir("d/directory"));
    note(root.remove_dir("d/directory"));
    note(root.remove("d/precious"));
}

#[test]
fn what_is_made_moved_and_removed_leaves_no_trace_outside() {
    for guard in [Guard::Kernel, Guard::Walk] {
        let (jail, tally) = (prepared(), Tally::default());
        fs::write(jail.at("outside/precious"), SECRET).unwrap();
        let root = jail.root(Settings { guard, ..Settings::default() });
        let took = race(&jail, &[("d", "link"), ("d", "absolute")], swaps(guard) / 5, &tally, || try_all(&root, &tally));
        tally.report("changed", guard, swaps(guard) / 5, took);
        let mut left: Vec<_> = fs::read_dir(jail.at("outside")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["precious", "secret"]);
    }
}
