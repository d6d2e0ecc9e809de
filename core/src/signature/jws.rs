//! Compact JWS (RFC 7515 §3.1, §5.2): three parts, a strict header, one signature.
//!
//! The header chooses nothing that the key set and the policy don't allow: `alg` must be one of the policy and of the key, `kid` is
//! looked up exactly and used for nothing else, `jwk`, `jku`, `x5u` and `x5c` are never read. What changes how a token is read
//! (`crit`, `b64`, `zip`) is refused.
//!
//! Invariant: nothing here looks at the payload beyond decoding it. Nothing is believed before the signature was verified.

use core::ops::Range;

use crate::{
    json::{self, Document, Kind, Limits, Scratch, Value},
    keys::{Algorithm, Algorithms, Key, KeySet},
    reason::Reason,
    text,
};

use super::{Crypto, SIGNATURE_MAX, base64url};

/// The longest token that [`Rules::new`] accepts, in bytes: twice what servers take as one header line.
pub const TOKEN_MAX: usize = 16 << 10;
/// Bounds of headers: room for a chain of certificates that nobody reads.
pub const HEADER_LIMITS: Limits = Limits { depth_max: 8, values_max: 128 };

/// What is asked of a token before its claims.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'r> {
    /// The algorithms that the policy allows.
    pub algorithms: Algorithms,
    /// The `typ` that the header must have.
    pub typ: Type<'r>,
    /// The longest token, in bytes.
    pub token_max: usize,
}

impl Rules<'_> {
    /// Rules that allow `algorithms`, any `typ` and tokens up to [`TOKEN_MAX`].
    #[must_use]
    pub const fn new(algorithms: Algorithms) -> Self {
        Self { algorithms, typ: Type::Any, token_max: TOKEN_MAX }
    }

    /// Bytes that [`verify_compact`] needs to decode every token within these rules.
    #[must_use]
    pub const fn room(&self) -> usize {
        base64url::decoded_len(self.token_max)
    }
}

/// What `typ` a header must have; compared as media types (RFC 7515 §4.1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type<'r> {
    /// Any or none.
    Any,
    /// That of a token which anybody may present: none, `JWT` or `at+jwt`. Others name a purpose of their own, such as
    /// `logout+jwt` or `dpop+jwt`, for which the token was not made (RFC 8725 §3.11).
    Bearer,
    /// Exactly this one.
    Exactly(&'r [u8]),
}

impl Type<'_> {
    fn admits(self, typ: Option<&[u8]>) -> bool {
        let is = |own: &[u8]| typ.is_some_and(|typ| equal_types(typ, own));
        match self {
            Self::Any => true,
            Self::Bearer => typ.is_none() || is(b"JWT") || is(b"at+jwt"),
            Self::Exactly(own) => is(own),
        }
    }
}

/// Proof that the signature of a token verified, and where its parts were decoded to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    algorithm: Algorithm,
    key: u32,
    header: Range<usize>,
    payload: Range<usize>,
}

impl Verified {
    /// The algorithm that it was signed with.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key that verified it: [`Key::index`].
    #[must_use]
    pub const fn key(&self) -> u32 {
        self.key
    }

    /// The decoded header, as a range of the memory that [`verify_compact`] was given.
    #[must_use]
    pub fn header(&self) -> Range<usize> {
        self.header.clone()
    }

    /// The decoded payload, as a range of the memory that [`verify_compact`] was given.
    #[must_use]
    pub fn payload(&self) -> Range<usize> {
        self.payload.clone()
    }
}

