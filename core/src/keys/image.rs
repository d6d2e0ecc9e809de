//! What stands in a key set. The host owns the matching types that serialize into these.
//!
//! Invariant: everything here is total. Rows that a compiler would not write are read without harm and verify nothing.

use rkyv::{
    Portable,
    bytecheck::CheckBytes,
    primitive::{ArchivedU16, ArchivedU32, ArchivedU64},
    string::ArchivedString,
    vec::ArchivedVec,
};

use crate::{image::Names, num};

/// The content of a key set.
#[derive(Portable, CheckBytes)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Keys {
    /// The keys, in the order of the document.
    pub rows: ArchivedVec<Row>,
    /// Indices of `rows` by `kid`, in space 0; keys without a `kid` are not in it.
    pub names: Names,
}

/// One key.
#[derive(Portable, CheckBytes)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Row {
    /// Its `kid`; empty when it has none.
    pub kid: ArchivedString,
    /// [`Algorithms::bits`](super::Algorithms::bits) of what it may be used for.
    pub algorithms: ArchivedU16,
    /// The key itself.
    pub material: Material,
}

/// A key in the form that verification starts from.
#[derive(Portable, CheckBytes)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(u8)]
pub enum Material {
    /// A shared secret.
    Hmac(HmacKey),
    /// An RSA public key.
    Rsa(RsaKey),
    /// A point of P-256: 0x04, x, y (SEC 1 §2.3.3).
    P256(ArchivedVec<u8>),
    /// A point of P-384, as above.
    P384(ArchivedVec<u8>),
    /// A point of P-521, as above.
    P521(ArchivedVec<u8>),
    /// A public key of Ed25519 (RFC 8032 §5.1.5).
    Ed25519([u8; 32]),
}

/// A shared secret, and what hashing it yields for each algorithm it may be used for: the chaining values after the inner and
/// the outer padded key, sixteen words together (RFC 2104 §4). An algorithm that it may not be used for has none.
#[derive(Portable, CheckBytes)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct HmacKey {
    /// The secret.
    pub secret: ArchivedVec<u8>,
    /// For HS256.
    pub sha256: ArchivedVec<ArchivedU32>,
    /// For HS384.
    pub sha384: ArchivedVec<ArchivedU64>,
    /// For HS512.
    pub sha512: ArchivedVec<ArchivedU64>,
}

/// An RSA public key with what Montgomery's multiplication needs. Numbers are 64-bit words, least significant first, as many as
/// four times the 256-bit groups of the modulus; machines of every width read the same ones.
#[derive(Portable, CheckBytes)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct RsaKey {
    /// Bits of the modulus.
    pub bits: ArchivedU16,
    /// The public exponent.
    pub exponent: ArchivedU64,
    /// −n⁻¹ mod 2^64.
    pub inverse: ArchivedU64,
    /// The modulus n.
    pub modulus: ArchivedVec<ArchivedU64>,
    /// R² mod n, where R = 2^(64 · words).
    pub square: ArchivedVec<ArchivedU64>,
}

impl RsaKey {
    /// Words of a modulus of so many bits: whole groups of 256 bits.
    #[must_use]
    pub fn words(bits: u16) -> usize {
        num::index(u32::from(bits.div_ceil(256))).saturating_mul(4)
    }
}

macro_rules! silent {
    ($($type:ident)*) => {$(
        /// Nothing of the content: it may be secret.
        impl core::fmt::Debug for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_struct(stringify!($type)).finish_non_exhaustive()
            }
        }
    )*};
}

silent! { Keys Row Material HmacKey RsaKey }
