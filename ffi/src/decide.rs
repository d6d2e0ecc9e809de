//! Decisions, in one call or step by step.

use adarga_core::{
    Decision, Gate, Machine, Step,
    decide::{Input, Outcome, StoreCharge},
    json::Document,
    message::{Kind, write_place},
    path::Contained,
    rate::Refusal,
    reason::{Denial, Place, Reason},
    write::Out,
};
use core::ffi::c_void;

use crate::{
    call::{Lists, adarga_asserted, adarga_call, asserted, call},
    gate::adarga_gate,
    grow::{Answer, deny, grows, read},
    keys::adarga_keys,
    memory::{Locked, adarga_output, adarga_view, lock, object, output, pointer_mut, share},
    status::{ADARGA_ERROR_ABSENT, ADARGA_ERROR_NULL, ADARGA_ERROR_ROOM, ADARGA_ERROR_VALUE, Status, answer},
    work::{Lent, adarga_work},
};

/// The state of one decision between two steps, in memory of the caller. Zeroes are one that has not started. It holds no pointers: it
/// may be moved while no call uses it.
#[repr(C)]
pub struct adarga_machine {
    opaque: [u64; 512],
}
object!(adarga_machine, Machine, b"mac0");

/// The machine did not run: nothing is decided.
pub const ADARGA_STEP_NONE: u32 = 0;
/// Nothing is awaited: the decision is final.
pub const ADARGA_STEP_DONE: u32 = 1;
/// The body is awaited: resume with ADARGA_INPUT_BODY.
pub const ADARGA_STEP_BODY: u32 = 2;
/// Keys are awaited: there are none, or none that the token can be meant for. Resume with ADARGA_INPUT_KEYS, after asking the issuer
/// for newer ones if that was not done a short while ago.
pub const ADARGA_STEP_KEYS: u32 = 3;
/// It is asked who calls: resume with ADARGA_INPUT_IDENTITY, _INTROSPECTED or _UNAVAILABLE.
pub const ADARGA_STEP_IDENTITY: u32 = 4;
/// The policy's store is to take the charges of `adarga_machine_charge`, in their order up to the first that it refuses: resume
/// with ADARGA_INPUT_CHARGED.
pub const ADARGA_STEP_CHARGE: u32 = 5;

/// Keys that may be newer, in `keys`; NULL: there are no others.
pub const ADARGA_INPUT_KEYS: u32 = 1;
/// Who calls, in `asserted`; NULL: nobody knows.
pub const ADARGA_INPUT_IDENTITY: u32 = 2;
/// What the issuer's introspection endpoint answered, as it came, in `bytes` (RFC 7662 §2.2).
pub const ADARGA_INPUT_INTROSPECTED: u32 = 3;
/// Nobody could be asked.
pub const ADARGA_INPUT_UNAVAILABLE: u32 = 4;
/// The whole message, in `bytes`.
pub const ADARGA_INPUT_BODY: u32 = 5;
/// What the store said, in `outcome`, and the message once more, in `bytes`.
pub const ADARGA_INPUT_CHARGED: u32 = 6;

/// The store could not be asked: the policy says what then.
pub const ADARGA_OUTCOME_AWAY: u32 = 0;
/// All charges were taken.
pub const ADARGA_OUTCOME_GRANTED: u32 = 1;
/// Those before the charge `refused_at` were taken, that one and those behind it were not: the caller used up its allowance.
pub const ADARGA_OUTCOME_EXCEEDED: u32 = 2;
/// As above, but the store has no room for the caller.
pub const ADARGA_OUTCOME_FULL: u32 = 3;

