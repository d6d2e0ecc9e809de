//! The canonical form of a value (RFC 8785, JCS): what is the same JSON has the same bytes, whoever wrote it.
//!
//! Invariant: n log n in the members of each object, linear in all else; no recursion.

use crate::{num, write::Out};

use super::{Kind, Value};

/// The longest number: 21 digits of an integer and its sign are fewer than `-1.7976931348623157e+308` has.
const NUMBER_MAX: usize = 32;

/// Writes the canonical form of `value`, piece by piece, to `sink`. `words` is memory to work in: one word for each value and key of
/// the document suffices, as [`Scratch::nodes_needed`](super::Scratch::nodes_needed) counts them.
///
/// `None` when there is no such form, because a number is beyond those of IEEE 754 (RFC 8785 §3.2.2.3), or too little memory; what was
/// written then is worth nothing.
pub fn canonical(value: Value<'_>, words: &mut [u32], mut sink: impl FnMut(&[u8])) -> Option<()> {
    canonical_without(None, value, words, &mut sink)
}

/// As [`canonical`], and without the member of that name of `value` itself.
pub(crate) fn canonical_without(
    left_out: Option<&[u8]>,
    value: Value<'_>,
    words: &mut [u32],
    sink: &mut impl FnMut(&[u8]),
) -> Option<()> {
    let document = value.document();
    let mut stack = Stack { words, len: 0 };
    let mut next = Some((value, left_out));
    loop {
        if let Some((value, left_out)) = next.take() {
            match value.kind() {
                Kind::Object => {
                    sink(b"{");
                    stack.open_object(value, left_out)?;
                }
                Kind::Array if value.is_empty() => sink(b"[]"),
                Kind::Array => {
                    sink(b"[");
                    stack.push(value.index().saturating_add(1))?;
                    stack.push(Open::word(ARRAY, num::length(value.len())))?;
                }
                Kind::String => string(value.text()?, sink),
                Kind::Number => number(value, sink)?,
                Kind::Null | Kind::Bool => sink(value.raw()),
            }
        }
        let Some(word) = stack.pop() else { return Some(()) };
        let open = Open(word);
        let Some(rest) = open.left().checked_sub(1) else {
            if open.is_array() {
                stack.pop()?;
            }
            sink(if open.is_array() { b"]" } else { b"}" });
            continue;
        };
        if open.is_begun() {
            sink(b",");
        }
        let at = stack.pop()?;
        let inner = if open.is_array() {
            let element = document.value(at)?;
            stack.push(element.next())?;
            element
        } else {
            string(document.value(at)?.text()?, sink);
            sink(b":");
            document.value(at.saturating_add(1))?
        };
        stack.push(open.after_one(rest))?;
        next = Some((inner, None));
    }
}

const ARRAY: u32 = 1;
const BEGUN: u32 = 2;

/// The top of the stack while a container is open. Beneath it lie, of an object, its keys that are still to come, the next one on top;
/// of an array, the place of its next element.
#[derive(Clone, Copy)]
struct Open(u32);

impl Open {
    const fn word(kind: u32, left: u32) -> u32 {
        left.wrapping_shl(2) | kind
    }

    const fn after_one(self, rest: u32) -> u32 {
        Self::word(self.0 & ARRAY | BEGUN, rest)
    }

    const fn is_array(self) -> bool {
        self.0 & ARRAY != 0
    }

    const fn is_begun(self) -> bool {
        self.0 & BEGUN != 0
    }

    const fn left(self) -> u32 {
        self.0 >> 2
    }
}

struct Stack<'w> {
    words: &'w mut [u32],
    len: usize,
}

