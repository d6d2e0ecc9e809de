//! What policies hide in answers: what the compiler refuses and where, which sets it makes, what is said of it in words.

use adarga_core::{
    detect::Kind,
    image::{Holds, NONE},
    redact::Mask,
};
use adarga_host::{
    explain::explain,
    load::Policy,
    policy::{PolicyErrors, Source},
};

const HEAD: &str =
    "[server]\nname = \"t\"\n[roles]\nuser = [\"call\"]\n[tools.u]\npermission = \"call\"\n[tools.t]\npermission = \"call\"\n";
const GENERAL: Holds = Holds { general: true, own: false };
const OWN: Holds = Holds { general: false, own: true };
const BOTH: Holds = Holds { general: true, own: true };

fn compile(rest: &str) -> Result<Policy, PolicyErrors> {
    Policy::from_source(Source::new("p.toml", format!("{HEAD}{rest}")))
}

#[test]
fn what_is_wrong_is_said_where_it_stands() {
    for (rest, path, part) in [
        ("redact = []", "tools.t.redact", "nothing to mask"),
        ("redact = {}", "tools.t.redact", "nothing to mask"),
        ("redact = [\"-_-\"]", "tools.t.redact", "can't be the name of a member"),
        ("redact = [\"content\"]", "tools.t.redact", "`content` is read by every client"),
        ("redact = [\"/structuredContent\"]", "tools.t.redact", "`structuredContent` is read by every client"),
        ("redact = [\"/a~2\"]", "tools.t.redact", "is not a JSON Pointer"),
        ("redact = { names = [\"a\"], unless = { role = \"usr\" } }", "tools.t.redact.unless", "unknown role `usr`"),
        (
            "redact = { names = [\"a\"], unless = { variable = \"id\", equals = \"subject\" } }",
            "tools.t.redact.unless",
            "variable",
        ),
        ("[data]\nredact = [\"result\", \"type\"]", "data.redact", "`type` is read by every client"),
        ("seal = [\"ssn\"]", "data", "`seal` without a key"),
        ("[data]\nseal = [\"ssn\"]", "data", "`seal` without a key"),
        ("redact = { names = [\"a\"], mask = \"pseudonym\" }", "data", "`mask = \"pseudonym\"` without a key"),
        ("[data]\nkey = { env = \"K\" }\nseal = [\"content\"]", "data.seal", "`content` is read by every client"),
        ("[data]\nkey = { secret = \"k\" }\nseal = [\"a\"]", "data.key", "is kept in a vault, and the policy names none"),
        (
            "output = { properties = { ssn = { type = \"integer\" } } }\nredact = [\"SSN\"]",
            "tools.t.output",
            "`ssn` is masked, and its schema",
        ),
        (
            "output = { allOf = [{ properties = { a = { properties = { ssn = { type = \"string\", maxLength = 9 } } } } }] }\n[data]\nseal = [\"ssn\"]\nkey = { env = \"K\" }",
            "tools.t.output",
            "`ssn` is masked, and its schema",
        ),
        ("output = { type = \"objet\" }", "tools.t.output.type", "objet"),
        ("pin = \"x\"", "tools.t.pin", "`x` is no pin"),
        ("pin = \"sha256:00\"", "tools.t.pin", "`sha256:00` is no pin"),
    ] {
        let errors = compile(rest).unwrap_err();
        let found = errors.iter().any(|error| error.path == path && error.message.contains(part));
        assert!(found, "{rest}: {errors}");
    }
    let many: Vec<String> = (0..65).map(|n| format!("\"/{n}\"")).collect();
    let errors = compile(&format!("redact = [{}]", many.join(", "))).unwrap_err();
    assert!(errors.to_string().contains("65 JSON Pointers"), "{errors}");
}

#[test]
fn the_section_stands_only_where_something_is_hidden() {
    for (rest, needed) in [("", false), ("[data]", false), ("[data]\nredact = [\"a\"]", true), ("redact = [\"a\"]", true)] {
        assert_eq!(compile(rest).unwrap().gate().unwrap().image().data().is_some(), needed, "{rest}");
    }
}

#[test]
fn each_entry_has_a_set_for_what_may_hold() {
    let policy = compile(
        "redact = { names = [\"Social-Number\", \"/structuredContent/a~1b/0\"], mask = \"last-four\", unless = { role = \"user\" } }\n\
         [data]\nredact = { names = [\"password\"], detect = [\"card\"] }",
    );
    let policy = policy.unwrap();
    let gate = policy.gate().unwrap();
    let data = gate.image().data().unwrap();
    let names = |entry, holds| {
        let set = data.hidden(data.entry(Some(entry)), holds)?;
        let names = data.names_of(set).iter().map(|name| String::from_utf8(name.text[..usize::from(name.len)].to_vec()).unwrap());
        Some(names.collect::<Vec<_>>().join(","))
    };
    let (u, t) = (0, 1);
    assert_eq!(names(u, BOTH).as_deref(), Some("password"));
    assert_eq!((names(u, GENERAL).as_deref(), names(u, OWN)), (Some("password"), None));
    assert_eq!(names(t, BOTH).as_deref(), Some("password,socialnumber"));
    assert_eq!(names(t, OWN).as_deref(), Some("socialnumber"));
    assert_eq!((names(t, GENERAL).as_deref(), names(t, Holds::default())), (Some("password"), None));
    let set = data.hidden(data.entry(Some(t)), BOTH).unwrap();
    let tokens: Vec<_> = data.pointers_of(set)[0].tokens.iter().map(|token| token.as_str()).collect();
    assert_eq!(tokens, ["structuredContent", "a/b", "0"]);
    assert!(
        data.rules(Some(set), None, None).kinds.contains(Kind::Card)
            && !data.rules(Some(set), None, None).kinds.contains(Kind::Email)
    );
    assert!(matches!(data.rules(Some(set), None, None).mask, Mask::LastFour));
    assert!(matches!(data.rules(data.hidden(data.entry(Some(u)), BOTH), None, None).mask, Mask::Redacted));
    assert_eq!(data.general.unless.to_native(), NONE);
    assert_ne!(data.entry(Some(t)).unless.to_native(), NONE);
    // a message of no entry is one of none in particular
    assert_eq!(data.hidden(data.entry(None), OWN).map(|_| ()), None);
}

#[test]
fn words_tell_of_what_is_hidden() {
    let policy = compile(
        "redact = { names = [\"ssn\", \"/structuredContent/a\"], unless = { role = \"user\" } }\n[data]\nredact = { detect = [\"card\"] }",
    );
    let policy = policy.unwrap();
    let told = explain(policy.gate().unwrap().image());
    assert!(told.contains("  u  `call`: user; answers hide any card\n"), "{told}");
    assert!(
        told.contains(
            "  t  `call`: user; answers hide ssn, /structuredContent/a, any card (what this entry hides, unless it is lifted)\n"
        ),
        "{told}"
    );
}
