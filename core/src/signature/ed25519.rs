//! Ed25519 (RFC 8032 §5.1, RFC 8037 §3.1), strictly.
//!
//! Implementations differ on points that RFC 8032 leaves open ("Taming the many EdDSAs", eprint 2020/1244). Here R and the key must
//! be encoded canonically and must not be of small order, S must be below the group's order, and the equation is checked without
//! the cofactor, on the encoded R. [`strict`] is the half of it that libraries leave out; both back ends call it.

/// 2^255 − 19 in little-endian bytes: y must be below it.
const PRIME_FIRST: u8 = 0xED;

/// The y of the points of small order, without the sign of x: 0, 1, −1 and the two of order 8.
const SMALL: [[u8; 32]; 5] = [
    [0; 32],
    first(1, 0, 0),
    first(0xEC, 0xFF, 0x7F),
    [
        0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0, 0xD5, 0xDF, 0xAC, 0x05,
        0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
    ],
    [
        0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F, 0x2A, 0x20, 0x53, 0xFA,
        0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
    ],
];

/// First byte, the thirty between, last byte.
const fn first(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let m = middle;
    [first, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, last]
}

/// Whether an encoded point has a canonical y and can't be of small order. That it is on the curve is another question.
#[must_use]
pub fn strict(point: &[u8; 32]) -> bool {
    let mut y = *point;
    let [head, middle @ .., last] = &mut y;
    *last &= 0x7F;
    let below = *last < 0x7F || middle.iter().any(|byte| *byte < 0xFF) || *head < PRIME_FIRST;
    below && !SMALL.contains(&y)
}

/// Whether `point` can be a public key.
#[cfg(feature = "ed25519")]
pub(super) fn is_point(point: &[u8; 32]) -> bool {
    strict(point) && ed25519_dalek::VerifyingKey::from_bytes(point).is_ok()
}

/// Whether `signature` is one of `message`.
#[cfg(feature = "ed25519")]
pub(super) fn verify(key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    use ed25519_dalek::{Signature, Verifier, VerifyingKey};

    let Some((point, _)) = signature.split_first_chunk::<32>() else { return false };
    if !strict(key) || !strict(point) {
        return false;
    }
    let (Ok(key), Ok(signature)) = (VerifyingKey::from_bytes(key), Signature::from_slice(signature)) else { return false };
    // the same as `verify_strict` once both points passed `strict`, without decoding R
    key.verify(message, &signature).is_ok()
}
