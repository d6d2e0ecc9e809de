//! Ed25519 with tables of the base point and of the key: the rules of `adarga_core::signature`, without a doubling.

use std::sync::OnceLock;

use adarga_core::signature::ed25519_strict;
use curve25519_dalek::{EdwardsPoint, Scalar, constants::ED25519_BASEPOINT_POINT, edwards::CompressedEdwardsY, traits::Identity};
use sha2::{Digest, Sha512};

use super::comb::Comb;

/// What [`Key`] takes, in bytes.
pub(super) const BYTES: usize = Comb::<EdwardsPoint>::BYTES;

/// The multiples of the base point, made when the first key needs them.
static BASE: OnceLock<Comb<EdwardsPoint>> = OnceLock::new();

/// A public key and the multiples of its negative.
pub(super) struct Key {
    encoded: [u8; 32],
    negative: Comb<EdwardsPoint>,
}

impl Key {
    /// `None` for what can't be a public key.
    pub(super) fn new(encoded: &[u8; 32]) -> Option<Self> {
        let point = CompressedEdwardsY(*encoded).decompress().filter(|_| ed25519_strict(encoded))?;
        base();
        Some(Self { encoded: *encoded, negative: comb(-point) })
    }

    /// Whether `signature` is one of `message`.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.recover(message, signature).is_some_and(|(own, point)| own == *point)
    }

    /// S · B − k · A, encoded, and the R that it must be; `None` for an R or S that no signature has.
    fn recover<'s>(&self, message: &[u8], signature: &'s [u8]) -> Option<([u8; 32], &'s [u8; 32])> {
        let (point, s) = signature.split_first_chunk::<32>()?;
        let s = Option::<Scalar>::from(Scalar::from_canonical_bytes(s.try_into().ok()?))?;
        if !ed25519_strict(point) {
            return None;
        }
        let hash = Sha512::new().chain_update(point).chain_update(self.encoded).chain_update(message).finalize();
        let k = Scalar::from_bytes_mod_order_wide(&hash.into());
        let (s, k) = (s.to_bytes(), k.to_bytes());
        let terms = base().terms(&s).chain(self.negative.terms(&k));
        let sum = terms.fold(EdwardsPoint::identity(), |sum, (term, minus)| if minus { sum - term } else { sum + term });
        Some((sum.compress().to_bytes(), point))
    }
}

fn base() -> &'static Comb<EdwardsPoint> {
    BASE.get_or_init(|| comb(ED25519_BASEPOINT_POINT))
}

fn comb(point: EdwardsPoint) -> Comb<EdwardsPoint> {
    Comb::new(point, |a, b| a + b, |multiples| multiples)
}
