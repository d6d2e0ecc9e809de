//! Forged and odd signatures, beside those of Wycheproof.

use adarga_core::keys::Algorithm;
use adarga_host::keys::{Flaw, KeyImage, Mode};
use ed25519_dalek::Signer as _;
use hmac::{Hmac, KeyInit, Mac};
use num_bigint::BigUint;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::signature_support::{base64, decoded, ed25519_jwk, first_verifies, keys, p256_jwk, rsa_sizes};

const MESSAGE: &[u8] = b"header.payload";
/// The order of P-256's group.
const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

fn number(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.as_bytes(), 16).unwrap()
}

fn bytes(n: &BigUint, len: usize) -> Vec<u8> {
    let bytes = n.to_bytes_be();
    [vec![0; len - bytes.len()], bytes].concat()
}

/// CVE-2022-21449: r and s of zero are a signature of everything.
#[test]
fn ecdsa_r_and_s_are_from_one_to_the_order() {
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let image = keys(&p256_jwk(&key, "a"));
    let signature: Signature = key.sign(MESSAGE);
    let (r, s) = signature.split_bytes();
    let (r, s, order) = (BigUint::from_bytes_be(&r), BigUint::from_bytes_be(&s), number(ORDER));
    let verdict =
        |r: &BigUint, s: &BigUint| first_verifies(&image, Algorithm::Es256, MESSAGE, &[bytes(r, 32), bytes(s, 32)].concat());
    assert!(verdict(&r, &s));
    // JWS has no rule against a high s
    assert!(verdict(&r, &(&order - &s)));
    let (zero, one, max) = (BigUint::from(0_u8), BigUint::from(1_u8), number(&"f".repeat(64)));
    for odd in [&zero, &one, &(&order - 1_u8), &order, &(&order + 1_u8), &max] {
        assert!(!verdict(odd, &s) && !verdict(&r, odd) && !verdict(odd, odd));
    }
    assert!(!verdict(&s, &r));
}

#[test]
fn ecdsa_signatures_are_raw_and_of_full_length() {
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let image = keys(&p256_jwk(&key, "a"));
    let signature: Signature = key.sign(MESSAGE);
    let raw = signature.to_bytes().to_vec();
    let der = signature.to_der().as_bytes().to_vec();
    let padded = [&[0][..], &raw[..32], &[0], &raw[32..]].concat();
    for other in [der, padded, raw[..63].to_vec(), raw[1..].to_vec(), [&raw[..], &[0]].concat(), vec![]] {
        assert!(!first_verifies(&image, Algorithm::Es256, MESSAGE, &other));
    }
}

#[test]
fn no_key_serves_another_curve_or_family() {
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let image = keys(&p256_jwk(&key, "a"));
    let signature: Signature = key.sign(MESSAGE);
    for &algorithm in Algorithm::ALL {
        let verdict = first_verifies(&image, algorithm, MESSAGE, &signature.to_bytes());
        assert_eq!(verdict, algorithm == Algorithm::Es256, "{}", algorithm.name());
    }
    // a point of P-256 under the names of other curves
    let point = p256_jwk(&key, "a");
    for (curve, flaw) in [("P-384", Flaw::CoordinateLength), ("P-521", Flaw::CoordinateLength), ("secp256k1", Flaw::Curve)] {
        let mut other = point.clone();
        other["crv"] = curve.into();
        let errors = KeyImage::from_jwks(other.to_string().as_bytes(), Mode::Strict).unwrap_err();
        assert_eq!(errors.as_slice()[0].flaw, flaw);
    }
}

#[test]
fn rsa_of_every_size_and_exponent() {
    const SIGNED: &[u8] = b"a modulus of an odd length";
    for line in rsa_sizes() {
        let image = keys(&json!({ "kty": "RSA", "n": line["n"], "e": line["e"] }));
        let n = BigUint::from_bytes_be(&decoded(&line["n"]));
        let len = line["bits"].as_u64().unwrap().div_ceil(8) as usize;
        for (name, signature) in line["signatures"].as_object().unwrap() {
            let (signature, algorithm) = (decoded(signature), Algorithm::from_name(name.as_bytes()).unwrap());
            let verdict = |signature: &[u8]| first_verifies(&image, algorithm, SIGNED, signature);
            assert!(verdict(&signature), "{name} {}", line["bits"]);
            // the same number another time around the modulus, shorter, longer, changed
            let above = BigUint::from_bytes_be(&signature) + &n;
            if above.bits() <= len as u64 * 8 {
                assert!(!verdict(&bytes(&above, len)));
            }
            assert!(!verdict(&signature[1..]) && !verdict(&[&[0], &signature[..]].concat()) && !verdict(&[]));
            for at in [0, 1, len / 2, len - 1] {
                let mut changed = signature.clone();
                changed[at] ^= 1;
                assert!(!verdict(&changed));
            }
            let negative = &n - BigUint::from_bytes_be(&signature);
            assert!(!verdict(&bytes(&negative, len)));
            assert!(!first_verifies(&image, algorithm, b"another", &signature));
        }
        for odd in [BigUint::from(0_u8), BigUint::from(1_u8), &n - 1_u8, n.clone()] {
            for &algorithm in Algorithm::ALL {
                assert!(!first_verifies(&image, algorithm, SIGNED, &bytes(&odd, len)));
            }
        }
    }
}

