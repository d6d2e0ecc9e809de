//! What a text itself calls a password, a secret, a token or a key.
//!
//! A name, then what separates a name from its value, then a value that is no placeholder and, unless it is a password, random
//! enough.

use crate::format::Format;

use super::{
    Kind, Kinds,
    scan::{Found, Place},
};

/// The longest value that is looked at.
const VALUE_MAX: usize = 128;
/// The most bytes between a name and its value.
const SEPARATORS_MAX: usize = 24;

/// What a word says about the value after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Password,
    Secret,
}

/// The names, in lower case.
const NAMES: &[(&[u8], Name)] = &[
    (b"password", Name::Password),
    (b"passwd", Name::Password),
    (b"passphrase", Name::Password),
    (b"pwd", Name::Password),
    (b"pass", Name::Password),
    (b"secret", Name::Secret),
    (b"token", Name::Secret),
    (b"key", Name::Secret),
    (b"apikey", Name::Secret),
    (b"access", Name::Secret),
    (b"private", Name::Secret),
    (b"authorization", Name::Secret),
    (b"auth", Name::Secret),
    (b"bearer", Name::Secret),
    (b"basic", Name::Secret),
];

/// Words in front of `key` that make it no secret.
const HARMLESS: &[&[u8]] =
    &[b"public", b"primary", b"foreign", b"partition", b"license", b"sort", b"hot", b"cache", b"instrumentation"];

/// How a value is tied to its name.
#[derive(Clone, Copy, Debug, Default)]
struct Tie {
    /// `=`, `:` or `=>` is between them.
    assigned: bool,
    /// White space, but no sign.
    spaced: bool,
    /// A parenthesis is opened.
    called: bool,
    /// The value stands in these quotes.
    quote: Option<u8>,
    /// The name is followed by `=` and nothing else.
    tight: bool,
}

/// The value that the name which begins here says.
pub(super) fn named(place: Place<'_>, kinds: Kinds) -> Option<Found> {
    if !kinds.contains(Kind::Password) && !kinds.contains(Kind::Secret) {
        return None;
    }
    let (mut name, mut at) = name_at(place.tail)?;
    // the last word of the name says what the value is
    let mut word = place.tail.get(..at)?;
    if harmless(place.before) && place.tail.first().is_some_and(|byte| byte.eq_ignore_ascii_case(&b'k')) {
        return None;
    }
    let mut tie = Tie::default();
    // a name of several words: `secret access key`
    for _ in 0..4 {
        at = identifier_end(place.tail, at, name);
        let (next, found) = separators(place.tail, at)?;
        (at, tie) = (next, found);
        match place.tail.get(at..).and_then(name_at) {
            Some((again, len)) if tie.quote.is_none() || name == Name::Secret => {
                // `Authorization: Bearer …` goes on; `password: secret` has its value
                let next = place.tail.get(at.saturating_add(len)).copied().unwrap_or(b' ');
                if (tie.assigned && next != b' ') || (name == Name::Password && next.is_ascii_alphanumeric()) {
                    break;
                }
                word = place.tail.get(at..)?.get(..len)?;
                (name, at) = (if name == Name::Password { name } else { again }, at.saturating_add(len));
            }
            _ => break,
        }
    }
    let len = value_len(place.tail.get(at..)?, tie);
    let value = place.tail.get(at..)?.get(..len)?;
    let kind = match name {
        Name::Password => is_password(value, tie).then_some(Kind::Password)?,
        // a token that is a UUID is as often the name of a thing
        Name::Secret if word.eq_ignore_ascii_case(b"token") && Format::Uuid.matches(value) => {
            return None;
        }
        Name::Secret => is_secret(value, tie).then_some(Kind::Secret)?,
    };
    kinds.contains(kind).then_some(Found { back: 0, skip: at, end: at.saturating_add(len), kind })
}

/// A long random value that something is set to, here at its first byte.
pub(super) fn random(place: Place<'_>, kinds: Kinds) -> Option<Found> {
    const LEN_MIN: usize = 24;
    if !kinds.contains(Kind::Random) {
        return None;
    }
    let before = match place.before {
        [before @ .., b'"' | b'\''] | before => before,
    };
    let before = match before {
        [before @ .., b' '] | before => before,
    };
    let (b'=' | b':', name) = before.split_last()? else { return None };
    let name = name.get(name.len().saturating_sub(24)..).unwrap_or(name);
    let sums: [&[u8]; 9] = [b"sha", b"hash", b"sum", b"digest", b"commit", b"integrity", b"etag", b"id", b"license"];
    if sums.iter().any(|word| holds(name, word)) {
        return None;
    }
    let len = place.tail.iter().take(VALUE_MAX).take_while(|byte| is_token_byte(**byte)).count();
    let value = place.tail.get(..len)?;
    let letters = value.iter().any(u8::is_ascii_alphabetic);
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let dull = value.iter().any(|byte| matches!(byte, b'/' | b'.' | b'-' | b':'));
    (len >= LEN_MIN && letters && digits >= 3 && !dull && is_random(value)).then_some(Found::here(len, Kind::Random))
}

