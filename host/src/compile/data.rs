//! What answers don't show becomes the section of data.
//!
//! Names, pointers and kinds that hold together are one set, so that an answer is walked once. Rules of all entries and those of an
//! entry may each be lifted for a caller: an entry has a set for each combination that leaves something to mask.

use adarga_core::{
    detect::Kinds,
    image::{EntryKind, NAMES_MAX, NONE, POINTERS_MAX},
    redact::{Name, Names},
};

use serde_json::Value;

use crate::policy::{Errors, Mask, Redaction, SchemaSource, Step, Tool};

use super::{
    Compiler,
    archive::{Data, EntryData, Hidden, HiddenName, Pointer},
    index,
};

/// Members of results that the protocol itself reads: an answer without them is none.
const PROTOCOL: [&str; 16] = [
    "content",
    "contents",
    "messages",
    "message",
    "code",
    "completion",
    "structuredContent",
    "type",
    "role",
    "uri",
    "mimeType",
    "isError",
    "resultType",
    "nextCursor",
    "cacheScope",
    "ttlMs",
];

/// The rules of one place of the policy.
#[derive(Clone, Default)]
struct Rules {
    names: Vec<Name>,
    pointers: Vec<Pointer>,
    kinds: Kinds,
    mask: Option<Mask>,
}

