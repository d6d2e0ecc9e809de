//! The transport facts of one message: stdio, or an HTTP request's method and headers (MCP.md 15–22).
//!
//! [`read`] checks what the headers are in themselves, [`admit`] what the policy says of them. What the headers say of the body
//! is compared by [`crate::message`] once the body is known. Invariant: nothing here looks at a body.

use crate::{
    image::Policy,
    reason::{Denial, Reason},
    revision::Revision,
    text::{equal_folded, is_visible, split_once, trim},
};

/// One header field; a field that came twice stands here twice.
#[derive(Clone, Copy)]
pub struct Header<'a> {
    /// Its name, in any case.
    pub name: &'a [u8],
    /// Its value.
    pub value: &'a [u8],
}

/// The name alone: values hold tokens and cookies.
impl core::fmt::Debug for Header<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Header").field("name", &self.name.escape_ascii()).finish_non_exhaustive()
    }
}

/// What the host knows of an HTTP request before it reads the body.
#[derive(Clone, Copy, Debug)]
pub struct Http<'a> {
    /// The request method, such as `POST`.
    pub method: &'a [u8],
    /// All header fields.
    pub headers: &'a [Header<'a>],
    /// The length of the body where it is known.
    pub body_len: Option<u64>,
}

impl<'a> Http<'a> {
    /// The value of the header `name`, if there is one.
    ///
    /// # Errors
    /// [`Reason::HttpRepeated`] when it stands there twice, or once under a name that CGI takes for it.
    pub fn only(&self, name: &[u8]) -> Result<Option<&'a [u8]>, Reason> {
        let mut found = self.headers.iter().filter(|header| same_to_cgi(header.name, name));
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some(header), None) if equal_folded(header.name, name) => Ok(Some(trim(header.value))),
            _ => Err(Reason::HttpRepeated),
        }
    }
}

/// How the message came.
#[derive(Clone, Copy, Debug, Default)]
pub enum Transport<'a> {
    /// A line on standard input.
    #[default]
    Stdio,
    /// An HTTP request.
    Http(Http<'a>),
}

impl Transport<'_> {
    /// Whether it came over HTTP.
    #[must_use]
    pub const fn is_http(&self) -> bool {
        matches!(self, Self::Http(_))
    }
}

/// What an HTTP request asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verb {
    /// A message in the body, or a line on stdio.
    #[default]
    Message,
    /// Legacy GET: a stream of what the server has to say.
    Stream,
    /// Legacy DELETE: the end of the session.
    End,
}

/// What `MCP-Protocol-Version` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VersionHeader {
    /// Nothing.
    #[default]
    Absent,
    /// A revision of the specification.
    Known(Revision),
    /// Something else; the header has this index.
    Unknown(usize),
}

/// Proof that the transport facts are in order; places of headers are indices into the host's list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrival {
    verb: Verb,
    version: VersionHeader,
    method: Option<usize>,
    name: Option<usize>,
    session: Option<usize>,
    host: Option<usize>,
    origin: Option<usize>,
    authorization: Option<usize>,
}

impl Arrival {
    /// What is asked for.
    #[must_use]
    pub const fn verb(&self) -> Verb {
        self.verb
    }

    /// What `MCP-Protocol-Version` says.
    #[must_use]
    pub const fn version(&self) -> VersionHeader {
        self.version
    }

    /// `Mcp-Method`.
    #[must_use]
    pub fn method<'a>(&self, http: &Http<'a>) -> Option<&'a [u8]> {
        value(http, self.method)
    }

    /// `Mcp-Name`.
    #[must_use]
    pub fn name<'a>(&self, http: &Http<'a>) -> Option<&'a [u8]> {
        value(http, self.name)
    }

    /// `Mcp-Session-Id`.
    #[must_use]
    pub fn session<'a>(&self, http: &Http<'a>) -> Option<&'a [u8]> {
        value(http, self.session)
    }

    /// `Authorization`.
    #[must_use]
    pub fn authorization<'a>(&self, http: &Http<'a>) -> Option<&'a [u8]> {
        value(http, self.authorization)
    }
}

fn value<'a>(http: &Http<'a>, at: Option<usize>) -> Option<&'a [u8]> {
    http.headers.get(at?).map(|header| trim(header.value))
}

