//! The owned twins of the types in `adarga_core::image`.
//!
//! Each field serializes into the field of the same name there; rkyv refuses to compile when the two differ.

use adarga_core::{image, pin, redact};
use rkyv::{Archive, Serialize};

use crate::schema::archive as schema;

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Policy)]
pub(crate) struct Policy {
    pub(crate) name: String,
    pub(crate) revisions: u8,
    pub(crate) guide_codes: bool,
    pub(crate) observe: bool,
    pub(crate) depth_max: u16,
    pub(crate) values_max: u32,
    pub(crate) body_max: u32,
    pub(crate) http_depth_max: u16,
    pub(crate) http_body_max: u32,
    pub(crate) stdio_roles: Vec<u32>,
    pub(crate) origins: Vec<String>,
    pub(crate) hosts: Vec<String>,
    pub(crate) roles: Vec<Role>,
    pub(crate) role_names: Names,
    pub(crate) permissions: Vec<String>,
    pub(crate) grants: Vec<u64>,
    pub(crate) grant_words: u32,
    pub(crate) entries: Vec<Entry>,
    pub(crate) entry_names: Names,
    pub(crate) defaults: [u32; 4],
    pub(crate) tests: Vec<Test>,
    pub(crate) pointers: Vec<Pointer>,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Role)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) row: u32,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Entry)]
pub(crate) struct Entry {
    pub(crate) kind: u8,
    pub(crate) capabilities: u8,
    pub(crate) name: String,
    pub(crate) permission: u32,
    pub(crate) condition: u32,
    pub(crate) headers: Vec<HeaderRule>,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::HeaderRule)]
pub(crate) struct HeaderRule {
    pub(crate) name: String,
    pub(crate) pointer: u32,
}

#[derive(Archive, Serialize, Debug, Clone)]
#[rkyv(as = image::Test)]
pub(crate) struct Test {
    pub(crate) kind: u8,
    pub(crate) operand: u32,
    pub(crate) then: u32,
    pub(crate) otherwise: u32,
}

#[derive(Archive, Serialize, Clone, Debug, PartialEq, Eq, Hash)]
#[rkyv(as = image::Pointer)]
pub(crate) struct Pointer {
    pub(crate) tokens: Vec<String>,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Data)]
pub(crate) struct Data {
    pub(crate) names: Vec<HiddenName>,
    pub(crate) pointers: Vec<Pointer>,
    pub(crate) sets: Vec<Hidden>,
    pub(crate) general: EntryData,
    pub(crate) entries: Vec<EntryData>,
    pub(crate) seals: bool,
    pub(crate) plain_errors: bool,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = redact::Name)]
pub(crate) struct HiddenName {
    pub(crate) text: [u8; redact::NAME_MAX],
    pub(crate) len: u8,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Hidden)]
pub(crate) struct Hidden {
    pub(crate) first_name: u32,
    pub(crate) names: u32,
    pub(crate) names_sealed: u32,
    pub(crate) first_pointer: u32,
    pub(crate) pointers: u32,
    pub(crate) pointers_sealed: u32,
    pub(crate) kinds: [u64; 2],
    pub(crate) mask: u8,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::EntryData)]
pub(crate) struct EntryData {
    pub(crate) unless: u32,
    pub(crate) sets: [u32; 4],
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Pins)]
pub(crate) struct Pins {
    pub(crate) rows: Vec<Pin>,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Pin)]
pub(crate) struct Pin {
    pub(crate) entry: u32,
    pub(crate) digest: [u8; pin::PIN_LEN],
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Names)]
pub(crate) struct Names {
    pub(crate) key: [u64; 2],
    pub(crate) slots: Vec<Slot>,
}

#[derive(Archive, Serialize, Debug, Clone, Default)]
#[rkyv(as = image::Slot)]
pub(crate) struct Slot {
    pub(crate) tag: u32,
    pub(crate) entry: u32,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Authentication)]
pub(crate) struct Authentication {
    pub(crate) issuer: String,
    pub(crate) audiences: Vec<String>,
    pub(crate) algorithms: u16,
    pub(crate) token_type: String,
    pub(crate) access_token_profile: bool,
    pub(crate) expiry_required: bool,
    pub(crate) leeway_ms: u32,
    pub(crate) token_max: u32,
    pub(crate) subject: Pointer,
    pub(crate) role: Pointer,
    pub(crate) permissions: Pointer,
    pub(crate) scopes: Pointer,
    pub(crate) default_roles: Vec<u32>,
    pub(crate) unknown_roles_ignored: bool,
    pub(crate) scopes_effect: u8,
    pub(crate) permissions_effect: u8,
    pub(crate) provider: bool,
    pub(crate) introspection: bool,
    pub(crate) metadata: String,
    pub(crate) challenge_scopes: String,
    pub(crate) revoked: Revoked,
    pub(crate) api_keys: ApiKeys,
    pub(crate) certificates: Vec<Principal>,
    pub(crate) certificate_names: Names,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Principal)]
