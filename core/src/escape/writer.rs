//! A writer that goes on counting where the buffer ends.

use crate::text::hex;

/// The buffer was too small; nothing of it may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooSmall {
    /// Bytes that are needed.
    pub needed: usize,
}

impl core::fmt::Display for TooSmall {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "the buffer is too small: {} bytes are needed", self.needed)
    }
}

impl core::error::Error for TooSmall {}

pub(super) struct Writer<'b> {
    buffer: &'b mut [u8],
    len: usize,
}

impl<'b> Writer<'b> {
    pub(super) const fn new(buffer: &'b mut [u8]) -> Self {
        Self { buffer, len: 0 }
    }

    /// Appends bytes, or counts them.
    #[inline]
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        let end = self.len.saturating_add(bytes.len());
        if let Some(room) = self.buffer.get_mut(self.len..end) {
            for (to, from) in room.iter_mut().zip(bytes) {
                *to = *from;
            }
        }
        self.len = end;
    }

    /// Appends `before`, two hexadecimal digits in upper case, and `after`.
    pub(super) fn hexadecimal(&mut self, before: &[u8], byte: u8, after: &[u8]) {
        self.raw(before);
        self.raw(&hex(byte).map(|digit| digit.to_ascii_uppercase()));
        self.raw(after);
    }

    pub(super) fn finish(self) -> Result<&'b [u8], TooSmall> {
        let buffer: &'b [u8] = self.buffer;
        buffer.get(..self.len).ok_or(TooSmall { needed: self.len })
    }
}
