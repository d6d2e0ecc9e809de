//! Key sets from JWK and JWKS: what is refused, with what reason, and what is never shown.

use adarga_core::{
    Fault,
    keys::{Algorithm, Algorithms, Family, KeySet},
};
use adarga_host::keys::{Flaw, KeyErrors, KeyImage, Mode};
use num_bigint::BigUint;
use serde_json::{Value, json};

use crate::signature_support::{SECRET, base64, keys, oct};

const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
const OKP: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

fn from(document: &Value, mode: Mode) -> Result<KeyImage, KeyErrors> {
    KeyImage::from_jwks(document.to_string().as_bytes(), mode)
}

fn ec() -> Value {
    json!({ "kty": "EC", "crv": "P-256", "x": X, "y": Y })
}

fn okp() -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "x": OKP })
}

fn rsa() -> Value {
    let line: Value = serde_json::from_str(include_str!("signature_rsa_sizes.jsonl").lines().next().unwrap()).unwrap();
    json!({ "kty": "RSA", "n": line["n"], "e": line["e"] })
}

fn with(mut key: Value, name: &str, value: impl Into<Value>) -> Value {
    key[name] = value.into();
    key
}

/// A modulus of so many bits that is nothing but odd.
fn modulus(bits: u64) -> String {
    base64(((BigUint::from(1_u8) << (bits - 1)) + 12_345_u32).to_bytes_be())
}

#[test]
fn each_flaw_has_its_reason() {
    let zero_first = base64([&[0][..], &[0xFF; 256]].concat());
    let cases = [
        (json!(7), Flaw::Member("kty")),
        (json!({}), Flaw::Member("kty")),
        (json!({ "kty": 1 }), Flaw::Member("kty")),
        (with(ec(), "kid", 7), Flaw::Member("kid")),
        (with(ec(), "kid", ""), Flaw::KidEmpty),
        (with(ec(), "use", "enc"), Flaw::Use),
        (with(ec(), "use", "SIG"), Flaw::Use),
        (with(ec(), "use", json!(["sig"])), Flaw::Member("use")),
        (with(ec(), "key_ops", json!([])), Flaw::Operations),
        (with(ec(), "key_ops", json!(["sign"])), Flaw::Operations),
        (with(ec(), "key_ops", json!(["verify", "verify"])), Flaw::Operations),
        (with(ec(), "key_ops", json!(["verify", "encrypt"])), Flaw::Operations),
        (with(ec(), "key_ops", json!(["verify", 7])), Flaw::Operations),
        (with(ec(), "key_ops", "verify"), Flaw::Member("key_ops")),
        (with(ec(), "d", X), Flaw::Private),
        (with(rsa(), "d", "AQAB"), Flaw::Private),
        (with(rsa(), "p", "AQAB"), Flaw::Private),
        (with(rsa(), "oth", json!([])), Flaw::Private),
        (with(okp(), "d", X), Flaw::Private),
        (with(ec(), "k", X), Flaw::Private),
        (with(ec(), "alg", "ES384"), Flaw::Algorithm),
        (with(ec(), "alg", "ES521"), Flaw::Algorithm),
        (with(ec(), "alg", "HS256"), Flaw::Algorithm),
        (with(ec(), "alg", "none"), Flaw::Algorithm),
        (with(rsa(), "alg", "HS256"), Flaw::Algorithm),
        (with(rsa(), "alg", "RSA-OAEP"), Flaw::Algorithm),
        (with(okp(), "alg", "ES256"), Flaw::Algorithm),
        (with(oct("a"), "alg", "RS256"), Flaw::Algorithm),
        (with(oct("a"), "alg", "A256GCM"), Flaw::Algorithm),
        (with(ec(), "x", format!("{X}=")), Flaw::Encoding("x")),
        (with(ec(), "y", Y.replace('_', "/")), Flaw::Encoding("y")),
        (with(ec(), "x", 7), Flaw::Member("x")),
        (with(ec(), "crv", "P-192"), Flaw::Curve),
        (with(ec(), "crv", "Ed25519"), Flaw::Curve),
        (with(okp(), "crv", "P-256"), Flaw::Curve),
        (with(okp(), "crv", "Ed448"), Flaw::Curve),
        (with(okp(), "crv", "X25519"), Flaw::Curve),
        (with(ec(), "x", base64([1; 31])), Flaw::CoordinateLength),
        (with(ec(), "x", base64([0; 33])), Flaw::CoordinateLength),
        (with(okp(), "x", base64([1; 31])), Flaw::CoordinateLength),
        (with(ec(), "y", X), Flaw::Point),
        (with(ec(), "x", base64([0; 32])), Flaw::Point),
        (with(ec(), "x", base64([0xFF; 32])), Flaw::Point),
        (with(okp(), "x", base64([0; 32])), Flaw::Point),
        (with(okp(), "x", base64([0xFF; 32])), Flaw::Point),
        (with(rsa(), "n", modulus(2047)), Flaw::RsaShort),
        (with(rsa(), "n", modulus(1024)), Flaw::RsaShort),
        (with(rsa(), "n", modulus(4097)), Flaw::RsaLong),
        (with(rsa(), "n", base64([0xFE; 256])), Flaw::RsaModulus),
        (with(rsa(), "n", zero_first), Flaw::RsaModulus),
        (with(rsa(), "n", ""), Flaw::RsaModulus),
        (with(rsa(), "e", "AQ"), Flaw::RsaExponent),
        (with(rsa(), "e", "Ag"), Flaw::RsaExponent),
        (with(rsa(), "e", ""), Flaw::RsaExponent),
        (with(rsa(), "e", "AAEAAQ"), Flaw::RsaExponent),
        (with(rsa(), "e", base64((1_u64 << 33 | 1).to_be_bytes())), Flaw::RsaExponent),
        (with(rsa(), "e", base64([2, 0, 0, 0, 1])), Flaw::RsaExponent),
        (with(rsa(), "e", base64([1; 9])), Flaw::RsaExponent),
        (with(oct("a"), "k", base64([1; 31])), Flaw::SecretShort),
        (with(oct("a"), "k", ""), Flaw::SecretShort),
        (with(with(oct("a"), "alg", "HS384"), "k", base64([1; 47])), Flaw::SecretShort),
        (with(with(oct("a"), "alg", "HS512"), "k", base64([1; 63])), Flaw::SecretShort),
        (with(oct("a"), "k", base64([1; 1025])), Flaw::SecretLong),
        (with(oct("a"), "k", base64("-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG")), Flaw::SecretPem),
        (with(oct("a"), "k", base64(" \n-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG")), Flaw::SecretPem),
    ];
    for (key, flaw) in cases {
        let set = json!({ "keys": [ec(), key] });
        let errors = from(&set, Mode::Strict).unwrap_err();
        assert_eq!((errors.as_slice().len(), errors.as_slice()[0].index, errors.as_slice()[0].flaw), (1, Some(1), flaw), "{key}");
        let image = from(&set, Mode::Lenient).unwrap();
        assert_eq!((image.keys().unwrap().len(), image.left_out().len(), image.left_out()[0].flaw), (1, 1, flaw), "{key}");
        let none = from(&json!({ "keys": [key] }), Mode::Lenient).unwrap_err();
        assert_eq!(none.as_slice().last().unwrap().flaw, Flaw::NoKey);
        assert!(!flaw.reason().is_empty() && !flaw.remedy().is_empty());
    }
}

