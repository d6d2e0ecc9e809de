//! From a document to rows: a JWK or a JWKS (RFC 7517 §4, §5), read by the strict tokenizer of core.

use std::collections::HashMap;

use adarga_core::json::{self, Document, Kind, Limits, Node, Scratch, Value};
use zeroize::Zeroizing;

use crate::compile::names;

use super::{DOCUMENT_MAX, KEYS_MAX, Mode, archive, error::*, jwk};

/// Bounds of the document.
const LIMITS: Limits = Limits { depth_max: 16, values_max: 1 << 16 };

/// What was read.
pub(super) struct Read {
    pub(super) rows: Vec<archive::Row>,
    pub(super) left_out: Vec<KeyError>,
}

/// Reads all keys of a document.
///
/// # Errors
/// When the document is wrong, has no key that can be used, or, in [`Mode::Strict`], one that can't.
pub(super) fn read(document: &[u8], mode: Mode) -> Result<Read, KeyErrors> {
    let whole = |flaw| KeyErrors::from(KeyError::of_document(flaw));
    if document.len() > DOCUMENT_MAX {
        return Err(whole(Flaw::Document));
    }
    // no input has more values than bytes; a smaller tape would be a limit of the machine, which there is none
    let values_max = LIMITS.values_max.min(u32::try_from(document.len()).unwrap_or(u32::MAX).saturating_add(1));
    let mut nodes = vec![Node::default(); Scratch::nodes_needed(values_max)];
    let mut slots = vec![0; Scratch::slots_needed(values_max)];
    // decoded strings may be secrets
    let mut decoded = Zeroizing::new(vec![0; document.len()]);
    let mut scratch = Scratch::new(&mut nodes, &mut slots, &mut decoded, (0, 0));
    let parsed = json::parse(document, Limits { values_max, ..LIMITS }, &mut scratch).map_err(|_| whole(Flaw::Document))?;
    let root = Document::new(document, &scratch, parsed).root();
    let mut rows = Vec::new();
    let mut errors = Vec::new();
    for (index, key) in list(root).map_err(whole)?.into_iter().enumerate() {
        let kid = key.get(b"kid").and_then(Value::text).and_then(|kid| std::str::from_utf8(kid).ok());
        match jwk::read(key) {
            Ok(row) => rows.push((index, row)),
            Err(flaw) => errors.push(KeyError::of_key(index, kid, flaw)),
        }
    }
    refuse_twins(&mut rows, &mut errors);
    judged(rows, errors, mode)
}

/// What a document with these keys, by their places, and these errors is worth.
///
/// # Errors
/// When there is no key that can be used, or, in [`Mode::Strict`], one that can't.
pub(super) fn judged(rows: Vec<(usize, archive::Row)>, mut errors: Vec<KeyError>, mode: Mode) -> Result<Read, KeyErrors> {
    errors.sort_by_key(|error| error.index);
    if mode == Mode::Strict && errors.iter().any(|error| error.flaw != Flaw::Type) {
        return Err(KeyErrors(errors));
    }
    if rows.is_empty() {
        errors.push(KeyError::of_document(Flaw::NoKey));
        return Err(KeyErrors(errors));
    }
    Ok(Read { rows: rows.into_iter().map(|(_, row)| row).collect(), left_out: errors })
}

/// The content of a key set with these rows.
pub(super) fn keys(rows: Vec<archive::Row>) -> archive::Keys {
    let named = (0..).zip(&rows).filter(|(_, row)| !row.kid.is_empty());
    let names = names::numbered(named.map(|(index, row)| (index, (0, row.kid.as_str()))));
    archive::Keys { rows, names }
}

/// The keys of a document: the elements of `keys`, or the document itself.
fn list(root: Value<'_>) -> Result<Vec<Value<'_>>, Flaw> {
    match (root.get(b"keys"), root.get(b"kty")) {
        (Some(keys), None) if keys.kind() == Kind::Array && keys.len() > KEYS_MAX => Err(Flaw::TooMany),
        (Some(keys), None) if keys.kind() == Kind::Array => Ok(keys.elements().collect()),
        (None, Some(_)) => Ok(vec![root]),
        _ => Err(Flaw::Shape),
    }
}

/// Takes out all keys that share a `kid`: which of them is meant, nobody can say.
fn refuse_twins(rows: &mut Vec<(usize, archive::Row)>, errors: &mut Vec<KeyError>) {
    let mut count: HashMap<String, usize> = HashMap::new();
    for (_, row) in rows.iter().filter(|(_, row)| !row.kid.is_empty()) {
        *count.entry(row.kid.clone()).or_default() += 1;
    }
    rows.retain(|(index, row)| {
        let alone = count.get(&row.kid).is_none_or(|count| *count == 1);
        if !alone {
            errors.push(KeyError::of_key(*index, Some(&row.kid), Flaw::KidTwice));
        }
        alone
    });
}
