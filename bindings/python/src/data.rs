//! Layers over one text: threats, formats, personal data, escapes, redaction.

use adarga_core::{
    Reason,
    detect::{Check, Kind, Kinds, spans},
    escape::{Escape, TooSmall},
    format::Format,
    json,
    redact::{Mask, Name, Names, RedactError, Redacted, Rules, redact as mask_json},
    threat,
};
use adarga_host::memory::Memory;
use pyo3::{exceptions::PyValueError, prelude::*, types::PyBytes};

use crate::{bytes::Bytes, error, message::LIMITS};

/// What a text looks like: a tuple of `"html"`, `"shell"`, `"sql"`, `"traversal"`, in this order.
///
/// >>> import adarga
/// >>> adarga.scan("1' OR '1'='1")
/// ('sql',)
/// >>> adarga.scan("hello")
/// ()
#[pyfunction]
pub(crate) fn scan<'py>(py: Python<'py>, text: Bytes<'_>) -> PyResult<Bound<'py, pyo3::types::PyTuple>> {
    let kinds = py.detach(|| threat::scan(text.get()));
    let mut names: Vec<&str> = kinds.names().collect();
    names.sort_unstable();
    pyo3::types::PyTuple::new(py, names)
}

/// Whether a text has a format of JSON Schema, such as `"email"` or `"date-time"`, or `"phone"`.
///
/// >>> import adarga
/// >>> adarga.matches("email", "a@example.com"), adarga.matches("ipv4", "1.2.3.256")
/// (True, False)
#[pyfunction]
pub(crate) fn matches(py: Python<'_>, format: &str, text: Bytes<'_>) -> PyResult<bool> {
    let format = Format::named(format).ok_or_else(|| PyValueError::new_err("unknown `format`"))?;
    Ok(py.detach(|| format.matches(text.get())))
}

/// Whether a number keeps its check digits: `"luhn"`, `"iban"` and others.
#[pyfunction]
pub(crate) fn check_digit(kind: &str, text: Bytes<'_>) -> PyResult<bool> {
    let check = Check::named(kind).ok_or_else(|| PyValueError::new_err("unknown `kind`"))?;
    Ok(check.holds(text.get()))
}

/// Personal data and secrets in a text: `(start, end, kind)` for each, in bytes. `kinds` are names separated by blanks, `"all"`, or
/// `"redacted"`: what redaction takes by itself.
#[pyfunction]
#[pyo3(signature = (text, kinds = "all"))]
pub(crate) fn detect(py: Python<'_>, text: Bytes<'_>, kinds: &str) -> PyResult<Vec<(usize, usize, &'static str)>> {
    let kinds = kinds_of(kinds)?;
    Ok(py.detach(|| spans(text.get(), kinds).map(|span| (span.start, span.end, span.kind.name())).collect()))
}

fn kinds_of(names: &str) -> PyResult<Kinds> {
    match names {
        "all" => Ok(Kinds::ALL),
        "redacted" => Ok(Kinds::REDACTED),
        "none" => Ok(Kinds::NONE),
        names => names
            .split(' ')
            .try_fold(Kinds::NONE, |kinds, name| Kind::named(name).map(|kind| kinds.with(kind)))
            .ok_or_else(|| PyValueError::new_err("unknown name in `kinds`")),
    }
}

/// A text as it may stand in another one: `place` is `"html"`, `"attribute"`, `"url"`, `"json-in-html"`, `"like"`, `"log"`,
/// `"spreadsheet"`, `"strip-tags"` and so on. Gives bytes, for what is no UTF-8 stays so in some places.
///
/// >>> import adarga
/// >>> adarga.escape("<b>", "html")
/// b'&lt;b&gt;'
#[pyfunction]
#[pyo3(signature = (text, place = "html"))]
pub(crate) fn escape<'py>(py: Python<'py>, text: Bytes<'_>, place: &str) -> PyResult<Bound<'py, PyBytes>> {
    let escape = Escape::named(place).ok_or_else(|| PyValueError::new_err("unknown `for`"))?;
    let written = py.detach(|| {
        let needed = match escape.write(text.get(), &mut []) {
            Ok(_) => 0,
            Err(TooSmall { needed }) => needed,
        };
        let mut buffer = vec![0; needed];
        escape.write(text.get(), &mut buffer).map(<[u8]>::len).map(|len| (buffer, len))
    });
    let (buffer, len) = written.map_err(|_| error::said("the text changed"))?;
    Ok(PyBytes::new(py, buffer.get(..len).unwrap_or_default()))
}

