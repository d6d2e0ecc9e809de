//! What is wrong with a schema, and where.

use std::fmt;

/// Why a schema cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    /// JSON Pointer of the culprit in its document; empty for the whole document.
    pub pointer: String,
    /// What is wrong: lower case, no full stop, input in backticks and cut to 60 characters.
    pub message: String,
    /// What would make it right; may be empty.
    pub remedy: String,
}

impl SchemaError {
    pub(crate) fn whole(message: impl Into<String>) -> Self {
        Self::new("", message, "")
    }

    pub(super) fn new(pointer: impl Into<String>, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into(), remedy: remedy.into() }
    }
}

/// Text of a schema for a message: cut, on one line.
pub(super) fn cut(text: &str) -> String {
    const MAX: usize = 60;
    let mut short: String = text.chars().take(MAX).flat_map(char::escape_default).collect();
    if text.chars().nth(MAX).is_some() {
        short.push('…');
    }
    short
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.pointer.is_empty() {
            write!(f, "{}: ", cut(&self.pointer))?;
        }
        f.write_str(&self.message)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, "\n  help: {}", self.remedy) }
    }
}

impl std::error::Error for SchemaError {}
