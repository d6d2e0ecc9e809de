//! Roots, paths and URI templates become the section of places.

use adarga_core::{
    image::{ALIKE_MAX, EntryKind, GUARD, NOBODY, NONE, PATHS_MAX, PathSource, ROOTS_MAX, TEMPLATES_MAX},
    path::{self, Encoding, PATH_MAX, Rules, contain_uri},
    permission::may_cover,
    template::Template,
    text::same_member,
    uri::is_normal,
};
use indexmap::IndexMap;

use crate::policy::{self, HardLinks, Links, Profile, Resource, Step, suggest};

use super::{
    Compiler, SUGGESTED_MAX,
    archive::{Grants, PathRule, Pattern, Places, Pointer, Root, TemplateRule},
    index,
    overlap::{Exhausted, Overlaps},
};

/// Steps that comparing all templates may take: seconds, at worst.
const STEPS_MAX: usize = 20 << 20;

fn archived(name: &str, root: &policy::Root) -> Root {
    Root {
        name: name.to_owned(),
        directory: root.directory.clone(),
        posix: root.profile == Profile::Posix,
        decode: root.decode.unwrap_or(GUARD),
        absolute_only: !root.relative,
        no_links: root.links == Links::Refuse,
        single_names: root.hard_links == HardLinks::Refuse,
    }
}

/// How paths beneath a root are judged, as the image will say it.
fn rules(root: &policy::Root) -> Rules {
    Rules {
        profile: if root.profile == Profile::Posix { path::Profile::Posix } else { path::Profile::Portable },
        encoding: root.decode.map_or(Encoding::Guard, Encoding::Decode),
    }
}

/// Whether a resource is a family.
pub(super) fn is_template(uri: &str) -> bool {
    uri.contains(['{', '}'])
}

