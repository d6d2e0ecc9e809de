//! Policies that are large, deep or broken: they are answered, soon.

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use adarga_host::policy::{PolicyErrors, Source, TEXT_MAX, read};

const MIB: usize = 1 << 20;
/// Far more than it takes in a debug build, far less than anything quadratic would take.
const SOON: Duration = Duration::from_secs(60);

fn errors_of(name: &str, text: &str) -> PolicyErrors {
    let start = Instant::now();
    let errors = read(Source::new(name, text)).map(|_| ()).unwrap_err();
    assert!(start.elapsed() < SOON, "{name} took {:?}", start.elapsed());
    errors
}

fn filled(start: &str, mut line: impl FnMut(usize) -> String) -> String {
    let mut text = String::from(start);
    let mut number = 0;
    while text.len() < MIB {
        text.push_str(&line(number));
        number += 1;
    }
    text
}

#[test]
fn a_mebibyte_of_tools_is_read() {
    let text = filled("[server]\nname = \"r\"\n", |number| format!("[tools.tool_{number}]\npermission = \"p:{number}\"\n"));
    let start = Instant::now();
    let loaded = read(Source::new("p.toml", text.as_str())).unwrap();
    assert!(start.elapsed() < SOON);
    assert!(loaded.document.tools.keys().enumerate().all(|(number, name)| *name == format!("tool_{number}")));
}

#[test]
fn a_mebibyte_of_unknown_keys_is_told_in_full() {
    let text = filled("[server]\nname = \"r\"\n", |number| format!("key_{number} = {number}\n"));
    let errors = errors_of("p.toml", &text);
    assert_eq!(errors.as_slice().len(), text.lines().count() - 2);
    assert!(errors.iter().enumerate().all(|(index, error)| error.line == index + 3 && error.column == 1));
}

#[test]
fn a_mebibyte_of_unknown_keys_on_one_line_is_told_in_full() {
    let text = filled("{\"server\":{\"name\":\"r\"}", |number| format!(",\"key_{number}\":{number}")) + "}";
    let errors = errors_of("p.json", &text);
    assert!(errors.iter().all(|error| error.line == 1));
    let last = errors.as_slice().last().unwrap();
    assert_eq!(last.column, text.rfind(",\"key_").unwrap() + 2);
}

#[test]
fn a_mebibyte_of_wrong_types_is_told() {
    let text =
        filled("[server]\nname = \"r\"\n[stdio]\nenv = [", |number| format!("{number}, ")) + "]\n[tools.t]\npermision = 1\n";
    let errors = errors_of("p.toml", &text);
    assert!(errors.as_slice().len() > 100_000);
    assert!(errors.as_slice().last().unwrap().message.contains("permision"));
}

#[test]
fn unknown_keys_are_found_behind_any_number_of_other_faults() {
    let mut text = String::from("[server]\nname = 1\nmode = 2\nrevisions = 3\n[stdio]\nrole = 4\nenv = [5, 6]\ntimeout = 7\n");
    for number in 0..300 {
        writeln!(text, "[tools.t{number}]\npermission = 1\nrequires = 2\nwhen = {{ any = [{{ role = 1, x = 2 }}, 3] }}\ny = 4")
            .unwrap();
    }
    text.push_str("[resources.\"a://b\"]\npermission = \"x\"\nwen = { role = \"x\" }\n");
    let errors = errors_of("p.toml", &text);
    assert_eq!(errors.as_slice().len(), 7 + 300 * 6 + 1);
}

#[test]
fn deep_nesting_is_refused_without_deep_recursion() {
    let dots = "a.".repeat(MIB / 2);
    // within the bounds of the parser, which counts each key and each bracket by itself
    let nested =
        format!("{}1{}", "{ ".to_owned() + &("a.".repeat(78) + "a = {").repeat(78) + &"a.".repeat(78) + "a = ", "}".repeat(79));
    let texts = [
        format!("{dots}a = 1"),
        format!("[{dots}a]"),
        format!("[{dots}a]\nb = "),
        format!("x = {{ {dots}a = 1 }}"),
        format!("x = {nested}"),
        format!("x = {nested}\nb = "),
    ];
    for text in texts {
        let said = errors_of("p.toml", &text).to_string();
        assert!(said.contains("nested deeper than 64 levels"), "{said}");
    }
    let brackets = "[".repeat(MIB);
    assert!(errors_of("p.json", &brackets).to_string().contains("nested deeper than 64 levels"));
    errors_of("p.toml", &format!("a = {brackets}"));
    let tables = "{\"all\":[".repeat(60) + &"]}".repeat(60);
    errors_of(
        "p.json",
        &format!("{{\"server\":{{\"name\":\"r\"}},\"tools\":{{\"t\":{{\"permission\":\"p\",\"when\":{tables}}}}}}}"),
    );
}

#[test]
fn one_long_key_costs_no_comparison() {
    let text = format!("[server]\nname = \"r\"\n{} = 1\n", "n".repeat(MIB));
    assert!(errors_of("p.toml", &text).to_string().len() < 300);
}

#[test]
fn a_text_beyond_the_limit_is_not_parsed() {
    let errors = errors_of("p.toml", &"#".repeat(TEXT_MAX + 1));
    assert_eq!(errors.to_string(), "p.toml:1:1: longer than 16 MiB");
}

#[test]
fn every_prefix_of_a_policy_is_answered() {
    for (name, text) in [("p.toml", include_str!("good.toml")), ("p.json", include_str!("good.json"))] {
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            if let Err(errors) = read(Source::new(name, text.get(..end).unwrap())) {
                assert!(!errors.as_slice().is_empty());
            }
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_placed() {
    let error = Source::from_bytes("p.toml", b"[server]\nname = \"\xC3\xA4\xFFx\"\n".to_vec()).unwrap_err();
    assert_eq!(error.to_string(), "p.toml:2:10: not UTF-8\n  help: save the file as UTF-8");
    assert!(Source::from_bytes("p.toml", "ä".into()).is_ok());
}
