//! Reading the tape.

use core::ops::Range;

use crate::{num, text};

use super::{
    Integer, Parsed,
    scratch::{Node, Scratch},
};

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number, kept as its text.
    Number,
    /// A string or the key of a member.
    String,
    /// `[…]`
    Array,
    /// `{…}`
    Object,
}

impl Kind {
    #[inline]
    pub(crate) const fn bits(self) -> u32 {
        match self {
            Self::Null => 0,
            Self::Bool => 1,
            Self::Number => 2,
            Self::String => 3,
            Self::Array => 4,
            Self::Object => 5,
        }
    }

    #[inline]
    pub(super) const fn from_bits(bits: u32) -> Self {
        match bits & 7 {
            1 => Self::Bool,
            2 => Self::Number,
            3 => Self::String,
            4 => Self::Array,
            5 => Self::Object,
            _ => Self::Null,
        }
    }
}

/// A parsed input: the tape, the arena and the bytes they point into.
#[derive(Clone, Copy, Debug)]
pub struct Document<'t> {
    input: &'t [u8],
    nodes: &'t [Node],
    text: &'t [u8],
}

impl<'t> Document<'t> {
    /// Views what [`parse`](super::parse) left in `scratch` for `input`. With another input than the parsed one the answers are
    /// wrong, but nothing breaks.
    #[must_use]
    pub fn new(input: &'t [u8], scratch: &'t Scratch<'_>, parsed: Parsed) -> Self {
        Self::over(input, scratch.nodes, scratch.text, parsed.nodes)
    }

    #[inline]
    pub(super) fn over(input: &'t [u8], nodes: &'t [Node], text: &'t [u8], len: u32) -> Self {
        Self { input, nodes: nodes.get(..num::index(len)).unwrap_or(nodes), text }
    }

    /// The value that stands at `index` of the tape.
    #[inline]
    #[must_use]
    pub fn value(self, index: u32) -> Option<Value<'t>> {
        let node = *self.nodes.get(num::index(index))?;
        Some(Value { document: self, index, node })
    }

    /// The name of the member whose key stands at `index`, and the node of its value, which is the next one.
    #[inline(always)]
    pub(crate) fn member(self, index: u32) -> Option<(&'t [u8], Node)> {
        let [key, value] = self.nodes.get(num::index(index)..)?.first_chunk::<2>()?;
        Some((self.text_of(*key)?, *value))
    }

    /// The node that stands at `index`: for loops that would copy a [`Value`] at every step.
    #[inline(always)]
    pub(crate) fn node(self, index: u32) -> Option<Node> {
        self.nodes.get(num::index(index)).copied()
    }

    /// Whether a node is the key of a member: in JSON a colon follows those strings alone.
    #[inline(always)]
    pub(crate) fn is_key(self, node: Node) -> bool {
        if node.kind_bits() != Kind::String.bits() {
            return false;
        }
        // behind the quotation mark that closes it
        let mut rest = self.input.iter().skip(num::index(node.end).saturating_add(1));
        rest.find(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) == Some(&b':')
    }

    /// The decoded text of a node; of one that is no string it is empty.
    #[inline(always)]
    pub(crate) fn text(self, node: Node) -> &'t [u8] {
        if node.kind_bits() == Kind::String.bits() { self.text_of(node).unwrap_or_default() } else { &[] }
    }

    /// The bytes in the input of a node that is no string.
    #[inline(always)]
    pub(crate) fn raw(self, node: Node) -> &'t [u8] {
        self.input.get(num::index(node.start)..num::index(node.end)).unwrap_or_default()
    }

    /// The value of a node that stands at `index`.
    #[inline(always)]
    pub(crate) const fn at(self, index: u32, node: Node) -> Value<'t> {
        Value { document: self, index, node }
    }

    /// The decoded text of a node that is a string.
    #[inline]
    fn text_of(self, node: Node) -> Option<&'t [u8]> {
        if !node.flag() {
            return self.input.get(num::index(node.start)..num::index(node.end));
        }
        let start = num::index(node.aux);
        self.text.get(start..start.saturating_add(num::index(node.count())))
    }

    /// The outermost value.
    #[inline]
    #[must_use]
    pub fn root(self) -> Value<'t> {
        self.value(0).unwrap_or(Value { document: self, index: 0, node: Node::default() })
    }

    /// The bytes that were parsed.
    #[must_use]
    pub const fn input(self) -> &'t [u8] {
        self.input
    }
}

/// One value of a [`Document`].
#[derive(Clone, Copy, Debug)]
pub struct Value<'t> {
    document: Document<'t>,
    index: u32,
    node: Node,
}

impl<'t> Value<'t> {
    /// What it is.
    #[inline]
    #[must_use]
    pub const fn kind(self) -> Kind {
        self.node.kind()
    }

    /// Its place on the tape; survives as a plain number where a borrow can't.
    #[inline]
    #[must_use]
    pub const fn index(self) -> u32 {
        self.index
    }

    /// Its node.
    #[inline(always)]
    pub(crate) const fn node(self) -> Node {
        self.node
    }