pub(crate) struct Principal {
    pub(crate) name: String,
    pub(crate) roles: Vec<u32>,
    pub(crate) until_ms: u64,
}

#[derive(Archive, Serialize, Debug, Default)]
#[rkyv(as = image::ApiKeys)]
pub(crate) struct ApiKeys {
    pub(crate) header: String,
    pub(crate) states: Vec<u32>,
    pub(crate) hashes: Vec<[u8; 32]>,
    pub(crate) principals: Vec<Principal>,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Revoked)]
pub(crate) struct Revoked {
    pub(crate) rows: Vec<RevokedRow>,
    pub(crate) names: Names,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::RevokedRow)]
pub(crate) struct RevokedRow {
    pub(crate) kind: u8,
    pub(crate) name: String,
    pub(crate) before_ms: u64,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Rates)]
pub(crate) struct Rates {
    pub(crate) limits: Vec<RateLimit>,
    pub(crate) client: u32,
    pub(crate) subject: u32,
    pub(crate) calls: u32,
    pub(crate) entries: Vec<EntryRates>,
    pub(crate) shares: Vec<RateLimit>,
    pub(crate) clients: u32,
    pub(crate) depth: u32,
    pub(crate) window_max: u32,
    pub(crate) full_allows: bool,
    pub(crate) store: u8,
    pub(crate) place: String,
    pub(crate) file: String,
    pub(crate) proxies: Vec<Proxy>,
}

#[derive(Archive, Serialize, Debug, Clone)]
#[rkyv(as = image::RateLimit)]
pub(crate) struct RateLimit {
    pub(crate) kind: u8,
    pub(crate) by: u8,
    pub(crate) calls: u32,
    pub(crate) span_ms: u64,
    pub(crate) burst: u32,
    pub(crate) tag: u64,
}

#[derive(Archive, Serialize, Debug, Clone)]
#[rkyv(as = image::EntryRates)]
pub(crate) struct EntryRates {
    pub(crate) first: u32,
    pub(crate) count: u32,
    pub(crate) cost: u32,
    pub(crate) tag: u64,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Proxy)]
pub(crate) struct Proxy {
    pub(crate) address: [u8; 16],
    pub(crate) bits: u8,
}

#[derive(Archive, Serialize, Debug, Default)]
#[rkyv(as = image::Places)]
pub(crate) struct Places {
    pub(crate) roots: Vec<Root>,
    pub(crate) paths: Vec<PathRule>,
    pub(crate) templates: Vec<TemplateRule>,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) grants: Vec<Grants>,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Root)]
pub(crate) struct Root {
    pub(crate) name: String,
    pub(crate) directory: String,
    pub(crate) posix: bool,
    pub(crate) decode: u8,
    pub(crate) absolute_only: bool,
    pub(crate) no_links: bool,
    pub(crate) single_names: bool,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::PathRule)]
pub(crate) struct PathRule {
    pub(crate) entry: u32,
    pub(crate) root: u32,
    pub(crate) source: u8,
    pub(crate) pointer: u32,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::TemplateRule)]
pub(crate) struct TemplateRule {
    pub(crate) entry: u32,
    pub(crate) above: u32,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Pattern)]
pub(crate) struct Pattern {
    pub(crate) entry: u32,
    pub(crate) text: String,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Grants)]
pub(crate) struct Grants {
    pub(crate) list: Vec<String>,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Arguments)]
pub(crate) struct Arguments {
    pub(crate) schemas: schema::Schemas,
    pub(crate) widest: schema::Root,
    pub(crate) entries: Vec<EntryArguments>,
    pub(crate) exceptions: Vec<Exception>,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::EntryArguments)]
pub(crate) struct EntryArguments {
    pub(crate) input: u32,
    pub(crate) output: u32,
    pub(crate) threats: Threats,
    pub(crate) first: u32,
    pub(crate) count: u32,
}

#[derive(Archive, Serialize, Debug, Clone, Copy, Default, PartialEq, Eq)]
#[rkyv(as = image::Threats)]
pub(crate) struct Threats {
    pub(crate) block: u8,
    pub(crate) report: u8,
}

#[derive(Archive, Serialize, Debug)]
#[rkyv(as = image::Exception)]
pub(crate) struct Exception {
    pub(crate) pointer: u32,
    pub(crate) threats: Threats,
}
