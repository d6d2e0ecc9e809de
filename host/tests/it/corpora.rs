//! Third-party corpora of tokens beside the checkout. What is absent is said and passes.

use std::{env, fs, path::PathBuf};

use adarga_core::{
    Reason,
    identity::{
        Verifier,
        claims::{self, Audiences, Profile},
        token::{self, Demands},
    },
    json::{self, Document, Kind, Limits},
    keys::{Algorithm, Algorithms},
    signature::jws,
};
use adarga_host::{
    keys::{Flaw, KeyImage, Mode},
    memory::Memory,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};

use crate::signature_support::{base64, judge, keys};

/// A secret that is long enough for every algorithm.
const LONG: &[u8; 64] = b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// The lines of a corpus; nothing, and a word about it, when it is absent.
pub(crate) fn lines(name: &str, cases: usize) -> Vec<Value> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    let path = env::var_os("ADARGA_VECTORS").map_or(beside, PathBuf::from).join(name);
    match fs::read_to_string(&path) {
        Ok(text) => text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        Err(error) => {
            println!("not run: {cases} cases of {}: {error}", path.display());
            Vec::new()
        }
    }
}

fn text<'v>(line: &'v Value, member: &str) -> &'v str {
    line[member].as_str().unwrap_or_else(|| panic!("`{member}` of {line}"))
}

/// The public half of a JWK, for its signatures.
fn public(jwk: &Value) -> Value {
    let mut public = jwk.clone();
    let members = public.as_object_mut().unwrap();
    if members["kty"] != "oct" {
        members.retain(|name, _| !["d", "p", "q", "dp", "dq", "qi"].contains(&name.as_str()));
    }
    public
}

/// The token verifies, and no token does in which one byte is another.
fn only_this_one(image: &KeyImage, token: &str, id: &str) {
    let rules = jws::Rules::new(Algorithms::ALL);
    assert!(judge(image, token, &rules).is_ok(), "{id} is refused");
    for at in 0..token.len() {
        let mut changed = token.as_bytes().to_vec();
        // another letter of the alphabet where there is one
        changed[at] = if changed[at].is_ascii_alphabetic() { changed[at] ^ 0x20 } else { changed[at] ^ 1 };
        let changed = String::from_utf8(changed).unwrap();
        assert!(judge(image, &changed, &rules).is_err(), "{id} with another byte {at} is accepted");
    }
}

#[test]
fn rfc_cookbook() {
    let mut judged = 0;
    for line in lines("jwt/rfc_cookbook.jsonl", 9) {
        let (doc, id) = (&line["doc"], text(&line, "id"));
        let Some(compact) = doc["output"]["compact"].as_str() else { continue };
        let image = keys(&public(&doc["input"]["key"]));
        // a detached payload (RFC 7515 appendix F) is put into its place
        let payload = doc["input"]["payload"].as_str().map(base64).unwrap_or_default();
        let token = if compact.contains("..") { compact.replace("..", &format!(".{payload}.")) } else { compact.to_owned() };
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
        if String::from_utf8(header).unwrap().contains("\"crit\"") {
            assert_eq!(judge(&image, &token, &jws::Rules::new(Algorithms::ALL)), Err(Reason::TokenHeader), "{id}");
        } else {
            only_this_one(&image, &token, id);
        }
        judged += 1;
    }
    println!("{judged} compact JWS");
}

#[test]
fn rfc7515() {
    for line in lines("jwt/rfc7515.jsonl", 3) {
        let (id, token) = (text(&line, "id"), text(&line, "jws"));
        if text(&line, "expect") == "valid" {
            only_this_one(&keys(&public(&line["key"])), token, id);
        } else {
            let image = KeyImage::from_secret(LONG, Algorithms::ALL).unwrap();
            assert!(judge(&image, token, &jws::Rules::new(Algorithms::ALL)).is_err(), "{id}");
        }
    }
}

