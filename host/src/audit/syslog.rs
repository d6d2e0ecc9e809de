//! Heads of a chain, told to the syslog of the machine, from where they can leave it: the only thing that shows that lines were cut.
//!
//! A message of RFC 5424 §6 is one line of fixed shape, whose only variable parts are numbers, hexadecimal digits and the time: a
//! crate for it would be larger than this file, and those that are kept want the older format or bring a logging framework.

use std::{os::unix::net::UnixDatagram, path::Path};

use adarga_core::{
    audit::{Head, TIME_LEN, write_time},
    write::Out,
};

use super::error::AuditError;

/// Facility 13, log audit; severity 5, notice.
const PRIORITY: u32 = 13 * 8 + 5;

/// A connection to a syslog.
#[derive(Debug)]
pub(super) struct Syslog {
    socket: UnixDatagram,
    path: String,
}

impl Syslog {
    /// Connects to a socket, such as `/dev/log`.
    pub(super) fn open(path: &str) -> Result<Self, AuditError> {
        let failed = |error| AuditError::io(Path::new(path), error);
        let socket = UnixDatagram::unbound().map_err(failed)?;
        socket.connect(path).map_err(failed)?;
        // a syslog that doesn't read must not stop calls
        socket.set_nonblocking(true).map_err(failed)?;
        Ok(Self { socket, path: path.to_owned() })
    }

    /// Tells a head. A syslog that was started anew is connected to again.
    pub(super) fn tell(&mut self, head: &Head, now_ms: u64) -> Result<(), AuditError> {
        let message = message(head, now_ms);
        if self.socket.send(message.as_bytes()).is_ok() {
            return Ok(());
        }
        *self = Self::open(&self.path)?;
        self.socket.send(message.as_bytes()).map(drop).map_err(|error| AuditError::io(Path::new(&self.path), error))
    }
}

/// The message: no host name, which a local syslog knows.
fn message(head: &Head, now_ms: u64) -> String {
    let mut time = [0; TIME_LEN];
    let mut out = Out::new(&mut time);
    write_time(&mut out, now_ms);
    let time = String::from_utf8_lossy(out.finish().unwrap_or(b"-"));
    format!("<{PRIORITY}>1 {time} - adarga {} audit-head - {head}", std::process::id())
}
