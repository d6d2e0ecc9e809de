//! Roles, grants and permissions become rows of bits.

use std::collections::HashMap;

use indexmap::IndexSet;

use crate::{policy::Step, text::is_risky};

use super::{Compiler, archive::Role, index};

/// Most words of all rows together: 64 MiB.
const WORDS_MAX: usize = 8 << 20;

impl Compiler<'_> {
    /// Every role with its row of bits; equal rows are shared.
    pub(super) fn roles(&mut self) -> (Vec<Role>, Vec<u64>, u32) {
        let mut bits = Bits::new(self.permissions.clone());
        let words = bits.words;
        let mut rows: IndexSet<Vec<u64>> = IndexSet::new();
        let mut known: HashMap<&[String], usize> = HashMap::new();
        let roles = &self.document().roles;
        let mut list = Vec::new();
        for (name, grants) in roles {
            for grant in grants {
                self.check_grant(name, grant);
            }
            let row = match known.get(grants.as_slice()) {
                Some(row) => *row,
                None => rows.insert_full(bits.row(grants)).0,
            };
            known.insert(grants, row);
            if rows.len().saturating_mul(words) > WORDS_MAX {
                let message = format!("{} roles and {} permissions are too many together", roles.len(), self.permissions.len());
                self.error(&["roles".into()], message, "use fewer of them, or give more roles the same permissions");
                break;
            }
            list.push(Role { name: name.clone(), row: index(row) });
        }
        (list, rows.into_iter().flatten().collect(), index(words))
    }

    fn check_grant(&mut self, role: &str, grant: &str) {
        let path: [Step<'_>; 2] = ["roles".into(), role.into()];
        if let Some(prefix) = grant.strip_suffix('*')
            && !prefix.is_empty()
            && !prefix.ends_with(':')
        {
            let message = format!("`{grant}` also grants `{prefix}…` without a `:` between");
            self.warn(&path, message, format!("write `{prefix}:*` if you mean all permissions under `{prefix}`"));
        }
        if grant.strip_suffix('*').unwrap_or(grant).contains('*') {
            let message = format!("`{grant}` holds a `*` that is not at its end");
            self.warn(&path, message, "only a final `*` stands for anything; elsewhere it is a plain character");
        }
        self.check_plain(grant, &path);
    }

    pub(super) fn permission_id(&mut self, permission: &str, path: &[Step<'_>]) -> u32 {
        if permission.contains(['{', '}']) {
            self.error(
                path,
                format!("`{permission}` holds a variable, and only resources that are URI templates have such"),
                "name the permission in full",
            );
        }
        if permission.ends_with('*') {
            self.warn(path, format!("`{permission}` is asked for to the letter"), "a `*` stands for anything in roles only");
        }
        self.check_plain(permission, path);
        index(self.permissions.insert_full(permission.to_owned()).0)
    }

    /// Permissions are compared byte for byte, so one that a person can't read off the page probably equals no other.
    fn check_plain(&mut self, permission: &str, path: &[Step<'_>]) {
        if permission.trim() != permission {
            self.warn(
                path,
                format!("`{permission}` begins or ends with white space"),
                "permissions are compared with it: remove it",
            );
        } else if permission.contains(is_risky) {
            self.warn(
                path,
                format!("`{permission}` holds invisible characters"),
                "permissions are compared with them: remove them",
            );
        }
    }
}

/// Which permissions a grant covers, as [`adarga_core::permission::covers`] has it.
struct Bits {
    permissions: IndexSet<String>,
    /// Words of a row.
    words: usize,
    /// Permissions in the order of their text, each with its id: what a wildcard covers stands together.
    sorted: Vec<(String, usize)>,
    /// Rows of wildcards, of which roles mostly share a few.
    wildcards: HashMap<String, Vec<u64>>,
}

impl Bits {
    fn new(permissions: IndexSet<String>) -> Self {
        let words = permissions.len().div_ceil(64).max(1);
        let mut sorted: Vec<_> = permissions.iter().cloned().zip(0..).collect();
        sorted.sort();
        Self { permissions, words, sorted, wildcards: HashMap::new() }
    }

    fn row(&mut self, grants: &[String]) -> Vec<u64> {
        let mut row = vec![0_u64; self.words];
        for grant in grants {
            if let Some(prefix) = grant.strip_suffix('*') {
                let covered = self.wildcard(prefix);
                row.iter_mut().zip(covered).for_each(|(word, covered)| *word |= covered);
            } else if let Some(id) = self.permissions.get_index_of(grant) {
                row[id / 64] |= 1 << (id % 64);
            }
        }
        row
    }

    fn wildcard(&mut self, prefix: &str) -> &[u64] {
        if self.wildcards.len().saturating_mul(self.words) > WORDS_MAX {
            self.wildcards.clear();
        }
        let (words, sorted) = (self.words, &self.sorted);
        self.wildcards.entry(prefix.to_owned()).or_insert_with(|| {
            let mut row = vec![0_u64; words];
            let start = sorted.partition_point(|(permission, _)| permission.as_str() < prefix);
            let covered = sorted.iter().skip(start).take_while(|(permission, _)| permission.starts_with(prefix));
            covered.for_each(|(_, id)| row[id / 64] |= 1 << (id % 64));
            row
        })
    }
}

#[cfg(test)]
mod tests {
    use adarga_core::permission::covers;

    use super::*;

    #[test]
    fn bits_are_what_core_says_a_grant_covers() {
        let texts = ["", "*", "a", "a*", "a:b", "a:bc", "a:b*", "ab", "b", "b:*", "ä", "ä:x", "a:", "z", "a*b"];
        let permissions: IndexSet<String> = texts.iter().rev().map(ToString::to_string).collect();
        let mut bits = Bits::new(permissions.clone());
        for grant in texts.iter().flat_map(|text| [text.to_string(), format!("{text}*")]) {
            let row = bits.row(std::slice::from_ref(&grant));
            for (id, permission) in permissions.iter().enumerate() {
                assert_eq!(row[0] >> id & 1 == 1, covers(grant.as_bytes(), permission.as_bytes()), "{grant} {permission}");
            }
        }
    }
}
