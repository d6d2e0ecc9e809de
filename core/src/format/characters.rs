//! Characters of UTF-8, one after another from the front of a text.

/// The first character of `text` and what follows it; nothing where no character begins (RFC 3629 §4).
pub(super) fn first(text: &[u8]) -> Option<(char, &[u8])> {
    let len = match *text.first()? {
        0..=0x7F => 1,
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let (head, rest) = text.split_at_checked(len)?;
    let character = core::str::from_utf8(head).ok()?.chars().next()?;
    Some((character, rest))
}
