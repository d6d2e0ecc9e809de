//! JSON as the compiler reads it: numbers stay text, members keep their order, and every value has a number of its own.

use std::hash::{BuildHasher, RandomState};

use adarga_core::json::{self, Document, Kind, Limits, Scratch};
use indexmap::IndexMap;

use super::SchemaError;

/// Deepest nesting of a schema.
pub(super) const DEPTH_MAX: u16 = 128;
/// Most values and keys of one document.
const VALUES_MAX: usize = 1 << 20;

/// A value of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id(u32);

#[derive(Debug)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(String),
    String(String),
    Array(Vec<Id>),
    Object(IndexMap<String, Id>),
}

/// The values of all documents.
#[derive(Debug, Default)]
pub(super) struct Tree {
    values: Vec<Json>,
    /// What holds each value, and by which token of a JSON Pointer.
    above: Vec<Option<(Id, String)>>,
}

impl Tree {
    /// Reads a document by the strict tokenizer: duplicate members and the like are refused.
    pub(super) fn read(&mut self, text: &str) -> Result<Id, SchemaError> {
        let input = text.as_bytes();
        let values = VALUES_MAX.min(input.len() / 2 + 2);
        let limits = Limits { depth_max: DEPTH_MAX, values_max: u32::try_from(values).unwrap_or(u32::MAX) };
        let mut nodes = vec![json::Node::default(); values];
        let mut slots = vec![0; Scratch::slots_needed(limits.values_max)];
        let mut arena = vec![0; input.len()];
        let random = RandomState::new();
        let mut scratch = Scratch::new(&mut nodes, &mut slots, &mut arena, (random.hash_one(0), random.hash_one(1)));
        let parsed = json::parse(input, limits, &mut scratch).map_err(|refusal| {
            let reason = refusal.reason.row().text;
            SchemaError::new("", format!("not a schema in JSON: {reason} at byte {}", refusal.at), "")
        })?;
        Ok(self.add(Document::new(input, &scratch, parsed).root(), None))
    }

    fn add(&mut self, value: json::Value<'_>, above: Option<(Id, String)>) -> Id {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let id = Id(u32::try_from(self.values.len()).unwrap_or(u32::MAX));
        self.values.push(Json::Null);
        self.above.push(above);
        let content = match value.kind() {
            Kind::Null => Json::Null,
            Kind::Bool => Json::Bool(value.boolean() == Some(true)),
            Kind::Number => Json::Number(text(value.raw())),
            Kind::String => Json::String(text(value.text().unwrap_or_default())),
            Kind::Array => Json::Array(
                value.elements().enumerate().map(|(place, value)| self.add(value, Some((id, place.to_string())))).collect(),
            ),
            Kind::Object => {
                let member = |(key, value): (json::Value<'_>, _)| {
                    let name = text(key.text().unwrap_or_default());
                    (name.clone(), self.add(value, Some((id, name))))
                };
                Json::Object(value.members().map(member).collect())
            }
        };
        self.values[id.index()] = content;
        id
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// Forgets all values but the first ones.
    pub(super) fn truncate(&mut self, len: usize) {
        self.values.truncate(len);
        self.above.truncate(len);
    }

    pub(super) fn at(&self, id: Id) -> &Json {
        &self.values[id.index()]
    }

    pub(super) fn object(&self, id: Id) -> Option<&IndexMap<String, Id>> {
        match self.at(id) {
            Json::Object(members) => Some(members),
            _ => None,
        }
    }

    pub(super) fn text(&self, id: Id) -> Option<&str> {
        match self.at(id) {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// The member of an object.
    pub(super) fn member(&self, id: Id, name: &str) -> Option<Id> {
        self.object(id)?.get(name).copied()
    }

    /// What holds a value.
    pub(super) fn above(&self, id: Id) -> Option<Id> {
        self.above[id.index()].as_ref().map(|(above, _)| *above)
    }

    /// What one reference token leads to (RFC 6901 §4).
    pub(super) fn step(&self, id: Id, token: &str) -> Option<Id> {
        match self.at(id) {
            Json::Object(members) => members.get(token).copied(),
            Json::Array(elements) if token == "0" || !token.starts_with(['0', '+']) => {
                elements.get(token.parse::<usize>().ok()?).copied()
            }
            _ => None,
        }
    }

    /// The JSON Pointer of a value in its document.
    pub(super) fn pointer(&self, id: Id) -> String {
        let mut tokens = Vec::new();
        let mut here = id;
        while let Some((above, token)) = &self.above[here.index()] {
            tokens.push(token.replace('~', "~0").replace('/', "~1"));
            here = *above;
        }
        tokens.iter().rev().fold(String::new(), |pointer, token| pointer + "/" + token)
    }
}

impl Id {
    fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}
