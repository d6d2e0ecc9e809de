//! How many attacks of the corpora beside the checkout are seen, and how many texts of people, models and programs are taken for
//! one. Rates are printed for two halves of the corpora, chosen by a hash of the case: where they lie far apart, the number of
//! cases is too small to say much.

use std::collections::BTreeMap;

use adarga_core::threat::{Kinds, scan};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::corpora::lines;

/// What was counted of one class: cases, flagged as anything, flagged as what they are; by half.
#[derive(Default)]
struct Count {
    cases: [u32; 2],
    flagged: [u32; 2],
    own: [u32; 2],
}

impl Count {
    fn add(&mut self, id: &str, kinds: Kinds, own: Kinds) {
        let half = usize::from(
            id.bytes().fold(0_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte))).count_ones() & 1 == 1,
        );
        self.cases[half] += 1;
        self.flagged[half] += u32::from(!kinds.is_empty());
        self.own[half] += u32::from(!own.is_empty() && kinds.contains(own));
    }

    /// Per cent of all cases.
    fn rate(&self, hits: [u32; 2]) -> f64 {
        f64::from(hits.iter().sum::<u32>()) * 100.0 / f64::from(self.cases.iter().sum::<u32>())
    }

    fn half(&self, hits: [u32; 2], half: usize) -> f64 {
        f64::from(hits[half]) * 100.0 / f64::from(self.cases[half].max(1))
    }
}

/// What a class of attacks is to us; nothing where no kind is meant for it.
fn own(class: &str) -> Kinds {
    match class {
        "sqli" => Kinds::SQL,
        "xss" => Kinds::HTML,
        "cmdi" => Kinds::SHELL,
        "path" => Kinds::TRAVERSAL,
        _ => Kinds::NONE,
    }
}

fn text<'v>(line: &'v Value, member: &str) -> &'v str {
    line[member].as_str().unwrap_or_else(|| panic!("`{member}` of {line}"))
}

fn bytes(line: &Value) -> Vec<u8> {
    match line.get("b64") {
        Some(encoded) => STANDARD.decode(encoded.as_str().unwrap()).unwrap(),
        None => text(line, "in").as_bytes().to_vec(),
    }
}

fn counts() -> BTreeMap<String, Count> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for line in lines("inj/attacks.jsonl", 15_784) {
        let (class, tier) = (text(&line, "class"), text(&line, "tier"));
        counts.entry(format!("attacks {class}/{tier}")).or_default().add(text(&line, "id"), scan(&bytes(&line)), own(class));
    }
    for line in lines("inj/crs.jsonl", 2_619).iter().filter(|line| line["expect"] == "attack") {
        let class = text(line, "class");
        let part = |part: &Value| part.as_str().unwrap().as_bytes().to_vec();
        let parts: Vec<Vec<u8>> = match line.get("parts_b64") {
            Some(parts) => parts.as_array().unwrap().iter().map(|one| STANDARD.decode(part(one)).unwrap()).collect(),
            None => line["parts"].as_array().unwrap().iter().map(part).collect(),
        };
        let kinds = parts.iter().map(|part| scan(part)).fold(Kinds::NONE, Kinds::union);
        counts.entry(format!("crs {class}")).or_default().add(text(line, "id"), kinds, own(class));
    }
    for line in lines("inj/benign.jsonl", 12_797) {
        let name = format!("benign {}", text(&line, "kind"));
        counts.entry(name).or_default().add(text(&line, "id"), scan(&bytes(&line)), Kinds::NONE);
    }
    counts
}

/// At least so many per cent are seen as what they are.
const SEEN: &[(&str, f64)] = &[
    ("attacks sqli/list", 97.0),
    ("attacks sqli/curated", 99.0),
    ("attacks xss/list", 95.5),
    ("attacks xss/curated", 99.0),
    ("attacks cmdi/list", 78.0),
    ("crs sqli", 38.0),
    ("crs xss", 66.0),
    ("crs cmdi", 45.0),
    ("crs path", 60.0),
];

/// At most so many per cent are taken for an attack.
const FALSE: &[(&str, f64)] = &[
    ("benign prose", 0.1),
    ("benign prompt", 0.1),
    ("benign tool-args", 0.1),
    ("benign form-values", 0.1),
    ("benign code", 1.5),
    ("benign hard", 3.0),
    ("benign pii-sentences", 0.5),
    ("benign sql-fragments", 2.0),
];

#[test]
fn rates() {
    let counts = counts();
    println!("{:26} {:>6}  {:>8} {:>8}   {:>15}", "per cent", "cases", "flagged", "own kind", "flagged, halves");
    for (name, count) in &counts {
        let halves = [0, 1].map(|half| format!("{:.2}", count.half(count.flagged, half)));
        let cases: u32 = count.cases.iter().sum();
        let (flagged, own) = (count.rate(count.flagged), count.rate(count.own));
        println!("{name:26} {cases:6}  {flagged:8.2} {own:8.2}   {:>7} {:>7}", halves[0], halves[1]);
    }
    for (name, floor) in SEEN {
        if let Some(count) = counts.get(*name) {
            assert!(count.rate(count.own) >= *floor, "{name}: {:.2} % are seen, not {floor}", count.rate(count.own));
        }
    }
    for (name, ceiling) in FALSE {
        if let Some(count) = counts.get(*name) {
            assert!(
                count.rate(count.flagged) <= *ceiling,
                "{name}: {:.2} % are flagged, not {ceiling}",
                count.rate(count.flagged)
            );
        }
    }
}

#[test]
fn strange_strings_are_read() {
    for line in lines("inj/naughty.jsonl", 311) {
        let bytes = bytes(&line);
        assert_eq!(scan(&bytes), scan(&bytes.clone()), "{}", text(&line, "id"));
    }
}
