//! Absolute paths and `file:` URIs, which name their root themselves.

use crate::{
    path::{Buffer, Contained, Profile, Rules, contain, escape, settle, settle_in_place},
    reason::Reason,
    text::{equal_folded, hex_pair, split_once},
    uri::is_stable,
};

/// Whether `path` begins at the root of a system, a drive or a share.
#[must_use]
pub fn is_absolute(path: &[u8], profile: Profile) -> bool {
    match (profile, path) {
        (_, [b'/', ..]) => true,
        (Profile::Portable, [b'\\', ..]) => true,
        (Profile::Portable, [drive, b':', ..]) => drive.is_ascii_alphabetic(),
        _ => false,
    }
}

/// Judges a `path` that may be absolute, in which case it must begin with `root`, name by name; a relative one is judged by
/// [`contain`].
///
/// `root` comes from a policy: absolute, without `.` and `..`. In the portable profile it may be one of Windows (`C:\docs`), and
/// its separators in `path` may be either; behind the root they are `/`.
///
/// # Errors
/// [`Reason::PathOutside`] when the path does not begin with the root; otherwise as [`contain`], about what follows the root.
pub fn contain_absolute<'b>(root: &[u8], path: &'b [u8], rules: Rules, buffer: &'b mut Buffer) -> Result<Contained<'b>, Reason> {
    match rules.decodings()? {
        _ if !is_absolute(path, rules.profile) => contain(path, rules, buffer),
        0 => match strip(root, path, rules.profile)? {
            b"" => Ok(Contained::ROOT),
            rest => settle(rest, rules, buffer),
        },
        times => {
            let len = escape::decode(path, times, buffer)?;
            settle_absolute(root, 0, len, rules, buffer)
        }
    }
}

/// Judges a `file:` URI (RFC 8089), which must be in normal form, of this machine and beneath `root`. It is decoded exactly once;
/// what comes out is judged as a path by the same rules, whose decodings come on top.
///
/// # Errors
/// [`Reason::PathUri`] for another scheme, another host than none or `localhost`, a query, a fragment, or a URI that libraries read
/// differently; otherwise as [`contain_absolute`].
pub fn contain_uri<'b>(root: &[u8], uri: &[u8], rules: Rules, buffer: &'b mut Buffer) -> Result<Contained<'b>, Reason> {
    let rest = uri.strip_prefix(b"file:").filter(|_| is_stable(uri)).ok_or(Reason::PathUri)?;
    let path = match rest.strip_prefix(b"//") {
        Some(rest) => {
            let end = rest.iter().position(|&byte| byte == b'/').ok_or(Reason::PathUri)?;
            let (host, path) = rest.split_at_checked(end).ok_or(Reason::PathUri)?;
            if matches!(host, b"" | b"localhost") { path } else { return Err(Reason::PathUri) }
        }
        None => rest,
    };
    if path.first() != Some(&b'/') || path.iter().any(|byte| b"?#".contains(byte)) {
        return Err(Reason::PathUri);
    }
    if holds_encoded_separator(path) {
        return Err(Reason::PathEncoding);
    }
    let len = escape::decode(path, rules.decodings()?.saturating_add(1), buffer)?;
    // `file:///C:/docs` is `C:/docs` (RFC 8089 appendix E.2)
    let start = match (buffer.get(..len), root) {
        (Some([b'/', drive, b':', ..]), [_, b':', ..]) if drive.is_ascii_alphabetic() => 1,
        _ => 0,
    };
    settle_absolute(root, start, len, rules, buffer)
}

/// A relative path that is not taken for one of a home directory by who expands `~` and `~user`, in either profile: shells,
/// `os.path.expanduser`, many servers. A kernel's caller that joins names asks [`contain`]; what goes on to a server asks this.
fn relative(contained: Contained<'_>) -> Result<Contained<'_>, Reason> {
    let first = contained.path.split(|&byte| byte == b'/').next().unwrap_or_default();
    if is_home(first) { Err(Reason::PathAbsolute) } else { Ok(contained) }
}

/// `~`, or `~` and a name as systems give to users. Others, such as `~$report.docx` and `~WRL0001.tmp`, are names like any other.
fn is_home(name: &[u8]) -> bool {
    match name {
        [b'~'] | [b'~', b'+' | b'-'] => true,
        [b'~', first, user @ ..] => {
            (first.is_ascii_lowercase() || *first == b'_')
                && user.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.".contains(byte))
        }
        _ => false,
    }
}

/// Judges what `raw`, a value of a URI template as the URI has it, is once it is decoded: a path as of [`contain_absolute`], by the same
/// rules, whose decodings come on top. That a separator was encoded is no matter here: RFC 6570 §3.2.2 expands `a/b` to `a%2Fb`.
///
/// # Errors
/// As [`contain_any`].
pub fn contain_value<'b>(root: &[u8], raw: &[u8], rules: Rules, buffer: &'b mut Buffer) -> Result<Contained<'b>, Reason> {
    let len = escape::decode(raw, rules.decodings()?.saturating_add(1), buffer)?;
    match buffer.get(..len) {
        Some(path) if is_absolute(path, rules.profile) => settle_absolute(root, 0, len, rules, buffer),
        _ => relative(settle_in_place(0, len, rules, buffer)?),
    }
}

