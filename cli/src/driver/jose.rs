//! The ops about signatures and compact JWS.

use adarga_core::{
    json::Scratch,
    keys::{Algorithm, Algorithms},
    reason::Reason,
    signature::{Crypto, jws},
};
use adarga_host::keys::{KeyImage, Mode};

use super::{Fault, Outcome, Question, from_base64};

/// `signature`: one signature by one key.
pub(super) fn signature(question: &Question) -> Result<Outcome, Fault> {
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
pub(super) fn jws(question: &Question, scratch: &mut Scratch<'_>) -> Result<Outcome, Fault> {
    let token = question.text("token")?;
    let algorithms = algorithms(question)?;
    let Some(keys) = keys(question, "keys", Mode::Lenient)? else { return Ok(Outcome::of(Reason::TokenKey)) };
    let set = keys.keys().map_err(|fault| fault.to_string())?;
    let rules = jws::Rules::new(algorithms);
    let mut memory = vec![0; rules.room()];
    let verified = jws::verify_compact(token.as_bytes(), set, &rules, keys.crypto(), &mut memory, scratch);
    Ok(Outcome::of(verified.map_or_else(|reason| reason, |_| Reason::Allowed)))
}

/// The keys of a line; none when there is no key that can be used.
fn keys(question: &Question, member: &str, mode: Mode) -> Result<Option<KeyImage>, Fault> {
    let document = question.0.get(member).ok_or_else(|| format!("missing `{member}`"))?;
    Ok(KeyImage::from_jwks(document.to_string().as_bytes(), mode).ok())
}

/// The algorithms that a line allows: all when it says nothing.
fn algorithms(question: &Question) -> Result<Algorithms, Fault> {
    if question.0.get("algorithms").is_none_or(serde_json::Value::is_null) {
        return Ok(Algorithms::ALL);
    }
    let named = question.texts("algorithms")?;
    named.iter().try_fold(Algorithms::NONE, |set, name| {
        Algorithm::from_name(name.as_bytes())
            .map(|algorithm| set.with(algorithm))
            .ok_or_else(|| format!("unknown algorithm `{name}`"))
    })
}
