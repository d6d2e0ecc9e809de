//! The line framer of the stdio transport: one message a line, cut at `\n`, with a cap (MCP: basic/transports, stdio).
//!
//! C servers that read lines into a fixed buffer split one long line in two messages. Here a line beyond the cap is dropped to
//! its end and counted, never cut. Invariant: every byte is looked at once; memory is the caller's buffer and nothing else.

use crate::num;

/// Collects lines from chunks of any size into a buffer of the caller, whose length is the cap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Framer {
    len: usize,
    dropping: bool,
    dropped: u64,
}

/// What a chunk led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framed<'b> {
    /// A whole line, without its `\n`.
    Line(&'b [u8]),
    /// A line longer than the buffer came to its end; all of it was dropped.
    Dropped,
    /// The chunk is used up; the line goes on in the next one.
    More,
}

impl Framer {
    /// A framer at the start of a line.
    #[must_use]
    pub const fn new() -> Self {
        Self { len: 0, dropping: false, dropped: 0 }
    }

    /// Takes bytes from the front of `chunk` up to the end of a line or of the chunk. `buffer` is the same at every call.
    ///
    /// A line that lies whole in the chunk is returned from there, without a copy.
    pub fn next<'b, 'c: 'b>(&mut self, buffer: &'b mut [u8], chunk: &mut &'c [u8]) -> Framed<'b> {
        let all: &'c [u8] = chunk;
        let Some(end) = find_newline(all) else {
            *chunk = &[];
            self.keep(buffer, all);
            return Framed::More;
        };
        let (line, rest) = all.split_at_checked(end).unwrap_or((all, &[]));
        *chunk = rest.get(1..).unwrap_or_default();
        if self.len == 0 && !self.dropping && line.len() <= buffer.len() {
            return Framed::Line(line);
        }
        self.keep(buffer, line);
        let len = core::mem::take(&mut self.len);
        if core::mem::take(&mut self.dropping) {
            self.dropped = self.dropped.saturating_add(1);
            return Framed::Dropped;
        }
        Framed::Line(buffer.get(..len).unwrap_or_default())
    }

    fn keep(&mut self, buffer: &mut [u8], bytes: &[u8]) {
        let end = self.len.saturating_add(bytes.len());
        match buffer.get_mut(self.len..end) {
            Some(room) if !self.dropping => {
                for (to, from) in room.iter_mut().zip(bytes) {
                    *to = *from;
                }
                self.len = end;
            }
            _ => {
                self.dropping = true;
                self.len = 0;
            }
        }
    }

    /// Bytes of an unfinished line, or whether a line is being dropped: what a stream that ends here would lose.
    #[must_use]
    pub const fn is_mid_line(&self) -> bool {
        self.len != 0 || self.dropping
    }

    /// Lines dropped so far.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }
}

/// Where a line that was cut at `\n` would be cut again by another reader of lines, if anywhere; the white space at its end does
/// not count.
///
/// JSON takes a carriage return for white space. Python's text streams, Java, Kotlin and .NET end a line at a lone one: for them,
/// what follows is a message of its own that nobody judged.
#[must_use]
pub fn line_break(line: &[u8]) -> Option<usize> {
    line.trim_ascii_end().iter().position(|&byte| byte == b'\r' || byte == b'\n')
}

/// Word-at-a-time search for `\n`.
fn find_newline(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const NEWLINES: u64 = 0x0A0A_0A0A_0A0A_0A0A;
    let (words, tail) = bytes.as_chunks::<8>();
    for (count, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word) ^ NEWLINES;
        let hits = word.wrapping_sub(ONES) & !word & ONES.wrapping_shl(7);
        if hits != 0 {
            return Some(count.saturating_mul(8).saturating_add(num::index(hits.trailing_zeros() >> 3)));
        }
    }
    let start = words.len().saturating_mul(8);
    tail.iter().position(|&byte| byte == b'\n').map(|at| start.saturating_add(at))
}
