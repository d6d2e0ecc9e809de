//! Paths: properties against a naive second opinion, and the corpora beside the checkout.

use std::path::{Component, Path};

use adarga_core::{
    Reason,
    path::{DECODE_MAX, Encoding, NAME_MAX, PATH_MAX, Profile, Rules, contain, contain_absolute, contain_uri},
};
use proptest::{collection::vec, prelude::*};

use crate::corpora::lines;

const LITERAL: Rules = Rules { profile: Profile::Portable, encoding: Encoding::Decode(0) };
const POSIX: Rules = Rules { profile: Profile::Posix, encoding: Encoding::Decode(0) };

fn contained(path: &[u8], rules: Rules) -> Result<String, Reason> {
    let mut buffer = [0xFF; PATH_MAX];
    contain(path, rules, &mut buffer).map(|contained| String::from_utf8(contained.as_bytes().to_vec()).unwrap())
}

fn absolute(root: &str, path: &str, rules: Rules) -> Result<String, Reason> {
    let mut buffer = [0xFF; PATH_MAX];
    let contained = contain_absolute(root.as_bytes(), path.as_bytes(), rules, &mut buffer);
    contained.map(|contained| String::from_utf8(contained.as_bytes().to_vec()).unwrap())
}

fn of_uri(root: &str, uri: &str, rules: Rules) -> Result<String, Reason> {
    let mut buffer = [0xFF; PATH_MAX];
    let contained = contain_uri(root.as_bytes(), uri.as_bytes(), rules, &mut buffer);
    contained.map(|contained| String::from_utf8(contained.as_bytes().to_vec()).unwrap())
}

/// The second opinion about a path that nothing decodes: names as strings, rules as sentences.
fn naive(path: &[u8], profile: Profile) -> Option<String> {
    let text = std::str::from_utf8(path).ok()?;
    let names: Vec<_> = text.split('/').filter(|name| !["", "."].contains(name)).collect();
    let long = text.is_empty() || text.len() > PATH_MAX;
    if long || text.starts_with('/') || names.contains(&"..") || text.contains('\0') {
        return None;
    }
    let portable = |(at, name): (usize, &&str)| {
        let strange = |c: char| c.is_control() || "\\<>:\"|?*\u{200B}\u{202E}\u{FEFF}／＼：∕".contains(c);
        let dots = name.replace(['．', '…', '․'], ".");
        let stem = dots.split('.').next().unwrap().trim_end_matches(' ').to_uppercase().replace('¹', "1");
        let device = ["CON", "NUL", "AUX", "PRN", "CLOCK$", "CONIN$", "CONOUT$"].contains(&stem.as_str())
            || ["COM", "LPT"].iter().any(|port| (1..=9).any(|n| stem == format!("{port}{n}")));
        let leading = at == 0 && (name.starts_with('-') || *name == "~");
        name.len() <= NAME_MAX && !name.contains(strange) && !dots.ends_with(['.', ' ']) && !device && !leading
    };
    let fine = profile == Profile::Posix || names.iter().enumerate().all(portable);
    fine.then(|| if names.is_empty() { ".".to_owned() } else { names.join("/") })
}

