//! What messages of the client claim about requests that are open (MCP.md 5, 38): a response answers what the server asked, a
//! cancellation names a request of the client's own.

use adarga_core::{
    Reason,
    json::{Kind, Value},
    method::Method,
};

use crate::id::Id;

/// All claims of a line, which hold together or not at all.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    /// Requests of the server that are answered.
    pub(crate) answers: Vec<Id>,
    /// Requests of the client that are given up.
    pub(crate) cancels: Vec<Id>,
}

impl Claims {
    /// Reads the claims of an allowed message, or of all messages of a batch.
    ///
    /// # Errors
    /// When one names nothing, or two answer the same.
    pub(crate) fn read(root: Value<'_>) -> Result<Self, Reason> {
        let mut claims = Self::default();
        for message in messages(root) {
            let Some(method) = message.get(b"method") else {
                let id = Id::of(message).filter(|id| !claims.answers.contains(id)).ok_or(Reason::MessageResponse)?;
                claims.answers.push(id);
                continue;
            };
            if method.text().and_then(Method::from_name) == Some(Method::Cancelled) {
                claims.cancels.push(cancelled(message).ok_or(Reason::RouteCancelled)?);
            }
        }
        Ok(claims)
    }
}

/// The request that a `notifications/cancelled` names.
pub(crate) fn cancelled(message: Value<'_>) -> Option<Id> {
    message.get(b"params")?.get(b"requestId").and_then(Id::read)
}

/// The messages of a batch, or the one that is none.
pub(crate) fn messages(root: Value<'_>) -> impl Iterator<Item = Value<'_>> {
    let single = (root.kind() != Kind::Array).then_some(root);
    single.into_iter().chain(root.elements())
}
