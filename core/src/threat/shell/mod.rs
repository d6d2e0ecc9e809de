//! Whether a text is a command of a shell, or a call of a program that runs one.
//!
//! A command counts where a shell would begin one: behind a separator, in a substitution, at the beginning of the text. Most names
//! of commands are words of a language too (`id`, `find`, `more`), and programs are full of separators, so what follows the name
//! has to look like its arguments as well: how much so depends on the name and on the separator.

mod call;
mod command;
mod names;

use crate::threat::bytes::{at, before, find_folded, from, head, is_space, is_word, starts, starts_any, until};

use command::Place;

/// Whether `text` is a command.
pub(super) fn looks(text: &[u8]) -> bool {
    let script = command::is_script(text);
    if command::begins(text, 0, Place::Start, script) || call::is_batch(text, 0) {
        return true;
    }
    let mut place = 0;
    while let Some(&byte) = text.get(place) {
        if is_word(byte) {
            let end = until(text, place, |byte| !is_word(byte));
            if call::looks(text, place, end) {
                return true;
            }
            place = end;
            continue;
        }
        let next = place.saturating_add(1);
        let found = match byte {
            b';' => {
                is_variable(text, next) || (!ends_entity(text, place) && command::begins(text, next, Place::Semicolon, script))
            }
            b'&' | b'|' if is_variable(text, next) => true,
            b'|' => command::begins(text, next, if is_cell(text, place) { Place::Cell } else { Place::Pipe }, script),
            b'&' => {
                command::begins(text, next, if at(text, next) == b'&' { Place::Pipe } else { Place::Ampersand }, script)
                    || call::is_batch(text, next)
            }
            b'\n' | b'\r' => command::begins(text, next, Place::Line, script),
            b'`' => command::begins(text, next, Place::Backtick, script),
            b'$' => is_expansion(text, next, script),
            b'<' if starts(from(text, place), b"<!--#exec") => true,
            b'<' | b'>' => is_redirection(text, place, script),
            b'{' => is_brace(text, next),
            b'(' => {
                starts(from(text, place), b"() {")
                    && !is_word(before(text, place))
                    && from(text, place).iter().take(24).any(|&byte| byte == b';')
            }
            b'/' => is_device(text, place),
            b'%' => starts_any(from(text, next), &["comspec%", "systemroot%", "windir%", "programdata%", "path:~"]),
            b':' => starts(from(text, place), b":(){") || starts(from(text, place), b":(){ "),
            _ => false,
        };
        if found {
            return true;
        }
        place = next;
    }
    false
}

/// Whether a `;` ends an entity of HTML.
fn ends_entity(text: &[u8], place: usize) -> bool {
    let near = text.get(place.saturating_sub(10)..place).unwrap_or_default();
    let len = near.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#').count();
    len > 0 && near.len().checked_sub(len.saturating_add(1)).and_then(|amp| near.get(amp)) == Some(&b'&')
}

/// Whether a command that stands in a variable follows a separator, and the variable is set shortly before.
fn is_variable(text: &[u8], place: usize) -> bool {
    let start = place.saturating_add(usize::from(at(text, place) == b'&' || at(text, place) == b'|'));
    if at(text, start) != b'$' {
        return false;
    }
    let start = start.saturating_add(1);
    let name = from(text, start);
    let len = name.iter().take(16).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let name = name.get(..len).unwrap_or_default();
    let near = text.get(start.saturating_sub(64)..start).unwrap_or_default();
    let assigned = |set: &[u8]| set.strip_prefix(name).is_some_and(|rest| rest.first() == Some(&b'='));
    len > 0
        && matches!(at(text, start.saturating_add(len)), 0 | b' ' | b'$' | b';' | b'"' | b'\'' | b'|' | b'&')
        && (0..near.len()).any(|at| assigned(from(near, at)))
}

/// Whether a `|` is the edge of a table's cell: blanks on both sides, and another one on the line.
fn is_cell(text: &[u8], place: usize) -> bool {
    let next = place.saturating_add(1);
    if at(text, next) == b'|' || before(text, place) == b'|' {
        return false;
    }
    let line = head(from(text, next), 96);
    let len = line.iter().position(|&byte| byte == b'\n').unwrap_or(line.len());
    is_space(at(text, next)) && find_folded(head(line, len), b" |").is_some()
}

