//! Sealing with aws-lc-rs: the bytes of `RustCrypto`, from the library that is fastest on servers.

use adarga_core::seal::{Aead, KEY_LEN, NONCE_LEN, TAG_LEN};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

/// AES-256-GCM of aws-lc-rs. Each message of a sealed field has a key of its own, so that no nonce is used twice under one.
#[derive(Clone, Copy, Debug, Default)]
pub struct AwsLcAead;

impl Aead for AwsLcAead {
    fn encrypt(&self, key: &[u8; KEY_LEN], nonce: &[u8; NONCE_LEN], aad: &[u8], text: &mut [u8]) -> Option<[u8; TAG_LEN]> {
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
        let tag = key.seal_in_place_separate_tag(Nonce::assume_unique_for_key(*nonce), Aad::from(aad), text).ok()?;
        tag.as_ref().try_into().ok()
    }

    fn decrypt(&self, key: &[u8; KEY_LEN], nonce: &[u8; NONCE_LEN], aad: &[u8], text: &mut [u8], tag: &[u8; TAG_LEN]) -> bool {
        let Ok(key) = UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new) else { return false };
        // opening in place wants the tag right behind the text
        let sealed = text.to_vec();
        key.open_separate_gather(Nonce::assume_unique_for_key(*nonce), Aad::from(aad), &sealed, tag, text).is_ok()
    }
}
