//! A validator as the specification reads: recursive, over a tree, every keyword by itself (JSON Schema 2020-12).

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::{Map, Value};

/// What a schema evaluated of an object or array: names or places.
type Evaluated = BTreeSet<String>;

pub(super) fn is_valid(schema: &Value, value: &Value) -> bool {
    check(schema, schema, value).is_some()
}

/// What was evaluated of the value, if it is valid.
fn check(root: &Value, schema: &Value, value: &Value) -> Option<Evaluated> {
    let members = match schema {
        Value::Bool(on) => return on.then(Evaluated::new),
        Value::Object(members) => members,
        _ => panic!("no schema: {schema}"),
    };
    let mut evaluated = Evaluated::new();
    let holds = |keyword: &str| members.get(keyword).is_none_or(|operand| assertion(root, keyword, operand, value));
    let all = members.keys().all(|keyword| holds(keyword));
    all.then_some(())?;
    applicators(root, members, value, &mut evaluated)?;
    in_place(root, members, value, &mut evaluated)?;
    for (keyword, is_kind) in [("unevaluatedProperties", value.is_object()), ("unevaluatedItems", value.is_array())] {
        let Some(inner) = members.get(keyword).filter(|_| is_kind) else { continue };
        for (name, child) in children(value) {
            if !evaluated.contains(&name) {
                check(root, inner, child)?;
                evaluated.insert(name);
            }
        }
    }
    Some(evaluated)
}

fn children(value: &Value) -> Vec<(String, &Value)> {
    match value {
        Value::Object(members) => members.iter().map(|(name, child)| (name.clone(), child)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(place, child)| (place.to_string(), child)).collect(),
        _ => Vec::new(),
    }
}

fn is_type(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|n| n.fract() == 0.0),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other}"),
    }
}

/// Equal as values: 1 is 1.0.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
        }
        (a, b) => a == b,
    }
}

fn assertion(root: &Value, keyword: &str, operand: &Value, value: &Value) -> bool {
    let count = || usize::try_from(operand.as_u64().unwrap()).unwrap();
    let number = |relation: fn(f64, f64) -> bool| value.as_f64().is_none_or(|n| relation(n, operand.as_f64().unwrap()));
    let points = value.as_str().map(|text| text.chars().count());
    let (items, names) = (value.as_array().map(Vec::len), value.as_object().map(Map::len));
    let has = |name: &Value| value.as_object().is_none_or(|members| members.contains_key(name.as_str().unwrap()));
    match keyword {
        "type" => match operand {
            Value::Array(list) => list.iter().any(|name| is_type(name, value)),
            name => is_type(name, value),
        },
        "enum" => operand.as_array().unwrap().iter().any(|other| equal(other, value)),
        "const" => equal(operand, value),
        "minimum" => number(|n, bound| n >= bound),
        "maximum" => number(|n, bound| n <= bound),
        "exclusiveMinimum" => number(|n, bound| n > bound),
        "exclusiveMaximum" => number(|n, bound| n < bound),
        "multipleOf" => number(|n, bound| (n / bound).fract() == 0.0),
        "minLength" => points.is_none_or(|len| len >= count()),
        "maxLength" => points.is_none_or(|len| len <= count()),
        "pattern" => value.as_str().is_none_or(|text| Regex::new(operand.as_str().unwrap()).unwrap().is_match(text)),
        "minItems" => items.is_none_or(|len| len >= count()),
        "maxItems" => items.is_none_or(|len| len <= count()),
        "minProperties" => names.is_none_or(|len| len >= count()),
        "maxProperties" => names.is_none_or(|len| len <= count()),
        "uniqueItems" => {
            let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
            let twin = |at: usize| list[..at].iter().any(|other| equal(other, &list[at]));
            operand == &Value::Bool(false) || !(0..list.len()).any(twin)
        }
        "required" => operand.as_array().unwrap().iter().all(has),
        "dependentRequired" => operand.as_object().unwrap().iter().all(|(name, others)| {
            value.get(name).filter(|_| value.is_object()).is_none() || others.as_array().unwrap().iter().all(has)
        }),
        "propertyNames" => {
            let names = value.as_object().map(|members| members.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
            names.into_iter().all(|name| check(root, operand, &Value::String(name)).is_some())
        }
        "contains" => true,
        _ => true,
    }
}

/// Keywords that ask about what the value holds.
fn applicators(root: &Value, members: &Map<String, Value>, value: &Value, evaluated: &mut Evaluated) -> Option<()> {
    if let Value::Object(object) = value {
        let get = |keyword: &str| members.get(keyword).and_then(Value::as_object);
        for (name, child) in object {
            let mut known = false;
            if let Some(inner) = get("properties").and_then(|inner| inner.get(name)) {
                known = true;
                check(root, inner, child)?;
            }
            for (pattern, inner) in get("patternProperties").into_iter().flatten() {
                if Regex::new(pattern).unwrap().is_match(name) {
                    known = true;
                    check(root, inner, child)?;
                }
            }
            if let Some(inner) = members.get("additionalProperties").filter(|_| !known) {
                known = true;
                check(root, inner, child)?;
            }
            if known {
                evaluated.insert(name.clone());
            }
        }
    }
    if let Value::Array(list) = value {
        let prefix = members.get("prefixItems").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for (place, child) in list.iter().enumerate() {
            let Some(inner) = prefix.get(place).or_else(|| members.get("items")) else { break };
            check(root, inner, child)?;
            evaluated.insert(place.to_string());
        }
        if let Some(inner) = members.get("contains") {
            let bound = |name: &str| members.get(name).and_then(Value::as_u64).map(|n| usize::try_from(n).unwrap());
            let fits = |(place, child)| check(root, inner, child).map(|_| place);
            let places: Vec<usize> = list.iter().enumerate().filter_map(fits).collect();
            let (min, max) = (bound("minContains").unwrap_or(1), bound("maxContains").unwrap_or(usize::MAX));
            (min..=max).contains(&places.len()).then_some(())?;
            evaluated.extend(places.iter().map(ToString::to_string));
        }
    }
    Some(())
}

/// Keywords that ask other schemas about the same value.
fn in_place(root: &Value, members: &Map<String, Value>, value: &Value, evaluated: &mut Evaluated) -> Option<()> {
    let list = |keyword: &str| members.get(keyword).and_then(Value::as_array);
    if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(reference.strip_prefix('#').unwrap()).unwrap();
        evaluated.extend(check(root, target, value)?);
    }
    for inner in list("allOf").into_iter().flatten() {
        evaluated.extend(check(root, inner, value)?);
    }
    for (keyword, most) in [("anyOf", usize::MAX), ("oneOf", 1)] {
        if let Some(list) = list(keyword) {
            let valid: Vec<_> = list.iter().filter_map(|inner| check(root, inner, value)).collect();
            (1..=most).contains(&valid.len()).then_some(())?;
            evaluated.extend(valid.into_iter().flatten());
        }
    }
    if let Some(inner) = members.get("not") {
        check(root, inner, value).is_none().then_some(())?;
    }
    if let Some(condition) = members.get("if") {
        let met = check(root, condition, value);
        let next = if met.is_some() { "then" } else { "else" };
        evaluated.extend(met.into_iter().flatten());
        if let Some(inner) = members.get(next) {
            evaluated.extend(check(root, inner, value)?);
        }
    }
    for (name, inner) in members.get("dependentSchemas").and_then(Value::as_object).into_iter().flatten() {
        if value.is_object() && value.get(name).is_some() {
            evaluated.extend(check(root, inner, value)?);
        }
    }
    Some(())
}
