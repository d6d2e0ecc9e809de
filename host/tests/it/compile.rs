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
        "[resources.\"reports://{id}{name}\"]\npermission = \"a\"",
        "p.toml:6:12: `reports://{id}{name}` can't be a URI template: what follows a variable may be part of its value\n  help: put a \
         `/` or another reserved character between",
    ),
    (
        "[resources.reports]\npermission = \"a\"",
        "p.toml:6:12: `reports` is not a URI\n  help: a URI begins with a scheme, such as `reports://public/summary`",
    ),
    (
        "[tools.t]\npermission = \"read:{id}\"",
        "p.toml:7:14: `read:{id}` holds a variable, and only resources that are URI templates have such\n  help: name the \
         permission in full",
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
        "[methods]\n\"sampling/createMessage\" = false",
        "p.toml:7:1: `sampling/createMessage` is sent by servers, and this version does not judge those\n  help: remove it",
    ),
    (
        "[http]\nbody_max = \"2 MiB\"\n[limits]\nbody_max = \"1 MiB\"",
        "p.toml:7:12: `2 MiB` is more than the `1 MiB` of `[limits] body_max`\n  help: raise `[limits] body_max`, or write at most \
         `1 MiB`",
    ),
    (
        "[stdio]\nline_max = \"4 MiB\"\n[limits]\nbody_max = \"1 MiB\"",
        "p.toml:7:12: `4 MiB` is more than the `1 MiB` of `[limits] body_max`\n  help: raise `[limits] body_max`, or write at most \
         `1 MiB`",
    ),
    (
        "[http]\ndepth_max = 129",
        "p.toml:7:13: 129 is more than the 128 of `[limits] depth_max`\n  help: raise `[limits] depth_max`, or write at most 128",
    ),
    (
        "[tools.t]\npermission = \"a\"\nheaders = { A = \"/größe\" }",
        "p.toml:8:11: `/größe` holds characters outside of ASCII\n  help: parsers fold the case of such names differently: use ASCII \
         names",
    ),
    (
        "[resources.\"a:b\"]\npermission = \"a\"\nwhen = { any = [{ argument = \"/id\", equals = \"subject\" }] }",
        "p.toml:8:8: `/id` is asked for, but a resource has no arguments\n  help: ask for a role, or for a variable of its \
         URI template",
    ),
    (
        "[tools.\"t\\n\\u202E\"]\npermission = \"{\\n}\"",
        "p.toml:7:14: `{\\n}` holds a variable, and only resources that are URI templates have such\n  help: name the permission \
         in full",
    ),
    (
        "[roots]\nd = \"srv/docs\"",
        "p.toml:7:5: `srv/docs` is not absolute\n  help: write the whole path of the directory, such as `/srv/docs`",
    ),
    (
        "[roots]\nd = \"/srv/../docs\"",
        "p.toml:7:5: `/srv/../docs` holds `.`, `..` or a null character\n  help: write where it leads",
    ),
    (
        "[roots.d]\ndirectory = \"C:/docs\"\nprofile = \"posix\"",
        "p.toml:7:13: `C:/docs` is not absolute\n  help: write the whole path of the directory, such as `/srv/docs`",
    ),
    (
        "[roots]\ndocs = \"/d\"\n[tools.t]\npermission = \"a\"\npaths = { \"/p\" = \"dosc\", \"/q\" = \"docs\" }",
        "p.toml:10:18: unknown root `dosc`\n  help: did you mean `docs`?",
    ),
    (
        "[roots]\ndocs = \"/d\"\n[tools.t]\npermission = \"a\"\npaths = { p = \"docs\" }",
        "p.toml:10:15: `p` is not a JSON Pointer to an argument\n  help: a JSON Pointer begins with `/`, such as `/user_id`; `~` is written \
         `~0` and `/` in a name `~1`",
    ),
    (
        "[roots]\ndocs = \"/d\"\n[resources.\"x://{a}\"]\npermission = \"a\"\npaths = { b = \"docs\" }",
        "p.toml:10:15: unknown variable `b`\n  help: the template has `a`",
    ),
    (
        "[roots]\ndocs = \"/d\"\n[resources.\"x://{a}\"]\npermission = \"a\"\nroot = \"docs\"",
        "p.toml:10:8: `x://{a}` is no `file:` URI\n  help: bind its variables by `paths = { variable = \"root\" }`",
    ),
    (
        "[roots]\ndocs = \"/srv/docs\"\n[resources.\"file:///srv/other/a\"]\npermission = \"a\"\nroot = \"docs\"",
        "p.toml:10:8: `file:///srv/other/a` is no file beneath `/srv/docs`\n  help: name the root that it lies in, or write the URI in \
         its normal form",
    ),
    (
        "[roots]\ndocs = \"/d\"\n[tools.t]\npermission = \"a\"\npaths = { \"/p\" = \"docs\", \"/P\" = \"docs\" }",
        "p.toml:10:33: `/P` and `/p` differ only by case\n  help: keep the one that the tool's schema has: calls with the other are \
         denied",
    ),
    ("[resources.\"x://{id}\"]\npermission = \"read:{ID}\"", "p.toml:7:14: unknown variable `ID`\n  help: did you mean `id`?"),
    (
        "[resources.\"x://{a}/{b}\"]\npermission = \"read:{a}-{b}\"",
        "p.toml:7:14: `read:{a}-{b}`: values of neighbouring variables can't be told apart\n  help: put a `:` between them, which no \
         value holds",
    ),
    (
        "[resources.\"x://{a}\"]\npermission = \"read:{a\"",
        "p.toml:7:14: `read:{a` holds a brace without its other half\n  help: write `{variable}`",
    ),
    (
        "[resources.\"x://{a}\"]\npermission = \"read:a}\"",
        "p.toml:7:14: `read:a}` holds a brace that closes nothing\n  help: write `{variable}`",
    ),
    (
        "[resources]\n\"x://{a}\" = { permission = \"a\" }\n\"x://{b}.pdf\" = { permission = \"b\" }",
        "p.toml:8:1: `x://{b}.pdf` and `x://{a}` have URIs in common\n  help: let them differ in what is no variable, or name single URIs \
         in full",
    ),
    (
        "[resources]\n\"x://{a}\" = { permission = \"a\" }\n\"X://b\" = { permission = \"b\" }",
        "p.toml:8:1: `X://b` is not in normal form, in which it may be one of `x://{a}`\n  help: write it in normal form: small letters \
         in scheme and host, no needless escapes",
    ),
    (
        "[resources.\"{scheme}://a\"]\npermission = \"a\"",
        "p.toml:6:12: `{scheme}://a` does not begin with a scheme\n  help: begin with one, such as `reports://`, before the first \
         variable",
    ),
    (
        "[resources.\"X://{a}\"]\npermission = \"a\"",
        "p.toml:6:12: no URI in normal form is of `X://{a}`\n  help: write scheme and host in small letters, without a default port, \
         `.`, `..` and needless escapes",
    ),
    (
        "[resources.\"x://{a}\"]\npermission = \"a\"\nwhen = { variable = \"b\", equals = \"subject\" }",
        "p.toml:8:8: unknown variable `b`\n  help: the template has `a`",
    ),
    (
        "[tools.t]\npermission = \"a\"\nwhen = { variable = \"b\", equals = \"subject\" }",
        "p.toml:8:8: variable `b` is asked for, but only resources have variables\n  help: ask for an argument instead: `{ argument = \
         \"/…\", equals = \"subject\" }`",
    ),
    (
        "[tools.t]\npermission = \"a\"\nheaders = { \"a b\" = \"/r\" }",
        "p.toml:8:11: `a b` can't be part of a header's name\n  help: use letters, digits and `-`: what follows `Mcp-Param-`",
    ),
];

