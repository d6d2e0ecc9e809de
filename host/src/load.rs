//! From a file to a policy in force: a document is compiled, an image is validated.

use std::{fmt, fs, io, path::Path};

use adarga_core::{Fault, Gate, image::LABEL};

use crate::{
    compile::{Settings, compile_in},
    policy::{PolicyError, PolicyErrors, Source, read},
};

/// A policy in force: its image, kept in memory of this process so that nobody can change it afterwards.
#[derive(Debug)]
pub struct Policy {
    image: Vec<u8>,
    warnings: Vec<PolicyError>,
}

/// Why a policy can't be used.
#[derive(Debug)]
pub enum LoadError {
    /// The file can't be read.
    File(String, io::Error),
    /// The document is wrong.
    Policy(PolicyErrors),
    /// The image is wrong.
    Image(String, Fault),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(name, error) => write!(f, "{name}: {error}"),
            Self::Policy(errors) => errors.fmt(f),
            Self::Image(name, fault) => write!(f, "{name}: {fault}"),
        }
    }
}

impl std::error::Error for LoadError {}

impl From<PolicyErrors> for LoadError {
    fn from(errors: PolicyErrors) -> Self {
        Self::Policy(errors)
    }
}

impl Policy {
    /// Loads a document (TOML, JSON) or an image; which one it is, its first bytes say.
    ///
    /// # Errors
    /// A [`LoadError`] that names the file, and line and column of a document.
    pub fn open(path: &Path) -> Result<Self, LoadError> {
        let name = path.display().to_string();
        let bytes = fs::read(path).map_err(|error| LoadError::File(name.clone(), error))?;
        if bytes.starts_with(&LABEL) {
            return Self::from_image(bytes).map_err(|fault| LoadError::Image(name, fault));
        }
        Ok(Self::compiled(Source::from_bytes(name, bytes)?, path.parent())?)
    }

    /// Compiles a document that is no file: it can't name schemas beside itself.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn from_source(source: Source) -> Result<Self, PolicyErrors> {
        Self::compiled(source, None)
    }

    fn compiled(source: Source, folder: Option<&Path>) -> Result<Self, PolicyErrors> {
        let loaded = read(source)?;
        let compiled = compile_in(&loaded, folder)?;
        if Gate::open(&compiled.image).is_err() {
            // would be a fault of the compiler; such an image must not get out
            return Err(loaded.error(&[], "the compiled image does not validate", "").into());
        }
        Ok(Self { image: compiled.image, warnings: compiled.warnings })
    }

    /// Takes an image.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_image(image: Vec<u8>) -> Result<Self, Fault> {
        Gate::open(&image)?;
        Ok(Self { image, warnings: Vec::new() })
    }

    /// The gate that judges by it.
    ///
    /// # Errors
    /// None in practice: the image was validated when it was loaded.
    pub fn gate(&self) -> Result<Gate<'_>, Fault> {
        Gate::open(&self.image)
    }

    /// The image.
    #[must_use]
    pub fn image(&self) -> &[u8] {
        &self.image
    }

    /// What is legal but probably not meant.
    #[must_use]
    pub fn warnings(&self) -> &[PolicyError] {
        &self.warnings
    }

    /// How a server is run behind the gate.
    #[must_use]
    pub fn settings(&self) -> Option<Settings> {
        Settings::from_image(self.gate().ok()?.image())
    }
}
