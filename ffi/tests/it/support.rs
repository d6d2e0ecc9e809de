//! What the tests share: a policy, memory for its calls, texts as views.

use std::{ffi::c_void, mem, ptr};

use adarga::*;

/// A policy with a caller on stdio, a limit, a root and a tool that not everybody may use.
pub(crate) const POLICY: &str = r#"
[server]
name = "reports"
revisions = ["2026-07-28", "2025-11-25"]

[stdio]
role = "editor"

[roles]
admin = ["read:*", "delete:*"]
editor = ["read:*"]

[rates]
subject = "3/min"

[roots]
docs = "/srv/docs"

[tools.read_file]
permission = "read:content"
paths = { "/path" = "docs" }

[tools.delete_user]
permission = "delete:users"
"#;

pub(crate) const NOW_MS: u64 = 1_790_000_000_000;

pub(crate) fn view(bytes: impl AsRef<[u8]>) -> adarga_view {
    let bytes = bytes.as_ref();
    adarga_view { ptr: bytes.as_ptr().cast(), len: bytes.len() }
}

pub(crate) fn buffer(bytes: &mut [u8]) -> adarga_buffer {
    adarga_buffer { ptr: bytes.as_mut_ptr().cast(), len: bytes.len() }
}

pub(crate) fn output(bytes: &mut [u8]) -> adarga_output {
    adarga_output { ptr: bytes.as_mut_ptr().cast(), capacity: bytes.len(), len: 7 }
}

pub(crate) fn bytes(view: adarga_view) -> Vec<u8> {
    if view.ptr.is_null() {
        return Vec::new();
    }
    unsafe { std::slice::from_raw_parts(view.ptr.cast(), view.len) }.to_vec()
}

pub(crate) fn text(view: adarga_view) -> String {
    String::from_utf8(bytes(view)).unwrap()
}

/// An object that was never set up.
pub(crate) fn zeroed<T>() -> Box<T> {
    Box::new(unsafe { mem::zeroed() })
}

/// The image of a policy document.
pub(crate) fn image(document: &str) -> Vec<u8> {
    let source = adarga_host::policy::Source::new("policy.toml", document.to_owned());
    adarga_host::load::Policy::from_source(source).unwrap().image().to_vec()
}

/// A gate and memory for one worker.
pub(crate) struct Worker {
    pub(crate) gate: Box<adarga_gate>,
    pub(crate) machine: Box<adarga_machine>,
    _session: Box<adarga_session>,
    pub(crate) rates: Box<adarga_rates>,
    pub(crate) work: adarga_work,
    pub(crate) call: adarga_call,
    /// What the others borrow.
    _memory: Vec<Vec<u8>>,
}

impl Worker {
    pub(crate) fn new(document: &str) -> Self {
        let image = image(document);
        let (mut gate, mut session, mut rates) = (zeroed::<adarga_gate>(), zeroed(), zeroed());
        let (mut scratch_size, mut rates_size) = (0, 0);
        let seed = [1_u64, 2];
        unsafe {
            assert_eq!(adarga_gate_open(&mut *gate, view(&image)), ADARGA_OK);
            assert_eq!(adarga_scratch_size(&*gate, &mut scratch_size), ADARGA_OK);
            assert_eq!(adarga_rates_size(&*gate, ADARGA_RATES_LOCAL, 16, &mut rates_size), ADARGA_OK);
        }
        let (mut scratch, mut reply, mut table) = (vec![0; scratch_size], vec![0; ADARGA_REPLY_MAX], vec![0; rates_size]);
        let status = unsafe { adarga_rates_init(&mut *rates, &*gate, ADARGA_RATES_LOCAL, 16, buffer(&mut table), seed.as_ptr()) };
        assert_eq!(status, ADARGA_OK);
        let session_: *mut adarga_session = &mut *session;
        let work = adarga_work {
            scratch: buffer(&mut scratch),
            reply: buffer(&mut reply),
            session: session_,
            rates: &mut *rates,
            ..Default::default()
        };
        let call = adarga_call { transport: ADARGA_TRANSPORT_STDIO, now_ms: NOW_MS, ..Default::default() };
        Self { gate, machine: zeroed(), _session: session, rates, work, call, _memory: vec![image, scratch, reply, table] }
    }

    pub(crate) fn decide(&mut self, body: &str) -> (i32, adarga_decision) {
        let mut decision = adarga_decision::default();
        let status = unsafe { adarga_decide(&*self.gate, &mut *self.machine, &self.call, view(body), &self.work, &mut decision) };
        (status, decision)
    }
}

/// A request of the newest revision.
pub(crate) fn request(id: u32, method: &str, params: &str) -> String {
    let meta = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}"#;
    let comma = if params.is_empty() { "" } else { "," };
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{{{meta}{comma}{params}}}}}"#)
}

pub(crate) fn reason(number: u16) -> String {
    let mut name = adarga_view { ptr: ptr::null::<c_void>(), len: 0 };
    assert_eq!(unsafe { adarga_reason_name(number, &mut name) }, ADARGA_OK);
    text(name)
}
