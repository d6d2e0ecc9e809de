//! The tokens: one set of claims, signed with each algorithm by a key that lives as long as the run.

use aws_lc_rs::{
    hmac, rand,
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// Whose tokens they are.
pub(super) const ISSUER: &str = "https://auth.example.com";
/// Whom they are for.
pub(super) const AUDIENCE: &str = "https://mcp.example.com/reports";

const KID: &str = "2026-01";
/// What an access token says (RFC 9068 §2.2), until the year 2100.
const CLAIMS: &str = concat!(
    r#"{"iss":"https://auth.example.com","sub":"user-17","aud":"https://mcp.example.com/reports","exp":4102444800,"#,
    r#""nbf":1767225600,"iat":1767225600,"jti":"0b6f6f0e-8f0c-4b6e-9d6e-3f","scope":"read:reports write:content","role":"editor"}"#,
);
const SECRET: &[u8; 32] = b"a secret of thirty-two bytes....";

/// A token, and the key that verifies it.
pub(super) struct Issued {
    /// Its `alg`.
    pub(super) algorithm: &'static str,
    /// The compact form.
    pub(super) token: String,
    /// The public key or the secret as JWK.
    pub(super) jwk: Value,
    /// The same as the bytes that aws-lc-rs takes: the secret, the modulus, the point.
    pub(super) key: Vec<u8>,
}

impl Issued {
    /// HS256.
    pub(super) fn hs256() -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET);
        let jwk = json!({ "kty": "oct", "k": base64(SECRET) });
        Self::new("HS256", jwk, SECRET, |signed| hmac::sign(&key, signed).as_ref().to_vec())
    }

    /// RS256 with 2048 bits and the usual exponent.
    pub(super) fn rs256() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        // PKCS #1 (RFC 8017 §A.1.1): two headers, the sign, the modulus, the exponent
        let modulus = pair.public_key().as_ref()[9..265].to_vec();
        let jwk = json!({ "kty": "RSA", "n": base64(&modulus), "e": "AQAB" });
        Self::new("RS256", jwk, &modulus, |signed| {
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(&RSA_PKCS1_SHA256, &rand::SystemRandom::new(), signed, &mut signature).expect("it signs");
            signature
        })
    }

    /// ES256.
    pub(super) fn es256() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let point = pair.public_key().as_ref();
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": base64(&point[1..33]), "y": base64(&point[33..]) });
        let sign = |signed: &[u8]| pair.sign(&rand::SystemRandom::new(), signed).expect("it signs").as_ref().to_vec();
        Self::new("ES256", jwk, point, sign)
    }

    /// EdDSA with Ed25519.
    pub(super) fn eddsa() -> Self {
        let pair = Ed25519KeyPair::generate().expect("a key");
        let point = pair.public_key().as_ref();
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": base64(point) });
        Self::new("EdDSA", jwk, point, |signed| pair.sign(signed).as_ref().to_vec())
    }

    fn new(algorithm: &'static str, mut jwk: Value, key: &[u8], sign: impl Fn(&[u8]) -> Vec<u8>) -> Self {
        let header = json!({ "alg": algorithm, "kid": KID, "typ": "at+jwt" });
        let signed = format!("{}.{}", base64(header.to_string()), base64(CLAIMS));
        let token = format!("{signed}.{}", base64(sign(signed.as_bytes())));
        jwk["kid"] = KID.into();
        jwk["alg"] = algorithm.into();
        Self { algorithm, token, jwk, key: key.to_vec() }
    }

    /// What is signed, and the signature.
    pub(super) fn parts(&self) -> (&[u8], Vec<u8>) {
        let (signed, signature) = self.token.rsplit_once('.').expect("it has dots");
        (signed.as_bytes(), URL_SAFE_NO_PAD.decode(signature).expect("it is base64url"))
    }
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
