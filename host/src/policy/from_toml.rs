//! TOML to tree.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    error::Fault,
    tree::{DEPTH_MAX, Entry, Node, Value},
};

/// Parses `text`; all errors of syntax that the parser can tell apart, one a line.
pub(super) fn parse(text: &str) -> Result<Node, Vec<Fault>> {
    let (root, errors) = DeTable::parse_recoverable(text);
    let root = Spanned::new(0..0, DeValue::Table(root.into_inner()));
    if let Some(span) = too_deep(&root) {
        dismantle(root);
        return Err(vec![Fault::in_text(span, TOO_DEEP, "")]);
    }
    if !errors.is_empty() {
        return Err(without_echoes(text, &errors));
    }
    let mut faults = Vec::new();
    let root = node(&root, &mut faults);
    if faults.is_empty() { Ok(root) } else { Err(faults) }
}

const TOO_DEEP: &str = "nested deeper than 64 levels";
const DUPLICATE: &str = "duplicate key";
const UNQUOTED: &str = "string values must be quoted";
const NO_VALUE: &str = "a key without value";
const UNENDING: &str = "a string without end";

/// Errors after which the next line means what it would have meant without them.
const LOCAL: [&str; 4] = [DUPLICATE, UNQUOTED, NO_VALUE, UNENDING];

/// The errors that stand alone. After an error the parser goes on with the same line, with the table of a header that it refused,
/// and inside a bracket that was meant to end; what it says then is mostly an echo.
fn without_echoes(text: &str, errors: &[toml::de::Error]) -> Vec<Fault> {
    let mut faults: Vec<Fault> = errors.iter().map(|error| fault(text, error)).collect();
    faults.sort_by_key(|fault| fault.span.start);
    let mut silent_until = 0;
    faults.retain(|fault| {
        let (before, after) = text.split_at_checked(fault.span.start).unwrap_or((text, ""));
        if before.len() < silent_until {
            return false;
        }
        if !LOCAL.contains(&fault.message.as_str()) {
            silent_until = usize::MAX;
            return true;
        }
        let line = before.rsplit('\n').next().unwrap_or_default();
        let next = if line.trim_start().starts_with('[') { "\n[" } else { "\n" };
        silent_until = before.len() + after.find(next).map_or(after.len(), |end| end + 1);
        true
    });
    faults
}

/// The parser's error, in words that stand alone.
fn fault(text: &str, error: &toml::de::Error) -> Fault {
    let span = error.span().unwrap_or(0..0);
    let missing = text.get(span.start..).is_none_or(|rest| rest.is_empty() || rest.starts_with(['\n', '\r', '#']));
    let (message, remedy) = match error.message() {
        DUPLICATE => (DUPLICATE, "a table and a key stand only once: join both"),
        "recursion limit" | "cannot recurse further; max recursion depth met" => (TOO_DEEP, ""),
        message if message.starts_with(UNQUOTED) && missing => (NO_VALUE, "give it a value or remove it"),
        message if message.starts_with(UNQUOTED) => (UNQUOTED, "write it in double quotes"),
        message if message.starts_with("invalid unquoted key") => {
            (message, "write keys with other characters than `A-Z a-z 0-9 _ -` in double quotes")
        }
        "key with no value, expected `=`" => (NO_VALUE, "give it a value or remove it"),
        "invalid basic string, expected `\"`" => (UNENDING, "close it with a double quote on the same line"),
        "invalid literal string, expected `'`" => (UNENDING, "close it with a single quote on the same line"),
        message => (message, ""),
    };
    Fault::in_text(span, message, remedy)
}

/// The span of a value that lies deeper than a policy may. The parser bounds the dots of one key and the brackets around it, but
/// not their product, which is deep enough to end a stack.
fn too_deep(root: &Spanned<DeValue<'_>>) -> Option<Range<usize>> {
    let mut open = vec![(root, 0)];
    while let Some((value, depth)) = open.pop() {
        if depth > DEPTH_MAX {
            return Some(value.span());
        }
        match value.get_ref() {
            DeValue::Table(table) => open.extend(table.values().map(|value| (value, depth + 1))),
            DeValue::Array(array) => open.extend(array.iter().map(|value| (value, depth + 1))),
            _ => {}
        }
    }
    None
}

/// Drops a tree from the outside in, since dropping it as it is would recurse as deep as the text says.
fn dismantle(root: Spanned<DeValue<'_>>) {
    let mut open = vec![root.into_inner()];
    while let Some(value) = open.pop() {
        match value {
            DeValue::Table(table) => open.extend(table.into_iter().map(|(_, value)| value.into_inner())),
            DeValue::Array(array) => open.extend(array.into_iter().map(Spanned::into_inner)),
            _ => {}
        }
    }
}

fn node(spanned: &Spanned<DeValue<'_>>, faults: &mut Vec<Fault>) -> Node {
    let span = spanned.span();
    let value = match spanned.get_ref() {
        DeValue::Table(table) => Value::Table(entries(table, faults).into()),
        DeValue::Array(array) => Value::Array(array.iter().map(|element| node(element, faults)).collect()),
        DeValue::String(text) => Value::String(text.as_ref().to_owned()),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Float(number) => Value::Float(number.as_str().replace('_', "").parse().unwrap_or(f64::NAN)),
        DeValue::Integer(number) => Value::Integer(i64::from_str_radix(number.as_str(), number.radix()).unwrap_or_else(|_| {
            faults.push(Fault::in_text(span.clone(), "an integer of more than 64 bits", ""));
            0
        })),
        DeValue::Datetime(_) => {
            faults.push(Fault::in_text(
                span.clone(),
                "a date, which no key of a policy takes",
                "write a string in double quotes",
            ));
            Value::Bool(false)
        }
    };
    Node { span, value }
}

/// The map of the parser is sorted by name or by text, as some crate in the build may have chosen; here the text decides.
fn entries(table: &DeTable<'_>, faults: &mut Vec<Fault>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry { key: key.get_ref().as_ref().to_owned(), key_span: key.span(), node: node(value, faults) })
        .collect();
    entries.sort_by_key(|entry| entry.key_span.start);
    entries
}
