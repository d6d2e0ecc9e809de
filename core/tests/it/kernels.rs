//! The framer, the writer, base64, wildcards: each against a second way to say the same.

use ::base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use adarga_core::{
    frame::{Framed, Framer},
    json::Integer,
    permission::covers,
    signature::base64url,
    text::{self, base64, trim},
    write::Out,
};
use proptest::{collection::vec, prelude::*};

/// Lines and their number of drops when `stream` comes in these chunks.
fn framed(chunks: &[Vec<u8>], line_max: usize) -> (Vec<Vec<u8>>, u64, bool) {
    let (mut framer, mut buffer, mut lines) = (Framer::new(), vec![0; line_max], Vec::new());
    let mut dropped = 0;
    for chunk in chunks {
        let mut rest = chunk.as_slice();
        loop {
            match framer.next(&mut buffer, &mut rest) {
                Framed::Line(line) => lines.push(line.to_vec()),
                Framed::Dropped => dropped += 1,
                Framed::More => break,
            }
        }
    }
    assert_eq!(framer.dropped(), dropped);
    (lines, dropped, framer.is_mid_line())
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![4 => Just(b'a'), 1 => Just(b'\n'), 1 => any::<u8>()], 0..200)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn names_are_hashed_as_by_another_siphash(text in vec(any::<u8>(), 0..80), first in any::<u64>(), second in any::<u64>()) {
        let other = siphasher::sip::SipHasher13::new_with_keys(first, second).hash(&text);
        prop_assert_eq!(text::hash((first, second), &text), other);
    }

    #[test]
    fn any_chunking_gives_the_lines_of_the_whole(stream in stream(), cuts in vec(any::<prop::sample::Index>(), 0..12), line_max in 0..40_usize) {
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).chain([0, stream.len()]).collect();
        cuts.sort_unstable();
        let chunks: Vec<_> = cuts.windows(2).map(|pair| stream[pair[0]..pair[1]].to_vec()).collect();
        let mut lines: Vec<_> = stream.split(|&byte| byte == b'\n').collect();
        let open = lines.pop().unwrap();
        let (short, long): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.len() <= line_max);
        let (got, dropped, mid_line) = framed(&chunks, line_max);
        prop_assert_eq!(got, short.into_iter().map(<[u8]>::to_vec).collect::<Vec<_>>());
        prop_assert_eq!(dropped, long.len() as u64);
        prop_assert_eq!(mid_line, !open.is_empty());
    }

    #[test]
    fn json_strings_are_read_back(text in any::<String>(), room in 0..64_usize) {
        let mut buffer = vec![0; text.len() * 6 + 2];
        let mut out = Out::new(&mut buffer);
        out.json_string(text.as_bytes());
        let len = out.len();
        let written = out.finish().unwrap();
        prop_assert_eq!(serde_json::from_slice::<String>(written).unwrap(), text.as_str());
        let mut short = vec![0; room];
        let mut out = Out::new(&mut short);
        out.json_string(text.as_bytes());
        prop_assert_eq!(out.finish().is_ok(), len <= room, "a record is whole or an error");
    }

    #[test]
    fn integers_are_written_as_their_digits(n in any::<i64>()) {
        let mut buffer = [0; 20];
        let mut out = Out::new(&mut buffer);
        out.integer(n);
        let digits = n.to_string();
        prop_assert_eq!(out.finish().unwrap(), digits.as_bytes());
    }

    #[test]
    fn what_base64_encodes_is_decoded(bytes in vec(any::<u8>(), 0..100)) {
        let text = STANDARD.encode(&bytes);
        prop_assert_eq!(base64(text.as_bytes()).map(Iterator::collect::<Vec<_>>), Some(bytes));
    }

    #[test]
    fn base64_is_as_strict_as_the_crate(text in "[A-Da-d0-3+/=_ \\-]{0,12}") {
        let ours = base64(text.as_bytes()).map(Iterator::collect::<Vec<_>>);
        prop_assert_eq!(ours, STANDARD.decode(&text).ok());
    }

    #[test]
    fn what_base64url_encodes_is_decoded_and_any_other_byte_is_judged_as_by_the_crate(
        bytes in vec(any::<u8>(), 0..100),
        place in any::<prop::sample::Index>(),
        other in any::<u8>(),
    ) {
        let mut text = URL_SAFE_NO_PAD.encode(&bytes).into_bytes();
        prop_assert_eq!(decoded(&text), Some(bytes));
        if !text.is_empty() {
            let place = place.index(text.len());
            text[place] = other;
            prop_assert_eq!(decoded(&text), URL_SAFE_NO_PAD.decode(&text).ok());
        }
    }

    #[test]
    fn base64url_is_as_strict_as_the_crate(text in "[A-Ca-c0-2_=+/ \\-]{0,6}|[A-Za-z0-9_\\-]{0,70}") {
        prop_assert_eq!(decoded(text.as_bytes()), URL_SAFE_NO_PAD.decode(&text).ok());
    }

    #[test]
    fn bytes_are_found_where_the_standard_library_finds_them(text in vec(0xAD..0xB1_u8, 0..60), byte in 0xAC..0xB1_u8) {
        let wanted = |&other: &u8| other == byte;
        prop_assert_eq!(text::find(&text, byte), text.iter().position(wanted));
        prop_assert_eq!(text::find_last(&text, byte), text.iter().rposition(wanted));
        let parts: Vec<_> = text::split(&text, byte).collect();
        prop_assert_eq!(parts, text.split(wanted).collect::<Vec<_>>());
    }

    #[test]
    fn integers_are_read_as_by_the_standard_library(text in "-?[0-9]{0,18}|[0-9/:a\\- ]{1,17}|-?90071992547409[0-9]{2}") {
        let digits = text.strip_prefix('-').unwrap_or(&text);
        let plain = digits.len() <= 16 && digits.bytes().all(|byte| byte.is_ascii_digit()) && text != "-0";
        let naive = text.parse().ok().filter(|n: &i64| plain && n.abs() <= Integer::MAX);
        prop_assert_eq!(Integer::read(text.as_bytes()).map(Integer::get), naive);
    }

    #[test]
    fn a_wildcard_is_a_prefix_and_all_else_is_equality(granted in "[ab:*]{0,5}", required in "[ab:*]{0,6}") {
        let naive = match granted.rfind('*') {
            Some(at) if at + 1 == granted.len() => required.len() >= at && required[..at] == granted[..at],
            _ => granted == required,
        };
        prop_assert_eq!(covers(granted.as_bytes(), required.as_bytes()), naive);
    }

    #[test]
    fn trimming_takes_spaces_and_tabs_alone(text in "[ \t\na]{0,8}") {
        prop_assert_eq!(trim(text.as_bytes()), text.trim_matches([' ', '\t']).as_bytes());
    }
}

/// What a base64url text stands for, in memory that is just long enough; one byte less must not do.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![0; base64url::decoded_len(text.len())];
    if let Some((_, short)) = out.split_first_mut() {
        assert_eq!(base64url::decode(text, short), None);
    }
    let len = base64url::decode(text, &mut out)?;
    assert_eq!(len, out.len());
    Some(out)
}

#[test]
fn echo_says_nothing_rather_than_something_long_or_invisible() {
    let echo = |text: &str, max| {
        let mut buffer = [0; 64];
        let mut out = Out::new(&mut buffer);
        out.echo(text.as_bytes(), max);
        String::from_utf8(out.finish().unwrap().to_vec()).unwrap()
    };
    assert_eq!(
        (echo("a\"b", 3), echo("abcd", 3), echo("a b", 9), echo("é", 9)),
        ("a\\\"b".into(), String::new(), String::new(), String::new())
    );
}