/// What a machine is resumed with.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_input {
    /// sizeof(adarga_input).
    pub size: u32,
    /// An ADARGA_INPUT_….
    pub kind: u32,
    /// Of ADARGA_INPUT_BODY, _INTROSPECTED and _CHARGED.
    pub bytes: adarga_view,
    /// Of ADARGA_INPUT_KEYS.
    pub keys: *const adarga_keys,
    /// Of ADARGA_INPUT_IDENTITY.
    pub asserted: *const adarga_asserted,
    /// Of ADARGA_INPUT_CHARGED: an ADARGA_OUTCOME_….
    pub outcome: u32,
    /// Which charge was refused.
    pub refused_at: u32,
    /// After how many milliseconds it would be allowed, where `retry_known` is not 0.
    pub retry_after_ms: u64,
    /// Whether `retry_after_ms` is known.
    pub retry_known: u32,
    /// 0.
    pub reserved: u32,
}

/// A charge that the policy's store has to take.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_charge {
    /// sizeof(adarga_charge).
    pub size: u32,
    /// Which limit: `adarga_gate_limit` says what it allows.
    pub limit: u32,
    /// Whose allowance under it: a digest without a key. A store that others can read is given a keyed hash of it.
    pub key: [u8; 16],
    /// How many calls it counts as; 0 where there is no such charge.
    pub cost: u32,
    /// 0.
    pub reserved: u32,
}

/// The culprit is not in the body.
pub const ADARGA_PLACE_NOWHERE: u8 = 0;
/// `place` is a byte of the body.
pub const ADARGA_PLACE_OFFSET: u8 = 1;
/// `place` is a value of the body: `adarga_place_pointer` names it.
pub const ADARGA_PLACE_VALUE: u8 = 2;

/// No message was understood.
pub const ADARGA_KIND_NONE: u8 = 0;
/// Has an id and a method, and gets a reply.
pub const ADARGA_KIND_REQUEST: u8 = 1;
/// Has a method and no id, and gets none.
pub const ADARGA_KIND_NOTIFICATION: u8 = 2;
/// Has an id and a result or an error.
pub const ADARGA_KIND_RESPONSE: u8 = 3;

/// The outcome of a decision. Zeroes deny.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_decision {
    /// sizeof(adarga_decision).
    pub size: u32,
    /// Not 0: the host may pass the message on.
    pub allowed: u8,
    /// Not 0: the policy only observes, and the message passes although `reason` speaks against it.
    pub observed: u8,
    /// An ADARGA_KIND_… of the message; of a batch, of the first.
    pub kind: u8,
    /// An ADARGA_PLACE_….
    pub place_kind: u8,
    /// Where the culprit stands.
    pub place: u32,
    /// ADARGA_REASON_ALLOWED, or why not: an ADARGA_REASON_…; 0 is undecided, which denies.
    pub reason: u16,
    /// The HTTP status of the answer; 0 undecided.
    pub status: u16,
    /// How many messages a batch holds; 1 for a single message, 0 when none was read.
    pub items: u16,
    /// Whether `retry_after_ms` is known.
    pub retry_known: u16,
    /// What texts of the arguments look like, as far as the policy asks: ADARGA_THREAT_… bits. Some may be there although the call is
    /// allowed: the policy only reports them.
    pub threats: u32,
    /// After how many milliseconds a call that was too many is allowed, if nothing else is charged until then.
    pub retry_after_ms: u64,
    /// The body to answer a denial with, in the reply buffer; empty when the answer has none.
    pub reply: adarga_view,
    /// The value of `WWW-Authenticate`, in the reply buffer; absent when there is none.
    pub challenge: adarga_view,
    /// Who called, in the machine until that is used again; absent when nobody knows.
    pub subject: adarga_view,
    /// The name of the policy entry that it was about, in the policy image; absent when it was about none.
    pub route: adarga_view,
    /// The keyword of its JSON Schema that the culprit breaks, in static memory, where `reason` is ADARGA_REASON_ARGUMENTS_SCHEMA or
    /// _FORMAT; otherwise absent.
    pub keyword: adarga_view,
}
grows!(adarga_input adarga_charge adarga_decision);

