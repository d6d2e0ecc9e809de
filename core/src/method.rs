//! The methods of MCP: who may send which in which revision, what they address, and the members of their params that routing
//! and safety depend on. Source: `ClientRequest`, `ClientNotification`, `ServerRequest` and `ServerNotification` of the published
//! schemas.
//!
//! Invariant: a table. Nothing here looks at a message.

use crate::revision::{Revision, Revisions};

/// What a method addresses; the policy entry is found by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nothing that has a name of its own: the method itself.
    Method,
    /// The tool in `params.name`.
    Tool,
    /// The prompt in `params.name`.
    Prompt,
    /// The resource in `params.uri`.
    Resource,
    /// The prompt or resource in `params.ref`.
    Reference,
    /// Every resource in `params.notifications.resourceSubscriptions`.
    Subscriptions,
}

/// What a member of `params` has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Any string.
    Text,
    /// A string without U+0000 that is not empty: a name that C programs, logs and lists agree on.
    Name,
    /// An object.
    Object,
    /// An object whose values are all strings.
    Texts,
    /// A number.
    Number,
    /// A request id: a string or an exact integer.
    Id,
    /// One of the eight levels of RFC 5424 by name.
    Level,
    /// `{name, value}` of `completion/complete`.
    Argument,
    /// `{arguments?}` of `completion/complete`.
    Context,
    /// `ref/prompt` with a name or `ref/resource` with a URI.
    Reference,
    /// `{resourceSubscriptions?: [uri], …: bool}`.
    Filter,
}

/// One known member of a method's params.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name, exactly.
    pub name: &'static [u8],
    /// What it has to be.
    pub shape: Shape,
    /// Whether it has to be there.
    pub required: bool,
}

const fn must(name: &'static str, shape: Shape) -> Param {
    Param { name: name.as_bytes(), shape, required: true }
}

const fn may(name: &'static str, shape: Shape) -> Param {
    Param { name: name.as_bytes(), shape, required: false }
}

const NONE: &[Param] = &[];
const PAGE: &[Param] = &[may("cursor", Shape::Text)];
const URI: &[Param] = &[must("uri", Shape::Name), may("inputResponses", Shape::Object), may("requestState", Shape::Text)];
const TASK: &[Param] = &[must("taskId", Shape::Name)];
const TOOL: &[Param] = &[
    must("name", Shape::Name),
    may("arguments", Shape::Object),
    may("task", Shape::Object),
    may("inputResponses", Shape::Object),
    may("requestState", Shape::Text),
];
const PROMPT: &[Param] = &[
    must("name", Shape::Name),
    may("arguments", Shape::Texts),
    may("inputResponses", Shape::Object),
    may("requestState", Shape::Text),
];
const COMPLETE: &[Param] = &[must("ref", Shape::Reference), must("argument", Shape::Argument), may("context", Shape::Context)];
const INITIALIZE: &[Param] =
    &[must("protocolVersion", Shape::Name), must("capabilities", Shape::Object), must("clientInfo", Shape::Object)];
const PROGRESS: &[Param] = &[
    must("progressToken", Shape::Id),
    must("progress", Shape::Number),
    may("total", Shape::Number),
    may("message", Shape::Text),
];
const CANCELLED: &[Param] = &[may("requestId", Shape::Id), may("reason", Shape::Text)];
const LEVEL: &[Param] = &[must("level", Shape::Level)];
const LISTEN: &[Param] = &[must("notifications", Shape::Filter)];

const ALL: Revisions = Revisions::ALL;
const LEGACY: Revisions = Revisions::LEGACY;
const MODERN: Revisions = Revisions::MODERN;
const NEVER: Revisions = Revisions::from_bits(0);
const TASKS: Revisions = Revisions::only(Revision::V20251125);
const ELICIT: Revisions = Revisions::since(Revision::V20250618).and(LEGACY);

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The name on the wire.
    pub name: &'static str,
    /// Revisions in which a client may send it.
    pub client: Revisions,
    /// Revisions in which a server may send it.
    pub server: Revisions,
    /// Has no id and gets no reply.
    pub notification: bool,
    /// What it addresses.
    pub target: Target,
    /// The members of its params that are checked.
    pub params: &'static [Param],
}

