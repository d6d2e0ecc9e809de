//! The starter policy: everything that a server has, and nobody who may use it yet.
//!
//! Invariant: whatever the server is called or calls its things, the text compiles without a warning, both as it is and once the
//! two lines that the header tells of are made active; [`proved`] tries it.

use std::{collections::HashSet, fmt::Write as _};

use adarga_core::uri::is_normal;
use adarga_host::{load::Policy, policy::Source};
use serde_json::Value as Json;

use super::survey::{Item, Survey};
use crate::toml::{inline, key, remark, string};

/// Characters of a description.
const REMARK_MAX: usize = 100;
/// Longest name, in bytes; the specification asks for at most 128 of tools.
const NAME_MAX: usize = 512;
/// Longest name of a server in a policy, in characters.
const SERVER_MAX: usize = 128;
/// Bytes of all schemas.
const SCHEMAS_MAX: usize = 1 << 20;
/// Most templates that are tried.
const TEMPLATES_MAX: usize = 200;
/// The line that a person makes active to say who the local client is.
const ROLE: &str = "# role = \"user\"";
/// What begins the line that a person makes active to grant something.
const GRANTS: &str = "# user = [";

const HEADER: &str = "\
# A starter policy, written by `adarga init` from what the server says it has. As it stands, everything is denied.
#
#   1. In `[stdio]`, make the line with `role` active: it says who the local client is.
#   2. In `[roles]`, make the line with `user` active, and remove from it what the client must not do.
#   3. adarga run policy.toml -- <the server's command>
#
# Whatever is not named here is denied, also what the server may offer later. Text in quotes after a # is the server's own
# word for it, and nobody has checked it.
";

/// Writes the policy; with `schemas` also what the server says of arguments, as far as a policy can hold it; with `pins` what its tools
/// are now.
pub(super) fn starter(survey: &Survey, schemas: bool, pins: bool) -> String {
    let mut entries = Entries { schemas_left: if schemas { SCHEMAS_MAX } else { 0 }, pins, ..Entries::default() };
    entries.section("tools", "Tools: `permission` is what a role must grant.", "call", &survey.tools);
    entries.section("prompts", "Prompts.", "get", &survey.prompts);
    entries.section("resources", "Resources, each by its whole URI.", "read", &survey.resources);
    entries.templates(&survey.templates, &survey.resources);

    let name = remark(&survey.name, SERVER_MAX);
    let name = if name.is_empty() { "server" } else { &name };
    let revisions: Vec<_> = survey.revisions.iter().rev().map(|revision| string(revision.name())).collect();
    let grants: Vec<_> = entries.permissions.iter().map(|permission| string(permission)).collect();
    let env =
        r#"env = ["PATH", "HOME"]                  # all that the server sees of the environment when `adarga run` starts it"#;
    let (name, revisions, grants) = (string(name), revisions.join(", "), grants.join(", "));
    format!(
        "{HEADER}\n[server]\nname = {name}\nrevisions = [{revisions}]\n\n[stdio]\n{ROLE}\n{env}\n\n[roles]\n{GRANTS}{grants}]\n{}",
        entries.text
    )
}

/// The policy, after it was tried.
///
/// # Errors
/// When it does not do what it promises, which would be a mistake of this program or a server that has too much for a policy.
pub(super) fn proved(text: String) -> Result<String, String> {
    let active = text.replacen(ROLE, &ROLE[2..], 1).replacen(GRANTS, &GRANTS[2..], 1);
    for text in [text.clone(), active] {
        let source = Source::new("the starter policy", text);
        let problem = match Policy::from_source(source) {
            Err(errors) => errors.iter().next().map(ToString::to_string),
            Ok(policy) => policy.warnings().first().map(ToString::to_string),
        };
        if let Some(problem) = problem {
            let problem = problem.replace('\n', ";");
            return Err(format!("no policy can be written for this server: {problem}; please report this"));
        }
    }
    Ok(text)
}

/// The entries written so far.
#[derive(Debug, Default)]
struct Entries {
    text: String,
    permissions: Vec<String>,
    taken: HashSet<String>,
    /// Bytes of schemas that the policy may still hold.
    schemas_left: usize,
    /// Whether tools are pinned to what they are.
    pins: bool,
}

