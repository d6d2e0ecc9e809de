//! The server as a process: lines in, lines out, and never left behind.

use std::{
    ffi::OsString,
    io::{ErrorKind, Read, Write},
    process::{ChildStdin, ChildStdout, Command, ExitStatus},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

use adarga_core::frame::{Framed, Framer};

use crate::{Failure, process::Group};

use super::stop::Stop;

/// Longest line of the server, in bytes.
pub(super) const LINE_MAX: usize = 16 << 20;
/// Lines that wait in either direction.
const QUEUE_MAX: usize = 4;
/// How long a server may take to end once its input is closed.
const GRACE: Duration = Duration::from_secs(1);
/// How often a wait looks whether a person wants to stop.
const SLICE: Duration = Duration::from_millis(50);
/// Exit code when the command was not found, as shells have it.
const NOT_FOUND: u8 = 127;

/// What the server's output gave.
pub(super) enum Said {
    Line(Vec<u8>),
    /// A line longer than [`LINE_MAX`].
    TooLong,
    /// Nothing more will come.
    End,
    /// Nothing came in time.
    Silence,
}

/// A running server. Dropping it ends the server and all that it started.
#[derive(Debug)]
pub(super) struct Process {
    group: Group,
    input: Option<SyncSender<Vec<u8>>>,
    output: Receiver<Option<Vec<u8>>>,
    stop: Stop,
}

impl Process {
    /// Starts a server with our environment and our standard error.
    pub(super) fn start(command: &[OsString], stop: Stop) -> Result<Self, Failure> {
        let (program, arguments) = command.split_first().ok_or("no command")?;
        let (group, to, from) = Group::spawn(Command::new(program).args(arguments)).map_err(|error| {
            let name = crate::check::text::quoted(&program.to_string_lossy(), 200);
            match error.kind() {
                ErrorKind::NotFound => Failure { text: format!("command not found: {name}"), code: NOT_FOUND },
                _ => format!("{name}: {error}").into(),
            }
        })?;
        let (input, written) = sync_channel(QUEUE_MAX);
        let (read, output) = sync_channel(QUEUE_MAX);
        let process = Self { group, input: Some(input), output, stop };
        thread::Builder::new().spawn(move || write_all(to, &written))?;
        thread::Builder::new().spawn(move || read_all(from, &read))?;
        Ok(process)
    }

    /// Sends one line; false when the server does not read what it is sent.
    pub(super) fn send(&self, mut line: Vec<u8>) -> bool {
        line.push(b'\n');
        self.input.as_ref().is_some_and(|input| input.try_send(line).is_ok())
    }

    /// The next line before `deadline`.
    ///
    /// # Errors
    /// When a person wants to stop.
    pub(super) fn next(&self, deadline: Instant) -> Result<Said, Failure> {
        loop {
            self.stop.check()?;
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                // also when it never stops talking
                return Ok(Said::Silence);
            }
            return Ok(match self.output.recv_timeout(left.min(SLICE)) {
                Ok(Some(line)) => Said::Line(line),
                Ok(None) => Said::TooLong,
                Err(RecvTimeoutError::Disconnected) => Said::End,
                Err(RecvTimeoutError::Timeout) => continue,
            });
        }
    }

    /// Closes the server's input, gives it a moment, and ends it. The status is absent when it did not end by itself.
    pub(super) fn end(&mut self) -> Option<ExitStatus> {
        self.input = None;
        let stop = &self.stop;
        let ended = self.group.ends_within(GRACE, || stop.check().is_err());
        self.group.reap().filter(|_| ended)
    }
}

/// Writes lines until there are no more, or nobody reads them.
fn write_all(mut to: ChildStdin, lines: &Receiver<Vec<u8>>) {
    while let Ok(line) = lines.recv() {
        if to.write_all(&line).and_then(|()| to.flush()).is_err() {
            return;
        }
    }
}

/// Reads lines until the end; what comes after the last line break is no line.
fn read_all(mut from: ChildStdout, lines: &SyncSender<Option<Vec<u8>>>) {
    let mut framer = Framer::new();
    let mut buffer = vec![0; LINE_MAX];
    let mut chunk = vec![0; 1 << 16];
    loop {
        let len = match from.read(&mut chunk) {
            Ok(0) => return,
            Ok(len) => len,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        let mut rest = chunk.get(..len).unwrap_or_default();
        loop {
            let said = match framer.next(&mut buffer, &mut rest) {
                Framed::Line(line) => Some(line.to_vec()),
                Framed::Dropped => None,
                Framed::More => break,
            };
            if lines.send(said).is_err() {
                return;
            }
        }
    }
}
