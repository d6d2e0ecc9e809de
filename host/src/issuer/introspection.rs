//! Introspection (RFC 7662): the issuer is asked about tokens that carry no claims.
//!
//! Each token is asked about once at a time, at most so many tokens are asked about at once, and what was answered is believed
//! for a short time: for so long, a token that was revoked still passes. Errors are not remembered.
//!
//! Tokens and the secret are overwritten after use, except for copies in the buffers of the HTTP library.
//!
//! Invariant: nothing here judges an answer beyond `active`; core judges its claims.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use adarga_core::{json::Value, signature::jws::TOKEN_MAX};
use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use super::{
    Clock, Endpoint, IssuerError, SystemClock,
    clock::milliseconds,
    form, json,
    memo::{Mark, Marker, Memo},
};
use crate::net::Client;

/// The longest answer, in bytes: many of them are remembered.
const ANSWER_MAX: usize = 64 << 10;

/// How an issuer is asked about tokens.
#[derive(Clone)]
pub struct IntrospectionSettings {
    /// Where: see [`Endpoint::configured`] and [`Keys::introspection`](super::Keys::introspection).
    pub endpoint: Endpoint,
    /// The name that the issuer knows this server by.
    pub client_id: String,
    /// The secret that goes with it.
    pub secret: Zeroizing<String>,
    /// The longest time that an answer is believed; a token that expires earlier is asked about again then.
    pub ttl: Duration,
    /// How long it is believed that a token is not active.
    pub negative_ttl: Duration,
    /// How many answers are remembered, and as many more that a token is not active, which never push the others out; the oldest
    /// gives way.
    pub entries_max: usize,
    /// How many tokens are asked about at once; more of them fail at once.
    pub concurrent_max: usize,
}

impl IntrospectionSettings {
    /// Settings with the usual bounds: 60 seconds, 5 for what is not active, 4096 answers, 16 requests.
    #[must_use]
    pub const fn new(endpoint: Endpoint, client_id: String, secret: Zeroizing<String>) -> Self {
        let (ttl, negative_ttl) = (Duration::from_secs(60), Duration::from_secs(5));
        Self { endpoint, client_id, secret, ttl, negative_ttl, entries_max: 4096, concurrent_max: 16 }
    }
}

/// Everything but the secret.
impl fmt::Debug for IntrospectionSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { endpoint, client_id, secret: _, ttl, negative_ttl, entries_max, concurrent_max } = self;
        f.debug_struct("IntrospectionSettings")
            .field("endpoint", endpoint)
            .field("client_id", client_id)
            .field("ttl", ttl)
            .field("negative_ttl", negative_ttl)
            .field("entries_max", entries_max)
            .field("concurrent_max", concurrent_max)
            .finish_non_exhaustive()
    }
}

/// What an issuer says of a token.
pub struct Introspected {
    body: Zeroizing<Vec<u8>>,
    is_active: bool,
}

impl Introspected {
    /// The answer as it came: one strict JSON object of at most 64 KiB whose `active` is a boolean.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Whether the issuer says that the token is active; whether it is meant for this server, its claims say.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.is_active
    }
}

/// Nothing of the claims.
impl fmt::Debug for Introspected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspected").field("is_active", &self.is_active).finish_non_exhaustive()
    }
}

/// Asks an issuer about tokens, from as many threads as there are.
pub struct Introspection {
    settings: IntrospectionSettings,
    client: Client,
    clock: Arc<dyn Clock>,
    authorization: Zeroizing<String>,
    marker: Marker,
    state: Mutex<State>,
}

struct State {
    active: Memo,
    /// Answers that are believed for a short time.
    inactive: Memo,
    /// Tokens that are being asked about.
    flights: HashMap<Mark, Arc<Flight>>,
}

/// A request that is under way, for all who want its answer.
#[derive(Default)]
struct Flight {
    answer: Mutex<Option<Result<Arc<Introspected>, IssuerError>>>,
    landed: Condvar,
}

