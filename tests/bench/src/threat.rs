//! Threats in strings: the prefilter over a whole message beside a `RegexSet` of the patterns that guides recommend, and what
//! texts cost that are made to be slow.

use adarga_core::threat;
use regex::bytes::RegexSet;
use std::hint::black_box;

use crate::{
    bodies::{self, Era, SIZES},
    contest::Contestant,
    report::Report,
};

/// At least this many times as fast as the patterns.
const REGEX_FLOOR: f64 = 2.5;
/// From this length on: for short messages the set has little to set up either.
const FLOOR_FROM: usize = 1024;
/// The largest text may cost at most this many times the smallest, for each byte.
const LINEAR_CEILING: f64 = 1.5;

/// One pattern for each kind, as they are copied from guide to guide.
pub(crate) const PATTERNS: [&str; 4] = [
    r"(?i)\b(union\s+(all\s+)?select|select\s+.+\s+from|insert\s+into|delete\s+from|drop\s+table|or\s+1\s*=\s*1)\b",
    r"(?i)<\s*(script|iframe|object|embed)|javascript:|\bon\w+\s*=",
    r"[;&|`]\s*(cat|ls|rm|wget|curl|nc|bash|sh)\b|\$\(",
    r"(\.\./|\.\.\\|%2e%2e)",
];

/// Measures clean text, and texts that are hard in one way.
pub(crate) fn measure(report: &mut Report) {
    let patterns = RegexSet::new(PATTERNS).expect("the patterns are in order");
    report.duels("Threats, clean ASCII: RegexSet of four patterns");
    for (name, input) in clean() {
        assert!(!threat::suspicious(&input) && !patterns.is_match(&input), "{name} is clean to both");
        let theirs = Contestant::new(|| patterns.is_match(black_box(&input)));
        report.duel(
            &format!("threat/clean/{name}"),
            (input.len() >= FLOOR_FROM).then_some(REGEX_FLOOR),
            prefilter(&input),
            theirs,
        );
    }
    report.table("Threats, ns a byte (1.7 GB/s are 0.59)", "");
    let inputs = clean();
    let jobs = inputs.iter().map(|(name, input)| (name.clone(), input.len() as f64, prefilter(input)));
    report.growth("threat/prefilter", "ns/byte", None, jobs.collect());
    for (name, unit) in HOSTILE {
        let texts: Vec<Vec<u8>> = [1 << 10, 16 << 10, 256 << 10, 1 << 20].map(|len| unit.repeat(len / unit.len())).into();
        let jobs = texts.iter().map(|text| {
            let job = Contestant::new(move || threat::scan(black_box(text)));
            (format!("{} KiB", text.len().div_ceil(1 << 10)), text.len() as f64, job)
        });
        report.growth(&format!("threat/hostile/{name}"), "ns/byte", Some(LINEAR_CEILING), jobs.collect());
    }
}

/// What a careless reader would go over again and again, and ours reads to the end without finding anything or early.
const HOSTILE: [(&str, &[u8]); 10] = [
    ("quotes", b"'"),
    ("parentheses", b"(("),
    ("open comments", b"/*a "),
    ("tags", b"<a "),
    ("names with NUL", b"<\0a"),
    ("backslashes", b"\\"),
    ("dots and NUL", b".\0"),
    ("ampersands", b"& "),
    ("entities", b"&amp;"),
    ("commands and blanks", b";id                               "),
];

/// The messages of the three lengths, whose strings hold no escapes, and prose.
fn clean() -> Vec<(String, Vec<u8>)> {
    let plain = |input: Vec<u8>| -> Vec<u8> { input.into_iter().filter(|byte| byte.is_ascii() && *byte != b'\\').collect() };
    let calls = SIZES.map(|(size, len)| (format!("call {size} {len}"), plain(bodies::call(Era::Legacy, "search_reports", len))));
    let prose = ("prose 64 KiB".to_owned(), plain(bodies::special("one long ASCII string", 64 << 10)));
    calls.into_iter().chain([prose]).collect()
}

fn prefilter(input: &[u8]) -> Contestant<'_> {
    Contestant::new(move || threat::suspicious(black_box(input)))
}
