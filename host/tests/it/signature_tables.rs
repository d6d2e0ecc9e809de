//! Tables of multiples: which keys get one, and that nothing but time depends on it. The other tests of signatures go through the
//! tables as well.

use adarga_core::{
    keys::{Algorithm, Algorithms},
    signature::{Crypto, RustCrypto, jws},
};
use adarga_host::keys::{KeyImage, TABLES_MAX, Tables};
use ed25519_dalek::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::json;

use crate::signature_support::{ed25519_jwk, judge, keys, oct, p256_jwk, signed_by, verifies};

const MESSAGE: &[u8] = b"header.payload";

fn ec(byte: u8) -> SigningKey {
    SigningKey::from_slice(&[byte; 32]).unwrap()
}

fn ed(byte: u8) -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&[byte; 32])
}

fn es256(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    Signer::<Signature>::sign(key, message).to_bytes().to_vec()
}

fn tables_of(image: &KeyImage, bytes_max: usize) -> Tables<RustCrypto> {
    Tables::new(image.keys().unwrap(), RustCrypto, bytes_max)
}

#[test]
fn tables_are_made_within_the_budget() {
    let image = keys(&json!({ "keys": [oct("s"), p256_jwk(&ec(7), "a"), ed25519_jwk(&ed(7), "b"), p256_jwk(&ec(8), "c")] }));
    let one = |jwk| keys(&jwk).crypto().bytes();
    let (p256, ed25519) = (one(p256_jwk(&ec(7), "a")), one(ed25519_jwk(&ed(7), "a")));
    assert_eq!((one(oct("s")), p256 > 0, ed25519 > 0), (0, true, true));
    let all = 2 * p256 + ed25519;
    for (bytes_max, bytes) in [
        (0, 0),
        (p256 - 1, 0),
        (p256, p256),
        (2 * p256, 2 * p256),
        (p256 + ed25519, p256 + ed25519),
        (all - 1, p256 + ed25519),
        (all, all),
        (TABLES_MAX, all),
        (usize::MAX, all),
    ] {
        let tables = tables_of(&image, bytes_max);
        assert_eq!(tables.bytes(), bytes, "{bytes_max}");
        let set = image.keys().unwrap();
        for (kid, algorithm, signature) in [
            (&b"a"[..], Algorithm::Es256, es256(&ec(7), MESSAGE)),
            (b"b", Algorithm::EdDsa, ed(7).sign(MESSAGE).to_bytes().to_vec()),
            (b"c", Algorithm::Es256, es256(&ec(8), MESSAGE)),
        ] {
            for key in set.iter() {
                let right = key.kid().is_some_and(|own| own.as_bytes() == kid);
                assert_eq!(tables.verify(algorithm, &key, MESSAGE, &signature), right);
                assert!(!tables.verify(algorithm, &key, b"another", &signature));
            }
        }
    }
    let without = image.with_tables(0).unwrap();
    assert_eq!(without.crypto().bytes(), 0);
}

#[test]
fn a_key_of_another_set_has_no_table() {
    // at the same place in both sets
    let (image, other) = (keys(&p256_jwk(&ec(7), "a")), keys(&p256_jwk(&ec(8), "a")));
    let tables = tables_of(&image, TABLES_MAX);
    let set = other.keys().unwrap();
    let key = set.iter().next().unwrap();
    assert!(tables.verify(Algorithm::Es256, &key, MESSAGE, &es256(&ec(8), MESSAGE)));
    assert!(!tables.verify(Algorithm::Es256, &key, MESSAGE, &es256(&ec(7), MESSAGE)));
}

#[test]
fn many_keys_and_messages_agree() {
    for byte in 1..=8 {
        let image = keys(&json!({ "keys": [p256_jwk(&ec(byte), "a"), ed25519_jwk(&ed(byte), "b")] }));
        let set = image.keys().unwrap();
        let (a, b) = (set.find(b"a").unwrap(), set.find(b"b").unwrap());
        for len in 0..8 {
            let message = vec![byte; len * 37];
            for (key, algorithm, mut signature) in [
                (a, Algorithm::Es256, es256(&ec(byte), &message)),
                (b, Algorithm::EdDsa, ed(byte).sign(&message).to_bytes().to_vec()),
            ] {
                assert!(verifies(&image, &key, algorithm, &message, &signature));
                signature[len * 9] ^= 1 << len;
                assert!(!verifies(&image, &key, algorithm, &message, &signature));
            }
        }
    }
}

#[test]
fn a_key_with_a_table_serves_its_algorithm_alone() {
    let image = keys(&json!({ "keys": [p256_jwk(&ec(7), "a"), ed25519_jwk(&ed(7), "b")] }));
    for (kid, algorithm) in [("a", "EdDSA"), ("b", "ES256"), ("a", "ES384"), ("b", "HS256")] {
        let header = format!(r#"{{"alg":"{algorithm}","kid":"{kid}"}}"#);
        for sign in [|message: &[u8]| es256(&ec(7), message), |message: &[u8]| ed(7).sign(message).to_bytes().to_vec()] {
            assert!(judge(&image, &signed_by(&header, "{}", sign), &jws::Rules::new(Algorithms::ALL)).is_err());
        }
    }
}
