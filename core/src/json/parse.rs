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
    uneven: bool,
}

impl Parsed {
    /// Whether the input has white space other than spaces, and so may hold a line break: then [`crate::frame::line_break`] looks
    /// closer. Inside of strings no line break passes.
    #[must_use]
    pub const fn may_break(self) -> bool {
        self.uneven
    }

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
        object: false,
        children: 0,
        depth: 0,
        depth_max: limits.depth_max,
        nul_key: 0,
        uneven: false,
        seen: keys::Seen::default(),
        full,
    };
    match parser.document() {
        Ok(()) => Ok(Parsed { nodes: parser.len, nul_key: parser.nul_key, uneven: parser.uneven }),
        Err(reason) => Err(Refusal { reason, at: num::index(parser.at).min(input.len()) }),
    }
}

const NONE: u32 = u32::MAX;

/// Everything that moves is a plain field, and every method that runs for each value is inlined into [`Parser::document`]: the
/// compiler then keeps the fields in registers. What is called out of line takes slices, never the parser.
struct Parser<'i, 'm> {
    input: &'i [u8],
    /// The next byte. Inputs are bounded by [`INPUT_MAX`], so it never wraps.
    at: u32,
    nodes: &'m mut [Node],
    len: u32,
    text: &'m mut [u8],
    text_len: u32,
    slots: &'m mut [u32],
    seed: (u64, u64),
    /// The innermost container that is still open; its `aux` names the one around it.
    open: u32,
    /// Whether that is an object.
    object: bool,
    /// Its members or elements so far; those of the containers around it stand in their nodes.
    children: u32,
    depth: u16,
    depth_max: u16,
    nul_key: u32,
    /// See [`Parsed::may_break`].
    uneven: bool,
    /// The keys of the innermost object so far; those of the objects around it stand in their nodes, as their end.
    seen: keys::Seen,
    /// What to say when the tape is full: too many values, or less memory than the limits ask for.
    full: Reason,
}

impl Parser<'_, '_> {
    #[inline]
    fn document(&mut self) -> Result<(), Reason> {
        self.plain_utf8()?;
        // the byte that the parser stands at, which is never white space here
        let mut byte = self.space();
        loop {
            // here a member or a value starts
            if self.object {
                byte = self.key(byte)?;
            }
            let opened = self.value(byte)?;
            byte = self.space();
            if opened && byte != self.closing() {
                continue;
            }
            // here a value has ended
            match self.after_value(byte)? {
                Some(next) => byte = next,
                None => return Ok(()),
            }
        }
    }

    /// No byte order mark and no UTF-16 or UTF-32, whose ASCII characters have a zero byte on one side.
    #[inline]
    fn plain_utf8(&self) -> Result<(), Reason> {
        match self.input {
            [0xEF, 0xBB, 0xBF, ..] | [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, ..] | [_, 0, ..] => Err(Reason::JsonEncoding),
            _ => Ok(()),
        }
    }

    /// Reads the scalar that begins with `byte`, or opens the container; true for the latter.
    #[inline(always)]
    fn value(&mut self, byte: u8) -> Result<bool, Reason> {
        match byte {
            b'"' => self.string()?,
            b'{' | b'[' => {
                self.open(byte == b'{')?;
                return Ok(true);
            }
            b'-' | b'0'..=b'9' => self.number()?,
            b't' => self.literal(b"true", Kind::Bool, true)?,
            b'f' => self.literal(b"false", Kind::Bool, false)?,
            b'n' => self.literal(b"null", Kind::Null, false)?,
            b'N' | b'I' => return Err(Reason::JsonNan),
            b'+' | b'.' => return Err(Reason::JsonNumber),
            _ => return Err(Reason::JsonSyntax),
        }
        Ok(false)
    }

    /// Closes containers until a comma asks for another value, of which it gives the first byte; none when the document is complete.
    #[inline(always)]
    fn after_value(&mut self, mut byte: u8) -> Result<Option<u8>, Reason> {
        loop {
            if self.open == NONE {
                return if num::index(self.at) == self.input.len() { Ok(None) } else { Err(Reason::JsonTrailing) };
            }
            if byte == b',' {
                self.bump(1);
                return Ok(Some(self.space()));
            }
            if byte != self.closing() {
                return Err(Reason::JsonSyntax);
            }
            self.close()?;
            byte = self.space();
        }
    }

    /// A key that begins with `byte`, and its colon; gives the first byte of the value.
    #[inline(always)]
    fn key(&mut self, byte: u8) -> Result<u8, Reason> {
        if byte != b'"' {
            return Err(Reason::JsonSyntax);
        }
        let start = self.at.wrapping_add(1);
        let (end, print) = string::easy_key(self.input, start);
        self.at = end;
        let easy = self.input.get(num::index(end)..num::index(end).wrapping_add(2)) == Some(b"\":");
        let mut node = Node { aux: print, ..Node::new(Kind::String, false, start, end) };
        self.seen.add(print);
        if !easy && self.peek() != b'"' {
            node = self.hard_key(start)?;
        }
        self.bump(1);
        self.push(node)?;
        if !easy && self.space() != b':' {
            return Err(Reason::JsonSyntax);
        }
        self.bump(1);
        Ok(self.space())
    }

    #[inline(always)]
    fn hard_key(&mut self, start: u32) -> Result<Node, Reason> {
        let (node, nul) = self.hard_string(start)?;
        if nul && self.nul_key == 0 {
            self.nul_key = self.len.wrapping_add(1);
        }
        self.seen.add_unknown();
        Ok(node)
    }

