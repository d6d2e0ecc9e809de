//! A bounded writer for the few records of fixed shape that core renders: replies, pointers, edited lists.
//!
//! Invariant: nothing is ever truncated. A record that does not fit is reported by [`Out::finish`] and its bytes are not used.

use crate::text;

/// Writes into memory of the caller and remembers whether everything fitted.
#[derive(Debug)]
pub struct Out<'b> {
    buffer: &'b mut [u8],
    len: usize,
    whole: bool,
}

/// The caller's buffer was too small for the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooSmall;

impl<'b> Out<'b> {
    /// Starts an empty record in `buffer`.
    #[must_use]
    pub const fn new(buffer: &'b mut [u8]) -> Self {
        Self { buffer, len: 0, whole: true }
    }

    /// Appends `bytes` as they are.
    #[inline(never)]
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        let end = self.len.saturating_add(bytes.len());
        match self.buffer.get_mut(self.len..end) {
            Some(room) if self.whole => {
                // as `copy_from_slice`, whose panic stays in where the compiler optimises for size
                let (words, bytes) = bytes.as_chunks::<16>();
                let (places, rest) = room.as_chunks_mut();
                places.iter_mut().zip(words).for_each(|(place, word)| *place = *word);
                rest.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
                self.len = end;
            }
            _ => self.whole = false,
        }
        self
    }

    /// Appends the decimal digits of `n`.
    pub fn integer(&mut self, n: i64) -> &mut Self {
        let mut digits = [0_u8; 20];
        let mut rest = n.unsigned_abs();
        let mut used = 0_usize;
        for slot in digits.iter_mut().rev() {
            *slot = b'0'.wrapping_add(u8::try_from(rest % 10).unwrap_or(0));
            rest /= 10;
            used = used.saturating_add(1);
            if rest == 0 {
                break;
            }
        }
        if n < 0 {
            self.raw(b"-");
        }
        let start = digits.len().saturating_sub(used);
        self.raw(digits.get(start..).unwrap_or_default())
    }

    /// Appends `text`, which is UTF-8, as a JSON string (RFC 8259 §7).
    pub fn json_string(&mut self, text: &[u8]) -> &mut Self {
        self.raw(b"\"").json_text(text).raw(b"\"")
    }

    /// Appends `text`, which is UTF-8, escaped for the inside of a JSON string.
    pub fn json_text(&mut self, text: &[u8]) -> &mut Self {
        for run in text.split_inclusive(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
            let Some((&last, plain)) = run.split_last() else { continue };
            match last {
                b'"' => self.raw(plain).raw(b"\\\""),
                b'\\' => self.raw(plain).raw(b"\\\\"),
                b'\n' => self.raw(plain).raw(b"\\n"),
                b'\r' => self.raw(plain).raw(b"\\r"),
                b'\t' => self.raw(plain).raw(b"\\t"),
                0..0x20 => self.raw(plain).raw(b"\\u00").hex(&[last]),
                _ => self.raw(run),
            };
        }
        self
    }

    /// Appends two hexadecimal digits a byte, in lower case.
    pub fn hex(&mut self, bytes: &[u8]) -> &mut Self {
        let end = self.len.saturating_add(bytes.len().saturating_mul(2));
        match self.buffer.get_mut(self.len..end) {
            Some(room) if self.whole => {
                for (pair, byte) in room.as_chunks_mut().0.iter_mut().zip(bytes) {
                    *pair = text::hex(*byte);
                }
                self.len = end;
            }
            _ => self.whole = false,
        }
        self
    }

    /// Appends one reference token of a JSON Pointer with its slash (RFC 6901 §3).
    pub fn pointer_token(&mut self, token: &[u8]) -> &mut Self {
        self.raw(b"/");
        for run in token.split_inclusive(|&byte| byte == b'~' || byte == b'/') {
            match run {
                [plain @ .., b'~'] => self.raw(plain).raw(b"~0"),
                [plain @ .., b'/'] => self.raw(plain).raw(b"~1"),
                plain => self.raw(plain),
            };
        }
        self
    }

    /// Appends `text` if it is short visible ASCII, so that hostile text is never echoed at length; otherwise nothing.
    pub fn echo(&mut self, text: &[u8], max: usize) -> &mut Self {
        if text.len() <= max && text::is_visible(text) { self.json_text(text) } else { self }
    }

    /// Lets `write` fill `len` bytes; when it says that it could not, they are as if there had been no room for them.
    pub fn fill(&mut self, len: usize, write: impl FnOnce(&mut [u8]) -> bool) -> &mut Self {
        let end = self.len.saturating_add(len);
        match self.buffer.get_mut(self.len..end) {
            Some(room) if self.whole => {
                self.whole = write(room);
                self.len = end;
            }
            _ => self.whole = false,
        }
        self
    }

    /// Bytes written so far.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing was written yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The whole record.
    ///
    /// # Errors
    /// [`TooSmall`] when any part of it did not fit.
    pub fn finish(self) -> Result<&'b [u8], TooSmall> {
        if !self.whole {
            return Err(TooSmall);
        }
        let buffer: &'b [u8] = self.buffer;
        buffer.get(..self.len).ok_or(TooSmall)
    }
}
