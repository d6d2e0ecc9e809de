//! The peers: jsonwebtoken with each of its back ends, and aws-lc-rs alone.
//!
//! A process installs one `CryptoProvider` into jsonwebtoken; ours hands every question on to the back end that is asked for at that
//! moment, so both are measured in one process, in one version, with all features the same.

use std::{
    hint::black_box,
    sync::atomic::{AtomicBool, Ordering},
};

use aws_lc_rs::{
    hmac,
    signature::{self, ParsedPublicKey, RsaPublicKeyComponents},
};
use jsonwebtoken::{
    DecodingKey, Validation,
    crypto::{CryptoProvider, KeyUtils, aws_lc, rust_crypto},
};
use serde::Deserialize;

use super::issuer::{AUDIENCE, ISSUER, Issued};
use crate::contest::Contestant;

/// A back end of jsonwebtoken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Backend {
    /// `rust_crypto`
    RustCrypto,
    /// `aws_lc_rs`
    AwsLc,
}

static ON_AWS_LC: AtomicBool = AtomicBool::new(false);

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: aws_lc::DEFAULT_PROVIDER.signer_factory,
    verifier_factory: |algorithm, key| {
        let provider = if ON_AWS_LC.load(Ordering::Relaxed) { &aws_lc::DEFAULT_PROVIDER } else { &rust_crypto::DEFAULT_PROVIDER };
        (provider.verifier_factory)(algorithm, key)
    },
    key_utils: KeyUtils::new_unimplemented(),
};

/// The claims as servers declare them.
#[derive(Deserialize)]
#[expect(dead_code, reason = "a server would read them")]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    exp: u64,
    nbf: u64,
    iat: u64,
    jti: String,
    scope: String,
    role: String,
}

/// Signature and claims, by jsonwebtoken with its key and its rules made before.
pub(super) fn jsonwebtoken(issued: &Issued, backend: Backend) -> Contestant<'_> {
    // only the first call can succeed, and only it has to
    _ = PROVIDER.install_default();
    let jwk = serde_json::from_value(issued.jwk.clone()).expect("it is a JWK");
    let key = DecodingKey::from_jwk(&jwk).expect("the key is in order");
    let mut rules = Validation::new(issued.algorithm.parse().expect("the algorithm is known"));
    rules.set_issuer(&[ISSUER]);
    rules.set_audience(&[AUDIENCE]);
    rules.set_required_spec_claims(&["exp", "iss", "aud"]);
    rules.validate_nbf = true;
    let verify = move |token: &str| {
        ON_AWS_LC.store(backend == Backend::AwsLc, Ordering::Relaxed);
        jsonwebtoken::decode::<Claims>(token, &key, &rules).is_ok()
    };
    assert!(verify(&issued.token), "jsonwebtoken accepts the token");
    assert!(!verify(&forged(issued)), "jsonwebtoken refuses a forged one");
    Contestant::new(move || verify(black_box(&issued.token)))
}

/// The arithmetic alone, with a parsed key, on message and signature that somebody has taken out of the token.
pub(super) fn raw(issued: &Issued) -> Contestant<'_> {
    let (signed, signature) = issued.parts();
    let verify = verifier(issued);
    assert!(verify(signed, &signature) && !verify(b"another", &signature), "aws-lc-rs judges the token as we do");
    Contestant::new(move || verify(black_box(signed), black_box(&signature)))
}

/// Whether a signature is one of a message.
type Verify = Box<dyn Fn(&[u8], &[u8]) -> bool>;

fn verifier(issued: &Issued) -> Verify {
    let parsed = match issued.algorithm {
        "HS256" => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &issued.key);
            return Box::new(move |message, mac| hmac::verify(&key, message, mac).is_ok());
        }
        "RS256" => RsaPublicKeyComponents { n: issued.key.as_slice(), e: &[1, 0, 1] }
            .to_parsed_public_key(&signature::RSA_PKCS1_2048_8192_SHA256),
        "ES256" => ParsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, &issued.key),
        _ => ParsedPublicKey::new(&signature::ED25519, &issued.key),
    };
    let key = parsed.expect("the key is in order");
    Box::new(move |message, signature| key.verify_sig(message, signature).is_ok())
}

/// The same token with one bit of its signature changed.
pub(super) fn forged(issued: &Issued) -> String {
    let (signed, signature) = issued.token.rsplit_once('.').expect("it has dots");
    let other = if signature.starts_with('A') { "B" } else { "A" };
    format!("{signed}.{other}{}", &signature[1..])
}
