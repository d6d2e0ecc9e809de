//! Attacks on verifiers of tokens that have names, and those of their kin that no other file has. Where one has a number, it stands
//! there: what was wrong in another library must be refused here.

use adarga_core::{
    Reason,
    keys::{Algorithm, Algorithms, Family},
    signature::jws,
};
use adarga_host::keys::{Flaw, KeyImage, Mode};
use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::Signer as _;
use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

use crate::signature_support::{SECRET, base64, hs256, judge, keys, oct, open, signed_by, token};

type Sign<'s> = &'s dyn Fn(&[u8]) -> Vec<u8>;

const HMACS: [&str; 3] = ["HS256", "HS384", "HS512"];

fn mac(algorithm: &str, secret: &[u8], message: &[u8]) -> Vec<u8> {
    macro_rules! mac {
        ($hash:ty) => {
            Hmac::<$hash>::new_from_slice(secret).unwrap().chain_update(message).finalize().into_bytes().to_vec()
        };
    }
    match algorithm {
        "HS384" => mac!(sha2::Sha384),
        "HS512" => mac!(sha2::Sha512),
        _ => mac!(sha2::Sha256),
    }
}

/// A public key of OpenSSL in PEM.
fn pem(name: &str) -> String {
    let (_, rest) = include_str!("pem_keys.txt").split_once(&format!("== {name}\n")).unwrap();
    rest[..rest.find("\n== ").unwrap_or(rest.len())].to_owned() + "\n"
}

fn der(pem: &str) -> Vec<u8> {
    STANDARD.decode(pem.lines().filter(|line| !line.starts_with("-----")).collect::<String>()).unwrap()
}

fn ec(key: &SigningKey) -> Value {
    let point = key.verifying_key().to_sec1_point(false);
    json!({ "kty": "EC", "kid": "a", "crv": "P-256", "x": base64(point.x().unwrap()), "y": base64(point.y().unwrap()) })
}

/// One key of each family, with what it is called.
fn one_of_each() -> Vec<(Family, Value)> {
    let line: Value = serde_json::from_str(include_str!("signature_rsa_sizes.jsonl").lines().next().unwrap()).unwrap();
    let point = |name: &str, len: usize| {
        let der = der(&pem(name));
        let (x, y) = der[der.len() - 2 * len..].split_at(len);
        json!({ "kty": "EC", "kid": "a", "crv": name, "x": base64(x), "y": base64(y) })
    };
    let ed25519 = der(&pem("ed25519"));
    vec![
        (Family::Hmac, json!({ "kty": "oct", "kid": "a", "k": base64([7; 64]) })),
        (Family::Rsa, json!({ "kty": "RSA", "kid": "a", "n": line["n"], "e": line["e"] })),
        (Family::P256, point("P-256", 32)),
        (Family::P384, point("P-384", 48)),
        (Family::P521, point("P-521", 66)),
        (Family::Ed25519, json!({ "kty": "OKP", "kid": "a", "crv": "Ed25519", "x": base64(&ed25519[12..]) })),
    ]
}

