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
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':').or(Some(rest).filter(|rest| !rest.is_empty()))),
        None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    if host.is_empty() || host.starts_with('[') {
        return Err("write a URL of visible ASCII with a host");
    }
    let is_port =
        |port: &str| port.starts_with(|first: char| first.is_ascii_digit()) && port.parse().is_ok_and(|port: u16| port > 0);
    if !port.is_none_or(is_port) {
        return Err("write a port of 1 to 65535, or none");
    }
    let own = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    match scheme {
        "https" => Ok(()),
        "http" if own => Ok(()),
        _ => Err("write an `https` URL; plain `http` reaches this machine only"),
    }
}

/// A URL without what may be secret in it, for messages.
pub(super) fn shown(url: &str) -> String {
    let (shown, end) = url.find(['?', '#']).map_or((url, ""), |at| (&url[..=at], "…"));
    match shown.split_once("://").map(|(scheme, rest)| (scheme, rest.rsplit_once('@'))) {
        Some((scheme, Some((_, rest)))) => format!("{scheme}://…@{rest}{end}"),
        _ => format!("{shown}{end}"),
    }
}

/// Whether a text names a network. Without `net` nobody is asked, and any text will do.
pub(super) fn is_network(text: &str) -> bool {
    #[cfg(feature = "net")]
    return text.parse::<crate::net::Network>().is_ok();
    #[cfg(not(feature = "net"))]
    return !text.is_empty();
}

/// A well-known URI: the suffix stands between authority and path (RFC 9728 §3.1).
pub(super) fn well_known(url: &str, suffix: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + 3);
    let path = url[start..].find('/').map_or(url.len(), |at| start + at);
    // of a slash alone, nothing is left; one at the end of a path belongs to it
    let path_text = if &url[path..] == "/" { "" } else { &url[path..] };
    format!("{}/.well-known/{suffix}{path_text}", &url[..path])
}
