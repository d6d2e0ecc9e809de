//! Lists of what is no longer valid before it expires: tokens by `jti`, subjects by the time of issue, keys by `kid`.
//!
//! A policy holds one such list; another one, an image of its own under the label [`LABEL`], may be replaced at run time. A kernel:
//! knows neither tokens nor policies.

use crate::{
    image::{Container, Damage, Faults, Revoked, RevokedKind, RevokedRow},
    num,
    reason::Fault,
};

/// The first eight bytes of every list.
pub const LABEL: [u8; 8] = *b"ADARGA\0R";
/// The version of the format that this engine reads and the host of the same release writes.
pub const VERSION: u32 = 1;
/// The number of the one section there is: [`Revoked`].
pub const SECTION: u32 = 1;
const FAULTS: Faults = Faults {
    label: Fault::RevokedLabel,
    version: Fault::RevokedVersion,
    checksum: Fault::RevokedChecksum,
    section: Fault::RevokedContent,
    content: Fault::RevokedContent,
};

/// What is known of a token that could be revoked.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'t> {
    /// Its `jti`.
    pub id: Option<&'t [u8]>,
    /// Whose it is.
    pub subject: &'t [u8],
    /// When it was issued, Unix milliseconds.
    pub issued_ms: Option<u64>,
    /// The `kid` of the key that verified it.
    pub key: Option<&'t [u8]>,
}

impl Revoked {
    /// Whether a token is revoked. One that doesn't say when it was issued is, when its subject is.
    #[must_use]
    pub fn holds(&self, token: &Facts<'_>) -> bool {
        let before = |row: &RevokedRow| token.issued_ms.is_none_or(|issued| issued < row.before_ms.to_native());
        token.id.is_some_and(|id| self.find(RevokedKind::Token, id).is_some())
            || self.find(RevokedKind::Subject, token.subject).is_some_and(before)
            || token.key.is_some_and(|key| self.find(RevokedKind::Key, key).is_some())
    }

    fn find(&self, kind: RevokedKind, name: &[u8]) -> Option<&RevokedRow> {
        let row = |index| self.rows.get(num::index(index));
        let is_it = |index| row(index).is_some_and(|row| row.kind == kind.number() && row.name.as_bytes() == name);
        row(self.names.find(u64::from(kind.number()), name, is_it)?)
    }
}

/// A validated list, borrowed from wherever it lies.
#[derive(Clone, Copy, Debug)]
pub struct RevocationList<'l> {
    container: Container<'l>,
    revoked: &'l Revoked,
}

impl<'l> RevocationList<'l> {
    /// Validates `bytes`, once.
    ///
    /// # Errors
    /// A [`Fault`] that names the first thing that is wrong.
    pub fn open(bytes: &'l [u8]) -> Result<Self, Fault> {
        Self::over(Container::open(bytes, &LABEL, VERSION, &[SECTION]))
    }

    /// As [`RevocationList::open`], but without computing the checksum: for an owner who opened these very bytes before and let
    /// nobody change them.
    ///
    /// # Errors
    /// A [`Fault`] that names the first thing that is wrong.
    pub fn reopen(bytes: &'l [u8]) -> Result<Self, Fault> {
        Self::over(Container::reopen(bytes, &LABEL, VERSION, &[SECTION]))
    }

    fn over(container: Result<Container<'l>, Damage>) -> Result<Self, Fault> {
        let container = container.map_err(|damage| FAULTS.of(damage))?;
        let revoked = container.content(SECTION, FAULTS.content)?.ok_or(FAULTS.section)?;
        Ok(Self { container, revoked })
    }

    /// SHA-256 of the image: what was remembered under one list must not be believed under another.
    #[must_use]
    pub fn digest(self) -> &'l [u8] {
        self.container.digest()
    }

    /// What is revoked.
    #[must_use]
    pub const fn revoked(self) -> &'l Revoked {
        self.revoked
    }
}