impl adarga_decision {
    fn of(decision: &Decision, gate: &Gate<'_>, reply: &[u8]) -> Self {
        let (place_kind, place) = match decision.place() {
            Place::Nowhere => (ADARGA_PLACE_NOWHERE, 0),
            Place::Offset(at) => (ADARGA_PLACE_OFFSET, at),
            Place::Node(at) => (ADARGA_PLACE_VALUE, at),
        };
        let some = |bytes: &[u8]| if bytes.is_empty() { adarga_view::NONE } else { adarga_view::of(bytes) };
        Self {
            allowed: decision.allowed().into(),
            observed: decision.observed().into(),
            kind: decision.message().map_or(ADARGA_KIND_NONE, |message| kind(message.kind())),
            place_kind,
            place,
            reason: decision.reason().number(),
            status: decision.status(),
            items: decision.items(),
            retry_known: decision.retry_after_ms().is_some().into(),
            threats: decision.threats().bits().into(),
            retry_after_ms: decision.retry_after_ms().unwrap_or_default(),
            reply: some(decision.reply(reply)),
            challenge: some(decision.challenge(reply)),
            subject: decision.identity().map_or(adarga_view::NONE, |identity| adarga_view::of(identity.subject().as_bytes())),
            route: decision
                .route()
                .entry(gate.policy())
                .map_or(adarga_view::NONE, |entry| adarga_view::of(entry.name.as_bytes())),
            keyword: decision.keyword().map_or(adarga_view::NONE, |keyword| adarga_view::of(keyword.name().as_bytes())),
            ..Self::default()
        }
    }
}

pub(crate) const fn kind(kind: Kind) -> u8 {
    match kind {
        Kind::Request => ADARGA_KIND_REQUEST,
        Kind::Notification => ADARGA_KIND_NOTIFICATION,
        Kind::Response => ADARGA_KIND_RESPONSE,
    }
}

const fn number(step: Step) -> u32 {
    match step {
        Step::Body => ADARGA_STEP_BODY,
        Step::Keys => ADARGA_STEP_KEYS,
        Step::Identity => ADARGA_STEP_IDENTITY,
        Step::Charge => ADARGA_STEP_CHARGE,
        Step::Done => ADARGA_STEP_DONE,
        // a step that C has no name for can't be answered
        _ => ADARGA_STEP_NONE,
    }
}

/// Machine, gate and memory of a step.
pub(crate) struct Held<'h> {
    pub(crate) gate: &'h Gate<'static>,
    pub(crate) machine: Locked<'h, Machine>,
    pub(crate) lent: Lent<'h>,
}

impl Held<'_> {
    pub(crate) unsafe fn of(
        gate: *const adarga_gate,
        machine: *mut adarga_machine,
        work: *const adarga_work,
    ) -> Result<Self, Status> {
        // SAFETY: as the caller's
        unsafe {
            let gate = share(gate)?;
            let machine = lock(machine, Some(Machine::new))?;
            let needs = gate.needs();
            Ok(Self { gate, machine, lent: Lent::of(work, &needs)? })
        }
    }
}

/// Decides a call whose body is at hand, with what `call` says: keys that are not in it, an identity that only the host could give, and a
/// store that would have to be asked are taken as absent. `machine` is used anew.
///
/// Owner and lifetime: `decision` points into `work`, `machine` and the policy image. Threads: one for each machine and work.
/// Failure: `decision` is a denial without a reason.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_decide(
    gate: *const adarga_gate,
    machine: *mut adarga_machine,
    from: *const adarga_call,
    body: adarga_view,
    work: *const adarga_work,
    decision: *mut adarga_decision,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let out: Answer<adarga_decision> = deny(decision)?;
            let Held { gate, mut machine, mut lent } = Held::of(gate, machine, work)?;
            machine.reset();
            lent.apart(body)?;
            let mut lists = Lists::NEW;
            let call = call(from, &mut lists, &lent)?;
            gate.decide_in(&mut machine, &call, body.bytes()?, &mut lent.work())?;
            out.write(&adarga_decision::of(machine.decision(), gate, lent.reply));
        }
        Ok(())
    })
}

