//! What the guard lets through to a server that opens files by itself, on a real file system.

use adarga_core::{
    Call, Gate, Reason,
    arrival::Transport,
    decide::Work,
    path::{PATH_MAX, Rules, contain},
};
use adarga_host::{
    files::{Cause, Guard, HardLinks, Kind, Links, Root, Settings},
    load::Policy,
    memory::Memory,
    policy::Source,
    roots::Roots,
};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::json;

use crate::files_support::Jail;

fn admit(root: &Root, path: &str) -> Result<(), Cause> {
    let mut buffer = [0; PATH_MAX];
    let contained = contain(path.as_bytes(), Rules::default(), &mut buffer).unwrap();
    root.admit(contained).map_err(|error| error.cause().clone())
}

fn furnished() -> Jail {
    let jail = Jail::new();
    jail.file("d/f", "inside");
    mknodat(CWD, jail.inside("d/fifo"), FileType::Fifo, Mode::RUSR, 0).unwrap();
    for (name, target) in [
        ("in", "d/f"),
        ("d/above", "../d/f"),
        ("directory", "d"),
        ("out", "../outside"),
        ("secret", "../outside/secret"),
        ("new", "../outside/new"),
        ("etc", "/etc"),
        ("dangling", "absent"),
        ("d/deep", "none/at/all"),
        ("loop", "loop"),
    ] {
        jail.link(name, target);
    }
    std::fs::hard_link(jail.at("outside/secret"), jail.inside("hard")).unwrap();
    jail
}

#[test]
fn what_is_beneath_passes_and_nothing_else() {
    let jail = furnished();
    let root = jail.root(Settings { hard_links: HardLinks::Allow, ..Settings::default() });
    assert_eq!(root.guard(), Guard::Kernel);
    for path in [".", "d", "d/f", "in", "d/above", "directory/f", "hard", "absent", "d/absent", "absent/too/far", "directory/new"]
    {
        assert_eq!(admit(&root, path), Ok(()), "{path}");
    }
    for (path, cause) in [
        ("out", Cause::Outside),
        ("out/secret", Cause::Outside),
        ("out/absent/x", Cause::Outside),
        ("secret", Cause::Outside),
        ("new", Cause::Outside),
        ("etc/passwd", Cause::Outside),
        ("d/fifo", Cause::Kind(Kind::Special)),
        ("dangling", Cause::Link),
        ("dangling/x", Cause::Link),
        ("d/deep", Cause::Link),
        ("loop", Cause::Link),
        ("d/f/x", Cause::Absent),
        ("d/f/x/y", Cause::Absent),
    ] {
        assert_eq!(admit(&root, path), Err(cause), "{path}");
    }
}

#[test]
fn a_walk_follows_no_link() {
    let jail = furnished();
    let root = jail.root(Settings { guard: Guard::Walk, ..Settings::default() });
    for path in [".", "d", "d/f", "hard", "absent", "d/absent/x"] {
        assert_eq!(admit(&root, path), Ok(()), "{path}");
    }
    for path in ["in", "directory", "directory/f", "directory/new", "out/secret", "secret", "dangling", "loop", "etc/x"] {
        assert_eq!(admit(&root, path), Err(Cause::Link), "{path}");
    }
}

#[test]
fn links_are_refused_where_the_root_says_so() {
    let jail = furnished();
    let settings = Settings { links: Links::Refuse, hard_links: HardLinks::Refuse, ..Settings::default() };
    let root = jail.root(settings);
    assert_eq!(admit(&root, "d/f"), Ok(()));
    for path in ["in", "directory/f", "dangling", "secret"] {
        assert_eq!(admit(&root, path), Err(Cause::Link), "{path}");
    }
    assert_eq!(admit(&root, "hard"), Err(Cause::HardLink));
}

