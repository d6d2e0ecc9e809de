//! What a sealed field is bound to. A kernel: the one place that knows how it is hashed.

use sha2::{Digest, Sha256};

/// The additional data of a sealed field: see [`Context::aad`](crate::seal::Context::aad).
pub type Aad = [u8; 32];

/// The additional data of a field of a policy and a record, whose pointer comes in pieces.
pub(crate) fn aad<'p>(policy: &[u8], pointer: impl Iterator<Item = &'p [u8]> + Clone, record: &[u8]) -> Aad {
    let mut hash = Sha256::new_with_prefix(b"adarga seal 1");
    let len = |len: usize| u64::try_from(len).unwrap_or(u64::MAX).to_be_bytes();
    hash.update(len(policy.len()));
    hash.update(policy);
    hash.update(len(pointer.clone().map(<[u8]>::len).fold(0, usize::saturating_add)));
    pointer.for_each(|piece| hash.update(piece));
    hash.update(len(record.len()));
    hash.update(record);
    hash.finalize().into()
}
