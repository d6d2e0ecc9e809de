//! Regular expressions of ECMA-262 (§22.2, with flag `u`) read into the syntax tree that automata are built from.
//!
//! Read as browsers read them without the flag where nothing else can be meant: a brace that is no quantifier, an escaped
//! punctuation character. What no automaton can decide in linear time is refused: references back and looking around.

use regex_syntax::hir::{Capture, Class, ClassUnicode, ClassUnicodeRange, Hir, Look, Repetition};

/// Deepest nesting of groups.
const DEPTH_MAX: usize = 64;
/// The largest number of repetitions.
const REPEAT_MAX: u32 = 10_000;

/// What is wrong with a pattern.
pub(super) type Flaw = &'static str;

/// Reads a pattern.
pub(super) fn read(pattern: &str) -> Result<Hir, Flaw> {
    let mut reader = Reader { rest: pattern, depth: 0 };
    let hir = reader.alternatives()?;
    if reader.rest.is_empty() { Ok(hir) } else { Err("a `)` without its `(`") }
}

struct Reader<'p> {
    rest: &'p str,
    depth: usize,
}

/// A member of a class: one character, or a set such as `\d`.
enum Item {
    One(char),
    Set(ClassUnicode),
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next();
        self.rest = chars.as_str();
        next
    }

    fn take(&mut self, prefix: &str) -> bool {
        let rest = self.rest.strip_prefix(prefix);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn alternatives(&mut self) -> Result<Hir, Flaw> {
        let mut list = vec![self.sequence()?];
        while self.take("|") {
            list.push(self.sequence()?);
        }
        Ok(Hir::alternation(list))
    }

    fn sequence(&mut self) -> Result<Hir, Flaw> {
        let mut list = Vec::new();
        while let Some(next) = self.peek() {
            match next {
                '|' | ')' => break,
                '^' | '$' => {
                    self.next();
                    list.push(Hir::look(if next == '^' { Look::Start } else { Look::End }));
                    if self.quantifier()?.is_some() {
                        return Err("a quantifier behind an assertion");
                    }
                }
                _ => {
                    let (atom, assertion) = self.atom()?;
                    list.push(match self.quantifier()? {
                        Some(_) if assertion => return Err("a quantifier behind an assertion"),
                        Some((min, max)) => Hir::repetition(Repetition { min, max, greedy: true, sub: Box::new(atom) }),
                        None => atom,
                    });
                }
            }
        }
        Ok(Hir::concat(list))
    }

    /// An atom, and whether it is an assertion.
    fn atom(&mut self) -> Result<(Hir, bool), Flaw> {
        let hir = match self.next().unwrap_or_default() {
            '.' => class(negated(set(&[('\n', '\n'), ('\r', '\r'), ('\u{2028}', '\u{2029}')]))),
            '(' => return Ok((self.group()?, false)),
            '[' => class(self.class()?),
            '*' | '+' | '?' => return Err("a quantifier with nothing before it"),
            '{' if self.braces().is_some() => return Err("a quantifier with nothing before it"),
            '\\' => match self.peek() {
                Some(letter @ ('b' | 'B')) => {
                    self.next();
                    return Ok((Hir::look(if letter == 'b' { Look::WordAscii } else { Look::WordAsciiNegate }), true));
                }
                Some('1'..='9') => return Err("a reference back to a group, which takes more than linear time"),
                Some('k') => return Err("a reference back to a named group, which takes more than linear time"),
                _ => match self.escape()? {
                    Item::One(c) => literal(c),
                    Item::Set(set) => class(set),
                },
            },
            c => literal(c),
        };
        Ok((hir, false))
    }

    fn group(&mut self) -> Result<Hir, Flaw> {
        if self.take("?") {
            if ["=", "!", "<=", "<!"].iter().any(|look| self.take(look)) {
                return Err("looking around, which an automaton can't");
            }
            if self.take("<") {
                let end = self.rest.find('>').ok_or("a group whose name doesn't end")?;
                self.rest = &self.rest[end + 1..];
            } else if !self.take(":") {
                return Err("a kind of group that ECMA-262 doesn't have");
            }
        }
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err("groups nested too deep");
        }
        let inner = self.alternatives()?;
        self.depth -= 1;
        if !self.take(")") {
            return Err("a `(` without its `)`");
        }
        Ok(Hir::capture(Capture { index: 1, name: None, sub: Box::new(inner) }))
    }

    fn quantifier(&mut self) -> Result<Option<(u32, Option<u32>)>, Flaw> {
        let range = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => match self.braces() {
                Some((range, len)) => {
                    // without the last brace, which is taken below
                    self.rest = &self.rest[len - 1..];
                    range
                }
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        self.next();
        self.take("?");
        let (min, max) = range;
        if max.is_some_and(|max| max < min) {
            return Err("a quantifier whose bounds are the wrong way round");
        }
        if min > REPEAT_MAX || max.is_some_and(|max| max > REPEAT_MAX) {
            return Err("a quantifier of more than 10,000 repetitions");
        }
        Ok(Some(range))
    }

    /// A quantifier in braces that stands here, and its length.
    fn braces(&self) -> Option<((u32, Option<u32>), usize)> {
        let text = self.rest.strip_prefix('{').unwrap_or(self.rest);
        let skipped = self.rest.len() - text.len();
        let end = text.find('}')?;
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().unwrap_or(u32::MAX))
        };
        let range = match text[..end].split_once(',') {
            None => (number(&text[..end])?, Some(number(&text[..end])?)),
            Some((min, "")) => (number(min)?, None),
            Some((min, max)) => (number(min)?, Some(number(max)?)),
        };
        Some((range, skipped + end + 1))
    }

    /// What stands behind a backslash.
    fn escape(&mut self) -> Result<Item, Flaw> {
        let Some(next) = self.next() else { return Err("a backslash at the end") };
        Ok(match next {
            'd' => Item::Set(digits()),
            'D' => Item::Set(negated(digits())),
            'w' => Item::Set(word()),
            'W' => Item::Set(negated(word())),
            's' => Item::Set(space()),
            'S' => Item::Set(negated(space())),
            'p' | 'P' => Item::Set(self.property(next == 'P')?),
            't' => Item::One('\t'),
            'n' => Item::One('\n'),
            'v' => Item::One('\u{b}'),
            'f' => Item::One('\u{c}'),
            'r' => Item::One('\r'),
            '0' if !self.peek().is_some_and(|next| next.is_ascii_digit()) => Item::One('\0'),
            'c' => match self.next() {
                Some(letter) if letter.is_ascii_alphabetic() => {
                    Item::One(char::from(u8::try_from(letter).unwrap_or_default() % 32))
                }
                _ => return Err("`\\c` without its letter"),
            },
            'x' => Item::One(self.hex(2).and_then(char::from_u32).ok_or("`\\x` without two hexadecimal digits")?),
            'u' => Item::One(self.unicode()?),
            other if !other.is_ascii_alphanumeric() => Item::One(other),
            _ => return Err("an escape that ECMA-262 doesn't have"),
        })
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        let text = self.rest.get(..digits)?;
        let number = text.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(text, 16).ok())??;
        self.rest = &self.rest[digits..];
        Some(number)
    }

    fn unicode(&mut self) -> Result<char, Flaw> {
        let flaw = "`\\u` that names no character";
        if self.take("{") {
            let end = self.rest.find('}').filter(|end| (1..=8).contains(end)).ok_or(flaw)?;
            let number = self.hex(end).ok_or(flaw)?;
            self.rest = &self.rest[1..];
            return char::from_u32(number).ok_or(flaw);
        }
        let first = self.hex(4).ok_or(flaw)?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first).ok_or(flaw);
        }
        let second = if self.take("\\u") { self.hex(4) } else { None };
        let second = second.filter(|second| (0xDC00..0xE000).contains(second)).ok_or(flaw)?;
        char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)).ok_or(flaw)
    }

    /// `\p{…}`: the tables of the library know the names.
    fn property(&mut self, negate: bool) -> Result<ClassUnicode, Flaw> {
        let flaw = "a property that Unicode doesn't have";
        let end = if self.take("{") { self.rest.find('}').ok_or(flaw)? } else { return Err(flaw) };
        let name = &self.rest[..end];
        self.rest = &self.rest[end + 1..];
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'=')) {
            return Err(flaw);
        }
        let hir = regex_syntax::parse(&format!("\\p{{{name}}}")).map_err(|_| flaw)?;
        let set = match hir.into_kind() {
            regex_syntax::hir::HirKind::Class(Class::Unicode(set)) => set,
            regex_syntax::hir::HirKind::Literal(one) => {
                let text = String::from_utf8_lossy(&one.0).into_owned();
                set(&text.chars().map(|c| (c, c)).collect::<Vec<_>>())
            }
            _ => return Err(flaw),
        };
        Ok(if negate { negated(set) } else { set })
    }

    /// What stands behind `[`.
    fn class(&mut self) -> Result<ClassUnicode, Flaw> {
        let negate = self.take("^");
        let mut set = ClassUnicode::empty();
        loop {
            match self.peek() {
                None => return Err("a `[` without its `]`"),
                Some(']') => break,
                _ => {}
            }
            let first = self.class_item()?;
            if !self.rest.starts_with('-') || self.rest.starts_with("-]") {
                add(&mut set, first);
                continue;
            }
            self.next();
            if self.rest.is_empty() {
                return Err("a `[` without its `]`");
            }
            match (first, self.class_item()?) {
                (Item::One(from), Item::One(to)) if from <= to => set.push(ClassUnicodeRange::new(from, to)),
                (Item::One(_), Item::One(_)) => return Err("a range of characters that is the wrong way round"),
                // no range: the hyphen stands for itself
                (first, last) => [first, Item::One('-'), last].into_iter().for_each(|item| add(&mut set, item)),
            }
        }
        self.next();
        Ok(if negate { negated(set) } else { set })
    }

    fn class_item(&mut self) -> Result<Item, Flaw> {
        match self.next() {
            Some('\\') if self.take("b") => Ok(Item::One('\u{8}')),
            Some('\\') => self.escape(),
            Some(c) => Ok(Item::One(c)),
            None => Err("a `[` without its `]`"),
        }
    }
}

