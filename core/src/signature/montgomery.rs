//! x^e mod n for public numbers, by Montgomery's multiplication with R = 2^(64 · words).
//!
//! What depends on n alone (R² mod n, −n⁻¹ mod 2^64) stands in the key set. Numbers are 64-bit words, least significant first,
//! always whole groups of four, so that the inner loops have no rest. Nothing is secret here, so nothing is constant-time.
//!
//! Invariant: no number of words, right or wrong, makes anything here panic; a modulus that doesn't fit together is refused.

use rkyv::primitive::ArchivedU64;

use crate::keys::RsaKey;

/// Words of the longest modulus.
pub(super) const WORDS_MAX: usize = 64;

/// A number below a modulus, and zeros above it.
pub(super) type Words = [u64; WORDS_MAX];
/// Room for the product of two of them.
type Product = [u64; WORDS_MAX * 2];

/// A modulus and what was computed from it.
pub(super) struct Modulus {
    len: usize,
    words: Words,
    square: Words,
    inverse: u64,
}

impl Modulus {
    /// The modulus of a key; `None` when its parts don't fit together.
    pub(super) fn read(key: &RsaKey) -> Option<Self> {
        let len = key.modulus.len();
        let fits = len == RsaKey::words(key.bits.to_native()) && len <= WORDS_MAX && key.square.len() == len;
        let modulus = Self { len, words: load(&key.modulus), square: load(&key.square), inverse: key.inverse.to_native() };
        let first = modulus.words.first()?;
        (fits && first.wrapping_mul(modulus.inverse) == u64::MAX).then_some(modulus)
    }

    /// Whether it exceeds `x`.
    pub(super) fn exceeds(&self, x: &Words) -> bool {
        x.iter().rev().lt(self.words.iter().rev())
    }

    /// `x`^`exponent`, where `x` is below the modulus and the exponent odd and at least 3; `None` for other exponents.
    pub(super) fn power(&self, x: &Words, exponent: u64) -> Option<Words> {
        if exponent & 1 == 0 || exponent < 3 {
            return None;
        }
        let (x, modulus) = (x.get(..self.len)?, self.words.get(..self.len)?);
        let mut product = [0; WORDS_MAX * 2];
        let mut base = [0; WORDS_MAX];
        let mut result = [0; WORDS_MAX];
        let base = base.get_mut(..self.len)?;
        let power = result.get_mut(..self.len)?;
        multiply(&mut product, x, self.square.get(..self.len)?)?;
        self.reduce(&mut product, modulus, base)?;
        power.copy_from_slice(base);
        let below_top = 63_u32.checked_sub(exponent.leading_zeros())?;
        for bit in (0..below_top).rev() {
            square(&mut product, power)?;
            self.reduce(&mut product, modulus, power)?;
            // the last factor is x itself, which takes the power out of Montgomery's form
            let factor: &[u64] = if bit == 0 { x } else { base };
            if exponent.wrapping_shr(bit) & 1 == 1 {
                multiply(&mut product, power, factor)?;
                self.reduce(&mut product, modulus, power)?;
            }
        }
        Some(result)
    }

    /// product · R⁻¹, below the modulus, for a product below modulus · R; two words of it at a time.
    fn reduce(&self, product: &mut Product, modulus: &[u64], to: &mut [u64]) -> Option<()> {
        let [first, second, ..] = modulus else { return None };
        let mut over = false;
        let mut at = 0_usize;
        while at < self.len {
            let (row, top) = product.get_mut(at..)?.split_at_mut_checked(self.len)?;
            let ([low, high, ..], [over_low, over_high, ..]) = (&mut *row, top) else { return None };
            let by_low = low.wrapping_mul(self.inverse);
            let (_, carry) = multiply_add(*low, *first, by_low, 0);
            let (next, _) = multiply_add(*high, *second, by_low, carry);
            let by_high = next.wrapping_mul(self.inverse);
            let (carry_low, carry_high) = add_products(row, modulus, by_low, by_high);
            (*over_low, over) = add(*over_low, carry_low, over);
            (*over_high, over) = add(*over_high, carry_high, over);
            at = at.saturating_add(2);
        }
        let product = product.get(self.len..self.len.checked_mul(2)?)?;
        if over || product.iter().rev().ge(modulus.iter().rev()) {
            let mut borrow = false;
            for ((to, word), other) in to.iter_mut().zip(product).zip(modulus) {
                let (difference, first) = word.overflowing_sub(*other);
                let (difference, second) = difference.overflowing_sub(u64::from(borrow));
                (*to, borrow) = (difference, first | second);
            }
        } else {
            for (to, word) in to.iter_mut().zip(product) {
                *to = *word;
            }
        }
        Some(())
    }
}

