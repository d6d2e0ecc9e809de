//! Audit trails.

use adarga_core::{
    Reason,
    audit::{KEY_LEN, StartKey},
};
use adarga_host::audit::Verification;
use pyo3::{exceptions::PyValueError, prelude::*};

use crate::{bytes::Bytes, error};

/// What is wrong with `lines` under the start key of their chains, as a `Reason`; `Reason.ALLOWED` when nothing is. A last line that
/// has no end is torn.
#[pyfunction]
pub(crate) fn verify_audit(py: Python<'_>, key: Bytes<'_>, lines: Vec<String>) -> PyResult<Py<PyAny>> {
    let wrong = |_| PyValueError::new_err(format!("`key_b64` must be {KEY_LEN} bytes"));
    let key: [u8; KEY_LEN] = key.get().try_into().map_err(wrong)?;
    let first = py.detach(|| {
        let mut verification = Verification::new(StartKey::new(0, key));
        let torn = |line: &str| line.starts_with('{') && !line.ends_with('}');
        for (index, line) in lines.iter().enumerate() {
            if index + 1 == lines.len() && torn(line) {
                verification.end_of_file(line.as_bytes());
            } else {
                verification.line(line.as_bytes());
            }
        }
        verification.finish().findings.first().map(|finding| finding.fault.reason())
    });
    error::member(py, first.unwrap_or(Reason::Allowed))
}
