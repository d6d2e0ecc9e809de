//! The ops about signatures and tokens. Key sets and revocation lists come as images.

use adarga_bare::arena::Arena;
use adarga_core::{
    Reason,
    identity::{
        Verifier,
        claims::{self, Audiences, Profile},
        token::{self, Demands, Opened},
    },
    json::Value,
    keys::{Algorithm, Algorithms, KeySet},
    revocation::{Facts, RevocationList},
    signature::{Crypto, RustCrypto, jws},
};

use crate::{
    answer::Answer,
    question::{Fault, Question, fault, full, sized},
};

/// The keys of a question; none when there is none that can be used.
pub fn keys<'t>(q: &Question<'t>, arena: &mut Arena<'t>) -> Result<Option<KeySet<'t>>, Fault> {
    if q.optional("keys_b64")?.is_none_or(<[u8]>::is_empty) {
        return Ok(None);
    }
    let image: &[u8] = q.base64("keys_b64", arena)?;
    KeySet::open(image).map(Some).map_err(|fault| fault!("{fault}"))
}

/// The algorithms that a question allows: all when it says nothing.
fn algorithms(q: &Question<'_>) -> Result<Algorithms, Fault> {
    if q.asked("algorithms").is_none() {
        return Ok(Algorithms::ALL);
    }
    q.texts("algorithms")?.try_fold(Algorithms::NONE, |set, name| {
        let known = Algorithm::from_name(name).map(|algorithm| set.with(algorithm));
        known.ok_or_else(|| fault!("unknown algorithm `{}`", core::str::from_utf8(name).unwrap_or_default()))
    })
}

pub fn signature<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let name = q.text("alg")?;
    let message = q.bytes("x", arena)?;
    let signature: &[u8] = q.base64("sig_b64", arena)?;
    let keys = keys(q, arena)?;
    let key = keys.as_ref().and_then(|keys| keys.iter().next());
    out.verdict(match (key, Algorithm::from_name(name)) {
        (None, _) if keys.is_none() => Reason::TokenKey,
        (_, None) => Reason::TokenAlgorithm,
        (None, _) => Reason::TokenKey,
        (Some(key), Some(algorithm)) if !key.allows(algorithm) => Reason::TokenAlgorithm,
        (Some(key), Some(algorithm)) if RustCrypto.verify(algorithm, &key, message, signature) => Reason::Allowed,
        _ => Reason::TokenSignature,
    });
    Ok(())
}

pub fn jws<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let token = q.text("token")?;
    let rules = jws::Rules::new(algorithms(q)?);
    let Some(keys) = keys(q, arena)? else {
        out.verdict(Reason::TokenKey);
        return Ok(());
    };
    let memory = arena.carve(rules.room()).ok_or_else(full)?;
    let mut scratch = sized(arena, 4096, 32 << 10).ok_or_else(full)?;
    let verified = jws::verify_compact(token, keys, &rules, &RustCrypto, memory, &mut scratch);
    out.verdict(verified.map_or_else(|reason| reason, |_| Reason::Allowed));
    Ok(())
}

pub fn token<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let token = q.text("token")?;
    let (now_ms, leeway_s) = (q.integer("now_ms", 0)?, q.integer("leeway", 0)?);
    let audience = q.optional("audience")?;
    let demands = Demands {
        signed: jws::Rules {
            typ: q.optional("type")?.map_or(jws::Type::Bearer, jws::Type::Exactly),
            ..jws::Rules::new(algorithms(q)?)
        },
        claims: claims::Rules {
            issuer: q.optional("issuer")?,
            audiences: audience.as_ref().map_or(Audiences::Any, |audience| Audiences::Of(core::slice::from_ref(audience))),
            expiry_required: true,
            leeway_ms: leeway_s.saturating_mul(1000),
            profile: Profile::Jwt,
        },
    };
    let Some(keys) = keys(q, arena)? else {
        out.verdict(Reason::TokenKey);
        return Ok(());
    };
    let list: &[u8] = q.base64("revoked_b64", arena)?;
    let list = RevocationList::open(list).map_err(|fault| fault!("{fault}"))?;
    let memory = arena.carve(demands.signed.room()).ok_or_else(full)?;
    let mut scratch = sized(arena, 4096, 32 << 10).ok_or_else(full)?;
    let verifier = Verifier { keys, crypto: &RustCrypto };
    match token::open(token, &verifier, &demands, now_ms, memory, &mut scratch) {
        Err(reason) => out.verdict(reason),
        Ok(Opened { root, claims, key }) => {
            let subject = root.get(b"sub").and_then(Value::text);
            let (id, issued_ms) = (claims.id(), claims.issued_ms());
            if list.revoked().holds(&Facts { id, subject: subject.unwrap_or_default(), issued_ms, key }) {
                out.verdict(Reason::TokenRevoked);
                return Ok(());
            }
            out.verdict(Reason::Allowed);
            if let Some(subject) = subject {
                out.text("subject", subject);
            }
            if let Some(expires_ms) = claims.expires_ms() {
                out.member("expires").number(expires_ms);
            }
            out
        }
    };
    Ok(())
}
