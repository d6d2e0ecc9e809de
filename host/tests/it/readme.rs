//! What the README says is so: its policy compiles, its table of reasons is the engine's.

use std::{env, fs, path::PathBuf};

use adarga_core::reason::REASONS;
use adarga_host::{load::Policy, policy::Source};

fn readme() -> (PathBuf, String) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let text = fs::read_to_string(&path).unwrap();
    (path, text)
}

#[test]
fn the_policy_compiles_without_warnings() {
    let (_, text) = readme();
    let after = text.split_once("<!-- policy: tests compile it -->\n```toml\n").unwrap().1;
    let policy = Policy::from_source(Source::new("README.toml", after.split_once("```").unwrap().0)).unwrap();
    assert!(policy.warnings().is_empty(), "{:?}", policy.warnings());
}

#[test]
fn the_table_of_reasons_is_the_engines() {
    const START: &str = "<!-- reasons: generated from core/src/reason.rs by UPDATE=1 cargo test -->\n";
    const END: &str = "<!-- /reasons -->";
    let (path, text) = readme();
    let (before, rest) = text.split_once(START).unwrap();
    let (table, after) = rest.split_once(END).unwrap();
    let mut fresh = String::from("| number | name | status | code | guide | public text |\n|---|---|---|---|---|---|\n");
    for row in REASONS {
        let (name, text) = (row.name, row.text);
        fresh += &format!("| {} | `{name}` | {} | {} | {} | {text} |\n", row.number, row.status, row.code, row.guide);
    }
    if env::var_os("UPDATE").is_some() {
        fs::write(path, format!("{before}{START}{fresh}{END}{after}")).unwrap();
    } else {
        assert_eq!(table, fresh, "run UPDATE=1 cargo test -p adarga-host");
    }
}

#[test]
fn numbers_and_names_of_reasons_are_unique() {
    for (count, row) in REASONS.iter().enumerate() {
        let before = &REASONS[..count];
        assert!(before.iter().all(|other| other.number < row.number), "{} is out of order", row.name);
        assert!(before.iter().all(|other| other.name != row.name), "{} stands there twice", row.name);
        assert_eq!(row.reason.number(), row.number);
    }
}
