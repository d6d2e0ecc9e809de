//! URLs of issuers and of what they publish, as far as a policy can tell.

/// Whether something can be fetched from a URL, and whether it can name an issuer: `https`, or `http` to this machine itself; no
/// user information, no query, no fragment (RFC 8414 §2).
///
/// # Errors
/// What to write instead.
pub(super) fn check(url: &str) -> Result<(), &'static str> {
    let Some((scheme, rest)) = url.split_once("://") else { return Err("write a URL, such as `https://auth.example.com`") };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() || !url.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\<>^`{|}".contains(&byte)) {
        return Err("write a URL of visible ASCII with a host");
    }
    if authority.contains('@') {
        return Err("write the URL without user name and password");
    }
    if url.contains(['?', '#']) {
        return Err("write the URL without a query and a fragment");
    }
    let host = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, _)) => host,
        None => authority.split(':').next().unwrap_or_default(),
    };
    let own = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    match scheme {
        "https" => Ok(()),
        "http" if own => Ok(()),
        _ => Err("write an `https` URL; plain `http` reaches this machine only"),
    }
}

/// A well-known URI: the suffix stands between authority and path (RFC 8414 §3.1, RFC 9728 §3.1).
pub(super) fn well_known(url: &str, suffix: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + 3);
    let path = url[start..].find('/').map_or(url.len(), |at| start + at);
    format!("{}/.well-known/{suffix}{}", &url[..path], url[path..].trim_end_matches('/'))
}
