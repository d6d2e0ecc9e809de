//! The section of schemas and threats; only images of policies that have such carry it.

use rkyv::{Portable, bytecheck::CheckBytes, primitive::ArchivedU32, vec::ArchivedVec};

use crate::{
    num,
    schema::{self, Schema, Schemas},
    threat::Kinds,
};

use super::{NONE, Policy};

/// Most arguments of one entry for which threats mean something else.
pub const EXCEPTIONS_MAX: usize = 64;

/// Most frames of a schema for one level of a document: how deep `allOf`, `$ref` and their like lie in one another.
pub const FRAMES_MAX: u16 = 2048;
/// Most `unevaluatedProperties` and `unevaluatedItems` of a schema that lie in one another for one value.
pub const SCOPES_MAX: u16 = 32;

/// What arguments have to be, and what their texts must not look like.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Arguments {
    /// The programs of all schemas, and their patterns.
    pub schemas: Schemas,
    /// What no schema of them asks for more than: frames, scopes, and so on. Its node means nothing.
    pub widest: schema::Root,
    /// What holds for each entry, by its id.
    pub entries: ArchivedVec<EntryArguments>,
    /// Arguments of which other threats are told, in the order of entries.
    pub exceptions: ArchivedVec<Exception>,
}

/// What holds for the arguments of one entry.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct EntryArguments {
    /// The schema of the arguments, an index of [`Schemas::roots`]; [`NONE`] where they may be anything.
    pub input: ArchivedU32,
    /// The schema of the structured content of a tool's results, an index of [`Schemas::roots`]; [`NONE`] where it may be anything.
    pub output: ArchivedU32,
    /// What texts must not look like.
    pub threats: Threats,
    /// Its first exception, an index of [`Arguments::exceptions`].
    pub first: ArchivedU32,
    /// How many exceptions it has.
    pub count: ArchivedU32,
}

/// Which threats deny and which are only told, as bits of [`Kinds`].
#[derive(Portable, CheckBytes, Clone, Copy, Debug, PartialEq, Eq)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Threats {
    /// Those that deny.
    pub block: u8,
    /// Those that the decision tells of.
    pub report: u8,
}

/// An argument of which other threats are told.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Exception {
    /// The argument, an index of [`Policy::pointers`]; it stands for all that it holds.
    pub pointer: ArchivedU32,
    /// What its texts must not look like.
    pub threats: Threats,
}

impl Threats {
    /// Nothing is looked for.
    pub const NONE: Self = Self { block: 0, report: 0 };

    /// The kinds that deny.
    #[must_use]
    pub const fn blocked(self) -> Kinds {
        Kinds::from_bits(self.block)
    }

    /// The kinds that are told, those that deny among them.
    #[must_use]
    pub const fn told(self) -> Kinds {
        Kinds::from_bits(self.block | self.report)
    }
}

impl Arguments {
    /// What holds for the arguments of an entry.
    #[must_use]
    pub fn entry(&self, id: u32) -> Option<&EntryArguments> {
        self.entries.get(num::index(id))
    }

    /// The schema of an entry's arguments, if it has one.
    #[must_use]
    pub fn input(&self, entry: &EntryArguments) -> Option<Schema<'_>> {
        self.schemas.schema(entry.input.to_native())
    }

    /// The schema of the structured content of an entry's results, if it has one.
    #[must_use]
    pub fn output(&self, entry: &EntryArguments) -> Option<Schema<'_>> {
        self.schemas.schema(entry.output.to_native())
    }

    /// The exceptions of an entry.
    #[must_use]
    pub fn exceptions(&self, entry: &EntryArguments) -> &[Exception] {
        let (first, count) = (num::index(entry.first.to_native()), num::index(entry.count.to_native()));
        self.exceptions.get(first..first.saturating_add(count)).unwrap_or_default()
    }

    /// Whether a schema has to be checked at all.
    #[must_use]
    pub fn has_schemas(&self) -> bool {
        !self.schemas.roots.is_empty()
    }
}

/// Whether every index leads somewhere, and no schema asks for more than the widest, for which a host can give memory.
pub(super) fn is_sound(arguments: &Arguments, policy: &Policy) -> bool {
    let roots = num::length(arguments.schemas.roots.len());
    let leads = |index: u32| index == NONE || index < roots;
    let entry = |entry: &EntryArguments| {
        let (first, count) = (num::index(entry.first.to_native()), num::index(entry.count.to_native()));
        leads(entry.input.to_native())
            && leads(entry.output.to_native())
            && count <= EXCEPTIONS_MAX
            && first.saturating_add(count) <= arguments.exceptions.len()
    };
    let pointers = num::length(policy.pointers.len());
    arguments.widest.frames.to_native() <= FRAMES_MAX
        && arguments.widest.scopes.to_native() <= SCOPES_MAX
        && arguments.entries.len() == policy.entries.len()
        && arguments.entries.iter().all(entry)
        && arguments.exceptions.iter().all(|exception| exception.pointer.to_native() < pointers)
        && arguments.schemas.roots.iter().all(|root| arguments.widest.covers(root))
}
