//! What a search or a report reads of a line. Nothing is verified here.

use std::borrow::Cow;

use adarga_core::audit::parse_time;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::{Failure, args::AuditFilter};

/// A line.
#[derive(Deserialize)]
pub(super) struct Seen {
    pub(super) event: String,
    pub(super) success: bool,
    pub(super) time: String,
    #[serde(default)]
    reason: Value,
    #[serde(default)]
    subject: Value,
    #[serde(default)]
    target: Value,
}

impl Seen {
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(line).ok()
    }

    pub(super) fn time_ms(&self) -> Option<u64> {
        parse_time(self.time.as_bytes())
    }

    pub(super) fn reason(&self) -> Cow<'_, str> {
        shown(&self.reason)
    }

    pub(super) fn subject(&self) -> Cow<'_, str> {
        shown(&self.subject)
    }

    pub(super) fn target(&self) -> Cow<'_, str> {
        shown(&self.target)
    }
}

/// A text, or the hash of one that was too long.
fn shown(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => text.into(),
        Value::Object(marker) => match marker.get("sha256").and_then(Value::as_str) {
            Some(hash) => format!("sha256:{hash}").into(),
            None => "".into(),
        },
        _ => "".into(),
    }
}

/// Which lines are asked for.
pub(super) struct Filter<'a> {
    args: &'a AuditFilter,
    since: Option<u64>,
    until: Option<u64>,
}

impl<'a> Filter<'a> {
    pub(super) fn new(args: &'a AuditFilter) -> Result<Self, Failure> {
        let time = |text: &Option<String>| text.as_deref().map(time).transpose();
        Ok(Self { args, since: time(&args.since)?, until: time(&args.until)? })
    }

    pub(super) fn takes(&self, seen: &Seen) -> bool {
        let Self { args, since, until } = self;
        let is = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
        let reason = |wanted: &str| {
            let found = seen.reason();
            // `path` stands for `path.escape` and all others of its kind
            found == wanted || found.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.'))
        };
        let time = seen.time_ms();
        is(&args.subject, &seen.subject())
            && is(&args.tool, &seen.target())
            && is(&args.event, &seen.event)
            && args.reason.as_deref().is_none_or(reason)
            && !(args.denied && seen.success)
            && since.is_none_or(|since| time.is_some_and(|time| time >= since))
            && until.is_none_or(|until| time.is_some_and(|time| time < until))
    }
}

/// A date, whose first moment in UTC is meant, or a time of RFC 3339.
fn time(text: &str) -> Result<u64, Failure> {
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    let time = whole.parse::<Timestamp>().ok();
    let ms = time.and_then(|time| u64::try_from(time.as_millisecond()).ok());
    ms.ok_or_else(|| "a time is written `2026-01-31` or `2026-01-31T12:00:00Z`".into())
}
