//! Key sets from PEM: keys and certificates as OpenSSL writes them, and everything that is not quite that.

use adarga_core::keys::Family;
use adarga_host::keys::{Flaw, KeyErrors, KeyImage, Mode};
use base64::{Engine, engine::general_purpose::STANDARD};

use crate::signature_support::{base64, oct};

/// The text under a heading of `pem_keys.txt`.
fn pem(name: &str) -> &'static str {
    let (_, rest) = include_str!("pem_keys.txt").split_once(&format!("== {name}\n")).unwrap_or_else(|| panic!("no {name}"));
    &rest[..rest.find("\n== ").map_or(rest.len(), |end| end + 1)]
}

fn names() -> impl Iterator<Item = &'static str> {
    include_str!("pem_keys.txt").lines().filter_map(|line| line.strip_prefix("== "))
}

fn read(text: &str) -> Result<KeyImage, KeyErrors> {
    KeyImage::from_document(text.as_bytes(), Mode::Strict)
}

/// The one flaw of a text.
#[track_caller]
fn flaw(text: &str) -> Flaw {
    read(text).unwrap_err().as_slice()[0].flaw
}

/// The DER of a block, and a block of other DER.
fn der(name: &str) -> Vec<u8> {
    let body: String = pem(name).lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body).unwrap()
}

