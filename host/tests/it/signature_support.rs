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
use serde_json::{Value, json};

pub(crate) const SECRET: &[u8; 32] = b"0123456789abcdef0123456789abcdef";

pub(crate) fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn keys(document: &Value) -> KeyImage {
    KeyImage::from_jwks(document.to_string().as_bytes(), Mode::Strict).unwrap_or_else(|errors| panic!("{errors}"))
}

pub(crate) fn oct(kid: &str) -> Value {
    json!({ "kty": "oct", "kid": kid, "alg": "HS256", "k": base64(SECRET) })
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

/// The verdict on a signature, the same from every back end.
fn verifies(image: &KeyImage, key: &Key<'_>, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
    let verdict = RustCrypto.verify(algorithm, key, message, signature);
    assert_eq!(
        image.crypto().verify(algorithm, key, message, signature),
        verdict,
        "the back ends differ on {}",
        algorithm.name()
    );
    verdict
}

/// The verdict on a signature by the first key of a set.
pub(crate) fn first_verifies(image: &KeyImage, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
    let set = image.keys().unwrap();
    verifies(image, &set.iter().next().unwrap(), algorithm, message, signature)
}

/// The verdict on a token, the same from every back end, with its payload.
pub(crate) fn judge(image: &KeyImage, token: &str, rules: &jws::Rules<'_>) -> Result<Vec<u8>, Reason> {
    let one = judge_by(&RustCrypto, image, token, rules);
    assert_eq!(judge_by(image.crypto(), image, token, rules), one, "the back ends differ");
    one
}

fn judge_by(crypto: &impl Crypto, image: &KeyImage, token: &str, rules: &jws::Rules<'_>) -> Result<Vec<u8>, Reason> {
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
