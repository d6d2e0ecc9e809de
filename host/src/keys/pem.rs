//! Public keys from PEM (RFC 7468): `PUBLIC KEY` (RFC 5280 §4.1, with RFC 3279, 5480 and 8410), `RSA PUBLIC KEY` (RFC 8017 A.1.1)
//! and `CERTIFICATE` (RFC 5280 §4.1), as many blocks as there are in a text, whatever stands between them.
//!
//! Of a certificate the key is taken and nothing else: who signed it, for whom, for what and until when is not judged, since the
//! person who puts it into a file says by that whom to trust.
//!
//! Invariant: a private key is refused by its label, before anything of it is decoded. Nothing of a key gets into an error.

use adarga_core::keys::Family;
use base64ct::{Base64, Encoding};
use der::{
    Decode, Reader, SliceReader, Tag,
    asn1::{AnyRef, BitStringRef, ObjectIdentifier, UintRef},
};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::{
    DOCUMENT_MAX, KEYS_MAX, Mode,
    archive::{Material, Row},
    error::*,
    jwk,
    jwks::{self, Read},
    rsa,
};

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// RFC 3279 §2.3.1.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// RFC 5480 §2.1.1.
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// The named curves (RFC 5480 §2.1.1.1), and how long their points are.
const CURVES: [(ObjectIdentifier, Family, usize); 3] = [
    (ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"), Family::P256, 65),
    (ObjectIdentifier::new_unwrap("1.3.132.0.34"), Family::P384, 97),
    (ObjectIdentifier::new_unwrap("1.3.132.0.35"), Family::P521, 133),
];
/// RFC 8410 §3.
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// The other curves of RFC 8410: X25519, X448, Ed448.
const OTHERS: [ObjectIdentifier; 3] = [
    ObjectIdentifier::new_unwrap("1.3.101.110"),
    ObjectIdentifier::new_unwrap("1.3.101.111"),
    ObjectIdentifier::new_unwrap("1.3.101.113"),
];

/// Whether a text has a line that begins a block of PEM.
pub(super) fn is_pem(text: &[u8]) -> bool {
    lines(text).any(|line| line.starts_with(BEGIN))
}

/// Whether what is given as a secret is a public key in truth, so that everybody could sign with it (CVE-2022-29217): PEM, whatever
/// stands before it, a line of OpenSSH, or the DER of a key or a certificate. No random secret is any of these.
pub(super) fn is_public(secret: &[u8]) -> bool {
    let start = secret.trim_ascii_start();
    secret.windows(BEGIN.len()).any(|window| window == BEGIN)
        || [&b"ssh-"[..], b"ecdsa-sha2-", b"sk-ssh-", b"sk-ecdsa-"].iter().any(|name| start.starts_with(name))
        || SubjectPublicKeyInfoRef::from_der(secret).is_ok()
        || certificate(secret).is_ok()
        || rsa_numbers(secret).is_ok()
}

/// Reads the keys of all blocks.
///
/// # Errors
/// When the text is too long, has no key that can be used, or, in [`Mode::Strict`], one that can't.
pub(super) fn read(text: &[u8], mode: Mode) -> Result<Read, KeyErrors> {
    if text.len() > DOCUMENT_MAX {
        return Err(KeyError::of_document(Flaw::Document).into());
    }
    let blocks = blocks(text);
    if blocks.len() > KEYS_MAX {
        return Err(KeyError::of_document(Flaw::TooMany).into());
    }
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    for (index, block) in blocks.into_iter().enumerate() {
        match block.and_then(|block| block.key()) {
            Ok(row) => rows.push((index, row)),
            Err(flaw) => errors.push(KeyError::of_key(index, None, flaw)),
        }
    }
    jwks::judged(rows, errors, mode)
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii)
}

/// What stands between the lines that begin and end it.
struct Block<'t> {
    label: &'t [u8],
    /// In base64, without white space; nothing of a private key.
    body: String,
}

/// All blocks in order. One that lacks an end ends where the next one begins; an end without a beginning counts, too, since a key
/// that a person believes to be there must not be missed in silence.
fn blocks(text: &[u8]) -> Vec<Result<Block<'_>, Flaw>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for line in lines(text) {
        if let Some(rest) = line.strip_prefix(BEGIN) {
            blocks.extend(open.take().map(Block::unfinished));
            // without its dashes a label is none that is known
            let label = rest.strip_suffix(DASHES).unwrap_or_default();
            open = Some(Block { label, body: String::new() });
        } else if let Some(rest) = line.strip_prefix(END) {
            blocks.push(match open.take() {
                Some(block) if rest.strip_suffix(DASHES) == Some(block.label) => Ok(block),
                Some(block) => block.unfinished(),
                None => Err(Flaw::Pem),
            });
        } else if let Some(block) = open.as_mut().filter(|block| !block.is_private()) {
            // bytes that are no ASCII are no base64 either
            block.body.extend(line.iter().map(|byte| char::from(*byte)));
        }
    }
    blocks.extend(open.map(Block::unfinished));
    blocks
}

