//! What a decision is made of between two steps, and what its driver gives and gets.

use core::net::IpAddr;

use crate::{
    arrival::{Arrival, Transport},
    identity::{Asserted, Certificate, TokenCache, Verifier, bearer},
    image::CHARGES_MAX,
    json::Scratch,
    rate::{Limit, RateTable, Refusal},
    reason::Denial,
    revocation::RevocationList,
    schema,
    session::Session,
    verdict::Decision,
};

/// What the host knows of a call before anything is judged. All but the transport may be left at its default.
#[derive(Clone, Copy, Default)]
pub struct Call<'a> {
    /// How it came.
    pub transport: Transport<'a>,
    /// Who calls, when the host knows; otherwise credentials and the policy say it, or the machine asks.
    pub asserted: Option<Asserted<'a>>,
    /// A bearer token that does not stand in an `Authorization` header: on stdio, from the environment. Over HTTP it has to be the
    /// one of the header, if there is one.
    pub token: Option<&'a [u8]>,
    /// The client certificate of the connection, which the host's TLS has verified.
    pub certificate: Option<Certificate<'a>>,
    /// What tokens are verified with; none: the machine asks for it.
    pub verifier: Option<Verifier<'a>>,
    /// What was revoked since the policy was compiled.
    pub revoked: Option<RevocationList<'a>>,
    /// The address of the socket that the call came by; none: all such callers are one to limits. Meaningless on stdio.
    pub peer: Option<IpAddr>,
    /// Unix milliseconds of the host's clock; 0 when there is none.
    pub now_ms: u64,
}

/// Everything but the token.
impl core::fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { transport, asserted, token, certificate, verifier, revoked, peer, now_ms } = self;
        f.debug_struct("Call")
            .field("transport", transport)
            .field("asserted", asserted)
            .field("token", &token.is_some())
            .field("certificate", certificate)
            .field("verifier", verifier)
            .field("revoked", revoked)
            .field("peer", peer)
            .field("now_ms", now_ms)
            .finish()
    }
}

impl<'a> Call<'a> {
    /// A call of which nothing is known but how and when it came.
    #[must_use]
    pub const fn new(transport: Transport<'a>, now_ms: u64) -> Self {
        Self { transport, asserted: None, token: None, certificate: None, verifier: None, revoked: None, peer: None, now_ms }
    }

    /// The bearer token that the call shows, whatever it is worth: for hosts that are asked about it ([`Step::Identity`]).
    #[must_use]
    pub fn bearer(&self) -> Option<&'a [u8]> {
        let header = match &self.transport {
            Transport::Http(http) => http.only(b"Authorization").ok().flatten(),
            Transport::Stdio => None,
        };
        header.and_then(|value| bearer::token(value).ok().flatten()).or(self.token)
    }
}

/// The memory that a driver lends to the machine for one step.
pub struct Work<'w, 'm> {
    /// The tape. The same until the ticket is drawn.
    pub scratch: &'w mut Scratch<'m>,
    /// The legacy connection this call belongs to; none when the host keeps none (then `initialize` first is not enforced).
    pub session: Option<&'w mut Session>,
    /// Tokens that were verified before; none: each is verified again.
    pub cache: Option<TokenCache<'w>>,
    /// Where calls are counted, the same for all calls; without it a policy that needs one ([`Rates::needs_table`](crate::image::Rates::needs_table)) is a fault.
    pub rates: Option<&'w mut (dyn RateTable<Limit> + 'w)>,
    /// For checking arguments by their schemas, where the policy has such ([`Needs::checks`](super::Needs::checks)).
    pub checks: Option<&'w mut schema::Memory<'m>>,
    /// Where the reply is written, at least [`REPLY_MAX`](crate::verdict::REPLY_MAX) bytes.
    pub reply: &'w mut [u8],
}

impl<'w, 'm> Work<'w, 'm> {
    /// Memory without a session, without a cache, without a table of rates and without room for checks by schemas.
    pub const fn new(scratch: &'w mut Scratch<'m>, reply: &'w mut [u8]) -> Self {
        Self { scratch, session: None, cache: None, rates: None, checks: None, reply }
    }
}

