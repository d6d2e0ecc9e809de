//! AES-256-GCM (NIST SP 800-38D) with nonces of 96 bits and tags of 128: what sealing is built on, and the trait of its back ends.

use aes_gcm::{
    Aes256Gcm,
    aead::{AeadInOut, KeyInit, inout::InOutBuf},
};

use super::key::KEY_LEN;

/// Bytes of a nonce.
pub const NONCE_LEN: usize = 12;
/// Bytes of a tag.
pub const TAG_LEN: usize = 16;

/// A back end for AES-256-GCM.
pub trait Aead {
    /// Encrypts `text` in place and gives its tag; `None`, with `text` in any state, if it is longer than the algorithm allows.
    fn encrypt(&self, key: &[u8; KEY_LEN], nonce: &[u8; NONCE_LEN], aad: &[u8], text: &mut [u8]) -> Option<[u8; TAG_LEN]>;

    /// Decrypts `text` in place if `tag` is right. Otherwise false, and `text` means nothing: it must not be used.
    fn decrypt(&self, key: &[u8; KEY_LEN], nonce: &[u8; NONCE_LEN], aad: &[u8], text: &mut [u8], tag: &[u8; TAG_LEN]) -> bool;
}

/// The back end of core: RustCrypto's `aes-gcm`.
#[derive(Clone, Copy, Debug, Default)]
pub struct RustCrypto;

impl Aead for RustCrypto {
    fn encrypt(&self, key: &[u8; KEY_LEN], nonce: &[u8; NONCE_LEN], aad: &[u8], text: &mut [u8]) -> Option<[u8; TAG_LEN]> {
        let cipher = Aes256Gcm::new(key.into());
        cipher.encrypt_inout_detached(nonce.into(), aad, InOutBuf::from(text)).ok().map(Into::into)
    }

    fn decrypt(&self, key: &[u8; KEY_LEN], nonce: &[u8; NONCE_LEN], aad: &[u8], text: &mut [u8], tag: &[u8; TAG_LEN]) -> bool {
        let cipher = Aes256Gcm::new(key.into());
        cipher.decrypt_inout_detached(nonce.into(), aad, InOutBuf::from(text), tag.into()).is_ok()
    }
}
