//! Schemas and threats of policies: what the compiler refuses and where, what it makes, what is said of it in words.

use std::fs;

use adarga_core::{
    image::{NONE, SectionKind},
    threat::Kinds,
};
use adarga_host::{
    explain::explain,
    load::Policy,
    policy::{PolicyErrors, Source},
};

const HEAD: &str = "[server]\nname = \"t\"\n[roles]\nuser = [\"call\"]\n[tools.t]\npermission = \"call\"\n";

fn compile(rest: &str) -> Result<Policy, PolicyErrors> {
    Policy::from_source(Source::new("p.toml", format!("{HEAD}{rest}")))
}

/// What stands behind the head, the beginning of the error's path, and a part of its text.
const REFUSED: &[(&str, &str, &str)] = &[
    ("input = { properties = { a = { type = \"strin\" } } }", "tools.t.input.properties.a.type", "no type"),
    ("input = { allOf = [{}, { minLength = -1 }] }", "tools.t.input.allOf[1].minLength", ""),
    ("input = { properties = { a = { pattern = \"(a)\\\\1\" } } }", "tools.t.input.properties.a.pattern", ""),
    ("input = { \"$ref\" = \"https://example.com/schema\" }", "tools.t.input", "example.com"),
    ("input = { \"$schema\" = \"https://example.com/dialect\" }", "tools.t.input", "dialect"),
    ("input = { \"$ref\" = \"#\" }", "tools.t.input", ""),
    ("input = { file = \"schema.json\" }", "tools.t.input", "`schema.json` can't be read: the policy itself is no file"),
    ("threats = { except = [\"code\"] }", "tools.t.threats.except", "`code` is not a JSON Pointer"),
    (
        "threats = { except = [\"/a\"], arguments = { \"/a\" = {} } }",
        "tools.t.threats.arguments",
        "`/a` stands in `except` as well",
    ),
];

#[test]
fn what_is_wrong_with_a_schema_is_said_where_it_stands() {
    for (rest, place, part) in REFUSED {
        let errors = compile(rest).unwrap_err();
        let [error] = errors.as_slice() else { panic!("{rest}: {errors}") };
        let said = error.to_string();
        assert!(said.starts_with("p.toml:7:") && said.contains(part), "{rest}: {said}");
        assert!(error.path.starts_with(place), "{rest}: {}", error.path);
    }
}

#[test]
fn a_schema_may_be_a_file_beside_the_policy() {
    let folder = std::env::temp_dir().join(format!("adarga-arguments-{}", std::process::id()));
    fs::create_dir_all(folder.join("schemas")).unwrap();
    let policy = folder.join("p.toml");
    fs::write(&policy, format!("{HEAD}input = {{ file = \"schemas/t.json\" }}\n")).unwrap();
    let said = |schema: &str| {
        fs::write(folder.join("schemas/t.json"), schema).unwrap();
        Policy::open(&policy)
            .map(|policy| policy.gate().unwrap().image().arguments().is_some())
            .map_err(|error| error.to_string())
    };
    // what TOML has not: null, numbers beyond doubles
    assert_eq!(said(r#"{"properties":{"a":{"enum":[null,1e400]}}}"#), Ok(true));
    let error = said(r#"{"properties":{"a":{"type":7}}}"#).unwrap_err();
    assert!(error.contains("p.toml:7:9: `schemas/t.json` at `/properties/a"), "{error}");
    let error = said("{").unwrap_err();
    assert!(error.contains("`schemas/t.json`: not a schema in JSON"), "{error}");
    fs::remove_file(folder.join("schemas/t.json")).unwrap();
    let error = Policy::open(&policy).unwrap_err().to_string();
    assert!(error.contains("`schemas/t.json` can't be read"), "{error}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn inline_numbers_are_what_stands_there() {
    let policy =
        compile("input = { properties = { a = { multipleOf = 0.01, maximum = 1e3, minimum = -9223372036854775808 } } }").unwrap();
    let gate = policy.gate().unwrap();
    let text = String::from_utf8_lossy(gate.image().arguments().unwrap().schemas.text.as_slice()).into_owned();
    assert!(text.contains("-9223372036854775808"), "{text}");
}

#[test]
fn the_section_stands_only_where_it_is_needed() {
    for (rest, needed) in [
        ("", false),
        ("[threats]\nsql = \"off\"", false),
        ("formats = false", false),
        ("[threats]\nsql = \"report\"", true),
        ("input = {}", true),
        ("threats = { html = \"block\" }", true),
    ] {
        let policy = compile(rest).unwrap();
        let image = policy.gate().unwrap().image();
        assert_eq!(image.section(SectionKind::Arguments).is_some(), needed, "{rest}");
        assert_eq!(image.arguments().is_some(), needed);
    }
}

#[test]
fn threats_of_an_entry_stand_over_the_general_ones() {
    let policy = compile(
        "threats = { sql = \"off\", except = [\"/code\"], arguments = { \"/q\" = { html = \"off\", shell = \"block\" } } }\n\
         [tools.u]\npermission = \"call\"\n[threats]\nsql = \"block\"\nhtml = \"block\"\nshell = \"report\"",
    )
    .unwrap();
    let gate = policy.gate().unwrap();
    let arguments = gate.image().arguments().unwrap();
    let entry = arguments.entry(0).unwrap();
    assert_eq!(entry.input.to_native(), NONE);
    assert_eq!((entry.threats.blocked(), entry.threats.told()), (Kinds::HTML, Kinds::HTML.union(Kinds::SHELL)));
    let [code, query] = arguments.exceptions(entry) else { panic!("two exceptions") };
    assert!(code.threats.told().is_empty());
    assert_eq!((query.threats.blocked(), query.threats.told()), (Kinds::SHELL, Kinds::SHELL));
    let other = arguments.entry(1).unwrap();
    assert_eq!(other.threats.blocked(), Kinds::SQL.union(Kinds::HTML));
    assert!(arguments.exceptions(other).is_empty());
}

#[test]
fn more_exceptions_than_are_kept_are_refused() {
    let pointers: Vec<_> = (0..65).map(|n| format!("\"/a{n}\"")).collect();
    let errors = compile(&format!("threats = {{ except = [{}] }}", pointers.join(", "))).unwrap_err();
    assert!(errors.to_string().contains("65 arguments with threats of their own"), "{errors}");
}

#[test]
fn words_tell_of_schemas_and_threats() {
    let policy = compile(
        "input = {}\nthreats = { sql = \"report\", except = [\"/code\"], arguments = { \"/q\" = { html = \"off\" } } }\n[threats]\nhtml = \"block\"",
    )
    .unwrap();
    let text = explain(policy.gate().unwrap().image());
    let line = text.lines().find(|line| line.starts_with("  t  ")).unwrap();
    assert_eq!(
        line,
        "  t  `call`: user; arguments by a schema; denied: html; told: sql; /code: nothing is looked for; /q: told: sql"
    );
}
