//! What is wrong with a policy, where it stands, and what to do about it.

use std::{fmt, ops::Range};

use super::position::Positions;

/// One error of a policy: place, message, remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// Name of the file as the caller gave it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Place inside the document, dotted: `tools.delete_user.permission`, `stdio.env[2]`; empty for the whole document.
    pub path: String,
    /// What is wrong: lower case, no full stop, input in backticks and cut to 40 characters.
    pub message: String,
    /// What would make it right.
    pub remedy: Option<String>,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        match &self.remedy {
            Some(remedy) => write!(f, "\n  help: {remedy}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for PolicyError {}

/// All errors found in a policy, in source order. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyErrors(Vec<PolicyError>);

impl PolicyErrors {
    /// The errors in source order, or nothing when there are none.
    #[must_use]
    pub fn new(mut errors: Vec<PolicyError>) -> Option<Self> {
        errors.sort_by_key(|error| (error.line, error.column));
        (!errors.is_empty()).then_some(Self(errors))
    }

    /// The errors as a slice.
    #[must_use]
    pub fn as_slice(&self) -> &[PolicyError] {
        &self.0
    }

    /// In source order.
    pub fn iter(&self) -> std::slice::Iter<'_, PolicyError> {
        self.0.iter()
    }
}

impl From<PolicyError> for PolicyErrors {
    fn from(error: PolicyError) -> Self {
        Self(vec![error])
    }
}

impl<'a> IntoIterator for &'a PolicyErrors {
    type Item = &'a PolicyError;
    type IntoIter = std::slice::Iter<'a, PolicyError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for PolicyErrors {
    type Item = PolicyError;
    type IntoIter = std::vec::IntoIter<PolicyError>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Errors that are shown at once: a file of another kind has one in each line.
const SHOWN_MAX: usize = 20;

impl fmt::Display for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().take(SHOWN_MAX).enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        match self.0.len().checked_sub(SHOWN_MAX) {
            None | Some(0) => Ok(()),
            Some(more) => write!(f, "\nand {more} more"),
        }
    }
}

impl std::error::Error for PolicyErrors {}

/// An error that still knows its place as bytes of the text.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) span: Range<usize>,
    pub(super) path: String,
    pub(super) message: String,
    pub(super) remedy: Option<String>,
}

impl Fault {
    /// A fault of the text itself, which has no place inside the document yet.
    pub(super) fn in_text(span: Range<usize>, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { span, path: String::new(), message: message.into(), remedy: stated(remedy) }
    }

    /// Turns bytes into line and column.
    pub(super) fn place(self, file: &str, text: &str, positions: &Positions) -> PolicyError {
        let Self { span, path, message, remedy } = self;
        let (line, column) = positions.locate(text, span.start);
        PolicyError { file: file.to_owned(), line, column, path, message, remedy }
    }
}

/// What a visitor says about a value whose place it cannot know.
///
/// It travels through serde's `Error::custom`, which takes nothing but a text: the first line is the message, the second one the
/// remedy. [`quote`](super::words::quote) leaves no line break in what it quotes.
#[derive(Debug)]
pub(super) struct Complaint {
    message: String,
    remedy: Option<String>,
}

impl Complaint {
    pub(super) fn new(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { message: message.into(), remedy: stated(remedy) }
    }

    /// The reverse of `to_string`.
    pub(super) fn read(text: &str) -> Self {
        let (message, remedy) = text.split_once('\n').unwrap_or((text, ""));
        Self::new(message, remedy)
    }

    pub(super) fn into_parts(self) -> (String, Option<String>) {
        (self.message, self.remedy)
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.remedy {
            Some(remedy) => write!(f, "\n{remedy}"),
            None => Ok(()),
        }
    }
}

/// An empty remedy is none.
pub(super) fn stated(remedy: impl Into<String>) -> Option<String> {
    Some(remedy.into()).filter(|remedy| !remedy.is_empty())
}
