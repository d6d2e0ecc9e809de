//! Secrets that a policy refers to, read from where they lie and overwritten after use.

use std::{fmt, fs, io::Read};

use rkyv::{Archive, Deserialize, Serialize};
use zeroize::Zeroizing;

/// Longest secret in a file, in bytes.
const FILE_MAX: u64 = 64 << 10;

/// Where a secret lies.
#[derive(Archive, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// In an environment variable.
    Env(String),
    /// In a file, without the line break at its end.
    File(String),
}

/// There is no secret where a policy says that one lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretError {
    place: Secret,
    why: String,
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remedy = match self.place {
            Secret::Env(_) => "set it, or name another place in the policy",
            Secret::File(_) => "write the secret there, or name another place in the policy",
        };
        write!(f, "{}: {}\n  help: {remedy}", self.place, self.why)
    }
}

impl std::error::Error for SecretError {}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "environment variable `{name}`"),
            Self::File(name) => write!(f, "file `{name}`"),
        }
    }
}

impl Secret {
    /// Reads the secret.
    ///
    /// # Errors
    /// When it is absent, empty, too long or not UTF-8; nothing of it is shown.
    pub fn read(&self) -> Result<Zeroizing<String>, SecretError> {
        let failed = |why: String| SecretError { place: self.clone(), why };
        let secret = match self {
            Self::Env(name) => std::env::var(name).map(Zeroizing::new).map_err(|error| match error {
                std::env::VarError::NotPresent => failed("not set".into()),
                std::env::VarError::NotUnicode(_) => failed("not UTF-8".into()),
            })?,
            Self::File(name) => {
                let file = fs::File::open(name).map_err(|error| failed(error.to_string()))?;
                if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
                    return Err(failed("not a file".into()));
                }
                let mut text = Zeroizing::new(String::new());
                let read = file.take(FILE_MAX + 1).read_to_string(&mut text).map_err(|error| failed(error.to_string()))?;
                if u64::try_from(read).unwrap_or(u64::MAX) > FILE_MAX {
                    return Err(failed("longer than 64 KiB".into()));
                }
                let end = text.strip_suffix('\n').map_or(text.len(), |line| line.strip_suffix('\r').unwrap_or(line).len());
                Zeroizing::new(text[..end].to_owned())
            }
        };
        if secret.is_empty() { Err(failed("empty".into())) } else { Ok(secret) }
    }
}
