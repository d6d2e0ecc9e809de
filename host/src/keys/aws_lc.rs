//! The back end on aws-lc-rs: the verdicts of `RustCrypto`, from the library that is fastest on servers.
//!
//! Where the two libraries differ the stricter rule is applied here: full-length uncompressed points, RSA of 2048 to 4096 bits,
//! and both points of Ed25519 canonical and of large order.

use std::hint::black_box;

use adarga_core::{
    keys::{Algorithm, Key, KeySet, Material, RsaKey},
    signature::{Crypto, ed25519_strict, is_point},
};
use aws_lc_rs::{
    hmac,
    signature::{self, ParsedPublicKey, RsaParameters, RsaPublicKeyComponents, VerificationAlgorithm},
};
use zeroize::Zeroizing;

/// Verifies with aws-lc-rs. Keys are parsed once, for the set it was made for; those of other sets are parsed for each call.
pub struct AwsLc {
    digest: [u8; 32],
    keys: Vec<Vec<Prepared>>,
}

/// A key in the form of aws-lc, for one algorithm.
enum Prepared {
    Mac(Algorithm, Box<hmac::Key>),
    Public(Algorithm, ParsedPublicKey),
}

impl AwsLc {
    /// Prepares the keys of a set.
    #[must_use]
    pub fn new(keys: KeySet<'_>) -> Self {
        let prepared = keys.iter().map(|key| prepare(&key)).collect();
        wipe_stack();
        Self { digest: keys.digest().try_into().unwrap_or_default(), keys: prepared }
    }
}

/// How many keys; nothing of them.
impl std::fmt::Debug for AwsLc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AwsLc").field("keys", &self.keys.len()).finish_non_exhaustive()
    }
}

impl Crypto for AwsLc {
    fn verify(&self, algorithm: Algorithm, key: &Key<'_>, message: &[u8], signature: &[u8]) -> bool {
        if !key.allows(algorithm) || algorithm.signature_len().is_some_and(|len| len != signature.len()) {
            return false;
        }
        if algorithm == Algorithm::EdDsa && !signature.first_chunk().is_some_and(ed25519_strict) {
            return false;
        }
        let parsed;
        let prepared = if key.set().digest() == self.digest {
            self.keys.get(key.index() as usize).map_or(&[][..], Vec::as_slice)
        } else {
            parsed = prepare(key);
            wipe_stack();
            &parsed
        };
        prepared.iter().any(|prepared| match prepared {
            Prepared::Mac(of, key) => *of == algorithm && hmac::verify(key, message, signature).is_ok(),
            Prepared::Public(of, key) => *of == algorithm && key.verify_sig(message, signature).is_ok(),
        })
    }
}

/// The forms that a key needs for its algorithms; a key that can't be used has none.
fn prepare(key: &Key<'_>) -> Vec<Prepared> {
    let forms = key.algorithms().iter().filter_map(|algorithm| match key.material() {
        Material::Hmac(key) => Some(Prepared::Mac(algorithm, Box::new(hmac::Key::new(mac(algorithm)?, &key.secret)))),
        Material::Rsa(key) => Some(Prepared::Public(algorithm, rsa(key, parameters(algorithm)?)?)),
        Material::P256(point) | Material::P384(point) | Material::P521(point) => {
            let parsed =
                is_point(algorithm.family(), point).then(|| ParsedPublicKey::new(curve(algorithm)?, point.as_slice()).ok());
            Some(Prepared::Public(algorithm, parsed??))
        }
        Material::Ed25519(point) => {
            let parsed = ed25519_strict(point).then(|| ParsedPublicKey::new(&signature::ED25519, point).ok());
            Some(Prepared::Public(algorithm, parsed??))
        }
    });
    forms.collect()
}

/// Overwrites what the calls before it have left on the stack: keys of HMAC are moved as values until they lie in their box, which
/// they overwrite themselves when it goes.
#[inline(never)]
fn wipe_stack() {
    black_box(&mut Zeroizing::new([0xFF_u8; 1 << 14]));
}

fn rsa(key: &RsaKey, parameters: &'static RsaParameters) -> Option<ParsedPublicKey> {
    let (bits, exponent) = (key.bits.to_native(), key.exponent.to_native());
    if !(2048..=4096).contains(&bits) || exponent < 3 || exponent % 2 == 0 || exponent >= 1 << 33 {
        return None;
    }
    let modulus: Vec<u8> = key.modulus.iter().rev().flat_map(|word| word.to_native().to_be_bytes()).collect();
    let len = usize::from(bits.div_ceil(8));
    let n = modulus.get(modulus.len().checked_sub(len)?..)?;
    let e = exponent.to_be_bytes();
    let e = e.get(exponent.leading_zeros() as usize / 8..)?;
    RsaPublicKeyComponents { n, e }.to_parsed_public_key(parameters).ok()
}

fn mac(algorithm: Algorithm) -> Option<hmac::Algorithm> {
    match algorithm {
        Algorithm::Hs256 => Some(hmac::HMAC_SHA256),
        Algorithm::Hs384 => Some(hmac::HMAC_SHA384),
        Algorithm::Hs512 => Some(hmac::HMAC_SHA512),
        _ => None,
    }
}

fn parameters(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    match algorithm {
        Algorithm::Rs256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
        Algorithm::Rs384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
        Algorithm::Rs512 => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
        Algorithm::Ps256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
        Algorithm::Ps384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
        Algorithm::Ps512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}

fn curve(algorithm: Algorithm) -> Option<&'static dyn VerificationAlgorithm> {
    match algorithm {
        Algorithm::Es256 => Some(&signature::ECDSA_P256_SHA256_FIXED),
        Algorithm::Es384 => Some(&signature::ECDSA_P384_SHA384_FIXED),
        Algorithm::Es512 => Some(&signature::ECDSA_P521_SHA512_FIXED),
        _ => None,
    }
}
