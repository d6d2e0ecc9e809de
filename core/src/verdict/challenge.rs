//! `WWW-Authenticate` (RFC 6750 §3, RFC 9728 §5.1; MCP: basic/authorization).

use crate::{reason::Reason, write::Out};

/// Longest list of scopes that is written, in bytes; a longer one is left out, since the caller could not ask for it anyway.
const SCOPES_MAX: usize = 1024;

/// Writes the challenge of a denial; nothing where none belongs.
///
/// `metadata` is where the metadata of this server lies, `initial` the scopes that a caller without a token should ask for, and
/// `needed` those that the message needs, all of them at once.
pub fn write_challenge<'n, N: Iterator<Item = &'n [u8]>>(
    out: &mut Out<'_>,
    reason: Reason,
    metadata: &[u8],
    initial: &[u8],
    needed: impl Fn() -> N,
) {
    let row = reason.row();
    let error: &[u8] = match (row.status, reason) {
        // nothing was shown, so nothing was wrong with it
        (401, Reason::IdentityMissing) => b"",
        (401, _) => b"invalid_token",
        (_, Reason::TokenRequest) => b"invalid_request",
        (_, Reason::PermissionDenied | Reason::PermissionScope) => b"insufficient_scope",
        _ => return,
    };
    let mut parameters = Parameters { out, separator: b" " };
    parameters.out.raw(b"Bearer");
    if !error.is_empty() {
        parameters.write(b"error", error);
        parameters.write(b"error_description", row.text.as_bytes());
    }
    if row.status == 403 {
        let scopes = || needed().filter(|scope| is_scope(scope));
        let len = scopes().fold(0_usize, |len, scope| len.saturating_add(scope.len()).saturating_add(1));
        if (1..=SCOPES_MAX).contains(&len) {
            parameters.begin(b"scope");
            for (count, scope) in scopes().enumerate() {
                parameters.out.raw(if count == 0 { b"" } else { b" " }).raw(scope);
            }
            parameters.out.raw(b"\"");
        }
    } else if !initial.is_empty() {
        parameters.write(b"scope", initial);
    }
    if !metadata.is_empty() {
        parameters.write(b"resource_metadata", metadata);
    }
}

/// `name="value"`, with commas between. No value holds a quote or a backslash.
struct Parameters<'o, 'b> {
    out: &'o mut Out<'b>,
    separator: &'static [u8],
}

impl Parameters<'_, '_> {
    fn begin(&mut self, name: &[u8]) {
        self.out.raw(self.separator).raw(name).raw(b"=\"");
        self.separator = b", ";
    }

    fn write(&mut self, name: &[u8], value: &[u8]) {
        self.begin(name);
        self.out.raw(value).raw(b"\"");
    }
}

/// Whether a text is a `scope-token` (RFC 6749 §3.3).
#[must_use]
pub fn is_scope(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E))
}
