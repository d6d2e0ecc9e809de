//! The owned twins of the types in `adarga_core::keys`, and the image they are written into.
//!
//! Each field serializes into the field of the same name there; rkyv refuses to compile when the two differ.

use adarga_core::keys::{self, LABEL, SECTION, VERSION};
use rkyv::{Archive, Serialize, api::high::to_bytes_in, rancor::Error};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

pub(super) use crate::compile::archive::Names;
use crate::container;

#[derive(Archive, Serialize)]
#[rkyv(as = keys::Keys)]
pub(super) struct Keys {
    pub(super) rows: Vec<Row>,
    pub(super) names: Names,
}

#[derive(Archive, Serialize)]
#[rkyv(as = keys::Row)]
pub(super) struct Row {
    pub(super) kid: String,
    pub(super) algorithms: u16,
    pub(super) material: Material,
}

#[derive(Archive, Serialize)]
#[rkyv(as = keys::Material)]
pub(super) enum Material {
    Hmac(HmacKey),
    Rsa(RsaKey),
    P256(Vec<u8>),
    P384(Vec<u8>),
    P521(Vec<u8>),
    Ed25519([u8; 32]),
}

#[derive(Archive, Serialize, Default)]
#[rkyv(as = keys::HmacKey)]
pub(super) struct HmacKey {
    pub(super) secret: Vec<u8>,
    pub(super) sha256: Vec<u32>,
    pub(super) sha384: Vec<u64>,
    pub(super) sha512: Vec<u64>,
}

impl Zeroize for HmacKey {
    fn zeroize(&mut self) {
        // all of its fields: one more does not compile
        let Self { secret, sha256, sha384, sha512 } = self;
        secret.zeroize();
        sha256.zeroize();
        sha384.zeroize();
        sha512.zeroize();
    }
}

impl Drop for HmacKey {
    fn drop(&mut self) {
        self.zeroize();
    }
}

impl ZeroizeOnDrop for HmacKey {}

#[derive(Archive, Serialize)]
#[rkyv(as = keys::RsaKey)]
pub(super) struct RsaKey {
    pub(super) bits: u16,
    pub(super) exponent: u64,
    pub(super) inverse: u64,
    pub(super) modulus: Vec<u64>,
    pub(super) square: Vec<u64>,
}

/// Writes a key set. Every copy of it that is made on the way is overwritten; `None` when it would not fit 32-bit offsets.
pub(super) fn image(keys: &Keys) -> Option<Zeroizing<Vec<u8>>> {
    // more than any set needs, so that no buffer is moved while it is filled
    let room: usize = keys.rows.iter().map(|row| 4096 + row.kid.len()).sum::<usize>() + keys.names.slots.len() * 8 + 4096;
    let content = Zeroizing::new(to_bytes_in::<_, Error>(keys, Vec::with_capacity(room)).ok()?);
    container::seal(LABEL, VERSION, &[(SECTION, true, &content)]).map(Zeroizing::new)
}
