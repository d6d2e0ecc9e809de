//! Policies that are right, in both syntaxes.

use adarga_core::{Revision, capabilities::Capabilities, keys::Algorithm};
use adarga_host::policy::{
    Condition, Document, ErrorCodes, HardLinks, KeySource, Links, MethodRule, Mode, Operand, PermissionsEffect, Profile, Root,
    ScopesEffect, Secret, Size, Source, Syntax, UnknownRoles, Word, json_schema, read,
};
use adarga_host::secrets::Place;
use serde_json::Value;

const TOML: &str = include_str!("good.toml");
const JSON: &str = include_str!("good.json");

fn document(name: &str, text: &str) -> Document {
    match read(Source::new(name, text)) {
        Ok(loaded) => loaded.document,
        Err(errors) => panic!("{errors}"),
    }
}

#[test]
fn both_syntaxes_give_equal_documents() {
    let (toml, json) = (document("good.toml", TOML), document("good.json", JSON));
    assert_eq!(toml, json);
    // tables compare without regard to order, which both keep
    assert!(toml.roles.keys().eq(json.roles.keys()) && toml.tools.keys().eq(json.tools.keys()));
}

#[test]
fn what_stands_there_is_what_is_read() {
    let policy = document("good.toml", TOML);
    assert_eq!(policy.server.revisions, [Word(Revision::V20260728), Word(Revision::V20251125)]);
    assert_eq!((policy.server.error_codes, policy.server.mode), (ErrorCodes::Guide, Mode::Observe));
    assert_eq!(policy.stdio.role, ["editor"]);
    assert_eq!((policy.stdio.timeout.ms(), policy.stdio.in_flight_max), (120_000, 65_536));
    assert_eq!(policy.stdio.line_max.bytes(), 100);
    assert_eq!((policy.http.body_max.bytes(), policy.http.depth_max), (64 << 10, Some(64)));
    assert!(policy.roles.keys().eq(["viewer", "admin", "editor"]));
    assert_eq!(policy.roles["editor"], ["read:*", "write:content"]);
    assert_eq!(policy.methods["tools/list"], MethodRule::Allow);
    assert_eq!(policy.methods["logging/setLevel"], MethodRule::Deny);
    assert_eq!(policy.methods["resources/subscribe"], MethodRule::Permission("read:own".into()));
    let tool = &policy.tools["get_user_profile"];
    assert_eq!(tool.entry.requires, [Word(Capabilities::SAMPLING), Word(Capabilities::ROOTS)]);
    assert_eq!(tool.headers["User-Id"], "/user_id");
    let owner = Condition::Argument { pointer: "/user_id".into(), equals: Operand::Subject };
    let nested = Condition::All(vec![Condition::Role("admin".into()), Condition::Any(vec![Condition::Role("editor".into())])]);
    assert_eq!(tool.entry.when, Some(Condition::Any(vec![owner, nested])));
    assert_eq!(policy.tools["*"].entry.when, None);
    assert_eq!(policy.resources["reports://sensitive/{report_id}"].entry.permission, "read:reports:{report_id}");
    let variable = Condition::Variable { name: "report_id".into(), equals: Operand::Subject };
    assert_eq!(policy.resources["reports://sensitive/{report_id}"].entry.when, Some(variable));
    assert_eq!(policy.resources["file:///{+path}"].root.as_deref(), Some("whole"));
    assert_eq!(tool.entry.paths["/file"], "docs");
}

#[test]
fn a_root_is_a_directory_or_says_more() {
    let policy = document("good.toml", TOML);
    let plain = Root {
        directory: "/srv/docs".into(),
        profile: Profile::Portable,
        decode: None,
        relative: true,
        links: Links::Beneath,
        hard_links: HardLinks::Allow,
    };
    assert_eq!(policy.roots["docs"], plain);
    let whole = Root {
        directory: "/srv/whole".into(),
        profile: Profile::Posix,
        decode: Some(1),
        relative: false,
        links: Links::Refuse,
        hard_links: HardLinks::Refuse,
    };
    assert_eq!(policy.roots["whole"], whole);
    let table = document("p.toml", "[server]\nname = \"r\"\n[roots.docs]\ndirectory = \"/srv/docs\"\n");
    assert_eq!(table.roots["docs"], plain);
}

#[test]
fn what_stands_there_of_callers_is_what_is_read() {
    let policy = document("good.toml", TOML);
    assert_eq!(policy.stdio.token, Some(Secret::At(Place::Env("ADARGA_TOKEN".into()))));
    let identity = policy.identity.unwrap();
    assert_eq!(identity.audience, ["https://mcp.example.com/mcp", "urn:reports"]);
    assert_eq!(identity.algorithms, [Word(Algorithm::Es256), Word(Algorithm::EdDsa)]);
    assert_eq!(identity.keys, Some(KeySource::Url("https://auth.example.com/.well-known/jwks.json".into())));
    assert_eq!((identity.leeway.ms(), identity.token_type.as_deref()), (60_000, Some("at+jwt")));
    assert_eq!((identity.expiry_required, identity.provider, identity.token_max.bytes()), (false, true, 8192));
    assert_eq!((identity.claims.subject.as_str(), identity.claims.scopes.as_str()), ("/client_id", "/scp"));
    assert_eq!(identity.default_role, ["viewer"]);
    let effects = (identity.unknown_roles, identity.token_scopes, identity.token_permissions);
    assert_eq!(effects, (UnknownRoles::Ignore, ScopesEffect::Ignore, PermissionsEffect::Add));
    assert_eq!((identity.refresh.ms(), identity.refresh_min.ms(), identity.stale_max.ms()), (3_600_000, 30_000, 7_200_000));
    let introspection = identity.introspection.unwrap();
    assert_eq!((introspection.client_id.as_str(), introspection.ttl.ms()), ("reports", 5000));
    assert_eq!(introspection.client_secret, Secret::At(Place::File("/run/secrets/reports".into())));
    assert_eq!(
        (&*identity.revoked.subjects["mallory"], identity.revoked.file.as_deref()),
        ("2026-11-01T00:00:00Z", Some("revoked.toml"))
    );
    assert_eq!(identity.api_keys.unwrap().keys["ci"].role, ["viewer", "editor"]);
    assert_eq!(identity.certificates["CN=backup,O=Example"].role, ["viewer"]);
}

