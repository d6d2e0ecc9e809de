//! Policies and tokens that are mostly good and wrong in one thing or two.

use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::{select, subsequence},
};

use super::*;

pub(super) fn rules() -> impl Strategy<Value = Rules> {
    let role = || select(&ROLES[..]);
    let condition = option::weighted(
        0.4,
        prop_oneof![
            Just(Condition::Own),
            role().prop_map(Condition::Role),
            role().prop_map(Condition::Either),
            role().prop_map(Condition::Both)
        ],
    );
    (
        vec(subsequence(&GRANTS[..], 0..7), 4),
        vec((select(&PERMISSIONS[..]), condition), 1..4),
        subsequence(&ROLES[..], 0..3),
        any::<bool>(),
        select(vec![Effect::Intersect, Effect::Intersect, Effect::Ignore]),
        select(vec![Effect::Intersect, Effect::Add, Effect::Ignore]),
        any::<bool>(),
        select(vec![1, 500, 30_000]),
        any::<bool>(),
    )
        .prop_map(|(grants, tools, defaults, unknown_ignored, scopes, permissions, expiry_required, leeway_ms, nested)| {
            Rules { grants, tools, defaults, unknown_ignored, scopes, permissions, expiry_required, leeway_ms, nested }
        })
}

/// A claim that is mostly `good`, at times one of `others`, where the empty text is none at all.
fn mostly(good: &'static str, others: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    prop_oneof![20 => Just(good), 1 => select(others)].prop_map(|text| Some(text.to_owned()).filter(|text| !text.is_empty()))
}

/// A list of texts as claims have them: none, one text, a list, or something else.
fn list(words: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    let chosen = || subsequence(words, 0..4);
    prop_oneof![
        3 => Just(None),
        4 => chosen().prop_map(|words| Some(json!(words.join(" ")).to_string())),
        4 => chosen().prop_map(|words| Some(json!(words).to_string())),
        4 => select(words).prop_map(|word| Some(json!(word).to_string())),
        1 => select(vec!["5", "null", "{}", "true", "[5]", "[\"read:a\",null]", "\"  read:a   own \"", "[\"read:a own\"]", "[\"\"]"])
            .prop_map(|text| Some(text.to_owned())),
    ]
}

pub(super) fn token() -> impl Strategy<Value = Token> {
    let rights: &[&str] =
        &["*", "read:*", "read:a", "read:ab", "read", "write:a", "write:*", "delete:*", "own", "*x", LONG, LONG];
    let roles: &[&str] = &["reader", "writer", "admin", "reader", "writer", "admin", "nobody", "stranger", "Reader", ""];
    let registered = (
        mostly(
            "\"https://auth.example.com\"",
            &["", "\"https://auth.example.com/\"", "\"\"", "5", "[\"https://auth.example.com\"]"],
        ),
        mostly(
            "\"https://mcp.example.com/mcp\"",
            &[
                "",
                "\"HTTPS://MCP.example.com/mcp\"",
                "\"https://mcp.example.com/MCP\"",
                "\"https://mcp.example.com/mcp/\"",
                "[\"https://other.example\",\"https://mcp.example.com/mcp\"]",
                "[\"https://other.example\"]",
                "[]",
                "[5,\"https://mcp.example.com/mcp\"]",
                "null",
            ],
        ),
        mostly(
            "1800000300",
            &["", "1800000000", "1799999999.5", "1799999970", "1799999970.5", "\"1800000300\"", "-1", "1.8000003e9", "null"],
        ),
        mostly("", &["1799999999", "1800000000.5", "1800000000.25", "1800000030", "1800000031", "253402300800", "\"x\""]),
        mostly("1799999000", &["", "1800000001", "-0.5", "{}"]),
    )
        .prop_map(|(iss, aud, exp, nbf, iat)| {
            let all = [("iss", iss), ("aud", aud), ("exp", exp), ("nbf", nbf), ("iat", iat)];
            all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
        });
    (
        select([vec![Signed::Well; 20], vec![Signed::ByAnotherKey, Signed::Badly]].concat()),
        registered,
        mostly("\"alice\"", &["", "\"\"", "\"bob\"", "7", "\"älice\"", SUBJECT_LONG]),
        list(roles),
        list(rights),
        list(rights),
        option::weighted(
            0.15,
            select(vec![
                ("jti", "\"t\""),
                ("jti", "5"),
                ("client_id", "null"),
                ("ROLE", "\"admin\""),
                ("Scope", "\"*\""),
                ("SUB", "\"bob\""),
                ("User", "\"bob\""),
                ("Realm", "{}"),
                ("Permissions", "[]"),
                ("sub", "5"),
                ("role", "\"admin\""),
                ("cnf", "{\"jkt\":\"x\"}"),
                ("cnf", "5"),
                ("active", "false"),
                ("extra", "{\"role\":[\"admin\"],\"Role\":1}"),
            ]),
        ),
    )
        .prop_map(|(signed, registered, subject, role, scope, permissions, beside)| Token {
            signed,
            registered,
            subject,
            role,
            scope,
            permissions,
            beside,
        })
}

/// 600 letters in quotes.
const QUOTED: [u8; 602] = {
    let mut text = [b'x'; 602];
    (text[0], text[601]) = (b'"', b'"');
    text
};
/// A right that leaves no room for another one like it.
const LONG: &str = text(QUOTED.split_at(601).0.split_at(1).1);
/// A subject that is too long, as a claim.
const SUBJECT_LONG: &str = text(&QUOTED);

const fn text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("they are letters"),
    }
}
