//! The audit trail: what a chain writes verifies, what anybody else makes of it doesn't.

use adarga_core::audit::{
    Chain, Digest, Entry, Event, Flaw, Head, KEY_LEN, LINE_MAX, List, RenderError, SCRATCH_MAX, StartKey, TIME_LEN, Verifier,
    pack, parse_time, read, write_time,
};
use adarga_core::write::Out;
use mac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use serde_json::Value;
use sha2::Sha256;

const RANDOM: &[u8; 12] = b"twelve bytes";

fn start() -> StartKey {
    StartKey::new(0, [7; KEY_LEN])
}

/// What a property makes of a line, owned.
#[derive(Clone, Debug)]
struct Made {
    event: Event,
    time_ms: u64,
    success: bool,
    texts: Vec<Vec<u8>>,
    roles: Vec<String>,
    numbers: Option<(u64, u64)>,
    arguments: Option<Vec<u8>>,
}

impl Made {
    fn entry<'e>(&'e self, memory: &'e mut [u8]) -> Entry<'e> {
        let text = |at: usize| self.texts.get(at).map_or(&b""[..], Vec::as_slice);
        Entry {
            success: self.success,
            reason: text(0),
            pointer: text(1),
            request: text(2),
            subject: text(3),
            target: text(4),
            agent: text(5),
            roles: pack(self.roles.iter().map(String::as_bytes), memory).unwrap(),
            arguments: self.arguments.as_ref().map(|arguments| Digest::sha256(&[1; KEY_LEN], arguments)),
            duration_us: self.numbers.map(|(duration, _)| duration),
            memory: self.numbers.map(|(_, memory)| memory),
            ..Entry::new(self.event, self.time_ms)
        }
    }
}

fn made() -> impl Strategy<Value = Made> {
    let text = prop_oneof![
        "[ -~]{0,20}".prop_map(String::into_bytes),
        "\\PC{0,12}".prop_map(String::into_bytes),
        "[\\x00-\\x1f\"\\\\\u{7f}-\u{9f}\u{2020}-\u{2070}]{0,40}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..24),
        (250..300_usize).prop_map(|len| vec![b'\n'; len]),
    ];
    let numbers = prop::option::of((0..1_u64 << 53, 0..1_u64 << 53));
    let arguments = prop::option::of(prop::collection::vec(any::<u8>(), 0..64));
    let parts = (prop::sample::select(Event::ALL), 0..253_402_300_800_000_u64, any::<bool>(), prop::collection::vec(text, 0..6));
    (parts, prop::collection::vec("\\PC{0,8}", 0..6), numbers, arguments).prop_map(
        |((event, time_ms, success, texts), roles, numbers, arguments)| Made {
            event,
            time_ms,
            success,
            texts,
            roles,
            numbers,
            arguments,
        },
    )
}

/// A chain of these lines, without their line feeds.
fn written(random: &[u8; 12], made: &[Made]) -> Vec<Vec<u8>> {
    let mut chain = Chain::new(&start(), random);
    let mut buffer = vec![0; LINE_MAX];
    let line = |made: &Made| {
        let mut memory = [0; 2048];
        let rendered = chain.render(&made.entry(&mut memory), &mut buffer).unwrap();
        let line = rendered.line.strip_suffix(b"\n").unwrap().to_vec();
        let mac = rendered.mac;
        chain.advance(mac);
        line
    };
    made.iter().map(line).collect()
}

/// The index and the flaw of the first line that is wrong.
fn first_flaw(lines: &[Vec<u8>]) -> Option<(usize, Flaw)> {
    let id = read(&lines[0], &mut vec![0; LINE_MAX])?.head().chain;
    let mut verifier = Verifier::new(&start(), id);
    let mut scratch = vec![0; SCRATCH_MAX];
    lines.iter().enumerate().find_map(|(at, line)| verifier.line(line, &mut scratch).err().map(|flaw| (at, flaw)))
}

fn plain(n: usize) -> Vec<Made> {
    let line = |n: usize| Made {
        event: Event::Decision,
        time_ms: 1_782_000_000_000 + n as u64,
        success: n.is_multiple_of(2),
        texts: ["allowed", "/params", "7", "alice", "search", "agent\n"].map(|text| text.as_bytes().to_vec()).to_vec(),
        roles: vec!["viewer".into(), "editor".into()],
        numbers: Some((12, 1 << 20)),
        arguments: Some(b"{}".to_vec()),
    };
    (0..n).map(line).collect()
}

