//! Tree to types: a serde deserializer that knows where everything stands.
//!
//! Invariant: nothing unknown is skipped silently. A key that a struct does not declare is recorded as a fault whether or not its
//! type says `deny_unknown_fields`.

use std::fmt;

use serde::de::{self, DeserializeSeed, Unexpected, Visitor, value::StrDeserializer};

use super::{
    error::{Complaint, Fault},
    faults::Faults,
    reserved,
    trail::Trail,
    tree::{Dotted, Entry, Node, Step, Value},
    words::{all_of, one_of, quote, suggest},
};

/// Why reading stopped.
#[derive(Debug)]
pub(super) enum Error {
    /// Said by a visitor; its place is known one level up.
    Complaint(Complaint),
    /// A struct misses a field that it cannot do without.
    Missing(&'static str),
    /// The fault is recorded, and another round without it may find more.
    Again,
    /// The fault was recorded in an earlier round.
    Known,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complaint(complaint) => complaint.fmt(f),
            Self::Missing(field) => write!(f, "missing key `{field}`"),
            Self::Again | Self::Known => f.write_str("recorded"),
        }
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Complaint(Complaint::read(&message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let found = match found {
            Unexpected::Bool(_) => "a boolean",
            Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an integer",
            Unexpected::Float(_) => "a float",
            Unexpected::Str(_) => "a string",
            Unexpected::Seq => "an array",
            Unexpected::Map => "a table",
            _ => "something else",
        };
        Self::custom(format_args!("expected {expected}, found {found}"))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }

    /// Where a table is one of several shapes; elsewhere the reader itself finds such keys.
    fn unknown_field(field: &str, fields: &'static [&'static str]) -> Self {
        let remedy = format!("known keys here are {}", all_of(fields));
        Self::Complaint(Complaint::new(format!("unknown key {}", quote(field)), remedy))
    }
}

/// Reads one node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'r> {
    node: &'r Node,
    trail: Trail<'r>,
    faults: &'r Faults,
}

impl<'r> Reader<'r> {
    pub(super) fn new(node: &'r Node, trail: Trail<'r>, faults: &'r Faults) -> Self {
        Self { node, trail, faults }
    }

    fn expected(&self, what: &str) -> Error {
        Error::Complaint(Complaint::new(format!("expected {what}, found {}", self.node.kind()), ""))
    }

    fn text(&self) -> Result<&'r str, Error> {
        match &self.node.value {
            Value::String(text) => Ok(text),
            _ => Err(self.expected("a string")),
        }
    }

    fn members(&self, entries: &'r [Entry], fields: Option<&'static [&'static str]>) -> Members<'r> {
        Members { reader: *self, entries: entries.iter(), fields, entry: None }
    }

    fn elements(&self, elements: &'r [Node]) -> Elements<'r> {
        Elements { reader: *self, elements: elements.iter().enumerate() }
    }

    /// Records every key that is not among `fields`.
    fn refuse_unknown(&self, entries: &'r [Entry], fields: &'static [&'static str]) {
        for entry in entries.iter().filter(|entry| !fields.contains(&entry.key.as_str())) {
            self.faults.record(&entry.node, || self.unknown(entry, fields));
        }
    }

    fn unknown(&self, entry: &Entry, fields: &'static [&'static str]) -> Fault {
        let mut steps = self.trail.steps();
        let table = if steps.is_empty() { String::new() } else { format!(" in `{}`", Dotted(&steps)) };
        let (message, remedy) = if reserved::is_reserved(&steps, &entry.key) {
            let name = if steps.is_empty() { format!("[{}]", entry.key) } else { entry.key.clone() };
            (format!("`{name}`{table} is not enforced by this version"), reserved::REMEDY.to_owned())
        } else {
            let remedy = match suggest(&entry.key, fields.iter().copied()) {
                Some(field) => format!("did you mean `{field}`?"),
                None => format!("known keys here are {}", all_of(fields)),
            };
            (format!("unknown key {}{table}", quote(&entry.key)), remedy)
        };
        steps.push(Step::Key(&entry.key));
        Fault { span: entry.key_span.clone(), path: Dotted(&steps).to_string(), message, remedy: Some(remedy) }
    }

    /// What to make of a missing field: nothing when its key stands there and was refused, rightly spelt or not.
    fn missing(&self, entries: &[Entry], fields: &'static [&'static str], field: &'static str) -> Error {
        let meant = |entry: &Entry| {
            entry.key == field
                || (!fields.contains(&entry.key.as_str()) && suggest(&entry.key, fields.iter().copied()) == Some(field))
        };
        if entries.iter().any(meant) {
            return Error::Known;
        }
        self.faults.record(self.node, || {
            let (message, remedy) = match field {
                "server" => (String::from("missing table `[server]`"), "it holds at least the `name` of the server"),
                field => (format!("missing key `{field}`"), remedy_of_missing(field)),
            };
            self.trail.fault(self.node.span.clone(), Complaint::new(message, remedy))
        })
    }
}

pub(super) fn remedy_of_missing(field: &str) -> &'static str {
    match field {
        "name" => "name the server: its name stands in the image and in the audit file",
        "permission" => "say which permission a role must hold, such as `read:content`",
        "file" => "name the file, such as `/var/log/adarga/audit.jsonl` or `/etc/adarga/server.vault`",
        "key" => {
            "say where it lies, such as `{ file = \"audit.key\" }`: `adarga audit key` makes that of a trail, `adarga secrets init` that of a vault"
        }
        "directory" => "name the directory, such as `/srv/docs`",
        _ => "",
    }
}

