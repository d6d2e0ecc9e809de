//! What only scripts in a page do: calls of its dialogs, reads of its document, and tricks to write code without letters.

use crate::threat::bytes::{
    at, before, between, find_folded, from, head, is_listed, is_sorted_list, is_space, skip_space, starts, starts_any, until,
};

/// Whether the word between two places is a call or a read that only a script in a page makes.
pub(super) fn looks(text: &[u8], start: usize, end: usize) -> bool {
    let word = between(text, start, end);
    let next = skip_space(text, end);
    let member = before(text, start) == b'.';
    match at(text, next) {
        b'(' => {
            (!member && is_listed(DIALOGS, word) && is_shown(text, next.saturating_add(1))) || is_call(text, word, start, next)
        }
        b'.' => is_read(text, word, next.saturating_add(1)),
        b'`' => {
            is_listed(DIALOGS, word) && !is_space(at(text, next.saturating_add(1))) && next == end && before(text, start) != b'`'
        }
        b'[' => is_listed(OBJECTS, word) && matches!(at(text, next.saturating_add(1)), b'\'' | b'"' | b'/' | b'`' | b'+' | b'('),
        b')' => is_listed(DIALOGS, word) && before(text, start) == b'(' && at(text, next.saturating_add(1)) == b'(',
        b'=' => is_listed(ASSIGNED, word) && member && at(text, next.saturating_add(1)) != b'=',
        _ => false,
    }
}

/// Dialogs, with which attacks show themselves.
const DIALOGS: &[&str] = &["alert", "confirm", "prompt"];

/// Objects of the page.
const OBJECTS: &[&str] = &["document", "frames", "parent", "self", "this", "top", "window"];

/// Members that make markup or a new page of what is assigned.
const ASSIGNED: &[&str] = &["innerhtml", "outerhtml"];

/// Members of `document` that attacks read or call.
const DOCUMENT: &[&str] = &[
    "body",
    "cookie",
    "createelement",
    "domain",
    "documenturi",
    "execcommand",
    "forms",
    "location",
    "scripts",
    "url",
    "vulnerable",
    "write",
    "writeln",
];

const _: [(); 1] = [(); if is_sorted_list(DIALOGS) && is_sorted_list(OBJECTS) && is_sorted_list(ASSIGNED) { 1 } else { 0 }];

/// Whether a dialog shows what attacks show: a number, a literal, a document, or nothing.
fn is_shown(text: &[u8], place: usize) -> bool {
    let place = skip_space(text, place);
    let rest = from(text, place);
    match rest {
        [b'0'..=b'9' | b'/' | b'`' | b'(' | b'[' | b'\\' | b'&', ..] => true,
        [b')', ..] => true,
        // a literal is closed soon, and is all
        [quote @ (b'\'' | b'"'), rest @ ..] => {
            let literal = rest.get(..rest.len().min(64)).unwrap_or_default();
            literal.iter().position(|byte| byte == quote).is_some_and(|len| at(rest, len.saturating_add(1)) == b')')
                || literal.len() < 8
        }
        _ => starts_any(
            rest,
            &[
                "document", "window", "location", "string", "xss", "this", "self", "top", "eval", "escape", "cookie", "origin",
                "domain",
            ],
        ),
    }
}

/// Calls that make code of text, or text of numbers.
fn is_call(text: &[u8], word: &[u8], start: usize, open: usize) -> bool {
    let argument = from(text, skip_space(text, open.saturating_add(1)));
    if word.eq_ignore_ascii_case(b"fromcharcode") {
        return true;
    }
    match word {
        b"eval" => {
            before(text, start) != b'.'
                && (starts_any(
                    argument,
                    &[
                        "atob", "string.", "unescape", "name", "location", "'", "\"", "`", "(", "/", "document", "self",
                        "window", "parent",
                    ],
                ) || at(text, start.saturating_sub(1)) == b'=')
        }
        b"setTimeout" | b"setInterval" => {
            matches!(argument, [b'\'' | b'"' | b'`', ..]) || starts_any(argument, &["alert", "code", "prompt", "confirm"])
        }
        b"constructor" => matches!(argument, [b'\'' | b'"' | b'`', ..]) && before(text, start) == b'.',
        b"atob" => matches!(argument, [b'\'' | b'"' | b'`', ..]),
        b"importScripts" | b"ActiveXObject" => true,
        _ => false,
    }
}

/// A member of an object of the page.
fn is_read(text: &[u8], word: &[u8], member: usize) -> bool {
    let member = skip_space(text, member);
    let end = until(text, member, |byte| !byte.is_ascii_alphabetic());
    let name = between(text, member, end);
    if word.eq_ignore_ascii_case(b"document") {
        return is_listed(DOCUMENT, name)
            && !name.is_empty()
            && (name != b"body" || at(text, end) == b'.' || at(text, end) == b'=');
    }
    if word == b"window" || word == b"top" || word == b"parent" || word == b"self" {
        return starts_any(name, &["location", "alert", "name", "eval", "document", "open"]) && name.len() < 9;
    }
    if word.eq_ignore_ascii_case(b"string") {
        return starts(name, b"fromcharcode");
    }
    word == b"Reflect" && matches!(name, b"apply" | b"construct" | b"sort")
}

/// Code without letters, templates of the page, and UTF-7.
pub(super) fn is_trick(text: &[u8], place: usize) -> bool {
    let head = head(from(text, place), 96);
    match head {
        [b'+', b'A', b'D', b'w' | b'4', ..] => starts(head, b"+adw-"),
        [b'{', b'{', rest @ ..] => find_folded(rest, b"constructor").is_some(),
        [b'[', ..] => {
            // `[][(![]+[])…`, `[ ].sort.call`
            let signs = head.iter().take_while(|&&byte| b"[](){}!+ ".contains(&byte)).count();
            let real = head.iter().take(signs).filter(|&&byte| byte != b' ').count();
            (real >= 8 && head.iter().take(signs).any(|&byte| byte == b'!' || byte == b'+')) || is_borrowed(head)
        }
        [b'(', ..] => {
            let signs = head.iter().take_while(|&&byte| b"[](){}!+ ".contains(&byte)).count();
            let real = head.iter().take(signs).filter(|&&byte| byte != b' ').count();
            real >= 8
                && head.iter().take(signs).any(|&byte| byte == b'!' || byte == b'+')
                && head.iter().take(signs).any(|&byte| byte == b'[')
        }
        _ => false,
    }
}

/// A method of a literal list that is borrowed to call another function: `[1].map.call`.
fn is_borrowed(head: &[u8]) -> bool {
    let Some(close) = head.iter().position(|&byte| byte == b']') else { return false };
    let list = between(head, 1, close);
    list.iter().all(|byte| byte.is_ascii_digit() || is_space(*byte) || *byte == b',') && {
        let rest = from(head, close.saturating_add(1));
        let start = until(rest, 0, |byte| byte.is_ascii_alphabetic());
        let method = from(rest, start);
        rest.get(..start).unwrap_or_default().contains(&b'.')
            && starts_any(method, &["sort", "map", "filter", "find", "constructor", "some", "every", "reduce", "foreach", "at"])
            && (find_folded(method, b"call").is_some() || starts(method, b"constructor"))
    }
}
