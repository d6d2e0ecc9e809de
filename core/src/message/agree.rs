//! What the headers of a modern HTTP request say of its body has to be so (MCP.md 20).
//!
//! Intermediaries route by `Mcp-Method`, `Mcp-Name` and `Mcp-Param-*` without reading the body: a header that lies would send one
//! message past the checks made for another.

use crate::{
    arrival::{Arrival, Http, param_name},
    image::{Entry, Policy},
    json::{Document, Integer, Kind as JsonKind, Value},
    method::Target,
    reason::{Denial, Reason},
    text::{base64, equal_folded, trim},
};

use super::Message;

/// `Mcp-Method` and `Mcp-Name`.
pub(super) fn envelope(
    message: &Message,
    method: Value<'_>,
    document: Document<'_>,
    arrival: &Arrival,
    http: &Http<'_>,
) -> Result<(), Denial> {
    if !message.revision().is_modern() {
        return Ok(());
    }
    let named = arrival.method(http).ok_or(Denial::at(Reason::HttpMissing, method))?;
    if !says(named, method.text().unwrap_or_default())? {
        return Err(Denial::at(Reason::HttpMismatch, method));
    }
    let member: &[u8] = match message.target() {
        Target::Tool | Target::Prompt => b"name",
        Target::Resource => b"uri",
        _ => return Ok(()),
    };
    // a name that is absent or no string is found wrong right after this, with a better reason
    let Some(name) = message.param(document, member) else { return Ok(()) };
    let Some(text) = name.text() else { return Ok(()) };
    let named = arrival.name(http).ok_or(Denial::at(Reason::HttpMissing, name))?;
    if says(named, text)? { Ok(()) } else { Err(Denial::at(Reason::HttpMismatch, name)) }
}

/// `Mcp-Param-*`: each one that the entry declares stands in both places with the same value, or in neither.
///
/// # Errors
/// [`Reason::HttpMissing`], [`Reason::HttpMismatch`] or [`Reason::HttpEncoding`].
pub fn params(
    policy: &Policy,
    entry: Option<&Entry>,
    message: &Message,
    document: Document<'_>,
    http: &Http<'_>,
) -> Result<(), Denial> {
    if !message.revision().is_modern() {
        return Ok(());
    }
    let sent = || http.headers.iter().filter_map(|header| Some((param_name(header)?, trim(header.value))));
    for (_, value) in sent() {
        decoded(value)?;
    }
    let arguments = message.arguments(document);
    for rule in entry.into_iter().flat_map(|entry| entry.headers.iter()) {
        let header = sent().find(|(name, _)| equal_folded(name, rule.name.as_bytes())).map(|(_, value)| value);
        let argument = policy.argument(rule.pointer.to_native(), arguments)?;
        match (header, argument.filter(|argument| argument.kind() != JsonKind::Null)) {
            (None, None) => {}
            (None, Some(argument)) => return Err(Denial::at(Reason::HttpMissing, argument)),
            (Some(_), None) => return Err(Denial::of(Reason::HttpMismatch)),
            (Some(header), Some(argument)) if says_value(header, argument)? => {}
            (Some(_), Some(argument)) => return Err(Denial::at(Reason::HttpMismatch, argument)),
        }
    }
    Ok(())
}

/// Whether a header says the value of an argument: strings to the letter, integers by number, booleans by name.
fn says_value(header: &[u8], argument: Value<'_>) -> Result<bool, Denial> {
    Ok(match argument.kind() {
        JsonKind::String => says(header, argument.text().unwrap_or_default())?,
        JsonKind::Number => {
            let number = Integer::read(header);
            number.is_some() && number == Integer::read_decimal(argument.raw())
        }
        JsonKind::Bool => header == argument.raw(),
        _ => false,
    })
}

/// Whether a header value, decoded where it is encoded, is `text`.
fn says(header: &[u8], text: &[u8]) -> Result<bool, Denial> {
    Ok(match decoded(header)? {
        Some(bytes) => base64(bytes).is_some_and(|bytes| bytes.eq(text.iter().copied())),
        None => header == text,
    })
}

/// The base64 inside `=?base64?…?=`, when the value is encoded. Without its end it is plain text; with the end and
/// something else than canonical base64 between, it is refused.
fn decoded(header: &[u8]) -> Result<Option<&[u8]>, Denial> {
    let Some(rest) = header.strip_prefix(b"=?base64?") else { return Ok(None) };
    let Some(encoded) = rest.strip_suffix(b"?=") else { return Ok(None) };
    if base64(encoded).is_none() {
        return Err(Denial::of(Reason::HttpEncoding));
    }
    Ok(Some(encoded))
}
