//! Where a host finds keys and asks about tokens. A section of its own, which core passes over and which holds no secret.

use adarga_core::{Image, image::SectionKind, keys::Algorithms};
use rkyv::{Archive, Deserialize, Serialize, rancor::Error};

use crate::{
    policy::{self, Document, Identity},
    secrets::Secret,
};

/// What `[identity]` says to the host.
#[derive(Archive, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// The issuer, if tokens are accepted.
    pub issuer: Option<String>,
    /// The URIs of this server.
    pub audiences: Vec<String>,
    /// Scopes that a caller may ask for.
    pub scopes: Vec<String>,
    /// [`Algorithms::bits`] of the algorithms of JWTs.
    pub algorithms: u16,
    /// Where keys come from; none where no JWT is accepted.
    pub keys: Option<KeySource>,
    /// How old keys may get, milliseconds.
    pub refresh_ms: u64,
    /// Least time between two fetches that unknown keys cause, milliseconds.
    pub refresh_min_ms: u64,
    /// How long the last keys are used while the issuer can't be reached, milliseconds.
    pub stale_max_ms: u64,
    /// A file that keeps the last good key set.
    pub store: Option<String>,
    /// Networks beside the public one that the issuer may lie in.
    pub networks: Vec<String>,
    /// A PEM file with more authorities.
    pub authorities: Option<String>,
    /// How opaque tokens are looked up.
    pub introspection: Option<Introspection>,
    /// A file with more that is revoked.
    pub revoked_file: Option<String>,
    /// Where the token of the client on stdio lies.
    pub stdio_token: Option<Secret>,
}

/// Where keys come from.
#[derive(Archive, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// The metadata of the issuer names a JWKS.
    Discover,
    /// A JWKS at a URL.
    Url(String),
    /// A JWKS or PEM file.
    File(String),
    /// A shared secret.
    Secret(Secret),
}

/// How opaque tokens are looked up (RFC 7662).
#[derive(Archive, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Introspection {
    /// The endpoint; none: the issuer's metadata names it.
    pub endpoint: Option<String>,
    /// The id of this server.
    pub client_id: String,
    /// Where its secret lies.
    pub client_secret: Secret,
    /// How long an answer is believed, milliseconds.
    pub ttl_ms: u64,
}

impl Sources {
    pub(crate) fn of(document: &Document) -> Option<Self> {
        let stdio_token = document.stdio.token.as_ref().map(|secret| Secret::of(secret, document));
        document.identity.as_ref().map(|identity| Self { stdio_token, ..Self::of_identity(identity, document) })
    }

    pub(crate) fn to_bytes(&self) -> Option<Vec<u8>> {
        rkyv::to_bytes::<Error>(self).ok().map(|bytes| bytes.to_vec())
    }

    /// The sources that an image carries; `None` when its policy has no `[identity]`, or was compiled for a target without an
    /// operating system.
    #[must_use]
    pub fn from_image(image: Image<'_>) -> Option<Self> {
        rkyv::from_bytes::<Self, Error>(image.section(SectionKind::Sources)?).ok()
    }

    /// The algorithms of JWTs.
    #[must_use]
    pub const fn algorithms(&self) -> Algorithms {
        Algorithms::from_bits(self.algorithms)
    }
}

impl Sources {
    fn of_identity(identity: &Identity, document: &Document) -> Self {
        let algorithms = identity.algorithms.iter().fold(Algorithms::NONE, |set, algorithm| set.with(algorithm.0));
        let keys = match &identity.keys {
            None => KeySource::Discover,
            Some(policy::KeySource::Url(url)) => KeySource::Url(url.clone()),
            Some(policy::KeySource::File(name)) => KeySource::File(name.clone()),
            Some(policy::KeySource::Secret(secret)) => KeySource::Secret(Secret::of(secret, document)),
        };
        Self {
            issuer: identity.issuer.clone(),
            audiences: identity.audience.clone(),
            scopes: identity.scopes.clone(),
            algorithms: algorithms.bits(),
            keys: (!algorithms.is_empty()).then_some(keys),
            refresh_ms: identity.refresh.ms(),
            refresh_min_ms: identity.refresh_min.ms(),
            stale_max_ms: identity.stale_max.ms(),
            store: identity.store.clone(),
            networks: identity.networks.clone(),
            authorities: identity.authorities.clone(),
            introspection: identity.introspection.as_ref().map(|introspection| Introspection {
                endpoint: introspection.endpoint.clone(),
                client_id: introspection.client_id.clone(),
                client_secret: Secret::of(&introspection.client_secret, document),
                ttl_ms: introspection.ttl.ms(),
            }),
            revoked_file: identity.revoked.file.clone(),
            stdio_token: None,
        }
    }
}
