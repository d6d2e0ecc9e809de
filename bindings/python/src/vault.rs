//! Secrets in a vault.

use std::{path::PathBuf, time::SystemTime};

use adarga_host::secrets::{self, Place, VaultPlace};
use pyo3::{exceptions::PyKeyError, prelude::*};

use crate::error;

/// A file of sealed secrets, whose master key lies elsewhere: `key` is ``file:PATH``, ``env:NAME`` or ``credential:NAME``, the vault's name
/// with ``.key`` otherwise. Each call reads the file anew, so what others change is seen; `adarga secrets` changes the same files.
///
/// >>> import adarga, os, tempfile
/// >>> vault = adarga.Vault(os.path.join(tempfile.mkdtemp(), "server.vault"))
/// >>> vault.make()
/// >>> vault.set("jwt", "hidden")
/// >>> vault.get("jwt"), vault.names()
/// ('hidden', ['jwt'])
/// >>> vault
/// Vault(…)
#[pyclass(frozen, module = "adarga")]
pub(crate) struct Vault(VaultPlace);

#[pymethods]
impl Vault {
    #[new]
    #[pyo3(signature = (file, *, key = None))]
    fn new(file: PathBuf, key: Option<&str>) -> PyResult<Self> {
        let file = file.into_os_string().into_string().map_err(|_| error::said("the path of the vault is not UTF-8"))?;
        let key = match key {
            None => Place::File(format!("{file}.key")),
            Some(key) => key.parse().map_err(error::said)?,
        };
        Ok(Self(VaultPlace { file, key }))
    }

    /// Makes the vault, which must not be there yet, and its master key where that lies in a file that is not there.
    fn make(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| secrets::Vault::make(&self.0)).map(drop).map_err(error::said)
    }

    /// A secret.
    ///
    /// Raises `KeyError` when there is none by this name, `AdargaError` when the vault does not open.
    fn get(&self, py: Python<'_>, name: &str) -> PyResult<String> {
        let found = py.detach(|| secrets::Vault::at(&self.0)?.get(name)).map_err(error::said)?;
        found.map(|value| value.as_str().to_owned()).ok_or_else(|| PyKeyError::new_err(name.to_owned()))
    }

    /// Puts a secret in, in place of one by the same name.
    fn set(&self, py: Python<'_>, name: &str, value: &str) -> PyResult<()> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
        let now = u64::try_from(now).unwrap_or(u64::MAX);
        py.detach(|| secrets::Vault::change(&self.0, |vault| vault.set(name, value, now))).map_err(error::said)
    }

    /// Takes a secret out.
    ///
    /// Raises `KeyError` when there is none by this name.
    fn remove(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        let removed = py.detach(|| secrets::Vault::change(&self.0, |vault| Ok(vault.remove(name)))).map_err(error::said)?;
        if removed { Ok(()) } else { Err(PyKeyError::new_err(name.to_owned())) }
    }

    /// The names of the secrets.
    fn names(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let vault = py.detach(|| secrets::Vault::at(&self.0)).map_err(error::said)?;
        Ok(vault.kept().iter().map(|kept| kept.name.clone()).collect())
    }

    /// Seals everything anew under a new master key; who reads meanwhile notices nothing.
    fn rotate(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| secrets::Vault::rotate(&self.0)).map(drop).map_err(error::said)
    }

    #[allow(clippy::unused_self, reason = "nothing of it is shown")]
    const fn __repr__(&self) -> &'static str {
        "Vault(…)"
    }
}
