//! The outbound half: what a server says, judged by the same strict tokenizer before a client sees it.
//!
//! Lists are filtered to what the caller may use, so that a forbidden tool is invisible; in results and errors the data is masked
//! that the policy hides from the caller; what a server says of its own accord is judged in `own`. Edits are
//! collected in the order of the input and spliced once: bytes that no edit names are copied as they are.

mod own;

#[cfg(feature = "pins")]
use crate::pin;
use crate::{
    arrival::Arrival,
    decide::Gate,
    edits::{Edit, Edits},
    image::{self, EntryKind, Naming, POINTERS_MAX},
    json::{self, Document, Scratch, Value},
    message::{self, Context, Framing, Kind, Message, Sender},
    method::{Listing, Method, Target},
    permission::{self, Instance},
    reason::{Denial, Fault, Place, Reason},
    redact::{self, Rules},
    revision::{Revision, Revisions},
    schema,
    session::Session,
    verdict::Ticket,
    write::Out,
};

/// Bytes by which an edited message can be longer than the server's, unless it holds masks.
const GROWTH_MAX: usize = 32;
/// How many times as long a message can be with masks in it: the longest takes 16 bytes, in the place of a string of two characters
/// and its comma.
const MASKED_TIMES: usize = 4;
/// The same with sealed members: a value of one digit becomes 67 bytes, and the shortest member with one has six.
const SEALED_TIMES: usize = 12;
/// Bytes by which an edited message can be longer besides, for what pointers lead to.
const SEALED_GROWTH: usize = 70 * POINTERS_MAX;

/// What may go out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Released<'o> {
    /// The server's own bytes, unchanged.
    Unchanged,
    /// These bytes instead, in the output buffer.
    Edited(&'o [u8]),
    /// Nothing: the server's message is not one that a client can read safely.
    Denied(Denial),
}

/// A server's message that was read, before it is known which request it answers.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    parsed: json::Parsed,
    message: Message,
    items: usize,
}

impl Reading {
    /// What it is; of a batch, the first message.
    #[must_use]
    pub const fn message(&self) -> Message {
        self.message
    }

    /// Messages in it.
    #[must_use]
    pub const fn items(&self) -> usize {
        self.items
    }

    /// The tape of the bytes that were read.
    #[must_use]
    pub fn document<'t>(&self, bytes: &'t [u8], scratch: &'t Scratch<'_>) -> Document<'t> {
        Document::new(bytes, scratch, self.parsed)
    }

    /// The id of the request that it answers, as it stands there.
    #[must_use]
    pub fn answers<'t>(&self, document: Document<'t>) -> Option<&'t [u8]> {
        if self.message.kind() == Kind::Response { self.message.id(document).map(Value::raw) } else { None }
    }
}

