//! The keys that seal, and the place that a field is sealed for.

use core::fmt;

use aes_gcm::aes::{
    Aes256,
    cipher::{BlockCipherEncrypt, KeyInit},
};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::gcm::NONCE_LEN;
use crate::aad::{Aad, aad};

/// Bytes of a key.
pub const KEY_LEN: usize = 32;
/// Bytes of the nonce of a sealed field.
pub const XNONCE_LEN: usize = 24;

/// A block of AES.
type Block = [u8; 16];

/// A key for one purpose from a master key, by HKDF-SHA-256 without salt (RFC 5869): whoever has it learns nothing of the master key or
/// of the key for another purpose. `master` has at least 32 random bytes; a password is no master key. `None` never comes: HKDF gives up
/// to 255 blocks of 32 bytes.
#[must_use]
pub fn derive(master: &[u8], purpose: &[u8]) -> Option<Zeroizing<[u8; KEY_LEN]>> {
    let mut key = Zeroizing::new([0; KEY_LEN]);
    Hkdf::<Sha256>::new(None, master).expand(purpose, key.as_mut()).ok()?;
    Some(key)
}

/// A key for sealed fields, and the id by which they name it.
pub struct SealKey {
    id: u32,
    /// Overwritten when it is dropped, as is `mask`.
    cipher: Aes256,
    /// The subkey K1 of CMAC (RFC 4493 §2.3), by which XAES-256-GCM masks what it derives keys from.
    mask: Zeroizing<Block>,
}

impl SealKey {
    /// The key itself, of 32 random bytes.
    #[must_use]
    pub fn new(id: u32, key: &[u8; KEY_LEN]) -> Self {
        let cipher = Aes256::new(key.into());
        let mut zero = Block::default();
        cipher.encrypt_block((&mut zero).into());
        let mask = Zeroizing::new(doubled(zero));
        Self { id, cipher, mask }
    }

    /// The [derived](derive()) key for one purpose.
    #[must_use]
    pub fn derive(id: u32, master: &[u8], purpose: &[u8]) -> Option<Self> {
        Some(Self::new(id, &*derive(master, purpose)?))
    }

    /// The id that its fields name.
    #[must_use]
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// The key and the nonce of one message (C2SP XAES-256-GCM): the first half of the nonce makes the key, by the counter mode KDF
    /// of NIST SP 800-108r1 over CMAC, the second half is the nonce.
    pub(super) fn for_message(&self, nonce: &[u8; XNONCE_LEN]) -> (Zeroizing<[u8; KEY_LEN]>, [u8; NONCE_LEN]) {
        let mut key = Zeroizing::new([0; KEY_LEN]);
        let (halves, _) = nonce.as_chunks::<NONCE_LEN>();
        let (input, own) = (halves.first().copied().unwrap_or_default(), halves.last().copied().unwrap_or_default());
        let (blocks, _) = key.as_chunks_mut::<16>();
        for (block, counter) in blocks.iter_mut().zip(1_u8..) {
            let (head, tail) = block.split_at_mut(4);
            head.copy_from_slice(&[0, counter, b'X', 0]);
            tail.copy_from_slice(&input);
            block.iter_mut().zip(self.mask.iter()).for_each(|(byte, mask)| *byte ^= mask);
            self.cipher.encrypt_block(block.into());
        }
        (key, own)
    }
}

/// Its id alone.
impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Twice the polynomial that a block stands for, in GF(2^128) (RFC 4493 §2.3), in a time that does not depend on it.
fn doubled(block: Block) -> Block {
    let number = u128::from_be_bytes(block);
    let carry = (number >> 127).wrapping_neg() & 0x87;
    (number << 1 ^ carry).to_be_bytes()
}

/// Where a sealed field stands.
#[derive(Clone, Copy, Debug)]
pub struct Context<'c> {
    /// `[server] name` of the policy.
    pub policy: &'c [u8],
    /// The JSON Pointer of the field in its record, with `*` for array indices.
    pub pointer: &'c [u8],
    /// What tells its record from others, in bytes that the caller chooses: for a profile, the user's id.
    pub record: &'c [u8],
}

impl Context<'_> {
    /// The additional data of the field: SHA-256 over the label `adarga seal 1`, then each part behind its length in eight bytes,
    /// big-endian, so that no two contexts make one text.
    #[must_use]
    pub fn aad(&self) -> Aad {
        aad(self.policy, core::iter::once(self.pointer), self.record)
    }
}
