//! SQL as tokens, for all dialects at once: where they differ, the reading is taken that an attacker would want.

use crate::text::find;

use crate::threat::bytes::{at, before, between, from, is_space, starts, until};

use super::words;

/// What a token is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Lexeme {
    /// Nothing more.
    #[default]
    End,
    // what stands for a value
    Number,
    Text,
    Variable,
    Constant,
    Word,
    // signs
    Compare,
    Operator,
    Star,
    /// `||` and `&&`: or, and, or a concatenation.
    Bars,
    Comma,
    Open,
    Close,
    Semicolon,
    Dot,
    Brace,
    Unknown,
    /// A comment that swallows what follows it: `--`, `#`, or `/*` without end.
    Comment,
    /// `/*!`: a comment that MySQL runs.
    Versioned,
    // words that join what a statement is made of
    Logic,
    Not,
    Like,
    Union,
    All,
    Select,
    From,
    Where,
    Having,
    Order,
    Group,
    By,
    Limit,
    Into,
    File,
    Values,
    Case,
    When,
    Then,
    If,
    Exists,
    Collate,
    Using,
    As,
    On,
    Direction,
    Offset,
    // words that begin one
    Drop,
    Insert,
    Update,
    Delete,
    Create,
    Alter,
    Truncate,
    Exec,
    Declare,
    Waitfor,
    Shutdown,
    Grant,
    Load,
    Copy,
    Call,
    Merge,
    Replace,
    Rename,
    Set,
    Begin,
    Handler,
    Commit,
    Rollback,
    Final,
    // what they are about
    Procedure,
    Object,
    Delay,
    Time,
    Infile,
    Analyse,
    Convert,
    Cast,
    /// A table of names of tables.
    Catalog,
    /// A procedure of SQL Server: `xp_…`, `sp_…`.
    Stored,
    /// A function that takes its time.
    Wait,
    /// A function that makes a character of a number.
    Char,
    /// A function that injections call and programs of other languages don't have.
    Strong,
    /// Any other function.
    Function,
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) lexeme: Lexeme,
    pub(super) start: usize,
    pub(super) end: usize,
    /// A text whose quote is not closed.
    pub(super) open: bool,
}

/// Where a text may be put into a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// As it stands.
    Plain,
    /// Inside of a literal in such quotes.
    Quoted(u8),
}

/// The tokens of a text, without white space and comments that end.
pub(super) struct Lexer<'t> {
    text: &'t [u8],
    place: usize,
    context: Context,
    last: Lexeme,
}

impl<'t> Lexer<'t> {
    pub(super) const fn new(text: &'t [u8], context: Context) -> Self {
        Self { text, place: 0, context, last: Lexeme::End }
    }

    /// The next token; [`Lexeme::End`] for ever behind the last one. Parentheses that repeat are one.
    pub(super) fn next(&mut self) -> Token {
        if let Context::Quoted(quote) = self.context {
            self.context = Context::Plain;
            return self.prefix(quote);
        }
        loop {
            let token = self.one();
            self.place = token.end.max(self.place);
            let repeats = matches!(token.lexeme, Lexeme::Open | Lexeme::Close) && token.lexeme == self.last;
            self.last = token.lexeme;
            if !repeats {
                return token;
            }
        }
    }

    /// What stands before the quote that closes the literal into which the text is put.
    fn prefix(&mut self, quote: u8) -> Token {
        let close = find(self.text, quote);
        let end = close.unwrap_or(self.text.len());
        self.place = end.saturating_add(1).min(self.text.len());
        Token { lexeme: Lexeme::Text, start: 0, end, open: close.is_none() }
    }

