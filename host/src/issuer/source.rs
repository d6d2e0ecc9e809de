//! Gets keys from one source, once: from the network, or from a file.

use std::{
    fs, io,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use zeroize::Zeroizing;

use super::{
    IssuerError, MetadataFlaw, Settings, Source,
    clock::milliseconds,
    discovery::{Endpoint, Metadata, discover},
    store::Stored,
};
use crate::{
    inode::inode,
    keys::{DOCUMENT_MAX, KeyImage, Mode},
    net::{Answer, Client, Validators},
};

/// How long metadata is believed; it is also asked for again when keys can't be had.
const METADATA_MAX: Duration = Duration::from_secs(3600);
/// A file that changed this shortly before it was read may change again within one tick of its clock, and is read once more.
const TICK: Duration = Duration::from_secs(2);

/// What came of one attempt.
pub(super) enum Loaded {
    /// Keys.
    Keys(KeyImage),
    /// The keys are the ones of the last attempt that went well.
    Same,
}

/// A source of keys and what it remembers.
pub(super) enum Loader {
    Remote(Box<Remote>),
    File(File),
}

impl Loader {
    /// The loader of a source; none for a secret, which never changes.
    pub(super) fn new(settings: &Settings, client: &Client) -> Result<Option<Self>, IssuerError> {
        let remote = |configured| Self::Remote(Box::new(Remote::new(client.clone(), settings.issuer.clone(), configured)));
        Ok(Some(match &settings.source {
            Source::Discover => {
                // only to refuse it before anything is begun
                Endpoint::configured(&settings.issuer)?;
                remote(None)
            }
            Source::Jwks(url) => remote(Some(Endpoint::configured(url)?)),
            Source::File(path) => Self::File(File { path: path.clone(), seen: None }),
            Source::Secret(_) => return Ok(None),
        }))
    }

    /// One attempt.
    pub(super) fn load(&mut self, now_ms: u64) -> Result<Loaded, IssuerError> {
        match self {
            Self::Remote(remote) => remote.load(now_ms),
            Self::File(file) => file.load(),
        }
    }
}

/// Keys of the network.
pub(super) struct Remote {
    client: Client,
    issuer: String,
    /// Where they are, when that is configured.
    configured: Option<Endpoint>,
    /// What the issuer says, and when it said so.
    pub(super) metadata: Option<(Metadata, u64)>,
    /// What came last and was good.
    pub(super) last: Option<Stored>,
    /// How long the last answer is fresh.
    pub(super) max_age: Option<Duration>,
}

impl Remote {
    const fn new(client: Client, issuer: String, configured: Option<Endpoint>) -> Self {
        Self { client, issuer, configured, metadata: None, last: None, max_age: None }
    }

    /// The URL of the keys, as far as it is known.
    pub(super) fn place(&self) -> Option<&Endpoint> {
        self.configured.as_ref().or_else(|| self.metadata.as_ref()?.0.jwks.as_ref())
    }

    fn load(&mut self, now_ms: u64) -> Result<Loaded, IssuerError> {
        let loaded = self.endpoint(now_ms).and_then(|endpoint| self.fetch(&endpoint, now_ms));
        if loaded.is_err() {
            // the keys may have moved
            self.metadata = None;
        }
        loaded
    }

    fn endpoint(&mut self, now_ms: u64) -> Result<Endpoint, IssuerError> {
        if let Some(configured) = &self.configured {
            return Ok(configured.clone());
        }
        let is_fresh = |at_ms: u64| now_ms >= at_ms && now_ms - at_ms < milliseconds(METADATA_MAX);
        let metadata = match self.metadata.take().filter(|(_, at_ms)| is_fresh(*at_ms)) {
            Some(known) => known,
            None => (discover(&self.client, &self.issuer)?, now_ms),
        };
        let jwks = self.metadata.insert(metadata).0.jwks.clone();
        jwks.ok_or_else(|| IssuerError::Metadata(self.issuer.clone(), MetadataFlaw::JwksUri))
    }

    fn fetch(&mut self, endpoint: &Endpoint, now_ms: u64) -> Result<Loaded, IssuerError> {
        let last = self.last.as_mut().filter(|last| last.url == endpoint.url);
        let validators = last.as_ref().map_or_else(Validators::default, |last| last.validators.clone());
        match (self.client.get(&endpoint.url, endpoint.reach, &validators)?, last) {
            (Answer::Document(document), _) => {
                let place = endpoint.url.to_string();
                let image = KeyImage::from_jwks(&document.body.0, Mode::Lenient)
                    .map_err(|errors| IssuerError::Keys(place.clone(), errors))?;
                if image.is_secret() {
                    return Err(IssuerError::Published(place));
                }
                self.max_age = document.freshness.max_age;
                let (url, validators) = (endpoint.url.clone(), document.validators);
                self.last = Some(Stored { url, fetched_ms: now_ms, validators, document: document.body.0.to_vec() });
                Ok(Loaded::Keys(image))
            }
            (Answer::NotModified(freshness), Some(last)) => {
                last.fetched_ms = now_ms;
                self.max_age = freshness.max_age;
                Ok(Loaded::Same)
            }
            // only what is remembered has validators
            (Answer::NotModified(_), None) => Ok(Loaded::Same),
        }
    }
}

/// Keys in a file.
pub(super) struct File {
    path: PathBuf,
    seen: Option<Seen>,
}

/// What was read, and what came of it.
struct Seen {
    stamp: Stamp,
    settled: bool,
    outcome: Result<(), IssuerError>,
}

/// What tells one content of a file from another without reading it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    len: u64,
    inode: u64,
}