proptest! {
    #[test]
    fn what_a_chain_writes_is_one_line_of_json_that_verifies(made in prop::collection::vec(made(), 1..8)) {
        let lines = written(RANDOM, &made);
        prop_assert_eq!(first_flaw(&lines), None);
        for (line, made) in lines.iter().zip(&made) {
            let text = std::str::from_utf8(line).unwrap();
            let breaks = text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202e}'));
            prop_assert!(!breaks, "a line in a line");
            let value: Value = serde_json::from_str(text).unwrap();
            let object = value.as_object().unwrap();
            prop_assert_eq!(object.len(), text_members(text), "no member twice");
            prop_assert_eq!(object["event"].as_str(), Some(made.event.name()));
            let subject = made.texts.get(3).map_or(&b""[..], Vec::as_slice);
            match object.get("subject") {
                None => prop_assert!(subject.is_empty()),
                Some(Value::String(text)) => prop_assert_eq!(text.as_bytes(), subject),
                Some(marker) => prop_assert_eq!(marker["bytes"].as_u64(), Some(subject.len() as u64)),
            }
        }
    }

    #[test]
    fn a_time_is_read_as_it_was_written(ms in 0..253_402_300_800_000_u64) {
        let mut memory = [0; TIME_LEN];
        let mut out = Out::new(&mut memory);
        write_time(&mut out, ms);
        let text = out.finish().unwrap();
        prop_assert_eq!(text.len(), TIME_LEN);
        prop_assert_eq!(parse_time(text), Some(ms));
    }

    #[test]
    fn no_bytes_make_a_verifier_fail(line in prop::collection::vec(any::<u8>(), 0..200), at in 0..400_usize, insert in any::<bool>()) {
        let mut lines = written(RANDOM, &plain(2));
        let at = at.min(lines[1].len());
        let end = if insert { at } else { (at + line.len()).min(lines[1].len()) };
        let before = lines[1].clone();
        lines[1].splice(at..end, line);
        prop_assert_eq!(first_flaw(&lines).is_none(), lines[1] == before);
    }
}

/// Members of the outermost object, counted from the text.
fn text_members(text: &str) -> usize {
    let (mut depth, mut inside, mut members) = (0, false, 0);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if inside => drop(chars.next()),
            '"' => inside = !inside,
            '{' | '[' if !inside => depth += 1,
            '}' | ']' if !inside => depth -= 1,
            ':' if !inside && depth == 1 => members += 1,
            _ => {}
        }
    }
    members
}

#[test]
fn times_are_those_of_the_calendar() {
    for (ms, text) in [
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        (u64::MAX, "9999-12-31T23:59:59.999Z"),
    ] {
        let mut memory = [0; TIME_LEN];
        let mut out = Out::new(&mut memory);
        write_time(&mut out, ms);
        assert_eq!(out.finish().map(<[u8]>::to_vec), Ok(text.as_bytes().to_vec()));
    }
    for wrong in ["2100-02-29T00:00:00.000Z", "2026-00-01T00:00:00.000Z", "2026-01-01T24:00:00.000Z", "1969-12-31T00:00:00.000Z"]
    {
        assert_eq!(parse_time(wrong.as_bytes()), None, "{wrong}");
    }
}

#[test]
fn every_bit_of_every_line_counts() {
    let lines = written(RANDOM, &plain(2));
    for at in 0..lines.len() {
        for bit in 0..lines[at].len() * 8 {
            let mut changed = lines.clone();
            changed[at][bit / 8] ^= 1 << (bit % 8);
            // the first line says which chain it is: a changed name is another chain, whose key does not fit
            let found = first_flaw(&changed).map(|(line, _)| line).or(Some(0).filter(|_| read_chain(&changed[0]).is_none()));
            assert_eq!(found, Some(at), "bit {bit} of line {at}");
        }
    }
}

fn read_chain(line: &[u8]) -> Option<Head> {
    read(line, &mut vec![0; LINE_MAX]).map(|line| line.head())
}

