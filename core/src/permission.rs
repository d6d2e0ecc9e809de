//! Whether the caller may do what the message asks: grants of roles, conditions, required capabilities.
//!
//! Grants and wildcards were resolved when the policy was compiled, to one bit a role and permission.

use crate::{
    capabilities::Capabilities,
    identity::Identity,
    image::{ACCEPT, ANYONE, Entry, NOBODY, NONE, Policy, Test, TestKind},
    json::{Document, Value},
    message::Message,
    num,
    reason::{Denial, Reason},
    route::Route,
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

/// Asks every entry that the message is about.
///
/// # Errors
/// [`Reason::PermissionDenied`], [`Reason::PermissionScope`], [`Reason::PermissionCondition`], [`Reason::MessageCapability`], or [`Reason::MessageCase`] for an
/// argument that a condition asks for and that has a twin.
pub fn permit(
    policy: &Policy,
    identity: &Identity,
    route: &Route,
    message: &Message,
    document: Document<'_>,
) -> Result<Permit, Denial> {
    for (entry, name) in route.entries(policy, message, document) {
        let entry = entry.ok_or(Denial::at(Reason::PermissionDenied, name))?;
        granted(policy, identity, entry).map_err(|reason| Denial::at(reason, name))?;
        if !condition_met(policy, identity, entry.condition.to_native(), || message.arguments(document))? {
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

/// Whether the caller has what the entry asks for, whatever the arguments will be: from a role or beside it, and within the bounds
/// of its token. Lists show what this allows.
///
/// # Errors
/// [`Reason::PermissionDenied`], or [`Reason::PermissionScope`] when only the token's bounds are in the way.
pub fn granted(policy: &Policy, identity: &Identity, entry: &Entry) -> Result<(), Reason> {
    let permission = match entry.permission.to_native() {
        ANYONE => return Ok(()),
        NOBODY => return Err(Reason::PermissionDenied),
        permission => permission,
    };
    let name = policy.permission_of(entry).unwrap_or_default();
    let covered = |grant: &[u8]| covers(grant, name);
    let by_role = identity.roles().iter().any(|&role| policy.grants(role, permission));
    if !by_role && !identity.added().any(covered) {
        return Err(Reason::PermissionDenied);
    }
    let within = identity.scopes().is_none_or(|mut scopes| scopes.any(covered))
        && identity.bounds().is_none_or(|mut bounds| bounds.any(covered));
    if within { Ok(()) } else { Err(Reason::PermissionScope) }
}

/// Walks the tests of a condition. Jumps only lead forward, so it ends; one that doesn't refuses.
fn condition_met<'t>(
    policy: &Policy,
    identity: &Identity,
    first: u32,
    arguments: impl FnOnce() -> Option<Value<'t>>,
) -> Result<bool, Denial> {
    if first == NONE {
        return Ok(true);
    }
    let arguments = arguments();
    let mut at = first;
    loop {
        let Some(test) = policy.tests.get(num::index(at)) else { return Ok(false) };
        let next = if holds(policy, identity, test, arguments)? { test.then.to_native() } else { test.otherwise.to_native() };
        if next == ACCEPT {
            return Ok(true);
        }
        // REFUSE, or out of the table, or backwards
        if next <= at || num::index(next) >= policy.tests.len() {
            return Ok(false);
        }
        at = next;
    }
}

fn holds(policy: &Policy, identity: &Identity, test: &Test, arguments: Option<Value<'_>>) -> Result<bool, Denial> {
    let operand = test.operand.to_native();
    if test.kind == TestKind::Role.number() {
        return Ok(identity.roles().contains(&operand));
    }
    if test.kind != TestKind::ArgumentIsSubject.number() {
        return Ok(false);
    }
    let argument = policy.argument(operand, arguments)?;
    Ok(argument.and_then(Value::text) == Some(identity.subject().as_bytes()))
}
