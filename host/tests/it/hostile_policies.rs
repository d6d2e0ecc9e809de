//! Policies that are large, deep or broken: they are answered, soon.

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use adarga_host::{
    load::Policy,
    policy::{PolicyErrors, Source, TEXT_MAX, read},
};

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

/// What a compiler says of a policy of many parts, soon.
fn compiled(text: String) -> Result<Policy, PolicyErrors> {
    let start = Instant::now();
    let compiled = Policy::from_source(Source::new("p.toml", text));
    assert!(start.elapsed() < SOON, "took {:?}", start.elapsed());
    compiled
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

const SERVER: &str = "[server]\nname = \"r\"\n";

#[test]
fn a_warning_for_each_of_many_tools_is_placed() {
    let tools = lines(40_000, |number| format!("[tools.t{number}]\npermission = \"*\"\n"));
    let policy = compiled(format!("{SERVER}{tools}")).unwrap();
    assert_eq!(policy.warnings().len(), 40_000);
    assert!(policy.warnings().iter().enumerate().all(|(number, warning)| warning.line == 2 * number + 4));
}

#[test]
fn of_many_unknown_roles_the_first_get_suggestions() {
    let roles = lines(4000, |number| format!("role_number_{number} = []\n"));
    let tools =
        lines(4000, |number| format!("[tools.t{number}]\npermission = \"a\"\nwhen = {{ role = \"rule_number_{number}\" }}\n"));
    let errors = compiled(format!("{SERVER}[roles]\n{roles}{tools}")).unwrap_err();
    let meant = errors.iter().filter(|error| error.remedy.as_deref().is_some_and(|remedy| remedy.starts_with("did you mean")));
    assert_eq!((errors.as_slice().len(), meant.count()), (4000, 100));
}

#[test]
fn many_headers_of_one_tool_are_refused() {
    let tool = |count| {
        let headers = lines(count, |number| format!("H{number} = \"/a\"\n"));
        compiled(format!("{SERVER}[tools.t]\npermission = \"a\"\n[tools.t.headers]\n{headers}"))
    };
    assert!(tool(64).is_ok());
    let said = tool(40_000).unwrap_err().to_string();
    assert_eq!(said, "p.toml:5:1: 40000 headers for one tool\n  help: mirror at most 64 arguments");
}

#[test]
fn roles_times_permissions_are_bounded() {
    let tools = lines(40_000, |number| format!("[tools.t{number}]\npermission = \"p{number}\"\n"));
    let roles = |grant: fn(usize) -> String| lines(40_000, |number| format!("r{number} = [\"{}\"]\n", grant(number)));
    let policy = |roles: String| compiled(format!("{SERVER}[roles]\n{roles}{tools}"));
    let said = policy(roles(|number| format!("p{number}"))).unwrap_err().to_string();
    assert_eq!(
        said,
        "p.toml:3:1: 40000 roles and 40000 permissions are too many together\n  help: use fewer of them, or give more roles the same \
         permissions"
    );
    assert!(policy(roles(|_| "p*".into())).is_ok());
    assert!(policy(roles(|number| format!("*\", \"x{number}"))).is_ok());
}
