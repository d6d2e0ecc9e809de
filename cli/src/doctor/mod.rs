//! `adarga doctor`: the production checklist of the guide "Security Best Practices for MCP Applications", item by item. What a
//! program can see is looked at; everything else is listed for a person.

mod files;
mod items;
mod live;
mod policy;

use std::{fmt::Write as _, path::Path, process::ExitCode};

use adarga_host::{
    config::Config,
    policy::{Document, Loaded},
};
use serde_json::json;

use crate::{
    Done, args,
    date::now_ms,
    init::{Survey, survey_of},
    print,
};

use items::{GROUPS, Item};

/// What was found of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    /// As it should be, as far as a program can see.
    Ok,
    /// Only a person can tell.
    Person,
    /// Not as it should be, but not yet dangerous.
    Warning,
    /// Not as it should be.
    Wrong,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Person => "person",
            Self::Warning => "warning",
            Self::Wrong => "wrong",
        }
    }
}

/// What was found of an item, in words.
#[derive(Debug)]
struct Found {
    state: State,
    notes: Vec<String>,
}

impl Found {
    fn person(note: impl Into<String>) -> Self {
        Self { state: State::Person, notes: vec![note.into()] }
    }

    fn ok(note: impl Into<String>) -> Self {
        Self { state: State::Ok, notes: vec![note.into()] }
    }

    /// Wrong if there is something wrong, a warning if there is something to warn of; of both, everything is said.
    fn judged(mut wrong: Vec<String>, warnings: Vec<String>, right: impl Into<String>) -> Self {
        if wrong.is_empty() && !warnings.is_empty() {
            return Self { state: State::Warning, notes: warnings };
        }
        if !wrong.is_empty() {
            wrong.extend(warnings);
        }
        Self::unless(wrong, right)
    }

    /// What was found of one item in two places.
    fn and(mut self, other: Self) -> Self {
        self.state = self.state.max(other.state);
        self.notes.extend(other.notes);
        self
    }

    /// Wrong if there is something wrong, otherwise what is said of what is right.
    fn unless(wrong: Vec<String>, right: impl Into<String>) -> Self {
        if wrong.is_empty() { Self::ok(right) } else { Self { state: State::Wrong, notes: wrong } }
    }
}

/// What is looked at.
struct Patient<'p> {
    path: &'p Path,
    policy: Loaded<Document>,
    /// What the policy asks of the configuration.
    config: Config,
    now_ms: u64,
    /// What the live server has, where one was named.
    server: Option<Survey>,
    /// What is seen of it from outside, where a URL was named.
    live: Option<live::Live>,
}

impl Patient<'_> {
    const fn document(&self) -> &Document {
        &self.policy.document
    }

    /// Whether the policy is one for HTTP.
    const fn serves_http(&self) -> bool {
        !self.document().http.hosts.is_empty()
    }
}

/// Goes through the checklist.
pub(crate) fn doctor(args: &args::Doctor) -> Done {
    let (compiled, policy) = crate::document(&args.policy)?;
    let config = Config::from_image(compiled.gate()?.image())?;
    let server = if args.server.is_empty() { None } else { Some(survey_of(&args.server, args.timeout)?) };
    let live = live::look(args)?;
    let patient = Patient { path: &args.policy, policy, config, now_ms: now_ms(), server, live };
    let found: Vec<(&Item, Found)> = items::ITEMS.iter().map(|item| (item, (item.look)(&patient))).collect();
    print(&if args.json { as_json(&found) } else { as_table(&found) })?;
    let wrong = found.iter().any(|(_, found)| found.state == State::Wrong);
    Ok(ExitCode::from(u8::from(wrong)))
}

fn count(found: &[(&Item, Found)], state: State) -> usize {
    found.iter().filter(|(_, found)| found.state == state).count()
}

fn as_table(found: &[(&Item, Found)]) -> String {
    let mut out = String::new();
    for (number, group) in GROUPS.iter().enumerate() {
        let _ = writeln!(out, "{}{group}", if number == 0 { "" } else { "\n" });
        for (item, found) in found.iter().filter(|(item, _)| item.group == number) {
            let _ = writeln!(out, "  {:<7} {}", found.state.word(), item.words);
            for note in &found.notes {
                let _ = writeln!(out, "          {}", adarga_host::text::escaped(note));
            }
        }
    }
    let counts = [State::Ok, State::Wrong, State::Person].map(|state| count(found, state));
    let warnings = match count(found, State::Warning) {
        0 => String::new(),
        1 => ", 1 warning".to_owned(),
        many => format!(", {many} warnings"),
    };
    let _ = writeln!(out, "\n{} ok, {} wrong, {} for a person{warnings}", counts[0], counts[1], counts[2]);
    out
}

fn as_json(found: &[(&Item, Found)]) -> String {
    let items: Vec<_> = found
        .iter()
        .map(|(item, found)| {
            json!({ "group": GROUPS[item.group], "item": item.words, "state": found.state.word(), "notes": found.notes })
        })
        .collect();
    let counts = [State::Ok, State::Wrong, State::Person, State::Warning].map(|state| count(found, state));
    let [ok, wrong, person, warning] = counts;
    format!("{}\n", json!({ "items": items, "ok": ok, "wrong": wrong, "person": person, "warning": warning }))
}
