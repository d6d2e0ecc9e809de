//! From what an image says of its store to a store, and from a machine's charges to those of a store.

use std::fmt;

use adarga_core::{
    Image,
    decide::{Outcome, StoreCharge},
    image::{Rates, Store as Kind},
};

use super::{Charge, Store};
#[cfg(feature = "redis")]
use super::{Redis, StoreError};
use crate::{
    config::{Config, ConfigErrors},
    secrets::{Place, Secret, SecretError, Stored},
};

/// The store that a policy names can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// There is no URL where the policy says.
    Secret(SecretError),
    /// The image does not say in a readable way where its vault lies.
    Config(ConfigErrors),
    /// The image names no vault.
    Vault,
    /// It can't be used.
    #[cfg(feature = "redis")]
    Url(StoreError),
    /// This program was built without the feature `redis`.
    Feature,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`rates.store`: ")?;
        match self {
            Self::Secret(error) => error.fmt(f),
            Self::Config(error) => error.fmt(f),
            Self::Vault => f.write_str("the image does not say where the vault lies: compile the policy again"),
            #[cfg(feature = "redis")]
            Self::Url(error) => error.fmt(f),
            Self::Feature => f.write_str("this program knows no Redis\n  help: build it with the feature `redis`"),
        }
    }
}

impl std::error::Error for OpenError {}

/// The store of a policy, whose URL is read from where the policy says; none where it counts in memory or in a file.
///
/// # Errors
/// When there is no URL, or one that can't be used. A store that is down is no error: it is away until it answers.
pub fn open(image: Image<'_>) -> Result<Option<Box<dyn Store>>, OpenError> {
    let Some(rates) = image.rates() else { return Ok(None) };
    let place = rates.place.as_str().to_owned();
    let secret = match rates.store() {
        Kind::Here => return Ok(None),
        Kind::RedisEnv => Secret::At(Place::Env(place)),
        Kind::RedisFile => Secret::At(Place::File(place)),
        Kind::RedisCredential => Secret::At(Place::Credential(place)),
        Kind::RedisSecret => {
            let vault = Config::from_image(image).map_err(OpenError::Config)?.vault.ok_or(OpenError::Vault)?;
            Secret::Stored(Stored { vault, name: place })
        }
    };
    let url = secret.read().map_err(OpenError::Secret)?;
    connect(image.policy().name.as_str(), &url).map(Some)
}

#[cfg(feature = "redis")]
fn connect(policy: &str, url: &str) -> Result<Box<dyn Store>, OpenError> {
    Ok(Box::new(Redis::open(policy, url).map_err(OpenError::Url)?))
}

#[cfg(not(feature = "redis"))]
fn connect(_: &str, _: &str) -> Result<Box<dyn Store>, OpenError> {
    Err(OpenError::Feature)
}

/// Has a store take what a machine asks for: what [`Input::Charged`](adarga_core::decide::Input::Charged) is resumed with. Charges under
/// a limit that `rates` doesn't have are taken by nobody.
#[must_use]
pub fn take(store: &dyn Store, rates: &Rates, charges: &[StoreCharge]) -> Outcome {
    let known = |charge: &StoreCharge| {
        let limit = rates.limit(charge.limit)?;
        Some(Charge { limit, key: charge.key, cost: charge.cost })
    };
    let charges: Option<Vec<_>> = charges.iter().map(known).collect();
    charges.and_then(|charges| store.charge(&charges).ok()).unwrap_or(Outcome::Away)
}
