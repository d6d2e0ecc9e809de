//! Names of a stranger inside of a TOML document (TOML 1.0), and inside of its comments.

use serde_json::Value as Json;

use crate::check::text::is_risky;

/// A key: bare where that is possible.
pub(crate) fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if bare { name.to_owned() } else { string(name) }
}

/// A basic string. Whatever could end it, break the line or hide is an escape.
pub(crate) fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            character if is_risky(character) => match u32::from(character) {
                short @ 0..=0xFFFF => out.push_str(&format!("\\u{short:04X}")),
                long => out.push_str(&format!("\\U{long:08X}")),
            },
            character => out.push(character),
        }
    }
    out.push('"');
    out
}

/// A JSON value on one line; none where TOML can't hold it: `null`, integers of more than 64 bits. Its nesting is bounded by who
/// read it.
pub(crate) fn inline(value: &Json) -> Option<String> {
    Some(match value {
        Json::Null => return None,
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => integer.to_string(),
            // `{:?}` keeps the point by which TOML tells a float
            (None, Some(float)) if number.is_f64() && float.is_finite() => format!("{float:?}"),
            _ => return None,
        },
        Json::String(text) => string(text),
        Json::Array(list) => {
            let elements: Option<Vec<_>> = list.iter().map(inline).collect();
            format!("[{}]", elements?.join(", "))
        }
        Json::Object(members) if members.is_empty() => "{}".to_owned(),
        Json::Object(members) => {
            let members: Option<Vec<_>> =
                members.iter().map(|(name, value)| Some(format!("{} = {}", key(name), inline(value)?))).collect();
            format!("{{ {} }}", members?.join(", "))
        }
    })
}

/// The first line of a text, at most `max` characters of it, without anything that could leave a comment.
pub(crate) fn remark(text: &str, max: usize) -> String {
    let line = text.trim().split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).next().unwrap_or_default();
    let mut plain = line.chars().filter(|character| !is_risky(*character));
    let mut remark: String = plain.by_ref().take(max).collect();
    if plain.next().is_some() {
        remark.pop();
        remark.push('…');
    }
    remark.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out() {
        assert_eq!(key("echo-1_x"), "echo-1_x");
        assert_eq!(key("a.b"), "\"a.b\"");
        assert_eq!(key(""), "\"\"");
        assert_eq!(key("x\"]\npermission = \"y"), r#""x\"]\npermission = \"y""#);
        assert_eq!(string("\u{0}\u{1b}\u{7f}\u{202e}\u{e0041}\\ñ"), r#""\u0000\u001B\u007F\u202E\U000E0041\\ñ""#);
    }

    #[test]
    fn json_becomes_one_line() -> Result<(), serde_json::Error> {
        for (json, toml) in [
            (r#"{"a b":[1,-2.5,1e300,true,"x\n"],"c":{}}"#, Some(r#"{ "a b" = [1, -2.5, 1e300, true, "x\n"], c = {} }"#)),
            (r#"[1.0]"#, Some("[1.0]")),
            (r#"{"a":null}"#, None),
            ("[18446744073709551615]", None),
        ] {
            assert_eq!(inline(&serde_json::from_str(json)?).as_deref(), toml);
        }
        Ok(())
    }

    #[test]
    fn remarks_are_one_line() {
        assert_eq!(remark("\n  Says\u{1b} it.\r\n[tools.evil]", 100), "Says it.");
        assert_eq!(remark("abcdef", 4), "abc…");
        assert_eq!(remark("abcd", 4), "abcd");
    }
}
