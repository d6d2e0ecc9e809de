//! One request at a time over a connection of its own, to an address that was checked.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use rustls::crypto::{CryptoProvider, ring};
use ureq::{
    Agent, Body as Stream, SendBody,
    config::Config,
    http::{HeaderValue, Request, Response, Uri, header},
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::{ConnectionDetails, Connector, NextTimeout, RustlsConnector, TcpConnector, Transport},
    },
};
use zeroize::Zeroizing;

use super::{
    Answer, Body, Cause, Document, Freshness, NetError, Network, Reach, Resolve, SystemResolver, Url, Validators, resolve::locate,
};

/// Most redirects that are followed.
const REDIRECTS_MAX: u32 = 3;
/// Longest header of an answer, in bytes.
pub(super) const HEADER_MAX: usize = 32 << 10;
/// The longest deadline.
pub(super) const DEADLINE_MAX: Duration = Duration::from_secs(3600);
/// Most addresses of a name that are tried.
pub(super) const ADDRESSES_MAX: usize = 16;

/// How to fetch.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Longest body, in bytes.
    pub body_max: usize,
    /// The time for everything: looking the name up, connecting, redirects, the last byte of the body. At most an hour.
    pub deadline: Duration,
    /// Private networks that configured URLs may lead to.
    pub allow: Vec<Network>,
    /// A PEM file with certificate authorities that are trusted besides those that browsers trust.
    pub authorities: Option<PathBuf>,
}

/// 1 MiB in 10 seconds, no private network.
impl Default for Settings {
    fn default() -> Self {
        Self { body_max: 1 << 20, deadline: Duration::from_secs(10), allow: Vec::new(), authorities: None }
    }
}

/// Why certificate authorities can't be used.
#[derive(Debug)]
pub enum AuthoritiesError {
    /// The file can't be read.
    File(PathBuf, io::Error),
    /// It holds no certificate, or something that is none.
    Content(PathBuf),
}

impl fmt::Display for AuthoritiesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Content(path) => {
                write!(
                    f,
                    "{}: no certificates in PEM\n  help: give the file that begins with `-----BEGIN CERTIFICATE-----`",
                    path.display()
                )
            }
        }
    }
}

impl std::error::Error for AuthoritiesError {}

/// Fetches documents that may be hostile, from URLs that may be hostile. Cheap to clone.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    settings: Settings,
    config: Config,
    tls: Arc<RustlsConnector>,
    resolver: Arc<dyn Resolve>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.0.settings).finish()
    }
}

impl Client {
    /// A client that asks the resolver of the operating system.
    ///
    /// # Errors
    /// When the certificate authorities can't be read.
    pub fn new(settings: Settings) -> Result<Self, AuthoritiesError> {
        Self::with_resolver(settings, SystemResolver)
    }

    /// A client that asks another resolver.
    ///
    /// # Errors
    /// When the certificate authorities can't be read.
    pub fn with_resolver(settings: Settings, resolver: impl Resolve) -> Result<Self, AuthoritiesError> {
        let mut roots: Vec<Certificate<'static>> =
            webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(|root| Certificate::from_der(root)).collect();
        if let Some(path) = &settings.authorities {
            roots.extend(read_authorities(path)?);
        }
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .unversioned_rustls_crypto_provider(provider())
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false)
            .max_response_header_size(HEADER_MAX)
            .max_idle_connections(0)
            .user_agent(concat!("adarga/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("identity")
            .build();
        Ok(Self(Arc::new(Inner { settings, config, tls: Arc::new(RustlsConnector::default()), resolver: Arc::new(resolver) })))
    }

    /// Fetches a document, and follows redirects: each is a new URL, which may lead no further than the one before.
    ///
    /// # Errors
    /// What happened, and to which URL.
    pub fn get(&self, url: &Url, reach: Reach, validators: &Validators) -> Result<Answer, NetError> {
        let until = self.until();
        let (mut url, mut reach) = (url.clone(), reach);
        for _ in 0..=REDIRECTS_MAX {
            let (mut response, far) =
                self.exchange(get_request(&url, validators), &url, reach, until).map_err(|cause| cause.at(&url))?;
            reach = reach.min(far);
            let headers = response.headers();
            let freshness = Freshness::of(headers);
            match response.status().as_u16() {
                200 => {
                    let validators = Validators::of(headers);
                    let body = self.read(&mut response).map_err(|cause| cause.at(&url))?;
                    return Ok(Answer::Document(Document { body, validators, freshness, url, reach }));
                }
                304 if !validators.is_empty() => return Ok(Answer::NotModified(freshness)),
                301 | 302 | 303 | 307 | 308 => {
                    url = target(&url, headers.get(header::LOCATION)).map_err(|cause| cause.at(&url))?;
                }
                status => return Err(Cause::Status(status).at(&url)),
            }
        }
        Err(Cause::Redirects.at(&url))
    }

    /// Posts a form (`application/x-www-form-urlencoded`, already encoded) and takes the JSON that is answered with status 200. A
    /// redirect is an error: what is posted is meant for one server alone.
    ///
    /// # Errors
    /// What happened.
    pub fn post(&self, url: &Url, reach: Reach, authorization: &str, form: &[u8]) -> Result<Document, NetError> {
        self.try_post(url, reach, authorization, form).map_err(|cause| cause.at(url))
    }

    fn try_post(&self, url: &Url, reach: Reach, authorization: &str, form: &[u8]) -> Result<Document, Cause> {
        let until = self.until();
        let mut secret = HeaderValue::from_str(authorization).map_err(|error| Cause::Protocol(error.to_string()))?;
        secret.set_sensitive(true);
        let request = Request::post(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::CONNECTION, "close")
            .header(header::AUTHORIZATION, secret)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form)
            .map_err(|error| Cause::Protocol(error.to_string()));
        let (mut response, far) = self.exchange(request, url, reach, until)?;
        match response.status().as_u16() {
            200 => {
                let (validators, freshness) = (Validators::default(), Freshness::of(response.headers()));
                let body = self.read(&mut response)?;
                Ok(Document { body, validators, freshness, url: url.clone(), reach: reach.min(far) })
            }
            status => Err(Cause::Status(status)),
        }
    }

