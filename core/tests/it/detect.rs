//! Detectors: check digits against a second way to say them, spans on any text, hostile texts in linear time.

use std::collections::HashSet;

use adarga_core::detect::{CHECKS, Check, Kind, Kinds, spans};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use proptest::{collection::vec, prelude::*};
use serde_json::Value;

use crate::{corpora::lines, threat::processor_time_ns};

fn found(text: &str, kinds: Kinds) -> Vec<(&str, &'static str)> {
    spans(text.as_bytes(), kinds).map(|span| (&text[span.start..span.end], span.kind.name())).collect()
}

#[test]
fn names_and_numbers_tell_kinds_apart() {
    for (at, kind) in Kind::ALL.iter().enumerate() {
        assert_eq!(Kind::named(kind.name()), Some(*kind));
        assert!((1..128).contains(&kind.number()), "{}", kind.name());
        assert!(Kind::ALL[..at].iter().all(|other| other.number() < kind.number()), "{}", kind.name());
        assert!(Kinds::ALL.contains(*kind) && !Kinds::NONE.contains(*kind));
    }
    for check in CHECKS {
        assert_eq!(Check::named(check.name()), Some(*check));
    }
}

#[test]
fn only_the_kinds_asked_for_are_found() {
    let text = "mail ann@example.com from 8.8.8.8, card 4111 1111 1111 1111";
    assert_eq!(found(text, Kinds::NONE.with(Kind::Email)), [("ann@example.com", "email")]);
    assert_eq!(found(text, Kinds::NONE.with(Kind::Card)), [("4111 1111 1111 1111", "card")]);
    assert_eq!(found(text, Kinds::NONE), []);
    assert_eq!(found(text, Kinds::ALL), [("ann@example.com", "email"), ("8.8.8.8", "ip"), ("4111 1111 1111 1111", "card")]);
}

/// Luhn as the standard tells it: from the right, every second digit doubled, the digits of the products added.
fn naive_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| u32::from(byte - b'0') * if place % 2 == 1 { 2 } else { 1 })
        .map(|product| product / 10 + product % 10)
        .sum();
    sum.is_multiple_of(10)
}

/// The check digits of an IBAN, from a number of any length.
fn iban(country: &str, body: &str) -> String {
    let number: String = format!("{body}{country}00")
        .bytes()
        .map(|byte| if byte.is_ascii_digit() { (byte - b'0').to_string() } else { (byte - b'A' + 10).to_string() })
        .collect();
    let rest = number.bytes().fold(0_u32, |rest, byte| (rest * 10 + u32::from(byte - b'0')) % 97);
    format!("{country}{:02}{body}", 98 - rest)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn luhn_is_what_the_standard_tells(digits in "[0-9]{1,40}") {
        prop_assert_eq!(Check::Luhn.holds(digits.as_bytes()), naive_luhn(&digits));
    }

    #[test]
    fn one_wrong_digit_and_two_swapped_are_found(body in "[0-9]{2,20}", at in any::<prop::sample::Index>(), other in 1..10_u8) {
        for check in [Check::Luhn, Check::Verhoeff, Check::Mod11Mod10] {
            let whole = (0..10).map(|last| format!("{body}{last}")).find(|whole| check.holds(whole.as_bytes()));
            let whole = whole.unwrap().into_bytes();
            let mut wrong = whole.clone();
            let at = at.index(wrong.len());
            wrong[at] = (wrong[at] - b'0' + other) % 10 + b'0';
            prop_assert!(!check.holds(&wrong), "{}: {:?}", check.name(), wrong);
            if check == Check::Verhoeff && at > 0 && whole[at] != whole[at - 1] {
                let mut swapped = whole;
                swapped.swap(at, at - 1);
                prop_assert!(!check.holds(&swapped));
            }
        }
    }

    #[test]
    fn an_iban_is_found_however_it_is_grouped(body in "[0-9]{18}", wrong in 1..97_u32) {
        let number = iban("DE", &body);
        let grouped: Vec<&str> = number.as_bytes().chunks(4).map(|group| std::str::from_utf8(group).unwrap()).collect();
        for written in [number.clone(), grouped.join(" ")] {
            prop_assert!(Check::Iban.holds(written.as_bytes()));
            let text = format!("pay to {written}, thanks");
            prop_assert_eq!(found(&text, Kinds::REDACTED), [(written.as_str(), "iban")]);
        }
        let check: u32 = number[2..4].parse().unwrap();
        let other = (check + wrong - 2) % 97 + 2;
        prop_assume!(other != check);
        let bad = format!("DE{other:02}{body}");
        prop_assert!(!Check::Iban.holds(bad.as_bytes()));
    }

    #[test]
    fn a_card_is_found_in_any_text(body in "4[0-9]{14}", before in "[a-z ,:]{0,20}", after in "[,;) ][a-z ]{0,20}") {
        let card = (0..10).map(|last| format!("{body}{last}")).find(|card| naive_luhn(card)).unwrap();
        let text = format!("{before} {card}{after}");
        prop_assert_eq!(found(&text, Kinds::NONE.with(Kind::Card)), [(card.as_str(), "card")]);
    }

    #[test]
    fn spans_are_ordered_and_within_any_bytes(text in vec(any::<u8>(), 0..300)) {
        check_spans(&text)?;
    }

    #[test]
    fn spans_are_ordered_and_within_texts_of_pieces(pieces in vec(prop::sample::select(PIECES), 0..30)) {
        check_spans(pieces.concat().as_bytes())?;
    }
}

