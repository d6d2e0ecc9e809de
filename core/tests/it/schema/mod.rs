//! Schemas: the machine and the compiler against a naive validator, and what they promise of cost and memory.

mod cost;
mod numbers;
mod oracle;
mod patterns;
mod random;

use adarga_core::{
    json::{self, Document, Limits, write_pointer},
    schema::{Culprit, Keyword, Verdict},
    write::Out,
};
use adarga_host::{
    memory::Memory,
    schema::{Compiled, Compiler, Options, SchemaError, SchemaMemory},
};
use proptest::prelude::*;
use serde_json::json;

use crate::support::Dice;

const LIMITS: Limits = Limits { depth_max: 100, values_max: 1 << 20 };

/// Compiles one schema.
fn compile(schema: &str) -> Result<Compiled, SchemaError> {
    let mut compiler = Compiler::new(Options::default())?;
    compiler.schema(schema)?;
    compiler.finish()
}

/// Judges a text with memory of exactly the size that is asked for; also the culprits, of at most so many.
fn judge(compiled: &Compiled, text: &str, culprits_max: usize) -> (Verdict, Vec<(String, Keyword)>) {
    let values = u32::try_from(text.len() + 1).unwrap();
    let mut memory = Memory::for_limits(values, values);
    let mut scratch = memory.scratch();
    let parsed = json::parse(text.as_bytes(), Limits { values_max: values, ..LIMITS }, &mut scratch).unwrap();
    let document = Document::new(text.as_bytes(), &scratch, parsed);
    let schema = compiled.schemas().unwrap().schema(0).unwrap();
    let mut memory = SchemaMemory::new(schema.needs(values, LIMITS.depth_max), culprits_max);
    let verdict = schema.check(document.root(), &mut memory.memory());
    let pointer = |culprit: &Culprit| {
        let mut buffer = vec![0; text.len() * 2 + 16];
        let mut out = Out::new(&mut buffer);
        write_pointer(document, culprit.at, &mut out);
        (String::from_utf8(out.finish().unwrap().to_vec()).unwrap(), culprit.keyword)
    };
    let culprits = match verdict {
        Verdict::Invalid(first, 0) => vec![pointer(&first)],
        Verdict::Invalid(_, count) => memory.culprits(count).iter().map(pointer).collect(),
        _ => Vec::new(),
    };
    (verdict, culprits)
}

fn is_valid(compiled: &Compiled, text: &str) -> bool {
    match judge(compiled, text, 0).0 {
        Verdict::Valid => true,
        Verdict::Invalid(..) => false,
        Verdict::Stopped(stop) => panic!("{stop:?} for {text}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_machine_says_what_a_naive_validator_says(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let schema = random::schema(&mut dice);
        // what asks itself without end is refused, and would have no end in the oracle
        if let Ok(compiled) = compile(&schema.to_string()) {
            for _ in 0..8 {
                let value = random::value(&mut dice, 4);
                let text = value.to_string();
                let (want, (got, first)) = (oracle::is_valid(&schema, &value), judge(&compiled, &text, 0));
                prop_assert!(!matches!(got, Verdict::Stopped(_)), "{got:?}\n{schema}\n{text}");
                prop_assert_eq!(got == Verdict::Valid, want, "{}\n{}\n{:?}", schema, text, first);
                let (all, culprits) = judge(&compiled, &text, 50);
                prop_assert_eq!(all == Verdict::Valid, want, "looking for all changes nothing: {}\n{}", schema, text);
                prop_assert_eq!(culprits.first(), first.first(), "{}\n{}", schema, text);
                for (pointer, _) in &culprits {
                    prop_assert!(value.pointer(pointer).is_some(), "{pointer} of {text}");
                }
            }
        }
    }
}

#[test]
fn most_random_schemas_compile_and_tell_values_apart() {
    let mut counts = [0; 3];
    for seed in 0..500 {
        let mut dice = Dice(seed);
        let schema = random::schema(&mut dice);
        match compile(&schema.to_string()) {
            Ok(compiled) => {
                for _ in 0..8 {
                    counts[usize::from(is_valid(&compiled, &random::value(&mut dice, 4).to_string()))] += 1;
                }
            }
            Err(error) => {
                assert!(error.message.contains("itself"), "{error}\n{schema}");
                counts[2] += 1;
            }
        }
    }
    assert!(counts[0] > 800 && counts[1] > 800 && counts[2] < 100, "invalid, valid, refused: {counts:?}");
}

#[test]
fn culprits_are_found_where_they_stand() {
    let schema = json!({
        "type": "object",
        "required": ["name", "age"],
        "properties": {
            "name": { "type": "string", "maxLength": 3 },
            "age": { "type": "integer", "minimum": 13, "maximum": 120 },
            "tags": { "items": { "enum": ["a", "b"] } },
            "either": { "anyOf": [{ "type": "string" }, { "type": "object", "required": ["x"] }] },
        },
        "additionalProperties": false,
    });
    let compiled = compile(&schema.to_string()).unwrap();
    let text = r#"{"name":"long","tags":["a","c",1],"either":{"y":1},"a/b":0}"#;
    let found: Vec<_> = judge(&compiled, text, 10).1;
    let found: Vec<_> = found.iter().map(|(pointer, keyword)| (pointer.as_str(), keyword.name())).collect();
    let all = [
        ("/name", "maxLength"),
        ("/tags/1", "enum"),
        ("/tags/2", "enum"),
        ("/either", "anyOf"),
        ("/a~1b", "additionalProperties"),
        ("", "required"),
    ];
    assert_eq!(found, all);
    for count in 1..all.len() {
        assert_eq!(judge(&compiled, text, count).1.len(), count, "never more than there is room for");
    }
}
