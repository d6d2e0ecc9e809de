//! The command `adarga`: the same program as the Rust one.

use std::{ffi::OsString, process::ExitCode};

use pyo3::prelude::*;

/// Runs the command line `arguments`, the first of which is the program's name, and gives its exit code.
#[pyfunction]
pub(crate) fn main(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    let code = py.detach(|| adarga::main(arguments));
    // an exit code does not say its number
    (0..=u8::MAX).find(|number| ExitCode::from(*number) == code).unwrap_or(1)
}
