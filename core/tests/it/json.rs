//! The tokenizer against serde_json and against itself.

use std::fmt::Write;

use adarga_core::{
    Reason,
    json::{self, Document, Integer, Kind, Limits, Node, Scratch, Value as Found, write_pointer},
    write::Out,
};
use adarga_host::memory::Memory;
use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value};

use crate::support::{Dice, LIMITS, parsed};

/// What a document says, as serde_json would say it.
fn value(found: Found<'_>) -> Value {
    let text = |found: Found<'_>| String::from_utf8(found.text().unwrap().to_vec()).unwrap();
    match found.kind() {
        Kind::Null => Value::Null,
        Kind::Bool => found.boolean().unwrap().into(),
        Kind::Number => serde_json::from_slice(found.raw()).unwrap(),
        Kind::String => text(found).into(),
        Kind::Array => {
            let list: Vec<_> = found.elements().map(value).collect();
            assert_eq!(list.len(), found.len());
            list.into()
        }
        Kind::Object => {
            let map: Map<_, _> = found.members().map(|(key, member)| (text(key), value(member))).collect();
            assert_eq!(map.len(), found.len());
            map.into()
        }
    }
}

/// Names that collide, that need escapes, that share their first eight bytes.
fn name() -> impl Strategy<Value = String> {
    const ODD: &[&str] =
        &["", "a", "A", "a/b", "~", "~1", "\u{0}", "\"\\", "é", "e\u{301}", "😀", "prefix-1-a", "prefix-1-b", "0", "-"];
    prop_oneof![prop::sample::select(ODD).prop_map(str::to_owned), any::<String>(), "[a-c]{1,2}"]
}

fn document() -> impl Strategy<Value = Value> {
    let number =
        prop_oneof![any::<i64>().prop_map(Value::from), any::<f64>().prop_map(Value::from), (-3..3).prop_map(Value::from)];
    let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), number, name().prop_map(Value::from)];
    leaf.prop_recursive(6, 80, 10, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..10).prop_map(Value::from),
            vec((name(), inner), 0..12).prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

/// Writes `value` in one of its many spellings: white space and escapes by the dice.
fn spell(value: &Value, dice: &mut Dice, out: &mut String) {
    let space = |dice: &mut Dice, out: &mut String| out.push_str(dice.pick(&["", "", "", " ", "\n", "\t\r "]));
    space(dice, out);
    match value {
        Value::String(text) => spell_text(text, dice, out),
        Value::Array(list) => {
            out.push('[');
            for (place, item) in list.iter().enumerate() {
                out.push_str(if place == 0 { "" } else { "," });
                spell(item, dice, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            for (place, (key, item)) in map.iter().enumerate() {
                out.push_str(if place == 0 { "" } else { "," });
                space(dice, out);
                spell_text(key, dice, out);
                space(dice, out);
                out.push(':');
                spell(item, dice, out);
            }
            out.push('}');
        }
        plain => out.push_str(&plain.to_string()),
    }
    space(dice, out);
}

fn spell_text(text: &str, dice: &mut Dice, out: &mut String) {
    out.push('"');
    for scalar in text.chars() {
        let plain = scalar >= ' ' && scalar != '"' && scalar != '\\';
        if plain && dice.roll(4) != 0 {
            out.push(scalar);
        } else {
            for unit in scalar.encode_utf16(&mut [0; 2]) {
                let upper = dice.roll(2) == 0;
                let _ = if upper { write!(out, "\\u{unit:04X}") } else { write!(out, "\\u{unit:04x}") };
            }
        }
    }
    out.push('"');
}

fn spelled() -> impl Strategy<Value = (Value, String)> {
    (document(), any::<u64>()).prop_map(|(value, seed)| {
        let mut text = String::new();
        spell(&value, &mut Dice(seed), &mut text);
        (value, text)
    })
}

/// Bytes that are nearly JSON: a spelled document with a few cuts, doublings and replacements.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    const BITS: &[&[u8]] = &[
        b"\"",
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"0",
        b"-",
        b".",
        b"e",
        b"\0",
        b"\n",
        b"\x80",
        b"\xC0\xAF",
        b"\xED\xA0\x80",
        b"\\u",
        b"\\ud800",
        b"NaN",
        b"null",
        b"\xEF\xBB\xBF",
        b" ",
        b"\"a\":1,",
        b"1e400",
        b"-0",
        b"01",
    ];
    (spelled(), vec((any::<prop::sample::Index>(), prop::sample::select(BITS), 0..4_usize), 0..4)).prop_map(
        |((_, text), damages)| {
            let mut bytes = text.into_bytes();
            for (place, bit, cut) in damages {
                let at = place.index(bytes.len() + 1);
                let end = (at + cut).min(bytes.len());
                bytes.splice(at..end, bit.iter().copied());
            }
            bytes
        },
    )
}

