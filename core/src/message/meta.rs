//! `_meta`: key grammar, what the newest revision requires, trace context (MCP.md 10, 11).

use crate::{
    capabilities::Capabilities,
    json::{Kind, Value},
    reason::{Denial, Reason},
    revision::Revision,
};

use super::{Context, Kind as MessageKind, Message, Sender, envelope::Envelope, params::is_level};

const VERSION: &[u8] = b"io.modelcontextprotocol/protocolVersion";
const CAPABILITIES: &[u8] = b"io.modelcontextprotocol/clientCapabilities";
const CLIENT: &[u8] = b"io.modelcontextprotocol/clientInfo";
const LOG_LEVEL: &[u8] = b"io.modelcontextprotocol/logLevel";

/// The version that a message claims in its `_meta`, which makes it a modern one.
pub(super) fn claimed_version<'t>(envelope: &Envelope<'t>) -> Option<Value<'t>> {
    envelope.meta?.get(VERSION)
}

/// Checks the `_meta` of the params and notes the capabilities that a modern request declares.
pub(super) fn check(envelope: &Envelope<'_>, message: &mut Message, context: &Context<'_>) -> Result<(), Denial> {
    let meta = envelope.meta;
    let required = message.revision.is_modern() && message.kind == MessageKind::Request && context.sender == Sender::Client;
    let Some(meta) = meta else {
        let culprit = envelope.params.unwrap_or(envelope.root);
        return if required { Err(Denial::at(Reason::MessageMeta, culprit)) } else { Ok(()) };
    };
    if meta.kind() != Kind::Object {
        return Err(Denial::at(Reason::MessageMeta, meta));
    }
    let (mut version, mut declared) = (false, None);
    for (key, value) in meta.members() {
        let name = key.text().unwrap_or_default();
        match name {
            VERSION => version = true,
            CAPABILITIES => declared = Some(value),
            CLIENT | b"progressToken" => {}
            _ if message.revision >= Revision::V20250618 && !is_key(name) => return Err(Denial::at(Reason::MessageMeta, key)),
            _ => {}
        }
        if !value_fits(name, value, message.revision.is_modern()) {
            return Err(Denial::at(Reason::MessageMeta, value));
        }
    }
    if required {
        let declared = declared.filter(|_| version).ok_or(Denial::at(Reason::MessageMeta, meta))?;
        message.capabilities = Capabilities::of(Some(declared));
    }
    Ok(())
}

/// Whether a value fits a key whose meaning the specification fixes.
fn value_fits(name: &[u8], value: Value<'_>, modern: bool) -> bool {
    match name {
        b"progressToken" => value.text().is_some() || value.integer().is_some(),
        VERSION if modern => value.text().is_some(),
        CAPABILITIES | CLIENT if modern => value.kind() == Kind::Object,
        LOG_LEVEL if modern => value.text().is_some_and(is_level),
        b"traceparent" if modern => value.text().is_some_and(is_traceparent),
        b"tracestate" if modern => value.text().is_some_and(is_tracestate),
        b"baggage" if modern => value.text().is_some_and(is_baggage),
        _ => true,
    }
}

/// The key grammar: an optional prefix of dotted labels and a slash, then a name (basic/index, `_meta`).
fn is_key(key: &[u8]) -> bool {
    let (prefix, name) = match key.iter().position(|&byte| byte == b'/').and_then(|at| key.split_at_checked(at)) {
        Some((prefix, name)) => (Some(prefix), name.get(1..).unwrap_or_default()),
        None => (None, key),
    };
    let label = |label: &[u8]| {
        label.first().is_some_and(u8::is_ascii_alphabetic)
            && label.last().is_some_and(u8::is_ascii_alphanumeric)
            && label.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    };
    prefix.is_none_or(|prefix| prefix.split(|&byte| byte == b'.').all(label))
        && name.first().is_none_or(u8::is_ascii_alphanumeric)
        && name.last().is_none_or(u8::is_ascii_alphanumeric)
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

/// `version-traceid-parentid-flags` in lower-case hexadecimal (W3C Trace Context §3.2).
fn is_traceparent(text: &[u8]) -> bool {
    let lower_hex = |part: &[u8]| part.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let zero = |part: &[u8]| part.iter().all(|&byte| byte == b'0');
    let mut parts = text.split(|&byte| byte == b'-');
    let (Some(version), Some(trace), Some(parent), Some(flags)) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let more = parts.next().is_some();
    version.len() == 2
        && trace.len() == 32
        && parent.len() == 16
        && flags.len() == 2
        && [version, trace, parent, flags].into_iter().all(lower_hex)
        && version != b"ff"
        && !zero(trace)
        && !zero(parent)
        && !(version == b"00" && more)
}

/// At most 32 `key=value` members of visible ASCII and spaces (W3C Trace Context §3.3).
fn is_tracestate(text: &[u8]) -> bool {
    let member = |member: &[u8]| {
        let member = crate::text::trim(member);
        let pair = crate::text::split_once(member, b'=');
        member.is_empty() || pair.is_some_and(|(key, value)| !key.is_empty() && !value.is_empty() && !value.contains(&b'='))
    };
    text.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t'))
        && text.split(|&byte| byte == b',').count() <= 32
        && text.split(|&byte| byte == b',').all(member)
}

/// At most 8,192 bytes of `key=value` members, each with properties (W3C Baggage §3.3).
fn is_baggage(text: &[u8]) -> bool {
    let member = |member: &[u8]| {
        let pair = crate::text::split_once(member.split(|&byte| byte == b';').next().unwrap_or_default(), b'=');
        pair.is_some_and(|(key, _)| crate::text::is_token(crate::text::trim(key)))
    };
    text.len() <= 8192
        && text.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t'))
        && text.split(|&byte| byte == b',').all(member)
}
