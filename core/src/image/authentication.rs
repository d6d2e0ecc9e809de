//! The section that says how callers prove who they are. The compiler in `adarga-host` owns the matching types.
//!
//! Nothing in it is secret: keys are an image of their own ([`crate::keys`]), and of API keys only a hash stands here.

use rkyv::{
    Portable,
    bytecheck::CheckBytes,
    primitive::{ArchivedU16, ArchivedU32, ArchivedU64},
    string::ArchivedString,
    vec::ArchivedVec,
};

use super::{Names, Pointer};

/// Longest token that a policy can allow, in bytes.
pub const TOKEN_MAX: u32 = 64 << 10;

/// `[identity]`.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Authentication {
    /// The issuer; empty: none is asked for.
    pub issuer: ArchivedString,
    /// The canonical URIs of this server; none: nobody asks.
    pub audiences: ArchivedVec<ArchivedString>,
    /// [`Algorithms::bits`](crate::keys::Algorithms::bits) of the algorithms that tokens may be signed with; 0: no JWT is accepted.
    pub algorithms: ArchivedU16,
    /// The `typ` that a JWT must have; empty: none, `JWT` or `at+jwt`.
    pub token_type: ArchivedString,
    /// Whether the claims that RFC 9068 requires must be there.
    pub access_token_profile: bool,
    /// Whether a JWT without `exp` is refused.
    pub expiry_required: bool,
    /// How far clocks may differ, milliseconds.
    pub leeway_ms: ArchivedU32,
    /// Longest token, in bytes.
    pub token_max: ArchivedU32,
    /// Where the caller's name stands in the claims.
    pub subject: Pointer,
    /// Where its role or roles stand.
    pub role: Pointer,
    /// Where its permissions stand.
    pub permissions: Pointer,
    /// Where its scopes stand.
    pub scopes: Pointer,
    /// The roles of a caller whose token names none.
    pub default_roles: ArchivedVec<ArchivedU32>,
    /// Whether a role that the policy lacks is passed over; otherwise it denies.
    pub unknown_roles_ignored: bool,
    /// [`Effect::number`] of the scopes of a token.
    pub scopes_effect: u8,
    /// [`Effect::number`] of the permissions of a token.
    pub permissions_effect: u8,
    /// Whether the host is asked about callers who bring nothing that is known here: a provider of its own.
    pub provider: bool,
    /// Whether the host is asked about tokens that are no JWT: introspection.
    pub introspection: bool,
    /// What `WWW-Authenticate` says beside the error: where the metadata lies, written out as ` resource_metadata="…"`, or nothing.
    pub metadata: ArchivedString,
    /// The scopes that a caller without a token should ask for, as they stand in `scope="…"`; may be empty.
    pub challenge_scopes: ArchivedString,
    /// What is no longer valid before it expires.
    pub revoked: Revoked,
    /// API keys.
    pub api_keys: ApiKeys,
    /// Client certificates, by the subject that the host reports.
    pub certificates: ArchivedVec<Principal>,
    /// Indices of `certificates` by subject, in space 0.
    pub certificate_names: Names,
}

/// What scopes or permissions of a token do to the rights of its bearer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Effect {
    /// The caller has what both the roles and they grant.
    #[default]
    Intersect = 0,
    /// The caller has what either the roles or they grant.
    Add = 1,
    /// Nothing.
    Ignore = 2,
    /// As [`Effect::Intersect`], and without them the caller has nothing.
    Require = 3,
}

impl Effect {
    /// Its number in the image.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Intersect => 0,
            Self::Add => 1,
            Self::Ignore => 2,
            Self::Require => 3,
        }
    }

    /// The effect of a number; one that is unknown narrows.
    #[must_use]
    pub const fn from_number(number: u8) -> Self {
        match number {
            1 => Self::Add,
            2 => Self::Ignore,
            3 => Self::Require,
            _ => Self::Intersect,
        }
    }
}

/// Who is known by something other than a token.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Principal {
    /// The subject of its certificate, or the name of its API key.
    pub name: ArchivedString,
    /// Ids of its roles.
    pub roles: ArchivedVec<ArchivedU32>,
    /// Until when (exclusive), Unix milliseconds; 0: for ever.
    pub until_ms: ArchivedU64,
}

/// API keys: random texts of which the policy holds HMAC-SHA-256 under a salt of its own.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct ApiKeys {
    /// The header that carries them; empty: `Authorization`, as a bearer token.
    pub header: ArchivedString,
    /// The chaining values of HMAC-SHA-256 under the salt, inner then outer, as in [`crate::keys::HmacKey`].
    pub states: ArchivedVec<ArchivedU32>,
    /// The hash of each key, in ascending order.
    pub hashes: ArchivedVec<[u8; 32]>,
    /// Whose key it is, in the order of `hashes`.
    pub principals: ArchivedVec<Principal>,
}

/// Tokens, subjects and keys that are no longer valid.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Revoked {
    /// What is revoked.
    pub rows: ArchivedVec<RevokedRow>,
    /// Indices of `rows` by name, in the space of their [`RevokedKind`].
    pub names: Names,
}

/// One thing that is revoked.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct RevokedRow {
    /// [`RevokedKind::number`].
    pub kind: u8,
    /// The `jti`, subject or `kid`.
    pub name: ArchivedString,
    /// Of a subject: tokens issued before this are revoked, Unix milliseconds.
    pub before_ms: ArchivedU64,
}

/// What is revoked by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum RevokedKind {
    /// One token, by its `jti`.
    Token = 0,
    /// All tokens of a subject that were issued before a time.
    Subject = 1,
    /// All tokens by a key, by its `kid`.
    Key = 2,
}

impl RevokedKind {
    /// Its number in the image.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Token => 0,
            Self::Subject => 1,
            Self::Key => 2,
        }
    }
}
