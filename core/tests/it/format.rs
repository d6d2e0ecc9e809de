//! Formats: against the corpora that assert them, and against a second way to say the same.

use adarga_core::format::Format;
use serde_json::Value;

use super::corpora::lines;

fn has(format: &str, text: &str) -> bool {
    Format::named(format).unwrap().matches(text.as_bytes())
}

#[test]
fn numbers_and_names_lead_back_to_the_format() {
    for (number, &format) in (1_u8..).zip(Format::ALL) {
        assert_eq!(format.number(), number, "numbers have no gap");
        assert_eq!(Format::numbered(number), Some(format));
        assert_eq!(Format::named(format.name()), Some(format));
    }
    assert_eq!(Format::numbered(0), None);
    assert_eq!(Format::named("Date"), None);
}

/// Fails when any case is wrong, and says how many there were.
fn report(name: &str, cases: usize, wrong: &[(String, String)]) {
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
        report(name, count, &wrong);
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
    report("email_isemail", count, &wrong);
}

/// Which validators of validator.js, with these arguments, ask what one of our formats asks. The others have no format: some are
/// national (telephone and tax numbers), some a matter of options (URLs without a scheme, dates by a pattern), some are other
/// kinds of text (MIME types, colours, hashes), which a schema says by `pattern`.
const VALIDATORS: &[(&str, &str, &[Format])] = &[
    ("isEmail", "[]", &[Format::IdnEmail]),
    ("isFQDN", "[]", &[Format::IdnHostname]),
    ("isIP", "[]", &[Format::Ipv4, Format::Ipv6]),
    ("isIP", "[4]", &[Format::Ipv4]),
    ("isIP", "[6]", &[Format::Ipv6]),
    ("isIP", r#"[{"version":4}]"#, &[Format::Ipv4]),
    ("isIP", r#"[{"version":6}]"#, &[Format::Ipv6]),
    ("isRFC3339", "[]", &[Format::DateTime]),
    ("isUUID", r#"["loose"]"#, &[Format::Uuid]),
    ("isURL", r#"[{"require_protocol":true}]"#, &[Format::Iri]),
];

/// Why a validator and a format may differ about a text, if there is a reason.
fn difference(validator: &str, text: &str) -> Option<&'static str> {
    let last = text.rsplit('.').next().unwrap();
    match validator {
        "isRFC3339" if text.get(10..11) == Some(" ") => Some("RFC 3339 §5.6 has `T` between date and time"),
        "isRFC3339" if text.contains(":60") => Some("a leap second in the middle of a day"),
        "isIP" if text.contains('%') => Some("a zone is no part of an address (RFC 4291 §2.2)"),
        "isFQDN" if last.bytes().all(|byte| byte.is_ascii_digit()) => Some("RFC 1123 has no rule for the last label"),
        "isFQDN" if !text.contains('.') => Some("a host name may be one label"),
        "isEmail" if last.len() == 1 => Some("RFC 5321 has no rule for the last label"),
        "isEmail" if text.starts_with(|first: char| !first.is_alphanumeric()) || text.contains('\u{A0}') => {
            Some("RFC 6531 has every character beyond ASCII in a local part")
        }
        "isURL" if text.contains('@') && !text.contains("//") => Some("what stands before a colon is a scheme"),
        _ => None,
    }
}

#[test]
fn validators_of_others_agree_or_differ_for_a_reason() {
    let (mut wrong, mut count, mut excused) = (Vec::new(), 0, Vec::new());
    for line in lines("format/validatorjs.jsonl", 2929) {
        let (validator, arguments) = (line["validator"].as_str().unwrap(), line["args"].to_string());
        let asked = VALIDATORS.iter().find(|(name, with, _)| *name == validator && *with == arguments);
        let (Some((_, _, formats)), Some(text)) = (asked, line["in"].as_str()) else { continue };
        count += 1;
        if formats.iter().any(|format| format.matches(text.as_bytes())) != line["expect"].as_bool().unwrap() {
            match difference(validator, text) {
                Some(reason) => excused.push(format!("{text:?}: {reason}")),
                None => wrong.push((line["id"].as_str().unwrap().to_owned(), format!("{validator} {text:?} {}", line["expect"]))),
            }
        }
    }
    println!("{} differ for a reason:\n{}", excused.len(), excused.join("\n"));
    report("validatorjs", count - excused.len(), &wrong);
}

#[test]
fn the_longest_text_takes_no_longer_than_its_length() {
    // what a checker that goes back, counts or recurses would spend seconds on
    let n = 200_000;
    for text in [
        "(".repeat(n),
        "(?:a)".repeat(n / 5),
        "[a-".repeat(n / 3),
        "a{1,".repeat(n / 4),
        "(?<a>".to_owned() + &"\\k<a>".repeat(60),
        "a.".repeat(n / 2),
        "xn--".repeat(n / 4),
        "é".repeat(n / 2),
        "::".repeat(n / 2),
        "{a}".repeat(n / 3),
        "%41".repeat(n / 3),
        "\"\\\"".repeat(n / 3),
        "~0/".repeat(n / 3),
        "1".repeat(n),
        format!("P{}Y", "9".repeat(n)),
    ] {
        let start = std::time::Instant::now();
        for format in Format::ALL {
            let _ = format.matches(text.as_bytes());
        }
        assert!(start.elapsed().as_secs() < 2, "{} bytes of {:?}…", text.len(), &text.chars().take(8).collect::<String>());
    }
}
