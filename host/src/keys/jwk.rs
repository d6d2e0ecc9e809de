//! One JWK (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2).
//!
//! Invariant: nothing of a key gets into an error.

use adarga_core::{
    json::{Kind, Value},
    keys::{Algorithm, Algorithms, Family},
    signature::{base64url, is_point},
};
use zeroize::Zeroizing;

use super::{
    SECRET_MAX,
    archive::{HmacKey, Material, Row},
    error::Flaw,
    hmac, pem, rsa,
};

/// Members that only private keys have (RFC 7518 §6.2.2, §6.3.2), and the one of shared secrets.
const PRIVATE: [&[u8]; 9] = [b"d", b"p", b"q", b"dp", b"dq", b"qi", b"oth", b"k", b"priv"];

/// Reads one key.
///
/// # Errors
/// The first [`Flaw`].
pub(super) fn read(key: Value<'_>) -> Result<Row, Flaw> {
    if key.kind() != Kind::Object {
        return Err(Flaw::Member("kty"));
    }
    let kty = text(key, "kty")?.ok_or(Flaw::Member("kty"))?;
    if !matches!(kty, "RSA" | "EC" | "OKP" | "oct") {
        return Err(Flaw::Type);
    }
    let kid = text(key, "kid")?;
    if kid == Some("") {
        return Err(Flaw::KidEmpty);
    }
    purpose(key)?;
    if kty != "oct" && PRIVATE.iter().any(|name| key.get(name).is_some()) {
        return Err(Flaw::Private);
    }
    let alg = text(key, "alg")?;
    let alg = alg.map(|name| Algorithm::from_name(name.as_bytes()).ok_or(Flaw::Algorithm)).transpose()?;
    let mut row = match kty {
        "oct" => {
            let secret = bytes(key, "k")?;
            // without `alg` those whose hash is not longer than the secret
            let fitting = || hmacs().filter(|algorithm| algorithm.signature_len() <= Some(secret.len())).collect::<Vec<_>>();
            secret_row(&secret, &alg.map_or_else(fitting, |alg| vec![alg]))?
        }
        "RSA" => {
            let material = Material::Rsa(rsa::key(&bytes(key, "n")?, &bytes(key, "e")?)?);
            bound(material, Family::Rsa, alg)?
        }
        "EC" => {
            let (family, len) = match text(key, "crv")?.ok_or(Flaw::Member("crv"))? {
                "P-256" => (Family::P256, 32),
                "P-384" => (Family::P384, 48),
                "P-521" => (Family::P521, 66),
                _ => return Err(Flaw::Curve),
            };
            let (x, y) = (bytes(key, "x")?, bytes(key, "y")?);
            if x.len() != len || y.len() != len {
                return Err(Flaw::CoordinateLength);
            }
            bound(curve_point(family, &[&[4], x.as_slice(), y.as_slice()].concat())?, family, alg)?
        }
        _ => {
            if text(key, "crv")? != Some("Ed25519") {
                return Err(Flaw::Curve);
            }
            bound(ed25519(&bytes(key, "x")?)?, Family::Ed25519, alg)?
        }
    };
    kid.unwrap_or_default().clone_into(&mut row.kid);
    Ok(row)
}

/// A row for a secret that is given as bytes.
///
/// # Errors
/// When it can't be used for one of the algorithms, or for none.
pub(super) fn secret(secret: &[u8], algorithms: Algorithms) -> Result<Row, Flaw> {
    secret_row(secret, &hmacs().filter(|algorithm| algorithms.contains(*algorithm)).collect::<Vec<_>>())
}

fn hmacs() -> impl Iterator<Item = Algorithm> {
    Algorithms::ALL.iter().filter(|algorithm| algorithm.family() == Family::Hmac)
}

