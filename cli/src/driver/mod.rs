//! `adarga driver`: any stage of the engine asked by one JSON object a line, so that corpora can be judged through every language
//! and the answers compared byte for byte.
//!
//! A driver keeps no state between lines and never ends because of one: what it cannot read it answers with a fault.

mod audit;
mod compiled;
mod jose;
mod ops;
mod rate;
mod schema;
mod seal;
mod text;
mod whole;

use std::{
    borrow::Cow,
    collections::HashMap,
    io::{self, BufRead, Write},
};

use adarga_core::{Reason, reason::Denial};
use serde_json::{Map, Value, value::RawValue};

/// Answers every line of `input` until it ends.
///
/// # Errors
/// When reading or writing fails.
pub fn drive(input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let mut tools = ops::Tools::new();
    for line in input.split(b'\n') {
        let line = line?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let answer = answer(&line, &mut tools);
        serde_json::to_writer(&mut output, &answer)?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
    Ok(())
}

/// The answer to a line: `n`, then `ok` or `fault`, then what the op adds.
fn answer(line: &[u8], tools: &mut ops::Tools) -> Map<String, Value> {
    let mut answer = Map::new();
    let question: Map<String, Value> = match serde_json::from_slice(line) {
        Ok(question) => question,
        Err(_) => {
            answer.insert("n".into(), Value::Null);
            answer.insert("fault".into(), "line".into());
            return answer;
        }
    };
    answer.insert("n".into(), question.get("n").cloned().unwrap_or(Value::Null));
    let line = std::str::from_utf8(line).unwrap_or_default();
    match ops::ask(&Question { members: question, line }, tools) {
        Ok(Outcome { reason, members }) => {
            answer.insert("ok".into(), (reason == Reason::Allowed).into());
            if reason != Reason::Allowed {
                answer.insert("reason".into(), reason.name().into());
            }
            answer.extend(members);
        }
        Err(fault) => {
            answer.insert("fault".into(), fault.into());
        }
    }
    answer
}

/// A line as it was asked.
struct Question<'l> {
    members: Map<String, Value>,
    line: &'l str,
}

/// What an op found.
struct Outcome {
    reason: Reason,
    members: Map<String, Value>,
}

impl Outcome {
    fn ok() -> Self {
        Self::of(Reason::Allowed)
    }

    fn of(reason: Reason) -> Self {
        Self { reason, members: Map::new() }
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.into(), value.into());
        self
    }

    fn with_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

impl From<Result<(), Denial>> for Outcome {
    fn from(result: Result<(), Denial>) -> Self {
        Self::of(result.map_or_else(|denial| denial.reason, |()| Reason::Allowed))
    }
}

/// Misuse of the driver, said in one word or sentence.
type Fault = String;

impl Question<'_> {
    fn text(&self, member: &str) -> Result<&str, Fault> {
        self.optional_text(member)?.ok_or_else(|| format!("missing `{member}`"))
    }

    fn optional_text(&self, member: &str) -> Result<Option<&str>, Fault> {
        match self.members.get(member) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("`{member}` must be a string")),
        }
    }

    fn integer(&self, member: &str, otherwise: u64) -> Result<u64, Fault> {
        Ok(self.optional_integer(member)?.unwrap_or(otherwise))
    }

    fn optional_integer(&self, member: &str) -> Result<Option<u64>, Fault> {
        match self.members.get(member) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_u64().map(Some).ok_or_else(|| format!("`{member}` must be a whole number")),
        }
    }

    /// Bytes given as text in `member` or base64 in `member_b64`.
    fn bytes(&self, member: &str) -> Result<Vec<u8>, Fault> {
        let encoded = format!("{member}_b64");
        match (self.optional_text(member)?, self.optional_text(&encoded)?) {
            (Some(text), None) => Ok(text.as_bytes().to_vec()),
            (None, Some(text)) => from_base64(text, &encoded),
            (None, None) => Err(format!("missing `{member}`")),
            (Some(_), Some(_)) => Err(format!("`{member}` and `{encoded}` together")),
        }
    }

    /// The text of a JSON value as it stands in the line, so that numbers stay what they are.
    fn raw(&self, member: &str) -> Result<&str, Fault> {
        let members: HashMap<Cow<'_, str>, &RawValue> = serde_json::from_str(self.line).map_err(|_| "line")?;
        members.get(member).map(|raw| raw.get()).ok_or_else(|| format!("missing `{member}`"))
    }

    fn texts(&self, member: &str) -> Result<Vec<&str>, Fault> {
        let wrong = || format!("`{member}` must be a list of strings");
        let list = self.members.get(member).ok_or_else(|| format!("missing `{member}`"))?.as_array().ok_or_else(wrong)?;
        list.iter().map(|item| item.as_str().ok_or_else(wrong)).collect()
    }

    /// The `headers` member: a value or a list of values by name.
    fn headers(&self) -> Result<Option<Vec<(String, String)>>, Fault> {
        let Some(headers) = self.members.get("headers").filter(|headers| !headers.is_null()) else { return Ok(None) };
        let wrong = || "`headers` must be an object of strings or lists of strings".to_owned();
        let mut list = Vec::new();
        for (name, values) in headers.as_object().ok_or_else(wrong)? {
            let values = match values {
                Value::String(_) => std::slice::from_ref(values),
                Value::Array(values) => values.as_slice(),
                _ => return Err(wrong()),
            };
            for value in values {
                list.push((name.clone(), value.as_str().ok_or_else(wrong)?.to_owned()));
            }
        }
        Ok(Some(list))
    }
}

pub(crate) fn from_base64(text: &str, member: &str) -> Result<Vec<u8>, Fault> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.decode(text).map_err(|_| format!("`{member}` is not base64"))
}

pub(crate) fn to_base64(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}

/// JSON text as a value: the id of a message as it stands there.
fn raw(text: &[u8]) -> Value {
    std::str::from_utf8(text)
        .ok()
        .and_then(|text| serde_json::from_str::<&RawValue>(text).ok())
        .map_or(Value::Null, |raw| serde_json::from_str(raw.get()).unwrap_or(Value::Null))
}
