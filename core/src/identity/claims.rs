//! The claims of a token, or of what an issuer says of an opaque one (RFC 7519 §4.1, RFC 7662 §2.2, RFC 9068 §2.2).
//!
//! What is there must have its type, whether it is needed or not: a date that is a string or null, an `aud` with a number in it, a
//! `jti` that is no string refuse the token, since libraries read them differently.
//!
//! Invariant: nothing here verifies a signature, and nothing here knows a policy's roles.

use crate::{
    json::{Kind, Value},
    reason::Reason,
    text::equal_folded,
};

use super::{audience, date};

/// What is asked of the claims.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'r> {
    /// The `iss` that must stand there, byte for byte; none: any or none at all.
    pub issuer: Option<&'r [u8]>,
    /// The `aud` of which one must stand there ([`audience::is_same`]); none: any or none at all.
    pub audiences: Audiences<'r>,
    /// Whether a token without `exp` is refused.
    pub expiry_required: bool,
    /// How far clocks may differ, milliseconds.
    pub leeway_ms: u64,
    /// What kind of claims they are.
    pub profile: Profile,
}

/// The names of this server that a token may be meant for.
#[derive(Clone, Copy, Debug)]
pub enum Audiences<'r> {
    /// Nobody asks.
    Any,
    /// One of these.
    Of(&'r [&'r [u8]]),
    /// One of these, in an image.
    In(&'r [rkyv::string::ArchivedString]),
}

/// Where claims come from, and what must be among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// A JWT.
    #[default]
    Jwt,
    /// A JWT of RFC 9068: `iss`, `exp`, `aud`, `sub`, `client_id`, `iat` and `jti` are there.
    AccessToken,
    /// The answer of an introspection endpoint: `active` is true; the issuer has looked at the token itself.
    Introspection,
}

/// Proof that claims are in force now, and what was learnt of them.
#[derive(Clone, Copy, Debug)]
pub struct Claims<'t> {
    /// From when on they are, Unix milliseconds, leeway included.
    pub(super) from_ms: u64,
    /// Until when (exclusive), leeway included; none: for ever.
    pub(super) until_ms: Option<u64>,
    /// `exp`, Unix milliseconds.
    expires_ms: Option<u64>,
    /// `iat`, Unix milliseconds.
    issued_ms: Option<u64>,
    /// `jti`.
    id: Option<&'t [u8]>,
    /// Where on the tape a key stands that the bearer must prove to have (`cnf`, RFC 7800).
    pub(super) confirmation: Option<u32>,
}

impl<'t> Claims<'t> {
    /// `exp`, Unix milliseconds.
    #[must_use]
    pub const fn expires_ms(&self) -> Option<u64> {
        self.expires_ms
    }

    /// `iat`, Unix milliseconds.
    #[must_use]
    pub const fn issued_ms(&self) -> Option<u64> {
        self.issued_ms
    }

    /// `jti`.
    #[must_use]
    pub const fn id(&self) -> Option<&'t [u8]> {
        self.id
    }
}

/// Checks the claims at `now_ms`, which is not 0.
///
/// # Errors
/// [`Reason::TokenClock`] without a clock; [`Reason::TokenClaims`] for a missing claim or one of the wrong type;
/// [`Reason::TokenInactive`], [`Reason::TokenType`], [`Reason::TokenIssuer`], [`Reason::TokenAudience`], [`Reason::TokenExpired`], [`Reason::TokenEarly`].
pub fn check<'t>(claims: Value<'t>, rules: &Rules<'_>, now_ms: u64) -> Result<Claims<'t>, Reason> {
    if now_ms == 0 {
        return Err(Reason::TokenClock);
    }
    let registered = Registered::read(claims)?;
    if rules.profile == Profile::Introspection {
        // an issuer may be asked about refresh tokens as well (RFC 7662 §2.1)
        match registered.active {
            Some(true) if registered.other_kind => return Err(Reason::TokenType),
            Some(true) => {}
            _ => return Err(Reason::TokenInactive),
        }
    }
    registered.are_complete(rules)?;
    if rules.issuer.is_some_and(|issuer| registered.issuer.is_some_and(|own| own != issuer)) {
        return Err(Reason::TokenIssuer);
    }
    let audience = registered.audience.and_then(|place| claims.document().value(place));
    if audience.is_some_and(|own| !rules.audiences.admit(own)) {
        return Err(Reason::TokenAudience);
    }
    let until_ms = registered.expires_ms.map(|ms| ms.saturating_add(rules.leeway_ms));
    if until_ms.is_some_and(|until| now_ms >= until) {
        return Err(Reason::TokenExpired);
    }
    let latest = registered.not_before_ms.max(registered.issued_ms).unwrap_or(0);
    let from_ms = latest.saturating_sub(rules.leeway_ms);
    if now_ms < from_ms {
        return Err(Reason::TokenEarly);
    }
    Ok(Claims {
        from_ms,
        until_ms,
        expires_ms: registered.expires_ms,
        issued_ms: registered.issued_ms,
        id: registered.id,
        confirmation: registered.confirmation,
    })
}

