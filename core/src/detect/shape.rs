//! Tokens that are known by their look: literals and runs of an alphabet, one after another.

use super::{
    Kind, Kinds,
    scan::Found,
    shapes::{self, Shape},
};

/// The letters of a run.
#[derive(Clone, Copy, Debug)]
pub(super) enum Alphabet {
    /// 0–9
    Digit,
    /// 0–9 a–f A–F
    Hex,
    /// 0–9 A–Z
    Upper,
    /// 0–9 a–z
    Lower,
    /// 0–9 A–Z a–z
    Alnum,
    /// `Alnum` and `_`
    Under,
    /// `Alnum`, `_` and `-`: base64url
    Word,
    /// `Alnum`, `+`, `/` and `=`: base64
    Base64,
    /// `Word` and `.`
    Dotted,
    /// `Alnum`, `.` and `/`: crypt(3)
    Crypt,
    /// `Crypt`, `$`, `=` and `,`
    CryptFields,
    /// Visible but for quotes and what ends a value in JSON, code and URLs
    Visible,
}

/// A piece of a shape.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// These bytes.
    Lit(&'static [u8]),
    /// As many of these letters as there are, at least and at most so many.
    Run(Alphabet, usize, usize),
    /// These bytes somewhere in what stands before.
    Holding(&'static [u8]),
}

impl Alphabet {
    pub(super) const fn has(self, byte: u8) -> bool {
        match self {
            Self::Digit => byte.is_ascii_digit(),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Upper => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            Self::Lower => byte.is_ascii_digit() || byte.is_ascii_lowercase(),
            Self::Alnum => byte.is_ascii_alphanumeric(),
            Self::Under => byte.is_ascii_alphanumeric() || byte == b'_',
            Self::Word => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Self::Base64 => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='),
            Self::Dotted => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'),
            Self::Crypt => byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/'),
            Self::CryptFields => byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/' | b'$' | b'=' | b','),
            Self::Visible => {
                byte.is_ascii_graphic()
                    && !matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b',' | b';' | b'<' | b'>' | b'&' | b'(' | b')' | b'{' | b'}')
            }
        }
    }
}

/// The bytes of `shape` at the start of `text`. What goes on in the alphabet of its last run is something else.
pub(super) fn matched(text: &[u8], shape: &[Part]) -> Option<usize> {
    let mut end = 0_usize;
    let mut last = None;
    for part in shape {
        let rest = text.get(end..)?;
        match part {
            Part::Lit(literal) => {
                rest.strip_prefix(*literal)?;
                end = end.saturating_add(literal.len());
                last = None;
            }
            Part::Run(alphabet, min, max) => {
                let run = rest.iter().take(*max).take_while(|byte| alphabet.has(**byte)).count();
                if run < *min {
                    return None;
                }
                end = end.saturating_add(run);
                last = Some(*alphabet);
            }
            Part::Holding(mark) => {
                text.get(..end)?.windows(mark.len().max(1)).find(|window| window == mark)?;
            }
        }
    }
    let next = text.get(end).copied().unwrap_or(b' ');
    let goes_on = match last {
        Some(alphabet) => alphabet.has(next) && next != b'.' || next.is_ascii_alphanumeric(),
        None => false,
    };
    (!goes_on).then_some(end)
}

/// The token with a known look that begins with `byte` at the start of `tail`.
pub(super) fn at(tail: &[u8], byte: u8, kinds: Kinds) -> Option<Found> {
    let second = tail.get(1).copied()?;
    let any = if byte.is_ascii_hexdigit() { shapes::HEXADECIMAL } else { &[] };
    let shaped = |shape: &&Shape| {
        let fits = match shape.parts.first() {
            Some(Part::Lit([_, other, ..])) => *other == second,
            _ => true,
        };
        fits && kinds.contains(shape.kind)
    };
    let found =
        shapes::beginning(byte).iter().chain(any).filter(shaped).find_map(|shape| Some((shape, matched(tail, shape.parts)?)));
    let (shape, end) = found?;
    // documentation writes keys as one letter many times
    let body = tail.get(..end)?;
    let repeated = shape.kind == Kind::ApiKey && super::assignment::is_monotone(body.get(body.len().saturating_sub(12)..)?);
    (!repeated).then_some(Found::here(end, shape.kind))
}
