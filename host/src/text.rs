//! Text that others wrote, made harmless before a person sees it.
//!
//! A policy, a recording or a server may name a tool `\x1b[2J` or hide characters between others: on a terminal that would move
//! the cursor, forge a line, or turn the reading direction. Nothing of that kind is printed as it is.

use std::borrow::Cow;

/// Whether a character does something else than show itself: control characters, line separators, bidirectional controls,
/// characters of no width, and tags.
#[must_use]
pub fn is_risky(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// `text` with risky characters written as escapes.
///
/// ```
/// use adarga_host::text::escaped;
///
/// assert_eq!(escaped("a\u{1b}[2J\nb\u{202e}c"), "a\\u{1b}[2J\\nb\\u{202e}c");
/// ```
#[must_use]
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(is_risky) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_risky(character) { out.extend(character.escape_default()) } else { out.push(character) }
    }
    Cow::Owned(out)
}

/// `text` as one word among others: as it is when nothing in it could be taken for what stands around it, else escaped and in
/// double quotes.
///
/// ```
/// use adarga_host::text::word;
///
/// assert_eq!(word("read:own"), "read:own");
/// assert_eq!(word("a  nobody\n"), "\"a  nobody\\n\"");
/// ```
#[must_use]
pub fn word(text: &str) -> Cow<'_, str> {
    let ambiguous = |character: char| is_risky(character) || character.is_whitespace() || "\"`,;\\".contains(character);
    if !text.is_empty() && !text.contains(ambiguous) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("\"{}\"", escaped(&text.replace('\\', "\\\\").replace('"', "\\\""))))
}
