//! What hardly means anything but an injection, wherever it stands.

use crate::threat::bytes::is_listed;

use super::{
    Window,
    continuation::{is_function, is_literal, operand},
    lexer::{Lexeme, Lexeme::*},
};

/// Words that follow `from` in a sentence and are no table.
const ARTICLES: &[&[u8]] = &[
    b"the", b"a", b"an", b"this", b"that", b"these", b"those", b"my", b"your", b"our", b"his", b"her", b"its", b"their", b"each",
    b"every",
];

fn is_article(word: &[u8]) -> bool {
    ARTICLES.iter().any(|article| word.eq_ignore_ascii_case(article))
}

/// Whether the tokens at the beginning of the window are an injection.
pub(super) fn looks(window: &Window<'_>) -> bool {
    let last = window.last.lexeme;
    match window.shape() {
        [Union, ..] => is_union(window),
        [Logic | Bars, ..] => is_tautology(window),
        [Open, Select, ..] => is_subquery(&window.skip(1)),
        [Select, ..] => is_query(window, last),
        [Semicolon, ..] => is_statement(&window.skip(1)),
        [Waitfor, Delay | Time, Text | Variable, ..] => true,
        [Into, File, Text, ..] => true,
        [Exec, Stored, ..] | [Exec, Word, Dot, Stored | Dot, ..] | [Exec, Word, Dot, _, Dot, ..] => true,
        [Exec, Open, Variable | Char | Text, ..] => true,
        [Declare, Variable, Word | Char | Object | Function, ..] => true,
        [Stored, ..] => is_stored(window),
        [Catalog, Dot, Word | Object | Catalog, ..] => last == From || last == Comma || window.bytes(0).len() > 6,
        [Versioned, next, ..] => !matches!(next, End | Unknown | Star),
        [Procedure, Analyse, Open, ..] => true,
        [Case, When, Open | Number | Text | Not, ..] => last == Open || last == Select || last == Compare,
        [Having, Number, Compare, Number, ..] => true,
        [Order, By, Number, Comment, ..] => true,
        [From, Catalog, ..] => window.bytes(1).len() > 6,
        [Wait, Open, ..] => is_wait(window, last),
        [Wait, Dot, Word | Wait, Open, ..] => true,
        [Strong, Open, ..] => last != Dot && is_argument(window),
        [Strong, Dot, Word | Strong | Function, Open | Dot, ..] => window.bytes(0).len() > 6 && last != Dot,
        [Char, Open, Number, Close, Operator | Bars | Comma, next, ..] => {
            matches!(next, Char | Text | Open | Number | Function | Strong)
        }
        [Char, Open, Number, Comma, Number, ..] => last != Dot,
        [Function, Open, Number, Comma, Open, Select, ..] => true,
        [Function, Open, Open, Select, ..] | [Function, Open, Select, ..] | [Function, Open, All, Open, Select, ..] => {
            last != Dot
        }
        [lexeme, Open, Char, Open, Number, Close, ..] => is_function(lexeme),
        [If | Function, Open, Number, Compare, Number, Comma, ..] => last != Dot,
        [Function, Open, Function, Open, Function | Object, Open, Close, ..] => last != Dot,
        [Variable, ..] => window.bytes(0).starts_with(b"@@") && window.bytes(0).len() > 3 && is_global(window, last),
        [Begin, Wait, ..] => true,
        [Operator, Word, ..] => matches!(last, Text | Close) && is_cast(window),
        [Unknown, Word, Unknown, ..] => window.bytes(0) == b"[" && is_query_operator(window.bytes(1)),
        _ => at_start(window),
    }
}

/// What counts at the beginning of the text alone.
fn at_start(window: &Window<'_>) -> bool {
    let expression = matches!(
        window.shape(),
        [Case, When, ..]
            | [Case, Number | Text, When, ..]
            | [Case, Function, Open, _, Close, When, ..]
            | [Function, Open, Function, Open, Function | Object, Open, ..]
    );
    window.last.lexeme == End && window.last.end == 0 && (expression || is_statement(window))
}

/// A cast of PostgreSQL: `'…'::jsonb`.
fn is_cast(window: &Window<'_>) -> bool {
    const TYPES: &[&[u8]] = &[b"json", b"jsonb", b"int", b"text", b"varchar", b"regclass", b"numeric"];
    window.bytes(0) == b"::" && TYPES.iter().any(|name| window.bytes(1).eq_ignore_ascii_case(name))
}

