//! A whole decision, and the judgement of its answer.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::{SystemTime, UNIX_EPOCH},
};

use adarga_core::{
    Call, Gate as CoreGate, Machine, Session as CoreSession, Step, Ticket,
    arrival::{Http, Transport},
    decide::Input,
    identity::{Asserted, Certificate, Verifier},
    message::Kind,
    reason::Reason,
    release::Released as CoreReleased,
    revision::Revision,
    seal::Context,
    verdict::REPLY_MAX,
};
use adarga_host::{
    callers::Callers,
    data::{DataKeys, Seed},
    load::Policy,
    memory::{Memory, describe_place},
    policy::Source,
    rates::RateMemory,
};
use pyo3::{
    exceptions::PyValueError,
    prelude::*,
    types::{PyBytes, PyDict, PyTuple},
};
use self_cell::self_cell;

use crate::{bytes::Bytes, error, message::Headers, tokens::KeySet};

/// Verified tokens that a worker remembers.
const TOKENS: usize = 256;

self_cell!(
    /// A policy and the gate that reads its image.
    struct Loaded {
        owner: Policy,
        #[covariant]
        dependent: CoreGate,
    }
);

/// What is in force between two reloads.
struct Inner {
    loaded: Loaded,
    /// None where the calls bring everything along.
    callers: Option<Callers>,
    /// What the policy seals with and makes pseudonyms; none where the calls bring everything along.
    data: Option<DataKeys>,
    /// The table that every worker gets a hold of.
    rates: Option<RateMemory>,
    /// Those that nobody uses: as many as calls were judged at the same time.
    #[expect(clippy::vec_box, reason = "they are some kilobytes, and each call takes one and puts it back")]
    workers: Mutex<Vec<Box<Worker>>>,
}

/// The memory of one call at a time.
struct Worker {
    memory: Memory,
    machine: Machine,
    released: Vec<u8>,
}

impl Inner {
    fn new(policy: Policy, connect: bool) -> PyResult<Self> {
        let loaded = Loaded::try_new(policy, Policy::gate).map_err(error::fault)?;
        let gate = loaded.borrow_dependent();
        let callers = connect.then(|| Callers::open(gate.image())).transpose().map_err(error::said)?;
        let data = if connect { DataKeys::open(gate.image()).map_err(error::said)? } else { None };
        let rates = if connect { RateMemory::for_threads(gate) } else { RateMemory::of_threads(gate) };
        let rates = rates.map_err(error::said)?;
        Ok(Self { loaded, callers, data, rates, workers: Mutex::new(Vec::new()) })
    }

