//! Tokens that were verified before, in memory of the caller: one cache for each worker.
//!
//! Only a token that verified gets in, so what strangers send can neither fill the cache nor push others out. A hit compares the
//! whole token in constant time, or its SHA-256 where it is longer than a slot. It counts only under the very policy, key set and
//! revocation list under which the token was verified, and only while the token is in force. Where a token may lie depends on a
//! secret key and on the end of the token, which is the end of its signature.

use sha2::{Digest, Sha256};

use crate::{num, signature};

use super::Identity;

/// Slots that a token may lie in.
const WAYS: usize = 4;
/// Bytes at the end of a token that say where it may lie.
const TAIL: usize = 16;
/// Least bytes of a slot: a SHA-256.
pub const WIDTH_MIN: usize = 32;

/// What was remembered of one token. All zeroes are a free slot.
#[derive(Clone, Debug, Default)]
pub struct Slot {
    tag: u64,
    /// Length of the token; 0: free.
    len: usize,
    used: u32,
    from_ms: u64,
    until_ms: u64,
    identity: Identity,
}

/// What a verdict on a token rests on: when one of them changes, everything is forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Epoch {
    policy: [u8; 32],
    keys: [u8; 32],
    revoked: [u8; 32],
}

/// The digests of the policy, the key set and the revocation list; an absent list has an empty one.
pub(super) type Digests<'d> = [&'d [u8]; 3];

impl Epoch {
    fn of(digests: &Digests<'_>) -> Self {
        let [policy, keys, revoked] = digests.map(|digest| digest.first_chunk().copied().unwrap_or_default());
        Self { policy, keys, revoked }
    }

    fn is(&self, digests: &Digests<'_>) -> bool {
        let [policy, keys, revoked] = digests;
        self.policy == *policy
            && self.keys == *keys
            && (self.revoked == *revoked || revoked.is_empty() && self.revoked == [0; 32])
    }
}

/// What a cache has to know beside its slots. It starts empty, whatever the slots hold.
#[derive(Clone)]
pub struct CacheState {
    seed: (u64, u64),
    width: usize,
    epoch: Epoch,
    clock: u32,
}

impl CacheState {
    /// A cache that remembers nothing yet, with `width` bytes for each token: about 1,024 let most tokens be compared as they are,
    /// [`WIDTH_MIN`] are the least. `seed` is random and secret.
    #[must_use]
    pub fn new(seed: (u64, u64), width: usize) -> Self {
        Self { seed, width: width.max(WIDTH_MIN), epoch: Epoch::default(), clock: 0 }
    }
}

/// Nothing of the seed, which is secret.
impl core::fmt::Debug for CacheState {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CacheState").field("width", &self.width).finish_non_exhaustive()
    }
}

/// Verified tokens, in memory that the host keeps from call to call. The memory holds tokens: its owner overwrites it in the end.
pub struct TokenCache<'m> {
    state: &'m mut CacheState,
    slots: &'m mut [Slot],
    bytes: &'m mut [u8],
}

impl<'m> TokenCache<'m> {
    /// The cache in `slots`, each of which has as many of `bytes` as the state says. A slot without its bytes remembers nothing, nor
    /// do fewer than four slots.
    #[must_use]
    pub const fn new(state: &'m mut CacheState, slots: &'m mut [Slot], bytes: &'m mut [u8]) -> Self {
        Self { state, slots, bytes }
    }

    /// Forgets everything and overwrites the tokens.
    pub fn clear(&mut self) {
        self.slots.fill(Slot::default());
        self.bytes.fill(0);
        self.state.epoch = Epoch::default();
        self.state.clock = 0;
    }

