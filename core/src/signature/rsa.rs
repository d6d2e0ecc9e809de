//! RSASSA-PKCS1-v1_5 and RSASSA-PSS (RFC 8017 §8.1.2, §8.2.2; RFC 7518 §3.3, §3.5).

use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::{
    keys::{Algorithm, RsaKey},
    num,
};

use super::{
    SIGNATURE_MAX,
    montgomery::{Modulus, WORDS_MAX, Words},
};

/// Moduli outside of this many bits are refused.
const BITS: core::ops::RangeInclusive<u16> = 2048..=4096;
/// Exponents are below this.
const EXPONENT_END: u64 = 1 << 33;

/// The DER of a `DigestInfo` before the hash (RFC 8017 §9.2, note 1).
const SHA256: &[u8] = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
const SHA384: &[u8] = b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30";
const SHA512: &[u8] = b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40";

/// Whether `signature` is one of `message`.
#[inline(never)]
pub(super) fn verify(algorithm: Algorithm, key: &RsaKey, message: &[u8], signature: &[u8]) -> bool {
    let mut encoded = [0; SIGNATURE_MAX];
    let Some(encoded) = recover(key, signature, &mut encoded) else { return false };
    let bits = key.bits.to_native();
    match algorithm {
        Algorithm::Rs256 => is_pkcs1::<Sha256>(encoded, SHA256, message),
        Algorithm::Rs384 => is_pkcs1::<Sha384>(encoded, SHA384, message),
        Algorithm::Rs512 => is_pkcs1::<Sha512>(encoded, SHA512, message),
        Algorithm::Ps256 => is_pss::<Sha256>(encoded, bits, message),
        Algorithm::Ps384 => is_pss::<Sha384>(encoded, bits, message),
        Algorithm::Ps512 => is_pss::<Sha512>(encoded, bits, message),
        _ => false,
    }
}

/// The encoded block that was signed, as long as the modulus. `None` when the signature has another length or is not below the
/// modulus, or for a key outside of what is accepted.
fn recover<'e>(key: &RsaKey, signature: &[u8], encoded: &'e mut [u8; SIGNATURE_MAX]) -> Option<&'e mut [u8]> {
    let bits = key.bits.to_native();
    let exponent = key.exponent.to_native();
    let len = num::index(u32::from(bits.div_ceil(8)));
    if !BITS.contains(&bits) || exponent >= EXPONENT_END || signature.len() != len {
        return None;
    }
    let modulus = Modulus::read(key)?;
    let signature = words(signature);
    if !modulus.exceeds(&signature) {
        return None;
    }
    let power = modulus.power(&signature, exponent)?;
    for (to, word) in encoded.rchunks_mut(8).zip(power) {
        for (to, from) in to.iter_mut().zip(word.to_be_bytes()) {
            *to = from;
        }
    }
    encoded.get_mut(SIGNATURE_MAX.checked_sub(len)?..)
}

/// A number of big-endian bytes.
fn words(bytes: &[u8]) -> Words {
    let mut words = [0; WORDS_MAX];
    for (to, chunk) in words.iter_mut().zip(bytes.rchunks(8)) {
        *to = chunk.iter().fold(0_u64, |word, byte| word.wrapping_shl(8) | u64::from(*byte));
    }
    words
}

/// Whether the whole block is 00 01 FF … FF 00, `DigestInfo`, hash. Nothing in it is parsed, so nothing in it is left to an
/// attacker.
fn is_pkcs1<D: Digest>(encoded: &[u8], info: &[u8], message: &[u8]) -> bool {
    let hash = D::digest(message);
    let fixed = info.len().saturating_add(hash.len()).saturating_add(3);
    let padding = core::iter::repeat_n(&0xFF, encoded.len().saturating_sub(fixed));
    let block = [0, 1].iter().chain(padding).chain(&[0]).chain(info).chain(hash.iter());
    encoded.iter().eq(block)
}

/// RFC 8017 §9.1.2 with a salt as long as the hash; `bits` are those of the modulus.
fn is_pss<D: Digest>(encoded: &mut [u8], bits: u16, message: &[u8]) -> bool {
    let hash_len = <D as Digest>::output_size();
    // one bit less than the modulus: none of the first byte, or all of it but some high bits
    let (encoded, spare) = match bits & 7 {
        1 => match encoded {
            [0, rest @ ..] => (rest, 0),
            _ => return false,
        },
        0 => (encoded, 1),
        used => (encoded, 9_u16.saturating_sub(used)),
    };
    let low = 0xFF_u8.wrapping_shr(u32::from(spare));
    let Some((masked, trailer)) =
        encoded.len().checked_sub(hash_len.saturating_add(1)).and_then(|at| encoded.split_at_mut_checked(at))
    else {
        return false;
    };
    let [hash @ .., 0xBC] = trailer else { return false };
    if masked.first().is_none_or(|first| first & !low != 0) {
        return false;
    }
    unmask::<D>(masked, hash);
    if let Some(first) = masked.first_mut() {
        *first &= low;
    }
    // zeros, 01, salt
    let masked: &[u8] = masked;
    let Some((padding, salt)) = masked.len().checked_sub(hash_len).and_then(|at| masked.split_at_checked(at)) else {
        return false;
    };
    let [zeros @ .., 1] = padding else { return false };
    let digest = D::new().chain_update([0; 8]).chain_update(D::digest(message)).chain_update(salt).finalize();
    zeros.iter().all(|byte| *byte == 0) && digest.iter().eq(hash.iter())
}

/// MGF1 (RFC 8017 §B.2.1) of `seed`, added to `block`.
fn unmask<D: Digest>(block: &mut [u8], seed: &[u8]) {
    for (counter, chunk) in (0_u32..).zip(block.chunks_mut(<D as Digest>::output_size().max(1))) {
        let mask = D::new().chain_update(seed).chain_update(counter.to_be_bytes()).finalize();
        for (to, from) in chunk.iter_mut().zip(mask) {
            *to ^= from;
        }
    }
}
