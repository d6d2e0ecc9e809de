//! One message alone, without a policy.

use adarga_core::{
    arrival::{self, Arrival, Header, Http, Transport},
    json::{self, Document, Value},
    message::{self, Context, Framing, Sender},
    reason::{Denial, Place, Reason},
    revision::Revisions,
};

use crate::{
    call::{ADARGA_HEADERS_MAX, Lists, adarga_header},
    decide::{ADARGA_KIND_NONE, kind},
    grow::{deny, grows, read},
    json::adarga_limits,
    memory::{adarga_buffer, adarga_view},
    reason::{ADARGA_REASON_ALLOWED, revision},
    status::answer,
    work::scratch,
};

/// Several messages in one array.
pub const ADARGA_KIND_BATCH: u8 = 4;

/// What a message is judged by.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_message_rules {
    /// sizeof(adarga_message_rules).
    pub size: u32,
    /// The date of the protocol revision without hyphens, such as 20260728.
    pub revision: u32,
    /// Not 0: a server sent it.
    pub from_server: u32,
    /// 0.
    pub reserved: u32,
    /// The header fields of an HTTP POST that it came by.
    pub headers: *const adarga_header,
    /// How many there are; 0: they are not known.
    pub header_count: usize,
}

/// What a message is.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_message {
    /// sizeof(adarga_message).
    pub size: u32,
    /// ADARGA_REASON_ALLOWED, or why it is none.
    pub reason: u16,
    /// An ADARGA_KIND_….
    pub kind: u8,
    /// 0.
    pub reserved: u8,
    /// Its method, decoded: in `text` or the scratch memory; absent without one.
    pub method: adarga_view,
    /// Its id as it stands in `text`; absent without one.
    pub id: adarga_view,
}
grows!(adarga_message_rules adarga_message);

/// Says whether `text` is one message of a revision of the Model Context Protocol (or a batch, where the revision has them).
/// `found->method` may lie in `memory`. Threads: one for each `memory`. Failure: `found` is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_message_check(
    text: adarga_view,
    rules: *const adarga_message_rules,
    limits: *const adarga_limits,
    memory: adarga_buffer,
    found: *mut adarga_message,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let out = deny(found)?;
            let (rules, limits) = (read(rules)?, read(limits)?);
            memory.apart(text)?;
            let mut scratch = scratch(memory, limits.values_max, limits.input_max, [0; 2])?;
            let mut lists = [const { Header { name: &[], value: &[] } }; ADARGA_HEADERS_MAX];
            let headers = Lists::headers(&mut lists, rules.headers, rules.header_count, &|view| memory.apart(view))?;
            let http = (!headers.is_empty()).then_some(Http { method: b"POST", headers, body_len: None });
            let (bytes, revisions, limits) = (text.bytes()?, Revisions::only(revision(rules.revision)?), limits.limits()?);
            let sender = if rules.from_server == 0 { Sender::Client } else { Sender::Server };
            let mut judge = || -> Result<adarga_message, Denial> {
                let arrival = match http {
                    Some(http) => arrival::read(&Transport::Http(http))?,
                    None => Arrival::default(),
                };
                let parsed = json::parse(bytes, limits, &mut scratch)
                    .map_err(|refusal| Denial { reason: refusal.reason, place: Place::Nowhere })?;
                let document = Document::new(bytes, &scratch, parsed);
                let context = Context { revisions, sender, arrival: &arrival, http: http.as_ref(), session: None, policy: None };
                describe(document, message::framing(document, parsed, &context)?, &context)
            };
            let denied =
                |reason: Reason| adarga_message { reason: reason.number(), kind: ADARGA_KIND_NONE, ..Default::default() };
            out.write(&judge().unwrap_or_else(|denial| denied(denial.reason)));
        }
        Ok(())
    })
}

fn describe(document: Document<'_>, framing: Framing, context: &Context<'_>) -> Result<adarga_message, Denial> {
    let found = adarga_message { reason: ADARGA_REASON_ALLOWED, kind: ADARGA_KIND_BATCH, ..Default::default() };
    let some = |bytes: Option<&[u8]>| bytes.map_or(adarga_view::NONE, adarga_view::of);
    match framing {
        Framing::Single => {
            let message = message::check(document.root(), false, context)?;
            Ok(adarga_message {
                kind: kind(message.kind()),
                method: some(message.method_name(document).and_then(Value::text)),
                id: some(message.id(document).map(Value::raw)),
                ..found
            })
        }
        Framing::Batch(_) => {
            document.root().elements().try_for_each(|item| message::check(item, true, context).map(|_| ()))?;
            Ok(found)
        }
    }
}
