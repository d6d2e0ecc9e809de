//! Markup taken out of HTML, as a tokenizer sees it (WHATWG HTML §13.2.5).

use super::{
    pieces::replace_text,
    writer::{TooSmall, Writer},
};
use crate::text::find;

/// The text of some HTML without its tags, comments and doctypes, and without what stands in `script` and `style`.
///
/// What comes out is HTML again and holds no `<`: one that begins no tag is written as `&lt;`. So nothing that is put beside or
/// around it makes a tag of it, and a tag inside of a tag leaves none behind. References stay as they are; NUL is dropped; what a
/// tag does not close belongs to it, to the end. Needs at most four times the room of `text`.
///
/// # Errors
/// [`TooSmall`] when it does not fit.
pub fn strip_tags<'b>(text: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], TooSmall> {
    let mut out = Writer::new(buffer);
    let mut rest = text;
    while !rest.is_empty() {
        let (plain, markup) = rest.split_at_checked(find(rest, b'<').unwrap_or(rest.len())).unwrap_or((rest, b""));
        replace_text(plain, &mut out, |byte| byte == 0, |_, _| {});
        rest = match markup {
            [_, b'!', b'-', b'-', after @ ..] => after_comment(after),
            [_, b'!' | b'?', after @ ..] => after_byte(after, b'>'),
            [_, b'/', tag @ ..] if begins_name(tag) => after_tag(tag),
            [_, b'/', after @ ..] if !after.is_empty() => after_byte(after, b'>'),
            [_, tag @ ..] if begins_name(tag) => after_element(tag),
            [_, after @ ..] => {
                out.raw(b"&lt;");
                after
            }
            [] => markup,
        };
    }
    out.finish()
}

fn after_byte(text: &[u8], byte: u8) -> &[u8] {
    find(text, byte).and_then(|at| text.get(at.saturating_add(1)..)).unwrap_or_default()
}

/// What follows a comment, whose `<!--` was read.
fn after_comment(text: &[u8]) -> &[u8] {
    if let [b'>', after @ ..] | [b'-', b'>', after @ ..] = text {
        return after;
    }
    let mut rest = text;
    while let Some(at) = find(rest, b'-') {
        rest = rest.get(at..).unwrap_or_default();
        match rest {
            [b'-', b'-', b'>', after @ ..] | [b'-', b'-', b'!', b'>', after @ ..] => return after,
            [_, after @ ..] => rest = after,
            [] => return rest,
        }
    }
    b""
}

/// What follows a start tag, whose name begins `text`, and, where a browser reads what follows as code, the end of that.
fn after_element(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|&byte| ends_name(byte)).unwrap_or(text.len());
    let after = after_tag(text);
    match text.get(..end) {
        Some(name) if name.eq_ignore_ascii_case(b"script") => after_code(after, b"script"),
        Some(name) if name.eq_ignore_ascii_case(b"style") => after_code(after, b"style"),
        _ => after,
    }
}

fn begins_name(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_alphabetic)
}

const fn ends_name(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'/' | b'>')
}

/// What follows the end tag of this name.
fn after_code<'t>(text: &'t [u8], name: &[u8]) -> &'t [u8] {
    let mut rest = text;
    while let Some(at) = find(rest, b'<') {
        rest = rest.get(at.saturating_add(1)..).unwrap_or_default();
        if let Some((tag, next)) = rest.strip_prefix(b"/").and_then(|tag| tag.split_at_checked(name.len()))
            && tag.eq_ignore_ascii_case(name)
            && next.first().is_some_and(|&byte| ends_name(byte))
        {
            return after_tag(next);
        }
    }
    b""
}

/// Where a tag is being read; a `>` that stands in a quoted value does not end it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    TagName,
    /// Before the name of an attribute: behind the name of the tag, a slash or a value.
    Before,
    Name,
    AfterName,
    BeforeValue,
    Unquoted,
    Quoted(u8),
}

/// What follows a tag, whose name begins `text`.
fn after_tag(text: &[u8]) -> &[u8] {
    let (mut state, mut rest) = (State::TagName, text);
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let space = is_space(byte);
        state = match (state, byte) {
            (State::Quoted(quote), _) if byte == quote => State::Before,
            (State::Quoted(_), _) => state,
            (_, b'>') => return rest,
            (State::BeforeValue, b'"' | b'\'') => State::Quoted(byte),
            (State::BeforeValue, _) if space => state,
            (State::BeforeValue, _) => State::Unquoted,
            (State::Unquoted, _) if !space => state,
            (_, b'/') | (State::Unquoted, _) => State::Before,
            (State::TagName | State::Before, _) if space => State::Before,
            (State::TagName, _) => state,
            (State::Name | State::AfterName, b'=') => State::BeforeValue,
            (State::Name | State::AfterName, _) if space => State::AfterName,
            (State::Before | State::Name | State::AfterName, _) => State::Name,
        };
    }
    b""
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | 0xC | b' ')
}
