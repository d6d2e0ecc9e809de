//! What the tests of signatures share: tokens, keys, and one question put to every back end.

use adarga_core::{
    Reason,
    json::{Node, Scratch},
    keys::{Algorithm, Algorithms, Key},
    signature::{Crypto, RustCrypto, jws},
};
use adarga_host::keys::{KeyImage, Mode};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa::SigningKey;
use serde_json::{Value, json};

pub(crate) const SECRET: &[u8; 32] = b"0123456789abcdef0123456789abcdef";

pub(crate) fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decoded(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

pub(crate) fn keys(document: &Value) -> KeyImage {
    KeyImage::from_jwks(document.to_string().as_bytes(), Mode::Strict).unwrap_or_else(|errors| panic!("{errors}"))
}

pub(crate) fn oct(kid: &str) -> Value {
    json!({ "kty": "oct", "kid": kid, "alg": "HS256", "k": base64(SECRET) })
}

pub(crate) fn p256_jwk(key: &SigningKey, kid: &str) -> Value {
    let point = key.verifying_key().to_sec1_point(false);
    json!({ "kty": "EC", "crv": "P-256", "kid": kid, "x": base64(point.x().unwrap()), "y": base64(point.y().unwrap()) })
}

pub(crate) fn ed25519_jwk(key: &ed25519_dalek::SigningKey, kid: &str) -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "x": base64(key.verifying_key()) })
}

/// The lines of `signature_rsa_sizes.jsonl`.
pub(crate) fn rsa_sizes() -> impl Iterator<Item = Value> {
    include_str!("signature_rsa_sizes.jsonl").lines().map(|line| serde_json::from_str(line).unwrap())
}

/// Header and payload as they stand, and whatever is to be their signature.
pub(crate) fn signed_by(header: &str, payload: &str, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let signed = format!("{}.{}", base64(header), base64(payload));
    format!("{signed}.{}", base64(sign(signed.as_bytes())))
}

pub(crate) fn hs256(secret: &[u8], message: &[u8]) -> Vec<u8> {
    Hmac::<sha2::Sha256>::new_from_slice(secret).unwrap().chain_update(message).finalize().into_bytes().to_vec()
}

/// A token whose MAC under [`SECRET`] is right, whatever its header says.
pub(crate) fn token(header: &str) -> String {
    signed_by(header, "{}", |message| hs256(SECRET, message))
}

/// Every back end of this build, by name: that of core, the one that was chosen, and the tables over it.
pub(crate) struct All<'i>([(&'static str, &'i dyn Crypto); 3]);

impl<'i> All<'i> {
    pub(crate) fn of(image: &'i KeyImage) -> Self {
        Self([("RustCrypto", &RustCrypto), ("the chosen one", image.crypto().backend()), ("tables", image.crypto())])
    }

    /// What all of them say.
    #[track_caller]
    pub(crate) fn agree<T: PartialEq + std::fmt::Debug>(&self, mut verdict: impl FnMut(&dyn Crypto) -> T) -> T {
        let [(_, first), others @ ..] = self.0;
        let expected = verdict(first);
        for (name, other) in others {
            assert_eq!(verdict(other), expected, "{name} and RustCrypto differ");
        }
        expected
    }
}

/// The verdict on a signature, the same from every back end.
#[track_caller]
pub(crate) fn verifies(image: &KeyImage, key: &Key<'_>, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
    All::of(image).agree(|crypto| crypto.verify(algorithm, key, message, signature))
}

/// The verdict on a signature by the first key of a set.
pub(crate) fn first_verifies(image: &KeyImage, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
    let set = image.keys().unwrap();
    verifies(image, &set.iter().next().unwrap(), algorithm, message, signature)
}

/// The verdict on a token, the same from every back end, with its payload.
pub(crate) fn judge(image: &KeyImage, token: &str, rules: &jws::Rules<'_>) -> Result<Vec<u8>, Reason> {
    All::of(image).agree(|crypto| judge_by(crypto, image, token, rules))
}

fn judge_by(crypto: &dyn Crypto, image: &KeyImage, token: &str, rules: &jws::Rules<'_>) -> Result<Vec<u8>, Reason> {
    let limits = jws::HEADER_LIMITS;
    let mut nodes = vec![Node::default(); Scratch::nodes_needed(limits.values_max)];
    let mut slots = vec![0; Scratch::slots_needed(limits.values_max)];
    let mut text = vec![0; rules.token_max];
    let mut scratch = Scratch::new(&mut nodes, &mut slots, &mut text, (1, 2));
    let mut memory = vec![0; rules.room()];
    let verified = jws::verify_compact(token.as_bytes(), image.keys().unwrap(), rules, crypto, &mut memory, &mut scratch)?;
    Ok(memory[verified.payload()].to_vec())
}

/// The verdict under rules that allow every algorithm.
pub(crate) fn open(image: &KeyImage, token: &str) -> Result<Vec<u8>, Reason> {
    judge(image, token, &jws::Rules::new(Algorithms::ALL))
}
