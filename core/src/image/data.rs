//! The section of what no answer shows; only images of policies that hide something carry it.

use rkyv::{
    Portable,
    bytecheck::CheckBytes,
    primitive::{ArchivedU32, ArchivedU64},
    vec::ArchivedVec,
};

use crate::{
    detect::Kinds,
    json::Value,
    num,
    redact::{Mask, Name, Names, Pointed, Rules, Sealed},
};

use super::{NONE, Pointer, Policy};

/// Most JSON Pointers of one set: each is followed by itself.
pub const POINTERS_MAX: usize = 64;
/// Most names of one set: each is compared with members that begin alike.
pub const NAMES_MAX: usize = 1024;

/// What answers don't show.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Data {
    /// Names of members, set after set.
    pub names: ArchivedVec<Name>,
    /// JSON Pointers from the `result` of a message, set after set.
    pub pointers: ArchivedVec<Pointer>,
    /// What is hidden together.
    pub sets: ArchivedVec<Hidden>,
    /// What holds for every entry, and for messages of none.
    pub general: EntryData,
    /// What holds for each entry, by its id.
    pub entries: ArchivedVec<EntryData>,
    /// Whether something is sealed.
    pub seals: bool,
    /// Whether errors say nothing of how the server works.
    pub plain_errors: bool,
}

/// What is hidden together.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Hidden {
    /// Its first name, an index of [`Data::names`].
    pub first_name: ArchivedU32,
    /// How many names it has.
    pub names: ArchivedU32,
    /// How many of them, the last ones, are those of members that are sealed.
    pub names_sealed: ArchivedU32,
    /// Its first pointer, an index of [`Data::pointers`].
    pub first_pointer: ArchivedU32,
    /// How many pointers it has.
    pub pointers: ArchivedU32,
    /// How many of them, the last ones, lead to what is sealed.
    pub pointers_sealed: ArchivedU32,
    /// [`Kinds::bits`] of what is looked for in texts, low half first.
    pub kinds: [ArchivedU64; 2],
    /// What takes its place: 0 for [`Mask::Redacted`], 1 for [`Mask::LastFour`], 2 for [`Mask::Pseudonym`].
    pub mask: u8,
}

/// What is hidden in the answers to one entry. The rules of all entries and those of the entry itself may each be lifted for a caller.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct EntryData {
    /// First test of the condition that lifts its own rules, or [`NONE`].
    pub unless: ArchivedU32,
    /// Sets by the rules that hold: none, those of all entries, its own, both. What is sealed is in each. Indices of [`Data::sets`], or
    /// [`NONE`].
    pub sets: [ArchivedU32; 4],
}

/// Which rules hold in an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holds {
    /// Those of all entries.
    pub general: bool,
    /// The entry's own.
    pub own: bool,
}

impl Data {
    /// What holds for an entry; for a message of none, what holds for all.
    #[must_use]
    pub fn entry(&self, id: Option<u32>) -> &EntryData {
        id.and_then(|id| self.entries.get(num::index(id))).unwrap_or(&self.general)
    }

    /// What is hidden where these rules of an entry hold.
    #[must_use]
    pub fn hidden(&self, entry: &EntryData, holds: Holds) -> Option<&Hidden> {
        let [none, general, own, both] = &entry.sets;
        let set = match (holds.general, holds.own) {
            (false, false) => none,
            (true, false) => general,
            (false, true) => own,
            (true, true) => both,
        };
        self.sets.get(num::index(set.to_native()))
    }

    /// The names of a set.
    #[must_use]
    pub fn names_of(&self, hidden: &Hidden) -> &[Name] {
        part(&self.names, hidden.first_name, hidden.names)
    }

    /// The pointers of a set.
    #[must_use]
    pub fn pointers_of(&self, hidden: &Hidden) -> &[Pointer] {
        part(&self.pointers, hidden.first_pointer, hidden.pointers)
    }

