//! Tokens: from the compact form to the identity of the caller (signature, claims, role and scopes), beside jsonwebtoken, which
//! verifies and gives the claims, and beside aws-lc-rs, which gets message and signature on a plate.

mod issuer;
mod peer;

use std::hint::black_box;

use adarga_core::{
    Gate,
    identity::{
        TokenCache, Verifier,
        cache::{CacheState, Slot},
        token::{Court, identify},
    },
    signature::{Crypto, RustCrypto},
};
use adarga_host::{
    keys::{AwsLc, KeyImage, Mode, TABLES_MAX, Tables},
    load::Policy,
    memory::Memory,
    policy::Source,
};
use serde_json::{Value, json};

use crate::{contest::Contestant, report::Report};
use issuer::{AUDIENCE, ISSUER, Issued};
use peer::Backend;

/// HS256: at least this many times as fast as jsonwebtoken on RustCrypto and on aws-lc.
const HS256_FLOORS: [f64; 2] = [4.0, 7.0];
/// On aws-lc at most 5 % slower than aws-lc itself.
const AWS_LC_FLOOR: f64 = 0.95;
/// RS256 with our own arithmetic takes at most twice the time of aws-lc.
const RSA_FLOOR: f64 = 0.5;
/// With tables faster than aws-lc.
const TABLES_FLOOR: f64 = 1.3;
/// A token that was seen before costs at most 35 ns where jsonwebtoken on aws-lc takes 3,700 for HS256.
const CACHE_FLOOR: f64 = 105.0;
const SEED: (u64, u64) = (0x9E37_79B9_7F4A_7C15, 0xD1B5_4A32_D192_ED03);
/// Some time in 2026.
const NOW_MS: u64 = 1_780_000_000_000;

/// HS256, then the algorithms with public keys on each back end, then what tables cost when a set is loaded.
pub(crate) fn measure(report: &mut Report) {
    let shared = policy(&["HS256"], &json!({ "env": "SECRET" }));
    let public = policy(&["RS256", "ES256", "EdDSA"], &json!("keys.json"));
    let hs256 = Issued::hs256();
    report.duels("Tokens with a secret: jsonwebtoken, aws-lc-rs");
    let gate = shared.gate().expect("the image is in order");
    Duels { report, gate, issued: &hs256, keys: &keys(&hs256) }.secret();
    report.duels("Tokens with a public key: jsonwebtoken, aws-lc-rs with a parsed key");
    let gate = public.gate().expect("the image is in order");
    for issued in [Issued::rs256(), Issued::es256(), Issued::eddsa()] {
        Duels { report, gate, issued: &issued, keys: &keys(&issued) }.public();
    }
    report.table("Tables of one key: nanoseconds to make them", "");
    let issued = [Issued::es256(), Issued::eddsa()];
    let images = issued.each_ref().map(keys);
    let points = issued.iter().zip(&images).map(|(issued, image)| {
        let set = image.keys().expect("the keys are in order");
        let label = format!("{} {} bytes", issued.algorithm, image.crypto().bytes());
        (label, 1.0, Contestant::new(move || Tables::new(black_box(set), RustCrypto, TABLES_MAX)))
    });
    report.growth("token/tables", "ns/key", None, points.collect());
}

fn policy(algorithms: &[&str], keys: &Value) -> Policy {
    let document = json!({
        "server": { "name": "bench" },
        "http": { "hosts": ["mcp.example.com"] },
        "identity": { "issuer": ISSUER, "audience": AUDIENCE, "algorithms": algorithms, "keys": keys },
        "roles": { "admin": ["*"], "editor": ["read:*", "write:content"] },
        "tools": { "read_reports": { "permission": "read:reports" } },
    });
    Policy::from_source(Source::new("bench.json", document.to_string())).expect("the policy compiles")
}

