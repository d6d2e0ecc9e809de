//! A line read back. Lenient where that does no harm: what was read is rendered again and compared, byte for byte.

use super::{
    chain::Head,
    fields::{Event, Fields, List, Packed, TEXTS},
    key::{ChainId, Digest, KEY_LEN},
    line::{BLAKE3, SHA256},
    text::Text,
    time::parse_time,
};
use crate::text::{hex_digit, hex_pair};

/// What a line says; nothing is known of its truth.
#[derive(Clone, Copy, Debug)]
pub struct Line<'l> {
    pub(super) fields: Fields<'l>,
    pub(super) mac: [u8; KEY_LEN],
}

impl<'l> Line<'l> {
    /// The line as a head.
    #[must_use]
    pub const fn head(&self) -> Head {
        Head { chain: self.fields.chain, sequence: self.fields.sequence, mac: self.mac }
    }

    /// What happened.
    #[must_use]
    pub const fn event(&self) -> Event {
        self.fields.event
    }

    /// When, in Unix milliseconds.
    #[must_use]
    pub const fn time_ms(&self) -> u64 {
        self.fields.time_ms
    }

    /// Whether it was allowed, or succeeded.
    #[must_use]
    pub const fn success(&self) -> bool {
        self.fields.success
    }

    /// A text by its name, such as `subject`; empty when it is absent, and none when it was replaced.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'l [u8]> {
        match self.fields.text(name) {
            Text::Plain(text) => Some(text),
            Text::Replaced(..) => None,
        }
    }
}

/// Reads a line, without its line feed. Texts are decoded into `memory`, which is at least as long as the line; none for what no
/// chain wrote.
#[must_use]
pub fn read<'l>(line: &[u8], memory: &'l mut [u8]) -> Option<Line<'l>> {
    let mut reader = Reader { rest: line, memory };
    let mut parts = Parts::default();
    reader.take(b"{")?;
    loop {
        let name = reader.string()?;
        reader.take(b":")?;
        parts.member(name, &mut reader)?;
        match reader.byte()? {
            b',' => {}
            b'}' if reader.rest.is_empty() => return parts.line(),
            _ => return None,
        }
    }
}

#[derive(Default)]
struct Parts<'l> {
    chain: Option<[u8; 16]>,
    sequence: Option<u64>,
    prev: Option<[u8; KEY_LEN]>,
    mac: Option<[u8; KEY_LEN]>,
    event: Option<Event>,
    time_ms: Option<u64>,
    success: Option<bool>,
    arguments: Option<Digest>,
    duration_us: Option<u64>,
    memory: Option<u64>,
    texts: [Text<'l>; TEXTS.len()],
    permissions: List<'l>,
    roles: List<'l>,
}

impl<'l> Parts<'l> {
    fn member(&mut self, name: &[u8], reader: &mut Reader<'_, 'l>) -> Option<()> {
        match name {
            b"arguments" => self.arguments = Some(digest(reader.string()?)?),
            b"chain" => self.chain = Some(unhex(reader.string()?)?),
            b"duration_us" => self.duration_us = Some(reader.number()?),
            b"event" => self.event = Some(Event::named(reader.string()?)?),
            b"mac" => self.mac = Some(unhex(reader.string()?)?),
            b"memory" => self.memory = Some(reader.number()?),
            b"permissions" => self.permissions = reader.list()?,
            b"prev" => self.prev = Some(unhex(reader.string()?)?),
            b"roles" => self.roles = reader.list()?,
            b"sequence" => self.sequence = Some(reader.number()?),
            b"success" => self.success = Some(reader.boolean()?),
            b"time" => self.time_ms = Some(parse_time(reader.string()?)?),
            name => {
                let at = TEXTS.iter().position(|text| text.as_bytes() == name)?;
                *self.texts.get_mut(at)? = match reader.replaced() {
                    Some((len, hash)) => Text::Replaced(len, hash),
                    None => Text::Plain(reader.string()?),
                };
            }
        }
        Some(())
    }

    fn line(self) -> Option<Line<'l>> {
        let fields = Fields {
            chain: ChainId(self.chain?),
            sequence: self.sequence?,
            prev: self.prev?,
            event: self.event?,
            time_ms: self.time_ms?,
            success: self.success?,
            arguments: self.arguments,
            duration_us: self.duration_us,
            memory: self.memory,
            texts: self.texts,
            permissions: self.permissions,
            roles: self.roles,
        };
        Some(Line { fields, mac: self.mac? })
    }
}

