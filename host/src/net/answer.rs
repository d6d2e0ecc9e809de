//! What a server answered, and for how long it holds.

use std::time::Duration;

use ureq::http::{HeaderMap, header};
use zeroize::Zeroizing;

use super::{Reach, Url};

/// The longest value of a validator that is kept, in bytes.
const VALIDATOR_MAX: usize = 256;

/// What a server knows a document again by (RFC 9110 §8.8).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// The value of `ETag`.
    pub etag: Option<String>,
    /// The value of `Last-Modified`.
    pub last_modified: Option<String>,
}

/// What `Cache-Control` says of an answer (RFC 9111 §5.2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Freshness {
    /// How long it is fresh: `max-age` less `Age`, the least where several are given.
    pub max_age: Option<Duration>,
    /// Whether caches must not keep it.
    pub no_store: bool,
}

/// A document.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its bytes. Overwritten afterwards, since it may hold what is private; not shown by `Debug`.
    pub body: Body,
    /// What it can be asked for again with.
    pub validators: Validators,
    /// How long it is fresh.
    pub freshness: Freshness,
    /// Where it was found, after redirects.
    pub url: Url,
    /// How far URLs in it may lead.
    pub reach: Reach,
}

/// The bytes of a document.
#[derive(Clone)]
pub struct Body(pub Zeroizing<Vec<u8>>);

/// Its length.
impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// The answer to a request with validators.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The document, in full.
    Document(Document),
    /// The document is still the one that the validators are of (status 304).
    NotModified(Freshness),
}

impl Validators {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let text = |name| {
            let value = headers.get(name)?.to_str().ok()?;
            (value.len() <= VALIDATOR_MAX).then(|| value.to_owned())
        };
        Self { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED) }
    }

    /// Whether there is nothing to ask with.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

impl Freshness {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let seconds = |text: &str| text.trim().trim_matches('"').parse::<u64>().ok();
        let mut max_age_s: Option<u64> = None;
        let mut no_store = false;
        for value in headers.get_all(header::CACHE_CONTROL) {
            for directive in value.to_str().unwrap_or_default().split(',') {
                let (name, argument) = directive.split_once('=').unwrap_or((directive, ""));
                match name.trim().to_ascii_lowercase().as_str() {
                    "max-age" => max_age_s = Some(max_age_s.unwrap_or(u64::MAX).min(seconds(argument).unwrap_or(0))),
                    "no-store" => no_store = true,
                    _ => {}
                }
            }
        }
        let age_s = headers.get(header::AGE).and_then(|age| seconds(age.to_str().ok()?)).unwrap_or(0);
        Self { max_age: max_age_s.map(|max| Duration::from_secs(max.saturating_sub(age_s))), no_store }
    }
}
