//! The ops `schema` and `mcp`: a value judged by a JSON Schema that is compiled for it, and by the shapes of MCP.

use std::collections::{BTreeMap, btree_map::Entry};

use adarga_core::{
    Reason, Revision,
    json::{self, Document, Scratch, write_pointer},
    schema::{Schema, Verdict},
    write::Out,
};
use adarga_host::{
    mcp::Shapes,
    schema::{Compiled, Compiler, Options, SchemaMemory},
};
use serde_json::value::RawValue;

use super::{Fault, Outcome, Question, ops::LIMITS};

/// A document of `bundle`.
#[derive(serde::Deserialize)]
struct Bundled<'l> {
    id: String,
    #[serde(borrow)]
    schema: &'l RawValue,
}

pub(super) fn schema(question: &Question<'_>, scratch: &mut Scratch<'_>) -> Result<Outcome, Fault> {
    let compiled = compile(question).map_err(|fault| fault.replace('\n', ";"))?;
    let schema = compiled.schemas().and_then(|schemas| schemas.schema(0)).ok_or("the schema can't be read back")?;
    judge(schema, &question.bytes("x")?, scratch)
}

/// The op `mcp`: a value judged by the shape of a type of a revision. Revisions that were asked about stay compiled.
pub(super) fn mcp(
    question: &Question<'_>,
    scratch: &mut Scratch<'_>,
    shapes: &mut BTreeMap<Revision, Shapes>,
) -> Result<Outcome, Fault> {
    let revision = Revision::from_name(question.text("revision")?.as_bytes()).ok_or("unknown `revision`")?;
    let shapes = match shapes.entry(revision) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(free) => free.insert(Shapes::of(revision).map_err(|error| error.to_string())?),
    };
    let schema = shapes.schema(question.text("definition")?).ok_or("unknown `definition`")?;
    judge(schema, &question.bytes("x")?, scratch)
}

pub(super) fn compile(question: &Question<'_>) -> Result<Compiled, Fault> {
    let formats = question.members.get("formats").and_then(serde_json::Value::as_bool).unwrap_or(false);
    let dialect = question.optional_text("dialect")?.map(str::to_owned);
    let fault = |error: adarga_host::schema::SchemaError| format!("`schema`: {error}");
    let mut compiler = Compiler::new(Options { formats, dialect }).map_err(fault)?;
    if question.members.contains_key("bundle") {
        let wrong = |_| "`bundle` must be a list of objects with `id` and `schema`".to_owned();
        for Bundled { id, schema } in serde_json::from_str::<Vec<Bundled<'_>>>(question.raw("bundle")?).map_err(wrong)? {
            compiler.document(&id, schema.get());
        }
    }
    compiler.schema(question.raw("schema")?).map_err(fault)?;
    compiler.finish().map_err(fault)
}

fn judge(schema: Schema<'_>, bytes: &[u8], scratch: &mut Scratch<'_>) -> Result<Outcome, Fault> {
    let parsed = match json::parse(bytes, LIMITS, scratch) {
        Ok(parsed) => parsed,
        Err(refusal) => return Ok(Outcome::of(refusal.reason)),
    };
    let document = Document::new(bytes, scratch, parsed);
    let values = u32::try_from(bytes.len() + 1).unwrap_or(u32::MAX);
    let mut memory = SchemaMemory::new(schema.needs(values, LIMITS.depth_max), 0);
    Ok(match schema.check(document.root(), &mut memory.memory()) {
        Verdict::Valid => Outcome::ok(),
        Verdict::Stopped(_) => Outcome::of(Reason::ArgumentsBudget),
        Verdict::Invalid(culprit, _) => {
            let mut pointer = vec![0; bytes.len() * 2 + 64];
            let mut out = Out::new(&mut pointer);
            write_pointer(document, culprit.at, &mut out);
            let pointer = out.finish().map_err(|_| "the pointer is too long")?;
            Outcome::of(Reason::ArgumentsSchema).with("at", String::from_utf8_lossy(pointer))
        }
    })
}
