//! Whether an error's text shows how a server works inside: stack traces, places in source code, paths of files, statements and messages
//! of databases.
//!
//! A suspicion, as everywhere where text is read: what an error of a runtime or a database begins with is known, what somebody wrote by
//! hand is not. Invariant: linear in the text: each look ahead is bounded, or is over one line that is looked at a fixed number of times.

/// What only runtimes, databases and file systems write, in small letters, wherever a word begins.
const MARKS: &[&[u8]] = &[
    b"/app/",
    b"/builds/",
    b"/etc/",
    b"/home/",
    b"/lib/",
    b"/lib64/",
    b"/mnt/",
    b"/opt/",
    b"/private/",
    b"/proc/",
    b"/root/",
    b"/run/",
    b"/srv/",
    b"/sys/",
    b"/tmp/",
    b"/users/",
    b"/usr/",
    b"/var/",
    b"/workspace/",
    b"\\\\",
    b"at or near \"",
    b"caused by: ",
    b"dist-packages/",
    b"duplicate entry '",
    b"duplicate key value violates",
    b"error in your sql syntax",
    b"exception in thread \"",
    b"fatal error: uncaught ",
    b"file://",
    b"foreign key constraint fails",
    b"goroutine ",
    b"no such column: ",
    b"no such table: ",
    b"node_modules/",
    b"panicked at ",
    b"runtime error: ",
    b"site-packages/",
    b"sqlstate",
    b"stack backtrace:",
    b"stack trace:",
    b"traceback (most recent call last)",
    b"unique constraint failed: ",
    b"unknown column '",
    b"violates foreign key constraint",
    b"violates not-null constraint",
    b"violates unique constraint",
    b"~/",
];

/// Endings of names of source files.
const SOURCES: &[&[u8]] = &[
    b"c", b"cc", b"cpp", b"cs", b"cjs", b"ex", b"exs", b"go", b"h", b"hpp", b"java", b"js", b"jsx", b"kt", b"lua", b"mjs",
    b"php", b"pl", b"pm", b"py", b"pyx", b"rb", b"rs", b"scala", b"sql", b"swift", b"ts", b"tsx", b"vue",
];

/// Whether the text of an error shows how the server works inside.
#[must_use]
pub fn shows_workings(text: &[u8]) -> bool {
    let mut before = b' ';
    let mut rest = text;
    while let [byte, after @ ..] = rest {
        let begins = !is_word(before) && before != b'/' && before != b'.';
        if (begins && begins_workings(rest)) || (*byte == b'.' && is_place_in_source(after)) {
            return true;
        }
        before = *byte;
        rest = after;
    }
    text.split(|byte| matches!(byte, b'\n' | b'\r')).any(|line| is_frame(line) || is_statement(line))
}