struct Reader<'r, 'l> {
    rest: &'r [u8],
    /// Room for what is decoded.
    memory: &'l mut [u8],
}

impl<'l> Reader<'_, 'l> {
    fn take(&mut self, text: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = None;
        while let Some(digit) = self.rest.first().copied().filter(u8::is_ascii_digit) {
            let digit = u64::from(digit.wrapping_sub(b'0'));
            number = Some(number.unwrap_or(0_u64).checked_mul(10)?.checked_add(digit)?);
            self.byte()?;
        }
        number
    }

    fn boolean(&mut self) -> Option<bool> {
        if self.take(b"true").is_some() {
            return Some(true);
        }
        self.take(b"false").map(|()| false)
    }

    fn string(&mut self) -> Option<&'l [u8]> {
        let len = self.decode(0)?;
        self.keep(len)
    }

    /// The first `len` bytes of the room, which are not given out again.
    fn keep(&mut self, len: usize) -> Option<&'l [u8]> {
        let (kept, room) = core::mem::take(&mut self.memory).split_at_mut_checked(len)?;
        self.memory = room;
        Some(kept)
    }

    /// Decodes a string into the room from `at` on, and says where it ends there.
    fn decode(&mut self, at: usize) -> Option<usize> {
        self.take(b"\"")?;
        let mut end = at;
        loop {
            let run = self.rest.iter().position(|&byte| byte == b'"' || byte == b'\\')?;
            let (plain, rest) = self.rest.split_at_checked(run)?;
            self.rest = rest;
            end = self.put(end, plain)?;
            if self.byte()? == b'"' {
                return Some(end);
            }
            let character = match self.byte()? {
                b'u' => {
                    let (&[a, b, c, d], rest) = self.rest.split_first_chunk()?;
                    self.rest = rest;
                    char::from_u32(u32::from_be_bytes([0, 0, hex_pair(a, b)?, hex_pair(c, d)?]))?
                }
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'b' => '\u{8}',
                b'f' => '\u{C}',
                byte @ (b'"' | b'\\') => char::from(byte),
                _ => return None,
            };
            end = self.put(end, character.encode_utf8(&mut [0; 4]).as_bytes())?;
        }
    }

    fn put(&mut self, at: usize, bytes: &[u8]) -> Option<usize> {
        let end = at.checked_add(bytes.len())?;
        self.memory.get_mut(at..end)?.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        Some(end)
    }

    /// What stands for a text or list that was too long; none, and nothing is taken, when the value is another.
    fn replaced(&mut self) -> Option<(u64, [u8; KEY_LEN])> {
        self.take(b"{\"bytes\":")?;
        let len = self.number()?;
        self.take(b",\"sha256\":")?;
        let hash = unhex(self.string()?)?;
        self.take(b"}")?;
        Some((len, hash))
    }

    /// A list, packed in the room: the length of each text is filled in once it is known.
    fn list(&mut self) -> Option<List<'l>> {
        if let Some((len, hash)) = self.replaced() {
            return Some(List(Packed::Replaced(len, hash)));
        }
        self.take(b"[")?;
        let mut len = 0_usize;
        loop {
            let start = len.checked_add(2)?;
            let end = self.decode(start)?;
            let item = u16::try_from(end.checked_sub(start)?).ok()?;
            self.put(len, &item.to_be_bytes())?;
            len = end;
            match self.byte()? {
                b',' => {}
                b']' => return Some(List(Packed::Items(self.keep(len)?))),
                _ => return None,
            }
        }
    }
}

fn digest(text: &[u8]) -> Option<Digest> {
    match text.strip_prefix(SHA256) {
        Some(digits) => unhex(digits).map(Digest::Sha256),
        None => unhex(text.strip_prefix(BLAKE3)?).map(Digest::Blake3),
    }
}

/// The bytes of lower-case hexadecimal digits, exactly `N` of them.
pub(super) fn unhex<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let (pairs, []) = text.as_chunks::<2>() else { return None };
    if pairs.len() != N || text.iter().any(u8::is_ascii_uppercase) || text.iter().any(|&digit| hex_digit(digit).is_none()) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = hex_pair(*high, *low)?;
    }
    Some(bytes)
}
