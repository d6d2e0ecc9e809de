//! Where the allowance of a client may lie.

use core::hash::Hasher;

use siphasher::sip::SipHasher13;

use crate::num;

use super::Charge;

/// Slots that lie together.
pub(super) const WAYS: usize = 4;

/// What a client's allowance is known by, and where it may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// SipHash-1-3 of limit and client, never 0.
    pub(super) hash: u64,
    groups: [usize; 2],
}

impl Key {
    /// Of a charge, among so many groups of slots; `None` without any.
    pub(super) fn of(charge: &Charge<'_>, seed: (u64, u64), groups: usize) -> Option<Self> {
        let mut hasher = SipHasher13::new_with_keys(seed.0, seed.1);
        // of fixed width and in front, so that no two pairs make one text
        hasher.write(&charge.limit_id.to_le_bytes());
        hasher.write(charge.key);
        let hash = hasher.finish();
        // a power of two of groups, so that no division is needed
        let mask = 1_usize.checked_shl(groups.checked_ilog2()?)?.checked_sub(1)?;
        // the twelve bits in front, which no owner word holds, say most of where it lies
        let first = num::index(num::high(hash.rotate_left(44))) & mask;
        // the others, spread by an odd multiplication, how far away the second group is
        let apart = num::high(hash.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_shl(16)) | 1;
        let second = (first ^ num::index(apart)) & mask;
        Some(Self { hash: hash.max(1), groups: [first, second] })
    }

    /// Group and place in it of each slot that the allowance may lie in, always in this order. In a table of one group they come
    /// twice.
    pub(super) fn places(self) -> impl Iterator<Item = (usize, usize)> {
        self.groups.into_iter().flat_map(|group| (0..WAYS).map(move |way| (group, way)))
    }
}
