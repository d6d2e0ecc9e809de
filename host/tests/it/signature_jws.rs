//! Compact JWS: what tokens are refused for before and beside their signature. Most names are those of published attacks.

use std::time::{Duration, Instant};

use adarga_core::{
    Reason,
    keys::{Algorithm, Algorithms},
    signature::jws,
};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};

use crate::signature_support::{SECRET, base64, hs256, judge, keys, oct, open, signed_by, token};

const HEADER: &str = r#"{"alg":"HS256","kid":"a"}"#;

#[track_caller]
fn refused(keys_of: &Value, token: &str, reason: Reason) {
    assert_eq!(open(&keys(keys_of), token), Err(reason), "{}", &token[..token.len().min(200)]);
}

#[test]
fn a_good_token_is_opened() {
    let token = signed_by(HEADER, r#"{"sub":"u"}"#, |message| hs256(SECRET, message));
    assert_eq!(open(&keys(&oct("a")), &token).unwrap(), br#"{"sub":"u"}"#);
    assert_eq!(open(&keys(&json!({ "keys": [oct("b"), oct("a")] })), &token).unwrap(), br#"{"sub":"u"}"#);
}

#[test]
fn alg_none_in_all_spellings() {
    for bits in 0..16_u8 {
        let none: String =
            "none".chars().zip(0..).map(|(c, at)| if bits >> at & 1 == 1 { c.to_ascii_uppercase() } else { c }).collect();
        for name in [none.clone(), format!(" {none}"), format!("{none}\\u0000"), format!("{none} ")] {
            let header = format!(r#"{{"alg":"{name}","kid":"a"}}"#);
            for signature in [vec![], vec![0; 32], hs256(SECRET, b"")] {
                refused(&oct("a"), &signed_by(&header, "{}", |_| signature.clone()), Reason::TokenAlgorithm);
            }
            refused(&oct("a"), &token(&header), Reason::TokenAlgorithm);
        }
    }
    for header in [r#"{"kid":"a"}"#, r#"{"alg":"","kid":"a"}"#, r#"{"alg":"hs256","kid":"a"}"#, r#"{"alg":"HS256 ","kid":"a"}"#] {
        refused(&oct("a"), &token(header), Reason::TokenAlgorithm);
    }
    for header in [r#"{"alg":null,"kid":"a"}"#, r#"{"alg":["HS256"],"kid":"a"}"#, r#"{"alg":256,"kid":"a"}"#] {
        refused(&oct("a"), &token(header), Reason::TokenHeader);
    }
}

#[test]
fn hmac_keyed_with_an_rsa_public_key() {
    let line: Value = serde_json::from_str(include_str!("signature_rsa_sizes.jsonl").lines().next().unwrap()).unwrap();
    let (n, e) = (line["n"].as_str().unwrap(), line["e"].as_str().unwrap());
    let jwk = json!({ "kty": "RSA", "kid": "a", "n": n, "e": e });
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{n}\n-----END PUBLIC KEY-----\n");
    for secret in [n.as_bytes(), pem.as_bytes(), format!(" {pem}").as_bytes(), jwk.to_string().as_bytes(), b""] {
        let token = signed_by(HEADER, "{}", |message| hs256(secret, message));
        refused(&jwk, &token, Reason::TokenAlgorithm);
        // without a `kid` no key is found that could be meant
        let token = signed_by(r#"{"alg":"HS256"}"#, "{}", |message| hs256(secret, message));
        refused(&jwk, &token, Reason::TokenKey);
    }
}

#[test]
fn crit_b64_and_zip_are_refused() {
    for member in [
        r#""crit":[]"#,
        r#""crit":["exp"]"#,
        r#""crit":["b64"],"b64":false"#,
        r#""crit":null"#,
        r#""crit":"""#,
        r#""Crit":[]"#,
        r#""b64":true"#,
        r#""b64":false"#,
        r#""zip":"DEF""#,
        r#""\u0063rit":["x"]"#,
    ] {
        refused(&oct("a"), &token(&format!(r#"{{"alg":"HS256","kid":"a",{member}}}"#)), Reason::TokenHeader);
    }
}

#[test]
fn kid_is_only_an_exact_key() {
    for kid in [
        "../../../../dev/null",
        "/dev/null",
        "file:///proc/self/environ",
        "a' UNION SELECT 'secret",
        "x' OR '1'='1",
        "a; ls",
        "https://evil.example/jwks.json",
        "A",
        "a ",
        "aa",
        "",
        "a\\u0000",
        "\\u0061\\u0301",
    ] {
        // an empty secret is what reading /dev/null would give
        let header = format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#);
        for secret in [&SECRET[..], b"", b"secret"] {
            refused(&oct("a"), &signed_by(&header, "{}", |message| hs256(secret, message)), Reason::TokenKey);
        }
    }
    // another spelling of the same text is the same text
    assert!(open(&keys(&oct("a")), &token(r#"{"alg":"HS256","kid":"\u0061"}"#)).is_ok());
    for kid in ["1", "null", "[\"a\"]", "{}"] {
        refused(&oct("a"), &token(&format!(r#"{{"alg":"HS256","kid":{kid}}}"#)), Reason::TokenHeader);
    }
    // a key without a name is not meant by a name
    let mut unnamed = oct("a");
    unnamed.as_object_mut().unwrap().remove("kid");
    refused(&unnamed, &token(HEADER), Reason::TokenKey);
}

#[test]
fn keys_in_the_header_are_never_used() {
    let own = SigningKey::from_slice(&[7; 32]).unwrap();
    let point = own.verifying_key().to_sec1_point(false);
    let jwk = json!({ "kty": "EC", "crv": "P-256", "x": base64(point.x().unwrap()), "y": base64(point.y().unwrap()) });
    let sign = |message: &[u8]| -> Vec<u8> {
        let signature: Signature = own.sign(message);
        signature.to_bytes().to_vec()
    };
    let theirs = SigningKey::from_slice(&[9; 32]).unwrap();
    let point = theirs.verifying_key().to_sec1_point(false);
    let set =
        json!({ "kty": "EC", "kid": "a", "crv": "P-256", "x": base64(point.x().unwrap()), "y": base64(point.y().unwrap()) });
    for member in ["jwk", "jku", "x5u", "x5c"] {
        let value = if member == "jwk" { jwk.clone() } else { json!("https://evil.example/keys") };
        for kid in [Some("a"), None] {
            let mut header = json!({ "alg": "ES256", member: value });
            if let Some(kid) = kid {
                header["kid"] = kid.into();
            }
            refused(&set, &signed_by(&header.to_string(), "{}", sign), Reason::TokenSignature);
        }
    }
    // the same token under its own key is right, so that it is the key that it was refused for
    assert!(open(&keys(&jwk), &signed_by(&json!({ "alg": "ES256", "jwk": jwk }).to_string(), "{}", sign)).is_ok());
}

#[test]
fn base64_is_canonical() {
    let image = keys(&oct("a"));
    // `{"a":1}` and its MAC have unused bits at their ends
    let good = signed_by(r#"{"alg":"HS256","kid":"a"} "#, r#"{"a":1}"#, |message| hs256(SECRET, message));
    assert!(open(&image, &good).is_ok());
    let parts: Vec<_> = good.split('.').collect();
    let (signed, mac) = good.rsplit_once('.').unwrap();
    let last = mac.chars().last().unwrap();
    for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars().filter(|other| *other != last) {
        let changed = format!("{signed}.{}{other}", &mac[..mac.len() - 1]);
        assert!(matches!(open(&image, &changed), Err(Reason::TokenMalformed | Reason::TokenSignature)));
    }
    // each part spelled otherwise, with a MAC over the spelling
    let spellings = |part: &str| {
        let odd_end = |last: char| format!("{}{last}", &part[..part.len() - 1]);
        let mut list = vec![format!("{part}="), format!("{part}=="), format!("{part}\n"), format!(" {part}"), odd_end('\0')];
        list.extend(["+", "/", "?", "\u{e9}"].map(|odd| part.replacen(&part[4..5], odd, 1)));
        // a last letter whose unused bits are set
        list.push(odd_end(if part.ends_with('Q') { 'R' } else { 'B' }));
        list
    };
    assert!(parts[1].ends_with('Q') && parts[1].len() % 4 == 2);
    let headers = spellings(parts[0]).into_iter().map(|header| (header, parts[1].to_owned()));
    let payloads = spellings(parts[1]).into_iter().map(|payload| (parts[0].to_owned(), payload));
    for (header, payload) in headers.chain(payloads) {
        let signed = format!("{header}.{payload}");
        let token = format!("{signed}.{}", base64(hs256(SECRET, signed.as_bytes())));
        assert!(matches!(open(&image, &token), Err(Reason::TokenMalformed | Reason::TokenHeader)), "{token}");
    }
    for mac in spellings(parts[2]) {
        assert!(matches!(open(&image, &format!("{signed}.{mac}")), Err(Reason::TokenMalformed | Reason::TokenSignature)));
    }
}

#[test]
fn base64_agrees_with_another_decoder() {
    use adarga_core::signature::base64url::{decode, decoded_len};
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize
    };
    for round in 0..60_000 {
        let mut text = base64((0..random() % 70).map(|_| random() as u8).collect::<Vec<_>>()).into_bytes();
        if round % 2 == 0 && !text.is_empty() {
            let at = random() % text.len();
            text[at] = random() as u8;
        }
        if round % 7 == 0 {
            text.truncate(random() % 40);
        }
        let mut own = vec![0; decoded_len(text.len())];
        let len = decode(&text, &mut own);
        assert_eq!(len.map(|len| own[..len].to_vec()), URL_SAFE_NO_PAD.decode(&text).ok(), "{}", String::from_utf8_lossy(&text));
    }
}

#[test]
fn only_three_parts() {
    let good = token(HEADER);
    let parts: Vec<_> = good.split('.').collect();
    for bad in [
        String::new(),
        ".".into(),
        "..".into(),
        "...".into(),
        parts[0].into(),
        format!("{}.{}", parts[0], parts[1]),
        format!("{good}."),
        format!(".{good}"),
        format!("{good}.{}", parts[2]),
        format!("{good}.."),
        format!(".{}.{}", parts[1], parts[2]),
        format!(" {good}"),
        format!("{good} "),
        format!("Bearer {good}"),
    ] {
        assert!(matches!(open(&keys(&oct("a")), &bad), Err(Reason::TokenMalformed | Reason::TokenHeader)), "{bad}");
    }
    refused(&oct("a"), &format!("{}.{}.", parts[0], parts[1]), Reason::TokenSignature);
    // the JSON serialization is none
    refused(
        &oct("a"),
        &json!({ "protected": parts[0], "payload": parts[1], "signature": parts[2] }).to_string(),
        Reason::TokenMalformed,
    );
}

#[test]
fn a_million_dots() {
    let rules = jws::Rules { token_max: 2 << 20, ..jws::Rules::new(Algorithms::ALL) };
    let image = keys(&oct("a"));
    let started = Instant::now();
    for dots in [".".repeat(1_000_000), format!("{}{}", token(HEADER), ".".repeat(1_000_000)), ".e30".repeat(250_000)] {
        assert!(matches!(judge(&image, &dots, &rules), Err(Reason::TokenMalformed | Reason::TokenHeader)));
        assert_eq!(open(&image, &dots), Err(Reason::TokenSize));
    }
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_token_of_one_mebibyte() {
    let image = keys(&oct("a"));
    let payload = "x".repeat(1 << 20);
    let long = signed_by(HEADER, &payload, |message| hs256(SECRET, message));
    assert_eq!(open(&image, &long), Err(Reason::TokenSize));
    let rules = jws::Rules { token_max: 2 << 20, ..jws::Rules::new(Algorithms::ALL) };
    assert_eq!(judge(&image, &long, &rules).unwrap(), payload.as_bytes());
    // in each of the three places
    let long = "A".repeat(1 << 20);
    for token in [format!("{long}.e30.AA"), format!("{}.{long}.AA", base64(HEADER)), format!("{}.e30.{long}", base64(HEADER))] {
        assert!(judge(&image, &token, &rules).is_err());
    }
}

#[test]
fn headers_are_strict_json() {
    for header in [
        r#"{"alg":"HS256","alg":"HS256","kid":"a"}"#,
        r#"{"alg":"none","\u0061lg":"HS256","kid":"a"}"#,
        r#"{"alg":"HS256","ALG":"none","kid":"a"}"#,
        r#"{"alg":"HS256","kid":"a","KID":"b"}"#,
        r#"{"alg":"HS256","kid":"a","x":{"y":1,"y":2}}"#,
        r#"{"alg":"HS256","kid":"a",}"#,
        r#"{"alg":"HS256","kid":"a"}{}"#,
        r#"{"alg":"HS256","kid":"a","x":NaN}"#,
        r#"{"alg":"HS256","kid":"a","x":"\ud800"}"#,
        r#"{"alg":"HS256","kid":"a","typ":7}"#,
        "\u{feff}{\"alg\":\"HS256\",\"kid\":\"a\"}",
        r#"[{"alg":"HS256","kid":"a"}]"#,
        r#""HS256""#,
        "null",
        "",
        "{'alg':'HS256','kid':'a'}",
    ] {
        refused(&oct("a"), &token(header), Reason::TokenHeader);
    }
    let deep = format!(r#"{{"alg":"HS256","kid":"a","x":{}{}}}"#, "[".repeat(20), "]".repeat(20));
    refused(&oct("a"), &token(&deep), Reason::TokenHeader);
    let wide = format!(r#"{{"alg":"HS256","kid":"a","x":[{}0]}}"#, "0,".repeat(200));
    refused(&oct("a"), &token(&wide), Reason::TokenHeader);
}

#[test]
fn algorithms_are_bound_to_policy_and_key() {
    let image = keys(&json!({ "kty": "oct", "kid": "a", "k": base64([7; 64]) }));
    let good = signed_by(HEADER, "{}", |message| hs256(&[7; 64], message));
    assert!(judge(&image, &good, &jws::Rules::new(Algorithms::of(&[Algorithm::Hs256]))).is_ok());
    let others = Algorithms::of(&[Algorithm::Hs512, Algorithm::Rs256, Algorithm::Es256]);
    assert_eq!(judge(&image, &good, &jws::Rules::new(others)), Err(Reason::TokenAlgorithm));
    assert_eq!(judge(&image, &good, &jws::Rules::new(Algorithms::NONE)), Err(Reason::TokenAlgorithm));
    let bound = keys(&json!({ "kty": "oct", "kid": "a", "alg": "HS512", "k": base64([7; 64]) }));
    assert_eq!(open(&bound, &good), Err(Reason::TokenAlgorithm));
}

#[test]
fn typ_is_a_media_type() {
    let image = keys(&oct("a"));
    let judged = |typ: &str, wanted: &[u8]| {
        let header = format!(r#"{{"alg":"HS256","kid":"a"{typ}}}"#);
        judge(&image, &token(&header), &jws::Rules { typ: jws::Type::Exactly(wanted), ..jws::Rules::new(Algorithms::ALL) })
    };
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "APPLICATION/at+JWT"] {
        assert!(judged(&format!(r#","typ":"{typ}""#), b"at+jwt").is_ok(), "{typ}");
        assert!(judged(&format!(r#","typ":"{typ}""#), b"application/at+jwt").is_ok(), "{typ}");
    }
    for typ in [
        "",
        r#","typ":"JWT""#,
        r#","typ":"""#,
        r#","typ":"at+jwt;v=1""#,
        r#","typ":"application/application/at+jwt""#,
        r#","typ":"x/at+jwt""#,
    ] {
        assert_eq!(judged(typ, b"at+jwt"), Err(Reason::TokenType), "{typ}");
    }
}

#[test]
fn tokens_without_kid_try_few_keys() {
    let key = |byte: u8| json!({ "kty": "oct", "k": base64([byte; 32]) });
    let token = signed_by(r#"{"alg":"HS256"}"#, "{}", |message| hs256(&[15; 32], message));
    let set = |count: u8| keys(&json!({ "keys": (0..count).map(key).collect::<Vec<_>>() }));
    assert!(open(&set(16), &token).is_ok());
    assert_eq!(open(&set(15), &token), Err(Reason::TokenSignature));
    // with one more it is refused, rather than tried with some of them
    assert_eq!(open(&set(17), &token), Err(Reason::TokenKey));
}

#[test]
fn small_memory_is_a_fault_of_the_host() {
    use adarga_core::{json::Scratch, signature::RustCrypto};
    let image = keys(&oct("a"));
    let rules = jws::Rules::new(Algorithms::ALL);
    let mut memory = vec![0; rules.room() - 1];
    let mut scratch = Scratch::new(&mut [], &mut [], &mut [], (0, 0));
    for token in [token(HEADER), "x".into()] {
        let verdict =
            jws::verify_compact(token.as_bytes(), image.keys().unwrap(), &rules, &RustCrypto, &mut memory, &mut scratch);
        assert_eq!(verdict, Err(Reason::HostScratch));
    }
    memory.push(0);
    let verdict =
        jws::verify_compact(token(HEADER).as_bytes(), image.keys().unwrap(), &rules, &RustCrypto, &mut memory, &mut scratch);
    assert_eq!(verdict, Err(Reason::HostScratch));
}
