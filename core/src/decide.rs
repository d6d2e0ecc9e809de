//! The order of the stages, and the machine that a driver resumes.
//!
//! ```text
//!   Start ─ arrival ─ identity ─┬─ asks for the identity ─┐
//!                               └─────────────────────────┴─ asks for the body ─ message ─ route ─ permission ─ Done
//! ```
//!
//! What can be said from the headers alone (401, 403, 405, 415, 421 …) is said before the body is read. The machine is made of
//! offsets and plain values, never of borrows: it lives in C memory and across an `await`.
//! Invariant: a stage is called here and nowhere else, in the order above; each gives a proof that the next one takes.

use crate::{
    arrival::{self, Arrival, Transport, Verb},
    identity::{self, Asserted},
    image::{Image, Policy},
    json::{self, Document, Scratch, Value},
    message::{self, Context, Framing, Kind, Message, Sender},
    method::Method,
    permission::{self, Permit},
    reason::{Denial, Fault, Place, Reason},
    revision::Revision,
    route,
    session::Session,
    verdict::{Answer, Decision, REPLY_MAX, Span, Ticket, denied_status, write_error},
    write::Out,
};

/// What the host knows of a call before anything is judged.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// How it came.
    pub transport: Transport<'a>,
    /// Who calls, when the host knows; otherwise the policy says it, or the machine asks.
    pub asserted: Option<Asserted<'a>>,
    /// Unix milliseconds of the host's clock; 0 when there is none.
    pub now_ms: u64,
}

/// The memory that a driver lends to the machine for one step.
#[derive(Debug)]
pub struct Work<'w, 'm> {
    /// The tape. The same until the ticket is drawn.
    pub scratch: &'w mut Scratch<'m>,
    /// The legacy connection this call belongs to; none when the host keeps none (then `initialize` first is not enforced).
    pub session: Option<&'w mut Session>,
    /// Where the reply is written, at least [`REPLY_MAX`] bytes.
    pub reply: &'w mut [u8],
}

/// What the machine waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Who calls: resume with [`Input::Identity`].
    Identity,
    /// The body: resume with [`Input::Body`].
    Body,
    /// Nothing: [`Machine::decision`] is final.
    Done,
}

/// What the driver resumes the machine with.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// A new call.
    Start,
    /// Who calls, or that nobody knows.
    Identity(Option<Asserted<'a>>),
    /// The whole message.
    Body(&'a [u8]),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Start,
    Identity,
    Body,
    Done,
}

/// The state of one decision between two steps.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    stage: Stage,
    arrival: Arrival,
    decision: Decision,
}

impl Machine {
    /// A machine that has not started; its decision denies.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The decision so far; final once a step answered [`Step::Done`].
    #[must_use]
    pub const fn decision(&self) -> &Decision {
        &self.decision
    }

    /// The decision, for a host that keeps it.
    #[must_use]
    pub fn into_decision(self) -> Decision {
        self.decision
    }
}

/// A policy, ready to judge: shared and read-only.
#[derive(Clone, Copy, Debug)]
pub struct Gate<'i> {
    image: Image<'i>,
}

impl<'i> Gate<'i> {
    /// Validates an image, once.
    ///
    /// # Errors
    /// A [`Fault`] that names what is wrong with it.
    pub fn open(image: &'i [u8]) -> Result<Self, Fault> {
        Image::open(image).map(Self::new)
    }

    /// Judges by an image that was validated before.
    #[must_use]
    pub const fn new(image: Image<'i>) -> Self {
        Self { image }
    }

