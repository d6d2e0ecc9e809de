//! References (RFC 3986 §5.2) among the URIs of schemas. Nothing is fetched: a URI is a name.

/// The five parts of a reference; the fragment is kept apart.
struct Parts<'u> {
    scheme: Option<&'u str>,
    authority: Option<&'u str>,
    path: &'u str,
    query: Option<&'u str>,
}

/// A reference without its fragment, and the fragment.
pub(super) fn split_fragment(reference: &str) -> (&str, Option<&str>) {
    match reference.split_once('#') {
        Some((uri, fragment)) => (uri, Some(fragment)),
        None => (reference, None),
    }
}

fn parts(uri: &str) -> Parts<'_> {
    let (uri, query) = match uri.split_once('?') {
        Some((uri, query)) => (uri, Some(query)),
        None => (uri, None),
    };
    let is_scheme = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    };
    let (scheme, rest) = match uri.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
        _ => (None, uri),
    };
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            (Some(&rest[..end]), &rest[end..])
        }
        None => (None, rest),
    };
    Parts { scheme, authority, path, query }
}

/// RFC 3986 §5.2.4.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let last = path.rsplit('/').next().unwrap_or_default();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." if kept.len() > 1 => {
                kept.pop();
            }
            ".." => {}
            segment => kept.push(segment),
        }
    }
    if matches!(last, "." | "..") {
        kept.push("");
    }
    kept.join("/")
}

/// What `reference`, which has no fragment, means in a document of this URI.
pub(super) fn resolve(base: &str, reference: &str) -> String {
    if reference.is_empty() {
        return base.to_owned();
    }
    let (base, it) = (parts(base), parts(reference));
    let (authority, path, query) = match it {
        Parts { scheme: Some(_), .. } | Parts { authority: Some(_), .. } => (it.authority, without_dots(it.path), it.query),
        Parts { path: "", query, .. } => (base.authority, base.path.to_owned(), query.or(base.query)),
        Parts { path, query, .. } if path.starts_with('/') => (base.authority, without_dots(path), query),
        Parts { path, query, .. } => {
            let folder = match base.path.rfind('/') {
                Some(end) => &base.path[..=end],
                None if base.authority.is_some() => "/",
                None => "",
            };
            (base.authority, without_dots(&format!("{folder}{path}")), query)
        }
    };
    let mut uri = String::new();
    if let Some(scheme) = it.scheme.or(base.scheme) {
        uri = scheme.to_ascii_lowercase() + ":";
    }
    if let Some(authority) = authority {
        uri = uri + "//" + authority;
    }
    uri += &path;
    if let Some(query) = query {
        uri = uri + "?" + query;
    }
    uri
}

/// A fragment with its escapes decoded; nothing when they are no UTF-8.
pub(super) fn decode(fragment: &str) -> Option<String> {
    String::from_utf8(adarga_core::text::unescaped(fragment.as_bytes()).collect()).ok()
}
