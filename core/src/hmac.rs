//! HMAC-SHA-256 (RFC 2104) under keys of any length, for what is not a token: those have their keys half computed, see `signature`.

use mac::{Hmac, KeyInit, Mac as _};
use sha2::{Sha256, block_api::compress256};
use zeroize::Zeroize;

/// The MAC of the parts, one after another.
pub(crate) fn sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // an HMAC takes keys of every length
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

type State = [u32; 8];

/// What SHA-256 begins with (FIPS 180-4 §5.3.3).
const INITIAL: State = [0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19];
const BLOCK: usize = 64;
/// Bytes of the length at the end of the last block.
const LENGTH: usize = 8;

/// An HMAC-SHA-256 key of 32 bytes that is worked in already, for several messages: two compressions less for each. The states are as
/// secret as the key, and overwritten when their owner goes.
#[derive(Clone)]
pub(crate) struct Keyed {
    inner: State,
    outer: State,
}

impl Keyed {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self { inner: padded(key, 0x36), outer: padded(key, 0x5C) }
    }

    /// The MAC of a message.
    pub(crate) fn sha256(&self, message: &[u8]) -> [u8; 32] {
        finish(self.outer, &finish(self.inner, message))
    }
}

impl Drop for Keyed {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

/// The state behind the block of a key and its padding.
fn padded(key: &[u8; 32], pad: u8) -> State {
    let mut block = [pad; BLOCK];
    block.iter_mut().zip(key).for_each(|(to, from)| *to ^= from);
    let mut state = INITIAL;
    compress256(&mut state, &[block]);
    block.zeroize();
    state
}

/// Hashes `message` and its padding (FIPS 180-4 §5.1.1) behind a state that has seen one block.
fn finish(mut state: State, message: &[u8]) -> [u8; 32] {
    let (blocks, rest) = message.as_chunks::<BLOCK>();
    compress256(&mut state, blocks);
    let mut last = [[0_u8; BLOCK]; 2];
    if let Some((head, [end, ..])) = last.as_flattened_mut().split_at_mut_checked(rest.len()) {
        head.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        *end = 0x80;
    }
    let needed = last.get_mut(..if rest.len() >= BLOCK - LENGTH { 2 } else { 1 }).unwrap_or_default();
    let bits = u64::try_from(message.len().saturating_add(BLOCK)).unwrap_or(u64::MAX).saturating_mul(8);
    if let Some(length) = needed.as_flattened_mut().last_chunk_mut() {
        *length = bits.to_be_bytes();
    }
    compress256(&mut state, needed);
    let mut hash = [0; 32];
    hash.as_chunks_mut().0.iter_mut().zip(state).for_each(|(to, word)| *to = word.to_be_bytes());
    hash
}