/// Whether a text is a `file:` URI to some library: in any case, with the white space and line breaks that WHATWG parsers drop.
#[must_use]
pub fn is_file_uri(text: &[u8]) -> bool {
    let mut letters = text.iter().filter(|byte| **byte > b' ');
    b"file:".iter().all(|known| letters.next().is_some_and(|byte| byte.eq_ignore_ascii_case(known)))
}

/// Judges what a server is asked to open, a path or a `file:` URI: [`contain_uri`] for what any library takes for one, otherwise
/// [`contain_absolute`].
///
/// # Errors
/// As these, and [`Reason::PathAbsolute`] for a relative path that begins with what many expand to a home directory: `~`, `~user`.
pub fn contain_any<'b>(root: &[u8], text: &'b [u8], rules: Rules, buffer: &'b mut Buffer) -> Result<Contained<'b>, Reason> {
    if is_file_uri(text) {
        return contain_uri(root, text, rules, buffer);
    }
    let absolute = is_absolute(text, rules.profile);
    let contained = contain_absolute(root, text, rules, buffer)?;
    if absolute { Ok(contained) } else { relative(contained) }
}

/// Whether decoding adds a separator: a `/` that is encoded is not one to a URI (RFC 3986 §2.2), but is to a file system.
fn holds_encoded_separator(path: &[u8]) -> bool {
    let mut rest = path;
    while let Some((_, after)) = split_once(rest, b'%') {
        if let [high, low, ..] = *after
            && matches!(hex_pair(high, low), Some(b'/' | b'\\'))
        {
            return true;
        }
        rest = after;
    }
    false
}

/// Judges the absolute path that stands in `buffer` at `start..end`.
fn settle_absolute<'b>(
    root: &[u8],
    start: usize,
    end: usize,
    rules: Rules,
    buffer: &'b mut Buffer,
) -> Result<Contained<'b>, Reason> {
    let path = buffer.get(start..end).unwrap_or_default();
    if !is_absolute(path, rules.profile) {
        return Err(Reason::PathOutside);
    }
    match strip(root, path, rules.profile)?.len() {
        0 => Ok(Contained::ROOT),
        rest => settle_in_place(end.saturating_sub(rest), end, rules, buffer),
    }
}

/// What follows `root` in `path`, without the separators between.
fn strip<'p>(root: &[u8], path: &'p [u8], profile: Profile) -> Result<&'p [u8], Reason> {
    let windows = profile == Profile::Portable && matches!(root, [b'\\', ..] | [_, b':', ..]);
    let separates = |byte: &u8| *byte == b'/' || (windows && *byte == b'\\');
    // two separators begin a share on Windows and what they like on POSIX (IEEE 1003.1 §4.16); none begins a drive
    let leading = |text: &[u8]| text.iter().take_while(|byte| separates(byte)).count();
    if !is_absolute(root, profile) || leading(root) != leading(path) {
        return Err(Reason::PathOutside);
    }
    let mut rest = path;
    for name in root.split(separates).filter(|name| !name.is_empty()) {
        rest = trim_start(rest, separates);
        let end = rest.iter().position(separates).unwrap_or(rest.len());
        let (head, tail) = rest.split_at_checked(end).ok_or(Reason::PathOutside)?;
        let drive = matches!(name, [_, b':']) && equal_folded(name, head);
        if matches!(name, b"." | b"..") || (head != name && !drive) {
            return Err(Reason::PathOutside);
        }
        rest = tail;
    }
    Ok(trim_start(rest, separates))
}

fn trim_start(text: &[u8], separates: impl Fn(&u8) -> bool) -> &[u8] {
    let start = text.iter().position(|byte| !separates(byte)).unwrap_or(text.len());
    text.get(start..).unwrap_or_default()
}
