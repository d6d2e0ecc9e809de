//! The last good JWKS on disk: an issuer that is down must not keep a server from starting.
//!
//! One JSON object: `issuer`, `url`, `fetched_ms`, `etag`, `last_modified`, and the document as it came, `jwks`. It is replaced
//! by rename, and read by its owner alone. It is judged as strictly as what comes from the network.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use super::{clock::milliseconds, json};
use crate::{
    keys::DOCUMENT_MAX,
    net::{Url, Validators},
};

/// A JWKS and where it came from.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) url: Url,
    pub(super) fetched_ms: u64,
    pub(super) validators: Validators,
    pub(super) document: Vec<u8>,
}

/// What a stored set has to fit.
pub(super) struct Fit<'f> {
    pub(super) issuer: &'f str,
    /// The URL that is configured, if any.
    pub(super) url: Option<&'f Url>,
    pub(super) now_ms: u64,
    pub(super) stale_max: Duration,
}

/// Reads what is stored; none when there is nothing.
///
/// # Errors
/// Why it is not used.
pub(super) fn read(path: &Path, fit: &Fit<'_>) -> Result<Option<Stored>, String> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    if !metadata.is_file() {
        return Err("not a file".to_owned());
    }
    if is_open_to_others(&metadata) {
        return Err("others than its owner may write to it".to_owned());
    }
    // the document, and some lines
    if metadata.len() > u64::try_from(DOCUMENT_MAX + (16 << 10)).unwrap_or(u64::MAX) {
        return Err("too long".to_owned());
    }
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    json::object(&bytes, |object| {
        let url = json::text(object, "url").and_then(|url| Url::parse(url).ok()).ok_or("its URL can't be read")?;
        let fetched_ms = json::natural(object, "fetched_ms").ok_or("its time can't be read")?;
        if json::text(object, "issuer") != Some(fit.issuer) {
            return Err("it is of another issuer");
        }
        if fit.url.is_some_and(|configured| *configured != url) {
            return Err("it is from another URL");
        }
        if fetched_ms > fit.now_ms {
            return Err("it is from the future");
        }
        if fit.now_ms - fetched_ms >= milliseconds(fit.stale_max) {
            return Err("it is too old");
        }
        let text = |name| json::text(object, name).map(str::to_owned);
        let validators = Validators { etag: text("etag"), last_modified: text("last_modified") };
        let document = object.get(b"jwks").ok_or("it has no keys")?.raw().to_vec();
        Ok(Some(Stored { url, fetched_ms, validators, document }))
    })
    .unwrap_or(Err("not a strict JSON object"))
    .map_err(str::to_owned)
}

/// Replaces what is stored. The document must be JSON.
///
/// # Errors
/// Those of the file system; then what was stored before still is.
pub(super) fn write(path: &Path, issuer: &str, stored: &Stored) -> io::Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    let written = write_new(&temporary, &text(issuer, stored)?).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // it may never have been there
        _ = fs::remove_file(&temporary);
    }
    written
}

fn text(issuer: &str, stored: &Stored) -> io::Result<Vec<u8>> {
    let head = serde_json::json!({
        "issuer": issuer,
        "url": stored.url.as_str(),
        "fetched_ms": stored.fetched_ms,
        "etag": stored.validators.etag,
        "last_modified": stored.validators.last_modified,
    });
    let mut text = serde_json::to_vec(&head)?;
    // the document goes in as it came
    text.pop();
    text.extend_from_slice(b",\"jwks\":");
    text.extend_from_slice(&stored.document);
    text.extend_from_slice(b"}\n");
    Ok(text)
}

fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

#[cfg(unix)]
fn is_open_to_others(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o022 != 0
}

/// The lists of access rights of other systems are not read.
#[cfg(not(unix))]
const fn is_open_to_others(_: &fs::Metadata) -> bool {
    false
}
