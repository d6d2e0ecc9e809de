//! What a decoded text looks like: SQL, HTML, a shell command or a path traversal that somebody injects. A kernel.
//!
//! Looks, not proof: what an argument does depends on the server behind. Parameters, encoders and `path::contain` are what
//! makes a server safe; this is the net beneath, which tells attacks that are tried on everything from what people and models say.
//!
//! [`scan`] asks [`suspicious`] first, which clean text passes at memory speed. Then each kind reads the text as its victim would:
//! SQL as tokens, as it stands and as what follows an open quote; HTML as tags and attributes; commands behind separators; paths
//! and what they aim at. Text that holds escapes (percent, entities, backslashes, wide letters) is read once more decoded, through
//! windows of 2 KiB, so a decoded view needs neither an allocator nor memory of the caller.
//!
//! Invariant: every reader goes forward over the text and looks a bounded number of bytes or tokens around itself, so the cost is
//! linear in the length, whatever the text. There is no recursion.
//! Invariant: the verdict is a function of the bytes alone.

mod bytes;
mod html;
mod prefilter;
mod shell;
mod sql;
mod traversal;
mod view;

use crate::reason::Reason;

pub use prefilter::suspicious;

/// What a text may be, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Kinds(u8);

impl Kinds {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// A part of an SQL statement that breaks out of its place (CWE-89), or of a query of another database.
    pub const SQL: Self = Self(1);
    /// Markup or script that a browser would run (CWE-79).
    pub const HTML: Self = Self(1 << 1);
    /// A command of a shell, or code that calls one (CWE-78).
    pub const SHELL: Self = Self(1 << 2);
    /// A path out of its folder, to what systems keep for themselves, or through a wrapper (CWE-22, CWE-98).
    pub const TRAVERSAL: Self = Self(1 << 3);
    /// Everything.
    pub const ALL: Self = Self(0b1111);

    /// The kinds, their names and the reasons of a denial, in the order in which a denial names one.
    pub const NAMED: [(Self, &'static str, Reason); 4] = [
        (Self::SQL, "sql", Reason::ThreatSql),
        (Self::HTML, "html", Reason::ThreatHtml),
        (Self::SHELL, "shell", Reason::ThreatShell),
        (Self::TRAVERSAL, "traversal", Reason::ThreatTraversal),
    ];

    /// The kinds of these bits, as images hold them; bits that stand for none are passed over.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & Self::ALL.0)
    }

    /// One bit for each kind, stable in images.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all of `other` are among them.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These and the others.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of them that are among the others.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The names of what is among them.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMED.into_iter().filter(move |(kind, ..)| self.contains(*kind)).map(|(_, name, _)| name)
    }

    /// Why a call is denied that holds such a text; nothing when there is no kind.
    #[must_use]
    pub fn reason(self) -> Option<Reason> {
        Self::NAMED.into_iter().find(|(kind, ..)| self.contains(*kind)).map(|(.., reason)| reason)
    }

    /// This kind if `holds`, otherwise none.
    const fn when(self, holds: bool) -> Self {
        if holds { self } else { Self::NONE }
    }
}

/// What `text` looks like. It is a decoded text, such as the value of a JSON string, and need not be UTF-8.
///
/// ```
/// use adarga_core::threat::{Kinds, scan};
///
/// assert_eq!(scan(b"1' or '1'='1"), Kinds::SQL);
/// assert_eq!(scan(b"it's rock 'n' roll; I like it"), Kinds::NONE);
/// ```
#[must_use]
pub fn scan(text: &[u8]) -> Kinds {
    if !suspicious(text) {
        return Kinds::NONE;
    }
    let plain = read(text);
    if view::has_escapes(text) { view::windows(text, plain, |kinds, window| kinds.union(read(window))) } else { plain }
}

/// What one view of a text looks like.
fn read(text: &[u8]) -> Kinds {
    Kinds::SQL
        .when(sql::looks(text))
        .union(Kinds::HTML.when(html::looks(text)))
        .union(Kinds::SHELL.when(shell::looks(text)))
        .union(Kinds::TRAVERSAL.when(traversal::looks(text)))
}
