//! The JSON-RPC errors that denials are answered with.

use crate::{
    capabilities::Capabilities,
    method::Method,
    reason::Reason,
    revision::{Revision, Revisions},
    schema::Keyword,
    write::Out,
};

use super::seconds;

/// Longest version that is echoed to the caller.
const ECHO_MAX: usize = 32;
/// Longest URI that is echoed, as it stands in the body.
const URI_MAX: usize = 512;

/// Everything that an error reply can say.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Why.
    pub reason: Reason,
    /// The id as it stood in the body; none when it was absent or not in order.
    pub id: Option<&'a [u8]>,
    /// The revision, as far as it is known.
    pub revision: Option<Revision>,
    /// Answer with the codes of the PHP guide.
    pub guide_codes: bool,
    /// The revisions that are served, and the version that the caller asked for: for [`Reason::MessageProtocol`].
    pub revisions: Revisions,
    /// See `revisions`.
    pub requested: Option<&'a [u8]>,
    /// What the client lacks: for [`Reason::MessageCapability`].
    pub missing: Capabilities,
    /// The resource as it stood in the body, quotes included: for [`Reason::RouteResource`].
    pub uri: Option<&'a [u8]>,
    /// After how many milliseconds the call is allowed: for [`Reason::RateExceeded`].
    pub retry_after_ms: Option<u64>,
    /// What the culprit breaks, and its JSON Pointer, empty where it is too long: for [`Reason::ArgumentsSchema`] and
    /// [`Reason::ArgumentsFormat`].
    pub culprit: Option<(Keyword, &'a [u8])>,
    /// The answer is a tool's result that is an error, so that a model sees it and may do better (`is_tool_error`).
    pub tool_error: bool,
}

/// Whether a denial is answered with a tool's result: one for the arguments of a tool, since 2025-11-25 (MCP: server/tools, error
/// handling), unless the codes of the guide are asked for.
#[must_use]
pub(crate) fn is_tool_error(reason: Reason, revision: Option<Revision>, method: Option<Method>, guide_codes: bool) -> bool {
    matches!(reason.number(), 4000..=4999)
        && method == Some(Method::ToolsCall)
        && revision.is_some_and(|revision| revision >= Revision::V20251125)
        && !guide_codes
}

/// Writes one JSON-RPC error response.
pub fn write_error(out: &mut Out<'_>, answer: &Answer<'_>) {
    out.raw(b"{\"jsonrpc\":\"2.0\"");
    match answer.id {
        Some(id) => {
            out.raw(b",\"id\":").raw(id);
        }
        // JSON-RPC wants null here; the schema of 2025-11-25 and later leaves the id out
        None if answer.revision.is_some_and(|revision| revision < Revision::V20251125) => {
            out.raw(b",\"id\":null");
        }
        None => {}
    }
    if answer.tool_error {
        let complete: &[u8] =
            if answer.revision.is_some_and(Revision::is_modern) { b"\"resultType\":\"complete\"," } else { b"" };
        out.raw(b",\"result\":{").raw(complete).raw(b"\"content\":[{\"type\":\"text\",\"text\":");
        write_text(out, answer);
        out.raw(b"}],\"isError\":true}}");
        return;
    }
    out.raw(b",\"error\":{\"code\":").integer(i64::from(code(answer)));
    out.raw(b",\"message\":");
    write_text(out, answer);
    write_data(out, answer);
    out.raw(b"}}");
}

/// What the caller is told; of arguments also which rule is broken and where. A format is named by the rule already.
fn write_text(out: &mut Out<'_>, answer: &Answer<'_>) {
    out.raw(b"\"").json_text(answer.reason.row().text.as_bytes());
    if let Some((keyword, pointer)) = answer.culprit {
        out.raw(b": `").json_text(keyword.name().as_bytes()).raw(b"`");
        if !pointer.is_empty() {
            out.raw(b" at `").json_text(pointer).raw(b"`");
        }
    }
    out.raw(b"\"");
}

fn code(answer: &Answer<'_>) -> i32 {
    let row = answer.reason.row();
    match answer.reason {
        _ if answer.guide_codes => row.guide,
        // "resource not found" had a code of its own until 2025-11-25 (server/resources)
        Reason::RouteResource if answer.revision.is_some_and(|revision| !revision.is_modern()) => -32002,
        _ => row.code,
    }
}

fn write_data(out: &mut Out<'_>, answer: &Answer<'_>) {
    match answer.reason {
        Reason::MessageProtocol => {
            let modern = answer.revisions.and(Revisions::MODERN);
            let supported = if modern.is_empty() { answer.revisions } else { modern };
            out.raw(b",\"data\":{\"supported\":[");
            for (count, revision) in supported.iter().enumerate() {
                out.raw(if count == 0 { b"" } else { b"," }).json_string(revision.name().as_bytes());
            }
            out.raw(b"],\"requested\":\"").echo(answer.requested.unwrap_or_default(), ECHO_MAX).raw(b"\"}");
        }
        Reason::MessageCapability => {
            out.raw(b",\"data\":{\"requiredCapabilities\":{");
            for (count, name) in answer.missing.names().enumerate() {
                out.raw(if count == 0 { b"" } else { b"," }).json_string(name.as_bytes()).raw(b":{}");
            }
            out.raw(b"}}");
        }
        Reason::RouteResource => {
            if let Some(uri) = answer.uri.filter(|uri| uri.len() <= URI_MAX) {
                out.raw(b",\"data\":{\"uri\":").raw(uri).raw(b"}");
            }
        }
        Reason::RateExceeded => {
            if let Some(ms) = answer.retry_after_ms {
                out.raw(b",\"data\":{\"retryAfter\":").integer(i64::try_from(seconds(ms)).unwrap_or(i64::MAX)).raw(b"}");
            }
        }
        _ => {}
    }
}
