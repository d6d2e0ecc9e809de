//! Calls of programs that run a shell, code of servers, and batch files of Windows.

use crate::threat::bytes::{at, before, between, from, is_listed, is_sorted_list, skip_space, starts, starts_any, until};

/// Functions that run a command, in small letters.
const RUNNERS: &[&str] =
    &["passthru", "pcntl_exec", "popen", "proc_open", "shell_exec", "shellexec", "system", "win32_create_service"];

/// Functions that run code or tell about the server, and that hardly any text names with parentheses.
const TELLTALE: &[&str] = &["assert", "create_function", "eval", "exec", "phpinfo", "phpversion", "print", "sleep", "usleep"];

const _: [(); 1] = [(); if is_sorted_list(RUNNERS) && is_sorted_list(TELLTALE) { 1 } else { 0 }];

/// Whether the word between two places is such a call.
pub(super) fn looks(text: &[u8], start: usize, end: usize) -> bool {
    let word = between(text, start, end);
    let next = skip_space(text, end);
    match at(text, next) {
        b'(' => is_call(text, word, start, skip_space(text, next.saturating_add(1))),
        b' ' | 0 => false,
        _ => is_windows(text, word, next),
    }
}

fn is_call(text: &[u8], word: &[u8], start: usize, argument: usize) -> bool {
    let rest = from(text, argument);
    let literal = matches!(rest, [b'\'' | b'"' | b'$' | b'`', ..]);
    if is_listed(RUNNERS, word) {
        let code = starts_any(rest, &["base64", "chr(", "hex2bin", "id)", "ls)", "whoami", "cat "])
            || matches!(rest, [b')', b';' | b'"' | b'\'', ..]);
        return literal || code;
    }
    if is_listed(TELLTALE, word) {
        return match word {
            b"phpinfo" | b"phpversion" => rest.first() == Some(&b')'),
            b"eval" | b"assert" | b"create_function" => starts_any(
                rest,
                &[
                    "$_",
                    "base64_decode",
                    "gzinflate",
                    "str_rot13",
                    "gzuncompress",
                    "\"$_",
                    "compile(",
                    "'whoami",
                    "'id'",
                    "'cat ",
                    "'ls",
                    "`",
                ],
            ),
            b"exec" => {
                matches!(before(text, start), b';' | b' ' | 0 | b'"' | b'{' | b'@' | b'`')
                    && starts_any(rest, &["'", "\"", "base64"])
                    && !starts_any(rest, &["\"\"\""])
            }
            b"print" => starts_any(rest, &["`", "md5(", "\"`"]) || (start < 8 && starts_any(rest, &["system"])),
            b"sleep" | b"usleep" => {
                start < 8 && matches!(before(text, start), b'{' | b';') && rest.first().is_some_and(u8::is_ascii_alphanumeric)
            }
            _ => false,
        };
    }
    word.eq_ignore_ascii_case(b"getruntime") && at(text, start.saturating_sub(1)) == b'.'
}

/// Programs of Windows with the arguments that attacks give them.
fn is_windows(text: &[u8], word: &[u8], next: usize) -> bool {
    let rest = from(text, next);
    let line = rest.get(..rest.len().min(96)).unwrap_or_default();
    let holds = |wanted: &str| (0..line.len()).any(|place| starts(from(line, place), wanted.as_bytes()));
    match word.len() {
        3 if word.eq_ignore_ascii_case(b"net") => {
            starts_any(rest, &["user ", "localgroup ", "group ", "share ", "use \\\\", "view"]) && (holds("/") || holds("\\"))
        }
        3 if word.eq_ignore_ascii_case(b"reg") => starts_any(rest, &["add ", "query ", "delete ", "save "]) && holds("hk"),
        3 if word.eq_ignore_ascii_case(b"cmd") => starts_any(rest, &["/c", "/k", "/r"]),
        3 if word.eq_ignore_ascii_case(b"exe") => {
            before(text, next.saturating_sub(4)) == b'.' && starts_any(rest, &["/c ", "-enc", "-nop", "-exec"])
        }
        4 if word.eq_ignore_ascii_case(b"type") => starts_any(rest, &["%systemroot%", "c:\\", "%windir%"]),
        5 if word.eq_ignore_ascii_case(b"netsh") => starts_any(rest, &["firewall", "advfirewall"]),
        10 if word.eq_ignore_ascii_case(b"powershell") => starts_any(rest, &["-e", "-c", "-n", "-w", "iex", "(", "-f"]),
        _ => false,
    }
}

/// A template that calls: `${system("id")}`, `${phpinfo()}`; `rest` follows `${`.
pub(super) fn is_template(rest: &[u8]) -> bool {
    let head = rest.get(..rest.len().min(200)).unwrap_or_default();
    let end = until(head, 0, |byte| byte == b'(');
    let start = head
        .get(..end)
        .unwrap_or_default()
        .iter()
        .rposition(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
        .map_or(0, |place| place.saturating_add(1));
    let name = between(head, start, end);
    end < head.len() && (is_listed(RUNNERS, name) || is_listed(TELLTALE, name))
}

/// `for %i in (…) do`, `if exist …`, `if %x%==…`: the grammar of batch files.
pub(super) fn is_batch(text: &[u8], place: usize) -> bool {
    let start = skip_space(text, place);
    let rest = from(text, start);
    let line = rest.get(..rest.len().min(128)).unwrap_or_default();
    let words = |from_place: usize| from(line, skip_space(line, from_place));
    if starts(line, b"for ") {
        let mut rest = words(4);
        if let [b'/', letter, b' ', after @ ..] = rest
            && letter.is_ascii_alphabetic()
        {
            rest = from(after, until(after, 0, |byte| byte == b'%'));
        }
        return matches!(rest, [b'%', ..]);
    }
    if !starts(line, b"if") {
        return false;
    }
    let mut condition = words(2);
    for option in ["/i ", "not ", "/i ", "("] {
        if starts(condition, option.as_bytes()) {
            condition = from(condition, skip_space(condition, option.len()));
        }
    }
    starts_any(condition, &["exist ", "defined ", "errorlevel ", "cmdextversion "])
        && condition.iter().any(|&byte| b"%.(:\\0123456789".contains(&byte) || byte.is_ascii_uppercase())
        || is_batch_comparison(condition)
}

/// `%x%==`, `"%x%" neq`, `(1) equ (1)`.
fn is_batch_comparison(condition: &[u8]) -> bool {
    let operand = until(condition, 0, |byte| byte == b' ' || byte == b'=');
    let left = condition.get(..operand).unwrap_or_default();
    let operator = from(condition, skip_space(condition, operand));
    let named = starts_any(operator, &["equ ", "neq ", "lss ", "leq ", "gtr ", "geq "]);
    let equal = operator.starts_with(b"==") && left.iter().any(|&byte| matches!(byte, b'%' | b'!'));
    named || equal
}
