//! The order of the stages, and the machine that a driver resumes.
//!
//! ```text
//!   Start ─ arrival ─ peer ─ charge ─ identity ─┬─ asks for keys ──────────┐
//!                                               ├─ asks for the identity ──┤
//!         ┌─ asks for the body ─────────────────┴──────────────────────────┘
//!         └─ message ─ route ─ permission ─ charge ─ arguments ─ containment ─┬─ asks the store ─┬─ Done
//!                                                                             └──────────────────┘
//! ```
//!
//! What can be said from the headers alone (401, 403, 405, 415, 421 …) is said before the body is read. The machine is made of
//! offsets and plain values, never of borrows: it lives in C memory and across an `await`.
//! What the machine is made of stands in `machine`, who calls is found in `caller`, who counts calls in `charges`, how a denial is
//! answered in `answer`, what its answer hides in `data`, which paths a host resolves in `paths`; this file is the order up to the body, `item` behind it.
//! Invariant: a stage is called in these two and nowhere else, in the order above; each gives a proof that the next one takes.

mod answer;
mod caller;
mod charges;
mod data;
mod item;
mod machine;
mod paths;

use crate::{
    arguments,
    arrival::{self, Arrival, Transport, Verb},
    charge, containment, frame,
    identity::token,
    image::{Image, Policy, Rates},
    json::{self, Document, Scratch},
    message::{self, Context, Sender},
    method::Method,
    permission,
    protection::Protection,
    reason::{Denial, Fault, Place, Reason},
    schema,
    session::Session,
    verdict::{Decision, REPLY_MAX, Ticket},
};

use charges::{Ledger, Till};
use item::{Passage, Round};
use machine::Stage;
pub use machine::{Call, Input, Machine, Outcome, Step, StoreCharge, Work};

/// Scratch memory that decisions by one policy need: see [`Scratch`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// Values and keys of one document.
    pub values: u32,
    /// Bytes of decoded text.
    pub text: u32,
    /// What checking arguments by their schemas takes, beside the scratch memory; nothing where the policy has none.
    pub checks: schema::Needs,
}

