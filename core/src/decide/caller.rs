//! Who calls: which credential speaks, in one fixed order, and whom the driver has to ask.
//!
//! What the host asserts counts first. Then a token, an API key or a certificate; then, on stdio, the role that the policy gives
//! the local client. A credential that is shown and wrong denies: nobody falls back from a bad token to another identity.

use crate::{
    arrival::{Arrival, Transport},
    identity::{self, Asserted, Verifier, bearer, credential, token},
    image::Authentication,
    reason::{Denial, Fault, Reason},
    revocation::Facts,
};

use super::{Call, Gate, Machine, Step, Work, machine::Stage};

/// What a caller shows.
enum Shown<'a> {
    Nothing,
    /// An `Authorization` of another scheme.
    Unknown,
    /// A JSON Web Token.
    Jwt(&'a [u8]),
    /// A bearer token that only the host can judge.
    Opaque,
    ApiKey(&'a [u8]),
}

impl Gate<'_> {
    /// Finds out who calls, or what has to be known for it.
    pub(super) fn ask(&self, machine: &mut Machine, call: &Call<'_>, work: &mut Work<'_, '_>) -> Result<Step, Fault> {
        if call.asserted.is_some() {
            return Ok(self.told(machine, call, call.asserted, work));
        }
        let http = call.transport.is_http();
        let Some(rules) = self.image().authentication() else {
            // a token that nothing here can judge is the host's affair, never the local client's
            let local = !http && call.token.is_none();
            let known = local && identity::local(self.policy(), &mut machine.decision.identity);
            return Ok(if known {
                self.after_identity(machine, call, work)
            } else {
                wait(machine, Stage::Identity, Step::Identity)
            });
        };
        let shown = match shown(rules, &machine.arrival, call) {
            Ok(shown) => shown,
            Err(reason) => return Ok(self.nobody(machine, call, reason, work)),
        };
        match shown {
            Shown::Jwt(token) => self.verified(machine, call, rules, token, call.verifier, work),
            Shown::Opaque => Ok(wait(machine, Stage::Identity, Step::Identity)),
            Shown::ApiKey(key) => {
                let known = credential::api_key(&rules.api_keys, key, call.now_ms, &mut machine.decision.identity);
                Ok(match known {
                    Err(Reason::TokenKey) if asks_host(rules) => wait(machine, Stage::Identity, Step::Identity),
                    known => self.settled(machine, call, self.unless_revoked(machine, call, known), work),
                })
            }
            Shown::Unknown if rules.provider => Ok(wait(machine, Stage::Identity, Step::Identity)),
            Shown::Unknown => Ok(self.nobody(machine, call, Reason::IdentityMissing, work)),
            Shown::Nothing => Ok(self.unshown(machine, call, rules, work)),
        }
    }

    /// Nothing is shown beside, perhaps, a certificate.
    fn unshown(&self, machine: &mut Machine, call: &Call<'_>, rules: &Authentication, work: &mut Work<'_, '_>) -> Step {
        let identity = &mut machine.decision.identity;
        let by_certificate =
            call.certificate.map_or(Ok(false), |own| credential::certificate(rules, &own, call.now_ms, identity));
        match by_certificate {
            Ok(false) if !call.transport.is_http() && identity::local(self.policy(), identity) => {
                self.after_identity(machine, call, work)
            }
            Ok(false) if rules.provider => wait(machine, Stage::Identity, Step::Identity),
            Ok(known) => {
                let known = if known { Ok(()) } else { Err(Reason::IdentityMissing) };
                self.settled(machine, call, self.unless_revoked(machine, call, known), work)
            }
            Err(reason) => self.nobody(machine, call, reason, work),
        }
    }

    /// Verifies a token. Without a key for it the driver may look for newer ones, once.
    fn verified(
        &self,
        machine: &mut Machine,
        call: &Call<'_>,
        rules: &Authentication,
        token: &[u8],
        verifier: Option<Verifier<'_>>,
        work: &mut Work<'_, '_>,
    ) -> Result<Step, Fault> {
        let first = machine.stage == Stage::Start;
        let Some(verifier) = verifier else {
            let reason = if call.verifier.is_some() { Reason::TokenKey } else { Reason::IdentityUnavailable };
            return Ok(if first { wait(machine, Stage::Keys, Step::Keys) } else { self.nobody(machine, call, reason, work) });
        };
        let cache = work.cache.as_mut().map(|cache| (cache, self.image().digest()));
        let identity = &mut machine.decision.identity;
        match token::identify(&self.court(call, rules), &verifier, token, work.scratch, cache, identity) {
            Err(Reason::TokenKey) if first => Ok(wait(machine, Stage::Keys, Step::Keys)),
            Err(Reason::HostScratch) => Err(Fault::ScratchSmall),
            known => Ok(self.settled(machine, call, known, work)),
        }
    }

    /// The driver has looked for newer keys.
    pub(super) fn with_keys(
        &self,
        machine: &mut Machine,
        call: &Call<'_>,
        newer: Option<Verifier<'_>>,
        work: &mut Work<'_, '_>,
    ) -> Result<Step, Fault> {
        // a call without a token is another one than that of the step before
        let rules = self.image().authentication().ok_or(Fault::OutOfTurn)?;
        match shown(rules, &machine.arrival, call) {
            Ok(Shown::Jwt(token)) => self.verified(machine, call, rules, token, newer, work),
            _ => Err(Fault::OutOfTurn),
        }
    }

    /// The driver says who calls.
    pub(super) fn told(
        &self,
        machine: &mut Machine,
        call: &Call<'_>,
        asserted: Option<Asserted<'_>>,
        work: &mut Work<'_, '_>,
    ) -> Step {
        match identity::asserted(self.policy(), asserted, &mut machine.decision.identity) {
            Err(_) if asserted.is_none() && self.shows_token(machine, call) => {
                self.nobody(machine, call, Reason::TokenInactive, work)
            }
            known => {
                let known = self.unless_revoked(machine, call, known.map_err(|denial| denial.reason));
                self.settled(machine, call, known, work)
            }
        }
    }

    /// The driver has asked the issuer.
    pub(super) fn introspected(
        &self,
        machine: &mut Machine,
        call: &Call<'_>,
        answer: &[u8],
        work: &mut Work<'_, '_>,
    ) -> Result<Step, Fault> {
        let rules = self.image().authentication().filter(|rules| rules.introspection).ok_or(Fault::OutOfTurn)?;
        // nothing was shown that an issuer could be asked about
        if call.bearer().is_none() {
            return Err(Fault::OutOfTurn);
        }
        match token::introspected(&self.court(call, rules), answer, work.scratch, &mut machine.decision.identity) {
            Err(Reason::HostScratch) => Err(Fault::ScratchSmall),
            known => Ok(self.settled(machine, call, known, work)),
        }
    }

    /// The driver could ask nobody.
    pub(super) fn unavailable(&self, machine: &mut Machine, call: &Call<'_>, work: &mut Work<'_, '_>) -> Step {
        self.nobody(machine, call, Reason::IdentityUnavailable, work)
    }

    fn shows_token(&self, machine: &Machine, call: &Call<'_>) -> bool {
        let rules = self.image().authentication();
        rules.is_some_and(|rules| !matches!(shown(rules, &machine.arrival, call), Ok(Shown::Nothing)))
    }

    fn court<'c>(&'c self, call: &Call<'c>, rules: &'c Authentication) -> token::Court<'c> {
        let Call { revoked, certificate, now_ms, .. } = *call;
        token::Court { policy: self.policy(), rules, revoked, certificate, now_ms }
    }

    /// Whose API key, certificate or word of the host says nothing of when it was issued is revoked as long as its subject is. Tokens
    /// are asked about where they are judged.
    fn unless_revoked(&self, machine: &Machine, call: &Call<'_>, known: Result<(), Reason>) -> Result<(), Reason> {
        known?;
        let subject = machine.decision.identity.subject().as_bytes();
        let facts = Facts { id: None, subject, issued_ms: None, key: None };
        let by_policy = self.image().authentication().is_some_and(|rules| rules.revoked.holds(&facts));
        let revoked = by_policy || call.revoked.is_some_and(|list| list.revoked().holds(&facts));
        if revoked { Err(Reason::TokenRevoked) } else { Ok(()) }
    }

    /// Somebody is known, or nobody for a reason.
    fn settled(&self, machine: &mut Machine, call: &Call<'_>, known: Result<(), Reason>, work: &mut Work<'_, '_>) -> Step {
        match known {
            Ok(()) => self.after_identity(machine, call, work),
            Err(reason) => {
                machine.decision.identity.clear();
                self.nobody(machine, call, reason, work)
            }
        }
    }

    /// Over HTTP it is said at once; on stdio, and where the policy only observes, once the body is known.
    fn nobody(&self, machine: &mut Machine, call: &Call<'_>, reason: Reason, work: &mut Work<'_, '_>) -> Step {
        let denial = Denial::of(reason);
        if call.transport.is_http() && !self.observes(reason) {
            return self.deny(machine, call, denial, work);
        }
        machine.denied = Some(denial);
        self.after_identity(machine, call, work)
    }
}

