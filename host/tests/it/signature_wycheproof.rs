//! Project Wycheproof's cases, through every back end of this build.

use adarga_core::keys::Algorithm;
use adarga_host::keys::{Flaw, KeyImage, Mode};
use serde_json::json;
use wycheproof::{HashFunction, TestResult, ecdsa, eddsa, mac, rsa_pkcs1_verify as pkcs1, rsa_pss_verify as pss};

use crate::signature_support::{base64, first_verifies, keys};

/// What is right under other parameters than those of JWA is wrong here; what is wrong there may be made with these.
fn elsewhere(result: &TestResult) -> &TestResult {
    if *result == TestResult::Valid { &TestResult::Invalid } else { &TestResult::Acceptable }
}

/// Compares a verdict with the expected one; what is merely acceptable may go either way.
fn expect(result: &TestResult, verdict: bool, case: &str) {
    match result {
        TestResult::Valid => assert!(verdict, "refused: {case}"),
        TestResult::Invalid => assert!(!verdict, "accepted: {case}"),
        TestResult::Acceptable => {}
    }
}

fn plain(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

#[test]
fn hmac() {
    use mac::TestName::*;
    let mut count = 0;
    for (name, algorithm, len) in
        [(HmacSha256, Algorithm::Hs256, 32), (HmacSha384, Algorithm::Hs384, 48), (HmacSha512, Algorithm::Hs512, 64)]
    {
        for group in mac::TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let jwk = json!({ "kty": "oct", "alg": algorithm.name(), "k": base64(&test.key) }).to_string();
                let image = KeyImage::from_jwks(jwk.as_bytes(), Mode::Strict);
                if test.key.len() < len {
                    assert_eq!(image.unwrap_err().as_slice()[0].flaw, Flaw::SecretShort);
                    continue;
                }
                let verdict = first_verifies(&image.unwrap(), algorithm, &test.msg, &test.tag);
                // shortened MACs are right by HMAC and wrong by JWA
                let right = test.tag.len() == len && test.result == TestResult::Valid;
                assert_eq!(verdict, right, "{name:?} {}", test.tc_id);
                count += 1;
            }
        }
    }
    assert!(count > 300, "{count}");
}

#[test]
fn ecdsa() {
    use ecdsa::TestName::*;
    let mut count = 0;
    for (name, algorithm, curve, len) in [
        (EcdsaSecp256r1Sha256P1363, Algorithm::Es256, "P-256", 32),
        (EcdsaSecp384r1Sha384P1363, Algorithm::Es384, "P-384", 48),
        (EcdsaSecp521r1Sha512P1363, Algorithm::Es512, "P-521", 66),
    ] {
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let (x, y) = group.key.key[1..].split_at(len);
            let image = keys(&json!({ "kty": "EC", "crv": curve, "x": base64(x), "y": base64(y) }));
            for test in group.tests {
                let verdict = first_verifies(&image, algorithm, &test.msg, &test.sig);
                expect(&test.result, verdict, &format!("{name:?} {} {}", test.tc_id, test.comment));
                count += 1;
            }
        }
    }
    assert!(count > 800, "{count}");
}

#[test]
fn ed25519() {
    let mut count = 0;
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap().test_groups {
        let image = keys(&json!({ "kty": "OKP", "crv": "Ed25519", "x": base64(&group.key.pk) }));
        for test in group.tests {
            let verdict = first_verifies(&image, Algorithm::EdDsa, &test.msg, &test.sig);
            expect(&test.result, verdict, &format!("{} {}", test.tc_id, test.comment));
            count += 1;
        }
    }
    assert!(count > 140, "{count}");
}

#[test]
fn rsa_pkcs1() {
    use pkcs1::TestName::*;
    let mut count = 0;
    for (name, algorithm) in [
        (Rsa2048Sha256, Algorithm::Rs256),
        (Rsa2048Sha384, Algorithm::Rs384),
        (Rsa2048Sha512, Algorithm::Rs512),
        (Rsa3072Sha256, Algorithm::Rs256),
        (Rsa3072Sha384, Algorithm::Rs384),
        (Rsa3072Sha512, Algorithm::Rs512),
        (Rsa4096Sha256, Algorithm::Rs256),
        (Rsa4096Sha384, Algorithm::Rs384),
        (Rsa4096Sha512, Algorithm::Rs512),
        // another hash than the algorithm's
        (Rsa2048Sha512_256, Algorithm::Rs256),
        (Rsa2048Sha3_256, Algorithm::Rs256),
    ] {
        let other = matches!(name, Rsa2048Sha512_256 | Rsa2048Sha3_256);
        for group in pkcs1::TestSet::load(name).unwrap().test_groups {
            let image = keys(&json!({ "kty": "RSA", "n": base64(plain(&group.key.n)), "e": base64(plain(&group.key.e)) }));
            for test in group.tests {
                let verdict = first_verifies(&image, algorithm, &test.msg, &test.sig);
                let result = if other { elsewhere(&test.result) } else { &test.result };
                expect(result, verdict, &format!("{name:?} {} {}", test.tc_id, test.comment));
                count += 1;
            }
        }
    }
    assert!(count > 2000, "{count}");
}

#[test]
fn rsa_of_8192_bits_is_refused() {
    for group in pkcs1::TestSet::load(pkcs1::TestName::Rsa8192Sha256).unwrap().test_groups {
        let jwk = json!({ "kty": "RSA", "n": base64(plain(&group.key.n)), "e": base64(plain(&group.key.e)) }).to_string();
        assert_eq!(KeyImage::from_jwks(jwk.as_bytes(), Mode::Lenient).unwrap_err().as_slice()[0].flaw, Flaw::RsaLong);
    }
}

#[test]
fn rsa_pss() {
    use pss::TestName::*;
    let (mut right, mut other) = (0, 0);
    for name in [
        RsaPss2048Sha256Mgf1SaltLen32,
        RsaPss2048Sha384Mgf1SaltLen48,
        RsaPss3072Sha256Mgf1SaltLen32,
        RsaPss4096Sha256Mgf1SaltLen32,
        RsaPss4096Sha384Mgf1SaltLen48,
        RsaPss4096Sha512Mgf1SaltLen64,
        // other salts and masks than JWA's
        RsaPss2048Sha256Mgf1SaltLen0,
        RsaPss4096Sha512Mgf1SaltLen32,
        RsaPss2048Sha256Mgf1Sha1_20,
        RsaPssmisc,
    ] {
        for group in pss::TestSet::load(name).unwrap().test_groups {
            let (algorithm, len) = match group.hash {
                HashFunction::Sha2_256 => (Algorithm::Ps256, 32),
                HashFunction::Sha2_384 => (Algorithm::Ps384, 48),
                HashFunction::Sha2_512 => (Algorithm::Ps512, 64),
                _ => continue,
            };
            let jwk = json!({ "kty": "RSA", "n": base64(plain(&group.key.n)), "e": base64(plain(&group.key.e)) }).to_string();
            let Ok(image) = KeyImage::from_jwks(jwk.as_bytes(), Mode::Strict) else { continue };
            let same = group.salt_size == len && group.mgf_hash.as_ref() == Some(&group.hash);
            for test in group.tests {
                let verdict = first_verifies(&image, algorithm, &test.msg, &test.sig);
                let result = if same { &test.result } else { elsewhere(&test.result) };
                expect(result, verdict, &format!("{name:?} {} {}", test.tc_id, test.comment));
                *(if same { &mut right } else { &mut other }) += 1;
            }
        }
    }
    assert!(right > 600 && other > 200, "{right} {other}");
}
