//! The ops that judge or rewrite one text.

use adarga_core::{
    Reason,
    detect::{Check, Kind, Kinds, spans},
    escape::{Escape, TooSmall},
    format::Format,
};
use serde_json::{Value, json};

use super::{Fault, Outcome, Question, to_base64};

/// Whether a text has a format.
pub(super) fn format(question: &Question<'_>) -> Result<Outcome, Fault> {
    let name = question.text("format")?;
    let format = Format::named(name).ok_or("unknown `format`")?;
    let matches = format.matches(&question.bytes("x")?);
    Ok(Outcome::of(if matches { Reason::Allowed } else { Reason::ArgumentsFormat }))
}

/// A text as `escape` writes it: by `for` where that is given, otherwise for HTML, and then also without its tags.
pub(super) fn escape(question: &Question<'_>) -> Result<Outcome, Fault> {
    let text = question.bytes("x")?;
    let place = question.optional_text("for")?;
    let escape = place.map_or(Some(Escape::Html), Escape::named).ok_or("unknown `for`")?;
    let outcome = with_text(Outcome::ok(), "x", escaped(escape, &text));
    Ok(if place.is_none() { with_text(outcome, "strip", escaped(Escape::StripTags, &text)) } else { outcome })
}

/// Personal data and secrets in a text: all kinds, the ones that redaction takes by itself (`kinds` is `redacted`), or those named.
pub(super) fn detect(question: &Question<'_>) -> Result<Outcome, Fault> {
    let text = question.bytes("x")?;
    let kinds = match question.optional_text("kinds")? {
        None | Some("all") => Kinds::ALL,
        Some("redacted") => Kinds::REDACTED,
        Some(names) => names
            .split(' ')
            .try_fold(Kinds::NONE, |kinds, name| Kind::named(name).map(|kind| kinds.with(kind)))
            .ok_or("unknown name in `kinds`")?,
    };
    let found: Vec<Value> = spans(&text, kinds).map(|span| json!([span.start, span.end, span.kind.name()])).collect();
    Ok(Outcome::ok().with("spans", found))
}

/// Whether a number keeps its check digits.
pub(super) fn check_digit(question: &Question<'_>) -> Result<Outcome, Fault> {
    let check = Check::named(question.text("kind")?).ok_or("unknown `kind`")?;
    let holds = check.holds(&question.bytes("x")?);
    Ok(Outcome::of(if holds { Reason::Allowed } else { Reason::ArgumentsFormat }))
}

/// The text in a buffer that is exactly as large as it has to be.
fn escaped(escape: Escape, text: &[u8]) -> Vec<u8> {
    let needed = match escape.write(text, &mut []) {
        Ok(_) => 0,
        Err(TooSmall { needed }) => needed,
    };
    let mut buffer = vec![0; needed];
    escape.write(text, &mut buffer).map(<[u8]>::to_vec).unwrap_or_default()
}

/// What is no UTF-8, which a few places keep as it is, is given as base64.
fn with_text(outcome: Outcome, member: &str, bytes: Vec<u8>) -> Outcome {
    match String::from_utf8(bytes) {
        Ok(text) => outcome.with(member, Value::String(text)),
        Err(error) => outcome.with(&format!("{member}_b64"), to_base64(error.as_bytes())),
    }
}
