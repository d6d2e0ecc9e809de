//! The compact record that the MAC of a line covers. All numbers are big-endian.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version of the record: 1 |
//! | 16 | chain id |
//! | 8 | sequence, from 0 |
//! | 32 | MAC of the line before in this chain; zeroes for the first |
//! | 8 | time, Unix milliseconds |
//! | 1 | number of the event |
//! | 1 | bit 0: success; bit 1: a duration follows; bit 2: memory follows; bits 3 and 4: 1 HMAC-SHA-256, 2 BLAKE3 of arguments follows |
//! | 8 | duration in microseconds, if any |
//! | 8 | memory in bytes, if any |
//! | 32 | digest of the arguments, if any |
//! | 11 texts | agent, method, note, peer, pointer, reason, request, server, subject, target, version |
//! | 2 lists | permissions, roles |
//!
//! A text is its length in two bytes and its UTF-8; a list the length of its packed texts in two bytes, then for each text its
//! length in two bytes and its UTF-8. What is absent has length 0. What was replaced is `FF FF`, its length in eight bytes and its
//! SHA-256 in 32.

use super::{
    fields::{Fields, Packed},
    key::{Digest, KEY_LEN},
    text::Text,
};
use crate::write::{Out, TooSmall};

const VERSION: u8 = 1;
const REPLACED: u16 = 0xFFFF;

/// Writes the record of a line into `memory`.
pub(super) fn record<'m>(fields: &Fields<'_>, memory: &'m mut [u8]) -> Result<&'m [u8], TooSmall> {
    let mut out = Out::new(memory);
    out.raw(&[VERSION]).raw(fields.chain.as_bytes()).raw(&fields.sequence.to_be_bytes()).raw(&fields.prev);
    out.raw(&fields.time_ms.to_be_bytes()).raw(&[fields.event.number(), flags(fields)]);
    for number in [fields.duration_us, fields.memory].into_iter().flatten() {
        out.raw(&number.to_be_bytes());
    }
    if let Some(Digest::Sha256(digest) | Digest::Blake3(digest)) = &fields.arguments {
        out.raw(digest);
    }
    for text in &fields.texts {
        match text {
            Text::Plain(text) => plain(&mut out, text),
            Text::Replaced(len, hash) => replaced(&mut out, *len, hash),
        }
    }
    for list in [fields.permissions, fields.roles] {
        match list.0 {
            Packed::Items(items) => plain(&mut out, items),
            Packed::Replaced(len, hash) => replaced(&mut out, len, &hash),
        }
    }
    out.finish()
}

fn flags(fields: &Fields<'_>) -> u8 {
    let arguments = match fields.arguments {
        None => 0,
        Some(Digest::Sha256(_)) => 1 << 3,
        Some(Digest::Blake3(_)) => 2 << 3,
    };
    let number = |bit: u8, number: Option<u64>| if number.is_some() { bit } else { 0 };
    u8::from(fields.success) | number(1 << 1, fields.duration_us) | number(1 << 2, fields.memory) | arguments
}

/// Texts and lists that are written out are far shorter than what two bytes can say.
fn plain(out: &mut Out<'_>, bytes: &[u8]) {
    out.raw(&u16::try_from(bytes.len()).unwrap_or(REPLACED).to_be_bytes()).raw(bytes);
}

fn replaced(out: &mut Out<'_>, len: u64, hash: &[u8; KEY_LEN]) {
    out.raw(&REPLACED.to_be_bytes()).raw(&len.to_be_bytes()).raw(hash);
}
