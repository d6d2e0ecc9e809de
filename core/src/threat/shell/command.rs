//! A name of a command, where a shell would begin one, and what looks like its arguments.

use crate::threat::bytes::{at, before, between, from, is_space, is_word, starts_any, until};

use super::names::{Command, is_command};

/// Behind what a command begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing: the beginning of the text.
    Start,
    /// `;`
    Semicolon,
    /// `|`, `||`, `&&`
    Pipe,
    /// `|` of a table
    Cell,
    /// `&`
    Ampersand,
    /// A line break.
    Line,
    /// A backtick.
    Backtick,
    /// `$(`, `<(`
    Substitution,
}

/// Longest name of a command.
const NAME_MAX: usize = 24;

/// Most blanks, quotes and signs before a command.
const LEAD_MAX: usize = 16;

/// Longest path before it.
const PATH_MAX: usize = 48;

/// Whether a command begins at `place`, behind blanks and quotes. `script`: [`is_script`].
pub(super) fn begins(text: &[u8], place: usize, behind: Place, script: bool) -> bool {
    let lead = between(text, place, place.saturating_add(LEAD_MAX));
    let start = place.saturating_add(until(lead, 0, |byte| !is_lead(byte, behind)));
    let (name, end) = read(text, start);
    let Some(command) = is_command(name.bytes()) else { return false };
    let arguments = Arguments::of(text, start, end, name.path, name.hidden);
    match behind {
        Place::Start => arguments.at_start(command, name.bytes()),
        // programs and scripts of several lines are full of both
        Place::Semicolon | Place::Pipe | Place::Ampersand if script && command != Command::Probe => arguments.names_secret(),
        Place::Semicolon | Place::Pipe => arguments.behind_separator(command, start > place),
        Place::Ampersand => at(text, end) != b'=' && arguments.behind_separator(command, start > place),
        Place::Line => arguments.on_line(command, place),
        Place::Backtick => arguments.in_backticks(command, before(text, place.saturating_sub(1))),
        Place::Substitution => match command {
            Command::Probe => true,
            // scripts are full of them
            _ if script => arguments.names_secret(),
            _ => command != Command::Rare || arguments.strong() || arguments.closed,
        },
        Place::Cell => !script && arguments.strong() && command.is_telling(),
    }
}

/// Whether a text is a script of several lines or begins as a command line does: a name and what looks like its arguments. Whoever
/// takes such texts runs commands on purpose.
pub(super) fn is_script(text: &[u8]) -> bool {
    let (name, end) = read(text, 0);
    let line = is_command(name.bytes()).is_some_and(|command| {
        command != Command::Rare && Arguments::of(text, 0, end, false, false).fits && at(text, end) == b' '
    });
    line || text.trim_ascii().contains(&b'\n')
}

/// What may stand between a separator and a command.
const fn is_lead(byte: u8, behind: Place) -> bool {
    match behind {
        Place::Start => matches!(byte, b' ' | b'\t' | b'+' | b'\n' | b'\r' | 0),
        Place::Line | Place::Backtick | Place::Cell => matches!(byte, b' ' | b'\t'),
        _ => (is_space(byte) && byte != b'\n') || matches!(byte, b'"' | b'\'' | b'+' | b'(' | b'{' | b'&' | b'|' | b'@'),
    }
}

/// A name without what shells leave out of it.
struct Name {
    bytes: [u8; NAME_MAX],
    len: usize,
    /// It stands behind the path of a folder of programs.
    path: bool,
    /// Quotes, backslashes or carets were inside.
    hidden: bool,
}

