//! What takes the place of a value.

use crate::{edits::Masked, hmac};

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

impl Mask<'_> {
    /// The mask of a value with this text.
    pub(crate) fn of(self, text: &[u8]) -> Masked {
        match self {
            Self::Redacted => Masked::Redacted,
            Self::LastFour => last_four(text).map_or(Masked::Redacted, Masked::LastFour),
            Self::Pseudonym(key) => Masked::Pseudonym(hmac::sha256(key, &[text]).first_chunk().copied().unwrap_or_default()),
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