/// Cases of OPA that get another verdict here, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("jwtbuiltins/test-jwtbuiltins-0391#0", "three parts are no JWE: `enc` in the header is a member that nobody reads"),
    ("jwtbuiltins/test-jwtbuiltins-0398#0", "a token inside of a token: claims are an object"),
    ("jwtbuiltins/test-jwtbuiltins-0400#0", "claims with one name three times"),
    ("jwtdecodeverify/test-jwtdecodeverify-0465#0", "a token inside of a token: claims are an object"),
    ("jwtdecodeverify/test-jwtdecodeverify-0466#0", "a token inside of a token inside of a token"),
];

/// Compares a verdict with the corpus; an exception must be one.
fn compare(line: &Value, wrong: &mut Vec<String>, accepted: bool, why: &str) {
    let id = text(line, "id");
    let wanted = matches!(text(line, "expect"), "accept" | "decodes");
    let excused = EXCEPTIONS.iter().any(|(excused, _)| *excused == id);
    if (accepted == wanted) == excused {
        wrong.push(format!("{id} ({}): wanted {}, got {why}", line["note"], line["expect"]));
    }
}

/// The cases of a function, or of many.
fn opa(functions: impl Fn(&str) -> bool) -> impl Iterator<Item = Value> {
    lines("jwt/opa.jsonl", 66).into_iter().filter(move |line| functions(text(line, "fn")))
}

fn mac(algorithm: Algorithm, secret: &[u8], message: &[u8]) -> Vec<u8> {
    macro_rules! mac {
        ($hash:ty) => {
            Hmac::<$hash>::new_from_slice(secret).unwrap().chain_update(message).finalize().into_bytes().to_vec()
        };
    }
    match algorithm {
        Algorithm::Hs384 => mac!(sha2::Sha384),
        Algorithm::Hs512 => mac!(sha2::Sha512),
        _ => mac!(sha2::Sha256),
    }
}

/// A token with the same parts under [`LONG`], right or wrong as it was under `secret`.
fn resigned(token: &str, algorithm: Algorithm, secret: &[u8]) -> String {
    let Some((signed, signature)) = token.rsplit_once('.') else { return token.to_owned() };
    let right = signature == base64(mac(algorithm, secret, signed.as_bytes()));
    let mac = mac(algorithm, if right { LONG } else { b"another" }, signed.as_bytes());
    format!("{signed}.{}", base64(mac))
}

/// The keys of a case and its token. The secrets of OPA are shorter than a hash, which is refused: the token is judged all the
/// same, under a secret that is long enough.
fn keys_and_token(key: &str, algorithm: Algorithm, token: &str) -> Result<(KeyImage, String), Flaw> {
    if algorithm.signature_len().is_none_or(|_| key.starts_with(['{', '-'])) {
        let image = KeyImage::from_document(key.as_bytes(), Mode::Strict).map_err(|errors| errors.as_slice()[0].flaw)?;
        return Ok((image, token.to_owned()));
    }
    let only = Algorithms::of(&[algorithm]);
    assert_eq!(KeyImage::from_secret(key.as_bytes(), only).unwrap_err().as_slice()[0].flaw, Flaw::SecretShort);
    Ok((KeyImage::from_secret(LONG, only).unwrap(), resigned(token, algorithm, key.as_bytes())))
}

