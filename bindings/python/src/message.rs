//! Layers before a policy is asked: JSON, messages, lines, paths, URIs, wildcards.

use std::sync::Mutex;

use adarga_core::{
    arrival::{self, Arrival, Header, Http, Transport},
    frame::{self, Framed},
    json::{self, Document, Limits},
    message::{self, Context, Framing, Sender},
    path::{self, DECODE_MAX, Encoding, PATH_MAX, Profile, Rules},
    reason::{Denial, Place, Reason},
    revision::{Revision, Revisions},
    template::Template,
};
use adarga_host::memory::Memory;
use pyo3::{
    Borrowed,
    exceptions::PyValueError,
    prelude::*,
    types::{PyBytes, PyDict, PyString},
};

use crate::{bytes::Bytes, data::values_of, error};

/// Limits of the layers that have no policy.
pub(crate) const LIMITS: Limits = Limits { depth_max: 128, values_max: 1 << 20 };

/// Why bytes are no strict JSON, as a `Reason`; `Reason.ALLOWED` when they are.
///
/// >>> import adarga
/// >>> adarga.check_json(b'{"a":1,"a":2}').text
/// 'json.duplicate'
#[pyfunction]
#[pyo3(signature = (data, *, depth_max = 128))]
pub(crate) fn check_json(py: Python<'_>, data: Bytes<'_>, depth_max: u16) -> PyResult<Py<PyAny>> {
    let reason = py.detach(|| {
        let data = data.get();
        let mut memory = Memory::for_limits(values_of(data), u32::try_from(data.len()).unwrap_or(u32::MAX));
        let parsed = json::parse(data, Limits { depth_max, ..LIMITS }, &mut memory.scratch());
        parsed.map_or_else(|refusal| refusal.reason, |_| Reason::Allowed)
    });
    error::member(py, reason)
}

/// What a message of MCP is: its kind, method and id, the id as JSON text.
///
/// Raises `Denied` for everything that the revision doesn't have or that parsers read differently.
#[pyfunction]
#[pyo3(signature = (data, revision, *, http = false, headers = None, from_server = false))]
pub(crate) fn check_message(
    py: Python<'_>,
    data: Bytes<'_>,
    revision: &str,
    http: bool,
    headers: Option<Headers<'_>>,
    from_server: bool,
) -> PyResult<(&'static str, Option<String>, Option<String>)> {
    let revision = Revision::from_name(revision.as_bytes()).ok_or_else(|| PyValueError::new_err("unknown `revision`"))?;
    let sender = if from_server { Sender::Server } else { Sender::Client };
    let headers = headers.unwrap_or_default();
    let headers = headers.list()?;
    let checked = py.detach(|| {
        let data = data.get();
        // headers that were not given are not known, rather than absent
        let http = (http && !headers.is_empty()).then_some(Http { method: b"POST", headers: &headers, body_len: None });
        let arrival = match http {
            Some(http) => arrival::read(&Transport::Http(http))?,
            None => Arrival::default(),
        };
        let mut memory = Memory::for_limits(values_of(data), u32::try_from(data.len()).unwrap_or(u32::MAX));
        let mut scratch = memory.scratch();
        let parsed = json::parse(data, LIMITS, &mut scratch)
            .map_err(|refusal| Denial { reason: refusal.reason, place: Place::Nowhere })?;
        let document = Document::new(data, &scratch, parsed);
        let revisions = Revisions::only(revision);
        let context = Context { revisions, sender, arrival: &arrival, http: http.as_ref(), session: None, policy: None };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match message::framing(document, parsed, &context)? {
            Framing::Single => {
                let message = message::check(document.root(), false, &context)?;
                let method = message.method_name(document).and_then(json::Value::text).map(text);
                Ok((message.kind().name(), method, message.id(document).map(|id| text(id.raw()))))
            }
            Framing::Batch(_) => {
                document.root().elements().try_for_each(|item| message::check(item, true, &context).map(|_| ()))?;
                Ok(("batch", None, None))
            }
        }
    });
    checked.map_err(|denial: Denial| error::denied(py, denial.reason))
}

/// Header fields: pairs of name and value, in their order; a mapping is taken as well.
#[derive(Default)]
pub(crate) struct Headers<'py>(Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>);

impl Headers<'_> {
    /// As core reads them: where they lie.
    pub(crate) fn list(&self) -> PyResult<Vec<Header<'_>>> {
        self.0.iter().map(|(name, value)| Ok(Header { name: lent(name)?, value: lent(value)? })).collect()
    }
}

/// The bytes of `bytes` or `str`, which can't change.
fn lent<'a>(object: &'a Bound<'_, PyAny>) -> PyResult<&'a [u8]> {
    match object.cast::<PyBytes>() {
        Ok(bytes) => Ok(bytes.as_bytes()),
        Err(_) => Ok(object.cast::<PyString>()?.to_str()?.as_bytes()),
    }
}

