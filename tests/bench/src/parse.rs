//! The tokenizer beside serde_json and sonic-rs, each making the tree that its users work with and letting go of it again.

use adarga_core::json::{self, Document, Kind, Limits, Parsed};
use adarga_host::memory::Memory;
use serde_json::Value;
use std::hint::black_box;

use crate::{
    bodies::{self, Era, SIZES},
    contest::Contestant,
    report::Report,
};

/// As a policy has them by default.
const LIMITS: Limits = Limits { depth_max: 128, values_max: 65_536 };

/// At least this many times as fast as `serde_json::Value`.
const SERDE_FLOOR: f64 = 5.0;
/// At most twice the time of `sonic_rs::Value`, which doesn't look for duplicate keys.
const SONIC_FLOOR: f64 = 0.5;

/// Measures bodies of the three lengths, then inputs that are hard in one way.
pub(crate) fn measure(report: &mut Report) {
    report.duels("Tokenizer: serde_json::Value");
    for (name, input) in inputs() {
        let floor = name.starts_with("call").then_some(SERDE_FLOOR);
        report.duel(&format!("parse/serde/{name}"), floor, ours(&input), serde(&input));
    }
    report.duels("Tokenizer: sonic_rs::Value");
    for (name, input) in inputs() {
        let floor = name.starts_with("call").then_some(SONIC_FLOOR);
        report.duel(&format!("parse/sonic/{name}"), floor, ours(&input), sonic(&input));
    }
}

fn inputs() -> Vec<(String, Vec<u8>)> {
    let calls = SIZES.map(|(size, len)| (format!("call {size} {len}"), bodies::call(Era::Legacy, "search_reports", len)));
    let kinds = ["one long ASCII string", "non-ASCII prose", "heavy escapes", "small numbers", "short members"];
    let special = kinds.map(|kind| (format!("{kind} 64 KiB"), bodies::special(kind, 64 << 10)));
    calls.into_iter().chain(special).collect()
}

/// Our tokenizer with memory that is reused from call to call.
pub(crate) fn ours(input: &[u8]) -> Contestant<'_> {
    let mut memory = Memory::for_limits(1 << 20, u32::try_from(input.len()).unwrap_or(u32::MAX));
    let limits = Limits { values_max: 1 << 20, ..LIMITS };
    check(input, limits, &mut memory);
    Contestant::new(move || parse(black_box(input), limits, &mut memory))
}

fn parse(input: &[u8], limits: Limits, memory: &mut Memory) -> Option<Parsed> {
    json::parse(input, limits, &mut memory.scratch()).ok()
}

/// Our tape has to say what the tree of serde_json says.
fn check(input: &[u8], limits: Limits, memory: &mut Memory) {
    let tree: Value = serde_json::from_slice(input).expect("the input is JSON");
    let parsed = parse(input, limits, memory).expect("we accept the input");
    let scratch = memory.scratch();
    assert!(same(Document::new(input, &scratch, parsed).root(), &tree), "the tape differs from the tree of serde_json");
}

fn same(ours: json::Value<'_>, theirs: &Value) -> bool {
    let raw = || serde_json::from_slice::<Value>(ours.raw()).is_ok_and(|raw| raw == *theirs);
    match ours.kind() {
        Kind::Null | Kind::Bool | Kind::Number => raw(),
        Kind::String => ours.text() == theirs.as_str().map(str::as_bytes),
        Kind::Array => theirs
            .as_array()
            .is_some_and(|list| list.len() == ours.len() && ours.elements().zip(list).all(|(ours, theirs)| same(ours, theirs))),
        Kind::Object => theirs.as_object().is_some_and(|map| {
            let member = |(key, value): (json::Value<'_>, _)| {
                let name = key.text().and_then(|name| std::str::from_utf8(name).ok());
                name.and_then(|name| map.get(name)).is_some_and(|theirs| same(value, theirs))
            };
            map.len() == ours.len() && ours.members().all(member)
        }),
    }
}

fn serde(input: &[u8]) -> Contestant<'_> {
    Contestant::new(move || serde_json::from_slice::<Value>(black_box(input)).is_ok())
}

fn sonic(input: &[u8]) -> Contestant<'_> {
    let read = |input| sonic_rs::from_slice::<sonic_rs::Value>(input);
    let tree: Option<Value> = read(input).ok().and_then(|value| serde_json::from_str(&value.to_string()).ok());
    assert_eq!(tree, serde_json::from_slice(input).ok(), "sonic-rs reads the input as serde_json does");
    Contestant::new(move || read(black_box(input)).is_ok())
}
