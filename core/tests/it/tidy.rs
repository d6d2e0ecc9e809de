//! The rules of the source that no compiler checks: who may name whom, what may not be written, how long a file may be.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Every module and the others that it may name. An arrow that is not here is the wrong way or needs a reason.
const EDGES: &[(&str, &[&str])] = &[
    // kernels: bytes, texts, tables
    ("num", &[]),
    ("named", &[]),
    ("hmac", &[]),
    ("sync", &[]),
    ("siphash", &[]),
    ("text", &["num", "siphash"]),
    ("uri", &["text"]),
    ("write", &["text"]),
    ("frame", &["num"]),
    ("address", &[]),
    ("json", &["num", "reason", "text", "write"]),
    ("path", &["reason", "text", "uri"]),
    ("template", &["text", "uri"]),
    ("format", &["address", "named", "num", "text", "uri"]),
    ("escape", &["named", "text", "uri"]),
    ("rate", &["num", "reason", "siphash", "sync"]),
    ("dfa", &["num"]),
    ("detect", &["format", "named", "num", "text"]),
    ("aad", &[]),
    ("edits", &["aad", "num", "write"]),
    ("redact", &["aad", "detect", "edits", "hmac", "json", "text", "write"]),
    ("schema", &["dfa", "format", "json", "num"]),
    ("threat", &["reason", "text"]),
    ("revision", &[]),
    ("method", &["revision"]),
    ("capabilities", &["json"]),
    // what all may name
    ("reason", &["json"]),
    (
        "image",
        &[
            "address", "detect", "json", "num", "pin", "rate", "reason", "redact", "revision", "schema", "template", "text",
            "threat", "uri",
        ],
    ),
    ("keys", &["image", "num", "reason"]),
    ("revocation", &["image", "num", "reason"]),
    ("signature", &["json", "keys", "num", "reason", "text"]),
    ("seal", &["aad", "signature"]),
    ("protection", &["aad", "hmac", "seal", "write"]),
    ("pin", &["json"]),
    ("audit", &["hmac", "named", "signature", "text", "write"]),
    // stages, each of which may name earlier ones
    ("arrival", &["image", "reason", "revision", "text"]),
    ("peer", &["address", "arrival", "image", "text"]),
    ("identity", &["image", "json", "keys", "num", "reason", "revocation", "signature", "text"]),
    ("message", &["arrival", "capabilities", "image", "json", "method", "reason", "revision", "session", "text", "write"]),
    ("session", &["capabilities", "identity", "reason", "revision"]),
    ("route", &["image", "json", "message", "method", "reason"]),
    ("permission", &["capabilities", "identity", "image", "json", "message", "num", "reason", "route", "template", "text"]),
    ("charge", &["identity", "image", "json", "message", "num", "peer", "permission", "rate", "reason", "route"]),
    ("arguments", &["charge", "image", "json", "message", "method", "reason", "route", "schema", "threat"]),
    ("containment", &["arguments", "image", "json", "message", "method", "num", "path", "reason", "route", "template", "write"]),
    ("twins", &["image", "json", "message", "num", "reason", "route"]),
    (
        "verdict",
        &[
            "arguments",
            "capabilities",
            "identity",
            "image",
            "json",
            "message",
            "method",
            "peer",
            "reason",
            "revision",
            "route",
            "schema",
            "threat",
            "write",
        ],
    ),
    // where stages meet: a decision, and the judgement of its answer
    (
        "decide",
        &[
            "arguments",
            "arrival",
            "capabilities",
            "charge",
            "containment",
            "frame",
            "identity",
            "image",
            "json",
            "message",
            "method",
            "peer",
            "permission",
            "rate",
            "protection",
            "reason",
            "revision",
            "revocation",
            "route",
            "schema",
            "session",
            "twins",
            "verdict",
            "write",
        ],
    ),
    (
        "release",
        &[
            "arrival",
            "decide",
            "edits",
            "image",
            "json",
            "message",
            "method",
            "permission",
            "pin",
            "reason",
            "redact",
            "revision",
            "schema",
            "session",
            "verdict",
            "write",
        ],
    ),
];

const KERNELS: &[&str] = &[
    "json",
    "siphash",
    "text",
    "uri",
    "path",
    "template",
    "rate",
    "format",
    "escape",
    "dfa",
    "detect",
    "aad",
    "edits",
    "redact",
    "schema",
    "threat",
    "address",
    "sync",
    "write",
    "num",
    "named",
    "hmac",
    "frame",
    "revision",
    "method",
    "capabilities",
];
const STAGES: &[&str] =
    &["arrival", "peer", "message", "identity", "route", "permission", "charge", "arguments", "containment", "verdict"];

/// Functions of one stage that another one names all the same: one rule in one place, which both sides of a comparison need.
const SHARED: &[(&str, &str, &str)] = &[("message", "arrival", "param_name")];

const FORBIDDEN: &[&str] = &[
    "unsafe {",
    "unsafe fn",
    "unsafe impl",
    ".unwrap()",
    ".expect(",
    "panic!",
    "todo!",
    "unimplemented!",
    "unreachable!",
    "assert!",
    "assert_eq!",
    "#[allow(",
    "#![allow(",
    "println!",
    "dbg!",
];

const LINES_MAX: usize = 500;

