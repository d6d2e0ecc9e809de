//! What somebody without the key may do to a trail: flip bits, delete, move and splice lines, cut the end off. Each is found.
//!
//! The trail has three chains, mixed, in two files; one of its lines was torn and one was lost, so that both can be tampered with.

use std::{env, fs, io::Write, os::unix::net::UnixDatagram};

use adarga_core::audit::{ChainId, Flaw, Head, LINE_MAX, StartKey, read};
use adarga_host::audit::{Fault, Settings, Summary, Trail, key};

use crate::audit_support::{Folder, NOW, clean, entry, settings, verify, write};

/// A thousand of each change instead of a share of them: `tests/audit/run --full`.
const FULL: &str = "ADARGA_AUDIT_FULL";

/// How often each change is made.
fn rounds() -> usize {
    if env::var_os(FULL).is_some() { 1000 } else { 100 }
}

/// Lines of several chains, and what is known of them elsewhere.
struct Sample {
    key: StartKey,
    lines: Vec<Vec<u8>>,
    heads: Vec<Head>,
}

impl Sample {
    fn new(name: &str) -> Self {
        let folder = Folder::new(name);
        let trails: Vec<_> = (0..3).map(|_| Trail::open(folder.settings(), "reports", "", NOW).unwrap()).collect();
        for n in 0..12 {
            trails.iter().for_each(|trail| write(trail, 1 + n % 2));
        }
        let mut file = fs::OpenOptions::new().append(true).open(folder.file()).unwrap();
        file.write_all(br#"{"chain":"half a line"#).unwrap();
        trails.iter().for_each(|trail| write(trail, 3));
        let heads = trails.iter().filter_map(Trail::head).collect();
        std::mem::forget(trails);
        let sample = Self { key: folder.key.clone(), lines: lines(&fs::read(folder.file()).unwrap()), heads };
        let summary = sample.verify(&sample.lines);
        clean(&summary);
        assert_eq!(summary.torn, 1);
        sample
    }

    fn verify(&self, lines: &[Vec<u8>]) -> Summary {
        verify(&self.key, &[joined(lines)], &self.heads)
    }

    /// The places of the lines of the chain that the line at `at` belongs to; none for the torn one.
    fn chain_of(&self, at: usize) -> Vec<usize> {
        let Some(of) = chain(&self.lines[at]) else { return Vec::new() };
        (0..self.lines.len()).filter(|&at| chain(&self.lines[at]) == Some(of)).collect()
    }
}

fn lines(text: &[u8]) -> Vec<Vec<u8>> {
    text.strip_suffix(b"\n").unwrap().split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect()
}

fn joined(lines: &[Vec<u8>]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line.as_slice(), b"\n"].concat()).collect()
}

fn chain(line: &[u8]) -> Option<ChainId> {
    Some(read(line, &mut vec![0; LINE_MAX])?.head().chain)
}

/// The value of a member of a line, with its quotes if it has some.
fn member<'l>(line: &'l str, name: &str) -> &'l str {
    let (_, behind) = line.split_once(&format!("\"{name}\":")).unwrap();
    behind.split_once([',', '}']).unwrap().0
}

/// Numbers that are the same in every run (xorshift64, Marsaglia 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(n).unwrap()).unwrap()
    }
}

/// Makes so many changes, of which each must be found. A change that changes nothing is none.
fn all_found(sample: &Sample, seed: u64, mut change: impl FnMut(&mut Random) -> Option<Vec<Vec<u8>>>) {
    let (mut random, mut made) = (Random(seed), 0);
    while made < rounds() {
        let Some(changed) = change(&mut random).filter(|changed| *changed != sample.lines) else { continue };
        made += 1;
        let summary = sample.verify(&changed);
        assert!(!summary.is_whole(), "change {made}:\n{}", String::from_utf8_lossy(&joined(&changed)));
    }
    println!("{made} changes, each found");
}

#[test]
fn each_flipped_bit_is_found() {
    let sample = Sample::new("bits");
    let text = joined(&sample.lines);
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for _ in 0..rounds() {
        let bit = random.below(text.len() * 8);
        let mut changed = text.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        // without its last line feed a trail looks torn: then the head tells
        let summary = verify(&sample.key, &[changed], &sample.heads);
        assert!(!summary.is_whole(), "bit {bit}");
        let line = text[..bit / 8].iter().filter(|&&byte| byte == b'\n').count();
        let first = summary.findings[0].line.map(|at| usize::try_from(at).unwrap());
        // named where it is, or at the torn line before it, which it told of, or at the line behind it
        assert!(
            first.is_some_and(|first| (line.saturating_sub(1)..=line + 1).contains(&first)),
            "bit {bit} of line {line}: {first:?}"
        );
    }
}