/// Checks what needs no policy: the HTTP method, media types, repeated headers, the session id's bytes.
///
/// # Errors
/// A `http.*` reason.
pub fn read(transport: &Transport<'_>) -> Result<Arrival, Denial> {
    let Transport::Http(http) = transport else { return Ok(Arrival::default()) };
    let verb = match http.method {
        b"POST" => Verb::Message,
        b"GET" => Verb::Stream,
        b"DELETE" => Verb::End,
        _ => return Err(Denial::of(Reason::HttpMethod)),
    };
    let [version, method, name, session, host, origin, content_type, authorization, ..] = places(http)?;
    let arrival = Arrival { verb, version: self::version(http, version), method, name, session, host, origin, authorization };
    if repeated_param(http) {
        return Err(Denial::of(Reason::HttpRepeated));
    }
    media(http, verb, value(http, content_type))?;
    match (arrival.session(http), arrival.version) {
        // the newest revision has no sessions; what an old client sends there is ignored (basic/transports)
        (_, VersionHeader::Known(revision)) if revision.is_modern() && verb == Verb::Message => {}
        (_, VersionHeader::Known(revision)) if revision.is_modern() => return Err(Denial::of(Reason::HttpMethod)),
        (Some(id), _) if !is_visible(id) => return Err(Denial::of(Reason::HttpSession)),
        (None, _) if verb == Verb::End => return Err(Denial::of(Reason::HttpSession)),
        _ => {}
    }
    Ok(arrival)
}

/// Checks `Host`, `Origin` and the announced length against the policy.
///
/// # Errors
/// [`Reason::HttpHost`], [`Reason::HttpOrigin`], [`Reason::HttpMethod`] for a verb that no served revision has, or
/// [`Reason::BodySize`].
pub fn admit(policy: &Policy, transport: &Transport<'_>, arrival: &Arrival) -> Result<(), Denial> {
    let Transport::Http(http) = transport else { return Ok(()) };
    let host = value(http, arrival.host).ok_or(Denial::of(Reason::HttpHost))?;
    if !policy.hosts.iter().any(|rule| host_matches(rule.as_bytes(), host)) {
        return Err(Denial::of(Reason::HttpHost));
    }
    if let Some(origin) = value(http, arrival.origin)
        && !policy.origins.iter().any(|allowed| equal_folded(allowed.as_bytes(), origin))
    {
        return Err(Denial::of(Reason::HttpOrigin));
    }
    if arrival.verb != Verb::Message && policy.revisions().iter().all(Revision::is_modern) {
        return Err(Denial::of(Reason::HttpMethod));
    }
    let body_max = u64::try_from(policy.body_max(true)).unwrap_or(u64::MAX);
    if http.body_len.is_some_and(|len| len > body_max) {
        return Err(Denial::of(Reason::BodySize));
    }
    Ok(())
}

/// The headers that may come once only. The first eight are those that [`read`] takes.
const ONCE: [&[u8]; 10] = [
    b"MCP-Protocol-Version",
    b"Mcp-Method",
    b"Mcp-Name",
    b"Mcp-Session-Id",
    b"Host",
    b"Origin",
    b"Content-Type",
    b"Authorization",
    b"Content-Length",
    b"Last-Event-ID",
];

/// Where each of [`ONCE`] stands.
fn places(http: &Http<'_>) -> Result<[Option<usize>; ONCE.len()], Denial> {
    let mut places = [None; ONCE.len()];
    for (place, header) in http.headers.iter().enumerate() {
        if is_disguised(header.name) {
            return Err(Denial::of(Reason::HttpRepeated));
        }
        let known = ONCE.iter().zip(&mut places).find(|(name, _)| equal_folded(header.name, name));
        if let Some((_, slot)) = known
            && slot.replace(place).is_some()
        {
            return Err(Denial::of(Reason::HttpRepeated));
        }
    }
    Ok(places)
}

/// Whether two names are one to CGI, and so to PHP, which takes `_` for `-`.
fn same_to_cgi(a: &[u8], b: &[u8]) -> bool {
    let dashed = |byte: &u8| if *byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
    a.iter().map(dashed).eq(b.iter().map(dashed))
}

