//! The back end for keys that verify again and again: multiples of ES256 and Ed25519 keys, computed when a set is loaded.
//!
//! A verification is then a sum of some eighty points without a doubling, which takes about half the time of aws-lc. What has no
//! table (other algorithms, other sets, keys beyond the budget) is left to the back end underneath; the verdicts are the same.
//!
//! Invariant: tables see public keys and signatures alone, so nothing about them is constant-time. No secret gets here but on its
//! way to the back end underneath.

mod comb;
mod ed25519;
mod field;
mod p256;

use adarga_core::{
    keys::{Algorithm, Key, KeySet, Material},
    signature::Crypto,
};

/// What the tables of one set may take unless it is said otherwise, in bytes: 47 keys of P-256 (86 KiB each), or 19 of Ed25519
/// (215 KiB each).
pub const TABLES_MAX: usize = 4 << 20;

/// Verifies ES256 and EdDSA with tables and everything else with `B`.
pub struct Tables<B> {
    backend: B,
    digest: [u8; 32],
    keys: Vec<Table>,
    bytes: usize,
}

/// The multiples of one key.
enum Table {
    P256(p256::Key),
    Ed25519(ed25519::Key),
    None,
}

impl<B: Crypto> Tables<B> {
    /// Computes tables for the keys of a set, in order, for each that still fits into `bytes_max`; 0 computes none. A key of P-256
    /// takes about two milliseconds, one of Ed25519 a third of one. The tables of the two base points, 301 KiB that all sets share,
    /// are not counted.
    #[must_use]
    pub fn new(keys: KeySet<'_>, backend: B, bytes_max: usize) -> Self {
        let mut tables = Self { backend, digest: keys.digest().try_into().unwrap_or_default(), keys: Vec::new(), bytes: 0 };
        for key in keys.iter() {
            let (table, bytes) = Table::new(&key, bytes_max - tables.bytes);
            tables.keys.push(table);
            tables.bytes += bytes;
        }
        tables
    }

    /// What the tables take, in bytes.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// The back end underneath.
    #[must_use]
    pub const fn backend(&self) -> &B {
        &self.backend
    }
}

impl<B: Crypto> Crypto for Tables<B> {
    fn verify(&self, algorithm: Algorithm, key: &Key<'_>, message: &[u8], signature: &[u8]) -> bool {
        let own = key.allows(algorithm) && key.set().digest() == self.digest;
        match self.keys.get(key.index() as usize).filter(|_| own) {
            Some(Table::P256(table)) if algorithm == Algorithm::Es256 => table.verify(message, signature),
            Some(Table::Ed25519(table)) if algorithm == Algorithm::EdDsa => table.verify(message, signature),
            _ => self.backend.verify(algorithm, key, message, signature),
        }
    }
}

/// How much they take; nothing of the keys.
impl<B> std::fmt::Debug for Tables<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tables").field("keys", &self.keys.len()).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl Table {
    /// The table of a key that can have one within `room` bytes, and what it takes.
    fn new(key: &Key<'_>, room: usize) -> (Self, usize) {
        let (table, bytes) = match key.material() {
            Material::P256(point) if room >= p256::BYTES => (p256::Key::new(point).map(Self::P256), p256::BYTES),
            Material::Ed25519(point) if room >= ed25519::BYTES => (ed25519::Key::new(point).map(Self::Ed25519), ed25519::BYTES),
            _ => (None, 0),
        };
        table.map_or((Self::None, 0), |table| (table, bytes))
    }
}