    /// The document it belongs to, where it stands.
    #[inline(always)]
    pub(crate) const fn document_ref(&self) -> &Document<'t> {
        &self.document
    }

    /// The document it belongs to.
    #[inline]
    #[must_use]
    pub const fn document(self) -> Document<'t> {
        self.document
    }

    /// Members of an object or elements of an array; 0 for all else.
    #[inline]
    #[must_use]
    pub const fn len(self) -> usize {
        match self.kind() {
            Kind::Array | Kind::Object => num::index(self.node.count()),
            _ => 0,
        }
    }

    /// Whether it holds neither member nor element.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The decoded text of a string, UTF-8.
    #[inline]
    #[must_use]
    pub fn text(self) -> Option<&'t [u8]> {
        if self.kind() == Kind::String { self.document.text_of(self.node) } else { None }
    }

    /// Its value when it is a number in integer form that every parser reads exactly.
    #[must_use]
    pub fn integer(self) -> Option<Integer> {
        if self.kind() == Kind::Number && self.node.flag() { Integer::read(self.raw()) } else { None }
    }

    /// Whether it is a number with neither fraction nor exponent.
    #[inline]
    #[must_use]
    pub const fn has_integer_form(self) -> bool {
        self.node.has_integer_form()
    }

    /// Its value when it is `true` or `false`.
    #[inline]
    #[must_use]
    pub fn boolean(self) -> Option<bool> {
        (self.kind() == Kind::Bool).then(|| self.node.flag())
    }

    /// Where it stands in the input, quotes and brackets included.
    #[inline]
    #[must_use]
    pub fn span(self) -> Range<usize> {
        let (start, end) = (num::index(self.node.start), num::index(self.node.end));
        match self.kind() {
            Kind::String => start.saturating_sub(1)..end.saturating_add(1),
            _ => start..end,
        }
    }

    /// Its bytes in the input, quotes and brackets included.
    #[inline]
    #[must_use]
    pub fn raw(self) -> &'t [u8] {
        self.document.input.get(self.span()).unwrap_or_default()
    }

    /// The members of an object in order; none for all else.
    #[inline]
    #[must_use]
    pub fn members(self) -> Members<'t> {
        let left = if self.kind() == Kind::Object { self.node.count() } else { 0 };
        Members { document: self.document, at: self.index.saturating_add(1), left }
    }

    /// The elements of an array in order; none for all else.
    #[inline]
    #[must_use]
    pub fn elements(self) -> Elements<'t> {
        let left = if self.kind() == Kind::Array { self.node.count() } else { 0 };
        Elements { document: self.document, at: self.index.saturating_add(1), left }
    }

    /// The names of the members of an object in order, each with the place of its value on the tape ([`Document::value`]); none for
    /// all else. For searches, which look at few of the values: the key stands before it.
    #[inline]
    pub fn places(self) -> impl Iterator<Item = (&'t [u8], u32)> {
        let document = self.document;
        let mut left = if self.kind() == Kind::Object { self.node.count() } else { 0 };
        let mut at = self.index.saturating_add(1);
        core::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            let (key_at, value_at) = (at, at.saturating_add(1));
            let key = *document.nodes.get(num::index(key_at))?;
            at = document.nodes.get(num::index(value_at))?.next(value_at);
            Some((document.text_of(key)?, value_at))
        })
    }

    /// The value of the member named `name`.
    #[inline]
    #[must_use]
    pub fn get(self, name: &[u8]) -> Option<Self> {
        let (_, at) = self.places().find(|(text, _)| text::equal(text, name))?;
        self.document.value(at)
    }

    /// What one reference token of a JSON Pointer (RFC 6901 §4) leads to.
    #[must_use]
    pub fn step(self, token: &[u8]) -> Option<Self> {
        match self.kind() {
            Kind::Object => self.get(token),
            // no leading zeros, no sign, and `-` is past the end
            Kind::Array if matches!(token, [b'0'] | [b'1'..=b'9', ..]) => {
                self.elements().nth(usize::try_from(Integer::read(token)?.get()).ok()?)
            }
            _ => None,
        }
    }

    /// The place after it and all that it holds.
    #[inline]
    pub(crate) const fn next(self) -> u32 {
        self.node.next(self.index)
    }
}

/// See [`Value::members`].
#[derive(Clone, Debug)]
pub struct Members<'t> {
    document: Document<'t>,
    at: u32,
    left: u32,
}

impl<'t> Iterator for Members<'t> {
    type Item = (Value<'t>, Value<'t>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let key = self.document.value(self.at)?;
        let value = self.document.value(self.at.saturating_add(1))?;
        self.at = value.next();
        Some((key, value))
    }
}

/// See [`Value::elements`].
#[derive(Clone, Debug)]
pub struct Elements<'t> {
    document: Document<'t>,
    at: u32,
    left: u32,
}

impl<'t> Iterator for Elements<'t> {
    type Item = Value<'t>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let value = self.document.value(self.at)?;
        self.at = value.next();
        Some(value)
    }
}