impl Gate<'_> {
    /// Reads a server's message as strictly as a client's.
    ///
    /// # Errors
    /// The reason and place of what is wrong with it: it must not be forwarded.
    pub fn read(&self, bytes: &[u8], scratch: &mut Scratch<'_>, session: Option<&Session>) -> Result<Reading, Denial> {
        let policy = self.policy();
        if bytes.len() > policy.body_max(false) {
            return Err(Denial::of(Reason::BodySize));
        }
        let parsed = json::parse(bytes, policy.limits(false), scratch).map_err(|refusal| {
            let place = Place::Offset(u32::try_from(refusal.at).unwrap_or(u32::MAX));
            Denial { reason: refusal.reason, place }
        })?;
        let document = Document::new(bytes, scratch, parsed);
        let arrival = Arrival::default();
        let context = Context {
            revisions: policy.revisions(),
            sender: Sender::Server,
            arrival: &arrival,
            http: None,
            session,
            policy: Some(policy),
        };
        match message::framing(document, parsed, &context)? {
            Framing::Single => {
                let message = message::check(document.root(), false, &context)?;
                Ok(Reading { parsed, message, items: 1 })
            }
            Framing::Batch(items) => {
                let mut messages = document.root().elements().map(|item| message::check(item, true, &context));
                let message = messages.next().unwrap_or(Err(Denial::at(Reason::MessageBatch, document.root())))?;
                messages.try_for_each(|other| other.map(|_| ()))?;
                Ok(Reading { parsed, message, items })
            }
        }
    }

    /// Releases the answer to a request, edited where the policy asks for it. The messages of a batch are read and released one
    /// by one. `bytes` and `scratch` are those of `reading`; the
    /// scratch memory must be read again before another use. `checks` is memory for schemas, where the policy has such
    /// ([`Needs::checks`](crate::decide::Needs::checks)): without it, a result that has to match one is denied.
    ///
    /// # Errors
    /// [`Fault::OutputSmall`] when the edited message does not fit `out`; [`Gate::released_max`] bytes always suffice.
    pub fn release<'o>(
        &self,
        ticket: &Ticket,
        reading: &Reading,
        bytes: &[u8],
        scratch: &mut Scratch<'_>,
        checks: Option<&mut schema::Memory<'_>>,
        out: &'o mut [u8],
    ) -> Result<Released<'o>, Fault> {
        let (document, words) = scratch.split(bytes, reading.parsed);
        if document.root().kind() != json::Kind::Object {
            // each message of a batch answers another ticket
            return Ok(Released::Denied(Denial::at(Reason::ReleaseMessage, document.root())));
        }
        let Some(result) = document.root().get(b"result") else {
            let Some(error) = document.root().get(b"error") else { return Ok(Released::Unchanged) };
            if let Some(denial) = self.elicits(error) {
                return Ok(Released::Denied(denial));
            }
            return self.spliced(self.masks(ticket, error, true, words), (bytes, error), out);
        };
        if ticket.method == Method::Complete && too_many_suggestions(result) {
            return Ok(Released::Denied(Denial::at(Reason::ReleaseMessage, result)));
        }
        if let Some(denial) = self.elicits(result) {
            return Ok(Released::Denied(denial));
        }
        if let Some(culprit) = self.misfit(ticket, result, checks) {
            return Ok(Released::Denied(Denial::at(Reason::ReleaseOutput, culprit)));
        }
        let list = match ticket.method.listing().map(|listing| (listing, result.get(listing.member.as_bytes()))) {
            None => None,
            Some((listing, Some(list))) if list.kind() == json::Kind::Array => Some((listing, list)),
            Some(_) => return Ok(Released::Denied(Denial::at(Reason::ReleaseMessage, result))),
        };
        #[cfg(feature = "pins")]
        if let Some((listing, list)) = list
            && let Some(changed) = self.changed(ticket, listing, list, words)
        {
            return Ok(Released::Denied(Denial::at(Reason::ReleasePin, changed)));
        }
        let edits = if self.policy().observe { Some(Edits::new(words)) } else { self.edits(ticket, result, list, words) };
        self.spliced(edits, (bytes, result), out)
    }

    /// Why an answer is not released that asks for a secret.
    fn elicits(&self, result: Value<'_>) -> Option<Denial> {
        let culprit = if self.policy().observe { None } else { own::embedded(self.image().data(), result) };
        culprit.map(|culprit| Denial::at(Reason::ReleaseElicitation, culprit))
    }

    /// What of a tool's result is not what the policy's schema asks for: the whole result where there is no structured content at all.
    /// An error has none, and what asks for more input or begins a task is no result yet (MCP: server/tools).
    fn misfit<'t>(&self, ticket: &Ticket, result: Value<'t>, checks: Option<&mut schema::Memory<'_>>) -> Option<Value<'t>> {
        let rules = self.image().arguments().filter(|_| ticket.method == Method::ToolsCall && !self.policy().observe)?;
        let schema = rules.output(rules.entry(ticket.route.target()?)?)?;
        if is_error(result) {
            return None;
        }
        let Some(content) = result.get(b"structuredContent") else {
            let begins = result.get(b"resultType").and_then(Value::text) == Some(b"input_required")
                || result.get(b"task").is_some_and(|task| task.kind() == json::Kind::Object);
            return if begins { None } else { Some(result) };
        };
        match checks.map(|memory| schema.check(content, memory)) {
            Some(schema::Verdict::Valid) => None,
            Some(schema::Verdict::Invalid(culprit, _)) => Some(content.document().value(culprit.at).unwrap_or(content)),
            Some(schema::Verdict::Stopped(_)) | None => Some(content),
        }
    }

    /// The most bytes that a released message has, when the server's has `len`.
    #[must_use]
    pub const fn released_max(&self, len: usize) -> usize {
        let (times, growth) = match self.image().data() {
            None => (1, 0),
            Some(data) if data.seals => (SEALED_TIMES, SEALED_GROWTH),
            Some(_) => (MASKED_TIMES, 0),
        };
        len.saturating_mul(times).saturating_add(growth).saturating_add(GROWTH_MAX)
    }

    /// The masks of what the policy hides from the caller, and of what an error may not tell. `None` when there are too many.
    fn masks<'m>(&self, ticket: &Ticket, result: Value<'_>, failed: bool, words: &'m mut [u32]) -> Option<Edits<'m>> {
        let Some(data) = self.image().data().filter(|_| !self.policy().observe) else { return Some(Edits::new(words)) };
        let hidden = data.hidden(data.entry(ticket.route.target()), ticket.hides);
        let workings = data.plain_errors && failed;
        if hidden.is_none() && !workings {
            return Some(Edits::new(words));
        }
        let protection = self.protection();
        let seals = protection.record().map(|record| (self.policy().name.as_bytes(), record));
        let rules = Rules { workings, ..data.rules(hidden, protection.pseudonym, seals) };
        redact::edits(result, data.places(hidden, result), words, &rules)
    }

    /// Cuts and masks what the caller may not see. What was made for one caller must not be cached for others: since 2026-07-28 the
    /// `cacheScope` of lists, also of whole ones, and of what an entry of the policy guards becomes `private`. `None` when there are
    /// too many edits.
    fn edits<'m>(
        &self,
        ticket: &Ticket,
        result: Value<'_>,
        list: Option<(Listing, Value<'_>)>,
        words: &'m mut [u32],
    ) -> Option<Edits<'m>> {
        let personal = ticket.revision.is_modern() && (list.is_some() || ticket.route.target().is_some());
        let scope = result.get(b"cacheScope");
        let mut edits = match list {
            None => self.masks(ticket, result, is_error(result), words)?,
            Some((listing, list)) => {
                let mut edits = Edits::new(words);
                let hidden = self.cut(ticket, listing, list, &mut edits)?;
                if hidden && personal && scope.is_none() {
                    // the list's end is inside of the result object, so another member may follow it
                    edits.push(list.span().end, list.span().end, Edit::AddPrivateScope)?;
                }
                edits
            }
        };
        if let Some(open) = scope.filter(|scope| personal && scope.text() != Some(b"private")) {
            edits.insert(open.span().start, open.span().end, Edit::Private)?;
        }
        Some(edits)
    }

    /// Cuts the elements that the caller may not use, and says whether there were any. The cursor stays: a page may come out empty,
    /// but none is lost.
    fn cut(&self, ticket: &Ticket, listing: Listing, list: Value<'_>, edits: &mut Edits<'_>) -> Option<bool> {
        let mut items = list.elements().peekable();
        let (mut last_end, mut kept, mut hidden) = (list.span().start, false, false);
        while let Some(item) = items.next() {
            let span = item.span();
            if self.visible(ticket, listing, item) {
                kept = true;
            } else {
                hidden = true;
                match items.peek() {
                    // with the comma before it
                    _ if kept => edits.push(last_end, span.end, Edit::Cut)?,
                    // with the comma after it
                    Some(next) => edits.push(span.start, next.span().start, Edit::Cut)?,
                    None => edits.push(span.start, span.end, Edit::Cut)?,
                }
            }
            last_end = span.end;
        }
        Some(hidden)
    }

    /// Whether the caller may use the thing that an element of a list describes.
    fn visible(&self, ticket: &Ticket, listing: Listing, item: Value<'_>) -> bool {
        self.entry_seen(ticket, listing, item).is_some()
    }

    /// The entry of the thing that an element of a list describes, if the caller may use it.
    fn entry_seen(&self, ticket: &Ticket, listing: Listing, item: Value<'_>) -> Option<u32> {
        let policy = self.policy();
        let kind = match listing.target {
            Target::Tool => EntryKind::Tool,
            Target::Prompt => EntryKind::Prompt,
            _ => EntryKind::Resource,
        };
        let places = self.image().places();
        let name = item.get(listing.name.as_bytes())?.text()?;
        let (naming, instance) = match ticket.method {
            Method::ResourceTemplatesList => (Naming::Template, Instance::Any),
            _ => (Naming::Uri, Instance::Uri(name)),
        };
        let id = image::find(policy, places, kind, name, naming)?;
        permission::granted(policy, places, ticket.identity()?, (id, policy.entry(id)?), instance).ok()?;
        Some(id)
    }

    /// The first tool that the caller may use and that is not what it was when it was pinned.
    #[cfg(feature = "pins")]
    fn changed<'t>(&self, ticket: &Ticket, listing: Listing, list: Value<'t>, words: &mut [u32]) -> Option<Value<'t>> {
        let pins = self.image().pins().filter(|_| listing.target == Target::Tool && !self.policy().observe)?;
        list.elements().find(|item| {
            let pinned = self.entry_seen(ticket, listing, *item).map(|entry| pins.of(entry)).unwrap_or_default();
            let is_one_of = |digest: [u8; 32]| pinned.iter().any(|pin| pin.digest == digest);
            !pinned.is_empty() && !pin::digest(*item, words).is_some_and(is_one_of)
        })
    }

    /// The message with its edits made. One with too many does not leave.
    fn spliced<'o>(
        &self,
        edits: Option<Edits<'_>>,
        (bytes, result): (&[u8], Value<'_>),
        out: &'o mut [u8],
    ) -> Result<Released<'o>, Fault> {
        let Some(edits) = edits else { return Ok(Released::Denied(Denial::at(Reason::ReleaseMessage, result))) };
        if edits.is_empty() {
            return Ok(Released::Unchanged);
        }
        let protection = self.protection();
        let (mut out, mut number) = (Out::new(out), 0_u32);
        edits.splice(bytes, &mut out, &mut |aad, plain, out| {
            protection.seal(number, aad, plain, out);
            number = number.saturating_add(1);
        });
        out.finish().map(Released::Edited).map_err(|_| Fault::OutputSmall)
    }

    /// Notes what a server's answer to `initialize` settled. A refusal lets the client begin again; a revision that the policy
    /// does not serve ends the session.
    pub fn settle(&self, ticket: &Ticket, document: Document<'_>, session: &mut Session) {
        if ticket.method != Method::Initialize {
            return;
        }
        let Some(result) = document.root().get(b"result") else {
            *session = Session::new();
            return;
        };
        let chosen = result.get(b"protocolVersion").and_then(Value::text).and_then(Revision::from_name);
        match chosen.filter(|&revision| self.policy().revisions().and(Revisions::LEGACY).contains(revision)) {
            Some(revision) => session.negotiated(revision),
            None => session.end(),
        }
    }
}

/// Whether a tool tells of an error, which it does in its result (MCP: server/tools).
fn is_error(result: Value<'_>) -> bool {
    result.get(b"isError").and_then(Value::boolean) == Some(true)
}

/// A completion suggests at most 100 values (MCP: server/utilities/completion).
fn too_many_suggestions(result: Value<'_>) -> bool {
    const SUGGESTIONS_MAX: usize = 100;
    let values = result.get(b"completion").and_then(|completion| completion.get(b"values"));
    values.is_some_and(|values| values.len() > SUGGESTIONS_MAX)
}
