//! Text that others wrote, made harmless before a person sees it.
//!
//! A recording or a server may name a tool `\x1b[2J` or hide characters between others: on a terminal that would move the cursor,
//! forge a line, or turn the reading direction. Nothing of that kind is printed as it is.

use std::{fmt::Write as _, io};

pub(crate) use adarga_host::text::{escaped, is_risky};
use serde_json::ser::Formatter;

/// `text` with risky characters written as escapes, cut to `max` characters.
pub(crate) fn quoted(text: &str, max: usize) -> String {
    // what is longer than this is cut anyway, and it may be megabytes
    let head: String = text.chars().take(max + 1).collect();
    let escaped = escaped(&head);
    match escaped.char_indices().nth(max) {
        Some((end, _)) => format!("`{}…`", &escaped[..end]),
        None => format!("`{escaped}`"),
    }
}

/// Columns that a character takes on a terminal; near enough for a table (Unicode Standard Annex #11).
fn columns(character: char) -> usize {
    match u32::from(character) {
        0x300..=0x36F | 0xFE00..=0xFE0F => 0,
        0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 => 2,
        0xFFE0..=0xFFE6 | 0x1F300..=0x1F64F | 0x1F680..=0x1F6FF | 0x1F900..=0x1F9FF | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

/// Columns that `text` takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// Appends `text`, escaped, as exactly `width` columns: filled with spaces, or cut with `…`.
pub(crate) fn cell(out: &mut String, text: &str, width: usize) {
    // an escape is at least as wide as what it stands for, so this much of the text always suffices
    let cut = text.char_indices().nth(4 * width + 4).map_or(text, |(end, _)| &text[..end]);
    let text = escaped(cut);
    let total = self::width(&text);
    if total <= width {
        out.push_str(&text);
        out.extend(std::iter::repeat_n(' ', width - total));
        return;
    }
    let mut used = 0;
    for character in text.chars() {
        if used + columns(character) > width.saturating_sub(1) {
            break;
        }
        used += columns(character);
        out.push(character);
    }
    out.push('…');
    out.extend(std::iter::repeat_n(' ', width.saturating_sub(used + 1)));
}

/// Writes JSON on one line, with risky characters as `\u` escapes: it may well be read on a terminal.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct HarmlessJson;

impl Formatter for HarmlessJson {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if !fragment.contains(is_risky) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut out = String::with_capacity(fragment.len() + 16);
        for character in fragment.chars() {
            if !is_risky(character) {
                out.push(character);
                continue;
            }
            for unit in character.encode_utf16(&mut [0; 2]) {
                // writing to a string does not fail
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
        writer.write_all(out.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn celled(text: &str, width: usize) -> String {
        let mut out = String::new();
        cell(&mut out, text, width);
        out
    }

    #[test]
    fn cells_have_their_width() {
        assert_eq!(celled("echo", 6), "echo  ");
        assert_eq!(celled("search_reports", 6), "searc…");
        assert_eq!(celled("日本語", 6), "日本語");
        assert_eq!(celled("日本語x", 6), "日本… ");
        assert_eq!(celled("", 2), "  ");
    }

    #[test]
    fn nothing_risky_is_printed() {
        assert_eq!(escaped("a\u{1b}[2J\nb\u{202e}c\u{9b}d"), "a\\u{1b}[2J\\nb\\u{202e}c\\u{9b}d");
        assert_eq!(quoted("a\nbcdef", 4), "`a\\nb…`");
        let mut out = Vec::new();
        let mut writer = serde_json::Serializer::with_formatter(&mut out, HarmlessJson);
        assert!(serde::Serialize::serialize("\u{e0041}\u{7f}\u{1}\"ñ", &mut writer).is_ok());
        assert_eq!(String::from_utf8_lossy(&out), r#""\udb40\udc41\u007f\u0001\"ñ""#);
    }
}