impl<'py> FromPyObject<'_, 'py> for Headers<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let pairs = match object.cast::<PyDict>() {
            Ok(mapping) => mapping.items().into_any(),
            Err(_) => object.to_owned(),
        };
        pairs.try_iter()?.map(|pair| pair?.extract()).collect::<PyResult<_>>().map(Self)
    }
}

/// Lines of a stream, each within a limit; what is longer is dropped and counted.
///
/// >>> import adarga
/// >>> framer = adarga.Framer(16)
/// >>> framer.feed(b'one\ntw'), framer.feed(b'o\n')
/// ([b'one'], [b'two'])
#[pyclass(frozen, module = "adarga")]
pub(crate) struct Framer(Mutex<(frame::Framer, Vec<u8>)>);

#[pymethods]
impl Framer {
    #[new]
    #[pyo3(signature = (line_max = 4 << 20))]
    fn new(line_max: usize) -> PyResult<Self> {
        if line_max > 64 << 20 {
            return Err(PyValueError::new_err("`line_max` is too large"));
        }
        Ok(Self(Mutex::new((frame::Framer::new(), vec![0; line_max]))))
    }

    /// The lines that end within `chunk`, without their ends.
    fn feed<'py>(&self, py: Python<'py>, chunk: Bytes<'_>) -> Vec<Bound<'py, PyBytes>> {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (framer, buffer) = &mut *state;
        let (mut rest, mut lines) = (chunk.get(), Vec::new());
        loop {
            match framer.next(buffer, &mut rest) {
                Framed::Line(line) => lines.push(PyBytes::new(py, line)),
                Framed::Dropped => {}
                Framed::More => return lines,
            }
        }
    }

    /// How many lines were too long.
    #[getter]
    fn dropped(&self) -> u64 {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).0.dropped()
    }
}

/// Whether a permission that was granted covers one that is required: it is the same, or ends in `*` behind what the other begins
/// with.
///
/// >>> import adarga
/// >>> adarga.covers("read:*", "read:reports"), adarga.covers("read", "read:reports")
/// (True, False)
#[pyfunction]
pub(crate) fn covers(granted: &str, required: &str) -> bool {
    adarga_core::permission::covers(granted.as_bytes(), required.as_bytes())
}

/// The normal form of a path that stays beneath its root whatever system reads it, judged by its bytes alone. With `root` it may also
/// be absolute or a `file:` URI.
///
/// Raises `Denied` for whatever may leave the root. It does not look at a file system: `Root` does.
#[pyfunction]
#[pyo3(signature = (path, *, root = None, profile = "portable", decode = None))]
pub(crate) fn contain<'py>(
    py: Python<'py>,
    path: Bytes<'_>,
    root: Option<&str>,
    profile: &str,
    decode: Option<u64>,
) -> PyResult<Bound<'py, PyBytes>> {
    let profile = match profile {
        "portable" => Profile::Portable,
        "posix" => Profile::Posix,
        _ => return Err(PyValueError::new_err("`profile` must be `portable` or `posix`")),
    };
    let wrong = || PyValueError::new_err(format!("`decode` must be at most {DECODE_MAX}"));
    let times = |times| u8::try_from(times).ok().filter(|times| *times <= DECODE_MAX).ok_or_else(wrong);
    let encoding = decode.map(times).transpose()?.map_or(Encoding::Guard, Encoding::Decode);
    let (rules, mut buffer) = (Rules { profile, encoding }, [0; PATH_MAX]);
    let contained = match root {
        None => path::contain(path.get(), rules, &mut buffer),
        Some(root) => path::contain_any(root.as_bytes(), path.get(), rules, &mut buffer),
    };
    contained.map(|path| PyBytes::new(py, path.as_bytes())).map_err(|reason| error::denied(py, reason))
}

/// The variables of an RFC 6570 template that a URI gives, by name, or `None` where it is no such URI.
///
/// >>> import adarga
/// >>> adarga.match_uri("reports://{year}/{id}", "reports://2026/q%203")
/// {'year': b'2026', 'id': b'q 3'}
#[pyfunction]
pub(crate) fn match_uri<'py>(py: Python<'py>, template: &str, uri: &str) -> PyResult<Option<Bound<'py, PyDict>>> {
    let template = Template::parse(template.as_bytes()).map_err(|unfit| PyValueError::new_err(format!("`template`: {unfit}")))?;
    let Some(variables) = template.matches(uri.as_bytes()) else { return Ok(None) };
    let found = PyDict::new(py);
    for variable in variables.iter() {
        let value: Vec<u8> = variable.decoded().collect();
        found.set_item(String::from_utf8_lossy(variable.name()), PyBytes::new(py, &value))?;
    }
    Ok(Some(found))
}
