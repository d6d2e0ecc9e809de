//! From a policy document to an image.
//!
//! Names become ids, grants and wildcards become bits, conditions become jumps. Whatever refers to something that isn't there is
//! an error with its place; whatever is legal but probably not meant is a warning.

mod archive;
mod condition;
mod names;
mod settings;

use adarga_core::{
    capabilities::Capabilities,
    image::{ANYONE, EntryKind, NOBODY, NONE, SectionKind},
    method::Method,
    permission::covers,
    revision::Revisions,
    text::is_token,
};
use indexmap::{IndexMap, IndexSet};
use rkyv::rancor::Error;

use crate::policy::{self, Condition, Document, ErrorCodes, Loaded, MethodRule, Mode, PolicyError, PolicyErrors, Step, suggest};

use archive::{Entry, HeaderRule, Pointer, Policy, Role, Test};
pub use settings::Settings;

/// A compiled policy.
#[derive(Debug)]
pub struct Compiled {
    /// The image, ready for [`adarga_core::Gate::open`].
    pub image: Vec<u8>,
    /// What is legal but probably not meant.
    pub warnings: Vec<PolicyError>,
}

/// Compiles a policy.
///
/// # Errors
/// Everything in it that refers to something that isn't there, each with its place and remedy.
pub fn compile(loaded: &Loaded) -> Result<Compiled, PolicyErrors> {
    let mut compiler = Compiler::new(loaded);
    let policy = compiler.policy();
    if let Some(errors) = PolicyErrors::new(std::mem::take(&mut compiler.errors)) {
        return Err(errors);
    }
    let whole = |what| loaded.error(&[], what, "split the policy: an image holds less than 4 GiB");
    let content = rkyv::to_bytes::<Error>(&policy).map_err(|_| whole("the policy can't be written as an image"))?;
    let settings = Settings::of(&loaded.document).to_bytes().ok_or_else(|| whole("the settings can't be written"))?;
    let sections = [(SectionKind::Policy, true, content.as_slice()), (SectionKind::Host, false, settings.as_slice())];
    let image = archive::image(&sections).ok_or_else(|| whole("the policy is too large for an image"))?;
    Ok(Compiled { image, warnings: compiler.warnings })
}

struct Compiler<'l> {
    loaded: &'l Loaded,
    permissions: IndexSet<String>,
    tests: Vec<Test>,
    pointers: IndexSet<Pointer>,
    errors: Vec<PolicyError>,
    warnings: Vec<PolicyError>,
}