fn secret_row(secret: &[u8], algorithms: &[Algorithm]) -> Result<Row, Flaw> {
    if secret.len() > SECRET_MAX {
        return Err(Flaw::SecretLong);
    }
    if pem::is_public(secret) {
        return Err(Flaw::SecretPem);
    }
    if secret.len() < 32 {
        return Err(Flaw::SecretShort);
    }
    if algorithms.is_empty() || algorithms.iter().any(|algorithm| algorithm.family() != Family::Hmac) {
        return Err(Flaw::Algorithm);
    }
    if algorithms.iter().any(|algorithm| algorithm.signature_len() > Some(secret.len())) {
        return Err(Flaw::SecretShort);
    }
    let mut key = HmacKey::default();
    key.secret = secret.to_vec();
    for algorithm in algorithms {
        match algorithm {
            Algorithm::Hs256 => key.sha256 = hmac::sha256(secret),
            Algorithm::Hs384 => key.sha384 = hmac::sha384(secret),
            _ => key.sha512 = hmac::sha512(secret),
        }
    }
    Ok(Row { kid: String::new(), algorithms: Algorithms::of(algorithms).bits(), material: Material::Hmac(key) })
}

/// A public key of one of the curves of NIST: 0x04, x, y (SEC 1 §2.3.3).
///
/// # Errors
/// [`Flaw::Point`] when it is not on the curve.
pub(super) fn curve_point(family: Family, point: &[u8]) -> Result<Material, Flaw> {
    if !is_point(family, point) {
        return Err(Flaw::Point);
    }
    Ok(match family {
        Family::P256 => Material::P256(point.to_vec()),
        Family::P384 => Material::P384(point.to_vec()),
        _ => Material::P521(point.to_vec()),
    })
}

/// A public key of Ed25519 (RFC 8032 §5.1.5).
///
/// # Errors
/// [`Flaw::CoordinateLength`], or [`Flaw::Point`] when it is not on the curve or of small order.
pub(super) fn ed25519(point: &[u8]) -> Result<Material, Flaw> {
    let point: [u8; 32] = point.try_into().map_err(|_| Flaw::CoordinateLength)?;
    if is_point(Family::Ed25519, &point) { Ok(Material::Ed25519(point)) } else { Err(Flaw::Point) }
}

/// A row bound to the algorithm that the key names, or to all of its family.
pub(super) fn bound(material: Material, family: Family, alg: Option<Algorithm>) -> Result<Row, Flaw> {
    if alg.is_some_and(|alg| alg.family() != family) {
        return Err(Flaw::Algorithm);
    }
    let fits = |algorithm: &Algorithm| algorithm.family() == family && alg.is_none_or(|alg| alg == *algorithm);
    let algorithms = Algorithms::ALL.iter().filter(fits).fold(Algorithms::NONE, Algorithms::with);
    Ok(Row { kid: String::new(), algorithms: algorithms.bits(), material })
}

/// `use` and `key_ops` (RFC 7517 §4.2, §4.3) must leave no doubt that signatures are verified with the key.
fn purpose(key: Value<'_>) -> Result<(), Flaw> {
    if text(key, "use")?.is_some_and(|purpose| purpose != "sig") {
        return Err(Flaw::Use);
    }
    let Some(operations) = key.get(b"key_ops") else { return Ok(()) };
    if operations.kind() != Kind::Array {
        return Err(Flaw::Member("key_ops"));
    }
    let named = |operation: &[u8]| operations.elements().filter(|value| value.text() == Some(operation)).count();
    let (verify, sign) = (named(b"verify"), named(b"sign"));
    if verify == 1 && sign <= 1 && verify + sign == operations.len() { Ok(()) } else { Err(Flaw::Operations) }
}

/// A member that must be a string when it is there.
fn text<'t>(key: Value<'t>, name: &'static str) -> Result<Option<&'t str>, Flaw> {
    let Some(value) = key.get(name.as_bytes()) else { return Ok(None) };
    let text = value.text().and_then(|text| std::str::from_utf8(text).ok());
    text.map(Some).ok_or(Flaw::Member(name))
}

/// The bytes of a member that must be there, in base64url.
fn bytes(key: Value<'_>, name: &'static str) -> Result<Zeroizing<Vec<u8>>, Flaw> {
    let text = text(key, name)?.ok_or(Flaw::Member(name))?;
    let mut bytes = Zeroizing::new(vec![0; base64url::decoded_len(text.len())]);
    base64url::decode(text.as_bytes(), &mut bytes).ok_or(Flaw::Encoding(name))?;
    Ok(bytes)
}
