//! Patterns against the regular expressions of the crate `regex`, and what only ECMA-262 says.

use proptest::prelude::*;
use regex::Regex;
use serde_json::json;

use super::{compile, is_valid};

fn matches(pattern: &str, text: &str) -> bool {
    let compiled = compile(&json!({ "pattern": pattern }).to_string()).unwrap_or_else(|error| panic!("{error}"));
    is_valid(&compiled, &json!(text).to_string())
}

/// Patterns that both dialects read alike.
fn pattern() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        Just("a".to_owned()),
        Just("b".to_owned()),
        Just("é".to_owned()),
        Just("[^a]".to_owned()),
        Just("[b-dé-ü]".to_owned()),
        Just("[0-9]".to_owned()),
        Just("^".to_owned()),
        Just("$".to_owned()),
        Just(r"\.".to_owned()),
    ];
    atom.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|list| list.concat()),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(?:{a}|{b})")),
            (inner, prop::sample::select(vec!["*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"]))
                .prop_map(|(inner, times)| format!("(?:{inner}){times}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn automata_find_what_regular_expressions_find(pattern in pattern(), texts in prop::collection::vec("[abcé0.\n😀]{0,8}", 6)) {
        let regex = Regex::new(&pattern).unwrap();
        let compiled = match compile(&json!({ "pattern": pattern }).to_string()) {
            Err(error) if error.message.contains("large") => return Ok(()),
            compiled => compiled.unwrap(),
        };
        for text in texts {
            prop_assert_eq!(is_valid(&compiled, &json!(text).to_string()), regex.is_match(&text), "{} {:?}", pattern, text);
        }
    }
}

#[test]
fn classes_are_those_of_ecma_262() {
    for (pattern, text, found) in [
        (r"^\d$", "߀", false),
        (r"^\w$", "é", false),
        (r"^\W$", "é", true),
        (r"^\s$", "\u{feff}", true),
        (r"^\s$", "\u{180e}", false),
        (r"^\s$", "\u{2028}", true),
        (r"^\S$", "\u{a0}", false),
        ("^.$", "\u{2028}", false),
        ("^.$", "\r", false),
        ("^.$", "😀", true),
        ("^a$", "a\n", false),
        ("^b", "a\nb", false),
        (r"^\cJ$", "\n", true),
        (r"^\x41\u0042\u{43}$", "ABC", true),
        (r"^\ud83d\ude00$", "😀", true),
        (r"^\p{Lu}\P{Lu}$", "Éé", true),
        (r"^\p{Script=Greek}+$", "αβγ", true),
        (r"^[\b]$", "\u{8}", true),
        (r"^[\w-]+$", "a-b", true),
        (r"^[\d-z]+$", "1-z", true),
        (r"^[^]$", "\n", true),
        ("^[]", "a", false),
        (r"^a{,2}$", "a{,2}", true),
        (r"^\/\-\@\_$", "/-@_", true),
        (r"\bfoo\b", "a foo!", true),
        (r"\bfoo\b", "afoo", false),
        (r"o\Bo", "foo", true),
        (r"^(?<year>\d{4})$", "2026", true),
        (r"^\0$", "\0", true),
        ("", "", true),
        ("a|", "b", true),
        ("^$|^a$", "b", false),
    ] {
        assert_eq!(matches(pattern, text), found, "{pattern} {text:?}");
    }
}

#[test]
fn what_is_no_pattern_or_not_linear_is_refused_with_the_reason() {
    for (pattern, why) in [
        (r"(a)\1", "reference back"),
        (r"(?<n>a)\k<n>", "reference back"),
        ("a(?=b)", "looking around"),
        ("(?<!a)b", "looking around"),
        ("a**", "nothing before it"),
        ("(a", "without its"),
        ("a)", "without its"),
        ("[a", "without its"),
        ("[b-a]", "wrong way round"),
        ("a{2,1}", "wrong way round"),
        (r"\a", "doesn't have"),
        (r"\u12", "names no character"),
        (r"\p{Nonsense}", "property"),
        ("(?i)a", "doesn't have"),
        (r"\", "backslash"),
        (r"\B", "empty text"),
        ("^*", "behind an assertion"),
        (r"^[\p{L}\p{N}]{1,400}[\p{Lu}]{1,400}$", "large"),
        ("a{1,100000}", "10,000"),
    ] {
        let error = compile(&json!({ "properties": { "p": { "pattern": pattern } } }).to_string()).map(drop).unwrap_err();
        assert_eq!(error.pointer, "/properties/p/pattern");
        assert!(error.message.contains(why), "{error}");
    }
}
