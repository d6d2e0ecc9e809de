//! Arguments judged by a schema beside `jsonschema`, each on what its parser makes: the check alone, and from the bytes of the whole
//! message to the verdict on it, with a look for threats. Neither tells of formats.

use adarga_core::{
    arguments::worth_a_look,
    json::{self, Document, Limits},
    schema::{Schema, Verdict},
    threat::{self, Kinds},
};
use adarga_host::{
    memory::Memory,
    schema::{Compiled, Compiler, Options, SchemaMemory},
};
use jsonschema::Validator;
use regex::bytes::RegexSet;
use serde_json::Value;
use std::hint::black_box;

use crate::{
    bodies::{self, Era, SIZES},
    contest::Contestant,
    report::Report,
    threat::PATTERNS,
};

/// As a policy has them by default.
const LIMITS: Limits = Limits { depth_max: 128, values_max: 65_536 };

/// The check alone is at least level.
const ALONE_FLOOR: f64 = 1.0;
/// With parsing and a look for threats, on S, M and L.
const WHOLE_FLOORS: [f64; 3] = [6.0, 5.0, 5.0];

/// What [`bodies::call`] sends.
const RECORDS: &str = r##"{
    "type": "object", "required": ["limit", "note"], "additionalProperties": false,
    "properties": {
        "limit": {"type": "integer", "minimum": 1, "maximum": 100},
        "note": {"type": "string"},
        "tags": {"type": "array", "items": {"$ref": "#/$defs/tag"}, "maxItems": 8},
        "range": {"type": "object", "required": ["from"], "additionalProperties": false,
            "properties": {"from": {"type": "string", "minLength": 10, "maxLength": 10}, "open": {"type": "boolean"}}},
        "deep": {"type": "array", "items": {"type": ["boolean", "null"]}},
        "items": {"type": "array", "items": {"$ref": "#/$defs/item"}}
    },
    "$defs": {
        "tag": {"type": "string", "minLength": 1, "maxLength": 40},
        "item": {"type": "object", "required": ["id", "name", "text"], "additionalProperties": false,
            "properties": {
                "id": {"type": "integer", "minimum": 0},
                "name": {"type": "string", "minLength": 1, "maxLength": 80},
                "text": {"type": "string", "maxLength": 4000},
                "score": {"type": "number", "minimum": 0, "exclusiveMaximum": 100},
                "tags": {"type": "array", "items": {"$ref": "#/$defs/tag"}},
                "at": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T"},
                "ok": {"type": "boolean"},
                "owner": {"type": "object", "required": ["id"],
                    "properties": {"id": {"type": "integer"}, "mail": {"type": "string", "pattern": "@example\\.com$"}}}
            }}
    }
}"##;

/// Tools as servers declare them: name, schema, arguments.
const TOOLS: [(&str, &str, &str); 5] = [
    (
        "weather",
        r#"{"type":"object","required":["city"],"properties":{"city":{"type":"string"},"unit":{"enum":["celsius","fahrenheit"]}}}"#,
        r#"{"city":"Zürich","unit":"celsius"}"#,
    ),
    (
        "without its city",
        r#"{"type":"object","required":["city"],"properties":{"city":{"type":"string"},"unit":{"enum":["celsius","fahrenheit"]}}}"#,
        r#"{"unit":"celsius"}"#,
    ),
    (
        "search",
        r#"{"type":"object","required":["query"],"properties":{"query":{"type":"string","minLength":1},"category":{"type":"string",
            "enum":["news","sports","culture","science"]},"page":{"type":"integer","minimum":1},"language":{"type":"string"},
            "sort_by":{"type":"string","enum":["date","relevance"]}},"additionalProperties":false}"#,
        r#"{"query":"floods in June","category":"news","page":2,"language":"en","sort_by":"date"}"#,
    ),
    (
        "order",
        r#"{"type":"object","required":["order","address"],"properties":{"order":{"type":"string","pattern":"^[A-Z]{2}-[0-9]+$"},
            "address":{"type":"object","required":["street","zip"],"properties":{"street":{"type":"string"},"zip":{"type":"string"},
            "floor":{"type":"integer"}}},"notify":{"type":"boolean"}}}"#,
        r#"{"order":"EU-20441","address":{"street":"Long Lane 4","zip":"8001","floor":3},"notify":true}"#,
    ),
    (
        "content of two kinds",
        r#"{"type":"object","required":["content"],"properties":{"content":{"type":"array","items":{"anyOf":[
            {"type":"object","required":["type","text"],"properties":{"type":{"const":"text"},"text":{"type":"string"}}},
            {"type":"object","required":["type","data"],"properties":{"type":{"const":"image"},"data":{"type":"string"}}}]}}}}"#,
        r#"{"content":[{"type":"text","text":"hello"},{"type":"image","data":"iVBORw0KGgo="},{"type":"text","text":"bye"}]}"#,
    ),
];

