//! JSON in a text: members by name, without a tape.
//!
//! A text is not parsed: whatever stands between two quotation marks and is followed by a colon counts as a member, so that
//! words around the JSON, or a mark too many before it, hide nothing.

use super::names::{Folder, Names};

/// Where a value stands that is to be masked, in bytes of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The marks around it stay.
    pub(super) quoted: bool,
}

/// The values to be masked in the JSON that a text holds, in order.
#[derive(Clone, Debug)]
pub(super) struct Members<'t> {
    text: &'t [u8],
    names: Names<'t>,
    at: usize,
}

impl<'t> Members<'t> {
    pub(super) const fn of(text: &'t [u8], names: Names<'t>) -> Self {
        Self { text, names, at: 0 }
    }
}

impl Iterator for Members<'_> {
    type Item = Held;

    fn next(&mut self) -> Option<Held> {
        let mut finder = Finder::new(self.names);
        for (offset, &byte) in self.text.get(self.at..)?.iter().enumerate() {
            if finder.found(byte) {
                let held = value(self.text, self.at.saturating_add(offset).saturating_add(1));
                self.at = held.end;
                return Some(held);
            }
        }
        self.at = self.text.len();
        None
    }
}

/// Whether JSON written into the JSON of a text, once or more often, has a member with one of the names; true as well when it is
/// written more than three times, too often to tell.
pub(super) fn deeper(text: &[u8], names: Names<'_>) -> bool {
    if crate::text::find(text, b'\\').is_none() {
        return false;
    }
    let once = Unescaped::of(text.iter().copied());
    let twice = Unescaped::of(once.clone());
    let thrice = Unescaped::of(twice.clone());
    let often = Unescaped::of(thrice.clone());
    holds(once, names) || holds(twice, names) || holds(thrice, names) || {
        // a mark that is still there was written more often than is looked at
        let mut rest = often;
        rest.any(|byte| byte == b'"')
    }
}

fn holds(mut bytes: impl Iterator<Item = u8>, names: Names<'_>) -> bool {
    let mut finder = Finder::new(names);
    bytes.any(|byte| finder.found(byte))
}

/// Looks for a name between quotation marks that a colon follows.
struct Finder<'r> {
    names: Names<'r>,
    name: Folder,
    /// A mark was seen, before the name that is being read.
    open: bool,
    /// A name that is looked for just ended.
    armed: bool,
    escaped: bool,
    unit: Unit,
}

/// The digits of a `\u` that were read.
#[derive(Clone, Copy)]
struct Unit {
    left: u8,
    value: u16,
    /// The first half of a pair of surrogates that the escape before this one wrote, or 0.
    high: u16,
}

impl<'r> Finder<'r> {
    fn new(names: Names<'r>) -> Self {
        Self {
            names,
            name: Folder::default(),
            open: false,
            armed: false,
            escaped: false,
            unit: Unit { left: 0, value: 0, high: 0 },
        }
    }

    /// Takes the next byte; whether it is the colon after a name.
    fn found(&mut self, byte: u8) -> bool {
        match byte {
            _ if self.unit.left > 0 && byte.is_ascii_hexdigit() => self.digit(byte),
            _ if self.escaped => {
                self.escaped = false;
                if byte == b'u' {
                    (self.unit.left, self.unit.value) = (4, 0);
                } else {
                    self.name.push(byte);
                }
            }
            b'\\' => {
                self.escaped = true;
                self.armed = false;
                self.unit.left = 0;
            }
            b'"' => {
                self.armed = self.open && self.names.contain_folded(&mut self.name);
                self.open = true;
                self.name = Folder::default();
                self.unit.left = 0;
            }
            b':' if self.armed => {
                self.armed = false;
                return true;
            }
            b' ' | b'\t' | b'\n' | b'\r' if self.armed => {}
            _ => {
                self.armed = false;
                self.unit.left = 0;
                if self.open {
                    self.name.push(byte);
                }
            }
        }
        false
    }

    /// One more digit of an escape; the character is pushed as UTF-8. Half a surrogate pair folds to nothing that a name could be.
    fn digit(&mut self, byte: u8) {
        let digit = crate::text::hex_digit(byte).unwrap_or(0);
        self.unit.value = self.unit.value.wrapping_shl(4) | u16::from(digit);
        self.unit.left = self.unit.left.saturating_sub(1);
        if self.unit.left > 0 {
            return;
        }
        let high = core::mem::take(&mut self.unit.high);
        if matches!(self.unit.value, 0xD800..=0xDBFF) {
            self.unit.high = self.unit.value;
            return;
        }
        let mut utf8 = [0_u8; 4];
        for byte in joined(high, self.unit.value).encode_utf8(&mut utf8).bytes() {
            self.name.push(byte);
        }
    }
}

