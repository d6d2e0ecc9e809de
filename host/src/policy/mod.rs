//! The policy document: from the text a person wrote, TOML or JSON, to types, or to errors with line, column and remedy.
//!
//! [`read`] judges everything that one place of the document can tell: syntax, names of keys, types, ranges, duplicates. What
//! needs more than one place is the compiler's, which points at the text through [`Loaded::error`].
//!
//! ```
//! use adarga_host::policy::{Source, read};
//!
//! let errors = read(Source::new("policy.toml", "[server]\nnam = \"reports\"\n")).err();
//! assert_eq!(
//!     errors.map(|errors| errors.to_string()).as_deref(),
//!     Some("policy.toml:2:1: unknown key `nam` in `server`\n  help: did you mean `name`?")
//! );
//! ```
//!
//! Invariant: nothing here reads a file, knows an image or decides a call. Invariant: no message quotes more than 40 characters
//! of the text.

mod arguments;
mod audit;
mod config;
mod data;
mod de;
mod document;
mod entry;
mod error;
mod faults;
mod fields;
mod from_json;
mod from_toml;
mod identity;
mod position;
mod rates;
mod reserved;
mod root;
mod schema;
mod secret;
mod trail;
mod tree;
mod units;
mod vocabulary;
mod words;

pub use arguments::{Action, EntryThreats, SchemaSource, Threats};
pub use audit::{Audit, AuditArguments, AuditFull, AuditSync, Rotate};
pub use config::Setting;
pub use data::{Data, Errors, Mask, Redaction};
pub use document::{Document, ErrorCodes, Http, Limits, Mode, Server, Stdio, TlsMin};
pub use entry::{Condition, Entry, MethodRule, MethodTable, Operand, Resource, Tool};
pub use error::{PolicyError, PolicyErrors};
pub use identity::{
    ApiKey, ApiKeys, Claims, Identity, Introspection, PermissionsEffect, Principal, Revoked, ScopesEffect, UnknownRoles,
};
pub use rates::{By, Full, RateLimit, Rates, Store, StoreFailed};
pub use reserved::RESERVED;
pub use root::{HardLinks, Links, Profile, Root};
pub use schema::json_schema;
pub use secret::{KeySource, Secret, Secrets};
pub use tree::Step;
pub use units::{Duration, Size};
pub use vocabulary::{Vocabulary, Word};
pub use words::suggest;

use std::ops::Range;

use serde::Deserialize;

use crate::text::escaped;

use error::{Fault, stated};
use position::Positions;
use tree::{Dotted, Node};

/// Longest policy in bytes.
pub const TEXT_MAX: usize = 16 << 20;

/// The text of a policy and the name that errors show for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Name of the file.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl Source {
    /// A text and its name.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// The content of a file and its name.
    ///
    /// # Errors
    /// When the content is not UTF-8, with the place of the first bad byte.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, PolicyErrors> {
        let name = name.into();
        String::from_utf8(bytes).map(|text| Self { name: name.clone(), text }).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes());
            let fault = Fault::in_text(at..at, "not UTF-8", "save the file as UTF-8");
            fault.place(&name, &text, &Positions::new(&text)).into()
        })
    }
}

/// In which of both syntaxes a policy is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// TOML 1.1.
    Toml,
    /// JSON, strict: RFC 8259 without anything that parsers read differently.
    Json,
}

impl Syntax {
    /// By the extension `.toml` or `.json`; for other names JSON when the first character that is no space is `{`.
    #[must_use]
    pub fn of(source: &Source) -> Self {
        match source.name.rsplit_once('.') {
            Some((_, extension)) if extension.eq_ignore_ascii_case("json") => Self::Json,
            Some((_, extension)) if extension.eq_ignore_ascii_case("toml") => Self::Toml,
            _ if source.text.trim_start_matches('\u{FEFF}').trim_start().starts_with('{') => Self::Json,
            _ => Self::Toml,
        }
    }
}

/// A policy that was read: its content, and where each part of it stands.
#[derive(Debug)]
pub struct Loaded<D = Document> {
    /// What the policy says.
    pub document: D,
    source: Source,
    tree: Node,
    positions: Positions,
}

/// Reads a policy.
///
/// # Errors
/// All that is wrong with it. After errors of syntax nothing else is looked for.
pub fn read(source: Source) -> Result<Loaded, PolicyErrors> {
    read_as(source)
}

/// As [`read`], for a document of another kind.
pub(crate) fn read_as<D: for<'de> Deserialize<'de>>(source: Source) -> Result<Loaded<D>, PolicyErrors> {
    let faults = match tree_of(&source) {
        Ok(tree) => match faults::read(&tree) {
            Ok(document) => {
                let positions = Positions::new(&source.text);
                return Ok(Loaded { document, source, tree, positions });
            }
            Err(faults) => faults,
        },
        Err(faults) => faults,
    };
    let positions = Positions::new(&source.text);
    let errors = faults.into_iter().map(|fault| fault.place(&source.name, &source.text, &positions)).collect();
    // a reader that fails without saying why would be a mistake of this module: it still must not pass
    Err(PolicyErrors::new(errors).unwrap_or_else(|| {
        Fault::in_text(0..0, "the policy could not be read", "").place(&source.name, &source.text, &positions).into()
    }))
}

fn tree_of(source: &Source) -> Result<Node, Vec<Fault>> {
    if source.text.len() > TEXT_MAX {
        return Err(vec![Fault::in_text(0..0, format!("longer than {} MiB", TEXT_MAX >> 20), "")]);
    }
    match Syntax::of(source) {
        Syntax::Toml => from_toml::parse(&source.text),
        Syntax::Json => from_json::parse(&source.text),
    }
}

impl<D> Loaded<D> {
    /// The text that was read.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// An error about the value at `path`: it points at the value, or at the deepest one on the way that exists.
    ///
    /// The message is taken as it is but for control characters, which are escaped; an empty `remedy` is none.
    ///
    /// ```
    /// use adarga_host::policy::{Source, read};
    ///
    /// # fn main() -> Result<(), adarga_host::policy::PolicyErrors> {
    /// let loaded = read(Source::new("p.toml", "[server]\nname = \"reports\"\n[stdio]\nrole = \"edtor\"\n"))?;
    /// let error = loaded.error(&["stdio".into(), "role".into()], "unknown role `edtor`", "did you mean `editor`?");
    /// assert_eq!(error.to_string(), "p.toml:4:8: unknown role `edtor`\n  help: did you mean `editor`?");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn error(&self, path: &[Step<'_>], message: impl Into<String>, remedy: impl Into<String>) -> PolicyError {
        self.place(self.tree.span_at(path), path, message.into(), remedy.into())
    }

    /// As [`Loaded::error`], about the last key of `path` instead of its value: a name that is wrong.
    #[must_use]
    pub fn error_of_key(&self, path: &[Step<'_>], message: impl Into<String>, remedy: impl Into<String>) -> PolicyError {
        self.place(self.tree.key_span_at(path), path, message.into(), remedy.into())
    }

    /// Whether the document says something at `path`, be it what the default says.
    pub(crate) fn says(&self, path: &[Step<'_>]) -> bool {
        self.tree.holds(path)
    }

    fn place(&self, span: Range<usize>, path: &[Step<'_>], message: String, remedy: String) -> PolicyError {
        // a message of the compiler names things as they stand there
        let (message, remedy) = (escaped(&message).into_owned(), escaped(&remedy).into_owned());
        let fault = Fault { span, path: Dotted(path).to_string(), message, remedy: stated(remedy) };
        fault.place(&self.source.name, &self.source.text, &self.positions)
    }
}
