//! JSON to tree, by the strict tokenizer that also judges messages: duplicate keys, lone surrogates and the like are refused.

use std::hash::{BuildHasher, RandomState};

use adarga_core::{
    Reason,
    json::{self, Kind, Limits, Refusal, Scratch},
};

use super::{
    error::Fault,
    tree::{DEPTH_MAX, Entry, Node, Value},
};

/// Most values and keys of a policy together.
const VALUES_MAX: usize = 1 << 22;

/// Parses `text`; the first error of syntax, or all values that no key takes.
pub(super) fn parse(text: &str) -> Result<Node, Vec<Fault>> {
    let input = text.as_bytes();
    // every value but the outermost takes at least two bytes: itself and what separates it
    let values = VALUES_MAX.min(input.len() / 2 + 2);
    let limits =
        Limits { depth_max: u16::try_from(DEPTH_MAX).unwrap_or(u16::MAX), values_max: u32::try_from(values).unwrap_or(u32::MAX) };
    let mut nodes = vec![json::Node::default(); values];
    let mut slots = vec![0; Scratch::slots_needed(limits.values_max)];
    let mut arena = vec![0; input.len()];
    let random = RandomState::new();
    let mut scratch = Scratch::new(&mut nodes, &mut slots, &mut arena, (random.hash_one(0), random.hash_one(1)));
    let parsed = json::parse(input, limits, &mut scratch).map_err(|refusal| vec![fault(text, refusal)])?;
    let mut faults = Vec::new();
    let root = node(json::Document::new(input, &scratch, parsed).root(), &mut faults);
    if faults.is_empty() { Ok(root) } else { Err(faults) }
}

fn fault(text: &str, Refusal { reason, at }: Refusal) -> Fault {
    let (message, remedy) = match reason {
        Reason::JsonSyntax if text.trim_start().is_empty() => ("an empty text", "a policy in JSON is one object"),
        Reason::JsonSyntax if at >= text.trim_end().len() => ("the text ends too early", "close what is open"),
        Reason::JsonSyntax => ("not JSON from here on", "JSON has neither comments nor commas after the last element"),
        Reason::JsonEncoding => ("not plain UTF-8", "save the file as UTF-8 without byte order mark"),
        Reason::JsonEscape => ("an escape that JSON doesn't have", "double the backslash where one is meant"),
        Reason::JsonSurrogate => ("half of a surrogate pair", "write the character itself"),
        Reason::JsonControl => ("a control character in a string", "write it as an escape, such as `\\n`"),
        Reason::JsonNumber | Reason::JsonNan => ("a malformed number", ""),
        Reason::JsonTrailing => ("text after the end of the policy", "remove it"),
        Reason::JsonDuplicate => ("duplicate key", "a key stands only once in its table: join both"),
        // `DEPTH_MAX`
        Reason::JsonDepth => ("nested deeper than 64 levels", ""),
        Reason::JsonValues => ("more than four million values", ""),
        _ => ("not JSON from here on", ""),
    };
    Fault::in_text(at..at, message, remedy)
}

fn node(value: json::Value<'_>, faults: &mut Vec<Fault>) -> Node {
    let span = value.span();
    let content = match value.kind() {
        Kind::Object => Value::Table(
            value
                .members()
                .map(|(key, value)| Entry { key: text(key), key_span: key.span(), node: node(value, faults) })
                .collect::<Vec<_>>()
                .into(),
        ),
        Kind::Array => Value::Array(value.elements().map(|element| node(element, faults)).collect()),
        Kind::String => Value::String(text(value)),
        Kind::Bool => Value::Bool(value.boolean() == Some(true)),
        Kind::Number => match std::str::from_utf8(value.raw()).map(str::parse::<i64>) {
            Ok(Ok(number)) => Value::Integer(number),
            Ok(Err(_)) if value.raw().iter().all(|byte| byte.is_ascii_digit() || *byte == b'-') => {
                faults.push(Fault::in_text(span.clone(), "an integer of more than 64 bits", ""));
                Value::Integer(0)
            }
            _ => Value::Float(String::from_utf8_lossy(value.raw()).parse().unwrap_or(f64::NAN)),
        },
        Kind::Null => {
            faults.push(Fault::in_text(span.clone(), "`null`, which no key of a policy takes", "leave the key out"));
            Value::Bool(false)
        }
    };
    Node { span, value: content }
}

/// The decoded text of a string, which is valid UTF-8 as the whole input is.
fn text(value: json::Value<'_>) -> String {
    String::from_utf8_lossy(value.text().unwrap_or_default()).into_owned()
}
