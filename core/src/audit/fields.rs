//! What a line says.

use super::{
    LIST_MAX,
    chain::SEQUENCE_MAX,
    key::{ChainId, Digest, KEY_LEN},
    text::Text,
    time::TIME_MAX,
};
use crate::{
    named::named,
    write::{Out, TooSmall},
};

named! {
    /// What happened, by its name in lines. Numbers stand in records and are never reused.
    Event {
        /// A chain begins: the first line of each.
        1 Start "start";
        /// A chain ends as it should.
        2 End "end";
        /// A message was judged.
        3 Decision "decision";
        /// A caller could not show who they are.
        4 Authentication "authentication";
        /// An answer of the server was judged.
        5 Release "release";
        /// A policy, keys or a list of revocations came into force.
        6 Configuration "configuration";
        /// The file ended within a line, of which `note` has the length and hash; this line begins on a fresh one.
        7 Recovery "recovery";
        /// Lines could not be written, of which `note` has the number.
        8 Lost "lost";
    }
}

/// A list of texts, packed: each behind its length in two bytes, big-endian.
#[derive(Clone, Copy, Debug)]
pub struct List<'l>(pub(super) Packed<'l>);

/// How a list stands in a record.
#[derive(Clone, Copy, Debug)]
pub(super) enum Packed<'l> {
    Items(&'l [u8]),
    Replaced(u64, [u8; KEY_LEN]),
}

impl Default for List<'_> {
    fn default() -> Self {
        Self(Packed::Items(b""))
    }
}

impl<'l> List<'l> {
    /// The texts; none of a list that was replaced.
    pub fn items(&self) -> impl Iterator<Item = &'l [u8]> + use<'l> {
        let mut rest = match self.0 {
            Packed::Items(items) => items,
            Packed::Replaced(..) => b"",
        };
        core::iter::from_fn(move || {
            let (len, behind) = rest.split_first_chunk::<2>()?;
            let (item, behind) = behind.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
            rest = behind;
            Some(item)
        })
    }
}

/// Packs texts into `memory`. A list of more than [`LIST_MAX`] bytes, lengths included, or with a text that is not UTF-8, is
/// replaced as a whole.
///
/// # Errors
/// [`TooSmall`] when `memory` doesn't hold the list.
pub fn pack<'l, 't>(items: impl IntoIterator<Item = &'t [u8]>, memory: &'l mut [u8]) -> Result<List<'l>, TooSmall> {
    let mut out = Out::new(memory);
    let mut plain = true;
    for item in items {
        let len = u16::try_from(item.len()).map_err(|_| TooSmall)?;
        plain &= core::str::from_utf8(item).is_ok();
        out.raw(&len.to_be_bytes()).raw(item);
    }
    let packed = out.finish()?;
    if plain && packed.len() <= LIST_MAX {
        return Ok(List(Packed::Items(packed)));
    }
    Ok(List(match Text::replaced(packed) {
        Text::Replaced(len, hash) => Packed::Replaced(len, hash),
        Text::Plain(items) => Packed::Items(items),
    }))
}

/// What one line tells. Texts that are empty and numbers that are none are left out of it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'e> {
    /// What happened.
    pub event: Event,
    /// When, in Unix milliseconds.
    pub time_ms: u64,
    /// Whether it was allowed, or succeeded.
    pub success: bool,
    /// The name of the reason.
    pub reason: &'e [u8],
    /// The culprit, a JSON Pointer.
    pub pointer: &'e [u8],
    /// The id of the request, as it stood in the message.
    pub request: &'e [u8],
    /// The method.
    pub method: &'e [u8],
    /// The name of the tool or prompt, or the URI of the resource.
    pub target: &'e [u8],
    /// Who called.
    pub subject: &'e [u8],
    /// The roles of who called.
    pub roles: List<'e>,
    /// The permissions and scopes that a token gave them.
    pub permissions: List<'e>,
    /// The keyed hash of the arguments.
    pub arguments: Option<Digest>,
    /// How long it took, in microseconds.
    pub duration_us: Option<u64>,
    /// From which machine.
    pub peer: &'e [u8],
    /// What the client says of itself.
    pub agent: &'e [u8],
    /// The name of the server.
    pub server: &'e [u8],
    /// The version of what wrote the line.
    pub version: &'e [u8],
    /// Memory of the process, in bytes.
    pub memory: Option<u64>,
    /// What else there is to say of the event.
    pub note: &'e [u8],
}

impl Entry<'_> {
    /// An entry that says nothing but what happened when.
    #[must_use]
    pub fn new(event: Event, time_ms: u64) -> Self {
        Self {
            event,
            time_ms,
            success: false,
            reason: b"",
            pointer: b"",
            request: b"",
            method: b"",
            target: b"",
            subject: b"",
            roles: List::default(),
            permissions: List::default(),
            arguments: None,
            duration_us: None,
            peer: b"",
            agent: b"",
            server: b"",
            version: b"",
            memory: None,
            note: b"",
        }
    }
}

/// Names of the texts of a line, in the order of RFC 8785; their places are those in [`Fields::texts`].
pub(super) const TEXTS: [&str; 11] =
    ["agent", "method", "note", "peer", "pointer", "reason", "request", "server", "subject", "target", "version"];

/// A line as it is written: an entry and its place in the chain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'f> {
    pub(super) chain: ChainId,
    pub(super) sequence: u64,
    pub(super) prev: [u8; KEY_LEN],
    pub(super) event: Event,
    pub(super) time_ms: u64,
    pub(super) success: bool,
    pub(super) arguments: Option<Digest>,
    pub(super) duration_us: Option<u64>,
    pub(super) memory: Option<u64>,
    pub(super) texts: [Text<'f>; TEXTS.len()],
    pub(super) permissions: List<'f>,
    pub(super) roles: List<'f>,
}

impl<'f> Fields<'f> {
    pub(super) fn new(entry: &Entry<'f>, chain: ChainId, sequence: u64, prev: [u8; KEY_LEN]) -> Self {
        let Entry { agent, method, note, peer, pointer, reason, request, server, subject, target, version, .. } = *entry;
        let texts = [agent, method, note, peer, pointer, reason, request, server, subject, target, version].map(Text::of);
        // what JSON can't hold exactly (RFC 7493 §2.2) is no time, size or duration of this world
        let exact = |n: u64| n.min(SEQUENCE_MAX);
        Self {
            chain,
            sequence,
            prev,
            event: entry.event,
            time_ms: entry.time_ms.min(TIME_MAX),
            success: entry.success,
            arguments: entry.arguments,
            duration_us: entry.duration_us.map(exact),
            memory: entry.memory.map(exact),
            texts,
            permissions: entry.permissions,
            roles: entry.roles,
        }
    }

    /// A text by its name.
    pub(super) fn text(&self, name: &str) -> Text<'f> {
        let at = TEXTS.iter().position(|&text| text == name);
        at.and_then(|at| self.texts.get(at)).copied().unwrap_or_default()
    }
}
