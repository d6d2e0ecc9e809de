//! The audit trail in files: many processes, killed ones, full disks, rotation, and everything that somebody may do to it later.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use adarga_core::audit::{ChainId, Entry, Event, Flaw, Head, LINE_MAX, StartKey, read};
use adarga_host::{
    audit::{Arguments, Fault, Full, Settings, Summary, Sync, Trail, Verification, key},
    secrets::{Place, Secret},
};

/// Set in a process that writes: the folder, and how many lines.
const WRITER: &str = "ADARGA_AUDIT_WRITER";
/// The whole load of the issue instead of a share of it.
const WHOLE: &str = "ADARGA_AUDIT_WHOLE";

const NOW: u64 = 1_782_000_000_000;

/// A folder of its own with a key, whose copy is kept.
struct Folder {
    path: PathBuf,
    key: StartKey,
}

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("adarga-audit-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        key::make(&path.join("key")).unwrap();
        let key = key::look(&path.join("key")).unwrap();
        Self { path, key }
    }

    fn file(&self) -> PathBuf {
        self.path.join("audit.jsonl")
    }

    fn settings(&self) -> Settings {
        settings(&self.path)
    }

    /// All files of the trail, oldest first.
    fn files(&self) -> Vec<PathBuf> {
        let mut files: Vec<_> = fs::read_dir(&self.path).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.file_name().unwrap().to_str().unwrap().starts_with("audit.jsonl."));
        files.sort();
        files.push(self.file());
        files
    }

    fn verify(&self) -> Summary {
        verify(&self.key, &self.files().iter().map(|file| fs::read(file).unwrap()).collect::<Vec<_>>(), &[])
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn settings(folder: &Path) -> Settings {
    let name = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    Settings {
        file: name("audit.jsonl"),
        key: Secret::At(Place::File(name("key"))),
        sync: Sync::Never,
        rotate_bytes: None,
        rotate_ms: None,
        syslog: None,
        full: Full::Deny,
        arguments: Arguments::Sha256,
    }
}

fn verify(key: &StartKey, files: &[Vec<u8>], heads: &[Head]) -> Summary {
    let mut verification = Verification::new(key.clone()).with_heads(heads.iter().copied());
    for file in files {
        let mut lines: Vec<&[u8]> = file.split(|&byte| byte == b'\n').collect();
        let last = lines.pop().unwrap_or_default();
        lines.into_iter().for_each(|line| verification.line(line));
        verification.end_of_file(last);
    }
    verification.finish()
}

fn entry(request: &[u8]) -> Entry<'_> {
    Entry { success: true, reason: b"allowed", request, subject: b"alice", ..Entry::new(Event::Decision, NOW) }
}

fn write(trail: &Trail, lines: usize) {
    (0..lines).for_each(|n| trail.write(&entry(n.to_string().as_bytes())).unwrap());
}

fn clean(summary: &Summary) {
    assert_eq!((summary.findings.as_slice(), summary.wrong), (&[][..], 0));
}