/// CVE-2017-15361.
#[test]
fn roca_moduli_are_refused() {
    // a power of 65537 modulo all primes of the generator, as the generator made them
    let primes =
        [2_u32, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109];
    let rest = [113_u32, 127, 131, 137, 139, 149, 151, 157, 163, 167];
    let product: BigUint = primes.iter().chain(&rest).map(|prime| BigUint::from(*prime)).product();
    let power = BigUint::from(65537_u32).modpow(&BigUint::from(123_457_u32), &product);
    let start = (BigUint::from(1_u8) << 2047) / &product + 7_u8;
    let n: BigUint = start * &product + power;
    assert_eq!(n.bits(), 2048);
    let key = |n: &BigUint| with(rsa(), "n", base64(n.to_bytes_be()));
    assert_eq!(from(&key(&n), Mode::Strict).unwrap_err().as_slice()[0].flaw, Flaw::RsaRoca);
    assert!(from(&key(&(n + 2_u8)), Mode::Strict).is_ok());
}

#[test]
fn documents_are_strict() {
    let whole = |text: &str, flaw: Flaw| {
        let errors = KeyImage::from_jwks(text.as_bytes(), Mode::Lenient).unwrap_err();
        assert_eq!(errors.as_slice()[0].flaw, flaw, "{text}");
    };
    for text in ["", "{", "\u{feff}{}", r#"{"keys":[],"keys":[]}"#, r#"{"kty":"oct","kty":"EC"}"#, &" ".repeat(2 << 20)] {
        whole(text, Flaw::Document);
    }
    for text in ["7", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":null}"#, r#"{"keys":[],"kty":"oct"}"#] {
        whole(text, Flaw::Shape);
    }
    whole(r#"{"keys":[]}"#, Flaw::NoKey);
    whole(&json!({ "keys": vec![0; 1025] }).to_string(), Flaw::TooMany);
    whole(&format!("{}{}", "[".repeat(100), "]".repeat(100)), Flaw::Document);
}

#[test]
fn one_kid_means_one_key() {
    let set = json!({ "keys": [with(ec(), "kid", "a"), with(okp(), "kid", "b"), with(rsa(), "kid", "a"), ec()] });
    let errors = from(&set, Mode::Strict).unwrap_err();
    let places: Vec<_> = errors.as_slice().iter().map(|error| (error.index, error.kid.as_deref(), error.flaw)).collect();
    assert_eq!(places, [(Some(0), Some("a"), Flaw::KidTwice), (Some(2), Some("a"), Flaw::KidTwice)]);
    let image = from(&set, Mode::Lenient).unwrap();
    let keys = image.keys().unwrap();
    assert!(keys.find(b"a").is_none() && keys.find(b"b").is_some() && keys.len() == 2);
}

#[test]
fn unknown_key_types_are_passed_over() {
    let set = json!({ "keys": [{ "kty": "AKP", "alg": "ML-DSA-44", "pub": "AA" }, ec()] });
    for mode in [Mode::Strict, Mode::Lenient] {
        let image = from(&set, mode).unwrap();
        assert_eq!((image.keys().unwrap().len(), image.left_out()[0].flaw), (1, Flaw::Type));
    }
}

#[test]
fn keys_are_bound_to_algorithms() {
    use Algorithm::*;
    let secret = |len: usize| json!({ "kty": "oct", "k": base64(vec![1; len]) });
    for (key, algorithms) in [
        (ec(), &[Es256][..]),
        (okp(), &[EdDsa]),
        (rsa(), &[Rs256, Rs384, Rs512, Ps256, Ps384, Ps512]),
        (with(rsa(), "alg", "PS384"), &[Ps384]),
        (secret(32), &[Hs256]),
        (secret(48), &[Hs256, Hs384]),
        (secret(64), &[Hs256, Hs384, Hs512]),
        (with(secret(64), "alg", "HS256"), &[Hs256]),
        (with(with(ec(), "use", "sig"), "key_ops", json!(["verify"])), &[Es256]),
        (with(secret(32), "key_ops", json!(["sign", "verify"])), &[Hs256]),
    ] {
        let image = keys(&key);
        let key = image.keys().unwrap().iter().next().unwrap();
        assert_eq!(key.algorithms(), Algorithms::of(algorithms));
        for &algorithm in Algorithm::ALL {
            assert_eq!(key.allows(algorithm), algorithms.contains(&algorithm));
        }
        assert_eq!(image.is_secret(), key.family() == Family::Hmac);
    }
}

#[test]
fn many_keys_are_found_by_name() {
    let set: Vec<_> = (0..1000).map(|at| with(ec(), "kid", format!("key {at}"))).collect();
    let image = keys(&json!({ "keys": set }));
    let keys = image.keys().unwrap();
    for at in 0..1000 {
        let kid = format!("key {at}");
        let key = keys.find(kid.as_bytes()).unwrap();
        assert_eq!((key.index(), key.kid()), (at, Some(kid.as_str())));
    }
    assert!(keys.find(b"key 1000").is_none() && keys.find(b"").is_none());
}

#[test]
fn a_secret_alone() {
    let hs256 = Algorithms::of(&[Algorithm::Hs256]);
    let image = KeyImage::from_secret(SECRET, hs256).unwrap();
    assert_eq!(image.keys().unwrap().iter().next().unwrap().algorithms(), hs256);
    let flaw = |secret: &[u8], algorithms| KeyImage::from_secret(secret, algorithms).unwrap_err().as_slice()[0].flaw;
    assert_eq!(flaw(b"hunter2", hs256), Flaw::SecretShort);
    assert_eq!(flaw(SECRET, Algorithms::of(&[Algorithm::Hs512])), Flaw::SecretShort);
    assert_eq!(flaw(SECRET, Algorithms::of(&[Algorithm::Rs256])), Flaw::Algorithm);
    assert_eq!(flaw(b"  -----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A", hs256), Flaw::SecretPem);
}

#[test]
fn nothing_of_a_key_is_shown() {
    let shown = |text: String| {
        for secret in ["01234567", &base64(SECRET)[..8], "48, 49, 50", "30313233", X, "x_FE"] {
            assert!(!text.contains(secret), "{text}");
        }
    };
    let image = keys(&oct("a"));
    let set = image.keys().unwrap();
    let key = set.iter().next().unwrap();
    shown(format!("{image:?} {set:?} {key:?} {:?} {:?}", key.material(), image.crypto()));
    for bad in [
        with(oct("a"), "alg", "RS256"),
        with(oct("a"), "k", format!("{}=", base64(SECRET))),
        with(ec(), "d", X),
        with(ec(), "y", X),
        with(oct("a"), "k", base64(&SECRET[..20])),
    ] {
        let errors = from(&bad, Mode::Strict).unwrap_err();
        shown(format!("{errors} {errors:?}"));
    }
    // a name that could do harm to a terminal or a log is left out
    for kid in ["\u{1b}[31m", "a b", &"x".repeat(65), "\n"] {
        let errors = from(&with(with(ec(), "kid", kid), "use", "enc"), Mode::Strict).unwrap_err();
        assert_eq!(errors.as_slice()[0].kid, None);
    }
    let errors = from(&json!({ "keys": [with(with(ec(), "kid", "k-1"), "use", "enc")] }), Mode::Strict).unwrap_err();
    assert_eq!(errors.to_string(), "key 0 (`k-1`): `use` is not `sig`\n  help: leave keys for encryption out of this set");
}

#[test]
fn images_are_validated() {
    let image = keys(&json!({ "keys": [with(ec(), "kid", "a"), okp(), rsa(), oct("s")] }));
    let bytes = image.bytes().to_vec();
    assert_eq!(bytes, keys(&json!({ "keys": [with(ec(), "kid", "a"), okp(), rsa(), oct("s")] })).bytes(), "not the same twice");
    assert_eq!(KeyImage::from_bytes(bytes.clone()).unwrap().keys().unwrap().len(), 4);
    let fault = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut changed = bytes.clone();
        change(&mut changed);
        KeySet::open(&changed).unwrap_err()
    };
    assert_eq!(fault(&|bytes| bytes[7] = b'I'), Fault::KeysLabel);
    assert_eq!(fault(&|bytes| bytes[8] = 2), Fault::KeysVersion);
    assert_eq!(fault(&|bytes| bytes.truncate(60)), Fault::KeysChecksum);
    assert_eq!(fault(&|bytes| bytes.push(0)), Fault::KeysChecksum);
    for at in 24..bytes.len() {
        assert_eq!(fault(&|bytes| bytes[at] ^= 1), Fault::KeysChecksum, "byte {at}");
    }
}