impl Audiences<'_> {
    /// Whether one of the values of `aud` is one of these names.
    fn admit(self, aud: Value<'_>) -> bool {
        let named = |text: &[u8]| match self {
            Self::Any => true,
            Self::Of(own) => own.iter().any(|own| audience::is_same(own, text)),
            Self::In(own) => own.iter().any(|own| audience::is_same(own.as_bytes(), text)),
        };
        match aud.text() {
            Some(text) => named(text),
            None => matches!(self, Self::Any) || aud.elements().filter_map(Value::text).any(named),
        }
    }

    const fn asked(self) -> bool {
        !matches!(self, Self::Any)
    }
}

/// The claims that have a meaning here, each of its type.
#[derive(Default)]
struct Registered<'t> {
    issuer: Option<&'t [u8]>,
    subject: Option<&'t [u8]>,
    client: Option<&'t [u8]>,
    /// Its place on the tape.
    audience: Option<u32>,
    expires_ms: Option<u64>,
    not_before_ms: Option<u64>,
    issued_ms: Option<u64>,
    id: Option<&'t [u8]>,
    active: Option<bool>,
    /// Somebody says that it is no access token.
    other_kind: bool,
    /// Its place on the tape.
    confirmation: Option<u32>,
}

impl<'t> Registered<'t> {
    fn read(claims: Value<'t>) -> Result<Self, Reason> {
        if claims.kind() != Kind::Object {
            return Err(Reason::TokenClaims);
        }
        let mut read = Self::default();
        for (name, at) in claims.places() {
            let Some(value) = claims.document().value(at) else { return Err(Reason::TokenClaims) };
            let known = match name {
                b"iss" => text(value, &mut read.issuer),
                b"sub" => text(value, &mut read.subject),
                b"jti" => text(value, &mut read.id),
                b"client_id" => text(value, &mut read.client),
                b"exp" => date(value, &mut read.expires_ms),
                b"nbf" => date(value, &mut read.not_before_ms),
                b"iat" => date(value, &mut read.issued_ms),
                b"aud" => {
                    read.audience = Some(at);
                    is_audience(value)
                }
                b"active" => {
                    read.active = value.boolean();
                    true
                }
                b"token_type" => kind(value, &mut read.other_kind, &[b"Bearer"]),
                b"token_use" => kind(value, &mut read.other_kind, &[b"access_token", b"access"]),
                b"typ" => kind(value, &mut read.other_kind, &[b"Bearer", b"JWT", b"at+jwt"]),
                b"cnf" => {
                    read.confirmation = Some(at);
                    value.kind() == Kind::Object
                }
                _ => true,
            };
            if !known {
                return Err(Reason::TokenClaims);
            }
        }
        Ok(read)
    }

    /// Whether everything is there that the rules and the profile ask for.
    fn are_complete(&self, rules: &Rules<'_>) -> Result<(), Reason> {
        let of_jwt = rules.profile != Profile::Introspection;
        let needed = |asked: bool, there: bool, reason| if asked && !there { Err(reason) } else { Ok(()) };
        // RFC 7662 §2.2 leaves them out of the answer where they go without saying
        needed(of_jwt && rules.issuer.is_some(), self.issuer.is_some(), Reason::TokenIssuer)?;
        needed(rules.audiences.asked(), self.audience.is_some(), Reason::TokenAudience)?;
        needed(of_jwt && rules.expiry_required, self.expires_ms.is_some(), Reason::TokenClaims)?;
        let all = self.issuer.is_some()
            && self.expires_ms.is_some()
            && self.audience.is_some()
            && self.subject.is_some()
            && self.client.is_some()
            && self.issued_ms.is_some()
            && self.id.is_some();
        needed(rules.profile == Profile::AccessToken, all, Reason::TokenClaims)
    }
}

/// A text into its place; false when it is none.
fn text<'t>(value: Value<'t>, place: &mut Option<&'t [u8]>) -> bool {
    *place = value.text();
    place.is_some()
}

/// Notes whether a claim of an introspection names another kind of token than one that anybody may present.
fn kind(value: Value<'_>, other: &mut bool, names: &[&[u8]]) -> bool {
    let is = |name: &&[u8]| value.text().is_some_and(|text| equal_folded(text, name));
    *other |= !names.iter().any(is);
    // in a JWT they may mean anything
    true
}

/// A date into its place; false when it is none.
fn date(value: Value<'_>, place: &mut Option<u64>) -> bool {
    *place = match value.integer() {
        // the usual way to write it
        Some(seconds) => date::whole(seconds),
        None if value.kind() == Kind::Number => date::milliseconds(value.raw()),
        None => None,
    };
    place.is_some()
}

/// A string, or a list of strings that is not empty.
fn is_audience(value: Value<'_>) -> bool {
    value.text().is_some()
        || (value.kind() == Kind::Array && !value.is_empty() && value.elements().all(|element| element.text().is_some()))
}