/// Every file of core/src: its path, its module, its text without comments.
fn sources() -> Vec<(PathBuf, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut files) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let read = |path: PathBuf| {
        let inside = path.strip_prefix(&root).unwrap();
        let module = inside.iter().next().unwrap().to_string_lossy().trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let code = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
        (inside.to_path_buf(), module, code)
    };
    files.into_iter().map(read).collect()
}

/// What stands behind each `crate::`, as module and item: `{a::{B, c}, d}` is `a::B`, `a::c` and `d`.
fn named(code: &str) -> BTreeSet<(String, String)> {
    let mut named = BTreeSet::new();
    for (at, prefix) in code.match_indices("crate::") {
        if code[..at].ends_with(|last: char| last.is_alphanumeric() || last == '_' || last == '$') {
            continue;
        }
        expand("", &code[at + prefix.len()..], &mut named);
    }
    named
}

/// Reads one tree of a `use` from the start of `code` and returns how far it reaches.
fn expand(prefix: &str, code: &str, named: &mut BTreeSet<(String, String)>) -> usize {
    if let Some(inner) = code.strip_prefix('{') {
        let mut at = 1;
        loop {
            at += code[at..].len() - code[at..].trim_start_matches([' ', '\n', ',']).len();
            if code[at..].starts_with('}') || at >= inner.len() {
                return at + 1;
            }
            at += expand(prefix, &code[at..], named);
            // `as name`
            at += code[at..].find([',', '}']).unwrap_or(0);
        }
    }
    let word = code.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(code.len());
    let path = format!("{prefix}{}", &code[..word]);
    if code[word..].starts_with("::") && !path.contains("::") {
        return word + 2 + expand(&format!("{path}::"), &code[word + 2..], named);
    }
    let (module, item) = path.split_once("::").unwrap_or((&path, ""));
    named.insert((module.to_owned(), item.to_owned()));
    word
}

/// All that each module names.
fn graph() -> BTreeMap<String, BTreeSet<(String, String)>> {
    let mut graph: BTreeMap<String, BTreeSet<_>> = BTreeMap::new();
    for (_, module, code) in sources().into_iter().filter(|(_, module, _)| module != "lib") {
        let own = module.clone();
        graph.entry(module).or_default().extend(named(&code).into_iter().filter(|(other, _)| *other != own));
    }
    graph
}

#[test]
fn the_reader_of_use_trees_reads_them() {
    let code = "use crate::{\n  a::{self, B, c as d},\n  e,\n  f::G::H,\n};\ncrate::i::j(k); $crate::no; crate::l";
    let found: Vec<_> = named(code).into_iter().map(|(module, item)| format!("{module}/{item}")).collect();
    assert_eq!(found, ["a/B", "a/c", "a/self", "e/", "f/G", "i/j", "l/"]);
}

#[test]
fn modules_name_only_what_they_may() {
    let graph = graph();
    for (module, names) in &graph {
        let Some((_, allowed)) = EDGES.iter().find(|(known, _)| known == module) else {
            panic!("`{module}` has no place in the table of edges")
        };
        for (other, item) in names {
            assert!(allowed.contains(&other.as_str()), "`{module}` names `{other}::{item}`: not an edge of the table");
        }
    }
    for (module, allowed) in EDGES {
        for other in *allowed {
            assert!(
                graph[*module].iter().any(|(named, _)| named == other),
                "`{module}` names `{other}` no more: remove the edge"
            );
        }
    }
}

#[test]
fn kernels_know_neither_stage_nor_policy() {
    for (module, others) in EDGES.iter().filter(|(module, _)| KERNELS.contains(module)) {
        for other in *others {
            assert!(KERNELS.contains(other) || *other == "reason", "the kernel `{module}` names `{other}`");
        }
    }
}

#[test]
fn stages_name_proofs_of_earlier_stages_and_never_call_them() {
    for (module, names) in graph().iter().filter(|(module, _)| STAGES.contains(&module.as_str())) {
        for (other, item) in names.iter().filter(|(other, _)| STAGES.contains(&other.as_str())) {
            let place = |name: &str| STAGES.iter().position(|stage| *stage == name);
            assert!(place(other) < place(module), "`{module}` names the later stage `{other}`");
            let plain = item.starts_with(|first: char| first.is_ascii_uppercase());
            let shared = SHARED.contains(&(module, other, item));
            assert!(plain || shared, "`{module}` names `{other}::{item}`, which is no type");
        }
    }
}

#[test]
fn nothing_forbidden_is_written() {
    for (path, _, code) in sources() {
        for (line, text) in (1..).zip(code.lines()) {
            for word in FORBIDDEN {
                assert!(!text.contains(word), "{}:{line}: `{word}`", path.display());
            }
        }
    }
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    for line in [
        "#![no_std]",
        "#![forbid(unsafe_code)]",
        "clippy::indexing_slicing",
        "clippy::arithmetic_side_effects",
        "clippy::as_conversions",
    ] {
        assert!(lib.contains(line), "lib.rs lost `{line}`");
    }
}

#[test]
fn files_stay_short() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let long = sources().into_iter().map(|(path, ..)| (fs::read_to_string(root.join(&path)).unwrap().lines().count(), path));
    let long: Vec<_> = long.filter(|(lines, _)| *lines > LINES_MAX).collect();
    assert!(long.is_empty(), "longer than {LINES_MAX} lines: {long:?}");
}
