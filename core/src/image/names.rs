//! Names found by hash: 10 or 100,000 cost the same.

use rkyv::{
    Portable,
    bytecheck::CheckBytes,
    primitive::{ArchivedU32, ArchivedU64},
    vec::ArchivedVec,
};

use crate::{num, text};

/// An open-addressing table from names to indices, at most half full, its size a power of two.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Names {
    /// The SipHash key, chosen by the compiler so that no probe is long.
    pub key: [ArchivedU64; 2],
    /// The slots.
    pub slots: ArchivedVec<Slot>,
}

/// One slot of [`Names`].
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Slot {
    /// The upper half of the hash.
    pub tag: ArchivedU32,
    /// The index plus one; 0 in an empty slot.
    pub entry: ArchivedU32,
}

/// Where a hash starts probing in a table of `size` slots (a power of two), and its tag. The compiler fills by the same rule.
#[inline]
#[must_use]
pub fn place(hash: u64, size: usize) -> (usize, u32) {
    let [a, b, c, d, e, f, g, h] = hash.to_le_bytes();
    let low = u32::from_le_bytes([a, b, c, d]);
    (num::index(low) & size.wrapping_sub(1), u32::from_le_bytes([e, f, g, h]))
}

/// Slots of a table that is searched without hashing: room for four names.
const FEW: usize = 8;

impl Names {
    /// The index that `name` of the given `space` stands for, where `is_it` says whether the entry at an index has that name in that
    /// space.
    #[inline]
    #[must_use]
    pub fn find(&self, space: u64, name: &[u8], is_it: impl Fn(u32) -> bool) -> Option<u32> {
        if self.slots.len() <= FEW {
            // looked at faster than hashed; `is_it` knows the spaces apart
            return self.slots.iter().filter_map(|slot| slot.entry.to_native().checked_sub(1)).find(|&entry| is_it(entry));
        }
        let [key0, key1] = &self.key;
        let (start, tag) = place(text::hash((key0.to_native() ^ space, key1.to_native()), name), self.slots.len());
        let slots = self.slots.iter();
        // at most once around; the first empty slot ends the search
        let probes = slots.clone().skip(start).chain(slots.take(start));
        for slot in probes {
            let entry = slot.entry.to_native().checked_sub(1)?;
            if slot.tag.to_native() == tag && is_it(entry) {
                return Some(entry);
            }
        }
        None
    }
}