fn add(set: &mut ClassUnicode, item: Item) {
    match item {
        Item::One(c) => set.push(ClassUnicodeRange::new(c, c)),
        Item::Set(other) => set.union(&other),
    }
}

fn literal(c: char) -> Hir {
    Hir::literal(c.to_string().into_bytes())
}

fn class(set: ClassUnicode) -> Hir {
    Hir::class(Class::Unicode(set))
}

fn set(ranges: &[(char, char)]) -> ClassUnicode {
    ClassUnicode::new(ranges.iter().map(|&(from, to)| ClassUnicodeRange::new(from, to)))
}

fn negated(mut set: ClassUnicode) -> ClassUnicode {
    set.negate();
    set
}

fn digits() -> ClassUnicode {
    set(&[('0', '9')])
}

fn word() -> ClassUnicode {
    set(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')])
}

/// `WhiteSpace` and `LineTerminator` (ECMA-262 §12.2, §12.3).
fn space() -> ClassUnicode {
    set(&[
        ('\t', '\r'),
        (' ', ' '),
        ('\u{a0}', '\u{a0}'),
        ('\u{1680}', '\u{1680}'),
        ('\u{2000}', '\u{200a}'),
        ('\u{2028}', '\u{2029}'),
        ('\u{202f}', '\u{202f}'),
        ('\u{205f}', '\u{205f}'),
        ('\u{3000}', '\u{3000}'),
        ('\u{feff}', '\u{feff}'),
    ])
}