/// An operator of MongoDB in the brackets of a form, where it becomes a member of a query.
fn is_query_operator(word: &[u8]) -> bool {
    const OPERATORS: &[&str] =
        &["$eq", "$exists", "$gt", "$gte", "$in", "$lt", "$lte", "$ne", "$nin", "$not", "$or", "$regex", "$where"];
    is_listed(OPERATORS, word)
}

/// `union select`, and something that is selected.
fn is_union(window: &Window<'_>) -> bool {
    let query = operand(window.skip(1));
    match query.shape() {
        [Select, ..] => match operand(query.skip(1)).shape() {
            [Word, next, ..] => matches!(next, Comma | Dot | From | Open | Bars | Operator | Comment),
            [Unknown | Logic | As | On, ..] => false,
            _ => true,
        },
        _ => false,
    }
}

/// `or` and a comparison of literals.
fn is_tautology(window: &Window<'_>) -> bool {
    let value = operand(window.skip(1));
    match value.shape() {
        [left, Compare, ..] if is_literal(left) => {
            let right = operand(value.skip(2));
            let other = right.shape()[0];
            let alike = left == other || left == Constant || other == Constant;
            is_literal(other) && (alike || right.ahead[0].open) && window.bytes(0) != b"&&"
                || matches!(other, Select | Strong | Wait | Char)
                || (is_function(other) && right.shape()[1] == Open && left == Number && window.bytes(0) != b"&&")
        }
        [left, Like, ..] if left == Text || left == Number => {
            let right = operand(value.skip(2));
            right.shape()[0] == left && (left == Text || window.bytes(0).len() > 1 && matches!(value.bytes(1).len(), 4..=6))
        }
        [Word | Function, Compare, lexeme, Comment, ..] if is_literal(lexeme) => is_rest_short(&value.skip(3)),
        [Word, Compare, Word, End | Comment | Logic | Close, ..] => window.bytes(0) != b"&&" && value.bytes(0) == value.bytes(2),
        [Wait | Strong, Open, ..] => true,
        [Select, ..] => window.shape()[1] == Open,
        [left, Close, Comment, ..] => is_literal(left),
        _ => false,
    }
}

/// Whether a comment has hardly any text.
fn is_rest_short(window: &Window<'_>) -> bool {
    window.bytes(0).trim_ascii().len() <= 12
}

/// `(select` is no English.
fn is_subquery(window: &Window<'_>) -> bool {
    match window.shape() {
        [_, Word, ..] => matches!(window.shape()[2], Comma | Dot | From | Open | Where | Bars | Operator | Close),
        [_, Logic | As | On | Like | End | Unknown, ..] => false,
        [_, ..] => true,
    }
}

/// A query that selects what no sentence would.
fn is_query(window: &Window<'_>, last: Lexeme) -> bool {
    let list = operand(window.skip(1));
    match list.shape() {
        [Star, From, Word | Catalog | Object | Function | Variable | Open, ..] => true,
        [Strong | Wait | Char, Open, ..] => true,
        [Strong | Wait, Dot, ..] => true,
        [Function | Object | If | Convert | Cast | Replace, Open, ..] => last != Dot,
        [Case, When, ..] => true,
        [Number | Text | Constant, Comma, Number | Text | Constant | Function | Strong | Char | Variable, ..] => true,
        [Number | Text | Constant | Variable, Union | Comment | Bars | Into, ..] => true,
        [Number | Text | Constant | Variable, From, ..] => !is_article(list.bytes(2)),
        [Number | Constant, End, ..] => matches!(last, Union | All | Open | Semicolon | Text | End),
        [Variable, ..] => true,
        [Word | Function | Object | Catalog, From, Word | Catalog | Object, after, ..] => {
            !is_article(list.bytes(2))
                && matches!(after, Where | Semicolon | Comment | Limit | Order | Dot | Union | Group | Close | Compare)
                || list.shape()[2] == Catalog
        }
        [Word, Comma, Function | Strong | Char, Open, ..] => true,
        [Word | Object | Catalog, Comma, Word | Object | Function | Number | Text | Constant, ..] => {
            list.shape().contains(&From) && !list.shape().iter().any(|lexeme| matches!(lexeme, Unknown))
        }
        [Select, ..] => true,
        _ => false,
    }
}

