//! What a table is for.

use adarga_core::{
    Image,
    rate::{Limit, Shape},
};
use sha2::{Digest, Sha256};

use crate::rates::shape;

/// What a table is made for. Only who says the same shares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// How many clients, whose allowances are not whole, it holds at once, and what windows; at most 4 GiB.
    pub shape: Shape,
    /// What it counts, such as [`digest`] says.
    pub digest: [u8; 32],
    /// What becomes of a table that was made for something else.
    pub other: Other,
}

impl Purpose {
    /// What a policy counts in a table of this machine, all of its clients under every limit that a message is charged under; none
    /// where it counts nothing there. A table for something else is refused.
    #[must_use]
    pub fn of(image: Image<'_>) -> Option<Self> {
        let rates = image.rates().filter(|rates| rates.needs_table())?;
        let rows = rates.limits.iter().chain(rates.shares.iter());
        let limits: Vec<_> = rows.filter_map(|row| Some((row.tag.to_native(), row.limit()?))).collect();
        Some(Self { shape: shape(rates), digest: digest(image.policy().name.as_str(), &limits), other: Other::Refuse })
    }
}

/// What becomes of a file at the same path that is a table for something else: other limits, other capacity, another version of
/// this library. A file that is none, or is damaged, is refused whatever this says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Other {
    /// It stays, and there is no table.
    #[default]
    Refuse,
    /// It is replaced by an empty one. Whoever still uses the old one is told so at its next charge, and gets nothing more from
    /// it: two tables never count the same calls.
    Replace,
}

/// What a policy's limits are, in the order of their ids, each with a number that says which of the policy it is, under the name of
/// the policy. Tables of policies that differ in this are never shared.
#[must_use]
pub fn digest(policy: &str, limits: &[(u64, Limit)]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"adarga rates 1\0");
    hash.update(u64::try_from(policy.len()).unwrap_or(u64::MAX).to_le_bytes());
    hash.update(policy.as_bytes());
    for (tag, limit) in limits {
        hash.update(tag.to_le_bytes());
        hash.update(words(*limit).as_flattened());
    }
    hash.finalize().into()
}

/// A limit as numbers that no other limit has.
fn words(limit: Limit) -> [[u8; 8]; 4] {
    let words = match limit {
        Limit::Window(window) => [1, window.span_ms(), u64::from(window.calls().get()), 0],
        Limit::Gcra(gcra) => [2, gcra.interval(), gcra.ticks(), u64::from(gcra.burst().get())],
    };
    words.map(u64::to_le_bytes)
}
