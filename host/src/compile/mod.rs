//! From a policy document to an image.
//!
//! Names become ids, grants and wildcards become bits, conditions become jumps. Whatever refers to something that isn't there is
//! an error with its place; whatever is legal but probably not meant is a warning.

pub(crate) mod archive;
mod arguments;
mod condition;
mod data;
mod grants;
mod http;
pub(crate) mod identity;
pub(crate) mod names;
mod overlap;
mod pins;
mod places;
mod rates;
mod secrets;
mod settings;
mod sources;
mod url;

use std::{collections::HashSet, path::Path};

use adarga_core::{
    capabilities::Capabilities,
    image::{ANYONE, EntryKind, LABEL, NOBODY, NONE, SectionKind, VERSION},
    method::Method,
    revision::Revisions,
    text::is_token,
};
use indexmap::{IndexMap, IndexSet};
use rkyv::rancor::Error;

use crate::{
    audit,
    config::Config,
    container,
    policy::{self, Condition, Document, ErrorCodes, Loaded, MethodRule, Mode, PolicyError, PolicyErrors, Step, suggest},
};

use archive::{Entry, HeaderRule, Pointer, Policy, Test};
pub use settings::Settings;
pub use sources::{Introspection, KeySource, Sources};

/// Errors after which nothing is suggested any more: comparing with all names costs more than it tells.
const SUGGESTED_MAX: usize = 100;
/// Most headers of one tool.
const HEADERS_MAX: usize = 64;

/// A compiled policy.
#[derive(Debug)]
pub struct Compiled {
    /// The image, ready for [`adarga_core::Gate::open`].
    pub image: Vec<u8>,
    /// What is legal but probably not meant.
    pub warnings: Vec<PolicyError>,
}

/// Compiles a policy that is no file: it can't name schemas beside itself.
///
/// # Errors
/// Everything in it that refers to something that isn't there, each with its place and remedy.
pub fn compile(loaded: &Loaded) -> Result<Compiled, PolicyErrors> {
    compile_in(loaded, None)
}

/// Compiles a policy that lies in `folder`, from where it names schemas.
///
/// # Errors
/// As [`compile`].
pub fn compile_in(loaded: &Loaded, folder: Option<&Path>) -> Result<Compiled, PolicyErrors> {
    let mut compiler = Compiler::new(loaded, folder);
    let policy = compiler.policy();
    let (places, arguments, data) = (compiler.places.take(), compiler.arguments.take(), compiler.data.take());
    let callers = compiler.authentication();
    let rates = compiler.rates();
    compiler.secrets();
    let pins = compiler.pins();
    if let Some(errors) = PolicyErrors::new(std::mem::take(&mut compiler.errors)) {
        return Err(errors);
    }
    let whole = |what| loaded.error(&[], what, "split the policy: an image holds less than 4 GiB");
    let content = rkyv::to_bytes::<Error>(&policy).map_err(|_| whole("the policy can't be written as an image"))?;
    let settings = Settings::of(&loaded.document).to_bytes().ok_or_else(|| whole("the settings can't be written"))?;
    let mut sections =
        vec![(SectionKind::Policy.number(), true, content.as_slice()), (SectionKind::Host.number(), false, settings.as_slice())];
    let identity = match &callers {
        Some(callers) => {
            let sources = Sources::of(&loaded.document).and_then(|sources| sources.to_bytes());
            let written = rkyv::to_bytes::<Error>(callers).ok().zip(sources);
            Some(written.ok_or_else(|| whole("`[identity]` can't be written as an image"))?)
        }
        None => None,
    };
    if let Some((callers, sources)) = &identity {
        sections.push((SectionKind::Authentication.number(), true, callers.as_slice()));
        sections.push((SectionKind::Sources.number(), false, sources.as_slice()));
    }
    let rates = rates.map(|rates| rkyv::to_bytes::<Error>(&rates).map_err(|_| whole("`[rates]` can't be written as an image")));
    let rates = rates.transpose()?;
    if let Some(rates) = &rates {
        sections.push((SectionKind::Rates.number(), true, rates.as_slice()));
    }
    let places = places.map(|places| rkyv::to_bytes::<Error>(&places).map_err(|_| whole("roots and templates can't be written")));
    let places = places.transpose()?;
    if let Some(places) = &places {
        sections.push((SectionKind::Places.number(), true, places.as_slice()));
    }
    let arguments = arguments.map(|rules| rkyv::to_bytes::<Error>(&rules).map_err(|_| whole("the schemas can't be written")));
    let arguments = arguments.transpose()?;
    if let Some(arguments) = &arguments {
        sections.push((SectionKind::Arguments.number(), true, arguments.as_slice()));
    }
    let data = data.map(|data| rkyv::to_bytes::<Error>(&data).map_err(|_| whole("the rules about data can't be written")));
    let data = data.transpose()?;
    if let Some(data) = &data {
        sections.push((SectionKind::Data.number(), true, data.as_slice()));
    }
    let pins = pins.map(|pins| rkyv::to_bytes::<Error>(&pins).map_err(|_| whole("the pins can't be written")));
    let pins = pins.transpose()?;
    if let Some(pins) = &pins {
        sections.push((SectionKind::Pins.number(), true, pins.as_slice()));
    }
    let audit = audit::Settings::of(&loaded.document);
    let audit = audit.map(|audit| audit.to_bytes().ok_or_else(|| whole("`[audit]` can't be written as an image"))).transpose()?;
    if let Some(audit) = &audit {
        sections.push((SectionKind::Audit.number(), false, audit.as_slice()));
    }
    let config = Config::of(&loaded.document);
    let config =
        config.map(|config| config.to_bytes().ok_or_else(|| whole("`[config]` can't be written as an image"))).transpose()?;
    if let Some(config) = &config {
        sections.push((SectionKind::Config.number(), false, config.as_slice()));
    }
    let image = container::seal(LABEL, VERSION, &sections).ok_or_else(|| whole("the policy is too large for an image"))?;
    Ok(Compiled { image, warnings: compiler.warnings })
}