    /// The image.
    #[must_use]
    pub const fn image(&self) -> Image<'i> {
        self.image
    }

    /// What the policy says.
    #[must_use]
    pub const fn policy(&self) -> &'i Policy {
        self.image.policy()
    }

    /// Decides a call whose body is at hand, with what the host knows: the loop of a driver that never has to wait.
    ///
    /// # Errors
    /// [`Fault::ScratchSmall`] or [`Fault::OutputSmall`].
    pub fn decide(&self, call: &Call<'_>, body: &[u8], work: &mut Work<'_, '_>) -> Result<Decision, Fault> {
        let mut machine = Machine::new();
        let mut step = self.resume(&mut machine, call, Input::Start, work)?;
        loop {
            let input = match step {
                Step::Identity => Input::Identity(None),
                Step::Body => Input::Body(body),
                Step::Done => return Ok(machine.decision),
            };
            step = self.resume(&mut machine, call, input, work)?;
        }
    }

    /// Takes the machine one step on. `call` and `work` are the same for all steps of one decision.
    ///
    /// # Errors
    /// [`Fault::OutOfTurn`] when the machine does not wait for `input`; [`Fault::ScratchSmall`] or [`Fault::OutputSmall`] when
    /// `work` is smaller than the policy asks for. The decision stays a denial.
    pub fn resume(
        &self,
        machine: &mut Machine,
        call: &Call<'_>,
        input: Input<'_>,
        work: &mut Work<'_, '_>,
    ) -> Result<Step, Fault> {
        match (machine.stage, input) {
            (Stage::Start, Input::Start) => self.start(machine, call, work),
            (Stage::Identity, Input::Identity(asserted)) => Ok(self.identify(machine, call, asserted, work)),
            (Stage::Body, Input::Body(body)) => Ok(self.judge(machine, call, body, work)),
            _ => Err(Fault::OutOfTurn),
        }
    }

    fn start(&self, machine: &mut Machine, call: &Call<'_>, work: &mut Work<'_, '_>) -> Result<Step, Fault> {
        let policy = self.policy();
        if !work.scratch.suffices(policy.values_max.to_native(), policy.body_max.to_native()) {
            return Err(Fault::ScratchSmall);
        }
        if work.reply.len() < REPLY_MAX {
            return Err(Fault::OutputSmall);
        }
        let arrival = arrival::read(&call.transport)
            .and_then(|arrival| arrival::admit(policy, &call.transport, &arrival).map(|()| arrival));
        match arrival {
            Ok(arrival) => machine.arrival = arrival,
            Err(denial) => return Ok(self.deny(machine, call, denial, None, work)),
        }
        let local = if call.transport.is_http() || call.asserted.is_some() { None } else { identity::local(policy) };
        match (local, call.asserted) {
            (Some(identity), _) => {
                machine.decision.identity = Some(identity);
                Ok(self.after_identity(machine, call, work))
            }
            (None, Some(asserted)) => Ok(self.identify(machine, call, Some(asserted), work)),
            (None, None) => {
                machine.stage = Stage::Identity;
                Ok(Step::Identity)
            }
        }
    }

    fn identify(&self, machine: &mut Machine, call: &Call<'_>, asserted: Option<Asserted<'_>>, work: &mut Work<'_, '_>) -> Step {
        match identity::asserted(self.policy(), asserted) {
            Ok(identity) => machine.decision.identity = Some(identity),
            Err(denial) if self.observes(denial.reason) => machine.decision.reason = denial.reason,
            Err(denial) => return self.deny(machine, call, denial, None, work),
        }
        self.after_identity(machine, call, work)
    }

    /// A stolen session id is refused before the body is read; GET and DELETE of legacy sessions end here.
    fn after_identity(&self, machine: &mut Machine, call: &Call<'_>, work: &mut Work<'_, '_>) -> Step {
        if let (Some(session), Some(identity)) = (work.session.as_deref(), &machine.decision.identity)
            && let Err(reason) = session.belongs_to(identity)
        {
            return self.deny(machine, call, Denial::of(reason), None, work);
        }
        match machine.arrival.verb() {
            Verb::Message => {
                machine.stage = Stage::Body;
                Step::Body
            }
            verb => {
                if let Some(session) = work.session.as_deref_mut() {
                    if let Err(reason) = session.admits(false, false) {
                        return self.deny(machine, call, Denial::of(reason), None, work);
                    }
                    if verb == Verb::End {
                        session.end();
                    }
                }
                allow(machine, 200)
            }
        }
    }

    fn judge(&self, machine: &mut Machine, call: &Call<'_>, body: &[u8], work: &mut Work<'_, '_>) -> Step {
        let policy = self.policy();
        let http = call.transport.is_http();
        if body.len() > policy.body_max(http) {
            return self.deny(machine, call, Denial::of(Reason::BodySize), None, work);
        }
        let parsed = match json::parse(body, policy.limits(http), work.scratch) {
            Ok(parsed) => parsed,
            Err(refusal) => {
                let place = Place::Offset(u32::try_from(refusal.at).unwrap_or(u32::MAX));
                return self.deny(machine, call, Denial { reason: refusal.reason, place }, None, work);
            }
        };
        let document = Document::new(body, work.scratch, parsed);
        let context = self.context(&machine.arrival, call, work.session.as_deref());
        let judged = message::framing(document, parsed, &context)
            .and_then(|framing| self.items(&mut machine.decision, document, framing, &context));
        if let Err(denial) = judged {
            // split borrows: the document lives in the scratch memory, the reply in its own
            let session = work.session.as_deref().and_then(Session::revision);
            return self.refuse(machine, call, denial, Some(document), session, work.reply);
        }
        let decision = &machine.decision;
        let message = decision.message;
        let initialize = message.filter(|message| message.method() == Some(Method::Initialize));
        if let (Some(message), Some(session), Some(identity)) = (initialize, work.session.as_deref_mut(), &decision.identity) {
            session.initialize(message.revision(), message.capabilities(), identity);
        }
        let silent = message.is_none_or(|message| message.kind() != Kind::Request) && decision.items == 1;
        allow(machine, if silent { 202 } else { 200 })
    }

    fn context<'c>(&self, arrival: &'c Arrival, call: &'c Call<'c>, session: Option<&'c Session>) -> Context<'c>
    where
        'i: 'c,
    {
        let policy = self.policy();
        let http = match &call.transport {
            Transport::Http(http) => Some(http),
            Transport::Stdio => None,
        };
        Context { revisions: policy.revisions(), sender: Sender::Client, arrival, http, session, policy: Some(policy) }
    }

    /// Judges every message of the input; all have to pass.
    fn items(
        &self,
        decision: &mut Decision,
        document: Document<'_>,
        framing: Framing,
        context: &Context<'_>,
    ) -> Result<(), Denial> {
        match framing {
            Framing::Single => {
                decision.items = 1;
                self.item(decision, document.root(), false, context)
            }
            Framing::Batch(len) => {
                decision.items = u16::try_from(len).unwrap_or(u16::MAX);
                document.root().elements().try_for_each(|item| self.item(decision, item, true, context))
            }
        }
    }

    /// Judges one message: the stages after the body, in their order.
    fn item(&self, decision: &mut Decision, root: Value<'_>, batch: bool, context: &Context<'_>) -> Result<(), Denial> {
        let message = message::check(root, batch, context)?;
        let first = decision.message.is_none();
        if first {
            decision.message = Some(message);
        }
        let judged = self.stages(decision, &message, root.document(), context, first);
        match judged {
            Err(denial) if self.observes(denial.reason) => {
                if decision.reason == Reason::Undecided {
                    (decision.reason, decision.place) = (denial.reason, denial.place);
                }
                Ok(())
            }
            judged => judged.map(|_| ()),
        }
    }

    fn stages(
        &self,
        decision: &mut Decision,
        message: &Message,
        document: Document<'_>,
        context: &Context<'_>,
        first: bool,
    ) -> Result<Permit, Denial> {
        let policy = self.policy();
        let route = route::find(policy, message, document)?;
        if first {
            decision.route = route;
        }
        // without an identity this is observe mode, which has its reason already
        let identity = decision.identity.as_ref().ok_or(Denial::of(Reason::IdentityMissing))?;
        let permit = permission::permit(policy, identity, &route, message, document)?;
        if let Some(http) = context.http {
            message::agree_params(policy, route.entry(policy), message, document, http)?;
        }
        Ok(permit)
    }

    const fn observes(&self, reason: Reason) -> bool {
        self.policy().observe && !reason.is_ambiguity()
    }

    /// A denial before there is a document.
    fn deny(
        &self,
        machine: &mut Machine,
        call: &Call<'_>,
        denial: Denial,
        document: Option<Document<'_>>,
        work: &mut Work<'_, '_>,
    ) -> Step {
        let session = work.session.as_deref().and_then(Session::revision);
        self.refuse(machine, call, denial, document, session, work.reply)
    }

    /// Writes the answer to a denied call and ends the machine.
    fn refuse(
        &self,
        machine: &mut Machine,
        call: &Call<'_>,
        denial: Denial,
        document: Option<Document<'_>>,
        session: Option<Revision>,
        reply: &mut [u8],
    ) -> Step {
        let http = call.transport.is_http();
        let revision =
            machine.decision.message.map(|message| message.revision()).or(session).or(match machine.arrival.version() {
                arrival::VersionHeader::Known(revision) => Some(revision),
                _ => self.policy().revisions().newest(),
            });
        let reason = denial.reason;
        let mut out = Out::new(reply);
        let answered = match document {
            Some(document) => self.write_reply(&mut out, document, denial, revision, http),
            None => {
                write_error(&mut out, &self.answer(reason, revision));
                None
            }
        };
        let body = out.len();
        if reason.row().status == 401 {
            out.raw(b"Bearer");
        }
        let end = out.len();
        let whole = out.finish().is_ok();
        let decision = &mut machine.decision;
        decision.reason = reason;
        decision.place = denial.place;
        decision.status = denied_status(reason, revision, answered);
        if whole {
            decision.reply = Span::new(0, body);
            decision.challenge = Span::new(body, end);
        }
        machine.stage = Stage::Done;
        Step::Done
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
            missing: message::Capabilities::NONE,
            uri: None,
        }
    }

    /// Writes what answers a denied body, and says whether a request is answered. Over stdio a notification or response gets
    /// nothing; a batch gets one array.
    fn write_reply(
        &self,
        out: &mut Out<'_>,
        document: Document<'_>,
        denial: Denial,
        revision: Option<Revision>,
        http: bool,
    ) -> Option<Kind> {
        let root = document.root();
        if root.kind() != json::Kind::Array || denial.reason == Reason::MessageBatch {
            let id = message::salvage_id(root);
            let has = |name: &[u8]| root.get(name).is_some();
            let notification = has(b"method") && !has(b"id");
            let response = !has(b"method") && (has(b"result") || has(b"error"));
            if http || !(notification || response) {
                self.write_item(out, root, denial, revision);
            }
            return id.map(|_| Kind::Request);
        }
        let culprit = |item: Value<'_>| matches!(denial.place, Place::Node(at) if document_holds(item, at));
        let mut separator: &[u8] = b"[";
        for item in root.elements().filter(|item| message::salvage_id(*item).is_some()) {
            out.raw(separator);
            let reason = if culprit(item) { denial.reason } else { Reason::MessageSibling };
            self.write_item(out, item, Denial { reason, place: denial.place }, revision);
            separator = b",";
        }
        if separator == b"," {
            out.raw(b"]");
            return Some(Kind::Request);
        }
        if http {
            write_error(out, &self.answer(denial.reason, revision));
        }
        None
    }

    fn write_item(&self, out: &mut Out<'_>, item: Value<'_>, denial: Denial, revision: Option<Revision>) {
        let document = item.document();
        let culprit = match denial.place {
            Place::Node(index) => document.value(index),
            Place::Nowhere | Place::Offset(_) => None,
        };
        let mut answer = self.answer(denial.reason, revision);
        answer.id = message::salvage_id(item).map(Value::raw);
        match denial.reason {
            Reason::MessageProtocol => answer.requested = culprit.and_then(Value::text),
            Reason::RouteResource => answer.uri = culprit.map(Value::raw),
            Reason::MessageCapability => answer.missing = self.missing(item, culprit),
            _ => {}
        }
        write_error(out, &answer);
    }

    /// What the client lacks for the tool that it called.
    fn missing(&self, item: Value<'_>, name: Option<Value<'_>>) -> message::Capabilities {
        let policy = self.policy();
        let entry = name.and_then(Value::text).and_then(|name| policy.find(crate::image::EntryKind::Tool, name));
        let declared = item.get(b"params").and_then(|params| params.get(b"_meta"));
        let declared = declared.and_then(|meta| meta.get(b"io.modelcontextprotocol/clientCapabilities"));
        entry.and_then(|id| policy.entry(id)).map_or(message::Capabilities::NONE, |entry| {
            message::Capabilities::from_bits(entry.capabilities).without(message::Capabilities::of(declared))
        })
    }

    /// Writes the error that answers a request which the host itself can't bring to an end (time out, too many in flight).
    ///
    /// # Errors
    /// [`Fault::OutputSmall`] when `buffer` is shorter than [`REPLY_MAX`].
    pub fn refusal<'b>(&self, ticket: &Ticket, reason: Reason, buffer: &'b mut [u8]) -> Result<&'b [u8], Fault> {
        let mut out = Out::new(buffer);
        write_error(&mut out, &Answer { id: Some(&ticket.id), ..self.answer(reason, Some(ticket.revision)) });
        out.finish().map_err(|_| Fault::OutputSmall)
    }

    /// Writes the error for a message that the host dropped before it could be read, such as a line that was too long.
    ///
    /// # Errors
    /// [`Fault::OutputSmall`] when `buffer` is shorter than [`REPLY_MAX`].
    pub fn complaint<'b>(&self, reason: Reason, session: Option<&Session>, buffer: &'b mut [u8]) -> Result<&'b [u8], Fault> {
        let revision = session.and_then(Session::revision).or(self.policy().revisions().newest());
        let mut out = Out::new(buffer);
        write_error(&mut out, &self.answer(reason, revision));
        out.finish().map_err(|_| Fault::OutputSmall)
    }

    /// What the host keeps of the `item`th message of an allowed input (0 for a single one) until its answer comes; `None` for
    /// what gets no answer. `body`, `call` and the scratch memory are those of the decision.
    #[must_use]
    pub fn ticket(&self, decision: &Decision, call: &Call<'_>, document: Document<'_>, item: u16) -> Option<Ticket> {
        if !decision.allowed() || item >= decision.items {
            return None;
        }
        let (message, route) = if decision.items == 1 && document.root().kind() == json::Kind::Object {
            (decision.message?, decision.route)
        } else {
            let root = document.root().elements().nth(usize::from(item))?;
            let arrival = arrival::read(&call.transport).ok()?;
            let message = message::check(root, true, &self.context(&arrival, call, None)).ok()?;
            (message, route::find(self.policy(), &message, document).unwrap_or_default())
        };
        if message.kind() != Kind::Request {
            return None;
        }
        Some(Ticket {
            id: heapless::Vec::from_slice(message.id(document)?.raw()).ok()?,
            method: message.method()?,
            revision: message.revision(),
            route,
            identity: decision.identity.clone(),
            start_ms: call.now_ms,
        })
    }
}

fn allow(machine: &mut Machine, status: u16) -> Step {
    let decision = &mut machine.decision;
    if decision.reason == Reason::Undecided {
        decision.reason = Reason::Allowed;
    } else {
        decision.observed = true;
    }
    decision.status = status;
    machine.stage = Stage::Done;
    Step::Done
}

/// Whether the node at `index` is `item` or lies in it.
fn document_holds(item: Value<'_>, index: u32) -> bool {
    let span = item.span();
    item.document().value(index).is_some_and(|value| span.contains(&value.span().start))
}