/// What a decoder makes of `text` that takes whatever it can: also `%u002e`.
fn decoded(text: &[u8], lenient: bool) -> Option<Vec<u8>> {
    let (mut bytes, mut rest) = (Vec::new(), text);
    while let Some((&first, after)) = rest.split_first() {
        let number = |digits: &[u8]| {
            let hex = digits.iter().all(u8::is_ascii_hexdigit);
            hex.then(|| u32::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap())
        };
        let short = after.get(..2).filter(|_| first == b'%').and_then(number);
        let long = after.get(1..5).filter(|_| lenient && first == b'%' && b"uU".contains(&after[0])).and_then(number);
        match (short, long.and_then(char::from_u32)) {
            (Some(byte), _) => {
                bytes.push(u8::try_from(byte).unwrap());
                rest = &after[2..];
            }
            (None, Some(character)) => {
                bytes.extend(character.to_string().bytes());
                rest = &after[5..];
            }
            (None, None) if first == b'%' && !lenient => return None,
            (None, None) => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    Some(bytes)
}

/// Pieces of which interesting paths are made.
fn path() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&str] = &[
        "a", "b", "ü", "/", "/", ".", "..", " ", "\\", ":", "-", "~", "%", "%2", "2e", "%2e", "%2F", "%5c", "%25", "%00", "%41",
        "%c0%ae", "%C3%BC", "%u002e", "u", "5", "\0", "\t", "con", "COM1", "COM¹", "nul", ".txt", "*", "…", "．", "／",
        "\u{202E}", "\u{FEFF}", "\u{85}", "...", "x.y", "$", "clock$", "conout$",
    ];
    let piece = prop_oneof![
        20 => prop::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
        1 => (250..260_usize).prop_map(|len| vec![b'n'; len]),
    ];
    vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

fn profile() -> impl Strategy<Value = Profile> {
    prop_oneof![Just(Profile::Portable), Just(Profile::Posix)]
}

fn encoding() -> impl Strategy<Value = Encoding> {
    prop_oneof![Just(Encoding::Guard), (0..=DECODE_MAX).prop_map(Encoding::Decode)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_second_opinion_is_the_same(path in path(), profile in profile()) {
        let got = contained(&path, Rules { profile, encoding: Encoding::Decode(0) }).ok();
        prop_assert_eq!(got, naive(&path, profile));
    }

    #[test]
    fn decoding_first_and_asking_later_is_the_same(path in path(), profile in profile(), times in 0..=DECODE_MAX) {
        let got = contained(&path, Rules { profile, encoding: Encoding::Decode(times) }).ok();
        let plain = (0..times).try_fold(path, |path, _| decoded(&path, false));
        prop_assert_eq!(got, plain.and_then(|path| naive(&path, profile)));
    }

    #[test]
    fn what_is_guarded_stays_inside_however_often_it_is_decoded(path in path(), profile in profile()) {
        let Ok(normal) = contained(&path, Rules { profile, encoding: Encoding::Guard }) else { return Ok(()) };
        let mut later = normal.clone().into_bytes();
        for _ in 0..8 {
            later = decoded(&later, true).unwrap();
            let again = naive(&later, profile);
            prop_assert!(again.is_some(), "{:?}", String::from_utf8_lossy(&later));
            prop_assert_eq!(again.unwrap().split('/').count(), normal.split('/').count());
        }
    }

    #[test]
    fn a_guard_changes_nothing_without_escapes(path in path(), profile in profile()) {
        let path: Vec<_> = path.into_iter().filter(|&byte| byte != b'%').collect();
        let guarded = contained(&path, Rules { profile, encoding: Encoding::Guard });
        prop_assert_eq!(guarded, contained(&path, Rules { profile, encoding: Encoding::Decode(0) }));
    }

    #[test]
    fn the_normal_form_is_its_own_and_never_leaves(path in path(), profile in profile(), encoding in encoding()) {
        let Ok(normal) = contained(&path, Rules { profile, encoding }) else { return Ok(()) };
        // what was decoded is not decoded again
        let again = Rules { profile, encoding: if encoding == Encoding::Guard { encoding } else { Encoding::Decode(0) } };
        prop_assert_eq!(contained(normal.as_bytes(), again), Ok(normal.clone()));
        let joined = Path::new("/srv/root").join(&normal);
        prop_assert!(joined.starts_with("/srv/root"));
        prop_assert!(Path::new(&normal).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)));
        prop_assert!(normal == "." || normal.split('/').all(|name| !["", ".", ".."].contains(&name)), "{}", normal);
    }

    #[test]
    fn what_follows_a_root_is_judged_as_if_it_stood_alone(path in path(), profile in profile(), times in 0..3_u8, slashes in 1..3_usize) {
        let rules = Rules { profile, encoding: Encoding::Decode(times) };
        let Ok(rest) = String::from_utf8(path) else { return Ok(()) };
        let rest = rest.trim_start_matches(['/', '\\']);
        if rest.is_empty() {
            return Ok(());
        }
        let whole = absolute("/srv/docs", &format!("/srv/docs{}{rest}", "/".repeat(slashes)), rules);
        let alone = contained(rest.as_bytes(), rules);
        // decoding may put separators between
        if times == 0 { prop_assert_eq!(whole, alone) } else if alone.is_ok() { prop_assert_eq!(whole, alone) }
    }

    #[test]
    fn a_file_uri_is_the_path_that_it_encodes(path in path(), profile in profile()) {
        let rules = Rules { profile, encoding: Encoding::Decode(0) };
        let Ok(rest) = String::from_utf8(path) else { return Ok(()) };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        let encode = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        let uri: String = format!("file:///srv/docs/{rest}").bytes().skip(7).map(encode).collect();
        let got = of_uri("/srv/docs", &format!("file://{uri}"), rules);
        let want = absolute("/srv/docs", &format!("/srv/docs/{rest}"), rules);
        // dot segments are gone from a URI in normal form, and an encoded backslash is refused
        let odd = rest.contains('\\') || rest.split('/').any(|name| name == "." || name == "..");
        if odd { prop_assert!(got.is_err()) } else { prop_assert_eq!(got, want) }
    }
}

