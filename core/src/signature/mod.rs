//! Signatures of tokens: one algorithm, one key, one message, one verdict.
//!
//! [`Crypto`] is what a back end implements; [`RustCrypto`] is the one that runs everywhere, without an allocator. All back ends
//! give the same verdict for the same bytes: what implementations are known to differ in is settled here, before or around them.
//!
//! - A key verifies only what it is bound to ([`Key::allows`]), and only with its own family.
//! - HMAC: the whole MAC, compared in constant time; a shortened one is refused.
//! - RSA: 2048 to 4096 bits, e odd from 3 to below 2^33, the signature exactly as long as the modulus and below it; PKCS #1 v1.5 by
//!   comparing the whole encoded block, PSS with a salt exactly as long as the hash (RFC 7518 §3.5).
//! - ECDSA: r and s of full length, each from 1 to the group's order less one (RFC 7518 §3.4). A high s is accepted: JWS has no rule
//!   against it, and the libraries of issuers write it half of the time.
//! - Ed25519: S below the group's order, R and the key canonical and of large order, without the cofactor (RFC 8032 §5.1.7 with the
//!   strict reading of both points).
//!
//! A kernel. Invariant: nothing here looks at claims or at a policy, and a family that is not built in never verifies.

pub mod base64url;
pub mod jws;

#[cfg(feature = "es256")]
mod ecdsa;
mod ed25519;
mod hmac;
#[cfg(feature = "rsa")]
mod montgomery;
#[cfg(feature = "rsa")]
mod rsa;

use crate::keys::{Algorithm, Family, Key, Material};

pub use ed25519::strict as ed25519_strict;
pub(crate) use hmac::hmac_sha256;
pub use hmac::same;

/// The longest signature there is, in bytes: that of an RSA key of 4096 bits.
pub const SIGNATURE_MAX: usize = 512;

/// A back end for the arithmetic of signatures.
pub trait Crypto {
    /// Whether `signature` is one of `message` by `key` under `algorithm`. False for every key that isn't bound to the algorithm.
    fn verify(&self, algorithm: Algorithm, key: &Key<'_>, message: &[u8], signature: &[u8]) -> bool;
}

/// The back end of core: RustCrypto's hashes and curves, and our own arithmetic for RSA.
#[derive(Clone, Copy, Debug, Default)]
pub struct RustCrypto;

impl Crypto for RustCrypto {
    fn verify(&self, algorithm: Algorithm, key: &Key<'_>, message: &[u8], signature: &[u8]) -> bool {
        if !key.allows(algorithm) || algorithm.signature_len().is_some_and(|len| len != signature.len()) {
            return false;
        }
        match key.material() {
            Material::Hmac(key) => hmac::verify(algorithm, key, message, signature),
            #[cfg(feature = "rsa")]
            Material::Rsa(key) => rsa::verify(algorithm, key, message, signature),
            #[cfg(feature = "es256")]
            Material::P256(point) => ecdsa::verify_p256(point, message, signature),
            #[cfg(feature = "ecdsa")]
            Material::P384(point) => ecdsa::verify_p384(point, message, signature),
            #[cfg(feature = "ecdsa")]
            Material::P521(point) => ecdsa::verify_p521(point, message, signature),
            #[cfg(feature = "ed25519")]
            Material::Ed25519(key) => ed25519::verify(key, message, signature),
            #[cfg(not(all(feature = "rsa", feature = "ecdsa", feature = "ed25519")))]
            _ => false,
        }
    }
}

/// Whether `point` can be the public key of a family of curves: on the curve, fully encoded, and of large order. False for families
/// without points and for those that are not built in.
#[must_use]
pub fn is_point(family: Family, point: &[u8]) -> bool {
    match (family, point) {
        #[cfg(feature = "es256")]
        (Family::P256, point) => ecdsa::is_p256(point),
        #[cfg(feature = "ecdsa")]
        (Family::P384, point) => ecdsa::is_p384(point),
        #[cfg(feature = "ecdsa")]
        (Family::P521, point) => ecdsa::is_p521(point),
        #[cfg(feature = "ed25519")]
        (Family::Ed25519, point) => point.try_into().is_ok_and(ed25519::is_point),
        _ => false,
    }
}
