//! The tokenizer: one pass over the input, one loop, no recursion.

use crate::{num, reason::Reason};

use super::{
    Document, INPUT_MAX, Kind, keys, number,
    scratch::{Node, Scratch},
    string,
};

/// Bounds of what is accepted. They stand in the policy image, so that the same bytes get the same verdict everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Deepest nesting of arrays and objects; `[[]]` has depth 2.
    pub depth_max: u16,
    /// Most values and keys together.
    pub values_max: u32,
}

/// A plain record of what [`parse`] left in the scratch memory; [`Document::new`] views it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    pub(super) nodes: u32,
    nul_key: u32,
}

impl Parsed {
    /// Index of the first key that holds U+0000, at which C programs stop reading.
    #[must_use]
    pub const fn nul_key(self) -> Option<u32> {
        self.nul_key.checked_sub(1)
    }
}

/// Why an input is not one strict JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// One of the `json.*` reasons.
    pub reason: Reason,
    /// Offset of the offending byte.
    pub at: usize,
}

/// Parses `input`, one JSON value with nothing but white space around it, into `scratch`.
///
/// # Errors
/// A [`Refusal`] with the first offence. [`Reason::HostScratch`] when the memory is smaller than the limits ask for.
pub fn parse(input: &[u8], limits: Limits, scratch: &mut Scratch<'_>) -> Result<Parsed, Refusal> {
    if input.len() > INPUT_MAX {
        return Err(Refusal { reason: Reason::BodySize, at: INPUT_MAX });
    }
    let Scratch { nodes, slots, text, seed } = scratch;
    let nodes_max = nodes.len().min(num::index(limits.values_max));
    let full = if nodes_max < num::index(limits.values_max) { Reason::HostScratch } else { Reason::JsonValues };
    let mut parser = Parser {
        input,
        at: 0,
        nodes: nodes.get_mut(..nodes_max).unwrap_or_default(),
        len: 0,
        text,
        text_len: 0,
        slots,
        seed: *seed,
        open: NONE,
        depth: 0,
        depth_max: limits.depth_max,
        nul_key: 0,
        full,
    };
    match parser.document() {
        Ok(()) => Ok(Parsed { nodes: parser.len, nul_key: parser.nul_key }),
        Err(reason) => Err(Refusal { reason, at: parser.at.min(input.len()) }),
    }
}

const NONE: u32 = u32::MAX;

struct Parser<'i, 'm> {
    input: &'i [u8],
    at: usize,
    nodes: &'m mut [Node],
    len: u32,
    text: &'m mut [u8],
    text_len: usize,
    slots: &'m mut [u32],
    seed: (u64, u64),
    /// The innermost container that is still open; its `aux` names the one around it.
    open: u32,
    depth: u16,
    depth_max: u16,
    nul_key: u32,
    /// What to say when the tape is full: too many values, or less memory than the limits ask for.
    full: Reason,
}

impl Parser<'_, '_> {
    fn document(&mut self) -> Result<(), Reason> {
        self.plain_utf8()?;
        self.space();
        loop {
            // here a value starts
            if self.value()? {
                continue;
            }
            // here a value has ended
            if self.after_value()? {
                return Ok(());
            }
        }
    }

    /// No byte order mark and no UTF-16 or UTF-32, whose ASCII characters have a zero byte on one side.
    fn plain_utf8(&self) -> Result<(), Reason> {
        match self.input {
            [0xEF, 0xBB, 0xBF, ..] | [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, ..] | [_, 0, ..] => Err(Reason::JsonEncoding),
            _ => Ok(()),
        }
    }

    /// Reads a scalar or opens a container. True when a value must follow at once, inside that container.
    #[inline]
    fn value(&mut self) -> Result<bool, Reason> {
        match self.peek() {
            Some(b'"') => self.string().map(|()| false),
            Some(b'{') => {
                self.open(Kind::Object)?;
                self.space();
                if self.peek() == Some(b'}') {
                    return Ok(false);
                }
                self.key()?;
                Ok(true)
            }
            Some(b'[') => {
                self.open(Kind::Array)?;
                self.space();
                Ok(self.peek() != Some(b']'))
            }
            Some(b'-' | b'0'..=b'9') => self.number().map(|()| false),
            Some(b't') => self.literal(b"true", Kind::Bool, true).map(|()| false),
            Some(b'f') => self.literal(b"false", Kind::Bool, false).map(|()| false),
            Some(b'n') => self.literal(b"null", Kind::Null, false).map(|()| false),
            Some(b'N' | b'I') => Err(Reason::JsonNan),
            Some(b'+' | b'.') => Err(Reason::JsonNumber),
            _ => Err(Reason::JsonSyntax),
        }
    }

    /// Closes containers until a comma asks for another value. True when the document is complete.
    #[inline]
    fn after_value(&mut self) -> Result<bool, Reason> {
        loop {
            self.space();
            let Some(&open) = self.nodes.get(num::index(self.open)) else {
                return if self.at == self.input.len() { Ok(true) } else { Err(Reason::JsonTrailing) };
            };
            let object = open.kind() == Kind::Object;
            match self.peek() {
                Some(b',') => {
                    self.bump(1);
                    self.space();
                    if object {
                        self.key()?;
                    }
                    return Ok(false);
                }
                Some(b'}') if object => self.close(open)?,
                Some(b']') if !object => self.close(open)?,
                _ => return Err(Reason::JsonSyntax),
            }
        }
    }

