//! From a bearer token to an identity: signature, claims, binding, revocation, in this order.
//!
//! Nothing of a token is believed before its signature verified, and nothing of it is kept but the identity.

use crate::{
    image::{Authentication, Policy},
    json::{self, Document, Limits, Scratch, Value},
    keys::{Algorithms, Key, KeySet},
    num,
    reason::Reason,
    revocation::{Facts, RevocationList},
    signature::{
        self, Crypto, base64url,
        jws::{self, Type},
    },
};

use super::{
    Certificate, Identity, TokenCache,
    claims::{self, Audiences, Claims, Profile},
    rights,
};

/// What signatures are verified with at this moment. The host swaps it between calls, never during one.
#[derive(Clone, Copy)]
pub struct Verifier<'a> {
    /// The keys.
    pub keys: KeySet<'a>,
    /// The back end for the arithmetic.
    pub crypto: &'a (dyn Crypto + Sync),
}

impl core::fmt::Debug for Verifier<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Verifier").field("keys", &self.keys).finish_non_exhaustive()
    }
}

/// Bounds of the claims of a token of at most `token_max` bytes, and of its header.
#[must_use]
pub const fn limits(token_max: u32) -> Limits {
    let values = token_max >> 4;
    let header = jws::HEADER_LIMITS.values_max;
    Limits { depth_max: 16, values_max: if values < header { header } else { values } }
}

/// Bytes of decoded text that [`identify`] needs: the token's parts, and the strings in them.
#[must_use]
pub const fn room(token_max: u32) -> u32 {
    // three bytes for four letters, twice
    (token_max >> 1).saturating_mul(3).saturating_add(8)
}

/// Everything beside keys that a token is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Court<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Its section on callers.
    pub rules: &'a Authentication,
    /// What was revoked since the policy was compiled.
    pub revoked: Option<RevocationList<'a>>,
    /// The certificate of the connection.
    pub certificate: Option<Certificate<'a>>,
    /// Now, Unix milliseconds; 0: nobody knows.
    pub now_ms: u64,
}

/// Makes `identity` the caller that `token` proves, from `cache` when it was proved before under the same `policy`, which is the
/// digest of its image. Nobody when this fails.
///
/// # Errors
/// One of the `token.*` and `identity.*` reasons; [`Reason::HostScratch`] when `scratch` is smaller than the policy asks for.
pub fn identify(
    court: &Court<'_>,
    verifier: &Verifier<'_>,
    token: &[u8],
    scratch: &mut Scratch<'_>,
    cache: Option<(&mut TokenCache<'_>, &[u8])>,
    identity: &mut Identity,
) -> Result<(), Reason> {
    identity.clear();
    let Some((cache, policy)) = cache else { return verify(court, verifier, token, scratch, identity).map(|_| ()) };
    let digests = [policy, verifier.keys.digest(), court.revoked.map_or(&[], RevocationList::digest)];
    if let Some(known) = cache.find(&digests, token, court.now_ms) {
        identity.clone_from(known);
        return Ok(());
    }
    let force = verify(court, verifier, token, scratch, identity)?;
    if !force.bound {
        cache.keep(&digests, token, identity, force.from_ms, force.until_ms);
    }
    Ok(())
}

/// Makes `identity` the caller that the answer of an introspection endpoint proves (RFC 7662 §2.2), judged as strictly as the claims
/// of a JWT. Nobody when this fails.
///
/// # Errors
/// As [`identify`].
pub fn introspected(court: &Court<'_>, answer: &[u8], scratch: &mut Scratch<'_>, identity: &mut Identity) -> Result<(), Reason> {
    identity.clear();
    if answer.len() > num::index(court.rules.token_max.to_native()) {
        // no fault of the caller
        return Err(Reason::IdentityUnavailable);
    }
    let root = read(answer, court.rules.token_max.to_native(), scratch)?;
    let claims = claims::check(root, &claims_of(court.rules, Profile::Introspection), court.now_ms)?;
    prove(court, &Opened { root, claims, key: None }, identity).map(|_| ())
}

/// How long what a token proved holds.
struct Force {
    from_ms: u64,
    until_ms: u64,
    /// To a certificate, which may be another one next time.
    bound: bool,
}

fn verify(
    court: &Court<'_>,
    verifier: &Verifier<'_>,
    token: &[u8],
    scratch: &mut Scratch<'_>,
    identity: &mut Identity,
) -> Result<Force, Reason> {
    let demands = Demands::of(court.rules);
    let (memory, mut scratch) = scratch.set_aside(demands.signed.room()).ok_or(Reason::HostScratch)?;
    prove(court, &open(token, verifier, &demands, court.now_ms, memory, &mut scratch)?, identity)
}

/// What is asked of a token, whatever it says of its bearer.
#[derive(Clone, Copy, Debug)]
pub struct Demands<'r> {
    /// Of its signature and header.
    pub signed: jws::Rules<'r>,
    /// Of its claims.
    pub claims: claims::Rules<'r>,
}

