//! Formats: against the corpora that assert them, and against a second way to say the same.

use adarga_core::format::{FORMATS, Format};
use proptest::{collection::vec, prelude::*};
use serde_json::Value;

use super::corpora::lines;

fn has(format: &str, text: &str) -> bool {
    Format::named(format).unwrap().matches(text.as_bytes())
}

#[test]
fn numbers_and_names_lead_back_to_the_format() {
    for (number, &format) in (1_u8..).zip(FORMATS) {
        assert_eq!(format.number(), number, "numbers have no gap");
        assert_eq!(Format::numbered(number), Some(format));
        assert_eq!(Format::named(format.name()), Some(format));
    }
    assert_eq!(Format::numbered(0), None);
    assert_eq!(Format::named("Date"), None);
}

/// Cases that are judged otherwise than by the rule of their file, and why.
const EXCEPTIONS: &[(&str, &str)] = &[];

fn report(name: &str, cases: usize, wrong: Vec<(String, String)>) {
    let wrong: Vec<_> = wrong.into_iter().filter(|(id, _)| !EXCEPTIONS.iter().any(|(excused, _)| excused == id)).collect();
    let texts: Vec<_> = wrong.iter().map(|(id, what)| format!("{id}: {what}")).collect();
    println!("{name}: {} of {cases} equal", cases.saturating_sub(wrong.len()));
    assert!(wrong.is_empty(), "{name}: {} wrong\n{}", wrong.len(), texts.join("\n"));
}

#[test]
fn schemas_of_one_format_are_judged_as_the_suite_says() {
    for (name, cases) in [("schema/draft2020-12.jsonl", 456), ("schema/draft7.jsonl", 344)] {
        let (mut wrong, mut count) = (Vec::new(), 0);
        for line in lines(name, cases) {
            let Some(format) = line["schema"].get("format").and_then(Value::as_str).and_then(Format::named) else { continue };
            let (Value::String(text), "format") = (&line["data"], line["tier"].as_str().unwrap()) else { continue };
            count += 1;
            if format.matches(text.as_bytes()) != line["valid"].as_bool().unwrap() {
                wrong.push((line["id"].as_str().unwrap().to_owned(), format!("{} {text:?} {}", format.name(), line["valid"])));
            }
        }
        report(name, count, wrong);
    }
}

#[test]
fn mailboxes_are_those_of_smtp() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for line in lines("format/email_isemail.jsonl", 95) {
        let (text, smtp) = (line["in"].as_str().unwrap(), line["smtp"].as_bool().unwrap());
        count += 1;
        if has("email", text) != smtp {
            wrong.push((line["id"].as_str().unwrap().to_owned(), format!("{text:?} {smtp}")));
        }
    }
    report("email_isemail", count, wrong);
}
