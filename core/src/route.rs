//! Which entries of the policy a message is about. What the policy doesn't name is denied here.
//!
//! Invariant: nothing here knows who calls.

use crate::{
    image::{Entry, EntryKind, Policy},
    json::{Document, Value},
    message::{Message, reference},
    method::{Method, Target},
    reason::{Denial, Reason},
};

/// Proof that the policy names what the message addresses. Ids are those of the image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Route {
    method: Option<u32>,
    target: Option<u32>,
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
}

/// Finds the entries of a message.
///
/// # Errors
/// [`Reason::RouteTool`], [`Reason::RoutePrompt`] or [`Reason::RouteResource`] for what the policy doesn't name;
/// [`Reason::RouteMethod`] for a method that is closed unless the policy opens it.
pub fn find(policy: &Policy, message: &Message, document: Document<'_>) -> Result<Route, Denial> {
    let Some(name) = message.method_name(document) else { return Ok(Route::default()) };
    let method = policy.named(EntryKind::Method, name.text().unwrap_or_default());
    if method.is_none() && message.method().is_some_and(is_closed) {
        return Err(Denial::at(Reason::RouteMethod, name));
    }
    let mut route = Route { method, target: None };
    for (kind, name) in targets(message, document) {
        let entry = find_target(policy, kind, name)?;
        route.target = route.target.or(Some(entry));
    }
    Ok(route)
}

/// The entry of one thing that a message addresses.
///
/// # Errors
/// As [`find`].
pub fn find_target(policy: &Policy, kind: EntryKind, name: Value<'_>) -> Result<u32, Denial> {
    let reason = match kind {
        EntryKind::Tool => Reason::RouteTool,
        EntryKind::Prompt => Reason::RoutePrompt,
        EntryKind::Resource => Reason::RouteResource,
        EntryKind::Method => Reason::RouteMethod,
    };
    policy.find(kind, name.text().unwrap_or_default()).ok_or(Denial::at(reason, name))
}

/// Methods that touch what other requests left behind, and those of extensions, are closed unless the policy names them.
const fn is_closed(method: Method) -> bool {
    matches!(method, Method::TasksGet | Method::TasksResult | Method::TasksCancel | Method::TasksList | Method::Extension)
}

/// Everything that a message addresses by name.
pub fn targets<'t>(message: &Message, document: Document<'t>) -> impl Iterator<Item = (EntryKind, Value<'t>)> {
    let param = |name: &[u8]| message.param(document, name);
    let one = match message.target() {
        Target::Tool => param(b"name").map(|name| (EntryKind::Tool, name)),
        Target::Prompt => param(b"name").map(|name| (EntryKind::Prompt, name)),
        Target::Resource => param(b"uri").map(|uri| (EntryKind::Resource, uri)),
        Target::Reference => param(b"ref")
            .and_then(|value| reference(value).ok())
            .map(|(method, name)| (if method == Method::PromptsGet { EntryKind::Prompt } else { EntryKind::Resource }, name)),
        Target::Subscriptions | Target::Method => None,
    };
    let many = (message.target() == Target::Subscriptions)
        .then(|| param(b"notifications").and_then(|filter| filter.get(b"resourceSubscriptions")))
        .flatten();
    let many = many.into_iter().flat_map(Value::elements).map(|uri| (EntryKind::Resource, uri));
    one.into_iter().chain(many)
}
