//! Policies with mistakes, and exactly what is said about them: `bad_policies.txt`.
//!
//! A case begins with `=== file name`, then comes the policy, a line `---`, and the errors as they are displayed. An arrow `→`
//! stands for a tab. `UPDATE=1 cargo test -p adarga-host` writes the errors anew: read the difference before you keep it.

use adarga_host::policy::{RESERVED, Source, read};

const CASES: &str = include_str!("bad_policies.txt");

fn said(name: &str, text: &str) -> String {
    match read(Source::new(name, text)) {
        Ok(_) => String::from("accepted"),
        Err(errors) => errors.to_string(),
    }
}

#[test]
fn say_what_is_wrong_and_where() {
    agree("bad_policies.txt", CASES, said);
}

/// Whether the errors of all cases are the ones that stand there.
pub(crate) fn agree(file: &str, cases: &str, said: impl Fn(&str, &str) -> String) {
    let (intro, cases) = cases.split_once("=== ").unwrap();
    let mut updated = String::from(intro);
    let mut wrong = Vec::new();
    for case in cases.split("\n=== ") {
        let (name, rest) = case.split_once('\n').unwrap();
        let (text, expected) = rest.split_once("---\n").unwrap();
        let actual = said(name, &text.replace('→', "\t"));
        updated.push_str(&format!("=== {name}\n{text}---\n{actual}\n\n"));
        if actual != expected.trim_end() {
            wrong.push(format!("{name}\nexpected:\n{}\nactual:\n{actual}\n", expected.trim_end()));
        }
    }
    if std::env::var_os("UPDATE").is_some() {
        let path = format!("{}/tests/it/{file}", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(path, format!("{}\n", updated.trim_end())).unwrap();
        return;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_message_keeps_the_style() {
    let (_, cases) = CASES.split_once("=== ").unwrap();
    for case in cases.split("\n=== ") {
        let (name, rest) = case.split_once('\n').unwrap();
        let (text, _) = rest.split_once("---\n").unwrap();
        for error in read(Source::new(name, text.replace('→', "\t"))).unwrap_err() {
            for said in std::iter::once(&error.message).chain(&error.remedy) {
                // names of formats, keys in backticks and the rest of a sentence may begin as they like
                let proper = ["JSON", "TOML", "UTF-8"].iter().any(|word| said.starts_with(word));
                assert!(proper || !said.starts_with(char::is_uppercase), "{name}: {said}");
                assert!(!said.ends_with('.') && !said.contains(['\n', '\r']), "{name}: {said}");
                assert!(said.matches('`').count() % 2 == 0, "{name}: {said}");
            }
            assert!(!error.message.contains("struct "), "{name}: {error}");
            assert!(error.line >= 1 && error.column >= 1);
        }
    }
}

#[test]
fn every_reserved_key_is_refused_at_its_place() {
    for (table, keys) in RESERVED {
        for key in *keys {
            for shape in ["1", "\"10/min\"", "{ a = 1 }", "[]"] {
                let header = table.join(".").replace('*', "some_name");
                let required = if table.len() == 2 { "permission = \"read:x\"\n" } else { "" };
                let text = match table {
                    [] => format!("{key} = {shape}\n[server]\nname = \"s\"\n"),
                    _ => format!("[server]\nname = \"s\"\n[{header}]\n{required}{key} = {shape}\n"),
                };
                let errors = read(Source::new("p.toml", text.as_str())).unwrap_err();
                let [error] = errors.as_slice() else { panic!("{text}\n{errors}") };
                assert!(error.message.contains("is not enforced by this version"), "{error}");
                assert!(error.message.contains(key));
                let line = text.lines().position(|line| line.starts_with(key)).unwrap() + 1;
                assert_eq!((error.line, error.column), (line, 1), "{error}");
            }
        }
    }
}

#[test]
fn a_reserved_key_is_unknown_elsewhere() {
    let said =
        said("p.toml", "[server]\nname = \"s\"\n[prompts.p]\npermission = \"x\"\npin = 1\nheaders = {}\n[stdio]\nrate = 1\n");
    assert!(said.contains("unknown key `pin` in `prompts.p`") && said.contains("unknown key `headers`"), "{said}");
    assert!(said.contains("unknown key `rate` in `stdio`"), "{said}");
}
