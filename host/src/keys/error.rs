//! What can be wrong with keys, said without ever showing one.

use std::fmt;

/// Longest `kid` that an error repeats.
const KID_SHOWN_MAX: usize = 64;

/// What is wrong with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The document is not one strict JSON value, or larger than documents of keys may be.
    Document,
    /// The document is neither a key nor a set of keys, nor PEM.
    Shape,
    /// There are more keys than a set may have.
    TooMany,
    /// No key of the document can be used.
    NoKey,
    /// The key is not an object, or a member of it is absent or has the wrong type.
    Member(&'static str),
    /// `kty` is none that is known; such keys are passed over (RFC 7517 §5).
    Type,
    /// `kid` is empty.
    KidEmpty,
    /// Another key has the same `kid`.
    KidTwice,
    /// `use` is not `sig`.
    Use,
    /// `key_ops` lacks `verify`, names one operation twice, or mixes signatures with something else.
    Operations,
    /// A member that only a private key has, or a block of PEM that is one.
    Private,
    /// `alg` is no signature algorithm that is known, or not one of this kind of key.
    Algorithm,
    /// A member is not canonical base64url.
    Encoding(&'static str),
    /// `crv` is none that is known, or one of another `kty`.
    Curve,
    /// A coordinate is not as long as the curve's field.
    CoordinateLength,
    /// The point is not on the curve, or of small order.
    Point,
    /// The modulus has less than 2048 bits.
    RsaShort,
    /// The modulus has more than 4096 bits.
    RsaLong,
    /// The modulus is even or written with a leading zero byte.
    RsaModulus,
    /// The exponent is even, below 3, or 2^33 or more.
    RsaExponent,
    /// The modulus comes from a generator whose keys can be factored (ROCA, CVE-2017-15361).
    RsaRoca,
    /// The secret is shorter than the hash (RFC 7518 §3.2).
    SecretShort,
    /// The secret is longer than secrets may be.
    SecretLong,
    /// The secret looks like a public key (CVE-2022-29217).
    SecretPem,
    /// A block of PEM without its end, with another end than its beginning, or with something else than base64 in it.
    Pem,
    /// A block of PEM that is neither a public key nor a certificate.
    PemLabel,
    /// What a block of PEM holds is not the DER that its label says, and nothing else.
    Der,
    /// The key in a block of PEM is for another algorithm than RSA, ECDSA and Ed25519, or carries parameters that those don't have.
    PemAlgorithm,
    /// The curve is described by its parameters instead of being named (CVE-2020-0601).
    CurveParameters,
    /// The point is compressed (RFC 5480 §2.2).
    PointCompressed,
}

impl Flaw {
    /// What is wrong.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Document => "the document is not one strict JSON value of at most 1 MiB",
            Self::Shape => "the document is neither a JWK nor a JWKS, nor PEM",
            Self::TooMany => "the document has more than 1024 keys",
            Self::NoKey => "the document has no key that can be used",
            Self::Member(_) => "a member is missing or has the wrong type",
            Self::Type => "the key type is unknown",
            Self::KidEmpty => "`kid` is empty",
            Self::KidTwice => "another key has the same `kid`",
            Self::Use => "`use` is not `sig`",
            Self::Operations => "`key_ops` is not for verifying alone",
            Self::Private => "the key is private",
            Self::Algorithm => "`alg` is unknown or does not fit the key",
            Self::Encoding(_) => "a member is not canonical base64url without padding",
            Self::Curve => "the curve is unknown or of another key type",
            Self::CoordinateLength => "a coordinate has the wrong length",
            Self::Point => "the point is not on the curve, or of small order",
            Self::RsaShort => "the RSA modulus has less than 2048 bits",
            Self::RsaLong => "the RSA modulus has more than 4096 bits",
            Self::RsaModulus => "the RSA modulus is even or begins with a zero byte",
            Self::RsaExponent => "the RSA exponent is not odd and from 3 to below 2^33",
            Self::RsaRoca => "the RSA modulus comes from a broken generator (ROCA)",
            Self::SecretShort => "the secret is shorter than the hash",
            Self::SecretLong => "the secret is longer than 1024 bytes",
            Self::SecretPem => "the secret looks like a public key",
            Self::Pem => "the PEM block is damaged",
            Self::PemLabel => "the PEM block is neither a public key nor a certificate",
            Self::Der => "the PEM block does not hold what its label says",
            Self::PemAlgorithm => "the key is not a plain RSA, EC or Ed25519 key",
            Self::CurveParameters => "the curve is described instead of named",
            Self::PointCompressed => "the point is compressed",
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Document => "check what the issuer serves; names that stand twice and invalid UTF-8 are refused",
            Self::Shape => "write an object with `kty`, or one with a list `keys`, not both; or `PUBLIC KEY` blocks",
            Self::TooMany | Self::NoKey => "check that this is the issuer's `jwks_uri`",
            Self::Member(name) | Self::Encoding(name) => name,
            Self::Type => "nothing, when other keys verify the tokens",
            Self::KidEmpty => "give the key a name, or leave `kid` out",
            Self::KidTwice => "give each key a name of its own",
            Self::Use => "leave keys for encryption out of this set",
            Self::Operations => "write `\"key_ops\": [\"verify\"]`, or leave it out",
            Self::Private => "give the public half alone, and replace the key if others could read it",
            Self::Algorithm => "name one of the algorithms of this key type, or leave `alg` out",
            Self::Curve => "use P-256, P-384 or P-521 with `EC` and Ed25519 with `OKP`",
            Self::CoordinateLength => "write coordinates in full length, with leading zeros",
            Self::Point => "check how the key was copied",
            Self::RsaShort | Self::RsaLong => "make a key of 2048 to 4096 bits",
            Self::RsaModulus => "check how the key was copied, and write the modulus without leading zero bytes",
            Self::RsaExponent => "make a key with the exponent 65537",
            Self::RsaRoca => "make a new key with another device or library, and revoke this one",
            Self::SecretShort => "make a random secret of 32 bytes for HS256, 48 for HS384, 64 for HS512",
            Self::SecretLong => "make a random secret of 64 bytes",
            Self::SecretPem => "give public keys as a JWKS or as PEM, and make a random secret for HMAC",
            Self::Pem => "check how the file was copied: each block needs its `BEGIN` and `END` lines and base64 between them",
            Self::PemLabel => "give `PUBLIC KEY`, `RSA PUBLIC KEY` or `CERTIFICATE`; `openssl pkey -pubout` writes the first",
            Self::Der => "check how the file was copied, or write it anew with `openssl pkey -pubin`",
            Self::PemAlgorithm => "make a key that RS256, PS256, ES256 or EdDSA can use",
            Self::CurveParameters => "write the key with `openssl ec -pubin -param_enc named_curve`",
            Self::PointCompressed => "write the key with `openssl ec -pubin -conv_form uncompressed`",
        }
    }
}

