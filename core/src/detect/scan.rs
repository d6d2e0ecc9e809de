//! The pass over the text.

use crate::{num, text};

use super::{Kind, Kinds, address, assignment, iban, letters, number, pem, shape};

/// Where something was found, in bytes of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first byte.
    pub start: usize,
    /// The byte after its last one.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
}

/// The findings in a text, in order, none of which overlap.
#[derive(Clone, Debug)]
pub struct Spans<'t> {
    text: &'t [u8],
    kinds: Kinds,
    /// Where the pass goes on.
    at: usize,
    /// No JWT begins before this place.
    undotted: usize,
}

/// What of `kinds` is in `text`. Text that is no UTF-8 is looked at as it is.
#[must_use]
pub const fn spans(text: &[u8], kinds: Kinds) -> Spans<'_> {
    Spans { text, kinds, at: 0, undotted: 0 }
}

/// A place to look from: the text before it that no finding took, and the text from it on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'t> {
    pub(super) before: &'t [u8],
    pub(super) tail: &'t [u8],
}

/// Relative to a place: bytes before it that belong to a finding, bytes after it where the finding begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) back: usize,
    pub(super) skip: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

impl Found {
    /// A finding that begins at the place itself.
    pub(super) const fn here(end: usize, kind: Kind) -> Self {
        Self { back: 0, skip: 0, end, kind }
    }
}

/// Something begins here when no letter or digit is before it.
const START: u8 = 1;
/// A word that names a secret may begin here.
const NAMING: u8 = 2;
/// Something is around it.
const AMID: u8 = 4;

/// What each byte may be to a finding.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        let class = match byte {
            b'@' => AMID,
            b'a' | b'p' | b's' | b't' | b'k' | b'b' | b'A' | b'P' | b'S' | b'T' | b'K' | b'B' => START | NAMING,
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'$' | b'+' | b'(' | b':' => START,
            _ => 0,
        };
        if let Some((_, slots)) = classes.split_at_mut_checked(num::index(num::byte(byte)))
            && let Some(slot) = slots.first_mut()
        {
            *slot = class;
        }
        byte = match byte.checked_add(1) {
            Some(next) => next,
            None => break classes,
        };
    }
};

impl Iterator for Spans<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let floor = self.at;
        let mut inside = self.text.get(..floor).and_then(<[u8]>::last).is_some_and(u8::is_ascii_alphanumeric);
        for (offset, &byte) in self.text.get(floor..)?.iter().enumerate() {
            let class = CLASSES.get(usize::from(byte)).copied().unwrap_or(0);
            let wanted = if inside { NAMING | AMID } else { START | NAMING | AMID };
            let start = !inside;
            inside = byte.is_ascii_alphanumeric();
            if class & wanted == 0 {
                continue;
            }
            let here = floor.saturating_add(offset);
            if let Some(found) = self.look(floor, here, byte, class, start) {
                let span = Span {
                    start: here.saturating_sub(found.back).saturating_add(found.skip),
                    end: here.saturating_add(found.end),
                    kind: found.kind,
                };
                // a finding takes at least the byte that it was found at, so that the pass goes on
                self.at = span.end.max(here.saturating_add(1));
                return Some(span);
            }
        }
        self.at = self.text.len();
        None
    }
}