    /// What every answer hides, lifted for nobody.
    #[must_use]
    pub fn hidden_from_all(&self) -> Option<&Hidden> {
        self.hidden(&self.general, Holds { general: true, own: false })
    }

    /// The rules of a set; of none, those that mask nothing. `pseudonym` is the key of pseudonyms, `place` the names of the policy and the
    /// record that are sealed for: without one of them, what it is needed for is `[REDACTED]`.
    #[must_use]
    pub fn rules<'r>(
        &'r self,
        hidden: Option<&'r Hidden>,
        pseudonym: Option<&'r [u8; 32]>,
        place: Option<(&'r [u8], &'r [u8])>,
    ) -> Rules<'r> {
        let Some(hidden) = hidden else { return Rules::NOTHING };
        let [low, high] = hidden.kinds.map(|half| half.to_native());
        let mask = match (hidden.mask, pseudonym) {
            (1, _) => Mask::LastFour,
            (2, Some(key)) => Mask::Pseudonym(key),
            _ => Mask::Redacted,
        };
        let whole = self.names_of(hidden);
        let all = Names::new(whole);
        let masked = whole.len().saturating_sub(num::index(hidden.names_sealed.to_native()));
        let (names, sealed) = match whole.split_at_checked(masked) {
            Some((masked, sealed)) if hidden.seals() => {
                (Names::new(masked), Some(Sealed { names: Names::new(sealed), all, place }))
            }
            _ => (all, None),
        };
        Rules { names, kinds: Kinds::from_bits(low, high), mask, sealed, workings: false }
    }

    /// Where on the tape the pointers of a set lead to from the `result` of a message.
    pub fn places<'t>(&'t self, hidden: Option<&Hidden>, result: Value<'t>) -> impl ExactSizeIterator<Item = Option<Pointed>> {
        let pointers = hidden.map(|hidden| self.pointers_of(hidden)).unwrap_or_default();
        let sealed = hidden.map_or(0, |hidden| num::index(hidden.pointers_sealed.to_native()));
        let masked = pointers.len().saturating_sub(sealed);
        pointers.iter().enumerate().map(move |(place, pointer)| {
            let mut tokens = pointer.tokens.iter();
            let value = tokens.try_fold(result, |value, token| value.step(token.as_bytes()));
            value.map(|value| Pointed { index: value.index(), sealed: place >= masked })
        })
    }
}

impl Hidden {
    /// Whether something of it is sealed.
    fn seals(&self) -> bool {
        self.names_sealed.to_native() > 0 || self.pointers_sealed.to_native() > 0
    }
}

fn part<T>(list: &ArchivedVec<T>, first: ArchivedU32, len: ArchivedU32) -> &[T] {
    let (first, len) = (num::index(first.to_native()), num::index(len.to_native()));
    list.get(first..first.saturating_add(len)).unwrap_or_default()
}

/// Whether every index leads somewhere.
pub(super) fn is_sound(data: &Data, policy: &Policy) -> bool {
    let lies = |first: ArchivedU32, len: ArchivedU32, of: usize, max: usize| {
        let (first, len) = (num::index(first.to_native()), num::index(len.to_native()));
        len <= max && first.saturating_add(len) <= of
    };
    let sets = num::length(data.sets.len());
    let entry = |entry: &EntryData| {
        let unless = entry.unless.to_native();
        let leads = |set: &ArchivedU32| set.to_native() == NONE || set.to_native() < sets;
        (unless == NONE || num::index(unless) < policy.tests.len()) && entry.sets.iter().all(leads)
    };
    data.entries.len() == policy.entries.len()
        && entry(&data.general)
        && data.entries.iter().all(entry)
        && data.sets.iter().all(|set| {
            lies(set.first_name, set.names, data.names.len(), NAMES_MAX)
                && lies(set.first_pointer, set.pointers, data.pointers.len(), POINTERS_MAX)
                && set.names_sealed.to_native() <= set.names.to_native()
                && set.pointers_sealed.to_native() <= set.pointers.to_native()
        })
}
