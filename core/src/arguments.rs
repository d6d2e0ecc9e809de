//! Whether the arguments of a message are what their schema asks for, and whether a text of them looks like an attack.
//!
//! The policy says both for each entry. A schema is run by the kernel [`schema`](crate::schema), texts are read by
//! [`threat`]: every string among the arguments and every name of a member, at any depth. Of a resource that the
//! policy does not name itself (a template, `*`) it is the URI that is read, of a completion the values that are asked about;
//! neither has a schema.
//!
//! Invariant: nothing here knows who calls. Invariant: no value of a message stands in what is found, only its place.

use core::ops::Range;

use crate::{
    charge::Charged,
    image::{Arguments, EXCEPTIONS_MAX, EntryArguments, Places, Policy, Threats},
    json::{self, Document, Limits, Node, Scratch, Value},
    message::Message,
    method::Target,
    reason::{Denial, Reason},
    route::{Addressed, Route},
    schema::{Keyword, Memory, Schema, Stop, Verdict},
    threat::{self, Kinds},
};

/// Proof that the arguments of a message are what the policy asks for. Only [`check`] and [`no_arguments`] make it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked(());

/// What was found of the arguments, beside the reason and its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// What of its schema the first culprit breaks; meaningful for [`Reason::ArgumentsSchema`] and [`Reason::ArgumentsFormat`].
    pub keyword: Keyword,
    /// How many culprits were written to [`Memory::culprits`]; 0 for a message without arguments, of which none has a place.
    pub culprits: usize,
    /// What texts look like, as far as the policy asks: what it reports, and what it denies for.
    pub threats: Kinds,
}

