//! Text inside of HTML.

use super::{
    pieces::{Piece, REPLACEMENT, pieces, replace_text},
    writer::{TooSmall, Writer},
};

/// For the text of an element and for a quoted attribute: `&`, `<`, `>`, `"` and `'` as references.
///
/// The bytes are those of PHP's `htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8')`, also for what is no UTF-8. Needs at
/// most six times the room of `text`. Not for `<script>`, `<style>`, attributes without quotes, and URLs, which other rules read.
///
/// # Errors
/// [`TooSmall`] when it does not fit.
pub fn html<'b>(text: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], TooSmall> {
    let mut out = Writer::new(buffer);
    let special = |byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'');
    replace_text(text, &mut out, special, |out, byte| {
        out.raw(match byte {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'"' => b"&quot;",
            _ => b"&#039;",
        });
    });
    out.finish()
}

/// For the value of an attribute, whether or not it is quoted: every ASCII character but letters and digits as a reference, also
/// the line breaks U+2028 and U+2029. NUL, which no reference stands for, becomes U+FFFD.
///
/// Needs at most six times the room of `text`. Not for attributes that hold code (`onclick`, `style`) or URLs (`href`, `src`).
///
/// # Errors
/// [`TooSmall`] when it does not fit.
pub fn attribute<'b>(text: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], TooSmall> {
    let mut out = Writer::new(buffer);
    for piece in pieces(text) {
        let Piece::Text(text) = piece else {
            out.raw(REPLACEMENT);
            continue;
        };
        let mut rest = text;
        while let Some((&byte, after)) = rest.split_first() {
            rest = after;
            match (byte, after) {
                (0, _) => out.raw(REPLACEMENT),
                (b'&', _) => out.raw(b"&amp;"),
                (b'<', _) => out.raw(b"&lt;"),
                (b'>', _) => out.raw(b"&gt;"),
                (0xE2, [0x80, last @ (0xA8 | 0xA9), after @ ..]) => {
                    out.raw(if *last == 0xA8 { b"&#8232;" } else { b"&#8233;" });
                    rest = after;
                }
                (byte, _) if byte.is_ascii_alphanumeric() || !byte.is_ascii() => out.raw(&[byte]),
                (byte, _) => reference(&mut out, byte),
            }
        }
    }
    out.finish()
}

/// A decimal reference to an ASCII character.
fn reference(out: &mut Writer<'_>, byte: u8) {
    let [hundreds, tens, ones] =
        [byte.wrapping_div(100), byte.wrapping_div(10) % 10, byte % 10].map(|digit| b'0'.wrapping_add(digit));
    out.raw(b"&#");
    if byte >= 100 {
        out.raw(&[hundreds]);
    }
    if byte >= 10 {
        out.raw(&[tens]);
    }
    out.raw(&[ones, b';']);
}
