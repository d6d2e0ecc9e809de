//! Redaction of an answer beside a walk over the tree of `serde_json`, and detectors for each byte.

use std::{hint::black_box, time::Instant};

use adarga_core::{
    detect::{Kinds, spans},
    json::{self, Limits},
    redact::{Mask, Name, Names, Redacted, Rules, redact},
};
use adarga_host::memory::Memory;
use serde_json::Value;

use crate::{contest::Contestant, report::Report};

const LIMITS: Limits = Limits { depth_max: 128, values_max: 65_536 };
/// At least this many times as fast as reading a tree, masking in it and writing it.
const TREE_FLOOR: f64 = 10.0;
/// Parsing and redaction of an answer of 10 KB in which nothing is masked, in nanoseconds a KB: 1 GB/s.
const CEILING: f64 = 1000.0;
const FIELDS: [&str; 6] = ["password", "ssn", "cardNumber", "apiKey", "accessToken", "dateOfBirth"];

/// Measures an answer in which nothing is masked, and one in which every record loses a member.
pub(crate) fn measure(report: &mut Report) {
    let names: Vec<Name> = FIELDS.iter().filter_map(|name| Name::new(name.as_bytes())).collect();
    report.duels("Redaction by name: a walk over serde_json::Value");
    for (name, member) in [("nothing 10 KB", "nickname"), ("every record 10 KB", "card_number")] {
        let input = answer(member);
        report.duel(&format!("redact/tree/{name}"), Some(TREE_FLOOR), ours(&input, &names), tree(&input));
    }
    report.table("Redaction and detectors, for each KB", "");
    let input = answer("nickname");
    report.figure("redact/nothing 10 KB", "ns/KB", per_kb(job(&input, &names), input.len()), Some(CEILING));
    let text = String::from_utf8_lossy(&input);
    for (name, kinds) in [("redacted", Kinds::REDACTED), ("all", Kinds::ALL)] {
        let job = || spans(black_box(text.as_bytes()), kinds).count();
        report.figure(&format!("detect/{name}"), "ns/KB", per_kb(job, input.len()), None);
    }
}

/// The least of many times, in nanoseconds a KB.
fn per_kb<T>(mut job: impl FnMut() -> T, len: usize) -> f64 {
    let best = (0..2000).map(|_| {
        let start = Instant::now();
        black_box(job());
        start.elapsed().as_secs_f64()
    });
    best.fold(f64::INFINITY, f64::min) * 1e9 * 1000.0 / len as f64
}

/// Records, each with a member of this name.
fn answer(member: &str) -> Vec<u8> {
    let record = |at: usize| {
        serde_json::json!({
            "id": at, "name": "Ann Lee", "email": format!("ann{at}@example.com"), "active": true, member: "4111 1111 1111 1111",
            "address": { "street": "12 Long Lane", "city": "Oldtown", "notes": "Ring twice; the dog is friendly, the cat is not." },
        })
    };
    let records: Vec<Value> = (0..42).map(record).collect();
    serde_json::json!({ "jsonrpc": "2.0", "id": 1, "result": { "structuredContent": { "users": records } } })
        .to_string()
        .into_bytes()
}

fn job<'a>(input: &'a [u8], names: &'a [Name]) -> impl FnMut() -> Option<usize> + 'a {
    let mut memory = Memory::for_limits(LIMITS.values_max, u32::try_from(input.len()).unwrap_or(u32::MAX));
    let mut out = vec![0; input.len() * 2];
    let rules = Rules { names: Names::new(names), kinds: Kinds::NONE, mask: Mask::Redacted, ..Rules::NOTHING };
    move || {
        let mut scratch = memory.scratch();
        let parsed = json::parse(black_box(input), LIMITS, &mut scratch).ok()?;
        Some(match redact(input, &mut scratch, parsed, &rules, &[], &mut out).ok()? {
            Redacted::Unchanged => input.len(),
            Redacted::Edited(edited) => edited.len(),
        })
    }
}

fn ours<'a>(input: &'a [u8], names: &'a [Name]) -> Contestant<'a> {
    let mut job = job(input, names);
    let walked = serde_json::to_vec(&walk(serde_json::from_slice(input).expect("the input is JSON"))).expect("a tree is written");
    assert_eq!(job(), Some(walked.len()), "we mask what the walk masks");
    Contestant::new(job)
}

fn tree(input: &[u8]) -> Contestant<'_> {
    Contestant::new(move || {
        let tree = serde_json::from_slice(black_box(input)).map(walk);
        tree.and_then(|tree| serde_json::to_vec(&tree)).map(|bytes| bytes.len()).ok()
    })
}

fn walk(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(members.into_iter().map(masked).collect()),
        Value::Array(items) => Value::Array(items.into_iter().map(walk).collect()),
        other => other,
    }
}

fn masked((name, value): (String, Value)) -> (String, Value) {
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let own = plain(&name);
    let value = if FIELDS.iter().any(|field| plain(field) == own) { "[REDACTED]".into() } else { walk(value) };
    (name, value)
}
