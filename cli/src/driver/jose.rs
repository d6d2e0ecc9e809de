//! The ops about signatures and tokens.

use adarga_core::{
    identity::{
        Verifier,
        claims::{self, Audiences, Profile},
        token::{self, Demands, Opened},
    },
    json::Scratch,
    keys::{Algorithm, Algorithms},
    reason::Reason,
    revocation::Facts,
    signature::{Crypto, jws},
};
use adarga_host::{
    keys::{KeyImage, Mode},
    policy::Source,
    revocation::Revocations,
};

use super::{Fault, Outcome, Question, from_base64};

/// `signature`: one signature by one key.
pub(super) fn signature(question: &Question<'_>) -> Result<Outcome, Fault> {
    let algorithm = question.text("alg")?;
    let message = question.bytes("x")?;
    let signature = from_base64(question.text("sig_b64")?, "sig_b64")?;
    let Some(keys) = keys(question, "key", Mode::Strict)? else { return Ok(Outcome::of(Reason::TokenKey)) };
    let Some(algorithm) = Algorithm::from_name(algorithm.as_bytes()) else { return Ok(Outcome::of(Reason::TokenAlgorithm)) };
    let set = keys.keys().map_err(|fault| fault.to_string())?;
    let Some(key) = set.iter().next() else { return Ok(Outcome::of(Reason::TokenKey)) };
    Ok(Outcome::of(if !key.allows(algorithm) {
        Reason::TokenAlgorithm
    } else if keys.crypto().verify(algorithm, &key, &message, &signature) {
        Reason::Allowed
    } else {
        Reason::TokenSignature
    }))
}

/// `jws`: a compact JWS whose payload may be anything.
pub(super) fn jws(question: &Question<'_>, scratch: &mut Scratch<'_>) -> Result<Outcome, Fault> {
    let token = question.text("token")?;
    let algorithms = algorithms(question)?;
    let Some(keys) = keys(question, "keys", Mode::Lenient)? else { return Ok(Outcome::of(Reason::TokenKey)) };
    let set = keys.keys().map_err(|fault| fault.to_string())?;
    let rules = jws::Rules::new(algorithms);
    let mut memory = vec![0; rules.room()];
    let verified = jws::verify_compact(token.as_bytes(), set, &rules, keys.crypto(), &mut memory, scratch);
    Ok(Outcome::of(verified.map_or_else(|reason| reason, |_| Reason::Allowed)))
}

/// `token`: a JWT with its claims, by the rules of the line.
pub(super) fn token(question: &Question<'_>, scratch: &mut Scratch<'_>) -> Result<Outcome, Fault> {
    let token = question.text("token")?;
    let (now_ms, leeway_s) = (question.integer("now_ms", 0)?, question.integer("leeway", 0)?);
    let audience = question.optional_text("audience")?.map(str::as_bytes);
    let typ = question.optional_text("type")?;
    let demands = Demands {
        signed: jws::Rules {
            typ: typ.map_or(jws::Type::Bearer, |typ| jws::Type::Exactly(typ.as_bytes())),
            ..jws::Rules::new(algorithms(question)?)
        },
        claims: claims::Rules {
            issuer: question.optional_text("issuer")?.map(str::as_bytes),
            audiences: audience.as_ref().map_or(Audiences::Any, |audience| Audiences::Of(std::slice::from_ref(audience))),
            expiry_required: true,
            leeway_ms: leeway_s.saturating_mul(1000),
            profile: Profile::Jwt,
        },
    };
    let Some(keys) = keys(question, "keys", Mode::Lenient)? else { return Ok(Outcome::of(Reason::TokenKey)) };
    let verifier = Verifier { keys: keys.keys().map_err(|fault| fault.to_string())?, crypto: keys.crypto() };
    let revoked = revoked(question)?;
    let list = revoked.list().map_err(|fault| fault.to_string())?;
    let mut memory = vec![0; demands.signed.room()];
    Ok(match token::open(token.as_bytes(), &verifier, &demands, now_ms, &mut memory, scratch) {
        Err(reason) => Outcome::of(reason),
        Ok(Opened { root, claims, key }) => {
            let subject = root.get(b"sub").and_then(adarga_core::json::Value::text);
            let (id, issued_ms) = (claims.id(), claims.issued_ms());
            if list.revoked().holds(&Facts { id, subject: subject.unwrap_or_default(), issued_ms, key }) {
                return Ok(Outcome::of(Reason::TokenRevoked));
            }
            Outcome::ok().with_some("subject", subject.map(String::from_utf8_lossy)).with_some("expires", claims.expires_ms())
        }
    })
}

/// The `jti`s that a line says are revoked, as a list.
pub(super) fn revoked(question: &Question<'_>) -> Result<Revocations, Fault> {
    let tokens = if question.members.contains_key("revoked") { question.texts("revoked")? } else { Vec::new() };
    let document = serde_json::json!({ "tokens": tokens }).to_string();
    Revocations::from_source(Source::new("revoked.json", document)).map_err(|error| error.to_string())
}

/// The keys of a line; none when there is no key that can be used.
pub(super) fn keys(question: &Question<'_>, member: &str, mode: Mode) -> Result<Option<KeyImage>, Fault> {
    let document = question.members.get(member).ok_or_else(|| format!("missing `{member}`"))?;
    Ok(KeyImage::from_jwks(document.to_string().as_bytes(), mode).ok())
}

/// The key set that a line decides with: a document in `keys`, an image in `keys_b64`, or none.
pub(super) fn key_set(question: &Question<'_>) -> Result<Option<KeyImage>, Fault> {
    if let Some(image) = question.optional_text("keys_b64")? {
        let image = from_base64(image, "keys_b64")?;
        return KeyImage::from_bytes(image).map(Some).map_err(|fault| fault.to_string());
    }
    match question.members.get("keys").filter(|keys| !keys.is_null()) {
        Some(document) => {
            let keys = KeyImage::from_jwks(document.to_string().as_bytes(), Mode::Lenient);
            keys.map(Some).map_err(|errors| errors.to_string())
        }
        None => Ok(None),
    }
}

/// The algorithms that a line allows: all when it says nothing.
fn algorithms(question: &Question<'_>) -> Result<Algorithms, Fault> {
    if question.members.get("algorithms").is_none_or(serde_json::Value::is_null) {
        return Ok(Algorithms::ALL);
    }
    let named = question.texts("algorithms")?;
    named.iter().try_fold(Algorithms::NONE, |set, name| {
        Algorithm::from_name(name.as_bytes())
            .map(|algorithm| set.with(algorithm))
            .ok_or_else(|| format!("unknown algorithm `{name}`"))
    })
}