    fn gate(&self) -> &CoreGate<'_> {
        self.loaded.borrow_dependent()
    }

    fn worker(&self) -> PyResult<Box<Worker>> {
        if let Some(worker) = lock(&self.workers).pop() {
            return Ok(worker);
        }
        let gate = self.gate();
        let rates = self.rates.as_ref().map(|rates| rates.another(gate)).transpose().map_err(error::said)?;
        let memory = Memory::for_gate(gate).with_cache(TOKENS).counting(rates);
        Ok(Box::new(Worker { memory, machine: Machine::new(), released: Vec::new() }))
    }

    fn rest(&self, worker: Box<Worker>) {
        lock(&self.workers).push(worker);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Unix time in milliseconds; 0, at which tokens are refused, for a clock before 1970.
pub(crate) fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// A policy in force: judges what clients send and what the server answers.
///
/// `policy` names a document (TOML, JSON) or an image. A gate may be used by any number of threads; limits of calls hold over all of
/// them, and over processes where the policy says so. Open it after a `fork`. With `connect=False` it reads no keys, asks no issuer and
/// no store: each call brings along what it is judged by.
///
/// Raises `PolicyError` with everything that is wrong with the policy, `ImageError` for a damaged image, `AdargaError` for what it
/// refers to and is not there.
///
/// >>> import adarga
/// >>> gate = adarga.Gate.from_text('''
/// ... server.name = "demo"
/// ... stdio.role = "user"
/// ... roles.user = ["echo"]
/// ... tools.echo = { permission = "echo" }
/// ... ''')
/// >>> gate.decide(b'{"jsonrpc":"2.0","id":1,"method":"ping","id":2}').reason.text
/// 'json.duplicate'
#[pyclass(frozen, module = "adarga")]
pub(crate) struct Gate {
    inner: RwLock<Arc<Inner>>,
    path: Option<PathBuf>,
    connect: bool,
}

#[pymethods]
impl Gate {
    #[new]
    #[pyo3(signature = (policy, *, connect = true))]
    fn new(py: Python<'_>, policy: PathBuf, connect: bool) -> PyResult<Self> {
        let loaded = py.detach(|| Policy::open(&policy)).map_err(|error| error::load(&error))?;
        Self::of(py, loaded, Some(policy), connect)
    }

    /// As `Gate`, of a document that is no file; `name` stands in its errors.
    #[staticmethod]
    #[pyo3(signature = (text, *, name = "policy.toml", connect = true))]
    fn from_text(py: Python<'_>, text: &str, name: &str, connect: bool) -> PyResult<Self> {
        let loaded = py.detach(|| Policy::from_source(Source::new(name, text)));
        Self::of(py, loaded.map_err(|errors| error::policy(&errors))?, None, connect)
    }

    /// As `Gate`, of an image.
    #[staticmethod]
    #[pyo3(signature = (image, *, connect = true))]
    fn from_image(py: Python<'_>, image: Vec<u8>, connect: bool) -> PyResult<Self> {
        let loaded = py.detach(|| Policy::from_image(image));
        Self::of(py, loaded.map_err(|fault| error::ImageError::new_err(fault.to_string()))?, None, connect)
    }

    /// Reads the policy's file again. Calls that are being judged end by the old one; when the new one is wrong the old one stays in
    /// force.
    ///
    /// Raises as `Gate`.
    fn reload(&self, py: Python<'_>) -> PyResult<()> {
        let path = self.path.as_ref().ok_or_else(|| error::said("this policy is no file"))?;
        let loaded = py.detach(|| Policy::open(path)).map_err(|error| error::load(&error))?;
        let fresh = Arc::new(py.detach(|| Inner::new(loaded, self.connect))?);
        *self.inner.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// Judges a message of a client.
    ///
    /// `headers` are pairs of name and value (or a mapping), and say that it came over HTTP; without them it came over stdio. The
    /// bearer token is that of the `Authorization` header, or `token`. `peer` is the address of the socket. Whom the host knows itself
    /// has a `subject` and `roles`; `certificate` is the subject of a client certificate. `session` is what a connection of a
    /// revision before 2026-07-28 remembers. A gate that is not connected may be given the `keys` to verify tokens with, and what the
    /// issuer `introspected`: its answer about this token. `length` is that of a body that was not read to its end.
    #[pyo3(signature = (
        body, *, headers = None, method = "POST", token = None, peer = None, subject = None, roles = None, certificate = None,
        session = None, keys = None, introspected = None, length = None,
        now_ms = None
    ))]
    #[allow(clippy::too_many_arguments, reason = "they have names in Python")]
    fn decide(
        &self,
        py: Python<'_>,
        body: Bytes<'_>,
        headers: Option<Headers<'_>>,
        method: &str,
        token: Option<Bytes<'_>>,
        peer: Option<&str>,
        subject: Option<&str>,
        roles: Option<Vec<String>>,
        certificate: Option<&str>,
        session: Option<&Bound<'_, Session>>,
        keys: Option<&Bound<'_, KeySet>>,
        introspected: Option<Bytes<'_>>,
        length: Option<u64>,
        now_ms: Option<u64>,
    ) -> PyResult<Decision> {
        let inner = self.inner();
        let session = session.map(Bound::get);
        let keys = keys.map(Bound::get);
        let now_ms = now_ms.unwrap_or_else(self::now_ms);
        let (token, body) = (token.as_ref().map(Bytes::get), body.get());
        let introspected = introspected.as_ref().map(Bytes::get);
        // a name that is no address is nobody's
        let address = peer.and_then(|peer| peer.parse().ok());
        let list = headers.as_ref().map(Headers::list).transpose()?;
        py.detach(|| {
            let transport = match &list {
                None => Transport::Stdio,
                Some(headers) => Transport::Http(Http {
                    method: method.as_bytes(),
                    headers,
                    body_len: length.or(u64::try_from(body.len()).ok()),
                }),
            };
            let roles: Option<Vec<&str>> = roles.as_ref().map(|roles| roles.iter().map(String::as_str).collect());
            let named = subject.or(peer).unwrap_or("local");
            let verifier = match keys {
                Some(KeySet(keys)) => Some(Verifier { keys: keys.keys().map_err(error::fault)?, crypto: keys.crypto() }),
                None => None,
            };
            let call = Call {
                asserted: roles.as_deref().map(|roles| Asserted::new(named, roles)),
                token,
                certificate: certificate.map(|subject| Certificate { subject, sha256: None }),
                verifier,
                peer: address,
                ..Call::new(transport, now_ms)
            };
            let mut worker = inner.worker()?;
            let judged = judge(&inner, &mut worker, &call, (body, introspected), session);
            inner.rest(worker);
            judged
        })
    }

    /// As `decide`, for `await`: where the decision may wait for the network, another thread does.
    #[pyo3(signature = (body, **keywords))]
    fn adecide<'py>(
        slf: &Bound<'py, Self>,
        body: Bound<'py, PyAny>,
        keywords: Option<Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let decide = slf.getattr("decide")?;
        if slf.get().waits() {
            return py.import("asyncio")?.call_method("to_thread", (decide, body), keywords.as_ref());
        }
        let decision = decide.call((body,), keywords.as_ref())?;
        py.import("adarga._aio")?.call_method1("done", (decision,))
    }

    /// Judges a message of the server: the answer to `decision`'s request, or, without one, a message that answers nothing. What the
    /// caller may not see is cut out of it, and what the policy seals is sealed: for `record`, which tells the record of the answer from
    /// others and which `unseal` needs again.
    #[pyo3(signature = (decision, body, *, session = None, record = b"".as_slice()))]
    fn release(
        &self,
        py: Python<'_>,
        decision: Option<&Bound<'_, Decision>>,
        body: &Bound<'_, PyAny>,
        session: Option<&Bound<'_, Session>>,
        record: &[u8],
    ) -> PyResult<Released> {
        let inner = self.inner();
        let ticket = decision.and_then(|decision| decision.get().ticket.as_ref());
        let session = session.map(Bound::get);
        let bytes: Bytes<'_> = body.extract()?;
        let released = py.detach(|| {
            let mut worker = inner.worker()?;
            let released = release(&inner, &mut worker, ticket, (bytes.get(), record), session);
            inner.rest(worker);
            released
        })?;
        Released::new(py, released, body)
    }

    /// Opens a field that the policy sealed: the value as it stood in the message, JSON. `pointer` is that of the field from the `result`,
    /// with `*` for places in arrays.
    ///
    /// Raises `AdargaError` for a field that was sealed with another key, for another place or record, or changed since.
    #[pyo3(signature = (pointer, sealed, *, record = b"".as_slice()))]
    fn unseal<'py>(&self, py: Python<'py>, pointer: &str, sealed: &str, record: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        let inner = self.inner();
        let keys = inner.data.as_ref().ok_or_else(|| error::said("the policy has no `key` in `[data]`"))?;
        let context = Context { policy: inner.gate().policy().name.as_bytes(), pointer: pointer.as_bytes(), record };
        let value = keys.open_field(&context, sealed.as_bytes()).map_err(error::said)?;
        Ok(PyBytes::new(py, &value))
    }

    /// The policy's image.
    #[getter]
    fn image<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.inner().loaded.borrow_owner().image())
    }

    /// The policy's name.
    #[getter]
    fn name(&self) -> String {
        self.inner().gate().policy().name.as_str().to_owned()
    }

    /// The most bytes that a body may have over HTTP, or over stdio.
    #[pyo3(signature = (*, http = true))]
    fn body_max(&self, http: bool) -> usize {
        self.inner().gate().policy().body_max(http)
    }

    /// Whether a decision may wait for the network: for keys, an issuer, or a store of limits.
    #[getter]
    fn waits(&self) -> bool {
        let inner = self.inner();
        let image = inner.gate().image();
        let is_external = image.rates().is_some_and(adarga_core::image::Rates::is_external);
        inner.callers.is_some() && (image.authentication().is_some() || is_external)
    }

    /// What is legal but probably not meant: texts with file, line and column.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.inner().loaded.borrow_owner().warnings().iter().map(ToString::to_string).collect()
    }

    fn __repr__(&self) -> String {
        format!("Gate({:?})", self.name())
    }
}

