//! What is odd about a token, whether or not its signature verifies.
//!
//! Invariant: nothing of a token gets into these sentences, so that they are harmless as they are.

use adarga_core::{
    keys::Algorithm,
    signature::{base64url, jws},
};
use serde_json::Value;

use super::{Token, part::Part};
use crate::date;

/// Longer than this no token should be good for, in seconds: a year.
const LIFETIME_MAX_S: f64 = 366.0 * 86_400.0;

/// Members of a header that change how a token is read or what verifies it, and what becomes of them.
const MEMBERS: [(&str, &str); 9] = [
    ("crit", "the header has `crit`: such tokens are refused"),
    ("b64", "the header has `b64`: such tokens are refused"),
    ("zip", "the header has `zip`: such tokens are refused"),
    ("jwk", "the header brings its own key (`jwk`), which is never used"),
    ("jku", "the header says where its key is (`jku`), which is never fetched"),
    ("x5u", "the header says where its certificate is (`x5u`), which is never fetched"),
    ("x5c", "the header brings its own certificate (`x5c`), which is never used"),
    ("enc", "the header is that of an encrypted token (`enc`)"),
    ("epk", "the header is that of an encrypted token (`epk`)"),
];

/// All of it, at a time in seconds since 1970.
pub(super) fn suspicions(token: &Token<'_>, now_s: u64) -> Vec<String> {
    let mut found = Vec::new();
    if token.len > jws::TOKEN_MAX {
        found.push(format!("longer than {} bytes: such tokens are refused", jws::TOKEN_MAX));
    }
    for (name, part) in [("header", &token.header), ("claims", &token.claims)] {
        if let Part::Odd { problem, .. } = part {
            found.push(format!("the part with the {name} {problem}"));
        }
    }
    if matches!(token.header, Part::Object(_)) {
        header(&token.header, &mut found);
    }
    if matches!(token.claims, Part::Object(_)) {
        dates(&token.claims, now_s as f64, &mut found);
        claims(&token.claims, &mut found);
    }
    signature(token.signature, &mut found);
    found
}

fn header(header: &Part, found: &mut Vec<String>) {
    let mut say = |text: &str| found.push(text.to_owned());
    match header.get("alg").map(|alg| alg.value.as_ref().and_then(Value::as_str)) {
        None => say("the header has no `alg`"),
        Some(None) => say("`alg` is no string"),
        Some(Some(name)) if name.trim().eq_ignore_ascii_case("none") => say("`alg` is `none`: nothing is signed"),
        Some(Some(name)) if Algorithm::from_name(name.as_bytes()).is_none() => say("`alg` is no algorithm that is known"),
        Some(Some(_)) => {}
    }
    for (name, text) in MEMBERS {
        if header.get(name).is_some() {
            say(text);
        }
    }
    let known = ["alg", "kid", "typ", "crit", "b64", "zip"];
    let is_other_case = |name: &str| known.iter().any(|known| name != *known && name.eq_ignore_ascii_case(known));
    if header.members().iter().any(|member| is_other_case(&member.name)) {
        say("the header has a known name in other letters, which some libraries take for the name");
    }
    match header.get("kid").map(|kid| kid.value.as_ref().and_then(Value::as_str)) {
        Some(None) => say("`kid` is no string"),
        Some(Some("")) => say("`kid` is empty"),
        Some(Some(kid)) if is_strange(kid) => say("`kid` looks like a path, an address or a query"),
        _ => {}
    }
    let text = |name| header.get(name).and_then(|member| member.value.as_ref()?.as_str());
    if text("cty").is_some_and(|cty| cty.eq_ignore_ascii_case("JWT")) {
        say("the claims are another token (`cty`): such tokens are not opened");
    }
}

/// Whether a `kid` holds what means something to a file system, a fetcher, a shell or a database.
fn is_strange(kid: &str) -> bool {
    kid.starts_with(['/', '~'])
        || kid.contains("..")
        || kid.contains("://")
        || kid.contains(['\\', '\'', '"', ';', '|', '`', '$', '\0'])
}

fn dates(claims: &Part, now: f64, found: &mut Vec<String>) {
    let mut say = |text: String| found.push(text);
    let mut date = |name: &str| {
        let member = claims.get(name)?;
        let seconds = member.value.as_ref().and_then(Value::as_f64).filter(|seconds| date::utc(*seconds).is_some());
        if seconds.is_none() {
            say(format!("`{name}` is no date: such tokens are refused"));
        }
        seconds
    };
    let (exp, nbf, iat) = (date("exp"), date("nbf"), date("iat"));
    match exp {
        None if claims.get("exp").is_none() => say("there is no `exp`: the token is good for ever".into()),
        Some(exp) if exp <= now => say(format!("expired {} ago", date::span(now - exp))),
        Some(exp) if exp - now > LIFETIME_MAX_S => say(format!("good for another {}", date::span(exp - now))),
        _ => {}
    }
    if let Some(nbf) = nbf.filter(|nbf| *nbf > now) {
        say(format!("not good before another {}", date::span(nbf - now)));
    }
    if let Some(iat) = iat.filter(|iat| *iat > now) {
        say(format!("issued {} from now", date::span(iat - now)));
    }
}

fn claims(claims: &Part, found: &mut Vec<String>) {
    for name in ["iss", "sub"] {
        match claims.get(name).map(|member| member.value.as_ref().and_then(Value::as_str)) {
            None => found.push(format!("there is no `{name}`")),
            Some(None) => found.push(format!("`{name}` is no string")),
            Some(Some("")) => found.push(format!("`{name}` is empty")),
            Some(Some(_)) => {}
        }
    }
    match claims.get("aud").map(|member| member.value.as_ref()) {
        None => found.push("there is no `aud`: any server could be meant".into()),
        Some(Some(Value::String(text))) if !text.is_empty() => {}
        Some(Some(Value::Array(list))) if !list.is_empty() && list.iter().all(Value::is_string) => {}
        Some(_) => found.push("`aud` is neither a string nor a list of strings".into()),
    }
}

fn signature(signature: &str, found: &mut Vec<String>) {
    let mut bytes = vec![0; base64url::decoded_len(signature.len())];
    if signature.is_empty() {
        found.push("there is no signature".into());
    } else if base64url::decode(signature.as_bytes(), &mut bytes).is_none() {
        found.push("the signature is not canonical base64url without padding".into());
    }
}
