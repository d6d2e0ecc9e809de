//! The syntax of patterns: ECMA-262 §22.2.1 with the flag `u`, as JSON Schema asks (2020-12 core §6.4), without annex B.
//!
//! Narrower than the standard in four things, none of which schemas use: a name of a group is ASCII and written plainly, no two
//! groups have the same one, groups nest at most [`DEPTH_MAX`] deep, and at most [`NAMES_MAX`] of them, and of references to them,
//! have names.
//!
//! Invariant: no recursion. An open group is one bit.

use super::{characters, regex_names::is_property};

/// Groups in groups.
const DEPTH_MAX: usize = 256;
/// Named groups, and references to them.
const NAMES_MAX: usize = 64;

/// A pattern that an engine of ECMA-262 compiles.
pub(super) fn is_regex(text: &[u8]) -> bool {
    Pattern::new(text).read().is_some()
}

/// Names of groups as they stand in the pattern.
struct Names<'p> {
    names: [&'p [u8]; NAMES_MAX],
    count: usize,
}

impl<'p> Names<'p> {
    const fn new() -> Self {
        Self { names: [b""; NAMES_MAX], count: 0 }
    }

    fn push(&mut self, name: &'p [u8]) -> Option<()> {
        *self.names.get_mut(self.count)? = name;
        self.count = self.count.saturating_add(1);
        Some(())
    }

    fn contains(&self, name: &[u8]) -> bool {
        self.iter().any(|other| *other == name)
    }

    fn iter(&self) -> impl Iterator<Item = &&'p [u8]> {
        self.names.iter().take(self.count)
    }
}

/// The groups that are open, innermost last: whether each is an assertion, which no quantifier may follow.
struct Open {
    words: [u64; DEPTH_MAX.div_ceil(64)],
    depth: usize,
}

impl Open {
    fn push(&mut self, assertion: bool) -> Option<()> {
        let (word, bit) = self.place()?;
        *word = if assertion { *word | bit } else { *word & !bit };
        self.depth = self.depth.saturating_add(1);
        Some(())
    }

    /// Closes the innermost group and says whether it was an assertion.
    fn pop(&mut self) -> Option<bool> {
        self.depth = self.depth.checked_sub(1)?;
        let (word, bit) = self.place()?;
        Some(*word & bit != 0)
    }

    fn place(&mut self) -> Option<(&mut u64, u64)> {
        let bit = 1_u64.rotate_left(crate::num::low(self.depth));
        Some((self.words.get_mut(self.depth.wrapping_shr(6))?, bit))
    }
}

/// What an escape or a character of a class stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Atom {
    Character(u32),
    /// `\d`, `\p{L}`
    Set,
}

/// A pattern that is being read.
struct Pattern<'p> {
    rest: &'p [u8],
    open: Open,
    captures: u32,
    reference_max: u32,
    names: Names<'p>,
    references: Names<'p>,
}

impl<'p> Pattern<'p> {
    const fn new(text: &'p [u8]) -> Self {
        let open = Open { words: [0; DEPTH_MAX.div_ceil(64)], depth: 0 };
        Self { rest: text, open, captures: 0, reference_max: 0, names: Names::new(), references: Names::new() }
    }

    fn read(mut self) -> Option<()> {
        let mut quantifiable = false;
        while !self.rest.is_empty() {
            quantifiable = self.term(quantifiable)?;
        }
        let named = self.references.iter().all(|name| self.names.contains(name));
        (self.open.depth == 0 && self.reference_max <= self.captures && named).then_some(())
    }

