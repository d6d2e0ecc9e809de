//! Roots, templates and permissions with variables against naive rules that know nothing of the engine.

use adarga_core::{
    Call, Gate, Reason,
    arrival::Transport,
    identity::Asserted,
    image::{self, EntryKind, Naming},
    permission::{covers, may_cover},
    template::Template,
};
use adarga_host::memory::Memory;
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use crate::support::{Dice, decide, policy};

const META: &str = r#"{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;

fn request(method: &str, mut params: Value) -> Vec<u8> {
    params["_meta"] = serde_json::from_str(META).unwrap();
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string().into_bytes()
}

fn reader<'a>() -> Call<'a> {
    Call { asserted: Some(Asserted::new("eve", &["reader"])), ..Call::new(Transport::Stdio, 1) }
}

fn reason(gate: &Gate<'_>, body: &[u8]) -> Reason {
    decide(gate, &reader(), body, None).0.reason()
}

/// Percent-decoding once, or nothing for a broken escape.
fn decoded(raw: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut rest) = (Vec::new(), raw.as_bytes());
    while let [byte, after @ ..] = rest {
        if *byte == b'%' {
            let hex = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(hex, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*byte);
            rest = after;
        }
    }
    Some(bytes)
}

/// A value as RFC 6570 expands it.
fn expanded(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    value.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

proptest! {
    #[test]
    fn a_permission_with_a_variable_is_the_one_with_its_value(
        grants in vec("(read:|write:)?(x:)?[ab*:]{0,3}\\*?", 0..4),
        value in "[ab*:/ ü]{0,3}",
        other in "[ab]{1,2}",
    ) {
        let grants: Vec<_> = grants.into_iter().filter(|grant| !grant.is_empty()).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
        let document = json!({
            "server": {"name": "t"},
            "roles": {"reader": grants},
            "resources": {"x://{id}/{other}": {"permission": "read:x:{id}:{other}"}}
        });
        let policy = policy(document.to_string());
        let gate = policy.gate().unwrap();
        let uri = format!("x://{}/{other}", expanded(&value));
        // what stands where a host does is not encoded in a normal form
        let normal = adarga_core::uri::is_normal(uri.as_bytes());
        let required = format!("read:x:{value}:{other}");
        let usable = !value.is_empty() && !value.contains(['*', ':', '/']);
        let granted = usable && grants.iter().any(|grant| covers(grant.as_bytes(), required.as_bytes()));
        let got = reason(&gate, &request("resources/read", json!({"uri": uri})));
        let want = if !normal { Reason::RouteResource } else if granted { Reason::Allowed } else { Reason::PermissionDenied };
        prop_assert_eq!(got, want, "{} {:?}", uri, grants);
    }

    #[test]
    fn grants_that_are_left_out_cover_nothing(grant in "[ab:*]{0,4}\\*?", head in "[ab:]{0,3}", rest in "[ab:]{0,3}") {
        let required = format!("{head}{rest}");
        prop_assert!(may_cover(grant.as_bytes(), head.as_bytes()) || !covers(grant.as_bytes(), required.as_bytes()));
    }

    #[test]
    fn a_path_passes_only_where_it_leads_beneath_its_root(names in vec("[ab.~%]{0,3}|\\.\\.|srv|docs|%2[eEfF]|file:", 0..7), form in 0_usize..4) {
        let rest = names.join("/");
        let path = [rest.clone(), format!("/srv/docs/{rest}"), format!("/{rest}"), format!("file:///srv/docs/{rest}")][form].clone();
        let policy = policy(r#"{"server":{"name":"t"},"roles":{"reader":["r"]},"roots":{"d":"/srv/docs"},"tools":{"t":{"permission":"r","paths":{"/p":"d"}}}}"#);
        let gate = policy.gate().unwrap();
        let body = request("tools/call", json!({"name": "t", "arguments": {"p": path}}));
        let mut memory = Memory::for_gate(&gate);
        let (mut scratch, reply) = memory.parts();
        let decision = gate.decide(&reader(), &body, &mut adarga_core::decide::Work::new(&mut scratch, reply)).unwrap();
        let mut shown = Vec::new();
        gate.each_path(&decision, &reader(), None, decision.document(&body, &scratch), &mut |root, path| {
            shown.push((root, String::from_utf8(path.as_bytes().to_vec()).unwrap()));
            Ok(())
        }).unwrap_or(());
        if decision.allowed() {
            // as a server reads it that decodes URIs once and joins what is relative
            let of_uri = |rest: &str| String::from_utf8(decoded(rest.strip_prefix("//").unwrap_or(rest)).unwrap()).unwrap();
            let read = path.strip_prefix("file:").map_or_else(|| path.clone(), of_uri);
            let whole = if read.starts_with('/') { read } else { format!("/srv/docs/{read}") };
            let mut names: Vec<&str> = Vec::new();
            for name in whole.split('/') {
                match name {
                    "" | "." => {}
                    ".." => drop(names.pop()),
                    name => names.push(name),
                }
            }
            prop_assert!(names.starts_with(&["srv", "docs"]), "{}", path);
            let beneath = if names.len() == 2 { ".".to_owned() } else { names[2..].join("/") };
            prop_assert_eq!(shown, [(0, beneath)]);
        }
    }
}

const TEMPLATES: &[&str] =
    &["x://a/{v}", "x://a/b/{v}", "x://a/b/c/{v}/d", "x://a/b/c/e/{v*}/z", "x://{v}", "x://ab/{v}{?q}", "file:///{+v}", "y:{v}"];

/// Whether a server that asks a URL library for the path, and a file system for what is there, may find what another URI names.
fn may_be_another_file(uri: &str) -> bool {
    let Some(rest) = uri.strip_prefix("file:") else { return false };
    !rest.starts_with("///") || rest[2..].contains("//") || rest.contains(['?', '#'])
}

#[test]
fn the_entry_of_a_uri_is_that_of_a_naive_search() {
    let pieces = ["x:", "y:", "file:", "//", "/", "a", "b", "ab", "c", "e", "f", "d", ",", "?q=1", "#a", "{v}", "z"];
    let exact = ["x://a/b", "x://z", "y:z"];
    let mut found = [0; 4];
    // every choice of templates
    for choice in 0..1_u64 << TEMPLATES.len() {
        let chosen = TEMPLATES.iter().enumerate().filter(|(at, _)| choice >> at & 1 == 1);
        let chosen: Vec<_> = chosen.map(|(_, text)| *text).collect();
        let mut resources = serde_json::Map::new();
        for uri in exact.iter().chain(&chosen).chain(&["*"]) {
            resources.insert((*uri).to_owned(), json!({"permission": "r"}));
        }
        let policy = policy(json!({"server": {"name": "t"}, "roles": {"reader": ["r"]}, "resources": resources}).to_string());
        let gate = policy.gate().unwrap();
        let (rules, places) = (gate.policy(), gate.image().places());
        for seed in 0..60_u64 {
            let mut dice = Dice(seed << 32 | choice);
            let uri: String = (0..1 + seed % 9).map(|_| dice.pick(&pieces)).collect();
            let uri = if seed % 3 == 0 { format!("x://{uri}") } else { uri };
            let matching = chosen.iter().find(|text| Template::parse(text.as_bytes()).unwrap().matches(uri.as_bytes()).is_some());
            let begins = chosen.iter().any(|text| uri.starts_with(text.split('{').next().unwrap()))
                || uri.starts_with("file:") && chosen.iter().any(|text| text.starts_with("file:"));
            let files = chosen.iter().any(|text| text.starts_with("file:"));
            let want = match (exact.contains(&uri.as_str()), matching) {
                (true, _) => Some(uri.as_str()),
                (false, Some(_)) if files && may_be_another_file(&uri) => None,
                (false, Some(text)) => Some(*text),
                (false, None) if begins || !adarga_core::uri::is_normal(uri.as_bytes()) => None,
                (false, None)
                    if uri.contains('#') || may_be_another_file(&uri) || uri.ends_with('/') && uri.starts_with("file:") =>
                {
                    None
                }
                (false, None) => Some("*"),
            };
            let got = image::find(rules, places, EntryKind::Resource, uri.as_bytes(), Naming::Uri);
            let got = got.and_then(|id| rules.entry(id)).map(|entry| entry.name.as_str());
            assert_eq!(got, want, "{uri} of {chosen:?}");
            found[match (want, matching) {
                (None, _) => 0,
                (Some("*"), _) => 1,
                (Some(_), Some(_)) => 2,
                (Some(_), None) => 3,
            }] += 1;
        }
    }
    assert!(found.iter().all(|count| *count > 20), "{found:?}");
}

#[test]
fn an_image_without_places_has_no_such_section() {
    let plain = policy(r#"{"server":{"name":"t"},"tools":{"t":{"permission":"r"}},"resources":{"x://a":{"permission":"r"}}}"#);
    assert!(plain.gate().unwrap().image().places().is_none());
}
