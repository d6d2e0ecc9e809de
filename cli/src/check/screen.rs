//! Where rows are written: a table or JSON Lines on standard output, a progress bar on standard error.

use std::{
    io::{self, IsTerminal, Write},
    time::{Duration, Instant},
};

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::session::Direction;

use super::{
    row::{Row, Summary, Verdict},
    text::{HarmlessJson, cell},
};

/// Files longer than this are worth a progress bar, in bytes.
const BAR_MIN: u64 = 8 << 20;
/// Written at once, in bytes.
const CHUNK: usize = 1 << 16;
/// How long a row may wait before a person sees it.
const PATIENCE: Duration = Duration::from_millis(100);
/// Columns where there is no terminal.
const WIDTH: usize = 120;
/// Columns that rows need at least.
const WIDTH_MIN: usize = 72;

/// Widths of the columns that share what the fixed ones leave.
#[derive(Clone, Copy, Debug)]
struct Widths {
    method: usize,
    target: usize,
    reason: usize,
    pointer: usize,
}

impl Widths {
    /// `n`, direction, verdict and the gaps take 29 columns.
    fn of(width: usize) -> Self {
        let width = width.max(WIDTH_MIN);
        let reason = if width < 100 { 18 } else { 20 };
        let rest = width - 29 - reason;
        let (method, pointer) = (rest * 7 / 20, rest / 4);
        Self { method, target: rest - method - pointer, reason, pointer }
    }
}

/// The output of one check.
#[derive(Debug)]
pub(super) struct Screen {
    json: bool,
    colour: bool,
    widths: Widths,
    begun: bool,
    buffer: Vec<u8>,
    flushed: Instant,
    bar: Option<ProgressBar>,
}

