//! Exceptions and reasons. Both are classes of Python, so that they are what a Python author expects.

use std::collections::HashMap;

use adarga_core::{Fault, Reason, reason::REASONS};
use adarga_host::{load::LoadError, policy::PolicyErrors};
use pyo3::{import_exception, prelude::*, sync::PyOnceLock, types::PyType};

import_exception!(adarga._errors, AdargaError);
import_exception!(adarga._errors, Denied);
import_exception!(adarga._errors, ImageError);
import_exception!(adarga._errors, PolicyError);

/// The members of `adarga.Reason` by number.
static MEMBERS: PyOnceLock<HashMap<u16, Py<PyAny>>> = PyOnceLock::new();

/// A reason as the member of `adarga.Reason`.
pub(crate) fn member(py: Python<'_>, reason: Reason) -> PyResult<Py<PyAny>> {
    let members = MEMBERS.get_or_try_init(py, || {
        let class = py.import("adarga._reasons")?.getattr("Reason")?.cast_into::<PyType>()?;
        let numbers = REASONS.iter().map(|row| row.number);
        numbers.map(|number| Ok((number, class.call1((number,))?.unbind()))).collect::<PyResult<HashMap<_, _>>>()
    })?;
    members
        .get(&reason.number())
        .map(|member| member.clone_ref(py))
        .ok_or_else(|| AdargaError::new_err("this package and its module are of different versions"))
}

/// A layer's refusal.
pub(crate) fn denied(py: Python<'_>, reason: Reason) -> PyErr {
    match member(py, reason) {
        Ok(member) => Denied::new_err((member,)),
        Err(error) => error,
    }
}

/// Misuse of the library, or an image that is wrong.
#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(crate) fn fault(fault: Fault) -> PyErr {
    AdargaError::new_err(fault.to_string())
}

/// Anything that has a text for people.
#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(crate) fn said(error: impl std::fmt::Display) -> PyErr {
    AdargaError::new_err(error.to_string())
}

/// All that is wrong with a policy, each with file, line and column.
pub(crate) fn policy(errors: &PolicyErrors) -> PyErr {
    let list: Vec<_> = errors
        .iter()
        .map(|error| {
            let place = (error.file.clone(), error.line, error.column, error.path.clone());
            (place, error.message.clone(), error.remedy.clone())
        })
        .collect();
    PolicyError::new_err((errors.to_string(), list))
}

/// Why a file of a policy can't be used.
pub(crate) fn load(error: &LoadError) -> PyErr {
    match error {
        LoadError::File(..) => AdargaError::new_err(error.to_string()),
        LoadError::Policy(errors) => policy(errors),
        LoadError::Image(..) => ImageError::new_err(error.to_string()),
    }
}