/// Whether CGI, and so PHP, takes a name for one of [`ONCE`] or of `Mcp-Param-*` because it takes `_` for `-`.
fn is_disguised(name: &[u8]) -> bool {
    let begins = |known: &[u8]| name.get(..known.len()).is_some_and(|head| same_to_cgi(head, known));
    name.contains(&b'_') && (begins(PARAM_PREFIX) || ONCE.iter().any(|known| same_to_cgi(name, known)))
}

fn version(http: &Http<'_>, place: Option<usize>) -> VersionHeader {
    match (place, value(http, place)) {
        (Some(place), Some(name)) => Revision::from_name(name).map_or(VersionHeader::Unknown(place), VersionHeader::Known),
        _ => VersionHeader::Absent,
    }
}

/// Prefix of the headers that mirror arguments.
pub const PARAM_PREFIX: &[u8] = b"Mcp-Param-";

/// What follows `Mcp-Param-` in a header's name.
#[must_use]
pub fn param_name<'a>(header: &Header<'a>) -> Option<&'a [u8]> {
    let (prefix, name) = header.name.split_at_checked(PARAM_PREFIX.len())?;
    equal_folded(prefix, PARAM_PREFIX).then_some(name)
}

/// Most `Mcp-Param-*` headers of one request: pairs of them are compared.
const PARAMS_MAX: usize = 64;

fn repeated_param(http: &Http<'_>) -> bool {
    let params = || http.headers.iter().filter_map(param_name);
    if params().count() > PARAMS_MAX {
        return true;
    }
    params().enumerate().any(|(count, name)| params().take(count).any(|other| equal_folded(other, name)))
}

/// `Content-Type` of a message, and `Accept`.
fn media(http: &Http<'_>, verb: Verb, content_type: Option<&[u8]>) -> Result<(), Denial> {
    if verb == Verb::Message && !content_type.is_some_and(is_json) {
        return Err(Denial::of(Reason::HttpContentType));
    }
    let fields = http.headers.iter().filter(|header| equal_folded(header.name, b"Accept"));
    let (mut stream, mut json) = (verb == Verb::End, verb != Verb::Message);
    for range in fields.flat_map(|header| header.value.split(|&byte| byte == b',')) {
        stream = stream || range_covers(range, b"text/event-stream");
        json = json || range_covers(range, b"application/json");
    }
    if stream && json { Ok(()) } else { Err(Denial::of(Reason::HttpAccept)) }
}

/// `application/json`, at most with `charset=utf-8`. A test of the prefix would let `application/jsonpatch` pass.
fn is_json(value: &[u8]) -> bool {
    let (media, parameters) = split_once(value, b';').unwrap_or((value, b""));
    let parameters = trim(parameters);
    equal_folded(trim(media), b"application/json")
        && (parameters.is_empty() || equal_folded(parameters, b"charset=utf-8") || equal_folded(parameters, b"charset=\"utf-8\""))
}

/// Whether one media range of `Accept` (RFC 9110 §12.5.1) covers a media type. A weight of zero takes it back.
fn range_covers(range: &[u8], media: &[u8]) -> bool {
    let mut parts = range.split(|&byte| byte == b';').map(trim);
    let covers = parts.next().is_some_and(|name| {
        equal_folded(name, media)
            || name == b"*/*"
            || name
                .strip_suffix(b"*")
                .is_some_and(|kind| kind.ends_with(b"/") && media.get(..kind.len()).is_some_and(|head| equal_folded(head, kind)))
    });
    let refused = |part: &[u8]| {
        split_once(part, b'=').is_some_and(|(name, weight)| {
            equal_folded(trim(name), b"q") && trim(weight).iter().all(|&byte| byte == b'0' || byte == b'.')
        })
    };
    covers && !parts.any(refused)
}

/// Whether a `Host` value is one of the policy: `host`, `host:port`, `host:*` or `*`.
fn host_matches(rule: &[u8], host: &[u8]) -> bool {
    if rule == b"*" {
        return !host.is_empty();
    }
    match rule.strip_suffix(b":*") {
        None => equal_folded(rule, host),
        Some(name) => host.split_at_checked(name.len()).is_some_and(|(head, port)| {
            let digits = port.strip_prefix(b":").unwrap_or_default();
            equal_folded(head, name)
                && (port.is_empty() || (matches!(digits.len(), 1..=5) && digits.iter().all(u8::is_ascii_digit)))
        }),
    }
}
