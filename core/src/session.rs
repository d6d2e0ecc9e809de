//! The little that a legacy connection has to remember (revisions up to 2025-11-25); modern ones remember nothing.
//!
//! One session per stdio connection or per `Mcp-Session-Id`, owned by the caller. Invariant: a session never authenticates
//! anybody; it only refuses those it does not belong to.

use crate::{
    capabilities::Capabilities,
    identity::{Identity, Subject},
    reason::Reason,
    revision::Revision,
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Nothing was said yet: only `initialize` and `ping` may come.
    #[default]
    New,
    /// `initialize` was allowed.
    Ready(Revision),
    /// Terminated; nothing may come any more.
    Ended,
}

/// The state of one legacy connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    state: State,
    capabilities: Capabilities,
    owner: Subject,
}

impl Session {
    /// A connection on which nothing was said yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A session that was initialized before, by `owner` (empty: by whoever comes next), as a host remembers it.
    ///
    /// A subject longer than [`crate::identity::SUBJECT_MAX`] gives a session that has ended.
    #[must_use]
    pub fn restored(revision: Revision, owner: &str, capabilities: Capabilities) -> Self {
        match Subject::try_from(owner) {
            Ok(owner) => Self { state: State::Ready(revision), capabilities, owner },
            Err(_) => Self { state: State::Ended, ..Self::default() },
        }
    }

    /// The revision that was negotiated, once there is one.
    #[must_use]
    pub const fn revision(&self) -> Option<Revision> {
        match self.state {
            State::Ready(revision) => Some(revision),
            State::New | State::Ended => None,
        }
    }

    /// What the client said it can do.
    #[must_use]
    pub const fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    /// Who initialized it; empty before that.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Nothing may come any more: the answer is 404.
    pub fn end(&mut self) {
        *self = Self { state: State::Ended, ..Self::default() };
    }

    /// The server chose `revision` in its answer to `initialize`.
    pub const fn negotiated(&mut self, revision: Revision) {
        if let State::Ready(current) = &mut self.state {
            *current = revision;
        }
    }

    /// Nobody owns a session that began while a policy only observed.
    pub(crate) fn initialize(&mut self, revision: Revision, capabilities: Capabilities, owner: Option<&Identity>) {
        let owner = owner.map_or_else(Subject::new, Identity::owned_subject);
        *self = Self { state: State::Ready(revision), capabilities, owner };
    }

    /// Whether `initialize` may come, or anything else.
    pub(crate) const fn admits(&self, initialize: bool, ping: bool) -> Result<(), Reason> {
        match (self.state, initialize) {
            (State::Ended, _) => Err(Reason::HttpSessionEnded),
            (State::New, true) | (State::Ready(_), false) => Ok(()),
            (State::New, false) if ping => Ok(()),
            (State::New, false) => Err(Reason::LifecycleOrder),
            (State::Ready(_), true) => Err(Reason::LifecycleRepeated),
        }
    }

    /// Whether `caller` may use it. A stolen session id is worth nothing.
    pub(crate) fn belongs_to(&self, caller: &Identity) -> Result<(), Reason> {
        if self.owner.is_empty() || self.owner.as_bytes() == caller.subject().as_bytes() {
            Ok(())
        } else {
            Err(Reason::LifecycleOwner)
        }
    }
}
