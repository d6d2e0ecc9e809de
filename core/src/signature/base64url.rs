//! Base64url without padding (RFC 4648 §5, RFC 7515 §2), canonical: one text for each sequence of bytes.
//!
//! Sixteen letters at a time, without tables and without branches on what they are.

/// How many bytes `len` letters stand for.
#[must_use]
pub const fn decoded_len(len: usize) -> usize {
    // three bytes for four letters; the rest of the division gives its share without an overflow
    let whole = (len >> 2).saturating_mul(3);
    match len & 3 {
        2 => whole.saturating_add(1),
        3 => whole.saturating_add(2),
        _ => whole,
    }
}

/// Decodes `text` into `out` and says how many bytes were written.
///
/// `None` for a letter outside of the alphabet (padding included), an impossible length, bits set after the last byte, and when
/// `out` is too short; what `out` holds then means nothing.
#[must_use]
pub fn decode(text: &[u8], out: &mut [u8]) -> Option<usize> {
    let len = decoded_len(text.len());
    let out = out.get_mut(..len)?;
    let (groups, rest) = text.as_chunks::<16>();
    let (blocks, tail) = out.split_at_mut_checked(groups.len().saturating_mul(12))?;
    let (blocks, _) = blocks.as_chunks_mut::<12>();
    let mut seen = [0_u8; 16];
    for (letters, block) in groups.iter().zip(blocks) {
        group(letters, block, &mut seen);
    }
    // what is missing from the last group is filled with the letter of zero; what doesn't go into `out` must be zero then
    let mut letters = [b'A'; 16];
    letters.get_mut(..rest.len())?.copy_from_slice(rest);
    let mut block = [0_u8; 12];
    group(&letters, &mut block, &mut seen);
    let (bytes, unused) = block.split_at_checked(tail.len())?;
    tail.copy_from_slice(bytes);
    let unused = unused.iter().fold(0, |unused, byte| unused | byte);
    let wrong = seen.iter().fold(0, |wrong, seen| wrong | seen);
    // a single letter at the end has no byte to go to, whatever it is
    (wrong < 64 && unused == 0 && text.len() & 3 != 1).then_some(len)
}

/// Sixteen letters into twelve bytes; `seen` collects the values, which are below 64 as long as all letters are in the alphabet.
#[inline]
fn group(letters: &[u8; 16], block: &mut [u8; 12], seen: &mut [u8; 16]) {
    // the compiler turns this loop into vector code
    let mut digits = [0_u8; 16];
    for ((to, letter), seen) in digits.iter_mut().zip(letters).zip(seen) {
        *to = digit(*letter);
        *seen |= *to;
    }
    let (words, _) = digits.as_chunks::<8>();
    let (sixes, _) = block.as_chunks_mut::<6>();
    for (word, six) in words.iter().zip(sixes) {
        *six = pack(*word);
    }
}

/// The value of a letter; 255 when it isn't one.
#[inline]
const fn digit(letter: u8) -> u8 {
    // signed, as the vector units of all processors compare
    let letter = letter.cast_signed();
    let upper = within(letter, b'A', b'Z') & letter.wrapping_sub(64);
    let lower = within(letter, b'a', b'z') & letter.wrapping_sub(70);
    let number = within(letter, b'0', b'9') & letter.wrapping_add(5);
    let minus = within(letter, b'-', b'-') & 63;
    let line = within(letter, b'_', b'_') & 64;
    // one of them at most is not 0, and it is the value plus one
    (upper | lower | number | minus | line).wrapping_sub(1).cast_unsigned()
}

/// All bits when `letter` lies between `first` and `last`, none otherwise.
#[inline]
const fn within(letter: i8, first: u8, last: u8) -> i8 {
    let (above, below) = (letter >= first.cast_signed(), letter <= last.cast_signed());
    if above & below { -1 } else { 0 }
}

/// Eight values of six bits as six bytes.
#[inline]
const fn pack(digits: [u8; 8]) -> [u8; 6] {
    let digits = u64::from_be_bytes(digits);
    let pairs = ((digits & 0x3F00_3F00_3F00_3F00) >> 2) | (digits & 0x003F_003F_003F_003F);
    let fours = ((pairs & 0x0FFF_0000_0FFF_0000) >> 4) | (pairs & 0x0000_0FFF_0000_0FFF);
    let eight = ((fours & 0x00FF_FFFF_0000_0000) >> 8) | (fours & 0x0000_0000_00FF_FFFF);
    let [_, _, six @ ..] = eight.to_be_bytes();
    six
}

/// The four letters of three bytes, without branches and tables: what is encoded may be secret.
#[must_use]
pub(crate) fn letters(three: [u8; 3]) -> [u8; 4] {
    let [a, b, c] = three.map(u32::from);
    let word = a << 16 | b << 8 | c;
    [18, 12, 6, 0].map(|shift| letter(word >> shift & 63))
}

/// The letter of a value below 64: from `A` on, and beyond 25, 51, 61 and 62 with the distance to the next range on top.
fn letter(value: u32) -> u8 {
    // the sign of a difference says whether the value lies beyond
    let beyond = |last: u32, distance: u32| (last.wrapping_sub(value) >> 31).wrapping_mul(distance);
    // 'a' − 26 − 'A' = 6; '0' − 52 − 71, '-' − 62 + 4 and '_' − 63 + 17 go around
    let shift = beyond(25, 6).wrapping_sub(beyond(51, 75)).wrapping_sub(beyond(61, 13)).wrapping_add(beyond(62, 49));
    value.wrapping_add(65).wrapping_add(shift).to_le_bytes()[0]
}