/// What detectors look at, in pieces.
const PIECES: &[&str] = &[
    "eyJhbGciOiJIUzI1NiJ9",
    ".",
    "eyJ",
    "-----BEGIN RSA PRIVATE KEY-----",
    "-----END ",
    "-----",
    "@",
    "://",
    "user:pass",
    "a.b",
    "password",
    " = ",
    "\"",
    "secret",
    "key",
    "-",
    "4111 1111",
    " 1111 1111",
    "DE89",
    "3704 0044 0532 0130 00",
    "+49 30 ",
    "123-45-6789",
    "::1",
    "2001:db8",
    "ghp_",
    "0123456789abcdef0123456789abcdef0123",
    "AKIA",
    "IOSFODNN7EXAMPLE",
    "é",
    "\u{200b}",
    "\n",
    "$2b$12$",
    "xoxb-",
    "(",
    "'",
    "token:",
];

fn check_spans(text: &[u8]) -> Result<(), TestCaseError> {
    for kinds in [Kinds::ALL, Kinds::REDACTED] {
        let mut last = 0;
        for span in spans(text, kinds) {
            prop_assert!(last <= span.start && span.start < span.end && span.end <= text.len(), "{:?} after {}", span, last);
            prop_assert!(kinds.contains(span.kind), "{:?}", span);
            last = span.end;
        }
    }
    Ok(())
}

/// A text that is sixteen times as long costs as much as sixteen texts, counted in time of the processor; a search that begins anew at
/// each place costs sixteen times as much. Between them is room for caches and for a clock that ticks.
#[cfg(target_os = "linux")]
#[test]
fn hostile_texts_take_linear_time() {
    const TICK_NS: u64 = 10_000_000;
    for piece in [
        "eyJ",
        "eyJ-",
        "eyJ.",
        "eyJhbGciOiJIUzI1NiJ9-",
        "-----BEGIN PRIVATE KEY----- ",
        "-----BEGIN ",
        "@",
        "a@",
        "://a:b",
        "key",
        "key ",
        "password=",
        "secret-",
        "1 ",
        "1-",
        "11.",
        "a:",
        "::",
        "sk-",
        "b.",
        "glagent-",
        "4111 ",
        "token: ",
        "DE00",
        "DE89 3704 ",
        "x=",
        "-",
        "(",
        "+1 ",
    ] {
        let (short, long) = (piece.repeat(256 / piece.len()), piece.repeat(4096 / piece.len()));
        let cost = |text: &str, times: usize| {
            let start = processor_time_ns();
            (0..times).for_each(|_| assert!(spans(text.as_bytes(), Kinds::ALL).count() <= text.len()));
            processor_time_ns() - start
        };
        let (many, one) = (cost(&short, 16), cost(&long, 1));
        assert!(one < 4 * (many + TICK_NS), "`{piece}`: {one} ns, not {many}");
    }
}

fn strings<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(members) => members.values().for_each(|member| strings(member, found)),
        _ => {}
    }
}