impl Entries {
    fn section(&mut self, table: &str, about: &str, verb: &str, items: &[Item]) {
        if items.is_empty() {
            return;
        }
        self.line(&format!("\n# {about}"));
        // names that are permissions as they are come first: no other one can take their place
        self.taken.extend(items.iter().filter(|item| word(&item.name) == item.name).map(|item| format!("{verb}:{}", item.name)));
        let mut seen = HashSet::new();
        for item in items {
            if !seen.insert(item.name.as_str()) {
                self.line(&format!("\n# Listed more than once by the server: {}", shown(&item.name)));
            } else if let Some(why) = unnameable(table, &item.name) {
                self.line(&format!("\n# Left out, and so denied: {} {why}", shown(&item.name)));
            } else {
                self.entry(table, verb, item);
            }
        }
    }

    fn entry(&mut self, table: &str, verb: &str, item: &Item) {
        self.line("");
        let description = remark(&item.description, REMARK_MAX);
        if !description.is_empty() {
            self.line(&format!("# \"{description}\""));
        }
        if !item.claims.is_empty() {
            self.line(&format!("# The server says: {} (a claim; nothing here relies on it)", item.claims.join(", ")));
        }
        let permission = self.permission(verb, &item.name);
        self.line(&format!("[{table}.{}]\npermission = {}", key(&item.name), string(&permission)));
        if let Some(schema) = item.schema.as_ref().filter(|_| table != "resources") {
            match self.schema(schema) {
                Ok(input) => self.line(&format!("input = {input}")),
                Err(why) => self.line(&format!("# The server's schema of the arguments is left out: {why}")),
            }
        }
        if let Some(pin) = item.pin.as_ref().filter(|_| self.pins && table == "tools") {
            self.line(&format!("pin = {}", string(pin)));
        }
        self.permissions.push(permission);
    }

    /// Templates that a policy can have beside the resources and each other; the others are named in comments.
    fn templates(&mut self, items: &[Item], resources: &[Item]) {
        if items.is_empty() {
            return;
        }
        self.line(
            "\n# Families of resources, by their URI templates. Variables that are paths belong beneath a root: see `[roots]`.",
        );
        let mut probe = Probe::new(resources);
        for item in items {
            let name = item.name.as_str();
            if let Some(why) = unnameable("templates", name) {
                self.line(&format!("\n# Left out, and so denied: {} {why}", shown(name)));
            } else if name.starts_with("file:") {
                let remedy = "may be any file: give it a `permission`, and a `root` of `[roots]`";
                self.line(&format!("\n# Left out, and so denied: {} {remedy}", shown(name)));
            } else if !probe.takes(name) {
                let why = "can be read in two ways, or shares URIs with another entry; name each URI that is needed";
                self.line(&format!("\n# Left out, and so denied: {} {why}", shown(name)));
            } else {
                self.entry("resources", "read", item);
            }
        }
    }

    /// A schema as the policy can hold it, tried by itself.
    fn schema(&mut self, schema: &Json) -> Result<String, String> {
        let input = inline(schema).ok_or("it holds `null` or a number that TOML has not; put it into a file")?;
        self.schemas_left = self.schemas_left.checked_sub(input.len()).ok_or("there are too many; put it into a file")?;
        let probe = format!("[server]\nname = \"probe\"\n[tools.t]\npermission = \"x\"\ninput = {input}\n");
        match Policy::from_source(Source::new("probe.toml", probe)) {
            Ok(_) => Ok(input),
            Err(errors) => {
                let why = errors.iter().next().map_or_else(String::new, |error| error.message.clone());
                Err(remark(&why, REMARK_MAX))
            }
        }
    }

    /// A permission that no other entry has.
    fn permission(&mut self, verb: &str, name: &str) -> String {
        let word = word(name);
        let mut permission = format!("{verb}:{word}");
        let mut count = 1_u32;
        while word != name && !self.taken.insert(permission.clone()) {
            count += 1;
            permission = format!("{verb}:{word}_{count}");
        }
        permission
    }

    fn line(&mut self, line: &str) {
        // writing to a string does not fail
        let _ = writeln!(self.text, "{line}");
    }
}

/// A policy of templates alone, which is tried with one more at a time: what the compiler takes without a word, a starter may hold.
struct Probe {
    text: String,
    left: usize,
}

impl Probe {
    /// Knows the resources that may be in a template's way: those that URL libraries write otherwise.
    fn new(resources: &[Item]) -> Self {
        let mut text = String::from("[server]\nname = \"probe\"\n");
        let mut seen = HashSet::new();
        let nameable = |item: &&Item| unnameable("resources", &item.name).is_none() && !is_normal(item.name.as_bytes());
        for item in resources.iter().filter(nameable).filter(|item| seen.insert(item.name.as_str())) {
            text += &entry(&item.name);
        }
        Self { text, left: TEMPLATES_MAX }
    }

