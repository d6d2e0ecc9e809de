//! Metadata of an issuer (RFC 8414, OpenID Connect Discovery 1.0), found as the authorization part of MCP lists it.

use adarga_core::json::Value;

use super::{IssuerError, MetadataFlaw, json};
use crate::net::{Answer, Cause, Client, Document, Reach, Url, UrlError, Validators};

/// A URL and how far it may lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The URL.
    pub url: Url,
    /// How far it may lead: as far as the document that named it, or as a person's configuration.
    pub reach: Reach,
}

impl Endpoint {
    /// An endpoint that a person configured.
    ///
    /// # Errors
    /// What is wrong with the URL.
    pub fn configured(url: &str) -> Result<Self, IssuerError> {
        let url = Url::parse(url).map_err(|error| IssuerError::Url(shown(url).to_owned(), error))?;
        Ok(Self { reach: Reach::configured(&url), url })
    }
}

/// What an issuer says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Where its keys are; one that gives opaque tokens alone need not have any.
    pub jwks: Option<Endpoint>,
    /// Where opaque tokens are asked about, when it has such a place.
    pub introspection: Option<Endpoint>,
}

/// The places where metadata of `issuer` may be, in the order they are tried: RFC 8414 §3.1, then OpenID Connect with the path
/// after the well-known part, then before it.
#[must_use]
pub fn places(issuer: &Url) -> Vec<String> {
    let (origin, path) = (issuer.origin(), issuer.path().trim_end_matches('/'));
    let mut places = vec![
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}/.well-known/openid-configuration{path}"),
    ];
    if !path.is_empty() {
        places.push(format!("{origin}{path}/.well-known/openid-configuration"));
    }
    places
}

/// Asks the places for metadata in turn. A place that answers with another status than 200, or with something that is no JSON
/// object, as sites do that have a page for everything, is passed over; one whose `issuer` is another ends the search.
///
/// # Errors
/// That of the first place, when no place has metadata; what is wrong with the metadata; at once when the server can't be
/// reached.
pub fn discover(client: &Client, issuer: &str) -> Result<Metadata, IssuerError> {
    let configured = Endpoint::configured(issuer)?;
    if configured.url.path().contains('?') {
        return Err(IssuerError::Url(shown(issuer).to_owned(), UrlError::Character));
    }
    let mut first = None;
    for place in places(&configured.url) {
        let url = Url::parse(&place).map_err(|error| IssuerError::Url(place, error))?;
        match client.get(&url, configured.reach, &Validators::default()) {
            Ok(Answer::Document(document)) => match json::object(&document.body.0, |object| read(object, issuer, &document)) {
                Some(metadata) => return metadata.map_err(|flaw| IssuerError::Metadata(url.to_string(), flaw)),
                None => _ = first.get_or_insert(IssuerError::Metadata(url.to_string(), MetadataFlaw::Document)),
            },
            // without validators there is no such answer
            Ok(Answer::NotModified(_)) => {}
            Err(error) if matches!(error.cause, Cause::Status(status) if status < 500) => _ = first.get_or_insert(error.into()),
            Err(error) => return Err(error.into()),
        }
    }
    Err(first.unwrap_or_else(|| IssuerError::Metadata(issuer.to_owned(), MetadataFlaw::Document)))
}

/// A URL without user information and query, which may be secret; it need not be one.
pub(super) fn shown(url: &str) -> &str {
    let url = url.split('?').next().unwrap_or_default();
    url.rsplit('@').next().unwrap_or_default()
}

fn read(object: Value<'_>, issuer: &str, document: &Document) -> Result<Metadata, MetadataFlaw> {
    if json::text(object, "issuer") != Some(issuer) {
        return Err(MetadataFlaw::Issuer);
    }
    let endpoint = |text: &str| Url::parse(text).map(|url| Endpoint { url, reach: document.reach });
    // what is there has to be a URL: of a wrong one, nobody would learn otherwise
    let member = |name: &str, flaw| match object.get(name.as_bytes()) {
        Some(_) => json::text(object, name).and_then(|text| endpoint(text).ok()).map(Some).ok_or(flaw),
        None => Ok(None),
    };
    let jwks = member("jwks_uri", MetadataFlaw::JwksUri)?;
    Ok(Metadata { jwks, introspection: member("introspection_endpoint", MetadataFlaw::Introspection)? })
}
