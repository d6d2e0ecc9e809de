//! What the compiler refuses, warns of, and makes.

use adarga_core::{Gate, image::EntryKind};
use adarga_host::{
    explain::explain,
    load::Policy,
    policy::{PolicyErrors, Source},
};

const HEAD: &str = "[server]\nname = \"t\"\n[roles]\nuser = [\"call:*\", \"read:own\"]\nadmin = [\"*\"]\n";

fn compile(rest: &str) -> Result<Policy, PolicyErrors> {
    Policy::from_source(Source::new("p.toml", format!("{HEAD}{rest}")))
}

/// Each with the whole rendered error.
const REFUSED: &[(&str, &str)] = &[
    ("[stdio]\nrole = \"usr\"", "p.toml:7:8: unknown role `usr`\n  help: did you mean `user`?"),
    ("[stdio]\nrole = \"boss\"", "p.toml:7:8: unknown role `boss`\n  help: give it permissions in `[roles]`: `boss = [\"…\"]`"),
    (
        "[tools.t]\npermission = \"a\"\nwhen = { any = [{ role = \"admn\" }] }",
        "p.toml:8:8: unknown role `admn`\n  help: did you mean `admin`?",
    ),
    (
        "[tools.t]\npermission = \"a\"\nwhen = { argument = \"user_id\", equals = \"subject\" }",
        "p.toml:8:8: `user_id` is not a JSON Pointer to an argument\n  help: a JSON Pointer begins with `/`, such as `/user_id`; `~` is \
         written `~0` and `/` in a name `~1`",
    ),
    (
        "[resources.\"reports://{id}\"]\npermission = \"a\"",
        "p.toml:6:12: `reports://{id}` is a URI template, and this version matches whole URIs only\n  help: name each URI, or use \
         `\"*\"` for all that are not named",
    ),
    (
        "[resources.reports]\npermission = \"a\"",
        "p.toml:6:12: `reports` is not a URI\n  help: a URI begins with a scheme, such as `reports://public/summary`",
    ),
    (
        "[tools.t]\npermission = \"read:{id}\"",
        "p.toml:7:14: `read:{id}` holds a variable, and this version has none\n  help: name the permission in full; URI templates and \
         their variables come with a later version",
    ),
    (
        "[methods]\n\"*\" = true",
        "p.toml:7:1: `*` can't stand for methods\n  help: name each method: what a method does is not known from its name",
    ),
    (
        "[http]\norigins = [\"app.example.com\"]",
        "p.toml:7:11: `app.example.com` is not an origin\n  help: an origin is scheme, host and port alone, such as \
         `https://app.example.com`; wildcards are not matched",
    ),
    (
        "[http]\nhosts = [\"a/b\"]",
        "p.toml:7:9: `a/b` is not a host\n  help: write `host`, `host:port`, `host:*` for every port, or `*`",
    ),
    (
        "[tools.t]\npermission = \"a\"\nheaders = { Region = \"/r\", region = \"/s\" }",
        "p.toml:8:11: header `region` stands there twice\n  help: header names don't differ by case",
    ),
    (
        "[tools.t]\npermission = \"a\"\nheaders = { \"a b\" = \"/r\" }",
        "p.toml:8:11: `a b` can't be part of a header's name\n  help: use letters, digits and `-`: what follows `Mcp-Param-`",
    ),
];

#[test]
fn refuses_with_place_and_remedy() {
    for (rest, expected) in REFUSED {
        let errors = compile(rest).expect_err(rest);
        assert_eq!(&errors.to_string(), expected);
    }
}

#[test]
fn tells_all_errors_at_once() {
    let errors = compile("[stdio]\nrole = \"x\"\n[http]\nhosts = [\"\u{20}\"]\n[methods]\n\"*\" = false").unwrap_err();
    assert_eq!(errors.as_slice().len(), 3, "{errors}");
}

#[test]
fn warns_of_what_is_probably_not_meant() {
    for (rest, word) in [
        ("editor = [\"read*\"]", "without a `:`"),
        ("editor = [\"a*b\"]", "not at its end"),
        ("[tools.t]\npermission = \"read:*\"", "to the letter"),
        ("[methods]\n\"logging/setlevel\" = true", "`logging/setLevel`"),
    ] {
        let policy = compile(rest).unwrap();
        let warnings: Vec<_> = policy.warnings().iter().map(ToString::to_string).collect();
        assert!(warnings.len() == 1 && warnings[0].contains(word), "{rest}: {warnings:?}");
    }
}

#[test]
fn the_same_policy_gives_the_same_image() {
    let rest = "[tools.a]\npermission = \"call:a\"\n[tools.b]\npermission = \"call:b\"";
    assert_eq!(compile(rest).unwrap().image(), compile(rest).unwrap().image());
    assert_ne!(compile(rest).unwrap().image(), compile("").unwrap().image());
}

#[test]
fn an_image_says_what_the_document_said() {
    let policy = compile(
        "[stdio]\nrole = \"user\"\nenv = [\"PATH\"]\ntimeout = \"5s\"\n[tools.a]\npermission = \"call:a\"\nrequires = [\"roots\"]\n\
         when = { any = [{ argument = \"/x~1y\", equals = \"subject\" }, { all = [{ role = \"admin\" }, { role = \"user\" }] }] }\n\
         headers = { Region = \"/r\" }\n[methods]\n\"tasks/get\" = true\n\"resources/list\" = false",
    )
    .unwrap();
    let gate = Gate::open(policy.image()).unwrap();
    assert!(gate.policy().find(EntryKind::Tool, b"a").is_some() && gate.policy().find(EntryKind::Tool, b"b").is_none());
    let text = explain(gate.image());
    for word in [
        "policy `t`",
        "stdio      user",
        "5s an answer, 64 in flight",
        "environment PATH",
        "a  `call:a`: user, admin",
        "client needs `roots`",
        "header `Mcp-Param-Region` = /r",
        "1. /x/y equals the caller's subject? yes: allow, no: go to 2",
        "2. caller is `admin`? yes: go to 3, no: deny",
        "3. caller is `user`? yes: allow, no: deny",
        "tasks/get  every identified caller",
        "resources/list  nobody",
    ] {
        assert!(text.contains(word), "no `{word}` in:\n{text}");
    }
    assert_eq!(policy.settings().unwrap().timeout_ms, 5000);
}