/// The character of a pair of UTF-16 units, or of the second one alone.
fn joined(high: u16, unit: u16) -> char {
    let pair = [high, unit];
    let units = if matches!(unit, 0xDC00..=0xDFFF) { pair.as_slice() } else { pair.get(1..).unwrap_or_default() };
    char::decode_utf16(units.iter().copied()).next().and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The value that begins after the colon before `from`. One that does not end takes the rest of the text.
fn value(text: &[u8], from: usize) -> Held {
    let rest = text.get(from..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let start = from.saturating_add(blank);
    let rest = rest.get(blank..).unwrap_or_default();
    match rest.first() {
        Some(b'"') => {
            let start = start.saturating_add(1);
            Held { start, end: start.saturating_add(string_len(rest.get(1..).unwrap_or_default())), quoted: true }
        }
        Some(b'{' | b'[') => Held { start, end: start.saturating_add(container_len(rest)), quoted: false },
        _ => {
            let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace();
            let len = rest.iter().take_while(|byte| !ends(byte)).count();
            Held { start, end: start.saturating_add(len), quoted: false }
        }
    }
}

/// The bytes before the mark that ends a string.
fn string_len(text: &[u8]) -> usize {
    let mut escaped = false;
    let ends = |byte: &u8| {
        let end = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        end
    };
    text.iter().position(ends).unwrap_or(text.len())
}

/// The bytes of an object or array, brackets included.
fn container_len(text: &[u8]) -> usize {
    let (mut depth, mut string, mut escaped) = (0_usize, false, false);
    for (at, &byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if string => escaped = true,
            b'"' => string = !string,
            b'{' | b'[' if !string => depth = depth.saturating_add(1),
            b'}' | b']' if !string => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at.saturating_add(1);
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// What a JSON text's strings say, as one run of bytes: escapes are undone, and what ended a string is no mark any more. What is no
/// escape of JSON swallows nothing that follows it.
#[derive(Clone, Debug)]
struct Unescaped<I> {
    inner: I,
    /// A byte that was read and belongs to no escape.
    back: Option<u8>,
    /// What is left of an escape's UTF-8, last byte first.
    left: [u8; 4],
    left_len: usize,
    /// The first half of a pair of surrogates that the last escape wrote, or 0.
    high: u16,
}

impl<I: Iterator<Item = u8>> Unescaped<I> {
    const fn of(inner: I) -> Self {
        Self { inner, back: None, left: [0; 4], left_len: 0, high: 0 }
    }

    fn byte(&mut self) -> Option<u8> {
        self.back.take().or_else(|| self.inner.next())
    }

    /// Keeps the character that four digits write, to be given out byte by byte. The first half of a surrogate pair waits for the
    /// second one, which is U+FFFD without it.
    fn unit(&mut self) -> Option<()> {
        let mut value = 0_u16;
        for _ in 0..4 {
            let byte = self.byte()?;
            let Some(digit) = crate::text::hex_digit(byte) else {
                self.back = Some(byte);
                break;
            };
            value = value.wrapping_shl(4) | u16::from(digit);
        }
        let high = core::mem::take(&mut self.high);
        if matches!(value, 0xD800..=0xDBFF) {
            self.high = value;
            return Some(());
        }
        let mut utf8 = [0_u8; 4];
        let character = joined(high, value).encode_utf8(&mut utf8);
        for (place, byte) in self.left.iter_mut().zip(character.bytes().rev()) {
            *place = byte;
        }
        self.left_len = character.len();
        Some(())
    }
}

impl<I: Iterator<Item = u8>> Iterator for Unescaped<I> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        /// In place of a quotation mark that is none one level deeper.
        const BORDER: u8 = 0x1F;
        loop {
            if let Some(last) = self.left_len.checked_sub(1) {
                self.left_len = last;
                return self.left.get(last).copied();
            }
            return match self.byte()? {
                b'"' => Some(BORDER),
                b'\\' => match self.byte()? {
                    b'n' => Some(b'\n'),
                    b't' => Some(b'\t'),
                    b'r' => Some(b'\r'),
                    b'b' | b'f' => Some(b' '),
                    b'u' => {
                        self.unit()?;
                        continue;
                    }
                    other => Some(other),
                },
                other => Some(other),
            };
        }
    }
}
