//! The server's process: started with the environment that the policy names, ended whatever it does.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::{ChildStdin, ChildStdout, Command, ExitCode, ExitStatus},
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
    thread,
    time::Duration,
};

use adarga_host::compile::Settings;

use crate::{Failure, complain, process::Group};

use super::GRACE;

/// A running server.
pub(super) struct Server {
    group: Group,
    /// The signal that ended this program's wish to go on, or 0.
    signal: Arc<AtomicI32>,
}

/// Starts a server.
pub(super) fn spawn(command: &[OsString], settings: &Settings) -> Result<(Server, ChildStdin, ChildStdout), Failure> {
    let (name, arguments) = command.split_first().ok_or("no server command")?;
    let program = find(name).ok_or_else(|| Failure::not_found(format!("{}: command not found", name.display())))?;
    let inherited = settings.env.iter().filter_map(|name| Some((name, env::var_os(name)?)));
    let (group, stdin, stdout) = Group::spawn(Command::new(&program).args(arguments).env_clear().envs(inherited))
        .map_err(|error| Failure::not_found(format!("{}: {error}", name.display())))?;
    Ok((Server { group, signal: Arc::new(AtomicI32::new(0)) }, stdin, stdout))
}

/// The file of a command, by this program's own `PATH`: the server's may be empty.
fn find(name: &OsStr) -> Option<PathBuf> {
    let given = Path::new(name);
    if given.components().count() > 1 {
        return given.exists().then(|| given.to_owned());
    }
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(given)).find(|path| is_executable(path))
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file() || path.with_extension("exe").is_file()
}

impl Server {
    /// Waits for the end of the server, at first patiently, then asks, then insists.
    pub(super) fn end(&mut self, grace: Duration) -> ExitCode {
        for means in [None, Some(Means::Ask), Some(Means::Insist)] {
            match means {
                None => {}
                Some(Means::Ask) => self.group.ask(),
                Some(Means::Insist) => self.group.insist(),
            }
            if self.group.ends_within(grace, || false) {
                return self.group.reap().map_or(ExitCode::FAILURE, |status| self.code(status));
            }
        }
        complain(&"the server does not end");
        ExitCode::FAILURE
    }

    /// The server's own exit code; 128 and the number of the signal that ended it, or this program.
    fn code(&self, status: ExitStatus) -> ExitCode {
        let signal = self.signal.load(Ordering::Relaxed);
        if signal != 0 {
            return ExitCode::from(u8::try_from(128 + signal).unwrap_or(u8::MAX));
        }
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return ExitCode::from(u8::try_from(128 + signal).unwrap_or(u8::MAX));
        }
        ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
    }

    /// A signal that asks this program to end is passed on to the server, whose end then ends this program.
    #[cfg(unix)]
    pub(super) fn end_on_signals(&self) {
        use signal_hook::{
            consts::{SIGHUP, SIGINT, SIGTERM},
            iterator::Signals,
        };
        let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGTERM]) else { return };
        let (ended_by, server) = (Arc::clone(&self.signal), self.group.reach());
        thread::spawn(move || {
            for signal in &mut signals {
                if ended_by.swap(signal, Ordering::Relaxed) != 0 {
                    // asked twice: don't be polite
                    server.insist();
                    std::process::exit(128 + signal);
                }
                server.ask();
                let server = server.clone();
                thread::spawn(move || {
                    thread::sleep(GRACE);
                    server.insist();
                    // the main thread reaps it and ends; if it hangs on a client that doesn't read, end here
                    thread::sleep(GRACE);
                    std::process::exit(128 + signal);
                });
            }
        });
    }

    #[cfg(not(unix))]
    pub(super) fn end_on_signals(&self) {}
}

/// How a server is made to end.
#[derive(Clone, Copy)]
enum Means {
    Ask,
    Insist,
}
