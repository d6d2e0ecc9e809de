//! Eight processes write one trail while some of them are killed, files are rotated and the disk is full again and again.
//!
//! The disk is a tmpfs of one MiB. An archivist takes rotated files away, but only once a process was denied a line: the disk fills up
//! every couple of thousand lines. Without the right to mount, the trail lies in an ordinary folder and the disk is never full.

use std::{
    collections::HashSet,
    env, fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::Duration,
};

use adarga_core::audit::{Head, LINE_MAX, read};
use adarga_host::audit::{Settings, Summary, Trail, Verification};

use crate::audit_support::{Folder, NOW, clean, entry, settings};

/// Set in a process that writes: how many lines, and the folder.
const WRITER: &str = "ADARGA_AUDIT_WRITER";
/// The whole load instead of a share of it: `tests/audit/run --full`.
const FULL: &str = "ADARGA_AUDIT_FULL";
const PROCESSES: usize = 8;
const ROTATE_BYTES: u64 = 128 << 10;
const DISK: &str = "size=1m";

/// A small disk in a folder, or the folder itself.
struct Disk {
    path: PathBuf,
    mounted: bool,
}

impl Disk {
    fn new(folder: &Folder) -> Self {
        let path = folder.path.join("disk");
        fs::create_dir(&path).unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", DISK, "adarga"]).arg(&path).output();
        let mounted = mount.is_ok_and(|output| output.status.success());
        if !mounted {
            eprintln!("not run: the full disk, since mounting a tmpfs takes root");
        }
        Self { path, mounted }
    }

    fn file(&self) -> PathBuf {
        self.path.join("audit.jsonl")
    }

    /// Rotated files, oldest first.
    fn rotated(&self) -> Vec<PathBuf> {
        let mut files: Vec<_> = fs::read_dir(&self.path).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| *file != self.file());
        files.sort();
        files
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.mounted {
            let _ = Command::new("umount").arg("-l").arg(&self.path).status();
        }
    }
}

/// What the processes of a test have told.
#[derive(Default)]
struct Told {
    denied: AtomicU64,
    kills: AtomicU64,
    done: AtomicBool,
}

/// The process that writes: not a test by itself. It says of each line that it was acknowledged, or denied and tried again.
#[test]
fn writer() {
    let Ok(task) = env::var(WRITER) else { return };
    let (lines, folder) = task.split_once(' ').unwrap();
    let (folder, lines): (_, usize) = (Path::new(folder), lines.parse().unwrap());
    let file = folder.join("disk/audit.jsonl").to_str().unwrap().to_owned();
    let settings = Settings { file, rotate_bytes: Some(ROTATE_BYTES), ..settings(folder) };
    let mut out = std::io::stdout().lock();
    let trail = loop {
        match Trail::open(settings.clone(), "reports", "", NOW) {
            Ok(trail) => break trail,
            Err(_) => writeln!(out, "denied start").unwrap(),
        }
        thread::sleep(Duration::from_millis(1));
    };
    for n in 0..lines {
        let request = n.to_string();
        while trail.write(&entry(request.as_bytes())).is_err() {
            writeln!(out, "denied").unwrap();
            thread::sleep(Duration::from_millis(1));
        }
        writeln!(out, "line {}", trail.head().unwrap()).unwrap();
    }
    while trail.close(NOW).is_err() {
        writeln!(out, "denied end").unwrap();
        thread::sleep(Duration::from_millis(1));
    }
}

fn start(folder: &Folder, lines: usize) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    let task = format!("{lines} {}", folder.path.display());
    command.args(["--exact", "audit_processes::writer", "--nocapture"]).env(WRITER, task);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// What one place among the eight has seen.
#[derive(Default)]
struct Place {
    heads: Vec<Head>,
    denied: u64,
    /// The last head that each of its processes was given.
    last: Vec<Head>,
}

/// Keeps one place busy until it has `lines` lines. With a `life`, each process is killed after so many and another one follows.
fn occupy(folder: &Folder, told: &Told, lines: usize, life: Option<usize>) -> Place {
    let mut place = Place::default();
    while place.heads.len() < lines {
        let left = lines - place.heads.len();
        let mut child = start(folder, left);
        let mut given = 0;
        for line in BufReader::new(child.stdout.take().unwrap()).split(b'\n').map_while(Result::ok) {
            if line.starts_with(b"denied") {
                place.denied += u64::from(line == b"denied");
                told.denied.fetch_add(1, Ordering::SeqCst);
            }
            let Some(head) = line.strip_prefix(b"line ").and_then(Head::read) else { continue };
            place.heads.push(head);
            given += 1;
            if life == Some(given) && given < left {
                child.kill().unwrap();
                told.kills.fetch_add(1, Ordering::SeqCst);
            }
        }
        let ended = child.wait().unwrap().success();
        assert_eq!(ended, life.is_none_or(|life| life >= left), "a process failed by itself");
        place.last.extend(place.heads.last());
    }
    place
}

