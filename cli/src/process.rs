//! A server as a process: itself and all that it starts are one group, started and ended together.
//!
//! Invariant: no signal is sent once the process was reaped, when its number may be another's.

use std::{
    io,
    process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// How often a process that has to end is looked at.
const POLL: Duration = Duration::from_millis(5);
/// How long a group that was killed may take to be gone.
const KILLED: Duration = Duration::from_secs(1);

/// A running server and what it started. Dropping it ends them all.
#[derive(Debug)]
pub(crate) struct Group {
    child: Child,
    reach: Reach,
}

/// Signals a group from any thread, for as long as it is there.
#[derive(Clone, Debug)]
pub(crate) struct Reach(Arc<Mutex<Option<u32>>>);

impl Group {
    /// Starts a command with pipes to its standard input and from its standard output, in a process group of its own: a signal
    /// of the terminal reaches this program only, which has to pass it on.
    pub(crate) fn spawn(command: &mut Command) -> io::Result<(Self, ChildStdin, ChildStdout)> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut child = command.spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let reach = Reach(Arc::new(Mutex::new(Some(child.id()))));
        // from here on dropping ends the server
        let group = Self { child, reach };
        let (stdin, stdout) = pipes.ok_or_else(|| io::Error::other("the server has no pipes"))?;
        Ok((group, stdin, stdout))
    }

    /// What signals the group.
    pub(crate) fn reach(&self) -> Reach {
        self.reach.clone()
    }

    /// Asks the group to end.
    pub(crate) fn ask(&self) {
        self.reach.ask();
    }

    /// Ends the group.
    pub(crate) fn insist(&mut self) {
        self.reach.insist();
        // where there are no groups
        let _ = self.child.kill();
    }

    /// Whether the server ends in time, or before `stop` says that nobody wants to wait. It is not reaped yet, so that its group
    /// keeps its number.
    pub(crate) fn ends_within(&mut self, patience: Duration, stop: impl Fn() -> bool) -> bool {
        let start = Instant::now();
        loop {
            if self.has_ended() {
                return true;
            }
            if start.elapsed() >= patience || stop() {
                return false;
            }
            thread::sleep(POLL);
        }
    }

    #[cfg(unix)]
    fn has_ended(&mut self) -> bool {
        use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        pid.is_none_or(|pid| !matches!(waitid(WaitId::Pid(pid), options), Ok(None)))
    }

    #[cfg(not(unix))]
    fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Ends what is left of the group and reaps the server, if it ends at all.
    pub(crate) fn reap(&mut self) -> Option<ExitStatus> {
        let here = self.reach.0.clone();
        let mut number = lock(&here);
        if number.is_some() {
            insist(*number);
            let _ = self.child.kill();
            self.ends_within(KILLED, || false);
            *number = None;
        }
        self.child.try_wait().ok().flatten()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.reap();
    }
}

impl Reach {
    /// Asks the group to end.
    pub(crate) fn ask(&self) {
        ask(*lock(&self.0));
    }

    /// Ends the group.
    pub(crate) fn insist(&self) {
        insist(*lock(&self.0));
    }
}

fn lock(number: &Mutex<Option<u32>>) -> MutexGuard<'_, Option<u32>> {
    number.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
fn ask(group: Option<u32>) {
    send(group, rustix::process::Signal::TERM);
}

#[cfg(unix)]
fn insist(group: Option<u32>) {
    send(group, rustix::process::Signal::KILL);
}

#[cfg(unix)]
fn send(group: Option<u32>, signal: rustix::process::Signal) {
    let group = group.and_then(|group| i32::try_from(group).ok()).and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group {
        // all of it may have ended already
        let _ = rustix::process::kill_process_group(group, signal);
    }
}

#[cfg(not(unix))]
fn ask(_: Option<u32>) {}

#[cfg(not(unix))]
fn insist(_: Option<u32>) {}