    #[inline]
    fn key(&mut self) -> Result<(), Reason> {
        if self.peek() != Some(b'"') {
            return Err(Reason::JsonSyntax);
        }
        let (node, nul) = self.text()?;
        self.push(node)?;
        if nul && self.nul_key == 0 {
            self.nul_key = self.len;
        }
        self.space();
        if self.peek() != Some(b':') {
            return Err(Reason::JsonSyntax);
        }
        self.bump(1);
        self.space();
        Ok(())
    }

    #[inline]
    fn string(&mut self) -> Result<(), Reason> {
        let (node, _) = self.text()?;
        self.push(node)?;
        self.count();
        Ok(())
    }

    /// A string from its opening quote on, and whether its text holds U+0000.
    #[inline]
    fn text(&mut self) -> Result<(Node, bool), Reason> {
        self.bump(1);
        let start = self.at;
        let mut escaped = false;
        let mut ascii = true;
        loop {
            let (run, run_ascii) = string::plain(self.input.get(self.at..).unwrap_or_default());
            self.bump(run);
            ascii &= run_ascii;
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.bump(2);
                }
                Some(_) => return Err(Reason::JsonControl),
                None => return Err(Reason::JsonSyntax),
            }
        }
        let raw = self.input.get(start..self.at).unwrap_or_default();
        if !ascii && let Err(error) = core::str::from_utf8(raw) {
            self.at = start.saturating_add(error.valid_up_to());
            return Err(Reason::JsonUtf8);
        }
        let node = Node::new(Kind::String, escaped, num::length(start), num::length(self.at));
        self.bump(1);
        if !escaped { Ok((node, false)) } else { self.unescape(node, start) }
    }

    /// Decodes an escaped string into the arena.
    #[inline(never)]
    fn unescape(&mut self, node: Node, start: usize) -> Result<(Node, bool), Reason> {
        let raw = self.input.get(start..num::index(node.end)).unwrap_or_default();
        let room = self.text.get_mut(self.text_len..).unwrap_or_default();
        let decoded = string::decode(raw, room).map_err(|(reason, offset)| {
            self.at = start.saturating_add(offset);
            reason
        })?;
        let node = node.with_text(num::length(self.text_len), num::length(decoded.len));
        self.text_len = self.text_len.saturating_add(decoded.len);
        Ok((node, decoded.nul))
    }

    #[inline]
    fn number(&mut self) -> Result<(), Reason> {
        let (len, integer) = number::scan(self.input.get(self.at..).unwrap_or_default())?;
        let start = self.at;
        self.bump(len);
        self.push(Node::new(Kind::Number, integer, num::length(start), num::length(self.at)))?;
        self.count();
        Ok(())
    }

    #[inline]
    fn literal(&mut self, text: &[u8], kind: Kind, flag: bool) -> Result<(), Reason> {
        let rest = self.input.get(self.at..).unwrap_or_default();
        if !rest.starts_with(text) {
            return Err(if rest.starts_with(b"nan") { Reason::JsonNan } else { Reason::JsonSyntax });
        }
        let start = self.at;
        self.bump(text.len());
        self.push(Node::new(kind, flag, num::length(start), num::length(self.at)))?;
        self.count();
        Ok(())
    }

    #[inline]
    fn open(&mut self, kind: Kind) -> Result<(), Reason> {
        if self.depth >= self.depth_max {
            return Err(Reason::JsonDepth);
        }
        self.depth = self.depth.saturating_add(1);
        self.count();
        let mut node = Node::new(kind, false, num::length(self.at), 0);
        node.aux = self.open;
        self.open = self.len;
        self.push(node)?;
        self.bump(1);
        Ok(())
    }

    #[inline]
    fn close(&mut self, open: Node) -> Result<(), Reason> {
        let index = self.open;
        self.bump(1);
        let closed = Node { end: num::length(self.at), aux: self.len, ..open };
        if let Some(slot) = self.nodes.get_mut(num::index(index)) {
            *slot = closed;
        }
        self.open = open.aux;
        self.depth = self.depth.saturating_sub(1);
        if closed.kind() == Kind::Object && closed.count() > 1 {
            let document = Document::over(self.input, self.nodes, self.text, self.len);
            if let Some(twin) = document.value(index).and_then(|object| keys::duplicate(object, self.slots, self.seed)) {
                self.at = document.value(twin).map_or(self.at, |key| key.span().start);
                return Err(Reason::JsonDuplicate);
            }
        }
        Ok(())
    }

    /// One more child of the innermost open container.
    #[inline]
    fn count(&mut self) {
        if let Some(open) = self.nodes.get_mut(num::index(self.open)) {
            open.add_child();
        }
    }

    #[inline]
    fn push(&mut self, node: Node) -> Result<(), Reason> {
        let Some(slot) = self.nodes.get_mut(num::index(self.len)) else {
            self.at = num::index(node.start);
            return Err(self.full);
        };
        *slot = node;
        self.len = self.len.saturating_add(1);
        Ok(())
    }

    #[inline]
    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.bump(1);
        }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.input.get(self.at).copied()
    }

    #[inline]
    fn bump(&mut self, by: usize) {
        self.at = self.at.saturating_add(by);
    }
}
