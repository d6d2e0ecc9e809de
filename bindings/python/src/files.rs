//! Files beneath a root.

use adarga_host::files;
use pyo3::{prelude::*, types::PyBytes};

use crate::{bytes::Bytes, error};

/// A directory that nothing leaves: opened once, whatever its name leads to later. Paths are relative to it, or absolute and begin with
/// it.
///
/// >>> import adarga, tempfile, pathlib
/// >>> folder = tempfile.TemporaryDirectory()
/// >>> _ = pathlib.Path(folder.name, "note.txt").write_text("seven")
/// >>> root = adarga.Root(folder.name)
/// >>> root.read("note.txt")
/// b'seven'
/// >>> root.read("../note.txt")
/// Traceback (most recent call last):
/// ...
/// adarga.Denied: path.escape
#[pyclass(frozen, module = "adarga")]
pub(crate) struct Root(files::Root);

#[pymethods]
impl Root {
    #[new]
    fn new(py: Python<'_>, directory: std::path::PathBuf) -> PyResult<Self> {
        py.detach(|| files::Root::at(directory)).map(Self).map_err(error::said)
    }

    /// The content of a regular file, at most as long as a root allows.
    ///
    /// Raises `Denied` when the path is refused or leads out of the root or to nothing.
    fn read<'py>(&self, py: Python<'py>, path: Bytes<'_>) -> PyResult<Bound<'py, PyBytes>> {
        let content = py.detach(|| self.0.read(path.get())).map_err(|error| error::denied(py, error.reason()))?;
        Ok(PyBytes::new(py, &content))
    }

    /// A regular file, opened for reading in binary: an ordinary file object.
    ///
    /// Raises `Denied` as `read`.
    #[cfg(unix)]
    fn open<'py>(&self, py: Python<'py>, path: Bytes<'_>) -> PyResult<Bound<'py, PyAny>> {
        use std::os::fd::IntoRawFd;
        let file = py.detach(|| self.0.open(path.get())).map_err(|error| error::denied(py, error.reason()))?;
        py.import("os")?.call_method1("fdopen", (file.into_raw_fd(), "rb"))
    }

    fn __repr__(&self) -> String {
        format!("Root({:?})", self.0.guard())
    }
}
