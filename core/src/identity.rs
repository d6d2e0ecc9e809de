//! Who calls. The identity comes from the policy (the local client on stdio) or from the host, which names a subject and roles.
//!
//! Invariant: nothing here looks at a message.

use crate::{
    image::Policy,
    reason::{Denial, Reason},
};

/// Longest subject, in bytes (OpenID Connect Core §2 bounds `sub` to 255 ASCII characters).
pub const SUBJECT_MAX: usize = 255;
/// Most roles of one caller.
pub const ROLES_MAX: usize = 16;
/// The subject of the client on stdio.
pub const LOCAL: &str = "local";

/// A caller's name, unique under its issuer.
pub type Subject = heapless::String<SUBJECT_MAX>;

/// What a host says of a caller: a custom provider, a recorded line, a test.
#[derive(Clone, Copy, Debug)]
pub struct Asserted<'a> {
    /// Who it is; not empty.
    pub subject: &'a str,
    /// The names of the roles it has.
    pub roles: &'a [&'a str],
}

/// Proof that the caller is known and has at least one role of the policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    subject: Subject,
    roles: heapless::Vec<u32, ROLES_MAX>,
}

impl Identity {
    /// The caller's name.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    pub(crate) fn owned_subject(&self) -> Subject {
        self.subject.clone()
    }

    /// Ids of the caller's roles.
    #[must_use]
    pub fn roles(&self) -> &[u32] {
        &self.roles
    }
}

/// The local client, when the policy says which role it has.
#[inline(always)]
#[must_use]
pub fn local(policy: &Policy) -> Option<Identity> {
    if policy.stdio_roles.is_empty() {
        return None;
    }
    let mut identity = Identity { subject: Subject::try_from(LOCAL).ok()?, ..Identity::default() };
    for role in policy.stdio_roles.iter() {
        identity.roles.push(role.to_native()).ok()?;
    }
    Some(identity)
}

/// The caller that the host asserts.
///
/// # Errors
/// [`Reason::IdentityMissing`] when nobody is asserted, or a subject that is empty or longer than [`SUBJECT_MAX`];
/// [`Reason::IdentityNoRole`] without roles; [`Reason::IdentityRole`] for a role that the policy lacks, or too many.
#[inline(always)]
pub fn asserted(policy: &Policy, asserted: Option<Asserted<'_>>) -> Result<Identity, Denial> {
    let asserted = asserted.filter(|caller| !caller.subject.is_empty()).ok_or(Denial::of(Reason::IdentityMissing))?;
    let subject = Subject::try_from(asserted.subject).map_err(|_| Denial::of(Reason::IdentityMissing))?;
    let mut identity = Identity { subject, ..Identity::default() };
    for name in asserted.roles {
        let role = policy.role(name.as_bytes()).ok_or(Denial::of(Reason::IdentityRole))?;
        identity.roles.push(role).map_err(|_| Denial::of(Reason::IdentityRole))?;
    }
    if identity.roles.is_empty() { Err(Denial::of(Reason::IdentityNoRole)) } else { Ok(identity) }
}
