//! Everything beside the policy that says who calls, and how often: live keys, introspection, a revocation list that may change, a
//! provider of the host's own, the store of limits. [`Callers::decide`] is the driver that asks them; it waits where the machine asks for something.
//!
//! Hosts that must not wait resume the [`Machine`] themselves, with what [`Callers`] gives them at each step.
//!
//! Invariant: nothing here judges a caller; core does.

mod api_key;
mod open;
mod provider;
mod watch;

use std::{
    fmt,
    sync::{Arc, Mutex, OnceLock},
    time::{Duration, Instant},
};

use adarga_core::{
    Call, Decision, Fault, Gate, Machine, Session, Step,
    decide::{Input, Outcome, Work},
    identity::Asserted,
};

use crate::{
    compile,
    issuer::{Introspection, Keys, Status},
    keys::KeyImage,
    memory::Memory,
    net::Client,
    revocation::Revocations,
    store::{self, Store},
};

pub use api_key::{ApiKey, ApiKeyError};
pub use open::{CallersError, client, keys_at_hand};
pub use provider::{Caller, Provider, Unavailable};
use watch::Watch;

/// Longest time that a call waits for keys.
const KEYS_WAIT: Duration = Duration::from_secs(5);

/// Who can say who calls, for one policy. Shared by all threads; what it holds changes by itself.
pub struct Callers {
    keys: Option<Keys>,
    client: Client,
    introspection: Option<Asker>,
    issuer: Option<String>,
    revoked: Option<Watch>,
    provider: Option<Box<dyn Provider>>,
    store: Option<Box<dyn Store>>,
}

/// How opaque tokens are looked up.
struct Asker {
    settings: compile::Introspection,
    /// There once the endpoint is known.
    ready: OnceLock<Introspection>,
    /// When it was last looked for in vain.
    failed: Mutex<Option<Instant>>,
}

impl fmt::Debug for Callers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callers")
            .field("keys", &self.keys)
            .field("revoked", &self.revoked)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

impl Callers {
    /// With a provider for callers whom the policy alone does not identify (`provider = true`).
    #[must_use]
    pub fn with_provider(mut self, provider: impl Provider + 'static) -> Self {
        self.provider = Some(Box::new(provider));
        self
    }

    /// With another store of limits than the one that the policy names.
    #[must_use]
    pub fn with_store(mut self, store: impl Store + 'static) -> Self {
        self.store = Some(Box::new(store));
        self
    }

