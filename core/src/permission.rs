//! Whether the caller may do what the message asks: grants of roles, conditions, required capabilities.
//!
//! Grants and wildcards were resolved when the policy was compiled, to one bit a role and permission. Permissions that hold
//! variables of a resource's URI are matched when the call is judged.

use crate::{
    capabilities::Capabilities,
    identity::Identity,
    image::{ACCEPT, ANYONE, Entry, NOBODY, NONE, Naming, Places, Policy, Test, TestKind, variables},
    json::{Document, Value},
    message::Message,
    num,
    reason::{Denial, Reason},
    route::{Addressed, Route},
    template::Variables,
    text::split_once,
};

/// Proof that the caller may. Only [`permit`] and [`own_session`] make it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permit(());

/// Whether a granted permission covers a required one: equal, or the grant ends in `*` and what precedes it is a prefix. The
/// compiler resolves every role by this rule, and nothing else decides.
#[must_use]
pub fn covers(granted: &[u8], required: &[u8]) -> bool {
    match granted.strip_suffix(b"*") {
        Some(prefix) => required.starts_with(prefix),
        None => granted == required,
    }
}

/// As [`covers`], for a permission that comes byte by byte.
fn covers_each(granted: &[u8], mut required: impl Iterator<Item = u8>) -> bool {
    match granted.strip_suffix(b"*") {
        Some(prefix) => prefix.iter().all(|byte| required.next() == Some(*byte)),
        None => required.eq(granted.iter().copied()),
    }
}

/// Whether a granted permission covers some permission that begins with `head`. The compiler keeps such grants only.
#[must_use]
pub fn may_cover(granted: &[u8], head: &[u8]) -> bool {
    match granted.strip_suffix(b"*") {
        Some(prefix) => prefix.starts_with(head) || head.starts_with(prefix),
        None => granted.starts_with(head),
    }
}

/// Asks every entry that the message is about.
///
/// # Errors
/// [`Reason::PermissionDenied`], [`Reason::PermissionScope`], [`Reason::PermissionCondition`], [`Reason::MessageCapability`], or [`Reason::MessageCase`] for an
/// argument that a condition asks for and that has a twin.
pub fn permit(
    policy: &Policy,
    places: Option<&Places>,
    identity: &Identity,
    route: &Route,
    message: &Message,
    document: Document<'_>,
) -> Result<Permit, Denial> {
    for addressed in route.entries(policy, places, message, document) {
        let Addressed { id, entry, name, naming } = addressed;
        let entry = entry.ok_or(Denial::at(Reason::PermissionDenied, name))?;
        let uri = name.text().unwrap_or_default();
        // completions of a template show what may stand in any URI of it
        let instance = if naming == Naming::Template && uri.contains(&b'{') { Instance::Every } else { Instance::Uri(uri) };
        granted(policy, places, identity, (id, entry), instance).map_err(|reason| Denial::at(reason, name))?;
        let asked = Asked { policy, identity, entry, uri };
        if !asked.condition_met(entry.condition.to_native(), || message.arguments(document))? {
            return Err(Denial::at(Reason::PermissionCondition, name));
        }
        if !missing(entry, message).is_empty() {
            return Err(Denial::at(Reason::MessageCapability, name));
        }
    }
    Ok(Permit(()))
}

/// Listening to one's own session and ending it asks for nothing but an identity.
#[must_use]
pub const fn own_session(_: &Identity) -> Permit {
    Permit(())
}

/// Capabilities that an entry requires and the client did not declare.
#[must_use]
pub const fn missing(entry: &Entry, message: &Message) -> Capabilities {
    Capabilities::from_bits(entry.capabilities).without(message.capabilities())
}

/// Which resource of an entry is meant, where its permission holds variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instance<'u> {
    /// That of this URI.
    Uri(&'u [u8]),
    /// All of them.
    Every,
    /// Any of them.
    Any,
}

/// Whether the caller has what the entry asks for, whatever the arguments will be: from a role or beside it, and within the bounds
/// of its token. Lists show what this allows.
///
/// # Errors
/// [`Reason::PermissionDenied`], or [`Reason::PermissionScope`] when only the token's bounds are in the way.
pub fn granted(
    policy: &Policy,
    places: Option<&Places>,
    identity: &Identity,
    (id, entry): (u32, &Entry),
    instance: Instance<'_>,
) -> Result<(), Reason> {
    let permission = match entry.permission.to_native() {
        ANYONE => return Ok(()),
        NOBODY => {
            let places = places.ok_or(Reason::PermissionDenied)?;
            let pattern = places.pattern_of(id).ok_or(Reason::PermissionDenied)?;
            return granted_pattern(places, identity, entry, pattern, instance);
        }
        permission => permission,
    };
    let name = policy.permission_of(entry).unwrap_or_default();
    let by_role = identity.roles().iter().any(|&role| policy.grants(role, permission));
    within(identity, by_role, |grant| covers(grant, name))
}