#[test]
fn sizes_are_exact() {
    let name = "n".repeat(NAME_MAX);
    assert_eq!(contained(name.as_bytes(), LITERAL), Ok(name.clone()));
    assert_eq!(contained(format!("{name}n").as_bytes(), LITERAL), Err(Reason::PathSize));
    assert_eq!(contained(format!("{name}n").as_bytes(), POSIX), Ok(format!("{name}n")));
    let long = "n/".repeat(PATH_MAX / 2);
    for rules in [LITERAL, POSIX] {
        assert_eq!(contained(long.as_bytes(), rules).map(|normal| normal.len()), Ok(PATH_MAX - 1));
        assert_eq!(contained(format!("{long}n").as_bytes(), rules), Err(Reason::PathSize));
    }
    let encoded = "%6E".repeat(PATH_MAX / 3);
    assert!(contained(encoded.as_bytes(), Rules { encoding: Encoding::Decode(1), ..POSIX }).is_ok());
    let more = Rules { encoding: Encoding::Decode(DECODE_MAX + 1), ..POSIX };
    assert_eq!(contained(b"a", more), Err(Reason::PathEncoding), "more decodings than a policy may ask for");
}

/// `0x2e` for a dot is no encoding that a path library decodes.
#[test]
fn path_attacks() {
    let attacks = lines("path/attacks.jsonl", 6023);
    let wrong = attacks.iter().filter(|line| {
        let asked = line["expect"] != "neutral" && line.get("via").is_none_or(|via| via != "0x");
        asked && contained(line["in"].as_str().unwrap().as_bytes(), Rules::default()).is_ok()
    });
    assert_eq!(wrong.collect::<Vec<_>>(), Vec::<&serde_json::Value>::new());
}

#[test]
fn path_benign() {
    for line in lines("path/benign.jsonl", 3272) {
        let name = line["in"].as_str().unwrap();
        let portable = line["win"] == "in" && !name.split('/').any(|name| name.ends_with(['.', ' ']) && name != ".");
        let rules = if portable { Rules::default() } else { Rules { profile: Profile::Posix, ..Rules::default() } };
        assert!(contained(name.as_bytes(), rules).is_ok(), "{line}");
    }
}

/// Expectations of others that hold a `..` that stays inside: this kernel refuses it (module documentation).
fn climbs(path: &str) -> bool {
    path.split(['/', '\\']).any(|name| name == "..")
}

#[test]
fn path_islocal() {
    let (mut stricter, corpus) = (Vec::new(), lines("path/islocal.jsonl", 16));
    for line in &corpus {
        let path = line["path"].as_str().unwrap();
        let profile = if line["platform"] == "windows" { Profile::Portable } else { Profile::Posix };
        let local = contained(path.as_bytes(), Rules { profile, ..Rules::default() }).is_ok();
        if local != line["expect"].as_bool().unwrap() {
            assert!(!local && (climbs(path) || path.contains('\\')), "{line}");
            stricter.push(path.to_owned());
        }
    }
    println!("path/islocal: {} of {} equal; stricter: {stricter:?}", corpus.len() - stricter.len(), corpus.len());
}

#[test]
fn path_clean_and_join() {
    let (mut equal, mut stricter) = (0, Vec::new());
    for line in lines("path/clean.jsonl", 37).iter().chain(&lines("path/join.jsonl", 4)) {
        let (path, want) = (line["path"].as_str().unwrap(), line["expect"].as_str().unwrap());
        let windows = line.get("platform").is_some_and(|platform| platform == "windows");
        let profile = if windows { Profile::Portable } else { Profile::Posix };
        match contained(path.as_bytes(), Rules { profile, ..Rules::default() }) {
            Ok(normal) => {
                assert_eq!(normal, want, "{line}");
                equal += 1;
            }
            // absolute on some system, or `..`
            Err(_) if windows || climbs(path) || path.starts_with('/') || path.is_empty() => stricter.push(path.to_owned()),
            Err(reason) => panic!("{reason}: {line}"),
        }
    }
    println!("path/clean, path/join: {equal} equal; refused, for they leave or are absolute: {stricter:?}");
}

#[test]
fn path_within() {
    let (mut equal, mut stricter) = (0, Vec::new());
    for line in lines("path/within.jsonl", 68) {
        let path = line["path"].as_str().unwrap();
        let profile = if line["platform"] == "windows" { Profile::Portable } else { Profile::Posix };
        let rules = Rules { profile, ..Rules::default() };
        let is_absolute = path.starts_with(['/', '\\']) || path.get(1..2) == Some(":");
        let roots = line["allowed"].as_array().unwrap().iter().map(|root| root.as_str().unwrap());
        // a relative path is beneath whatever root it is asked of, which this corpus doesn't mean
        let within = is_absolute && roots.clone().any(|root| absolute(root, path, rules).is_ok());
        if within == line["expect"].as_bool().unwrap() {
            equal += 1;
            continue;
        }
        assert!(!within, "leaves: {line}");
        let why = (climbs(path) || roots.clone().any(climbs), path.contains('\\'));
        assert!(why.0 || why.1, "{line}");
        stricter.push(line["id"].as_str().unwrap().to_owned());
    }
    println!(
        "path/within: {equal} equal; refused, for the path or its root climbs, or has backslashes behind the root: {stricter:?}"
    );
}