impl<'l> Compiler<'l> {
    fn new(loaded: &'l Loaded) -> Self {
        let none = Vec::new;
        Self {
            loaded,
            permissions: IndexSet::new(),
            tests: none(),
            pointers: IndexSet::new(),
            errors: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn document(&self) -> &'l Document {
        &self.loaded.document
    }

    fn policy(&mut self) -> Policy {
        let document = self.document();
        let limits = &document.limits;
        let (entries, defaults) = self.entries();
        let (roles, grants, grant_words) = self.roles();
        let http_depth_max = document.http.depth_max.map_or(limits.depth_max, |depth| depth.min(limits.depth_max));
        let body_max = size(limits.body_max.bytes());
        Policy {
            name: document.server.name.clone(),
            revisions: self.revisions().bits(),
            guide_codes: document.server.error_codes == ErrorCodes::Guide,
            observe: document.server.mode == Mode::Observe,
            depth_max: limits.depth_max,
            values_max: limits.values_max,
            body_max,
            http_depth_max,
            http_body_max: size(document.http.body_max.bytes()).min(body_max),
            stdio_roles: self.stdio_roles(),
            origins: self.origins(),
            hosts: self.hosts(),
            role_names: names::table(roles.iter().map(|role| (0, role.name.as_str()))),
            roles,
            permissions: self.permissions.iter().cloned().collect(),
            grants,
            grant_words,
            entry_names: names::table(entries.iter().map(|entry| (u64::from(entry.kind), entry.name.as_str()))),
            entries,
            defaults,
            tests: std::mem::take(&mut self.tests),
            pointers: std::mem::take(&mut self.pointers).into_iter().collect(),
        }
    }

    fn revisions(&self) -> Revisions {
        let revisions = self.document().server.revisions.iter();
        revisions.fold(Revisions::default(), |set, revision| set.or(Revisions::only(revision.0)))
    }

    fn stdio_roles(&mut self) -> Vec<u32> {
        let roles = &self.document().stdio.role;
        let max = adarga_core::identity::ROLES_MAX;
        if roles.len() > max {
            self.error(&["stdio".into(), "role".into()], format!("more than {max} roles"), "unite some of them in one role");
        }
        roles.iter().map(|role| self.role_id(role, &["stdio".into(), "role".into()])).collect()
    }

    /// The id of a role; an unknown one is an error, and its id doesn't matter any more.
    fn role_id(&mut self, name: &str, path: &[Step<'_>]) -> u32 {
        let roles = &self.document().roles;
        match roles.get_index_of(name) {
            Some(id) => index(id),
            None => {
                let near = suggest(name, roles.keys().map(String::as_str));
                let remedy = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("give it permissions in `[roles]`: `{name} = [\"…\"]`"),
                };
                self.error(path, format!("unknown role `{name}`"), remedy);
                NONE
            }
        }
    }

    /// Every role with its row of bits; equal rows are shared.
    fn roles(&mut self) -> (Vec<Role>, Vec<u64>, u32) {
        let words = self.permissions.len().div_ceil(64).max(1);
        let mut rows: IndexSet<Vec<u64>> = IndexSet::new();
        let roles = &self.document().roles;
        let list = roles.iter().map(|(name, grants)| {
            for grant in grants {
                self.check_grant(name, grant);
            }
            let (row, _) = rows.insert_full(self.row(grants, words));
            Role { name: name.clone(), row: index(row) }
        });
        let list = list.collect();
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
    }

    fn permission_id(&mut self, permission: &str, path: &[Step<'_>]) -> u32 {
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
        index(self.permissions.insert_full(permission.to_owned()).0)
    }

    fn entries(&mut self) -> (Vec<Entry>, [u32; 4]) {
        let document = self.document();
        let mut entries = Vec::new();
        for (name, tool) in &document.tools {
            entries.push(self.entry(EntryKind::Tool, "tools", name, &tool.entry, &tool.headers));
        }
        let none = IndexMap::new();
        for (name, prompt) in &document.prompts {
            entries.push(self.entry(EntryKind::Prompt, "prompts", name, prompt, &none));
        }
        for (uri, resource) in &document.resources {
            self.check_uri(uri);
            entries.push(self.entry(EntryKind::Resource, "resources", uri, resource, &none));
        }
        for (name, rule) in &document.methods {
            entries.push(self.method(name, rule));
        }
        let mut defaults = [NONE; 4];
        for (id, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.name == "*") {
            defaults[usize::from(entry.kind)] = index(id);
        }
        (entries, defaults)
    }

    fn entry(
        &mut self,
        kind: EntryKind,
        table: &str,
        name: &str,
        entry: &policy::Entry,
        headers: &IndexMap<String, String>,
    ) -> Entry {
        let place: [Step<'_>; 2] = [table.into(), name.into()];
        let with = |key| [place[0], place[1], key];
        if name.contains('\0') {
            self.error(&place, "a name with a null character", "no client can call it: remove it");
        }
        let capabilities = entry.requires.iter().fold(Capabilities::NONE, |set, capability| set.with(capability.0));
        let condition = entry.when.as_ref().map_or(NONE, |condition| self.condition(condition, &with("when".into())));
        let headers: Vec<_> =
            headers.iter().map(|(header, pointer)| self.header(header, pointer, &with("headers".into()))).collect();
        self.check_headers(&headers, &with("headers".into()));
        Entry {
            kind: kind.number(),
            capabilities: capabilities.bits(),
            name: name.to_owned(),
            permission: self.permission_id(&entry.permission, &with("permission".into())),
            condition,
            headers,
        }
    }

    /// Header names are unique without regard to case, as headers are.
    fn check_headers(&mut self, headers: &[HeaderRule], path: &[Step<'_>]) {
        for (count, header) in headers.iter().enumerate() {
            if headers[..count].iter().any(|other| other.name.eq_ignore_ascii_case(&header.name)) {
                self.error(path, format!("header `{}` stands there twice", header.name), "header names don't differ by case");
            }
        }
    }

    fn header(&mut self, header: &str, pointer: &str, path: &[Step<'_>]) -> HeaderRule {
        if !is_token(header.as_bytes()) {
            let remedy = "use letters, digits and `-`: what follows `Mcp-Param-`";
            self.error(path, format!("`{header}` can't be part of a header's name"), remedy);
        }
        HeaderRule { name: header.to_owned(), pointer: self.pointer_id(pointer, path) }
    }

    fn condition(&mut self, condition: &Condition, path: &[Step<'_>]) -> u32 {
        struct Operands<'o, 'l> {
            compiler: &'o mut Compiler<'l>,
            path: &'o [Step<'o>],
        }
        impl condition::Operands for Operands<'_, '_> {
            fn role(&mut self, name: &str) -> u32 {
                self.compiler.role_id(name, self.path)
            }
            fn pointer(&mut self, pointer: &str) -> u32 {
                self.compiler.pointer_id(pointer, self.path)
            }
        }
        let mut tests = std::mem::take(&mut self.tests);
        let first = condition::compile(condition, &mut tests, &mut Operands { compiler: self, path });
        self.tests = tests;
        first
    }

    /// Reads a JSON Pointer relative to the arguments (RFC 6901 §3).
    fn pointer_id(&mut self, pointer: &str, path: &[Step<'_>]) -> u32 {
        let remedy = "a JSON Pointer begins with `/`, such as `/user_id`; `~` is written `~0` and `/` in a name `~1`";
        let Some(rest) = pointer.strip_prefix('/') else {
            self.error(path, format!("`{pointer}` is not a JSON Pointer to an argument"), remedy);
            return NONE;
        };
        let plain = pointer.replace("~0", "").replace("~1", "");
        if plain.contains('~') {
            self.error(path, format!("`{pointer}` is not a JSON Pointer"), remedy);
        }
        let tokens = rest.split('/').map(|token| token.replace("~1", "/").replace("~0", "~")).collect();
        index(self.pointers.insert_full(Pointer { tokens }).0)
    }

    fn check_uri(&mut self, uri: &str) {
        if uri.contains(['{', '}']) {
            self.error_of_key(
                &["resources".into(), uri.into()],
                format!("`{uri}` is a URI template, and this version matches whole URIs only"),
                "name each URI, or use `\"*\"` for all that are not named",
            );
        } else if uri != "*" && !uri.contains(':') {
            self.error_of_key(
                &["resources".into(), uri.into()],
                format!("`{uri}` is not a URI"),
                "a URI begins with a scheme, such as `reports://public/summary`",
            );
        }
    }

    fn method(&mut self, name: &str, rule: &MethodRule) -> Entry {
        let path: [Step<'_>; 2] = ["methods".into(), name.into()];
        if name == "*" {
            let remedy = "name each method: what a method does is not known from its name";
            self.error_of_key(&path, "`*` can't stand for methods", remedy);
        } else if Method::from_name(name.as_bytes()).is_none() {
            let known = Method::ALL.iter().filter_map(|method| method.rule().map(|rule| rule.name));
            if let Some(near) = suggest(name, known) {
                let message = format!("`{name}` is no method of MCP and will be taken for an extension's");
                self.warn(&path, message, format!("did you mean `{near}`?"));
            }
        }
        let permission = match rule {
            MethodRule::Allow => ANYONE,
            MethodRule::Deny => NOBODY,
            MethodRule::Permission(permission) => self.permission_id(permission, &path),
        };
        let (kind, name) = (EntryKind::Method.number(), name.to_owned());
        Entry { kind, capabilities: 0, name, permission, condition: NONE, headers: Vec::new() }
    }

    /// Origins as browsers write them: lower case, without a default port (RFC 6454 §6.1).
    fn origins(&mut self) -> Vec<String> {
        let path: [Step<'_>; 2] = ["http".into(), "origins".into()];
        let list = &self.document().http.origins;
        let canonical = list.iter().map(|origin| {
            let lower = origin.to_ascii_lowercase();
            let default_port = match lower.split_once("://") {
                Some(("https", _)) => ":443",
                Some(("http", _)) => ":80",
                _ => "",
            };
            let host = lower.split_once("://").map_or("", |(_, host)| host);
            if host.is_empty() || host.contains(['/', '?', '#', '@', '*', ' ']) {
                let remedy =
                    "an origin is scheme, host and port alone, such as `https://app.example.com`; wildcards are not matched";
                self.error(&path, format!("`{origin}` is not an origin"), remedy);
            }
            match lower.strip_suffix(default_port) {
                Some(stripped) if !default_port.is_empty() => stripped.to_owned(),
                _ => lower,
            }
        });
        canonical.collect()
    }

    fn hosts(&mut self) -> Vec<String> {
        let list = &self.document().http.hosts;
        for host in list {
            let name = host.strip_suffix(":*").unwrap_or(host);
            if host != "*" && (name.is_empty() || name.contains(['/', '*', '@', ' '])) {
                let remedy = "write `host`, `host:port`, `host:*` for every port, or `*`";
                self.error(&["http".into(), "hosts".into()], format!("`{host}` is not a host"), remedy);
            }
        }
        list.clone()
    }

    fn error(&mut self, path: &[Step<'_>], message: impl Into<String>, remedy: impl Into<String>) {
        self.errors.push(self.loaded.error(path, message, remedy));
    }

    fn error_of_key(&mut self, path: &[Step<'_>], message: impl Into<String>, remedy: impl Into<String>) {
        self.errors.push(self.loaded.error_of_key(path, message, remedy));
    }

    fn warn(&mut self, path: &[Step<'_>], message: impl Into<String>, remedy: impl Into<String>) {
        self.warnings.push(self.loaded.error(path, message, remedy));
    }
}

/// An index of the image. Policies are bounded by [`policy::TEXT_MAX`], far below what an index can tell apart.
fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(NONE)
}

fn size(bytes: u64) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