/// The name that `text` begins with, and its length.
fn name_at(text: &[u8]) -> Option<(Name, usize)> {
    let fits = |(word, _): &&(&[u8], Name)| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    NAMES.iter().find(fits).map(|(word, name)| (*name, word.len()))
}

/// Whether the word right before a `key` makes it no secret.
fn harmless(before: &[u8]) -> bool {
    let before = match before {
        [rest @ .., b'_' | b'-' | b' '] | rest => rest,
    };
    HARMLESS.iter().any(|word| before.last_chunk_of(word.len()).is_some_and(|end| end.eq_ignore_ascii_case(word)))
}

/// The last bytes of a slice.
trait LastChunk {
    fn last_chunk_of(&self, len: usize) -> Option<&[u8]>;
}

impl LastChunk for [u8] {
    fn last_chunk_of(&self, len: usize) -> Option<&[u8]> {
        self.get(self.len().checked_sub(len)?..)
    }
}

/// Where the identifier that holds the name ends. After the name of a secret, what follows a hyphen may be the value.
fn identifier_end(text: &[u8], from: usize, name: Name) -> usize {
    const REST_MAX: usize = 24;
    let rest = text.get(from..).unwrap_or_default();
    let in_name = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_' || (name == Name::Password && byte.is_ascii_digit());
    let len = rest.iter().take(REST_MAX).take_while(|byte| in_name(byte)).count();
    // another name may be inside: leave it to be found
    let inner = (0..len).find(|&at| rest.get(at..).and_then(name_at).is_some());
    from.saturating_add(inner.unwrap_or(len))
}

/// Where the value begins that is tied to the name which ends at `from`.
fn separators(text: &[u8], from: usize) -> Option<(usize, Tie)> {
    let mut tie = Tie::default();
    // the password is "…"
    let (from, told) = match text.get(from..)? {
        [b' ', b'i', b's', b' ', b'"' | b'\'' | b'`', ..] => (from.saturating_add(4), true),
        _ => (from, false),
    };
    tie.assigned = told;
    let (mut signs, mut others) = (0_u8, 0_u8);
    for (offset, &byte) in text.get(from..)?.iter().take(SEPARATORS_MAX).enumerate() {
        match byte {
            b'=' | b':' => {
                tie.assigned = true;
                tie.quote = None;
                signs = signs.saturating_add(1);
            }
            b'>' if tie.assigned => others = 1,
            b' ' | b'\t' | b'\n' | b'\r' => {
                tie.spaced = true;
                others = 1;
            }
            b'"' | b'\'' | b'`' => tie.quote = Some(byte),
            b'(' => {
                tie.called = true;
                others = 1;
            }
            b'\\' | b',' | b'[' | b'|' | b'-' | b'_' | b']' | b')' => others = 1,
            _ => {
                tie.tight = tie.assigned && signs == 1 && others == 0;
                // a quote with no sign closes the name
                return Some((from.saturating_add(offset), tie));
            }
        }
    }
    None
}

const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'/' | b'=' | b'.' | b'~' | b':' | b'$' | b'%' | b'!')
}

/// The bytes of the value.
fn value_len(text: &[u8], tie: Tie) -> usize {
    let ends = |byte: u8| match tie.quote {
        Some(quote) => byte == quote || byte == b'\n' || byte == b'\\',
        None => {
            !byte.is_ascii_graphic()
                || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b';' | b',' | b'&' | b')' | b'}' | b']' | b'|' | b'\\')
        }
    };
    text.iter().take(VALUE_MAX).take_while(|byte| !ends(**byte)).count()
}

/// Whether a value that a text calls a password can be one.
fn is_password(value: &[u8], tie: Tie) -> bool {
    if !tie.assigned || value.len() < 4 || is_placeholder(value) {
        return false;
    }
    let letters = value.iter().any(u8::is_ascii_alphabetic);
    let digits = value.iter().any(u8::is_ascii_digit);
    let code = value.iter().any(|byte| matches!(byte, b'(' | b'[' | b'{' | b'$' | b'*'));
    match tie.quote {
        Some(_) if code || value.contains(&b' ') => letters && digits,
        Some(_) => digits || value.iter().all(u8::is_ascii_alphanumeric),
        None => {
            !code && ((letters && digits && value.len() >= 6) || (tie.tight && !value.contains(&b'.') && !value.contains(&b'(')))
        }
    }
}

