//! The members that JSON-RPC 2.0 gives a message, and which kind of message they make.

use crate::{
    json::{Kind as JsonKind, Value},
    method::Method,
    reason::{Denial, Reason},
    text::equal_folded,
};

use super::Kind;

/// Longest id as it stands in the body, in bytes, quotes included.
pub const ID_MAX: usize = 128;

/// The members of one message, each as it stands on the tape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Envelope<'t> {
    pub(super) kind: Kind,
    pub(super) root: Value<'t>,
    pub(super) id: Option<Value<'t>>,
    pub(super) method: Option<Value<'t>>,
    pub(super) params: Option<Value<'t>>,
    /// `_meta` of the params.
    pub(super) meta: Option<Value<'t>>,
}

impl Envelope<'_> {
    pub(super) fn method_is(&self, method: Method) -> bool {
        let name = method.rule().map(|rule| rule.name.as_bytes());
        self.method.is_some_and(|found| found.text() == name)
    }
}

/// Reads the members of a message.
pub(super) fn read(root: Value<'_>) -> Result<Envelope<'_>, Denial> {
    if root.kind() != JsonKind::Object {
        return Err(Denial::at(Reason::MessageType, root));
    }
    let mut envelope = Envelope { kind: Kind::Request, root, id: None, method: None, params: None, meta: None };
    let (mut version, mut result, mut error) = (None, None, None);
    for (key, value) in root.members() {
        match key.text().unwrap_or_default() {
            b"jsonrpc" => version = Some(value),
            b"id" => envelope.id = Some(value),
            b"method" => envelope.method = Some(value),
            b"params" => envelope.params = Some(value),
            b"result" => result = Some(value),
            b"error" => error = Some(value),
            other => {
                let known = [b"jsonrpc".as_slice(), b"id", b"method", b"params", b"result", b"error"];
                let twin = known.iter().any(|name| equal_folded(name, other));
                return Err(Denial::at(if twin { Reason::MessageCase } else { Reason::MessageMember }, key));
            }
        }
    }
    match version {
        Some(version) if version.text() == Some(b"2.0") => {}
        Some(version) => return Err(Denial::at(Reason::MessageVersion, version)),
        None => return Err(Denial::at(Reason::MessageVersion, root)),
    }
    if let Some(id) = envelope.id {
        check_id(id)?;
    }
    envelope.kind = kind(&envelope, result, error)?;
    if let Some(params) = envelope.params.filter(|params| params.kind() != JsonKind::Object) {
        return Err(Denial::at(Reason::MessageParams, params));
    }
    envelope.meta = envelope.params.and_then(|params| params.get(b"_meta"));
    Ok(envelope)
}

/// A string or an exact integer, short enough to be echoed (JSON-RPC 2.0 §4; MCP: never null).
fn check_id(id: Value<'_>) -> Result<(), Denial> {
    let fine = id.raw().len() <= ID_MAX && (id.text().is_some() || id.integer().is_some());
    if !fine {
        return Err(Denial::at(Reason::MessageId, id));
    }
    if id.text().is_some_and(|text| text.contains(&0)) {
        return Err(Denial::at(Reason::MessageNul, id));
    }
    Ok(())
}

fn kind(envelope: &Envelope<'_>, result: Option<Value<'_>>, error: Option<Value<'_>>) -> Result<Kind, Denial> {
    let shape = |value| Err(Denial::at(Reason::MessageShape, value));
    match (envelope.method, result, error) {
        (Some(method), None, None) => match method.text() {
            None => shape(method),
            Some(name) if name.contains(&0) => Err(Denial::at(Reason::MessageNul, method)),
            Some(_) if envelope.id.is_some() => Ok(Kind::Request),
            Some(_) => Ok(Kind::Notification),
        },
        (None, Some(answer), None) if answer.kind() == JsonKind::Object && envelope.params.is_none() => match envelope.id {
            Some(_) => Ok(Kind::Response),
            None => shape(envelope.root),
        },
        // an error that answers an unreadable request carries no id
        (None, None, Some(answer)) if is_error(answer) && envelope.params.is_none() => Ok(Kind::Response),
        (_, Some(other), _) | (_, _, Some(other)) => shape(other),
        (None, None, None) => shape(envelope.root),
    }
}

/// `{code: integer, message: string, data?}` (JSON-RPC 2.0 §5.1).
fn is_error(error: Value<'_>) -> bool {
    error.get(b"code").is_some_and(|code| code.integer().is_some())
        && error.get(b"message").is_some_and(|message| message.text().is_some())
}

/// The id of a message that was refused, if it can be answered with it: present, once, and in order.
#[must_use]
pub fn salvage_id(root: Value<'_>) -> Option<Value<'_>> {
    let id = root.get(b"id")?;
    (check_id(id).is_ok() && root.get(b"method").is_some()).then_some(id)
}
