//! The lines of a pipe, framed by core into memory of a fixed size.

use std::io::{ErrorKind, Read};

use adarga_core::frame::{Framed, Framer};

/// Bytes asked for at a time.
const CHUNK: usize = 64 << 10;

/// A line, or what came of one.
pub(super) enum Heard<'l> {
    /// A whole line, without its `\n`.
    Line(&'l [u8]),
    /// A line longer than `line_max` came to its end.
    TooLong,
    /// The pipe ended in the middle of a line, or of one that was being dropped.
    Unfinished,
}

/// Hears every line of `pipe` until it ends or fails. Blank lines say nothing and are passed over.
pub(super) fn listen(mut pipe: impl Read, line_max: usize, mut heard: impl FnMut(Heard<'_>)) {
    let mut buffer = vec![0; line_max];
    let mut chunk = vec![0; CHUNK];
    let mut framer = Framer::new();
    loop {
        let len = match pipe.read(&mut chunk) {
            Ok(0) => break,
            Ok(len) => len,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        let mut rest = chunk.get(..len).unwrap_or_default();
        loop {
            match framer.next(&mut buffer, &mut rest) {
                Framed::Line(line) if line.iter().all(u8::is_ascii_whitespace) => {}
                Framed::Line(line) => heard(Heard::Line(line)),
                Framed::Dropped => heard(Heard::TooLong),
                Framed::More => break,
            }
        }
    }
    if framer.is_mid_line() {
        heard(Heard::Unfinished);
    }
}