impl<'de> de::Deserializer<'de> for Reader<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.value {
            Value::Table(entries) => visitor.visit_map(self.members(entries, None)),
            Value::Array(elements) => visitor.visit_seq(self.elements(elements)),
            Value::String(text) => visitor.visit_str(text),
            Value::Integer(number) => visitor.visit_i64(*number),
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Bool(value) => visitor.visit_bool(*value),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node.value {
            Value::Bool(value) => visitor.visit_bool(value),
            _ => Err(self.expected("`true` or `false`")),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node.value {
            Value::Integer(number) => visitor.visit_i64(number),
            _ => Err(self.expected("an integer")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.value {
            Value::Array(elements) => visitor.visit_seq(self.elements(elements)),
            _ => Err(self.expected("an array")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.value {
            Value::Table(entries) => visitor.visit_map(self.members(entries, None)),
            _ => Err(self.expected("a table")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let Value::Table(entries) = &self.node.value else {
            // the type says what it is made of: `#[serde(expecting = "…")]`
            let expected: &dyn de::Expected = &visitor;
            return Err(self.expected(&expected.to_string()));
        };
        self.refuse_unknown(entries, fields);
        visitor.visit_map(self.members(entries, Some(fields))).map_err(|error| match error {
            Error::Missing(field) => self.missing(entries, fields, field),
            error => error,
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let text = self.text()?;
        if variants.contains(&text) {
            return visitor.visit_enum(StrDeserializer::new(text));
        }
        let remedy = match suggest(text, variants.iter().copied()) {
            Some(variant) => format!("did you mean `{variant}`?"),
            None => format!("write {}", one_of(variants)),
        };
        Err(Error::Complaint(Complaint::new(format!("unknown value {}", quote(text)), remedy)))
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
        ignored_any
    }
}

/// The members of a table that are worth reading.
struct Members<'r> {
    reader: Reader<'r>,
    entries: std::slice::Iter<'r, Entry>,
    fields: Option<&'static [&'static str]>,
    entry: Option<&'r Entry>,
}

impl<'de> de::MapAccess<'de> for Members<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Reader { faults, trail, .. } = self.reader;
        let known = |entry: &Entry| self.fields.is_none_or(|fields| fields.contains(&entry.key.as_str()));
        self.entry = self.entries.by_ref().find(|entry| known(entry) && !faults.is_dead(&entry.node));
        let Some(entry) = self.entry else {
            return Ok(None);
        };
        seed.deserialize(StrDeserializer::new(&entry.key)).map(Some).map_err(|error: Error| match error {
            Error::Complaint(complaint) => {
                faults.record(&entry.node, || trail.fault(entry.key_span.clone(), complaint));
                Error::Again
            }
            error => faults.settle(error, &entry.node, trail),
        })
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let Reader { faults, trail, .. } = self.reader;
        let Some(entry) = self.entry.take() else {
            return Err(Error::Known);
        };
        let trail = trail.then(Step::Key(&entry.key));
        seed.deserialize(Reader { node: &entry.node, trail, faults }).map_err(|error| faults.settle(error, &entry.node, trail))
    }
}

/// The elements of an array that are worth reading.
struct Elements<'r> {
    reader: Reader<'r>,
    elements: std::iter::Enumerate<std::slice::Iter<'r, Node>>,
}

impl<'de> de::SeqAccess<'de> for Elements<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Reader { faults, trail, .. } = self.reader;
        let Some((index, node)) = self.elements.by_ref().find(|(_, node)| !faults.is_dead(node)) else {
            return Ok(None);
        };
        let trail = trail.then(Step::Index(index));
        seed.deserialize(Reader { node, trail, faults }).map(Some).map_err(|error| faults.settle(error, node, trail))
    }
}
