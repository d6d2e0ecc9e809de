//! A client of MCP that only asks what there is, over a server that may say anything.
//!
//! Answers pass the strict tokenizer before they are looked at. Invariant: nothing waits longer than the timeout for an answer.

use std::time::{Duration, Instant};

use adarga_core::json::{self, Document, Kind, Limits, Value};
use adarga_host::memory::Memory;
use serde_json::{Value as Json, json};

use crate::{Failure, check::text::quoted};

use super::process::{LINE_MAX, Process, Said};

/// Limits of an answer.
const LIMITS: Limits = Limits { depth_max: 128, values_max: 1 << 21 };
/// Characters of the server's text in an error.
const QUOTE_MAX: usize = 80;
/// The error of an unknown method (JSON-RPC 2.0 §5.1).
pub(super) const METHOD_NOT_FOUND: i64 = -32601;

/// The server's own error.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// Its number.
    pub(super) code: i64,
    /// Its words, made harmless.
    pub(super) message: String,
}

/// A connection to a server.
#[derive(Debug)]
pub(super) struct Client {
    process: Process,
    memory: Memory,
    timeout: Duration,
    asked: u64,
    /// What the params of every request carry, since 2026-07-28.
    meta: Option<Json>,
}

/// What one line of the server turned out to be.
enum Heard<T> {
    /// The answer, or what it lacks.
    Answer(Result<Result<T, Refusal>, String>),
    /// A request of the server's own: what to answer it.
    Request(Vec<u8>),
    Other,
}

impl Client {
    pub(super) fn new(process: Process, timeout: Duration) -> Self {
        let memory = Memory::for_limits(LIMITS.values_max, u32::try_from(LINE_MAX).unwrap_or(u32::MAX));
        Self { process, memory, timeout, asked: 0, meta: None }
    }

    /// From now on every request carries this.
    pub(super) fn speak_modern(&mut self, meta: Json) {
        self.meta = Some(meta);
    }

    /// Asks and hands the result to `take`.
    ///
    /// # Errors
    /// When the server ends, is silent, or says what no client can read; or when `take` does not find what it looks for: it
    /// says what that is.
    pub(super) fn ask<T>(
        &mut self,
        method: &str,
        mut params: Json,
        mut take: impl FnMut(Value<'_>) -> Result<T, String>,
    ) -> Result<Result<T, Refusal>, Failure> {
        if let Some(meta) = &self.meta {
            params["_meta"] = meta.clone();
        }
        self.asked += 1;
        let id = self.asked;
        let deadline = Instant::now() + self.timeout;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}), method)?;
        loop {
            let line = match self.process.next(deadline)? {
                Said::Line(line) => line,
                Said::TooLong => return Err(format!("the server wrote a line longer than {} MiB", LINE_MAX >> 20).into()),
                Said::End => return Err(self.gone(method)),
                Said::Silence => {
                    let seconds = self.timeout.as_secs();
                    return Err(format!("the server did not answer `{method}` within {seconds} s; see `--timeout`").into());
                }
            };
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            match hear(&mut self.memory, &line, id, &mut take)? {
                Heard::Answer(Ok(answer)) => return Ok(answer),
                Heard::Answer(Err(what)) => return Err(format!("the server's answer to `{method}` {what}").into()),
                Heard::Request(reply) => {
                    if !self.process.send(reply) {
                        return Err("the server does not read its input".into());
                    }
                }
                Heard::Other => {}
            }
        }
    }

    /// Tells the server something that gets no answer.
    pub(super) fn tell(&mut self, method: &str) -> Result<(), Failure> {
        self.send(&json!({"jsonrpc": "2.0", "method": method}), method)
    }

    /// Ends the server, in peace if it wants.
    pub(super) fn end(mut self) {
        self.process.end();
    }

    /// Shortens the time for an answer.
    pub(super) fn hurry(&mut self, timeout: Duration) {
        self.timeout = self.timeout.min(timeout);
    }

    fn send(&mut self, message: &Json, method: &str) -> Result<(), Failure> {
        if self.process.send(message.to_string().into_bytes()) { Ok(()) } else { Err(self.gone(method)) }
    }

    fn gone(&mut self, method: &str) -> Failure {
        match self.process.end() {
            Some(status) => format!("the server ended ({status}) before it answered `{method}`").into(),
            None => format!("the server closed its output before it answered `{method}`").into(),
        }
    }
}

/// Reads one line of the server.
///
/// # Errors
/// When it is no message at all.
fn hear<T>(
    memory: &mut Memory,
    line: &[u8],
    id: u64,
    take: &mut impl FnMut(Value<'_>) -> Result<T, String>,
) -> Result<Heard<T>, String> {
    let mut scratch = memory.scratch();
    let parsed = json::parse(line, LIMITS, &mut scratch).map_err(|refusal| {
        let text = quoted(&String::from_utf8_lossy(line.get(..4 * QUOTE_MAX).unwrap_or(line)), QUOTE_MAX);
        let (reason, at) = (refusal.reason, refusal.at);
        format!("the server wrote what is no message to its standard output ({reason} at byte {at}): {text}")
    })?;
    let root = Document::new(line, &scratch, parsed).root();
    if root.kind() != Kind::Object || text(root.get(b"jsonrpc")).as_deref() != Some("2.0") {
        return Err("the server wrote JSON that is no JSON-RPC 2.0 message".to_owned());
    }
    if let Some(method) = root.get(b"method") {
        return Ok(root.get(b"id").map_or(Heard::Other, |id| Heard::Request(reply(method, id))));
    }
    let ours = root.get(b"id").and_then(Value::integer).is_some_and(|answered| u64::try_from(answered.get()) == Ok(id));
    match (root.get(b"result"), root.get(b"error")) {
        // late answers, and errors about nothing in particular
        _ if !ours => Ok(Heard::Other),
        (Some(result), None) => Ok(Heard::Answer(take(result).map(Ok))),
        (None, Some(error)) => {
            let message = text(error.get(b"message")).unwrap_or_default();
            let code = error.get(b"code").and_then(Value::integer).map_or(0, json::Integer::get);
            Ok(Heard::Answer(Ok(Err(Refusal { code, message: quoted(&message, QUOTE_MAX) }))))
        }
        _ => Ok(Heard::Answer(Err("has neither a result nor an error".to_owned()))),
    }
}

/// The answer to what a server asks: it may ping; all else we said that we cannot do.
fn reply(method: Value<'_>, id: Value<'_>) -> Vec<u8> {
    let id = String::from_utf8_lossy(id.raw());
    let reply = if method.text() == Some(b"ping") {
        format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{}}}}"#)
    } else {
        format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":{METHOD_NOT_FOUND},"message":"method not found"}}}}"#)
    };
    reply.into_bytes()
}

/// The text of a string.
pub(super) fn text(value: Option<Value<'_>>) -> Option<String> {
    Some(String::from_utf8_lossy(value?.text()?).into_owned())
}
