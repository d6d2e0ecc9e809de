//! How a denied call is answered: an error for each request, in the revision and with the codes that the caller expects.

use crate::{
    arrival::VersionHeader,
    capabilities::Capabilities,
    json::{self, Document, Value},
    message::{self, Kind, Message},
    method::Method,
    reason::{Denial, Fault, Place, Reason},
    revision::Revision,
    route,
    schema::Keyword,
    session::Session,
    verdict::{Answer, Decision, Span, Ticket, denied_status, is_tool_error, write_challenge, write_error},
    write::Out,
};

use super::{Call, Gate, Machine, Stage, Step, Work};

/// Longest JSON Pointer that an answer repeats: names in it may be the caller's.
const POINTER_MAX: usize = 256;

/// Scopes of one challenge.
type Scopes<'i> = heapless::Vec<&'i [u8], 64>;

impl<'i> Gate<'i> {
    /// A denial before there is a document.
    pub(super) fn deny(&self, machine: &mut Machine, call: &Call<'_>, denial: Denial, work: &mut Work<'_, '_>) -> Step {
        let session = work.session.as_deref().and_then(Session::revision);
        self.refuse(machine, call, denial, None, session, work.reply)
    }

    /// Writes the answer to a denied call and ends the machine.
    pub(super) fn refuse(
        &self,
        machine: &mut Machine,
        call: &Call<'_>,
        denial: Denial,
        document: Option<Document<'_>>,
        known: Option<Revision>,
        reply: &mut [u8],
    ) -> Step {
        let http = call.transport.is_http();
        let revision = machine.decision.message.map(|message| message.revision()).or(known).or(match machine.arrival.version() {
            VersionHeader::Known(revision) => Some(revision),
            _ => self.policy().revisions().newest(),
        });
        let reason = denial.reason;
        let mut out = Out::new(reply);
        let Decision { missing, retry_after_ms, .. } = machine.decision;
        let answer = Answer { missing, retry_after_ms, ..self.answer(reason, revision) };
        let keyword =
            matches!(reason, Reason::ArgumentsSchema | Reason::ArgumentsFormat).then_some(machine.decision.findings.keyword);
        let answered = match document {
            Some(document) => write_reply(&mut out, document, (denial, keyword), &answer, http),
            None => {
                write_error(&mut out, &answer);
                None
            }
        };
        let body = out.len();
        self.challenge(&mut out, machine, call, reason, document);
        let end = out.len();
        let whole = out.finish().is_ok();
        let decision = &mut machine.decision;
        decision.reason = reason;
        if reason != Reason::RateExceeded {
            decision.retry_after_ms = None;
        }
        decision.place = denial.place;
        let method = decision.message.and_then(|message| message.method());
        let tool_error = is_tool_error(reason, revision, method, answer.guide_codes);
        // what is a result to JSON-RPC is no failure of HTTP
        decision.status = if tool_error { 200 } else { denied_status(reason, revision, answered) };
        if whole {
            decision.reply = Span::new(0, body);
            decision.challenge = Span::new(body, end);
        }
        machine.stage = Stage::Done;
        Step::Done
    }

    /// What `WWW-Authenticate` says of a denial, if anything: of one for want of rights, all scopes that the message needs.
    // its list of scopes must not lie on the stack while the reply is written
    #[inline(never)]
    fn challenge(&self, out: &mut Out<'_>, machine: &Machine, call: &Call<'_>, reason: Reason, document: Option<Document<'_>>) {
        let Some(rules) = self.image().authentication() else {
            if reason.row().status == 401 {
                out.raw(b"Bearer");
            }
            return;
        };
        let needed = match reason {
            Reason::PermissionDenied | Reason::PermissionScope => self.scopes(machine, call, document),
            _ => Scopes::new(),
        };
        write_challenge(out, reason, rules.metadata.as_bytes(), rules.challenge_scopes.as_bytes(), || needed.iter().copied());
    }

