//! Request ids as JSON-RPC compares them: `"a"` and `"\u0061"` are one.

use adarga_core::json::{Integer, Value};

/// What an id means, however it was spelled.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Id {
    Text(Vec<u8>),
    Number(i64),
}

impl Id {
    /// Reads an id on the tape.
    pub(crate) fn read(id: Value<'_>) -> Option<Self> {
        let text = id.text().map(|text| Self::Text(text.to_vec()));
        text.or_else(|| id.integer().map(|number| Self::Number(number.get())))
    }

    /// The id of a message.
    pub(crate) fn of(message: Value<'_>) -> Option<Self> {
        Self::read(message.get(b"id")?)
    }

    /// Reads an id as it stood in a message that the strict tokenizer has accepted.
    pub(crate) fn raw(raw: &[u8]) -> Option<Self> {
        match raw {
            [b'"', ..] => serde_json::from_slice::<String>(raw).ok().map(|text| Self::Text(text.into_bytes())),
            _ => Integer::read(raw).map(|integer| Self::Number(integer.get())),
        }
    }
}
