//! A text as it reads once its escapes are decoded, window by window.
//!
//! Servers decode more often than they know, and attackers count on it. A window is decoded in three steps, each of which stands
//! for all who decode so: percent and `+` (URLs and forms, twice), entities (HTML, XML), backslashes (JavaScript, JSON, CSS, C);
//! wide letters become plain in the first one.

use crate::text::{hex_digit, hex_pair};

use super::{
    Kinds,
    bytes::{at, from, look_up, starts},
};

/// Bytes of a window.
const WINDOW: usize = 2 * STEP;

/// Bytes of the text from one window to the next; the rest is seen by both, so what is shorter is seen whole.
const STEP: usize = 1024;

/// Whether decoding would change `text`.
pub(super) fn has_escapes(text: &[u8]) -> bool {
    text.iter().enumerate().any(|(place, &byte)| match byte {
        b'%' | b'&' | b'\\' => is_escape(from(text, place)),
        0xC2 | 0xE2 | 0xEF => wide(from(text, place)).is_some(),
        _ => false,
    })
}

fn is_escape(rest: &[u8]) -> bool {
    percent(rest).is_some() || entity(rest).is_some() || backslash(rest).is_some()
}

/// Puts together what `read` finds in all windows of the decoded text.
pub(super) fn windows(text: &[u8], found: Kinds, read: impl Fn(Kinds, &[u8]) -> Kinds) -> Kinds {
    let mut found = found;
    let mut start = 0;
    // forms write blanks as `+` and encode those that are meant
    let form = !text.contains(&b' ');
    loop {
        let mut window = Window::default();
        window.fill(text, start, form);
        found = read(found, window.bytes());
        if window.escaped {
            window.decode(|rest| entity(rest).or_else(|| percent(rest)));
            window.decode(backslash);
            found = read(found, window.bytes());
        }
        start = start.saturating_add(STEP);
        if start >= text.len() || found == Kinds::ALL || window.whole {
            return found;
        }
    }
}

struct Window {
    bytes: [u8; WINDOW],
    len: usize,
    /// Entities or backslashes are left in it.
    escaped: bool,
    /// It holds the text to its end.
    whole: bool,
}

impl Default for Window {
    fn default() -> Self {
        Self { bytes: [0; WINDOW], len: 0, escaped: false, whole: false }
    }
}

impl Window {
    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// Decodes percent and wide letters from `start` on, twice, until the window is full.
    fn fill(&mut self, text: &[u8], start: usize, form: bool) {
        let mut place = start;
        while let Some(slot) = self.bytes.get_mut(self.len) {
            let rest = from(text, place);
            let Some(&byte) = rest.first() else {
                self.whole = true;
                break;
            };
            let (decoded, used) = percent_twice(rest).or_else(|| wide(rest)).unwrap_or((byte, 1));
            *slot = if form && byte == b'+' { b' ' } else { decoded };
            self.escaped |= matches!(decoded, b'&' | b'\\' | b'%');
            self.len = self.len.saturating_add(1);
            place = place.saturating_add(used);
        }
    }

    /// Decodes the window where it stands.
    fn decode(&mut self, escape: impl Fn(&[u8]) -> Option<(u8, usize)>) {
        let (mut read, mut written) = (0_usize, 0_usize);
        while let Some(rest) = self.bytes.get(read..self.len)
            && let Some(&byte) = rest.first()
        {
            let (byte, used) = escape(rest).unwrap_or((byte, 1));
            if let Some(slot) = self.bytes.get_mut(written) {
                *slot = byte;
            }
            read = read.saturating_add(used);
            written = written.saturating_add(1);
        }
        self.len = written;
    }
}

/// `%3c`, `%253c`, `%u003c`, `%%33c`: what it stands for, and its length.
fn percent_twice(rest: &[u8]) -> Option<(u8, usize)> {
    match percent(rest) {
        Some((b'%', used)) => {
            let again = from(rest, used);
            let byte = if let [high, low, ..] = *again { hex_pair(high, low) } else { None };
            Some(byte.map_or((b'%', used), |byte| (byte, used.saturating_add(2))))
        }
        // `%%32e`, `%2%65` are not decoded further: no server was seen to
        other => other,
    }
}

fn percent(rest: &[u8]) -> Option<(u8, usize)> {
    match *rest {
        [b'%', b'u' | b'U', b'0' | b'f' | b'F', b'0' | b'f' | b'F', high, low, ..] => {
            let byte = hex_pair(high, low)?;
            // wide letters
            Some((if rest.get(2) == Some(&b'0') { byte } else { byte.wrapping_add(0x20) }, 6))
        }
        [b'%', high, low, ..] => Some((hex_pair(high, low)?, 3)),
        _ => None,
    }
}

