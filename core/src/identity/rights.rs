//! From claims to an identity: subject, roles, scopes and permissions, from where the policy says they stand.

use crate::{
    image::{Authentication, Effect, Pointer, Policy},
    json::{Kind, Value},
    reason::Reason,
};

use super::{Identity, Subject};

/// The identity that `claims` prove.
///
/// # Errors
/// [`Reason::TokenSubject`] for a subject that is absent, empty, too long or no string; [`Reason::TokenClaims`] for roles, scopes or
/// permissions of the wrong type; [`Reason::IdentityRole`], [`Reason::IdentityNoRole`], [`Reason::IdentityRights`].
pub(super) fn read(policy: &Policy, rules: &Authentication, claims: Value<'_>) -> Result<Identity, Reason> {
    let subject = resolve(&rules.subject, claims)?.and_then(subject).ok_or(Reason::TokenSubject)?;
    let mut identity = Identity { subject, ..Identity::default() };
    roles(policy, rules, resolve(&rules.role, claims)?, &mut identity)?;
    let (scopes, permissions) = (resolve(&rules.scopes, claims)?, resolve(&rules.permissions, claims)?);
    let effect = Effect::from_number(rules.scopes_effect);
    if let Some(scopes) = scopes.filter(|_| effect != Effect::Ignore) {
        identity.take(scopes)?;
        identity.scopes = Some(identity.grants.len());
    }
    let effect = Effect::from_number(rules.permissions_effect);
    if let Some(permissions) = permissions.filter(|_| effect != Effect::Ignore) {
        let start = identity.grants.len();
        identity.take(permissions)?;
        identity.permissions = Some((start, identity.grants.len(), effect == Effect::Add));
    }
    Ok(identity)
}

/// The caller's name of a claim.
pub(super) fn subject(claim: Value<'_>) -> Option<Subject> {
    let text = core::str::from_utf8(claim.text()?).ok()?;
    Subject::try_from(text).ok().filter(|subject| !subject.is_empty())
}

/// What a pointer leads to. A twin by case on the way refuses the token: the issuer's library may have meant the other one.
fn resolve<'t>(pointer: &Pointer, claims: Value<'t>) -> Result<Option<Value<'t>>, Reason> {
    pointer.resolve(claims).map_err(|_| Reason::TokenClaims)
}

/// A role is one whole string, or a list of them.
fn roles(policy: &Policy, rules: &Authentication, claim: Option<Value<'_>>, identity: &mut Identity) -> Result<(), Reason> {
    let mut one = |name: &[u8]| match policy.role(name) {
        Some(role) if identity.roles.contains(&role) => Ok(()),
        Some(role) => identity.roles.push(role).map_err(|_| Reason::IdentityRole),
        None if rules.unknown_roles_ignored => Ok(()),
        None => Err(Reason::IdentityRole),
    };
    match claim {
        None => {}
        Some(claim) if claim.kind() == Kind::Array => {
            claim.elements().try_for_each(|role| one(role.text().ok_or(Reason::TokenClaims)?))?;
        }
        Some(claim) => one(claim.text().ok_or(Reason::TokenClaims)?)?,
    }
    if identity.roles.is_empty() {
        let default = rules.default_roles.iter().map(|role| role.to_native());
        default.into_iter().try_for_each(|role| identity.roles.push(role)).map_err(|_| Reason::IdentityRole)?;
    }
    if identity.roles.is_empty() { Err(Reason::IdentityNoRole) } else { Ok(()) }
}

impl Identity {
    /// Takes the texts of a claim: a string of words (RFC 6749 §3.3), or a list of strings.
    fn take(&mut self, claim: Value<'_>) -> Result<(), Reason> {
        let mut one = |text: &[u8]| self.grants.push(text).map_err(|_| Reason::IdentityRights);
        match claim.text() {
            Some(words) => words.split(|&byte| byte == b' ').filter(|word| !word.is_empty()).try_for_each(one),
            None if claim.kind() == Kind::Array => {
                claim.elements().try_for_each(|element| one(element.text().ok_or(Reason::TokenClaims)?))
            }
            None => Err(Reason::TokenClaims),
        }
    }
}
