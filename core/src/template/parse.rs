//! The parts of a template, and which templates are refused.

use crate::{
    template::{TEMPLATE_MAX, Template, VARIABLES_MAX},
    text::{hex_pair, split_once},
    uri::{is_plain, is_unreserved},
};

/// Why a template is refused. Data for whoever writes a policy; no caller ever sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unfit {
    /// Longer than [`TEMPLATE_MAX`], or more variables than [`VARIABLES_MAX`].
    Size,
    /// A brace without its other half, or an expression without a name.
    Brace,
    /// A literal that is not part of a URI in normal form.
    Literal,
    /// A name that RFC 6570 §2.3 doesn't have, or an operator that it reserves.
    Name,
    /// A name that stands there twice.
    Repeated,
    /// A modifier: `{a:3}`, or `{/a*}` with an operator.
    Modifier,
    /// Several variables in an expression that doesn't write their names: `{a,b}`, `{+a,b}`.
    Several,
    /// What follows the variable may be part of its value.
    Ambiguous,
}

impl Unfit {
    /// What is wrong and what to write instead.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Size => "the template is longer than 1024 bytes or has more than 16 variables",
            Self::Brace => "a brace is not closed or not opened, or nothing stands between two of them",
            Self::Literal => "a character of the template is no part of a URI in normal form; percent-encode it",
            Self::Name => "the name of a variable is malformed, or begins with an operator that RFC 6570 reserves",
            Self::Repeated => "a variable stands there twice; give one of them another name",
            Self::Modifier => {
                "`:` behind a variable, or `*` behind one with an operator, can't be read backwards; write `{a*}` or `{+a}` for what holds slashes"
            }
            Self::Several => "several variables in one expression can't be told apart; write `{a}/{b}` or `{?a,b}`",
            Self::Ambiguous => {
                "what follows a variable may be part of its value; put a `/` or another reserved character between"
            }
        }
    }
}

impl core::fmt::Display for Unfit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.text())
    }
}

impl core::error::Error for Unfit {}

/// The operator of an expression (RFC 6570 §2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `{a}`
    Simple,
    /// `{+a}`, and `{a*}` as FastMCP has it.
    Reserved,
    /// `{#a}`
    Fragment,
    /// `{.a}`
    Label,
    /// `{/a}`
    Segment,
    /// `{;a}`
    Parameter,
    /// `{?a}`
    Query,
    /// `{&a}`
    Continuation,
}

impl Operator {
    fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            b'+' => Self::Reserved,
            b'#' => Self::Fragment,
            b'.' => Self::Label,
            b'/' => Self::Segment,
            b';' => Self::Parameter,
            b'?' => Self::Query,
            b'&' => Self::Continuation,
            _ => return None,
        })
    }

    /// What its expansion begins with. An expression with a prefix may be absent from a URI.
    #[must_use]
    pub const fn prefix(self) -> Option<u8> {
        match self {
            Self::Simple | Self::Reserved => None,
            Self::Fragment => Some(b'#'),
            Self::Label => Some(b'.'),
            Self::Segment => Some(b'/'),
            Self::Parameter => Some(b';'),
            Self::Query => Some(b'?'),
            Self::Continuation => Some(b'&'),
        }
    }

    /// Whether its expansion writes the names of its variables, and so may have several.
    #[must_use]
    pub const fn is_named(self) -> bool {
        matches!(self, Self::Parameter | Self::Query | Self::Continuation)
    }

    /// What stands between its pairs.
    #[must_use]
    pub const fn separator(self) -> u8 {
        if matches!(self, Self::Parameter) { b';' } else { b'&' }
    }

    /// Whether a value may hold `byte`.
    #[must_use]
    pub fn holds(self, byte: u8) -> bool {
        matches!(self, Self::Reserved | Self::Fragment) || is_unreserved(byte) || byte == b'%'
    }

    /// Whether its expansion may go on with `byte`.
    fn spans(self, byte: u8) -> bool {
        self.holds(byte) || (self.is_named() && (byte == b'=' || byte == self.separator()))
    }
}

/// A piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'t> {
    /// What stands in every URI as it is.
    Literal(&'t [u8]),
    /// An operator and the names behind it, with commas between.
    Expression(Operator, &'t [u8]),
}

/// The parts of `text` from left to right; the last one is an error where the template is malformed.
pub(super) fn parts(text: &[u8]) -> impl Iterator<Item = Result<Part<'_>, Unfit>> + Clone {
    let mut rest = text;
    core::iter::from_fn(move || {
        let (part, after) = match rest {
            [] => return None,
            [b'{', inside @ ..] => match split_once(inside, b'}') {
                Some((inside, after)) => (expression(inside), after),
                None => (Err(Unfit::Brace), b"".as_slice()),
            },
            _ => {
                let end = rest.iter().position(|&byte| byte == b'{').unwrap_or(rest.len());
                let (literal, after) = rest.split_at_checked(end).unwrap_or((rest, b""));
                (Ok(Part::Literal(literal)), after)
            }
        };
        rest = if part.is_ok() { after } else { b"" };
        Some(part)
    })
}

fn expression(inside: &[u8]) -> Result<Part<'_>, Unfit> {
    let (&first, behind) = inside.split_first().ok_or(Unfit::Brace)?;
    Ok(match Operator::from_byte(first) {
        Some(operator) => Part::Expression(operator, behind),
        // to RFC 6570 a list, to servers of FastMCP whatever follows, slashes included: read as the second, which holds the first
        None => match inside.strip_suffix(b"*") {
            Some(name) if !name.contains(&b',') => Part::Expression(Operator::Reserved, name),
            _ => Part::Expression(Operator::Simple, inside),
        },
    })
}