/// Entities by name that hide what matters.
const ENTITIES: &[(&str, u8)] = &[
    ("amp", b'&'),
    ("apos", b'\''),
    ("ast", b'*'),
    ("bsol", b'\\'),
    ("colon", b':'),
    ("comma", b','),
    ("dollar", b'$'),
    ("equals", b'='),
    ("excl", b'!'),
    ("grave", b'`'),
    ("gt", b'>'),
    ("lbrace", b'{'),
    ("lcub", b'{'),
    ("lpar", b'('),
    ("lsqb", b'['),
    ("lt", b'<'),
    ("nbsp", b' '),
    ("newline", b'\n'),
    ("num", b'#'),
    ("percnt", b'%'),
    ("period", b'.'),
    ("plus", b'+'),
    ("quot", b'"'),
    ("rcub", b'}'),
    ("rpar", b')'),
    ("rsqb", b']'),
    ("semi", b';'),
    ("sol", b'/'),
    ("tab", b'\t'),
    ("vert", b'|'),
];

/// `&lt;`, `&#60`, `&#x3C;`: what it stands for, if that is ASCII, and its length.
pub(super) fn entity(rest: &[u8]) -> Option<(u8, usize)> {
    let name = rest.strip_prefix(b"&")?;
    if let Some(digits) = name.strip_prefix(b"#") {
        let (base, digits, lead) = match digits {
            [b'x' | b'X', digits @ ..] => (16_u32, digits, 3_usize),
            _ => (10, digits, 2),
        };
        let fits = |byte: &u8| hex_digit(*byte).is_some_and(|digit| u32::from(digit) < base);
        let len = digits.iter().take(10).take_while(|byte| fits(byte)).count();
        let value = digits
            .iter()
            .take(len)
            .fold(0_u32, |value, byte| value.saturating_mul(base).saturating_add(hex_digit(*byte).map_or(0, u32::from)));
        let byte = u8::try_from(value).ok().filter(|byte| byte.is_ascii())?;
        let closed = usize::from(digits.get(len) == Some(&b';'));
        return (len > 0).then(|| (byte, lead.saturating_add(len).saturating_add(closed)));
    }
    let len = name.iter().take(8).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let byte = look_up(ENTITIES, name.get(..len)?)?;
    // some are read without their end
    let closed = name.get(len) == Some(&b';');
    (closed || matches!(byte, b'<' | b'>' | b'"' | b'&'))
        .then(|| (byte, len.saturating_add(1).saturating_add(usize::from(closed))))
}

/// `\x3c`, `\u003c`, `\u{3c}`, `\074`, `\3c `: what it stands for, if that is ASCII, and its length.
fn backslash(rest: &[u8]) -> Option<(u8, usize)> {
    let (byte, len) = match *rest {
        [b'\\', b'x', high, low, ..] => (hex_pair(high, low)?, 4),
        [b'\\', b'u', b'0', b'0', high, low, ..] => (hex_pair(high, low)?, 6),
        [b'\\', b'u', b'{', high, low, b'}', ..] => (hex_pair(high, low)?, 6),
        [b'\\', high @ b'0'..=b'1', middle @ b'0'..=b'7', low @ b'0'..=b'7', ..] => {
            let digit = |byte: u8| byte.wrapping_sub(b'0');
            (digit(high).wrapping_shl(6) | digit(middle).wrapping_shl(3) | digit(low), 4)
        }
        [b'\\', b'n', ..] if starts(rest, b"\\n") => (b'\n', 2),
        [b'\\', b't', ..] => (b'\t', 2),
        [b'\\', b'r', ..] => (b'\r', 2),
        _ => return None,
    };
    (byte.is_ascii()).then_some((byte, len))
}

/// Letters and signs of full width, and typographic quotes, as the ASCII for which databases and browsers may take them.
pub(super) fn wide(rest: &[u8]) -> Option<(u8, usize)> {
    match *rest {
        // U+FF01 to U+FF3F, U+FF40 to U+FF5E
        [0xEF, 0xBC, last @ 0x81..=0xBF, ..] => Some((last.wrapping_sub(0x60), 3)),
        [0xEF, 0xBD, last @ 0x80..=0x9E, ..] => Some((last.wrapping_sub(0x20), 3)),
        // ‘ ’ ʼ “ ”
        [0xE2, 0x80, 0x98 | 0x99, ..] => Some((b'\'', 3)),
        // ¼ ¾ are < and > to whoever drops the highest bit
        [0xC2, 0xBC, next, ..] if next.is_ascii_alphabetic() || next == b'/' => Some((b'<', 2)),
        [0xC2, 0xBE, ..] if at(rest, 2) != b' ' => Some((b'>', 2)),
        _ => None,
    }
}
