//! The first page of the file of a table: what it is, what it was made for, and its seed.

use std::hash::{BuildHasher, RandomState};

use adarga_core::rate::Shape;
use sha2::{Digest, Sha256};

use super::{Cause, layout, settings::Purpose};

/// Bytes before the table.
pub(super) const HEADER: usize = 4096;

const LABEL: [u8; 8] = *b"ADARGA\0R";
/// Of this page.
const VERSION: u32 = 1;
/// What the checksum covers; it stands behind it.
const SUMMED: usize = 80;
/// Bytes that are not zero.
const USED: usize = SUMMED + 32;

/// What stands in the page.
pub(super) struct Header {
    pub(super) shape: Shape,
    pub(super) seed: (u64, u64),
}

impl Header {
    /// Of a new table, with a seed that nobody can guess.
    pub(super) fn new(shape: Shape) -> Self {
        let random = RandomState::new();
        Self { shape, seed: (random.hash_one(0), random.hash_one(1)) }
    }

    /// The page, for a table made for `purpose`.
    pub(super) fn write(&self, purpose: &Purpose) -> [u8; HEADER] {
        let mut page = [0; HEADER];
        let mut at = 0;
        let mut put = |bytes: &[u8]| {
            page[at..at + bytes.len()].copy_from_slice(bytes);
            at += bytes.len();
        };
        put(&LABEL);
        put(&VERSION.to_le_bytes());
        // in the order of bytes that the words of the table have
        put(&layout::NUMBER.to_ne_bytes());
        for number in [self.shape.rates, self.shape.windows, self.shape.calls, 0] {
            put(&number.to_le_bytes());
        }
        put(&self.seed.0.to_le_bytes());
        put(&self.seed.1.to_le_bytes());
        put(&purpose.digest);
        let sum = Sha256::digest(&page[..SUMMED]);
        page[SUMMED..USED].copy_from_slice(&sum);
        page
    }

    /// Reads the page of a table for `purpose`, in the order in which a reader can trust it: whether it is one, of which version,
    /// whole, and only then what it was made for.
    pub(super) fn read(page: &[u8; HEADER], purpose: &Purpose) -> Result<Self, Cause> {
        if page[..8] != LABEL {
            return Err(Cause::Foreign);
        }
        if page[8..12] != VERSION.to_le_bytes() || page[12..16] != layout::NUMBER.to_ne_bytes() {
            return Err(Cause::Version);
        }
        if page[SUMMED..USED] != Sha256::digest(&page[..SUMMED])[..] {
            return Err(Cause::Damaged);
        }
        let number = |at: usize| page[at..at + 4].try_into().map(u32::from_le_bytes).unwrap_or_default();
        let shape = Shape { rates: number(16), windows: number(20), calls: number(24) };
        if shape != purpose.shape {
            return Err(Cause::Capacity(shape));
        }
        if page[48..SUMMED] != purpose.digest {
            return Err(Cause::Purpose);
        }
        let word = |at: usize| page[at..at + 8].try_into().map(u64::from_le_bytes).unwrap_or_default();
        Ok(Self { shape, seed: (word(32), word(40)) })
    }
}
