//! The signature algorithms of JWS that Adarga knows (RFC 7518 §3.1, RFC 8037 §3.1), and sets of them.

/// What kind of key an algorithm needs; a key of one family never serves another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// A shared secret (`oct`).
    Hmac,
    /// An RSA public key.
    Rsa,
    /// A point of P-256.
    P256,
    /// A point of P-384.
    P384,
    /// A point of P-521.
    P521,
    /// A public key of Ed25519 (`OKP`).
    Ed25519,
}

macro_rules! algorithms {
    ($($(#[$doc:meta])* $number:literal $variant:ident $name:literal $family:ident $len:expr;)*) => {
        /// A signature algorithm.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Algorithm {
            $($(#[$doc])* $variant = $number,)*
        }

        impl Algorithm {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its number in the image of a key set.
            #[must_use]
            pub const fn number(self) -> u8 {
                match self { $(Self::$variant => $number,)* }
            }

            /// Its name in a header and in a key (`alg`).
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The algorithm of a name, byte for byte: `hs256` and `none` are none.
            #[must_use]
            pub fn from_name(name: &[u8]) -> Option<Self> {
                Self::ALL.iter().copied().find(|algorithm| algorithm.name().as_bytes() == name)
            }

            /// The kind of key it needs.
            #[must_use]
            pub const fn family(self) -> Family {
                match self { $(Self::$variant => Family::$family,)* }
            }

            /// How long its signatures are, in bytes; with RSA the key says it.
            #[must_use]
            pub const fn signature_len(self) -> Option<usize> {
                match self { $(Self::$variant => $len,)* }
            }
        }
    };
}

algorithms! {
    /// HMAC with SHA-256.
    0 Hs256 "HS256" Hmac Some(32);
    /// HMAC with SHA-384.
    1 Hs384 "HS384" Hmac Some(48);
    /// HMAC with SHA-512.
    2 Hs512 "HS512" Hmac Some(64);
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    3 Rs256 "RS256" Rsa None;
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    4 Rs384 "RS384" Rsa None;
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    5 Rs512 "RS512" Rsa None;
    /// RSASSA-PSS with SHA-256, MGF1 with the same hash, and a salt as long as the hash.
    6 Ps256 "PS256" Rsa None;
    /// RSASSA-PSS with SHA-384, MGF1 with the same hash, and a salt as long as the hash.
    7 Ps384 "PS384" Rsa None;
    /// RSASSA-PSS with SHA-512, MGF1 with the same hash, and a salt as long as the hash.
    8 Ps512 "PS512" Rsa None;
    /// ECDSA over P-256 with SHA-256; the signature is r and s, 32 bytes each.
    9 Es256 "ES256" P256 Some(64);
    /// ECDSA over P-384 with SHA-384; the signature is r and s, 48 bytes each.
    10 Es384 "ES384" P384 Some(96);
    /// ECDSA over P-521 with SHA-512; the signature is r and s, 66 bytes each.
    11 Es512 "ES512" P521 Some(132);
    /// Ed25519.
    12 EdDsa "EdDSA" Ed25519 Some(64);
}

/// A set of algorithms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Algorithms(u16);

impl Algorithms {
    /// None at all.
    pub const NONE: Self = Self(0);
    /// Every algorithm there is.
    pub const ALL: Self = Self::of(Algorithm::ALL);

    /// The set that holds these.
    #[must_use]
    pub const fn of(algorithms: &[Algorithm]) -> Self {
        let mut set = Self::NONE;
        let mut rest = algorithms;
        while let [first, tail @ ..] = rest {
            set = set.with(*first);
            rest = tail;
        }
        set
    }

    /// This set and one more.
    #[must_use]
    pub const fn with(self, algorithm: Algorithm) -> Self {
        Self(self.0 | Self::bit(algorithm))
    }

    /// Whether it holds `algorithm`.
    #[must_use]
    pub const fn contains(self, algorithm: Algorithm) -> bool {
        self.0 & Self::bit(algorithm) != 0
    }

    /// Whether it holds none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What it holds, in the order of the numbers.
    pub fn iter(self) -> impl Iterator<Item = Algorithm> {
        Algorithm::ALL.iter().copied().filter(move |algorithm| self.contains(*algorithm))
    }

    /// One bit for each algorithm, by its number.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The set with these bits; bits of no algorithm hold nothing.
    #[must_use]
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits & Self::ALL.0)
    }

    const fn bit(algorithm: Algorithm) -> u16 {
        match algorithm.number() {
            number @ 0..16 => 1 << number,
            _ => 0,
        }
    }
}