    /// Reads one term, quantifier or delimiter; says whether a quantifier may follow.
    fn term(&mut self, quantifiable: bool) -> Option<bool> {
        match self.rest {
            [b'^' | b'$' | b'|', rest @ ..] => {
                self.rest = rest;
                Some(false)
            }
            [b'(', rest @ ..] => {
                self.rest = rest;
                self.group()?;
                Some(false)
            }
            [b')', rest @ ..] => {
                self.rest = rest;
                Some(!self.open.pop()?)
            }
            [b'*' | b'+' | b'?' | b'{', ..] => {
                self.quantifier()?;
                quantifiable.then_some(false)
            }
            [b']' | b'}', ..] => None,
            [b'[', rest @ ..] => {
                self.rest = rest;
                self.class()?;
                Some(true)
            }
            [b'\\', b'b' | b'B', rest @ ..] => {
                self.rest = rest;
                Some(false)
            }
            [b'\\', rest @ ..] => {
                self.rest = rest;
                self.escape()?;
                Some(true)
            }
            _ => {
                (_, self.rest) = characters::first(self.rest)?;
                Some(true)
            }
        }
    }

    /// What follows the parenthesis of a group.
    fn group(&mut self) -> Option<()> {
        let (assertion, rest) = match self.rest {
            [b'?', b'=' | b'!', rest @ ..] | [b'?', b'<', b'=' | b'!', rest @ ..] => (true, rest),
            [b'?', b'<', ..] => {
                self.take(b"?")?;
                let name = self.name()?;
                if self.names.contains(name) {
                    return None;
                }
                self.names.push(name)?;
                self.captures = self.captures.saturating_add(1);
                (false, self.rest)
            }
            [b'?', rest @ ..] => (false, modifiers(rest)?),
            rest => {
                self.captures = self.captures.saturating_add(1);
                (false, rest)
            }
        };
        self.rest = rest;
        self.open.push(assertion)
    }

    fn take(&mut self, text: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    /// `<name>`, in ASCII.
    fn name(&mut self) -> Option<&'p [u8]> {
        self.take(b"<")?;
        let (name, rest) = crate::text::split_once(self.rest, b'>')?;
        let (first, others) = name.split_first()?;
        let starts = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$');
        self.rest = rest;
        (starts(first) && others.iter().all(|byte| starts(byte) || byte.is_ascii_digit())).then_some(name)
    }

    /// `*`, `+`, `?`, `{n}`, `{n,}` or `{n,m}`, and the `?` that makes it lazy.
    fn quantifier(&mut self) -> Option<()> {
        let (sign, rest) = self.rest.split_first()?;
        self.rest = rest;
        if *sign == b'{' {
            let (bounds, rest) = crate::text::split_once(rest, b'}')?;
            let (low, high) = crate::text::split_once(bounds, b',').unwrap_or((bounds, b""));
            let digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
            if low.is_empty() || !digits(low) || !digits(high) || !(high.is_empty() || is_at_most(low, high)) {
                return None;
            }
            self.rest = rest;
        }
        self.rest = self.rest.strip_prefix(b"?").unwrap_or(self.rest);
        Some(())
    }

    /// What follows a backslash outside of classes.
    fn escape(&mut self) -> Option<()> {
        match *self.rest {
            [b'k', ref rest @ ..] => {
                self.rest = rest;
                let name = self.name()?;
                self.references.push(name)
            }
            [b'1'..=b'9', ..] => {
                let end = self.rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(self.rest.len());
                let (number, rest) = self.rest.split_at_checked(end)?;
                self.rest = rest;
                let number = number
                    .iter()
                    .fold(0_u32, |number, digit| number.saturating_mul(10).saturating_add(u32::from(digit.wrapping_sub(b'0'))));
                self.reference_max = self.reference_max.max(number);
                Some(())
            }
            _ => self.character().map(|_| ()),
        }
    }

