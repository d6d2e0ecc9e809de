//! The two pipes that are written from several threads: whole lines, never mixed.

use std::{
    io::{self, Write},
    process::ChildStdin,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::Sender,
    },
};

use super::{Event, lock};

/// Lines to the client.
pub(super) struct ToClient {
    out: Mutex<io::Stdout>,
    events: Mutex<Sender<Event>>,
    writers: AtomicUsize,
}

impl ToClient {
    pub(super) fn new(events: Sender<Event>) -> Self {
        Self { out: Mutex::new(io::stdout()), events: Mutex::new(events), writers: AtomicUsize::new(0) }
    }

    /// Writes one line. A client that can't be written to is gone.
    pub(super) fn line(&self, text: &[u8]) {
        self.writers.fetch_add(1, Ordering::Relaxed);
        let out = lock(&self.out);
        let mut out = out.lock();
        if out.write_all(text).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()).is_err() {
            let _ = lock(&self.events).send(Event::ClientBroken);
        }
        self.writers.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether a line is on its way to a client that hasn't read all of it.
    pub(super) fn is_busy(&self) -> bool {
        self.writers.load(Ordering::Relaxed) != 0
    }
}

/// Lines to the server. A writer waits as long as the server doesn't read, so the thread that keeps the deadlines writes none.
pub(super) struct ToServer {
    stdin: Mutex<Option<ChildStdin>>,
    finished: AtomicBool,
}

impl ToServer {
    pub(super) fn new(stdin: ChildStdin) -> Self {
        Self { stdin: Mutex::new(Some(stdin)), finished: AtomicBool::new(false) }
    }

    /// Writes one line as it came, and the `\n` that ended it. A server that reads no more is found by the end of its output.
    pub(super) fn line(&self, line: &[u8]) {
        let mut stdin = lock(&self.stdin);
        if let Some(pipe) = stdin.as_mut() {
            let _ = pipe.write_all(line).and_then(|()| pipe.write_all(b"\n"));
        }
        if self.finished.load(Ordering::Relaxed) {
            *stdin = None;
        }
    }

    /// No more lines will come: lets the server read the end of its input, now or after the line that is being written. Never
    /// waits; a caller that has to be sure calls again.
    pub(super) fn finish(&self) {
        self.finished.store(true, Ordering::Relaxed);
        if let Ok(mut stdin) = self.stdin.try_lock() {
            *stdin = None;
        }
    }
}
