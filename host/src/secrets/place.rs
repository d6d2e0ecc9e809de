//! Where a secret lies, and reading it from there.

use std::{fmt, fs, io::Read, path::PathBuf, str::FromStr};

use rkyv::{Archive, Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Vault, VaultError};
use crate::policy;

/// Longest secret, in bytes.
pub const SECRET_MAX: usize = 64 << 10;
/// Where systemd puts the credentials of a service (systemd.exec(5)).
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// A place outside of Adarga that holds a secret.
#[derive(Archive, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An environment variable.
    Env(String),
    /// A file; one line break at its end does not count.
    File(String),
    /// A credential that systemd hands to this service; one line break at its end does not count.
    Credential(String),
}

/// Where a secret lies that a policy refers to.
#[derive(Archive, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// By itself.
    At(Place),
    /// Among others in a vault.
    Stored(Stored),
}

/// A secret in a vault.
#[derive(Archive, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The vault.
    pub vault: VaultPlace,
    /// The secret's name.
    pub name: String,
}

/// A vault, and where its key lies.
#[derive(Archive, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct VaultPlace {
    /// Its file.
    pub file: String,
    /// Its master keys.
    pub key: Place,
}

/// There is no secret where one should lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretError {
    absent: bool,
    place: String,
    why: String,
    remedy: &'static str,
}

impl SecretError {
    fn new(place: &impl fmt::Display, why: impl Into<String>, remedy: &'static str) -> Self {
        Self { absent: false, place: place.to_string(), why: why.into(), remedy }
    }

    fn absent(self) -> Self {
        Self { absent: true, ..self }
    }

    /// Whether there is nothing, rather than something wrong.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        self.absent
    }
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.why)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, "\n  help: {}", self.remedy) }
    }
}

impl std::error::Error for SecretError {}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "environment variable `{name}`"),
            Self::File(name) => write!(f, "file `{name}`"),
            Self::Credential(name) => write!(f, "credential `{name}`"),
        }
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(place) => place.fmt(f),
            Self::Stored(Stored { vault, name }) => write!(f, "secret `{name}` of `{}`", vault.file),
        }
    }
}

impl From<&policy::Secrets> for VaultPlace {
    fn from(secrets: &policy::Secrets) -> Self {
        Self { file: secrets.file.clone(), key: secrets.key.clone() }
    }
}

/// A text that is no [`Place`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoPlace;

impl fmt::Display for NoPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no place of a key: write `file:PATH`, `env:NAME` or `credential:NAME`")
    }
}

impl std::error::Error for NoPlace {}

impl FromStr for Place {
    type Err = NoPlace;

    /// `file:PATH`, `env:NAME` or `credential:NAME`.
    fn from_str(text: &str) -> Result<Self, NoPlace> {
        match text.split_once(':') {
            Some((_, "")) => Err(NoPlace),
            Some(("file", name)) => Ok(Self::File(name.to_owned())),
            Some(("env", name)) => Ok(Self::Env(name.to_owned())),
            Some(("credential", name)) => Ok(Self::Credential(name.to_owned())),
            _ => Err(NoPlace),
        }
    }
}

impl From<Place> for Secret {
    fn from(place: Place) -> Self {
        Self::At(place)
    }
}

impl Place {
    /// Reads the secret.
    ///
    /// # Errors
    /// When it is absent, empty, too long or not UTF-8; nothing of it is shown.
    pub fn read(&self) -> Result<Zeroizing<String>, SecretError> {
        let remedy = match self {
            Self::Env(_) => "set it, or name another place",
            Self::File(_) => "write the secret there, or name another place",
            Self::Credential(_) => {
                "give it to the service by `LoadCredential=` or `LoadCredentialEncrypted=`, or name another place"
            }
        };
        let failed = |why: String| SecretError::new(self, why, remedy);
        let read = |path: PathBuf| {
            read_file(&path).map_err(|why| {
                let error = failed(why);
                if path.exists() { error } else { error.absent() }
            })
        };
        let secret = match self {
            Self::Env(name) => std::env::var(name).map(Zeroizing::new).map_err(|error| match error {
                std::env::VarError::NotPresent => failed("not set".into()).absent(),
                std::env::VarError::NotUnicode(_) => failed("not UTF-8".into()),
            })?,
            Self::File(name) => read(PathBuf::from(name))?,
            Self::Credential(name) => {
                let folder =
                    std::env::var_os(CREDENTIALS).ok_or_else(|| failed(format!("`{CREDENTIALS}` is not set")).absent())?;
                read(PathBuf::from(folder).join(name))?
            }
        };
        if secret.is_empty() { Err(failed("empty".into())) } else { Ok(secret) }
    }
}

impl Secret {
    /// What a policy calls a secret. One that lies in a vault has a place as soon as the policy names a vault, which its compiler asks
    /// for.
    pub(crate) fn of(secret: &policy::Secret, document: &policy::Document) -> Self {
        match secret {
            policy::Secret::At(place) => Self::At(place.clone()),
            policy::Secret::Stored(name) => {
                let vault = document.secrets.as_ref().map(VaultPlace::from);
                let vault = vault.unwrap_or_else(|| VaultPlace { file: String::new(), key: Place::Env(String::new()) });
                Self::Stored(Stored { vault, name: name.clone() })
            }
        }
    }

    /// Reads the secret.
    ///
    /// # Errors
    /// As [`Place::read`]; of a vault also when it can't be opened or has no such secret.
    pub fn read(&self) -> Result<Zeroizing<String>, SecretError> {
        match self {
            Self::At(place) => place.read(),
            Self::Stored(Stored { vault, name }) => {
                let opened = Vault::at(vault).map_err(|error: VaultError| SecretError::new(self, error.to_string(), ""))?;
                let found = opened.get(name).map_err(|error| SecretError::new(self, error.to_string(), ""))?;
                found.ok_or_else(|| SecretError::new(self, "not there", "`adarga secrets set` puts it there").absent())
            }
        }
    }
}

/// The text of a file without the line break at its end.
fn read_file(path: &PathBuf) -> Result<Zeroizing<String>, String> {
    let max = u64::try_from(SECRET_MAX).unwrap_or(u64::MAX);
    let file = fs::File::open(path).map_err(|error| error.to_string())?;
    if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Err("not a file".into());
    }
    let mut text = Zeroizing::new(String::new());
    file.take(max + 1).read_to_string(&mut text).map_err(|error| error.to_string())?;
    if text.len() > SECRET_MAX {
        return Err("longer than 64 KiB".into());
    }
    let end = text.strip_suffix('\n').map_or(text.len(), |line| line.strip_suffix('\r').unwrap_or(line).len());
    Ok(Zeroizing::new(text[..end].to_owned()))
}
