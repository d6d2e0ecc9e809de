//! Keys that the design names and this version does not enforce.
//!
//! They are refused with their own message: who writes `output = { … }` relies on it, and a setting that does nothing is worse
//! than an error.

use super::tree::Step;

/// Tables (`*` is any name) and the keys reserved in them.
pub const RESERVED: &[(&[&str], &[&str])] = &[(&["tools", "*"], &["encode"])];

/// What to do about such a key.
pub(super) const REMEDY: &str = "remove it: a setting the engine would ignore is refused, never silently allowed";

/// Whether `key` is reserved in the table at `path`.
pub(super) fn is_reserved(path: &[Step<'_>], key: &str) -> bool {
    RESERVED.iter().any(|(table, keys)| keys.contains(&key) && stands_at(table, path))
}

fn stands_at(table: &[&str], path: &[Step<'_>]) -> bool {
    table.len() == path.len()
        && table.iter().zip(path).all(|(name, step)| match step {
            Step::Key(key) => *name == "*" || name == key,
            Step::Index(_) => false,
        })
}
