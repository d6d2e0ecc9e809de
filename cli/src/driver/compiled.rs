//! The op `compiled`: what an engine without a compiler has to be given for a question, as images.

use adarga_core::{Revision, rate::Limit};
use adarga_host::{
    keys::{KeyImage, Mode},
    mcp,
    schema::{Compiler, Options},
};
use serde_json::{Map, Value, json};

use super::{Fault, Outcome, Question, jose, rate, schema, to_base64, whole};

/// The members that stand in the place of `policy`, `keys`, `schema` … of the `question`. A document that does not compile is the fault
/// that the question itself would be.
pub(super) fn compiled(question: &Question<'_>) -> Result<Outcome, Fault> {
    let line = question.raw("question")?;
    let members: Map<String, Value> = serde_json::from_str(line).map_err(|_| "`question` must be an object")?;
    let inner = Question { members, line };
    let outcome = Outcome::ok();
    Ok(match inner.text("op")? {
        "decide" | "release" => {
            let policy = whole::policy(&inner)?;
            let keys = jose::key_set(&inner)?;
            outcome.with("image_b64", to_base64(policy.image())).with_some("keys_b64", keys.map(|keys| to_base64(keys.bytes())))
        }
        "jws" => outcome.with("keys_b64", usable(jose::keys(&inner, "keys", Mode::Lenient)?)),
        "token" => {
            let revoked = jose::revoked(&inner)?;
            let list = to_base64(revoked.bytes());
            outcome.with("keys_b64", usable(jose::keys(&inner, "keys", Mode::Lenient)?)).with("revoked_b64", list)
        }
        "signature" => outcome.with("keys_b64", usable(jose::keys(&inner, "key", Mode::Strict)?)),
        "schema" => {
            let compiled = schema::compile(&inner).map_err(|fault| fault.replace('\n', ";"))?;
            outcome.with("program_b64", to_base64(compiled.bytes()))
        }
        "mcp" => outcome.with("program_b64", shape(&inner)?),
        "rate" => outcome.with("limit", limit(rate::limit(&inner)?, &inner)?),
        _ => outcome,
    })
}

/// The image of keys; nothing where none of them can be used.
fn usable(keys: Option<KeyImage>) -> String {
    keys.map(|keys| to_base64(keys.bytes())).unwrap_or_default()
}

/// The program of one type of MCP.
fn shape(question: &Question<'_>) -> Result<String, Fault> {
    const URI: &str = "adarga:mcp";
    let revision = Revision::from_name(question.text("revision")?.as_bytes()).ok_or("unknown `revision`")?;
    let types = mcp::types(revision).map_err(|error| error.to_string())?;
    let name = question.text("definition")?;
    if !types.contains_key(name) {
        return Err("unknown `definition`".into());
    }
    let fault = |error: adarga_host::schema::SchemaError| error.to_string();
    let mut compiler = Compiler::new(Options::default()).map_err(fault)?;
    compiler.document(URI, json!({ "$defs": types }).to_string());
    compiler.schema(&json!({ "$ref": format!("{URI}#/$defs/{name}") }).to_string()).map_err(fault)?;
    Ok(to_base64(compiler.finish().map_err(fault)?.bytes()))
}

/// A limit in numbers.
fn limit(limit: Limit, question: &Question<'_>) -> Result<Value, Fault> {
    Ok(match limit {
        Limit::Window(window) => json!({ "calls": window.calls(), "span_ms": window.span_ms() }),
        Limit::Gcra(gcra) => {
            let rate = question.members.get("limit").and_then(|limit| limit.get("rate")).and_then(Value::as_str);
            let (calls, span_ms) =
                adarga_host::rate::numbers(rate.unwrap_or_default()).map_err(|error| format!("`limit`: {error}"))?;
            json!({ "calls": calls, "span_ms": span_ms, "burst": gcra.burst() })
        }
    })
}