#[test]
fn opa_verify() {
    let mut wrong = Vec::new();
    for line in opa(|function| function.starts_with("verify_")) {
        let name = text(&line, "fn").trim_start_matches("verify_").to_uppercase().replace("EDDSA", "EdDSA");
        let algorithm = Algorithm::from_name(name.as_bytes()).unwrap();
        let verdict = keys_and_token(text(&line, "key"), algorithm, text(&line, "token"))
            .map(|(image, token)| judge(&image, &token, &jws::Rules::new(Algorithms::of(&[algorithm]))));
        compare(&line, &mut wrong, matches!(verdict, Ok(Ok(_))), &format!("{verdict:?}"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether claims are a strict JSON object.
fn is_object(payload: &[u8]) -> bool {
    let limits = Limits { depth_max: 16, values_max: 1024 };
    let mut memory = Memory::for_limits(limits.values_max, 1 << 16);
    let mut scratch = memory.scratch();
    json::parse(payload, limits, &mut scratch)
        .is_ok_and(|parsed| Document::new(payload, &scratch, parsed).root().kind() == Kind::Object)
}

#[test]
fn opa_decode() {
    let mut wrong = Vec::new();
    for line in opa(|function| function == "decode") {
        // nothing is decoded here that did not verify, so the parts get another MAC
        let token = text(&line, "token");
        let signed = token.rsplit_once('.').map_or(token, |(signed, _)| signed);
        let token = format!("{signed}.{}", base64(mac(Algorithm::Hs256, LONG, signed.as_bytes())));
        let image = keys(&json!({ "kty": "oct", "k": base64(LONG) }));
        let verdict = judge(&image, &token, &jws::Rules::new(Algorithms::ALL));
        compare(&line, &mut wrong, verdict.as_ref().is_ok_and(|payload| is_object(payload)), &format!("{verdict:?}"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The claims of a token, as far as they are JSON.
fn claims_of(token: &str) -> Value {
    let payload = token.split('.').nth(1).and_then(|payload| URL_SAFE_NO_PAD.decode(payload).ok());
    payload.and_then(|payload| serde_json::from_slice(&payload).ok()).unwrap_or_default()
}

/// What becomes of a case of `decode_verify`: signature and claims under its constraints.
fn decode_verify(line: &Value) -> Result<(), String> {
    let (given, constraints) = (text(line, "token"), line["constraints"].as_object().ok_or("no constraints")?);
    let known = ["cert", "secret", "alg", "iss", "aud", "time"];
    if let Some(name) = constraints.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(format!("an unknown constraint {name}"));
    }
    let texts = |name: &str| constraints.get(name).map(|value| value.as_str().ok_or(format!("{name} is no text"))).transpose();
    let algorithms = match texts("alg")? {
        Some(name) => Algorithms::of(&[Algorithm::from_name(name.as_bytes()).ok_or("an unknown algorithm")?]),
        None => Algorithms::ALL,
    };
    let key = texts("cert")?.or(texts("secret")?).ok_or("no key")?;
    let is_secret = constraints.contains_key("secret");
    let algorithm = if is_secret { Algorithm::Hs256 } else { Algorithm::Rs256 };
    let (image, given) = keys_and_token(key, algorithm, given).map_err(|flaw| flaw.reason().to_owned())?;
    // without a constraint OPA takes tokens for nobody alone
    let audience = texts("aud")?.map(str::as_bytes);
    let audiences = match &audience {
        None if claims_of(&given).get("aud").is_none() => Audiences::Any,
        None => Audiences::Of(&[]),
        Some(audience) => Audiences::Of(std::slice::from_ref(audience)),
    };
    // nanoseconds; now when absent, which every case that expires has behind it
    let now_ms = constraints.get("time").map_or(Some(2e18), Value::as_f64).ok_or("time is no number")? / 1e6;
    let demands = Demands {
        signed: jws::Rules { typ: jws::Type::Bearer, ..jws::Rules::new(algorithms) },
        claims: claims::Rules {
            issuer: texts("iss")?.map(str::as_bytes),
            audiences,
            expiry_required: false,
            leeway_ms: 0,
            profile: Profile::Jwt,
        },
    };
    let verifier = Verifier { keys: image.keys().unwrap(), crypto: image.crypto() };
    let mut memory = vec![0; demands.signed.room()];
    let limits = token::limits(jws::TOKEN_MAX as u32);
    let mut room = Memory::for_limits(limits.values_max, jws::TOKEN_MAX as u32);
    let mut scratch = room.scratch();
    let opened = token::open(given.as_bytes(), &verifier, &demands, now_ms as u64, &mut memory, &mut scratch);
    opened.map(|_| ()).map_err(|reason| reason.to_string())
}

#[test]
fn opa_decode_verify() {
    let mut wrong = Vec::new();
    for line in opa(|function| function == "decode_verify") {
        let verdict = decode_verify(&line);
        compare(&line, &mut wrong, verdict.is_ok(), &format!("{verdict:?}"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
