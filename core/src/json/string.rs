//! Scanning and decoding of strings (RFC 8259 §7).

use crate::{reason::Reason, text::hex_digit};

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;
const QUOTES: u64 = 0x2222_2222_2222_2222;
const SLASHES: u64 = 0x5C5C_5C5C_5C5C_5C5C;
const SPACES: u64 = 0x2020_2020_2020_2020;
const WORD: usize = 8;
const BLOCK: usize = 32;

/// The run of plain text at the start of `bytes`: its length up to a quote, a backslash, a control character or the end, and
/// whether every byte of it is ASCII.
#[inline]
pub(super) fn plain(bytes: &[u8]) -> (usize, bool) {
    let mut at = 0_usize;
    let mut seen = 0_u64;
    loop {
        // two words cover most names; only then look at whole blocks, which the compiler turns into vector code
        for _ in 0..2 {
            let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<WORD>) else {
                return tail(bytes, at, seen);
            };
            let word = u64::from_le_bytes(*word);
            let ends = specials(word);
            if ends != 0 {
                let before = ends & ends.wrapping_neg();
                seen |= word & before.wrapping_sub(1);
                return (at.saturating_add(first(ends)), seen & HIGHS == 0);
            }
            seen |= word;
            at = at.saturating_add(WORD);
        }
        while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk::<BLOCK>) {
            let (ends, high) = block.iter().fold((false, 0_u8), |(ends, high), &byte| {
                (ends | (byte < 0x20) | (byte == b'"') | (byte == b'\\'), high | byte)
            });
            if ends {
                break;
            }
            seen |= u64::from(high);
            at = at.saturating_add(BLOCK);
        }
    }
}

/// The last few bytes of the input, one by one.
#[inline]
fn tail(bytes: &[u8], from: usize, seen: u64) -> (usize, bool) {
    let mut at = from;
    let mut seen = seen;
    for &byte in bytes.get(from..).unwrap_or_default() {
        if byte < 0x20 || byte == b'"' || byte == b'\\' {
            break;
        }
        seen |= u64::from(byte);
        at = at.saturating_add(1);
    }
    (at, seen & HIGHS == 0)
}

/// The high bit of each byte that ends plain text. Exact up to the first such byte, which is all that is asked of it.
#[inline]
const fn specials(word: u64) -> u64 {
    let quote = word ^ QUOTES;
    let slash = word ^ SLASHES;
    let quote = quote.wrapping_sub(ONES) & !quote;
    let slash = slash.wrapping_sub(ONES) & !slash;
    let control = word.wrapping_sub(SPACES) & !word;
    (quote | slash | control) & HIGHS
}

/// Index of the first byte whose high bit is set in `bits`.
#[inline]
#[expect(clippy::as_conversions, reason = "at most 8")]
const fn first(bits: u64) -> usize {
    (bits.trailing_zeros() >> 3) as usize
}

/// What [`decode`] learnt of a string.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decoded {
    pub(super) len: usize,
    /// The text holds U+0000, which C programs read as its end.
    pub(super) nul: bool,
}

/// Writes the text that `raw` stands for into `out`, which must be at least as long as `raw`.
///
/// # Errors
/// The reason and the offset in `raw`: a bad escape, a lone surrogate; `ScratchSmall` when `out` is too short.
pub(super) fn decode(raw: &[u8], out: &mut [u8]) -> Result<Decoded, (Reason, usize)> {
    let mut at = 0_usize;
    let mut decoded = Decoded { len: 0, nul: false };
    loop {
        let rest = raw.get(at..).unwrap_or_default();
        let run = rest.iter().position(|&byte| byte == b'\\').unwrap_or(rest.len());
        let text = rest.get(..run).unwrap_or_default();
        put(out, &mut decoded.len, text).ok_or((Reason::HostScratch, at))?;
        at = at.saturating_add(run);
        let Some((_, escape)) = raw.get(at..).unwrap_or_default().split_first() else {
            return Ok(decoded);
        };
        let (scalar, used) = scalar(escape).map_err(|reason| (reason, at))?;
        decoded.nul |= scalar == '\0';
        let mut utf8 = [0_u8; 4];
        let text = scalar.encode_utf8(&mut utf8).as_bytes();
        put(out, &mut decoded.len, text).ok_or((Reason::HostScratch, at))?;
        at = at.saturating_add(used).saturating_add(1);
    }
}

#[inline]
fn put(out: &mut [u8], len: &mut usize, text: &[u8]) -> Option<()> {
    let end = len.checked_add(text.len())?;
    for (to, from) in out.get_mut(*len..end)?.iter_mut().zip(text) {
        *to = *from;
    }
    *len = end;
    Some(())
}

/// The character that an escape stands for and how many bytes after the backslash it takes.
fn scalar(escape: &[u8]) -> Result<(char, usize), Reason> {
    let simple = match escape.first() {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(escape),
        _ => return Err(Reason::JsonEscape),
    };
    Ok((simple, 1))
}

/// `uXXXX`, or a surrogate pair `uXXXX\uXXXX`.
fn unicode(escape: &[u8]) -> Result<(char, usize), Reason> {
    let high = unit(escape).ok_or(Reason::JsonEscape)?;
    if let Some(scalar) = char::from_u32(high) {
        return Ok((scalar, 5));
    }
    let low = escape.get(5..).and_then(|rest| rest.strip_prefix(b"\\")).and_then(unit).ok_or(Reason::JsonSurrogate)?;
    if !(0xD800..0xDC00).contains(&high) || !(0xDC00..0xE000).contains(&low) {
        return Err(Reason::JsonSurrogate);
    }
    let code = 0x1_0000_u32.wrapping_add((high & 0x3FF).wrapping_shl(10)).wrapping_add(low & 0x3FF);
    Ok((char::from_u32(code).ok_or(Reason::JsonSurrogate)?, 11))
}

/// The code unit of `uXXXX`.
fn unit(escape: &[u8]) -> Option<u32> {
    let digits = escape.strip_prefix(b"u")?.first_chunk::<4>()?;
    digits.iter().try_fold(0_u32, |unit, &digit| Some(unit.wrapping_shl(4) | u32::from(hex_digit(digit)?)))
}