/// What becomes of a call with these arguments: lexically, then resolved.
fn judged(gate: &Gate<'_>, roots: &Roots, arguments: &serde_json::Value) -> (Reason, Result<(), Reason>) {
    let meta = json!({"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}});
    let params = json!({"name": "t", "arguments": arguments, "_meta": meta});
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).to_string();
    let mut memory = Memory::for_gate(gate);
    let (mut scratch, reply) = memory.parts();
    let call = Call::new(Transport::Stdio, 1);
    let decision = gate.decide(&call, body.as_bytes(), &mut Work::new(&mut scratch, reply)).unwrap();
    let document = decision.document(body.as_bytes(), &scratch);
    let checked = roots.check(gate, &decision, &call, None, document);
    (decision.reason(), checked.map_err(|refused| refused.denial.reason))
}

#[test]
fn every_path_of_a_call_is_resolved_beneath_its_own_root() {
    let jail = furnished();
    let root = jail.at("root");
    let document = json!({
        "server": {"name": "t"}, "stdio": {"role": "r"}, "roles": {"r": ["r"]},
        "roots": {
            "all": root.to_str(),
            "deep": {"directory": root.join("d").to_str(), "links": "refuse", "hard_links": "refuse"}
        },
        "tools": {"t": {"permission": "r", "paths": {"/any": "all", "/deep": "deep"}}}
    });
    let policy = Policy::from_source(Source::new("p.json", document.to_string())).unwrap();
    let gate = policy.gate().unwrap();
    let roots = Roots::open(gate.image()).unwrap();
    assert!(!roots.is_empty());
    let secret = root.join("secret");
    let allowed = Reason::Allowed;
    for (arguments, lexical, resolved) in [
        (json!({"any": "in", "deep": "f"}), allowed, Ok(())),
        (json!({"any": ["in", "d/f", "absent"]}), allowed, Ok(())),
        (json!({"any": ["in", "secret"]}), allowed, Err(Reason::PathLink)),
        (json!({"any": secret.to_str()}), allowed, Err(Reason::PathLink)),
        (json!({"any": format!("file://{}", secret.display())}), allowed, Err(Reason::PathLink)),
        (json!({"any": "d/fifo"}), allowed, Err(Reason::PathKind)),
        (json!({"any": "d/f/x"}), allowed, Err(Reason::PathAbsent)),
        (json!({"any": "d/above", "deep": "above"}), allowed, Err(Reason::PathKind)),
        (json!({"other": "secret"}), allowed, Ok(())),
    ] {
        assert_eq!(judged(&gate, &roots, &arguments), (lexical, resolved), "{arguments}");
    }
    let (reason, _) = judged(&gate, &roots, &json!({"any": "../outside/secret"}));
    assert_eq!(reason, Reason::PathEscape);
    // the directory is what its name leads to, for the guard as for the server
    std::fs::rename(&root, jail.at("old")).unwrap();
    assert_eq!(judged(&gate, &roots, &json!({"any": "in"})), (allowed, Err(Reason::HostFile)));
    std::fs::create_dir(&root).unwrap();
    std::os::unix::fs::symlink("../outside", root.join("in")).unwrap();
    assert_eq!(judged(&gate, &roots, &json!({"any": "in"})), (allowed, Err(Reason::PathLink)));
}

#[test]
fn a_root_that_is_no_directory_is_named() {
    let jail = furnished();
    for (directory, why) in [(jail.at("root/d/f"), "Not a directory"), (jail.at("root/none"), "No such file")] {
        let document = json!({
            "server": {"name": "t"}, "roots": {"docs": directory.to_str()},
            "tools": {"t": {"permission": "r", "paths": {"/p": "docs"}}}
        });
        let policy = Policy::from_source(Source::new("p.json", document.to_string())).unwrap();
        let error = Roots::open(policy.gate().unwrap().image()).unwrap_err().to_string();
        assert!(error.starts_with("`roots.docs`: root `") && error.contains(why), "{error}");
    }
    let plain = Policy::from_source(Source::new("p.json", r#"{"server":{"name":"t"}}"#)).unwrap();
    assert!(Roots::open(plain.gate().unwrap().image()).unwrap().is_empty());
}
