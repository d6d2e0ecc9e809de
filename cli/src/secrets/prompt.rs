//! A line that a person types without anybody seeing it.

use std::io::{self, BufRead, Write};

use zeroize::Zeroizing;

/// Asks on standard error, and reads one line from a terminal that does not show it.
pub(super) fn hidden(question: &str) -> io::Result<Zeroizing<String>> {
    eprint!("{question}");
    io::stderr().flush()?;
    let mut line = Zeroizing::new(String::with_capacity(1024));
    let read = silent(|| io::stdin().lock().read_line(&mut line));
    eprintln!();
    read?;
    let end = line.trim_end_matches(['\n', '\r']).len();
    line.truncate(end);
    Ok(line)
}

/// Does something while the terminal does not show what is typed.
#[cfg(unix)]
fn silent<T>(act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    let terminal = io::stdin();
    let before = tcgetattr(&terminal)?;
    let mut quiet = before.clone();
    quiet.local_modes.remove(LocalModes::ECHO);
    tcsetattr(&terminal, OptionalActions::Flush, &quiet)?;
    let done = act();
    tcsetattr(&terminal, OptionalActions::Now, &before)?;
    done
}

/// Elsewhere it does.
#[cfg(not(unix))]
fn silent<T>(act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    act()
}