impl Spans<'_> {
    fn look(&mut self, floor: usize, here: usize, byte: u8, class: u8, start: bool) -> Option<Found> {
        let before = self.text.get(floor..here)?;
        let place = Place { before, tail: self.text.get(here..)? };
        let found = if class & AMID != 0 {
            address::around_at(place, self.kinds)
        } else if start {
            self.starting(place, here, byte)
        } else {
            None
        };
        match found {
            None if class & NAMING != 0 => assignment::named(place, self.kinds),
            None => None,
            found => found,
        }
    }

    /// What begins here, the surest first.
    fn starting(&mut self, place: Place<'_>, here: usize, byte: u8) -> Option<Found> {
        let kinds = self.kinds;
        if byte == b'-' {
            return pem::at(place.tail, kinds);
        }
        if byte == b'e'
            && kinds.contains(Kind::Jwt)
            && let Some(end) = self.jwt(place.tail, here)
        {
            return Some(Found::here(end, Kind::Jwt));
        }
        if byte.is_ascii_alphanumeric() || byte == b'$' {
            if let Some(found) = shape::at(place.tail, byte, kinds) {
                return Some(found);
            }
            if byte.is_ascii_uppercase()
                && kinds.contains(Kind::Iban)
                && let Some(end) = iban::at_start(place.tail)
            {
                return Some(Found::here(end, Kind::Iban));
            }
        }
        address::starting(place, byte, kinds)
            .or_else(|| number::at(place, byte, kinds))
            .or_else(|| letters::at(place, byte, kinds))
            .or_else(|| assignment::random(place, kinds))
    }

    /// The end of a JWT: `eyJ`, and then two or four more parts after full stops.
    ///
    /// What fails once fails for every later start before the same full stop, which is remembered: no byte is read more than a few
    /// times.
    fn jwt(&mut self, tail: &[u8], here: usize) -> Option<usize> {
        if !tail.starts_with(b"eyJ") || here < self.undotted {
            return None;
        }
        let header = run(tail, 0);
        self.undotted = here.saturating_add(header);
        let payload = after_dot(tail, header)?;
        let payload_end = run(tail, payload);
        if header < 12 || payload_end.saturating_sub(payload) < 8 || !says_object(tail.get(..header)?) {
            return None;
        }
        let Some(signature) = after_dot(tail, payload_end) else {
            // one without its signature says as much
            return tail.get(payload..)?.starts_with(b"eyJ").then_some(payload_end);
        };
        let mut end = run(tail, signature);
        // the ciphertext and the tag of an encrypted one
        for _ in 0..2 {
            if let Some(next) = after_dot(tail, end)
                && tail.get(next).is_some_and(|byte| is_base64url(*byte))
            {
                end = run(tail, next);
            }
        }
        Some(end)
    }
}

/// Where the letters of base64url that go on at `from` end.
fn run(text: &[u8], from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from.saturating_add(rest.iter().take_while(|byte| is_base64url(**byte)).count())
}

/// Whether letters of base64url say a JSON object, as the header of each JWT does (RFC 7515 §4): no control character, and a brace at
/// the end.
fn says_object(letters: &[u8]) -> bool {
    let digit = |letter: u8| match letter {
        b'-' => 62,
        b'_' => 63,
        letter => text::base64_digit(letter).unwrap_or(0),
    };
    let mut last = 0;
    for group in letters.chunks(4) {
        let missing = 4_usize.saturating_sub(group.len());
        let bits = group.iter().fold(0_u32, |bits, letter| bits.wrapping_shl(6) | digit(*letter));
        let [_, bytes @ ..] = (0..missing).fold(bits, |bits, _| bits.wrapping_shl(6)).to_be_bytes();
        for byte in bytes.into_iter().take(3_usize.saturating_sub(missing)) {
            if byte < b' ' && !byte.is_ascii_whitespace() {
                return false;
            }
            last = byte;
        }
    }
    last == b'}'
}

fn after_dot(text: &[u8], end: usize) -> Option<usize> {
    (text.get(end) == Some(&b'.')).then_some(end.saturating_add(1))
}

const fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

impl Place<'_> {
    /// Whether one of `words`, in lower case, stands within the few dozen bytes before this place or after `end`.
    pub(super) fn mentions(self, end: usize, words: &[&[u8]]) -> bool {
        const NEAR: usize = 40;
        let from = self.before.len().saturating_sub(NEAR);
        let before = self.before.get(from..).unwrap_or_default();
        let after = self.tail.get(end..).unwrap_or_default();
        let after = after.get(..NEAR).unwrap_or(after);
        holds_word(before, words) || holds_word(after, words)
    }
}

/// Whether one of `words` stands in `text` in any case, not amid letters.
fn holds_word(text: &[u8], words: &[&[u8]]) -> bool {
    let mut amid = false;
    text.iter().enumerate().any(|(at, byte)| {
        let begins = byte.is_ascii_alphabetic() && !amid;
        amid = byte.is_ascii_alphabetic();
        let rest = text.get(at..).unwrap_or_default();
        let here = |word: &&[u8]| {
            rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
                && !rest.get(word.len()).is_some_and(u8::is_ascii_alphabetic)
        };
        begins && words.iter().any(here)
    })
}
