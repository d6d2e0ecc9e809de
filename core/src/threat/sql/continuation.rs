//! What a statement can go on with, where a text breaks out of its place in it.

use crate::threat::bytes::{at, before, from, is_space, until};

use super::{
    Window,
    lexer::{Context, Lexeme, Lexeme::*},
};

/// Behind what the statement goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Anchor {
    /// The beginning of the text: the value stands before it, in the statement.
    Start,
    /// A number, name or literal at the beginning.
    Value,
    /// A quote that closes the literal around it.
    Quote,
}

/// Whether the text breaks out at its beginning, behind a value with which it begins, or behind the literal around it.
pub(super) fn breaks_out(window: &Window<'_>, context: Context) -> bool {
    if let Context::Quoted(_) = context {
        let literal = window.ahead[0];
        return !literal.open && can_end(window.bytes(0)) && goes_on(&closed(window.skip(1)), Anchor::Quote);
    }
    if goes_on(&closed(*window), Anchor::Start) {
        return true;
    }
    let value = signed(*window);
    match value.shape() {
        [Number | Text | Word | Variable | Constant, Operator, ..] if value.bytes(1) == b"%" => {
            goes_on(&closed(value.skip(2)), Anchor::Value)
        }
        [Open, Number | Text | Variable, Close, Comment, ..] => true,
        [Open, Number, Close, ..] => goes_on(&closed(value.skip(2)), Anchor::Value),
        [Number | Variable, Operator | Star, Number | Variable | Text, Comment, ..] => value.bytes(3).trim_ascii().len() <= 2,
        [Number | Variable | Constant | Word, ..] => goes_on(&closed(value.skip(1)), Anchor::Value),
        [Text, ..] if !value.ahead[0].open => goes_on(&closed(value.skip(1)), Anchor::Value),
        _ => false,
    }
}

/// Whether what stands before a quote can be the end of a literal, rather than of program text or prose before an opening quote.
fn can_end(literal: &[u8]) -> bool {
    match literal {
        [] => true,
        [.., last] => last.is_ascii_alphanumeric() || *last >= 0x80 || b"_%)].\\*'\"-;!?+&#".contains(last),
    }
}