fn keys(issued: &Issued) -> KeyImage {
    KeyImage::from_jwks(issued.jwk.to_string().as_bytes(), Mode::Strict).expect("the key is in order")
}

/// One token against everyone.
struct Duels<'d> {
    report: &'d mut Report,
    gate: Gate<'d>,
    issued: &'d Issued,
    keys: &'d KeyImage,
}

impl Duels<'_> {
    fn secret(&mut self) {
        for (backend, floor) in [Backend::RustCrypto, Backend::AwsLc].into_iter().zip(HS256_FLOORS) {
            self.duel("RustCrypto", &RustCrypto, Some(floor), Some(backend));
        }
        self.duel("RustCrypto", &RustCrypto, None, None);
        let ours = self.ours(&RustCrypto, true);
        let name = self.name("seen before", "jwt aws-lc");
        self.report.duel(&name, Some(CACHE_FLOOR), ours, peer::jsonwebtoken(self.issued, Backend::AwsLc));
    }

    fn public(&mut self) {
        let aws_lc = AwsLc::new(self.keys.keys().expect("the keys are in order"));
        if self.keys.crypto().bytes() > 0 {
            self.duel("tables", self.keys.crypto(), Some(TABLES_FLOOR), None);
        }
        self.duel("aws-lc", &aws_lc, Some(AWS_LC_FLOOR), None);
        self.duel("RustCrypto", &RustCrypto, (self.issued.algorithm == "RS256").then_some(RSA_FLOOR), None);
        self.duel("aws-lc", &aws_lc, None, Some(Backend::AwsLc));
        self.duel("RustCrypto", &RustCrypto, None, Some(Backend::RustCrypto));
    }

    /// We on `crypto` against jsonwebtoken on one of its back ends, or against aws-lc-rs alone.
    fn duel(&mut self, own: &str, crypto: &(dyn Crypto + Sync), floor: Option<f64>, other: Option<Backend>) {
        let (name, peer) = match other {
            None => ("raw aws-lc", peer::raw(self.issued)),
            Some(Backend::AwsLc) => ("jwt aws-lc", peer::jsonwebtoken(self.issued, Backend::AwsLc)),
            Some(Backend::RustCrypto) => ("jwt RustCrypto", peer::jsonwebtoken(self.issued, Backend::RustCrypto)),
        };
        let ours = self.ours(crypto, false);
        let name = self.name(own, name);
        self.report.duel(&name, floor, ours, peer);
    }

    fn name(&self, own: &str, peer: &str) -> String {
        format!("token/{} {}/{own}/{peer}", self.issued.algorithm, self.issued.token.len())
    }

    /// The caller of the token, with memory that is reused from call to call; `cached`: with a cache that knows the token.
    fn ours<'a>(&self, crypto: &'a (dyn Crypto + Sync), cached: bool) -> Contestant<'a>
    where
        Self: 'a,
    {
        let (gate, issued) = (self.gate, self.issued);
        let verifier = Verifier { keys: self.keys.keys().expect("the keys are in order"), crypto };
        let rules = gate.image().authentication().expect("the policy has rules for tokens");
        let court = Court { policy: gate.policy(), rules, revoked: None, certificate: None, now_ms: NOW_MS };
        let mut memory = Memory::for_gate(&gate);
        let (mut slots, mut bytes, mut state) = (vec![Slot::default(); 64], vec![0; 64 * 1024], CacheState::new(SEED));
        let mut verify = move |token: &str| {
            let mut cache = TokenCache::new(&mut state, &mut slots, &mut bytes);
            let known = cached.then_some((&mut cache, gate.image().digest()));
            let identity = identify(&court, &verifier, token.as_bytes(), &mut memory.scratch(), known);
            black_box(&identity).is_ok()
        };
        assert!(verify(&issued.token), "we accept the token");
        assert!(!verify(&peer::forged(issued)), "we refuse a forged one");
        Contestant::new(move || verify(black_box(&issued.token)))
    }
}
