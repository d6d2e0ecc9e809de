//! The section that core decides by. The compiler in `adarga-host` owns the matching types that serialize into these.

use rkyv::{
    Portable,
    bytecheck::CheckBytes,
    primitive::{ArchivedU16, ArchivedU32, ArchivedU64},
    string::ArchivedString,
    vec::ArchivedVec,
};

use crate::{
    json::{Kind, Limits, Value, only_member},
    num,
    reason::{Denial, Reason},
    revision::Revisions,
    text, uri,
};

use super::Names;

/// No index.
pub const NONE: u32 = u32::MAX;
/// In place of a permission: every identified caller may.
pub const ANYONE: u32 = u32::MAX;
/// In place of a permission: nobody may.
pub const NOBODY: u32 = u32::MAX - 1;
/// A jump of a condition that ends it: met.
pub const ACCEPT: u32 = u32::MAX;
/// A jump of a condition that ends it: not met.
pub const REFUSE: u32 = u32::MAX - 1;

/// Deepest nesting that a policy can allow.
pub const DEPTH_MAX: u16 = 1024;
/// Most values and keys of one message that a policy can allow.
pub const VALUES_MAX: u32 = 1 << 22;
/// Longest message that a policy can allow, in bytes.
pub const BODY_MAX: u32 = 64 << 20;

/// Everything that a decision needs to know of the policy.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Policy {
    /// `[server] name`.
    pub name: ArchivedString,
    /// [`Revisions::bits`] of the revisions that are served.
    pub revisions: u8,
    /// Answer with the codes of the PHP guide.
    pub guide_codes: bool,
    /// Judge and say so, but deny only what is ambiguous.
    pub observe: bool,
    /// Deepest nesting.
    pub depth_max: ArchivedU16,
    /// Most values and keys of one message.
    pub values_max: ArchivedU32,
    /// Longest message, in bytes.
    pub body_max: ArchivedU32,
    /// Deepest nesting over HTTP, at most `depth_max`.
    pub http_depth_max: ArchivedU16,
    /// Longest body over HTTP, at most `body_max`.
    pub http_body_max: ArchivedU32,
    /// Roles of the client on stdio; none: the host has to say who calls.
    pub stdio_roles: ArchivedVec<ArchivedU32>,
    /// Allowed `Origin` values, canonical.
    pub origins: ArchivedVec<ArchivedString>,
    /// Allowed `Host` values: `host`, `host:port`, `host:*` for every port, or `*`.
    pub hosts: ArchivedVec<ArchivedString>,
    /// The roles, by id.
    pub roles: ArchivedVec<Role>,
    /// Role ids by name.
    pub role_names: Names,
    /// Permissions that entries ask for, by id.
    pub permissions: ArchivedVec<ArchivedString>,
    /// Rows of bits, one bit a permission, shared by roles that grant the same.
    pub grants: ArchivedVec<ArchivedU64>,
    /// Words of one row of `grants`.
    pub grant_words: ArchivedU32,
    /// Tools, prompts, resources and methods, in this order.
    pub entries: ArchivedVec<Entry>,
    /// Entry ids by kind and name.
    pub entry_names: Names,
    /// The entries for what no other entry of their kind names (`"*"`), by [`EntryKind`]; [`NONE`] where there is none.
    pub defaults: [ArchivedU32; 4],
    /// The tests of all conditions.
    pub tests: ArchivedVec<Test>,
    /// The JSON Pointers of all conditions and headers.
    pub pointers: ArchivedVec<Pointer>,
}

/// What an entry is about; also the name space in [`Policy::entry_names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum EntryKind {
    /// A tool.
    Tool = 0,
    /// A prompt.
    Prompt = 1,
    /// A resource URI.
    Resource = 2,
    /// A method.
    Method = 3,
}

impl EntryKind {
    /// Its number in the image.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Tool => 0,
            Self::Prompt => 1,
            Self::Resource => 2,
            Self::Method => 3,
        }
    }
}

/// A role and the row of its grants.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Role {
    /// Its name.
    pub name: ArchivedString,
    /// Index of its row in [`Policy::grants`], in rows.
    pub row: ArchivedU32,
}

/// A tool, prompt, resource or method that the policy names.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Entry {
    /// [`EntryKind::number`].
    pub kind: u8,
    /// [`crate::capabilities::Capabilities`] that the client must have.
    pub capabilities: u8,
    /// Its name or URI.
    pub name: ArchivedString,
    /// Id of the permission it asks for, [`ANYONE`] or [`NOBODY`].
    pub permission: ArchivedU32,
    /// First test of its condition, or [`NONE`].
    pub condition: ArchivedU32,
    /// `Mcp-Param-*` headers that mirror arguments.
    pub headers: ArchivedVec<HeaderRule>,
}

