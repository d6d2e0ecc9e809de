//! New API keys: 32 random bytes as text, and what a policy holds of them.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{compile::identity, issuer::random};

/// What every key begins with, so that scanners of source code and logs know it.
const PREFIX: &str = "adk_";

/// A new API key: the key itself is for its owner alone, the rest for the policy.
pub struct ApiKey {
    /// The key, to be shown once.
    pub key: Zeroizing<String>,
    /// `[identity.api_keys] salt`, base64url.
    pub salt: String,
    /// HMAC-SHA-256 of the key under the salt, base64url.
    pub hash: String,
}

/// Why there is no new key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiKeyError {
    /// The salt is not base64url of 16 bytes or more.
    Salt,
    /// The system has no random numbers.
    Random,
}

impl fmt::Display for ApiKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Salt => "the salt is not base64url of 16 bytes or more: copy `salt` of `[identity.api_keys]`",
            Self::Random => "the system has no random numbers",
        })
    }
}

impl std::error::Error for ApiKeyError {}

/// Nothing of the key.
impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey").field("salt", &self.salt).field("hash", &self.hash).finish_non_exhaustive()
    }
}

impl ApiKey {
    /// Makes a key, under the salt of the policy that already has some, or under a new one.
    ///
    /// # Errors
    /// See [`ApiKeyError`].
    pub fn generate(salt: Option<&str>) -> Result<Self, ApiKeyError> {
        let random = |bytes: Result<[u8; 32], _>| bytes.map(Zeroizing::new).map_err(|_| ApiKeyError::Random);
        let salt = match salt {
            Some(salt) => salt.to_owned(),
            None => BASE64_URL_SAFE_NO_PAD.encode(&random(random::random())?[..identity::SALT_MIN]),
        };
        let bytes = identity::salt(&salt).ok_or(ApiKeyError::Salt)?;
        let secret = random(random::random())?;
        let key = Zeroizing::new(format!("{PREFIX}{}", Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(&secret[..])).as_str()));
        let mac = Hmac::<Sha256>::new_from_slice(&bytes).map_err(|_| ApiKeyError::Salt)?;
        let hash = BASE64_URL_SAFE_NO_PAD.encode(mac.chain_update(key.as_bytes()).finalize().into_bytes());
        Ok(Self { key, salt, hash })
    }
}
