//! One look at the keys that an issuer publishes, for people.

use super::{Endpoint, IssuerError, MetadataFlaw, discover};
use crate::net::{Answer, Client, Document, Validators};

/// The JWKS of an issuer as it came: from `jwks`, otherwise from where the issuer's metadata says.
///
/// # Errors
/// Why it can't be had. Whether the keys are any good, [`KeyImage::from_jwks`](crate::keys::KeyImage::from_jwks) says.
pub fn fetch(client: &Client, issuer: &str, jwks: Option<&str>) -> Result<Document, IssuerError> {
    let endpoint = match jwks {
        Some(url) => Endpoint::configured(url)?,
        None => {
            let named = discover(client, issuer)?.jwks;
            named.ok_or_else(|| IssuerError::Metadata(issuer.to_owned(), MetadataFlaw::JwksUri))?
        }
    };
    match client.get(&endpoint.url, endpoint.reach, &Validators::default())? {
        Answer::Document(document) => Ok(document),
        // nothing was asked that this could answer
        Answer::NotModified(_) => Err(IssuerError::Answer(endpoint.url.to_string())),
    }
}