impl fmt::Debug for Introspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspection").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Introspection {
    /// Begins to ask; nothing is sent yet.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn new(settings: IntrospectionSettings, client: &Client) -> Result<Self, IssuerError> {
        Self::new_at(settings, client, SystemClock)
    }

    /// As [`Introspection::new`], by another clock.
    ///
    /// # Errors
    /// As [`Introspection::new`].
    pub fn new_at(settings: IntrospectionSettings, client: &Client, clock: impl Clock) -> Result<Self, IssuerError> {
        // RFC 6749 §2.3.1: both parts are encoded as in a form before they are joined
        let id = form::encoded(settings.client_id.as_bytes());
        let pair = Zeroizing::new(format!("{}:{}", *id, *form::encoded(settings.secret.as_bytes())));
        let authorization = Zeroizing::new(format!("Basic {}", *Zeroizing::new(STANDARD.encode(pair.as_bytes()))));
        let memo = || Memo::new(settings.entries_max);
        let state = Mutex::new(State { active: memo(), inactive: memo(), flights: HashMap::new() });
        Ok(Self { settings, client: client.clone(), clock: Arc::new(clock), authorization, marker: Marker::new()?, state })
    }

    /// What the issuer says of `token`, or said of it not long ago.
    ///
    /// # Errors
    /// When `token` is none (RFC 6750 §2.1), when too many are asked about already, when the issuer can't be asked, and when its
    /// answer is not a strict JSON object with `active`. Then deny.
    pub fn ask(&self, token: &[u8]) -> Result<Arc<Introspected>, IssuerError> {
        if token.len() > TOKEN_MAX || !is_bearer(token) {
            return Err(IssuerError::Token);
        }
        let mark = self.marker.mark(token)?;
        let mut state = self.state();
        let now_ms = self.clock.now_ms();
        if let Some(answer) = state.active.find(&mark, now_ms).or_else(|| state.inactive.find(&mark, now_ms)) {
            return Ok(answer);
        }
        if let Some(flight) = state.flights.get(&mark).map(Arc::clone) {
            drop(state);
            return flight.wait();
        }
        if state.flights.len() >= self.settings.concurrent_max {
            return Err(IssuerError::Busy);
        }
        let flight = Arc::new(Flight::default());
        state.flights.insert(mark, Arc::clone(&flight));
        drop(state);
        // lands also when what is below panics, so that nobody waits for ever
        let mut landing = Landing { introspection: self, mark, flight, answer: Err(IssuerError::Panic) };
        landing.answer = self.request(token, mark);
        landing.answer.clone()
    }

    /// How many answers are remembered.
    #[must_use]
    pub fn remembered(&self) -> usize {
        let state = self.state();
        state.active.len() + state.inactive.len()
    }

    fn request(&self, token: &[u8], mark: Mark) -> Result<Arc<Introspected>, IssuerError> {
        let Endpoint { url, reach } = &self.settings.endpoint;
        let form = Zeroizing::new(format!("token={}&token_type_hint=access_token", *form::encoded(token)));
        let document = self.client.post(url, *reach, &self.authorization, form.as_bytes())?;
        let body = document.body.0;
        let read = |object: Value<'_>| Some((object.get(b"active")?.boolean()?, life(object)));
        let read = if body.len() > ANSWER_MAX { None } else { json::object(&body, read).flatten() };
        let Some((is_active, life)) = read else { return Err(IssuerError::Answer(url.to_string())) };
        let answer = Arc::new(Introspected { body, is_active });
        self.remember(mark, &answer, if is_active { life } else { Life::Short });
        Ok(answer)
    }

    fn remember(&self, mark: Mark, answer: &Arc<Introspected>, life: Life) {
        let now_ms = self.clock.now_ms();
        let within = |ttl| now_ms.saturating_add(milliseconds(ttl));
        let mut state = self.state();
        state.active.remove(&mark);
        state.inactive.remove(&mark);
        match life {
            Life::Short => state.inactive.insert(mark, Arc::clone(answer), within(self.settings.negative_ttl)),
            Life::Unknown => state.active.insert(mark, Arc::clone(answer), within(self.settings.ttl)),
            Life::Until(exp_s) => {
                let until_ms = exp_s.saturating_mul(1000).min(within(self.settings.ttl));
                if now_ms < until_ms {
                    state.active.insert(mark, Arc::clone(answer), until_ms);
                }
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long an answer can be believed at most.
enum Life {
    /// Until this Unix time, in seconds.
    Until(u64),
    /// It doesn't say.
    Unknown,
    /// Not long: the token is not active, or its `exp` is one that core will refuse.
    Short,
}

fn life(object: Value<'_>) -> Life {
    match (object.get(b"exp").is_some(), json::natural(object, "exp")) {
        (_, Some(exp_s)) => Life::Until(exp_s),
        (false, None) => Life::Unknown,
        (true, None) => Life::Short,
    }
}

impl Flight {
    fn wait(&self) -> Result<Arc<Introspected>, IssuerError> {
        let mut answer = self.answer.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(answer) = answer.as_ref() {
                return answer.clone();
            }
            answer = self.landed.wait(answer).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Ends a flight when it goes out of scope.
struct Landing<'i> {
    introspection: &'i Introspection,
    mark: Mark,
    flight: Arc<Flight>,
    answer: Result<Arc<Introspected>, IssuerError>,
}

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        // what was answered is remembered before the flight is gone, so that nobody asks in between
        self.introspection.state().flights.remove(&self.mark);
        *self.flight.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.answer.clone());
        self.flight.landed.notify_all();
    }
}

/// `b64token` (RFC 6750 §2.1).
fn is_bearer(token: &[u8]) -> bool {
    let padding = token.iter().rev().take_while(|byte| **byte == b'=').count();
    let text = token.get(..token.len() - padding).unwrap_or_default();
    let is_byte = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
    !text.is_empty() && text.iter().all(is_byte)
}
