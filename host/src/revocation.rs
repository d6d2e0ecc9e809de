//! Revocation lists: from a document to the image that core asks.
//!
//! A list says the same as `[identity.revoked]` of a policy: `tokens`, `subjects`, `keys`, in TOML or JSON. It is read as strictly
//! as a policy, and a list that can't be read never replaces one that could.

use std::{fmt, fs, io, path::Path};

use adarga_core::{
    Fault,
    image::RevokedKind,
    revocation::{LABEL, RevocationList, SECTION, VERSION},
};
use rkyv::rancor::Error;

use crate::{
    compile::{
        archive::{Revoked, RevokedRow},
        names,
    },
    container,
    policy::{self, PolicyErrors, Source},
};

/// A list in memory of this process.
#[derive(Debug)]
pub struct Revocations {
    image: Vec<u8>,
}

/// Why there is no list.
#[derive(Debug)]
pub enum RevocationError {
    /// The file can't be read.
    File(String, io::Error),
    /// The file is empty, which is what is left of one that could not be written.
    Empty(String),
    /// The document is wrong.
    Document(PolicyErrors),
    /// The image is wrong.
    Image(String, Fault),
}

impl fmt::Display for RevocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(name, error) => write!(f, "{name}: {error}"),
            Self::Empty(name) => write!(f, "{name}: the file is empty; write `tokens = []` for a list that revokes nothing"),
            Self::Document(errors) => errors.fmt(f),
            Self::Image(name, fault) => write!(f, "{name}: {fault}"),
        }
    }
}

impl std::error::Error for RevocationError {}

impl From<PolicyErrors> for RevocationError {
    fn from(errors: PolicyErrors) -> Self {
        Self::Document(errors)
    }
}

impl Revocations {
    /// Loads a document (TOML, JSON) or an image.
    ///
    /// # Errors
    /// A [`RevocationError`] that names the file, and line and column of a document.
    pub fn open(path: &Path) -> Result<Self, RevocationError> {
        let name = path.display().to_string();
        let bytes = fs::read(path).map_err(|error| RevocationError::File(name.clone(), error))?;
        if bytes.is_empty() {
            return Err(RevocationError::Empty(name));
        }
        if bytes.starts_with(&LABEL) {
            RevocationList::open(&bytes).map_err(|fault| RevocationError::Image(name, fault))?;
            return Ok(Self { image: bytes });
        }
        Self::from_source(Source::from_bytes(name, bytes)?)
    }

    /// Makes a list from a document.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn from_source(source: Source) -> Result<Self, RevocationError> {
        let name = source.name.clone();
        let read = policy::read_as::<policy::Revoked>(source)?;
        if read.document.file.is_some() {
            let errors =
                PolicyErrors::from(read.error(&["file".into()], "a list that names another list", "name the file in the policy"));
            return Err(errors.into());
        }
        let rows = rows(&read.document).map_err(|bad| {
            let path = ["subjects".into(), bad.subject.as_str().into()];
            RevocationError::Document(read.error(&path, bad.message, bad.remedy).into())
        })?;
        let content =
            rkyv::to_bytes::<Error>(&table(rows)).map_err(|_| RevocationError::Image(name.clone(), Fault::RevokedContent))?;
        let image = container::seal(LABEL, VERSION, &[(SECTION, true, &content)]);
        Ok(Self { image: image.ok_or(RevocationError::Image(name, Fault::RevokedContent))? })
    }

    /// The image.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.image
    }

    /// The list, read in place.
    ///
    /// # Errors
    /// None in practice: the image was validated when it was made.
    pub fn list(&self) -> Result<RevocationList<'_>, Fault> {
        RevocationList::reopen(&self.image)
    }
}

/// The time of a subject can't be read.
pub(crate) struct BadTime {
    pub(crate) subject: String,
    pub(crate) message: String,
    pub(crate) remedy: &'static str,
}

/// Everything that a document revokes.
pub(crate) fn rows(revoked: &policy::Revoked) -> Result<Vec<RevokedRow>, BadTime> {
    let named = |kind: RevokedKind, name: &String| RevokedRow { kind: kind.number(), name: name.clone(), before_ms: u64::MAX };
    let mut rows: Vec<_> = revoked.tokens.iter().map(|id| named(RevokedKind::Token, id)).collect();
    rows.extend(revoked.keys.iter().map(|key| named(RevokedKind::Key, key)));
    for (subject, before) in &revoked.subjects {
        let bad = |remedy| BadTime { subject: subject.clone(), message: format!("`{before}` is not a time"), remedy };
        let before_ms = time(before).map_err(bad)?;
        rows.push(RevokedRow { before_ms, ..named(RevokedKind::Subject, subject) });
    }
    Ok(rows)
}

/// Rows that are found by name.
pub(crate) fn table(rows: Vec<RevokedRow>) -> Revoked {
    let names = names::table(rows.iter().map(|row| (u64::from(row.kind), row.name.as_str())));
    Revoked { rows, names }
}

/// Unix milliseconds of a time as RFC 3339 writes it.
///
/// # Errors
/// What to write instead.
pub(crate) fn time(text: &str) -> Result<u64, &'static str> {
    let time = text.parse::<jiff::Timestamp>().map_err(|_| "write date, time and zone, such as `2026-11-01T00:00:00Z`")?;
    u64::try_from(time.as_millisecond()).map_err(|_| "write a time after 1970")
}
