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

/// What stands before the value of a member.
macro_rules! name {
    ($name:literal) => {
        concat!(",\"", $name, "\":").as_bytes()
    };
}

/// Writes a line into `memory`.
pub(super) fn line<'m>(fields: &Fields<'_>, mac: &[u8; KEY_LEN], memory: &'m mut [u8]) -> Result<&'m [u8], TooSmall> {
    let [agent, method, note, peer, pointer, reason, request, server, subject, target, version] = &fields.texts;
    let mut members = Members { out: Out::new(memory), first: true };
    members.text(name!("agent"), agent);
    if let Some(digest) = &fields.arguments {
        let (label, bytes) = match digest {
            Digest::Sha256(bytes) => (SHA256, bytes),
            Digest::Blake3(bytes) => (BLAKE3, bytes),
        };
        members.name(name!("arguments")).raw(b"\"").raw(label).hex(bytes).raw(b"\"");
    }
    members.bytes(name!("chain"), fields.chain.as_bytes());
    members.number(name!("duration_us"), fields.duration_us);
    members.name(name!("event")).raw(b"\"").raw(fields.event.name().as_bytes()).raw(b"\"");
    members.bytes(name!("mac"), mac);
    members.number(name!("memory"), fields.memory);
    members.text(name!("method"), method);
    members.text(name!("note"), note);
    members.text(name!("peer"), peer);
    members.list(name!("permissions"), fields.permissions);
    members.text(name!("pointer"), pointer);
    members.bytes(name!("prev"), &fields.prev);
    members.text(name!("reason"), reason);
    members.text(name!("request"), request);
    members.list(name!("roles"), fields.roles);
    members.number(name!("sequence"), Some(fields.sequence));
    members.text(name!("server"), server);
    members.text(name!("subject"), subject);
    members.name(name!("success")).raw(if fields.success { b"true" } else { b"false" });
    members.text(name!("target"), target);
    members.name(name!("time")).raw(b"\"");
    write_time(&mut members.out, fields.time_ms);
    members.out.raw(b"\"");
    members.text(name!("version"), version);
    members.out.raw(b"}\n");
    members.out.finish()
}

struct Members<'m> {
    out: Out<'m>,
    first: bool,
}

impl<'m> Members<'m> {
    /// Begins a member; no comma stands before the first one.
    fn name(&mut self, name: &[u8]) -> &mut Out<'m> {
        if self.first {
            self.first = false;
            return self.out.raw(b"{").raw(name.get(1..).unwrap_or_default());
        }
        self.out.raw(name)
    }

    fn text(&mut self, name: &[u8], text: &Text<'_>) {
        if text.is_absent() {
            return;
        }
        self.name(name);
        match text {
            Text::Plain(text) => string(&mut self.out, text),
            Text::Replaced(len, hash) => replaced(&mut self.out, *len, hash),
        }
    }

    fn list(&mut self, name: &[u8], list: List<'_>) {
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

    fn bytes(&mut self, name: &[u8], bytes: &[u8]) {
        self.name(name).raw(b"\"").hex(bytes).raw(b"\"");
    }

    fn number(&mut self, name: &[u8], number: Option<u64>) {
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
