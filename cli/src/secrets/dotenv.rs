//! Files of `NAME=value` lines, as shells and the many readers of `.env` files have them in common.

use zeroize::Zeroizing;

/// A name and its value.
type Line = (String, Zeroizing<String>);

/// The settings of a file; otherwise the number of the first line that is none, and why.
pub(super) fn read(text: &str) -> Result<Vec<Line>, (usize, &'static str)> {
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").map_or(line, str::trim_start);
        let (name, value) = line.split_once('=').ok_or((number, "no `=`"))?;
        let name = name.trim_end();
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')) {
            return Err((number, "what stands before `=` is no name"));
        }
        let value = unquoted(value.trim()).map_err(|why| (number, why))?;
        if value.is_empty() {
            return Err((number, "an empty value"));
        }
        lines.push((name.to_owned(), value));
    }
    Ok(lines)
}

fn unquoted(value: &str) -> Result<Zeroizing<String>, &'static str> {
    let after = |rest: &str| rest.is_empty() || rest.trim_start().starts_with('#');
    match value.chars().next() {
        Some('\'') => match value[1..].split_once('\'') {
            Some((inner, rest)) if after(rest) => Ok(Zeroizing::new(inner.to_owned())),
            _ => Err("a quotation mark that does not end the value"),
        },
        Some('"') => {
            let mut out = Zeroizing::new(String::with_capacity(value.len()));
            let mut letters = value[1..].chars();
            loop {
                match letters.next() {
                    Some('"') if after(letters.as_str()) => return Ok(out),
                    Some('\\') => match letters.next() {
                        Some('n') => out.push('\n'),
                        Some('r') => out.push('\r'),
                        Some('t') => out.push('\t'),
                        Some(other @ ('"' | '\\' | '$' | '`')) => out.push(other),
                        _ => return Err("an escape that readers of such files differ about"),
                    },
                    // what a shell would put there is not known here
                    Some('$') => return Err("a `$` between double quotes: use single ones, or write `\\$`"),
                    Some(other) if other != '"' => out.push(other),
                    _ => return Err("a quotation mark that does not end the value"),
                }
            }
        }
        _ => {
            // a comment begins at a `#` behind a space
            let end = value.find(" #").unwrap_or(value.len());
            let plain = value[..end].trim_end();
            if plain.contains(['\'', '"', '`', '$', '\\']) {
                return Err("a character that readers of such files differ about: put the value between single quotes");
            }
            Ok(Zeroizing::new(plain.to_owned()))
        }
    }
}
