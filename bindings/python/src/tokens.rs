//! Keys, signatures and tokens.

use adarga_core::{
    identity::{
        Verifier,
        claims::{self, Audiences, Profile},
        token::{self, Demands, Opened},
    },
    json,
    keys::{Algorithm, Algorithms},
    reason::Reason,
    revocation::Facts,
    signature::{Crypto, jws},
};
use adarga_host::{
    keys::{KeyImage, Mode},
    memory::Memory,
    policy::Source,
    revocation::Revocations,
};
use pyo3::{
    exceptions::PyValueError,
    prelude::*,
    types::{PyBytes, PyDict},
};

use crate::{bytes::Bytes, error};

/// Public keys or secrets from a JWK or JWKS document. Keys that can't be used are left out; with `strict` they are an error.
///
/// Raises `ValueError` when no key is left.
#[pyclass(frozen, module = "adarga")]
pub(crate) struct KeySet(pub(crate) KeyImage);

#[pymethods]
impl KeySet {
    #[new]
    #[pyo3(signature = (jwks, *, strict = false))]
    fn new(py: Python<'_>, jwks: Bytes<'_>, strict: bool) -> PyResult<Self> {
        let mode = if strict { Mode::Strict } else { Mode::Lenient };
        let image = py.detach(|| KeyImage::from_jwks(jwks.get(), mode));
        image.map(Self).map_err(|errors| PyValueError::new_err(errors.to_string()))
    }

    /// From an image that `adarga keys` or a host compiled.
    #[staticmethod]
    fn from_image(image: Vec<u8>) -> PyResult<Self> {
        KeyImage::from_bytes(image).map(Self).map_err(error::fault)
    }

    /// Verifies one signature by the first key.
    ///
    /// Raises `Denied`.
    fn verify_signature(&self, py: Python<'_>, algorithm: &str, message: Bytes<'_>, signature: Bytes<'_>) -> PyResult<()> {
        let verified = py.detach(|| {
            let algorithm = Algorithm::from_name(algorithm.as_bytes()).ok_or(Reason::TokenAlgorithm)?;
            let set = self.0.keys().map_err(|_| Reason::TokenKey)?;
            let key = set.iter().next().ok_or(Reason::TokenKey)?;
            if !key.allows(algorithm) {
                return Err(Reason::TokenAlgorithm);
            }
            let holds = self.0.crypto().verify(algorithm, &key, message.get(), signature.get());
            if holds { Ok(()) } else { Err(Reason::TokenSignature) }
        });
        verified.map_err(|reason| error::denied(py, reason))
    }

    /// Verifies a compact JWS whatever its payload is, and gives that.
    ///
    /// Raises `Denied`.
    #[pyo3(signature = (token, *, algorithms = None))]
    fn verify_jws<'py>(
        &self,
        py: Python<'py>,
        token: Bytes<'_>,
        algorithms: Option<Vec<String>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let rules = jws::Rules::new(named(algorithms.as_deref())?);
        let set = self.0.keys().map_err(error::fault)?;
        let verified = py.detach(|| {
            let mut memory = vec![0; rules.room()];
            let mut tape = Memory::for_limits(jws::HEADER_LIMITS.values_max, jws::TOKEN_MAX as u32);
            let verified = jws::verify_compact(token.get(), set, &rules, self.0.crypto(), &mut memory, &mut tape.scratch())?;
            Ok(memory.get(verified.payload()).unwrap_or_default().to_vec())
        });
        verified.map(|payload| PyBytes::new(py, &payload)).map_err(|reason| error::denied(py, reason))
    }

    fn __len__(&self) -> usize {
        self.0.keys().map_or(0, adarga_core::keys::KeySet::len)
    }

    fn __repr__(&self) -> String {
        format!("KeySet({} keys)", self.__len__())
    }
}

fn named(algorithms: Option<&[String]>) -> PyResult<Algorithms> {
    let Some(algorithms) = algorithms else { return Ok(Algorithms::ALL) };
    algorithms.iter().try_fold(Algorithms::NONE, |set, name| {
        let algorithm = Algorithm::from_name(name.as_bytes());
        algorithm.map(|one| set.with(one)).ok_or_else(|| PyValueError::new_err(format!("unknown algorithm `{name}`")))
    })
}