impl File {
    fn load(&mut self) -> Result<Loaded, IssuerError> {
        let failed = |error: io::Error| IssuerError::File(self.path.clone(), error.to_string());
        let metadata = fs::metadata(&self.path).map_err(failed)?;
        let stamp = Stamp { modified: metadata.modified().ok(), len: metadata.len(), inode: inode(&metadata) };
        if let Some(seen) = self.seen.as_ref().filter(|seen| seen.settled && seen.stamp == stamp) {
            return seen.outcome.clone().map(|()| Loaded::Same);
        }
        let settled = stamp.modified.and_then(|at| SystemTime::now().duration_since(at).ok()).is_some_and(|age| age > TICK);
        let image = self.read(&metadata);
        let outcome = image.as_ref().map(|_| ()).map_err(Clone::clone);
        self.seen = Some(Seen { stamp, settled, outcome });
        image.map(Loaded::Keys)
    }

    fn read(&self, metadata: &fs::Metadata) -> Result<KeyImage, IssuerError> {
        use io::Read as _;
        let failed = |error: String| IssuerError::File(self.path.clone(), error);
        if !metadata.is_file() {
            // a device or a pipe could keep the reader for ever
            return Err(failed("not a file".to_owned()));
        }
        let max = u64::try_from(DOCUMENT_MAX).unwrap_or(u64::MAX);
        let room = usize::try_from(metadata.len().min(max)).unwrap_or(DOCUMENT_MAX);
        // it may hold a secret; one byte more than the limit is enough to see that it is too long
        let mut bytes = Zeroizing::new(Vec::with_capacity(room + 1));
        let file = fs::File::open(&self.path).map_err(|error| failed(error.to_string()))?;
        file.take(max + 1).read_to_end(&mut bytes).map_err(|error| failed(error.to_string()))?;
        KeyImage::from_document(&bytes, Mode::Strict).map_err(|errors| IssuerError::Keys(self.path.display().to_string(), errors))
    }
}

/// The key that a shared secret is.
pub(super) fn read_secret(settings: &Settings) -> Result<KeyImage, IssuerError> {
    let Source::Secret(place) = &settings.source else { return Err(IssuerError::NoSecret) };
    let secret = place.read().map_err(IssuerError::Secret)?;
    KeyImage::from_secret(secret.as_bytes(), settings.algorithms).map_err(|errors| IssuerError::Keys(place.to_string(), errors))
}