/// The names of an expression.
pub fn names(list: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    list.split(|&byte| byte == b',')
}

impl<'t> Template<'t> {
    /// Reads a template.
    ///
    /// # Errors
    /// [`Unfit`] for what RFC 6570 doesn't have, and for what can't be read backwards in one way alone.
    ///
    /// ```
    /// use adarga_core::template::{Template, Unfit};
    ///
    /// let template = Template::parse(b"reports://{year}/{name}.pdf{?page}")?;
    /// let variables = template.matches(b"reports://2026/q%201.pdf").ok_or("no match")?;
    /// assert!(variables.find(b"name").ok_or("no name")?.decoded().eq(*b"q 1"));
    /// assert_eq!(Template::parse(b"reports://{year}{name}"), Err(Unfit::Ambiguous));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(text: &'t [u8]) -> Result<Self, Unfit> {
        if text.len() > TEMPLATE_MAX {
            return Err(Unfit::Size);
        }
        let mut rest = parts(text);
        let mut variables = 0_usize;
        while let Some(part) = rest.next() {
            match part? {
                Part::Literal(literal) => check_literal(literal)?,
                Part::Expression(operator, list) => {
                    check_names(operator, list)?;
                    variables = variables.saturating_add(names(list).count());
                    // linear in the number of parts for each variable, of which there are at most 16
                    if variables > VARIABLES_MAX {
                        return Err(Unfit::Size);
                    }
                    check_following(operator, rest.clone())?;
                }
            }
        }
        check_repeated(text)?;
        Ok(Self { text })
    }

    /// A template that was read before: of another text [`Template::matches`] finds nothing, or not all there is.
    #[must_use]
    pub const fn known(text: &'t [u8]) -> Self {
        Self { text }
    }

    /// What it begins with: the literal before its first expression.
    #[must_use]
    pub fn head(&self) -> &'t [u8] {
        match parts(self.text).next() {
            Some(Ok(Part::Literal(literal))) => literal,
            _ => b"",
        }
    }

    /// Its parts from left to right, for who compares templates.
    pub fn parts(&self) -> impl Iterator<Item = Part<'t>> + Clone {
        parts(self.text).map_while(Result::ok)
    }

    /// The names of its variables.
    pub fn names(&self) -> impl Iterator<Item = &'t [u8]> + Clone {
        let lists = self.parts().filter_map(|part| if let Part::Expression(_, list) = part { Some(list) } else { None });
        lists.flat_map(names)
    }

    /// Its text.
    #[must_use]
    pub const fn text(&self) -> &'t [u8] {
        self.text
    }
}

fn check_literal(literal: &[u8]) -> Result<(), Unfit> {
    if literal.contains(&b'}') {
        return Err(Unfit::Brace);
    }
    let mut rest = literal;
    while let Some((_, after)) = split_once(rest, b'%') {
        match *after {
            [high, low, ..] if hex_pair(high, low).is_some() => rest = after,
            _ => return Err(Unfit::Literal),
        }
    }
    if literal.iter().all(|&byte| is_plain(byte)) { Ok(()) } else { Err(Unfit::Literal) }
}

fn check_names(operator: Operator, list: &[u8]) -> Result<(), Unfit> {
    if list.iter().any(|byte| b":*".contains(byte)) {
        return Err(Unfit::Modifier);
    }
    if !names(list).all(is_name) {
        return Err(Unfit::Name);
    }
    if operator.is_named() || names(list).count() == 1 { Ok(()) } else { Err(Unfit::Several) }
}

/// `varname` of RFC 6570 §2.3.
fn is_name(name: &[u8]) -> bool {
    let mut rest = name;
    loop {
        rest = match *rest {
            [b'%', high, low, ref after @ ..] if hex_pair(high, low).is_some() => after,
            [byte, ref after @ ..] if byte.is_ascii_alphanumeric() || byte == b'_' => after,
            _ => return false,
        };
        rest = match rest {
            [] => return true,
            [b'.', after @ ..] => after,
            after => after,
        };
    }
}

/// Whether all that may stand behind an expression can be told from it.
fn check_following<'t>(operator: Operator, rest: impl Iterator<Item = Result<Part<'t>, Unfit>>) -> Result<(), Unfit> {
    // where the expression is absent, what follows must not look like it; where it is present, not like more of it
    let tells = |byte: u8| !operator.spans(byte) && operator.prefix() != Some(byte);
    let mut direct = true;
    for part in rest {
        match part? {
            Part::Expression(next, _) if next.prefix().is_some_and(tells) => {}
            Part::Expression(..) => return Err(Unfit::Ambiguous),
            Part::Literal(literal) if literal.first().is_none_or(|&first| tells(first)) => return Ok(()),
            Part::Literal(literal) if !direct || operator.is_named() || literal.first() == operator.prefix().as_ref() => {
                return Err(Unfit::Ambiguous);
            }
            // the value ends so far before the first character that it can't hold
            Part::Literal(literal) if literal.iter().any(|&byte| !operator.holds(byte)) => return Ok(()),
            // or so far before what follows the literal, which has to tell as well
            Part::Literal(_) => {}
        }
        direct = false;
    }
    Ok(())
}

fn check_repeated(text: &[u8]) -> Result<(), Unfit> {
    let all = parts(text).filter_map(|part| match part {
        Ok(Part::Expression(_, list)) => Some(names(list)),
        _ => None,
    });
    let mut all = all.flatten();
    while let Some(name) = all.next() {
        if all.clone().any(|other| other == name) {
            return Err(Unfit::Repeated);
        }
    }
    Ok(())
}