/// Begins a decision anew and says in `step`, an ADARGA_STEP_…, what it waits for. What the headers say alone (401, 403, 421 …) is said
/// before the body is read. Threads: one for each machine and work. Failure: ADARGA_STEP_NONE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_start(
    gate: *const adarga_gate,
    machine: *mut adarga_machine,
    from: *const adarga_call,
    work: *const adarga_work,
    step: *mut u32,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let step = pointer_mut(step)?;
            *step = ADARGA_STEP_NONE;
            let Held { gate, mut machine, mut lent } = Held::of(gate, machine, work)?;
            machine.reset();
            let mut lists = Lists::NEW;
            let call = call(from, &mut lists, &lent)?;
            *step = number(gate.resume(&mut machine, &call, Input::Start, &mut lent.work())?);
        }
        Ok(())
    })
}

/// Takes the machine one step on, with what it waits for. `call` and `work` are those of `adarga_start`. Threads: one for each machine and
/// work. Failure: ADARGA_STEP_NONE; after ADARGA_FAULT_OUT_OF_TURN the machine still waits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_resume(
    gate: *const adarga_gate,
    machine: *mut adarga_machine,
    from: *const adarga_call,
    input: *const adarga_input,
    work: *const adarga_work,
    step: *mut u32,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let step = pointer_mut(step)?;
            *step = ADARGA_STEP_NONE;
            let Held { gate, mut machine, mut lent } = Held::of(gate, machine, work)?;
            let (mut lists, mut told) = (Lists::NEW, Lists::NEW);
            let call = call(from, &mut lists, &lent)?;
            let given = read(input)?;
            lent.apart(given.bytes)?;
            let input = match given.kind {
                ADARGA_INPUT_KEYS if given.keys.is_null() => Input::Keys(None),
                ADARGA_INPUT_KEYS => Input::Keys(Some(*share(given.keys)?)),
                ADARGA_INPUT_IDENTITY => Input::Identity(asserted(given.asserted, &mut told, &lent)?),
                ADARGA_INPUT_INTROSPECTED => Input::Introspected(given.bytes.bytes()?),
                ADARGA_INPUT_UNAVAILABLE => Input::Unavailable,
                ADARGA_INPUT_BODY => Input::Body(given.bytes.bytes()?),
                ADARGA_INPUT_CHARGED => Input::Charged(given.outcome()?, given.bytes.bytes()?),
                _ => return Err(Status(ADARGA_ERROR_VALUE)),
            };
            *step = number(gate.resume(&mut machine, &call, input, &mut lent.work())?);
        }
        Ok(())
    })
}

impl adarga_input {
    fn outcome(&self) -> Result<Outcome, Status> {
        let refused = |reason| {
            let retry_after_ms = (self.retry_known != 0).then_some(self.retry_after_ms);
            let at = usize::try_from(self.refused_at).map_err(|_| Status(ADARGA_ERROR_VALUE))?;
            Ok(Outcome::Refused { at, refusal: Refusal { reason, retry_after_ms } })
        };
        match self.outcome {
            ADARGA_OUTCOME_AWAY => Ok(Outcome::Away),
            ADARGA_OUTCOME_GRANTED => Ok(Outcome::Granted),
            ADARGA_OUTCOME_EXCEEDED => refused(Reason::RateExceeded),
            ADARGA_OUTCOME_FULL => refused(Reason::RateFull),
            _ => Err(Status(ADARGA_ERROR_VALUE)),
        }
    }
}

/// Gives the decision so far; final after ADARGA_STEP_DONE. `decision` points into `work`, `machine` and the policy image. Threads: one
/// for each machine. Failure: `decision` is a denial without a reason.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_machine_decision(
    gate: *const adarga_gate,
    machine: *mut adarga_machine,
    work: *const adarga_work,
    decision: *mut adarga_decision,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let out: Answer<adarga_decision> = deny(decision)?;
            let Held { gate, machine, lent } = Held::of(gate, machine, work)?;
            out.write(&adarga_decision::of(machine.decision(), gate, lent.reply));
        }
        Ok(())
    })
}

