//! HMAC (RFC 2104, RFC 7518 §3.2) from chaining values that were computed when the key set was made: two compressions less for
//! each token, and the secret itself is not touched.

#[cfg(feature = "hmac")]
use core::array::from_fn;
use core::hint::black_box;

use crate::keys::{Algorithm, HmacKey};

#[cfg(not(feature = "hmac"))]
pub(super) fn verify(_: Algorithm, _: &HmacKey, _: &[u8], _: &[u8]) -> bool {
    false
}

/// Whether `mac` is the whole MAC of `message`.
#[cfg(feature = "hmac")]
pub(super) fn verify(algorithm: Algorithm, key: &HmacKey, message: &[u8], mac: &[u8]) -> bool {
    match algorithm {
        Algorithm::Hs256 => sha256::mac(&key.sha256, message, 8).is_some_and(|own| same(own.as_flattened(), mac)),
        Algorithm::Hs384 => {
            let own = sha512::mac(&key.sha384, message, 6);
            own.is_some_and(|own| same(own.as_flattened().get(..48).unwrap_or_default(), mac))
        }
        Algorithm::Hs512 => sha512::mac(&key.sha512, message, 8).is_some_and(|own| same(own.as_flattened(), mac)),
        _ => false,
    }
}

/// HMAC-SHA-256 of `message` from chaining values, inner then outer; none without them or without this family.
#[cfg(feature = "hmac")]
pub(crate) fn hmac_sha256(states: &[rkyv::primitive::ArchivedU32], message: &[u8]) -> Option<[u8; 32]> {
    sha256::mac(states, message, 8)?.as_flattened().first_chunk().copied()
}

/// None: this family is not built in.
#[cfg(not(feature = "hmac"))]
pub(crate) const fn hmac_sha256(_: &[rkyv::primitive::ArchivedU32], _: &[u8]) -> Option<[u8; 32]> {
    None
}

/// Whether both are equal, in a time that depends on their lengths alone: compared word by word, never stopped early.
#[must_use]
pub fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let ((a_blocks, a_rest), (b_blocks, b_rest)) = (a.as_chunks::<64>(), b.as_chunks::<64>());
    let mut differ = 0_u64;
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        // the barrier keeps the compiler from leaving at the first block that differs; within one it has no reason to
        differ = black_box(differ | words_differ(a, b));
    }
    let ((a_words, a_bytes), (b_words, b_bytes)) = (a_rest.as_chunks::<8>(), b_rest.as_chunks::<8>());
    differ = black_box(differ | words_differ(a_words.as_flattened(), b_words.as_flattened()));
    for (a, b) in a_bytes.iter().zip(b_bytes) {
        differ = black_box(differ | u64::from(a ^ b));
    }
    differ == 0
}

/// 0 when two texts of whole words are equal.
#[inline(always)]
fn words_differ(a: &[u8], b: &[u8]) -> u64 {
    let pairs = a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0);
    pairs.fold(0, |differ, (a, b)| differ | (u64::from_ne_bytes(*a) ^ u64::from_ne_bytes(*b)))
}

macro_rules! hmac {
    ($name:ident, $word:ty, $archived:ty, $block:literal, $length:literal, $compress:path) => {
        #[cfg(feature = "hmac")]
        mod $name {
            use super::from_fn;
            use $compress as compress;

            type State = [$word; 8];

            /// The words of the MAC in order; `words` of the inner hash go into the outer one. `None` without a state.
            pub(super) fn mac(states: &[$archived], message: &[u8], words: usize) -> Option<[[u8; size_of::<$word>()]; 8]> {
                let (inner, outer) = states.split_at_checked(8).filter(|(_, outer)| outer.len() == 8)?;
                let state = |words: &[$archived]| -> State { from_fn(|at| words.get(at).map_or(0, |word| word.to_native())) };
                let inner = finish(state(inner), message).map(<$word>::to_be_bytes);
                let inner = inner.as_flattened().get(..words.saturating_mul(size_of::<$word>()))?;
                Some(finish(state(outer), inner).map(<$word>::to_be_bytes))
            }

            /// Hashes `message` and the padding (FIPS 180-4 §5.1) after a state that has seen one block.
            fn finish(mut state: State, message: &[u8]) -> State {
                let (blocks, rest) = message.as_chunks::<$block>();
                compress(&mut state, blocks);
                let mut last = [[0_u8; $block]; 2];
                if let Some((head, [end, ..])) = last.as_flattened_mut().split_at_mut_checked(rest.len()) {
                    head.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                    *end = 0x80;
                }
                let bits = u64::try_from(message.len()).unwrap_or(u64::MAX).saturating_add($block).saturating_mul(8);
                // the length stands at the end of the last block that is needed
                let two = rest.len() >= $block - $length;
                let needed = last.get_mut(..if two { 2 } else { 1 }).unwrap_or_default();
                for (to, from) in needed.as_flattened_mut().iter_mut().rev().zip(bits.to_le_bytes()) {
                    *to = from;
                }
                compress(&mut state, needed);
                state
            }
        }
    };
}

hmac! { sha256, u32, rkyv::primitive::ArchivedU32, 64, 8, sha2::block_api::compress256 }
hmac! { sha512, u64, rkyv::primitive::ArchivedU64, 128, 16, sha2::block_api::compress512 }
