//! Credentials other than tokens: API keys, of which the policy holds keyed hashes, and client certificates, which the host's TLS
//! has verified.

use crate::{
    image::{ApiKeys, Authentication, Principal},
    num,
    reason::Reason,
    signature,
};

use super::Identity;

/// A client certificate that the host's TLS has verified against authorities of the host's choice.
#[derive(Clone, Copy, Debug, Default)]
pub struct Certificate<'a> {
    /// Its subject as the policy writes it, such as `CN=reports-job,O=Example`; empty: it identifies nobody.
    pub subject: &'a str,
    /// SHA-256 of its DER, to which tokens may be bound (RFC 8705 §3.1).
    pub sha256: Option<&'a [u8; 32]>,
}

/// Makes `identity` the owner of a certificate; false when the policy does not name its subject.
///
/// # Errors
/// [`Reason::TokenExpired`] when the policy gives it until an earlier time, [`Reason::TokenClock`] when there is no clock to tell.
pub fn certificate(
    rules: &Authentication,
    certificate: &Certificate<'_>,
    now_ms: u64,
    identity: &mut Identity,
) -> Result<bool, Reason> {
    identity.clear();
    let principal = |index| rules.certificates.get(num::index(index));
    let subject = certificate.subject.as_bytes();
    let is_it = |index| principal(index).is_some_and(|principal| principal.name.as_bytes() == subject);
    match rules.certificate_names.find(0, subject, is_it).and_then(principal) {
        Some(found) if !subject.is_empty() => identity.own(found, now_ms).map(|()| true),
        _ => Ok(false),
    }
}

/// Makes `identity` the owner of an API key.
///
/// # Errors
/// [`Reason::TokenKey`] for one that the policy does not hold; otherwise as [`certificate`].
pub fn api_key(keys: &ApiKeys, key: &[u8], now_ms: u64, identity: &mut Identity) -> Result<(), Reason> {
    identity.clear();
    let own = signature::hmac_sha256(&keys.states, key).ok_or(Reason::TokenKey)?;
    // how far two hashes agree says nothing of the key
    let place = keys.hashes.binary_search_by(|hash| hash.cmp(&own)).map_err(|_| Reason::TokenKey)?;
    let known = keys.hashes.get(place).is_some_and(|hash| signature::same(hash, &own));
    identity.own(keys.principals.get(place).filter(|_| known).ok_or(Reason::TokenKey)?, now_ms)
}

impl Identity {
    fn own(&mut self, principal: &Principal, now_ms: u64) -> Result<(), Reason> {
        let until_ms = Some(principal.until_ms.to_native()).filter(|until| *until != 0);
        match until_ms {
            Some(_) if now_ms == 0 => return Err(Reason::TokenClock),
            Some(until) if now_ms >= until => return Err(Reason::TokenExpired),
            _ => {}
        }
        let named = self.name(principal.name.as_str());
        self.expires_ms = until_ms;
        let known = named.and_then(|()| principal.roles.iter().try_for_each(|role| self.add_role(role.to_native())));
        self.settle(known)
    }
}
