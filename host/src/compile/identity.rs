//! `[identity]` becomes the section of the image that says how callers prove who they are.

use adarga_core::{
    identity::{ROLES_MAX, SUBJECT_MAX},
    image::{Effect, TOKEN_MAX},
    keys::{Algorithms, Family},
    signature::base64url,
    text::{is_token, is_visible},
    verdict::is_scope,
};

use crate::{
    keys::hmac_states,
    policy::{self, KeySource, PermissionsEffect, ScopesEffect, Step, UnknownRoles},
    revocation,
};

use super::{
    Compiler,
    archive::{ApiKeys, Authentication, Pointer, Principal},
    names, size, url,
};

/// Longest list of scopes in a challenge, in bytes.
const SCOPES_MAX: usize = 1024;
/// Least bytes of the salt of API keys.
pub(crate) const SALT_MIN: usize = 16;

impl Compiler<'_> {
    /// The section, when the policy has one.
    pub(super) fn authentication(&mut self) -> Option<Authentication> {
        let document = self.document();
        let Some(identity) = document.identity.as_ref() else {
            if document.stdio.token.is_some() {
                let remedy = "write `[identity]` with the issuer, audience and algorithms of the token";
                self.error(&["stdio".into(), "token".into()], "a token that nothing verifies", remedy);
            }
            return None;
        };
        self.check_sources(identity);
        let named = identity.algorithms.iter().fold(Algorithms::NONE, |set, algorithm| set.with(algorithm.0));
        let token_max = size(identity.token_max.bytes());
        if token_max > TOKEN_MAX {
            self.error(&at("token_max"), format!("`{}` is out of range", identity.token_max), "write 1 B to 64 KiB");
        }
        let claims = &identity.claims;
        let names = ["subject", "role", "permissions", "scopes"];
        let texts = [&claims.subject, &claims.role, &claims.permissions, &claims.scopes];
        let [subject, role, permissions, scopes] =
            std::array::from_fn(|n| self.claim_pointer(texts[n], &["identity".into(), "claims".into(), names[n].into()]));
        Some(Authentication {
            issuer: identity.issuer.clone().unwrap_or_default(),
            audiences: identity.audience.clone(),
            algorithms: named.bits(),
            token_type: identity.token_type.clone().unwrap_or_default(),
            access_token_profile: identity.token_type.as_deref().is_some_and(is_access_token),
            expiry_required: identity.expiry_required,
            leeway_ms: size(identity.leeway.ms()),
            token_max,
            subject,
            role,
            permissions,
            scopes,
            default_roles: self.roles_of(&identity.default_role, &at("default_role")),
            unknown_roles_ignored: identity.unknown_roles == UnknownRoles::Ignore,
            scopes_effect: match identity.token_scopes {
                ScopesEffect::Intersect => Effect::Intersect,
                ScopesEffect::Require => Effect::Require,
                ScopesEffect::Ignore => Effect::Ignore,
            }
            .number(),
            permissions_effect: match identity.token_permissions {
                PermissionsEffect::Intersect => Effect::Intersect,
                PermissionsEffect::Add => Effect::Add,
                PermissionsEffect::Ignore => Effect::Ignore,
            }
            .number(),
            provider: identity.provider,
            introspection: identity.introspection.is_some(),
            metadata: self.metadata(identity),
            challenge_scopes: self.challenge_scopes(identity),
            revoked: self.revoked(identity),
            api_keys: self.api_keys(identity),
            certificates: self.certificates(identity),
            certificate_names: names::table(identity.certificates.keys().map(|name| (0, name.as_str()))),
        })
    }

    /// What tokens need to be verified at all: an issuer, an audience, keys that fit the algorithms.
    fn check_sources(&mut self, identity: &policy::Identity) {
        let tokens = !identity.algorithms.is_empty() || identity.introspection.is_some();
        if !tokens && !identity.provider && identity.api_keys.is_none() && identity.certificates.is_empty() {
            let remedy =
                "write `algorithms`, `introspection`, `api_keys`, `certificates` or `provider = true`, or remove the table";
            self.error(&["identity".into()], "nothing in `[identity]` proves who calls", remedy);
            return;
        }
        if identity.issuer.is_none() && !identity.algorithms.is_empty() {
            self.error(&at("algorithms"), "tokens without `issuer`", "name the issuer whose tokens are accepted");
        }
        if identity.audience.is_empty() && tokens {
            let remedy = "write the URI of this server, such as `audience = \"https://mcp.example.com/mcp\"`; tokens for other servers are refused";
            self.error(&["identity".into()], "tokens without `audience`", remedy);
        }
        if identity.algorithms.is_empty() && identity.keys.is_some() {
            self.error(&at("keys"), "keys without `algorithms`", "name the algorithms that tokens are signed with");
        }
        if let Some(issuer) = &identity.issuer
            && let Err(remedy) = url::check(issuer)
        {
            self.error(&at("issuer"), format!("`{}` can't be an issuer", url::shown(issuer)), remedy);
        }
        for (index, audience) in identity.audience.iter().enumerate() {
            if audience.contains('#') || !is_visible(audience.as_bytes()) {
                let remedy = "write the URI of this server without a fragment and without spaces";
                self.error(
                    &["identity".into(), "audience".into(), index.into()],
                    format!("`{audience}` can't be an audience"),
                    remedy,
                );
            }
        }
        for (index, network) in identity.networks.iter().enumerate().filter(|(_, network)| !url::is_network(network)) {
            let remedy = "write an address and a length, such as `10.20.0.0/16`; bits after the length are zero";
            self.error(&["identity".into(), "networks".into(), index.into()], format!("`{network}` is no network"), remedy);
        }
        self.check_key_source(identity);
        if let Some(introspection) = &identity.introspection {
            match &introspection.endpoint {
                Some(endpoint) => self.check_url(endpoint, &["identity".into(), "introspection".into(), "endpoint".into()]),
                None if identity.issuer.is_none() => {
                    let remedy = "write `endpoint`, or `issuer`, whose metadata names it";
                    self.error(&at("introspection"), "introspection without an endpoint", remedy);
                }
                None => {}
            }
        }
    }

    /// A shared secret is for HMAC alone, and HMAC never takes its keys from what anybody can fetch.
    fn check_key_source(&mut self, identity: &policy::Identity) {
        let shared = identity.algorithms.iter().filter(|algorithm| algorithm.0.family() == Family::Hmac).count();
        match &identity.keys {
            Some(KeySource::Secret(_)) if shared != identity.algorithms.len() => {
                let remedy = "use HS256, HS384 or HS512 with a shared secret, and a JWKS with all other algorithms";
                self.error(&at("keys"), "a shared secret can't be the key of all `algorithms`", remedy);
            }
            Some(KeySource::Url(_)) | None if shared > 0 => {
                let remedy = "shared secrets are never fetched: write `keys = { env = \"…\" }`, or use ES256";
                self.error(&at("algorithms"), "HMAC with keys that are fetched", remedy);
            }
            Some(KeySource::Url(url)) => self.check_url(url, &at("keys")),
            _ => {}
        }
    }

    fn check_url(&mut self, text: &str, path: &[Step<'_>]) {
        if let Err(remedy) = url::check(text) {
            self.error(path, format!("`{}` can't be fetched", url::shown(text)), remedy);
        }
    }

    /// Roles by name, not more than a caller may have.
    pub(super) fn roles_of(&mut self, names: &[String], path: &[Step<'_>]) -> Vec<u32> {
        if names.len() > ROLES_MAX {
            self.error(path, format!("more than {ROLES_MAX} roles"), "unite some of them in one role");
        }
        let one = |(index, name): (usize, &String)| self.role_id(name, &[path, &[index.into()]].concat());
        names.iter().enumerate().map(one).collect()
    }

    fn claim_pointer(&mut self, text: &str, path: &[Step<'_>]) -> Pointer {
        self.pointer(text, "a claim", path)
    }

    /// Where the metadata of the server lies: RFC 9728 §3.1 puts the well-known part between host and path.
    fn metadata(&mut self, identity: &policy::Identity) -> String {
        if let Some(metadata) = &identity.metadata {
            self.check_url(metadata, &at("metadata"));
            return metadata.clone();
        }
        let audience = identity.audience.iter().find(|audience| url::check(audience).is_ok());
        audience.map(|audience| url::well_known(audience, "oauth-protected-resource")).unwrap_or_default()
    }

    fn challenge_scopes(&mut self, identity: &policy::Identity) -> String {
        let fine = |scope: &String| is_scope(scope.as_bytes());
        for (index, scope) in identity.scopes.iter().enumerate().filter(|(_, scope)| !fine(scope)) {
            let remedy = "a scope is visible ASCII without quotes, backslashes and spaces";
            self.error(&["identity".into(), "scopes".into(), index.into()], format!("`{scope}` can't be a scope"), remedy);
        }
        let joined = identity.scopes.join(" ");
        if joined.len() > SCOPES_MAX {
            self.error(
                &at("scopes"),
                format!("more than {SCOPES_MAX} bytes of scopes"),
                "name those that a caller needs at first",
            );
        }
        joined
    }

    fn revoked(&mut self, identity: &policy::Identity) -> super::archive::Revoked {
        match revocation::rows(&identity.revoked) {
            Ok(rows) => revocation::table(rows),
            Err(revocation::BadTime { subject, message, remedy }) => {
                let path: [Step<'_>; 4] = ["identity".into(), "revoked".into(), "subjects".into(), subject.as_str().into()];
                self.error(&path, message, remedy);
                revocation::table(Vec::new())
            }
        }
    }

    fn certificates(&mut self, identity: &policy::Identity) -> Vec<Principal> {
        let one = |(name, principal): (&String, &policy::Principal)| {
            let path: [Step<'_>; 3] = ["identity".into(), "certificates".into(), name.as_str().into()];
            self.check_subject(name, &path);
            let roles = self.roles_of(&principal.role, &[path.as_slice(), &["role".into()]].concat());
            Principal { name: name.clone(), roles, until_ms: 0 }
        };
        identity.certificates.iter().map(one).collect()
    }

    fn check_subject(&mut self, name: &str, path: &[Step<'_>]) {
        if name.len() > SUBJECT_MAX {
            self.error_of_key(path, format!("a subject of more than {SUBJECT_MAX} bytes"), "give it a shorter name");
        }
    }

    /// The hashes of API keys in ascending order, each beside its owner.
    fn api_keys(&mut self, identity: &policy::Identity) -> ApiKeys {
        let Some(keys) = &identity.api_keys else { return ApiKeys::default() };
        let path = |key: &'static str| -> [Step<'_>; 3] { ["identity".into(), "api_keys".into(), key.into()] };
        let salt = salt(&keys.salt);
        if salt.is_none() {
            let remedy = "write at least 16 random bytes in base64url without padding: `adarga keys new` makes them";
            self.error(&path("salt"), "the salt is too short or not base64url", remedy);
        }
        let header = keys.header.as_deref().unwrap_or_default();
        let taken = ["authorization", "host", "origin", "cookie", "content-type", "content-length", "accept"];
        let lower = header.to_ascii_lowercase();
        if !header.is_empty() && (!is_token(header.as_bytes()) || taken.contains(&lower.as_str()) || lower.starts_with("mcp-")) {
            let remedy = "name a header of its own, such as `X-API-Key`, or leave it out for `Authorization: Bearer`";
            self.error(&path("header"), format!("`{header}` can't carry API keys"), remedy);
        }
        let mut rows: Vec<([u8; 32], Principal)> = Vec::new();
        for (name, key) in &keys.keys {
            let place: [Step<'_>; 4] = ["identity".into(), "api_keys".into(), "keys".into(), name.as_str().into()];
            self.check_subject(name, &place);
            let at = |member: &'static str| [place.as_slice(), &[member.into()]].concat();
            let hash = decoded(&key.hash).and_then(|hash| <[u8; 32]>::try_from(hash).ok()).unwrap_or_else(|| {
                self.error(&at("hash"), "a hash that is not 32 bytes in base64url", "`adarga keys new` prints key and hash");
                [0; 32]
            });
            if rows.iter().any(|(other, _)| *other == hash) {
                self.error(&at("hash"), "another name has the same key", "make a key for each");
            }
            let until = key.until.as_deref().unwrap_or_default();
            let until_ms = if until.is_empty() { Ok(0) } else { revocation::time(until) }.unwrap_or_else(|remedy| {
                self.error(&at("until"), format!("`{until}` is not a time"), remedy);
                0
            });
            let roles = self.roles_of(&key.role, &at("role"));
            rows.push((hash, Principal { name: name.clone(), roles, until_ms }));
        }
        rows.sort_by_key(|(hash, _)| *hash);
        let (hashes, principals) = rows.into_iter().unzip();
        ApiKeys { header: header.to_owned(), states: hmac_states(&salt.unwrap_or_default()), hashes, principals }
    }
}

/// A key of `[identity]`.
fn at(key: &str) -> [Step<'_>; 2] {
    ["identity".into(), key.into()]
}

/// Whether a `typ` is that of RFC 9068.
fn is_access_token(token_type: &str) -> bool {
    let short =
        token_type.get(..12).filter(|head| head.eq_ignore_ascii_case("application/")).map_or(token_type, |_| &token_type[12..]);
    short.eq_ignore_ascii_case("at+jwt")
}

/// The salt of API keys, unless it is too short or no base64url.
pub(crate) fn salt(text: &str) -> Option<Vec<u8>> {
    decoded(text).filter(|salt| salt.len() >= SALT_MIN)
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = vec![0; base64url::decoded_len(text.len())];
    base64url::decode(text.as_bytes(), &mut bytes).map(|_| bytes)
}
