//! From strict JSON to one JSON-RPC 2.0 message of one MCP revision (MCP.md 1–17, 20, 37).
//!
//! What passes is read the same by every JSON-RPC library: known members only, exactly spelled; an id that no parser rounds;
//! either a request, a notification or a response. Params are checked as far as routing and safety depend on them.
//! Invariant: nothing here knows who calls or what the policy grants; of the policy it asks only which methods it declares.

mod agree;
mod envelope;
mod era;
mod meta;
mod params;

use crate::{
    arrival::{Arrival, Http},
    capabilities::Capabilities,
    image::{EntryKind, Policy},
    json::{Document, Parsed, Value, write_pointer},
    method::{Method, Rule, Target},
    reason::{Denial, Reason},
    revision::{Revision, Revisions},
    session::Session,
    write::Out,
};

pub use agree::params as agree_params;
pub use envelope::{ID_MAX, salvage_id};

/// Most messages of one batch (2025-03-26 only).
pub const BATCH_MAX: usize = 16;

/// Who sent a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The client; what a gate in front of a server decides on.
    Client,
    /// The server; what it releases.
    Server,
}

/// What a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Has an id and a method, and gets a reply.
    #[default]
    Request,
    /// Has a method and no id, and gets none.
    Notification,
    /// Has an id and a result or an error.
    Response,
}

impl Kind {
    /// `request`, `notification` or `response`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Notification => "notification",
            Self::Response => "response",
        }
    }
}

/// What a message is judged against.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The revisions that are served.
    pub revisions: Revisions,
    /// Who sent it.
    pub sender: Sender,
    /// What came before the body.
    pub arrival: &'a Arrival,
    /// The HTTP request, when it was one whose headers are known.
    pub http: Option<&'a Http<'a>>,
    /// The revision of the legacy session, once there is one.
    pub session: Option<&'a Session>,
    /// The policy, which may declare methods of extensions; without one there are none.
    pub policy: Option<&'a Policy>,
}

/// Proof that the bytes are one message of one revision. A plain value: members are places on the tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    kind: Kind,
    revision: Revision,
    method: Option<Method>,
    method_name: u32,
    id: Option<u32>,
    params: Option<u32>,
    capabilities: Capabilities,
}

impl Message {
    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The revision it belongs to.
    #[must_use]
    pub const fn revision(&self) -> Revision {
        self.revision
    }

    /// Its method; responses have none.
    #[must_use]
    pub const fn method(&self) -> Option<Method> {
        self.method
    }

    /// What its method addresses.
    #[must_use]
    pub fn target(&self) -> Target {
        self.method.and_then(Method::rule).map_or(Target::Method, |rule| rule.target)
    }

    /// Its method as it stands in the body.
    #[must_use]
    pub fn method_name<'t>(&self, document: Document<'t>) -> Option<Value<'t>> {
        self.method.and_then(|_| document.value(self.method_name))
    }

    /// Its id.
    #[must_use]
    pub fn id<'t>(&self, document: Document<'t>) -> Option<Value<'t>> {
        document.value(self.id?)
    }

    /// Its params.
    #[must_use]
    pub fn params<'t>(&self, document: Document<'t>) -> Option<Value<'t>> {
        document.value(self.params?)
    }

    /// A member of its params.
    #[must_use]
    pub fn param<'t>(&self, document: Document<'t>, name: &[u8]) -> Option<Value<'t>> {
        self.params(document)?.get(name)
    }

    /// The arguments of a tool or prompt. Elsewhere `arguments` is a member that the server passes over, and a caller may write
    /// into it whatever a condition asks for.
    #[must_use]
    pub fn arguments<'t>(&self, document: Document<'t>) -> Option<Value<'t>> {
        let has_arguments = matches!(self.target(), Target::Tool | Target::Prompt);
        if has_arguments { self.param(document, b"arguments") } else { None }
    }

    /// Everything that it addresses by name, and what kind of thing each is.
    pub fn targets<'t>(&self, document: Document<'t>) -> impl Iterator<Item = (EntryKind, Value<'t>)> {
        let param = |name: &[u8]| self.param(document, name);
        let one = match self.target() {
            Target::Tool => param(b"name").map(|name| (EntryKind::Tool, name)),
            Target::Prompt => param(b"name").map(|name| (EntryKind::Prompt, name)),
            Target::Resource => param(b"uri").map(|uri| (EntryKind::Resource, uri)),
            Target::Reference => param(b"ref").and_then(|value| params::reference(value).ok()),
            Target::Subscriptions | Target::Method => None,
        };
        let filter = (self.target() == Target::Subscriptions).then(|| param(b"notifications")).flatten();
        let many = filter.and_then(|filter| filter.get(b"resourceSubscriptions"));
        one.into_iter().chain(many.into_iter().flat_map(Value::elements).map(|uri| (EntryKind::Resource, uri)))
    }

    /// What the client says it can do: in this request, or when the legacy session began.
    #[must_use]
    pub const fn capabilities(&self) -> Capabilities {
        self.capabilities
    }
}