macro_rules! methods {
    ($($variant:ident $name:literal $client:ident $server:ident $notification:literal $target:ident $params:ident;)*) => {
        /// A method of MCP, or one that the policy declares.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Method {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
            /// A method of an extension, known by its name alone.
            Extension,
        }

        impl Method {
            /// All methods of the specification.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The method of a name on the wire.
            #[must_use]
            pub fn from_name(name: &[u8]) -> Option<Self> {
                if cfg!(feature = "small") {
                    let is_it = |method: &Self| method.rule().is_some_and(|rule| rule.name.as_bytes() == name);
                    return Self::ALL.iter().copied().find(is_it);
                }
                $(const $variant: &[u8] = $name.as_bytes();)*
                match name {
                    $($variant => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Its row of the table; `None` for an extension.
            #[must_use]
            pub const fn rule(self) -> Option<&'static Rule> {
                match self {
                    $(Self::$variant => Some(&Rule {
                        name: $name, client: $client, server: $server, notification: $notification,
                        target: Target::$target, params: $params,
                    }),)*
                    Self::Extension => None,
                }
            }
        }
    };
}

#[expect(non_upper_case_globals, reason = "the constants of `from_name` are named like the variants")]
mod table {
    use super::*;

    methods! {
        // method                                name                                     client  server note  target        params
        Initialize            "initialize"                             LEGACY  NEVER  false Method        INITIALIZE;
        Ping                  "ping"                                   LEGACY  LEGACY false Method        NONE;
        Discover              "server/discover"                        MODERN  NEVER  false Method        NONE;
        ToolsList             "tools/list"                             ALL     NEVER  false Method        PAGE;
        ToolsCall             "tools/call"                             ALL     NEVER  false Tool          TOOL;
        PromptsList           "prompts/list"                           ALL     NEVER  false Method        PAGE;
        PromptsGet            "prompts/get"                            ALL     NEVER  false Prompt        PROMPT;
        ResourcesList         "resources/list"                         ALL     NEVER  false Method        PAGE;
        ResourceTemplatesList "resources/templates/list"               ALL     NEVER  false Method        PAGE;
        ResourcesRead         "resources/read"                         ALL     NEVER  false Resource      URI;
        ResourcesSubscribe    "resources/subscribe"                    LEGACY  NEVER  false Resource      URI;
        ResourcesUnsubscribe  "resources/unsubscribe"                  LEGACY  NEVER  false Resource      URI;
        SubscriptionsListen   "subscriptions/listen"                   MODERN  NEVER  false Subscriptions LISTEN;
        Complete              "completion/complete"                    ALL     NEVER  false Reference     COMPLETE;
        SetLevel              "logging/setLevel"                       LEGACY  NEVER  false Method        LEVEL;
        TasksGet              "tasks/get"                              TASKS   TASKS  false Method        TASK;
        TasksResult           "tasks/result"                           TASKS   TASKS  false Method        TASK;
        TasksCancel           "tasks/cancel"                           TASKS   TASKS  false Method        TASK;
        TasksList             "tasks/list"                             TASKS   TASKS  false Method        PAGE;
        CreateMessage         "sampling/createMessage"                 NEVER   LEGACY false Method        NONE;
        RootsList             "roots/list"                             NEVER   LEGACY false Method        NONE;
        Elicit                "elicitation/create"                     NEVER   ELICIT false Method        NONE;
        Initialized           "notifications/initialized"              LEGACY  NEVER  true  Method        NONE;
        Cancelled             "notifications/cancelled"                ALL     ALL    true  Method        CANCELLED;
        Progress              "notifications/progress"                 LEGACY  ALL    true  Method        PROGRESS;
        RootsChanged          "notifications/roots/list_changed"       LEGACY  NEVER  true  Method        NONE;
        TaskStatus            "notifications/tasks/status"             TASKS   TASKS  true  Method        NONE;
        LogMessage            "notifications/message"                  NEVER   ALL    true  Method        NONE;
        ToolsChanged          "notifications/tools/list_changed"       NEVER   ALL    true  Method        NONE;
        PromptsChanged        "notifications/prompts/list_changed"     NEVER   ALL    true  Method        NONE;
        ResourcesChanged      "notifications/resources/list_changed"   NEVER   ALL    true  Method        NONE;
        ResourceUpdated       "notifications/resources/updated"        NEVER   ALL    true  Method        NONE;
        Acknowledged          "notifications/subscriptions/acknowledged" NEVER MODERN true  Method        NONE;
        ElicitationComplete   "notifications/elicitation/complete"     NEVER   TASKS  true  Method        NONE;
    }
}

pub use table::Method;

impl Method {
    /// Whether it answers with one page of named things, which [`crate::release`] filters: the member that holds them and what
    /// names one of them.
    #[must_use]
    pub const fn listing(self) -> Option<Listing> {
        Some(match self {
            Self::ToolsList => Listing { member: "tools", name: "name", target: Target::Tool },
            Self::PromptsList => Listing { member: "prompts", name: "name", target: Target::Prompt },
            Self::ResourcesList => Listing { member: "resources", name: "uri", target: Target::Resource },
            Self::ResourceTemplatesList => Listing { member: "resourceTemplates", name: "uriTemplate", target: Target::Resource },
            _ => return None,
        })
    }
}

/// What the result of a list method holds.
#[derive(Clone, Copy, Debug)]
pub struct Listing {
    /// The array in the result.
    pub member: &'static str,
    /// The member of each element that names it.
    pub name: &'static str,
    /// What the elements are.
    pub target: Target,
}