fn soup() -> impl Strategy<Value = Vec<u8>> {
    const TOKENS: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"b\"",
        "1",
        "-1.5e3",
        "true",
        "null",
        " ",
        "\"\\u0061\"",
        "\"\\ud83d\\ude00\"",
        "x",
    ];
    vec(prop::sample::select(TOKENS), 0..24).prop_map(|tokens| tokens.concat().into_bytes())
}

/// What passes here passes serde_json with the same value; what only serde_json lets pass is refused for a reason that it lacks.
fn is_strict_subset(bytes: &[u8]) {
    let other = serde_json::from_slice::<Value>(bytes);
    parsed(bytes, LIMITS, |ours| match (ours, other) {
        (Ok(ours), Ok(other)) => assert_eq!(value(ours.root()), other),
        (Err(refusal), Ok(_)) => {
            assert!(matches!(refusal.reason, Reason::JsonDuplicate | Reason::JsonDepth), "refused for {}", refusal.reason);
        }
        // numbers are kept as text here
        (Ok(_), Err(error)) => assert!(error.to_string().contains("number out of range"), "accepted in spite of: {error}"),
        (Err(refusal), Err(_)) => assert!(refusal.at <= bytes.len()),
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nearly_json_is_read_as_a_strict_subset_of_what_serde_json_reads(bytes in damaged()) {
        is_strict_subset(&bytes);
    }

    #[test]
    fn tokens_in_any_order_are_read_as_a_strict_subset_of_what_serde_json_reads(bytes in soup()) {
        is_strict_subset(&bytes);
    }

    #[test]
    fn any_bytes_are_refused_or_read_alike_every_time(bytes in vec(any::<u8>(), 0..200)) {
        is_strict_subset(&bytes);
        let outcome = || parsed(&bytes, LIMITS, |ours| ours.map(|ours| value(ours.root())));
        prop_assert_eq!(outcome(), outcome());
    }

    #[test]
    fn every_spelling_of_a_document_is_that_document((value_, text) in spelled()) {
        parsed(text.as_bytes(), LIMITS, |ours| {
            let ours = ours.unwrap();
            assert_eq!(value(ours.root()), value_);
            assert_eq!(ours.root().raw(), text.trim_matches([' ', '\n', '\r', '\t']).as_bytes());
            every_node_is_found_by_its_pointer(ours);
        });
    }

    #[test]
    fn the_seed_changes_no_answer(bytes in damaged(), seeds in any::<[(u64, u64); 2]>()) {
        let [one, other] = seeds.map(|seed| {
            let (mut nodes, mut slots, mut text) = (vec![Node::default(); 1 << 14], vec![0; 1 << 14], vec![0; bytes.len()]);
            let mut scratch = Scratch::new(&mut nodes, &mut slots, &mut text, seed);
            let outcome = json::parse(&bytes, LIMITS, &mut scratch);
            (outcome, nodes)
        });
        prop_assert!(one == other);
    }

    #[test]
    fn integers_are_exact_or_none(n in any::<i64>(), small in -9_007_199_254_740_991_i64..=9_007_199_254_740_991) {
        prop_assert_eq!(Integer::read(small.to_string().as_bytes()).map(Integer::get), Some(small));
        let exact = (-Integer::MAX..=Integer::MAX).contains(&n);
        prop_assert_eq!(Integer::read(n.to_string().as_bytes()).map(Integer::get), exact.then_some(n));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_key_twice_is_found_wherever_it_stands(
        size in prop_oneof![2..20_usize, 2..5000_usize],
        places in any::<(prop::sample::Index, prop::sample::Index)>(),
        seed in any::<u64>(),
        prefix in prop::sample::select(&["", "k", "a-long-common-prefix-"][..]),
    ) {
        let (one, other) = (places.0.index(size), places.1.index(size));
        prop_assume!(one != other);
        let (first, second) = (one.min(other), one.max(other));
        let mut dice = Dice(seed);
        let mut write = |twice: bool| {
            let (mut text, mut culprit) = (String::from("{"), 0);
            for place in 0..size {
                text.push_str(if place == 0 { "" } else { "," });
                if place == second {
                    culprit = text.len();
                }
                let key = format!("{prefix}{}", if twice && place == second { first } else { place });
                spell_text(&key, &mut dice, &mut text);
                text.push_str(":0");
            }
            (text + "}", culprit)
        };
        let (text, culprit) = write(true);
        parsed(text.as_bytes(), LIMITS, |ours| {
            let refusal = ours.map(|ours| ours.root().len()).unwrap_err();
            assert_eq!((refusal.reason, refusal.at), (Reason::JsonDuplicate, culprit));
        });
        let (text, _) = write(false);
        parsed(text.as_bytes(), LIMITS, |ours| assert_eq!(ours.unwrap().root().len(), size));
    }
}

/// A pointer is written for every node and leads back to it; that of a key leads to its value.
fn every_node_is_found_by_its_pointer(document: Document<'_>) {
    let keys: Vec<_> = (0..).map_while(|index| document.value(index)).flat_map(|found| found.members()).collect();
    for index in (0..).take_while(|&index| document.value(index).is_some()) {
        let mut buffer = vec![0; 4096];
        let mut out = Out::new(&mut buffer);
        write_pointer(document, index, &mut out);
        let pointer = String::from_utf8(out.finish().unwrap().to_vec()).unwrap();
        let tokens = pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"));
        let found = tokens.fold(document.root(), |here, token| here.step(token.as_bytes()).unwrap());
        let target = keys.iter().find(|(key, _)| key.index() == index).map_or(index, |(_, value)| value.index());
        assert_eq!(found.index(), target, "{pointer}");
    }
}

#[test]
fn a_pointer_steps_by_the_letter_of_rfc_6901() {
    parsed(br#"{"list":[10,11],"-":1,"":{"":2}}"#, LIMITS, |document| {
        let root = document.unwrap().root();
        let step = |tokens: &[&str]| tokens.iter().try_fold(root, |here, token| here.step(token.as_bytes()));
        assert_eq!(step(&["list", "1"]).unwrap().raw(), b"11");
        assert_eq!(step(&["", ""]).unwrap().raw(), b"2");
        assert_eq!(step(&["-"]).unwrap().raw(), b"1");
        for token in ["2", "-", "-1", "01", "+1", "1.0", "", " 1", "99999999999999999999"] {
            assert!(step(&["list", token]).is_none(), "`{token}` is no index of RFC 6901 §4");
        }
        assert!(step(&["list", "1", "0"]).is_none() && step(&["nothing"]).is_none());
    });
}

#[test]
fn limits_are_met_exactly() {
    let reason = |bytes: &str, depth_max, values_max| {
        parsed(bytes.as_bytes(), Limits { depth_max, values_max }, |ours| {
            ours.map_or_else(|refusal| refusal.reason, |_| Reason::Allowed)
        })
    };
    for (text, depth, values) in [("0", 0, 1), ("[]", 1, 1), ("{}", 1, 1), (r#"{"a":[1,2]}"#, 2, 5), ("[[[]],[]]", 3, 4)] {
        assert_eq!(reason(text, depth, values), Reason::Allowed, "{text}");
        assert_eq!(reason(text, depth, values - 1), Reason::JsonValues, "{text}");
        if depth > 0 {
            assert_eq!(reason(text, depth - 1, values), Reason::JsonDepth, "{text}");
        }
    }
}

#[test]
fn memory_below_the_limits_is_said_so_and_never_a_verdict() {
    let (mut nodes, mut slots, mut text) = ([Node::default(); 2], [0; 4], [0; 16]);
    let mut scratch = Scratch::new(&mut nodes, &mut slots, &mut text, (0, 0));
    let limits = Limits { depth_max: 4, values_max: 4 };
    assert!(json::parse(b"[1]", limits, &mut scratch).is_ok());
    assert_eq!(json::parse(b"[1,2]", limits, &mut scratch).unwrap_err().reason, Reason::HostScratch);
    let mut short = Scratch::new(&mut nodes, &mut slots, &mut [], (0, 0));
    assert_eq!(json::parse(br#""\n""#, limits, &mut short).unwrap_err().reason, Reason::HostScratch);
}

/// Every lead byte with every second byte and the edges of the others, at each place of a text that is judged many bytes at a time.
#[test]
fn utf8_is_what_the_standard_library_says_it_is() {
    const EDGES: [u8; 8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0xBF, 0xC0, 0xFF];
    let mut memory = Memory::for_limits(16, 256);
    let mut judge = |sequence: &[u8], before: usize, after: usize| {
        if sequence.iter().any(|byte| *byte < 0x20 || b"\"\\".contains(byte)) {
            return;
        }
        let text = [b"a".repeat(before), sequence.to_vec(), b"z".repeat(after)].concat();
        let document = [b"[\"".as_slice(), &text, b"\"]"].concat();
        let read = json::parse(&document, Limits { depth_max: 2, values_max: 16 }, &mut memory.scratch());
        let expected = std::str::from_utf8(&text).map_err(|error| (Reason::JsonUtf8, 2 + error.valid_up_to()));
        assert_eq!(read.map(|_| ()).map_err(|refusal| (refusal.reason, refusal.at)), expected.map(|_| ()), "{text:02x?}");
    };
    for lead in 0x80..=0xFF {
        for second in 0..=0xFF {
            judge(&[lead, second], 0, 0);
            judge(&[lead, second], 30, 7);
            for third in EDGES {
                judge(&[lead, second, third], 1, 40);
                judge(&[lead, second, third, 0x80], 29, 0);
                judge(&[lead, second, third, 0xC0, 0x80], 2, 33);
            }
        }
    }
    for place in 0..48 {
        for sequence in ["é", "€", "𝄞", "\u{d7ff}\u{e000}\u{10ffff}"] {
            judge(sequence.as_bytes(), place, 48 - place);
            judge(&sequence.as_bytes()[1..], place, 48 - place);
            judge(&sequence.as_bytes()[..sequence.len() - 1], place, 48 - place);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// The gate looks for line breaks only where the tokenizer says there may be some.
    #[test]
    fn what_may_break_a_line_is_noticed(bytes in damaged(), breaks in vec((any::<prop::sample::Index>(), 0..4_usize), 0..3)) {
        let mut bytes = bytes;
        for (place, which) in breaks {
            let at = place.index(bytes.len() + 1);
            bytes.insert(at, b"\r\n\t "[which]);
        }
        let mut memory = Memory::for_limits(LIMITS.values_max, 1 << 16);
        if let Ok(parsed) = json::parse(&bytes, LIMITS, &mut memory.scratch()) {
            prop_assert!(parsed.may_break() || adarga_core::frame::line_break(&bytes).is_none(), "{:?}", String::from_utf8_lossy(&bytes));
        }
    }
}
