//! From what a policy says to what can be asked.

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use adarga_core::Image;

use super::{Asker, Callers, Unavailable, Watch};
use crate::{
    compile::{self, KeySource, Sources},
    config::{Config, ConfigErrors},
    issuer::{self, Endpoint, Introspected, Introspection, IntrospectionSettings, IssuerError, Keys, Source, discover},
    keys::KeyImage,
    net::{AuthoritiesError, Client, Network, Settings},
    revocation::RevocationError,
    secrets::SecretError,
    store,
};

/// How long nobody looks for the introspection endpoint after it was looked for in vain.
const PREPARE_PAUSE: Duration = Duration::from_secs(5);

/// What a policy refers to and is not there.
#[derive(Debug)]
pub enum CallersError {
    /// The image was compiled without the section for hosts.
    Section,
    /// A network of `networks` can't be read.
    Network(String),
    /// The file of authorities is wrong.
    Authorities(AuthoritiesError),
    /// The server is not configured as the policy asks.
    Config(ConfigErrors),
    /// There are no keys where they should be.
    Keys(IssuerError),
    /// The secret that introspection needs is absent.
    Secret(SecretError),
    /// The revocation list can't be read.
    Revoked(RevocationError),
    /// The store of limits can't be used.
    Store(store::OpenError),
}

impl fmt::Display for CallersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Section => f.write_str("the image does not say where keys come from: compile the policy again"),
            Self::Network(text) => {
                write!(
                    f,
                    "`identity.networks`: `{text}` is no network\n  help: write an address and a length, such as `10.20.0.0/16`"
                )
            }
            Self::Authorities(error @ AuthoritiesError::File(..)) => {
                write!(
                    f,
                    "`identity.authorities`: {error}\n  help: put the certificates there in PEM, or name another place in the policy"
                )
            }
            Self::Authorities(error) => write!(f, "`identity.authorities`: {error}"),
            Self::Keys(error @ IssuerError::File(..)) => {
                write!(
                    f,
                    "`identity.keys`: {error}\n  help: put the keys there, JWKS or PEM, or name another place in the policy"
                )
            }
            Self::Config(errors) => errors.fmt(f),
            Self::Keys(error) => write!(f, "`identity.keys`: {error}"),
            Self::Secret(error) => write!(f, "`identity.introspection.client_secret`: {error}"),
            Self::Revoked(error @ RevocationError::File(..)) => {
                write!(
                    f,
                    "`identity.revoked.file`: {error}\n  help: create it with `tokens = []`, or name another place in the policy"
                )
            }
            Self::Revoked(error) => write!(f, "`identity.revoked.file`: {error}"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CallersError {}

impl Callers {
    /// Begins with what the policy of an image refers to: reads secrets, files and lists, and has the keys of an issuer fetched in
    /// the background, and the store of limits connected to. A policy without either needs nothing. Threads don't outlive a `fork`: call this after it.
    ///
    /// # Errors
    /// What is not there. An issuer that is down is no error: calls are denied until it answers.
    pub fn open(image: Image<'_>) -> Result<Self, CallersError> {
        let sources = match (Sources::from_image(image), image.authentication()) {
            (Some(sources), _) => sources,
            (None, None) => Sources::default(),
            (None, Some(_)) => return Err(CallersError::Section),
        };
        Config::from_image(image).and_then(|config| config.check()).map_err(CallersError::Config)?;
        let client = client(&sources)?;
        let introspection = match &sources.introspection {
            Some(introspection) => {
                // a secret that is absent is said now, not at the first call
                introspection.client_secret.read().map_err(CallersError::Secret)?;
                Some(Asker { settings: introspection.clone(), ready: OnceLock::new(), failed: Mutex::new(None) })
            }
            None => None,
        };
        let revoked = sources.revoked_file.as_ref().map(|name| Watch::open(PathBuf::from(name))).transpose();
        Ok(Self {
            keys: keys(&sources, &client)?,
            client,
            introspection,
            issuer: sources.issuer,
            revoked: revoked.map_err(CallersError::Revoked)?,
            provider: None,
            store: store::open(image).map_err(CallersError::Store)?,
        })
    }

    /// What the issuer says of an opaque token.
    pub(super) fn introspect(&self, token: &[u8]) -> Result<Arc<Introspected>, Unavailable> {
        let asker = self.introspection.as_ref().ok_or(Unavailable)?;
        let asked = match asker.ready.get() {
            Some(asked) => asked,
            None => self.prepare(asker)?,
        };
        asked.ask(token).map_err(|_| Unavailable)
    }

    /// Finds out where to ask. One caller at a time does, and after a failure none for a while: whoever sends tokens must not be
    /// able to hammer the issuer.
    fn prepare<'a>(&self, asker: &'a Asker) -> Result<&'a Introspection, Unavailable> {
        let is_known = asker.settings.endpoint.is_some() || self.keys.as_ref().is_some_and(|keys| keys.introspection().is_some());
        let mut failed = match asker.failed.try_lock() {
            Ok(failed) => failed,
            // what is known is soon made
            Err(_) if is_known => asker.failed.lock().unwrap_or_else(PoisonError::into_inner),
            // the network may take its time, and nobody waits for another's question
            Err(_) => return Err(Unavailable),
        };
        if let Some(ready) = asker.ready.get() {
            return Ok(ready);
        }
        if !is_known && failed.is_some_and(|at| at.elapsed() < PREPARE_PAUSE) {
            return Err(Unavailable);
        }
        match self.built(&asker.settings) {
            Some(built) => Ok(asker.ready.get_or_init(|| built)),
            None => {
                *failed = Some(Instant::now());
                Err(Unavailable)
            }
        }
    }

    fn built(&self, settings: &compile::Introspection) -> Option<Introspection> {
        let endpoint = self.endpoint(settings.endpoint.as_deref())?;
        let secret = settings.client_secret.read().ok()?;
        let mut built = IntrospectionSettings::new(endpoint, settings.client_id.clone(), secret);
        built.ttl = Duration::from_millis(settings.ttl_ms);
        Introspection::new(built, &self.client).ok()
    }

    /// Where opaque tokens are asked about: where the policy says, otherwise where the issuer does.
    fn endpoint(&self, configured: Option<&str>) -> Option<Endpoint> {
        match configured {
            Some(url) => Endpoint::configured(url).ok(),
            None => {
                let known = self.keys.as_ref().and_then(Keys::introspection);
                known.or_else(|| discover(&self.client, self.issuer.as_deref()?).ok()?.introspection)
            }
        }
    }
}