/// CVE-2015-9235, CVE-2016-5431, CVE-2016-10555, CVE-2017-11424, CVE-2022-29217, CVE-2023-48238, CVE-2024-33663, CVE-2024-54150:
/// the public key, which everybody has, taken for the secret of an HMAC.
#[test]
fn hmac_keyed_with_a_public_key_in_every_spelling() {
    for name in ["rsa 2048", "rsa 4096", "P-256", "P-384", "P-521", "ed25519"] {
        let text = pem(name);
        let certificate = pem(&format!("{name} certificate"));
        let der = der(&text);
        let jwk = json!({ "kty": "RSA", "n": base64(&der) }).to_string();
        let spellings = [
            text.as_bytes().to_vec(),
            text.trim_end().into(),
            format!(" {text}").into(),
            format!("\n{text}").into(),
            text.replace('\n', "\r\n").into(),
            text.replace('\n', "").into(),
            certificate.into(),
            STANDARD.encode(&der).into(),
            jwk.into(),
            format!("ssh-rsa {} a@b", STANDARD.encode(&der)).into(),
            der[der.len() - 32..].to_vec(),
            der,
        ];
        let image = KeyImage::from_pem(text.as_bytes(), Mode::Strict).unwrap();
        for (secret, alg) in spellings.iter().flat_map(|secret| HMACS.map(|alg| (secret, alg))) {
            let forged = |header: &str| signed_by(header, "{}", |message| mac(alg, secret, message));
            // no key is of that kind, whatever the token calls it
            assert_eq!(open(&image, &forged(&format!(r#"{{"alg":"{alg}"}}"#))), Err(Reason::TokenKey), "{name}");
            assert_eq!(open(&image, &forged(&format!(r#"{{"alg":"{alg}","kid":"a"}}"#))), Err(Reason::TokenKey));
        }
    }
    // with its name, and beside a true secret: the key that is named decides
    for (_, jwk) in one_of_each().into_iter().skip(1) {
        let text = jwk.to_string();
        let image = keys(&json!({ "keys": [jwk, oct("b")] }));
        for (alg, kid, reason) in [
            ("HS256", "a", Reason::TokenAlgorithm),
            ("HS384", "a", Reason::TokenAlgorithm),
            ("HS512", "a", Reason::TokenAlgorithm),
            ("HS256", "b", Reason::TokenSignature),
            ("HS512", "b", Reason::TokenAlgorithm),
        ] {
            let header = format!(r#"{{"alg":"{alg}","kid":"{kid}"}}"#);
            let forged = signed_by(&header, "{}", |message| mac(alg, text.as_bytes(), message));
            assert_eq!(open(&image, &forged), Err(reason), "{alg} {kid}");
        }
    }
}

/// The same for every pair: a key is asked for what it is, never for what the token says.
#[test]
fn algorithm_confusion_between_all_families() {
    for (family, jwk) in one_of_each() {
        let image = keys(&jwk);
        for &algorithm in Algorithm::ALL {
            let header = format!(r#"{{"alg":"{}","kid":"a"}}"#, algorithm.name());
            for signature in [vec![], vec![0; 32], vec![0; algorithm.signature_len().unwrap_or(256)], vec![1; 64]] {
                let forged = signed_by(&header, "{}", |_| signature.clone());
                let reason = if algorithm.family() == family { Reason::TokenSignature } else { Reason::TokenAlgorithm };
                assert_eq!(open(&image, &forged), Err(reason), "{family:?} {}", algorithm.name());
            }
        }
    }
}

/// CVE-2022-21449, "psychic signatures": r and s of zero.
#[test]
fn ecdsa_signatures_of_nothing_but_zeros() {
    for (family, jwk) in one_of_each() {
        let image = keys(&jwk);
        for algorithm in Algorithm::ALL.iter().filter(|algorithm| algorithm.family() == family) {
            let header = format!(r#"{{"alg":"{}","kid":"a"}}"#, algorithm.name());
            for byte in [0, 0xFF] {
                let len = algorithm.signature_len().unwrap_or(256);
                assert_eq!(open(&image, &signed_by(&header, "{}", |_| vec![byte; len])), Err(Reason::TokenSignature));
            }
        }
    }
}

/// A MAC that is cut off, down to nothing, or lengthened (CVE-2020-14966 for the signatures of ECDSA).
#[test]
fn shortened_and_lengthened_signatures() {
    let ecdsa = SigningKey::from_slice(&[7; 32]).unwrap();
    let eddsa = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let sign_ecdsa = |message: &[u8]| {
        let signature: Signature = ecdsa.sign(message);
        signature.to_bytes().to_vec()
    };
    let sign_eddsa = |message: &[u8]| eddsa.sign(message).to_bytes().to_vec();
    let sign_hmac = |message: &[u8]| hs256(SECRET, message);
    let okp = json!({ "kty": "OKP", "kid": "a", "crv": "Ed25519", "x": base64(eddsa.verifying_key()) });
    let cases: [(&str, Value, Sign<'_>); 3] =
        [("HS256", oct("a"), &sign_hmac), ("ES256", ec(&ecdsa), &sign_ecdsa), ("EdDSA", okp, &sign_eddsa)];
    for (alg, jwk, sign) in cases {
        let (image, header) = (keys(&jwk), format!(r#"{{"alg":"{alg}","kid":"a"}}"#));
        assert!(open(&image, &signed_by(&header, "{}", sign)).is_ok());
        let len = sign(b"").len();
        for cut in 0..len {
            let short = signed_by(&header, "{}", |message| sign(message)[..cut].to_vec());
            assert_eq!(open(&image, &short), Err(Reason::TokenSignature), "{alg} {cut}");
        }
        for more in [&[0][..], &[0; 32], &[1], &[0; 448]] {
            let front = signed_by(&header, "{}", |message| [more, &sign(message)].concat());
            let back = signed_by(&header, "{}", |message| [&sign(message), more].concat());
            assert_eq!((open(&image, &front), open(&image, &back)), (Err(Reason::TokenSignature), Err(Reason::TokenSignature)));
        }
    }
}

/// CVE-2022-39227: one text that is a token in the JSON serialization for one parser and in the compact one for another.
#[test]
fn json_and_compact_serialization_in_one() {
    let good = token(r#"{"alg":"HS256","kid":"a"}"#);
    let parts: Vec<_> = good.split('.').collect();
    let (header, payload, mac) = (parts[0], parts[1], parts[2]);
    let forged = base64(r#"{"sub":"admin"}"#);
    for text in [
        format!(r#"{{"  {header}.{forged}.":"","protected":"{header}", "payload":"{payload}","signature":"{mac}"}}"#),
        format!(r#"{{"protected":"{header}","payload":"{payload}","signature":"{mac}"}}"#),
        format!(r#"{{"payload":"{payload}","signatures":[{{"protected":"{header}","signature":"{mac}"}}]}}"#),
        format!(r#"{good}{{"payload":"{forged}"}}"#),
        format!("\"{good}\""),
        format!("{good}\n{good}"),
        format!("{good},{good}"),
        format!("{good}~"),
        format!("{header}.{forged}.{payload}.{mac}"),
        format!("{header}.{payload}.{forged}.{mac}"),
    ] {
        let verdict = open(&keys(&oct("a")), &text);
        assert!(matches!(verdict, Err(Reason::TokenMalformed | Reason::TokenHeader)), "{text}: {verdict:?}");
    }
}

/// CVE-2023-51774: a token that is encrypted, not signed, where a signed one is asked for; with a key that the verifier has.
#[test]
fn an_encrypted_token_is_no_signed_one() {
    for alg in ["dir", "A256KW", "RSA-OAEP", "ECDH-ES", "PBES2-HS256+A128KW"] {
        // five parts, and three that say that they are encrypted
        let header = base64(format!(r#"{{"alg":"{alg}","enc":"A256GCM","p2c":2147483647,"kid":"a"}}"#));
        for text in [format!("{header}.e30.AAAAAAAAAAAAAAAA.e30.AAAAAAAAAAAAAAAAAAAAAA"), format!("{header}..AAAA.e30.AAAA")] {
            let verdict = open(&keys(&oct("a")), &text);
            assert!(matches!(verdict, Err(Reason::TokenMalformed | Reason::TokenAlgorithm)), "{text}: {verdict:?}");
        }
        let signed = format!("{header}.e30");
        let three = format!("{signed}.{}", base64(hs256(SECRET, signed.as_bytes())));
        assert_eq!(open(&keys(&oct("a")), &three), Err(Reason::TokenAlgorithm));
    }
}

/// The signature of one token under the claims of another.
#[test]
fn a_signature_of_another_token() {
    let image = keys(&oct("a"));
    let header = r#"{"alg":"HS256","kid":"a"}"#;
    let signed = |header: &str, payload: &str| signed_by(header, payload, |message| hs256(SECRET, message));
    let (own, other) = (signed(header, r#"{"sub":"u"}"#), signed(header, r#"{"sub":"admin"}"#));
    let (own_signed, own_mac) = own.rsplit_once('.').unwrap();
    let (other_signed, other_mac) = other.rsplit_once('.').unwrap();
    assert!(open(&image, &own).is_ok() && open(&image, &other).is_ok());
    assert_eq!(open(&image, &format!("{other_signed}.{own_mac}")), Err(Reason::TokenSignature));
    assert_eq!(open(&image, &format!("{own_signed}.{other_mac}")), Err(Reason::TokenSignature));
    // the same JSON in other bytes is another message, and so is another place of the dot
    let spaced = base64(r#"{"sub": "u"}"#);
    assert_eq!(open(&image, &format!("{}.{spaced}.{own_mac}", base64(header))), Err(Reason::TokenSignature));
    let moved = own_signed.replacen('.', "", 1);
    let (left, right) = moved.split_at(base64(header).len() + 4);
    assert!(open(&image, &format!("{left}.{right}.{own_mac}")).is_err());
}

/// CVE-2017-16007, CVE-2015-7940: points of another curve, on which few multiples exist.
#[test]
fn points_that_are_not_on_their_curve() {
    for (_, jwk) in one_of_each().into_iter().filter(|(_, jwk)| jwk["kty"] == "EC") {
        let len = jwk["x"].as_str().unwrap().len();
        let swapped = json!({ "kty": "EC", "crv": jwk["crv"], "x": jwk["y"], "y": jwk["x"] });
        let same = json!({ "kty": "EC", "crv": jwk["crv"], "x": jwk["x"], "y": jwk["x"] });
        let zero = json!({ "kty": "EC", "crv": jwk["crv"], "x": "A".repeat(len), "y": "A".repeat(len) });
        for bad in [swapped, same, zero] {
            let errors = KeyImage::from_jwks(bad.to_string().as_bytes(), Mode::Strict).unwrap_err();
            assert_eq!(errors.as_slice()[0].flaw, Flaw::Point, "{bad}");
        }
    }
}

/// Secrets that everybody knows sign nothing, since no key set holds them.
#[test]
fn empty_and_short_secrets() {
    for secret in [&b""[..], b"secret", b"changeme", b"\0", &[0; 31]] {
        for document in [json!({ "kty": "oct", "k": base64(secret) }), json!({ "keys": [{ "kty": "oct", "k": base64(secret) }] })]
        {
            for mode in [Mode::Strict, Mode::Lenient] {
                let errors = KeyImage::from_jwks(document.to_string().as_bytes(), mode).unwrap_err();
                assert_eq!(errors.as_slice()[0].flaw, Flaw::SecretShort);
            }
        }
        for &algorithm in Algorithm::ALL.iter().filter(|algorithm| algorithm.family() == Family::Hmac) {
            assert!(KeyImage::from_secret(secret, Algorithms::of(&[algorithm])).is_err());
        }
    }
}

/// Headers in other encodings than UTF-8, which some parsers find out by themselves (RFC 4627 §3), and bytes that end a text in C.
#[test]
fn headers_in_other_encodings() {
    let header = r#"{"alg":"HS256","kid":"a"}"#;
    let little: Vec<u8> = header.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = header.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let wide: Vec<u8> = header.chars().flat_map(|letter| u32::from(letter).to_le_bytes()).collect();
    let end = [header.as_bytes(), &[0]].concat();
    let hidden = [br#"{"alg":"HS256","kid":"a"#.as_slice(), &[0], br#""}"#].concat();
    let latin = [br#"{"alg":"HS256","kid":"a","x":""#.as_slice(), &[0xE9], br#""}"#].concat();
    let overlong = [br#"{"alg":"HS256","kid":"a","x":""#.as_slice(), &[0xC0, 0x80], br#""}"#].concat();
    for bytes in [little, big, wide, end, hidden, latin, overlong] {
        let signed = format!("{}.e30", base64(&bytes));
        let text = format!("{signed}.{}", base64(hs256(SECRET, signed.as_bytes())));
        assert_eq!(open(&keys(&oct("a")), &text), Err(Reason::TokenHeader));
    }
}

/// An algorithm that the policy does not name, however good the signature: the token has no say in it.
#[test]
fn downgrade_to_an_algorithm_that_the_policy_lacks() {
    let line: Value = serde_json::from_str(include_str!("signature_rsa_sizes.jsonl").lines().next().unwrap()).unwrap();
    let image = keys(&json!({ "kty": "RSA", "kid": "a", "n": line["n"], "e": line["e"] }));
    let only = |algorithm| jws::Rules::new(Algorithms::of(&[algorithm]));
    for alg in ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] {
        let text = signed_by(&format!(r#"{{"alg":"{alg}","kid":"a"}}"#), "{}", |_| vec![1; 256]);
        for allowed in [Algorithm::Rs256, Algorithm::Ps512, Algorithm::Es256] {
            let reason = if allowed.name() == alg { Reason::TokenSignature } else { Reason::TokenAlgorithm };
            assert_eq!(judge(&image, &text, &only(allowed)), Err(reason), "{alg}");
        }
    }
}