/// Everything but what a table counts.
impl core::fmt::Debug for Work<'_, '_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { scratch, session, cache, rates, checks, reply } = self;
        f.debug_struct("Work")
            .field("scratch", scratch)
            .field("session", session)
            .field("cache", cache)
            .field("rates", &rates.is_some())
            .field("checks", &checks.is_some())
            .field("reply", &reply.len())
            .finish()
    }
}

/// What the machine waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Keys: there are none, or none that the token can be meant for. Resume with [`Input::Keys`], after asking the issuer for newer
    /// ones if that was not done a short while ago.
    Keys,
    /// Who calls: resume with [`Input::Identity`], [`Input::Introspected`] or [`Input::Unavailable`].
    Identity,
    /// The body: resume with [`Input::Body`].
    Body,
    /// The charges of [`Machine::charges`], taken by the policy's store in one request: in their order, up to the first that it
    /// refuses. Resume with [`Input::Charged`].
    Charge,
    /// Nothing: [`Machine::decision`] is final.
    Done,
}

/// What the driver resumes the machine with.
#[derive(Clone, Copy)]
pub enum Input<'a> {
    /// A new call.
    Start,
    /// Keys that may be newer; none: there are no others.
    Keys(Option<Verifier<'a>>),
    /// Who calls, or that nobody knows.
    Identity(Option<Asserted<'a>>),
    /// What the issuer's introspection endpoint answered to the call's token, as it came (RFC 7662 §2.2).
    Introspected(&'a [u8]),
    /// Nobody could be asked.
    Unavailable,
    /// The whole message.
    Body(&'a [u8]),
    /// What the store said, and the message once more; the scratch memory is that of the step before, unchanged.
    Charged(Outcome, &'a [u8]),
}

/// One charge that the policy's store has to take: a plain value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreCharge {
    /// Which limit: [`Rates::limit`](crate::image::Rates::limit) says what it allows.
    pub limit: u32,
    /// Whose allowance under it, the same in every process whose policy says the same of this limit. A digest without a key: a store
    /// that others can read should be given a keyed hash of it.
    pub key: [u8; 16],
    /// How many calls it counts as, 1 at least.
    pub cost: u32,
}

/// What a store said of the charges of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All were taken.
    Granted,
    /// Those before the charge `at` were taken, that one and those behind it were not.
    Refused {
        /// Its index in [`Machine::charges`].
        at: usize,
        /// Why.
        refusal: Refusal,
    },
    /// The store could not be asked: the policy says what then.
    Away,
}

/// Which one it is: bodies and claims may be secret.
impl core::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Start => "Start",
            Self::Keys(_) => "Keys",
            Self::Identity(_) => "Identity",
            Self::Introspected(_) => "Introspected",
            Self::Unavailable => "Unavailable",
            Self::Body(_) => "Body",
            Self::Charged(..) => "Charged",
        })
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    #[default]
    Start,
    Keys,
    Identity,
    Body,
    Charge,
    Done,
}

/// The state of one decision between two steps.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    pub(super) stage: Stage,
    pub(super) arrival: Arrival,
    /// What speaks against the caller, when that is said only once the body is known: its id belongs into the answer, and an
    /// observing policy lets it pass.
    pub(super) denied: Option<Denial>,
    /// What an observing policy has to say of how often the client calls.
    pub(super) limited: Option<Denial>,
    /// What a store has to take, and how long the body was that it is of.
    pub(super) charges: heapless::Vec<StoreCharge, CHARGES_MAX>,
    pub(super) body_len: usize,
    pub(super) decision: Decision,
}

impl Machine {
    /// A machine that has not started; its decision denies.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins anew, for another call.
    pub fn reset(&mut self) {
        self.stage = Stage::Start;
        self.arrival = Arrival::default();
        (self.denied, self.limited) = (None, None);
        self.charges.clear();
        self.body_len = 0;
        self.decision.reset();
    }

    /// The decision so far; final once a step answered [`Step::Done`].
    #[must_use]
    pub const fn decision(&self) -> &Decision {
        &self.decision
    }

    /// What the policy's store has to take, while the machine waits for it ([`Step::Charge`]).
    #[must_use]
    pub fn charges(&self) -> &[StoreCharge] {
        &self.charges
    }

    /// The decision, for a host that keeps it.
    #[must_use]
    pub fn into_decision(self) -> Decision {
        self.decision
    }
}