    #[inline(always)]
    fn string(&mut self) -> Result<(), Reason> {
        let start = self.at.wrapping_add(1);
        self.at = string::easy_end(self.input, start);
        let mut node = Node::new(Kind::String, false, start, self.at);
        if self.peek() != b'"' {
            (node, _) = self.hard_string(start)?;
        }
        self.bump(1);
        self.scalar(node)
    }

    /// A string with more than ASCII: escapes, other scripts, or an error. The parser stands where that begins.
    #[inline(always)]
    fn hard_string(&mut self, start: u32) -> Result<(Node, bool), Reason> {
        let room = self.text.get_mut(num::index(self.text_len)..).unwrap_or_default();
        match string::hard(self.input, start, self.at, room) {
            Ok(hard) => {
                self.at = hard.end;
                let node = Node::new(Kind::String, hard.escaped, start, hard.end);
                if !hard.escaped {
                    return Ok((node, false));
                }
                let node = node.with_text(self.text_len, hard.text_len);
                self.text_len = self.text_len.wrapping_add(hard.text_len);
                Ok((node, hard.nul))
            }
            Err((reason, at)) => {
                self.at = at;
                Err(reason)
            }
        }
    }

    #[inline(always)]
    fn number(&mut self) -> Result<(), Reason> {
        let start = self.at;
        let (end, integer) = number::scan(self.input, start)?;
        self.at = end;
        self.scalar(Node::new(Kind::Number, integer, start, end))
    }

    #[inline(always)]
    fn literal(&mut self, text: &[u8], kind: Kind, flag: bool) -> Result<(), Reason> {
        let rest = self.rest();
        if !rest.starts_with(text) {
            return Err(if rest.starts_with(b"nan") { Reason::JsonNan } else { Reason::JsonSyntax });
        }
        let start = self.at;
        self.bump(num::low(text.len()));
        self.scalar(Node::new(kind, flag, start, self.at))
    }

    #[inline(always)]
    fn open(&mut self, object: bool) -> Result<(), Reason> {
        if self.depth >= self.depth_max {
            return Err(Reason::JsonDepth);
        }
        self.depth = self.depth.saturating_add(1);
        if let Some(outer) = self.nodes.get_mut(num::index(self.open)) {
            outer.set_count(self.children.wrapping_add(1));
            outer.end = self.seen.fold();
        }
        self.seen = keys::Seen::default();
        let mut node = Node::new(if object { Kind::Object } else { Kind::Array }, false, self.at, 0);
        node.aux = self.open;
        self.open = self.len;
        self.object = object;
        self.children = 0;
        self.push(node)?;
        self.bump(1);
        Ok(())
    }

    #[inline(always)]
    fn close(&mut self) -> Result<(), Reason> {
        let index = self.open;
        self.bump(1);
        let Some(slot) = self.nodes.get_mut(num::index(index)) else { return Err(Reason::JsonSyntax) };
        let outer = slot.aux;
        slot.end = self.at;
        slot.aux = self.len;
        slot.set_count(self.children);
        let doubtful = self.seen.doubtful() || self.children > keys::PAIRWISE_MAX;
        if self.object && doubtful && keys::doubtful(self.nodes, index, self.children) {
            let document = Document::over(self.input, self.nodes, self.text, self.len);
            if let Some(twin) = document.value(index).and_then(|object| keys::duplicate(object, self.slots, self.seed)) {
                self.at = document.value(twin).map_or(self.at, |key| num::low(key.span().start));
                return Err(Reason::JsonDuplicate);
            }
        }
        self.open = outer;
        self.depth = self.depth.saturating_sub(1);
        let outer = self.nodes.get(num::index(outer)).copied().unwrap_or_default();
        self.object = outer.kind() == Kind::Object;
        self.children = outer.count();
        self.seen = keys::Seen::unfold(outer.end);
        Ok(())
    }

    /// What closes the innermost container.
    #[inline(always)]
    fn closing(&self) -> u8 {
        if self.object { b'}' } else { b']' }
    }

    /// A value that holds no others: one more child of the innermost open container.
    #[inline(always)]
    fn scalar(&mut self, node: Node) -> Result<(), Reason> {
        self.children = self.children.wrapping_add(1);
        self.push(node)
    }

    #[inline(always)]
    fn push(&mut self, node: Node) -> Result<(), Reason> {
        let Some(slot) = self.nodes.get_mut(num::index(self.len)) else {
            self.at = node.start;
            return Err(self.full);
        };
        *slot = node;
        self.len = self.len.wrapping_add(1);
        Ok(())
    }

    /// Steps over white space and gives the byte behind it.
    #[inline(always)]
    fn space(&mut self) -> u8 {
        loop {
            let byte = self.peek();
            // most bytes are seen to be none by one comparison
            if byte > b' ' || !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return byte;
            }
            self.uneven |= byte != b' ';
            self.bump(1);
        }
    }

    /// The next byte; zero, which begins nothing, at the end.
    #[inline(always)]
    fn peek(&self) -> u8 {
        self.input.get(num::index(self.at)).copied().unwrap_or(0)
    }

    #[inline(always)]
    fn rest(&self) -> &[u8] {
        self.input.get(num::index(self.at)..).unwrap_or_default()
    }

    #[inline(always)]
    fn bump(&mut self, by: u32) {
        self.at = self.at.wrapping_add(by);
    }
}
