//! URLs that run what they hold.

use crate::threat::bytes::{at, before, between, find_folded, from, head, is_space, skip_space, starts, starts_any};

/// Bytes that a scheme may be stretched over by controls inside.
const STRETCH_MAX: usize = 96;

/// Schemes that run or hold a document, in small letters.
const SCHEMES: &[&[u8]] = &[b"javascript", b"vbscript", b"livescript", b"mocha", b"jscript"];

/// Whether the word that begins at `start` begins a URL that runs.
pub(super) fn runs(text: &[u8], start: usize, end: usize) -> bool {
    match at(text, start).to_ascii_lowercase() {
        b'j' | b'v' | b'l' | b'm' => is_script(text, start),
        b'd' => at(text, end) == b':' && starts(between(text, start, end), b"data") && is_document(text, end.saturating_add(1)),
        b'e' => is_expression(text, start),
        b'b' => starts(from(text, start), b"behavior") && at(text, skip_space(text, end)) == b':' && holds(text, end, b"url("),
        b'u' => {
            starts(from(text, start), b"url(") && {
                let address = skip_quotes(text, start.saturating_add(4));
                is_script(text, address) || starts_any(from(text, address), &["javascript", "vbscript"])
            }
        }
        _ => false,
    }
}

/// Whether a scheme that runs begins at `start`, however it is stretched, and a colon with code behind it follows.
fn is_script(text: &[u8], start: usize) -> bool {
    let head = head(from(text, start), STRETCH_MAX);
    let Some(scheme) = SCHEMES.iter().find(|scheme| scheme.first() == head.first().map(u8::to_ascii_lowercase).as_ref()) else {
        return false;
    };
    let (mut rest, mut wanted) = (head, *scheme);
    while let ([byte, after @ ..], [next, later @ ..]) = (rest, wanted) {
        if byte.eq_ignore_ascii_case(next) {
            wanted = later;
        } else if !is_filler(*byte) {
            return false;
        }
        rest = after;
    }
    while let [byte, after @ ..] = rest
        && (is_space(*byte) || *byte == b'&')
    {
        rest = after;
    }
    match rest {
        [b':', code @ ..] => is_code(code, before(text, start)),
        _ => false,
    }
}

/// What browsers leave out of a scheme, and the backslash and comment of style sheets.
const fn is_filler(byte: u8) -> bool {
    byte < b' ' || byte == b'\\' || byte == 0x7F
}

/// Whether code, rather than a sentence or the end of a name in a list, follows the colon of a scheme.
fn is_code(code: &[u8], before: u8) -> bool {
    match code {
        [b'`' | b',', ..] | [b' ', ..] | [b'\n', ..] => code.iter().take(40).any(|&byte| byte == b'(') && before == 0,
        [] => before == b'=',
        [_, ..] => true,
    }
}

/// `data:` with a type that holds script.
fn is_document(text: &[u8], start: usize) -> bool {
    let rest = from(text, skip_space(text, start));
    const TYPES: &[&str] = &[
        "text/html",
        "text/javascript",
        "application/javascript",
        "application/x-javascript",
        "image/svg",
        "text/xml",
        "application/xml",
        "application/xhtml",
        "text/vbscript",
        "x,",
        ",alert",
        ",%",
        ",<",
        "text/html,",
    ];
    let head = head(rest, 64);
    starts_any(rest, TYPES)
        || (head.contains(&b',') && head.contains(&b'<'))
        || starts_any(rest, &["text/plain", ";base64", "application/x-shockwave"]) && head.contains(&b',')
}

/// `expression(` of a style, with comments and backslashes inside.
fn is_expression(text: &[u8], start: usize) -> bool {
    let mut place = start;
    for wanted in b"expression" {
        let mut skipped = 0_usize;
        while at(text, place) == b'\\' || from(text, place).starts_with(b"/*") {
            place = if at(text, place) == b'\\' {
                place.saturating_add(1)
            } else {
                let inner = from(text, place.saturating_add(2));
                let inner = inner.get(..inner.len().min(64)).unwrap_or_default();
                match find_folded(inner, b"*/") {
                    Some(len) => place.saturating_add(len).saturating_add(4),
                    None => return false,
                }
            };
            skipped = skipped.saturating_add(1);
            if skipped > 4 {
                return false;
            }
        }
        if !at(text, place).eq_ignore_ascii_case(wanted) {
            return false;
        }
        place = place.saturating_add(1);
    }
    let place = skip_space(text, place);
    let named = matches!(before(text, start), b':' | b' ' | b'/' | b'\\' | b'"' | b'\'' | b'=' | b';');
    at(text, place) == b'(' && (named && holds_before(text, start))
}

/// Whether a colon, of a property of a style, stands shortly before.
fn holds_before(text: &[u8], place: usize) -> bool {
    between(text, place.saturating_sub(24), place).contains(&b':')
}

/// Whether `wanted` stands shortly behind.
fn holds(text: &[u8], place: usize, wanted: &[u8]) -> bool {
    let rest = from(text, place);
    find_folded(head(rest, 24), wanted).is_some()
}

fn skip_quotes(text: &[u8], place: usize) -> usize {
    let place = skip_space(text, place);
    if matches!(at(text, place), b'"' | b'\'') { skip_space(text, place.saturating_add(1)) } else { place }
}
