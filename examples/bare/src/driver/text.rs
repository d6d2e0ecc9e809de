//! The ops that judge or rewrite one text.

use adarga_bare::arena::Arena;
use adarga_core::{
    Reason,
    detect::{Check, Kind, Kinds, spans},
    escape::{Escape, TooSmall},
    format::Format,
    json,
    redact::{self, Mask, Name, Names, RedactError, Redacted, Rules},
    text,
};

use crate::{
    answer::Answer,
    question::{Fault, LIMITS, Question, arena_scratch, fault, full},
};

fn utf8(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

const fn judged(holds: bool) -> Reason {
    if holds { Reason::Allowed } else { Reason::ArgumentsFormat }
}

pub fn format<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let format = Format::named(utf8(q.text("format")?)).ok_or_else(|| fault!("unknown `format`"))?;
    out.verdict(judged(format.matches(q.bytes("x", arena)?)));
    Ok(())
}

/// The text in a buffer that is exactly as large as it has to be.
fn escaped<'t>(escape: Escape, text: &[u8], arena: &mut Arena<'t>) -> Result<&'t [u8], Fault> {
    let needed = match escape.write(text, &mut []) {
        Ok(_) => 0,
        Err(TooSmall { needed }) => needed,
    };
    let buffer = arena.carve(needed).ok_or_else(full)?;
    let len = escape.write(text, buffer).map_or(0, <[u8]>::len);
    Ok(&buffer[..len])
}

pub fn escape<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let text = q.bytes("x", arena)?;
    let place = q.optional("for")?;
    let escape = place.map_or(Some(Escape::Html), |name| Escape::named(utf8(name))).ok_or_else(|| fault!("unknown `for`"))?;
    let first = escaped(escape, text, arena)?;
    out.verdict(Reason::Allowed).bytes("x", first);
    if place.is_none() {
        out.bytes("strip", escaped(Escape::StripTags, text, arena)?);
    }
    Ok(())
}

pub fn detect<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let text = q.bytes("x", arena)?;
    let kinds = q.optional("kinds")?.map_or(Ok(Kinds::ALL), kinds)?;
    out.verdict(Reason::Allowed).member("spans").raw(b"[");
    for (at, span) in spans(text, kinds).enumerate() {
        out.raw(if at > 0 { b",[" } else { b"[" }).number(span.start).raw(b",").number(span.end).raw(b",");
        out.string(span.kind.name().as_bytes()).raw(b"]");
    }
    out.raw(b"]");
    Ok(())
}

/// A set of kinds by its name, or the names of its kinds.
fn kinds(names: &[u8]) -> Result<Kinds, Fault> {
    match names {
        b"all" => Ok(Kinds::ALL),
        b"redacted" => Ok(Kinds::REDACTED),
        names => text::split(names, b' ')
            .try_fold(Kinds::NONE, |kinds, name| Kind::named(utf8(name)).map(|kind| kinds.with(kind)))
            .ok_or_else(|| fault!("unknown name in `kinds`")),
    }
}

pub fn check_digit<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let check = Check::named(utf8(q.text("kind")?)).ok_or_else(|| fault!("unknown `kind`"))?;
    out.verdict(judged(check.holds(q.bytes("x", arena)?)));
    Ok(())
}

/// The reference tokens of a JSON Pointer, decoded.
fn tokens<'t>(pointer: &'t [u8], arena: &mut Arena<'t>) -> Result<heapless::Vec<&'t [u8], 16>, Fault> {
    let mut list = heapless::Vec::new();
    for token in text::split(pointer, b'/').skip(1) {
        let mut escaped = token.iter().copied().peekable();
        let decoded = core::iter::from_fn(|| match escaped.next()? {
            b'~' if escaped.next_if_eq(&b'0').is_some() => Some(b'~'),
            b'~' if escaped.next_if_eq(&b'1').is_some() => Some(b'/'),
            byte => Some(byte),
        });
        let decoded: &[u8] = arena.collect(token.len(), decoded).ok_or_else(full)?;
        list.push(decoded).map_err(|_| full())?;
    }
    Ok(list)
}

pub fn redact<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let input = q.bytes("json", arena)?;
    let mut names: heapless::Vec<Name, 32> = heapless::Vec::new();
    if q.member("fields").is_some() {
        for name in q.texts("fields")? {
            let name = Name::new(name).ok_or_else(|| fault!("a name of `fields` is empty or too long"))?;
            names.push(name).map_err(|_| full())?;
        }
    }
    let mut pointers: heapless::Vec<heapless::Vec<&[u8], 16>, 16> = heapless::Vec::new();
    if q.member("pointers").is_some() {
        for pointer in q.texts("pointers")? {
            pointers.push(tokens(pointer, arena)?).map_err(|_| full())?;
        }
    }
    let pointers: heapless::Vec<&[&[u8]], 16> = pointers.iter().map(|pointer| pointer.as_slice()).collect();
    let kinds = match q.optional("kinds")? {
        None | Some(b"none") => Kinds::NONE,
        Some(names) => kinds(names)?,
    };
    let key: Option<[u8; 32]> = if q.asked("key_b64").is_some() { Some(q.array("key_b64", arena)?) } else { None };
    let mask = match q.optional("mask")? {
        None | Some(b"redacted") => Mask::Redacted,
        Some(b"last_four") => Mask::LastFour,
        Some(b"pseudonym") => Mask::Pseudonym(key.as_ref().ok_or_else(|| fault!("missing `key_b64`"))?),
        Some(_) => return Err(fault!("unknown `mask`")),
    };
    let rules = Rules { names: Names::new(&names), kinds, mask, ..Rules::NOTHING };
    let mut scratch = arena_scratch(arena, input.len() * 8).ok_or_else(full)?;
    let parsed = match json::parse(input, LIMITS, &mut scratch) {
        Ok(parsed) => parsed,
        Err(refusal) => {
            out.verdict(refusal.reason);
            return Ok(());
        }
    };
    let needed = match redact::redact(input, &mut scratch, parsed, &rules, &pointers, &mut []) {
        Err(RedactError::TooSmall(needed)) => needed,
        _ => 0,
    };
    let room = arena.carve(needed).ok_or_else(full)?;
    match redact::redact(input, &mut scratch, parsed, &rules, &pointers, room) {
        Ok(Redacted::Edited(edited)) => out.verdict(Reason::Allowed).bytes("json", edited),
        Ok(Redacted::Unchanged) => out.verdict(Reason::Allowed).bytes("json", input),
        Err(error) => return Err(fault!("{error}")),
    };
    Ok(())
}