/// product = a · b, two words of `a` at a time.
fn multiply(product: &mut Product, a: &[u64], b: &[u64]) -> Option<()> {
    product.fill(0);
    let (pairs, _) = a.as_chunks::<2>();
    for (pair, [low, high]) in pairs.iter().enumerate() {
        let (row, top) = product.get_mut(pair.saturating_mul(2)..)?.split_at_mut_checked(b.len())?;
        let [over_low, over_high, ..] = top else { return None };
        (*over_low, *over_high) = add_products(row, b, *low, *high);
    }
    Some(())
}

/// product = a²: every product of two different words once, doubled, and the squares.
fn square(product: &mut Product, a: &[u64]) -> Option<()> {
    product.fill(0);
    let mut rest = a;
    let mut at = 1;
    while let Some((by, tail)) = rest.split_first() {
        let (row, top) = product.get_mut(at..)?.split_at_mut_checked(tail.len())?;
        *top.first_mut()? = add_product(row, tail, *by);
        rest = tail;
        at = at.saturating_add(2);
    }
    let (pairs, _) = product.as_chunks_mut::<2>();
    let mut carry = 0;
    let mut shifted = 0;
    for ([low, high], word) in pairs.iter_mut().zip(a) {
        let doubled = high.wrapping_shl(1) | (*low >> 63);
        let (next, over) = multiply_add(low.wrapping_shl(1) | shifted, *word, *word, carry);
        shifted = *high >> 63;
        *low = next;
        let (next, over) = doubled.overflowing_add(over);
        *high = next;
        carry = u64::from(over);
    }
    Some(())
}

fn load(words: &[ArchivedU64]) -> Words {
    let mut loaded = [0; WORDS_MAX];
    for (to, from) in loaded.iter_mut().zip(words) {
        *to = from.to_native();
    }
    loaded
}

/// row += words · by, and the word that is carried out; `row` is as long as `words`.
#[inline]
fn add_product(row: &mut [u64], words: &[u64], by: u64) -> u64 {
    let ((fours, rest), (groups, tail)) = (row.as_chunks_mut::<4>(), words.as_chunks::<4>());
    let mut carry = 0;
    for (four, group) in fours.iter_mut().zip(groups) {
        for (to, word) in four.iter_mut().zip(group) {
            (*to, carry) = multiply_add(*to, *word, by, carry);
        }
    }
    for (to, word) in rest.iter_mut().zip(tail) {
        (*to, carry) = multiply_add(*to, *word, by, carry);
    }
    carry
}

/// row += words · (low + high · 2^64), and the two words that are carried out; `row` is as long as `words`, whole groups of four.
#[inline]
fn add_products(row: &mut [u64], words: &[u64], low: u64, high: u64) -> (u64, u64) {
    let (fours, groups) = (row.as_chunks_mut::<4>().0, words.as_chunks::<4>().0);
    let (mut carry_low, mut carry_high, mut before) = (0, 0, 0);
    for (four, group) in fours.iter_mut().zip(groups) {
        for (to, word) in four.iter_mut().zip(group) {
            let sum;
            (sum, carry_low) = multiply_add(*to, *word, low, carry_low);
            (*to, carry_high) = multiply_add(sum, before, high, carry_high);
            before = *word;
        }
    }
    multiply_add(carry_low, before, high, carry_high)
}

/// a + b + carry, and what is carried.
#[inline]
const fn add(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (sum, first) = a.overflowing_add(b);
    let (sum, second) = sum.overflowing_add(if carry { 1 } else { 0 });
    (sum, first | second)
}

/// a · b + c + d, low word and high word; it always fits: (2^64 − 1)² + 2 (2^64 − 1) = 2^128 − 1.
#[inline]
#[expect(clippy::as_conversions, reason = "the low and the high half of a double word")]
const fn multiply_add(c: u64, a: u64, b: u64, d: u64) -> (u64, u64) {
    let wide = (a as u128).wrapping_mul(b as u128).wrapping_add(c as u128).wrapping_add(d as u128);
    (wide as u64, (wide >> 64) as u64)
}
