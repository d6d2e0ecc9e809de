//! Third-party corpora of schemas and messages beside the checkout, through the driver. What is absent is said and passes.

use std::{collections::HashMap, env, fs, path::PathBuf};

use serde_json::{json, value::RawValue};

use crate::vectors::ask;

/// The lines of a corpus; nothing, and a word about it, when it is absent.
fn corpus(name: &str, cases: usize) -> String {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    let path = env::var_os("ADARGA_VECTORS").map_or(beside, PathBuf::from).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| {
        println!("not run: {cases} cases of {}: {error}", path.display());
        String::new()
    })
}

/// A line whose values stay as they are written.
type Line<'l> = HashMap<String, &'l RawValue>;

fn lines(text: &str) -> Vec<Line<'_>> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text(line: &Line<'_>, member: &str) -> String {
    serde_json::from_str(line[member].get()).unwrap()
}

/// Asks questions and names those that are not answered as expected.
fn wrong(cases: Vec<(String, String, bool)>) -> Vec<String> {
    let questions: Vec<_> = cases.iter().map(|(_, question, _)| question.as_str()).collect();
    let answers = ask((questions.join("\n") + "\n").into_bytes());
    assert_eq!(answers.len(), cases.len());
    let differs = |((id, _, want), answer): (&(String, String, bool), _)| {
        let answer: serde_json::Map<_, _> = answer;
        (answer.get("ok") != Some(&(*want).into())).then(|| format!("{id}: {answer:?}"))
    };
    cases.iter().zip(answers).filter_map(differs).collect()
}

/// Cases that are not equal, and why.
const KNOWN: &[(&str, &str)] = &[
    // `contentEncoding` and `contentMediaType` are annotations in every draft, as 2020-12 has it
    ("draft7/optional/content/", "annotation"),
];

#[test]
fn the_test_suite_of_json_schema() {
    const DRAFT_7: &str = "http://json-schema.org/draft-07/schema#";
    let remotes = corpus("schema/remotes.jsonl", 0);
    let bundle: Vec<_> = remotes.lines().collect();
    let bundle = bundle.join(",");
    for (name, cases) in [("schema/draft2020-12.jsonl", 869), ("schema/draft7.jsonl", 728)] {
        let corpus = corpus(name, cases);
        let mut asked = Vec::new();
        for line in lines(&corpus) {
            // formats are another kernel's, and have tests of their own
            if text(&line, "tier") == "format" {
                continue;
            }
            let (schema, x) = (line["schema"].get(), json!(line["data"].get()));
            let dialect = if name.contains("draft7") { format!(r#","dialect":"{DRAFT_7}""#) } else { String::new() };
            let bundle = if line["remote"].get() == "true" { format!(r#","bundle":[{bundle}]"#) } else { String::new() };
            let question = format!(r#"{{"n":{},"op":"schema","schema":{schema},"x":{x}{dialect}{bundle}}}"#, asked.len());
            asked.push((text(&line, "id"), question, line["valid"].get() == "true"));
        }
        let wrong: Vec<_> = wrong(asked).into_iter().filter(|id| !KNOWN.iter().any(|(known, _)| id.starts_with(known))).collect();
        assert!(wrong.is_empty(), "{name}: {}\n{}", wrong.len(), wrong.join("\n"));
    }
}

#[test]
fn calls_of_real_tools() {
    let corpus = corpus("rpc/tools_call.jsonl", 5412);
    let mut asked = Vec::new();
    for line in lines(&corpus) {
        let tool: Line<'_> = serde_json::from_str(line["tool"].get()).unwrap();
        let request = text(&line, "request");
        let Ok(request) = serde_json::from_str::<Line<'_>>(&request) else { continue };
        let params: Line<'_> = serde_json::from_str(request["params"].get()).unwrap();
        let arguments = params.get("arguments").map_or("{}", |arguments| arguments.get());
        if !arguments.starts_with('{') {
            continue;
        }
        let (schema, x) = (tool["inputSchema"].get(), json!(arguments));
        let question = format!(r#"{{"n":{},"op":"schema","schema":{schema},"x":{x}}}"#, asked.len());
        asked.push((text(&line, "id"), question, text(&line, "expect") == "valid"));
    }
    let wrong = wrong(asked);
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn shapes_of_messages() {
    let corpus = corpus("rpc/mcp_messages.jsonl", 1389);
    let mut asked = Vec::new();
    for line in lines(&corpus) {
        let (revision, definition, x) = (line["version"].get(), line["def"].get(), line["json"].get());
        let question = format!(r#"{{"n":{},"op":"mcp","revision":{revision},"definition":{definition},"x":{x}}}"#, asked.len());
        asked.push((text(&line, "id"), question, text(&line, "expect") == "valid"));
    }
    let wrong = wrong(asked);
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}
