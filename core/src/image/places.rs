//! The section of roots, paths and URI templates; only images of policies that have such carry it.
//!
//! Invariant: templates stand in the order of the bytes they begin with, path rules and patterns in the order of their entries.

use rkyv::{Portable, bytecheck::CheckBytes, primitive::ArchivedU32, string::ArchivedString, vec::ArchivedVec};

use crate::{
    num,
    template::{Template, Variables},
    uri,
};

use super::{Entry, EntryKind, NONE, Policy};

/// Most roots of a policy.
pub const ROOTS_MAX: usize = 1024;
/// Most URI templates of a policy.
pub const TEMPLATES_MAX: usize = 4096;
/// Most URI templates that a URI is compared with: of those that begin as it does, one literal being the beginning of the next.
pub const ALIKE_MAX: usize = 64;
/// Most arguments or variables of one entry that are paths.
pub const PATHS_MAX: usize = 64;

/// Where paths have to stay, and which resources are whole families.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Places {
    /// The roots, by id.
    pub roots: ArchivedVec<Root>,
    /// What of a message is a path, in the order of entries.
    pub paths: ArchivedVec<PathRule>,
    /// The templates, in the order of what they begin with.
    pub templates: ArchivedVec<TemplateRule>,
    /// Permissions that hold variables, in the order of entries.
    pub patterns: ArchivedVec<Pattern>,
    /// What each role grants, by role id, as far as it may meet a pattern; none where there are no patterns.
    pub grants: ArchivedVec<Grants>,
}

/// A directory that paths stay beneath.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Root {
    /// Its name in the policy.
    pub name: ArchivedString,
    /// The directory: absolute, without `.` and `..`.
    pub directory: ArchivedString,
    /// Paths are read by POSIX systems alone; otherwise by all.
    pub posix: bool,
    /// How often paths are decoded, or [`GUARD`].
    pub decode: u8,
    /// A path that is not absolute is refused; otherwise it is taken to begin at the root.
    pub absolute_only: bool,
    /// For hosts that resolve paths: symbolic links are refused wherever they lead.
    pub no_links: bool,
    /// For hosts that resolve paths: files that have another name are refused.
    pub single_names: bool,
}

/// In place of a number of decodings: what some decoder would change is refused.
pub const GUARD: u8 = u8::MAX;

/// A part of a message that is a path beneath a root.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct PathRule {
    /// The entry it belongs to.
    pub entry: ArchivedU32,
    /// The root, an index of [`Places::roots`].
    pub root: ArchivedU32,
    /// [`PathSource`] by its number.
    pub source: u8,
    /// An index of [`Policy::pointers`]: the argument, or one token, the variable's name; [`NONE`] for the URI itself.
    pub pointer: ArchivedU32,
}

/// Where the path of a [`PathRule`] stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum PathSource {
    /// In an argument: a string, or an array of strings.
    Argument = 0,
    /// In a variable of the resource's URI.
    Variable = 1,
    /// The URI itself is a `file:` URI.
    Uri = 2,
}

impl PathSource {
    /// Its number in the image.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Argument => 0,
            Self::Variable => 1,
            Self::Uri => 2,
        }
    }
}

/// The URI template of a resource entry, whose name is its text.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct TemplateRule {
    /// The entry.
    pub entry: ArchivedU32,
    /// The nearest template before it that begins with a part of what this one begins with, or [`NONE`].
    pub above: ArchivedU32,
}

/// A permission that holds variables: `read:reports:{report_id}`.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Pattern {
    /// The entry that asks for it.
    pub entry: ArchivedU32,
    /// Its text; every brace is one of a variable.
    pub text: ArchivedString,
}

/// Permissions of one role.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Grants {
    /// Their texts.
    pub list: ArchivedVec<ArchivedString>,
}

/// How a resource is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// By its URI.
    Uri,
    /// By its URI, or by the text of the template that the policy has for it.
    Template,
}

/// The id of the entry that `name` is about, if the policy has one. The exact name goes before a template, a template before `"*"`.
/// A URI that begins as a template does but is none of it is nothing that `"*"` stands for: the server's own template may take it. Nor
/// is any `file:` URI where there are templates of such.
#[inline]
#[must_use]
pub fn find(policy: &Policy, places: Option<&Places>, kind: EntryKind, name: &[u8], naming: Naming) -> Option<u32> {
    match places {
        Some(places) if kind == EntryKind::Resource => places.find(policy, name, naming),
        _ => policy.find(kind, name),
    }
}