/// A key that can't be used, by its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyError {
    /// Its place in `keys` or among the blocks; none when the document as a whole is wrong.
    pub index: Option<usize>,
    /// Its `kid`, when it has one that is short and plain.
    pub kid: Option<String>,
    /// What is wrong with it.
    pub flaw: Flaw,
}

impl KeyError {
    pub(super) fn of_document(flaw: Flaw) -> Self {
        Self { index: None, kid: None, flaw }
    }

    pub(super) fn of_key(index: usize, kid: Option<&str>, flaw: Flaw) -> Self {
        let shown = kid.filter(|kid| kid.len() <= KID_SHOWN_MAX && kid.bytes().all(|byte| byte.is_ascii_graphic()));
        Self { index: Some(index), kid: shown.map(str::to_owned), flaw }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.index, &self.kid) {
            (Some(index), Some(kid)) => write!(f, "key {index} (`{kid}`): ")?,
            (Some(index), None) => write!(f, "key {index}: ")?,
            (None, _) => {}
        }
        let (reason, remedy) = (self.flaw.reason(), self.flaw.remedy());
        match self.flaw {
            Flaw::Member(name) | Flaw::Encoding(name) => write!(f, "{reason}: `{name}`"),
            _ => write!(f, "{reason}\n  help: {remedy}"),
        }
    }
}

impl std::error::Error for KeyError {}

/// Why no key set could be made; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyErrors(pub(super) Vec<KeyError>);

impl KeyErrors {
    /// All of them, in the order of the document.
    #[must_use]
    pub fn as_slice(&self) -> &[KeyError] {
        &self.0
    }
}

impl From<KeyError> for KeyErrors {
    fn from(error: KeyError) -> Self {
        Self(vec![error])
    }
}

impl fmt::Display for KeyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (count, error) in self.0.iter().enumerate() {
            let end = if count == 0 { "" } else { "\n" };
            write!(f, "{end}{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for KeyErrors {}
