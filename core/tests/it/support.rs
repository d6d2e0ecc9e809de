//! What the tests share: documents over fresh memory, policies, one call from bytes to verdict.

use adarga_core::{
    Call, Decision, Gate, Session,
    arrival::{Header, Http, Transport},
    identity::{Asserted, Verifier},
    json::{self, Document, Limits, Refusal},
};
use adarga_host::{
    keys::{KeyImage, Mode},
    load::Policy,
    memory::Memory,
    policy::Source,
};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use mac::{Hmac, KeyInit, Mac};

/// Bounds of tests that are not about bounds; below the depth at which serde_json stops.
pub(crate) const LIMITS: Limits = Limits { depth_max: 100, values_max: 1 << 14 };

/// Parses `bytes` in fresh memory, with a fresh seed.
pub(crate) fn parsed<R>(bytes: &[u8], limits: Limits, then: impl FnOnce(Result<Document<'_>, Refusal>) -> R) -> R {
    let mut memory = Memory::for_limits(limits.values_max, u32::try_from(bytes.len()).unwrap());
    let mut scratch = memory.scratch();
    let parsed = json::parse(bytes, limits, &mut scratch);
    then(parsed.map(|parsed| Document::new(bytes, &scratch, parsed)))
}

/// Compiles a policy in TOML or JSON.
pub(crate) fn policy(text: impl Into<String>) -> Policy {
    Policy::from_source(Source::new("policy", text)).unwrap_or_else(|errors| panic!("{errors}"))
}

pub(crate) const fn header<'a>(name: &'a str, value: &'a str) -> Header<'a> {
    Header { name: name.as_bytes(), value: value.as_bytes() }
}

pub(crate) const fn post<'a>(headers: &'a [Header<'a>]) -> Transport<'a> {
    Transport::Http(Http { method: b"POST", headers, body_len: None })
}

/// A call over stdio by the policy's own client.
pub(crate) const STDIO: Call<'static> = Call::new(Transport::Stdio, 1);

pub(crate) const EDITOR: Option<Asserted<'static>> = Some(Asserted::new("alice", &["editor"]));

/// Judges one call in fresh memory; beside the decision the reply as text.
pub(crate) fn decide(gate: &Gate<'_>, call: &Call<'_>, body: &[u8], session: Option<&mut Session>) -> (Decision, String) {
    let mut memory = Memory::for_gate(gate);
    let decision = gate.decide(call, body, &mut memory.lend().work(session)).unwrap();
    let reply = String::from_utf8(decision.reply(&memory.reply).to_vec()).unwrap();
    (decision, reply)
}

const SECRET: &[u8; 32] = b"0123456789abcdef0123456789abcdef";

/// A key set of one shared secret, of this `kid`.
pub(crate) fn keys(kid: &str) -> KeyImage {
    let key = BASE64_URL_SAFE_NO_PAD.encode(SECRET);
    KeyImage::from_jwks(format!(r#"{{"kty":"oct","kid":"{kid}","alg":"HS256","k":"{key}"}}"#).as_bytes(), Mode::Strict).unwrap()
}

/// What verifies with a key set.
pub(crate) fn verifier(keys: &KeyImage) -> Verifier<'_> {
    Verifier { keys: keys.keys().unwrap(), crypto: keys.crypto() }
}

/// A JWT by the key of [`keys`].
pub(crate) fn jwt(kid: &str, claims: &str) -> String {
    let header = BASE64_URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#));
    let signed = format!("{header}.{}", BASE64_URL_SAFE_NO_PAD.encode(claims));
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// A source of choices that a single number of proptest drives.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `sides` (splitmix64).
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }

    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.roll(list.len())]
    }
}
