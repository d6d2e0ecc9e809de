//! Who calls. The identity comes from a token ([`token`]), an API key or a client certificate ([`credential`]), from the policy (the
//! local client on stdio), or from the host, which names a subject and roles.
//!
//! All ways end in the same [`Identity`]. Invariant: nothing here looks at a message, and no token is kept in an identity.

pub mod audience;
pub mod bearer;
pub mod cache;
pub mod claims;
pub mod credential;
mod date;
mod grants;
mod rights;
pub mod token;

use crate::{
    image::Policy,
    reason::{Denial, Reason},
};

use grants::Grants;

pub use cache::{CacheState, TokenCache};
pub use credential::Certificate;
pub use grants::GRANTS_MAX;
pub use token::Verifier;

/// Longest subject, in bytes (OpenID Connect Core §2 bounds `sub` to 255 ASCII characters).
pub const SUBJECT_MAX: usize = 255;
/// Most roles of one caller.
pub const ROLES_MAX: usize = 16;
/// The subject of the client on stdio.
pub const LOCAL: &str = "local";

/// A caller's name, unique under its issuer.
pub type Subject = heapless::String<SUBJECT_MAX>;

/// What a host says of a caller: a custom provider, a recorded line, a test.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asserted<'a> {
    /// Who it is; not empty.
    pub subject: &'a str,
    /// The names of the roles it has.
    pub roles: &'a [&'a str],
    /// What it was given beyond its roles or is bound to, as the scopes of a token; none: only its roles count.
    pub scopes: Option<&'a [&'a str]>,
}

impl<'a> Asserted<'a> {
    /// A caller with these roles.
    #[must_use]
    pub const fn new(subject: &'a str, roles: &'a [&'a str]) -> Self {
        Self { subject, roles, scopes: None }
    }
}

/// Proof that the caller is known and has at least one role of the policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    subject: Subject,
    roles: heapless::Vec<u32, ROLES_MAX>,
    /// Scopes, then permissions, as far as they have an effect.
    grants: Grants,
    /// The end of the scopes in `grants`, when they narrow.
    scopes: Option<u16>,
    /// Where the permissions begin and end in `grants`, and whether they widen.
    permissions: Option<(u16, u16, bool)>,
    expires_ms: Option<u64>,
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

    /// When what proves it expires (`exp` of a token), Unix milliseconds; none where nothing does.
    #[must_use]
    pub const fn expires_ms(&self) -> Option<u64> {
        self.expires_ms
    }

    /// The scopes outside of which the caller may nothing; none when there are no such bounds.
    #[must_use]
    pub fn scopes(&self) -> Option<impl Iterator<Item = &[u8]>> {
        self.scopes.map(|end| self.grants.between(0, end))
    }

    /// The permissions of a token outside of which the caller may nothing; none when there are no such bounds.
    #[must_use]
    pub fn bounds(&self) -> Option<impl Iterator<Item = &[u8]>> {
        self.permissions.and_then(|(start, end, widen)| (!widen).then(|| self.grants.between(start, end)))
    }

    /// The permissions that the caller has beside those of its roles.
    pub fn added(&self) -> impl Iterator<Item = &[u8]> {
        let (start, end) = match self.permissions {
            Some((start, end, true)) => (start, end),
            _ => (0, 0),
        };
        self.grants.between(start, end)
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
/// [`Reason::IdentityNoRole`] without roles; [`Reason::IdentityRole`] for a role that the policy lacks, or too many;
/// [`Reason::IdentityRights`] for more scopes than [`GRANTS_MAX`] holds.
#[inline(always)]
pub fn asserted(policy: &Policy, asserted: Option<Asserted<'_>>) -> Result<Identity, Denial> {
    let asserted = asserted.filter(|caller| !caller.subject.is_empty()).ok_or(Denial::of(Reason::IdentityMissing))?;
    let subject = Subject::try_from(asserted.subject).map_err(|_| Denial::of(Reason::IdentityMissing))?;
    let mut identity = Identity { subject, ..Identity::default() };
    for name in asserted.roles {
        let role = policy.role(name.as_bytes()).ok_or(Denial::of(Reason::IdentityRole))?;
        identity.roles.push(role).map_err(|_| Denial::of(Reason::IdentityRole))?;
    }
    if let Some(scopes) = asserted.scopes {
        for scope in scopes {
            identity.grants.push(scope.as_bytes()).map_err(|_| Denial::of(Reason::IdentityRights))?;
        }
        identity.scopes = Some(identity.grants.len());
    }
    if identity.roles.is_empty() { Err(Denial::of(Reason::IdentityNoRole)) } else { Ok(identity) }
}