impl Stack<'_> {
    fn push(&mut self, word: u32) -> Option<()> {
        *self.words.get_mut(self.len)? = word;
        self.len = self.len.saturating_add(1);
        Some(())
    }

    fn pop(&mut self) -> Option<u32> {
        self.len = self.len.checked_sub(1)?;
        self.words.get(self.len).copied()
    }

    fn open_object(&mut self, object: Value<'_>, left_out: Option<&[u8]>) -> Option<()> {
        let base = self.len;
        for (key, _) in object.members() {
            if left_out.is_none() || key.text() != left_out {
                self.push(key.index())?;
            }
        }
        let keys = self.words.get_mut(base..self.len)?;
        let document = object.document();
        let text = |key: u32| document.node(key).map_or(&[][..], |node| document.text(node));
        sort(keys, |a, b| comes_before(text(b), text(a)));
        let left = num::length(keys.len());
        self.push(Open::word(0, left))
    }
}

/// Heapsort: in place, and never worse than n log n.
fn sort(list: &mut [u32], before: impl Fn(u32, u32) -> bool) {
    for root in (0..list.len() >> 1).rev() {
        sift(list, root, &before);
    }
    for end in (1..list.len()).rev() {
        if let Some(heap) = list.get_mut(..=end) {
            if let [first, .., last] = heap {
                core::mem::swap(first, last);
            }
            sift(heap.get_mut(..end).unwrap_or_default(), 0, &before);
        }
    }
}

/// Lets the word at `root` sink to its place among those below it.
fn sift(heap: &mut [u32], mut root: usize, before: &impl Fn(u32, u32) -> bool) {
    loop {
        let left = root.saturating_mul(2).saturating_add(1);
        let (Some(&here), Some(&first)) = (heap.get(root), heap.get(left)) else { return };
        let right = left.saturating_add(1);
        let (child, value) = match heap.get(right) {
            Some(&second) if before(first, second) => (right, second),
            _ => (left, first),
        };
        if !before(here, value) {
            return;
        }
        if let Some(place) = heap.get_mut(root) {
            *place = value;
        }
        if let Some(place) = heap.get_mut(child) {
            *place = here;
        }
        root = child;
    }
}

/// The order of the texts in UTF-16 (RFC 8785 §3.2.3), which is that of their bytes in UTF-8 but for characters beyond 16 bits: their
/// surrogates come before U+E000.
fn comes_before(a: &[u8], b: &[u8]) -> bool {
    let rank = |byte: u8| u16::from(byte).wrapping_add(if matches!(byte, 0xEE | 0xEF) { 0x100 } else { 0 });
    match a.iter().zip(b).find(|(a, b)| a != b) {
        Some((a, b)) => rank(*a) < rank(*b),
        None => a.len() < b.len(),
    }
}

/// As `JSON.stringify` writes it (RFC 8785 §3.2.2.2).
fn string(text: &[u8], sink: &mut impl FnMut(&[u8])) {
    sink(b"\"");
    for run in text.split_inclusive(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        let Some((&last, plain)) = run.split_last() else { continue };
        let short: &[u8] = match last {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            0x08 => b"\\b",
            b'\t' => b"\\t",
            b'\n' => b"\\n",
            0x0C => b"\\f",
            b'\r' => b"\\r",
            0..0x20 => {
                let [high, low] = crate::text::hex(last);
                sink(plain);
                sink(&[b'\\', b'u', b'0', b'0', high, low]);
                continue;
            }
            _ => {
                sink(run);
                continue;
            }
        };
        sink(plain);
        sink(short);
    }
    sink(b"\"");
}

/// As ECMAScript writes the nearest number of IEEE 754 (RFC 8785 §3.2.2.3).
fn number(value: Value<'_>, sink: &mut impl FnMut(&[u8])) -> Option<()> {
    if let Some(integer) = value.integer() {
        let mut digits = [0; NUMBER_MAX];
        let mut out = Out::new(&mut digits);
        out.integer(integer.get());
        sink(out.finish().ok()?);
        return Some(());
    }
    let number: f64 = core::str::from_utf8(value.raw()).ok()?.parse().ok()?;
    if !number.is_finite() {
        return None;
    }
    sink(ryu_js::Buffer::new().format_finite(number).as_bytes());
    Some(())
}