impl Block<'_> {
    /// A private key is one even without its end.
    fn unfinished<T>(self) -> Result<T, Flaw> {
        Err(if self.is_private() { Flaw::Private } else { Flaw::Pem })
    }

    fn is_private(&self) -> bool {
        self.label.ends_with(b"PRIVATE KEY")
    }

    /// The key in it.
    ///
    /// # Errors
    /// The first [`Flaw`].
    fn key(&self) -> Result<Row, Flaw> {
        if self.is_private() {
            return Err(Flaw::Private);
        }
        let read: fn(&[u8]) -> Result<Row, Flaw> = match self.label {
            b"PUBLIC KEY" => |der| public_key(SubjectPublicKeyInfoRef::from_der(der).map_err(|_| Flaw::Der)?),
            b"RSA PUBLIC KEY" => rsa_key,
            b"CERTIFICATE" => |der| public_key(certificate(der).map_err(|_| Flaw::Der)?),
            _ => return Err(Flaw::PemLabel),
        };
        read(&Base64::decode_vec(&self.body).map_err(|_| Flaw::Pem)?)
    }
}

/// The key of a certificate; what else stands there is only passed over.
fn certificate(der: &[u8]) -> der::Result<SubjectPublicKeyInfoRef<'_>> {
    let mut reader = SliceReader::new(der)?;
    let key = reader.sequence(|reader| {
        let key = reader.sequence(to_be_signed)?;
        AlgorithmIdentifierRef::decode(reader)?;
        BitStringRef::decode(reader)?;
        Ok::<_, der::Error>(key)
    })?;
    reader.finish()?;
    Ok(key)
}

/// `TBSCertificate` (RFC 5280 §4.1).
fn to_be_signed<'d>(reader: &mut SliceReader<'d>) -> der::Result<SubjectPublicKeyInfoRef<'d>> {
    if Tag::peek(reader)?.is_context_specific() {
        AnyRef::decode(reader)?; // version
    }
    AnyRef::decode(reader)?; // serial number
    AlgorithmIdentifierRef::decode(reader)?;
    for _ in ["issuer", "validity", "subject"] {
        AnyRef::decode(reader)?;
    }
    let key = SubjectPublicKeyInfoRef::decode(reader)?;
    while !reader.is_finished() {
        AnyRef::decode(reader)?; // identifiers, extensions
    }
    Ok(key)
}

/// A key with its algorithm. The parameters must be exactly those that its RFC asks for.
fn public_key(key: SubjectPublicKeyInfoRef<'_>) -> Result<Row, Flaw> {
    let bytes = key.subject_public_key.as_bytes().ok_or(Flaw::Der)?;
    let parameters = key.algorithm.parameters;
    match key.algorithm.oid {
        RSA if parameters.is_some_and(|parameters| parameters.is_null()) => rsa_key(bytes),
        EC => curve_key(parameters.ok_or(Flaw::Der)?, bytes),
        ED25519 if parameters.is_none() => jwk::bound(jwk::ed25519(bytes)?, Family::Ed25519, None),
        other if OTHERS.contains(&other) => Err(Flaw::Curve),
        _ => Err(Flaw::PemAlgorithm),
    }
}

/// Modulus and exponent of `RSAPublicKey` (RFC 8017 A.1.1).
fn rsa_numbers(der: &[u8]) -> der::Result<(UintRef<'_>, UintRef<'_>)> {
    let mut reader = SliceReader::new(der)?;
    let numbers = reader.sequence(|reader| Ok::<_, der::Error>((UintRef::decode(reader)?, UintRef::decode(reader)?)))?;
    reader.finish()?;
    Ok(numbers)
}

fn rsa_key(der: &[u8]) -> Result<Row, Flaw> {
    let (modulus, exponent) = rsa_numbers(der).map_err(|_| Flaw::Der)?;
    jwk::bound(Material::Rsa(rsa::key(modulus.as_bytes(), exponent.as_bytes())?), Family::Rsa, None)
}

/// A point of a named curve (RFC 5480 §2.2), uncompressed.
fn curve_key(parameters: AnyRef<'_>, point: &[u8]) -> Result<Row, Flaw> {
    if parameters.header().tag() == Tag::Sequence {
        return Err(Flaw::CurveParameters);
    }
    let name: ObjectIdentifier = parameters.decode_as().map_err(|_| Flaw::Der)?;
    let (_, family, len) = *CURVES.iter().find(|(curve, ..)| *curve == name).ok_or(Flaw::Curve)?;
    match point {
        [2 | 3, ..] => Err(Flaw::PointCompressed),
        _ if point.len() != len => Err(Flaw::CoordinateLength),
        _ => jwk::bound(jwk::curve_point(family, point)?, family, None),
    }
}
