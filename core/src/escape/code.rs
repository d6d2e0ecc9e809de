//! Text inside of code: JSON in a page, strings of JavaScript and CSS.

use super::{
    pieces::{Piece, REPLACEMENT, pieces, replace_text},
    writer::{TooSmall, Writer},
};

/// JSON that may stand inside of `<script>` or an attribute: `<`, `>`, `&`, `'`, U+2028 and U+2029 as `\u` escapes, so that it is
/// still the same JSON and no parser of HTML or JavaScript sees an end in it.
///
/// `json` is JSON text as a whole, where these characters stand in strings alone; of other text it makes no JSON. Needs at most six
/// times the room of `json`.
///
/// # Errors
/// [`TooSmall`] when it does not fit.
pub fn json_in_html<'b>(json: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], TooSmall> {
    let mut out = Writer::new(buffer);
    each(json, &mut out, |byte| matches!(byte, b'<' | b'>' | b'&' | b'\''), |out, byte| out.hexadecimal(b"\\u00", byte, b""));
    out.finish()
}

/// For the inside of a string of JavaScript, in any of its three quotes, also within `<script>` and event attributes: every ASCII
/// character but letters, digits, space and `,-._` as `\x` and two digits, U+2028 and U+2029 as `\u` escapes.
///
/// Needs at most four times the room of `text`. Not for code outside of a string.
///
/// # Errors
/// [`TooSmall`] when it does not fit.
pub fn javascript<'b>(text: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], TooSmall> {
    let special = |byte: u8| byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b" ,-._".contains(&byte);
    let mut out = Writer::new(buffer);
    each(text, &mut out, special, |out, byte| out.hexadecimal(b"\\x", byte, b""));
    out.finish()
}

/// For the inside of a string of CSS (CSS Syntax §4.3.7): every ASCII character but letters and digits as a backslash, two digits
/// and a space. NUL, which CSS does not have, becomes U+FFFD.
///
/// Needs at most four times the room of `text`. Not for `url(…)` without quotes, and not for code outside of a string.
///
/// # Errors
/// [`TooSmall`] when it does not fit.
pub fn css<'b>(text: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], TooSmall> {
    let mut out = Writer::new(buffer);
    replace_text(
        text,
        &mut out,
        |byte| byte.is_ascii() && !byte.is_ascii_alphanumeric(),
        |out, byte| match byte {
            0 => out.raw(REPLACEMENT),
            byte => out.hexadecimal(b"\\", byte, b" "),
        },
    );
    out.finish()
}

/// As [`replace_text`], with U+2028 and U+2029, which end lines of JavaScript, as `\u` escapes.
fn each<'b>(text: &[u8], out: &mut Writer<'b>, special: impl Fn(u8) -> bool, write: impl Fn(&mut Writer<'b>, u8)) {
    for piece in pieces(text) {
        let Piece::Text(text) = piece else {
            out.raw(REPLACEMENT);
            continue;
        };
        let mut rest = text;
        while let Some(at) = rest.iter().position(|&byte| byte == 0xE2 || special(byte)) {
            let (plain, after) = rest.split_at_checked(at).unwrap_or_default();
            out.raw(plain);
            rest = match after {
                [0xE2, 0x80, last @ (0xA8 | 0xA9), after @ ..] => {
                    out.raw(if *last == 0xA8 { b"\\u2028" } else { b"\\u2029" });
                    after
                }
                [0xE2, after @ ..] => {
                    out.raw(&[0xE2]);
                    after
                }
                [byte, after @ ..] => {
                    write(out, *byte);
                    after
                }
                [] => after,
            };
        }
        out.raw(rest);
    }
}
