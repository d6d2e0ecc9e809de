//! What was decided, for the three who ask: the host (pass it on, or answer with this), the caller (a reply), the audit (why).

mod challenge;
mod reply;

use crate::{
    arguments::Findings,
    capabilities::Capabilities,
    identity::Identity,
    image::Holds,
    json::{Document, Parsed, Scratch},
    message::{ID_MAX, Kind, Message},
    method::Method,
    peer::Peer,
    reason::{Place, Reason},
    revision::Revision,
    route::Route,
    schema::Keyword,
    threat::Kinds,
};

pub use challenge::{is_scope, write_challenge};
pub(crate) use reply::is_tool_error;
pub use reply::{Answer, write_error};

/// Bytes of reply buffer that suffice for every answer.
pub const REPLY_MAX: usize = 8192;

/// A range of the reply buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    start: usize,
    end: usize,
}

impl Span {
    pub(crate) const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The bytes that it names.
    #[must_use]
    pub fn of<'b>(&self, buffer: &'b [u8]) -> &'b [u8] {
        buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether it names none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.start >= self.end
    }
}

/// The outcome of one decision. All zeroes deny.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    pub(crate) reason: Reason,
    pub(crate) observed: bool,
    pub(crate) place: Place,
    pub(crate) parsed: Parsed,
    pub(crate) status: u16,
    pub(crate) message: Option<Message>,
    pub(crate) items: u16,
    /// A message of it asks for an answer.
    pub(crate) answers: bool,
    pub(crate) identity: Identity,
    pub(crate) route: Route,
    pub(crate) missing: Capabilities,
    pub(crate) peer: Peer,
    pub(crate) retry_after_ms: Option<u64>,
    pub(crate) findings: Findings,
    pub(crate) reply: Span,
    pub(crate) challenge: Span,
}

impl Decision {
    /// Back to a denial that knows nothing. Each field by itself: most of the identity's memory need not be touched.
    pub(crate) fn reset(&mut self) {
        let Self { reason, observed, place, parsed, status, message, items, answers, .. } = self;
        (*reason, *observed, *place, *parsed) = (Reason::Undecided, false, Place::Nowhere, Parsed::default());
        (*status, *message, *items, *answers) = (0, None, 0, false);
        let Self { identity, route, missing, peer, retry_after_ms, findings, reply, challenge, .. } = self;
        identity.clear();
        (*route, *missing, *peer, *retry_after_ms) = (Route::default(), Capabilities::NONE, Peer::Unknown, None);
        *findings = Findings::default();
        (*reply, *challenge) = (Span::default(), Span::default());
    }

    /// Whether the host may pass the message on.
    #[must_use]
    pub fn allowed(&self) -> bool {
        self.reason == Reason::Allowed || self.observed
    }

    /// [`Reason::Allowed`], or why the message is denied (in observe mode: would be).
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// The policy only observes: the message passes although [`Decision::reason`] speaks against it.
    #[must_use]
    pub const fn observed(&self) -> bool {
        self.observed
    }

    /// Where the culprit stands in the body; [`crate::message::write_place`] makes a JSON Pointer of it.
    #[must_use]
    pub const fn place(&self) -> Place {
        self.place
    }