#[test]
fn each_deletion_is_found() {
    let sample = Sample::new("deletions");
    all_found(&sample, 0xD1B5_4A32_D192_ED03, |random| {
        let mut changed = sample.lines.clone();
        let from = random.below(changed.len());
        let to = (from + 1 + random.below(4)).min(changed.len());
        let gone: Vec<_> = changed.drain(from..to).collect();
        // the torn line says nothing, but the line behind it names it; whoever takes both takes a line of a chain
        gone.iter().any(|line| chain(line).is_some()).then_some(changed)
    });
}

#[test]
fn each_reorder_within_a_chain_is_found() {
    let sample = Sample::new("reorders");
    all_found(&sample, 0x2545_F491_4F6C_DD1D, |random| {
        let places = sample.chain_of(random.below(sample.lines.len()));
        let (&a, &b) = (places.get(random.below(places.len().max(1)))?, places.get(random.below(places.len().max(1)))?);
        let mut changed = sample.lines.clone();
        if random.below(2) == 0 {
            changed.swap(a, b);
        } else {
            let line = changed.remove(a);
            changed.insert(b, line);
        }
        // between chains there is no order: a line that moved among those of others has not moved
        let order = |lines: &[Vec<u8>]| -> Vec<Vec<u8>> {
            let of = chain(&sample.lines[a]);
            lines.iter().filter(|line| chain(line) == of).cloned().collect()
        };
        (order(&changed) != order(&sample.lines)).then_some(changed)
    });
}

#[test]
fn each_splice_between_chains_is_found() {
    let sample = Sample::new("splices");
    let other = Sample::new("splices-elsewhere");
    all_found(&sample, 0x9FB2_1C65_1E98_DF25, |random| {
        let at = random.below(sample.lines.len());
        let from = random.below(sample.lines.len());
        let mut changed = sample.lines.clone();
        let (here, there) = (chain(&sample.lines[at])?, chain(&sample.lines[from])?);
        match random.below(5) {
            // a line of one chain in the place of a line of another, or beside it
            0 if here != there => changed[at].clone_from(&sample.lines[from]),
            1 => changed.insert(at, sample.lines[from].clone()),
            // the same, dressed up as a line of that chain, at that place of it
            2 if here != there => changed[at] = dressed(&sample.lines[from], &sample.lines[at]),
            // a line of another trail
            3 => changed[at].clone_from(&other.lines[at.min(other.lines.len() - 1)]),
            // two chains change their ends
            4 if here != there => exchange_tails(&sample, &mut changed, at, from),
            _ => return None,
        }
        Some(changed)
    });
}

/// The line `what` with the chain, the sequence and the predecessor of the line `place`.
fn dressed(what: &[u8], place: &[u8]) -> Vec<u8> {
    let (mut line, place) = (String::from_utf8(what.to_vec()).unwrap(), str::from_utf8(place).unwrap());
    for name in ["chain", "prev", "sequence"] {
        let member = |value: &str| format!("\"{name}\":{value}");
        line = line.replace(&member(self::member(&line, name)), &member(self::member(place, name)));
    }
    line.into_bytes()
}

/// From two lines on, two chains bear each other's name.
fn exchange_tails(sample: &Sample, changed: &mut [Vec<u8>], a: usize, b: usize) {
    let name = |at: usize| member(str::from_utf8(&sample.lines[at]).unwrap(), "chain").to_owned();
    let (first, second) = (name(a), name(b));
    for (tail, from, to) in [(sample.chain_of(a), &first, &second), (sample.chain_of(b), &second, &first)] {
        for at in tail.into_iter().filter(|&at| at >= a.min(b)) {
            changed[at] = str::from_utf8(&sample.lines[at]).unwrap().replace(from, to).into_bytes();
        }
    }
}

