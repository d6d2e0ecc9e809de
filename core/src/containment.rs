//! Whether every path of a message stays beneath its root, as far as its bytes can tell.
//!
//! The policy says what is a path: arguments of a tool or prompt, variables of a resource's URI, a `file:` URI. The kernel
//! [`path`] judges each. A host that can look at the file system resolves them afterwards ([`each`] tells it which).
//!
//! A path that is not absolute is taken to begin at its root; so must the server take it, or the policy refuse such paths.
//!
//! Invariant: nothing here looks at a file system, and nothing knows who calls.

use crate::{
    arguments::Checked,
    image::{GUARD, Naming, PathRule, PathSource, Places, Policy, Root, variables},
    json::{Document, Kind, Value},
    message::Message,
    method::Target,
    num,
    path::{
        self, Buffer, Contained, Encoding, PATH_MAX, Profile, Rules, contain_absolute, contain_any, contain_uri, contain_value,
    },
    reason::{Denial, Reason},
    route::{Addressed, Route},
    template::Template,
    write::Out,
};

/// Proof that every path of the message stays beneath its root. Only [`contain`] and [`no_path`] make it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beneath(());

/// Where paths are written: one in its normal form, and one that is put together.
pub type Buffers = [Buffer; 2];

/// Nothing written yet.
pub const EMPTY: Buffers = [[0; PATH_MAX]; 2];

/// Judges the paths of a message.
///
/// # Errors
/// The 5xxx reason of the first path that is refused, at that path; [`Reason::PathType`] for what is no path at all;
/// [`Reason::MessageCase`] for an argument that has a twin.
pub fn contain(
    (policy, places): (&Policy, Option<&Places>),
    _: Checked,
    route: &Route,
    message: &Message,
    document: Document<'_>,
    memory: &mut Buffers,
) -> Result<Beneath, Denial> {
    each((policy, places), route, message, document, memory, &mut |_, _| Ok(())).map(|()| Beneath(()))
}

/// What has no body names no path.
#[must_use]
pub const fn no_path(_: Checked) -> Beneath {
    Beneath(())
}

/// Who is shown every path: the id of its root, and what of it lies beneath. It may refuse.
pub type Visit<'v> = dyn FnMut(u32, Contained<'_>) -> Result<(), Reason> + 'v;

/// Shows `visit` every path of a message, in the order of entries and rules, up to the first that is refused.
///
/// # Errors
/// As [`contain`], and what `visit` refuses.
pub fn each(
    (policy, places): (&Policy, Option<&Places>),
    route: &Route,
    message: &Message,
    document: Document<'_>,
    [buffer, whole]: &mut Buffers,
    visit: &mut Visit<'_>,
) -> Result<(), Denial> {
    let Some(places) = places.filter(|places| !places.paths.is_empty()) else { return Ok(()) };
    for addressed in route.entries(policy, Some(places), message, document) {
        let mut rules = places.paths_of(addressed.id).peekable();
        if rules.peek().is_none() {
            continue;
        }
        let mut paths = Paths { policy, message, addressed, buffer: &mut *buffer, whole: &mut *whole, visit: &mut *visit };
        for rule in rules {
            let id = rule.root.to_native();
            // a rule that points nowhere denies
            let root = places.root(id).ok_or(Denial::at(Reason::PathOutside, addressed.name))?;
            paths.judge(rule, id, root)?;
        }
    }
    Ok(())
}

/// The paths of one entry.
struct Paths<'a, 't, 'v> {
    policy: &'a Policy,
    message: &'a Message,
    addressed: Addressed<'a, 't>,
    buffer: &'a mut Buffer,
    whole: &'a mut Buffer,
    visit: &'a mut Visit<'v>,
}

impl<'a> Paths<'a, '_, '_> {
    fn judge(&mut self, rule: &PathRule, id: u32, root: &Root) -> Result<(), Denial> {
        let is_reference = self.message.target() == Target::Reference;
        let source = rule.source;
        if is_reference {
            self.completed(rule, id, root)?;
        }
        if source == PathSource::Argument.number() {
            let arguments = self.message.arguments(self.addressed.name.document());
            let pointer = rule.pointer.to_native();
            return match self.policy.argument(pointer, arguments)? {
                None => self.policy.obstacle(pointer, arguments).map_or(Ok(()), |value| Err(Denial::at(Reason::PathType, value))),
                Some(list) if list.kind() == Kind::Array => list.elements().try_for_each(|path| self.text(path, id, root)),
                Some(path) => self.text(path, id, root),
            };
        }
        let name = self.addressed.name;
        let uri = name.text().unwrap_or_default();
        if self.addressed.naming == Naming::Template && uri.contains(&b'{') {
            // a template by its text names no file
            return Ok(());
        }
        let denied = |reason| Denial::at(reason, name);
        if source == PathSource::Uri.number() {
            let path = contain_uri(root.directory.as_bytes(), uri, rules(root), self.buffer).map_err(denied)?;
            return (self.visit)(id, path).map_err(denied);
        }
        if source != PathSource::Variable.number() {
            return Err(denied(Reason::PathOutside));
        }
        let entry = self.addressed.entry.ok_or(denied(Reason::PathUri))?;
        let values = variables(entry, uri).ok_or(denied(Reason::PathUri))?;
        let Some(value) = self.variable_of(rule).and_then(|name| values.find(name)) else { return Ok(()) };
        if root.absolute_only && !begins_absolute(value.decoded(), rules(root).profile) {
            return Err(denied(Reason::PathOutside));
        }
        let path = contain_value(root.directory.as_bytes(), value.raw(), rules(root), self.buffer).map_err(denied)?;
        (self.visit)(id, path).map_err(denied)
    }

