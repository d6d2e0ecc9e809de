//! Random schemas and values that have something to do with each other: few names, few values, every keyword.

use serde_json::{Map, Value, json};

use crate::support::Dice;

const NAMES: &[&str] = &["a", "b", "c", "x-1", "x-2"];
const PATTERNS: &[&str] = &["^x-", "a", "^.$", "[bc]", "1$"];
const DEFS: usize = 3;

/// A schema of 2020-12 whose definitions refer to each other.
pub(super) fn schema(dice: &mut Dice) -> Value {
    let mut root = object(dice, 4);
    let defs: Map<_, _> = (0..DEFS).map(|n| (format!("d{n}"), inner(dice, 3))).collect();
    root.insert("$defs".into(), defs.into());
    root.into()
}

/// A value, nested so deep at most.
pub(super) fn value(dice: &mut Dice, depth: usize) -> Value {
    match if depth == 0 { dice.roll(6) } else { dice.roll(11) } {
        0 => Value::Null,
        1 => dice.pick(&[true, false]).into(),
        2 => dice.pick(&[0, 1, 2, -1, 10, 3]).into(),
        3 => dice.pick(&[0.5, 1.0, 2.25, -1.0, 1e2, 0.0]).into(),
        4 | 5 => dice.pick(&["", "a", "b", "ab", "x-1", "é", "😀b"]).into(),
        6 | 7 => (0..dice.roll(5)).map(|_| value(dice, depth - 1)).collect(),
        _ => (0..dice.roll(5)).map(|_| (dice.pick(NAMES).to_owned(), value(dice, depth - 1))).collect::<Map<_, _>>().into(),
    }
}

fn inner(dice: &mut Dice, depth: usize) -> Value {
    match dice.roll(12) {
        0 => dice.pick(&[true, false, true]).into(),
        1 | 2 => json!({ "$ref": format!("#/$defs/d{}", dice.roll(DEFS)) }),
        _ if depth == 0 => json!({ "type": kind(dice) }),
        _ => object(dice, depth).into(),
    }
}

fn kind(dice: &mut Dice) -> &'static str {
    dice.pick(&["null", "boolean", "number", "integer", "string", "array", "object", "object"])
}

fn list(dice: &mut Dice, depth: usize) -> Value {
    (0..=dice.roll(3)).map(|_| inner(dice, depth)).collect()
}

fn map(dice: &mut Dice, names: &[&str], depth: usize) -> Value {
    (0..=dice.roll(3)).map(|_| (dice.pick(names).to_owned(), inner(dice, depth))).collect::<Map<_, _>>().into()
}

fn names(dice: &mut Dice) -> Value {
    (0..=dice.roll(2)).map(|_| dice.pick(NAMES)).collect()
}

fn object(dice: &mut Dice, depth: usize) -> Map<String, Value> {
    let depth = depth - 1;
    let mut members = Map::new();
    for _ in 0..=dice.roll(3) {
        let (keyword, operand) = match dice.roll(36) {
            0 => ("type", kind(dice).into()),
            1 => ("type", (0..3).map(|_| kind(dice)).collect()),
            2 => ("enum", (0..4).map(|_| value(dice, 2)).collect()),
            3 => ("const", value(dice, 2)),
            4 => ("minimum", dice.pick(&[0.5, 1.0, -1.0]).into()),
            5 => ("exclusiveMaximum", dice.pick(&[0.5, 2.0, 10.0]).into()),
            6 => ("multipleOf", dice.pick(&[0.5, 2.0, 0.25]).into()),
            7 => ("minLength", dice.roll(3).into()),
            8 => ("maxLength", dice.roll(3).into()),
            9 => ("pattern", dice.pick(PATTERNS).into()),
            10 => ("minItems", dice.roll(3).into()),
            11 => ("maxItems", dice.roll(4).into()),
            12 => ("uniqueItems", true.into()),
            13 => ("maxProperties", dice.roll(4).into()),
            14 => ("required", names(dice)),
            15 => ("dependentRequired", json!({ dice.pick(NAMES): names(dice) })),
            16 => ("propertyNames", inner(dice, depth)),
            17..=20 => ("properties", map(dice, NAMES, depth)),
            21 => ("patternProperties", map(dice, PATTERNS, depth)),
            22 => ("additionalProperties", inner(dice, depth)),
            23 => ("prefixItems", list(dice, depth)),
            24 => ("items", inner(dice, depth)),
            25 => {
                members.insert(dice.pick(&["minContains", "maxContains"]).into(), dice.roll(3).into());
                ("contains", inner(dice, depth))
            }
            26 => ("allOf", list(dice, depth)),
            27 | 28 => ("anyOf", list(dice, depth)),
            29 => ("oneOf", list(dice, depth)),
            30 => ("not", inner(dice, depth)),
            31 => {
                members.insert("then".into(), inner(dice, depth));
                members.insert("else".into(), inner(dice, depth));
                ("if", inner(dice, depth))
            }
            32 => ("dependentSchemas", map(dice, NAMES, depth)),
            33 => ("$ref", format!("#/$defs/d{}", dice.roll(DEFS)).into()),
            34 => ("unevaluatedProperties", inner(dice, depth)),
            _ => ("unevaluatedItems", inner(dice, depth)),
        };
        members.insert(keyword.into(), operand);
    }
    members
}
