//! Multiples of one point, such that a scalar times the point is a sum of few of them, without any doubling.
//!
//! The scalar is cut into windows of six bits; each becomes a digit from −31 to 32, and each window has a row of its own with the
//! multiples 1 to 32 of the point times 2^(6 · window). Which entries are read depends on the scalar: for public numbers only.

/// Bits of a window.
const WIDTH: usize = 6;
/// Windows of a scalar below 2^256 and the carry out of it.
const WINDOWS: usize = 257_usize.div_ceil(WIDTH);
/// Entries of a row: negative digits are the same entries subtracted.
const ENTRIES: usize = 1 << (WIDTH - 1);

/// The multiples, row by row.
pub(super) struct Comb<P>(Vec<P>);

impl<P> Comb<P> {
    /// What one takes, in bytes.
    pub(super) const BYTES: usize = WINDOWS * ENTRIES * size_of::<P>();

    /// The multiples of `point` under `add`, which must be complete: right for equal points too. `finish` gives all of them the form
    /// in which they are added later.
    pub(super) fn new<A: Copy>(point: A, add: impl Fn(A, A) -> A, finish: impl FnOnce(Vec<A>) -> Vec<P>) -> Self {
        let mut multiples = Vec::with_capacity(WINDOWS * ENTRIES);
        let mut first = point;
        for _ in 0..WINDOWS {
            let mut multiple = first;
            for _ in 1..ENTRIES {
                multiples.push(multiple);
                multiple = add(multiple, first);
            }
            multiples.push(multiple);
            first = add(multiple, multiple);
        }
        Self(finish(multiples))
    }

    /// The entries whose sum is `scalar`, little-endian bytes, times the point; those with `true` are to be subtracted.
    pub(super) fn terms(&self, scalar: &[u8; 32]) -> impl Iterator<Item = (&P, bool)> {
        let rows = self.0.chunks_exact(ENTRIES);
        digits(scalar).into_iter().zip(rows).filter_map(|(digit, row)| {
            let entry = usize::from(digit.unsigned_abs()).checked_sub(1)?;
            Some((row.get(entry)?, digit < 0))
        })
    }
}

/// The digits of `scalar`, the lowest first, whose sum of digit · 2^(6 · place) it is.
fn digits(scalar: &[u8; 32]) -> [i8; WINDOWS] {
    let mut words = [0_u64; 5];
    for (word, bytes) in words.iter_mut().zip(scalar.as_chunks::<8>().0) {
        *word = u64::from_le_bytes(*bytes);
    }
    let mut carry = 0;
    std::array::from_fn(|window| {
        let (word, shift) = (window * WIDTH / 64, window * WIDTH % 64);
        let pair = u128::from(words[word]) | u128::from(words[(word + 1).min(4)]) << 64;
        let value = (pair >> shift) as u8 % (1 << WIDTH) + carry;
        carry = u8::from(usize::from(value) > ENTRIES);
        (value as i8) - ((carry as i8) << WIDTH)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_add_up_to_the_scalar() {
        // the integers modulo a prime, whose "points" are numbers
        const PRIME: u64 = (1 << 31) - 1;
        let add = |a: u64, b: u64| (a + b) % PRIME;
        let comb = Comb::new(7, add, |multiples| multiples);
        let value = |scalar: &[u8; 32]| scalar.iter().rev().fold(0, |value, byte| (value * 256 + u64::from(*byte)) % PRIME);
        let mut scalars = vec![[0; 32], [0xFF; 32], [0x80; 32], [0x7F; 32], [0x20; 32], [0x82; 32], [0x55; 32]];
        for bit in 0..256 {
            let mut scalar = [0; 32];
            scalar[bit / 8] = 1 << (bit % 8);
            scalars.push(scalar);
        }
        for scalar in scalars {
            let sum = comb.terms(&scalar).fold(0, |sum, (term, minus)| add(sum, if minus { PRIME - term } else { *term }));
            assert_eq!(sum, value(&scalar) * 7 % PRIME, "{scalar:02x?}");
        }
    }
}
