//! The notation of `shapes.txt`, read into JSON Schema.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// A type as it is written, and the schema that it means.
type Result<T> = core::result::Result<T, String>;

/// The types of one revision by name, as JSON Schema whose references are `#/$defs/Name`; nothing when the table has no such revision.
pub(super) fn types(table: &str, revision: &str) -> Result<Option<Map<String, Value>>> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut last = None;
    let (mut within, mut found) = (false, false);
    for line in table.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        if let Some(name) = line.strip_prefix("== ") {
            if found {
                break;
            }
            found = name == revision;
            within = true;
        } else if let Some(name) = line.strip_prefix("- ") {
            texts.remove(name).ok_or_else(|| format!("`{name}` is gone twice"))?;
        } else if let Some((name, text)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
            texts.insert(name.to_owned(), text.to_owned());
            last = Some(name.to_owned());
        } else if let Some(text) = last.as_ref().and_then(|name| texts.get_mut(name)).filter(|_| within) {
            // a line that goes on
            text.push_str(line);
        } else {
            return Err(format!("`{line}` is no type"));
        }
    }
    if !found {
        return Ok(None);
    }
    let read = |(name, text): (&String, &String)| match schema(text) {
        Ok(schema) => Ok((name.clone(), schema)),
        Err(flaw) => Err(format!("`{name}`: {flaw}")),
    };
    texts.iter().map(read).collect::<Result<_>>().map(Some)
}

/// The schema of one type.
fn schema(text: &str) -> Result<Value> {
    let mut reader = Reader { rest: text };
    let schema = reader.union()?;
    if reader.rest.trim().is_empty() { Ok(schema) } else { Err(format!("`{}` is left over", reader.rest)) }
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn take(&mut self, token: char) -> bool {
        let rest = self.rest.trim_start().strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, token: char) -> Result<()> {
        if self.take(token) { Ok(()) } else { Err(format!("no `{token}` before `{}`", self.rest)) }
    }

    /// A word, a number or a quoted text, as it stands.
    fn word(&mut self) -> Result<&'t str> {
        let text = self.rest.trim_start();
        let end = match text.strip_prefix('"') {
            Some(inner) => inner.find('"').map(|end| end + 2),
            None => text.find(|c: char| !(c.is_alphanumeric() || "_$-".contains(c))).or(Some(text.len())),
        };
        let (word, rest) = text.split_at(end.unwrap_or(0));
        self.rest = rest;
        if word.is_empty() { Err(format!("no word before `{text}`")) } else { Ok(word) }
    }

    fn union(&mut self) -> Result<Value> {
        let mut list = vec![self.intersection()?];
        while self.take('|') {
            list.push(self.intersection()?);
        }
        let all = |keyword: &str| {
            let alone = |value: &Value| value.as_object().filter(|object| object.len() == 1)?.get(keyword).cloned();
            list.iter().map(alone).collect::<Option<Vec<_>>>()
        };
        Ok(match (list.len(), all("const"), all("type")) {
            (1, ..) => list.remove(0),
            (_, Some(values), _) => json!({ "enum": values }),
            (_, _, Some(types)) => json!({ "type": types }),
            _ => json!({ "anyOf": list }),
        })
    }

    fn intersection(&mut self) -> Result<Value> {
        let mut list = vec![self.atom()?];
        while self.take('&') {
            list.push(self.atom()?);
        }
        Ok(if list.len() == 1 { list.remove(0) } else { json!({ "allOf": list }) })
    }

    fn atom(&mut self) -> Result<Value> {
        if self.take('(') {
            let inner = self.union()?;
            return self.expect(')').map(|()| inner);
        }
        if self.take('{') {
            return self.object();
        }
        if self.take('[') {
            let items = self.union()?;
            self.expect(']')?;
            return self.bounded(json!({ "type": "array", "items": items }), "minItems", "maxItems");
        }
        match self.word()? {
            "any" => Ok(json!({})),
            word @ ("integer" | "number") => self.bounded(json!({ "type": word }), "minimum", "maximum"),
            word @ ("string" | "boolean" | "null" | "object") => Ok(json!({ "type": word })),
            word if word.starts_with(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) => {
                let value: Value = serde_json::from_str(word).map_err(|_| format!("`{word}` is no value"))?;
                Ok(json!({ "const": value }))
            }
            name => Ok(json!({ "$ref": format!("#/$defs/{name}") })),
        }
    }

    /// `(0..1)` behind a type, if it stands there.
    fn bounded(&mut self, mut schema: Value, min: &str, max: &str) -> Result<Value> {
        if !self.rest.starts_with('(') {
            return Ok(schema);
        }
        let (bounds, rest) = self.rest[1..].split_once(')').ok_or("bounds without end")?;
        self.rest = rest;
        let (low, high) = bounds.split_once("..").ok_or("bounds without `..`")?;
        for (keyword, bound) in [(min, low), (max, high)] {
            if !bound.is_empty() {
                schema[keyword] = serde_json::from_str(bound).map_err(|_| format!("`{bound}` is no bound"))?;
            }
        }
        Ok(schema)
    }

    /// What stands behind `{`.
    fn object(&mut self) -> Result<Value> {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        let mut schema = json!({ "type": "object" });
        loop {
            if self.take('*') {
                self.expect(':')?;
                schema["additionalProperties"] = self.union()?;
            } else {
                let name = self.word()?.trim_matches('"').to_owned();
                if !self.take('?') {
                    required.push(name.clone());
                }
                self.expect(':')?;
                properties.insert(name, self.union()?);
            }
            if self.take('}') {
                break;
            }
            self.expect(',')?;
        }
        if !properties.is_empty() {
            schema["properties"] = properties.into();
        }
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        Ok(schema)
    }
}
