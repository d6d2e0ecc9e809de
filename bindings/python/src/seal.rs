//! Sealed fields.

use adarga_core::{
    Reason,
    seal::{self, Aead, KEY_LEN, NONCE_LEN, RustCrypto, SealError, SealKey, TAG_LEN, XNONCE_LEN},
};
use adarga_host::random;
use pyo3::{exceptions::PyValueError, prelude::*, types::PyBytes};

use crate::{bytes::Bytes, error};

/// Seals fields by XAES-256-GCM under a key of 32 bytes, and opens them. What stands in `aad` (whose field it is, of which record) is
/// bound to the value: opened elsewhere it is refused.
///
/// >>> import adarga
/// >>> sealer = adarga.Sealer(bytes(32))
/// >>> sealer.open(sealer.seal("123-45-6789", aad="users /ssn 7"), aad="users /ssn 7")
/// b'123-45-6789'
#[pyclass(frozen, module = "adarga")]
pub(crate) struct Sealer(SealKey);

#[pymethods]
impl Sealer {
    #[new]
    #[pyo3(signature = (key, *, key_id = 1))]
    fn new(key: Bytes<'_>, key_id: u32) -> PyResult<Self> {
        Ok(Self(SealKey::new(key_id, &array::<KEY_LEN>(key.get(), "key_b64")?)))
    }

    /// The envelope of a value, as text. Each has a random nonce of its own; `nonce` is for tests.
    #[pyo3(signature = (plain, *, aad = None, nonce = None))]
    fn seal(&self, py: Python<'_>, plain: Bytes<'_>, aad: Option<Bytes<'_>>, nonce: Option<Bytes<'_>>) -> PyResult<String> {
        let nonce = match nonce {
            Some(nonce) => array::<XNONCE_LEN>(nonce.get(), "nonce_b64")?,
            None => random::bytes().map_err(error::said)?,
        };
        let aad = aad.as_ref().map(Bytes::get).unwrap_or_default();
        let mut out = vec![0; seal::sealed_len(plain.get().len()).ok_or_else(|| PyValueError::new_err("`x` is too long"))?];
        let sealed = py.detach(|| seal::seal(&RustCrypto, std::slice::from_ref(&self.0), &nonce, aad, plain.get(), &mut out));
        out.truncate(sealed.map_err(error::said)?);
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    /// The value of an envelope.
    ///
    /// Raises `Denied` for another key or `aad`, and for an envelope that was changed.
    #[pyo3(signature = (sealed, *, aad = None))]
    fn open<'py>(&self, py: Python<'py>, sealed: Bytes<'_>, aad: Option<Bytes<'_>>) -> PyResult<Bound<'py, PyBytes>> {
        let aad = aad.as_ref().map(Bytes::get).unwrap_or_default();
        let mut out = vec![0; seal::open_room(sealed.get()).unwrap_or(0)];
        let opened = py.detach(|| seal::open(&RustCrypto, std::slice::from_ref(&self.0), aad, sealed.get(), &mut out));
        match opened {
            Ok(len) => Ok(PyBytes::new(py, out.get(..len).unwrap_or_default())),
            Err(SealError::Key) => Err(error::denied(py, Reason::SealKey)),
            Err(SealError::Tag) => Err(error::denied(py, Reason::SealTag)),
            Err(_) => Err(error::denied(py, Reason::SealForm)),
        }
    }

    #[allow(clippy::unused_self, reason = "nothing of it is shown")]
    const fn __repr__(&self) -> &'static str {
        "Sealer(…)"
    }
}

/// Opens what AES-256-GCM alone encrypted: ciphertext, then tag.
///
/// Raises `Denied` for another key, nonce or `aad`, and for data that was changed.
#[pyfunction]
pub(crate) fn aead_open<'py>(
    py: Python<'py>,
    key: Bytes<'_>,
    nonce: Bytes<'_>,
    aad: Bytes<'_>,
    data: Bytes<'_>,
) -> PyResult<Bound<'py, PyBytes>> {
    let key = array::<KEY_LEN>(key.get(), "key_b64")?;
    let nonce = array::<NONCE_LEN>(nonce.get(), "nonce_b64")?;
    let mut text = data.get().to_vec();
    let Some((text, tag)) = text.split_last_chunk_mut::<TAG_LEN>() else { return Err(error::denied(py, Reason::SealForm)) };
    if RustCrypto.decrypt(&key, &nonce, aad.get(), text, tag) {
        Ok(PyBytes::new(py, text))
    } else {
        Err(error::denied(py, Reason::SealTag))
    }
}

fn array<const N: usize>(bytes: &[u8], member: &str) -> PyResult<[u8; N]> {
    bytes.try_into().map_err(|_| PyValueError::new_err(format!("`{member}` must be {N} bytes")))
}
