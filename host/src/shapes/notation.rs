//! The notation of the files that describe messages, close to that of the TypeScript types which the specification is written in.
//!
//! ```text
//! Name = Type                      one definition; it goes on until the next one
//! Name                             a type that is defined in the file
//! string integer number boolean object null any
//! string<uri>                      a string of a format
//! number(0..1)   integer(0..)      bounds, both inclusive
//! "tools/call"   -32602            exactly this value
//! "none" | "auto"                  one of these texts
//! A | B          A & B             one of several types; all of them (binds tighter)
//! [Type]         [Type; ..100]     an array; one of at most so many
//! { a: Type, b?: Type, *: Type }   an object: `a` has to be there, `b` may, any other member is of the last type
//! # …                              a comment, to the end of the line
//! ```

use std::{iter::Peekable, vec::IntoIter};

use serde_json::{Map, Value, json};

/// The definitions of a file, as schemas by name; or where a word stands that was not expected.
pub(super) fn read(text: &str) -> Result<Map<String, Value>, String> {
    let mut reader = Reader { words: words(text).into_iter().peekable() };
    let mut definitions = Map::new();
    while let Some(name) = reader.words.next() {
        let read = reader.expect("=").and_then(|()| reader.union());
        let schema = read.map_err(|word| format!("`{word}` in {name}"))?;
        definitions.insert(name, schema);
    }
    Ok(definitions)
}

/// Names, numbers, quoted texts (with their first quote), and single signs.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for line in text.lines() {
        let mut rest = line.trim_start();
        while !rest.is_empty() && !rest.starts_with('#') {
            let len = match rest.strip_prefix('"') {
                // the closing quote is no part of the word
                Some(quoted) => 1 + quoted.find('"').unwrap_or(quoted.len()),
                None => rest.find(|c: char| !(c.is_alphanumeric() || "_-".contains(c))).unwrap_or(rest.len()).max(1),
            };
            let (word, after) = rest.split_at(len);
            words.push(word.to_owned());
            rest = if word.starts_with('"') { after.get(1..).unwrap_or("") } else { after }.trim_start();
        }
    }
    words
}

struct Reader {
    words: Peekable<IntoIter<String>>,
}

/// A schema, or the word that stands where none can begin.
type Read = Result<Value, String>;

impl Reader {
    fn next(&mut self) -> String {
        self.words.next().unwrap_or_default()
    }

    fn takes(&mut self, word: &str) -> bool {
        self.words.next_if(|next| next == word).is_some()
    }

    fn expect(&mut self, word: &str) -> Result<(), String> {
        let next = self.next();
        if next == word { Ok(()) } else { Err(next) }
    }

    /// One type or several between bars: texts become an enumeration, plain types a list, all else `anyOf`.
    fn union(&mut self) -> Read {
        let mut all = vec![self.intersection()?];
        while self.takes("|") {
            all.push(self.intersection()?);
        }
        if all.len() == 1 {
            return Ok(all.remove(0));
        }
        let only = |key: &str, schema: &Value| {
            Some(schema.get(key)?.clone()).filter(|_| schema.as_object().is_some_and(|o| o.len() == 1))
        };
        let constants = all.iter().map(|schema| schema.get("const").cloned());
        if let Some(values) = constants.collect::<Option<Vec<_>>>() {
            return Ok(json!({ "type": "string", "enum": values }));
        }
        match all.iter().map(|schema| only("type", schema)).collect::<Option<Vec<_>>>() {
            Some(types) => Ok(json!({ "type": types })),
            None => Ok(json!({ "anyOf": all })),
        }
    }

    fn intersection(&mut self) -> Read {
        let mut all = vec![self.one()?];
        while self.takes("&") {
            all.push(self.one()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { json!({ "allOf": all }) })
    }

    fn one(&mut self) -> Read {
        let word = self.next();
        match word.as_str() {
            "{" => self.object(),
            "[" => self.array(),
            "any" => Ok(json!({})),
            "string" if self.takes("<") => {
                let format = self.next();
                self.expect(">")?;
                Ok(json!({ "type": "string", "format": format }))
            }
            "number" | "integer" if self.takes("(") => self.bounds(&word),
            "string" | "number" | "integer" | "boolean" | "object" | "null" => Ok(json!({ "type": word })),
            _ => self.value_or_name(word),
        }
    }

    /// A quoted text, a number, or the name of a definition.
    fn value_or_name(&mut self, word: String) -> Read {
        if let Some(text) = word.strip_prefix('"') {
            return Ok(json!({ "type": "string", "const": text }));
        }
        if let Ok(number) = word.parse::<i64>() {
            return Ok(json!({ "type": "integer", "const": number }));
        }
        if word.starts_with(char::is_uppercase) { Ok(json!({ "$ref": format!("#/$defs/{word}") })) } else { Err(word) }
    }

    /// After `number(`.
    fn bounds(&mut self, kind: &str) -> Read {
        let mut schema = json!({ "type": kind });
        if !self.takes(".") {
            schema["minimum"] = self.number()?;
            self.expect(".")?;
        }
        self.expect(".")?;
        if !self.takes(")") {
            schema["maximum"] = self.number()?;
            self.expect(")")?;
        }
        Ok(schema)
    }

    fn number(&mut self) -> Read {
        let word = self.next();
        word.parse::<i64>().map(Value::from).map_err(|_| word)
    }

    /// After `[`.
    fn array(&mut self) -> Read {
        let mut schema = json!({ "type": "array", "items": self.union()? });
        if self.takes(";") {
            self.expect(".")?;
            self.expect(".")?;
            schema["maxItems"] = self.number()?;
        }
        self.expect("]")?;
        Ok(schema)
    }

    /// After `{`.
    fn object(&mut self) -> Read {
        let (mut properties, mut required, mut others) = (Map::new(), Vec::new(), None);
        loop {
            let name = self.next();
            let optional = self.takes("?");
            self.expect(":")?;
            let member = self.union()?;
            if name == "*" {
                others = Some(member);
            } else {
                let name = name.strip_prefix('"').unwrap_or(&name).to_owned();
                if !optional {
                    required.push(name.clone());
                }
                properties.insert(name, member);
            }
            if !self.takes(",") {
                break;
            }
        }
        self.expect("}")?;
        let mut schema = json!({ "type": "object" });
        if !properties.is_empty() {
            schema["properties"] = properties.into();
        }
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        if let Some(others) = others {
            schema["additionalProperties"] = others;
        }
        Ok(schema)
    }
}