    fn until(&self) -> Instant {
        Instant::now() + self.0.settings.deadline.min(DEADLINE_MAX)
    }

    /// One request and the head of its answer, with how far it went.
    fn exchange<B: ureq::AsSendBody>(
        &self,
        request: Result<Request<B>, Cause>,
        url: &Url,
        reach: Reach,
        until: Instant,
    ) -> Result<(Response<Stream>, Reach), Cause> {
        let left = || Some(until.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero()).ok_or(Cause::Timeout);
        let (addresses, far) = locate(url, reach, &self.0.settings.allow, &self.0.resolver, left()?)?;
        let pinned = Pinned(addresses.into_iter().take(ADDRESSES_MAX).collect());
        let connector = ().chain(TcpConnector::default()).chain(Tls(Arc::clone(&self.0.tls)));
        let agent = Agent::with_parts(self.0.config.clone(), connector, pinned);
        let request = agent.configure_request(request?).timeout_global(Some(left()?)).build();
        Ok((agent.run(request)?, far))
    }

    /// The body, up to its limit. The room for it is taken at once where its length is known, so that few copies are left behind.
    fn read(&self, response: &mut Response<Stream>) -> Result<Body, Cause> {
        use std::io::Read as _;
        let max = self.0.settings.body_max;
        let announced = response.body().content_length().map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
        if announced > max {
            return Err(Cause::BodySize(max));
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(announced + 1));
        let limit = u64::try_from(max).unwrap_or(u64::MAX);
        let mut reader = response.body_mut().with_config().limit(u64::MAX).reader().take(limit.saturating_add(1));
        reader.read_to_end(&mut bytes).map_err(ureq::Error::from)?;
        if bytes.len() > max { Err(Cause::BodySize(max)) } else { Ok(Body(bytes)) }
    }
}

fn get_request(url: &Url, validators: &Validators) -> Result<Request<SendBody<'static>>, Cause> {
    let mut request = Request::get(url.as_str()).header(header::ACCEPT, "application/json").header(header::CONNECTION, "close");
    for (name, value) in [(header::IF_NONE_MATCH, &validators.etag), (header::IF_MODIFIED_SINCE, &validators.last_modified)] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    request.body(SendBody::none()).map_err(|error| Cause::Protocol(error.to_string()))
}

/// Where a redirect leads: never from `https` to `http`; whether it may lead there otherwise, its address will say.
fn target(from: &Url, location: Option<&HeaderValue>) -> Result<Url, Cause> {
    let location = location.and_then(|location| location.to_str().ok()).unwrap_or_default();
    let refused = |error| Cause::Redirect(Box::new(Cause::Url(error)));
    let to = from.follow(location).map_err(refused)?;
    if from.is_secure() && !to.is_secure() { Err(refused(super::UrlError::Insecure)) } else { Ok(to) }
}

pub(super) fn read_authorities(path: &Path) -> Result<Vec<Certificate<'static>>, AuthoritiesError> {
    let content = || AuthoritiesError::Content(path.to_owned());
    let text = fs::read(path).map_err(|error| AuthoritiesError::File(path.to_owned(), error))?;
    let certificates = parse_pem(&text)
        .map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Ok(certificate),
            _ => Err(content()),
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut store = rustls::RootCertStore::empty();
    let is_authority = |certificate: &Certificate<'static>| store.add(certificate.der().to_vec().into()).is_ok();
    if certificates.is_empty() || !certificates.iter().all(is_authority) { Err(content()) } else { Ok(certificates) }
}

pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Gives the addresses that were checked, whatever it is asked for.
#[derive(Debug)]
struct Pinned(Vec<std::net::SocketAddr>);

impl Resolver for Pinned {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut addresses = self.empty();
        self.0.iter().for_each(|address| addresses.push(*address));
        Ok(addresses)
    }
}

/// TLS whose configuration and sessions are those of the client, not of one request.
#[derive(Debug)]
struct Tls(Arc<RustlsConnector>);

impl<In: Transport> Connector<In> for Tls {
    type Out = <RustlsConnector as Connector<In>>::Out;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, ureq::Error> {
        self.0.connect(details, chained)
    }
}
