//! One page of HTML that needs nothing beside it: no script, no other file. Names that others chose are escaped and cut.

use std::{
    collections::BTreeMap,
    fmt::{self, Write},
};

use adarga_core::escape::Escape;

use super::report::{Denials, Totals};

/// Rows of a chart.
const ROWS_MAX: usize = 15;
/// Bars over time, at most.
const BARS_MAX: u64 = 120;
/// Bars over time, at least: few wide ones look like a wall.
const BARS_MIN: u64 = 24;
const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}svg{width:100%;display:block}\
.d{fill:#b42318}.a{fill:#c9d1d9}.s{color:#57606a}\
.over{height:11rem}.ends{display:flex;justify-content:space-between;font-size:.8rem;color:#57606a}\
.key{white-space:nowrap}.key:before{content:'';display:inline-block;width:.8em;height:.8em;margin-right:.4em;background:#c9d1d9}.key.bad:before{background:#b42318}\
table{width:100%;table-layout:fixed;border-collapse:collapse;font-size:.85rem}td,th{padding:.15rem .5rem .15rem 0;text-align:left;font-weight:400}\
td:first-child{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}\
.name{width:34%}.time{width:24%}td i{display:inline-block;height:1em;vertical-align:middle;margin-right:.5em;background:#b42318}td svg{height:1.4em}\
@media(max-width:40rem){.time,td:last-child,th:last-child{display:none}}\
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}.d{fill:#f2685c}.a{fill:#3d444d}.s,.ends{color:#9198a1}\
.key:before{background:#3d444d}.key.bad:before,td i{background:#f2685c}}";

/// How time is divided into bars, in minutes.
#[derive(Clone, Copy)]
struct Scale {
    first: u64,
    width: u64,
    slots: u64,
}

impl Scale {
    fn of(minutes: &BTreeMap<u64, (u64, u64)>) -> Option<Self> {
        let (&first, &last) = (minutes.keys().next()?, minutes.keys().next_back()?);
        let widths = [1, 5, 15, 60, 180, 720, 1440, 10_080];
        let width = widths.into_iter().find(|width| last / width - first / width < BARS_MAX);
        let width = width.unwrap_or((last - first) / BARS_MAX + 1);
        Some(Self { first: first / width, width, slots: (last / width - first / width + 1).max(BARS_MIN) })
    }

    fn slot(&self, minute: u64) -> u64 {
        minute / self.width - self.first
    }

    /// When a bar begins.
    fn when(&self, slot: u64) -> String {
        date((self.first + slot) * self.width * 60_000)
    }

    /// How long a bar is.
    fn span(&self) -> String {
        match self.width {
            10_080 => "a week".into(),
            1440 => "a day".into(),
            60 => "an hour".into(),
            1 => "a minute".into(),
            minutes if minutes % 60 == 0 => format!("{} hours", minutes / 60),
            minutes => format!("{minutes} minutes"),
        }
    }
}

/// The page.
pub(super) fn page(totals: &Totals) -> Result<String, fmt::Error> {
    let mut page = String::new();
    write!(page, "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">")?;
    write!(page, "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")?;
    write!(page, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline'\">")?;
    write!(page, "<title>Adarga audit report</title><style>{STYLE}</style><h1>Audit report</h1>")?;
    let span = match (totals.first, totals.last) {
        (Some(first), Some(last)) => format!("from {} to {} (UTC)", date(first), date(last)),
        _ => "no lines".to_owned(),
    };
    write!(page, "<p>{} judged, <b>{} denied</b>, {span}.</p>", messages(totals.judged), totals.denied)?;
    if totals.lost > 0 || totals.unread > 0 {
        write!(page, "<p>{} times lines could not be written; {} lines could not be read.</p>", totals.lost, totals.unread)?;
    }
    page.push_str("<p class=\"s\">Nothing here is verified: <code>adarga audit verify</code> does that.</p>");
    if let Some(scale) = Scale::of(&totals.minutes) {
        over_time(&mut page, totals, scale)?;
        for (title, denials) in [
            ("Denials by reason", &totals.reasons),
            ("Denials by tool", &totals.targets),
            ("Denials by subject", &totals.subjects),
        ] {
            ranking(&mut page, title, denials, scale)?;
        }
    }
    page.push_str("</html>\n");
    Ok(page)
}

/// One bar for each period: denied below, allowed above.
fn over_time(page: &mut String, totals: &Totals, scale: Scale) -> fmt::Result {
    let mut bars: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    for (minute, (judged, denied)) in &totals.minutes {
        let bar = bars.entry(scale.slot(*minute)).or_default();
        *bar = (bar.0 + judged, bar.1 + denied);
    }
    let most = bars.values().map(|(judged, _)| *judged).max().unwrap_or(1).max(1);
    write!(page, "<h2>Over time</h2><p class=\"s\">One bar is {}, the highest {}. ", scale.span(), messages(most))?;
    write!(page, "<span class=\"key bad\">denied</span> <span class=\"key\">allowed</span></p>")?;
    write!(page, "<svg class=\"over\" viewBox=\"0 0 {} 180\" preserveAspectRatio=\"none\" role=\"img\" ", scale.slots * 10)?;
    write!(page, "aria-label=\"Messages judged and denied over time\">")?;
    for (slot, (judged, denied)) in bars {
        let (x, whole, bad) = (slot * 10, judged * 180 / most, (denied * 180).div_ceil(most));
        write!(page, "<g><title>{}: {judged} judged, {denied} denied</title>", scale.when(slot))?;
        write!(page, "<rect class=\"a\" x=\"{x}\" y=\"{}\" width=\"9\" height=\"{whole}\"/>", 180 - whole)?;
        write!(page, "<rect class=\"d\" x=\"{x}\" y=\"{}\" width=\"9\" height=\"{bad}\"/></g>", 180 - bad)?;
    }
    let (from, to) = (scale.when(0), scale.when(scale.slots));
    write!(page, "</svg><div class=\"ends\"><span>{from}</span><span>{to}</span></div>")
}

/// The most frequent names, each with a bar and its course.
fn ranking(page: &mut String, title: &str, denials: &Denials, scale: Scale) -> fmt::Result {
    let mut rows: Vec<_> = denials.iter().collect();
    rows.sort_by(|a, b| b.1.count.cmp(&a.1.count).then(a.0.cmp(b.0)));
    write!(page, "<h2>{title}</h2>")?;
    let Some(most) = rows.first().map(|(_, denied)| denied.count) else { return page.write_str("<p>None.</p>") };
    write!(page, "<table><tr class=\"s\"><th class=\"name\">name<th>denials<th class=\"time\">over time, each for itself")?;
    for (name, denied) in rows.iter().take(ROWS_MAX) {
        let name = if name.is_empty() { "(none)".to_owned() } else { harmless(name) };
        let wide = (denied.count * 1000 / most.max(1)).max(1);
        let (ones, thousandths) = (wide / 1000, wide % 1000);
        write!(
            page,
            "<tr><td>{name}<td><i style=\"width:calc((100% - 5rem)*{ones}.{thousandths:03})\"></i>{}<td>",
            denied.count
        )?;
        course(page, &denied.minutes, scale)?;
    }
    page.push_str("</table>");
    if rows.len() > ROWS_MAX {
        write!(page, "<p class=\"s\">and {} more</p>", rows.len() - ROWS_MAX)?;
    }
    Ok(())
}

/// Denials of one name over the whole time, as high as they get.
fn course(page: &mut String, minutes: &BTreeMap<u64, u64>, scale: Scale) -> fmt::Result {
    let mut bars: BTreeMap<u64, u64> = BTreeMap::new();
    for (minute, count) in minutes {
        *bars.entry(scale.slot(*minute)).or_default() += count;
    }
    let most = bars.values().copied().max().unwrap_or(1).max(1);
    write!(
        page,
        "<svg viewBox=\"0 0 {} 20\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"over time\">",
        scale.slots * 10
    )?;
    for (slot, count) in bars {
        let high = (count * 20).div_ceil(most);
        write!(page, "<rect class=\"d\" x=\"{}\" y=\"{}\" width=\"9\" height=\"{high}\">", slot * 10, 20 - high)?;
        write!(page, "<title>{}: {count}</title></rect>", scale.when(slot))?;
    }
    page.write_str("</svg>")
}

fn messages(count: u64) -> String {
    if count == 1 { "1 message".to_owned() } else { format!("{count} messages") }
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