    /// Whether there is room for this one.
    fn takes(&mut self, name: &str) -> bool {
        let Some(left) = self.left.checked_sub(1) else { return false };
        self.left = left;
        let text = format!("{}{}", self.text, entry(name));
        let taken = Policy::from_source(Source::new("probe.toml", text.clone())).is_ok_and(|policy| policy.warnings().is_empty());
        if taken {
            self.text = text;
        }
        taken
    }
}

fn entry(uri: &str) -> String {
    format!("[resources.{}]\npermission = \"read\"\n", key(uri))
}

/// A name as a plain word: without spaces, quotes, and what means something in permissions (`*`, `{`, `}`).
fn word(name: &str) -> String {
    let plain =
        |character: char| character.is_alphanumeric() || (character.is_ascii_graphic() && !"*{}\"\\`".contains(character));
    name.chars().map(|character| if plain(character) { character } else { '_' }).collect()
}

/// Why a policy cannot name a thing.
fn unnameable(table: &str, name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("is no name")
    } else if name == "*" {
        Some("would stand for everything that is not named")
    } else if name.len() > NAME_MAX {
        Some("is too long")
    } else if name.contains('\0') {
        Some("holds a null character")
    } else if table == "resources" && name.contains(['{', '}']) {
        Some("looks like a template")
    } else if table == "templates" && !name.contains('{') {
        Some("has no variable")
    } else if matches!(table, "resources" | "templates") && !name.contains(':') {
        Some("is no URI")
    } else {
        None
    }
}

/// A name inside of a comment.
fn shown(name: &str) -> String {
    let mut head: String = name.chars().take(REMARK_MAX).collect();
    if head.len() < name.len() {
        head.push('…');
    }
    string(&head)
}

#[cfg(test)]
mod tests {
    use adarga_core::Revisions;

    use super::*;

    fn item(name: &str) -> Item {
        let schema = serde_json::json!({"type": "object", "properties": {name: {"pattern": name, "default": "x\"]\n[roles]\n"}}});
        let description = format!("role = \"user\"\n{name}");
        Item {
            name: name.to_owned(),
            description,
            claims: vec!["read-only"],
            schema: Some(schema),
            pin: Some(format!("sha256:{}", "0".repeat(64))),
        }
    }

    #[test]
    fn hostile_names_stay_names() -> Result<(), String> {
        let names =
            ["a*", "a_", "a{", "*", "", "a\"]\npermission = \"x", "\u{1b}[2J", "n\0", "# user = [", "a_", "a__2", "\u{202e}x"];
        let resources = ["x:y", "no", "x://{y}", "*", "x:\n[roles]"];
        let survey = Survey {
            name: "x\"\nrole = \"user\"".to_owned(),
            revisions: Revisions::ALL,
            tools: names.map(item).into(),
            prompts: names.map(item).into(),
            resources: resources.map(item).into(),
            templates: resources.map(item).into(),
        };
        let text = proved(starter(&survey, true, true))?;
        for line in [ROLE, GRANTS] {
            assert_eq!(text.lines().filter(|found| found.starts_with(line)).count(), 1);
        }
        assert!(text.contains("[tools.a_]\npermission = \"call:a_\"\ninput = { type = \"object\""));
        assert!(text.contains("[tools.\"a*\"]\npermission = \"call:a__3\"\n"));
        assert_eq!(text.matches("\n[").count(), 3 + 2 * 8 + 2);
        Ok(())
    }

    #[test]
    fn templates_are_named_where_a_policy_can_have_them() -> Result<(), String> {
        let templates =
            ["a://{x}", "a://{y}.pdf", "b://{x}{y}", "file:///{+path}", "c://{path*}", "c://{path*}", "d://{\"}", "e:x"];
        let survey = Survey {
            name: "s".to_owned(),
            revisions: Revisions::ALL,
            tools: Vec::new(),
            prompts: Vec::new(),
            resources: vec![item("a://summary"), item("C:y")],
            templates: templates.map(item).into(),
        };
        let text = proved(starter(&survey, true, false))?;
        assert!(text.contains("[resources.\"a://{x}\"]\npermission = \"read:a://_x_\"\n"), "{text}");
        assert_eq!(text.matches("# Left out, and so denied: ").count(), 7, "{text}");
        Ok(())
    }
}
