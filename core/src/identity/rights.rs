//! From claims to an identity: subject, roles, scopes and permissions, from where the policy says they stand.

use crate::{
    image::{Authentication, Effect, Pointer, Policy},
    json::{Kind, Value},
    reason::Reason,
    text,
};

use super::Identity;

/// Makes `identity` the caller that `claims` name; the caller of this function settles it.
///
/// # Errors
/// [`Reason::TokenSubject`] for a subject that is absent, empty, too long or no string; [`Reason::TokenClaims`] for roles, scopes or
/// permissions of the wrong type; [`Reason::IdentityRole`], [`Reason::IdentityRights`].
pub(super) fn read(policy: &Policy, rules: &Authentication, claims: Value<'_>, identity: &mut Identity) -> Result<(), Reason> {
    let pointers = [&rules.subject, &rules.role, &rules.scopes, &rules.permissions];
    let value = |place: Option<u32>| place.and_then(|place| claims.document().value(place));
    let [subject, role, scopes, permissions] = Pointer::follow_all(pointers, claims);
    let subject = value(subject).and_then(Value::text).and_then(|text| core::str::from_utf8(text).ok());
    identity.name(subject.ok_or(Reason::TokenSubject)?)?;
    roles(policy, rules, value(role), identity)?;
    let effect = Effect::from_number(rules.scopes_effect);
    if let Some(scopes) = value(scopes.filter(|_| effect != Effect::Ignore)) {
        identity.take(scopes)?;
    }
    if effect == Effect::Require || (effect != Effect::Ignore && scopes.is_some()) {
        identity.scopes = Some(identity.grants.len());
    }
    let effect = Effect::from_number(rules.permissions_effect);
    if let Some(permissions) = value(permissions.filter(|_| effect != Effect::Ignore)) {
        let start = identity.grants.len();
        identity.take(permissions)?;
        identity.permissions = Some((start, identity.grants.len(), effect == Effect::Add));
    }
    Ok(())
}

/// A role is one whole string, or a list of them.
fn roles(policy: &Policy, rules: &Authentication, claim: Option<Value<'_>>, identity: &mut Identity) -> Result<(), Reason> {
    let mut one = |name: &[u8]| match policy.role(name) {
        Some(role) => identity.add_role(role),
        None if rules.unknown_roles_ignored => Ok(()),
        None => Err(Reason::IdentityRole),
    };
    match claim {
        None => rules.default_roles.iter().try_for_each(|role| identity.add_role(role.to_native())),
        Some(claim) if claim.kind() == Kind::Array => {
            claim.elements().try_for_each(|role| one(role.text().ok_or(Reason::TokenClaims)?))
        }
        Some(claim) => one(claim.text().ok_or(Reason::TokenClaims)?),
    }
}

impl Identity {
    /// Takes the texts of a claim: a string of words (RFC 6749 §3.3), or a list of strings.
    fn take(&mut self, claim: Value<'_>) -> Result<(), Reason> {
        let mut one = |text: &[u8]| self.grants.push(text).map_err(|_| Reason::IdentityRights);
        match claim.text() {
            Some(words) => text::split(words, b' ').filter(|word| !word.is_empty()).try_for_each(one),
            None if claim.kind() == Kind::Array => {
                claim.elements().try_for_each(|element| one(element.text().ok_or(Reason::TokenClaims)?))
            }
            None => Err(Reason::TokenClaims),
        }
    }
}
