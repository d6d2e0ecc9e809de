//! Schemas of arguments and threats become the section of arguments.

use std::{fs::File, io::Read, path::Path};

use adarga_core::{
    image::{EXCEPTIONS_MAX, FRAMES_MAX, NONE, SCOPES_MAX},
    threat::Kinds,
};

use crate::{
    policy::{self, Action, SchemaSource, Step, TEXT_MAX},
    schema::{Compiler as Schemas, Options, SchemaError, archive::Root},
};

use super::{
    Compiler,
    archive::{Arguments, EntryArguments, Exception, Threats},
    index,
};

/// The section as far as it is compiled.
struct Draft {
    schemas: Schemas,
    entries: Vec<EntryArguments>,
    exceptions: Vec<Exception>,
}

impl Compiler<'_> {
    /// The section; nothing for a policy that has neither schemas nor threats. Entries are numbered as
    /// [`entries`](Compiler::entries) numbers them.
    pub(super) fn argument_rules(&mut self) -> Option<Arguments> {
        let document = self.document();
        // the default dialect is always known
        let schemas = Schemas::new(Options { formats: true, dialect: None }).ok()?;
        let mut draft = Draft { schemas, entries: Vec::new(), exceptions: Vec::new() };
        for (name, tool) in &document.tools {
            self.arguments_of(["tools".into(), name.into()], &tool.entry, &mut draft);
            if let Some(source) = &tool.output {
                let path = ["tools".into(), name.into(), "output".into()];
                let output = self.schema(source, &path, tool.entry.formats, &mut draft.schemas);
                self.unmasked(tool, source, &path);
                if let Some(entry) = draft.entries.last_mut() {
                    entry.output = output;
                }
            }
        }
        for (name, prompt) in &document.prompts {
            self.arguments_of(["prompts".into(), name.into()], prompt, &mut draft);
        }
        for (uri, resource) in &document.resources {
            self.arguments_of(["resources".into(), uri.into()], &resource.entry, &mut draft);
        }
        let nothing = || EntryArguments { input: NONE, output: NONE, threats: Threats::default(), first: 0, count: 0 };
        draft.entries.extend(document.methods.iter().map(|_| nothing()));
        let means_something =
            |entry: &EntryArguments| entry.input != NONE || entry.output != NONE || entry.threats != Threats::default();
        if !draft.entries.iter().any(means_something) && draft.exceptions.is_empty() {
            return None;
        }
        let Draft { schemas, entries, exceptions } = draft;
        let schemas = schemas.into_schemas();
        let widest = schemas.roots.iter().fold(Root::default(), |widest, root| Root {
            frames: widest.frames.max(root.frames),
            scopes: widest.scopes.max(root.scopes),
            remembers: widest.remembers || root.remembers,
            compares: widest.compares || root.compares,
            ..widest
        });
        if widest.frames > FRAMES_MAX || widest.scopes > SCOPES_MAX {
            let remedy = "let fewer schemas refer to others, or use fewer `unevaluated…` in one another";
            self.error(&[], "a schema whose parts lie too deep in one another", remedy);
        }
        Some(Arguments { schemas, widest, entries, exceptions })
    }

    fn arguments_of(&mut self, place: [Step<'_>; 2], entry: &policy::Entry, draft: &mut Draft) {
        let input = match &entry.input {
            Some(source) => self.schema(source, &[place[0], place[1], "input".into()], entry.formats, &mut draft.schemas),
            None => NONE,
        };
        let path = [place[0], place[1], "threats".into()];
        let general = &self.document().threats;
        let first = draft.exceptions.len();
        let threats = match &entry.threats {
            None => *general,
            Some(own) => {
                let all = own.all.over(general);
                for pointer in &own.except {
                    let pointer = self.pointer_id(pointer, &[path[0], path[1], path[2], "except".into()]);
                    draft.exceptions.push(Exception { pointer, threats: Threats::default() });
                }
                for (pointer, threats) in &own.arguments {
                    if own.except.contains(pointer) {
                        let path = [path[0], path[1], path[2], "arguments".into(), pointer.into()];
                        self.error_of_key(&path, format!("`{pointer}` stands in `except` as well"), "remove one of the two");
                    }
                    let path = [path[0], path[1], path[2], "arguments".into(), pointer.into()];
                    let pointer = self.pointer_id(pointer, &path);
                    draft.exceptions.push(Exception { pointer, threats: bits(&threats.over(&all)) });
                }
                all
            }
        };
        let count = draft.exceptions.len() - first;
        if count > EXCEPTIONS_MAX {
            self.error(&path, format!("{count} arguments with threats of their own"), format!("use at most {EXCEPTIONS_MAX}"));
        }
        draft.entries.push(EntryArguments {
            input,
            output: NONE,
            threats: bits(&threats),
            first: index(first),
            count: index(count),
        });
    }

    /// The index of a schema; one that can't be compiled is an error at its place.
    fn schema(&mut self, source: &SchemaSource, path: &[Step<'_>], formats: bool, schemas: &mut Schemas) -> u32 {
        schemas.assert_formats(formats);
        let compiled = match source {
            SchemaSource::Inline(text) => schemas.schema(text).map_err(|error| self.misfit(path, &error)),
            SchemaSource::File(name) => match self.read_beside(name) {
                Ok(text) => schemas.schema(&text).map_err(|error| {
                    let at = if error.pointer.is_empty() { String::new() } else { format!(" at `{}`", error.pointer) };
                    self.error(path, format!("`{name}`{at}: {}", error.message), error.remedy);
                }),
                Err(wrong) => {
                    let remedy = "name a file of the policy's folder, or write the schema into the policy";
                    self.error(path, format!("`{name}` can't be read: {wrong}"), remedy);
                    return NONE;
                }
            },
        };
        compiled.unwrap_or(NONE)
    }

    /// Says what is wrong with a schema that stands in the policy, where it stands.
    fn misfit(&mut self, path: &[Step<'_>], error: &SchemaError) {
        let tokens = error.pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"));
        let tokens: Vec<String> = tokens.collect();
        let mut steps = path.to_vec();
        for token in &tokens {
            let key = Step::from(token);
            let is_key = self.loaded.says(&[steps.as_slice(), &[key]].concat());
            steps.push(token.parse().ok().filter(|_| !is_key).map_or(key, Step::Index));
        }
        self.error(&steps, error.message.as_str(), error.remedy.as_str());
    }

    /// The text of a file, by its name from the policy's folder.
    pub(super) fn read_beside(&self, name: &str) -> Result<String, String> {
        let folder = self.folder.ok_or("the policy itself is no file")?;
        read(&folder.join(name))
    }
}

/// A file that is not too long for what it should be.
fn read(path: &Path) -> Result<String, String> {
    let mut text = String::new();
    let max = u64::try_from(TEXT_MAX).unwrap_or(u64::MAX);
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(max.saturating_add(1)).read_to_string(&mut text).map_err(|error| error.to_string())?;
    if text.len() > TEXT_MAX { Err(format!("longer than {} MiB", TEXT_MAX >> 20)) } else { Ok(text) }
}

fn bits(threats: &policy::Threats) -> Threats {
    let of = |action| {
        let rows = Kinds::NAMED.into_iter().zip(threats.actions());
        let kinds = rows.filter(|(_, own)| *own == Some(action)).map(|((kind, ..), _)| kind);
        kinds.fold(Kinds::NONE, Kinds::union).bits()
    };
    Threats { block: of(Action::Block), report: of(Action::Report) }
}
