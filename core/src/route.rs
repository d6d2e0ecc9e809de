//! Which entries of the policy a message is about. What the policy doesn't name is denied here.
//!
//! Invariant: nothing here knows who calls.

use crate::{
    image::{self, Entry, EntryKind, Naming, Places, Policy},
    json::{Document, Value},
    message::Message,
    method::{Method, Target},
    reason::{Denial, Reason},
};

/// Proof that the policy names what the message addresses. Ids are those of the image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Route {
    method: Option<u32>,
    target: Option<u32>,
    /// Where the target's name stands in the body.
    name: u32,
}

/// An entry that a message is about, and what names it there.
#[derive(Clone, Copy, Debug)]
pub struct Addressed<'p, 't> {
    /// Its id.
    pub id: u32,
    /// The entry; none where the policy does not name it.
    pub entry: Option<&'p Entry>,
    /// What names it in the body: a method, a tool, a prompt, a URI.
    pub name: Value<'t>,
    /// Whether the name may be the text of a template, which stands for every URI of it.
    pub naming: Naming,
}

impl Route {
    /// The entry of the tool, prompt or resource; the first one where a message addresses several.
    #[must_use]
    pub const fn target(&self) -> Option<u32> {
        self.target
    }

    /// The entry of the method, where the policy has one.
    #[must_use]
    pub const fn method(&self) -> Option<u32> {
        self.method
    }

    /// The entry that says most of the message: its target's, otherwise its method's.
    #[must_use]
    pub fn entry<'p>(&self, policy: &'p Policy) -> Option<&'p Entry> {
        policy.entry(self.target.or(self.method)?)
    }

    /// Every entry that the message is about, each with the name that it stands for in the body.
    pub fn entries<'p, 't>(
        &self,
        policy: &'p Policy,
        places: Option<&'p Places>,
        message: &Message,
        document: Document<'t>,
    ) -> impl Iterator<Item = Addressed<'p, 't>> {
        let naming = naming(message);
        let of = move |id: Option<u32>, name| Addressed {
            id: id.unwrap_or(image::NONE),
            entry: id.and_then(|id| policy.entry(id)),
            name,
            naming,
        };
        let method = self.method.zip(message.method_name(document));
        // the first target was looked up when the route was found; only subscriptions have more
        let first = self.target.zip(document.value(self.name));
        let many = (message.target() == Target::Subscriptions).then(|| message.targets(document).skip(1));
        let others = many
            .into_iter()
            .flatten()
            .map(move |(kind, name)| of(image::find(policy, places, kind, name.text().unwrap_or_default(), naming), name));
        method.into_iter().chain(first).map(move |(id, name)| of(Some(id), name)).chain(others)
    }
}

/// Completions are asked for a template by its text.
fn naming(message: &Message) -> Naming {
    if message.target() == Target::Reference { Naming::Template } else { Naming::Uri }
}

/// Finds the entries of a message.
///
/// # Errors
/// [`Reason::RouteTool`], [`Reason::RoutePrompt`] or [`Reason::RouteResource`] for what the policy doesn't name;
/// [`Reason::RouteMethod`] for a method that is closed unless the policy opens it.
pub fn find(policy: &Policy, places: Option<&Places>, message: &Message, document: Document<'_>) -> Result<Route, Denial> {
    let Some(name) = message.method_name(document) else { return Ok(Route::default()) };
    let method = policy.method(name.text().unwrap_or_default());
    if method.is_none() && message.method().is_some_and(is_closed) {
        return Err(Denial::at(Reason::RouteMethod, name));
    }
    let mut route = Route { method, target: None, name: 0 };
    for (kind, name) in message.targets(document) {
        let entry = image::find(policy, places, kind, name.text().unwrap_or_default(), naming(message));
        let entry = entry.ok_or(Denial::at(unnamed(kind), name))?;
        if route.target.is_none() {
            (route.target, route.name) = (Some(entry), name.index());
        }
    }
    Ok(route)
}

const fn unnamed(kind: EntryKind) -> Reason {
    match kind {
        EntryKind::Tool => Reason::RouteTool,
        EntryKind::Prompt => Reason::RoutePrompt,
        EntryKind::Resource => Reason::RouteResource,
        EntryKind::Method => Reason::RouteMethod,
    }
}

/// Methods that touch what other requests left behind, and those of extensions, are closed unless the policy names them.
const fn is_closed(method: Method) -> bool {
    matches!(method, Method::TasksGet | Method::TasksResult | Method::TasksCancel | Method::TasksList | Method::Extension)
}