    /// The identity that `token` proved before, when it still does.
    pub(super) fn find(&mut self, digests: &Digests<'_>, token: &[u8], now_ms: u64) -> Option<&Identity> {
        if !self.state.epoch.is(digests) || token.is_empty() || now_ms == 0 {
            return None;
        }
        let (tag, first) = self.place(token)?;
        let at = (first..first.checked_add(WAYS)?).find(|&at| {
            let fits = self.slots.get(at).is_some_and(|slot| slot.tag == tag && slot.len == token.len());
            fits && self.holds(at, token)
        })?;
        self.state.clock = self.state.clock.wrapping_add(1);
        let slot = self.slots.get_mut(at)?;
        slot.used = self.state.clock;
        (slot.from_ms <= now_ms && now_ms < slot.until_ms).then_some(&slot.identity)
    }

    /// Remembers what `token` proved, in the place of the token that was asked for the longest time ago.
    pub(super) fn keep(&mut self, digests: &Digests<'_>, token: &[u8], identity: &Identity, from_ms: u64, until_ms: u64) {
        if !self.state.epoch.is(digests) {
            self.clear();
            self.state.epoch = Epoch::of(digests);
        }
        // nothing is kept where there is no room: the token is verified again next time
        let _ = self.try_keep(token, identity, from_ms, until_ms);
    }

    fn try_keep(&mut self, token: &[u8], identity: &Identity, from_ms: u64, until_ms: u64) -> Option<()> {
        let (tag, first) = self.place(token)?;
        let ways = first..first.checked_add(WAYS)?;
        let clock = self.state.clock;
        let age = |slot: &Slot| if slot.len == 0 { u32::MAX } else { clock.wrapping_sub(slot.used) };
        let oldest = ways.max_by_key(|&at| self.slots.get(at).map_or(0, age))?;
        let start = oldest.checked_mul(self.state.width)?;
        let bytes = self.bytes.get_mut(start..start.checked_add(self.state.width)?)?;
        match bytes.get_mut(..token.len()) {
            Some(place) => place.copy_from_slice(token),
            None => *bytes.first_chunk_mut::<WIDTH_MIN>()? = Sha256::digest(token).into(),
        }
        self.state.clock = clock.wrapping_add(1);
        let slot = self.slots.get_mut(oldest)?;
        (slot.tag, slot.len, slot.used) = (tag, token.len(), self.state.clock);
        (slot.from_ms, slot.until_ms) = (from_ms, until_ms);
        slot.identity.clone_from(identity);
        Some(())
    }

    /// The tag of a token and the first slot that it may lie in; none without slots.
    fn place(&self, token: &[u8]) -> Option<(u64, usize)> {
        let hash = hash(self.state.seed, token);
        // a power of two of groups, so that no division is needed
        let groups = 1_usize.checked_shl((self.slots.len() >> WAYS.trailing_zeros()).checked_ilog2()?)?;
        let group = num::index(num::high(hash)) & groups.checked_sub(1)?;
        Some((hash, group.checked_shl(WAYS.trailing_zeros())?))
    }

    fn holds(&self, at: usize, token: &[u8]) -> bool {
        let start = at.saturating_mul(self.state.width);
        let bytes = self.bytes.get(start..start.saturating_add(self.state.width)).unwrap_or_default();
        match bytes.get(..token.len()) {
            Some(own) => signature::same(own, token),
            None => bytes.first_chunk::<WIDTH_MIN>().is_some_and(|own| signature::same(own, &Sha256::digest(token))),
        }
    }
}

/// A keyed hash of the end of a token, which is the end of a signature that verified: nobody chooses it, so one multiplication is
/// enough.
fn hash(seed: (u64, u64), token: &[u8]) -> u64 {
    let (mut low, mut high) = seed;
    if let Some([a, b]) = token.last_chunk::<TAIL>().map(|tail| tail.as_chunks::<8>().0) {
        low ^= u64::from_ne_bytes(*a);
        high ^= u64::from_ne_bytes(*b);
    }
    num::fold(low, high)
}

/// How large it is; nothing of the tokens.
impl core::fmt::Debug for TokenCache<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TokenCache").field("slots", &self.slots.len()).field("width", &self.state.width).finish_non_exhaustive()
    }
}
