//! Random numbers that nobody can guess.

use rustls::crypto::{GetRandomFailed, ring};

/// Random bytes from the source that TLS has.
pub(super) fn random<const N: usize>() -> Result<[u8; N], GetRandomFailed> {
    let mut bytes = [0; N];
    ring::default_provider().secure_random.fill(&mut bytes)?;
    Ok(bytes)
}
