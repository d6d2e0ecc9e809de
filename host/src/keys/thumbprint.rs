//! What a key is called and recognised by: its members in a JWK that are no secret, and the hash over them (RFC 7638).

use adarga_core::keys::{Key, Material, RsaKey};
use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

/// What a person may know of a key, in the words of a JWK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// `RSA`, `EC`, `OKP` or `oct`.
    pub kty: &'static str,
    /// `P-256`, `P-384`, `P-521` or `Ed25519`.
    pub crv: Option<&'static str>,
    /// Bits of the modulus, of the curve's field, or of the secret.
    pub bits: usize,
}

impl Summary {
    /// Reads it from a key.
    #[must_use]
    pub fn of(key: &Key<'_>) -> Self {
        let curve = |crv, bits| Self { kty: "EC", crv: Some(crv), bits };
        match key.material() {
            Material::Hmac(key) => Self { kty: "oct", crv: None, bits: key.secret.len() * 8 },
            Material::Rsa(key) => Self { kty: "RSA", crv: None, bits: key.bits.to_native().into() },
            Material::P256(_) => curve("P-256", 256),
            Material::P384(_) => curve("P-384", 384),
            Material::P521(_) => curve("P-521", 521),
            Material::Ed25519(_) => Self { kty: "OKP", crv: Some("Ed25519"), bits: 255 },
        }
    }
}

/// The SHA-256 thumbprint of a public key in base64url (RFC 7638, RFC 8037 §2). A secret has none: whoever sees it could try
/// secrets until one fits.
#[must_use]
pub fn thumbprint(key: &Key<'_>) -> Option<String> {
    let text = Base64UrlUnpadded::encode_string;
    let json = match key.material() {
        Material::Hmac(_) => return None,
        Material::Rsa(key) => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, text(&exponent(key)), text(&modulus(key))),
        Material::P256(point) | Material::P384(point) | Material::P521(point) => {
            let (x, y) = point.get(1..)?.split_at_checked(point.len() / 2)?;
            format!(r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#, Summary::of(key).crv?, text(x), text(y))
        }
        Material::Ed25519(point) => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, text(point)),
    };
    Some(text(&Sha256::digest(json)))
}

fn exponent(key: &RsaKey) -> Vec<u8> {
    without_zeros(&key.exponent.to_native().to_be_bytes())
}

fn modulus(key: &RsaKey) -> Vec<u8> {
    without_zeros(&key.modulus.iter().rev().flat_map(|word| word.to_native().to_be_bytes()).collect::<Vec<_>>())
}

fn without_zeros(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().skip_while(|byte| *byte == 0).collect()
}
