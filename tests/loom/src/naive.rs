//! What the table must not be: a word of the client's tag beside a word of its allowance. The model has to find what is wrong.

use crate::{
    rate::{Charge, SKEW_MS},
    sync::{AtomicU64, SeqCst},
};

/// Two slots of tag and time, under a limit of one call in `span_ms`.
#[derive(Debug, Default)]
pub(crate) struct Naive {
    slots: [(AtomicU64, AtomicU64); 2],
}

impl Naive {
    pub(crate) fn charge(&self, span_ms: u64, charge: &Charge<'_>) -> bool {
        let client = u64::from(charge.key[0]);
        loop {
            if let Some((_, whole)) = self.slots.iter().find(|(tag, _)| tag.load(SeqCst) == client) {
                let seen = whole.load(SeqCst);
                if seen > charge.now_ms {
                    return false;
                }
                if whole.compare_exchange(seen, charge.now_ms + span_ms, SeqCst, SeqCst).is_ok() {
                    return true;
                }
                continue;
            }
            let free = self.slots.iter().find(|(_, whole)| {
                let seen = whole.load(SeqCst);
                seen == 0 || seen + SKEW_MS < charge.now_ms
            });
            let Some((tag, _)) = free else { return false };
            let seen = tag.load(SeqCst);
            let _ = tag.compare_exchange(seen, client, SeqCst, SeqCst);
        }
    }
}
