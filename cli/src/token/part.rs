//! Header and claims as they stand in a token: read strictly, shown harmlessly.

use adarga_core::{
    json::{self, Document, Kind, Limits},
    signature::base64url,
};
use adarga_host::memory::Memory;
use serde_json::Value;

use crate::check::text::is_risky;

/// Members of a header that hold keys and certificates, and never serve as such.
const KEYS: [&str; 2] = ["jwk", "x5c"];

/// What a part holds.
#[derive(Debug)]
pub(super) enum Part {
    /// A strict JSON object.
    Object(Vec<Member>),
    /// Something else.
    Odd {
        /// What is wrong with it.
        problem: String,
        /// The text, as far as it is one.
        text: String,
    },
}

/// A member of the object.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    /// Its value; none for a number that no `f64` can hold.
    pub(super) value: Option<Value>,
    /// Its value as it was written, harmless and on one line.
    pub(super) written: String,
}

impl Part {
    /// Decodes and reads a part.
    pub(super) fn read(encoded: &str, limits: Limits) -> Self {
        let odd = |problem: String, text: &[u8]| Self::Odd { problem, text: String::from_utf8_lossy(text).into_owned() };
        let mut bytes = vec![0; base64url::decoded_len(encoded.len())];
        if base64url::decode(encoded.as_bytes(), &mut bytes).is_none() {
            return odd("is not canonical base64url without padding".into(), encoded.as_bytes());
        }
        let mut memory = Memory::for_limits(limits.values_max, u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        let mut scratch = memory.scratch();
        let parsed = match json::parse(&bytes, limits, &mut scratch) {
            Ok(parsed) => parsed,
            Err(refusal) => return odd(format!("is not strict JSON ({})", refusal.reason), &bytes),
        };
        let root = Document::new(&bytes, &scratch, parsed).root();
        if root.kind() != Kind::Object {
            return odd("is no JSON object".into(), &bytes);
        }
        let member = |(name, value): (json::Value<'_>, json::Value<'_>)| {
            let name = String::from_utf8_lossy(name.text().unwrap_or_default()).into_owned();
            let written = match name.as_str() {
                name if KEYS.contains(&name) => "\"(not shown)\"".to_owned(),
                _ => harmless(&String::from_utf8_lossy(value.raw())),
            };
            Member { value: serde_json::from_slice(value.raw()).ok(), written, name }
        };
        Self::Object(root.members().map(member).collect())
    }

    /// The members, none when it is no object.
    pub(super) fn members(&self) -> &[Member] {
        match self {
            Self::Object(members) => members,
            Self::Odd { .. } => &[],
        }
    }

    /// A member by its exact name.
    pub(super) fn get(&self, name: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.name == name)
    }
}

/// JSON on one line, with risky characters of its strings as `\u` escapes.
fn harmless(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            // in strict JSON they stand between values alone
            '\n' | '\r' | '\t' => out.push(' '),
            _ if is_risky(character) => {
                out.extend(character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
            }
            _ => out.push(character),
        }
    }
    out
}

/// JSON that [`harmless`] wrote, its objects and lists broken into lines behind `indent` spaces when it is long.
pub(super) fn pretty(json: &str, indent: usize) -> String {
    const LONG: usize = 80;
    if json.len() <= LONG || !json.starts_with(['{', '[']) {
        return json.to_owned();
    }
    let mut out = String::new();
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent + 2 * depth));
    };
    for character in json.chars() {
        if quoted {
            out.push(character);
            quoted = escaped || character != '"';
            escaped = !escaped && character == '\\';
            continue;
        }
        match character {
            '{' | '[' => {
                depth += 1;
                out.push(character);
                line(&mut out, depth);
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(character);
            }
            ',' => {
                out.push(',');
                line(&mut out, depth);
            }
            ':' => out += ": ",
            ' ' => {}
            _ => {
                quoted = character == '"';
                out.push(character);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_made_harmless_and_stays_the_same_json() {
        let json = "{\"a\u{202e}\": [1,\n\t2.50], \"b\u{e0041}\": \"\u{7f}ñ\\n\"}";
        let shown = harmless(json);
        assert_eq!(shown, r#"{"a\u202e": [1,  2.50], "b\udb40\udc41": "\u007fñ\n"}"#);
        let same = |text: &str| serde_json::from_str::<Value>(text).ok();
        assert_eq!(same(&shown), same(json));
    }

    #[test]
    fn long_values_are_broken_and_stay_the_same() {
        let json = format!(r#"{{"a": [1, "x, {{y}}: \"[", {{}}], "b": "\\", "c": "{}"}}"#, "z".repeat(80));
        let shown = pretty(&json, 2);
        assert!(shown.starts_with("{\n    \"a\": [\n      1,\n      \"x, {y}: \\\"[\",\n"), "{shown}");
        let same = |text: &str| serde_json::from_str::<Value>(text).ok();
        assert!(same(&shown) == same(&json) && same(&json).is_some());
        assert_eq!(pretty("[1, 2]", 2), "[1, 2]");
    }
}