impl Screen {
    /// Output as JSON or as a table; `file_len` is what the bar counts to.
    pub(super) fn new(json: bool, file_len: Option<u64>) -> Self {
        let stdout = io::stdout();
        let bar = file_len.filter(|len| *len > BAR_MIN && io::stderr().is_terminal()).map(|len| {
            let bar = ProgressBar::with_draw_target(Some(len), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes}, {eta} left");
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self {
            json,
            colour: !json && anstream::AutoStream::choice(&stdout) != ColorChoice::Never,
            widths: Widths::of(terminal_width(&stdout).unwrap_or(WIDTH)),
            begun: false,
            buffer: Vec::with_capacity(2 * CHUNK),
            flushed: Instant::now(),
            bar,
        }
    }

    /// Writes a row; `consumed` bytes of the file are done.
    pub(super) fn row(&mut self, row: &Row, consumed: u64) -> io::Result<()> {
        if self.json {
            self.object(row)?
        } else {
            self.line(row)
        }
        if let Some(bar) = &self.bar {
            bar.set_position(consumed);
        }
        if self.buffer.len() >= CHUNK || self.flushed.elapsed() >= PATIENCE { self.flush() } else { Ok(()) }
    }

    /// Writes what there is to say at the end.
    pub(super) fn summary(&mut self, summary: &Summary) -> io::Result<()> {
        if self.json {
            #[derive(Serialize)]
            struct Last<'s> {
                summary: &'s Summary,
            }
            return self.object(&Last { summary });
        }
        let Summary { messages, allowed, denied, observed, edited, expected, unmet, .. } = *summary;
        let mut text = if self.begun { "\n".to_owned() } else { String::new() };
        let plural = if messages == 1 { "" } else { "s" };
        text += &format!("{messages} message{plural}");
        if messages != 0 {
            text += &format!(": {allowed} allowed ({edited} edited), {denied} denied");
        }
        if observed != 0 {
            text += &format!("; {observed} of the allowed would be denied if the policy were enforced");
        }
        text.push('\n');
        for (reason, count) in &summary.reasons {
            text += &format!("{count:>9}  {reason}\n");
        }
        if expected != 0 {
            text += &format!("{expected} expected verdicts: {} met, {unmet} not met\n", expected - unmet);
        }
        self.buffer.extend_from_slice(text.as_bytes());
        Ok(())
    }

    /// Hands over what was written; the bar steps aside meanwhile.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let buffer = &self.buffer;
        let write = || {
            let mut stdout = io::stdout().lock();
            stdout.write_all(buffer).and_then(|()| stdout.flush())
        };
        let written = match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        };
        self.buffer.clear();
        self.flushed = Instant::now();
        written
    }

    /// Takes the bar away.
    pub(super) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn object(&mut self, value: &impl Serialize) -> io::Result<()> {
        value.serialize(&mut serde_json::Serializer::with_formatter(&mut self.buffer, HarmlessJson))?;
        self.buffer.push(b'\n');
        Ok(())
    }

    fn line(&mut self, row: &Row) {
        let mut text = String::new();
        if !std::mem::replace(&mut self.begun, true) {
            let bold = Style::new().bold();
            self.cells(&mut text, ["", "n", "dir", "method", "name", "verdict", "reason", "pointer"], bold, bold);
        }
        let unmet = row.met == Some(false);
        let number = format!("{:>6}", row.n);
        let method = match (&row.subject.method, row.subject.items) {
            (Some(method), None) => method.clone(),
            (Some(method), Some(items)) => format!("{items}x {method}"),
            (None, _) => "-".to_owned(),
        };
        let dir = if row.dir == Direction::ToServer { "c2s" } else { "s2c" };
        let reason = if row.verdict == Verdict::Deny || row.verdict == Verdict::Observe { row.reason } else { "" };
        let pointer = row.pointer.as_deref().unwrap_or_default();
        let note = match &row.expect {
            Some(expect) if unmet => format!("expected {expect} {pointer}"),
            _ => pointer.to_owned(),
        };
        let target = row.subject.target.as_deref().unwrap_or_default();
        let colour = match row.verdict {
            Verdict::Allow => AnsiColor::Green,
            Verdict::Deny => AnsiColor::Red,
            Verdict::Observe | Verdict::Edit => AnsiColor::Yellow,
        };
        let verdict = Style::new().fg_color(Some(colour.into()));
        let mark = if unmet { "!" } else { "" };
        let plain = if unmet { Style::new().bold() } else { Style::new() };
        self.cells(&mut text, [mark, &number, dir, &method, target, row.verdict.name(), reason, &note], plain, verdict);
        if let Some(rule) = &row.rule {
            // names in it were made harmless where it was made
            text += &format!("{:>9}{rule}\n", "");
        }
        self.buffer.extend_from_slice(text.as_bytes());
    }

    /// Appends one line of the table.
    fn cells(&self, text: &mut String, cells: [&str; 8], plain: Style, verdict: Style) {
        let Widths { method, target, reason, pointer } = self.widths;
        let widths = [1, 6, 3, method, target, 7, reason, pointer];
        for (column, (content, width)) in cells.into_iter().zip(widths).enumerate() {
            let style = if column == 5 || column == 6 { verdict } else { plain };
            let styled = self.colour && style != Style::new();
            if column > 1 {
                text.push_str("  ");
            }
            if styled {
                text.push_str(&style.render().to_string());
            }
            // a number is never cut
            if column == 1 {
                text.push_str(&format!("{content:>width$}"))
            } else {
                cell(text, content, width)
            }
            if styled {
                text.push_str(&style.render_reset().to_string());
            }
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
}

/// Columns of the terminal that a person reads the table on.
fn terminal_width(stdout: &io::Stdout) -> Option<usize> {
    if !stdout.is_terminal() {
        return None;
    }
    #[cfg(unix)]
    if let Ok(size) = rustix::termios::tcgetwinsize(stdout)
        && size.ws_col != 0
    {
        return Some(usize::from(size.ws_col));
    }
    std::env::var("COLUMNS").ok()?.parse().ok()
}
