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

/// Letters that are decoded together, and the bytes that they stand for.
const LETTERS: usize = 16;
const BYTES: usize = 12;

/// Decodes `text` into `out` and says how many bytes were written.
///
/// `None` for a letter outside of the alphabet (padding included), an impossible length, bits set after the last byte, and when
/// `out` is too short; what `out` holds then means nothing.
#[must_use]
pub fn decode(text: &[u8], out: &mut [u8]) -> Option<usize> {
    let len = decoded_len(text.len());
    let (quads, rest) = text.as_chunks::<4>();
    let (whole, tail) = out.get_mut(..len)?.split_at_mut_checked(quads.len().saturating_mul(3))?;
    let quads = quads.as_flattened();
    let wrong = match (quads.last_chunk(), whole.last_chunk_mut()) {
        (Some(letters), Some(block)) => {
            let mut seen = [0; LETTERS];
            // the last group may hold letters of the one before it, and writes their bytes once more
            group(letters, block, &mut seen);
            for (letters, block) in quads.as_chunks().0.iter().zip(whole.as_chunks_mut().0) {
                group(letters, block, &mut seen);
            }
            seen.iter().fold(0, |wrong, seen| wrong | seen)
        }
        _ => quads.as_chunks().0.iter().zip(whole.as_chunks_mut().0).fold(0, |wrong, (quad, bytes)| wrong | few(*quad, bytes)),
    };
    (wrong < 64 && end(rest, tail)).then_some(len)
}

/// Sixteen letters into twelve bytes; `seen` collects the values, which are below 64 as long as all letters are in the alphabet.
#[inline(always)]
fn group(letters: &[u8; LETTERS], block: &mut [u8; BYTES], seen: &mut [u8; LETTERS]) {
    // the compiler turns this loop into vector code
    let mut digits = [0_u8; LETTERS];
    for ((to, letter), seen) in digits.iter_mut().zip(letters).zip(seen) {
        *to = digit(*letter);
        *seen |= *to;
    }
    let (words, _) = digits.as_chunks::<8>();
    if let [first, second] = words {
        let (first, second) = (pack(*first), pack(*second));
        let (head, tail) = block.split_at_mut(8);
        head.copy_from_slice(&(first | (second >> 48)).to_be_bytes());
        if let Some(second) = second.to_be_bytes().get(2..6) {
            tail.copy_from_slice(second);
        }
    }
}

/// Eight values of six bits as the upper six bytes of a number.
#[inline(always)]
const fn pack(digits: [u8; 8]) -> u64 {
    // the first of each two stands in the lower half of their place
    let digits = u64::from_le_bytes(digits);
    let pairs = ((digits & 0x003F_003F_003F_003F) << 6) | ((digits >> 8) & 0x003F_003F_003F_003F);
    let fours = ((pairs & 0x0000_0FFF_0000_0FFF) << 12) | ((pairs >> 16) & 0x0000_0FFF_0000_0FFF);
    (fours << 40) | ((fours >> 32) << 16)
}

/// Four letters into three bytes; gives the values, one upon the other.
fn few(letters: [u8; 4], bytes: &mut [u8; 3]) -> u8 {
    let [a, b, c, d] = letters.map(digit);
    *bytes = [(a << 2) | (b >> 4), (b << 4) | (c >> 2), (c << 6) | d];
    a | b | c | d
}

/// What is left at the end, less than four letters, into as many bytes; false when no encoder writes that.
#[inline(always)]
fn end(letters: &[u8], bytes: &mut [u8]) -> bool {
    match (letters, bytes) {
        ([], _) => true,
        ([a, b], [first]) => {
            let (a, b) = (digit(*a), digit(*b));
            *first = (a << 2) | (b >> 4);
            a | b < 64 && b & 0x0F == 0
        }
        ([a, b, c], [first, second]) => {
            let (a, b, c) = (digit(*a), digit(*b), digit(*c));
            (*first, *second) = ((a << 2) | (b >> 4), (b << 4) | (c >> 2));
            a | b | c < 64 && c & 0x03 == 0
        }
        // a single letter has no byte to go to, whatever it is
        _ => false,
    }
}

/// The value of a letter; 255 when it isn't one.
#[inline(always)]
const fn digit(letter: u8) -> u8 {
    let upper = place(letter, b'A', b'Z');
    let lower = after(place(letter, b'a', b'z'), 26);
    let number = after(place(letter, b'0', b'9'), 52);
    let minus = if letter == b'-' { 63 } else { 0 };
    let line = if letter == b'_' { 64 } else { 0 };
    // one of them at most is not 0, and it is the value plus one
    (upper | lower | number | minus | line).wrapping_sub(1)
}

/// The place of `letter` among those from `first` to `last`, from 1 on; 0 for all others.
#[inline(always)]
const fn place(letter: u8, first: u8, last: u8) -> u8 {
    // moved up so that nothing is above `last`: two instructions of every vector unit
    letter.wrapping_add(u8::MAX.wrapping_sub(last)).saturating_sub(u8::MAX.wrapping_sub(last.wrapping_sub(first)).wrapping_sub(1))
}

/// A place after `others`; 0 stays 0.
#[inline(always)]
const fn after(place: u8, others: u8) -> u8 {
    if place == 0 { 0 } else { place.wrapping_add(others) }
}