/// Takes rotated files away whenever a line was denied. The newest stays, so that numbers go on behind it.
fn archive(disk: &Disk, archive: &Path, told: &Told) -> u64 {
    let (mut seen, mut fills) = (0, 0);
    loop {
        let done = told.done.load(Ordering::SeqCst);
        let denied = told.denied.load(Ordering::SeqCst);
        if denied > seen {
            (seen, fills) = (denied, fills + 1);
            let rotated = disk.rotated();
            for file in rotated.iter().take(rotated.len().saturating_sub(1)) {
                fs::copy(file, archive.join(file.file_name().unwrap())).unwrap();
                fs::remove_file(file).unwrap();
            }
        }
        if done {
            return fills;
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// Verifies the files, and takes every line that is in them out of `acknowledged`.
fn verify(folder: &Folder, files: &[PathBuf], last: &[Head], acknowledged: &mut HashSet<String>) -> Summary {
    let mut verification = Verification::new(folder.key.clone()).with_heads(last.iter().copied());
    let mut memory = vec![0; LINE_MAX];
    for (at, file) in files.iter().enumerate() {
        let text = fs::read(file).unwrap();
        let mut lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
        let rest = lines.pop().unwrap();
        assert!(rest.is_empty() || at + 1 == files.len(), "{} was rotated within a line", file.display());
        for line in lines {
            if let Some(line) = read(line, &mut memory) {
                acknowledged.remove(&line.head().to_string());
            }
            verification.line(line);
        }
        verification.end_of_file(rest);
    }
    verification.finish()
}

#[test]
fn eight_processes_of_which_some_are_killed_on_a_disk_that_is_full_lose_nothing_that_was_acknowledged() {
    let (folder, told) = (Folder::new("processes"), Told::default());
    let disk = Disk::new(&folder);
    let shelf = folder.path.join("archive");
    fs::create_dir(&shelf).unwrap();
    let (lines, lives) = if env::var_os(FULL).is_some() { (100_000, 23) } else { (600, 4) };
    let (places, fills) = thread::scope(|scope| {
        let archivist = scope.spawn(|| archive(&disk, &shelf, &told));
        let places: Vec<_> = (0..PROCESSES)
            .map(|at| {
                // every second place is one of processes that are killed in the middle of their work
                let life = (at % 2 == 0).then_some(lines / lives + at);
                let (folder, told) = (&folder, &told);
                scope.spawn(move || occupy(folder, told, lines, life))
            })
            .collect();
        let places: Vec<Place> = places.into_iter().map(|place| place.join().unwrap()).collect();
        told.done.store(true, Ordering::SeqCst);
        (places, archivist.join().unwrap())
    });
    let mut files: Vec<_> = fs::read_dir(&shelf).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.extend(disk.rotated());
    files.sort_by_key(|file| file.file_name().unwrap().to_owned());
    files.push(disk.file());

    let mut acknowledged: HashSet<String> = places.iter().flat_map(|place| &place.heads).map(Head::to_string).collect();
    let last: Vec<Head> = places.iter().flat_map(|place| place.last.iter().copied()).collect();
    let count = acknowledged.len();
    assert_eq!(count, PROCESSES * lines);
    let summary = verify(&folder, &files, &last, &mut acknowledged);
    let (denied, kills) = (told.denied.load(Ordering::SeqCst), told.kills.load(Ordering::SeqCst));
    println!(
        "{count} lines acknowledged, {} genuine in {} files; {kills} kills, {} torn lines; disk full {fills} times, {denied} denied",
        summary.genuine,
        files.len(),
        summary.torn,
    );
    clean(&summary);
    assert!(acknowledged.is_empty(), "{} acknowledged lines are lost", acknowledged.len());
    assert!(summary.genuine >= u64::try_from(count).unwrap());
    assert!(summary.torn <= kills, "only who is killed leaves a torn line");
    assert!(kills >= 8 && files.len() > 8, "{kills} kills, {} files", files.len());
    // who was killed may not have said of its last denials, everybody else has
    let survivors: u64 = places.iter().skip(1).step_by(2).map(|place| place.denied).sum();
    let all: u64 = places.iter().map(|place| place.denied).sum();
    assert!((survivors..=all).contains(&summary.lost), "{survivors} {all} {}", summary.lost);
    assert!(fills > 0 || !disk.mounted, "the disk was never full");
}
