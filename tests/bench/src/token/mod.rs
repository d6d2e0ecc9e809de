//! Tokens: whole compact JWS verified by us, beside jsonwebtoken, which reads the claims as well, and beside aws-lc-rs, which gets
//! message and signature on a plate.

mod issuer;
mod peer;

use std::hint::black_box;

use adarga_core::{
    keys::{Algorithm, Algorithms, KeySet},
    signature::{
        Crypto, RustCrypto,
        jws::{self, HEADER_LIMITS, Rules},
    },
};
use adarga_host::{
    keys::{AwsLc, KeyImage, Mode, TABLES_MAX, Tables},
    memory::Memory,
};

use crate::{contest::Contestant, report::Report};
use issuer::Issued;
use peer::Backend;

/// HS256: at least this many times as fast as jsonwebtoken on RustCrypto and on aws-lc.
const HS256_FLOORS: [f64; 2] = [4.0, 7.0];
/// On aws-lc at most 5 % slower than aws-lc itself.
const AWS_LC_FLOOR: f64 = 0.95;
/// RS256 with our own arithmetic takes at most twice the time of aws-lc.
const RSA_FLOOR: f64 = 0.5;

/// With tables faster than aws-lc.
const TABLES_FLOOR: f64 = 1.3;

/// HS256, then the algorithms with public keys on each back end, then what tables cost when a set is loaded.
pub(crate) fn measure(report: &mut Report) {
    let hs256 = Issued::hs256();
    report.duels("Tokens with a secret: jsonwebtoken, aws-lc-rs");
    Duels { report, issued: &hs256, keys: &keys(&hs256) }.secret();
    report.duels("Tokens with a public key: jsonwebtoken, aws-lc-rs with a parsed key");
    for issued in [Issued::rs256(), Issued::es256(), Issued::eddsa()] {
        Duels { report, issued: &issued, keys: &keys(&issued) }.public();
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

fn keys(issued: &Issued) -> KeyImage {
    KeyImage::from_jwks(issued.jwk.to_string().as_bytes(), Mode::Strict).expect("the key is in order")
}

/// One token against everyone.
struct Duels<'d> {
    report: &'d mut Report,
    issued: &'d Issued,
    keys: &'d KeyImage,
}

impl Duels<'_> {
    fn secret(&mut self) {
        let set = self.keys.keys().expect("the keys are in order");
        for (backend, floor) in [Backend::RustCrypto, Backend::AwsLc].into_iter().zip(HS256_FLOORS) {
            self.duel("RustCrypto", &RustCrypto, Some(floor), Some(backend));
        }
        self.duel("RustCrypto", &RustCrypto, None, None);
        self.duel("aws-lc", &AwsLc::new(set), None, None);
    }

    fn public(&mut self) {
        let set = self.keys.keys().expect("the keys are in order");
        let aws_lc = AwsLc::new(set);
        if self.keys.crypto().bytes() > 0 {
            self.duel("tables", self.keys.crypto(), Some(TABLES_FLOOR), None);
        }
        self.duel("aws-lc", &aws_lc, Some(AWS_LC_FLOOR), None);
        self.duel("RustCrypto", &RustCrypto, (self.issued.algorithm == "RS256").then_some(RSA_FLOOR), None);
        self.duel("aws-lc", &aws_lc, None, Some(Backend::AwsLc));
        self.duel("RustCrypto", &RustCrypto, None, Some(Backend::RustCrypto));
    }

    /// We on `crypto` against jsonwebtoken on one of its back ends, or against aws-lc-rs alone.
    fn duel(&mut self, own: &str, crypto: &impl Crypto, floor: Option<f64>, other: Option<Backend>) {
        let set = self.keys.keys().expect("the keys are in order");
        let (name, peer) = match other {
            None => ("raw aws-lc", peer::raw(self.issued)),
            Some(Backend::AwsLc) => ("jwt aws-lc", peer::jsonwebtoken(self.issued, Backend::AwsLc)),
            Some(Backend::RustCrypto) => ("jwt RustCrypto", peer::jsonwebtoken(self.issued, Backend::RustCrypto)),
        };
        let name = format!("token/{} {}/{own}/{name}", self.issued.algorithm, self.issued.token.len());
        self.report.duel(&name, floor, ours(self.issued, set, crypto), peer);
    }
}

/// The whole token, with memory that is reused from call to call.
fn ours<'a>(issued: &'a Issued, keys: KeySet<'a>, crypto: &'a impl Crypto) -> Contestant<'a> {
    let algorithm = Algorithm::from_name(issued.algorithm.as_bytes()).expect("the algorithm is known");
    let rules = Rules { typ: Some(b"at+jwt"), ..Rules::new(Algorithms::of(&[algorithm])) };
    let mut memory = Memory::for_limits(HEADER_LIMITS.values_max, u32::try_from(rules.token_max).unwrap_or(u32::MAX));
    let mut decoded = vec![0; rules.room()];
    let mut verify = move |token: &str| {
        jws::verify_compact(token.as_bytes(), keys, &rules, crypto, &mut decoded, &mut memory.scratch()).is_ok()
    };
    assert!(verify(&issued.token), "we accept the token");
    assert!(!verify(&peer::forged(issued)), "we refuse a forged one");
    Contestant::new(move || verify(black_box(&issued.token)))
}