    /// A string of the message that is a path.
    fn text(&mut self, value: Value<'_>, id: u32, root: &Root) -> Result<(), Denial> {
        let denied = |reason| Denial::at(reason, value);
        let text = value.text().ok_or(denied(Reason::PathType))?;
        let rules = rules(root);
        if root.absolute_only && !path::is_absolute(text, rules.profile) && !path::is_file_uri(text) {
            return Err(denied(Reason::PathOutside));
        }
        let path = contain_any(root.directory.as_bytes(), text, rules, self.buffer).map_err(denied)?;
        if is_like_json(text) {
            return Err(denied(Reason::PathType));
        }
        (self.visit)(id, path).map_err(denied)
    }

    /// What a completion is asked about: the beginning of a path, for which a server may look into directories. One that is empty
    /// leads nowhere.
    fn completed(&mut self, rule: &PathRule, id: u32, root: &Root) -> Result<(), Denial> {
        let document = self.addressed.name.document();
        let name = self.variable_of(rule);
        // of a `file:` template every variable is a part of the path
        let concerns = |other: &[u8]| name.is_none_or(|name| name == other);
        let head = Head::of(self.addressed).filter(|_| rule.source == PathSource::Uri.number());
        let argument = self.message.param(document, b"argument");
        let asked = argument.and_then(|argument| argument.get(b"name")?.text().filter(|name| concerns(name)));
        let value = asked.and(argument).and_then(|argument| argument.get(b"value"));
        let others = self.message.param(document, b"context").and_then(|context| context.get(b"arguments"));
        let others = others.into_iter().flat_map(Value::members);
        let others = others.filter_map(|(key, value)| Some((key.text().filter(|key| concerns(key))?, value)));
        let values = asked.zip(value).into_iter().chain(others).filter(|(_, value)| value.text() != Some(b""));
        for (name, value) in values.clone() {
            match &head {
                Some(head) if head.variable == name => self.behind(head, value, id, root)?,
                _ => self.text(value, id, root)?,
            }
        }
        // where the first value is not given, the others lie anywhere beneath what the template begins with
        match (head, values.clone().next()) {
            (Some(head), Some((_, value))) if !values.clone().any(|(name, _)| head.variable == name) => {
                let contained = contain_absolute(root.directory.as_bytes(), head.directory(), rules(root), self.buffer);
                contained.map(|_| ()).map_err(|reason| Denial::at(reason, value))
            }
            _ => Ok(()),
        }
    }

    /// The first value of a `file:` template, behind what the template begins with.
    #[cold]
    fn behind(&mut self, head: &Head<'_>, value: Value<'_>, id: u32, root: &Root) -> Result<(), Denial> {
        let denied = |reason| Denial::at(reason, value);
        let text = value.text().ok_or(denied(Reason::PathType))?;
        let mut whole = Out::new(self.whole);
        whole.raw(head.path).raw(text);
        let whole = whole.finish().map_err(|_| denied(Reason::PathSize))?;
        let path = contain_absolute(root.directory.as_bytes(), whole, rules(root), self.buffer).map_err(denied)?;
        (self.visit)(id, path).map_err(denied)
    }

    /// The name of the variable that a rule is about.
    fn variable_of(&self, rule: &PathRule) -> Option<&'a [u8]> {
        let pointer = self.policy.pointers.get(num::index(rule.pointer.to_native()))?;
        pointer.tokens.first().map(|name| name.as_bytes())
    }
}

/// What a `file:` template begins with.
struct Head<'t> {
    /// The path before the first variable.
    path: &'t [u8],
    /// The first variable.
    variable: &'t [u8],
}

impl<'t> Head<'t> {
    fn of(addressed: Addressed<'t, '_>) -> Option<Self> {
        let template = Template::known(addressed.entry?.name.as_bytes());
        let path = template.head().strip_prefix(b"file:")?;
        // one that goes on with a host is of no file here; what stands for it is no root's
        let path = path.strip_prefix(b"//").unwrap_or(path);
        Some(Self { path: if path.starts_with(b"/") { path } else { b"/" }, variable: template.names().next()? })
    }

    /// The last directory of the path, with its slash.
    fn directory(&self) -> &'t [u8] {
        let end = self.path.iter().rposition(|&byte| byte == b'/').map_or(0, |at| at.saturating_add(1));
        self.path.get(..end).unwrap_or_default()
    }
}

/// Whether a text may be a JSON array or object with texts in it: some servers parse those where a list is wanted, and open what is
/// inside.
fn is_like_json(text: &[u8]) -> bool {
    matches!(text.trim_ascii(), [b'[', .., b']'] | [b'{', .., b'}']) && text.contains(&b'"')
}

/// How paths beneath a root are judged.
#[must_use]
pub fn rules(root: &Root) -> Rules {
    Rules {
        profile: if root.posix { Profile::Posix } else { Profile::Portable },
        encoding: if root.decode == GUARD { Encoding::Guard } else { Encoding::Decode(root.decode) },
    }
}

fn begins_absolute(value: impl Iterator<Item = u8>, profile: Profile) -> bool {
    let mut start = [0; 2];
    let len = start.iter_mut().zip(value).map(|(to, from)| *to = from).count();
    path::is_absolute(start.get(..len).unwrap_or_default(), profile)
}
