//! What a server says of its own accord, and what it asks people for.
//!
//! A message that answers nothing concerns everybody, so what holds is what every answer hides, lifted for nobody. What a server asks of a
//! person must be nothing secret (MCP: client/elicitation): a form with a field for a password is stopped, and so is a link that is not
//! `https` or carries credentials.

use crate::{
    decide::Gate,
    edits::Edits,
    image::Data,
    json::{Document, Kind, Scratch, Value},
    message::Message,
    method::Method,
    reason::{Denial, Fault, Reason},
    redact::{self, Name, Names, Rules},
};

use super::{Reading, Released};

/// Names of fields that ask for a secret, as [`Name`] folds them.
const SECRETS: [&[u8]; 28] = [
    b"password",
    b"passwd",
    b"pwd",
    b"passphrase",
    b"passcode",
    b"pin",
    b"secret",
    b"clientsecret",
    b"secretkey",
    b"apikey",
    b"apisecret",
    b"apitoken",
    b"accesskey",
    b"accesstoken",
    b"refreshtoken",
    b"authtoken",
    b"bearertoken",
    b"privatekey",
    b"credential",
    b"credentials",
    b"cardnumber",
    b"creditcard",
    b"creditcardnumber",
    b"cvv",
    b"cvc",
    b"securitycode",
    b"seedphrase",
    b"recoveryphrase",
];

impl Gate<'_> {
    /// Releases a request or notification of the server's own, with what every answer hides masked in it. A batch is given message by
    /// message. `bytes` and `scratch` are those of `reading`; the scratch memory must be read again before another use.
    ///
    /// # Errors
    /// [`Fault::OutputSmall`] when the edited message does not fit `out`; [`Gate::released_max`] bytes always suffice.
    pub fn release_own<'o>(
        &self,
        reading: &Reading,
        bytes: &[u8],
        scratch: &mut Scratch<'_>,
        out: &'o mut [u8],
    ) -> Result<Released<'o>, Fault> {
        let (document, words) = scratch.split(bytes, reading.parsed);
        let message = reading.message();
        if self.policy().observe || document.root().kind() != Kind::Object {
            return Ok(Released::Unchanged);
        }
        let data = self.image().data();
        if message.method() == Some(Method::Elicit)
            && let Some(culprit) = message.params(document).and_then(|params| asks_for_a_secret(data, params))
        {
            return Ok(Released::Denied(Denial::at(Reason::ReleaseElicitation, culprit)));
        }
        let Some(shown) = shown(&message, document) else { return Ok(Released::Unchanged) };
        let edits = match data {
            None => Some(Edits::new(words)),
            Some(data) => {
                let rules = Rules {
                    workings: data.plain_errors,
                    ..data.rules(data.hidden_from_all(), self.protection().pseudonym, None)
                };
                redact::edits(shown, core::iter::empty(), words, &rules)
            }
        };
        self.spliced(edits, (bytes, shown), out)
    }
}

/// The part of a server's message that people or models read.
fn shown<'t>(message: &Message, document: Document<'t>) -> Option<Value<'t>> {
    match message.method()? {
        Method::LogMessage => message.param(document, b"data"),
        Method::Progress | Method::Elicit => message.param(document, b"message"),
        Method::TaskStatus => message.param(document, b"statusMessage"),
        Method::CreateMessage => message.params(document),
        _ => None,
    }
}

/// What of an answer asks for a secret: an elicitation among its `inputRequests` (2026-07-28), or among those of an error that needs one
/// (2025-11-25).
pub(super) fn embedded<'t>(data: Option<&Data>, result: Value<'t>) -> Option<Value<'t>> {
    let asks = |request: Value<'t>| {
        let elicits = request.get(b"method").and_then(Value::text) == Some(b"elicitation/create");
        request.get(b"params").filter(|_| elicits).and_then(|params| asks_for_a_secret(data, params))
    };
    let links = result.get(b"data").and_then(|data| data.get(b"elicitations"));
    let requests = result.get(b"inputRequests").into_iter().flat_map(Value::members);
    requests
        .map(|(_, request)| request)
        .find_map(asks)
        .or_else(|| links.into_iter().flat_map(Value::elements).find_map(|link| asks_for_a_secret(data, link)))
}

/// What of the params of an elicitation asks for a secret.
fn asks_for_a_secret<'t>(data: Option<&Data>, params: Value<'t>) -> Option<Value<'t>> {
    if let Some(url) = params.get(b"url") {
        return if url.text().is_some_and(is_open_link) { None } else { Some(url) };
    }
    let mut secrets: heapless::Vec<Name, { SECRETS.len() }> = heapless::Vec::new();
    for name in SECRETS.iter().filter_map(|name| Name::new(name)) {
        // there is room for each
        let _ = secrets.push(name);
    }
    let hidden = data.and_then(|data| Some(data.names_of(data.hidden_from_all()?)));
    let (secrets, hidden) = (Names::new(&secrets), Names::new(hidden.unwrap_or_default()));
    let asked = |name: &[u8]| secrets.contain(name) || hidden.contain(name);
    let mut fields = params.get(b"requestedSchema")?.get(b"properties")?.members();
    let culprit = fields.find(|(name, field)| {
        let title = field.get(b"title").and_then(Value::text).unwrap_or_default();
        name.text().is_some_and(asked) || asked(title)
    });
    culprit.map(|(name, _)| name)
}

/// Whether a link is one of `https` whose authority holds no credentials (RFC 3986 §3.2.1).
fn is_open_link(url: &[u8]) -> bool {
    let Some((scheme, rest)) = url.split_at_checked(8) else { return false };
    let authority = rest.split(|byte| matches!(byte, b'/' | b'\\' | b'?' | b'#')).next().unwrap_or_default();
    scheme.eq_ignore_ascii_case(b"https://") && !authority.is_empty() && !authority.contains(&b'@')
}
