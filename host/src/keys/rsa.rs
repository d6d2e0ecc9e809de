//! RSA public keys: what is refused, and what is computed in advance.

use std::cmp::Ordering;

use adarga_core::keys::RsaKey;

use super::{archive, error::Flaw};

/// The primes of the published test for ROCA, whose moduli are powers of 65537 modulo each of them (Nemec et al., "The Return of
/// Coppersmith's Attack", CCS 2017, §4; the primes are those of the authors' detector).
const ROCA_PRIMES: [u16; 17] = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

/// The key of a modulus and an exponent, both big-endian without leading zero bytes.
///
/// # Errors
/// The first [`Flaw`] of the key.
pub(super) fn key(modulus: &[u8], exponent: &[u8]) -> Result<archive::RsaKey, Flaw> {
    let bits = match modulus.split_first() {
        Some((first @ 1.., rest)) => rest.len() * 8 + 8 - first.leading_zeros() as usize,
        _ => return Err(Flaw::RsaModulus),
    };
    let bits = match bits {
        ..2048 => return Err(Flaw::RsaShort),
        2048..=4096 => bits as u16,
        _ => return Err(Flaw::RsaLong),
    };
    if modulus.last().is_none_or(|last| last % 2 == 0) {
        return Err(Flaw::RsaModulus);
    }
    if exponent.first() == Some(&0) || exponent.len() > 8 {
        return Err(Flaw::RsaExponent);
    }
    let exponent = exponent.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
    if exponent < 3 || exponent % 2 == 0 || exponent >= 1 << 33 {
        return Err(Flaw::RsaExponent);
    }
    if has_roca_fingerprint(modulus) {
        return Err(Flaw::RsaRoca);
    }
    let words = words(modulus, RsaKey::words(bits));
    Ok(archive::RsaKey { bits, exponent, inverse: inverse(words[0]), square: square(&words), modulus: words })
}

/// Whether the modulus is a power of 65537 modulo every prime of the test. One in 2^27 others would be, too.
fn has_roca_fingerprint(modulus: &[u8]) -> bool {
    ROCA_PRIMES.iter().all(|&prime| {
        let prime = u32::from(prime);
        let rest = modulus.iter().fold(0, |rest, byte| (rest << 8 | u32::from(*byte)) % prime);
        let powers = std::iter::successors(Some(1), |power| Some(power * 65537 % prime));
        powers.take(prime as usize).any(|power| power == rest)
    })
}

/// Words, least significant first, of a big-endian number.
fn words(bytes: &[u8], len: usize) -> Vec<u64> {
    let mut words: Vec<_> = bytes.rchunks(8).map(|chunk| chunk.iter().fold(0, |n, byte| n << 8 | u64::from(*byte))).collect();
    words.resize(len, 0);
    words
}

/// −n⁻¹ mod 2^64 of an odd n: each step of Newton's doubles the bits that are right, of which n itself has three.
fn inverse(n: u64) -> u64 {
    let inverse = (0..5).fold(n, |x, _| x.wrapping_mul(2_u64.wrapping_sub(n.wrapping_mul(x))));
    inverse.wrapping_neg()
}

/// R² mod n, where R = 2^(64 · words): 1 doubled so many times.
fn square(modulus: &[u64]) -> Vec<u64> {
    let mut n = vec![0; modulus.len()];
    n[0] = 1;
    for _ in 0..modulus.len() * 128 {
        let mut carry = 0;
        for word in &mut n {
            (*word, carry) = (*word << 1 | carry, *word >> 63);
        }
        if carry == 1 || n.iter().rev().cmp(modulus.iter().rev()) != Ordering::Less {
            let mut borrow = false;
            for (word, other) in n.iter_mut().zip(modulus) {
                let (difference, first) = word.overflowing_sub(*other);
                let (difference, second) = difference.overflowing_sub(u64::from(borrow));
                (*word, borrow) = (difference, first | second);
            }
        }
    }
    n
}
