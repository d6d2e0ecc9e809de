//! JSON Pointers, absolute and relative, and UUIDs: the short ones.

/// `json-pointer` (RFC 6901 §3): `~` is followed by `0` or `1`, and what is not empty begins with a slash.
pub(super) fn is_json_pointer(text: &[u8]) -> bool {
    let mut rest = match text {
        [] => return true,
        [b'/', rest @ ..] => rest,
        _ => return false,
    };
    while let Some((_, after)) = crate::text::split_once(rest, b'~') {
        let [b'0' | b'1', after @ ..] = after else { return false };
        rest = after;
    }
    core::str::from_utf8(text).is_ok()
}

/// `relative-json-pointer`: a number without leading zeros, then `#` or a JSON Pointer; no shift of an index, which later drafts have.
pub(super) fn is_relative_json_pointer(text: &[u8]) -> bool {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let Some((up, rest)) = text.split_at_checked(end) else { return false };
    matches!(up, [b'0'] | [b'1'..=b'9', ..]) && (rest == b"#" || is_json_pointer(rest))
}

/// `uuid` (RFC 4122 §3): the digits and hyphens; which version and variant they say is not judged.
pub(super) fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// A number of E.164: two to fifteen digits that do not begin with zero, perhaps a `+` in front.
pub(super) fn is_phone(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"+").unwrap_or(text);
    (2..=15).contains(&digits.len()) && digits.first() != Some(&b'0') && digits.iter().all(u8::is_ascii_digit)
}