#[test]
fn lines_that_are_missing_moved_or_of_another_chain_are_found() {
    let lines = written(RANDOM, &plain(6));
    let other = written(b"another one!", &plain(6));
    for at in 1..5 {
        let without: Vec<_> = [&lines[..at], &lines[at + 1..]].concat();
        assert_eq!(first_flaw(&without), Some((at, Flaw::Missing(1))));
        let twice = [&lines[..=at], &lines[at..]].concat();
        assert_eq!(first_flaw(&twice), Some((at + 1, Flaw::Order)));
        let mut swapped = lines.clone();
        swapped.swap(at, at + 1);
        assert_eq!(first_flaw(&swapped), Some((at, Flaw::Missing(1))));
        let spliced = [&lines[..at], &other[at..]].concat();
        assert_eq!(first_flaw(&spliced), Some((at, Flaw::Chain)));
        let grown = [&lines[..at], &written(RANDOM, &plain(7).split_off(1))[at..]].concat();
        assert_eq!(first_flaw(&grown), Some((at, Flaw::Splice)));
    }
}

#[test]
fn a_chain_moves_only_when_its_line_is_written() {
    let mut chain = Chain::new(&start(), RANDOM);
    let mut buffer = vec![0; LINE_MAX];
    assert_eq!(chain.head(), None);
    let first = chain.render(&Entry::new(Event::Start, 1), &mut buffer).unwrap().line.to_vec();
    let again = chain.render(&Entry::new(Event::Start, 1), &mut buffer).unwrap();
    assert_eq!(again.line, first);
    let mac = again.mac;
    chain.advance(mac);
    let head = chain.head().unwrap();
    assert_eq!(head.sequence, 0);
    assert_eq!(Head::read(head.to_string().as_bytes()), Some(head));
    assert!(matches!(chain.render(&Entry::new(Event::End, 2), &mut [0; 64]), Err(RenderError::Room)));
    assert_eq!(Head::read(b"00:1:2"), None);
}

#[test]
fn the_longest_line_fits() {
    let worst = vec![1; 256];
    let mut memory = [0; 2048];
    let roles: List<'_> = pack([&[1; 1022][..]], &mut memory).unwrap();
    let text = worst.as_slice();
    let entry = Entry {
        success: false,
        reason: text,
        pointer: text,
        request: text,
        method: text,
        target: text,
        subject: text,
        roles,
        permissions: roles,
        arguments: Some(Digest::Sha256([255; 32])),
        duration_us: Some(u64::MAX),
        peer: text,
        agent: text,
        server: text,
        version: text,
        memory: Some(u64::MAX),
        note: text,
        ..Entry::new(Event::Authentication, u64::MAX)
    };
    let chain = Chain::new(&start(), RANDOM);
    let mut buffer = vec![0; LINE_MAX];
    let line = chain.render(&entry, &mut buffer).unwrap().line.to_vec();
    assert!(line.len() > LINE_MAX - 768, "{} of {LINE_MAX}", line.len());
    assert_eq!(first_flaw(&[line[..line.len() - 1].to_vec()]), None);
}

/// The MACs of a chain, said a second time: records by hand, keys and MACs by the generic HMAC. Notes of every length put the end of
/// the record at each place of a block.
#[test]
fn macs_and_keys_are_those_of_the_format() {
    let hmac = |key: &[u8], message: &[u8]| -> [u8; KEY_LEN] {
        Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(message).finalize().into_bytes().into()
    };
    let mut chain = Chain::new(&start(), b"twelve bytes");
    let id = *chain.id().as_bytes();
    let mut key = hmac(start().as_bytes(), &[b"adarga audit chain 1".as_slice(), &id].concat());
    let mut prev = [0; KEY_LEN];
    let mut buffer = [0; LINE_MAX];
    for sequence in 0..200_u64 {
        let note = "n".repeat(usize::try_from(sequence).unwrap());
        let entry = Entry { note: note.as_bytes(), ..Entry::new(Event::Release, 1234) };
        let mut record =
            [[1].as_slice(), &id, &sequence.to_be_bytes(), &prev, &1234_u64.to_be_bytes(), [5, 0].as_slice()].concat();
        for at in 0..13 {
            let text = if at == 2 { note.as_bytes() } else { b"" };
            record.extend([&u16::try_from(text.len()).unwrap().to_be_bytes(), text].concat());
        }
        let mac = hmac(&key, &record);
        let rendered = chain.render(&entry, &mut buffer).unwrap();
        chain.advance(rendered.mac);
        assert_eq!(chain.head().unwrap().mac, mac, "line {sequence}");
        prev = mac;
        key = hmac(&key, b"adarga audit next 1");
    }
}