/// Behind the parentheses that the text closes.
fn closed(window: Window<'_>) -> Window<'_> {
    if window.shape().first() == Some(&Close) { window.skip(1) } else { window }
}

/// Behind a sign.
fn signed(window: Window<'_>) -> Window<'_> {
    match window.shape() {
        [Operator, ..] if matches!(window.bytes(0), b"-" | b"+") => window.skip(1),
        _ => window,
    }
}

/// Behind signs, `not` and parentheses before a value.
pub(super) fn operand(window: Window<'_>) -> Window<'_> {
    let shape = window.shape();
    let count = shape.iter().take_while(|lexeme| matches!(lexeme, Open | Not | Operator | All | Versioned)).count();
    window.skip(count)
}

/// A value that needs no name.
pub(super) const fn is_literal(lexeme: Lexeme) -> bool {
    matches!(lexeme, Number | Text | Variable | Constant)
}

/// What can be called.
pub(super) const fn is_function(lexeme: Lexeme) -> bool {
    matches!(
        lexeme,
        Function | Strong | Wait | Char | Object | If | Convert | Cast | Replace | Exists | Insert | Truncate | Time | Analyse
    )
}

/// Whether the statement goes on at the beginning of the window.
fn goes_on(window: &Window<'_>, anchor: Anchor) -> bool {
    let quote = anchor == Anchor::Quote;
    match window.shape() {
        [Logic | Bars, ..] => is_condition(window, anchor),
        [Union, All | Select | Values | End | Comment | Open, ..] => quote || anchor == Anchor::Value,
        [Union, Operator, ..] => quote,
        [Order | Group, By, ..] => is_order(window, anchor),
        [Having, rest @ ..] => is_having(&rest, quote),
        [Where, ..] => is_where(&window.skip(1)),
        [As, Word, From, ..] => window.last.lexeme == Close,
        [Collate, Word, ..] => quote,
        [As, Word, Where, ..] => is_where(&window.skip(3)),
        [Limit, Number, Comma | Offset | Comment | Into | Union | Procedure, ..] => true,
        [Limit, Number, End, ..] => quote,
        [Into, File | Variable, ..] | [Procedure, Analyse, ..] | [Waitfor, Delay | Time, ..] => true,
        [Like, ..] if quote => is_comparison(window),
        [Not, Like, ..] if quote => is_comparison(&window.skip(1)),
        [Compare, ..] if quote => is_comparison(window),
        [Semicolon, ..] => is_stacked(window, quote),
        [Comment, ..] => quote && is_cut(window),
        [Operator | Star, ..] => quote && is_arithmetic(window),
        [Comma, ..] => quote && is_list(window),
        [If, Open, ..] | [Case, When, ..] | [Select, ..] | [Exec, Stored | Word, ..] => quote && window.ahead[0].end > 0,
        [Versioned, ..] => true,
        [Open, Select, ..] | [Grant, Word, ..] => quote,
        _ => false,
    }
}

/// `or` and what is true.
fn is_condition(window: &Window<'_>, anchor: Anchor) -> bool {
    let quote = anchor == Anchor::Quote;
    let value = operand(window.skip(1));
    let bare = matches!(window.shape(), [Bars, ..]);
    let conjunction = window.bytes(0).eq_ignore_ascii_case(b"and");
    match value.shape() {
        // a value, and what is asked of it
        [lexeme, next, ..] if is_literal(lexeme) => match next {
            Compare => true,
            Like => true,
            Operator | Star | Bars => quote || is_chain(&value.skip(1)),
            Comment => true,
            Logic => quote || is_chain(&value.skip(1)),
            Close => quote || matches!(value.shape(), [_, _, Comment | Logic | Operator | Star | Compare, ..]),
            End if window.bytes(0).eq_ignore_ascii_case(b"xor") => true,
            End | Semicolon => quote && (!conjunction || is_terse(&value)) && !(bare && value.bytes(0).is_empty()),
            _ => false,
        },
        [lexeme, Open, ..] if is_function(lexeme) => quote || matches!(lexeme, Strong | Wait | Char | Exists) || is_call(&value),
        [Select | Case | Exists, ..] => true,
        [Wait | Strong | Catalog, Dot, ..] => true,
        // a name
        [Word | Function | Object | Time, Compare, ..] => quote || ends_early(&value.skip(2), anchor),
        [Word | Function | Object | Time, Like, ..] => is_comparison(&value.skip(1)) && (quote || anchor == Anchor::Value),
        [Word, Not, Like, ..] => is_comparison(&value.skip(2)),
        [Word, Dot, Word, Compare | Like, ..] => quote,
        [Word, Open, Word | Number | Text, ..] => quote,
        [Word, Comment, ..] | [Word, Close, Comment, ..] => quote || anchor == Anchor::Value,
        [Word, Operator, ..] => quote && !value.text.is_empty() && window.bytes(0) != b"&&",
        [Word, End, ..] => quote && window.bytes(0).eq_ignore_ascii_case(b"xor"),
        [Order | Having, By | Number, ..] => quote,
        _ => false,
    }
}

/// A number, or a literal of hardly any letters, as nobody quotes in a sentence.
fn is_terse(value: &Window<'_>) -> bool {
    let literal = value.bytes(0);
    literal.len() <= 3 || at(literal, 0).is_ascii_digit() || at(literal, 1).is_ascii_digit()
}

/// Whether an operator behind a value leads to another value that is compared, or to an end that cuts the statement off.
fn is_chain(window: &Window<'_>) -> bool {
    let value = operand(window.skip(1));
    match value.shape() {
        [lexeme, Compare | Like | Comment, ..] => is_literal(lexeme),
        [lexeme, Open, ..] => matches!(lexeme, Strong | Wait | Char | Select),
        [lexeme, Close, Compare | Like | Comment | Logic, ..] => is_literal(lexeme),
        _ => false,
    }
}

/// A known function whose arguments look like those of SQL: nothing, a value, a star, or another call.
fn is_call(value: &Window<'_>) -> bool {
    match value.shape() {
        [_, Open, Close, ..] => matches!(value.shape()[3], Compare | Comment | Like | Logic),
        [_, Open, Number | Select | Star, ..] => true,
        [_, Open, Text | Word, Comma, Number, ..] => true,
        [_, Open, lexeme, Open, ..] => is_function(lexeme),
        _ => false,
    }
}

/// A comparison with a value, a subquery, a list or a function.
fn is_comparison(window: &Window<'_>) -> bool {
    let value = operand(window.skip(1));
    let opened = window.shape()[1] == Open;
    match value.shape() {
        [Text, ..] => !is_division(window.bytes(0)) && (!window.shape().contains(&Unknown) || value.ahead[0].open),
        [Number | Constant | Variable, next, ..] => {
            opened || matches!(next, Comment | Logic | Close | End | Compare | Like | Bars | Semicolon | Operator)
        }
        [Select | Case, ..] => true,
        [Word, Comment, ..] => true,
        [Word, Close | Comma, ..] => opened,
        [Like, Number | Text | Constant | Open, ..] => true,
        [lexeme, Open, ..] => is_function(lexeme),
        // `is null`, `isnull`
        [Comment | Logic, ..] => window.bytes(0).len() > 5,
        [End, ..] => window.bytes(0).len() > 5 || matches!(window.shape(), [Compare, ..]),
        _ => false,
    }
}

/// Operators that are words of English and take numbers.
fn is_division(word: &[u8]) -> bool {
    word.eq_ignore_ascii_case(b"mod") || word.eq_ignore_ascii_case(b"div")
}

/// Whether what follows a comparison is a value at which the text ends, or goes on as a condition does.
fn ends_early(window: &Window<'_>, anchor: Anchor) -> bool {
    match operand(*window).shape() {
        [lexeme, Comment, ..] if is_literal(lexeme) || lexeme == Word => true,
        [lexeme, End | Logic | Close, ..] if is_literal(lexeme) || lexeme == Word => anchor == Anchor::Value,
        [lexeme, Open, ..] => is_function(lexeme),
        [Select, ..] => true,
        _ => false,
    }
}

/// `order by` a number, or a name at which the text ends.
fn is_order(window: &Window<'_>, anchor: Anchor) -> bool {
    match window.shape() {
        [_, _, Number, Comment | Comma | Direction | Close | Limit, ..] => true,
        [_, _, Number, End, ..] => true,
        [_, _, Open, Select | Case | Number, ..] => true,
        [_, _, lexeme, Open, ..] => is_function(lexeme),
        [_, _, Word | Text | Variable, Comment | Comma, ..] => anchor != Anchor::Start,
        [_, _, Word | Text, Dot | End | Having, ..] => anchor == Anchor::Quote,
        [_, _, Case, ..] => true,
        _ => false,
    }
}

fn is_having(rest: &[Lexeme], quote: bool) -> bool {
    match rest {
        [Number | Text | Variable, Compare | Like, ..] => true,
        [Open, Select, ..] => true,
        [lexeme, Open, ..] => is_function(*lexeme),
        [Word | Number, Compare | Comment, ..] => quote,
        _ => false,
    }
}

/// `where` and a condition of literals.
fn is_where(window: &Window<'_>) -> bool {
    let value = operand(*window);
    match value.shape() {
        [lexeme, Compare, ..] if is_literal(lexeme) => is_literal(operand(value.skip(2)).shape()[0]),
        _ => false,
    }
}

/// `;` and another statement, or nothing more.
fn is_stacked(window: &Window<'_>, quote: bool) -> bool {
    match window.shape() {
        [_, End | Comment, ..] => quote,
        _ => super::anywhere::is_statement(&window.skip(1)),
    }
}

/// Whether a comment behind a quote cuts the statement off: what is left of the line is short, and no sentence.
fn is_cut(window: &Window<'_>) -> bool {
    let comment = window.bytes(0);
    let opened = match comment {
        [b'-', b'-', rest @ ..] | [b'/', b'*', rest @ ..] => rest,
        [b'#', rest @ ..] if rest.trim_ascii().is_empty() => rest,
        [b'#', rest @ ..] if rest.len() <= 2 => rest,
        _ => return false,
    };
    let start = until(opened, 0, |byte| !is_space(byte) && !b"+-#".contains(&byte));
    let rest = from(opened, start);
    rest.len() <= 24 && !rest.trim_ascii().contains(&b' ')
}

/// A calculation with a literal: what is put together is a value of its own.
fn is_arithmetic(window: &Window<'_>) -> bool {
    let value = operand(window.skip(1));
    let opened = window.shape()[1] == Open;
    let first = window.ahead[0];
    // quotes are feet and inches too
    let measures = matches!(window.bytes(0), b"-" | b"/" | b"+");
    match value.shape() {
        // the literal is opened by the quote that ended the one around it, or a comment cuts the rest off
        [Text, End, ..] if window.text.len() <= 3 && window.text.contains(&b'"') => false,
        [Text, next, ..] => {
            matches!(next, Comment)
                || (at(window.text, value.ahead[0].start) == before(window.text, first.start) || first.end == 0) && next != Word
        }
        [Select | Case, ..] => opened,
        [lexeme, Open, ..] => is_function(lexeme),
        [Number, Comment | Compare | Logic | Bars, ..] => true,
        [Number, Operator | Star, Number | Text, ..] => !measures,
        [Variable | Constant, ..] => true,
        [Word, Compare | Bars, ..] => window.bytes(0) != b"&",
        [Word, Operator | Star, Number | Text, ..] => !measures && window.bytes(0) != b"&",
        _ => false,
    }
}

/// Further values of an `insert`, of which one is a query, a function, or the rest is cut off.
fn is_list(window: &Window<'_>) -> bool {
    match window.shape() {
        [_, Open, Select, ..] => true,
        [_, Strong | Wait | Char, Open, ..] => true,
        [_, Constant, Comma | Close, ..] => true,
        [_, lexeme, Close, Comment, ..] => is_literal(lexeme),
        _ => false,
    }
}
