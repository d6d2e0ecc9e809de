//! A text in pieces: what is UTF-8 and what is not, what stands for itself and what does not.

use super::writer::Writer;

/// U+FFFD, for what is no UTF-8.
pub(super) const REPLACEMENT: &[u8] = "\u{FFFD}".as_bytes();

/// What one step through a text finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    Text(&'t [u8]),
    /// A sequence that stands for one U+FFFD.
    Broken(&'t [u8]),
}

/// The pieces of a text.
pub(super) fn pieces(text: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    let (mut rest, mut valid) = (text, None);
    core::iter::from_fn(move || {
        // how many bytes of UTF-8 are ahead is asked once for each broken sequence
        let ahead = match valid.take() {
            Some(ahead) => ahead,
            None => core::str::from_utf8(rest).map_or_else(|error| error.valid_up_to(), str::len),
        };
        if ahead > 0 {
            let (text, after) = rest.split_at_checked(ahead)?;
            rest = after;
            valid = Some(0);
            return Some(Piece::Text(text));
        }
        let (broken, after) = rest.split_at_checked(broken_len(rest)).filter(|(broken, _)| !broken.is_empty())?;
        rest = after;
        Some(Piece::Broken(broken))
    })
}

/// How many bytes of a sequence that is no UTF-8 stand for one U+FFFD: up to the next byte that may begin a character, and no more
/// than the first byte announces. So PHP counts them.
fn broken_len(text: &[u8]) -> usize {
    let Some((&first, rest)) = text.split_first() else { return 0 };
    let announced = match first {
        0xC2..=0xDF => 1,
        0xE0..=0xEF => 2,
        0xF0..=0xF4 => 3,
        _ => 0,
    };
    let begins = |byte: &u8| matches!(byte, 0..=0x7F | 0xC2..=0xF4);
    rest.iter().take(announced).take_while(|byte| !begins(byte)).count().saturating_add(1)
}

/// Bytes that are looked at together.
const CHUNK: usize = 32;

/// How many bytes from the front are plain; the compiler compares a chunk at once.
#[inline(always)]
fn plain_len(text: &[u8], special: impl Fn(u8) -> bool) -> usize {
    let (chunks, _) = text.as_chunks::<CHUNK>();
    let plain = |chunk: &&[u8; CHUNK]| !chunk.iter().fold(false, |any, &byte| any | special(byte));
    let start = chunks.iter().take_while(plain).count().saturating_mul(CHUNK);
    let tail = text.get(start..).unwrap_or_default();
    start.saturating_add(tail.iter().position(|&byte| special(byte)).unwrap_or(tail.len()))
}

/// Copies what is plain and gives each special byte to `write`.
#[inline(always)]
pub(super) fn replace<'b>(
    text: &[u8],
    out: &mut Writer<'b>,
    special: impl Fn(u8) -> bool + Copy,
    mut write: impl FnMut(&mut Writer<'b>, u8),
) {
    let mut rest = text;
    while let Some((plain, after)) = rest.split_at_checked(plain_len(rest, special)) {
        out.raw(plain);
        let Some((&byte, after)) = after.split_first() else { return };
        write(out, byte);
        rest = after;
    }
}

/// As [`replace`], with U+FFFD for what is no UTF-8.
#[inline(always)]
pub(super) fn replace_text<'b>(
    text: &[u8],
    out: &mut Writer<'b>,
    special: impl Fn(u8) -> bool + Copy,
    mut write: impl FnMut(&mut Writer<'b>, u8),
) {
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => replace(text, out, special, &mut write),
            Piece::Broken(_) => out.raw(REPLACEMENT),
        }
    }
}
