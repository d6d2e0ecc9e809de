//! Tokens that were verified before, in memory of the caller: one cache for each worker.
//!
//! Only a token that verified gets in, so what strangers send can neither fill the cache nor push others out. A hit compares the
//! whole token in constant time, or its SHA-256 where it is longer than a slot. It counts only under the very policy, key set and
//! revocation list under which the token was verified, and only while the token is in force. Where a token may lie depends on a
//! secret key and on the end of the token, which is the end of its signature.

use sha2::{Digest, Sha256};

use crate::{num, signature, text};

use super::Identity;

/// Slots that a token may lie in.
const WAYS: usize = 4;
/// Bytes at the end of a token that say where it may lie.
const TAIL: usize = 32;
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

impl Epoch {
    /// The digests of the policy, the key set and the revocation list; an absent list is an empty digest.
    #[must_use]
    pub(super) fn of(policy: &[u8], keys: &[u8], revoked: &[u8]) -> Self {
        let whole = |digest: &[u8]| digest.first_chunk().copied().unwrap_or_default();
        Self { policy: whole(policy), keys: whole(keys), revoked: whole(revoked) }
    }
}

/// What a cache has to know beside its slots. It starts empty, whatever the slots hold.
#[derive(Clone, Debug)]
pub struct CacheState {
    seed: (u64, u64),
    epoch: Epoch,
    clock: u32,
}

impl CacheState {
    /// A cache that remembers nothing yet. `seed` is random and secret.
    #[must_use]
    pub fn new(seed: (u64, u64)) -> Self {
        Self { seed, epoch: Epoch::default(), clock: 0 }
    }
}

/// Verified tokens, in memory that the host keeps from call to call. The memory holds tokens: its owner overwrites it in the end.
pub struct TokenCache<'m> {
    state: &'m mut CacheState,
    slots: &'m mut [Slot],
    bytes: &'m mut [u8],
    width: usize,
}

impl<'m> TokenCache<'m> {
    /// The cache in `slots`, which share `bytes` evenly: about 1,024 for each let most tokens be compared as they are, [`WIDTH_MIN`]
    /// are the least. With less, or with fewer than four slots, nothing is ever remembered.
    #[must_use]
    pub const fn new(state: &'m mut CacheState, slots: &'m mut [Slot], bytes: &'m mut [u8]) -> Self {
        let width = match bytes.len().checked_div(slots.len()) {
            Some(width) => width,
            None => 0,
        };
        Self { state, slots, bytes, width }
    }

    /// Forgets everything and overwrites the tokens.
    pub fn clear(&mut self) {
        self.slots.fill(Slot::default());
        self.bytes.fill(0);
        self.state.epoch = Epoch::default();
        self.state.clock = 0;
    }

    /// The identity that `token` proved before, when it still does.
    pub(super) fn find(&mut self, epoch: &Epoch, token: &[u8], now_ms: u64) -> Option<&Identity> {
        if self.state.epoch != *epoch || token.is_empty() {
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
    pub(super) fn keep(&mut self, epoch: &Epoch, token: &[u8], identity: &Identity, from_ms: u64, until_ms: u64) {
        if self.state.epoch != *epoch {
            self.clear();
            self.state.epoch = *epoch;
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
        let start = oldest.checked_mul(self.width)?;
        let bytes = self.bytes.get_mut(start..start.checked_add(self.width)?)?;
        match bytes.get_mut(..token.len()) {
            Some(place) => place.copy_from_slice(token),
            None => bytes.first_chunk_mut::<WIDTH_MIN>()?.copy_from_slice(&Sha256::digest(token)),
        }
        self.state.clock = clock.wrapping_add(1);
        let slot = self.slots.get_mut(oldest)?;
        *slot = Slot { tag, len: token.len(), used: self.state.clock, from_ms, until_ms, identity: identity.clone() };
        Some(())
    }

    /// The tag of a token and the first slot that it may lie in; none without slots.
    fn place(&self, token: &[u8]) -> Option<(u64, usize)> {
        let tail = token.last_chunk::<TAIL>().map_or(token, <[u8; TAIL]>::as_slice);
        let hash = text::hash(self.state.seed, tail);
        // a power of two of groups, so that no division is needed
        let groups = 1_usize.checked_shl((self.slots.len() >> WAYS.trailing_zeros()).checked_ilog2()?)?;
        let group = num::index(num::high(hash)) & groups.checked_sub(1)?;
        Some((hash, group.checked_shl(WAYS.trailing_zeros())?))
    }

    fn holds(&self, at: usize, token: &[u8]) -> bool {
        let start = at.saturating_mul(self.width);
        let bytes = self.bytes.get(start..start.saturating_add(self.width)).unwrap_or_default();
        match bytes.get(..token.len()) {
            Some(own) => signature::same(own, token),
            None => bytes.first_chunk::<WIDTH_MIN>().is_some_and(|own| signature::same(own, &Sha256::digest(token))),
        }
    }
}

/// How large it is; nothing of the tokens.
impl core::fmt::Debug for TokenCache<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TokenCache").field("slots", &self.slots.len()).field("width", &self.width).finish_non_exhaustive()
    }
}