impl Gate {
    fn of(py: Python<'_>, policy: Policy, path: Option<PathBuf>, connect: bool) -> PyResult<Self> {
        let inner = py.detach(|| Inner::new(policy, connect))?;
        Ok(Self { inner: RwLock::new(Arc::new(inner)), path, connect })
    }

    fn inner(&self) -> Arc<Inner> {
        Arc::clone(&self.inner.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn judge(
    inner: &Inner,
    worker: &mut Worker,
    call: &Call<'_>,
    (body, introspected): (&[u8], Option<&[u8]>),
    session: Option<&Session>,
) -> PyResult<Decision> {
    let Worker { memory, machine, .. } = worker;
    let gate = inner.gate();
    let http = call.transport.is_http();
    // not held while an issuer is asked: answers of the server must not wait for it
    let before = match session {
        Some(session) => Some(lock(&session.0).clone()),
        None => (!http).then(CoreSession::new),
    };
    let mut after = before.clone();
    let decided = match &inner.callers {
        Some(callers) => callers.decide(gate, machine, call, body, memory, after.as_mut()).map_err(error::fault)?,
        None => {
            let answer = |step| match introspected {
                _ if step == Step::Keys => Input::Keys(None),
                Some(answer) => Input::Introspected(answer),
                None => Input::Identity(None),
            };
            machine.reset();
            let mut lent = memory.lend();
            gate.drive(machine, call, body, &mut lent.work(after.as_mut()), answer).map_err(error::fault)?;
            machine.decision()
        }
    };
    if let (Some(session), Some(after)) = (session, &after)
        && before.as_ref() != Some(after)
    {
        lock(&session.0).clone_from(after);
    }
    let ticket = {
        let scratch = memory.scratch();
        let document = decided.document(body, &scratch);
        gate.ticket(decided, call, after.as_ref(), document, 0)
    };
    let pointer = if decided.reason() == Reason::Allowed {
        String::new()
    } else {
        describe_place(decided.place(), body, gate, memory, http)
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let challenge = decided.challenge(&memory.reply);
    Ok(Decision {
        allowed: decided.allowed(),
        observed: decided.observed(),
        code: decided.reason(),
        status: decided.status(),
        pointer: (!pointer.is_empty()).then_some(pointer),
        subject: decided.identity().map(|identity| identity.subject().to_owned()),
        route: decided.route().entry(gate.policy()).map(|entry| entry.name.as_str().to_owned()),
        threats: decided.threats().names().collect(),
        challenge: (!challenge.is_empty()).then(|| text(challenge)),
        retry_after_ms: decided.retry_after_ms(),
        retry_after: decided.retry_after_s(),
        reply: decided.reply(&memory.reply).to_vec(),
        ticket,
    })
}

/// What becomes of a message of the server.
enum Out {
    Unchanged,
    Edited(Vec<u8>),
    /// With the error that answers the request instead.
    Denied(Reason, Vec<u8>),
}

fn release(
    inner: &Inner,
    worker: &mut Worker,
    ticket: Option<&Ticket>,
    (bytes, record): (&[u8], &[u8]),
    session: Option<&Session>,
) -> PyResult<Out> {
    let seed = inner.data.as_ref().map(|_| Seed::draw()).transpose().map_err(error::said)?;
    let protection = inner.data.as_ref().zip(seed.as_ref()).map(|(keys, seed)| keys.protection(seed, record));
    let protection = protection.unwrap_or_default();
    let gate = inner.gate().protected(&protection);
    let Worker { memory, released, .. } = worker;
    let refused = |reason: Reason| {
        let mut buffer = [0; REPLY_MAX];
        let reply = ticket.map(|ticket| gate.refusal(ticket, reason, &mut buffer).map(<[u8]>::to_vec));
        Ok(Out::Denied(reason, reply.transpose().map_err(error::fault)?.unwrap_or_default()))
    };
    let (mut scratch, mut checks) = memory.for_answers();
    let mut held = session.map(|session| lock(&session.0));
    let reading = match gate.read(bytes, &mut scratch, held.as_deref()) {
        Ok(reading) => reading,
        Err(denial) => return refused(denial.reason),
    };
    released.resize(gate.released_max(bytes.len()), 0);
    if reading.message().kind() != Kind::Response {
        // a notification, or a question of the server's own
        return match gate.release_own(&reading, bytes, &mut scratch, released).map_err(error::fault)? {
            CoreReleased::Unchanged => Ok(Out::Unchanged),
            CoreReleased::Edited(edited) => Ok(Out::Edited(edited.to_vec())),
            // what answers the request of the client is still to come
            CoreReleased::Denied(denial) => Ok(Out::Denied(denial.reason, Vec::new())),
        };
    }
    let document = reading.document(bytes, &scratch);
    let answers = reading.answers(document);
    let Some(ticket) = ticket.filter(|ticket| answers == Some(ticket.id())) else {
        return refused(Reason::ReleaseMessage);
    };
    if let Some(session) = held.as_deref_mut() {
        gate.settle(ticket, document, session);
    }
    drop(held);
    match gate.release(ticket, &reading, bytes, &mut scratch, checks.as_mut(), released).map_err(error::fault)? {
        CoreReleased::Unchanged => Ok(Out::Unchanged),
        CoreReleased::Edited(edited) => Ok(Out::Edited(edited.to_vec())),
        CoreReleased::Denied(denial) => refused(denial.reason),
    }
}

/// What a connection of a revision before 2026-07-28 remembers between its messages.
#[pyclass(frozen, module = "adarga")]
pub(crate) struct Session(Mutex<CoreSession>);

#[pymethods]
impl Session {
    #[new]
    fn new() -> Self {
        Self(Mutex::new(CoreSession::new()))
    }

    /// A session that was initialized in another process, for HTTP sessions over several workers.
    #[staticmethod]
    #[pyo3(signature = (revision, owner = ""))]
    fn restored(revision: &str, owner: &str) -> PyResult<Self> {
        let wrong = || PyValueError::new_err("unknown `session.revision`");
        let revision = Revision::from_name(revision.as_bytes()).ok_or_else(wrong)?;
        let none = adarga_core::capabilities::Capabilities::NONE;
        Ok(Self(Mutex::new(CoreSession::restored(revision, owner, none))))
    }

    /// The revision that was agreed on.
    #[getter]
    fn revision(&self) -> Option<&'static str> {
        lock(&self.0).revision().map(Revision::name)
    }
}

/// What was decided.
#[pyclass(frozen, module = "adarga")]
pub(crate) struct Decision {
    /// Whether the message goes on.
    #[pyo3(get)]
    allowed: bool,
    /// Whether it only goes on because the policy observes; `reason` says what speaks against it.
    #[pyo3(get)]
    observed: bool,
    code: Reason,
    /// The HTTP status.
    #[pyo3(get)]
    status: u16,
    /// The JSON Pointer of the culprit in the message, or `byte N`; `None` where there is none.
    #[pyo3(get)]
    pointer: Option<String>,
    /// Who called.
    #[pyo3(get)]
    subject: Option<String>,
    /// The name of the policy's entry.
    #[pyo3(get)]
    route: Option<String>,
    threats: Vec<&'static str>,
    /// The value of `WWW-Authenticate`.
    #[pyo3(get)]
    challenge: Option<String>,
    /// Milliseconds after which the call would be allowed.
    #[pyo3(get)]
    retry_after_ms: Option<u64>,
    /// The same in whole seconds: the value of `Retry-After`.
    #[pyo3(get)]
    retry_after: Option<u64>,
    reply: Vec<u8>,
    ticket: Option<Ticket>,
}

#[pymethods]
impl Decision {
    /// Why, as a `Reason`.
    #[getter]
    fn reason(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        error::member(py, self.code)
    }

    /// What the arguments look like: names of threats that were found, whether they deny or not.
    #[getter]
    fn threats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.threats)
    }

    /// What to answer; empty for what goes on, and for what gets no answer.
    #[getter]
    fn reply<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.reply)
    }

    fn __bool__(&self) -> bool {
        self.allowed
    }

    fn __repr__(&self) -> String {
        let word = if self.allowed { "allowed" } else { "denied" };
        let at = self.pointer.as_ref().map_or_else(String::new, |pointer| format!(" at {pointer}"));
        format!("<Decision {word}: {}{at}>", self.code.name())
    }
}

