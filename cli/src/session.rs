//! Session files: recorded messages as JSON Lines, which `run --record` writes and `check` reads.
//!
//! A line has `raw` (the message) or `raw_b64` (bytes that are no UTF-8), `dir` (`c2s` or `s2c`), `transport` (`stdio` or `http`),
//! and where they matter `headers`, `role`, `token`, `subject`, `peer`, `session` (names a connection; lines without one share one for each
//! transport), `now_ms` and `expect` (`allow` or a reason's name). Other members are passed over: recordings carry notes.

use std::io;

use adarga_core::Reason;
use serde::{Deserialize, Serialize};

/// One recorded message.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Line {
    /// The message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// The message when it is no UTF-8, base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_b64: Option<String>,
    /// Who sent it.
    pub dir: Direction,
    /// How it came.
    #[serde(default)]
    pub transport: Wire,
    /// Header fields in their order, or by name.
    #[serde(default, skip_serializing_if = "Headers::is_empty")]
    pub headers: Headers,
    /// The caller's roles; the policy's for stdio when absent.
    #[serde(default, skip_serializing_if = "OneOrMany::is_empty")]
    pub role: OneOrMany,
    /// A bearer token that does not stand in the headers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The caller's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The socket address of the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<String>,
    /// The connection it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// When, Unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now_ms: Option<u64>,
    /// `allow` or the name of a reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<String>,
}

/// Who sent a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// Client to server.
    #[default]
    #[serde(rename = "c2s")]
    ToServer,
    /// Server to client.
    #[serde(rename = "s2c")]
    ToClient,
}

/// How a message came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wire {
    /// A line on standard input.
    #[default]
    Stdio,
    /// The body of an HTTP request.
    Http,
}

/// Header fields: a list of pairs, or an object of values or lists of values.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "HeaderShape", into = "Vec<(String, String)>")]
pub struct Headers(pub Vec<(String, String)>);

#[derive(Deserialize)]
#[serde(untagged, expecting = "`headers` must be a list of pairs, or an object of strings or lists of strings")]
enum HeaderShape {
    Pairs(Vec<(String, String)>),
    ByName(serde_json::Map<String, serde_json::Value>),
}

impl From<HeaderShape> for Headers {
    fn from(shape: HeaderShape) -> Self {
        match shape {
            HeaderShape::Pairs(pairs) => Self(pairs),
            HeaderShape::ByName(map) => Self(map.into_iter().flat_map(|(name, value)| fields(name, value)).collect()),
        }
    }
}

impl From<Headers> for Vec<(String, String)> {
    fn from(headers: Headers) -> Self {
        headers.0
    }
}

/// One field for each value of a name; what is no string is written as JSON, and no rule will take it for one.
fn fields(name: String, value: serde_json::Value) -> Vec<(String, String)> {
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    match value {
        serde_json::Value::Array(values) => values.into_iter().map(|value| (name.clone(), text(value))).collect(),
        value => vec![(name, text(value))],
    }
}

impl Headers {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A name or a list of names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "NameShape", into = "Vec<String>")]
pub struct OneOrMany(pub Vec<String>);

#[derive(Deserialize)]
#[serde(untagged, expecting = "a name or a list of names")]
enum NameShape {
    One(String),
    Many(Vec<String>),
}

impl From<NameShape> for OneOrMany {
    fn from(shape: NameShape) -> Self {
        match shape {
            NameShape::One(name) => Self(vec![name]),
            NameShape::Many(names) => Self(names),
        }
    }
}

impl From<OneOrMany> for Vec<String> {
    fn from(names: OneOrMany) -> Self {
        names.0
    }
}

impl OneOrMany {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Line {
    /// A line for a message that was just judged.
    #[must_use]
    pub fn recorded(bytes: &[u8], dir: Direction, now_ms: u64, reason: Option<Reason>) -> Self {
        let (raw, raw_b64) = match std::str::from_utf8(bytes) {
            Ok(text) => (Some(text.to_owned()), None),
            Err(_) => (None, Some(crate::driver::to_base64(bytes))),
        };
        let expect = reason.map(|reason| if reason == Reason::Allowed { "allow".to_owned() } else { reason.name().to_owned() });
        Self { raw, raw_b64, dir, now_ms: Some(now_ms), expect, ..Self::default() }
    }

    /// The message as bytes.
    ///
    /// # Errors
    /// When there is neither `raw` nor `raw_b64`, or the latter is no base64.
    pub fn bytes(&self) -> Result<Vec<u8>, String> {
        match (&self.raw, &self.raw_b64) {
            (Some(text), None) => Ok(text.clone().into_bytes()),
            (None, Some(text)) => crate::driver::from_base64(text, "raw_b64"),
            (None, None) => Err("neither `raw` nor `raw_b64`".into()),
            (Some(_), Some(_)) => Err("`raw` and `raw_b64` together".into()),
        }
    }

    /// What is expected: nothing, an allowed message, or a reason.
    ///
    /// # Errors
    /// When `expect` is neither `allow` nor the name of a reason.
    pub fn expected(&self) -> Result<Option<Reason>, String> {
        match self.expect.as_deref() {
            None => Ok(None),
            Some("allow") => Ok(Some(Reason::Allowed)),
            Some(name) => Reason::from_name(name).map(Some).ok_or_else(|| {
                let known = adarga_core::reason::REASONS.iter().map(|row| row.name);
                let near = adarga_host::policy::suggest(name, known)
                    .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                format!("`expect` is neither `allow` nor the name of a reason: `{name}`{near}")
            }),
        }
    }

    /// Writes the line.
    ///
    /// # Errors
    /// When writing fails.
    pub fn write(&self, mut out: impl io::Write) -> io::Result<()> {
        let mut text = serde_json::to_vec(self)?;
        text.push(b'\n');
        out.write_all(&text)
    }
}
