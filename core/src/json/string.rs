//! Scanning and decoding of strings (RFC 8259 §7).

use crate::{num, reason::Reason};

use super::{keys::print, utf8};

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;
const QUOTES: u64 = 0x2222_2222_2222_2222;
const SLASHES: u64 = 0x5C5C_5C5C_5C5C_5C5C;
const SPACES: u64 = 0x2020_2020_2020_2020;
const WORD: usize = 8;
const BLOCK: usize = 32;

/// Where the plain ASCII text that starts at `from` ends: at a quote, a backslash, a control character, a byte that is not ASCII,
/// or the end of the input.
#[inline(always)]
pub(super) fn easy_end(input: &[u8], from: u32) -> u32 {
    // one word covers most names
    match word(input, num::index(from)).map(hard_bytes) {
        Some(0) => num::low(long_easy_end(input, num::index(from).wrapping_add(WORD))),
        Some(ends) => from.wrapping_add(num::low(first(ends))),
        None => num::low(last_easy_end(input, num::index(from))),
    }
}

/// Where the easy text of a key ends, and its [`print`].
#[inline(always)]
pub(super) fn easy_key(input: &[u8], from: u32) -> (u32, u32) {
    match word(input, num::index(from)) {
        Some(head) => match hard_bytes(head) {
            0 => {
                let end = long_easy_end(input, num::index(from).wrapping_add(WORD));
                let tail = word(input, end.wrapping_sub(WORD)).unwrap_or(0);
                let end = num::low(end);
                (end, print(head ^ tail.rotate_left(16) ^ u64::from(end.wrapping_sub(from))))
            }
            ends => (from.wrapping_add(num::low(first(ends))), print(head & (below(ends) >> 7))),
        },
        None => last_easy_key(input, from),
    }
}

/// Among the last bytes of the input.
#[cold]
fn last_easy_key(input: &[u8], from: u32) -> (u32, u32) {
    let end = last_easy_end(input, num::index(from));
    let text = input.get(num::index(from)..end).unwrap_or_default();
    (num::low(end), print(text.iter().rev().fold(0_u64, |word, &byte| word.wrapping_shl(8) | u64::from(byte))))
}

#[inline(never)]
fn long_easy_end(input: &[u8], from: usize) -> usize {
    let mut at = from;
    loop {
        // two words, and only then whole blocks, which the compiler turns into vector code
        for _ in 0..2 {
            match word(input, at).map(hard_bytes) {
                Some(0) => at = at.wrapping_add(WORD),
                Some(ends) => return at.wrapping_add(first(ends)),
                None => return last_easy_end(input, at),
            }
        }
        while let Some(block) = input.get(at..).and_then(<[u8]>::first_chunk::<BLOCK>) {
            if block.iter().fold(false, |hard, &byte| hard | is_hard(byte)) {
                break;
            }
            at = at.wrapping_add(BLOCK);
        }
    }
}

/// Among the last bytes of the input.
#[cold]
fn last_easy_end(input: &[u8], from: usize) -> usize {
    let rest = input.get(from..).unwrap_or_default();
    from.wrapping_add(rest.iter().position(|&byte| is_hard(byte)).unwrap_or(rest.len()))
}

/// The eight bytes at a place, the first one lowest; none when the input ends before.
#[inline(always)]
pub(super) fn word(input: &[u8], at: usize) -> Option<u64> {
    input.get(at..at.wrapping_add(WORD))?.first_chunk().map(|word| u64::from_le_bytes(*word))
}

#[inline(always)]
const fn is_hard(byte: u8) -> bool {
    byte.cast_signed() < 0x20 || byte == b'"' || byte == b'\\'
}

/// The high bit of each byte for which [`is_hard`] holds. Exact up to the first such byte, which is all that is asked of it: a
/// borrow goes upwards only from there.
#[inline(always)]
const fn hard_bytes(word: u64) -> u64 {
    let quote = (word ^ QUOTES).wrapping_sub(ONES);
    let slash = (word ^ SLASHES).wrapping_sub(ONES);
    let control = word.wrapping_sub(SPACES);
    (quote | slash | control | word) & HIGHS
}

