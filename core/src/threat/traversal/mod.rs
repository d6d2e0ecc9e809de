//! Whether a text is a path that leaves its folder, aims at what systems keep for themselves, or goes through a wrapper.
//!
//! What a server takes for a path belongs through `path::contain`, which refuses every `..`. This reader is for all other texts:
//! one `../` in a sentence or a program is none, `../../` or `..%2f` is.

mod targets;

use crate::threat::bytes::{at, before, from, is_space, is_word, starts, starts_any};

/// Longest text that is taken for a path as a whole.
const PATH_MAX: usize = 4096;

/// Whether `text` is such a path.
pub(super) fn looks(text: &[u8]) -> bool {
    let whole = is_path(text);
    let mut place = 0;
    let mut climbs = 0_usize;
    while let Some(&byte) = text.get(place) {
        let next = place.saturating_add(1);
        let found = match byte {
            b'.' => match climb(text, place) {
                Some(end) => {
                    climbs = if before(text, place) == b' ' { 1 } else { climbs.saturating_add(1) };
                    let adjacent = climb(text, end).is_some();
                    place = end.saturating_sub(1);
                    whole || adjacent || climbs > 2 || targets::is_target(text, end)
                }
                None => targets::is_hidden(text, place, whole),
            },
            b'/' | b'\\' => targets::is_target(text, next) || (place == 0 && whole && targets::is_root(text)),
            b':' => {
                targets::is_wrapper(text, place) || (at(text, next) == b'\\' && targets::is_target(text, next.saturating_add(1)))
            }
            0 => whole && place > 0,
            0xC0 | 0xE0 | 0xF0 => is_overlong(text, place),
            b'0' => starts_any(from(text, place), &["0x2e0x2e", "0x2e.", "0x2f0x", "0x5c0x"]),
            _ => targets::is_name(text, place, whole),
        };
        if found {
            return true;
        }
        place = place.saturating_add(1);
    }
    false
}

/// Whether a text is one path rather than a sentence, a program or a URL of another server.
fn is_path(text: &[u8]) -> bool {
    text.len() <= PATH_MAX
        && !text
            .iter()
            .any(|&byte| is_space(byte) && byte != 0 || matches!(byte, b'(' | b')' | b'[' | b'<' | b'>' | b'"' | b'{' | b','))
        && !starts_any(text, &["http://", "https://"])
}

/// Where the next name begins behind `..` and a separator at `place`, in any of the ways to write them.
fn climb(text: &[u8], place: usize) -> Option<usize> {
    if from(text, place).first() != Some(&b'.') || is_word(before(text, place)) || before(text, place) == b'.' {
        return None;
    }
    // NUL, and what Windows leaves out at the end of a name
    let count = from(text, place).iter().take(5).take_while(|&&byte| byte == b'.' || byte == 0).count();
    let dots = place.saturating_add(count);
    let rest = from(text, dots);
    let separator = match rest {
        [b';', b'/' | b'\\', ..] => 2,
        [b'/' | b'\\', ..] => 1,
        // `..%c0%af`, `..%5c` that nobody decoded
        [0xC0, 0xAF | 0x9C | 0xAE, ..] | [0xC1, 0x9C | 0x1C | 0x9F, ..] => 2,
        [0xE0, 0x80, 0xAF, ..] => 3,
        _ if starts_any(rest, &["%2f", "%5c"]) => 3,
        _ if starts_any(rest, &["%c0%af", "%c1%9c", "0x2f", "0x5c"]) => 4,
        _ => return None,
    };
    ((2..=4).contains(&count)).then(|| dots.saturating_add(separator))
}

/// A separator or dot in more bytes than it takes (RFC 3629 §3), which is no UTF-8.
fn is_overlong(text: &[u8], place: usize) -> bool {
    matches!(from(text, place), [0xC0, 0xAE | 0xAF, ..] | [0xE0, 0x80, 0xAE | 0xAF, ..] | [0xF0, 0x80, 0x80, 0xAE | 0xAF, ..])
        && !starts(from(text, place), b"?")
}

/// Whether what follows a separator may be a target: for those who look for what may matter at all.
pub(super) fn may_be_target(text: &[u8], place: usize) -> bool {
    targets::is_target(text, place)
        || starts_any(from(text, place), &["windows", "winnt", "inetpub"])
        || at(text, place) == b'.'
        || targets::is_root(from(text, place.saturating_sub(1)))
}
