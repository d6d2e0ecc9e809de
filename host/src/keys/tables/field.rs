//! Numbers modulo the prime of P-256, for the additions of points: with those of the crate `p256` a verification takes more than
//! twice as long.
//!
//! Montgomery's form with R = 2^256, 64-bit words, least significant first, always below the prime. The prime is
//! 2^256 − 2^224 + 2^192 + 2^96 − 1, whose lowest word is −1: −p⁻¹ mod 2^64 is 1, and most products with it are shifts.

use std::ops::{Add, Mul, Neg, Sub};

const PRIME: [u64; 4] = [u64::MAX, 0xFFFF_FFFF, 0, TOP];
/// The highest word of the prime.
const TOP: u64 = 0xFFFF_FFFF_0000_0001;
/// R² modulo the prime.
const SQUARE: Field = Field([3, 0xFFFF_FFFB_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFE, 0x0000_0004_FFFF_FFFD]);

/// A number modulo the prime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field([u64; 4]);

impl Field {
    pub(super) const ZERO: Self = Self([0; 4]);
    pub(super) const ONE: Self = Self([1, 0xFFFF_FFFF_0000_0000, u64::MAX, 0xFFFF_FFFE]);

    /// The number of these big-endian bytes; `None` from the prime on.
    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let mut words = [0; 4];
        for (word, bytes) in words.iter_mut().rev().zip(bytes.as_chunks::<8>().0) {
            *word = u64::from_be_bytes(*bytes);
        }
        words.iter().rev().lt(PRIME.iter().rev()).then(|| Self(words) * SQUARE)
    }

    pub(super) fn square(self) -> Self {
        self * self
    }

    pub(super) fn double(self) -> Self {
        self + self
    }

    /// The number that `words` and `over` · 2^256 stand for, which is below twice the prime.
    #[inline]
    fn reduced(words: [u64; 4], over: bool) -> Self {
        let (less, borrow) = subtract(words, PRIME);
        Self(if over | !borrow { less } else { words })
    }
}

impl Mul for Field {
    type Output = Self;

    /// self · other · R⁻¹: after each word of `other` the lowest word of the sum is taken away by a multiple of the prime.
    #[inline]
    fn mul(self, other: Self) -> Self {
        let ([a0, a1, a2, a3], mut sum, mut over) = (self.0, [0; 4], false);
        for word in other.0 {
            let (s0, carry) = multiply_add(sum[0], a0, word, 0);
            let (s1, carry) = multiply_add(sum[1], a1, word, carry);
            let (s2, carry) = multiply_add(sum[2], a2, word, carry);
            let (s3, carry) = multiply_add(sum[3], a3, word, carry);
            // the sum stays below twice the prime, so these four words and a bit, and this fifth word, never overflow
            let s4 = u64::from(over).wrapping_add(carry);
            // s0 · prime = s0 · 2^96 − s0 + s0 · TOP · 2^192, and the −s0 takes s0 away
            let (r0, carry) = add(s1, s0 << 32, false);
            let (r1, carry) = add(s2, s0 >> 32, carry);
            let (r2, high) = multiply_add(s3, s0, TOP, u64::from(carry));
            let (r3, carry) = add(s4, high, false);
            (sum, over) = ([r0, r1, r2, r3], carry);
        }
        Self::reduced(sum, over)
    }
}

impl Add for Field {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        let mut over = false;
        let words = std::array::from_fn(|at| {
            let sum;
            (sum, over) = add(self.0[at], other.0[at], over);
            sum
        });
        Self::reduced(words, over)
    }
}

impl Sub for Field {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        let (words, borrow) = subtract(self.0, other.0);
        let mask = if borrow { u64::MAX } else { 0 };
        let mut over = false;
        Self(std::array::from_fn(|at| {
            let sum;
            (sum, over) = add(words[at], PRIME[at] & mask, over);
            sum
        }))
    }
}

impl Neg for Field {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

/// a − b modulo 2^256, and whether it is negative.
#[inline]
fn subtract(a: [u64; 4], b: [u64; 4]) -> ([u64; 4], bool) {
    let mut borrow = false;
    let words = std::array::from_fn(|at| {
        let (difference, first) = a[at].overflowing_sub(b[at]);
        let (difference, second) = difference.overflowing_sub(u64::from(borrow));
        borrow = first | second;
        difference
    });
    (words, borrow)
}

/// a + b + carry, and what is carried.
#[inline]
const fn add(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (sum, first) = a.overflowing_add(b);
    let (sum, second) = sum.overflowing_add(carry as u64);
    (sum, first | second)
}

/// a · b + c + d, low word and high word; it always fits.
#[inline]
const fn multiply_add(c: u64, a: u64, b: u64, d: u64) -> (u64, u64) {
    let wide = a as u128 * b as u128 + c as u128 + d as u128;
    (wide as u64, (wide >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;

    use super::*;

    fn prime() -> BigUint {
        let two = |exponent: u32| BigUint::from(1_u8) << exponent;
        two(256) - two(224) + two(192) + two(96) - 1_u8
    }

    fn bytes(n: &BigUint) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().rev().zip(n.to_bytes_le()) {
            *to = from;
        }
        bytes
    }

    fn field(n: &BigUint) -> Field {
        Field::from_bytes(&bytes(n)).unwrap()
    }

    /// Numbers at the edges of words and of the prime, and some from all over.
    fn numbers() -> Vec<BigUint> {
        let mut numbers = vec![BigUint::from(0_u8)];
        for bit in [0, 1, 31, 32, 63, 64, 95, 96, 97, 127, 128, 191, 192, 223, 224, 255] {
            let power: BigUint = BigUint::from(1_u8) << bit;
            numbers.extend([&power - 1_u8, power.clone(), &power + 1_u8, prime() - &power]);
        }
        let mut state = BigUint::from(0x9E37_79B9_7F4A_7C15_u64);
        for _ in 0..100 {
            state = (&state * &state + 12_345_u32) % prime();
            numbers.push(state.clone());
        }
        numbers.retain(|n| *n < prime());
        numbers
    }

    #[test]
    fn arithmetic_is_that_of_whole_numbers() {
        let numbers = numbers();
        assert_eq!((field(&0_u8.into()), field(&1_u8.into())), (Field::ZERO, Field::ONE));
        for a in &numbers {
            assert_eq!(-field(a), field(&((prime() - a) % prime())));
            assert_eq!((field(a).square(), field(a).double()), (field(&(a * a % prime())), field(&(a * 2_u8 % prime()))));
            for b in &numbers {
                assert_eq!(field(a) * field(b), field(&(a * b % prime())), "{a:x} * {b:x}");
                assert_eq!(field(a) + field(b), field(&((a + b) % prime())), "{a:x} + {b:x}");
                assert_eq!(field(a) - field(b), field(&((a + prime() - b) % prime())), "{a:x} - {b:x}");
            }
        }
    }

    #[test]
    fn numbers_are_below_the_prime() {
        for above in [prime(), prime() + 1_u8, (BigUint::from(1_u8) << 256) - 1_u8] {
            assert_eq!(Field::from_bytes(&bytes(&above)), None);
        }
        assert_eq!(field(&(prime() - 1_u8)), -Field::ONE);
    }
}