const fn wait(machine: &mut Machine, stage: Stage, step: Step) -> Step {
    machine.stage = stage;
    step
}

/// Whether the host may know what this engine does not.
const fn asks_host(rules: &Authentication) -> bool {
    rules.introspection || rules.provider
}

/// What the caller shows, of what the policy knows.
fn shown<'a>(rules: &Authentication, arrival: &Arrival, call: &Call<'a>) -> Result<Shown<'a>, Reason> {
    let key_header = rules.api_keys.header.as_bytes();
    let (mut authorization, mut key, mut unknown) = (None, None, false);
    if let Transport::Http(http) = &call.transport {
        let header = arrival.authorization(http);
        authorization = header.map_or(Ok(None), bearer::token)?;
        unknown = header.is_some() && authorization.is_none();
        key = if key_header.is_empty() { None } else { http.only(key_header)? };
    }
    let token = match (authorization, call.token) {
        (Some(header), Some(token)) if header != token => return Err(Reason::TokenRequest),
        (Some(token), _) | (None, Some(token)) => Some(token),
        (None, None) => None,
    };
    // two credentials may be of two callers
    if key.is_some() && (token.is_some() || unknown) {
        return Err(Reason::TokenRequest);
    }
    let Some(token) = token else {
        return Ok(match key {
            Some(key) => Shown::ApiKey(key),
            None if unknown => Shown::Unknown,
            None => Shown::Nothing,
        });
    };
    // a token that the header does not show, beside something that nobody understands
    if unknown {
        return Err(Reason::TokenRequest);
    }
    let is_jwt = token.iter().filter(|&&byte| byte == b'.').count() == 2;
    let (jwts, keys) = (rules.algorithms.to_native() != 0, key_header.is_empty() && !rules.api_keys.hashes.is_empty());
    Ok(match token {
        token if is_jwt && jwts => Shown::Jwt(token),
        token if keys => Shown::ApiKey(token),
        _ if asks_host(rules) => Shown::Opaque,
        // which says what is wrong with it
        token if jwts => Shown::Jwt(token),
        // the policy takes no bearer tokens
        _ => return Err(Reason::TokenMalformed),
    })
}