struct Compiler<'l> {
    loaded: &'l Loaded,
    /// Where the policy lies.
    folder: Option<&'l Path>,
    permissions: IndexSet<String>,
    tests: Vec<Test>,
    pointers: IndexSet<Pointer>,
    /// Once the policy was compiled.
    places: Option<archive::Places>,
    /// The same.
    arguments: Option<archive::Arguments>,
    /// The same.
    data: Option<archive::Data>,
    errors: Vec<PolicyError>,
    warnings: Vec<PolicyError>,
}

impl<'l> Compiler<'l> {
    fn new(loaded: &'l Loaded, folder: Option<&'l Path>) -> Self {
        let none = Vec::new;
        Self {
            loaded,
            folder,
            permissions: IndexSet::new(),
            tests: none(),
            pointers: IndexSet::new(),
            places: None,
            arguments: None,
            data: None,
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
        self.check_limits();
        let (entries, defaults) = self.entries();
        self.places = self.places();
        self.arguments = self.argument_rules();
        self.data = self.data_rules();
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

    /// A bound above the one for all transports would never be reached. Defaults follow it by themselves.
    fn check_limits(&mut self) {
        let Document { stdio, http, limits, .. } = self.document();
        for (table, key, size) in [("http", "body_max", http.body_max), ("stdio", "line_max", stdio.line_max)] {
            if size > limits.body_max && self.loaded.says(&[table.into(), key.into()]) {
                let message = format!("`{size}` is more than the `{}` of `[limits] body_max`", limits.body_max);
                let remedy = format!("raise `[limits] body_max`, or write at most `{}`", limits.body_max);
                self.error(&[table.into(), key.into()], message, remedy);
            }
        }
        if let Some(depth) = http.depth_max.filter(|depth| *depth > limits.depth_max) {
            let message = format!("{depth} is more than the {} of `[limits] depth_max`", limits.depth_max);
            let remedy = format!("raise `[limits] depth_max`, or write at most {}", limits.depth_max);
            self.error(&["http".into(), "depth_max".into()], message, remedy);
        }
    }

    fn stdio_roles(&mut self) -> Vec<u32> {
        self.roles_of(&self.document().stdio.role, &["stdio".into(), "role".into()])
    }

    /// The id of a role; an unknown one is an error, and its id doesn't matter any more.
    fn role_id(&mut self, name: &str, path: &[Step<'_>]) -> u32 {
        let roles = &self.document().roles;
        match roles.get_index_of(name) {
            Some(id) => index(id),
            None => {
                let names = roles.keys().map(String::as_str);
                let near = if self.errors.len() < SUGGESTED_MAX { suggest(name, names) } else { None };
                let remedy = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("give it permissions in `[roles]`: `{name} = [\"…\"]`"),
                };
                self.error(path, format!("unknown role `{name}`"), remedy);
                NONE
            }
        }
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
            entries.push(self.entry(EntryKind::Resource, "resources", uri, &resource.entry, &none));
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
        let condition = entry.when.as_ref().map_or(NONE, |condition| self.condition(kind, name, condition, &with("when".into())));
        let headers: Vec<_> =
            headers.iter().map(|(header, pointer)| self.header(header, pointer, &with("headers".into()))).collect();
        self.check_headers(&headers, &with("headers".into()));
        let (permission, path) = (entry.permission.as_str(), with("permission".into()));
        let permission = if kind == EntryKind::Resource && places::is_template(name) && places::is_template(permission) {
            self.pattern(permission, name, &path)
        } else {
            self.permission_id(permission, &path)
        };
        Entry { kind: kind.number(), capabilities: capabilities.bits(), name: name.to_owned(), permission, condition, headers }
    }

    /// Header names are unique without regard to case, as headers are.
    fn check_headers(&mut self, headers: &[HeaderRule], path: &[Step<'_>]) {
        if headers.len() > HEADERS_MAX {
            let message = format!("{} headers for one tool", headers.len());
            self.error(path, message, format!("mirror at most {HEADERS_MAX} arguments"));
        }
        let mut seen = HashSet::new();
        for header in headers {
            if !seen.insert(header.name.to_ascii_lowercase()) {
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

    fn condition(&mut self, kind: EntryKind, name: &str, condition: &Condition, path: &[Step<'_>]) -> u32 {
        struct Operands<'o, 'l> {
            compiler: &'o mut Compiler<'l>,
            path: &'o [Step<'o>],
            kind: EntryKind,
            name: &'o str,
        }
        impl condition::Operands for Operands<'_, '_> {
            fn role(&mut self, name: &str) -> u32 {
                self.compiler.role_id(name, self.path)
            }
            fn pointer(&mut self, pointer: &str) -> u32 {
                if self.kind == EntryKind::Resource {
                    let message = format!("`{pointer}` is asked for, but a resource has no arguments");
                    self.compiler.error(self.path, message, "ask for a role, or for a variable of its URI template");
                }
                self.compiler.pointer_id(pointer, self.path)
            }
            fn variable(&mut self, variable: &str) -> u32 {
                if self.kind == EntryKind::Resource {
                    return self.compiler.variable_id(self.name, variable, self.path);
                }
                let message = format!("variable `{variable}` is asked for, but only resources have variables");
                self.compiler.error(
                    self.path,
                    message,
                    "ask for an argument instead: `{ argument = \"/…\", equals = \"subject\" }`",
                );
                NONE
            }
        }
        let mut tests = std::mem::take(&mut self.tests);
        let first = condition::compile(condition, &mut tests, &mut Operands { compiler: self, path, kind, name });
        self.tests = tests;
        first
    }

    /// The index of a JSON Pointer relative to the arguments.
    fn pointer_id(&mut self, pointer: &str, path: &[Step<'_>]) -> u32 {
        let pointer = self.pointer(pointer, "an argument", path);
        index(self.pointers.insert_full(pointer).0)
    }

    /// Reads a JSON Pointer (RFC 6901 §3) to something other than the whole.
    fn pointer(&mut self, pointer: &str, to: &str, path: &[Step<'_>]) -> Pointer {
        let remedy = "a JSON Pointer begins with `/`, such as `/user_id`; `~` is written `~0` and `/` in a name `~1`";
        let Some(rest) = pointer.strip_prefix('/') else {
            self.error(path, format!("`{pointer}` is not a JSON Pointer to {to}"), remedy);
            return Pointer { tokens: Vec::new() };
        };
        if !pointer.is_ascii() {
            let remedy = "parsers fold the case of such names differently: use ASCII names";
            self.error(path, format!("`{pointer}` holds characters outside of ASCII"), remedy);
        }
        let plain = pointer.replace("~0", "").replace("~1", "");
        if plain.contains('~') {
            self.error(path, format!("`{pointer}` is not a JSON Pointer"), remedy);
        }
        Pointer { tokens: rest.split('/').map(|token| token.replace("~1", "/").replace("~0", "~")).collect() }
    }

    fn check_uri(&mut self, uri: &str) {
        if places::is_template(uri) {
            self.check_template(uri);
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
        } else if let Some(rule) = Method::from_name(name.as_bytes()).and_then(Method::rule) {
            if rule.client.is_empty() {
                let message = format!("`{name}` is sent by servers, and this version does not judge those");
                self.error_of_key(&path, message, "remove it");
            }
        } else {
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
            MethodRule::Table(table) => match &table.permission {
                None => ANYONE,
                Some(permission) => self.permission_id(permission, &[path[0], path[1], "permission".into()]),
            },
        };
        let (kind, name) = (EntryKind::Method.number(), name.to_owned());
        Entry { kind, capabilities: 0, name, permission, condition: NONE, headers: Vec::new() }
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
