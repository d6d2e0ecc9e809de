//! What `[audit]` of a policy says. A section of the image of its own, which core passes over and which holds no secret.

use adarga_core::{Image, image::SectionKind};
use rkyv::{Archive, Deserialize, Serialize, rancor::Error};

use crate::{
    policy::{self, AuditArguments, AuditFull, AuditSync},
    secrets::Secret,
};

/// Where the syslog of a machine listens.
const SYSLOG: &str = "/dev/log";

/// Where the audit trail goes, and how.
#[derive(Archive, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Its file.
    pub file: String,
    /// Where the start key lies: a key file, which moves with every process, or a secret, which doesn't.
    pub key: Secret,
    /// When lines are forced to the disk.
    pub sync: Sync,
    /// Bytes beyond which a file is rotated.
    pub rotate_bytes: Option<u64>,
    /// A file is rotated when a new period of so many milliseconds begins, counted from 1970 in UTC.
    pub rotate_ms: Option<u64>,
    /// The socket of a syslog that is told heads, if any.
    pub syslog: Option<String>,
    /// What happens to a call whose line can't be written.
    pub full: Full,
    /// How the arguments of calls stand in lines.
    pub arguments: Arguments,
}

/// When lines are forced to the disk.
#[derive(Archive, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sync {
    /// Each before its message goes on.
    Every,
    /// So many milliseconds after they were written, at the latest.
    Interval(u64),
    /// When the system likes to.
    Never,
}

/// What happens to a call whose line can't be written.
#[derive(Archive, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// No audit, no call.
    Deny,
    /// It goes on; a later line says how many are missing.
    Drop,
}

/// How the arguments of calls stand in lines: as a keyed hash of their bytes.
#[derive(Archive, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arguments {
    /// HMAC-SHA-256.
    Sha256,
    /// Not at all.
    Off,
    /// BLAKE3 in its keyed mode; last, since images say which one by its place.
    Blake3,
}

impl Settings {
    /// What a policy says.
    pub(crate) fn of(document: &policy::Document) -> Option<Self> {
        let audit = document.audit.as_ref()?;
        Some(Self {
            file: audit.file.clone(),
            key: Secret::of(&audit.key, document),
            sync: match audit.sync {
                AuditSync::Every => Sync::Every,
                AuditSync::Never => Sync::Never,
                AuditSync::Interval(time) => Sync::Interval(time.ms()),
            },
            rotate_bytes: audit.rotate.size.map(policy::Size::bytes),
            rotate_ms: audit.rotate.every.map(policy::Duration::ms),
            syslog: audit.syslog.then(|| SYSLOG.to_owned()),
            full: match audit.full {
                AuditFull::Deny => Full::Deny,
                AuditFull::Drop => Full::Drop,
            },
            arguments: match audit.arguments {
                AuditArguments::Sha256 => Arguments::Sha256,
                AuditArguments::Blake3 => Arguments::Blake3,
                AuditArguments::Off => Arguments::Off,
            },
        })
    }

    pub(crate) fn to_bytes(&self) -> Option<Vec<u8>> {
        rkyv::to_bytes::<Error>(self).ok().map(|bytes| bytes.to_vec())
    }

    /// The settings that an image carries.
    ///
    /// # Errors
    /// When it carries some that this version can't read: a trail that is asked for must not be left out.
    pub fn from_image(image: Image<'_>) -> Result<Option<Self>, super::AuditError> {
        let Some(section) = image.section(SectionKind::Audit) else { return Ok(None) };
        let unreadable =
            |_| super::AuditError::new("the image", "its audit settings are those of another version: compile again");
        rkyv::from_bytes::<Self, Error>(section).map(Some).map_err(unreadable)
    }
}
