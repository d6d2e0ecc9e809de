//! The back end on aws-lc-rs: the verdicts of `RustCrypto`, from the library that is fastest on servers for public keys.
//!
//! HMAC stays with `RustCrypto`, which starts from chaining values in the key set: aws-lc copies a context for each token, and that
//! takes longer. So no secret is copied here either.
//!
//! Where the two libraries differ the stricter rule is applied here: full-length uncompressed points, RSA of 2048 to 4096 bits,
//! and both points of Ed25519 canonical and of large order.

use adarga_core::{
    keys::{Algorithm, Family, Key, KeySet, Material, RsaKey},
    signature::{Crypto, RustCrypto, ed25519_strict, is_point},
};
use aws_lc_rs::signature::{self, ParsedPublicKey, RsaParameters, RsaPublicKeyComponents, VerificationAlgorithm};

/// Verifies with aws-lc-rs. Keys are parsed once, for the set it was made for; those of other sets are parsed for each call.
pub struct AwsLc {
    digest: [u8; 32],
    keys: Vec<Vec<Prepared>>,
}

/// A key in the form of aws-lc, for one algorithm.
type Prepared = (Algorithm, ParsedPublicKey);

impl AwsLc {
    /// Prepares the keys of a set.
    #[must_use]
    pub fn new(keys: KeySet<'_>) -> Self {
        Self { digest: keys.digest().try_into().unwrap_or_default(), keys: keys.iter().map(|key| prepare(&key)).collect() }
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
        if algorithm.family() == Family::Hmac {
            return RustCrypto.verify(algorithm, key, message, signature);
        }
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
            &parsed
        };
        prepared.iter().any(|(of, key)| *of == algorithm && key.verify_sig(message, signature).is_ok())
    }
}

/// The forms that a key needs for its algorithms; a key that can't be used has none.
fn prepare(key: &Key<'_>) -> Vec<Prepared> {
    let forms = key.algorithms().iter().filter_map(|algorithm| match key.material() {
        Material::Hmac(_) => None,
        Material::Rsa(key) => Some((algorithm, rsa(key, parameters(algorithm)?)?)),
        Material::P256(point) | Material::P384(point) | Material::P521(point) => {
            let parsed =
                is_point(algorithm.family(), point).then(|| ParsedPublicKey::new(curve(algorithm)?, point.as_slice()).ok());
            Some((algorithm, parsed??))
        }
        Material::Ed25519(point) => {
            let parsed = ed25519_strict(point).then(|| ParsedPublicKey::new(&signature::ED25519, point).ok());
            Some((algorithm, parsed??))
        }
    });
    forms.collect()
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