    fn one(&mut self) -> Token {
        let start = self.skip();
        let text = self.text;
        let byte = at(text, start);
        let token = |lexeme, end| Token { lexeme, start, end, open: false };
        let sign = |lexeme, len: usize| token(lexeme, start.saturating_add(len));
        if start >= text.len() {
            return token(Lexeme::End, start);
        }
        match (byte, at(text, start.saturating_add(1))) {
            (b'\'' | b'"', _) => self.literal(start, start, byte),
            (b'`', _) => Token { lexeme: Lexeme::Word, ..self.literal(start, start, byte) },
            (b'0'..=b'9', _) | (b'.', b'0'..=b'9') => token(Lexeme::Number, number(text, start)),
            (b'-', b'-') | (b'#', _) => self.comment(start),
            (b'/', b'*') if at(text, start.saturating_add(2)) == b'!' => {
                let end = until(text, start.saturating_add(3), |byte| !byte.is_ascii_digit());
                token(Lexeme::Versioned, end)
            }
            (b'/', b'*') => token(Lexeme::Comment, text.len()),
            (b'|', b'|') | (b'&', b'&') => sign(Lexeme::Bars, 2),
            (b':', b':') => sign(Lexeme::Operator, 2),
            (b'<', b'=') if at(text, start.saturating_add(2)) == b'>' => sign(Lexeme::Compare, 3),
            (b'-', b'>') if at(text, start.saturating_add(2)) == b'>' => sign(Lexeme::Compare, 3),
            (b'<', b'=' | b'>' | b'@') | (b'>' | b'!' | b'^' | b':' | b'=', b'=') | (b'!', b'<' | b'>' | b'~') => {
                sign(Lexeme::Compare, 2)
            }
            (b'-' | b'@', b'>') | (b'?', b'|' | b'&') | (b'<' | b'>', b'<') => sign(Lexeme::Compare, 2),
            (b'=' | b'<' | b'>', _) => sign(Lexeme::Compare, 1),
            (b'!', _) => sign(Lexeme::Not, 1),
            (b'*', _) => sign(Lexeme::Star, 1),
            (b'+' | b'-' | b'/' | b'%' | b'^' | b'|' | b'&' | b'~', _) => sign(Lexeme::Operator, 1),
            (b',', _) => sign(Lexeme::Comma, 1),
            (b'(', _) => sign(Lexeme::Open, 1),
            (b')', _) => sign(Lexeme::Close, 1),
            (b';', _) => sign(Lexeme::Semicolon, 1),
            (b'.', _) => sign(Lexeme::Dot, 1),
            (b'{' | b'}', _) => sign(Lexeme::Brace, 1),
            (b'\\', b'N') => sign(Lexeme::Constant, 2),
            (b'@', _) => {
                let end = until(text, start, |byte| byte != b'@');
                token(Lexeme::Variable, until(text, end, |byte| !is_name(byte)))
            }
            _ if is_name(byte) => self.word(start),
            _ => sign(Lexeme::Unknown, 1),
        }
    }

    /// Where the next token begins, behind white space, comments that end, and the ends of comments that MySQL runs.
    fn skip(&mut self) -> usize {
        let mut place = self.place;
        loop {
            place = until(self.text, place, |byte| !is_space(byte));
            let rest = from(self.text, place);
            place = match rest {
                // a no-break space
                [0xC2, 0xA0, ..] | [b'*', b'/', ..] => place.saturating_add(2),
                [b'/', b'*', b'!', ..] => return place,
                [b'/', b'*', inner @ ..] => match find_end(inner) {
                    Some(len) => place.saturating_add(len).saturating_add(4),
                    None => return place,
                },
                _ => return place,
            };
        }
    }

    fn comment(&self, start: usize) -> Token {
        let end = until(self.text, start, |byte| byte == b'\n');
        Token { lexeme: Lexeme::Comment, start, end, open: false }
    }

    /// A literal that begins at `start` with what stands before its quote, at `open`.
    fn literal(&self, start: usize, open: usize, quote: u8) -> Token {
        let mut place = open.saturating_add(1);
        loop {
            place = until(self.text, place, |byte| byte == quote || byte == b'\\');
            let (byte, next) = (at(self.text, place), at(self.text, place.saturating_add(1)));
            if place >= self.text.len() {
                return Token { lexeme: Lexeme::Text, start, end: place, open: true };
            }
            if byte == b'\\' || next == quote {
                place = place.saturating_add(2);
                continue;
            }
            return Token { lexeme: Lexeme::Text, start, end: place.saturating_add(1), open: false };
        }
    }

    fn word(&self, start: usize) -> Token {
        let end = until(self.text, start, |byte| !is_name(byte));
        // a text of another alphabet: N'…', x'…', E'…'
        if end.saturating_sub(start) == 1
            && matches!(at(self.text, end), b'\'')
            && matches!(at(self.text, start).to_ascii_lowercase(), b'n' | b'x' | b'b' | b'e' | b'q')
        {
            return self.literal(start, end, b'\'');
        }
        Token { lexeme: words::lexeme(between(self.text, start, end)), start, end, open: false }
    }
}

/// A part of a name; all that is no ASCII is.
const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// Where a number ends: decimal, hexadecimal, with a fraction and an exponent. A word may follow at once.
fn number(text: &[u8], start: usize) -> usize {
    if starts(from(text, start), b"0x") {
        return until(text, start.saturating_add(2), |byte| !byte.is_ascii_hexdigit());
    }
    let end = until(text, start, |byte| !byte.is_ascii_digit() && byte != b'.');
    match from(text, end) {
        [b'e' | b'E', b'0'..=b'9', ..] => until(text, end.saturating_add(1), |byte| !byte.is_ascii_digit()),
        [b'e' | b'E', b'+' | b'-', b'0'..=b'9', ..] => until(text, end.saturating_add(2), |byte| !byte.is_ascii_digit()),
        // a name that begins with digits
        [b'_' | b'$', ..] => until(text, end, |byte| !is_name(byte)),
        _ => end,
    }
}

/// Where `*/` begins.
fn find_end(text: &[u8]) -> Option<usize> {
    let mut place = 1;
    loop {
        place = find(from(text, place.min(text.len())), b'/')?.saturating_add(place);
        if before(text, place) == b'*' {
            return place.checked_sub(1);
        }
        place = place.saturating_add(1);
    }
}
