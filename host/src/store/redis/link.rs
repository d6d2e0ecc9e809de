//! One connection: set up, asked, dropped at the first error.

use std::time::{Duration, Instant};

use ::redis::{Client, Cmd, Connection, ErrorKind, FromRedisValue, RedisError, ServerErrorKind, cmd};
use adarga_core::decide::Outcome;

use super::script::{self, Names};
use crate::store::{Away, Charge};

/// Longest code of a server's error that is told.
const CODE_MAX: usize = 24;

/// A connection to a server that knows the script.
pub(super) struct Link {
    connection: Connection,
    /// The script's hash, as the server says it.
    script: String,
    /// When it was last heard of.
    pub(super) heard: Instant,
    /// Whether anything was asked since it was made.
    pub(super) is_used: bool,
}

/// What a server says of its memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Eviction {
    /// It keeps what it has, and refuses when it is full.
    Never,
    /// It doesn't tell this user: `maxmemory-policy` must be `noeviction`.
    #[default]
    Unknown,
}

/// What is asked.
pub(super) struct Question<'q> {
    pub(super) names: &'q Names,
    pub(super) charges: &'q [Charge],
    /// The time that counts in place of the server's.
    pub(super) now_ms: Option<u64>,
    pub(super) until: Instant,
}

impl Link {
    /// Connects, within `timeout` for each step, to a server that keeps what it is told.
    pub(super) fn connect(client: &Client, text: &str, timeout: Duration) -> Result<(Self, Eviction), Away> {
        let mut connection = client.get_connection_with_timeout(timeout).map_err(|error| away(&error))?;
        connection.set_read_timeout(Some(timeout)).map_err(|error| away(&error))?;
        connection.set_write_timeout(Some(timeout)).map_err(|error| away(&error))?;
        let eviction = eviction(&mut connection)?;
        let script = cmd("SCRIPT").arg("LOAD").arg(text).query(&mut connection).map_err(|error| away(&error))?;
        Ok((Self { connection, script, heard: Instant::now(), is_used: false }, eviction))
    }

    /// Takes charges in one round trip, or two where the server has forgotten the script.
    pub(super) fn charge(&mut self, question: &Question<'_>, text: &str) -> Result<Outcome, Away> {
        self.is_used = true;
        let (mut first, mut second) = (cmd("EVALSHA"), cmd("EVAL"));
        let answer = match self.ask(first.arg(&self.script), question) {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => self.ask(second.arg(text), question),
            answer => answer,
        };
        let outcome = script::outcome(answer.map_err(|error| away(&error))?, question.charges.len()).ok_or(Away::Answer)?;
        self.heard = Instant::now();
        Ok(outcome)
    }

    fn ask(&mut self, command: &mut Cmd, question: &Question<'_>) -> Result<(i64, i64), RedisError> {
        script::add(command, question.names, question.charges, question.now_ms);
        // no time at all would mean for ever
        let left = question.until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        self.connection.set_read_timeout(Some(left))?;
        self.connection.set_write_timeout(Some(left))?;
        command.query(&mut self.connection)
    }

    /// Whether it is still there.
    pub(super) fn ping(&mut self, timeout: Duration) -> Result<(), Away> {
        let limits = [self.connection.set_read_timeout(Some(timeout)), self.connection.set_write_timeout(Some(timeout))];
        let answer =
            limits.into_iter().collect::<Result<(), _>>().and_then(|()| cmd("PING").query::<String>(&mut self.connection));
        answer.map_err(|error| away(&error))?;
        self.heard = Instant::now();
        Ok(())
    }
}

/// What becomes of allowances when the server's memory is full.
fn eviction(connection: &mut Connection) -> Result<Eviction, Away> {
    let answer = cmd("INFO").arg("memory").query::<::redis::Value>(connection);
    let text = match answer {
        Ok(value) => String::from_redis_value(value).map_err(|_| Away::Answer)?,
        Err(error) if matches!(error.kind(), ErrorKind::Server(_) | ErrorKind::Extension) => return Ok(Eviction::Unknown),
        Err(error) => return Err(away(&error)),
    };
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    match (field("maxmemory_policy"), field("maxmemory")) {
        (Some("noeviction"), _) | (Some(_), Some("0")) => Ok(Eviction::Never),
        (Some(policy), _) => Err(Away::Evicts(code(policy))),
        (None, _) => Ok(Eviction::Unknown),
    }
}

/// What an error of the library means. Its own text may hold what was sent.
fn away(error: &RedisError) -> Away {
    if error.is_timeout() {
        return Away::Slow;
    }
    match error.kind() {
        ErrorKind::AuthenticationFailed => Away::Credentials,
        ErrorKind::Server(_) | ErrorKind::Extension => match error.code() {
            Some("WRONGPASS" | "NOAUTH") => Away::Credentials,
            told => Away::Server(code(told.unwrap_or("ERR"))),
        },
        ErrorKind::Parse | ErrorKind::UnexpectedReturnType => Away::Answer,
        _ if error.is_connection_refusal() => Away::Unreachable("connection refused".to_owned()),
        ErrorKind::Io if error.is_connection_dropped() => Away::Unreachable("the connection broke".to_owned()),
        ErrorKind::Io => Away::Unreachable("no connection, or no TLS that can be trusted".to_owned()),
        _ => Away::Unreachable("no such address".to_owned()),
    }
}

/// A word of the server that is harmless to print.
fn code(word: &str) -> String {
    word.chars().take(CODE_MAX).map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '?' }).collect()
}
