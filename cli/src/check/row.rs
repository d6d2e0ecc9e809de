//! What is said of one recorded message, and of all together.

use std::collections::BTreeMap;

use adarga_core::{
    Reason,
    json::{Kind, Value},
    method::{Method, Target},
};
use serde::Serialize;

use crate::session::Direction;

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    /// Passed on as it is.
    Allow,
    /// Not passed on.
    Deny,
    /// Passed on although the policy speaks against it: it only observes.
    Observe,
    /// Passed on, but not all of it.
    Edit,
}

impl Verdict {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Observe => "observe",
            Self::Edit => "edit",
        }
    }
}

/// What a message is about, as far as it could be read.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Subject {
    /// Its method; of an answer, the request's.
    pub(super) method: Option<String>,
    /// The tool, prompt or resource.
    pub(super) target: Option<String>,
    /// Messages of a batch, of which the two above describe the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) items: Option<usize>,
}

impl Subject {
    /// Reads it from a message or a batch.
    pub(super) fn of(root: Value<'_>) -> Self {
        if root.kind() == Kind::Array {
            let first = root.elements().next().map(Self::of).unwrap_or_default();
            return Self { items: Some(root.len()), ..first };
        }
        let text = |value: Option<Value<'_>>| Some(String::from_utf8_lossy(value?.text()?).into_owned());
        let name = root.get(b"method").and_then(Value::text).unwrap_or_default();
        let params = |member: &[u8]| root.get(b"params").and_then(|params| params.get(member));
        let target = match Method::from_name(name).and_then(Method::rule).map(|rule| rule.target) {
            Some(Target::Tool | Target::Prompt) => params(b"name"),
            Some(Target::Resource) => params(b"uri"),
            Some(Target::Reference) => params(b"ref").and_then(|to| to.get(b"name").or_else(|| to.get(b"uri"))),
            Some(Target::Subscriptions) => {
                let uris = params(b"notifications").and_then(|filter| filter.get(b"resourceSubscriptions"));
                uris.and_then(|uris| uris.elements().next())
            }
            Some(Target::Method) | None => None,
        };
        Self { method: text(root.get(b"method")), target: text(target), items: None }
    }
}

/// What is said of one message.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    /// The line in the file.
    pub(super) n: u64,
    pub(super) dir: Direction,
    #[serde(flatten)]
    pub(super) subject: Subject,
    pub(super) verdict: Verdict,
    pub(super) reason: &'static str,
    /// Where the culprit stands: a JSON Pointer, or `byte N` where the message is no JSON.
    pub(super) pointer: Option<String>,
    /// The rule of the policy that a denial rests on, where it is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<String>,
    /// The HTTP status of the gate's answer; nothing for what a server says.
    pub(super) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expect: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) met: Option<bool>,
}

/// Whether a verdict is what was expected. What only a running gate can find (a timeout, a full queue: `host.*`) is not in a
/// recording: such a message has to be one that the policy lets through.
pub(super) fn is_met(expected: Reason, verdict: Verdict, reason: Reason) -> bool {
    expected == reason || (verdict != Verdict::Deny && (expected == Reason::Allowed || is_of_host(expected)))
}

/// Whether a reason is about a running gate and its file system rather than about a message.
pub(super) fn is_of_host(reason: Reason) -> bool {
    reason.number() >= 9000 || matches!(reason, Reason::PathAbsent | Reason::PathKind | Reason::PathLink)
}

/// What is said of all messages together.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Summary {
    pub(super) messages: u64,
    /// Those passed on, whole or edited.
    pub(super) allowed: u64,
    pub(super) denied: u64,
    /// Those passed on only because the policy observes; part of `allowed`.
    pub(super) observed: u64,
    /// Answers that were edited; part of `allowed`.
    pub(super) edited: u64,
    /// Why messages were denied, or would be.
    pub(super) reasons: BTreeMap<&'static str, u64>,
    pub(super) expected: u64,
    pub(super) unmet: u64,
}

impl Summary {
    /// Counts one message.
    pub(super) fn add(&mut self, row: &Row) {
        self.messages += 1;
        match row.verdict {
            Verdict::Deny => self.denied += 1,
            _ => self.allowed += 1,
        }
        self.observed += u64::from(row.verdict == Verdict::Observe);
        self.edited += u64::from(row.verdict == Verdict::Edit);
        if matches!(row.verdict, Verdict::Deny | Verdict::Observe) {
            *self.reasons.entry(row.reason).or_default() += 1;
        }
        self.expected += u64::from(row.met.is_some());
        self.unmet += u64::from(row.met == Some(false));
    }
}
