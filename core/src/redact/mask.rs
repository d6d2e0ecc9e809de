//! What takes the place of a value.

use sha2::{Digest, Sha256};

/// How a value is masked.
#[derive(Clone, Copy)]
pub enum Mask<'k> {
    /// `[REDACTED]`
    Redacted,
    /// `****` and the last four letters or digits, of a value that has eight of them or more; otherwise `[REDACTED]`.
    LastFour,
    /// `pseudonym:` and 16 hexadecimal digits of HMAC-SHA-256 (RFC 2104) under this key: equal values have equal pseudonyms, and
    /// nobody without the key can try values out.
    Pseudonym(&'k [u8; 32]),
}

impl core::fmt::Debug for Mask<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Redacted => "Redacted",
            Self::LastFour => "LastFour",
            Self::Pseudonym(_) => "Pseudonym(…)",
        })
    }
}

/// The mask of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Masked {
    Redacted,
    LastFour([u8; 4]),
    Pseudonym([u8; 8]),
}

impl Mask<'_> {
    /// The mask of a value with this text.
    pub(super) fn of(self, text: &[u8]) -> Masked {
        match self {
            Self::Redacted => Masked::Redacted,
            Self::LastFour => last_four(text).map_or(Masked::Redacted, Masked::LastFour),
            Self::Pseudonym(key) => Masked::Pseudonym(pseudonym(key, text)),
        }
    }
}

fn last_four(text: &[u8]) -> Option<[u8; 4]> {
    const LEN_MIN: usize = 8;
    let shown = || text.iter().rev().copied().filter(u8::is_ascii_alphanumeric);
    if shown().take(LEN_MIN).count() < LEN_MIN {
        return None;
    }
    let mut last = [0_u8; 4];
    for (place, byte) in last.iter_mut().rev().zip(shown()) {
        *place = byte;
    }
    Some(last)
}

/// The first bytes of HMAC-SHA-256.
fn pseudonym(key: &[u8; 32], text: &[u8]) -> [u8; 8] {
    const BLOCK: usize = 64;
    let padded = |pad: u8| {
        let mut block = [pad; BLOCK];
        for (place, byte) in block.iter_mut().zip(key) {
            *place ^= byte;
        }
        block
    };
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(text).finalize();
    let outer = Sha256::new().chain_update(padded(0x5C)).chain_update(inner).finalize();
    outer.first_chunk().copied().unwrap_or_default()
}
