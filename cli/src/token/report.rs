//! What is said of a token, as text and as JSON.

use adarga_core::Reason;
use serde::{Serialize, Serializer};
use serde_json::{Value, value::RawValue};

use crate::{Failure, check::text, date};

use super::{
    Token, Verified,
    part::{Part, pretty},
    suspicion::suspicions,
};

/// Characters of the signature that are shown.
const SIGNATURE_SHOWN: usize = 6;
/// Characters of a part that can't be read.
const ODD_MAX: usize = 2000;
/// Claims that are dates (RFC 7519 §4.1, OpenID Connect Core §2 and §5.1).
const DATES: [&str; 5] = ["exp", "nbf", "iat", "auth_time", "updated_at"];

/// All that is said.
#[derive(Serialize)]
pub(super) struct Report<'r> {
    header: &'r Part,
    claims: &'r Part,
    /// The dates among the claims, in UTC.
    dates: Dates<'r>,
    signature: Signature,
    suspicious: Vec<String>,
    /// Whether the signature verifies; nothing without keys.
    verified: Option<bool>,
    /// Why it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Key<'r>>,
}

/// The beginning of a signature.
#[derive(Serialize)]
struct Signature {
    begins: String,
    characters: usize,
}

/// The key that verified a token.
#[derive(Serialize)]
struct Key<'r> {
    index: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'r str>,
    algorithm: &'static str,
}

impl<'r> Report<'r> {
    /// Gathers it; a verdict only when there are keys.
    pub(super) fn of(token: &'r Token<'r>, now_s: u64, verdict: Option<&'r Result<Verified, Reason>>) -> Self {
        let signature = token.signature;
        // short ones are not shown at all: six characters could be most of them
        let shown = if signature.len() >= 4 * SIGNATURE_SHOWN { SIGNATURE_SHOWN } else { 0 };
        let begins = text::escaped(&signature.chars().take(shown).collect::<String>()).into_owned();
        let verified = verdict.and_then(|verdict| verdict.as_ref().ok());
        Self {
            header: &token.header,
            claims: &token.claims,
            dates: Dates(&token.claims),
            signature: Signature { begins, characters: signature.chars().count() },
            suspicious: suspicions(token, now_s),
            verified: verdict.map(Result::is_ok),
            reason: verdict.and_then(|verdict| verdict.as_ref().err()).map(|reason| reason.name()),
            key: verified.map(|by| Key { index: by.key, kid: by.kid.as_deref(), algorithm: by.algorithm.name() }),
        }
    }

    /// One JSON object on one line.
    pub(super) fn json(&self) -> Result<String, Failure> {
        let mut out = Vec::new();
        self.serialize(&mut serde_json::Serializer::with_formatter(&mut out, text::HarmlessJson))?;
        out.push(b'\n');
        Ok(String::from_utf8(out)?)
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        write_part(&mut out, "header", self.header, &[]);
        write_part(&mut out, "claims", self.claims, &DATES);
        let Signature { begins, characters } = &self.signature;
        out += &match characters {
            0 => "signature\n  none\n".to_owned(),
            _ => format!("signature\n  {begins}… ({characters} characters)\n"),
        };
        if !self.suspicious.is_empty() {
            out += "suspicious\n";
            out.extend(self.suspicious.iter().map(|text| format!("  - {text}\n")));
        }
        out += &match (&self.key, self.reason) {
            (Some(Key { index, kid, algorithm }), _) => {
                let kid = kid.map_or_else(String::new, |kid| format!(" ({})", text::quoted(kid, 64)));
                format!("the signature verifies: {algorithm}, by key {index}{kid}\n")
            }
            (None, Some(reason)) => format!("the signature does not verify: {reason}\n"),
            (None, None) => "the signature was not verified: name the keys with `--keys`\n".to_owned(),
        };
        out
    }
}

fn write_part(out: &mut String, name: &str, part: &Part, dates: &[&str]) {
    *out += &format!("{name}\n");
    match part {
        Part::Odd { problem, text: odd } => *out += &format!("  {problem}: {}\n", text::quoted(odd, ODD_MAX)),
        Part::Object(members) => {
            for member in members {
                let value = pretty(&member.written, 2);
                *out += &format!("  {}: {value}", adarga_host::text::word(&member.name));
                if let Some(date) = date_of(&member.name, member.value.as_ref()).filter(|_| dates.contains(&member.name.as_str()))
                {
                    *out += &format!(" ({date})");
                }
                out.push('\n');
            }
        }
    }
}

fn date_of(name: &str, value: Option<&Value>) -> Option<String> {
    date::utc(value.filter(|_| DATES.contains(&name))?.as_f64()?)
}

/// As JSON: the object with its values as they were written, or what is wrong and the text.
impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Odd { problem, text } => serializer.collect_map([("problem", problem), ("text", text)]),
            Self::Object(members) => {
                let written = |json: &String| RawValue::from_string(json.clone()).map_err(serde::ser::Error::custom);
                let members: Result<Vec<_>, S::Error> =
                    members.iter().map(|member| Ok((&member.name, written(&member.written)?))).collect();
                serializer.collect_map(members?)
            }
        }
    }
}

/// The dates of claims, by name.
struct Dates<'r>(&'r Part);

impl Serialize for Dates<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let date = |name| Some((name, date_of(name, self.0.get(name)?.value.as_ref())?));
        serializer.collect_map(DATES.into_iter().filter_map(date))
    }
}
