//! Percent-encoding in paths: decoded as often as the rules say, or guarded against whoever decodes later.

use crate::{
    path::{Buffer, PATH_MAX},
    reason::Reason,
    text::{hex_pair, is_utf8, split_once, unescaped},
};

/// Writes `path`, decoded `times` times, to the beginning of `buffer` and gives its length.
///
/// A `%` that begins no escape is refused: decoders differ about it.
pub(super) fn decode(path: &[u8], times: u8, buffer: &mut Buffer) -> Result<usize, Reason> {
    if path.len() > PATH_MAX {
        return Err(Reason::PathSize);
    }
    for (to, from) in buffer.iter_mut().zip(path) {
        *to = *from;
    }
    let mut len = path.len();
    for _ in 0..times {
        len = decode_once(buffer, len)?;
    }
    Ok(len)
}

/// Decodes the first `len` bytes where they stand.
fn decode_once(buffer: &mut Buffer, len: usize) -> Result<usize, Reason> {
    let (mut read, mut written) = (0_usize, 0_usize);
    while let Some(rest) = buffer.get(read..len).filter(|rest| !rest.is_empty()) {
        let (byte, step) = match *rest {
            [b'%', high, low, ..] => (hex_pair(high, low).ok_or(Reason::PathEncoding)?, 3),
            [b'%', ..] | [] => return Err(Reason::PathEncoding),
            [byte, ..] => (byte, 1),
        };
        if let Some(slot) = buffer.get_mut(written) {
            *slot = byte;
        }
        read = read.saturating_add(step);
        written = written.saturating_add(1);
    }
    Ok(written)
}

/// Refuses a name that changes its place, its end or its escapes when it is decoded, once or more often.
///
/// What comes out of one decoding must be UTF-8, so overlong forms of a separator are refused whichever decoder would take them.
pub(super) fn judge(name: &[u8]) -> Result<(), Reason> {
    let mut rest = name;
    while let Some((_, after)) = split_once(rest, b'%') {
        if is_dangerous(after) {
            return Err(Reason::PathEncoding);
        }
        rest = after;
    }
    if is_utf8(unescaped(name)) { Ok(()) } else { Err(Reason::PathEncoding) }
}

/// Whether what follows a `%` makes it an escape that matters, now or once the escapes behind it were decoded.
fn is_dangerous(after: &[u8]) -> bool {
    if let [high, low, ..] = *after
        && let Some(byte) = hex_pair(high, low)
    {
        return byte.is_ascii_control() || b"./\\%".contains(&byte);
    }
    // `%%32e` and `%2%65` become escapes; `%u002e` is one to some servers
    let mut later = unescaped(after);
    match later.next() {
        Some(b'u' | b'U') => later.take(4).filter(u8::is_ascii_hexdigit).count() == 4,
        Some(high) if high.is_ascii_hexdigit() => later.next().is_some_and(|low| low.is_ascii_hexdigit()),
        _ => false,
    }
}