impl Places {
    fn find(&self, policy: &Policy, name: &[u8], naming: Naming) -> Option<u32> {
        // names of entries that are no templates hold no brace
        let as_text = naming == Naming::Template || !name.contains(&b'{');
        if let Some(exact) = if as_text { policy.named(EntryKind::Resource, name) } else { None } {
            return Some(exact);
        }
        if self.binds_files(policy, name) && self.is_disguised(policy, name) {
            return None;
        }
        let mut alike = false;
        for entry in self.alike(policy, name) {
            alike = true;
            if policy.entry(entry).is_some_and(|entry| variables(entry, name).is_some()) {
                return Some(entry);
            }
        }
        if alike || self.binds_files(policy, name) { None } else { policy.find(EntryKind::Resource, name) }
    }

    /// Whether a `file:` URI may be another spelling of one that is named in full: a template would let it pass by that.
    fn is_disguised(&self, policy: &Policy, uri: &[u8]) -> bool {
        let shorter = uri.strip_suffix(b"/");
        !uri::is_plain_file(uri) || shorter.is_some_and(|uri| policy.named(EntryKind::Resource, uri).is_some())
    }

    /// Whether `uri` is a `file:` URI and there are templates of such: whichever host it names, it may be a file of this machine.
    fn binds_files(&self, policy: &Policy, uri: &[u8]) -> bool {
        const FILE: &[u8] = b"file:";
        let head = |rule: &TemplateRule| policy.entry(rule.entry.to_native()).map_or(b"".as_slice(), head);
        let first = || self.templates.get(self.templates.partition_point(|rule| head(rule) < FILE));
        uri::is_file(uri) && first().is_some_and(|rule| head(rule).starts_with(FILE))
    }

    /// Entries of the templates that begin as `uri` does, the longest beginning first.
    fn alike<'p>(&'p self, policy: &'p Policy, uri: &'p [u8]) -> impl Iterator<Item = u32> {
        let head = |rule: &TemplateRule| policy.entry(rule.entry.to_native()).map_or(b"".as_slice(), head);
        // whatever begins `uri` is the last one that is not behind it, or above that one
        let mut at = self.templates.partition_point(|rule| head(rule) <= uri).checked_sub(1);
        core::iter::from_fn(move || {
            loop {
                let (here, rule) = at.and_then(|at| Some((at, self.templates.get(at)?)))?;
                // upwards is towards the first one, so this ends
                at = Some(num::index(rule.above.to_native())).filter(|above| *above < here);
                if uri.starts_with(head(rule)) {
                    return Some(rule.entry.to_native());
                }
            }
        })
        .take(ALIKE_MAX)
    }

    /// The path rules of an entry.
    pub fn paths_of(&self, entry: u32) -> impl Iterator<Item = &PathRule> {
        let start = self.paths.partition_point(|rule| rule.entry.to_native() < entry);
        self.paths.get(start..).unwrap_or_default().iter().take_while(move |rule| rule.entry.to_native() == entry)
    }

    /// The permission with variables that an entry asks for.
    #[must_use]
    pub fn pattern_of(&self, entry: u32) -> Option<&[u8]> {
        let at = self.patterns.partition_point(|pattern| pattern.entry.to_native() < entry);
        self.patterns.get(at).filter(|pattern| pattern.entry.to_native() == entry).map(|pattern| pattern.text.as_bytes())
    }

    /// What a role grants that may meet a pattern.
    pub fn granted_by(&self, role: u32) -> impl Iterator<Item = &[u8]> {
        let grants = self.grants.get(num::index(role)).map(|grants| grants.list.iter());
        grants.into_iter().flatten().map(|grant| grant.as_bytes())
    }

    /// The root of an id.
    #[must_use]
    pub fn root(&self, id: u32) -> Option<&Root> {
        self.roots.get(num::index(id))
    }
}

/// The variables that make `uri` of an entry's template; none when it has no template, or the URI is none of it.
#[must_use]
pub fn variables<'u>(entry: &'u Entry, uri: &'u [u8]) -> Option<Variables<'u>> {
    let text = entry.name.as_bytes();
    if text.contains(&b'{') { Template::known(text).matches(uri) } else { None }
}

fn head(entry: &Entry) -> &[u8] {
    Template::known(entry.name.as_bytes()).head()
}

/// Whether what is looked up by order stands in it: a rule or a template that nobody finds would deny nothing.
pub(super) fn is_in_order(places: &Places, policy: &Policy) -> bool {
    let begins = |rule: &TemplateRule| policy.entry(rule.entry.to_native()).map(head);
    places.roots.len() <= ROOTS_MAX
        && places.templates.len() <= TEMPLATES_MAX
        && places.paths.is_sorted_by_key(|rule| rule.entry.to_native())
        && places.patterns.is_sorted_by_key(|pattern| pattern.entry.to_native())
        && places.templates.is_sorted_by_key(begins)
        && places.templates.iter().zip(0_u32..).all(|(rule, at)| rule.above.to_native() == NONE || rule.above.to_native() < at)
}
