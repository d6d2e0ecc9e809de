//! Policies as documents.

use adarga_host::{load::Policy, policy::Source};
use pyo3::{prelude::*, types::PyBytes};

use crate::error;

/// Compiles a policy document (TOML or JSON) to an image.
///
/// Raises `PolicyError` with everything that is wrong with it.
#[pyfunction]
#[pyo3(signature = (text, *, name = "policy.toml"))]
pub(crate) fn compile_policy<'py>(py: Python<'py>, text: &str, name: &str) -> PyResult<Bound<'py, PyBytes>> {
    let policy = py.detach(|| Policy::from_source(Source::new(name, text))).map_err(|errors| error::policy(&errors))?;
    Ok(PyBytes::new(py, policy.image()))
}
