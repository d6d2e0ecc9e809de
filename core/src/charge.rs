//! Which allowances a message is charged to, in one fixed order: those of every message, those of every call of a tool, those of
//! the entries that it is about. What refuses first ends it; what was taken before that stays taken.
//!
//! Who takes a charge (a table here, a store elsewhere) is the caller's to say. Invariant: nothing here counts.

use sha2::{Digest, Sha256};

use crate::{
    identity::{Identity, SUBJECT_MAX},
    image::{BY_ENTRY, BY_PEER, BY_SUBJECT, EntryKind, Places, Policy, RateLimit, Rates},
    json::Document,
    message::Message,
    num,
    peer::{PEER_KEY, Peer},
    permission::Permit,
    rate::Refusal,
    reason::{Denial, Reason},
    route::{Addressed, Route},
};

/// Proof that every allowance of a message had room for it, or that nothing limits it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charged(Permit);

/// Longest [`Due::key`].
const KEY_MAX: usize = PEER_KEY + 8 + SUBJECT_MAX;

/// One charge of a message.
#[derive(Clone, Copy, Debug)]
pub struct Due<'d> {
    /// Which limit, by its id.
    pub id: u32,
    /// What the image says of it.
    pub limit: &'d RateLimit,
    /// Whose allowance: bytes that tell it from others under the same limit.
    pub key: &'d [u8],
    /// How many calls it counts as, 1 at least.
    pub cost: u32,
}

impl Due<'_> {
    /// What the allowance is known by in a store that others share: the same wherever the policy says the same, and nothing that a
    /// subject or an address could be read from without knowing it before.
    #[must_use]
    pub fn digest(&self) -> [u8; 16] {
        let mut hash = Sha256::new();
        hash.update(self.limit.tag.to_native().to_le_bytes());
        hash.update(self.key);
        let whole: [u8; 32] = hash.finalize().into();
        whole.first_chunk().copied().unwrap_or_default()
    }
}

/// Who is charged.
#[derive(Clone, Copy, Debug)]
pub struct Payer<'p> {
    /// The peer.
    pub peer: Peer,
    /// The caller.
    pub identity: &'p Identity,
}

/// Charges every client's limits, before anybody knows who calls.
///
/// # Errors
/// The first refusal.
pub fn client(rates: &Rates, peer: Peer, mut take: impl FnMut(&Due<'_>) -> Result<(), Refusal>) -> Result<(), Refusal> {
    let key = peer.key();
    rates.of_clients().zip(rates.limits.iter()).try_for_each(|(id, limit)| take(&Due { id, limit, key: &key, cost: 1 }))
}

/// Charges what a permitted message costs.
///
/// # Errors
/// The first refusal, and whose limit it was: the place of the entry's name in the message, otherwise of the method's.
pub fn message(
    (policy, places, rates): (&Policy, Option<&Places>, Option<&Rates>),
    permit: Permit,
    (route, message, document): (&Route, &Message, Document<'_>),
    payer: Payer<'_>,
    mut take: impl FnMut(&Due<'_>) -> Result<(), Refusal>,
) -> Result<Charged, (Denial, Refusal)> {
    let Some(rates) = rates else { return Ok(Charged(permit)) };
    let entries = || route.entries(policy, places, message, document);
    let cost_of = |id: u32| rates.entry(id).map_or(1, |entry| entry.cost.to_native());
    let cost = entries().map(|addressed| cost_of(addressed.id)).max().unwrap_or(1);
    let mut charge = |ids: core::ops::Range<u32>, entry: u64, cost: u32| -> Result<(), Refusal> {
        for id in ids {
            // a limit that is not there is one that nobody can keep
            let limit = rates.limits.get(num::index(id)).ok_or(NEVER)?;
            let mut buffer = [0; KEY_MAX];
            take(&Due { id, limit, key: key(&mut buffer, limit.by, payer, entry), cost })?;
        }
        Ok(())
    };
    // a response has no method
    let own = message.method_name(document).or(message.id(document));
    let denial = |reason| own.map_or(Denial::of(reason), |own| Denial::at(reason, own));
    charge(rates.of_subjects(), 0, cost).map_err(|refusal| (denial(refusal.reason), refusal))?;
    for Addressed { id, entry: named, name, .. } in entries() {
        let Some(entry) = rates.entry(id) else { continue };
        let is_tool = named.is_some_and(|entry| entry.kind == EntryKind::Tool.number());
        let (tag, cost) = (entry.tag.to_native(), entry.cost.to_native());
        let calls = if is_tool { rates.of_calls() } else { 0..0 };
        let charged = charge(calls, tag, cost).and_then(|()| charge(entry.limits(), tag, cost));
        charged.map_err(|refusal| (Denial::at(refusal.reason, name), refusal))?;
    }
    Ok(Charged(permit))
}

/// Nothing but the client's limits holds for one's own session.
#[must_use]
pub const fn own_session(permit: Permit) -> Charged {
    Charged(permit)
}

/// What no waiting helps.
pub(crate) const NEVER: Refusal = Refusal { reason: Reason::RateExceeded, retry_after_ms: None };

/// Writes what tells an allowance from others under one limit. Under one limit all keys have the same parts, and only the last of
/// them varies in length.
fn key<'b>(buffer: &'b mut [u8; KEY_MAX], by: u8, payer: Payer<'_>, entry: u64) -> &'b [u8] {
    let (peer, tag) = (payer.peer.key(), entry.to_le_bytes());
    let parts: [(u8, &[u8]); 3] = [(BY_PEER, &peer), (BY_ENTRY, &tag), (BY_SUBJECT, payer.identity.subject().as_bytes())];
    let mut len = 0_usize;
    for (_, part) in parts.into_iter().filter(|(bit, _)| by & bit != 0) {
        buffer.iter_mut().skip(len).zip(part).for_each(|(place, byte)| *place = *byte);
        len = len.saturating_add(part.len());
    }
    buffer.get(..len).unwrap_or_default()
}