/// Verifies bearer tokens (JWT) by keys, and their claims by rules: `exp` is required, everything that stands there has its type.
///
/// `leeway` is in seconds; `type` the exact `typ` of the header; `revoked` are values of `jti`.
#[pyclass(frozen, module = "adarga")]
pub(crate) struct TokenVerifier {
    keys: Py<KeySet>,
    algorithms: Algorithms,
    issuer: Option<String>,
    audience: Option<String>,
    leeway_ms: u64,
    typ: Option<String>,
    revoked: Revocations,
}

#[pymethods]
impl TokenVerifier {
    #[new]
    #[pyo3(signature = (keys, *, issuer = None, audience = None, algorithms = None, leeway = 0, r#type = None, revoked = Vec::new()))]
    #[allow(clippy::too_many_arguments, reason = "they have names in Python")]
    fn new(
        keys: Py<KeySet>,
        issuer: Option<String>,
        audience: Option<String>,
        algorithms: Option<Vec<String>>,
        leeway: u64,
        r#type: Option<String>,
        revoked: Vec<Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let tokens = revoked.iter().map(|id| id.extract::<String>()).collect::<PyResult<Vec<_>>>()?;
        let quoted: Vec<String> = tokens.iter().map(|id| quoted(id)).collect();
        let document = format!("{{\"tokens\":[{}]}}", quoted.join(","));
        let revoked = Revocations::from_source(Source::new("revoked.json", document));
        Ok(Self {
            keys,
            algorithms: named(algorithms.as_deref())?,
            issuer,
            audience,
            leeway_ms: leeway.saturating_mul(1000),
            typ: r#type,
            revoked: revoked.map_err(|error| PyValueError::new_err(error.to_string()))?,
        })
    }

    /// What a token proves: `subject`, `expires_ms` and `claims`, the payload as JSON text. Without `now_ms` by the system's clock.
    ///
    /// Raises `Denied`.
    #[pyo3(signature = (token, *, now_ms = None))]
    fn verify<'py>(&self, py: Python<'py>, token: Bytes<'_>, now_ms: Option<u64>) -> PyResult<Bound<'py, PyDict>> {
        let now_ms = now_ms.unwrap_or_else(crate::gate::now_ms);
        let image = &self.keys.get().0;
        let proved = py.detach(|| self.open(image, token.get(), now_ms));
        let (subject, expires_ms, payload) = proved.map_err(|reason| error::denied(py, reason))?;
        let found = PyDict::new(py);
        found.set_item("subject", subject)?;
        found.set_item("expires_ms", expires_ms)?;
        found.set_item("claims", payload)?;
        Ok(found)
    }
}

/// Subject, expiry and payload.
type Proved = (Option<String>, Option<u64>, String);

impl TokenVerifier {
    fn open(&self, image: &KeyImage, text: &[u8], now_ms: u64) -> Result<Proved, Reason> {
        let audience = self.audience.as_deref().map(str::as_bytes);
        let demands = Demands {
            signed: jws::Rules {
                typ: self.typ.as_deref().map_or(jws::Type::Bearer, |typ| jws::Type::Exactly(typ.as_bytes())),
                ..jws::Rules::new(self.algorithms)
            },
            claims: claims::Rules {
                issuer: self.issuer.as_deref().map(str::as_bytes),
                audiences: audience.as_ref().map_or(Audiences::Any, |one| Audiences::Of(std::slice::from_ref(one))),
                expiry_required: true,
                leeway_ms: self.leeway_ms,
                profile: Profile::Jwt,
            },
        };
        let verifier = Verifier { keys: image.keys().map_err(|_| Reason::TokenKey)?, crypto: image.crypto() };
        let list = self.revoked.list().map_err(|_| Reason::TokenRevoked)?;
        let token_max = jws::TOKEN_MAX as u32;
        let mut memory = vec![0; demands.signed.room()];
        let mut tape = Memory::for_limits(token::limits(token_max).values_max, token_max);
        let mut scratch = tape.scratch();
        let Opened { root, claims, key } = token::open(text, &verifier, &demands, now_ms, &mut memory, &mut scratch)?;
        let subject = root.get(b"sub").and_then(json::Value::text);
        let facts = Facts { id: claims.id(), subject: subject.unwrap_or_default(), issued_ms: claims.issued_ms(), key };
        if list.revoked().holds(&facts) {
            return Err(Reason::TokenRevoked);
        }
        let subject = subject.map(|subject| String::from_utf8_lossy(subject).into_owned());
        Ok((subject, claims.expires_ms(), String::from_utf8_lossy(root.raw()).into_owned()))
    }
}

/// A text as a JSON string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            control if control < ' ' => out += &format!("\\u{:04x}", u32::from(control)),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