impl Compiler<'_> {
    /// The section; nothing for a policy that hides nothing. Entries are numbered as [`entries`](Compiler::entries) numbers them.
    pub(super) fn data_rules(&mut self) -> Option<Data> {
        let document = self.document();
        let mut data = Data {
            names: Vec::new(),
            pointers: Vec::new(),
            sets: Vec::new(),
            general: EntryData { unless: NONE, sets: [NONE; 4] },
            entries: Vec::new(),
            seals: false,
            plain_errors: document.data.errors == Errors::Plain,
        };
        let path: [Step<'_>; 2] = ["data".into(), "redact".into()];
        let (general, unless) = match &document.data.redact {
            // who asks for what is not known where the rules hold for every entry: only a role can lift them
            Some(redaction) => self.redaction(redaction, EntryKind::Method, "", &path),
            None => (Rules::default(), NONE),
        };
        let sealed = self.seals(&document.data.seal, &["data".into(), "seal".into()]);
        let all = data.sets([&[], &[&general], &[], &[&general]], &[&sealed]);
        data.general = EntryData { unless, sets: all };
        let tools = document.tools.iter().map(|(name, tool)| (EntryKind::Tool, "tools", name, &tool.entry));
        let prompts = document.prompts.iter().map(|(name, prompt)| (EntryKind::Prompt, "prompts", name, prompt));
        let resources = document.resources.iter().map(|(uri, resource)| (EntryKind::Resource, "resources", uri, &resource.entry));
        for (kind, table, name, entry) in tools.chain(prompts).chain(resources) {
            let path: [Step<'_>; 3] = [table.into(), name.into(), "redact".into()];
            let (own, unless) = match &entry.redact {
                None => (Rules::default(), NONE),
                Some(redaction) => self.redaction(redaction, kind, name, &path),
            };
            let own_sealed = self.seals(&entry.seal, &[table.into(), name.into(), "seal".into()]);
            let sets = if entry.redact.is_none() && entry.seal.is_empty() {
                all
            } else {
                data.sets([&[], &[&general], &[&own], &[&general, &own]], &[&sealed, &own_sealed])
            };
            data.entries.push(EntryData { unless, sets });
        }
        data.entries.extend(document.methods.iter().map(|_| EntryData { unless: NONE, sets: all }));
        let pseudonyms = data.sets.iter().any(|set| set.mask == PSEUDONYM);
        if (data.seals || pseudonyms) && document.data.key.is_none() {
            let what = if data.seals { "`seal`" } else { "`mask = \"pseudonym\"`" };
            let message = format!("{what} without a key");
            self.error(
                &["data".into()],
                message,
                "add `key = { file = \"data.key\" }` to `[data]`; `adarga secrets key` prints a key",
            );
        }
        if data.sets.is_empty() && !data.plain_errors { None } else { Some(data) }
    }

    /// What is sealed by one place of the policy.
    fn seals(&mut self, list: &[String], path: &[Step<'_>]) -> Rules {
        let mut rules = Rules::default();
        self.members(list, &mut rules, path);
        rules
    }

    /// The rules of one redaction, and the first test of what lifts them.
    fn redaction(&mut self, redaction: &Redaction, kind: EntryKind, entry: &str, path: &[Step<'_>]) -> (Rules, u32) {
        let mut rules = Rules { mask: redaction.mask, ..Rules::default() };
        self.members(&redaction.names, &mut rules, path);
        rules.kinds = redaction.detect.iter().fold(Kinds::NONE, |kinds, kind| kinds.with(kind.0));
        if rules.names.is_empty() && rules.pointers.is_empty() && rules.kinds.is_empty() {
            self.error(path, "nothing to mask", "name members, JSON Pointers or kinds to `detect`, or leave `redact` out");
        }
        let condition = redaction.unless.as_ref();
        let steps: Vec<Step<'_>> = path.iter().copied().chain(["unless".into()]).collect();
        let unless = condition.map_or(NONE, |condition| self.condition(kind, entry, condition, &steps));
        (rules, unless)
    }

    /// Names of members, and JSON Pointers from `result`, which begin with `/`.
    fn members(&mut self, list: &[String], rules: &mut Rules, path: &[Step<'_>]) {
        for name in list {
            if name.starts_with('/') {
                let pointer = self.pointer(name, "a value of the result", path);
                if let [token] | [.., token] = pointer.tokens.as_slice()
                    && PROTOCOL.contains(&token.as_str())
                {
                    self.protocol(token, path);
                }
                rules.pointers.push(pointer);
                continue;
            }
            if PROTOCOL.contains(&name.as_str()) {
                self.protocol(name, path);
            }
            match Name::new(name.as_bytes()) {
                Some(folded) => rules.names.push(folded),
                None => {
                    let remedy = "names are compared by their letters and digits: write 1 to 63 of them";
                    self.error(path, format!("`{name}` can't be the name of a member to mask"), remedy);
                }
            }
        }
        if rules.pointers.len() > POINTERS_MAX {
            let message = format!("{} JSON Pointers", rules.pointers.len());
            self.error(path, message, format!("use at most {POINTERS_MAX}, or names"));
        }
        if rules.names.len() > NAMES_MAX {
            self.error(path, format!("{} names", rules.names.len()), format!("use at most {NAMES_MAX}"));
        }
    }

    /// A mask must fit the schema of the results that it stands in: otherwise no client takes what is released.
    pub(super) fn unmasked(&mut self, tool: &Tool, source: &SchemaSource, path: &[Step<'_>]) {
        let text = match source {
            SchemaSource::Inline(text) => Some(text.clone()),
            SchemaSource::File(name) => self.read_beside(name).ok(),
        };
        // what is no schema was said already
        let Some(schema) = text.and_then(|text| serde_json::from_str::<Value>(&text).ok()) else { return };
        let data = &self.document().data;
        let redacted = data.redact.iter().chain(&tool.entry.redact).flat_map(|redaction| &redaction.names);
        let names: Vec<Name> =
            redacted.chain(&data.seal).chain(&tool.entry.seal).filter_map(|name| Name::new(name.as_bytes())).collect();
        let hidden = Names::new(&names);
        for name in unfit(&schema, hidden) {
            let message = format!("`{name}` is masked, and its schema takes no mask");
            self.error(path, message, "let it be a string without `enum`, `const`, `pattern`, `format` and lengths");
        }
    }

    fn protocol(&mut self, name: &str, path: &[Step<'_>]) {
        let message = format!("`{name}` is read by every client of MCP");
        self.error(path, message, "mask what stands in it: by its own name, or by a JSON Pointer that leads further");
    }
}

/// Properties, wherever a schema has them, that are hidden and can't be any string.
fn unfit<'s>(schema: &'s Value, hidden: Names<'_>) -> Vec<&'s str> {
    let mut found = Vec::new();
    let mut rest = vec![schema];
    while let Some(schema) = rest.pop() {
        match schema {
            Value::Array(list) => rest.extend(list),
            Value::Object(keywords) => {
                let properties = keywords.get("properties").and_then(Value::as_object);
                let hidden = properties.into_iter().flatten().filter(|(name, _)| hidden.contain(name.as_bytes()));
                found.extend(hidden.filter(|(_, schema)| !takes_a_mask(schema)).map(|(name, _)| name.as_str()));
                rest.extend(keywords.values());
            }
            _ => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether any string is right by the keywords of a schema itself.
fn takes_a_mask(schema: &Value) -> bool {
    let Value::Object(keywords) = schema else { return *schema != Value::Bool(false) };
    let is_string = match keywords.get("type") {
        None => true,
        Some(Value::Array(types)) => types.iter().any(|kind| kind == "string"),
        Some(kind) => kind == "string",
    };
    let narrow = ["enum", "const", "pattern", "format", "minLength", "maxLength"];
    is_string && !narrow.iter().any(|keyword| keywords.contains_key(*keyword))
}

/// The number of a mask in the image.
const PSEUDONYM: u8 = 2;

impl Data {
    /// The sets of an entry, each of these masks; what is sealed is in each.
    fn sets(&mut self, masked: [&[&Rules]; 4], sealed: &[&Rules]) -> [u32; 4] {
        masked.map(|masked| self.set(masked, sealed))
    }

    /// The index of a set of all these rules; the mask is that of the last ones that say one.
    fn set(&mut self, masked: &[&Rules], sealed: &[&Rules]) -> u32 {
        let both = || masked.iter().chain(sealed);
        let names: Vec<Name> = both().flat_map(|rules| rules.names.iter().copied()).collect();
        let pointers: Vec<Pointer> = both().flat_map(|rules| rules.pointers.iter().cloned()).collect();
        let kinds = masked.iter().fold(Kinds::NONE, |kinds, rules| kinds.union(rules.kinds));
        if names.is_empty() && pointers.is_empty() && kinds.is_empty() {
            return NONE;
        }
        let mask = masked.iter().rev().find_map(|rules| rules.mask).unwrap_or_default();
        let hidden = Hidden {
            first_name: index(self.names.len()),
            names: index(names.len()),
            names_sealed: index(sealed.iter().map(|rules| rules.names.len()).sum()),
            first_pointer: index(self.pointers.len()),
            pointers: index(pointers.len()),
            pointers_sealed: index(sealed.iter().map(|rules| rules.pointers.len()).sum()),
            kinds: kinds.bits(),
            mask: match mask {
                Mask::Redacted => 0,
                Mask::LastFour => 1,
                Mask::Pseudonym => PSEUDONYM,
            },
        };
        if let Some(same) = self.sets.iter().position(|set| self.same(set, &hidden, &names, &pointers)) {
            return index(same);
        }
        self.seals |= hidden.names_sealed + hidden.pointers_sealed > 0;
        self.names.extend(names.into_iter().map(|name| HiddenName { text: name.text, len: name.len }));
        self.pointers.extend(pointers);
        self.sets.push(hidden);
        index(self.sets.len() - 1)
    }

    /// Whether a set that is there is this one.
    fn same(&self, set: &Hidden, other: &Hidden, names: &[Name], pointers: &[Pointer]) -> bool {
        let own = set.first_name as usize..(set.first_name + set.names) as usize;
        let own_pointers = set.first_pointer as usize..(set.first_pointer + set.pointers) as usize;
        (set.kinds, set.mask, set.names_sealed, set.pointers_sealed)
            == (other.kinds, other.mask, other.names_sealed, other.pointers_sealed)
            && self.pointers.get(own_pointers) == Some(pointers)
            && self.names.get(own).is_some_and(|own| {
                own.iter().map(|name| (name.text, name.len)).eq(names.iter().map(|name| (name.text, name.len)))
            })
    }
}