/// As [`granted`], for a permission that holds variables.
fn granted_pattern(
    places: &Places,
    identity: &Identity,
    entry: &Entry,
    pattern: &[u8],
    instance: Instance<'_>,
) -> Result<(), Reason> {
    let by_role = |covered: &dyn Fn(&[u8]) -> bool| identity.roles().iter().any(|&role| places.granted_by(role).any(covered));
    let head = split_once(pattern, b'{').map_or(pattern, |(head, _)| head);
    match instance {
        Instance::Uri(uri) => {
            let required = Required::of(entry, pattern, uri).ok_or(Reason::PermissionDenied)?;
            let covered = |grant: &[u8]| covers_each(grant, required.bytes());
            within(identity, by_role(&covered), covered)
        }
        Instance::Every => {
            let covered = |grant: &[u8]| grant.ends_with(b"*") && covers(grant, head);
            within(identity, by_role(&covered), covered)
        }
        Instance::Any => {
            let covered = |grant: &[u8]| may_cover(grant, head);
            within(identity, by_role(&covered), covered)
        }
    }
}

/// The permission that a pattern becomes for one URI.
struct Required<'u> {
    pattern: &'u [u8],
    variables: Variables<'u>,
}

impl<'u> Required<'u> {
    /// None when a variable of the pattern is absent, empty, or holds what means something in a permission: `*`, `:` or `/`.
    fn of(entry: &'u Entry, pattern: &'u [u8], uri: &'u [u8]) -> Option<Self> {
        let required = Self { pattern, variables: variables(entry, uri)? };
        let usable = required.parts().all(|(name, _)| {
            name.is_empty()
                || required.variables.find(name).is_some_and(|variable| {
                    let mut value = variable.decoded();
                    value.clone().next().is_some() && !value.any(|byte| b"*:/".contains(&byte))
                })
        });
        usable.then_some(required)
    }

    /// Every brace of a pattern is one of a variable: a name, which only the first part lacks, and the text behind it.
    fn parts(&self) -> impl Iterator<Item = (&'u [u8], &'u [u8])> + Clone + use<'u> {
        self.pattern.split(|&byte| byte == b'{').map(|part| split_once(part, b'}').unwrap_or((b"", part)))
    }

    fn bytes(&self) -> impl Iterator<Item = u8> + '_ {
        self.parts().flat_map(|(name, text)| {
            let value = self.variables.find(name).map(|variable| variable.decoded());
            value.into_iter().flatten().chain(text.iter().copied())
        })
    }
}

/// Whether a caller may what its roles grant, or do not: with what it was given beside them, and within the bounds of its token.
fn within(identity: &Identity, by_role: bool, covered: impl Fn(&[u8]) -> bool) -> Result<(), Reason> {
    if !by_role && !identity.added().any(&covered) {
        return Err(Reason::PermissionDenied);
    }
    let within = identity.scopes().is_none_or(|mut scopes| scopes.any(&covered))
        && identity.bounds().is_none_or(|mut bounds| bounds.any(&covered));
    if within { Ok(()) } else { Err(Reason::PermissionScope) }
}

/// Whether the rules that a condition lifts still hold for a caller: they do unless it is met, and when in doubt.
#[must_use]
pub fn holds_unless(
    policy: &Policy,
    identity: Option<&Identity>,
    addressed: &Addressed<'_, '_>,
    unless: u32,
    arguments: Option<Value<'_>>,
) -> bool {
    let (Some(identity), Some(entry)) = (identity, addressed.entry) else { return true };
    let asked = Asked { policy, identity, entry, uri: addressed.name.text().unwrap_or_default() };
    unless == NONE || asked.condition_met(unless, || arguments) != Ok(true)
}

/// What a condition is asked about.
struct Asked<'a> {
    policy: &'a Policy,
    identity: &'a Identity,
    entry: &'a Entry,
    uri: &'a [u8],
}

impl Asked<'_> {
    /// Walks the tests of the condition. Jumps only lead forward, so it ends; one that doesn't refuses.
    fn condition_met<'t>(&self, first: u32, arguments: impl FnOnce() -> Option<Value<'t>>) -> Result<bool, Denial> {
        let tests = &self.policy.tests;
        let mut at = first;
        if at == NONE {
            return Ok(true);
        }
        let arguments = arguments();
        loop {
            let Some(test) = tests.get(num::index(at)) else { return Ok(false) };
            let next = if self.holds(test, arguments)? { test.then.to_native() } else { test.otherwise.to_native() };
            if next == ACCEPT {
                return Ok(true);
            }
            // REFUSE, or out of the table, or backwards
            if next <= at || num::index(next) >= tests.len() {
                return Ok(false);
            }
            at = next;
        }
    }

    fn holds(&self, test: &Test, arguments: Option<Value<'_>>) -> Result<bool, Denial> {
        let (operand, subject) = (test.operand.to_native(), self.identity.subject().as_bytes());
        if test.kind == TestKind::Role.number() {
            return Ok(self.identity.roles().contains(&operand));
        }
        if test.kind == TestKind::VariableIsSubject.number() {
            let name = self.policy.pointers.get(num::index(operand)).and_then(|pointer| pointer.tokens.first());
            let variable = name.and_then(|name| variables(self.entry, self.uri)?.find(name.as_bytes()));
            return Ok(variable.is_some_and(|variable| variable.decoded().eq(subject.iter().copied())));
        }
        if test.kind != TestKind::ArgumentIsSubject.number() {
            return Ok(false);
        }
        let argument = self.policy.argument(operand, arguments)?;
        Ok(argument.and_then(Value::text) == Some(subject))
    }
}