    /// `CharacterClassEscape` or `CharacterEscape`.
    fn character(&mut self) -> Option<Atom> {
        let (escape, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(Atom::Character(match *escape {
            b'd' | b'D' | b's' | b'S' | b'w' | b'W' => return Some(Atom::Set),
            b'p' | b'P' => {
                self.take(b"{")?;
                let (property, rest) = crate::text::split_once(self.rest, b'}')?;
                self.rest = rest;
                return is_property(property).then_some(Atom::Set);
            }
            b't' => 0x9,
            b'n' => 0xA,
            b'v' => 0xB,
            b'f' => 0xC,
            b'r' => 0xD,
            b'0' if !rest.first().is_some_and(u8::is_ascii_digit) => 0,
            b'c' => {
                let (letter, rest) = rest.split_first().filter(|(letter, _)| letter.is_ascii_alphabetic())?;
                self.rest = rest;
                u32::from(letter & 0x1F)
            }
            b'x' => self.hexadecimal(2)?,
            b'u' => self.unicode()?,
            b'^' | b'$' | b'\\' | b'.' | b'*' | b'+' | b'?' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'|' | b'/' => {
                u32::from(*escape)
            }
            _ => return None,
        }))
    }

    /// The value of so many hexadecimal digits.
    fn hexadecimal(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        digits.iter().try_fold(0_u32, |value, &digit| Some(value.wrapping_shl(4) | u32::from(crate::text::hex_digit(digit)?)))
    }

    /// What follows `\u`: four digits, two surrogates that make one character, or a code point in braces.
    fn unicode(&mut self) -> Option<u32> {
        if self.take(b"{").is_some() {
            let (digits, rest) = crate::text::split_once(self.rest, b'}')?;
            self.rest = rest;
            let value = digits.iter().try_fold(0_u32, |value, &digit| {
                let digit = u32::from(crate::text::hex_digit(digit)?);
                Some(value.saturating_mul(16).saturating_add(digit))
            })?;
            return (!digits.is_empty() && value <= 0x10_FFFF).then_some(value);
        }
        let first = self.hexadecimal(4)?;
        let after = self.rest;
        if (0xD800..0xDC00).contains(&first)
            && self.take(b"\\u").is_some()
            && let Some(second @ 0xDC00..0xE000) = self.hexadecimal(4)
        {
            return Some(0x1_0000_u32.wrapping_add((first & 0x3FF).wrapping_shl(10)).wrapping_add(second & 0x3FF));
        }
        self.rest = after;
        Some(first)
    }

    /// What follows the bracket of a class, to its end.
    fn class(&mut self) -> Option<()> {
        self.rest = self.rest.strip_prefix(b"^").unwrap_or(self.rest);
        while self.take(b"]").is_none() {
            let low = self.class_atom()?;
            if let [b'-', next, ..] = *self.rest
                && next != b']'
            {
                self.take(b"-")?;
                let high = self.class_atom()?;
                match (low, high) {
                    (Atom::Character(low), Atom::Character(high)) if low <= high => {}
                    _ => return None,
                }
            }
        }
        Some(())
    }

    fn class_atom(&mut self) -> Option<Atom> {
        match self.rest {
            [b'\\', escape @ (b'b' | b'-'), rest @ ..] => {
                self.rest = rest;
                Some(Atom::Character(if *escape == b'b' { 0x8 } else { u32::from(b'-') }))
            }
            [b'\\', rest @ ..] => {
                self.rest = rest;
                self.character()
            }
            _ => {
                let (character, rest) = characters::first(self.rest)?;
                self.rest = rest;
                Some(Atom::Character(u32::from(character)))
            }
        }
    }
}

/// What follows the colon of `?:` or of flags that a group switches on or off, as `?i-s:` (ECMA-262 2025).
fn modifiers(text: &[u8]) -> Option<&[u8]> {
    let (flags, rest) = crate::text::split_once(text, b':')?;
    if flags.is_empty() {
        return Some(rest);
    }
    let count = |flag: u8| flags.iter().filter(|other| **other == flag).count();
    let known = flags.iter().all(|flag| b"ims-".contains(flag)) && b"ims-".iter().all(|&flag| count(flag) <= 1);
    (known && flags != b"-").then_some(rest)
}

/// Whether one decimal number is at most another, however long they are.
fn is_at_most(low: &[u8], high: &[u8]) -> bool {
    let significant = |digits: &[u8]| digits.iter().skip_while(|digit| **digit == b'0').count();
    let (low_len, high_len) = (significant(low), significant(high));
    let zero = |digit: &&u8| **digit == b'0';
    low_len < high_len || low_len == high_len && low.iter().skip_while(zero).le(high.iter().skip_while(zero))
}
