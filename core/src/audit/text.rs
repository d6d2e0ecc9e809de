//! Texts of a line: written out in one way, or replaced by their length and hash.

use core::str;

use sha2::{Digest as _, Sha256};

use super::key::KEY_LEN;
use crate::write::Out;

/// Longest text that is written out, in bytes.
pub const TEXT_MAX: usize = 256;

/// A text as a line has it. Empty is absent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Text<'t> {
    /// At most [`TEXT_MAX`] bytes of UTF-8.
    Plain(&'t [u8]),
    /// What is too long or not UTF-8: its length and SHA-256.
    Replaced(u64, [u8; KEY_LEN]),
}

impl Default for Text<'_> {
    fn default() -> Self {
        Self::Plain(b"")
    }
}

impl<'t> Text<'t> {
    /// The form of `text` in a line.
    pub(super) fn of(text: &'t [u8]) -> Self {
        if text.len() <= TEXT_MAX && str::from_utf8(text).is_ok() { Self::Plain(text) } else { Self::replaced(text) }
    }

    pub(super) fn replaced(text: &[u8]) -> Self {
        Self::Replaced(u64::try_from(text.len()).unwrap_or(u64::MAX), Sha256::digest(text).into())
    }

    pub(super) const fn is_absent(&self) -> bool {
        matches!(self, Self::Plain([]))
    }
}

/// Writes UTF-8 as a JSON string: escapes as in RFC 8785 §3.2.2.2, and beside them what breaks lines or leads terminals astray.
pub(super) fn string(out: &mut Out<'_>, text: &[u8]) {
    out.raw(b"\"");
    let mut rest = text;
    while let Some(at) = rest.iter().position(|&byte| is_doubtful(byte)) {
        let Some((plain, behind)) = rest.split_at_checked(at) else { break };
        out.raw(plain);
        rest = escape(out, behind);
    }
    out.raw(rest).raw(b"\"");
}

/// Whether a byte is escaped or may begin what is.
const fn is_doubtful(byte: u8) -> bool {
    matches!(byte, 0..0x20 | b'"' | b'\\' | 0x7F | 0xC2 | 0xE2)
}

/// Writes the character that `text` begins with, and gives what stands behind it.
fn escape<'t>(out: &mut Out<'_>, text: &'t [u8]) -> &'t [u8] {
    let (code, rest) = match text {
        [b'"', rest @ ..] => return pair(out, b"\\\"", rest),
        [b'\\', rest @ ..] => return pair(out, b"\\\\", rest),
        [0x08, rest @ ..] => return pair(out, b"\\b", rest),
        [b'\t', rest @ ..] => return pair(out, b"\\t", rest),
        [b'\n', rest @ ..] => return pair(out, b"\\n", rest),
        [0x0C, rest @ ..] => return pair(out, b"\\f", rest),
        [b'\r', rest @ ..] => return pair(out, b"\\r", rest),
        [byte @ (0..0x20 | 0x7F), rest @ ..] => ([0, *byte], rest),
        // U+0080 to U+009F
        [0xC2, byte @ 0x80..=0x9F, rest @ ..] => ([0, *byte], rest),
        // U+200E, U+200F, U+2028 to U+202E
        [0xE2, 0x80, byte @ (0x8E | 0x8F | 0xA8..=0xAE), rest @ ..] => ([0x20, byte & 0x3F], rest),
        // U+2066 to U+2069
        [0xE2, 0x81, byte @ 0xA6..=0xA9, rest @ ..] => ([0x20, 0x40 | byte & 0x3F], rest),
        [byte, rest @ ..] => return pair(out, &[*byte], rest),
        [] => return text,
    };
    out.raw(b"\\u").hex(&code);
    rest
}

fn pair<'t>(out: &mut Out<'_>, written: &[u8], rest: &'t [u8]) -> &'t [u8] {
    out.raw(written);
    rest
}