    /// How the keys are, for people; none where no token is verified.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        self.keys.as_ref().map(Keys::status)
    }

    /// Why the file of `[identity.revoked]` could not be read again, for people: the last list that could is in force.
    #[must_use]
    pub fn revoked_failure(&self) -> Option<String> {
        self.revoked.as_ref().and_then(Watch::failure)
    }

    /// Why the store of limits is away, for people.
    #[must_use]
    pub fn store_failure(&self) -> Option<String> {
        self.store.as_ref()?.failure().map(|away| away.to_string())
    }

    /// Waits until there are keys, at most for `wait`; whether tokens can be verified now.
    #[must_use]
    pub fn wait_first(&self, wait: Duration) -> bool {
        self.keys.as_ref().is_none_or(|keys| keys.wait_first(wait))
    }

    /// Keys, back end and list of the moment. Hold it for one call.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment { keys: self.keys.as_ref().and_then(Keys::current), revoked: self.revoked.as_ref().map(Watch::current) }
    }

    /// Keys that are newer than those of `seen`, for [`Step::Keys`]: the issuer is asked at most once in `refresh_min`, and each
    /// caller waits at most five seconds.
    #[must_use]
    pub fn newer(&self, seen: &Moment) -> Option<Arc<KeyImage>> {
        let keys = self.keys.as_ref()?;
        match &seen.keys {
            Some(seen) => keys.unknown_kid(seen, KEYS_WAIT),
            None => keys.absent(KEYS_WAIT),
        }
    }

    /// Decides a call, with everything that the machine asks for on the way. It waits for the network where an unknown key or an
    /// opaque token makes it, and only then.
    ///
    /// # Errors
    /// As [`Gate::resume`]; the machine's decision denies.
    pub fn decide<'m>(
        &self,
        gate: &Gate<'_>,
        machine: &'m mut Machine,
        call: &Call<'_>,
        body: &[u8],
        memory: &mut Memory,
        session: Option<&mut Session>,
    ) -> Result<&'m Decision, Fault> {
        let moment = self.moment();
        let call = moment.call(call)?;
        let mut lent = memory.lend();
        let mut work = lent.work(session);
        machine.reset();
        let mut step = gate.resume(machine, &call, Input::Start, &mut work)?;
        loop {
            step = match step {
                Step::Done => return Ok(machine.decision()),
                Step::Body => gate.resume(machine, &call, Input::Body(body), &mut work)?,
                Step::Keys => {
                    let newer = self.newer(&moment);
                    let verifier = newer.as_deref().map(KeyImage::verifier).transpose()?;
                    gate.resume(machine, &call, Input::Keys(verifier), &mut work)?
                }
                Step::Identity => self.identify(gate, machine, &call, &mut work)?,
                Step::Charge => {
                    let outcome = self.charge(gate, machine);
                    gate.resume(machine, &call, Input::Charged(outcome, body), &mut work)?
                }
                // a step that this driver doesn't know stays a denial
                _ => return Err(Fault::OutOfTurn),
            };
        }
    }

    /// What the store says of the charges that the machine waits for, for [`Step::Charge`]; it is away where there is none.
    #[must_use]
    pub fn charge(&self, gate: &Gate<'_>, machine: &Machine) -> Outcome {
        match (&self.store, gate.image().rates()) {
            (Some(store), Some(rates)) => store::take(store.as_ref(), rates, machine.charges()),
            _ => Outcome::Away,
        }
    }

    /// Asks the issuer about an opaque token, otherwise the provider.
    fn identify(&self, gate: &Gate<'_>, machine: &mut Machine, call: &Call<'_>, work: &mut Work<'_, '_>) -> Result<Step, Fault> {
        if let Some(token) = call.bearer()
            && self.introspection.is_some()
        {
            return match self.introspect(token) {
                Ok(answer) => gate.resume(machine, call, Input::Introspected(answer.body()), work),
                Err(Unavailable) => gate.resume(machine, call, Input::Unavailable, work),
            };
        }
        match self.provider.as_ref().map_or(Ok(None), |provider| provider.identify(call)) {
            Ok(None) => gate.resume(machine, call, Input::Identity(None), work),
            Ok(Some(caller)) => {
                let roles: Vec<_> = caller.roles.iter().map(String::as_str).collect();
                let scopes: Option<Vec<_>> = caller.scopes.as_ref().map(|scopes| scopes.iter().map(String::as_str).collect());
                let asserted = Asserted { subject: &caller.subject, roles: &roles, scopes: scopes.as_deref() };
                gate.resume(machine, call, Input::Identity(Some(asserted)), work)
            }
            Err(Unavailable) => gate.resume(machine, call, Input::Unavailable, work),
        }
    }
}

/// What is in force while one call is judged.
#[derive(Clone, Debug, Default)]
pub struct Moment {
    keys: Option<Arc<KeyImage>>,
    revoked: Option<Arc<Revocations>>,
}

impl Moment {
    /// The call, with the verifier and the revocation list of this moment where it has none of its own.
    ///
    /// # Errors
    /// None in practice: both images were validated when they were made.
    pub fn call<'c>(&'c self, call: &Call<'c>) -> Result<Call<'c>, Fault> {
        let verifier = self.keys.as_deref().map(KeyImage::verifier).transpose()?;
        let revoked = self.revoked.as_deref().map(Revocations::list).transpose()?;
        Ok(Call { verifier: call.verifier.or(verifier), revoked: call.revoked.or(revoked), ..*call })
    }
}