/// What a whole input holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// One message.
    Single,
    /// A batch of that many.
    Batch(usize),
}

/// Whether the input is one message or a batch, in order in itself. Each item is then given to [`check`].
///
/// # Errors
/// [`Reason::MessageNul`], [`Reason::MessageType`], or [`Reason::MessageBatch`] for a batch where there are none, an empty one or
/// one of more than [`BATCH_MAX`].
pub fn framing(document: Document<'_>, parsed: Parsed, context: &Context<'_>) -> Result<Framing, Denial> {
    if let Some(key) = parsed.nul_key().and_then(|key| document.value(key)) {
        return Err(Denial::at(Reason::MessageNul, key));
    }
    let root = document.root();
    match root.kind() {
        crate::json::Kind::Object => Ok(Framing::Single),
        crate::json::Kind::Array => {
            let batches = era::batches(context);
            if !batches || root.is_empty() || root.len() > BATCH_MAX {
                return Err(Denial::at(Reason::MessageBatch, root));
            }
            Ok(Framing::Batch(root.len()))
        }
        _ => Err(Denial::at(Reason::MessageType, root)),
    }
}

/// The revision that a message was judged by, or would have been: for the answer to one that [`check`] refused.
#[must_use]
pub fn revision_of(root: Value<'_>, context: &Context<'_>) -> Option<Revision> {
    let envelope = envelope::read(root).ok()?;
    era::revision(&envelope, meta::claimed_version(&envelope), context).ok()
}

/// Checks one message: `root`, or an item of a batch.
///
/// # Errors
/// A `message.*`, `lifecycle.*` or `http.*` reason and the culprit.
pub fn check(root: Value<'_>, batch: bool, context: &Context<'_>) -> Result<Message, Denial> {
    let envelope = envelope::read(root)?;
    let claim = meta::claimed_version(&envelope);
    let revision = era::revision(&envelope, claim, context)?;
    if batch && (!revision.has_batches() || envelope.method_is(Method::Initialize)) {
        return Err(Denial::at(Reason::MessageBatch, root));
    }
    let mut message = Message {
        kind: envelope.kind,
        revision,
        method: None,
        method_name: 0,
        id: envelope.id.map(Value::index),
        params: envelope.params.map(Value::index),
        capabilities: context.session.map_or(Capabilities::NONE, Session::capabilities),
    };
    let Some(name) = envelope.method else {
        return era::admits_response(root, revision, context).map(|()| message);
    };
    let method = Method::from_name(name.text().unwrap_or_default()).unwrap_or(Method::Extension);
    message.method = Some(method);
    message.method_name = name.index();
    if let Some(http) = context.http {
        agree::envelope(&message, name, root.document(), context.arrival, http)?;
    }
    let rule = allowed(method, name, &message, context)?;
    era::lifecycle(method, name, &message, context)?;
    meta::check(&envelope, &mut message, context)?;
    params::check(rule, &envelope)?;
    if method == Method::Initialize {
        message.capabilities = Capabilities::of(message.param(root.document(), b"capabilities"));
    }
    Ok(message)
}

/// The rule of a method that this side may send in this revision, or `None` for one that the policy declares.
fn allowed(method: Method, name: Value<'_>, message: &Message, context: &Context<'_>) -> Result<Option<&'static Rule>, Denial> {
    let unknown = Denial::at(Reason::MessageMethod, name);
    let Some(rule) = method.rule() else {
        let declared = context.policy.is_some_and(|policy| policy.method(name.text().unwrap_or_default()).is_some());
        return if declared { Ok(None) } else { Err(unknown) };
    };
    let revisions = match context.sender {
        Sender::Client => rule.client,
        Sender::Server => rule.server,
    };
    let has_id = message.kind == Kind::Request;
    // which request a server's notification belongs to is not known here, so it may be of any era that is served
    let served = match context.sender {
        Sender::Client => revisions.contains(message.revision),
        Sender::Server => !revisions.and(context.revisions).is_empty(),
    };
    if !served || rule.notification == has_id {
        return Err(if served { Denial::at(Reason::MessageShape, name) } else { unknown });
    }
    Ok(Some(rule))
}

/// Writes the JSON Pointer of a place of the body; nothing for another place.
pub fn write_place(document: Document<'_>, place: crate::reason::Place, out: &mut Out<'_>) {
    if let crate::reason::Place::Node(index) = place {
        write_pointer(document, index, out);
    }
}
