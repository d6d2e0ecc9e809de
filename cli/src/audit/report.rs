//! `adarga audit report`: one page of HTML that needs nothing beside it: no script, no other file.

use std::{
    collections::BTreeMap,
    fmt::{self, Write},
    process::ExitCode,
};

use adarga_core::escape::Escape;

use crate::{Done, args, print};

use super::{
    lines,
    seen::{Filter, Seen},
};

/// Names that are counted apart; further ones are counted together.
const NAMES_MAX: usize = 10_000;
/// Rows of a chart.
const ROWS_MAX: usize = 15;
/// Bars over time, at most.
const BARS_MAX: u64 = 120;
const OTHERS: &str = "(others)";
const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}svg{width:100%;height:auto;display:block}text{font:12px system-ui,sans-serif;fill:#1b1f24}\
.n{fill:#57606a}.d{fill:#b42318}.a{fill:#c9d1d9}p.s{color:#57606a}\
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}text{fill:#e6edf3}.n{fill:#9198a1}.d{fill:#f2685c}.a{fill:#3d444d}p.s{color:#9198a1}}";

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
    let mut page = String::new();
    totals.write(&mut page).map_err(|error| error.to_string())?;
    match &args.output {
        Some(path) => crate::replace(path, page.as_bytes()).map(|()| ExitCode::SUCCESS),
        None => print(&page),
    }
}

#[derive(Default)]
struct Totals {
    judged: u64,
    denied: u64,
    lost: u64,
    unread: u64,
    first: Option<u64>,
    last: Option<u64>,
    /// Judged and denied by minute, which is made coarser once the whole is known.
    minutes: BTreeMap<u64, (u64, u64)>,
    reasons: BTreeMap<String, u64>,
    targets: BTreeMap<String, u64>,
    subjects: BTreeMap<String, u64>,
}

impl Totals {
    fn add(&mut self, seen: &Seen) {
        self.lost += u64::from(seen.event == "lost");
        if !matches!(seen.event.as_str(), "decision" | "authentication" | "release") {
            return;
        }
        self.judged += 1;
        self.denied += u64::from(!seen.success);
        if let Some(time) = seen.time_ms() {
            self.first = Some(self.first.map_or(time, |first| first.min(time)));
            self.last = Some(self.last.map_or(time, |last| last.max(time)));
            let (judged, denied) = self.minutes.entry(time / 60_000).or_default();
            *judged += 1;
            *denied += u64::from(!seen.success);
        }
        if !seen.success {
            count(&mut self.reasons, &seen.reason());
            count(&mut self.targets, &seen.target());
            count(&mut self.subjects, &seen.subject());
        }
    }

    fn write(&self, page: &mut String) -> fmt::Result {
        write!(page, "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">")?;
        write!(page, "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")?;
        write!(page, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline'\">")?;
        write!(page, "<title>Adarga audit report</title><style>{STYLE}</style><h1>Audit report</h1>")?;
        let span = match (self.first, self.last) {
            (Some(first), Some(last)) => format!("from {} to {}", date(first), date(last)),
            _ => "no lines".to_owned(),
        };
        write!(page, "<p>{} messages judged, <b>{} denied</b>, {span} (UTC).</p>", self.judged, self.denied)?;
        if self.lost > 0 || self.unread > 0 {
            write!(page, "<p>{} times lines could not be written; {} lines could not be read.</p>", self.lost, self.unread)?;
        }
        page.push_str("<p class=\"s\">Nothing here is verified: <code>adarga audit verify</code> does that.</p>");
        self.over_time(page)?;
        for (title, counts) in
            [("Denials by reason", &self.reasons), ("Denials by tool", &self.targets), ("Denials by subject", &self.subjects)]
        {
            ranking(page, title, counts)?;
        }
        page.push_str("</html>\n");
        Ok(())
    }

    /// One bar for each period: denied below, allowed above.
    fn over_time(&self, page: &mut String) -> fmt::Result {
        let (Some(&first), Some(&last)) = (self.minutes.keys().next(), self.minutes.keys().next_back()) else { return Ok(()) };
        let widths = [1, 5, 15, 60, 180, 720, 1440, 10_080];
        let width = widths.into_iter().find(|width| last / width - first / width < BARS_MAX);
        let width = width.unwrap_or((last - first) / BARS_MAX + 1);
        let mut bars: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
        for (minute, (judged, denied)) in &self.minutes {
            let bar = bars.entry(minute / width - first / width).or_default();
            *bar = (bar.0 + judged, bar.1 + denied);
        }
        let most = bars.values().map(|(judged, _)| *judged).max().unwrap_or(1).max(1);
        let slots = (last / width - first / width + 1).max(12);
        write!(page, "<h2>Over time</h2><p class=\"s\">One bar is {width} minutes; the highest is {most} messages.</p>")?;
        write!(page, "<svg viewBox=\"0 0 960 220\" role=\"img\" aria-label=\"Messages judged and denied over time\">")?;
        for (slot, (judged, denied)) in bars {
            let (x, wide) = (slot * 960 / slots, (960 / slots).saturating_sub(1).max(1));
            let (whole, bad) = (judged * 180 / most, (denied * 180).div_ceil(most));
            let when = date((first / width + slot) * width * 60_000);
            write!(page, "<g><title>{when}: {judged} judged, {denied} denied</title>")?;
            write!(page, "<rect class=\"a\" x=\"{x}\" y=\"{}\" width=\"{wide}\" height=\"{}\"/>", 190 - whole, whole)?;
            write!(page, "<rect class=\"d\" x=\"{x}\" y=\"{}\" width=\"{wide}\" height=\"{bad}\"/></g>", 190 - bad)?;
        }
        write!(page, "<text class=\"n\" x=\"0\" y=\"210\">{}</text>", date(first * 60_000))?;
        write!(page, "<text class=\"n\" x=\"960\" y=\"210\" text-anchor=\"end\">{}</text></svg>", date(last * 60_000))
    }
}

/// The most frequent names, each with a bar.
fn ranking(page: &mut String, title: &str, counts: &BTreeMap<String, u64>) -> fmt::Result {
    let mut rows: Vec<(&str, u64)> = counts.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    rows.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    write!(page, "<h2>{title}</h2>")?;
    let Some((_, most)) = rows.first().copied() else { return page.write_str("<p>None.</p>") };
    let shown = rows.len().min(ROWS_MAX);
    write!(page, "<svg viewBox=\"0 0 960 {}\" role=\"img\" aria-label=\"{title}\">", shown * 26)?;
    for (at, (name, count)) in rows.iter().take(shown).enumerate() {
        let (y, wide) = (at * 26, (count * 520 / most).max(2));
        let name = if name.is_empty() { "(none)".to_owned() } else { harmless(name) };
        write!(page, "<text x=\"0\" y=\"{}\">{name}</text>", y + 17)?;
        write!(page, "<rect class=\"d\" x=\"350\" y=\"{}\" width=\"{wide}\" height=\"18\"/>", y + 3)?;
        write!(page, "<text class=\"n\" x=\"{}\" y=\"{}\">{count}</text>", 358 + wide, y + 17)?;
    }
    page.push_str("</svg>");
    if rows.len() > shown {
        write!(page, "<p class=\"s\">and {} more</p>", rows.len() - shown)?;
    }
    Ok(())
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    let known = counts.len() < NAMES_MAX || counts.contains_key(name);
    *counts.entry(if known { name.to_owned() } else { OTHERS.to_owned() }).or_default() += 1;
}

/// A name that others chose, escaped and not at length.
fn harmless(name: &str) -> String {
    let mut short: String =
        name.chars().take(48).flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect();
    if name.chars().nth(48).is_some() {
        short.push('…');
    }
    let mut buffer = vec![0; short.len() * 8 + 8];
    let escaped = Escape::Html.write(short.as_bytes(), &mut buffer).unwrap_or_default();
    String::from_utf8_lossy(escaped).into_owned()
}

fn date(ms: u64) -> String {
    let time = i64::try_from(ms).ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    time.map_or_else(String::new, |time| time.strftime("%Y-%m-%d %H:%M").to_string())
}