impl Name {
    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// The name that begins at `start`, and where it ends.
fn read(text: &[u8], start: usize) -> (Name, usize) {
    const FOLDERS: &[&str] = &[
        "/bin/",
        "/usr/bin/",
        "/sbin/",
        "/usr/sbin/",
        "/usr/local/bin/",
        "usr/bin/",
        "bin/",
        "c:\\windows\\system32\\",
        "\\windows\\system32\\",
    ];
    let mut name = Name { bytes: [0; NAME_MAX], len: 0, path: false, hidden: false };
    let head = from(text, start);
    let head = head.get(..head.len().min(PATH_MAX)).unwrap_or_default();
    let folder = FOLDERS.iter().find(|folder| starts_any(head, &[folder]));
    name.path = folder.is_some();
    let mut place = start.saturating_add(folder.map_or(0, |folder| folder.len()));
    while let Some(&byte) = text.get(place) {
        let next = at(text, place.saturating_add(1));
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' => {
                let Some(slot) = name.bytes.get_mut(name.len) else { break };
                *slot = byte;
                name.len = name.len.saturating_add(1);
            }
            // `c''at`, `c\at`, `w^hoami`
            b'\'' | b'"' | b'`' if next == byte && name.len > 0 => {
                name.hidden = true;
                place = place.saturating_add(1);
            }
            // `'c'at`
            b'\'' | b'"' if (1..=3).contains(&name.len) && before(text, start) == byte && next.is_ascii_alphabetic() => {
                name.hidden = true
            }
            // `c$@at`: a variable that is empty
            b'$' if name.len > 0
                && b"@_*!?$#-0123456789".contains(&next)
                && at(text, place.saturating_add(2)).is_ascii_alphabetic() =>
            {
                name.hidden = true;
                place = place.saturating_add(1);
            }
            b'\\' | b'^' if next.is_ascii_alphabetic() && name.len > 0 => name.hidden = true,
            _ => break,
        }
        place = place.saturating_add(1);
    }
    // the end of a sentence is no part of a name
    while name.len > 0 && name.bytes().last() == Some(&b'.') {
        name.len = name.len.saturating_sub(1);
        place = place.saturating_sub(1);
    }
    (name, place)
}

/// What follows a name.
#[derive(Clone, Copy)]
struct Arguments<'t> {
    rest: &'t [u8],
    /// Nothing follows, or another separator does.
    ends: bool,
    /// A substitution closes.
    closed: bool,
    /// An option, a path, a variable, a number, an address or a redirection follows.
    fits: bool,
    path: bool,
    hidden: bool,
    start: usize,
}

impl<'t> Arguments<'t> {
    fn of(text: &'t [u8], start: usize, end: usize, path: bool, hidden: bool) -> Self {
        let rest = from(text, end);
        let first = until(text, end, |byte| byte != b' ' && byte != b'\t' && byte != b'+');
        let next = from(text, first);
        let ends = match next {
            [] | [b'\n' | b'\r' | 0, ..] => true,
            [b';' | b'|' | b'&' | b'#' | b'\\', ..] => true,
            [b')' | b'}' | b'"' | b'\'', ..] => first == end,
            _ => false,
        };
        let spaced = first > end;
        let fits = match next {
            [b'-', b'-', letter, ..] | [b'-', letter, ..] => spaced && letter.is_ascii_alphanumeric(),
            [b'/', letter, ..] => spaced && (letter.is_ascii_alphanumeric() || *letter == b'?'),
            [b'/', ..] | [b'.', b'/' | b'.', ..] | [b'~', b'/', ..] => spaced,
            [b'$', ..] | [b'%', ..] => true,
            [b'<' | b'>', ..] => true,
            [_, b':', b'\\', ..] => spaced,
            [b'0'..=b'9', ..] => {
                spaced
                    && from(text, until(text, first, |byte| !byte.is_ascii_digit() && byte != b'.'))
                        .first()
                        .is_none_or(|byte| !is_word(*byte) && !is_space(*byte) || is_space(*byte))
            }
            _ => spaced && (is_address(next) || is_file(next)),
        };
        let closed = matches!(next, [b')' | b'`', ..]);
        Self { rest, ends, closed, fits, path, hidden, start }
    }

    /// Arguments that hardly any sentence has.
    fn strong(&self) -> bool {
        self.fits || self.path || self.hidden
    }

    fn behind_separator(&self, command: Command, _spaced: bool) -> bool {
        match command {
            Command::Probe | Command::Known => self.ends || self.strong() || self.quoted(),
            Command::Word | Command::Wrapper => self.ends || self.strong(),
            Command::Rare => self.strong() && (self.path || self.hidden),
        }
    }

