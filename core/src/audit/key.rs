//! The keys of a trail. Each is made of an earlier one and leads to none.

use core::fmt;

use zeroize::Zeroize;

use crate::hmac;

/// Bytes of every key and MAC.
pub const KEY_LEN: usize = 32;

/// The name of a chain: its number among the chains of its trail, and what tells chains of different trails apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainId(pub(super) [u8; 16]);

impl ChainId {
    /// The chain of the start key `number`, with twelve random bytes.
    #[must_use]
    pub fn new(number: u32, random: &[u8; 12]) -> Self {
        let mut id = [0; 16];
        let (head, tail) = id.split_at_mut(4);
        head.copy_from_slice(&number.to_be_bytes());
        tail.copy_from_slice(random);
        Self(id)
    }

    /// How often the start key had moved.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.0.first_chunk().map_or(0, |head| u32::from_be_bytes(*head))
    }

    /// Its bytes: the number, big-endian, then the random ones.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// 32 hexadecimal digits.
impl fmt::Display for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What the keys of one chain are made of. Each chain has its own: a process takes it, and leaves the next one behind.
#[derive(Clone)]
pub struct StartKey {
    number: u32,
    key: [u8; KEY_LEN],
}

impl StartKey {
    /// The start key that was moved `number` times.
    #[must_use]
    pub const fn new(number: u32, key: [u8; KEY_LEN]) -> Self {
        Self { number, key }
    }

    /// A start key from a secret of any length that never moves: chains under it are not protected from who learns the secret.
    #[must_use]
    pub fn from_secret(secret: &[u8]) -> Self {
        Self { number: 0, key: hmac::sha256(secret, &[b"adarga audit secret 1"]) }
    }

    /// How often it was moved.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// The key itself, for whoever stores it.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; KEY_LEN] {
        &self.key
    }

    /// The start key of the next chain; none after 2^32 of them.
    #[must_use]
    pub fn next(&self) -> Option<Self> {
        Some(Self { number: self.number.checked_add(1)?, key: hmac::sha256(&self.key, &[b"adarga audit start 1"]) })
    }

    /// The first key of a chain.
    pub(super) fn chain(&self, id: ChainId) -> LineKey {
        let mut key = hmac::sha256(&self.key, &[b"adarga audit chain 1", &id.0]);
        let line = LineKey(hmac::Keyed::new(&key));
        key.zeroize();
        line
    }

    /// The key of the digests of arguments in a chain. It does not move, so that one who has the start key can ask whether a call
    /// had certain arguments; nobody else can try them out.
    #[must_use]
    pub fn arguments(&self, id: ChainId) -> [u8; KEY_LEN] {
        hmac::sha256(&self.key, &[b"adarga audit arguments 1", &id.0])
    }
}

impl Drop for StartKey {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

/// Its number alone.
impl fmt::Debug for StartKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StartKey").field("number", &self.number).finish_non_exhaustive()
    }
}

/// K_n: the key of one line, as the half computed HMAC that both its uses begin with. Labels begin with a letter and records with
/// their version, so one is never taken for the other.
#[derive(Clone)]
pub(super) struct LineKey(hmac::Keyed);

impl LineKey {
    /// The MAC of a record.
    pub(super) fn mac(&self, record: &[u8]) -> [u8; KEY_LEN] {
        self.0.sha256(record)
    }

    /// K_{n+1}; the old key is overwritten.
    pub(super) fn advance(&mut self) {
        let mut next = self.0.sha256(b"adarga audit next 1");
        self.0 = hmac::Keyed::new(&next);
        next.zeroize();
    }
}

impl fmt::Debug for LineKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LineKey")
    }
}

/// The keyed hash of the arguments of a call, over their bytes as they stood in the message: what was sent, not what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// HMAC-SHA-256.
    Sha256([u8; KEY_LEN]),
    /// BLAKE3 in its keyed mode.
    Blake3([u8; KEY_LEN]),
}

impl Digest {
    /// HMAC-SHA-256 of `arguments` under [`StartKey::arguments`].
    #[must_use]
    pub fn sha256(key: &[u8; KEY_LEN], arguments: &[u8]) -> Self {
        Self::Sha256(hmac::sha256(key, &[arguments]))
    }
}
