//! The ops that judge or rewrite one text.

use adarga_core::{
    Reason,
    detect::{Check, Kind, Kinds, spans},
    escape::{Escape, TooSmall},
    format::Format,
    json::{self, Scratch},
    redact::{self, Mask, Name, Names, RedactError, Redacted, Rules},
};
use serde_json::{Value, json};

use super::{Fault, Outcome, Question, from_base64, ops::LIMITS, to_base64};

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
    let kinds = question.optional_text("kinds")?.map_or(Ok(Kinds::ALL), kinds)?;
    let found: Vec<Value> = spans(&text, kinds).map(|span| json!([span.start, span.end, span.kind.name()])).collect();
    Ok(Outcome::ok().with("spans", found))
}

/// A message whose members named in `fields`, values at `pointers` and findings of `kinds` (none when it is absent)
/// are masked by `mask`: `redacted`, `last_four` or `pseudonym`, which takes `key_b64`.
pub(super) fn redact(question: &Question<'_>, scratch: &mut Scratch<'_>) -> Result<Outcome, Fault> {
    let input = question.bytes("json")?;
    let listed = |member: &str| if question.members.contains_key(member) { question.texts(member) } else { Ok(Vec::new()) };
    let names = listed("fields")?;
    let folded = names.iter().map(|name| Name::new(name.as_bytes()).ok_or("a name of `fields` is empty or too long"));
    let names: Vec<Name> = folded.collect::<Result<_, _>>()?;
    let decoded = |token: &str| token.replace("~1", "/").replace("~0", "~").into_bytes();
    let pointers: Vec<Vec<Vec<u8>>> =
        listed("pointers")?.iter().map(|pointer| pointer.split('/').skip(1).map(decoded).collect()).collect();
    let pointers: Vec<Vec<&[u8]>> = pointers.iter().map(|tokens| tokens.iter().map(Vec::as_slice).collect()).collect();
    let pointers: Vec<&[&[u8]]> = pointers.iter().map(Vec::as_slice).collect();
    let kinds = match question.optional_text("kinds")? {
        None | Some("none") => Kinds::NONE,
        Some(names) => kinds(names)?,
    };
    let key = question.optional_text("key_b64")?.map(|text| from_base64(text, "key_b64")).transpose()?;
    let key: Option<[u8; 32]> = key.map(|key| key.try_into().map_err(|_| "`key_b64` must be 32 bytes")).transpose()?;
    let mask = match question.optional_text("mask")? {
        None | Some("redacted") => Mask::Redacted,
        Some("last_four") => Mask::LastFour,
        Some("pseudonym") => Mask::Pseudonym(key.as_ref().ok_or("missing `key_b64`")?),
        Some(_) => return Err("unknown `mask`".into()),
    };
    let rules = Rules { names: Names::new(&names), kinds, mask, ..Rules::NOTHING };
    let parsed = match json::parse(&input, LIMITS, scratch) {
        Ok(parsed) => parsed,
        Err(refusal) => return Ok(Outcome::of(refusal.reason)),
    };
    let mut out = match redact::redact(&input, scratch, parsed, &rules, &pointers, &mut []) {
        Err(RedactError::TooSmall(needed)) => vec![0; needed],
        _ => Vec::new(),
    };
    let output = match redact::redact(&input, scratch, parsed, &rules, &pointers, &mut out) {
        Ok(Redacted::Edited(edited)) => edited.to_vec(),
        Ok(Redacted::Unchanged) => input,
        Err(error) => return Err(error.to_string()),
    };
    Ok(with_text(Outcome::ok(), "json", output))
}

/// A set of kinds by its name, or the names of its kinds.
fn kinds(names: &str) -> Result<Kinds, Fault> {
    match names {
        "all" => Ok(Kinds::ALL),
        "redacted" => Ok(Kinds::REDACTED),
        names => names
            .split(' ')
            .try_fold(Kinds::NONE, |kinds, name| Kind::named(name).map(|kind| kinds.with(kind)))
            .ok_or_else(|| "unknown name in `kinds`".into()),
    }
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
