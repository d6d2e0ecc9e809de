//! SipHash-1-3 (Aumasson and Bernstein, 2012): a hash under a key that nobody who doesn't know it can steer.
//!
//! Of a whole text at once, which is less work than feeding a hasher piece by piece: names are short, and each call hashes several.

/// The hash of `text` under `key`.
#[inline]
#[must_use]
pub(crate) fn siphash(text: &[u8], key: (u64, u64)) -> u64 {
    let mut state = State([
        key.0 ^ 0x736F_6D65_7073_6575,
        key.1 ^ 0x646F_7261_6E64_6F6D,
        key.0 ^ 0x6C79_6765_6E65_7261,
        key.1 ^ 0x7465_6462_7974_6573,
    ]);
    let (words, rest) = text.as_chunks::<8>();
    for word in words {
        state.take(u64::from_le_bytes(*word));
    }
    let len = u64::try_from(text.len()).unwrap_or(0) << 56;
    state.take(len | last(text, rest));
    state.0[2] ^= 0xFF;
    state.round();
    state.round();
    state.round();
    let State([a, b, c, d]) = state;
    (a ^ b) ^ (c ^ d)
}

/// The bytes behind the last whole word, as a number; 0 without any.
#[inline(always)]
fn last(text: &[u8], rest: &[u8]) -> u64 {
    match text.last_chunk::<8>() {
        _ if rest.is_empty() => 0,
        // one load, of which those of the word before are shifted out
        Some(word) => u64::from_le_bytes(*word) >> (8_usize.wrapping_sub(rest.len()) << 3 & 63),
        None => rest.iter().rev().fold(0, |all, &byte| all << 8 | u64::from(byte)),
    }
}

struct State([u64; 4]);

impl State {
    #[inline(always)]
    fn take(&mut self, word: u64) {
        self.0[3] ^= word;
        self.round();
        self.0[0] ^= word;
    }

    #[inline(always)]
    fn round(&mut self) {
        let Self([a, b, c, d]) = self;
        (*a, *c) = (a.wrapping_add(*b), c.wrapping_add(*d));
        (*b, *d) = (b.rotate_left(13) ^ *a, d.rotate_left(16) ^ *c);
        (*a, *c) = (a.rotate_left(32), c.wrapping_add(*b));
        *a = a.wrapping_add(*d);
        (*b, *d) = (b.rotate_left(17) ^ *c, d.rotate_left(21) ^ *a);
        *c = c.rotate_left(32);
    }
}