/// An argument that has to stand in a header as well (MCP 2026-07-28, `x-mcp-header`).
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct HeaderRule {
    /// What follows `Mcp-Param-`.
    pub name: ArchivedString,
    /// The argument, an index of [`Policy::pointers`].
    pub pointer: ArchivedU32,
}

/// One question of a condition and where to go on: forward, to [`ACCEPT`] or to [`REFUSE`].
///
/// `any` and `all` of any depth are compiled to such jumps, so that no recursion and no stack is needed.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Test {
    /// [`TestKind`] by its number.
    pub kind: u8,
    /// A role id or an index of [`Policy::pointers`].
    pub operand: ArchivedU32,
    /// Where to go when the answer is yes.
    pub then: ArchivedU32,
    /// Where to go when it is no.
    pub otherwise: ArchivedU32,
}

/// What a [`Test`] asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum TestKind {
    /// Has the caller this role?
    Role = 0,
    /// Is this argument a string equal to the caller's subject, byte for byte?
    ArgumentIsSubject = 1,
    /// Is this variable of the resource's URI equal to the caller's subject, byte for byte? The pointer's one token is its name.
    VariableIsSubject = 2,
}

impl TestKind {
    /// Its number in the image.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Role => 0,
            Self::ArgumentIsSubject => 1,
            Self::VariableIsSubject => 2,
        }
    }
}

/// A JSON Pointer relative to `params.arguments`, its reference tokens unescaped.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Pointer {
    /// The reference tokens (RFC 6901 §3).
    pub tokens: ArchivedVec<ArchivedString>,
}

impl Pointer {
    /// Where on the tape each of the pointers leads to from `root`, if anywhere, when nobody else reads the document: other spellings
    /// of a name are other names. The members of `root` are looked at once.
    #[must_use]
    pub fn follow_all<const N: usize>(pointers: [&Self; N], root: Value<'_>) -> [Option<u32>; N] {
        let first = pointers.map(|pointer| pointer.tokens.first().map(|token| token.as_bytes()));
        let mut found = [None; N];
        for (name, at) in root.places() {
            for (place, token) in found.iter_mut().zip(first) {
                if token.is_some_and(|token| text::equal(token, name)) {
                    *place = Some(at);
                }
            }
        }
        for (place, pointer) in found.iter_mut().zip(pointers) {
            // most pointers name a member and nothing in it
            if pointer.tokens.len() > 1 {
                *place = place.and_then(|at| pointer.beyond_first(root.document().value(at)?));
            }
        }
        found
    }

    /// Where the tokens behind the first one lead to.
    fn beyond_first(&self, first: Value<'_>) -> Option<u32> {
        let mut rest = self.tokens.iter().skip(1);
        rest.try_fold(first, |here, token| here.step(token.as_bytes())).map(Value::index)
    }

    /// What stands in the way of the pointer from `root`: a value that holds nothing to go on to, such as a text where an object
    /// belongs, or a list that a name is looked for in. Servers may read more into it: some parse such a text as JSON.
    #[must_use]
    pub fn obstacle<'t>(&self, root: Value<'t>) -> Option<Value<'t>> {
        let mut here = root;
        for token in self.tokens.iter().map(|token| token.as_bytes()) {
            match (here.kind(), here.step(token)) {
                (_, Some(next)) => here = next,
                (Kind::Object | Kind::Null, None) => return None,
                (Kind::Array, None) if token.iter().all(u8::is_ascii_digit) => return None,
                (_, None) => return Some(here),
            }
        }
        None
    }

    /// What the pointer leads to from `root`, if anything, where a server reads the document as well.
    ///
    /// # Errors
    /// [`Reason::MessageCase`] when a name on the way has a twin that differs only by case: the server may read the other one.
    pub fn resolve<'t>(&self, root: Value<'t>) -> Result<Option<Value<'t>>, Denial> {
        let mut here = root;
        for token in self.tokens.iter() {
            let next = match here.kind() {
                Kind::Object => only_member(here, token.as_bytes()).map_err(|twin| Denial::at(Reason::MessageCase, twin))?,
                _ => here.step(token.as_bytes()),
            };
            let Some(next) = next else { return Ok(None) };
            here = next;
        }
        Ok(Some(here))
    }
}