/// Judges the arguments of a message.
///
/// # Errors
/// [`Reason::ArgumentsSchema`] or [`Reason::ArgumentsFormat`] at the first value or member that breaks its schema (at `params` where
/// there are no arguments), [`Reason::ArgumentsBudget`] where that can't be said; a 6xxx reason at the first text that looks like
/// what the policy denies; [`Reason::MessageCase`] for an argument with an exception that has a twin.
pub fn check(
    (policy, places, arguments): (&Policy, Option<&Places>, Option<&Arguments>),
    _: Charged,
    (route, message, document): (&Route, &Message, Document<'_>),
    mut memory: Option<&mut Memory<'_>>,
    findings: &mut Findings,
) -> Result<Checked, Denial> {
    let Some(arguments) = arguments else { return Ok(Checked(())) };
    for addressed in route.entries(policy, places, message, document) {
        let Some(entry) = arguments.entry(addressed.id) else { continue };
        match message.target() {
            Target::Tool | Target::Prompt => {
                let value = message.arguments(document);
                if let Some(schema) = arguments.input(entry) {
                    let place = value.or(message.params(document)).unwrap_or(addressed.name);
                    judge(schema, value, place, memory.as_deref_mut(), findings)?;
                }
                if let Some(value) = value {
                    look(policy, arguments, entry, value, findings)?;
                }
            }
            Target::Reference => {
                let value = message.param(document, b"argument").and_then(|argument| argument.get(b"value"));
                let others = message.param(document, b"context").and_then(|context| context.get(b"arguments"));
                value.into_iter().chain(others).try_for_each(|value| read(value, entry.threats, &[], findings))?;
            }
            Target::Resource | Target::Subscriptions => named(&addressed, entry.threats, findings)?,
            Target::Method => {}
        }
    }
    Ok(Checked(()))
}

/// What has no body has no arguments.
#[must_use]
pub const fn no_arguments(_: Charged) -> Checked {
    Checked(())
}

/// Runs a schema over the arguments, or over an empty object where there are none.
fn judge(
    schema: Schema<'_>,
    value: Option<Value<'_>>,
    place: Value<'_>,
    memory: Option<&mut Memory<'_>>,
    findings: &mut Findings,
) -> Result<(), Denial> {
    let verdict = match (memory, value) {
        (None, _) => Verdict::Stopped(Stop::Memory),
        (Some(memory), Some(value)) => schema.check(value, memory),
        (Some(memory), None) => check_nothing(schema, memory),
    };
    let (culprit, count) = match verdict {
        Verdict::Valid => return Ok(()),
        Verdict::Stopped(_) => return Err(Denial::at(Reason::ArgumentsBudget, place)),
        Verdict::Invalid(culprit, count) => (culprit, count),
    };
    // places on the tape of the empty object are none of the message
    (findings.keyword, findings.culprits) = (culprit.keyword, if value.is_some() { count } else { 0 });
    let reason = if culprit.keyword == Keyword::Format { Reason::ArgumentsFormat } else { Reason::ArgumentsSchema };
    let at = value.and_then(|value| value.document().value(culprit.at)).unwrap_or(place);
    Err(Denial::at(reason, at))
}

/// A call without arguments is one with none of them.
fn check_nothing(schema: Schema<'_>, memory: &mut Memory<'_>) -> Verdict {
    const NOTHING: &[u8] = b"{}";
    let (mut nodes, mut slots, mut text) = ([Node::default(); 2], [0; 2], [0; 2]);
    let mut scratch = Scratch::new(&mut nodes, &mut slots, &mut text, (0, 0));
    match json::parse(NOTHING, Limits { depth_max: 1, values_max: 2 }, &mut scratch) {
        Ok(parsed) => schema.check(Document::new(NOTHING, &scratch, parsed).root(), memory),
        Err(_) => Verdict::Stopped(Stop::Memory),
    }
}

/// A part of the tape with threats of its own.
type Part = (Range<u32>, Threats);

/// Reads the texts of the arguments.
fn look(
    policy: &Policy,
    arguments: &Arguments,
    entry: &EntryArguments,
    value: Value<'_>,
    findings: &mut Findings,
) -> Result<(), Denial> {
    let exceptions = arguments.exceptions(entry);
    if exceptions.is_empty() {
        return read(value, entry.threats, &[], findings);
    }
    let mut parts: heapless::Vec<Part, EXCEPTIONS_MAX> = heapless::Vec::new();
    for exception in exceptions {
        if let Some(found) = policy.argument(exception.pointer.to_native(), Some(value))? {
            // a part for which there is no room is read as everything else is; images have no more than there is room for
            let _ = parts.push((found.index()..found.next(), exception.threats));
        }
    }
    read(value, entry.threats, &parts, findings)
}

/// Reads every text of `value`; in a part that has its own threats, those of the innermost.
fn read(value: Value<'_>, threats: Threats, parts: &[Part], findings: &mut Findings) -> Result<(), Denial> {
    if threats.told().is_empty() && parts.is_empty() {
        return Ok(());
    }
    for (at, text) in worth_a_look(value) {
        let holding = parts.iter().filter(|(part, _)| part.contains(&at.index()));
        let threats = holding.max_by_key(|(part, _)| part.start).map_or(threats, |(_, threats)| *threats);
        tell(at, text, threats, findings)?;
    }
    Ok(())
}

/// The texts of a value that are worth a [`scan`](threat::scan), names of members among them: none unless the bytes of the value as a whole are
/// [`suspicious`](threat::suspicious), which costs a fraction of asking each.
pub fn worth_a_look(value: Value<'_>) -> impl Iterator<Item = (Value<'_>, &[u8])> {
    let end = if threat::suspicious(value.raw()) { value.next() } else { value.index() };
    let values = (value.index()..end).filter_map(move |at| value.document_ref().value(at));
    values.filter_map(|text| Some((text, text.text()?)))
}

/// Reads the URI of a resource, unless the policy itself says it.
fn named(addressed: &Addressed<'_, '_>, threats: Threats, findings: &mut Findings) -> Result<(), Denial> {
    let Some(uri) = addressed.name.text() else { return Ok(()) };
    if addressed.entry.is_some_and(|entry| entry.name.as_bytes() == uri) {
        return Ok(());
    }
    tell(addressed.name, uri, threats, findings)
}

/// Reads one text, if there is anything to look for.
fn tell(at: Value<'_>, text: &[u8], threats: Threats, findings: &mut Findings) -> Result<(), Denial> {
    let told = threats.told();
    if told.is_empty() {
        return Ok(());
    }
    let found = threat::scan(text).intersection(told);
    findings.threats = findings.threats.union(found);
    match found.intersection(threats.blocked()).reason() {
        Some(reason) => Err(Denial::at(reason, at)),
        None => Ok(()),
    }
}