/// Verifies `token` and decodes it into `memory`, which must have [`Rules::room`] bytes; `scratch` must suffice for
/// [`HEADER_LIMITS`] and is free again afterwards. Nothing in `memory` may be used when it fails.
///
/// # Errors
/// One of the `token.*` reasons; [`Reason::HostScratch`] when the memory is smaller than the rules ask for, whatever the token is.
pub fn verify_compact(
    token: &[u8],
    keys: KeySet<'_>,
    rules: &Rules<'_>,
    crypto: &(impl Crypto + ?Sized),
    memory: &mut [u8],
    scratch: &mut Scratch<'_>,
) -> Result<Verified, Reason> {
    if memory.len() < rules.room() {
        return Err(Reason::HostScratch);
    }
    if token.len() > rules.token_max {
        return Err(Reason::TokenSize);
    }
    let parts = Parts::split(token).ok_or(Reason::TokenMalformed)?;
    let header_len = base64url::decode(parts.header, memory).ok_or(Reason::TokenMalformed)?;
    let (header, rest) = memory.split_at_mut_checked(header_len).ok_or(Reason::TokenMalformed)?;
    let (algorithm, kid) = read_header(header, rules, scratch, |algorithm, kid| {
        let key = kid.map(|kid| keys.find(kid).ok_or(Reason::TokenKey)).transpose()?;
        if key.is_some_and(|key| !key.allows(algorithm)) { Err(Reason::TokenAlgorithm) } else { Ok((algorithm, key)) }
    })?;
    let payload_len = base64url::decode(parts.payload, rest).ok_or(Reason::TokenMalformed)?;
    if base64url::decoded_len(parts.signature.len()) > SIGNATURE_MAX {
        return Err(Reason::TokenSignature);
    }
    let rest = rest.get_mut(payload_len..).ok_or(Reason::HostScratch)?;
    let signature_len = base64url::decode(parts.signature, rest).ok_or(Reason::TokenMalformed)?;
    let signature = rest.get(..signature_len).unwrap_or_default();
    let verifies = |key: &Key<'_>| crypto.verify(algorithm, key, parts.signed, signature);
    let key = match kid {
        Some(key) => Some(key).filter(verifies).ok_or(Reason::TokenSignature)?,
        None => {
            let mut candidates = keys.candidates(algorithm).peekable();
            candidates.peek().ok_or(Reason::TokenKey)?;
            candidates.find(verifies).ok_or(Reason::TokenSignature)?
        }
    };
    let payload = header_len..header_len.saturating_add(payload_len);
    Ok(Verified { algorithm, key: key.index(), header: 0..header_len, payload })
}

/// The parts of a compact JWS as they stand there.
struct Parts<'t> {
    header: &'t [u8],
    payload: &'t [u8],
    signature: &'t [u8],
    /// Header, dot, payload: what is signed.
    signed: &'t [u8],
}

impl<'t> Parts<'t> {
    /// The first dot and the last one, each from its end, so that little is searched. Any more dots, one or a million, are left in
    /// the payload, whose alphabet has none.
    fn split(token: &'t [u8]) -> Option<Self> {
        let last = text::find_last(token, b'.')?;
        let (signed, signature) = token.split_at_checked(last)?;
        let (header, payload) = text::split_once(signed, b'.')?;
        Some(Self { header, payload, signature: signature.split_first()?.1, signed })
    }
}

/// Reads the header and hands algorithm and `kid` to `choose` while they are there.
fn read_header<T>(
    header: &[u8],
    rules: &Rules<'_>,
    scratch: &mut Scratch<'_>,
    choose: impl FnOnce(Algorithm, Option<&[u8]>) -> Result<T, Reason>,
) -> Result<T, Reason> {
    let parsed = json::parse(header, HEADER_LIMITS, scratch).map_err(|refusal| match refusal.reason {
        Reason::HostScratch => Reason::HostScratch,
        _ => Reason::TokenHeader,
    })?;
    let object = Document::new(header, scratch, parsed).root();
    if object.kind() != Kind::Object {
        return Err(Reason::TokenHeader);
    }
    let mut members = Members::default();
    for (name, value) in object.members() {
        members.take(name.text().unwrap_or_default(), value)?;
    }
    let algorithm = Algorithm::from_name(members.alg.ok_or(Reason::TokenAlgorithm)?).ok_or(Reason::TokenAlgorithm)?;
    if !rules.algorithms.contains(algorithm) {
        return Err(Reason::TokenAlgorithm);
    }
    if !rules.typ.admits(members.typ) {
        return Err(Reason::TokenType);
    }
    choose(algorithm, members.kid)
}

/// The members of a header that mean something here.
#[derive(Default)]
struct Members<'h> {
    alg: Option<&'h [u8]>,
    kid: Option<&'h [u8]>,
    typ: Option<&'h [u8]>,
}

impl<'h> Members<'h> {
    fn take(&mut self, name: &[u8], value: Value<'h>) -> Result<(), Reason> {
        let place = match name {
            b"alg" => &mut self.alg,
            b"kid" => &mut self.kid,
            b"typ" => &mut self.typ,
            // parsers that match names without regard to case would take `ALG` for `alg`
            _ if ["alg", "kid", "typ", "crit", "b64", "zip"].iter().any(|known| text::same_member(name, known.as_bytes())) => {
                return Err(Reason::TokenHeader);
            }
            _ => return Ok(()),
        };
        *place = Some(value.text().ok_or(Reason::TokenHeader)?);
        Ok(())
    }
}

/// Whether two values of `typ` name one media type: without regard to case, and `application/` may be left out where no other
/// slash follows.
fn equal_types(a: &[u8], b: &[u8]) -> bool {
    a == b || text::equal_folded(subtype(a), subtype(b))
}

fn subtype(typ: &[u8]) -> &[u8] {
    const PREFIX: &[u8] = b"application/";
    match typ.split_at_checked(PREFIX.len()) {
        Some((head, tail)) if text::equal_folded(head, PREFIX) && !tail.contains(&b'/') => tail,
        _ => typ,
    }
}