impl Compiler<'_> {
    /// The section; nothing for a policy that has neither roots nor templates. Entries are numbered as
    /// [`entries`](Compiler::entries) numbers them.
    pub(super) fn places(&mut self) -> Option<Places> {
        let document = self.document();
        let mut places = Places { roots: self.roots(), ..Places::default() };
        let mut used = vec![false; document.roots.len()];
        let mut id = 0;
        for (name, tool) in &document.tools {
            self.arguments(id, EntryKind::Tool, name, &tool.entry.paths, &mut places.paths, &mut used);
            id += 1;
        }
        for (name, prompt) in &document.prompts {
            self.arguments(id, EntryKind::Prompt, name, &prompt.paths, &mut places.paths, &mut used);
            id += 1;
        }
        let mut templates = Vec::new();
        for (uri, resource) in &document.resources {
            self.resource(id, uri, resource, &mut places, &mut used);
            if let Ok(template) = Template::parse(uri.as_bytes())
                && is_template(uri)
            {
                templates.push((template, id));
            }
            id += 1;
        }
        for (name, _) in document.roots.keys().zip(&used).filter(|(_, used)| !**used) {
            self.warn(
                &["roots".into(), name.into()],
                format!("nothing stays beneath `{name}`"),
                "name it in `paths`, or remove it",
            );
        }
        places.templates = self.templates(templates);
        if !places.patterns.is_empty() {
            let heads: Vec<_> =
                places.patterns.iter().map(|pattern| pattern.text.split('{').next().unwrap_or_default()).collect();
            let may_matter = |grant: &&String| heads.iter().any(|head| may_cover(grant.as_bytes(), head.as_bytes()));
            let kept = |grants: &Vec<String>| Grants { list: grants.iter().filter(may_matter).cloned().collect() };
            places.grants = document.roles.values().map(kept).collect();
        }
        let empty = places.roots.is_empty() && places.templates.is_empty();
        (!empty).then_some(places)
    }

    fn roots(&mut self) -> Vec<Root> {
        let roots = &self.document().roots;
        if roots.len() > ROOTS_MAX {
            self.error(&["roots".into()], format!("{} roots", roots.len()), format!("use at most {ROOTS_MAX}"));
        }
        for (name, root) in roots {
            self.check_root(name, root);
        }
        roots.iter().map(|(name, root)| archived(name, root)).collect()
    }

    fn check_root(&mut self, name: &str, root: &policy::Root) {
        let path: [Step<'_>; 3] = ["roots".into(), name.into(), "directory".into()];
        let directory = root.directory.as_str();
        let drive = matches!(directory.as_bytes(), [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic());
        let windows = root.profile == Profile::Portable && (drive || directory.starts_with(r"\\"));
        if !directory.starts_with('/') && !windows {
            let message = format!("`{directory}` is not absolute");
            return self.error(&path, message, "write the whole path of the directory, such as `/srv/docs`");
        }
        let separates = |character: char| character == '/' || (windows && character == '\\');
        if directory.contains('\0') || directory.split(separates).any(|name| matches!(name, "." | "..")) {
            let message = format!("`{directory}` holds `.`, `..` or a null character");
            return self.error(&path, message, "write where it leads");
        }
        if directory.split(separates).all(str::is_empty) {
            self.warn(&path, "everything lies beneath `/`", "name the directory that the server works in");
        }
    }

    /// The id of a root; an unknown one is an error.
    fn root_id(&mut self, name: &str, path: &[Step<'_>], used: &mut [bool]) -> u32 {
        let roots = &self.document().roots;
        if let Some(id) = roots.get_index_of(name) {
            used[id] = true;
            return index(id);
        }
        let near = if self.errors.len() < SUGGESTED_MAX { suggest(name, roots.keys().map(String::as_str)) } else { None };
        let remedy = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("name its directory in `[roots]`: `{name} = \"/…\"`"),
        };
        self.error(path, format!("unknown root `{name}`"), remedy);
        NONE
    }

    fn check_count(&mut self, paths: &IndexMap<String, String>, place: &[Step<'_>]) {
        if paths.len() > PATHS_MAX {
            self.error(place, format!("{} paths of one entry", paths.len()), format!("use at most {PATHS_MAX}"));
        }
    }

    fn arguments(
        &mut self,
        id: u32,
        kind: EntryKind,
        name: &str,
        paths: &IndexMap<String, String>,
        rules: &mut Vec<PathRule>,
        used: &mut [bool],
    ) {
        let table = if kind == EntryKind::Tool { "tools" } else { "prompts" };
        self.check_count(paths, &[table.into(), name.into(), "paths".into()]);
        for (at, (pointer, root)) in paths.iter().enumerate() {
            let place: [Step<'_>; 4] = [table.into(), name.into(), "paths".into(), pointer.into()];
            if let Some(twin) = paths.keys().take(at).find(|twin| same_member(twin.as_bytes(), pointer.as_bytes())) {
                let message = format!("`{pointer}` and `{twin}` differ only by case");
                self.error(&place, message, "keep the one that the tool's schema has: calls with the other are denied");
            }
            let root = self.root_id(root, &place, used);
            let pointer = self.pointer_id(pointer, &place);
            rules.push(PathRule { entry: id, root, source: PathSource::Argument.number(), pointer });
        }
    }

    fn resource(&mut self, id: u32, uri: &str, resource: &Resource, places: &mut Places, used: &mut [bool]) {
        let place: [Step<'_>; 2] = ["resources".into(), uri.into()];
        let is_file = uri.starts_with("file:");
        if let Some(root) = &resource.root {
            let path = [place[0], place[1], "root".into()];
            if !is_file && uri != "*" {
                self.error(
                    &path,
                    format!("`{uri}` is no `file:` URI"),
                    "bind its variables by `paths = { variable = \"root\" }`",
                );
            }
            if is_file && !is_template(uri) {
                self.check_named(uri, root, &path);
            }
            let root = self.root_id(root, &path, used);
            places.paths.push(PathRule { entry: id, root, source: PathSource::Uri.number(), pointer: NONE });
        } else if is_file && is_template(uri) {
            self.warn(
                &place,
                format!("`{uri}` is any file that the server can read"),
                "bind it: `root = \"…\"`, a name of `[roots]`",
            );
        }
        self.check_count(&resource.entry.paths, &[place[0], place[1], "paths".into()]);
        for (variable, root) in &resource.entry.paths {
            let path = [place[0], place[1], "paths".into(), variable.into()];
            let root = self.root_id(root, &path, used);
            let pointer = self.variable_id(uri, variable, &path);
            places.paths.push(PathRule { entry: id, root, source: PathSource::Variable.number(), pointer });
        }
        if is_template(uri) && is_template(&resource.entry.permission) {
            places.patterns.push(Pattern { entry: id, text: resource.entry.permission.clone() });
        }
    }

    /// A file that is named must lie beneath its root: otherwise each read of it would be denied.
    fn check_named(&mut self, uri: &str, name: &str, path: &[Step<'_>]) {
        let Some(root) = self.document().roots.get(name) else { return };
        let mut buffer = [0; PATH_MAX];
        let judged = contain_uri(root.directory.as_bytes(), uri.as_bytes(), rules(root), &mut buffer);
        if judged.is_err() {
            let message = format!("`{uri}` is no file beneath `{}`", root.directory);
            self.error(path, message, "name the root that it lies in, or write the URI in its normal form");
        }
    }

    /// The index of a pointer that names a variable of a template.
    pub(super) fn variable_id(&mut self, uri: &str, variable: &str, path: &[Step<'_>]) -> u32 {
        self.check_variable(uri, variable, path);
        index(self.pointers.insert_full(Pointer { tokens: vec![variable.to_owned()] }).0)
    }

    fn check_variable(&mut self, uri: &str, variable: &str, path: &[Step<'_>]) {
        if !is_template(uri) {
            let remedy = "name it in the URI, such as `reports://{report_id}`";
            return self.error(path, format!("`{variable}` is a variable, and `{uri}` has none"), remedy);
        }
        // a template that is none has its own error
        let Ok(template) = Template::parse(uri.as_bytes()) else { return };
        if template.names().any(|name| name == variable.as_bytes()) {
            return;
        }
        let names: Vec<_> = template.names().map(String::from_utf8_lossy).collect();
        let remedy = match suggest(variable, names.iter().map(AsRef::as_ref)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the template has `{}`", names.join("`, `")),
        };
        self.error(path, format!("unknown variable `{variable}`"), remedy);
    }

    /// A permission that holds variables of `uri`: nobody has it before it is matched.
    pub(super) fn pattern(&mut self, permission: &str, uri: &str, path: &[Step<'_>]) -> u32 {
        let mut rest = permission;
        let mut between = None;
        loop {
            let Some((text, after)) = rest.split_once('{') else {
                if rest.contains('}') {
                    self.error(path, format!("`{permission}` holds a brace that closes nothing"), "write `{variable}`");
                }
                return NOBODY;
            };
            let Some((variable, after)) = after.split_once('}').filter(|_| !text.contains('}')) else {
                self.error(path, format!("`{permission}` holds a brace without its other half"), "write `{variable}`");
                return NOBODY;
            };
            if between.replace(text).is_some() && !text.contains([':', '/']) {
                let message = format!("`{permission}`: values of neighbouring variables can't be told apart");
                self.error(path, message, "put a `:` between them, which no value holds");
                return NOBODY;
            }
            self.check_variable(uri, variable, path);
            rest = after;
        }
    }

    /// What is wrong with a template by itself.
    pub(super) fn check_template(&mut self, uri: &str) {
        let path: [Step<'_>; 2] = ["resources".into(), uri.into()];
        let template = match Template::parse(uri.as_bytes()) {
            Ok(template) => template,
            Err(unfit) => {
                let (wrong, remedy) = unfit.text().split_once("; ").unwrap_or((unfit.text(), "name each URI"));
                return self.error_of_key(&path, format!("`{uri}` can't be a URI template: {wrong}"), remedy);
            }
        };
        if !template.head().contains(&b':') {
            let message = format!("`{uri}` does not begin with a scheme");
            return self.error_of_key(&path, message, "begin with one, such as `reports://`, before the first variable");
        }
        let sample: String = uri.split('{').enumerate().fold(String::new(), |text, (count, part)| match part.split_once('}') {
            Some((_, literal)) if count > 0 => text + "1" + literal,
            _ => text + part,
        });
        if !is_normal(sample.as_bytes()) {
            let message = format!("no URI in normal form is of `{uri}`");
            let remedy = "write scheme and host in small letters, without a default port, `.`, `..` and needless escapes";
            self.error_of_key(&path, message, remedy);
        }
    }

    /// The templates in the order of what they begin with, each compared with those that begin alike.
    fn templates(&mut self, mut templates: Vec<(Template<'_>, u32)>) -> Vec<TemplateRule> {
        if templates.len() > TEMPLATES_MAX {
            let message = format!("{} URI templates", templates.len());
            self.error(&["resources".into()], message, format!("use at most {TEMPLATES_MAX}"));
            return Vec::new();
        }
        self.check_names(&templates);
        templates.sort_by_key(|(template, id)| (template.head(), *id));
        let mut overlaps = Overlaps::with_budget(STEPS_MAX);
        let mut above: Vec<usize> = Vec::new();
        let mut rules = Vec::with_capacity(templates.len());
        for (at, (template, entry)) in templates.iter().enumerate() {
            while above.last().is_some_and(|&last| !template.head().starts_with(templates[last].0.head())) {
                above.pop();
            }
            rules.push(TemplateRule { entry: *entry, above: above.last().map_or(NONE, |&last| index(last)) });
            let uri = String::from_utf8_lossy(template.text()).into_owned();
            let path: [Step<'_>; 2] = ["resources".into(), uri.as_str().into()];
            if above.len() >= ALIKE_MAX {
                let message = format!("more than {ALIKE_MAX} templates begin as `{uri}` does");
                self.error_of_key(&path, message, "let them differ before their first variable");
                return rules;
            }
            for &other in &above {
                let other = &templates[other].0;
                let shown = String::from_utf8_lossy(other.text());
                match overlaps.overlap(template, other) {
                    Ok(false) => {}
                    Ok(true) => {
                        let message = format!("`{uri}` and `{shown}` have URIs in common");
                        self.error_of_key(&path, message, "let them differ in what is no variable, or name single URIs in full");
                    }
                    Err(Exhausted) => {
                        let remedy = "use fewer of them, or let them differ before their first variable";
                        return {
                            self.error_of_key(&path, "the templates are too many to compare", remedy);
                            rules
                        };
                    }
                }
            }
            above.push(at);
        }
        rules
    }

    /// A URI that is named in full and not in normal form may be one of a template's to the server.
    fn check_names(&mut self, templates: &[(Template<'_>, u32)]) {
        let scheme = |uri: &[u8]| uri.split(|&byte| byte == b':').next().unwrap_or_default().to_ascii_lowercase();
        for uri in self.document().resources.keys().filter(|uri| !is_template(uri) && !is_normal(uri.as_bytes())) {
            let own = scheme(uri.as_bytes());
            if let Some((template, _)) = templates.iter().find(|(template, _)| scheme(template.head()) == own) {
                let shown = String::from_utf8_lossy(template.text());
                let message = format!("`{uri}` is not in normal form, in which it may be one of `{shown}`");
                let remedy = "write it in normal form: small letters in scheme and host, no needless escapes";
                self.error_of_key(&["resources".into(), uri.into()], message, remedy);
            }
        }
    }
}