/// The HTTP client that a policy allows: with its authorities, into its networks.
///
/// # Errors
/// When a network or the file of authorities can't be read.
pub fn client(sources: &Sources) -> Result<Client, CallersError> {
    let network = |text: &String| text.parse::<Network>().map_err(|_| CallersError::Network(text.clone()));
    let allow = sources.networks.iter().map(network).collect::<Result<_, _>>()?;
    let authorities = sources.authorities.as_ref().map(PathBuf::from);
    Client::new(Settings { allow, authorities, ..Settings::default() }).map_err(CallersError::Authorities)
}

fn keys(sources: &Sources, client: &Client) -> Result<Option<Keys>, CallersError> {
    let Some(source) = &sources.keys else { return Ok(None) };
    let source = match source {
        KeySource::Discover => Source::Discover,
        KeySource::Url(url) => Source::Jwks(url.clone()),
        KeySource::File(name) => Source::File(PathBuf::from(name)),
        KeySource::Secret(secret) => Source::Secret(secret.clone()),
    };
    let issuer = sources.issuer.clone().unwrap_or_default();
    let settings = issuer::Settings {
        algorithms: sources.algorithms(),
        refresh: Duration::from_millis(sources.refresh_ms),
        refresh_min: Duration::from_millis(sources.refresh_min_ms),
        stale_max: Duration::from_millis(sources.stale_max_ms),
        store: sources.store.as_ref().map(PathBuf::from),
        ..issuer::Settings::new(issuer, source)
    };
    Keys::open(settings, client).map(Some).map_err(CallersError::Keys)
}

/// The keys that a policy has at hand, without asking anybody: those of a file or a secret. None where an issuer has to be asked.
///
/// # Errors
/// When the file or the secret is not there or holds no good keys.
pub fn keys_at_hand(image: Image<'_>) -> Result<Option<Arc<KeyImage>>, CallersError> {
    let Some(sources) = Sources::from_image(image) else { return Ok(None) };
    match &sources.keys {
        Some(KeySource::File(_) | KeySource::Secret(_)) => {
            Ok(keys(&sources, &client(&sources)?)?.and_then(|keys| keys.current()))
        }
        _ => Ok(None),
    }
}