impl<'r> Demands<'r> {
    /// Those of a policy.
    #[must_use]
    pub fn of(rules: &'r Authentication) -> Self {
        let typ = match rules.token_type.as_bytes() {
            b"" => Type::Bearer,
            typ => Type::Exactly(typ),
        };
        let algorithms = Algorithms::from_bits(rules.algorithms.to_native());
        let profile = if rules.access_token_profile { Profile::AccessToken } else { Profile::Jwt };
        Self {
            signed: jws::Rules { algorithms, typ, token_max: num::index(rules.token_max.to_native()) },
            claims: claims_of(rules, profile),
        }
    }
}

fn claims_of(rules: &Authentication, profile: Profile) -> claims::Rules<'_> {
    claims::Rules {
        issuer: Some(rules.issuer.as_bytes()).filter(|issuer| !issuer.is_empty()),
        audiences: if rules.audiences.is_empty() { Audiences::Any } else { Audiences::In(&rules.audiences) },
        expiry_required: rules.expiry_required,
        leeway_ms: u64::from(rules.leeway_ms.to_native()),
        profile,
    }
}

/// A token whose signature and claims are in order, decoded.
#[derive(Clone, Copy, Debug)]
pub struct Opened<'t> {
    /// All claims.
    pub root: Value<'t>,
    /// The registered ones.
    pub claims: Claims<'t>,
    /// The `kid` of the key that verified it.
    pub key: Option<&'t [u8]>,
}

/// Verifies a token and checks its claims. It is decoded into `memory`, which must have [`jws::Rules::room`] bytes; `scratch` must
/// suffice for [`limits`].
///
/// # Errors
/// One of the `token.*` reasons; [`Reason::HostScratch`].
pub fn open<'t>(
    token: &[u8],
    verifier: &Verifier<'t>,
    demands: &Demands<'_>,
    now_ms: u64,
    memory: &'t mut [u8],
    scratch: &'t mut Scratch<'_>,
) -> Result<Opened<'t>, Reason> {
    let verified = jws::verify_compact(token, verifier.keys, &demands.signed, verifier.crypto, memory, scratch)?;
    let payload = memory.get(verified.payload()).unwrap_or_default();
    let root = read(payload, num::length(demands.signed.token_max), scratch)?;
    let key = verifier.keys.get(verified.key()).and_then(Key::kid).map(str::as_bytes);
    Ok(Opened { root, claims: claims::check(root, &demands.claims, now_ms)?, key })
}

/// The claims as a document.
fn read<'t>(claims: &'t [u8], token_max: u32, scratch: &'t mut Scratch<'_>) -> Result<Value<'t>, Reason> {
    if claims.len() > num::index(token_max) {
        return Err(Reason::TokenSize);
    }
    let parsed = json::parse(claims, limits(token_max), scratch).map_err(|refusal| match refusal.reason {
        Reason::HostScratch => Reason::HostScratch,
        _ => Reason::TokenClaims,
    })?;
    Ok(Document::new(claims, scratch, parsed).root())
}

/// Makes `identity` what claims prove that somebody vouches for: a key, or the issuer itself.
fn prove(court: &Court<'_>, opened: &Opened<'_>, identity: &mut Identity) -> Result<Force, Reason> {
    let Opened { root, claims, key } = opened;
    is_bearers(court.certificate, *root, claims)?;
    let read = rights::read(court.policy, court.rules, *root, identity);
    identity.settle(read)?;
    let facts = Facts { id: claims.id(), subject: identity.subject().as_bytes(), issued_ms: claims.issued_ms(), key: *key };
    if court.rules.revoked.holds(&facts) || court.revoked.is_some_and(|list| list.revoked().holds(&facts)) {
        identity.clear();
        return Err(Reason::TokenRevoked);
    }
    identity.expires_ms = claims.expires_ms();
    let bound = claims.confirmation.is_some();
    Ok(Force { from_ms: claims.from_ms, until_ms: claims.until_ms.unwrap_or(u64::MAX), bound })
}

/// A token that is bound to a key is worth nothing without it: to the certificate of the connection (RFC 8705 §3.1). No other
/// binding can be checked here, so all others are refused.
fn is_bearers(certificate: Option<Certificate<'_>>, root: Value<'_>, claims: &Claims<'_>) -> Result<(), Reason> {
    let Some(place) = claims.confirmation else { return Ok(()) };
    let confirmation = root.document().value(place).ok_or(Reason::TokenBinding)?;
    let mut own = [0; 32];
    let thumbprint = confirmation.get(b"x5t#S256").and_then(Value::text);
    let decoded = thumbprint.filter(|_| confirmation.len() == 1).and_then(|text| base64url::decode(text, &mut own));
    match certificate.and_then(|certificate| certificate.sha256) {
        Some(sha256) if decoded == Some(own.len()) && signature::same(sha256, &own) => Ok(()),
        _ => Err(Reason::TokenBinding),
    }
}
