//! ECDSA over the curves of NIST (RFC 7518 §3.4), by the crates of RustCrypto.
//!
//! Invariant: points are uncompressed, signatures are r and s of full length; nothing is parsed that could be written in two ways.

macro_rules! curve {
    ($verify:ident, $is_point:ident, $curve:ident, $hash:ty, $point_len:literal) => {
        /// Whether `signature` is one of `message`.
        pub(super) fn $verify(point: &[u8], message: &[u8], signature: &[u8]) -> bool {
            use sha2::Digest;
            use $curve::ecdsa::signature::hazmat::PrehashVerifier;

            let Some(key) =
                uncompressed::<$point_len>(point).and_then(|point| $curve::ecdsa::VerifyingKey::from_sec1_bytes(point).ok())
            else {
                return false;
            };
            // refuses r and s of zero and from the group's order on
            let Ok(signature) = $curve::ecdsa::Signature::from_slice(signature) else { return false };
            key.verify_prehash(&<$hash>::digest(message), &signature).is_ok()
        }

        /// Whether `point` is an uncompressed point of the curve.
        pub(super) fn $is_point(point: &[u8]) -> bool {
            uncompressed::<$point_len>(point).is_some_and(|point| $curve::ecdsa::VerifyingKey::from_sec1_bytes(point).is_ok())
        }
    };
}

curve! { verify_p256, is_p256, p256, sha2::Sha256, 65 }
#[cfg(feature = "ecdsa")]
curve! { verify_p384, is_p384, p384, sha2::Sha384, 97 }
#[cfg(feature = "ecdsa")]
curve! { verify_p521, is_p521, p521, sha2::Sha512, 133 }

/// `point` when it has that length and says that it is uncompressed.
fn uncompressed<const LEN: usize>(point: &[u8]) -> Option<&[u8]> {
    (point.len() == LEN && point.first() == Some(&4)).then_some(point)
}
