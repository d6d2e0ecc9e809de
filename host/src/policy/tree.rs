//! A document as a tree whose every key and value knows its place in the text. Both syntaxes end here.
//!
//! Invariant: no path is deeper than [`DEPTH_MAX`], so that walking and dropping a tree may recurse.

use std::{
    fmt,
    ops::{Deref, Range},
    sync::OnceLock,
};

use super::words::cut;

/// Deepest nesting of a policy.
pub(super) const DEPTH_MAX: usize = 64;

/// A value and where it stands.
#[derive(Debug)]
pub(super) struct Node {
    /// Bytes of the text. A `[table]` of TOML stands at its header, a table that only headers below it imply at its key.
    pub(super) span: Range<usize>,
    pub(super) value: Value,
}

/// What a policy may hold. Neither `null` nor dates: they are refused when the tree is built.
#[derive(Debug)]
pub(super) enum Value {
    Table(Table),
    Array(Vec<Node>),
    String(String),
    Integer(i64),
    /// Only schemas hold such; as near as a double comes.
    Float(f64),
    Bool(bool),
}

/// The members of a table in the order of the text, and how to find one among any number of them.
#[derive(Debug)]
pub(super) struct Table {
    entries: Vec<Entry>,
    /// Places in `entries` by key, made when the first is asked for: most tables are only read through.
    sorted: OnceLock<Vec<usize>>,
}

impl Table {
    fn find(&self, key: &str) -> Option<&Entry> {
        let sorted = self.sorted.get_or_init(|| {
            let mut places: Vec<usize> = (0..self.entries.len()).collect();
            places.sort_by_key(|&place| self.key(place));
            places
        });
        let at = sorted.binary_search_by_key(&key, |&place| self.key(place)).ok()?;
        self.entries.get(*sorted.get(at)?)
    }

    fn key(&self, place: usize) -> &str {
        self.entries.get(place).map_or("", |entry| entry.key.as_str())
    }
}

impl From<Vec<Entry>> for Table {
    fn from(entries: Vec<Entry>) -> Self {
        Self { entries, sorted: OnceLock::new() }
    }
}

impl Deref for Table {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        &self.entries
    }
}

/// A key and its value, in the order of the text.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Range<usize>,
    pub(super) node: Node,
}

impl Node {
    /// What it is, with its article.
    pub(super) const fn kind(&self) -> &'static str {
        match self.value {
            Value::Table(_) => "a table",
            Value::Array(_) => "an array",
            Value::String(_) => "a string",
            Value::Integer(_) => "an integer",
            Value::Float(_) => "a float",
            Value::Bool(_) => "a boolean",
        }
    }

    /// The span of the value that `path` leads to, or of the deepest one that exists on the way.
    pub(super) fn span_at(&self, path: &[Step<'_>]) -> Range<usize> {
        let mut here = self;
        for step in path {
            match here.child(*step) {
                Some((_, node)) => here = node,
                None => break,
            }
        }
        here.span.clone()
    }

    /// The span of the key that ends `path`; of the value where it is an index; as [`Node::span_at`] where it is missing.
    pub(super) fn key_span_at(&self, path: &[Step<'_>]) -> Range<usize> {
        let mut here = (self.span.clone(), self);
        for step in path {
            match here.1.child(*step) {
                Some((key_span, node)) => here = (key_span.unwrap_or_else(|| node.span.clone()), node),
                None => return here.1.span.clone(),
            }
        }
        here.0
    }

    /// Whether there is a value at `path`.
    pub(super) fn holds(&self, path: &[Step<'_>]) -> bool {
        path.iter().try_fold(self, |here, step| here.child(*step).map(|(_, node)| node)).is_some()
    }

    fn child(&self, step: Step<'_>) -> Option<(Option<Range<usize>>, &Self)> {
        match (&self.value, step) {
            (Value::Table(entries), Step::Key(key)) => {
                let entry = entries.find(key)?;
                Some((Some(entry.key_span.clone()), &entry.node))
            }
            (Value::Array(elements), Step::Index(index)) => Some((None, elements.get(index)?)),
            _ => None,
        }
    }
}

/// One step of the way from the document to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// The member of a table.
    Key(&'a str),
    /// The element of an array, from 0.
    Index(usize),
}

impl<'a> From<&'a str> for Step<'a> {
    fn from(key: &'a str) -> Self {
        Self::Key(key)
    }
}

impl<'a> From<&'a String> for Step<'a> {
    fn from(key: &'a String) -> Self {
        Self::Key(key)
    }
}

impl From<usize> for Step<'_> {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// A path as dotted text: `tools.delete_user.when.any[0]`, quoted where a key is no bare key of TOML.
pub(super) struct Dotted<'a>(pub(super) &'a [Step<'a>]);

impl fmt::Display for Dotted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(number) => write!(f, "[{number}]")?,
                Step::Key(key) => {
                    if index > 0 {
                        f.write_str(".")?;
                    }
                    let bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
                    if bare { f.write_str(&cut(key))? } else { write!(f, "\"{}\"", cut(key))? }
                }
            }
        }
        Ok(())
    }
}
