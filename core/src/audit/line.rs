//! The line: members in the order of RFC 8785 §3.2.3, no white space, a line feed behind.

use super::{
    fields::{Fields, List, Packed},
    key::{Digest, KEY_LEN},
    text::{Text, string},
    time::write_time,
};
use crate::write::{Out, TooSmall};

/// What the hexadecimal digits of a digest stand behind.
pub(super) const SHA256: &[u8] = b"hmac-sha256:";
pub(super) const BLAKE3: &[u8] = b"blake3:";

/// Writes a line into `memory`.
pub(super) fn line<'m>(fields: &Fields<'_>, mac: &[u8; KEY_LEN], memory: &'m mut [u8]) -> Result<&'m [u8], TooSmall> {
    let mut members = Members { out: Out::new(memory), first: true };
    members.text(fields, "agent");
    if let Some(digest) = &fields.arguments {
        let (label, bytes) = match digest {
            Digest::Sha256(bytes) => (SHA256, bytes),
            Digest::Blake3(bytes) => (BLAKE3, bytes),
        };
        members.name("arguments").raw(b"\"").raw(label);
        members.out.hex(bytes);
        members.out.raw(b"\"");
    }
    members.bytes("chain", fields.chain.as_bytes());
    members.number("duration_us", fields.duration_us);
    members.name("event").raw(b"\"").raw(fields.event.name().as_bytes()).raw(b"\"");
    members.bytes("mac", mac);
    members.number("memory", fields.memory);
    members.text(fields, "method");
    members.text(fields, "note");
    members.text(fields, "peer");
    members.list("permissions", fields.permissions);
    members.text(fields, "pointer");
    members.bytes("prev", &fields.prev);
    members.text(fields, "reason");
    members.text(fields, "request");
    members.list("roles", fields.roles);
    members.number("sequence", Some(fields.sequence));
    members.text(fields, "server");
    members.text(fields, "subject");
    members.name("success").raw(if fields.success { b"true" } else { b"false" });
    members.text(fields, "target");
    members.name("time").raw(b"\"");
    write_time(&mut members.out, fields.time_ms);
    members.out.raw(b"\"");
    members.text(fields, "version");
    members.out.raw(b"}\n");
    members.out.finish()
}

struct Members<'m> {
    out: Out<'m>,
    first: bool,
}

impl<'m> Members<'m> {
    fn name(&mut self, name: &str) -> &mut Out<'m> {
        let before: &[u8] = if self.first { b"{\"" } else { b",\"" };
        self.first = false;
        self.out.raw(before).raw(name.as_bytes()).raw(b"\":")
    }

    fn text(&mut self, fields: &Fields<'_>, name: &str) {
        let text = fields.text(name);
        if text.is_absent() {
            return;
        }
        self.name(name);
        match text {
            Text::Plain(text) => string(&mut self.out, text),
            Text::Replaced(len, hash) => replaced(&mut self.out, len, &hash),
        }
    }

    fn list(&mut self, name: &str, list: List<'_>) {
        match list.0 {
            Packed::Items([]) => {}
            Packed::Items(_) => {
                self.name(name);
                let mut before: &[u8] = b"[";
                for item in list.items() {
                    self.out.raw(before);
                    string(&mut self.out, item);
                    before = b",";
                }
                self.out.raw(b"]");
            }
            Packed::Replaced(len, hash) => {
                self.name(name);
                replaced(&mut self.out, len, &hash);
            }
        }
    }

    fn bytes(&mut self, name: &str, bytes: &[u8]) {
        self.name(name).raw(b"\"");
        self.out.hex(bytes);
        self.out.raw(b"\"");
    }

    fn number(&mut self, name: &str, number: Option<u64>) {
        if let Some(number) = number {
            self.name(name).integer(i64::try_from(number).unwrap_or(i64::MAX));
        }
    }
}

fn replaced(out: &mut Out<'_>, len: u64, hash: &[u8; KEY_LEN]) {
    out.raw(b"{\"bytes\":").integer(i64::try_from(len).unwrap_or(i64::MAX)).raw(b",\"sha256\":\"");
    out.hex(hash);
    out.raw(b"\"}");
}
