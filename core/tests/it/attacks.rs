//! Attacks on claims by name, through a whole decision: what other verifiers were taken in by must deny here, each for its own
//! reason. Attacks on signatures and keys stand in host/tests/it/signature_attacks.rs.

use adarga_core::{Call, Reason, arrival::Transport};

use crate::{
    identity::{NOW_MS, POLICY, claims},
    support::{decide, jwt, keys, policy, verifier},
};

/// What becomes of a token with these claims.
fn judged(claims: &str) -> Reason {
    let policy = policy(POLICY);
    let keys = keys("k");
    let token = jwt("k", claims);
    let call = Call { token: Some(token.as_bytes()), verifier: Some(verifier(&keys)), ..Call::new(Transport::Stdio, NOW_MS) };
    let ping = br#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    decide(&policy.gate().unwrap(), &call, ping, None).0.reason()
}

/// The claims of [`claims`] with one of them, name and value, written otherwise; without a value it is left out.
fn with(name: &str, value: Option<&str>) -> String {
    let quoted = format!("\"{name}\":");
    let whole = claims(r#","iat":1799999990,"nbf":1799999990"#);
    let members = whole[1..whole.len() - 1].split(',').filter(|member| !member.starts_with(&quoted)).map(str::to_owned);
    let members = members.chain(value.map(|value| format!("{quoted}{value}")));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

#[test]
fn the_claims_of_the_tests_are_good() {
    for name in ["iss", "aud", "sub", "role", "exp"] {
        let value = serde_json::from_str::<serde_json::Value>(&claims("")).unwrap()[name].to_string();
        assert_eq!(judged(&with(name, Some(&value))), Reason::Allowed, "{name}");
    }
}

#[test]
fn dates_as_strings_null_or_beyond_all_numbers() {
    for date in ["exp", "nbf", "iat"] {
        for value in
            ["\"1800000300\"", "\"\"", "null", "true", "[1800000300]", "{}", "1e400", "-1", "1e99", "9223372036854775808"]
        {
            assert_eq!(judged(&with(date, Some(value))), Reason::TokenClaims, "{date} {value}");
        }
    }
}

#[test]
fn missing_exp_iss_or_aud() {
    assert_eq!(judged(&with("exp", None)), Reason::TokenClaims);
    assert_eq!(judged(&with("iss", None)), Reason::TokenIssuer);
    assert_eq!(judged(&with("aud", None)), Reason::TokenAudience);
    assert_eq!(judged(&with("sub", None)), Reason::TokenSubject);
}

#[test]
fn iss_as_a_list_and_as_a_part() {
    // CVE-2025-30144 (fast-jwt): a list that holds the issuer; CVE-2024-53861 (PyJWT): a part of it
    assert_eq!(judged(&with("iss", Some(r#"["https://auth.example.com"]"#))), Reason::TokenClaims);
    assert_eq!(judged(&with("iss", Some(r#"["https://evil.example","https://auth.example.com"]"#))), Reason::TokenClaims);
    for part in
        ["", "h", "auth.example.com", "https://auth.example", "https://auth.example.com/", "https://auth.example.com.evil"]
    {
        assert_eq!(judged(&with("iss", Some(&format!("\"{part}\"")))), Reason::TokenIssuer, "{part}");
    }
}

#[test]
fn aud_that_begins_like_ours_or_that_ours_begins_with() {
    // audiences compared by prefix or pattern
    let others = [
        "",
        "https://mcp.example.com",
        "https://mcp.example.com/",
        "https://mcp.example.com/mc",
        "https://mcp.example.com/mcp/",
        "https://mcp.example.com/mcp2",
        "https://mcp.example.com/mcp?x",
        "https://mcp.example.com/mcp#x",
        "https://mcp.example.com/./mcp",
        "https://mcp.example.com/%6dcp",
        "https://mcp.example.com.evil/mcp",
        "https://x@mcp.example.com/mcp",
        "*",
    ];
    for other in others {
        assert_eq!(judged(&with("aud", Some(&format!("\"{other}\"")))), Reason::TokenAudience, "{other}");
        assert_eq!(judged(&with("aud", Some(&format!("[\"{other}\"]")))), Reason::TokenAudience, "{other}");
    }
    // CVE-2020-26160 (jwt-go): a list that fails its type was taken for none
    for value in ["[]", "[1]", "[null]", "{}", "null", "7", r#"[["https://mcp.example.com/mcp"]]"#] {
        assert_eq!(judged(&with("aud", Some(value))), Reason::TokenClaims, "{value}");
    }
}

#[test]
fn a_claim_that_stands_twice() {
    let twice = claims("").replace(r#""sub":"alice""#, r#""sub":"alice","sub":"admin""#);
    assert_eq!(judged(&twice), Reason::TokenClaims);
    let escaped = claims("").replace(r#""sub":"alice""#, r#""sub":"alice","s\u0075b":"admin""#);
    assert_eq!(judged(&escaped), Reason::TokenClaims);
}