/// Gives the `index`th charge that the policy's store has to take, while the machine waits for it. Threads: one for each machine.
/// Failure: ADARGA_ERROR_ABSENT behind the last one; `charge` is zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_machine_charge(machine: *mut adarga_machine, index: usize, charge: *mut adarga_charge) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let (out, machine) = unsafe { (deny(charge)?, lock(machine, Some(Machine::new))?) };
        let StoreCharge { limit, key, cost } = *machine.charges().get(index).ok_or(Status(ADARGA_ERROR_ABSENT))?;
        out.write(&adarga_charge { limit, key, cost, ..adarga_charge::default() });
        Ok(())
    })
}

/// Writes where the culprit of a decision stands in `body`, as a JSON Pointer (RFC 6901) without a NUL; nothing when it stands in no value.
/// `body` and `work` are those of the decision, whose scratch memory was not used since. Threads: one for each machine and work.
/// Failure: with ADARGA_ERROR_ROOM, `pointer->len` is a size that suffices.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_place_pointer(
    gate: *const adarga_gate,
    machine: *mut adarga_machine,
    body: adarga_view,
    work: *const adarga_work,
    pointer: *mut adarga_output,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            output(pointer, &[body], |into| {
                let none = |status| (status, 0);
                let Held { machine, lent, .. } = Held::of(gate, machine, work).map_err(none)?;
                lent.apart(body).map_err(none)?;
                let body = body.bytes().map_err(none)?;
                let decision = machine.decision();
                let mut out = Out::new(into);
                write_place(decision.document(body, &lent.scratch), decision.place(), &mut out);
                let enough = body.len().saturating_mul(2).saturating_add(64);
                out.finish().map(<[u8]>::len).map_err(|_| (Status(ADARGA_ERROR_ROOM), enough))
            })
        }
    })
}

/// What `adarga_each_path` shows the paths of a call to: the id of the root that the policy binds it to (`adarga_gate_root`), and the
/// normal form of what lies beneath, borrowed for the call. It returns ADARGA_REASON_ALLOWED, or another ADARGA_REASON_… to deny.
pub type adarga_path_visitor = Option<unsafe extern "C" fn(context: *mut c_void, root: u32, path: adarga_view) -> u16>;

/// Shows `visitor` every path of an allowed call that the policy binds to a root, so that the host can resolve them before the server
/// does. The first four arguments and `work` are those of the decision, whose scratch memory was not used since. `reason` becomes
/// ADARGA_REASON_ALLOWED, or the first other one that the visitor gave: then the message must not reach the server.
///
/// Threads: one for each machine and work, which the visitor must not use. Failure: `reason` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_each_path(
    gate: *const adarga_gate,
    machine: *mut adarga_machine,
    from: *const adarga_call,
    body: adarga_view,
    work: *const adarga_work,
    visitor: adarga_path_visitor,
    context: *mut c_void,
    reason: *mut u16,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let reason = pointer_mut(reason)?;
            *reason = 0;
            let visitor = visitor.ok_or(Status(ADARGA_ERROR_NULL))?;
            let Held { gate, machine, lent } = Held::of(gate, machine, work)?;
            lent.apart(body)?;
            let mut lists = Lists::NEW;
            let call = call(from, &mut lists, &lent)?;
            let decision = machine.decision();
            if !decision.allowed() {
                return Err(Status(ADARGA_ERROR_ABSENT));
            }
            let document: Document<'_> = decision.document(body.bytes()?, &lent.scratch);
            let mut visit = |root: u32, path: Contained<'_>| {
                let said = visitor(context, root, adarga_view::of(path.as_bytes()));
                match Reason::from_number(said).unwrap_or(Reason::HostFile) {
                    Reason::Allowed => Ok(()),
                    Reason::Undecided => Err(Reason::HostFile),
                    denies => Err(denies),
                }
            };
            let outcome = gate.each_path(decision, &call, lent.session.as_deref(), document, &mut visit);
            *reason = outcome.map_or_else(|Denial { reason, .. }| reason, |()| Reason::Allowed).number();
        }
        Ok(())
    })
}
