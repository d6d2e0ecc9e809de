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

/// Proof that the caller is known and has at least one role of the policy. It lies where it is written, since most of its memory is
/// mostly empty; until it is proved it is nobody, who has no role ([`Identity::is_somebody`]).
#[derive(Debug, Default, PartialEq, Eq)]
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

    /// Whether anybody was proved.
    #[must_use]
    pub fn is_somebody(&self) -> bool {
        !self.roles.is_empty()
    }

    /// Nobody again.
    pub(crate) fn clear(&mut self) {
        self.subject.clear();
        self.roles.clear();
        self.grants.clear();
        (self.scopes, self.permissions, self.expires_ms) = (None, None, None);
    }

    /// Becomes a caller of this name, who has no role yet.
    fn name(&mut self, subject: &str) -> Result<(), Reason> {
        self.clear();
        if subject.is_empty() {
            return Err(Reason::TokenSubject);
        }
        self.subject.push_str(subject).map_err(|_| Reason::TokenSubject)
    }

    /// Adds a role, once.
    fn add_role(&mut self, role: u32) -> Result<(), Reason> {
        if self.roles.contains(&role) { Ok(()) } else { self.roles.push(role).map_err(|_| Reason::IdentityRole) }
    }

    /// Proves nobody when something went wrong on the way, or when there is no role.
    fn settle(&mut self, outcome: Result<(), Reason>) -> Result<(), Reason> {
        let outcome = outcome.and(if self.is_somebody() { Ok(()) } else { Err(Reason::IdentityNoRole) });
        if outcome.is_err() {
            self.clear();
        }
        outcome
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

/// Only what is used of the memory is copied.
impl Clone for Identity {
    fn clone(&self) -> Self {
        let mut copy = Self::default();
        copy.clone_from(self);
        copy
    }

    fn clone_from(&mut self, other: &Self) {
        self.clear();
        // what fitted there fits here
        let _ = self.subject.push_str(&other.subject);
        let _ = self.roles.extend_from_slice(&other.roles);
        self.grants.copy(&other.grants);
        (self.scopes, self.permissions, self.expires_ms) = (other.scopes, other.permissions, other.expires_ms);
    }
}

/// Makes `identity` the local client; false when the policy does not say which role it has.
#[must_use]
pub fn local(policy: &Policy, identity: &mut Identity) -> bool {
    let named = identity.name(LOCAL);
    let roles = policy.stdio_roles.iter().map(|role| role.to_native());
    let known = named.and_then(|()| roles.into_iter().try_for_each(|role| identity.add_role(role)));
    identity.settle(known).is_ok()
}

/// Makes `identity` the caller that the host asserts; nobody when this fails.
///
/// # Errors
/// [`Reason::IdentityMissing`] when nobody is asserted, or a subject that is empty or longer than [`SUBJECT_MAX`];
/// [`Reason::IdentityNoRole`] without roles; [`Reason::IdentityRole`] for a role that the policy lacks, or too many;
/// [`Reason::IdentityRights`] for more scopes than [`GRANTS_MAX`] holds.
pub fn asserted(policy: &Policy, asserted: Option<Asserted<'_>>, identity: &mut Identity) -> Result<(), Denial> {
    let outcome = match asserted {
        Some(asserted) => identity.assert(policy, &asserted),
        None => Err(Reason::IdentityMissing),
    };
    identity.settle(outcome).map_err(Denial::of)
}

impl Identity {
    fn assert(&mut self, policy: &Policy, asserted: &Asserted<'_>) -> Result<(), Reason> {
        self.name(asserted.subject).map_err(|_| Reason::IdentityMissing)?;
        for name in asserted.roles {
            let role = policy.role(name.as_bytes()).ok_or(Reason::IdentityRole)?;
            self.roles.push(role).map_err(|_| Reason::IdentityRole)?;
        }
        if let Some(scopes) = asserted.scopes {
            for scope in scopes {
                self.grants.push(scope.as_bytes()).map_err(|_| Reason::IdentityRights)?;
            }
            self.scopes = Some(self.grants.len());
        }
        Ok(())
    }
}