/// Index of the first byte whose high bit is set in `bits`.
#[inline(always)]
#[expect(clippy::as_conversions, reason = "at most 8")]
const fn first(bits: u64) -> usize {
    (bits.trailing_zeros() >> 3) as usize
}

/// All bits below the lowest one of `bits`; all of them when there is none.
#[inline(always)]
const fn below(bits: u64) -> u64 {
    bits.wrapping_sub(1) & !bits
}

/// What [`hard`] learnt of a string.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hard {
    /// Where its closing quote stands.
    pub(super) end: u32,
    pub(super) escaped: bool,
    /// Length of the decoded text.
    pub(super) text_len: u32,
    /// The decoded text holds U+0000.
    pub(super) nul: bool,
}

/// Reads the string whose text starts at `start`, of which what stands before `at` is known to be easy. Escaped text is decoded
/// into `out`.
///
/// # Errors
/// The reason and the offset in `input`.
#[inline(never)]
pub(super) fn hard(input: &[u8], start: u32, at: u32, out: &mut [u8]) -> Result<Hard, (Reason, u32)> {
    read(input, start, at, out).ok_or_else(|| explain(input, start))
}

/// The string, when there is nothing wrong with it.
fn read(input: &[u8], start: u32, at: u32, out: &mut [u8]) -> Option<Hard> {
    let from = num::index(start);
    let mut high = 0_u64;
    let mut at = stop(input, num::index(at), &mut high);
    let mut hard = Hard { end: 0, escaped: false, text_len: 0, nul: false };
    match input.get(at)? {
        b'"' => {}
        b'\\' => {
            let len;
            (at, len) = decode(input, from, at, out, &mut high, &mut hard.nul)?;
            (hard.escaped, hard.text_len) = (true, num::low(len));
        }
        _ => return None,
    }
    hard.end = num::low(at);
    (high & HIGHS == 0 || utf8::valid(input.get(from..at)?)).then_some(hard)
}

/// The place of the first quote, backslash or control character from `from` on; what comes before it is gathered in `high`.
#[inline(always)]
fn stop(input: &[u8], from: usize, high: &mut u64) -> usize {
    let mut at = from;
    while let Some(text) = word(input, at) {
        let stops = stops(text);
        *high |= text & below(stops);
        if stops != 0 {
            return at.wrapping_add(first(stops));
        }
        at = at.wrapping_add(WORD);
    }
    while let Some(&byte) = input.get(at).filter(|&&byte| !is_stop(byte)) {
        *high |= u64::from(byte);
        at = at.wrapping_add(1);
    }
    at
}

/// Writes the text of the string that starts at `from` and has its first escape at `at` into `out`. Where it ends, and the length
/// of the text.
#[inline(always)]
fn decode(input: &[u8], from: usize, at: usize, out: &mut [u8], high: &mut u64, nul: &mut bool) -> Option<(usize, usize)> {
    let (mut at, mut len) = (at, 0);
    put(out, &mut len, input.get(from..at)?)?;
    loop {
        // at an escape
        let (scalar, used) = scalar(input.get(at.wrapping_add(1)..)?).ok()?;
        *nul |= scalar == '\0';
        at = at.wrapping_add(used).wrapping_add(1);
        match u8::try_from(scalar) {
            Ok(ascii @ ..0x80) => {
                *out.get_mut(len)? = ascii;
                len = len.wrapping_add(1);
            }
            _ => put(out, &mut len, scalar.encode_utf8(&mut [0; 4]).as_bytes())?,
        }
        // text up to the next escape
        loop {
            let (Some(text), Some(room)) = (word(input, at), out.get_mut(len..).and_then(<[u8]>::first_chunk_mut::<WORD>)) else {
                match *input.get(at)? {
                    b'"' => return Some((at, len)),
                    b'\\' => break,
                    0..0x20 => return None,
                    byte => {
                        *high |= u64::from(byte);
                        *out.get_mut(len)? = byte;
                        (at, len) = (at.wrapping_add(1), len.wrapping_add(1));
                        continue;
                    }
                }
            };
            *room = text.to_le_bytes();
            let stops = stops(text);
            *high |= text & below(stops);
            if stops == 0 {
                (at, len) = (at.wrapping_add(WORD), len.wrapping_add(WORD));
                continue;
            }
            let run = first(stops);
            (at, len) = (at.wrapping_add(run), len.wrapping_add(run));
            match *input.get(at)? {
                b'"' => return Some((at, len)),
                b'\\' => break,
                _ => return None,
            }
        }
    }
}