/// One schema for both, and a message whose arguments it judges.
struct Case {
    name: String,
    /// Floor of parsing and judging.
    floor: Option<f64>,
    message: Vec<u8>,
    ours: Compiled,
    theirs: Validator,
}

impl Case {
    fn new(name: String, floor: Option<f64>, schema: &str, message: Vec<u8>) -> Self {
        let mut compiler = Compiler::new(Options::default()).expect("the dialect is known");
        compiler.schema(schema).expect("we compile the schema");
        let ours = compiler.finish().expect("it fits");
        let theirs = jsonschema::validator_for(&serde_json::from_str(schema).expect("the schema is JSON"));
        Self { name, floor, message, ours, theirs: theirs.expect("jsonschema compiles the schema") }
    }

    fn schema(&self) -> Schema<'_> {
        self.ours.schemas().and_then(|schemas| schemas.schema(0)).expect("we have just written it")
    }

    fn memory(&self) -> (Memory, SchemaMemory) {
        let len = u32::try_from(self.message.len()).expect("messages are short");
        let needs = self.schema().needs(LIMITS.values_max, LIMITS.depth_max);
        (Memory::for_limits(LIMITS.values_max, len), SchemaMemory::new(needs, 0))
    }

    fn tree(&self) -> Value {
        serde_json::from_slice(&self.message).expect("the message is JSON")
    }
}

/// Measures the check alone, then with the parsing that it needs.
pub(crate) fn measure(report: &mut Report) {
    let cases = cases();
    report.duels("Schemas, on what was parsed: jsonschema");
    for case in &cases {
        alone(report, case);
    }
    let patterns = RegexSet::new(PATTERNS).expect("the patterns are in order");
    report.duels("Schemas and threats, from bytes: serde_json::Value, jsonschema and RegexSet");
    for case in &cases {
        whole(report, case, &patterns);
    }
}

fn cases() -> Vec<Case> {
    let sized = SIZES.into_iter().zip(WHOLE_FLOORS).map(|((size, len), floor)| {
        let message = bodies::call(Era::Legacy, "search_reports", len);
        Case::new(format!("call {size} {len}"), Some(floor), RECORDS, message)
    });
    let tools = TOOLS.into_iter().map(|(name, schema, arguments)| {
        let head = r#"{"jsonrpc":"2.0","id":42,"method":"tools/call","params":{"name":"tool","arguments":"#;
        Case::new(name.to_owned(), None, schema, format!("{head}{arguments}}}}}").into_bytes())
    });
    sized.chain(tools).collect()
}

fn alone(report: &mut Report, case: &Case) {
    let (schema, tree) = (case.schema(), case.tree());
    let (mut memory, mut results) = case.memory();
    let mut scratch = memory.scratch();
    let parsed = json::parse(&case.message, LIMITS, &mut scratch).expect("we accept the message");
    let document = Document::new(&case.message, &scratch, parsed);
    let ours = arguments(document).expect("the message has arguments");
    let theirs = &tree["params"]["arguments"];
    let valid = schema.check(ours, &mut results.memory()) == Verdict::Valid;
    assert_eq!(valid, case.theirs.is_valid(theirs), "{}: both come to the same verdict", case.name);
    report.duel(
        &format!("schema/alone/{}", case.name),
        Some(ALONE_FLOOR),
        Contestant::new(|| schema.check(black_box(ours), &mut results.memory())),
        Contestant::new(|| case.theirs.is_valid(black_box(theirs))),
    );
}

/// The peer looks for its patterns in the bytes as they came, which is the cheapest way to use them and misses what is escaped; we
/// look into each decoded text.
fn whole(report: &mut Report, case: &Case, patterns: &RegexSet) {
    let schema = case.schema();
    let (mut memory, mut results) = case.memory();
    let ours = move || {
        let mut scratch = memory.scratch();
        let parsed = json::parse(black_box(&case.message), LIMITS, &mut scratch).ok()?;
        let arguments = arguments(Document::new(&case.message, &scratch, parsed))?;
        Some((schema.check(arguments, &mut results.memory()), threats(arguments)))
    };
    let theirs = || {
        let tree: Value = serde_json::from_slice(black_box(&case.message)).ok()?;
        let valid = case.theirs.is_valid(tree.get("params")?.get("arguments")?);
        Some((valid, patterns.is_match(&case.message)))
    };
    let name = format!("schema/whole/{}", case.name);
    report.duel(&name, case.floor, Contestant::new(ours), Contestant::new(theirs));
}

/// What the texts of a value look like, names of members among them.
fn threats(value: json::Value<'_>) -> Kinds {
    worth_a_look(value).fold(Kinds::NONE, |found, (_, text)| found.union(threat::scan(text)))
}

fn arguments(document: Document<'_>) -> Option<json::Value<'_>> {
    document.root().get(b"params")?.get(b"arguments")
}
