//! Text inside of URLs, SQL patterns, logs and spreadsheets.

use super::{
    pieces::{Piece, pieces, replace, replace_text},
    writer::{TooSmall, Writer},
};

/// For one component of a URL (RFC 3986 §2.1): every byte but the unreserved ones as `%` and two digits, so that no delimiter is
/// left. The bytes are those of PHP's `rawurlencode`.
///
/// Needs at most three times the room of `text`. Not for a whole URL: whether that leads where it may is another question.
///
/// # Errors
/// [`TooSmall`] when it does not fit.
pub fn url<'b>(text: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], TooSmall> {
    let mut out = Writer::new(buffer);
    replace(text, &mut out, |byte| !crate::uri::is_unreserved(byte), |out, byte| out.hexadecimal(b"%", byte, b""));
    out.finish()
}

/// For a pattern of SQL `LIKE … ESCAPE '\'`: `%`, `_` and `\` behind a backslash, so that they match themselves.
///
/// What comes out is still a parameter of a statement, never a part of its text. SQL Server, whose patterns have `[…]`, reads `[`
/// otherwise. Needs at most twice the room of `text`.
///
/// # Errors
/// [`TooSmall`] when it does not fit.
pub fn like<'b>(text: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], TooSmall> {
    let mut out = Writer::new(buffer);
    replace(text, &mut out, |byte| matches!(byte, b'%' | b'_' | b'\\'), |out, byte| out.raw(&[b'\\', byte]));
    out.finish()
}

/// For one line of a log: controls, line and paragraph separators, and characters that turn the direction of text around or are
/// not seen, as `\n`, `\r`, `\t`, `\xHH` or `\u{HHHH}`; a backslash as two. What is no UTF-8 is written byte by byte as `\xHH`, so
/// the text can be had back.
///
/// Needs at most four times the room of `text`.
///
/// # Errors
/// [`TooSmall`] when it does not fit.
pub fn log<'b>(text: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], TooSmall> {
    let mut out = Writer::new(buffer);
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => log_text(text, &mut out),
            Piece::Broken(bytes) => bytes.iter().for_each(|&byte| out.hexadecimal(b"\\x", byte, b"")),
        }
    }
    out.finish()
}

fn log_text(text: &[u8], out: &mut Writer<'_>) {
    let begins = |byte: &u8| byte.is_ascii_control() || matches!(byte, b'\\' | 0xC2 | 0xD8 | 0xE2 | 0xEF);
    let mut rest = text;
    while let Some((plain, after)) = rest.iter().position(begins).and_then(|at| rest.split_at_checked(at)) {
        out.raw(plain);
        let mut unicode = |high: u8, low: u8| {
            out.raw(b"\\u{");
            if high > 0 {
                out.hexadecimal(b"", high, b"");
            }
            out.hexadecimal(b"", low, b"}");
        };
        rest = match after {
            // U+0080 to U+009F, and U+061C, which turns direction
            [0xC2, low @ 0x80..=0x9F, after @ ..] => {
                unicode(0, *low);
                after
            }
            [0xD8, 0x9C, after @ ..] => {
                unicode(0x06, 0x1C);
                after
            }
            // U+200B to U+200F, U+2028 to U+202E, U+2060 to U+206F
            [0xE2, 0x80, low @ (0x8B..=0x8F | 0xA8..=0xAE), after @ ..] => {
                unicode(0x20, low & 0x3F);
                after
            }
            [0xE2, 0x81, low @ 0xA0..=0xAF, after @ ..] => {
                unicode(0x20, low & 0x3F | 0x40);
                after
            }
            // U+FEFF
            [0xEF, 0xBB, 0xBF, after @ ..] => {
                unicode(0xFE, 0xFF);
                after
            }
            [b'\n', after @ ..] => {
                out.raw(b"\\n");
                after
            }
            [b'\r', after @ ..] => {
                out.raw(b"\\r");
                after
            }
            [b'\t', after @ ..] => {
                out.raw(b"\\t");
                after
            }
            [b'\\', after @ ..] => {
                out.raw(b"\\\\");
                after
            }
            [control @ (0..0x20 | 0x7F), after @ ..] => {
                out.hexadecimal(b"\\x", *control, b"");
                after
            }
            [byte, after @ ..] => {
                out.raw(&[*byte]);
                after
            }
            [] => after,
        };
    }
    out.raw(rest);
}

/// For a cell that no spreadsheet takes for a formula: an apostrophe in front of what begins with `=`, `+`, `-`, `@`, a tab or a
/// line break, also with their full-width forms, which some programs read alike.
///
/// A negative number becomes text by that. The quotes and separators of a CSV file are its writer's business. Needs one byte more
/// than three times the room of `text`.
///
/// # Errors
/// [`TooSmall`] when it does not fit.
pub fn spreadsheet<'b>(text: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], TooSmall> {
    let mut out = Writer::new(buffer);
    // the full-width ones are U+FF1D, U+FF0B, U+FF0D and U+FF20
    if let [b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | b'\n', ..] | [0xEF, 0xBC, 0x9D | 0x8B | 0x8D | 0xA0, ..] = text {
        out.raw(b"'");
    }
    replace_text(text, &mut out, |_| false, |_, _| {});
    out.finish()
}