    /// A command that is the whole text, or its beginning.
    fn at_start(&self, command: Command, name: &[u8]) -> bool {
        let rest = self.rest.trim_ascii();
        let single = !rest.contains(&b'\n');
        let options = self.fits && !matches!(rest, [b'0'..=b'9' | b'%' | b'<' | b'>', ..]);
        match command {
            _ if self.hidden || self.path => single || self.names_secret(),
            Command::Probe => {
                single && (options && !self.quoted() && !is_url_of_documents(name, rest) || (rest.is_empty() && name.len() > 4))
            }
            Command::Known if matches!(name, b"uname" | b"hostname") => single && options,
            Command::Known | Command::Word => single && self.fits && self.names_secret(),
            Command::Wrapper => {
                single
                    && is_command(between(rest, 0, until(rest, 0, |byte| !is_word(byte) && byte != b'-')))
                        .is_some_and(Command::is_telling)
            }
            Command::Rare => false,
        }
    }

    /// A command on a line of its own.
    fn on_line(&self, command: Command, place: usize) -> bool {
        let short = place <= 4 || (place < 24 && self.start == place && self.rest.trim_ascii().is_empty());
        match command {
            Command::Rare => false,
            _ if self.path || self.hidden => short || self.names_secret(),
            _ => (short && (self.ends || self.fits)) || self.names_secret(),
        }
    }

    fn in_backticks(&self, command: Command, before: u8) -> bool {
        let bare = self.rest == b"`" && (before == 0 || !is_space(before)) && before != b'(' && before != b'[';
        match command {
            Command::Probe | Command::Known => self.names_secret() || bare || self.has_address() || self.path,
            Command::Word | Command::Wrapper => self.names_secret() || bare,
            Command::Rare => false,
        }
    }

    fn quoted(&self) -> bool {
        matches!(self.rest, [b' ', b'"' | b'\'', ..])
    }

    /// Whether an argument is a file that commands of attacks read.
    fn names_secret(&self) -> bool {
        let head = self.line();
        const SECRETS: &[&str] =
            &["/etc/", "/proc/", "/var/log", "/root/", "~/.ssh", "c:\\windows", "c:\\winnt", "/dev/tcp", ".ssh/id_"];
        (0..head.len()).any(|place| starts_any(from(head, place), SECRETS))
    }

    fn has_address(&self) -> bool {
        let head = self.line();
        (0..head.len()).any(|place| starts_any(from(head, place), &["http://", "https://", "ftp://"]))
    }

    /// The arguments on the same line, as far as anybody looks.
    fn line(&self) -> &'t [u8] {
        let len = self.rest.iter().take(160).position(|&byte| byte == b'\n' || byte == b'`').unwrap_or(self.rest.len().min(160));
        between(self.rest, 0, len)
    }
}

/// `curl` with options is what documents show; with a bare address it is what attacks fetch.
fn is_url_of_documents(name: &[u8], rest: &[u8]) -> bool {
    name == b"curl" && (rest.starts_with(b"-") || starts_any(rest, &["\"", "'"]))
}

/// A URL, or an address of four numbers.
fn is_address(text: &[u8]) -> bool {
    starts_any(text, &["http://", "https://", "ftp://", "localhost", "127.", "\"http", "'http", "www."])
}

/// A name with an extension.
fn is_file(text: &[u8]) -> bool {
    let len = text.iter().take(64).take_while(|byte| is_word(**byte) || matches!(byte, b'.' | b'-' | b'/' | b'*')).count();
    let name = between(text, 0, len);
    match name.iter().rposition(|&byte| byte == b'.') {
        Some(dot) => {
            let extension = from(name, dot.saturating_add(1));
            dot > 0 && (2..=4).contains(&extension.len()) && extension.iter().all(u8::is_ascii_lowercase)
        }
        None => name.contains(&b'*') || name.iter().filter(|&&byte| byte == b'/').count() > 1,
    }
}
