//! Words that core defines: the document spells them as core does, so that there is one table of each.

use std::{borrow::Cow, fmt, hash::Hash, marker::PhantomData};

use adarga_core::{capabilities::Capabilities, keys::Algorithm, revision::Revision};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{fields::Item, words::quote};

/// A type of core whose values have names.
pub trait Vocabulary: Copy + Eq + Hash + 'static {
    /// What the published JSON Schema calls it.
    const TITLE: &'static str;
    /// All names, in the order in which people are told of them.
    const NAMES: &'static [&'static str];

    /// The value of a name.
    fn named(name: &str) -> Option<Self>;
    /// The name of a value.
    fn name(self) -> &'static str;
}

/// A value of such a type as it stands in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Word<T>(pub T);

impl<'de, T: Vocabulary> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WordVisitor<T>(PhantomData<T>);

        impl<'de, T: Vocabulary> de::Visitor<'de> for WordVisitor<T> {
            type Value = Word<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_enum<A: de::EnumAccess<'de>>(self, access: A) -> Result<Word<T>, A::Error> {
                let (name, variant) = access.variant::<String>()?;
                de::VariantAccess::unit_variant(variant)?;
                T::named(&name).map(Word).ok_or_else(|| de::Error::unknown_variant(&name, T::NAMES))
            }
        }

        deserializer.deserialize_enum(T::TITLE, T::NAMES, WordVisitor(PhantomData))
    }
}

impl<T: Vocabulary> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl<T: Vocabulary> Item for Word<T> {
    fn shown(&self) -> String {
        quote(self.0.name())
    }
}

impl<T: Vocabulary> JsonSchema for Word<T> {
    fn schema_name() -> Cow<'static, str> {
        T::TITLE.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": T::NAMES })
    }
}

const REVISIONS: [&str; Revision::ALL.len()] = {
    let mut names = [""; Revision::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = Revision::ALL[at].name();
        at += 1;
    }
    names
};

impl Vocabulary for Revision {
    const TITLE: &'static str = "Revision";
    const NAMES: &'static [&'static str] = &REVISIONS;

    fn named(name: &str) -> Option<Self> {
        Self::from_name(name.as_bytes())
    }

    fn name(self) -> &'static str {
        Revision::name(self)
    }
}

const CAPABILITIES: [&str; Capabilities::ALL.len()] = {
    let mut names = [""; Capabilities::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = Capabilities::ALL[at].0;
        at += 1;
    }
    names
};

impl Vocabulary for Capabilities {
    const TITLE: &'static str = "Capability";
    const NAMES: &'static [&'static str] = &CAPABILITIES;

    fn named(name: &str) -> Option<Self> {
        Self::from_name(name)
    }

    fn name(self) -> &'static str {
        self.names().next().unwrap_or_default()
    }
}

const ALGORITHMS: [&str; Algorithm::ALL.len()] = {
    let mut names = [""; Algorithm::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = Algorithm::ALL[at].name();
        at += 1;
    }
    names
};

impl Vocabulary for Algorithm {
    const TITLE: &'static str = "Algorithm";
    const NAMES: &'static [&'static str] = &ALGORITHMS;

    fn named(name: &str) -> Option<Self> {
        Self::from_name(name.as_bytes())
    }

    fn name(self) -> &'static str {
        Algorithm::name(self)
    }
}
