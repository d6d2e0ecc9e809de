//! Which revision a message belongs to, and whether a legacy session is ready for it (MCP.md 4, 5, 12, 13, 15).

use crate::{
    arrival::VersionHeader,
    json::Value,
    method::Method,
    reason::{Denial, Reason},
    revision::{Revision, Revisions},
    session::Session,
};

use super::{Context, Kind, Message, Sender, envelope::Envelope};

/// Whether a batch can be meant: the session's revision has them, or a revision that may be meant does.
pub(super) fn batches(context: &Context<'_>) -> bool {
    let served = context.revisions.iter().any(Revision::has_batches);
    let known = context.session.and_then(Session::revision).or(match context.arrival.version() {
        VersionHeader::Known(revision) => Some(revision),
        VersionHeader::Absent | VersionHeader::Unknown(_) => None,
    });
    known.map_or(served, |revision| served && revision.has_batches())
}

/// The revision of a message. A version claimed in `_meta` makes it modern; `initialize` makes it legacy; all else goes by the
/// session, then by the header, then by what is served.
pub(super) fn revision(envelope: &Envelope<'_>, claim: Option<Value<'_>>, context: &Context<'_>) -> Result<Revision, Denial> {
    let legacy = context.revisions.and(Revisions::LEGACY);
    let modern = context.revisions.and(Revisions::MODERN).newest();
    let header = context.arrival.version();
    if let Some(claim) = claim {
        return claimed(claim, context);
    }
    if envelope.method_is(Method::Initialize) && !(modern.is_some() && header_is_modern(header)) {
        return initialize(envelope, legacy, header);
    }
    if let Some(revision) = context.session.and_then(Session::revision) {
        return match header {
            VersionHeader::Absent => Ok(revision),
            VersionHeader::Known(named) if named == revision => Ok(revision),
            _ => Err(Denial::of(Reason::HttpVersion)),
        };
    }
    match header {
        VersionHeader::Known(revision) if context.revisions.contains(revision) => Ok(revision),
        VersionHeader::Known(_) | VersionHeader::Unknown(_) => Err(Denial::of(Reason::HttpVersion)),
        // without a header a server assumes 2025-03-26 (basic/transports, 2025-06-18 and later)
        VersionHeader::Absent if context.http.is_some() && legacy.contains(Revision::V20250326) => Ok(Revision::V20250326),
        VersionHeader::Absent => {
            let guess = if envelope.kind == Kind::Notification { modern.or(legacy.newest()) } else { legacy.newest().or(modern) };
            guess.ok_or(Denial::of(Reason::MessageProtocol))
        }
    }
}

const fn header_is_modern(header: VersionHeader) -> bool {
    matches!(header, VersionHeader::Known(revision) if revision.is_modern())
}

/// The header, where there is one, has to say the same as `_meta`, to the letter; then the version has to be one that is served.
fn claimed(claim: Value<'_>, context: &Context<'_>) -> Result<Revision, Denial> {
    let name = claim.text().ok_or(Denial::at(Reason::MessageMeta, claim))?;
    if let Some(http) = context.http {
        let same = match context.arrival.version() {
            VersionHeader::Absent => return Err(Denial::at(Reason::HttpMissing, claim)),
            VersionHeader::Known(revision) => revision.name().as_bytes() == name,
            VersionHeader::Unknown(at) => http.headers.get(at).is_some_and(|header| crate::text::trim(header.value) == name),
        };
        if !same {
            return Err(Denial::at(Reason::HttpMismatch, claim));
        }
    }
    match Revision::from_name(name) {
        Some(revision) if revision.is_modern() && context.revisions.contains(revision) => Ok(revision),
        _ => Err(Denial::at(Reason::MessageProtocol, claim)),
    }
}

/// A client proposes its newest revision; the server answers with that one, or with another that it has.
fn initialize(envelope: &Envelope<'_>, legacy: Revisions, header: VersionHeader) -> Result<Revision, Denial> {
    let proposed = envelope.params.and_then(|params| params.get(b"protocolVersion"));
    let newest = legacy.newest().ok_or(Denial::at(Reason::MessageProtocol, proposed.unwrap_or(envelope.root)))?;
    if matches!(header, VersionHeader::Unknown(_)) {
        return Err(Denial::of(Reason::HttpVersion));
    }
    let known = proposed.and_then(Value::text).and_then(Revision::from_name);
    Ok(known.filter(|&revision| legacy.contains(revision)).unwrap_or(newest))
}

/// A response answers something that the other side asked; since 2026-07-28 servers ask nothing.
pub(super) fn admits_response(root: Value<'_>, revision: Revision, context: &Context<'_>) -> Result<(), Denial> {
    if context.sender == Sender::Server {
        return Ok(());
    }
    if revision.is_modern() {
        return Err(Denial::at(Reason::MessageResponse, root));
    }
    match context.session {
        Some(session) => session.admits(false, false).map_err(|reason| Denial::at(reason, root)),
        None => Ok(()),
    }
}

/// `initialize` comes first and once; before it only `ping` (basic/lifecycle).
pub(super) fn lifecycle(method: Method, name: Value<'_>, message: &Message, context: &Context<'_>) -> Result<(), Denial> {
    if message.revision.is_modern() || context.sender == Sender::Server {
        return Ok(());
    }
    let Some(session) = context.session else { return Ok(()) };
    session.admits(method == Method::Initialize, method == Method::Ping).map_err(|reason| Denial::at(reason, name))
}