/// A policy, ready to judge: shared and read-only.
#[derive(Clone, Copy, Debug)]
pub struct Gate<'i> {
    image: Image<'i>,
    protection: Option<&'i Protection<'i>>,
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
        Self { image, protection: None }
    }

    /// Protects what goes out with these keys: for one message, since what seals is never used again.
    #[must_use]
    pub const fn protected<'p>(self, protection: &'p Protection<'p>) -> Gate<'p>
    where
        'i: 'p,
    {
        Gate { image: self.image, protection: Some(protection) }
    }

    /// The keys that what goes out is protected with.
    pub(crate) fn protection(&self) -> Protection<'i> {
        self.protection.copied().unwrap_or_default()
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

    /// What scratch memory every decision needs.
    #[must_use]
    pub fn needs(&self) -> Needs {
        let policy = self.policy();
        let (values, text) = (policy.values_max.to_native(), policy.body_max.to_native());
        let checks = match self.image.arguments().filter(|arguments| arguments.has_schemas()) {
            Some(arguments) => arguments.widest.needs(values, policy.depth_max.to_native()),
            None => schema::Needs::NOTHING,
        };
        match self.image.authentication().map(|rules| rules.token_max.to_native()) {
            Some(token_max) => {
                let (claims, room) = (token::limits(token_max).values_max, token::room(token_max));
                Needs { values: values.max(claims), text: text.max(room), checks }
            }
            None => Needs { values, text, checks },
        }
    }

    /// Decides a call whose body is at hand, with what the host knows: the loop of a driver that never has to wait.
    ///
    /// # Errors
    /// As [`Gate::resume`] at the start.
    pub fn decide(&self, call: &Call<'_>, body: &[u8], work: &mut Work<'_, '_>) -> Result<Decision, Fault> {
        let mut machine = Machine::new();
        self.decide_in(&mut machine, call, body, work)?;
        Ok(machine.decision)
    }

    /// As [`Gate::decide`], in a machine that the host keeps beside its scratch memory and that begins anew: nothing is copied.
    ///
    /// # Errors
    /// As [`Gate::decide`]; the machine's decision denies.
    pub fn decide_in<'m>(
        &self,
        machine: &'m mut Machine,
        call: &Call<'_>,
        body: &[u8],
        work: &mut Work<'_, '_>,
    ) -> Result<&'m Decision, Fault> {
        self.drive(machine, call, body, work, |step| if step == Step::Keys { Input::Keys(None) } else { Input::Identity(None) })
    }

    /// As [`Gate::decide_in`], for a driver that can answer what the machine asks beside the body: [`Step::Keys`] and
    /// [`Step::Identity`]. It has no store to charge: for a policy that names one, that store is away.
    ///
    /// # Errors
    /// As [`Gate::resume`]; the machine's decision denies.
    pub fn drive<'m, 'a>(
        &self,
        machine: &'m mut Machine,
        call: &Call<'_>,
        body: &[u8],
        work: &mut Work<'_, '_>,
        mut answer: impl FnMut(Step) -> Input<'a>,
    ) -> Result<&'m Decision, Fault> {
        machine.reset();
        let mut step = self.resume(machine, call, Input::Start, work)?;
        loop {
            step = match step {
                Step::Body => self.resume(machine, call, Input::Body(body), work)?,
                Step::Charge => self.resume(machine, call, Input::Charged(Outcome::Away, body), work)?,
                Step::Done => return Ok(&machine.decision),
                step => self.resume(machine, call, answer(step), work)?,
            };
        }
    }

    /// Takes the machine one step on. `call` and `work` are the same for all steps of one decision.
    ///
    /// # Errors
    /// [`Fault::OutOfTurn`] when the machine does not wait for `input`; [`Fault::ScratchSmall`], [`Fault::OutputSmall`],
    /// [`Fault::RatesAbsent`] or [`Fault::RatesSmall`] when `work` is smaller than the policy asks for. The decision stays a denial.
    pub fn resume(
        &self,
        machine: &mut Machine,
        call: &Call<'_>,
        input: Input<'_>,
        work: &mut Work<'_, '_>,
    ) -> Result<Step, Fault> {
        match (machine.stage, input) {
            (Stage::Start, Input::Start) => self.start(machine, call, work),
            (Stage::Keys, Input::Keys(verifier)) => self.with_keys(machine, call, verifier, work),
            (Stage::Identity, Input::Identity(asserted)) => Ok(self.told(machine, call, asserted, work)),
            (Stage::Identity, Input::Introspected(answer)) => self.introspected(machine, call, answer, work),
            (Stage::Identity, Input::Unavailable) => Ok(self.unavailable(machine, call, work)),
            (Stage::Body, Input::Body(body)) => Ok(self.judge(machine, call, body, work)),
            (Stage::Charge, Input::Charged(outcome, body)) if body.len() == machine.body_len => {
                Ok(self.charged(machine, call, outcome, body, work))
            }
            _ => Err(Fault::OutOfTurn),
        }
    }

    fn start(&self, machine: &mut Machine, call: &Call<'_>, work: &mut Work<'_, '_>) -> Result<Step, Fault> {
        let policy = self.policy();
        let needs = self.needs();
        if !work.scratch.suffices(needs.values, needs.text) {
            return Err(Fault::ScratchSmall);
        }
        let no_checks = needs.checks == schema::Needs::NOTHING;
        if !no_checks && !work.checks.as_ref().is_some_and(|memory| memory.suffices(needs.checks)) {
            return Err(Fault::ScratchSmall);
        }
        if work.reply.len() < REPLY_MAX {
            return Err(Fault::OutputSmall);
        }
        self.has_table(work)?;
        let arrival = arrival::read(&call.transport)
            .and_then(|arrival| arrival::admit(policy, &call.transport, &arrival).map(|()| arrival));
        match arrival {
            Ok(arrival) => machine.arrival = arrival,
            Err(denial) => return Ok(self.deny(machine, call, denial, work)),
        }
        match self.meet(machine, call, work) {
            Ok(()) => {}
            Err(denial) if self.observes(denial.reason) => machine.limited = Some(denial),
            Err(denial) if call.transport.is_http() => return Ok(self.deny(machine, call, denial, work)),
            // the answer needs the id, which only the body has; nobody looks at a credential
            Err(denial) => {
                machine.denied = Some(denial);
                return Ok(self.after_identity(machine, call, work));
            }
        }
        self.ask(machine, call, work)
    }

    /// A stolen session id is refused before the body is read; GET and DELETE of legacy sessions end here.
    fn after_identity(&self, machine: &mut Machine, call: &Call<'_>, work: &mut Work<'_, '_>) -> Step {
        if let (Some(session), Some(identity)) = (work.session.as_deref(), machine.decision.identity())
            && let Err(reason) = session.belongs_to(identity)
        {
            return self.deny(machine, call, Denial::of(reason), work);
        }
        match machine.arrival.verb() {
            Verb::Message => {
                machine.stage = Stage::Body;
                Step::Body
            }
            verb => {
                if let Some(session) = work.session.as_deref_mut() {
                    if let Err(reason) = session.admits(false, false) {
                        return self.deny(machine, call, Denial::of(reason), work);
                    }
                    if verb == Verb::End {
                        session.end();
                    }
                }
                let passage = match machine.decision.identity() {
                    Some(identity) => {
                        let charged = charge::own_session(permission::own_session(identity));
                        Passage::Permitted(containment::no_path(arguments::no_arguments(charged)))
                    }
                    None => Passage::Observed(machine.denied.unwrap_or(Denial::of(Reason::IdentityMissing))),
                };
                allow(machine, passage, 200)
            }
        }
    }

    fn judge(&self, machine: &mut Machine, call: &Call<'_>, body: &[u8], work: &mut Work<'_, '_>) -> Step {
        let policy = self.policy();
        let http = call.transport.is_http();
        if body.len() > policy.body_max(http) {
            return self.deny(machine, call, Denial::of(Reason::BodySize), work);
        }
        let parsed = match json::parse(body, policy.limits(http), work.scratch) {
            Ok(parsed) => parsed,
            Err(refusal) => {
                let place = Place::Offset(u32::try_from(refusal.at).unwrap_or(u32::MAX));
                return self.deny(machine, call, Denial { reason: refusal.reason, place }, work);
            }
        };
        machine.decision.parsed = parsed;
        let rates = self.image().rates();
        if !rates.is_some_and(Rates::is_external) {
            let ledger = Ledger::Table(work.rates.as_deref_mut());
            let till = Till::new(rates, call.now_ms, ledger);
            let passage = self.messages(
                machine,
                call,
                body,
                till,
                (work.scratch, work.checks.as_deref_mut(), work.reply),
                work.session.as_deref(),
            );
            return self.conclude(machine, call, body, passage, work);
        }
        self.list(machine, call, body, work)
    }

    /// Judges a body up to what a store has to take.
    #[inline(never)]
    fn list(&self, machine: &mut Machine, call: &Call<'_>, body: &[u8], work: &mut Work<'_, '_>) -> Step {
        let rates = self.image().rates();
        let mut charges = core::mem::take(&mut machine.charges);
        let till = Till::new(rates, call.now_ms, Ledger::Listed(&mut charges));
        let passage = self.messages(
            machine,
            call,
            body,
            till,
            (work.scratch, work.checks.as_deref_mut(), work.reply),
            work.session.as_deref(),
        );
        machine.charges = charges;
        if machine.charges.is_empty() {
            return self.conclude(machine, call, body, passage, work);
        }
        // what speaks against the message behind its charges is found again when they are taken
        machine.body_len = body.len();
        machine.stage = Stage::Charge;
        Step::Charge
    }

    /// The store has answered.
    fn charged(&self, machine: &mut Machine, call: &Call<'_>, outcome: Outcome, body: &[u8], work: &mut Work<'_, '_>) -> Step {
        let rates = self.image().rates();
        let ledger = match outcome {
            Outcome::Away if rates.is_some_and(|rates| !rates.shares.is_empty()) => Ledger::Share(work.rates.as_deref_mut()),
            outcome => Ledger::Answered(outcome),
        };
        let till = Till::new(rates, call.now_ms, ledger);
        let passage = self.messages(
            machine,
            call,
            body,
            till,
            (work.scratch, work.checks.as_deref_mut(), work.reply),
            work.session.as_deref(),
        );
        self.conclude(machine, call, body, passage, work)
    }

    /// Judges the messages of a body that was parsed. It is large, and called in three places.
    #[inline(never)]
    fn messages(
        &self,
        machine: &mut Machine,
        call: &Call<'_>,
        body: &[u8],
        till: Till<'_, '_>,
        (scratch, checks, reply): (&Scratch<'_>, Option<&mut schema::Memory<'_>>, &mut [u8]),
        session: Option<&Session>,
    ) -> Result<Passage, Denial> {
        let (parsed, http) = (machine.decision.parsed, call.transport.is_http());
        let document = Document::new(body, scratch, parsed);
        let context = self.context(&machine.arrival, call, session);
        let line_break = if http || !parsed.may_break() { None } else { frame::line_break(body) };
        if let Some(at) = line_break {
            return Err(Denial { reason: Reason::BodyLine, place: Place::Offset(u32::try_from(at).unwrap_or(u32::MAX)) });
        }
        let framing = message::framing(document, parsed, &context)?;
        match machine.denied {
            Some(denial) if !self.observes(denial.reason) => Err(denial),
            denied => {
                // nothing is answered yet: until then the room for the reply holds the paths
                let paths = reply.as_chunks_mut().0.first_chunk_mut().ok_or(Denial::of(Reason::HostScratch))?;
                let mut round = Round { denied, context: &context, till, checks, paths };
                self.items(&mut machine.decision, document, framing, &mut round)
            }
        }
    }

    /// Lets a body pass, or answers why not.
    fn conclude(
        &self,
        machine: &mut Machine,
        call: &Call<'_>,
        body: &[u8],
        passage: Result<Passage, Denial>,
        work: &mut Work<'_, '_>,
    ) -> Step {
        let passage = match passage {
            Ok(passage) => passage,
            Err(denial) => {
                // split borrows: the document lives in the scratch memory, the reply in its own
                let document = Document::new(body, work.scratch, machine.decision.parsed);
                let context = self.context(&machine.arrival, call, work.session.as_deref());
                // of a message that was understood, `refuse` knows it
                let unknown = machine.decision.message.is_none();
                let revision = unknown.then(|| message::revision_of(document.root(), &context)).flatten();
                let revision = revision.or(work.session.as_deref().and_then(Session::revision));
                return self.refuse(machine, call, denial, Some(document), revision, work.reply);
            }
        };
        let decision = &machine.decision;
        let initialize = decision.message.filter(|message| message.method() == Some(Method::Initialize));
        if let (Some(message), Some(session)) = (initialize, work.session.as_deref_mut()) {
            session.initialize(message.revision(), message.capabilities(), decision.identity());
        }
        let status = if decision.answers { 200 } else { 202 };
        allow(machine, passage, status)
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

    const fn observes(&self, reason: Reason) -> bool {
        self.policy().observe && !reason.is_ambiguity()
    }

    /// What the host keeps of the `item`th message of an allowed input (0 for a single one) until its answer comes; `None` for
    /// what gets no answer. `call`, `session` and `document` are those of the decision.
    #[must_use]
    pub fn ticket(
        &self,
        decision: &Decision,
        call: &Call<'_>,
        session: Option<&Session>,
        document: Document<'_>,
        item: u16,
    ) -> Option<Ticket> {
        if !decision.allowed() {
            return None;
        }
        let (message, route) = self.item_of(decision, call, session, document, item)?;
        if message.kind() != message::Kind::Request {
            return None;
        }
        let hides = self.hides(decision, &message, &route, document);
        Some(Ticket {
            id: heapless::Vec::from_slice(message.id(document)?.raw()).ok()?,
            method: message.method()?,
            revision: message.revision(),
            route,
            identity: decision.identity.clone(),
            hides,
            start_ms: call.now_ms,
        })
    }
}

fn allow(machine: &mut Machine, passage: Passage, status: u16) -> Step {
    let decision = &mut machine.decision;
    // an observing policy says what an enforcing one would have said first
    match machine.limited.map_or(passage, Passage::Observed) {
        Passage::Permitted(_) => decision.reason = Reason::Allowed,
        Passage::Observed(denial) => {
            decision.observed = true;
            (decision.reason, decision.place) = (denial.reason, denial.place);
        }
    }
    if decision.reason != Reason::RateExceeded {
        decision.retry_after_ms = None;
    }
    decision.status = status;
    machine.stage = Stage::Done;
    Step::Done
}