    /// The body as it was read, from the scratch memory of this decision until that is used again. Empty when it was not read.
    #[must_use]
    pub fn document<'t>(&self, body: &'t [u8], scratch: &'t Scratch<'_>) -> Document<'t> {
        Document::new(body, scratch, self.parsed)
    }

    /// HTTP status of the answer: 202 for what gets no reply, otherwise the server's own when the message is allowed (200 here).
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The message, as far as it was understood; of a batch the first one.
    #[must_use]
    pub const fn message(&self) -> Option<Message> {
        self.message
    }

    /// How many messages a batch holds; 1 for a single message, 0 when none was read.
    #[must_use]
    pub const fn items(&self) -> u16 {
        self.items
    }

    /// Who called, when that is known.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.is_somebody().then_some(&self.identity)
    }

    /// What of the policy it was about.
    #[must_use]
    pub const fn route(&self) -> Route {
        self.route
    }

    /// What the client lacks, when that is the reason.
    #[must_use]
    pub const fn missing(&self) -> Capabilities {
        self.missing
    }

    /// Whose machine it came from.
    #[must_use]
    pub const fn peer(&self) -> Peer {
        self.peer
    }

    /// After how many milliseconds a call that was too many is allowed, if nothing else is charged until then; `None` if waiting
    /// does not help, or nobody knows, or it was denied for something else.
    #[must_use]
    pub const fn retry_after_ms(&self) -> Option<u64> {
        self.retry_after_ms
    }

    /// The same for `Retry-After` (RFC 9110 §10.2.3): seconds, rounded up.
    #[must_use]
    pub const fn retry_after_s(&self) -> Option<u64> {
        match self.retry_after_ms {
            Some(ms) => Some(seconds(ms)),
            None => None,
        }
    }

    /// What of its schema the culprit breaks, when that is the reason.
    #[must_use]
    pub fn keyword(&self) -> Option<Keyword> {
        matches!(self.reason, Reason::ArgumentsSchema | Reason::ArgumentsFormat).then_some(self.findings.keyword)
    }

    /// How many culprits the check of the arguments wrote to [`Memory::culprits`](crate::schema::Memory::culprits), the first among
    /// them; 0 where there is no room for any, or nothing to write.
    #[must_use]
    pub const fn culprits(&self) -> usize {
        self.findings.culprits
    }

    /// What texts of the message look like, as far as the policy asks: kinds that it only reports, and the one it denies for.
    #[must_use]
    pub const fn threats(&self) -> Kinds {
        self.findings.threats
    }

    /// The body to answer a denial with, within the reply buffer; empty when the answer has none (202, a dropped line).
    #[must_use]
    pub fn reply<'b>(&self, buffer: &'b [u8]) -> &'b [u8] {
        self.reply.of(buffer)
    }

    /// The value of `WWW-Authenticate`, within the reply buffer; empty when there is none.
    #[must_use]
    pub fn challenge<'b>(&self, buffer: &'b [u8]) -> &'b [u8] {
        self.challenge.of(buffer)
    }
}

/// What the host keeps of an allowed request until its answer comes, so that [`crate::release`] judges the answer without
/// deciding again. A plain value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub(crate) id: heapless::Vec<u8, ID_MAX>,
    pub(crate) method: Method,
    pub(crate) revision: Revision,
    pub(crate) route: Route,
    pub(crate) identity: Identity,
    /// What of the policy's rules about data holds in the answer.
    pub(crate) hides: Holds,
    pub(crate) start_ms: u64,
}

impl Ticket {
    /// The request's id as it stood in the body, quotes included.
    #[must_use]
    pub fn id(&self) -> &[u8] {
        &self.id
    }

    /// The request's method.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.method
    }

    /// The revision of the request.
    #[must_use]
    pub const fn revision(&self) -> Revision {
        self.revision
    }

    /// What of the policy it is about.
    #[must_use]
    pub const fn route(&self) -> Route {
        self.route
    }

    /// Who asked; nobody only in observe mode.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.is_somebody().then_some(&self.identity)
    }

    /// When the request was allowed, Unix milliseconds of the caller's clock.
    #[must_use]
    pub const fn start_ms(&self) -> u64 {
        self.start_ms
    }
}

/// Whole seconds, rounded up.
pub(crate) const fn seconds(ms: u64) -> u64 {
    ms.div_ceil(1000)
}

/// The HTTP status that a denial is answered with. In legacy revisions 404 means that the session has ended, and an error of
/// JSON-RPC itself is the answer to a request, not a failure of HTTP.
#[must_use]
pub(crate) fn denied_status(reason: Reason, revision: Option<Revision>, kind: Option<Kind>) -> u16 {
    let legacy = revision.is_some_and(|revision| !revision.is_modern());
    match (reason.row().code, reason.row().status) {
        (-32602 | -32601, _) if legacy && kind == Some(Kind::Request) => 200,
        (_, 404) if legacy && reason == Reason::MessageMethod => 400,
        (_, status) => status,
    }
}