/// Whether what begins here, where a word may begin, is one of the marks.
fn begins_workings(rest: &[u8]) -> bool {
    match rest {
        // `C:\`, `C:/`
        [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic() => true,
        [letter, b':', b'/', next, ..] if letter.is_ascii_alphabetic() => *next != b'/',
        // `0x7f3a10c4d8e0`
        [b'0', b'x', digits @ ..] => digits.iter().take_while(|digit| digit.is_ascii_hexdigit()).take(8).count() == 8,
        // `ORA-00942`
        [b'O', b'R', b'A', b'-', digits @ ..] => digits.iter().take(5).filter(|digit| digit.is_ascii_digit()).count() == 5,
        _ => {
            let marked = |mark: &&[u8]| rest.get(..mark.len()).is_some_and(|head| head.eq_ignore_ascii_case(mark));
            MARKS.iter().any(|mark| mark.first() == rest.first().map(u8::to_ascii_lowercase).as_ref() && marked(mark))
                || is_class_of_errors(rest)
        }
    }
}

/// `java.lang.NullPointerException`, `sqlite3.OperationalError`: a name with dots, the last part of which is one of an error.
fn is_class_of_errors(rest: &[u8]) -> bool {
    const LEN_MAX: usize = 120;
    let end = rest.iter().take(LEN_MAX).position(|&byte| !is_word(byte) && byte != b'.' && byte != b'\\').unwrap_or(rest.len());
    let Some((name, after)) = rest.split_at_checked(end) else { return false };
    let Some(dot) = name.iter().rposition(|byte| matches!(byte, b'.' | b'\\')) else { return false };
    let last = name.get(dot.saturating_add(1)..).unwrap_or_default();
    let capital = last.first().is_some_and(u8::is_ascii_uppercase);
    capital && (last.ends_with(b"Exception") || last.ends_with(b"Error")) && !matches!(after, [b'/', ..])
}

/// `py:120`, `php on line 12`, `php(12)`, `py", line 12`: behind a dot, the rest of the name of a source file and a place in it.
fn is_place_in_source(after: &[u8]) -> bool {
    let end = after.iter().take(6).position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(usize::MAX);
    let Some((ending, place)) = after.split_at_checked(end) else { return false };
    if !SOURCES.contains(&ending) {
        return false;
    }
    [b":".as_slice(), b"(", b" on line ", b"\", line ", b", line ", b":line "]
        .iter()
        .filter_map(|between| place.strip_prefix(*between))
        .any(|number| number.first().is_some_and(u8::is_ascii_digit))
}

/// A line of a stack trace: `at f (x:1:2)`, `at a.b.C.d(Native Method)`, `#0 f(…)`, `in f(x)`.
fn is_frame(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    if let Some(place) = line.strip_prefix(b"at ") {
        let known = [b"(Native Method)".as_slice(), b"(Unknown Source)", b"(<anonymous>)", b"(internal)"];
        let called =
            place.iter().position(|&byte| byte == b'(').is_some_and(|at| !place.get(..at).unwrap_or_default().contains(&b' '));
        return known.iter().any(|end| place.ends_with(end))
            || ends_in_number(place.strip_suffix(b")").unwrap_or(place)) && (called || place.contains(&b'/'))
            || place.ends_with(b"()") && place.contains(&b'.') && called;
    }
    let [b'#', rest @ ..] = line else { return false };
    let digits = rest.iter().take_while(|digit| digit.is_ascii_digit()).count();
    let frame = rest.get(digits..).unwrap_or_default();
    digits > 0 && frame.starts_with(b" ") && (frame.contains(&b'(') || frame.starts_with(b" {main}"))
}

/// `…:12`, but for times.
fn ends_in_number(place: &[u8]) -> bool {
    let digits = place.iter().rev().take_while(|digit| digit.is_ascii_digit()).count();
    let before = place.get(..place.len().saturating_sub(digits)).unwrap_or_default();
    digits > 0 && matches!(before, [.., name, b':'] if !name.is_ascii_digit() || before.contains(&b'/'))
}

/// A statement of SQL: two of its words in capitals, in their order; or in small letters with what no sentence has.
fn is_statement(line: &[u8]) -> bool {
    const PAIRS: [[&[u8]; 2]; 8] = [
        [b"SELECT", b"FROM"],
        [b"INSERT", b"INTO"],
        [b"UPDATE", b"SET"],
        [b"DELETE", b"FROM"],
        [b"CREATE", b"TABLE"],
        [b"ALTER", b"TABLE"],
        [b"DROP", b"TABLE"],
        [b"TRUNCATE", b"TABLE"],
    ];
    let words = || line.split(|byte| !is_word(*byte)).filter(|word| !word.is_empty());
    let in_order = |pair: &[&[u8]; 2], equal: fn(&[u8], &[u8]) -> bool| {
        let mut words = words();
        words.any(|word| equal(word, pair[0])) && words.any(|word| equal(word, pair[1]))
    };
    if PAIRS.iter().any(|pair| in_order(pair, |word, other| word == other)) {
        return true;
    }
    // `select *`, `= ?`, `= $1`, `= %s`, `= :id`, `= '…'`: what stands for values, and all columns
    let telling =
        line.windows(3).any(|three| matches!(three, [b'=', b' ', b'?' | b'$' | b'%' | b':' | b'\''] | [b't', b' ', b'*']));
    let quoted = line.windows(2).any(|two| matches!(two, [b'=', b'?' | b'$' | b'%' | b':' | b'\'']));
    (telling || quoted) && PAIRS.iter().any(|pair| in_order(pair, |word, other| word.eq_ignore_ascii_case(other)))
}

/// Whether a byte is one of a name.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
