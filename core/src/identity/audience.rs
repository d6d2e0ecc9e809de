//! Whether a token is meant for this server (RFC 8707 §2, RFC 7519 §4.1.3; MCP: basic/authorization, "canonical server URI").

use crate::text::equal_folded;

/// Whether an `aud` value names `own`, the canonical URI of this server.
///
/// Equal byte for byte; of a URI with an authority, scheme and host may differ by case, and an empty path is `/` (RFC 3986
/// §6.2.2.1, §6.2.3). No prefix, no pattern, no other rewriting: a token for `https://mcp.example.com/other` is another server's.
#[must_use]
pub fn is_same(own: &[u8], aud: &[u8]) -> bool {
    if own == aud {
        return !own.is_empty();
    }
    match (split(own), split(aud)) {
        (Some((own_origin, own_path)), Some((origin, path))) => {
            equal_folded(own_origin, origin) && (own_path == path || (is_root(own_path) && is_root(path)))
        }
        _ => false,
    }
}

const fn is_root(path: &[u8]) -> bool {
    matches!(path, b"" | b"/")
}

/// Scheme and authority, and what follows; nothing for what is no `scheme://authority…`, or holds user information, whose case
/// matters.
fn split(uri: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = uri.iter().position(|&byte| byte == b':')?;
    let start = uri.get(colon..)?.starts_with(b"://").then(|| colon.saturating_add(3))?;
    let rest = uri.get(start..)?;
    let end = rest.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(rest.len());
    let (origin, path) = uri.split_at_checked(start.saturating_add(end))?;
    (!origin.contains(&b'@')).then_some((origin, path))
}
