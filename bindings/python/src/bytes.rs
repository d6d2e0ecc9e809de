//! Bytes that Python gives: borrowed where they can't change meanwhile, copied where they can.

use pyo3::{
    Borrowed, FromPyObject,
    exceptions::PyTypeError,
    prelude::*,
    types::{PyByteArray, PyBytes, PyMemoryView, PyString},
};

/// `bytes` as they lie there; `str` as UTF-8; a copy of what another thread could write to.
pub(crate) enum Bytes<'p> {
    Lent(&'p [u8]),
    Own(Vec<u8>),
}

impl Bytes<'_> {
    pub(crate) fn get(&self) -> &[u8] {
        match self {
            Self::Lent(bytes) => bytes,
            Self::Own(bytes) => bytes,
        }
    }
}

impl<'p, 'py> FromPyObject<'p, 'py> for Bytes<'p> {
    type Error = PyErr;

    fn extract(object: Borrowed<'p, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = object.extract::<&'p [u8]>() {
            return Ok(Self::Lent(bytes));
        }
        if let Ok(text) = object.cast::<PyString>() {
            return Ok(Self::Own(text.to_str()?.as_bytes().to_vec()));
        }
        if object.cast::<PyByteArray>().is_ok() || object.cast::<PyMemoryView>().is_ok() {
            let copy = object.py().get_type::<PyBytes>().call1((object,))?;
            return Ok(Self::Own(copy.cast::<PyBytes>()?.as_bytes().to_vec()));
        }
        Err(PyTypeError::new_err("expected bytes, str, bytearray or memoryview"))
    }
}
