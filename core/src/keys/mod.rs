//! Key sets: the public keys and secrets that tokens are verified with, as an image of their own.
//!
//! The bytes around it are those of a policy image ([`Container`]) under the label [`LABEL`]. The host makes it from a JWKS, once,
//! with every key in the form that verification starts from; here it is validated once and read in place. A key is bound to the
//! algorithms that it may be used for: an RSA key never verifies an HMAC.
//!
//! Invariant: nothing here looks at a token. Nothing here shows what a key is made of, not even to `Debug`.

mod algorithm;
mod image;

use crate::{
    image::{Container, Damage, Faults},
    num,
    reason::Fault,
};

pub use algorithm::{Algorithm, Algorithms, Family};
pub use image::{HmacKey, Keys, Material, Row, RsaKey};

/// The first eight bytes of every key set.
pub const LABEL: [u8; 8] = *b"ADARGA\0K";
/// The version of the format that this engine reads and the host of the same release writes.
pub const VERSION: u32 = 1;
/// The number of the one section there is: [`Keys`].
pub const SECTION: u32 = 1;
const FAULTS: Faults = Faults {
    label: Fault::KeysLabel,
    version: Fault::KeysVersion,
    checksum: Fault::KeysChecksum,
    section: Fault::KeysContent,
    content: Fault::KeysContent,
};
/// Most keys that a token without `kid` is tried with; when more could be meant, it is refused.
pub const CANDIDATES_MAX: usize = 16;

/// A validated key set, borrowed from wherever it lies.
#[derive(Clone, Copy, Debug)]
pub struct KeySet<'k> {
    container: Container<'k>,
    keys: &'k Keys,
}

impl<'k> KeySet<'k> {
    /// Validates `bytes`, once.
    ///
    /// # Errors
    /// A [`Fault`] that names the first thing that is wrong.
    pub fn open(bytes: &'k [u8]) -> Result<Self, Fault> {
        Self::over(Container::open(bytes, &LABEL, VERSION, &[SECTION]))
    }

    /// As [`KeySet::open`], but without computing the checksum: for an owner who opened these very bytes before and let nobody
    /// change them, and wants a set for each call.
    ///
    /// # Errors
    /// A [`Fault`] that names the first thing that is wrong.
    pub fn reopen(bytes: &'k [u8]) -> Result<Self, Fault> {
        Self::over(Container::reopen(bytes, &LABEL, VERSION, &[SECTION]))
    }

    fn over(container: Result<Container<'k>, Damage>) -> Result<Self, Fault> {
        let container = container.map_err(|damage| FAULTS.of(damage))?;
        let keys = container.content(SECTION, FAULTS.content)?.ok_or(FAULTS.section)?;
        Ok(Self { container, keys })
    }

    /// SHA-256 of the image: what was remembered under one key set must not be believed under another.
    #[must_use]
    pub fn digest(self) -> &'k [u8] {
        self.container.digest()
    }

    /// How many keys it holds.
    #[must_use]
    pub fn len(self) -> usize {
        self.keys.rows.len()
    }

    /// Whether it holds no key.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// All keys, in the order of the document.
    pub fn iter(self) -> impl Iterator<Item = Key<'k>> {
        (0..).zip(self.keys.rows.iter()).map(move |(index, row)| Key { set: self, index, row })
    }

    /// The key at a place of the set: [`Key::index`].
    #[must_use]
    pub fn get(self, index: u32) -> Option<Key<'k>> {
        self.row(index).map(|row| Key { set: self, index, row })
    }

    /// The key with exactly this `kid`.
    #[must_use]
    pub fn find(self, kid: &[u8]) -> Option<Key<'k>> {
        // the empty text stands for "no kid" in the rows
        if kid.is_empty() {
            return None;
        }
        self.get(self.keys.names.find(0, kid, |index| self.row(index).is_some_and(|row| row.kid.as_bytes() == kid))?)
    }

    /// The keys to try for a token that names none: those that may be used for `algorithm`, in order. None at all when they are
    /// more than [`CANDIDATES_MAX`], so that no token costs more, and none is tried with some keys only.
    pub fn candidates(self, algorithm: Algorithm) -> impl Iterator<Item = Key<'k>> {
        let fitting = move || self.iter().filter(move |key| key.allows(algorithm));
        let few = fitting().nth(CANDIDATES_MAX).is_none();
        fitting().take(if few { CANDIDATES_MAX } else { 0 })
    }

    fn row(self, index: u32) -> Option<&'k Row> {
        self.keys.rows.get(num::index(index))
    }
}

/// One key of a [`KeySet`].
#[derive(Clone, Copy, Debug)]
pub struct Key<'k> {
    set: KeySet<'k>,
    index: u32,
    row: &'k Row,
}

impl<'k> Key<'k> {
    /// Its place in the set.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.index
    }

    /// The set it belongs to.
    #[must_use]
    pub const fn set(self) -> KeySet<'k> {
        self.set
    }

    /// Its `kid`, if it has one.
    #[must_use]
    pub fn kid(self) -> Option<&'k str> {
        Some(self.row.kid.as_str()).filter(|kid| !kid.is_empty())
    }

    /// What it may be used for: what the document says, as far as the key's family can do it.
    #[must_use]
    pub fn algorithms(self) -> Algorithms {
        let said = Algorithms::from_bits(self.row.algorithms.to_native());
        let able = said.iter().filter(|algorithm| algorithm.family() == self.family());
        able.fold(Algorithms::NONE, Algorithms::with)
    }

    /// Whether it may be used for `algorithm`.
    #[must_use]
    pub fn allows(self, algorithm: Algorithm) -> bool {
        algorithm.family() == self.family() && Algorithms::from_bits(self.row.algorithms.to_native()).contains(algorithm)
    }

    /// What kind of key it is.
    #[must_use]
    pub const fn family(self) -> Family {
        match self.row.material {
            Material::Hmac(_) => Family::Hmac,
            Material::Rsa(_) => Family::Rsa,
            Material::P256(_) => Family::P256,
            Material::P384(_) => Family::P384,
            Material::P521(_) => Family::P521,
            Material::Ed25519(_) => Family::Ed25519,
        }
    }

    /// The key itself, for the back ends that verify with it.
    #[must_use]
    pub const fn material(self) -> &'k Material {
        &self.row.material
    }
}