/// CVE-2006-4339, CVE-2020-14967, CVE-2022-24771: a cube root passes where the padding is not compared to its end.
#[test]
fn pkcs1_garbage_with_e_3() {
    // Bleichenbacher 2006: a cube root of a block whose padding is short and whose rest is free
    let line = rsa_sizes().find(|line| line["e"] == "Aw" && line["bits"] == 4096).unwrap();
    let image = keys(&json!({ "kty": "RSA", "n": line["n"], "e": "Aw" }));
    let info = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
    for padding in [0, 1, 8, 16] {
        for middle in [&[0_u8][..], &[0, 0]] {
            let hash = Sha256::digest(MESSAGE);
            let mut block = [&[0, 1][..], &vec![0xFF; padding], middle, info, &hash].concat();
            block.resize(512, 0xFF);
            let root = BigUint::from_bytes_be(&block).nth_root(3);
            // the forgery is a right one for verifiers that stop after the hash
            let cube = bytes(&root.pow(3), 512);
            let end = 2 + padding + middle.len() + info.len() + hash.len();
            assert_eq!(cube[..end], block[..end]);
            assert!(!first_verifies(&image, Algorithm::Rs256, MESSAGE, &bytes(&root, 512)));
        }
    }
}

#[test]
fn hmac_of_every_length() {
    for len in (0..300).chain([1000, 4096]) {
        let message = vec![0xA5; len];
        for secret in [vec![3; 64], vec![5; 65], vec![7; 128], vec![9; 129], vec![11; 1000]] {
            let image = keys(&json!({ "kty": "oct", "k": base64(&secret) }));
            macro_rules! check {
                ($algorithm:ident, $hash:ty) => {
                    let mac = Hmac::<$hash>::new_from_slice(&secret).unwrap().chain_update(&message).finalize().into_bytes();
                    let verdict = |mac: &[u8]| first_verifies(&image, Algorithm::$algorithm, &message, mac);
                    assert!(verdict(&mac), "{len} {}", secret.len());
                    let mut changed = mac;
                    let last = changed.len() - 1;
                    changed[last] ^= 0x80;
                    assert!(!verdict(&changed) && !verdict(&mac[..last]) && !verdict(&mac[..16]) && !verdict(&[]));
                };
            }
            check!(Hs256, Sha256);
            check!(Hs384, sha2::Sha384);
            check!(Hs512, sha2::Sha512);
        }
    }
}

/// The y of all points of small order, and encodings of them that are not canonical.
fn small_points() -> Vec<[u8; 32]> {
    let prime: BigUint = (BigUint::from(1_u8) << 255) - 19_u8;
    let little = |n: &BigUint| {
        let mut point = [0; 32];
        for (to, from) in point.iter_mut().zip(n.to_bytes_le()) {
            *to = from;
        }
        point
    };
    let eight = number("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7");
    let mut ys = vec![BigUint::from(0_u8), BigUint::from(1_u8), &prime - 1_u8, eight.clone(), &prime - &eight];
    ys.extend([prime.clone(), &prime + 1_u8]);
    let mut points: Vec<_> = ys.iter().map(little).collect();
    points.extend(ys.iter().map(|y| little(&(y + (BigUint::from(1_u8) << 255)))));
    points
}

#[test]
fn ed25519_small_order_keys_are_refused() {
    for point in small_points() {
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": base64(point) }).to_string();
        let errors = KeyImage::from_jwks(jwk.as_bytes(), Mode::Strict).unwrap_err();
        assert_eq!(errors.as_slice()[0].flaw, Flaw::Point);
    }
}

#[test]
fn ed25519_small_order_and_uncanonical_points() {
    use curve25519_dalek::{EdwardsPoint, Scalar, edwards::CompressedEdwardsY};
    use sha2::Sha512;
    let secret = Scalar::from_bytes_mod_order([7; 32]);
    let point = EdwardsPoint::mul_base(&secret).compress().to_bytes();
    let image = keys(&json!({ "kty": "OKP", "crv": "Ed25519", "x": base64(point) }));
    let own = ed25519_dalek::VerifyingKey::from_bytes(&point).unwrap();
    let mut weakly_right = 0;
    for r in small_points() {
        // S for which S·B − k·A is the neutral element
        let hash: [u8; 64] = Sha512::new().chain_update(r).chain_update(point).chain_update(MESSAGE).finalize().into();
        let s = Scalar::from_bytes_mod_order_wide(&hash) * secret;
        let signature = [r, s.to_bytes()].concat();
        let parsed = ed25519_dalek::Signature::from_slice(&signature).unwrap();
        weakly_right += u8::from(ed25519_dalek::Verifier::verify(&own, MESSAGE, &parsed).is_ok());
        assert!(own.verify_strict(MESSAGE, &parsed).is_err());
        assert!(!first_verifies(&image, Algorithm::EdDsa, MESSAGE, &signature));
        assert!(CompressedEdwardsY(r).decompress().is_none_or(|point| point.is_small_order()));
    }
    assert!(weakly_right > 0, "one of them verifies where nobody looks at R");
}

/// CVE-2020-36843, CVE-2024-48949: a second signature of the same message.
#[test]
fn ed25519_non_canonical_s() {
    let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let image = keys(&ed25519_jwk(&key, "a"));
    let signature = key.sign(MESSAGE).to_bytes();
    assert!(first_verifies(&image, Algorithm::EdDsa, MESSAGE, &signature));
    let order = number("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed");
    let s = BigUint::from_bytes_le(&signature[32..]);
    for times in 1..=15_u8 {
        let mut other = (&s + &order * times).to_bytes_le();
        other.resize(32, 0);
        assert!(!first_verifies(&image, Algorithm::EdDsa, MESSAGE, &[&signature[..32], &other].concat()));
    }
    for other in [signature[..63].to_vec(), [&signature[..], &[0]].concat(), vec![0; 64], vec![]] {
        assert!(!first_verifies(&image, Algorithm::EdDsa, MESSAGE, &other));
    }
}
