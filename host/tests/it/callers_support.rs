//! What the tests of callers share: a policy in force with everything that it refers to, and tokens for it.

use std::{
    fmt::Write as _,
    time::{SystemTime, UNIX_EPOCH},
};

use adarga_core::{
    Call, Machine, Reason,
    arrival::{Header, Http, Transport},
};
use adarga_host::{
    callers::{Callers, CallersError, Provider},
    load::Policy,
    memory::Memory,
    policy::Source,
};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};

use crate::signature_support::{SECRET, base64, hs256, signed_by};

/// The first half of all policies here; what `[identity]` has beside the audience follows it.
const POLICY: &str = r#"
server.name = "t"
http.hosts = ["mcp.example.com"]
limits = { values_max = 64, body_max = "4 KiB" }
roles.editor = ["read:*", "write:content"]
tools.search.permission = "read:content"
tools.save.permission = "write:content"
tools.wipe.permission = "delete:everything"

[identity]
audience = "https://mcp.example.com/mcp"
"#;
/// Where the metadata of this server lies, as every challenge says it.
pub(crate) const METADATA: &str = r#"resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp""#;

/// A policy in force.
pub(crate) struct Host {
    policy: Policy,
    pub(crate) callers: Callers,
}

/// What became of a call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) reason: Reason,
    pub(crate) status: u16,
    pub(crate) challenge: String,
    pub(crate) subject: Option<String>,
}

impl Host {
    pub(crate) fn open(identity: &str) -> Result<Self, CallersError> {
        Self::of(&format!("{POLICY}{identity}"))
    }

    /// By a whole policy.
    pub(crate) fn of(policy: &str) -> Result<Self, CallersError> {
        let policy = Policy::from_source(Source::new("p.toml", policy)).unwrap_or_else(|errors| panic!("{errors}"));
        let callers = Callers::open(policy.gate().unwrap().image())?;
        Ok(Self { policy, callers })
    }

    pub(crate) fn new(identity: &str) -> Self {
        Self::open(identity).unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) fn with_provider(mut self, provider: impl Provider + 'static) -> Self {
        self.callers = self.callers.with_provider(provider);
        self
    }

    pub(crate) fn memory(&self) -> Memory {
        Memory::for_gate(&self.policy.gate().unwrap())
    }

    /// Judges a call of `tool` over HTTP by a caller with this token, if any, in memory of its own.
    pub(crate) fn judge(&self, tool: &str, token: &str) -> Told {
        self.judge_in(&mut self.memory(), tool, token)
    }

    pub(crate) fn judge_in(&self, memory: &mut Memory, tool: &str, token: &str) -> Told {
        let mut machine = Machine::new();
        self.decide(&mut machine, memory, tool, token);
        let decision = machine.decision();
        Told {
            reason: decision.reason(),
            status: decision.status(),
            challenge: String::from_utf8(decision.challenge(&memory.reply).to_vec()).unwrap(),
            subject: decision.identity().map(|identity| identity.subject().to_owned()),
        }
    }

    pub(crate) fn decide(&self, machine: &mut Machine, memory: &mut Memory, tool: &str, token: &str) {
        let authorization = format!("Bearer {token}");
        let mut headers = vec![
            ("Host", "mcp.example.com"),
            ("Content-Type", "application/json"),
            ("Accept", "application/json, text/event-stream"),
            ("MCP-Protocol-Version", "2026-07-28"),
            ("Mcp-Method", "tools/call"),
            ("Mcp-Name", tool),
        ];
        if !token.is_empty() {
            headers.push(("Authorization", &authorization));
        }
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| Header { name: name.as_bytes(), value: value.as_bytes() }).collect();
        let call = Call::new(Transport::Http(Http { method: b"POST", headers: &headers, body_len: None }), now_ms());
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}","_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{}}}}}}}}"#
        );
        let gate = self.policy.gate().unwrap();
        self.callers.decide(&gate, machine, &call, body.as_bytes(), memory, None).unwrap();
    }

    /// Status and reason of a call of `search`.
    pub(crate) fn search(&self, token: &str) -> (u16, Reason) {
        let told = self.judge("search", token);
        (told.status, told.reason)
    }
}

pub(crate) const ALLOWED: (u16, Reason) = (200, Reason::Allowed);
pub(crate) const UNAVAILABLE: (u16, Reason) = (503, Reason::IdentityUnavailable);

/// Unix milliseconds: issuers are asked by the clock of the system.
pub(crate) fn now_ms() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// Claims of an editor called alice, in force for five minutes, and more.
pub(crate) fn claims(issuer: &str, more: &str) -> String {
    let exp_s = now_ms() / 1000 + 300;
    let mut claims = format!(r#"{{"iss":"{issuer}","aud":"https://mcp.example.com/mcp","exp":{exp_s},"role":"editor""#);
    if !more.contains(r#""sub""#) {
        claims.push_str(r#","sub":"alice""#);
    }
    write!(claims, "{more}}}").unwrap();
    claims
}

/// A token by the key of [`jwks`](crate::issuer_support::jwks), whose private half RFC 7515 A.3 tells.
pub(crate) fn es256(kid: &str, claims: &str) -> String {
    let half: [u8; 32] = [
        142, 155, 16, 158, 113, 144, 152, 191, 152, 4, 135, 223, 31, 93, 119, 233, 203, 41, 96, 110, 190, 210, 38, 59, 95, 87,
        194, 19, 223, 132, 244, 178,
    ];
    let key = SigningKey::from_slice(&half).unwrap();
    signed_by(&format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#), claims, |message| {
        let signature: Signature = key.sign(message);
        signature.to_bytes().to_vec()
    })
}

/// A token by a shared secret.
pub(crate) fn by_secret(secret: &[u8], claims: &str) -> String {
    signed_by(r#"{"alg":"HS256"}"#, claims, |message| hs256(secret, message))
}

/// A set of one shared secret, whose tokens [`by_kid`] makes.
pub(crate) fn oct_jwks(kid: &str) -> String {
    format!(r#"{{"keys":[{{"kty":"oct","kid":"{kid}","alg":"HS256","k":"{}"}}]}}"#, base64(SECRET))
}

pub(crate) fn by_kid(kid: &str, claims: &str) -> String {
    signed_by(&format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#), claims, |message| hs256(SECRET, message))
}
