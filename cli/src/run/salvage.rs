//! Which request an answer belongs to that no strict parser reads: its request gets an error at once instead of waiting.
//!
//! Invariant: nothing but the id is taken from such a line.

use crate::id::Id;

/// The id of a line that looks like one whole response: an object with one plain `id` and no `method` at its top. What the values
/// are is not looked at, so NaN or a thousand brackets do no harm.
pub(crate) fn answered(line: &[u8]) -> Option<Id> {
    let inside = line.trim_ascii().strip_prefix(b"{")?.strip_suffix(b"}")?;
    let (mut id, mut answers) = (None, false);
    for member in members(inside) {
        let (key, value) = member?;
        match key {
            b"id" if id.is_some() => return None,
            b"id" => id = Some(Id::raw(value)?),
            b"result" | b"error" => answers = true,
            b"jsonrpc" => {}
            // a method, or what a reader may take for one
            _ => return None,
        }
    }
    id.filter(|_| answers)
}

/// Keys and values at the top of an object, as they stand; `None` for what is no member.
fn members(inside: &[u8]) -> impl Iterator<Item = Option<(&[u8], &[u8])>> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let split = inside.split(move |&byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth = depth.saturating_add(1),
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        byte == b',' && depth == 0 && !quoted
    });
    split.map(|member| {
        let rest = member.trim_ascii().strip_prefix(b"\"")?;
        let end = rest.iter().position(|&byte| byte == b'"')?;
        let (key, value) = rest.split_at_checked(end)?;
        let value = value.strip_prefix(b"\"")?.trim_ascii_start().strip_prefix(b":")?;
        Some((key, value.trim_ascii()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_request_of_what_no_one_can_read() {
        let deep = format!(r#"{{"jsonrpc":"2.0","id":7,"result":{}}}"#, "[".repeat(9) + &"]".repeat(9));
        let seven = [r#"{"jsonrpc":"2.0","id":7,"result":{"a":NaN,"id":[8]}}"#, r#" {"result":"\",{" , "id" : 7 } "#, &deep];
        for line in seven {
            assert_eq!(answered(line.as_bytes()), Some(Id::Number(7)), "{line}");
        }
        assert_eq!(answered(br#"{"error":{},"id":"a\u0062"}"#), Some(Id::Text(b"ab".to_vec())));
        let none = [
            r#"{"id":7,"id":7,"result":0}"#,
            r#"{"id":7,"method":"ping","result":0}"#,
            r#"{"id":7,"m\u0065thod":"ping","result":0}"#,
            r#"{"id":7}"#,
            r#"{"id":7,"result":0"#,
            r#"{"id":null,"result":0}"#,
            r#"{"id":7.0,"result":0}"#,
            r#"[{"id":7,"result":0}]"#,
            r#"{"id":7,"result":0},"#,
        ];
        for line in none {
            assert_eq!(answered(line.as_bytes()), None, "{line}");
        }
    }
}
