//! What was answered about tokens, remembered under a keyed hash of each: the tokens themselves are never kept.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{Introspected, IssuerError, random::random};

/// What a token is remembered by: its HMAC-SHA-256 under the key of this process.
pub(super) type Mark = [u8; 32];

/// The key of this process.
pub(super) struct Marker(Zeroizing<[u8; 32]>);

impl Marker {
    /// A new random key.
    pub(super) fn new() -> Result<Self, IssuerError> {
        random().map(|key| Self(Zeroizing::new(key))).map_err(|_| IssuerError::Random)
    }

    pub(super) fn mark(&self, token: &[u8]) -> Result<Mark, IssuerError> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.0[..]).map_err(|_| IssuerError::Random)?;
        Ok(mac.chain_update(token).finalize().into_bytes().into())
    }
}

/// Answers, at most so many, the oldest of which gives way.
pub(super) struct Memo {
    entries: HashMap<Mark, Entry>,
    /// By age.
    order: BTreeMap<u64, Mark>,
    next: u64,
    entries_max: usize,
}

struct Entry {
    answer: Arc<Introspected>,
    /// Until when it is believed.
    until_ms: u64,
    /// Its place in the order.
    number: u64,
}

impl Memo {
    pub(super) fn new(entries_max: usize) -> Self {
        Self { entries: HashMap::new(), order: BTreeMap::new(), next: 0, entries_max }
    }

    /// What was answered, while it is believed.
    pub(super) fn find(&self, mark: &Mark, now_ms: u64) -> Option<Arc<Introspected>> {
        let entry = self.entries.get(mark).filter(|entry| now_ms < entry.until_ms)?;
        Some(Arc::clone(&entry.answer))
    }

    /// Remembers an answer.
    pub(super) fn insert(&mut self, mark: Mark, answer: Arc<Introspected>, until_ms: u64) {
        if self.entries_max == 0 {
            return;
        }
        self.remove(&mark);
        while self.entries.len() >= self.entries_max {
            let Some((_, oldest)) = self.order.pop_first() else { break };
            self.entries.remove(&oldest);
        }
        let number = self.next;
        self.next += 1;
        self.order.insert(number, mark);
        self.entries.insert(mark, Entry { answer, until_ms, number });
    }

    /// Forgets an answer.
    pub(super) fn remove(&mut self, mark: &Mark) {
        if let Some(old) = self.entries.remove(mark) {
            self.order.remove(&old.number);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}