#[test]
fn what_redaction_takes_by_itself_alters_no_benign_argument() {
    for line in lines("rpc/tools_call.jsonl", 5412) {
        let mut texts = Vec::new();
        strings(&line, &mut texts);
        for text in texts {
            assert_eq!(found(text, Kinds::REDACTED), [], "{}", line["id"]);
        }
    }
}

#[test]
fn check_digits_of_the_corpus() {
    for line in lines("redact/checkdigits.jsonl", 116) {
        let check = Check::named(line["kind"].as_str().unwrap()).unwrap_or_else(|| panic!("{line}"));
        assert_eq!(check.holds(line["in"].as_str().unwrap().as_bytes()), line["expect"] == true, "{line}");
    }
}

/// What looks like a token and can be none: nobody is to be kept from reading it.
#[test]
fn what_only_looks_like_a_token_is_none() {
    let payload = "eyJzdWIiOiIxMjM0NTY3ODkwIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
    for (header, is_token) in [
        (r#"{"alg":"HS256"}"#, true),
        (r#"{"alg":"none","kid":"käse>?~"}"#, true),
        (r#"{"alg":"HS256""#, false),
        ("{\"alg\":\u{1}\"HS256\"}", false),
        (r#"{"alg":"HS256"}]"#, false),
    ] {
        let token = format!("{}.{payload}", URL_SAFE_NO_PAD.encode(header));
        assert_eq!(found(&token, Kinds::REDACTED) == [(token.as_str(), "jwt")], is_token, "{header}");
    }
    let body = "Xi8tdMjHV6pmbBbwilTeT3BlbkFJ3UDnpdEwNNm6wVBpYM0o";
    for prefix in ["sk-proj-", "sk-svcacct-", "sk-admin-"] {
        let (key, other) = (format!("{prefix}{body}"), format!("{prefix}{}", body.replace("T3Blbk", "T4Blbk")));
        assert_eq!(found(&key, Kinds::REDACTED), [(key.as_str(), "api_key")]);
        assert_eq!(found(&other, Kinds::REDACTED), []);
    }
}

/// What the corpus wants ignored by one rule of its source it wants found, byte for byte, by another one: such a text is a secret.
fn contradicted(cases: &[(Vec<u8>, Value)]) -> HashSet<Vec<u8>> {
    let wanted: HashSet<&[u8]> =
        cases.iter().filter(|(_, line)| line["expect"] != "ignore").map(|(text, _)| text.as_slice()).collect();
    let ignored = cases.iter().filter(|(_, line)| line["expect"] == "ignore");
    ignored.filter(|(text, _)| wanted.contains(text.as_slice())).map(|(text, _)| text.clone()).collect()
}

/// Floors and ceilings in per cent, a little off what was measured: a change that costs much is seen.
#[test]
fn rates_of_the_corpus_of_secrets() {
    let (mut flagged, mut cases) = ([0_usize; 5], [0_usize; 5]);
    let lines: Vec<(Vec<u8>, Value)> = lines("redact/secrets.jsonl", 1299)
        .into_iter()
        .map(|line| (STANDARD.decode(line["b64"].as_str().unwrap()).unwrap(), line))
        .collect();
    let contradicted = contradicted(&lines);
    for (text, line) in lines {
        let row = match (line["expect"].as_str(), line["src"].as_str().unwrap()) {
            (Some("ignore"), _) if contradicted.contains(&text) => 4,
            (Some("ignore"), _) => 0,
            (_, source) if source.contains("noseyparker") => 1,
            (_, source) if source.contains("kingfisher") => 2,
            _ => 3,
        };
        cases[row] += 1;
        flagged[row] += usize::from(spans(&text, Kinds::ALL).next().is_some());
    }
    println!("flagged of ignored, noseyparker, kingfisher, detect-secrets, ignored and wanted: {flagged:?} of {cases:?}");
    if cases[0] > 0 {
        assert!(flagged[0] * 100 <= cases[0] * 5, "ignored ones are flagged: {flagged:?} of {cases:?}");
        for (row, floor) in [(1, 74), (2, 86), (3, 86)] {
            assert!(flagged[row] * 100 >= cases[row] * floor, "{flagged:?} of {cases:?}");
        }
    }
}
