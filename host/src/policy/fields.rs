//! How fields are read where a plain type says too little: bounded numbers, texts that are not empty, lists without duplicates,
//! and tables that keep their order.
//!
//! Lists and tables go on after an element that fails, so that one round of [`faults`](super::faults) finds them all.

use std::{collections::HashSet, fmt, hash::Hash, marker::PhantomData};

use indexmap::IndexMap;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor},
};

use super::{error::Complaint, words::quote};

/// An integer of `MIN` to `MAX`.
pub(super) fn ranged<'de, D, T, const MIN: i64, const MAX: i64>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64>,
{
    let number = i64::deserialize(deserializer)?;
    let value = if (MIN..=MAX).contains(&number) { T::try_from(number).ok() } else { None };
    value.ok_or_else(|| D::Error::custom(Complaint::new(format!("`{number}` is out of range"), format!("write {MIN} to {MAX}"))))
}

/// As [`ranged`], for a field that may be left out.
pub(super) fn ranged_if_any<'de, D, T, const MIN: i64, const MAX: i64>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64>,
{
    ranged::<D, T, MIN, MAX>(deserializer).map(Some)
}

/// A text of 1 to `MAX` characters.
pub(super) fn text<'de, D: Deserializer<'de>, const MAX: usize>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.check().map_err(D::Error::custom)?;
    let length = text.chars().count();
    if length > MAX {
        let message = format!("a text of {length} characters is too long");
        return Err(D::Error::custom(Complaint::new(message, format!("write at most {MAX}"))));
    }
    Ok(text)
}

/// As [`text`], for a field that may be left out.
pub(super) fn text_if_any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    text::<D, 1024>(deserializer).map(Some)
}

/// A value that a list holds at most once.
pub(super) trait Item: Clone + Eq + Hash {
    /// How a message names it.
    fn shown(&self) -> String;

    /// What is wrong with it by itself.
    fn check(&self) -> Result<(), Complaint> {
        Ok(())
    }
}

impl Item for String {
    fn shown(&self) -> String {
        quote(self)
    }

    fn check(&self) -> Result<(), Complaint> {
        if self.is_empty() { Err(Complaint::new("an empty text", "fill it in")) } else { Ok(()) }
    }
}

/// A list of distinct items.
pub(super) fn set<'de, D: Deserializer<'de>, T: Item + Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Set::deserialize(deserializer).map(|set| set.0)
}

/// As [`set`], but not empty.
pub(super) fn filled_set<'de, D: Deserializer<'de>, T: Item + Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    filled(set(deserializer)?).map_err(D::Error::custom)
}

/// Refuses an empty list.
pub(super) fn filled<T>(list: Vec<T>) -> Result<Vec<T>, Complaint> {
    if list.is_empty() { Err(Complaint::new("an empty list", "name at least one or leave the key out")) } else { Ok(list) }
}

/// A list of distinct items that may be written as one item alone.
pub(super) fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    filled(deserializer.deserialize_any(SetVisitor::<String>(PhantomData))?).map_err(D::Error::custom)
}

/// A list of whatever `T` is.
pub(super) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    struct ListVisitor<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<Vec<T>, A::Error> {
            drain(access, |access| access.next_element())
        }
    }

    deserializer.deserialize_seq(ListVisitor(PhantomData))
}

/// A table of names, in the order of the document. No name is empty.
pub(super) fn table<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<IndexMap<String, T>, D::Error> {
    deserializer.deserialize_map(TableVisitor(PhantomData))
}

/// A table of names, each with a list of distinct texts.
pub(super) fn table_of_sets<'de, D: Deserializer<'de>>(deserializer: D) -> Result<IndexMap<String, Vec<String>>, D::Error> {
    let sets: IndexMap<String, Set<String>> = table(deserializer)?;
    Ok(sets.into_iter().map(|(name, set)| (name, set.0)).collect())
}

/// Takes elements until there are none, past those that fail; the first failure is the result.
fn drain<A, T, E>(mut access: A, mut next: impl FnMut(&mut A) -> Result<Option<T>, E>) -> Result<Vec<T>, E> {
    let mut elements = Vec::new();
    let mut failure = None;
    loop {
        match next(&mut access) {
            Ok(Some(element)) => elements.push(element),
            Ok(None) => break,
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    failure.map_or(Ok(elements), Err)
}

struct Set<T>(Vec<T>);

impl<'de, T: Item + Deserialize<'de>> Deserialize<'de> for Set<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(SetVisitor(PhantomData)).map(Self)
    }
}

struct SetVisitor<T>(PhantomData<T>);

impl<'de, T: Item + Deserialize<'de>> Visitor<'de> for SetVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or an array of strings")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Vec<T>, E> {
        let item = T::deserialize(serde::de::value::StrDeserializer::<E>::new(text))?;
        item.check().map_err(E::custom)?;
        Ok(vec![item])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<Vec<T>, A::Error> {
        let mut seen = HashSet::new();
        drain(access, |access| access.next_element_seed(Distinct(&mut seen)))
    }
}

/// Checks an item inside the place where it stands, so that the complaint points at the item and not at its list.
struct Distinct<'s, T>(&'s mut HashSet<T>);

impl<'de, T: Item + Deserialize<'de>> DeserializeSeed<'de> for Distinct<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        let item = T::deserialize(deserializer)?;
        item.check().map_err(D::Error::custom)?;
        if !self.0.insert(item.clone()) {
            return Err(D::Error::custom(Complaint::new(
                format!("{} for the second time", item.shown()),
                "remove one of the two",
            )));
        }
        Ok(item)
    }
}

struct TableVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for TableVisitor<T> {
    type Value = IndexMap<String, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<IndexMap<String, T>, A::Error> {
        let entries = drain(access, |access| match access.next_key_seed(Name)? {
            Some(name) => access.next_value().map(|value| Some((name, value))),
            None => Ok(None),
        })?;
        Ok(entries.into_iter().collect())
    }
}

/// A key that is not empty.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        let name = String::deserialize(deserializer)?;
        if name.is_empty() {
            return Err(D::Error::custom(Complaint::new("an empty name", "")));
        }
        Ok(name)
    }
}