#[test]
fn hostile_images_are_harmless() {
    // every byte changed behind a valid header: read without harm, whatever it says
    use adarga_core::signature::{Crypto, RustCrypto};
    let bytes = keys(&json!({ "keys": [with(ec(), "kid", "a"), okp(), rsa(), oct("s")] })).bytes().to_vec();
    let mut opened = 0;
    for at in 56..bytes.len() {
        for change in [1, 0x80, 0xFF] {
            let mut changed = bytes.clone();
            changed[at] ^= change;
            let Ok(set) = KeySet::reopen(&changed) else { continue };
            opened += 1;
            assert!(set.find(b"nobody").is_none());
            if at % 7 == 0 {
                for key in set.iter() {
                    for algorithm in [Algorithm::Hs256, Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa] {
                        assert!(!RustCrypto.verify(algorithm, &key, b"", &[1; 256]));
                        assert!(!RustCrypto.verify(algorithm, &key, b"", &[1; 64]));
                    }
                }
            }
        }
    }
    assert!(opened > 1000, "{opened}");
}

#[test]
fn thumbprints_are_those_of_the_rfcs() {
    use adarga_host::keys::{Summary, thumbprint};
    // RFC 7638 §3.1, RFC 8037 A.3; the one of P-256 was computed by hand over the key of RFC 7515 A.3
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMst\
             n64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1\
             n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    let cases = [
        (
            json!({ "kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29" }),
            Some("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
            ("RSA", None, 2048),
        ),
        (okp(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"), ("OKP", Some("Ed25519"), 255)),
        (ec(), Some("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"), ("EC", Some("P-256"), 256)),
        (oct("a"), None, ("oct", None, 256)),
    ];
    for (jwk, expected, (kty, crv, bits)) in cases {
        let image = keys(&jwk);
        let key = image.keys().unwrap().iter().next().unwrap();
        assert_eq!(thumbprint(&key).as_deref(), expected, "{jwk}");
        assert_eq!(Summary::of(&key), Summary { kty, crv, bits });
    }
}