#[test]
fn chains_of_one_start_key_are_told_apart() {
    // a key file that was put back to its copy: two trails of one key, told by their random names
    let (folder, again) = (Folder::new("one-key"), Folder::new("one-key-again"));
    fs::copy(folder.path.join("key"), again.path.join("key")).unwrap();
    for of in [&folder, &again] {
        let trail = Trail::open(of.settings(), "reports", "", NOW).unwrap();
        write(&trail, 10);
        trail.close(NOW).unwrap();
    }
    let [first, second] = [&folder, &again].map(|of| lines(&fs::read(of.file()).unwrap()));
    for at in 1..first.len() {
        let spliced = [&first[..at], &second[at..]].concat();
        let summary = verify(&folder.key, &[joined(&spliced)], &[]);
        assert!(summary.findings.iter().any(|finding| matches!(finding.fault, Fault::Begins(_))), "{at}: {:?}", summary.findings);
    }
}

#[test]
fn each_cut_below_the_last_head_that_left_the_machine_is_found() {
    let folder = Folder::new("left");
    let path = folder.path.join("log");
    let syslog = UnixDatagram::bind(&path).unwrap();
    syslog.set_nonblocking(true).unwrap();
    let settings = Settings { syslog: Some(path.to_str().unwrap().into()), ..settings(&folder.path) };
    let trails: Vec<_> = (0..2).map(|_| Trail::open(settings.clone(), "reports", "", NOW).unwrap()).collect();
    // cuts below are at every byte, unless each takes as long as in a build without optimisation
    let step = if env::var_os(FULL).is_some() { 1 } else { 37 };
    let mut told = Vec::new();
    for n in 0..9 {
        trails.iter().for_each(|trail| write(trail, 1));
        if n % 3 == 1 {
            trails.iter().for_each(|trail| trail.tell_head(NOW).unwrap());
            told.push(fs::read(folder.file()).unwrap().len());
        }
    }
    std::mem::forget(trails);
    let mut heads = Vec::new();
    let mut buffer = [0; 512];
    while let Ok(len) = syslog.recv(&mut buffer) {
        heads.push(Head::read(buffer[..len].rsplit(|&byte| byte == b' ').next().unwrap()).unwrap());
    }
    assert_eq!(heads.len(), 2 * 4, "the first line of each, and three times later");
    let text = fs::read(folder.file()).unwrap();
    let left = *told.last().unwrap();
    assert!(left < text.len());
    for cut in (0..left).step_by(step).chain([left - 1]) {
        let summary = verify(&folder.key, &[text[..cut].to_vec()], &heads);
        assert!(summary.findings.iter().any(|finding| matches!(finding.fault, Fault::Cut(_))), "cut to {cut} bytes");
    }
    // beyond it a cut is either between lines, of which nobody knows, or it looks like what it may be: a torn line
    for cut in (left..=text.len()).step_by(step) {
        let summary = verify(&folder.key, &[text[..cut].to_vec()], &heads);
        let torn = usize::from(text[..cut].last() != Some(&b'\n'));
        assert_eq!((summary.findings.len(), summary.is_whole()), (torn, true), "cut to {cut} bytes");
    }
}

#[test]
fn lines_that_moved_are_told_apart_from_lines_that_are_missing() {
    let sample = Sample::new("moved");
    let places = sample.chain_of(0);
    let mut changed = sample.lines.clone();
    changed.swap(places[3], places[4]);
    let found = sample.verify(&changed);
    assert!(found.findings.iter().all(|finding| finding.fault == Fault::Line(Flaw::Order)), "{:?}", found.findings);
}

/// A process that was killed, or denied, before its first line must not look like a chain that was removed.
#[test]
fn a_start_that_came_to_nothing_leaves_no_gap() {
    let folder = Folder::new("start");
    let trail = Trail::open(folder.settings(), "reports", "", NOW).unwrap();
    write(&trail, 1);
    // the file is no file, so the first line can't be written
    fs::create_dir(folder.path.join("denied")).unwrap();
    let denied = Settings { file: folder.path.join("denied").to_str().unwrap().into(), ..folder.settings() };
    assert!(Trail::open(denied, "reports", "", NOW).is_err());
    let before = fs::read(folder.path.join("key")).unwrap();
    let second = Trail::open(folder.settings(), "reports", "", NOW).unwrap();
    // killed between its first line and the next key: the key file is what it was
    std::mem::forget(second);
    fs::write(folder.path.join("key"), before).unwrap();
    let third = Trail::open(folder.settings(), "reports", "", NOW).unwrap();
    assert!(third.write(&entry(b"1")).is_ok());
    drop((trail, third));
    let summary = folder.verify();
    clean(&summary);
    let mut numbers: Vec<u32> = summary.heads.iter().map(|(head, _)| head.chain.number()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 1, 1]);
    assert_eq!(key::look(&folder.path.join("key")).unwrap().number(), 2);
}