/// What is wrong with a string that [`read`] refused, and where: first its end, then its bytes, then its escapes.
#[cold]
fn explain(input: &[u8], start: u32) -> (Reason, u32) {
    let rest = input.get(num::index(start)..).unwrap_or_default();
    let place = |offset: usize| start.wrapping_add(num::low(offset));
    let (mut end, mut ascii) = (0_usize, true);
    loop {
        match rest.get(end) {
            Some(b'"') => break,
            Some(b'\\') => end = end.wrapping_add(2),
            Some(0..0x20) => return (Reason::JsonControl, place(end)),
            Some(byte) => {
                ascii &= byte.is_ascii();
                end = end.wrapping_add(1);
            }
            None => return (Reason::JsonSyntax, place(end)),
        }
    }
    let raw = rest.get(..end).unwrap_or_default();
    if !ascii && let Err(error) = core::str::from_utf8(raw) {
        return (Reason::JsonUtf8, place(error.valid_up_to()));
    }
    let mut at = 0_usize;
    while let Some(run) = raw.get(at..).and_then(|rest| rest.iter().position(|&byte| byte == b'\\')) {
        at = at.wrapping_add(run);
        match scalar(raw.get(at.wrapping_add(1)..).unwrap_or_default()) {
            Ok((_, used)) => at = at.wrapping_add(used).wrapping_add(1),
            Err(reason) => return (reason, place(at)),
        }
    }
    // nothing is wrong but the room for its text
    (Reason::HostScratch, start)
}

#[inline(always)]
const fn is_stop(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// The high bit of each byte for which [`is_stop`] holds. Exact up to the first of them.
#[inline(always)]
const fn stops(word: u64) -> u64 {
    let quote = word ^ QUOTES;
    let slash = word ^ SLASHES;
    let quote = quote.wrapping_sub(ONES) & !quote;
    let slash = slash.wrapping_sub(ONES) & !slash;
    let control = word.wrapping_sub(SPACES) & !word;
    (quote | slash | control) & HIGHS
}

#[inline(always)]
fn put(out: &mut [u8], len: &mut usize, text: &[u8]) -> Option<()> {
    let end = len.checked_add(text.len())?;
    for (to, from) in out.get_mut(*len..end)?.iter_mut().zip(text) {
        *to = *from;
    }
    *len = end;
    Some(())
}

/// The character that an escape stands for and how many bytes after the backslash it takes.
#[inline(always)]
fn scalar(escape: &[u8]) -> Result<(char, usize), Reason> {
    let byte = escape.first().copied().unwrap_or(0);
    if byte == b'u' {
        return unicode(escape);
    }
    match simple(byte) {
        0 => Err(Reason::JsonEscape),
        simple => Ok((char::from(simple), 1)),
    }
}

/// What an escape of one letter stands for; zero for what is none.
#[inline(always)]
const fn simple(letter: u8) -> u8 {
    match letter {
        b'"' | b'\\' | b'/' => letter,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        _ => 0,
    }
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
#[inline(always)]
fn unit(escape: &[u8]) -> Option<u32> {
    let [b'u', a, b, c, d] = *escape.first_chunk::<5>()? else { return None };
    let unit = nibble(a).wrapping_shl(12) | nibble(b).wrapping_shl(8) | nibble(c).wrapping_shl(4) | nibble(d);
    (unit <= 0xFFFF).then_some(unit)
}

/// The value of a hexadecimal digit; for what is none more than four bits, wherever it is shifted.
#[inline(always)]
fn nibble(digit: u8) -> u32 {
    let letter = (digit | 0x20).wrapping_sub(b'a');
    let digit = digit.wrapping_sub(b'0');
    match (digit, letter) {
        (..10, _) => u32::from(digit),
        (_, ..6) => u32::from(letter.wrapping_add(10)),
        _ => 0x1_0000,
    }
}
