//! `adarga audit report`: what is counted of a trail, for the page that `page` writes.

use std::{collections::BTreeMap, process::ExitCode};

use crate::{Done, args, print};

use super::{
    lines, page,
    seen::{Filter, Seen},
};

/// Names that are counted apart; further ones are counted together.
const NAMES_MAX: usize = 10_000;
const OTHERS: &str = "(others)";

pub(super) fn report(args: &args::AuditReport) -> Done {
    let filter = Filter::new(&args.filter)?;
    let mut totals = Totals::default();
    for path in &args.files {
        lines::each(path, |line, _| {
            match Seen::read(line) {
                Some(seen) if filter.takes(&seen) => totals.add(&seen),
                Some(_) => {}
                None => totals.unread += 1,
            }
            Ok(())
        })?;
    }
    let page = page::page(&totals).map_err(|error| error.to_string())?;
    match &args.output {
        Some(path) => crate::replace(path, page.as_bytes()).map(|()| ExitCode::SUCCESS),
        None => print(&page),
    }
}

/// What is counted.
#[derive(Default)]
pub(super) struct Totals {
    pub(super) judged: u64,
    pub(super) denied: u64,
    pub(super) lost: u64,
    pub(super) unread: u64,
    pub(super) first: Option<u64>,
    pub(super) last: Option<u64>,
    /// Judged and denied by minute, which is made coarser once the whole is known.
    pub(super) minutes: BTreeMap<u64, (u64, u64)>,
    pub(super) reasons: Denials,
    pub(super) targets: Denials,
    pub(super) subjects: Denials,
}

/// Denials by name, and by minute.
pub(super) type Denials = BTreeMap<String, Denied>;

/// The denials of one name.
#[derive(Default)]
pub(super) struct Denied {
    pub(super) count: u64,
    pub(super) minutes: BTreeMap<u64, u64>,
}

impl Totals {
    fn add(&mut self, seen: &Seen) {
        self.lost += u64::from(seen.event == "lost");
        if !matches!(seen.event.as_str(), "decision" | "authentication" | "release") {
            return;
        }
        self.judged += 1;
        self.denied += u64::from(!seen.success);
        let minute = seen.time_ms().map(|time| time / 60_000);
        if let Some((time, minute)) = seen.time_ms().zip(minute) {
            self.first = Some(self.first.map_or(time, |first| first.min(time)));
            self.last = Some(self.last.map_or(time, |last| last.max(time)));
            let (judged, denied) = self.minutes.entry(minute).or_default();
            *judged += 1;
            *denied += u64::from(!seen.success);
        }
        if !seen.success {
            count(&mut self.reasons, &seen.reason(), minute);
            count(&mut self.targets, &seen.target(), minute);
            count(&mut self.subjects, &seen.subject(), minute);
        }
    }
}

fn count(counts: &mut Denials, name: &str, minute: Option<u64>) {
    let known = counts.len() < NAMES_MAX || counts.contains_key(name);
    let denied = counts.entry(if known { name.to_owned() } else { OTHERS.to_owned() }).or_default();
    denied.count += 1;
    if let Some(minute) = minute {
        *denied.minutes.entry(minute).or_default() += 1;
    }
}