impl Policy {
    /// The JSON Pointer of an index, resolved from the arguments of a call.
    ///
    /// # Errors
    /// As [`Pointer::resolve`].
    pub fn argument<'t>(&self, pointer: u32, arguments: Option<Value<'t>>) -> Result<Option<Value<'t>>, Denial> {
        match (self.pointers.get(num::index(pointer)), arguments) {
            (Some(pointer), Some(arguments)) => pointer.resolve(arguments),
            _ => Ok(None),
        }
    }

    /// What stands in the way of such a pointer, as [`Pointer::obstacle`].
    #[must_use]
    pub fn obstacle<'t>(&self, pointer: u32, arguments: Option<Value<'t>>) -> Option<Value<'t>> {
        self.pointers.get(num::index(pointer))?.obstacle(arguments?)
    }

    /// Whether its limits are such as a host can give memory for.
    #[must_use]
    pub fn is_within_bounds(&self) -> bool {
        self.depth_max.to_native() <= DEPTH_MAX
            && self.values_max.to_native() <= VALUES_MAX
            && self.body_max.to_native() <= BODY_MAX
            && self.http_depth_max.to_native() <= self.depth_max.to_native()
            && self.http_body_max.to_native() <= self.body_max.to_native()
    }

    /// The revisions that are served.
    #[must_use]
    pub const fn revisions(&self) -> Revisions {
        Revisions::from_bits(self.revisions)
    }

    /// The limits of one message over stdio or HTTP.
    #[must_use]
    pub const fn limits(&self, http: bool) -> Limits {
        let depth_max = if http { self.http_depth_max.to_native() } else { self.depth_max.to_native() };
        Limits { depth_max, values_max: self.values_max.to_native() }
    }

    /// The longest message over stdio or HTTP, in bytes.
    #[must_use]
    pub const fn body_max(&self, http: bool) -> usize {
        num::index(if http { self.http_body_max.to_native() } else { self.body_max.to_native() })
    }

    /// The entry of an id.
    #[must_use]
    pub fn entry(&self, id: u32) -> Option<&Entry> {
        self.entries.get(num::index(id))
    }

    /// The id of the entry that names `name`, or of the `"*"` entry of its kind. A URI that may be another spelling is nothing but
    /// itself where there are other entries: to the server it may be one that has a stricter one.
    #[inline]
    #[must_use]
    pub fn find(&self, kind: EntryKind, name: &[u8]) -> Option<u32> {
        self.named(kind, name).or_else(|| {
            let id = self.defaults.get(usize::from(kind.number()))?.to_native();
            let disguised = kind == EntryKind::Resource && !uri::is_sole(name) && !self.is_alone(id);
            (id != NONE && !disguised).then_some(id)
        })
    }

    /// Whether an entry is the only one of its kind. Entries stand in the order of their kinds.
    fn is_alone(&self, id: u32) -> bool {
        let kind = |id: Option<u32>| id.and_then(|id| self.entry(id)).map(|entry| entry.kind);
        let own = kind(Some(id));
        own != kind(id.checked_sub(1)) && own != kind(id.checked_add(1))
    }

    /// The id of the entry that names exactly `name`.
    #[inline]
    #[must_use]
    pub fn named(&self, kind: EntryKind, name: &[u8]) -> Option<u32> {
        self.entry_names.find(u64::from(kind.number()), name, |id| {
            self.entry(id).is_some_and(|entry| entry.kind == kind.number() && entry.name.as_bytes() == name)
        })
    }

    /// The id of the entry of a method. Most policies have none, and entries stand in the order of their kinds.
    #[inline]
    #[must_use]
    pub fn method(&self, name: &[u8]) -> Option<u32> {
        let last = self.entries.last()?;
        if last.kind == EntryKind::Method.number() { self.named(EntryKind::Method, name) } else { None }
    }

    /// The permission that an entry asks for; none where it asks for none that has a name.
    #[must_use]
    pub fn permission_of(&self, entry: &Entry) -> Option<&[u8]> {
        self.permissions.get(num::index(entry.permission.to_native())).map(|name| name.as_bytes())
    }

    /// The id of a role by its name.
    #[must_use]
    pub fn role(&self, name: &[u8]) -> Option<u32> {
        self.role_names.find(0, name, |id| self.roles.get(num::index(id)).is_some_and(|role| role.name.as_bytes() == name))
    }

    /// Whether a role grants a permission, both by id.
    #[inline]
    #[must_use]
    pub fn grants(&self, role: u32, permission: u32) -> bool {
        let words = num::index(self.grant_words.to_native());
        let bit = self.roles.get(num::index(role)).and_then(|role| {
            let row = num::index(role.row.to_native()).checked_mul(words)?;
            let word = num::index(permission >> 6);
            let word = (word < words).then(|| row.saturating_add(word))?;
            Some(self.grants.get(word)?.to_native() >> (permission & 63) & 1)
        });
        bit == Some(1)
    }
}