fn block(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

/// What becomes of each text of OpenSSL.
fn verdict(name: &str) -> Result<Family, Flaw> {
    match name.split(' ').next().unwrap() {
        "rsa" if name.starts_with("rsa 1024") => Err(Flaw::RsaShort),
        "rsa" => Ok(Family::Rsa),
        "P-256" if name.ends_with("compressed") => Err(Flaw::PointCompressed),
        "P-256" if name.ends_with("explicit") => Err(Flaw::CurveParameters),
        "P-256" => Ok(Family::P256),
        "P-384" => Ok(Family::P384),
        "P-521" => Ok(Family::P521),
        "ed25519" => Ok(Family::Ed25519),
        "secp256k1" | "ed448" | "x25519" | "x448" => Err(Flaw::Curve),
        _ => Err(Flaw::PemAlgorithm),
    }
}

#[test]
fn keys_and_certificates_of_openssl() {
    for name in names() {
        match (read(pem(name)), verdict(name)) {
            (Ok(image), Ok(family)) => {
                let keys = image.keys().unwrap();
                let key = keys.iter().next().unwrap();
                assert_eq!((keys.len(), key.family(), key.kid()), (1, family, None), "{name}");
                assert!(!key.algorithms().is_empty() && !image.is_secret());
            }
            (Err(errors), Err(flaw)) => {
                assert_eq!((errors.as_slice().len(), errors.as_slice()[0].index), (1, Some(0)), "{name}");
                assert_eq!(errors.as_slice()[0].flaw, flaw, "{name}");
                assert!(!flaw.reason().is_empty() && !flaw.remedy().is_empty());
            }
            (read, verdict) => panic!("{name}: {read:?} instead of {verdict:?}"),
        }
    }
}

#[test]
fn one_key_is_the_same_in_every_wrapping() {
    let image = |text: &str| read(text).unwrap().bytes().to_vec();
    for name in ["rsa 2048", "rsa 4096", "P-256", "P-384", "P-521", "ed25519"] {
        let bytes = image(pem(name));
        assert_eq!(image(pem(&format!("{name} certificate"))), bytes, "{name}");
        if name.starts_with("rsa") {
            assert_eq!(image(pem(&format!("{name} pkcs1"))), bytes, "{name}");
        }
    }
    // and in a JWK: the last 32 bytes of the DER are the key
    let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#, base64(&der("ed25519")[12..]));
    assert_eq!(image(&jwk), image(pem("ed25519")));
    let point = &der("P-256")[27..];
    let jwk = format!(r#"{{"kty":"EC","crv":"P-256","x":"{}","y":"{}"}}"#, base64(&point[..32]), base64(&point[32..]));
    assert_eq!(image(&jwk), image(pem("P-256")));
}

#[test]
fn many_blocks_and_whatever_stands_between() {
    let good: Vec<_> = names().filter(|name| verdict(name).is_ok()).map(pem).collect();
    let bytes = |text: &str| read(text).unwrap().bytes().to_vec();
    let all = good.join("\n");
    assert_eq!(read(&all).unwrap().keys().unwrap().len(), good.len());
    let texts = good.join("\nCertificate:\n    Data: { \"kty\": \"oct\" }\n\u{fffd}subject=CN = a\n----- -----\n");
    for same in [
        texts,
        format!("Bag Attributes\n{all}\nthe end"),
        format!("\n\n  \t{all}"),
        all.replace('\n', "\r\n"),
        all.replace('\n', " \n"),
        all.replace('\n', "\n\n"),
        all.replace("\n-----BEGIN", "\n  -----BEGIN"),
        all.trim_end().to_owned(),
    ] {
        assert_eq!(bytes(&same), bytes(&all));
    }
    // without line breaks
    assert_eq!(bytes(&block("PUBLIC KEY", &der("rsa 4096"))), bytes(pem("rsa 4096")));
    // a block for each key there may be, and one more
    let many = |count: usize| read(&pem("ed25519").repeat(count));
    assert_eq!(many(1024).unwrap().keys().unwrap().len(), 1024);
    assert_eq!(many(1025).unwrap_err().as_slice()[0].flaw, Flaw::TooMany);
    assert_eq!(flaw(&format!("{}{}", pem("P-256"), " ".repeat(1 << 20))), Flaw::Document);
}

#[test]
fn one_bad_block_among_good_ones() {
    let text = [pem("P-256"), pem("secp256k1"), pem("ed25519"), pem("rsa 1024")].join("\n");
    let errors = read(&text).unwrap_err();
    let places: Vec<_> = errors.as_slice().iter().map(|error| (error.index, error.flaw)).collect();
    assert_eq!(places, [(Some(1), Flaw::Curve), (Some(3), Flaw::RsaShort)]);
    let image = KeyImage::from_pem(text.as_bytes(), Mode::Lenient).unwrap();
    assert_eq!((image.keys().unwrap().len(), image.left_out().len()), (2, 2));
    let errors = KeyImage::from_pem(pem("dsa").as_bytes(), Mode::Lenient).unwrap_err();
    assert_eq!(errors.as_slice().last().unwrap().flaw, Flaw::NoKey);
    assert_eq!(KeyImage::from_pem(b"no block at all", Mode::Strict).unwrap_err().as_slice()[0].flaw, Flaw::NoKey);
}

#[test]
fn private_keys_are_refused_unread_and_never_shown() {
    const SECRET: &str = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v4E8lR6cV";
    for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY"] {
        let whole = format!("-----BEGIN {label}-----\n{SECRET}\n-----END {label}-----\n");
        for text in [
            whole.clone(),
            format!("  {whole}"),
            whole.replace('\n', "\r\n"),
            format!("-----BEGIN {label}-----\n{SECRET}\n"),
            format!("-----BEGIN {label}-----\n{SECRET}\n{}", pem("P-256")),
            format!("-----BEGIN {label}-----\nProc-Type: 4,ENCRYPTED\n\n*{SECRET}\n-----END {label}-----\n"),
            format!("{}{whole}", pem("P-256")),
        ] {
            let errors = read(&text).unwrap_err();
            assert_eq!((errors.as_slice().len(), errors.as_slice()[0].flaw), (1, Flaw::Private), "{text}");
            let shown = format!("{errors} {errors:?}");
            assert!(!shown.contains(&SECRET[..8]) && shown.contains("public half"), "{shown}");
            let lenient = KeyImage::from_document(text.as_bytes(), Mode::Lenient);
            assert!(lenient.map_or_else(|errors| !errors.to_string().contains(SECRET), |image| image.left_out().len() == 1));
        }
    }
    // under the label of a public key it is no public key
    for label in ["PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE"] {
        let errors = read(&format!("-----BEGIN {label}-----\n{SECRET}\n-----END {label}-----")).unwrap_err();
        assert_eq!(errors.as_slice()[0].flaw, Flaw::Der);
        assert!(!format!("{errors} {errors:?}").contains(&SECRET[..8]));
    }
}

#[test]
fn labels_and_lines_are_exact() {
    let good = pem("P-256");
    let renamed = |label: &str| good.replace("PUBLIC KEY", label);
    for label in ["PUBLIC  KEY", "public key", "EC PUBLIC KEY", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "EC PARAMETERS", ""] {
        assert_eq!(flaw(&renamed(label)), Flaw::PemLabel, "{label}");
    }
    assert_eq!(flaw(&renamed("CERTIFICATE")), Flaw::Der);
    assert_eq!(flaw(&renamed("RSA PUBLIC KEY")), Flaw::Der);
    assert_eq!(flaw(&pem("P-256 certificate").replace("CERTIFICATE", "PUBLIC KEY")), Flaw::Der);
    assert_eq!(flaw(&pem("rsa 2048").replace("PUBLIC KEY", "RSA PUBLIC KEY")), Flaw::Der);
    for damaged in [
        good.replace("-----END PUBLIC KEY-----", ""),
        good.replace("END PUBLIC KEY", "END CERTIFICATE"),
        good.replace("-----END PUBLIC KEY-----", "-----END PUBLIC KEY"),
        format!("-----END PUBLIC KEY-----\n{good}"),
        format!("-----BEGIN PUBLIC KEY-----\n{good}"),
        good.replacen('M', "*", 1),
        good.replacen('M', "-", 1),
        good.replacen("-----\nM", "-----\nComment: a\n\nM", 1),
        good.replace("==", "="),
        good.replace("==", ""),
        good.replace("==\n", "===\n"),
        good.replacen('M', "\u{e9}", 1),
        "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----".replace("KEY-----\n", "KEY-----\n=\n"),
    ] {
        assert_eq!(flaw(&damaged), Flaw::Pem, "{damaged}");
    }
    assert_eq!(flaw("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----"), Flaw::Der);
    assert_eq!(flaw(&good.replacen("KEY-----", "KEY", 1)), Flaw::Pem);
}

#[test]
fn damaged_der_is_refused_or_another_key() {
    for (name, label) in [
        ("rsa 2048", "PUBLIC KEY"),
        ("rsa 2048 pkcs1", "RSA PUBLIC KEY"),
        ("rsa 2048 certificate", "CERTIFICATE"),
        ("P-256", "PUBLIC KEY"),
        ("P-256 certificate", "CERTIFICATE"),
        ("ed25519", "PUBLIC KEY"),
        ("x25519 certificate", "CERTIFICATE"),
    ] {
        let der = der(name);
        let own = read(pem(name)).map(|image| image.bytes().to_vec()).ok();
        for len in 0..der.len() {
            assert_eq!(flaw(&block(label, &der[..len])), Flaw::Der, "{name} cut to {len}");
        }
        for end in [&[0][..], &[5, 0], &der] {
            assert_eq!(flaw(&block(label, &[&der, end].concat())), Flaw::Der, "{name} and more");
        }
        // what is read in spite of a change is another key, or the change is where only a certificate has something
        let changes = if der.len() < 100 { &[1, 0x40, 0x80, 0xFF][..] } else { &[0x41] };
        for at in 0..der.len() {
            for change in changes {
                let mut changed = der.clone();
                changed[at] ^= change;
                let read = read(&block(label, &changed)).map(|image| image.bytes().to_vec()).ok();
                assert!(label == "CERTIFICATE" || read.is_none() || read != own, "{name}: byte {at}");
            }
        }
    }
}

/// A value with its tag and length (X.690 §8.1).
fn tlv(tag: u8, content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let len = content.len();
    let head = match len {
        0..0x80 => vec![tag, len as u8],
        0x80..0x100 => vec![tag, 0x81, len as u8],
        _ => vec![tag, 0x82, (len >> 8) as u8, len as u8],
    };
    [head, content].concat()
}

const RSA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
const EC: &[u8] = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01";
const P256: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
const ED25519: &[u8] = b"\x06\x03\x2b\x65\x70";
const NULL: &[u8] = b"\x05\x00";

fn public_key(algorithm: &[&[u8]], key: &[&[u8]]) -> String {
    block("PUBLIC KEY", &tlv(0x30, &[&tlv(0x30, algorithm), &tlv(0x03, key)]))
}

#[test]
fn parameters_are_those_of_the_algorithm() {
    let rsa = der("rsa 2048 pkcs1");
    let point = der("P-256")[26..].to_vec();
    let edwards = der("ed25519")[12..].to_vec();
    for (algorithm, key) in [(&[RSA, NULL][..], &rsa), (&[EC, P256], &point), (&[ED25519], &edwards)] {
        assert!(read(&public_key(algorithm, &[&[0], key])).is_ok());
        // unused bits, an empty string, more in the string
        assert_eq!(flaw(&public_key(algorithm, &[&[1], key])), Flaw::Der);
        assert!(read(&public_key(algorithm, &[&[0]])).is_err());
        assert!(read(&public_key(algorithm, &[&[0], key, &[0]])).is_err());
    }
    for (algorithm, key, expected) in [
        (&[RSA][..], &rsa, Flaw::PemAlgorithm),
        (&[RSA, P256], &rsa, Flaw::PemAlgorithm),
        (&[ED25519, NULL], &edwards, Flaw::PemAlgorithm),
        (&[ED25519, P256], &edwards, Flaw::PemAlgorithm),
        (&[EC], &point, Flaw::Der),
        (&[EC, NULL], &point, Flaw::Der),
        (&[EC, EC], &point, Flaw::Curve),
        (&[EC, P256, NULL], &point, Flaw::Der),
        (&[EC, ED25519], &point, Flaw::Curve),
        (&[P256, P256], &point, Flaw::PemAlgorithm),
    ] {
        assert_eq!(flaw(&public_key(algorithm, &[&[0], key])), expected, "{algorithm:x?}");
    }
}

#[test]
fn explicit_curve_parameters_cve_2020_0601() {
    // "CurveBall": the same curve with another base point, for which anybody has the private key
    assert_eq!(flaw(pem("P-256 explicit")), Flaw::CurveParameters);
}

#[test]
fn numbers_and_points_pass_through_the_checks_of_jwk() {
    let number = |bytes: &[u8]| tlv(0x02, &[bytes]);
    let key = |modulus: &[u8], exponent: &[u8]| block("RSA PUBLIC KEY", &tlv(0x30, &[&number(modulus), &number(exponent)]));
    let modulus = [&[0][..], &[0xFF; 256]].concat();
    let long = [&[0][..], &[0xFF; 513]].concat();
    assert!(read(&key(&modulus, &[1, 0, 1])).is_ok());
    for (text, expected) in [
        (key(&long, &[1, 0, 1]), Flaw::RsaLong),
        (key(&[&modulus[..256], &[0xFE]].concat(), &[1, 0, 1]), Flaw::RsaModulus),
        (key(&modulus, &[1]), Flaw::RsaExponent),
        (key(&modulus, &[2]), Flaw::RsaExponent),
        (key(&modulus, &[2, 0, 0, 0, 1]), Flaw::RsaExponent),
        (key(&[0], &[1, 0, 1]), Flaw::RsaModulus),
        // negative, or with bytes that say nothing
        (key(&modulus[1..], &[1, 0, 1]), Flaw::Der),
        (key(&[&[0][..], &modulus].concat(), &[1, 0, 1]), Flaw::Der),
        (key(&modulus, &[0, 1, 0, 1]), Flaw::Der),
        (key(&modulus, &[]), Flaw::Der),
    ] {
        assert_eq!(flaw(&text), expected, "{text}");
    }
    let mut point = der("P-256")[26..].to_vec();
    point[64] ^= 1;
    assert_eq!(flaw(&public_key(&[EC, P256], &[&[0], &point])), Flaw::Point);
    assert_eq!(flaw(&public_key(&[EC, P256], &[&[0, 4], &[0; 64]])), Flaw::Point);
    assert_eq!(flaw(&public_key(&[EC, P256], &[&[0, 0]])), Flaw::CoordinateLength);
    assert_eq!(flaw(&public_key(&[EC, P256], &[&[0, 4], &[1; 63]])), Flaw::CoordinateLength);
    assert_eq!(flaw(&public_key(&[ED25519], &[&[0], &[0; 32]])), Flaw::Point);
    assert_eq!(flaw(&public_key(&[ED25519], &[&[0], &[1; 31]])), Flaw::CoordinateLength);
}

#[test]
fn the_first_bytes_tell_json_from_pem() {
    let jwk = oct("a").to_string();
    for text in [jwk.clone(), format!(" \t\r\n{jwk}")] {
        assert!(read(&text).unwrap().is_secret());
    }
    for text in ["", "7", "hunter2", "BEGIN PUBLIC KEY", "[]", "[server]", "\u{feff}{}", "0\u{82}\u{1}\"0"] {
        assert_eq!(flaw(text), Flaw::Shape, "{text}");
    }
    for text in ["{", " {", "{}}"] {
        assert_eq!(flaw(text), Flaw::Document);
    }
    // a secret that is a public key, or looks like one, is none (CVE-2022-29217): neither as such nor with white space in front
    for space in ["", " ", "\n", "\t \n", "\u{b}", "\u{c}", "\0", "\u{feff}", "x\n"] {
        for name in ["rsa 2048", "P-256 certificate", "rsa 2048 pkcs1"] {
            let secret = format!("{space}{}", pem(name));
            let jwk = format!(r#"{{"kty":"oct","k":"{}"}}"#, base64(&secret[..secret.len().min(1000)]));
            assert_eq!(flaw(&jwk), Flaw::SecretPem, "{space:?}");
        }
    }
    for secret in [der("P-256"), der("ed25519"), der("rsa 2048"), der("rsa 2048 pkcs1"), der("P-384 certificate")] {
        assert_eq!(flaw(&format!(r#"{{"kty":"oct","k":"{}"}}"#, base64(secret))), Flaw::SecretPem);
    }
    for secret in ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1h a@b", " ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAA"] {
        assert_eq!(flaw(&format!(r#"{{"kty":"oct","k":"{}"}}"#, base64(secret))), Flaw::SecretPem);
    }
}