/// The beginning of a statement that does something.
pub(super) fn is_statement(window: &Window<'_>) -> bool {
    match window.shape() {
        [Select, ..] => is_query(window, Semicolon) || matches!(window.shape(), [_, Open | Number | Star, ..]),
        [Drop, Word, Comment, ..] => true,
        [Drop, Object | Procedure, Word | Text | If | Object | Catalog, end, ..] => {
            matches!(end, End | Comment | Semicolon | Comma | Dot | Exists | Word) && window.bytes(2).len() > 1
        }
        [Insert | Replace, Into, Word | Text, Open | Values | Select | Dot | Set, ..] => true,
        [Insert | Replace, Into, Catalog | End, ..] => true,
        [Update, Word | Object | Text | Catalog, Set, Word | Object | Function | Text, Compare, ..] => true,
        [Delete, From, Word | Catalog | Text | Object, Where | Semicolon | Comment, ..] => true,
        [Delete, From, Word | Catalog | Text, End, ..] => true,
        [Create, Object | Procedure, Word | Text | If, next, ..] => {
            matches!(next, Open | As | Word | Not | Comment) && window.bytes(2) != b"of"
        }
        [Create, Logic, Replace, ..] => true,
        [Alter, Object | Procedure, Word, Word | Object | Drop | Set | Alter, ..] => !window.bytes(2).eq_ignore_ascii_case(b"is"),
        [Truncate, Object, Word, ..] => true,
        [Exec, Stored, ..] => true,
        [Exec, Word | Open | Variable, next, ..] => matches!(next, Text | Variable | Open | Dot | Comment),
        [Declare, Variable, ..] => true,
        [Declare, Word, Word | Char | Function | Object, Semicolon, ..] => true,
        [Shutdown, end, ..] => matches!(end, End | Comment | Semicolon),
        [Grant, _, On | Comma, ..] => true,
        [Load, _, Infile, ..] | [Load, _, _, Infile, ..] => true,
        [Copy, Word, From | Open, ..] => matches!(window.shape()[3], Text | Word),
        [Call, Word | Wait | Strong, Open | Dot, ..] => true,
        [Rename, Object, ..] => true,
        [Waitfor, Delay | Time, ..] => true,
        [If, Open, Number | Select | Text | Exists | Function | Strong, ..] => {
            window.shape()[2] != Function || window.shape()[3] == Open
        }
        [Begin, Wait | Strong | Exec | Function, ..] => true,
        [Handler, Word, Word, ..] => true,
        [Set, Variable, Compare, ..] => true,
        [Commit | Rollback, Comment, ..] => true,
        [Wait, Open | Dot, ..] => true,
        [Merge, Into, ..] => true,
        _ => false,
    }
}

/// A procedure of SQL Server that runs programs or reads what is not its own.
fn is_stored(window: &Window<'_>) -> bool {
    const NAMES: &[&str] = &[
        "xp_",
        "sp_exec",
        "sp_oa",
        "sp_password",
        "sp_help",
        "sp_configure",
        "sp_makewebtask",
        "sp_addextendedproc",
        "sp_who",
        "sp_start_job",
        "sp_adduser",
        "sp_addlogin",
        "sp_sql",
    ];
    crate::threat::bytes::starts_any(window.bytes(0), NAMES) && window.bytes(0).len() > 5
}

/// A function that waits, where a value is expected rather than a statement of a program.
fn is_wait(window: &Window<'_>, last: Lexeme) -> bool {
    let named = window.bytes(0).len() > 5;
    let argument = operand(window.skip(2)).shape()[0];
    let fits = is_literal(argument) || is_function(argument) || argument == Select;
    let place = matches!(
        last,
        Logic | Bars | Select | Comma | Open | Operator | Compare | Like | Text | Number | Close | By | Star | Not | Then | All
    );
    fits && (place || (named && last != Dot)) || (named && last == Select)
}

/// Whether a call has an argument that makes sense to SQL.
fn is_argument(window: &Window<'_>) -> bool {
    let argument = operand(window.skip(2));
    match argument.shape() {
        [Close, ..] => window.bytes(0).len() > 7,
        [Word, ..] => window.bytes(0).len() > 7 && window.last.lexeme != Word,
        [lexeme, ..] => is_literal(lexeme) || is_function(lexeme) || matches!(lexeme, Select | Catalog | Case),
    }
}

/// A variable of the server, read where a value is.
fn is_global(window: &Window<'_>, last: Lexeme) -> bool {
    const NAMES: &[&str] = &[
        "@@version",
        "@@servername",
        "@@hostname",
        "@@datadir",
        "@@basedir",
        "@@global",
        "@@session",
        "@@spid",
        "@@language",
        "@@tmpdir",
        "@@rowcount",
        "@@identity",
        "@@microsoftversion",
        "@@plugin_dir",
        "@@secure_file_priv",
        "@@innodb",
        "@@database",
        "@@connections",
        "@@cpu_busy",
        "@@new",
        "@@max",
    ];
    crate::threat::bytes::starts_any(window.bytes(0), NAMES) || matches!(last, Select | Comma | Open | Operator | Compare)
}
