//! Where a store lies, as one URL that is a secret.
//!
//! `redis`, `rediss` (TLS), `valkey`, `valkeys`, or `unix` with a path; user and password before the host; the number of the
//! database as path. What else there is to say stands in the query, and nothing unknown may: [`Address`] has the list.

use std::{fmt, fs, net::IpAddr, path::PathBuf, time::Duration};

use ::redis::{Client, ConnectionInfo, IntoConnectionInfo, TlsCertificates};
use zeroize::Zeroizing;

/// Longest URL, in bytes.
const URL_MAX: usize = 4096;
/// Longest time-out, in milliseconds.
const TIMEOUT_MAX_MS: u64 = 10_000;
/// Most connections.
const CONNECTIONS_MAX: u32 = 1024;
/// Longest file with authorities, in bytes.
const AUTHORITIES_MAX: u64 = 1 << 20;

/// A store's URL, read.
pub(super) struct Address {
    pub(super) client: Client,
    /// `hash_key=…`, else the password: what the names of allowances are hashed under.
    pub(super) secret: Zeroizing<String>,
    /// `timeout_ms=250`: of a round trip.
    pub(super) timeout: Duration,
    /// `connections=8`: how many at most.
    pub(super) connections: u32,
}

/// Why there is no store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// It is no URL of a store.
    Url,
    /// It is not secure, and leads to another machine.
    Insecure,
    /// It names neither a password nor `hash_key`.
    Secret,
    /// This part of the query is there twice, or has no place in such a URL; what is unknown is not told, for it may be what follows
    /// an `&` or `?` of a secret.
    Parameter(Option<&'static str>),
    /// This part of the query has a value that can't be used.
    Value(&'static str),
    /// The file with certificate authorities can't be used.
    Authorities(PathBuf, String),
    /// There is no thread to connect in.
    Thread(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (why, remedy) = match self {
            Self::Url => ("can't be read".to_owned(), "write `rediss://user:password@host:port/0`; escape what else stands there as `%` and two digits".to_owned()),
            Self::Insecure => ("sends limits and password in the clear to another machine".to_owned(), "write `rediss://`, or `plain=true` in its query for a network that nobody else can read".to_owned()),
            Self::Secret => ("has no secret to hash clients under".to_owned(), "give it a password, or `hash_key` in its query, the same on every machine".to_owned()),
            Self::Parameter(name) => (name.map_or_else(|| "has something unknown in its query".to_owned(), |name| format!("has `{name}` in its query")), "escape `&` and `?` of a secret as `%26` and `%3F`, and write each once: `hash_key`, `timeout_ms`, `connections`, `authorities`, `plain`; for `unix` also `user`, `pass`, `db`".to_owned()),
            Self::Value(name) => (format!("has a value of `{name}` that can't be used"), format!("write `timeout_ms` from 1 to {TIMEOUT_MAX_MS}, `connections` from 1 to {CONNECTIONS_MAX}, `plain` as `true`, `hash_key` of 16 characters or more, `authorities` with `rediss` alone")),
            Self::Authorities(path, why) => (format!("names `{}`: {why}", path.display()), "name a file with certificates in PEM".to_owned()),
            Self::Thread(why) => (format!("can't be asked: {why}"), "see what the operating system says".to_owned()),
        };
        write!(f, "the URL of the store {why}\n  help: {remedy}")
    }
}

impl std::error::Error for StoreError {}

/// All that may stand in the query.
const PARAMETERS: [&str; 8] = ["hash_key", "timeout_ms", "connections", "authorities", "plain", "user", "pass", "db"];

/// What stands in the query.
#[derive(Default)]
struct Query {
    hash_key: Option<Zeroizing<String>>,
    timeout_ms: Option<u64>,
    connections: Option<u32>,
    authorities: Option<PathBuf>,
    is_plain: bool,
    user: Option<String>,
    password: Option<Zeroizing<String>>,
    database: Option<i64>,
}

impl Address {
    /// Reads a URL.
    pub(super) fn parse(text: &str) -> Result<Self, StoreError> {
        let is_plain_text = text.len() <= URL_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
        let mut url = ::redis::parse_redis_url(text).filter(|_| is_plain_text).ok_or(StoreError::Url)?;
        if url.fragment().is_some() {
            return Err(StoreError::Url);
        }
        let (is_unix, is_secure) = (url.scheme().ends_with("unix"), matches!(url.scheme(), "rediss" | "valkeys"));
        let query = Query::read(url.query_pairs(), is_unix)?;
        url.set_query(None);
        if !(is_unix || is_secure || query.is_plain || url.host_str().is_some_and(is_loopback)) {
            return Err(StoreError::Insecure);
        }
        if query.authorities.is_some() && !is_secure {
            return Err(StoreError::Value("authorities"));
        }
        let info = query.complete(url.into_connection_info().map_err(|_| StoreError::Url)?);
        let secret =
            query.hash_key.or_else(|| info.redis_settings().password().map(|password| Zeroizing::new(password.to_owned())));
        let secret = secret.filter(|secret| !secret.is_empty()).ok_or(StoreError::Secret)?;
        let client = match query.authorities {
            None => Client::open(info).map_err(|_| StoreError::Url)?,
            Some(path) => trusting(info, path)?,
        };
        let timeout = Duration::from_millis(query.timeout_ms.unwrap_or(250));
        Ok(Self { client, secret, timeout, connections: query.connections.unwrap_or(8) })
    }
}

impl Query {
    fn read<'q>(
        pairs: impl Iterator<Item = (std::borrow::Cow<'q, str>, std::borrow::Cow<'q, str>)>,
        is_unix: bool,
    ) -> Result<Self, StoreError> {
        let mut query = Self::default();
        for (name, value) in pairs {
            let number = |least: u64, most: u64| value.parse().ok().filter(|number| (least..=most).contains(number));
            let is_new = match &*name {
                "hash_key" => {
                    let key = Some(value.into_owned()).filter(|key| key.len() >= 16).ok_or(StoreError::Value("hash_key"))?;
                    query.hash_key.replace(Zeroizing::new(key)).is_none()
                }
                "timeout_ms" => {
                    let ms = number(1, TIMEOUT_MAX_MS).ok_or(StoreError::Value("timeout_ms"))?;
                    query.timeout_ms.replace(ms).is_none()
                }
                "connections" => {
                    let count = number(1, CONNECTIONS_MAX.into()).and_then(|count| u32::try_from(count).ok());
                    query.connections.replace(count.ok_or(StoreError::Value("connections"))?).is_none()
                }
                "authorities" => query.authorities.replace(PathBuf::from(&*value)).is_none(),
                "plain" if value == "true" => !std::mem::replace(&mut query.is_plain, true),
                "plain" => return Err(StoreError::Value("plain")),
                "user" if is_unix => query.user.replace(value.into_owned()).is_none(),
                "pass" if is_unix => query.password.replace(Zeroizing::new(value.into_owned())).is_none(),
                "db" if is_unix => {
                    let number = number(0, 1 << 31).and_then(|number| i64::try_from(number).ok());
                    query.database.replace(number.ok_or(StoreError::Url)?).is_none()
                }
                _ => false,
            };
            if !is_new {
                return Err(StoreError::Parameter(PARAMETERS.into_iter().find(|known| *known == name)));
            }
        }
        Ok(query)
    }

    /// What the library reads from the query, and what it should not do by itself.
    fn complete(&self, info: ConnectionInfo) -> ConnectionInfo {
        let mut settings = info.redis_settings().clone().set_skip_set_lib_name();
        if let Some(user) = &self.user {
            settings = settings.set_username(user);
        }
        if let Some(password) = &self.password {
            settings = settings.set_password(&**password);
        }
        if let Some(database) = self.database {
            settings = settings.set_db(database);
        }
        let tcp = info.tcp_settings().clone().set_nodelay(true);
        info.set_redis_settings(settings).set_tcp_settings(tcp)
    }
}

/// A client that trusts the authorities of a file, and no others.
fn trusting(info: ConnectionInfo, path: PathBuf) -> Result<Client, StoreError> {
    let failed = |why: &str| StoreError::Authorities(path.clone(), why.to_owned());
    let metadata = fs::metadata(&path).map_err(|error| failed(&error.to_string()))?;
    if !metadata.is_file() || metadata.len() > AUTHORITIES_MAX {
        return Err(failed("not a file of at most 1 MiB"));
    }
    let pem = fs::read(&path).map_err(|error| failed(&error.to_string()))?;
    if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
        return Err(failed("no certificates in PEM"));
    }
    let certificates = TlsCertificates { client_tls: None, root_cert: Some(pem) };
    Client::build_with_tls(info, certificates).map_err(|_| failed("no certificates that can be used"))
}

/// Whether a host is this machine, whatever it would be resolved to.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