#[test]
fn a_trail_of_several_processes_in_turn_is_whole() {
    let folder = Folder::new("turns");
    for lines in [0, 1, 20] {
        let trail = Trail::open(folder.settings(), "reports", "here", NOW).unwrap();
        write(&trail, lines);
        trail.close(NOW).unwrap();
        assert!(trail.write(&entry(b"late")).is_err(), "a chain has one end");
    }
    let summary = folder.verify();
    clean(&summary);
    assert_eq!((summary.genuine, summary.heads.len()), (21 + 2 * 3, 3));
    assert!(summary.heads.iter().all(|(_, ended)| *ended));
    let numbers: Vec<u32> = summary.heads.iter().map(|(head, _)| head.chain.number()).collect();
    assert_eq!(numbers, [0, 1, 2]);
    assert_eq!(key::look(&folder.path.join("key")).unwrap().number(), 3, "the key moved on");
    for name in ["audit.jsonl", "key"] {
        assert_eq!(fs::metadata(folder.path.join(name)).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let later = verify(&key::look(&folder.path.join("key")).unwrap(), &[fs::read(folder.file()).unwrap()], &[]);
    assert!(later.findings.iter().all(|finding| finding.fault == Fault::Key) && later.wrong == 27, "today's key is of no use");
}

#[test]
fn what_is_no_place_for_a_trail_is_refused() {
    let folder = Folder::new("places");
    let refused = |settings: Settings| Trail::open(settings, "reports", "", NOW).unwrap_err().to_string();
    std::os::unix::fs::symlink("elsewhere", folder.path.join("link")).unwrap();
    let named = |name: &str| Settings { file: folder.path.join(name).to_str().unwrap().into(), ..folder.settings() };
    refused(named("link"));
    refused(named("absent/audit.jsonl"));
    refused(named("."));
    fs::write(folder.path.join("open"), "").unwrap();
    fs::set_permissions(folder.path.join("open"), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(refused(named("open")).contains("chmod 600"));
    let keyed = |name: &str| Settings {
        key: Secret::At(Place::File(folder.path.join(name).to_str().unwrap().into())),
        ..folder.settings()
    };
    assert!(refused(keyed("absent")).contains("adarga audit key"));
    assert!(refused(keyed("open")).contains("chmod 600"));
    let damaged = fs::read_to_string(folder.path.join("key")).unwrap().replacen('0', "1", 1);
    fs::write(folder.path.join("damaged"), damaged).unwrap();
    fs::set_permissions(folder.path.join("damaged"), fs::Permissions::from_mode(0o600)).unwrap();
    assert!(refused(keyed("damaged")).contains("damaged"));
    assert!(!folder.path.join("elsewhere").exists());
    assert!(key::make(&folder.path.join("key")).is_err(), "a key is never replaced");
}

#[test]
fn a_torn_line_is_told_apart_from_tampering() {
    let folder = Folder::new("torn");
    let trail = Trail::open(folder.settings(), "reports", "", NOW).unwrap();
    write(&trail, 3);
    std::mem::forget(trail);
    let whole = fs::read(folder.file()).unwrap();
    let last = whole[..whole.len() - 1].iter().rposition(|&byte| byte == b'\n').unwrap() + 1;
    for cut in [last + 1, last + 100, whole.len() - 1] {
        let folder = Folder::new(&format!("torn-{cut}"));
        fs::copy(folder.path.join("key"), folder.path.join("copy")).unwrap();
        let trail = Trail::open(folder.settings(), "reports", "", NOW).unwrap();
        write(&trail, 3);
        // power fails: a part of a line is what is left of it
        let mut file = fs::OpenOptions::new().append(true).open(folder.file()).unwrap();
        file.write_all(&whole[last..cut]).unwrap();
        let summary = folder.verify();
        assert!(summary.is_whole() && summary.findings.len() == 1, "{:?}", summary.findings);
        write(&trail, 1);
        let summary = folder.verify();
        clean(&summary);
        assert_eq!((summary.torn, summary.genuine), (1, 6));
        let text = fs::read(folder.file()).unwrap();
        let torn = [&whole[last..cut], b"~\n"].concat();
        let at = text.windows(torn.len()).position(|part| part == torn).unwrap();
        let mut forged = text.clone();
        forged[at] ^= 1;
        assert!(!verify(&folder.key, &[forged], &[]).is_whole(), "another torn line than the one that was named");
    }
}

#[test]
fn rotation_loses_and_splits_nothing() {
    let folder = Folder::new("rotation");
    let settings = Settings { rotate_bytes: Some(4096), ..folder.settings() };
    let first = Trail::open(settings.clone(), "reports", "", NOW).unwrap();
    let second = Trail::open(settings, "reports", "", NOW).unwrap();
    for _ in 0..50 {
        write(&first, 1);
        write(&second, 2);
    }
    let files = folder.files();
    assert!(files.len() > 10, "{}", files.len());
    for file in &files[..files.len() - 1] {
        let found = fs::metadata(file).unwrap();
        assert!(found.len() <= 4096 && found.permissions().mode() & 0o777 == 0o400, "{}", file.display());
    }
    // somebody else renames it as well
    fs::rename(folder.file(), folder.path.join("audit.jsonl.900000")).unwrap();
    thread::sleep(Duration::from_millis(1100));
    write(&first, 1);
    write(&second, 1);
    drop((first, second));
    let summary = folder.verify();
    clean(&summary);
    assert_eq!(summary.genuine, 150 + 2 + 2 * 2);
    let partial: Vec<_> = folder.files().iter().skip(3).map(|file| fs::read(file).unwrap()).collect();
    assert!(verify(&folder.key, &partial, &[]).findings.iter().all(|finding| matches!(finding.fault, Fault::Begins(_))));
}

#[test]
fn the_syslog_is_told_heads() {
    let folder = Folder::new("syslog");
    let path = folder.path.join("log");
    let syslog = std::os::unix::net::UnixDatagram::bind(&path).unwrap();
    let hear = || {
        let mut buffer = [0; 512];
        let len = syslog.recv(&mut buffer).unwrap();
        let text = String::from_utf8(buffer[..len].to_vec()).unwrap();
        let words: Vec<&str> = text.split(' ').collect();
        assert_eq!((words[0], words[2], words[3], words[5], words[6]), ("<109>1", "-", "adarga", "audit-head", "-"), "{text}");
        Head::read(words[7].as_bytes()).unwrap()
    };
    let settings = Settings { syslog: Some(path.to_str().unwrap().into()), ..folder.settings() };
    let trail = Trail::open(settings.clone(), "reports", "", NOW).unwrap();
    assert_eq!(hear().sequence, 0);
    write(&trail, 5);
    trail.tell_head(NOW).unwrap();
    trail.tell_head(NOW).unwrap();
    let head = hear();
    assert_eq!((head.sequence, Some(head)), (5, trail.head()));
    trail.close(NOW).unwrap();
    assert_eq!(hear().sequence, 6, "told once");
    assert_eq!(folder.verify().heads[0].0.sequence, 6);
    drop(trail);
    drop(syslog);
    assert!(Trail::open(settings, "reports", "", NOW).is_err(), "nobody listens");
}

#[test]
fn a_new_period_begins_a_new_file() {
    let folder = Folder::new("period");
    let trail = Trail::open(Settings { rotate_ms: Some(1000), ..folder.settings() }, "reports", "", NOW).unwrap();
    let later = u64::MAX >> 12;
    trail.write(&Entry { request: b"1", ..Entry::new(Event::Decision, later) }).unwrap();
    assert_eq!(folder.files().len(), 2);
    drop(trail);
    clean(&folder.verify());
}

/// A chain of lines, and another one that was mixed into it.
fn mixed(folder: &Folder, lines: usize) -> (Vec<Vec<u8>>, Vec<Head>) {
    let first = Trail::open(folder.settings(), "reports", "", NOW).unwrap();
    let second = Trail::open(folder.settings(), "reports", "", NOW).unwrap();
    for _ in 0..lines {
        write(&first, 1);
        write(&second, 1);
    }
    let heads = vec![first.head().unwrap(), second.head().unwrap()];
    std::mem::forget((first, second));
    let text = fs::read(folder.file()).unwrap();
    (text.strip_suffix(b"\n").unwrap().split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect(), heads)
}

fn joined(lines: &[Vec<u8>]) -> Vec<Vec<u8>> {
    vec![lines.iter().flat_map(|line| [line.as_slice(), b"\n"].concat()).collect()]
}

fn chain(line: &[u8]) -> ChainId {
    read(line, &mut vec![0; LINE_MAX]).unwrap().head().chain
}

#[test]
fn a_thousand_changes_are_all_found() {
    let folder = Folder::new("changes");
    let (lines, heads) = mixed(&folder, 40);
    let summary = verify(&folder.key, &joined(&lines), &heads);
    clean(&summary);
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut below = |n: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % u64::try_from(n).unwrap()).unwrap()
    };
    let all = joined(&lines).remove(0);
    for round in 0..1000 {
        let mut changed = lines.clone();
        let what = match round % 4 {
            0 => {
                let mut text = all.clone();
                let bit = below(text.len() * 8);
                text[bit / 8] ^= 1 << (bit % 8);
                // the line feed of the last line: a torn line, which the head does not forgive either
                let found = verify(&folder.key, &[text], &heads);
                assert!(!found.findings.is_empty(), "bit {bit}");
                continue;
            }
            1 => {
                changed.remove(below(lines.len()));
                "deletion"
            }
            2 => {
                let (a, b) = (below(lines.len()), below(lines.len()));
                let moved: Vec<_> = (a.min(b)..=a.max(b)).filter(|at| chain(&lines[*at]) == chain(&lines[a])).collect();
                let [from, .., to] = moved.as_slice() else { continue };
                let line = changed.remove(*to);
                changed.insert(*from, line);
                "reorder"
            }
            _ => {
                let line = lines[below(lines.len())].clone();
                changed.insert(below(lines.len()), line);
                "splice"
            }
        };
        let found = verify(&folder.key, &joined(&changed), &heads);
        assert!(!found.is_whole(), "{what} in round {round}");
    }
}

#[test]
fn a_trail_that_was_cut_is_found_by_its_head() {
    let folder = Folder::new("cut");
    let (lines, heads) = mixed(&folder, 10);
    for len in 0..lines.len() {
        let cut = verify(&folder.key, &joined(&lines[..len]), &heads);
        assert!(cut.findings.iter().any(|finding| matches!(finding.fault, Fault::Cut(_))), "cut to {len} lines");
    }
    let moved = [&lines[..2], &lines[4..6], &lines[2..4]].concat();
    let found = verify(&folder.key, &joined(&moved), &[]);
    assert!(found.findings.iter().all(|finding| finding.fault == Fault::Line(Flaw::Order)), "{:?}", found.findings);
}

/// The process that writes: not a test by itself. It prints the request of each line that was acknowledged.
#[test]
fn writer() {
    let Ok(task) = env::var(WRITER) else { return };
    let (lines, folder) = task.split_once(' ').unwrap();
    let settings = Settings { rotate_bytes: Some(256 << 10), ..settings(Path::new(folder)) };
    let trail = Trail::open(settings, "reports", "", NOW).unwrap();
    let mut out = std::io::stdout().lock();
    for n in 0..lines.parse::<usize>().unwrap() {
        trail.write(&entry(n.to_string().as_bytes())).unwrap();
        writeln!(out, "line {}", trail.head().unwrap()).unwrap();
    }
    trail.close(NOW).unwrap();
}

fn start(folder: &Folder, lines: usize) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    let task = format!("{lines} {}", folder.path.display());
    command.args(["--exact", "audit::writer", "--nocapture"]).env(WRITER, task);
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn eight_processes_of_which_some_are_killed_lose_nothing_that_was_acknowledged() {
    let folder = Folder::new("processes");
    let lines = if env::var_os(WHOLE).is_some() { 100_000 } else { 1500 };
    let mut children: Vec<_> = (0..8).map(|_| start(&folder, lines)).collect();
    let readers: Vec<_> = children
        .iter_mut()
        .enumerate()
        .map(|(at, child)| {
            let pid = child.id();
            let out = child.stdout.take().unwrap();
            thread::spawn(move || {
                let mut heads = Vec::new();
                for line in BufReader::new(out).split(b'\n').map_while(Result::ok) {
                    heads.extend(line.split(|&byte| byte == b' ').next_back().and_then(Head::read));
                    // every second one is killed in the middle of its work
                    if at % 2 == 0 && heads.len() == lines / 3 {
                        let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
                        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
                    }
                }
                heads
            })
        })
        .collect();
    let heads: Vec<Vec<Head>> = readers.into_iter().map(|reader| reader.join().unwrap()).collect();
    for (at, child) in children.iter_mut().enumerate() {
        assert_eq!(child.wait().unwrap().success(), at % 2 == 1, "process {at}");
        assert!(heads[at].len() >= lines / 3);
    }
    let files: Vec<_> = folder.files().iter().map(|file| fs::read(file).unwrap()).collect();
    // the last one acknowledged of each stands for those before it: none of its chain is missing
    let last: Vec<Head> = heads.iter().filter_map(|heads| heads.last().copied()).collect();
    let summary = verify(&folder.key, &files, &last);
    clean(&summary);
    assert_eq!(summary.heads.iter().filter(|(_, ended)| *ended).count(), 4);
    assert!(summary.genuine >= u64::try_from(heads.iter().map(Vec::len).sum::<usize>()).unwrap());
    assert!(files.len() > 1, "it was rotated");
}

#[test]
fn a_full_disk_denies_and_the_trail_says_so_later() {
    let folder = Folder::new("full");
    let disk = folder.path.join("disk");
    fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "adarga"]).arg(&disk).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        eprintln!("not run: a small tmpfs takes root");
        return;
    }
    let unmount = || assert!(Command::new("umount").arg(&disk).status().unwrap().success());
    let file = disk.join("audit.jsonl");
    let settings = Settings { file: file.to_str().unwrap().into(), ..folder.settings() };
    let trail = Trail::open(settings, "reports", "", NOW).unwrap();
    let (mut written, mut failed) = (0_u64, 0_u64);
    for n in 0..400_u64 {
        match trail.write(&entry(n.to_string().as_bytes())) {
            Ok(()) => written += 1,
            Err(_) => failed += 1,
        }
    }
    let text = fs::read(&file).unwrap();
    let summary = verify(&folder.key, &[text], &[]);
    fs::rename(&file, folder.path.join("audit.jsonl.000001"))
        .or_else(|_| fs::copy(&file, folder.path.join("audit.jsonl.000001")).and_then(|_| fs::remove_file(&file)))
        .unwrap();
    thread::sleep(Duration::from_millis(1100));
    let again = trail.write(&entry(b"again"));
    drop(trail);
    let later = fs::read(&file);
    unmount();
    assert!(failed > 0 && written > 50, "{written} {failed}");
    clean(&summary);
    assert!(summary.genuine > written, "a note of what is lost is shorter, and may fit");
    again.unwrap();
    let files = [fs::read(folder.path.join("audit.jsonl.000001")).unwrap(), later.unwrap()];
    let summary = verify(&folder.key, &files, &[]);
    clean(&summary);
    assert_eq!(summary.lost, failed);
}