    /// The permissions that the message needs, or all messages of a batch, each once; none when they are too many to ask for.
    fn scopes(&self, machine: &Machine, call: &Call<'_>, document: Option<Document<'_>>) -> Scopes<'i> {
        let (policy, places, decision) = (self.policy(), self.image().places(), &machine.decision);
        let mut scopes = Scopes::new();
        let Some((first, document)) = decision.message.zip(document) else { return scopes };
        let context = self.context(&machine.arrival, call, None);
        let others = document.root().elements().skip(1).filter_map(|item| {
            let message = message::check(item, true, &context).ok()?;
            route::find(policy, places, &message, document).ok().map(|route| (message, route))
        });
        for (message, route) in core::iter::once((first, decision.route)).chain(others) {
            for addressed in route.entries(policy, places, &message, document) {
                if places.is_some_and(|places| places.pattern_of(addressed.id).is_some()) {
                    // what it asks for is no text of the policy, and a part of what is needed would not help
                    return Scopes::new();
                }
                let Some(scope) = addressed.entry.and_then(|entry| policy.permission_of(entry)) else { continue };
                if !scopes.contains(&scope) && scopes.push(scope).is_err() {
                    return Scopes::new();
                }
            }
        }
        scopes
    }

    fn answer<'a>(&self, reason: Reason, revision: Option<Revision>) -> Answer<'a> {
        let policy = self.policy();
        Answer {
            reason,
            id: None,
            revision,
            guide_codes: policy.guide_codes,
            revisions: policy.revisions(),
            requested: None,
            missing: Capabilities::NONE,
            uri: None,
            retry_after_ms: None,
            culprit: None,
            tool_error: false,
        }
    }

    /// Writes the error that answers a request which the host itself can't bring to an end (time out, too many in flight).
    ///
    /// # Errors
    /// [`Fault::OutputSmall`] when `buffer` is shorter than [`crate::verdict::REPLY_MAX`].
    pub fn refusal<'b>(&self, ticket: &Ticket, reason: Reason, buffer: &'b mut [u8]) -> Result<&'b [u8], Fault> {
        let mut out = Out::new(buffer);
        write_error(&mut out, &Answer { id: Some(&ticket.id), ..self.answer(reason, Some(ticket.revision)) });
        out.finish().map_err(|_| Fault::OutputSmall)
    }

    /// Writes the error that answers a request of the server's own, which does not reach the client.
    ///
    /// # Errors
    /// [`Fault::OutputSmall`] when `buffer` is shorter than [`crate::verdict::REPLY_MAX`].
    pub fn rejection<'b>(
        &self,
        message: &Message,
        document: Document<'_>,
        reason: Reason,
        buffer: &'b mut [u8],
    ) -> Result<&'b [u8], Fault> {
        let mut out = Out::new(buffer);
        let id = message.id(document).map(|id| id.raw());
        write_error(&mut out, &Answer { id, ..self.answer(reason, Some(message.revision())) });
        out.finish().map_err(|_| Fault::OutputSmall)
    }

    /// Writes the error for a message that the host dropped before it could be read, such as a line that was too long.
    ///
    /// # Errors
    /// [`Fault::OutputSmall`] when `buffer` is shorter than [`crate::verdict::REPLY_MAX`].
    pub fn complaint<'b>(&self, reason: Reason, session: Option<&Session>, buffer: &'b mut [u8]) -> Result<&'b [u8], Fault> {
        let revision = session.and_then(Session::revision).or(self.policy().revisions().newest());
        let mut out = Out::new(buffer);
        write_error(&mut out, &self.answer(reason, revision));
        out.finish().map_err(|_| Fault::OutputSmall)
    }
}

/// Writes what answers a denied body, and says whether a request is answered. Over stdio a notification or response gets nothing;
/// a batch gets one array.
fn write_reply(
    out: &mut Out<'_>,
    document: Document<'_>,
    (denial, keyword): (Denial, Option<Keyword>),
    answer: &Answer<'_>,
    http: bool,
) -> Option<Kind> {
    let root = document.root();
    if root.kind() != json::Kind::Array || denial.reason == Reason::MessageBatch {
        let id = message::salvage_id(root);
        let has = |name: &[u8]| root.get(name).is_some();
        let notification = has(b"method") && !has(b"id");
        let response = !has(b"method") && (has(b"result") || has(b"error"));
        if http || !(notification || response) {
            write_item(out, root, (denial, keyword), answer);
        }
        return id.map(|_| Kind::Request);
    }
    let culprit = |item: Value<'_>| match denial.place {
        Place::Node(at) => document_holds(item, at),
        Place::Nowhere | Place::Offset(_) => true,
    };
    let mut separator: &[u8] = b"[";
    for item in root.elements().filter(|item| message::salvage_id(*item).is_some()) {
        out.raw(separator);
        let reason = if culprit(item) { denial.reason } else { Reason::MessageSibling };
        write_item(out, item, (Denial { reason, place: denial.place }, keyword), answer);
        separator = b",";
    }
    if separator == b"," {
        out.raw(b"]");
        return Some(Kind::Request);
    }
    if http {
        write_error(out, answer);
    }
    None
}

fn write_item(out: &mut Out<'_>, item: Value<'_>, (denial, keyword): (Denial, Option<Keyword>), answer: &Answer<'_>) {
    let culprit = match denial.place {
        Place::Node(index) => item.document().value(index),
        Place::Nowhere | Place::Offset(_) => None,
    };
    let mut answer = Answer { reason: denial.reason, id: message::salvage_id(item).map(Value::raw), ..*answer };
    match denial.reason {
        Reason::MessageProtocol => answer.requested = culprit.and_then(Value::text),
        Reason::RouteResource => answer.uri = culprit.map(Value::raw),
        _ => {}
    }
    let mut pointer = [0; POINTER_MAX];
    if let Some(keyword) = keyword.filter(|_| matches!(denial.reason, Reason::ArgumentsSchema | Reason::ArgumentsFormat)) {
        let mut place = Out::new(&mut pointer);
        message::write_place(item.document(), denial.place, &mut place);
        answer.culprit = Some((keyword, place.finish().unwrap_or_default()));
    }
    let method = item.get(b"method").and_then(Value::text).and_then(Method::from_name);
    answer.tool_error = answer.id.is_some() && is_tool_error(denial.reason, answer.revision, method, answer.guide_codes);
    write_error(out, &answer);
}

/// Whether the node at `index` is `item` or lies in it.
fn document_holds(item: Value<'_>, index: u32) -> bool {
    let span = item.span();
    item.document().value(index).is_some_and(|value| span.contains(&value.span().start))
}