/// A JSON text whose members named in `fields`, values at `pointers` and findings of `kinds` are masked: by `"redacted"`,
/// `"last_four"`, or `"pseudonym"`, which takes a secret `key` of 32 bytes.
///
/// Raises `Denied` for what is no strict JSON.
///
/// >>> import adarga
/// >>> adarga.redact(b'{"user":"a","passWord":"x"}', ["password"])
/// b'{"user":"a","passWord":"[REDACTED]"}'
#[pyfunction]
#[pyo3(signature = (text, fields = Vec::new(), *, pointers = Vec::new(), kinds = "none", mask = "redacted", key = None))]
pub(crate) fn redact<'py>(
    py: Python<'py>,
    text: Bytes<'_>,
    fields: Vec<String>,
    pointers: Vec<String>,
    kinds: &str,
    mask: &str,
    key: Option<Bytes<'_>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let wrong = PyValueError::new_err::<&'static str>;
    let kinds = kinds_of(kinds)?;
    let key: Option<[u8; 32]> =
        key.map(|key| key.get().try_into().map_err(|_| wrong("`key_b64` must be 32 bytes"))).transpose()?;
    let mask = match mask {
        "redacted" => Mask::Redacted,
        "last_four" => Mask::LastFour,
        "pseudonym" => Mask::Pseudonym(key.as_ref().ok_or_else(|| wrong("missing `key_b64`"))?),
        _ => return Err(wrong("unknown `mask`")),
    };
    let folded = fields.iter().map(|name| Name::new(name.as_bytes()));
    let names: Vec<Name> = folded.collect::<Option<_>>().ok_or_else(|| wrong("a name of `fields` is empty or too long"))?;
    let decoded = |token: &str| token.replace("~1", "/").replace("~0", "~").into_bytes();
    let pointers: Vec<Vec<Vec<u8>>> = pointers.iter().map(|pointer| pointer.split('/').skip(1).map(decoded).collect()).collect();
    let pointers: Vec<Vec<&[u8]>> = pointers.iter().map(|tokens| tokens.iter().map(Vec::as_slice).collect()).collect();
    let pointers: Vec<&[&[u8]]> = pointers.iter().map(Vec::as_slice).collect();
    let rules = Rules { names: Names::new(&names), kinds, mask, ..Rules::NOTHING };
    let masked = py.detach(|| masked(text.get(), &rules, &pointers));
    match masked {
        Ok(bytes) => Ok(PyBytes::new(py, &bytes)),
        Err(Why::Json(reason)) => Err(error::denied(py, reason)),
        Err(Why::Redact(why)) => Err(error::said(why)),
    }
}

enum Why {
    Json(Reason),
    Redact(RedactError),
}

fn masked(input: &[u8], rules: &Rules<'_>, pointers: &[&[&[u8]]]) -> Result<Vec<u8>, Why> {
    let mut memory = Memory::for_limits(values_of(input), u32::try_from(input.len()).unwrap_or(u32::MAX));
    let mut scratch = memory.scratch();
    let parsed = json::parse(input, LIMITS, &mut scratch).map_err(|refusal| Why::Json(refusal.reason))?;
    let mut out = match mask_json(input, &mut scratch, parsed, rules, pointers, &mut []) {
        Err(RedactError::TooSmall(needed)) => vec![0; needed],
        _ => Vec::new(),
    };
    match mask_json(input, &mut scratch, parsed, rules, pointers, &mut out) {
        Ok(Redacted::Edited(edited)) => Ok(edited.to_vec()),
        Ok(Redacted::Unchanged) => Ok(input.to_vec()),
        Err(error) => Err(Why::Redact(error)),
    }
}

/// The most values that so many bytes can be, within the limits.
pub(crate) fn values_of(input: &[u8]) -> u32 {
    u32::try_from(input.len() / 2 + 2).unwrap_or(u32::MAX).min(LIMITS.values_max)
}
