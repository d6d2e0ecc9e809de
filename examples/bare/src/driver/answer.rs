//! What is answered: one JSON object, member after member.

use core::fmt;

use adarga_core::Reason;

/// A line of output in memory.
pub struct Answer<'b> {
    buffer: &'b mut [u8],
    len: usize,
    whole: bool,
}

impl fmt::Write for Answer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.raw(text.as_bytes());
        Ok(())
    }
}

impl<'b> Answer<'b> {
    pub fn new(buffer: &'b mut [u8]) -> Self {
        Self { buffer, len: 0, whole: true }
    }

    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        match self.buffer.get_mut(self.len..self.len + bytes.len()) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.len += bytes.len();
            }
            None => self.whole = false,
        }
        self
    }

    pub const fn len(&self) -> usize {
        self.len
    }

    /// Takes back all that was written behind `len`.
    pub fn cut(&mut self, len: usize) {
        (self.len, self.whole) = (len, true);
    }

    /// The line; none when it does not fit.
    pub fn line(&self) -> Option<&[u8]> {
        if self.whole { self.buffer.get(..self.len) } else { None }
    }

    /// A string as serde_json writes it; what is no UTF-8 becomes U+FFFD.
    pub fn string(&mut self, bytes: &[u8]) -> &mut Self {
        self.raw(b"\"");
        for chunk in bytes.utf8_chunks() {
            for run in chunk.valid().as_bytes().split_inclusive(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
                let Some((&last, plain)) = run.split_last() else { continue };
                match last {
                    b'"' | b'\\' => self.raw(plain).raw(&[b'\\', last]),
                    8 => self.raw(plain).raw(b"\\b"),
                    9 => self.raw(plain).raw(b"\\t"),
                    10 => self.raw(plain).raw(b"\\n"),
                    12 => self.raw(plain).raw(b"\\f"),
                    13 => self.raw(plain).raw(b"\\r"),
                    0..0x20 => self.raw(plain).raw(b"\\u00").raw(&adarga_core::text::hex(last)),
                    _ => self.raw(run),
                };
            }
            if !chunk.invalid().is_empty() {
                self.raw("\u{fffd}".as_bytes());
            }
        }
        self.raw(b"\"")
    }

    pub fn number(&mut self, number: impl fmt::Display) -> &mut Self {
        let _ = fmt::Write::write_fmt(self, format_args!("{number}"));
        self
    }

    pub fn member(&mut self, name: &str) -> &mut Self {
        self.raw(b",\"").raw(name.as_bytes()).raw(b"\":")
    }

    pub fn text(&mut self, name: &str, text: &[u8]) -> &mut Self {
        self.member(name).string(text)
    }

    /// Text, or base64 under a name that says so.
    pub fn bytes(&mut self, name: &str, bytes: &[u8]) -> &mut Self {
        if core::str::from_utf8(bytes).is_ok() {
            return self.text(name, bytes);
        }
        self.raw(b",\"").raw(name.as_bytes()).raw(b"_b64\":").base64(bytes)
    }

    pub fn list<'t>(&mut self, name: &str, items: impl Iterator<Item = &'t str>) -> &mut Self {
        self.member(name).raw(b"[");
        for (at, item) in items.enumerate() {
            self.raw(if at > 0 { b"," } else { b"" }).string(item.as_bytes());
        }
        self.raw(b"]")
    }

    pub fn base64(&mut self, bytes: &[u8]) -> &mut Self {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        self.raw(b"\"");
        for group in bytes.chunks(3) {
            let word = group.iter().chain(&[0; 2]).take(3).fold(0, |word, byte| word << 8 | usize::from(*byte));
            let digit = |shift: usize| DIGITS[word >> shift & 63];
            let four = [
                digit(18),
                digit(12),
                if group.len() > 1 { digit(6) } else { b'=' },
                if group.len() > 2 { digit(0) } else { b'=' },
            ];
            self.raw(&four);
        }
        self.raw(b"\"")
    }

    pub fn verdict(&mut self, reason: Reason) -> &mut Self {
        if reason == Reason::Allowed {
            self.raw(b",\"ok\":true")
        } else {
            self.raw(b",\"ok\":false").text("reason", reason.name().as_bytes())
        }
    }
}
