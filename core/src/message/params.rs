//! The members of params that routing and safety depend on, by the table of [`crate::method`].

use crate::{
    image::EntryKind,
    json::{Kind, Value, folded_twin},
    method::{Param, Rule, Shape},
    reason::{Denial, Reason},
    text::same_member,
};

use super::envelope::Envelope;

/// Most members of params: pairs of them are compared.
const MEMBERS_MAX: usize = 64;

/// Checks the params of a method against its rule; of a method that only the policy knows, only what holds for all.
pub(super) fn check(rule: Option<&Rule>, envelope: &Envelope<'_>) -> Result<(), Denial> {
    let known = rule.map_or(&[][..], |rule| rule.params);
    let Some(params) = envelope.params else {
        return if known.iter().any(|param| param.required) {
            Err(Denial::at(Reason::MessageParams, envelope.root))
        } else {
            Ok(())
        };
    };
    if params.len() > MEMBERS_MAX {
        return Err(Denial::at(Reason::MessageParams, params));
    }
    if in_order(known, params) {
        return Ok(());
    }
    if let Some(twin) = folded_twin(params).and_then(|index| params.document().value(index)) {
        return Err(Denial::at(Reason::MessageCase, twin));
    }
    for (key, _) in params.members() {
        let name = key.text().unwrap_or_default();
        let meta: &[u8] = b"_meta";
        let near = |known: &[u8]| known != name && same_member(known, name);
        if near(meta) || known.iter().any(|param| near(param.name)) {
            return Err(Denial::at(Reason::MessageCase, key));
        }
    }
    known.iter().try_for_each(|param| member(params, param))
}

/// Whether params hold known members only, each of its shape and all that are required: then no check of [`check`] can fail, and
/// one walk suffices. No key stands there twice, and known names differ by more than case.
fn in_order(known: &[Param], params: Value<'_>) -> bool {
    let mut required = known.iter().filter(|param| param.required).count();
    let fine = params.members().all(|(key, value)| {
        let name = key.text().unwrap_or_default();
        match known.iter().find(|param| param.name == name) {
            Some(param) => {
                required = required.saturating_sub(usize::from(param.required));
                shape(value, param.shape).is_ok()
            }
            None => name == b"_meta",
        }
    });
    fine && required == 0
}

fn member(params: Value<'_>, param: &Param) -> Result<(), Denial> {
    match params.get(param.name) {
        None if param.required => Err(Denial::at(Reason::MessageParams, params)),
        None => Ok(()),
        Some(value) => shape(value, param.shape),
    }
}

fn shape(value: Value<'_>, shape: Shape) -> Result<(), Denial> {
    let fits = match shape {
        Shape::Text => value.text().is_some(),
        Shape::Name => return name(value),
        Shape::Object => value.kind() == Kind::Object,
        Shape::Texts => value.kind() == Kind::Object && value.members().all(|(_, value)| value.text().is_some()),
        Shape::Number => value.kind() == Kind::Number,
        Shape::Id => value.text().is_some() || value.integer().is_some(),
        Shape::Level => value.text().is_some_and(is_level),
        Shape::Argument => return argument(value),
        Shape::Context => {
            value.kind() == Kind::Object
                && value
                    .get(b"arguments")
                    .is_none_or(|map| map.kind() == Kind::Object && map.members().all(|(_, value)| value.text().is_some()))
        }
        Shape::Reference => return reference(value).map(|_| ()),
        Shape::Filter => return filter(value),
    };
    if fits { Ok(()) } else { Err(Denial::at(Reason::MessageParams, value)) }
}

/// A string that every list, log and C program reads to the same end.
fn name(value: Value<'_>) -> Result<(), Denial> {
    match value.text() {
        None | Some(b"") => Err(Denial::at(Reason::MessageParams, value)),
        Some(text) if text.contains(&0) => Err(Denial::at(Reason::MessageNul, value)),
        Some(_) => Ok(()),
    }
}

fn argument(value: Value<'_>) -> Result<(), Denial> {
    for member in [b"name".as_slice(), b"value"] {
        let found = value.get(member).ok_or(Denial::at(Reason::MessageParams, value))?;
        found.text().ok_or(Denial::at(Reason::MessageParams, found))?;
    }
    Ok(())
}

/// What a completion reference names: a prompt or a resource.
///
/// # Errors
/// [`Reason::MessageParams`] when it is neither `ref/prompt` nor `ref/resource`.
pub(super) fn reference(value: Value<'_>) -> Result<(EntryKind, Value<'_>), Denial> {
    let wrong = Denial::at(Reason::MessageParams, value);
    if value.len() > MEMBERS_MAX {
        return Err(wrong);
    }
    let (kind, member): (_, &[u8]) = match value.get(b"type").and_then(Value::text) {
        Some(b"ref/prompt") => (EntryKind::Prompt, b"name"),
        Some(b"ref/resource") => (EntryKind::Resource, b"uri"),
        _ => return Err(wrong),
    };
    if let Some(twin) = folded_twin(value).and_then(|index| value.document().value(index)) {
        return Err(Denial::at(Reason::MessageCase, twin));
    }
    let target = value.get(member).ok_or(wrong)?;
    name(target)?;
    Ok((kind, target))
}

fn filter(value: Value<'_>) -> Result<(), Denial> {
    if value.kind() != Kind::Object {
        return Err(Denial::at(Reason::MessageParams, value));
    }
    if value.len() > MEMBERS_MAX {
        return Err(Denial::at(Reason::MessageParams, value));
    }
    if let Some(twin) = folded_twin(value).and_then(|index| value.document().value(index)) {
        return Err(Denial::at(Reason::MessageCase, twin));
    }
    for (key, member) in value.members() {
        match key.text() {
            Some(b"resourceSubscriptions") if member.kind() == Kind::Array => member.elements().try_for_each(name)?,
            Some(b"toolsListChanged" | b"promptsListChanged" | b"resourcesListChanged") if member.boolean().is_some() => {}
            Some(b"resourceSubscriptions" | b"toolsListChanged" | b"promptsListChanged" | b"resourcesListChanged") => {
                return Err(Denial::at(Reason::MessageParams, member));
            }
            Some(other) if FILTERS.iter().any(|name| same_member(name, other)) => {
                return Err(Denial::at(Reason::MessageCase, key));
            }
            _ => {}
        }
    }
    Ok(())
}

const FILTERS: [&[u8]; 4] = [b"resourceSubscriptions", b"toolsListChanged", b"promptsListChanged", b"resourcesListChanged"];

/// The eight levels of RFC 5424 §6.2.1 by the names that MCP gives them.
pub(super) fn is_level(text: &[u8]) -> bool {
    matches!(text, b"debug" | b"info" | b"notice" | b"warning" | b"error" | b"critical" | b"alert" | b"emergency")
}
