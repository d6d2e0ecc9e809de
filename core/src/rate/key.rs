//! Where the allowance of a client may lie.

use crate::{num, siphash::siphash};

use super::Charge;

/// Slots that lie together in a [`super::LocalTable`].
pub(super) const WAYS: usize = 4;

/// SipHash-1-3 of the client, under a key of the limit's own.
///
/// Nobody who does not know the seed can tell two clients that fall together, nor where one of them lies under another limit.
#[inline]
pub(super) fn hash_of(charge: &Charge<'_>, seed: (u64, u64)) -> u64 {
    siphash(charge.key, (seed.0 ^ u64::from(charge.limit_id), seed.1))
}

/// The same bits, of which each depends on all below it: for choices that are independent of those bits themselves.
#[inline]
pub(super) const fn mixed(hash: u64) -> u64 {
    hash.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// What a client's allowance is known by, and where it may lie, in a table of one owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// As of [`hash_of`].
    pub(super) hash: u64,
    groups: [usize; 2],
}

impl Key {
    /// Of a charge, among so many groups of slots; `None` without any.
    pub(super) fn of(charge: &Charge<'_>, seed: (u64, u64), groups: usize) -> Option<Self> {
        // 0 is nobody's
        let hash = hash_of(charge, seed).max(1);
        // a power of two of groups, so that no division is needed
        let mask = 1_usize.checked_shl(groups.checked_ilog2()?)?.checked_sub(1)?;
        let first = num::index(num::high(hash)) & mask;
        let apart = num::high(mixed(hash)) | 1;
        let second = (first ^ num::index(apart)) & mask;
        Some(Self { hash, groups: [first, second] })
    }

    /// Group and place in it of each slot that the allowance may lie in, always in this order. In a table of one group they come
    /// twice.
    pub(super) fn places(self) -> impl Iterator<Item = (usize, usize)> {
        self.groups.into_iter().flat_map(|group| (0..WAYS).map(move |way| (group, way)))
    }
}
