//! Roles, grants and permissions become rows of bits.

use std::collections::HashMap;

use adarga_core::permission::covers;
use indexmap::IndexSet;

use crate::{policy::Step, text::is_risky};

use super::{Compiler, archive::Role, index};

/// Most words of all rows together: 64 MiB.
const WORDS_MAX: usize = 8 << 20;

impl Compiler<'_> {
    /// Every role with its row of bits; equal rows are shared.
    pub(super) fn roles(&mut self) -> (Vec<Role>, Vec<u64>, u32) {
        let words = self.permissions.len().div_ceil(64).max(1);
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
                None => rows.insert_full(self.row(grants, words)).0,
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

    fn row(&self, grants: &[String], words: usize) -> Vec<u64> {
        let mut row = vec![0_u64; words];
        let mut set = |id: usize| row[id / 64] |= 1 << (id % 64);
        for grant in grants {
            if grant.ends_with('*') {
                let covered = |required: &String| covers(grant.as_bytes(), required.as_bytes());
                self.permissions.iter().enumerate().filter(|(_, required)| covered(required)).for_each(|(id, _)| set(id));
            } else if let Some(id) = self.permissions.get_index_of(grant) {
                set(id);
            }
        }
        row
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
                format!("`{permission}` holds a variable, and this version has none"),
                "name the permission in full; URI templates and their variables come with a later version",
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
