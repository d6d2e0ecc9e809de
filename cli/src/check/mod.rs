//! `adarga check`: what a policy makes of recorded messages, without a server.
//!
//! The file is a stream: it is read, judged and shown line by line, however long it is. Nothing of it is printed as it stands
//! there, see [`text`].

mod connection;
mod judge;
mod lines;
mod recent;
mod requests;
mod row;
mod rule;
mod screen;
pub(crate) mod text;

use std::{io, process::ExitCode, sync::Arc};

use adarga_host::callers;

use crate::{Done, Failure, args, complain, key_file, load};

use judge::Judge;
use lines::Lines;
use row::{Row, Summary};
use screen::Screen;

/// Unmet expectations that are listed.
const LISTED_MAX: usize = 20;
/// Characters of a name in that list.
const NAME_MAX: usize = 80;

/// Judges a session file by a policy and shows what becomes of each message.
pub(crate) fn check(args: &args::Check) -> Done {
    let policy = load(&args.policy)?;
    let timeout_ms = policy.settings().map_or(u64::MAX, |settings| settings.timeout_ms);
    let gate = policy.gate()?;
    if gate.image().places().is_some_and(|places| !places.paths.is_empty()) {
        complain(&"paths are judged by their bytes alone: links are followed by `adarga run`, not here");
    }
    let keys = match &args.keys {
        Some(file) => Some(Arc::new(key_file(file)?)),
        None => callers::keys_at_hand(gate.image())?,
    };
    let mut lines = Lines::open(&args.session)?;
    let mut screen = Screen::new(args.json, lines.len());
    let judged = judge_all(Judge::new(gate, keys.as_deref(), timeout_ms).explaining(args.explain), &mut lines, &mut screen);
    // rows before a bad line are worth seeing
    let flushed = screen.flush();
    screen.clear();
    let unmet = match judged.and_then(|unmet| flushed.map(|()| unmet).map_err(Stop::Output)) {
        Ok(unmet) => unmet,
        // the reader has seen enough
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(ExitCode::SUCCESS),
        Err(Stop::Output(error)) => return Err(format!("standard output: {error}").into()),
        Err(Stop::Failed(failure)) => return Err(failure),
    };
    if unmet.count == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    unmet.tell(&args.session.display().to_string());
    Ok(ExitCode::FAILURE)
}

/// Why judging ended before the end of the file.
enum Stop {
    Output(io::Error),
    Failed(Failure),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

fn judge_all(mut judge: Judge<'_>, lines: &mut Lines, screen: &mut Screen) -> Result<Unmet, Stop> {
    let mut summary = Summary::default();
    let mut unmet = Unmet::default();
    while let Some(recorded) = lines.next().map_err(|error| Stop::Failed(error.into()))? {
        let row = judge.judge(&recorded).map_err(|fault| Stop::Failed(lines.complaint(fault.text()).into()))?;
        summary.add(&row);
        unmet.add(&row);
        screen.row(&row, lines.consumed())?;
    }
    screen.summary(&summary)?;
    Ok(unmet)
}

/// Expectations that were not met; the first of them with their lines.
#[derive(Debug, Default)]
struct Unmet {
    count: u64,
    listed: Vec<(u64, String)>,
}

impl Unmet {
    fn add(&mut self, row: &Row) {
        if row.met != Some(false) {
            return;
        }
        self.count += 1;
        if self.listed.len() < LISTED_MAX {
            let name = |name: &Option<String>| {
                name.as_ref().map_or_else(String::new, |name| format!(" {}", text::quoted(name, NAME_MAX)))
            };
            let about = name(&row.subject.method) + &name(&row.subject.target);
            let about = if about.is_empty() { about } else { format!(":{about}") };
            let expect = row.expect.as_deref().unwrap_or_default();
            let verdict = row.verdict.name();
            let found = if row.reason == "allowed" { verdict.to_owned() } else { format!("{verdict}, {}", row.reason) };
            self.listed.push((row.n, format!("expected {expect}, found {found}{about}")));
        }
    }

    /// Tells a person.
    fn tell(&self, file: &str) {
        let plural = if self.count == 1 { "" } else { "s" };
        let mut text = format!("{} expected verdict{plural} not met", self.count);
        for (number, what) in &self.listed {
            text += &format!("\n  {file}:{number}: {what}");
        }
        let more = self.count - self.listed.len() as u64;
        if more != 0 {
            text += &format!("\n  and {more} more");
        }
        complain(&text);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use adarga_host::load::Policy;

    use super::*;

    fn rows(policy: &str, session: &str) -> Result<Vec<Row>, String> {
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
        let policy = Policy::open(&examples.join(policy)).map_err(|error| error.to_string())?;
        let mut judge = Judge::new(policy.gate().map_err(|fault| fault.to_string())?, None, 30_000);
        let mut lines = Lines::open(&examples.join(session))?;
        let mut rows = Vec::new();
        while let Some(recorded) = lines.next()? {
            rows.push(judge.judge(&recorded).map_err(|fault| fault.to_string())?);
        }
        Ok(rows)
    }

    #[test]
    fn the_example_session_is_judged_as_it_says() -> Result<(), String> {
        let rows = rows("python/reports.toml", "sessions/reports.jsonl")?;
        assert!(rows.len() > 40);
        let unmet: Vec<_> = rows.iter().filter(|row| row.met != Some(true)).map(|row| row.n).collect();
        assert_eq!(unmet, [0_u64; 0]);
        Ok(())
    }

    #[test]
    fn nobody_is_denied_by_the_policy_that_allows_all() -> Result<(), String> {
        let rows = rows("policies/allow-all.toml", "sessions/reports.jsonl")?;
        let refused = |row: &&Row| row.reason.starts_with("permission.") || row.reason.starts_with("route.");
        assert_eq!(rows.iter().find(refused).map(|row| row.n), None);
        Ok(())
    }
}