/// What becomes of a message of the server.
#[pyclass(frozen, module = "adarga")]
pub(crate) struct Released {
    /// Whether it goes out.
    #[pyo3(get)]
    allowed: bool,
    /// Whether something was changed in it.
    #[pyo3(get)]
    edited: bool,
    code: Reason,
    /// What goes out: the message itself, the edited one, or the error that answers the request instead; empty for nothing.
    #[pyo3(get)]
    body: Py<PyAny>,
}

impl Released {
    fn new(py: Python<'_>, out: Out, body: &Bound<'_, PyAny>) -> PyResult<Self> {
        let bytes = |bytes: &[u8]| PyBytes::new(py, bytes).into_any().unbind();
        Ok(match out {
            // the very object where that can't change any more
            Out::Unchanged => {
                let given: Bytes<'_> = body.extract()?;
                let body = if body.is_instance_of::<PyBytes>() { body.clone().unbind() } else { bytes(given.get()) };
                Self { allowed: true, edited: false, code: Reason::Allowed, body }
            }
            Out::Edited(edited) => Self { allowed: true, edited: true, code: Reason::Allowed, body: bytes(&edited) },
            Out::Denied(code, reply) => Self { allowed: false, edited: true, code, body: bytes(&reply) },
        })
    }
}

#[pymethods]
impl Released {
    /// Why, as a `Reason`.
    #[getter]
    fn reason(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        error::member(py, self.code)
    }

    fn __repr__(&self) -> String {
        let word = match (self.allowed, self.edited) {
            (true, false) => "unchanged",
            (true, true) => "edited",
            (false, _) => "denied",
        };
        format!("<Released {word}: {}>", self.code.name())
    }
}