/// A key that is added to the schema has to be added to both files.
#[test]
fn every_key_of_identity_stands_there() {
    let schema: Value = serde_json::from_str(&json_schema()).unwrap();
    let policy: Value = serde_json::from_str(JSON).unwrap();
    for (table, pointer) in [
        ("Identity", "/identity"),
        ("Claims", "/identity/claims"),
        ("Introspection", "/identity/introspection"),
        ("Revoked", "/identity/revoked"),
        ("ApiKeys", "/identity/api_keys"),
        ("ApiKey", "/identity/api_keys/keys/ci"),
        ("Principal", "/identity/certificates/CN=backup,O=Example"),
        ("Stdio", "/stdio"),
    ] {
        let known = schema["$defs"][table]["properties"].as_object().unwrap_or_else(|| panic!("no {table}"));
        let written = policy.pointer(pointer).and_then(Value::as_object).unwrap_or_else(|| panic!("no {pointer}"));
        let absent: Vec<_> = known.keys().filter(|key| !written.contains_key(*key)).collect();
        assert!(absent.is_empty(), "{pointer} lacks {absent:?}");
    }
}

#[test]
fn defaults_are_those_of_the_manual() {
    let policy = document("p.toml", "[server]\nname = \"r\"\n");
    assert!(policy.server.revisions.iter().map(|word| word.0).eq(Revision::ALL.iter().copied()));
    assert_eq!((policy.server.error_codes, policy.server.mode), (ErrorCodes::Specification, Mode::Enforce));
    assert!(policy.stdio.role.is_empty() && policy.stdio.env.is_empty());
    assert_eq!((policy.stdio.timeout.ms(), policy.stdio.in_flight_max), (30_000, 64));
    assert_eq!(policy.stdio.line_max, Size::FOUR_MIB);
    assert!(policy.http.origins.is_empty() && policy.http.hosts.is_empty() && policy.http.depth_max.is_none());
    assert_eq!((policy.limits.depth_max, policy.limits.values_max), (128, 65_536));
    assert_eq!((policy.limits.body_max, policy.http.body_max), (Size::FOUR_MIB, Size::FOUR_MIB));
    assert!(policy.roles.is_empty() && policy.methods.is_empty() && policy.tools.is_empty());
    // a table that is there but empty says the same
    assert_eq!(policy, document("p.toml", "server.name = \"r\"\n[stdio]\n[http]\n[limits]\n[roles]\n[tools]\n"));
}

#[test]
fn bounds_are_inclusive() {
    for (depth, values) in [(1, 16), (1024, 4_194_304)] {
        let text = format!("server.name = \"r\"\n[limits]\ndepth_max = {depth}\nvalues_max = {values}\nbody_max = \"64 MiB\"\n");
        assert_eq!(document("p.toml", &text).limits.depth_max, depth);
    }
    let longest = "ä".repeat(128);
    assert_eq!(document("p.toml", &format!("server.name = \"{longest}\"")).server.name, longest);
}

#[test]
fn quantities_take_their_unit_with_and_without_a_space() {
    for (text, ms) in [("500ms", 500), ("30s", 30_000), ("2 min", 120_000), ("24h", 86_400_000), ("001 s", 1000)] {
        assert_eq!(document("p.toml", &format!("server.name = \"r\"\nstdio.timeout = \"{text}\"")).stdio.timeout.ms(), ms);
    }
    for (text, bytes) in [("1 B", 1), ("64 KiB", 65_536), ("4MiB", 4 << 20), ("0064 MiB", 64 << 20)] {
        assert_eq!(
            document("p.toml", &format!("server.name = \"r\"\nstdio.line_max = \"{text}\"")).stdio.line_max.bytes(),
            bytes
        );
    }
}

#[test]
fn a_quantity_is_displayed_as_it_could_be_written() {
    let stdio = document("p.toml", "server.name = \"r\"\nstdio = { timeout = \"90s\", line_max = \"2048 KiB\" }").stdio;
    assert_eq!((stdio.timeout.to_string(), stdio.line_max.to_string()), ("90 s".into(), "2 MiB".into()));
    assert_eq!(document("p.toml", "server.name = \"r\"\nstdio.timeout = \"60s\"").stdio.timeout.to_string(), "1 min");
}

#[test]
fn the_syntax_is_known_by_extension_then_by_content() {
    let syntax = |name: &str, text: &str| Syntax::of(&Source::new(name, text));
    assert_eq!(syntax("p.toml", "{"), Syntax::Toml);
    assert_eq!(syntax("p.JSON", "a = 1"), Syntax::Json);
    assert_eq!(syntax("policy", " \r\n\t{}"), Syntax::Json);
    assert_eq!(syntax("policy.conf", "[server]"), Syntax::Toml);
    assert_eq!(syntax("-", ""), Syntax::Toml);
}

#[test]
fn line_ends_and_byte_order_marks_of_windows_are_no_error() {
    let text = "\u{FEFF}[server]\r\nname = \"r\"\r\n";
    assert_eq!(document("p.toml", text).server.name, "r");
}
