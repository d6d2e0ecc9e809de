//! Requests that wait for their answer, in either direction.

use adarga_core::{Ticket, method::Method};

use crate::{
    id::Id,
    session::{Line, Wire},
};

use super::{recent::Recent, row::Subject};

/// Requests that are remembered in each direction, at least.
const REQUESTS_MAX: usize = 1 << 16;

/// A request of the client that was passed on.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) ticket: Ticket,
    pub(super) subject: Subject,
}

impl Open {
    /// Whether a gate on stdio that waits `timeout_ms` had given up when the answer of this line came. A subscription stays open
    /// for as long as the client listens.
    pub(super) fn is_late(&self, line: &Line, timeout_ms: u64) -> bool {
        let asked = Some(self.ticket.start_ms()).filter(|&ms| ms != 0);
        line.transport == Wire::Stdio
            && self.ticket.method() != Method::SubscriptionsListen
            && asked.zip(line.now_ms).is_some_and(|(asked, now)| now.saturating_sub(asked) > timeout_ms)
    }
}

/// All open requests of a recording, each by its connection and id.
#[derive(Debug)]
pub(super) struct Requests {
    /// What clients asked.
    pub(super) open: Recent<(u64, Id), Open>,
    /// What servers asked.
    pub(super) asked: Recent<(u64, Id), ()>,
}

impl Requests {
    /// Nothing was asked yet.
    pub(super) fn new() -> Self {
        Self { open: Recent::new(REQUESTS_MAX), asked: Recent::new(REQUESTS_MAX) }
    }
}