#[test]
fn refuses_with_place_and_remedy() {
    let wrong: Vec<_> = REFUSED
        .iter()
        .map(|(rest, expected)| (compile(rest).expect_err(rest).to_string(), *expected))
        .filter(|(errors, expected)| errors != expected)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
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
        ("[roots]\nd = \"/d\"", "nothing stays beneath `d`"),
        ("[roots]\nd = \"/\"\n[tools.t]\npermission = \"read:own\"\npaths = { \"/p\" = \"d\" }", "everything lies beneath `/`"),
        ("[resources.\"file:///{+path}\"]\npermission = \"read:own\"", "any file that the server can read"),
        ("editor = [\"a*b\"]", "not at its end"),
        ("editor = [\" read:own\"]", "white space"),
        ("editor = [\"read\\u0000\"]", "`read\\u{0}` holds invisible"),
        ("[tools.t]\npermission = \"read:own\\n\"", "`read:own\\n` begins or ends"),
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

#[test]
fn defaults_follow_the_limits_of_all_transports() {
    let policy = compile("[limits]\nbody_max = \"1 MiB\"").unwrap();
    assert_eq!(policy.gate().unwrap().policy().http_body_max.to_native(), 1 << 20);
    assert_eq!(policy.settings().unwrap().line_max, 1 << 20);
    let policy = compile("[limits]\nbody_max = \"8 MiB\"\n[http]\nbody_max = \"8 MiB\"").unwrap();
    assert_eq!(policy.gate().unwrap().policy().http_body_max.to_native(), 8 << 20);
    assert_eq!(policy.settings().unwrap().line_max, 4 << 20);
}

#[test]
fn conditions_ask_for_arguments_of_tools_and_prompts() {
    for table in ["tools", "prompts"] {
        let rest = format!("[{table}.x]\npermission = \"a\"\nwhen = {{ argument = \"/id\", equals = \"subject\" }}");
        assert!(compile(&rest).is_ok());
    }
    assert!(compile("[resources.\"a:b\"]\npermission = \"a\"\nwhen = { role = \"admin\" }").is_ok());
}

#[test]
fn every_method_that_only_servers_send_is_refused() {
    use adarga_core::method::Method;
    for rule in Method::ALL.iter().filter_map(|method| method.rule()) {
        let refused = compile(&format!("[methods]\n\"{}\" = true", rule.name)).is_err();
        assert_eq!(refused, rule.client.is_empty(), "{}", rule.name);
    }
}

#[test]
fn hosts_that_could_match_are_taken() {
    let good = ["*", "a", "a.example", "a:1", "a:65535", "a:*", "[::1]", "[::1]:8080", "[::1]:*", "127.0.0.1:80", "x_y.local"];
    let bad = [
        "größe.example",
        "a b",
        "a\\u0007",
        "a:1:2",
        "::1",
        "a:0",
        "a:65536",
        "a:x",
        "a:",
        "a:080",
        "a:+1",
        ":1",
        ":*",
        "a:1:*",
        "::*",
        "[::1",
        "[x]",
        "[::1]x",
        "http://a",
        "a,b",
        "**",
    ];
    for host in good {
        assert!(compile(&format!("[http]\nhosts = [\"{host}\"]")).is_ok(), "{host}");
    }
    for host in bad {
        let said = compile(&format!("[http]\nhosts = [\"{host}\"]")).expect_err(host).to_string();
        assert!(said.contains("is not a host\n  help: ") && said.lines().count() == 2, "{said}");
    }
    assert!(compile("[http]\nhosts = [\"ä\"]").unwrap_err().to_string().contains("punycode"));
}

#[test]
fn origins_that_could_match_are_taken() {
    let good = ["https://a", "HTTPS://A.example:443", "http://[::1]:8080", "chrome-extension://abc", "capacitor://localhost"];
    let bad = [
        "null",
        "://a",
        "1x://a",
        "h_s://a",
        "https://",
        "https://:443",
        "https://a:0",
        "https://a:b",
        "https://a:1:2",
        "https://ä",
        "https://a/",
        "https://a b",
        "https://a\\n",
        "https://*.a",
        "https://u@a",
        "https://::1",
        "https://a:*",
    ];
    for origin in good {
        assert!(compile(&format!("[http]\norigins = [\"{origin}\"]")).is_ok(), "{origin}");
    }
    for origin in bad {
        let said = compile(&format!("[http]\norigins = [\"{origin}\"]")).expect_err(origin).to_string();
        assert!(said.contains("is not an origin\n  help: ") && said.lines().count() == 2, "{said}");
    }
}

#[test]
fn no_name_forges_a_line_of_an_explanation() {
    let policy = Policy::from_source(Source::new(
        "p.toml",
        r#"[server]
name = "a\nb"
[stdio]
role = "r\n1"
env = ["E\u001B[8m"]
[roles]
"r\n1" = ["p\nq"]
[tools."safe\n  delete_everything  nobody\u001B[8m"]
permission = "p\nq"
when = { any = [{ role = "r\n1" }, { argument = "/a\nb", equals = "subject" }] }
"#,
    ))
    .unwrap();
    let text = explain(policy.gate().unwrap().image());
    assert!(!text.chars().any(|character| character != '\n' && adarga_host::text::is_risky(character)), "{text}");
    for line in [
        "policy `a\\nb`",
        "  stdio      \"r\\n1\"",
        r#"  "safe\n  delete_everything  nobody\u{1b}[8m"  `p\nq`: "r\n1""#,
        r#"      1. caller is `"r\n1"`? yes: allow, no: go to 2"#,
        r#"      2. "/a\nb" equals the caller's subject? yes: allow, no: deny"#,
    ] {
        assert!(text.lines().any(|other| other == line), "no {line} in:\n{text}");
    }
}

#[test]
fn an_explanation_names_twenty_roles_of_an_entry() {
    let roles: String = (0..23).map(|number| format!("r{number} = [\"a\"]\n")).collect();
    let text = |roles: &str| {
        let text = format!("[server]\nname = \"t\"\n[roles]\n{roles}[tools.x]\npermission = \"a\"\n");
        explain(Policy::from_source(Source::new("p.toml", text)).unwrap().gate().unwrap().image())
    };
    assert!(text(&roles).contains(", r19 and 3 more\n"), "{}", text(&roles));
    assert!(text("a = [\"a\"]\n").contains("x  `a`: a\n"));
    assert!(text("").contains("x  `a`: no role\n"));
}