/// `$(command`, `${IFS}`, `$IFS`, and names of shells' own variables where no program would put them.
fn is_expansion(text: &[u8], place: usize, script: bool) -> bool {
    match from(text, place) {
        [b'(', b'(', ..] => false,
        [b'(', ..] => command::begins(text, place.saturating_add(1), Place::Substitution, script),
        [b'{', rest @ ..] => {
            starts(rest, b"ifs")
                || starts_any(rest, &["`", "path:", "home:", "shell", "$(", "@}", "jndi:", "x#", "lower:", "env:"])
                || call::is_template(rest)
        }
        rest => {
            starts(rest, b"ifs")
                || (starts(rest, b"@")
                    && is_word(before(text, place.saturating_sub(1)))
                    && rest.get(1).is_some_and(|&byte| is_word(byte)))
        }
    }
}

/// `<(command`, `<<<`, `>& /dev/tcp`.
fn is_redirection(text: &[u8], place: usize, script: bool) -> bool {
    match from(text, place) {
        [_, b'(', ..] => command::begins(text, place.saturating_add(2), Place::Substitution, script),
        [b'<', b'<', b'<', next, ..] => matches!(next, b'$' | b'"' | b'\'' | b'(' | b'`') && is_word(before(text, place)),
        _ => false,
    }
}

/// `{cat,/etc/passwd}`.
fn is_brace(text: &[u8], place: usize) -> bool {
    let end = until(text, place, |byte| !byte.is_ascii_lowercase());
    at(text, end) == b',' && end > place && names::is_command(text.get(place..end).unwrap_or_default()).is_some() && {
        let close = until(text, end, |byte| byte == b'}' || is_space(byte));
        at(text, close) == b'}'
    }
}

/// Devices of bash that open a connection, and programs by the whole of their path with wildcards inside.
fn is_device(text: &[u8], place: usize) -> bool {
    let rest = from(text, place);
    if starts_any(rest, &["/dev/tcp/", "/dev/udp/"]) {
        return true;
    }
    let path = head(rest, 32);
    !is_word(before(text, place))
        && (["/etc", "/bin", "/usr", "/dev", "/var"].iter().any(|folder| is_disguised(path, folder.as_bytes())))
}

/// Whether a path begins with a folder of the system, written with wildcards, brackets or backslashes: `/e?c/`, `/et*/`, `/b''in`.
fn is_disguised(path: &[u8], folder: &[u8]) -> bool {
    let (mut rest, mut wanted, mut disguised) = (path, folder, 0_usize);
    loop {
        (rest, wanted) = match (rest, wanted) {
            ([byte, rest @ ..], [next, wanted @ ..]) if byte == next => (rest, wanted),
            ([b'\\', letter, rest @ ..], [next, wanted @ ..]) if letter == next && letter.is_ascii_alphabetic() => {
                disguised = disguised.saturating_add(1);
                (rest, wanted)
            }
            ([b'?', rest @ ..], [b'a'..=b'z', wanted @ ..]) => {
                disguised = disguised.saturating_add(1);
                (rest, wanted)
            }
            ([b'[', letter, b']', rest @ ..], [next, wanted @ ..]) if letter == next => {
                disguised = disguised.saturating_add(1);
                (rest, wanted)
            }
            ([b'*', rest @ ..], _) if wanted.len() < folder.len().saturating_sub(1) => {
                disguised = disguised.saturating_add(1);
                (rest, &[][..])
            }
            ([a, b, rest @ ..], _) if a == b && matches!(a, b'\'' | b'"') => {
                disguised = disguised.saturating_add(1);
                (rest, wanted)
            }
            ([b'/', rest @ ..], []) => {
                // the rest of the path may be what is disguised
                let name = rest.iter().take_while(|byte| byte.is_ascii_lowercase() || b"?*[]".contains(byte));
                let wild = name.clone().filter(|byte| matches!(byte, b'?' | b'[')).count();
                return disguised > 0 || (wild > 0 && name.count() > 2);
            }
            _ => return false,
        };
    }
}

/// Whether the first line of a text, or one behind it, may begin with a command: for those who look for what may matter at all.
pub(super) fn may_begin(text: &[u8], place: usize) -> bool {
    let lead = text.get(place..place.saturating_add(4).min(text.len())).unwrap_or_default();
    let start = place.saturating_add(until(lead, 0, |byte| byte != b' ' && byte != b'\t'));
    let end = until(text, start, |byte| !is_word(byte) && byte != b'-').min(start.saturating_add(24));
    at(text, start) == b'/' || names::is_command(text.get(start..end).unwrap_or_default()).is_some()
}

/// Whether what follows a `/` may be a folder of programs or devices, or a wildcard in place of one.
pub(super) fn may_be_path(text: &[u8], place: usize) -> bool {
    let rest = from(text, place);
    starts_any(rest, &["bin/", "sbin/", "usr/", "dev/tcp", "dev/udp"])
        || rest.iter().take(5).any(|byte| b"?*[\\'\"".contains(byte))
}
