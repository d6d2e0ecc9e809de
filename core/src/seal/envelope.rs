//! The text that a sealed field is: see the head of [`seal`](super).

use crate::signature::base64url;

use super::{gcm::TAG_LEN, key::XNONCE_LEN};

/// What the text of every sealed field begins with; the digit is the version of the envelope.
pub const PREFIX: &[u8] = b"adg1.";

/// Key id and nonce.
pub(super) const HEAD: usize = 4 + XNONCE_LEN;

/// What [`open`](super::open) needs beside the value itself.
pub const OPEN_ROOM_EXTRA: usize = HEAD + TAG_LEN;

/// The longest value that is sealed, in bytes.
const PLAIN_MAX: usize = 1 << 31;

/// How long the text is when a value of `len` bytes is sealed; `None` beyond 2^31 bytes.
#[must_use]
pub const fn sealed_len(len: usize) -> Option<usize> {
    if len > PLAIN_MAX {
        return None;
    }
    let bytes = len.saturating_add(OPEN_ROOM_EXTRA);
    // four letters for three bytes, without padding
    Some(PREFIX.len().saturating_add(bytes).saturating_add(bytes.div_ceil(3)))
}

/// How much memory opening `sealed` takes; `None` if it is no sealed field.
#[must_use]
pub fn open_room(sealed: &[u8]) -> Option<usize> {
    let len = base64url::decoded_len(sealed.strip_prefix(PREFIX)?.len());
    (len >= OPEN_ROOM_EXTRA).then_some(len)
}

/// The id of the key that a field was sealed under, before it is known whether it opens; `None` if it is no sealed field.
#[must_use]
pub fn key_id(sealed: &[u8]) -> Option<u32> {
    open_room(sealed)?;
    let mut head = [0; 6];
    base64url::decode(sealed.strip_prefix(PREFIX)?.get(..8)?, &mut head)?;
    head.first_chunk().map(|id| u32::from_be_bytes(*id))
}

/// The bytes of an envelope.
pub(super) struct Parts<'p> {
    pub(super) key_id: &'p mut [u8; 4],
    pub(super) nonce: &'p mut [u8; XNONCE_LEN],
    pub(super) text: &'p mut [u8],
    pub(super) tag: &'p mut [u8; TAG_LEN],
}

impl<'p> Parts<'p> {
    /// Of memory that holds an envelope and nothing else.
    pub(super) fn all(bytes: &'p mut [u8]) -> Option<Self> {
        let (key_id, rest) = bytes.split_first_chunk_mut()?;
        let (nonce, rest) = rest.split_first_chunk_mut()?;
        let (text, tag) = rest.split_last_chunk_mut()?;
        Some(Self { key_id, nonce, text, tag })
    }

    /// At the end of memory that will hold the text of an envelope around `len` bytes.
    pub(super) fn last(out: &'p mut [u8], len: usize) -> Option<Self> {
        let at = out.len().checked_sub(len.checked_add(OPEN_ROOM_EXTRA)?)?;
        Self::all(out.get_mut(at..)?)
    }
}

/// Decodes the text of an envelope into `out`, which is as long as [`open_room`] said.
pub(super) fn read_text(sealed: &[u8], out: &mut [u8]) -> Option<()> {
    base64url::decode(sealed.strip_prefix(PREFIX)?, out).map(drop)
}

/// Writes the text of an envelope around `len` bytes whose bytes stand at its end.
///
/// The text takes four letters for three bytes and ends where they end, so it reaches no byte that was not read before.
pub(super) fn write_text(out: &mut [u8], len: usize) {
    let bytes = len.saturating_add(OPEN_ROOM_EXTRA);
    let (mut from, mut to) = (out.len().saturating_sub(bytes), PREFIX.len());
    while from < out.len() {
        let three = [0, 1, 2].map(|step| out.get(from.saturating_add(step)).copied().unwrap_or(0));
        let count = out.len().saturating_sub(from).saturating_add(1).min(4);
        from = from.saturating_add(3);
        let four = letters(three);
        if let (Some(place), Some(four)) = (out.get_mut(to..to.saturating_add(count)), four.get(..count)) {
            place.copy_from_slice(four);
        }
        to = to.saturating_add(count);
    }
    if let Some(front) = out.get_mut(..PREFIX.len()) {
        front.copy_from_slice(PREFIX);
    }
}

/// The four letters of three bytes, without branches and tables: what is encoded may be secret.
fn letters(three: [u8; 3]) -> [u8; 4] {
    let [a, b, c] = three.map(u32::from);
    let word = a << 16 | b << 8 | c;
    [18, 12, 6, 0].map(|shift| letter(word >> shift & 63))
}

/// The letter of a value below 64: from `A` on, and beyond 25, 51, 61 and 62 with the distance to the next range on top.
fn letter(value: u32) -> u8 {
    // the sign of a difference says whether the value lies beyond
    let beyond = |last: u32, distance: u32| (last.wrapping_sub(value) >> 31).wrapping_mul(distance);
    // 'a' − 26 − 'A' = 6; '0' − 52 − 71, '-' − 62 + 4 and '_' − 63 + 17 go around
    let shift = beyond(25, 6).wrapping_sub(beyond(51, 75)).wrapping_sub(beyond(61, 13)).wrapping_add(beyond(62, 49));
    value.wrapping_add(65).wrapping_add(shift).to_le_bytes()[0]
}