/// Whether a value that a text calls a secret is random enough to be one.
fn is_secret(value: &[u8], tie: Tie) -> bool {
    let token = value.iter().all(|byte| is_token_byte(*byte));
    if !token || (tie.called && !tie.assigned) || value.starts_with(b"/") || value.starts_with(b"http") {
        return false;
    }
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let mixed = letters >= 1 && digits >= 2;
    let bare = letters.saturating_add(digits) == value.len();
    let code = value.iter().any(|byte| matches!(byte, b'$' | b'%' | b':'))
        || value.windows(2).any(|pair| pair == b"::" || pair == b"./");
    if code && digits < 4 {
        return false;
    }
    let len = value.len();
    let enough = match (tie.assigned, mixed) {
        (true, true) => len >= 10,
        (false, true) => len >= 12,
        (true, false) => {
            (len >= 20 && bare)
                || (len >= 32 && value.iter().any(u8::is_ascii_uppercase) && value.iter().any(u8::is_ascii_lowercase))
        }
        (false, false) => len >= 20 && bare && value.iter().all(u8::is_ascii_uppercase) || digits == len && len >= 16,
    };
    enough && is_random(value) && !is_placeholder(value)
}

/// Whether `word`, which is not empty, stands somewhere in `text`, whatever its case.
fn holds(text: &[u8], word: &[u8]) -> bool {
    let window = |start: usize| text.get(start..start.saturating_add(word.len()));
    (0..text.len()).any(|start| window(start).is_some_and(|window| window.eq_ignore_ascii_case(word)))
}

/// Whether a value stands for another one: a variable, a template, an example.
fn is_placeholder(value: &[u8]) -> bool {
    const MARKS: &[&[u8]] = &[b"${", b"{{", b"<%", b"%(", b"&lt;", b"$(", b"%s", b"env.", b"env[", b"process."];
    const WORDS: &[&[u8]] = &[
        b"example",
        b"your",
        b"placeholder",
        b"changeme",
        b"insert",
        b"fake",
        b"xxxx",
        b"****",
        b"....",
        b"redacted",
        b"enter_",
        b"test-token",
    ];
    const WHOLE: &[&[u8]] =
        &[b"null", b"none", b"true", b"false", b"string", b"undefined", b"required", b"optional", b"token", b"nil", b"hidden"];
    let variable = value.windows(5).enumerate().any(|(at, window)| {
        let apart = at.checked_sub(1).and_then(|at| value.get(at)).is_none_or(|byte| !byte.is_ascii_alphabetic());
        apart && window.eq_ignore_ascii_case(b"passw")
    });
    variable
        || matches!(value, [b'$' | b'<' | b'#' | b'@' | b'%' | b'{' | b'[', ..])
        || MARKS.iter().any(|word| holds(value, word))
        || WORDS.iter().any(|word| holds(value, word))
        || WHOLE.iter().any(|word| value.eq_ignore_ascii_case(word))
        || is_monotone(value)
        || is_false_uuid(value)
}

/// Whether the end of a value is grouped as a UUID but holds letters that no UUID has: examples are written so.
fn is_false_uuid(value: &[u8]) -> bool {
    const LEN: usize = 36;
    let Some(tail) = value.last_chunk_of(LEN) else { return false };
    let grouped = tail.iter().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_alphanumeric(),
    });
    grouped && !Format::Uuid.matches(tail)
}

/// Whether one byte is all there is.
pub(super) fn is_monotone(value: &[u8]) -> bool {
    value.first().is_some_and(|first| value.iter().all(|byte| byte == first))
}

/// Whether the bytes repeat so little that they look drawn at random: the chance that two bytes drawn from the value are equal is
/// at most 1 in 6 (collision entropy of 2.6 bits a byte).
fn is_random(value: &[u8]) -> bool {
    let mut counts = [0_u32; 128];
    for byte in value {
        if let Some(count) = counts.get_mut(usize::from(*byte & 0x7F)) {
            *count = count.saturating_add(1);
        }
    }
    let squares = counts.iter().fold(0_u32, |sum, count| sum.saturating_add(count.saturating_mul(*count)));
    let len = crate::num::length(value.len());
    squares > 0 && len.saturating_mul(len) >= squares.saturating_mul(6)
}
