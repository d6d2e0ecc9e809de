//! Connections of a recording, and the session that each of them has.

use adarga_core::{Session, text};

use crate::session::Wire;

use super::{lines::Recorded, recent::Recent};

/// Connections that are remembered, at least.
const CONNECTIONS_MAX: usize = 1 << 16;

/// What tells connections apart: transport, name, source.
type Key = (bool, Option<String>, Option<String>);

/// All connections of a recording.
#[derive(Debug)]
pub(super) struct Connections {
    known: Recent<Key, Connection>,
    count: u64,
}

impl Connections {
    /// No connection yet.
    pub(super) fn new() -> Self {
        Self { known: Recent::new(CONNECTIONS_MAX), count: 0 }
    }

    /// The connection that a line belongs to.
    pub(super) fn of(&mut self, recorded: &Recorded) -> &mut Connection {
        let http = recorded.line.transport == Wire::Http;
        let named = recorded.line.session.is_some();
        let origin = if named { None } else { recorded.origin.clone() };
        let count = &mut self.count;
        self.known.touch((http, recorded.line.session.clone(), origin), || {
            *count += 1;
            let session = (!http).then(Session::new);
            Connection { number: *count, session, told: false, heard: false, http, named, session_id: None }
        })
    }
}

/// What is remembered of a connection.
#[derive(Debug)]
pub(super) struct Connection {
    /// Its number in this recording.
    pub(super) number: u64,
    /// The session that is open on it: on stdio from the first line, over HTTP from an allowed `initialize`.
    pub(super) session: Option<Session>,
    /// The recording has something that the client said. Otherwise nobody knows what the server's answers answer.
    pub(super) told: bool,
    /// The recording has something that the server said. Otherwise nobody knows what the client's answers answer.
    pub(super) heard: bool,
    http: bool,
    named: bool,
    /// The first session id that came after `initialize`: without a name, other ids are other sessions.
    session_id: Option<Vec<u8>>,
}

impl Connection {
    /// The session that a line is judged by: none over HTTP when its beginning was not seen.
    pub(super) fn session_of(&mut self, recorded: &Recorded) -> Option<&mut Session> {
        if self.http && !self.named {
            let mut headers = recorded.line.headers.0.iter();
            let (_, id) = headers.find(|(name, _)| name.eq_ignore_ascii_case("Mcp-Session-Id"))?;
            let id = text::trim(id.as_bytes());
            if self.session_id.get_or_insert_with(|| id.to_vec()) != id {
                return None;
            }
        }
        self.session.as_mut()
    }

    /// Whether an `initialize` that came over HTTP begins a session: not where one that is open judges it.
    pub(super) fn may_begin(&mut self, recorded: &Recorded) -> bool {
        self.http && !(self.named && self.session.is_some()) && self.session_of(recorded).is_none()
    }

    /// The session that an allowed `initialize` has begun over HTTP.
    pub(super) fn begin(&mut self, session: Session) {
        self.session_id = None;
        self.session = Some(session);
    }
}
