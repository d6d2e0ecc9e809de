//! What is timed.
//!
//! Inputs are prepared many at a time and lie side by side in the order in which they are used, whatever their class: between two
//! samples nothing is done that knows the class, neither a branch nor a write that the processor could still be busy with.

use std::{hint::black_box, time::Instant};

use adarga_core::{
    json::{Node, Scratch},
    keys::{Algorithm, Algorithms, Key, Material},
    signature::{Crypto, RustCrypto, jws, same},
};
use adarga_host::keys::KeyImage;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};

/// Comparisons in one sample: a single one is shorter than the clock is exact.
const COMPARISONS: usize = 16;

/// SplitMix64; chance enough for classes and inputs.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new() -> Self {
        Self(0x6164_6172_6761)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        for eight in bytes.chunks_mut(8) {
            eight.copy_from_slice(&self.next().to_ne_bytes()[..eight.len()]);
        }
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.fill(&mut bytes);
        bytes
    }
}

/// An operation with two classes of inputs.
pub(crate) trait Subject {
    /// What it is, and what its classes are.
    fn name(&self) -> String;
    /// Makes inputs of these classes.
    fn prepare(&mut self, classes: &[bool], random: &mut Random);
    /// How long the operation takes with one of them, in nanoseconds.
    fn time(&mut self, at: usize) -> u32;
}

fn timed(operation: impl FnOnce()) -> u32 {
    let started = Instant::now();
    operation();
    u32::try_from(started.elapsed().as_nanos()).unwrap_or(u32::MAX)
}

/// Where a MAC differs from the right one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Difference {
    None,
    First,
    Last,
    Random,
}

impl Difference {
    const fn name(self) -> &'static str {
        match self {
            Self::None => "right",
            Self::First => "wrong in its first byte",
            Self::Last => "wrong in its last byte",
            Self::Random => "random",
        }
    }

    /// A MAC of this kind.
    fn mac(self, right: &[u8], random: &mut Random) -> Vec<u8> {
        let mut mac = if matches!(self, Self::Random) { random.bytes(right.len()) } else { right.to_vec() };
        let changed = match self {
            Self::First => mac.first_mut(),
            Self::Last => mac.last_mut(),
            Self::None | Self::Random => None,
        };
        if let Some(changed) = changed {
            *changed ^= random.next() as u8 | 1;
        }
        mac
    }
}

type Compare = fn(&[u8], &[u8]) -> bool;

/// A comparison of MACs.
pub(crate) struct Same {
    name: &'static str,
    compare: Compare,
    right: Vec<u8>,
    /// One after the other.
    given: Vec<u8>,
    kinds: [Difference; 2],
}

impl Same {
    pub(crate) fn new(len: usize, one: Difference, other: Difference, random: &mut Random) -> Self {
        Self { name: "same", compare: same, right: random.bytes(len), given: Vec::new(), kinds: [one, other] }
    }
}

impl Subject for Same {
    fn name(&self) -> String {
        let [one, other] = self.kinds.map(Difference::name);
        format!("{} of {} bytes: {one} or {other}", self.name, self.right.len())
    }

    fn prepare(&mut self, classes: &[bool], random: &mut Random) {
        let kinds = classes.iter().map(|class| self.kinds[usize::from(*class)]);
        self.given = kinds.flat_map(|kind| kind.mac(&self.right, random)).collect();
    }

    fn time(&mut self, at: usize) -> u32 {
        let compare = black_box(self.compare);
        let len = self.right.len();
        let given = self.given.get(at * len..(at + 1) * len).unwrap_or_default();
        timed(|| {
            for _ in 0..COMPARISONS {
                black_box(compare(black_box(&self.right), black_box(given)));
            }
        })
    }
}

fn hs256(secret: &[u8], signed: &[u8]) -> Vec<u8> {
    let mac = Hmac::<sha2::Sha256>::new_from_slice(secret);
    mac.map(|mac| mac.chain_update(signed).finalize().into_bytes().to_vec()).unwrap_or_default()
}

fn hs512(secret: &[u8], signed: &[u8]) -> Vec<u8> {
    let mac = Hmac::<sha2::Sha512>::new_from_slice(secret);
    mac.map(|mac| mac.chain_update(signed).finalize().into_bytes().to_vec()).unwrap_or_default()
}

/// The verification of a whole token whose MAC is right but for its last byte, or wrong from its first.
pub(crate) struct Tokens<C> {
    name: &'static str,
    crypto: C,
    keys: KeyImage,
    /// Header and payload, with the dots.
    signed: String,
    mac: Vec<u8>,
    /// One after the other, all of one length: were each an allocation of its own, its address could depend on its class.
    given: Vec<u8>,
    len: usize,
    memory: Vec<u8>,
    nodes: Vec<Node>,
    slots: Vec<u32>,
    text: Vec<u8>,
}

const CLAIMS: &str = r#"{"iss":"https://issuer.example","aud":"https://mcp.example","sub":"u-1","exp":4102444800}"#;

impl Tokens<RustCrypto> {
    pub(crate) fn hs256(random: &mut Random) -> Self {
        Self::new("HS256 token", RustCrypto, Algorithm::Hs256, hs256, random)
    }

    pub(crate) fn hs512(random: &mut Random) -> Self {
        Self::new("HS512 token", RustCrypto, Algorithm::Hs512, hs512, random)
    }
}

impl<C: Crypto> Tokens<C> {
    /// # Panics
    /// When the key can't be used, which would be a fault of this test.
    fn new(name: &'static str, crypto: C, algorithm: Algorithm, sign: fn(&[u8], &[u8]) -> Vec<u8>, random: &mut Random) -> Self {
        let secret = random.bytes(64);
        let keys = KeyImage::from_secret(&secret, Algorithms::of(&[algorithm])).unwrap_or_else(|errors| panic!("{errors}"));
        let header = format!(r#"{{"alg":"{}"}}"#, algorithm.name());
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(CLAIMS));
        let mac = sign(&secret, signed.as_bytes());
        let values = jws::HEADER_LIMITS.values_max;
        let mut tokens = Self {
            name,
            crypto,
            keys,
            signed: format!("{signed}."),
            mac,
            given: Vec::new(),
            len: 0,
            memory: vec![0; jws::Rules::new(Algorithms::ALL).room()],
            nodes: vec![Node::default(); Scratch::nodes_needed(values)],
            slots: vec![0; Scratch::slots_needed(values)],
            text: vec![0; 1024],
        };
        let right = tokens.token(Difference::None, random);
        (tokens.len, tokens.given) = (right.len(), right.into_bytes());
        assert!(tokens.verify(0), "the right token is refused");
        tokens.prepare(&[false, true], random);
        assert!(!tokens.verify(0) && !tokens.verify(1), "a wrong token is accepted");
        tokens
    }

    fn token(&self, kind: Difference, random: &mut Random) -> String {
        format!("{}{}", self.signed, URL_SAFE_NO_PAD.encode(kind.mac(&self.mac, random)))
    }

    fn verify(&mut self, at: usize) -> bool {
        let token = self.given.get(at * self.len..(at + 1) * self.len).unwrap_or_default();
        let Ok(keys) = self.keys.keys() else { return false };
        let mut scratch = Scratch::new(&mut self.nodes, &mut self.slots, &mut self.text, (1, 2));
        let rules = jws::Rules::new(Algorithms::ALL);
        jws::verify_compact(black_box(token), keys, &rules, &self.crypto, &mut self.memory, &mut scratch).is_ok()
    }
}

impl<C: Crypto> Subject for Tokens<C> {
    fn name(&self) -> String {
        let [one, other] = [Difference::Last, Difference::Random].map(Difference::name);
        format!("{}: MAC {one} or {other}", self.name)
    }

    fn prepare(&mut self, classes: &[bool], random: &mut Random) {
        let kinds = classes.iter().map(|class| if *class { Difference::Random } else { Difference::Last });
        self.given = kinds.flat_map(|kind| self.token(kind, random).into_bytes()).collect();
    }

    fn time(&mut self, at: usize) -> u32 {
        timed(|| {
            black_box(self.verify(at));
        })
    }
}

/// What leaks on purpose.
pub(crate) struct Canary;

impl Canary {
    pub(crate) fn comparison(random: &mut Random) -> Same {
        let subject = Same::new(32, Difference::None, Difference::First, random);
        Same { name: "a comparison that leaves at the first difference", compare: equal, ..subject }
    }

    pub(crate) fn tokens(random: &mut Random) -> Tokens<Leaving> {
        Tokens::new("a verifier that leaves at the first difference", Leaving, Algorithm::Hs256, hs256, random)
    }
}

/// Byte by byte, up to the first difference.
#[inline(never)]
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| black_box(a) == black_box(b))
}

/// A back end whose comparison is [`equal`].
pub(crate) struct Leaving;

impl Crypto for Leaving {
    fn verify(&self, _: Algorithm, key: &Key<'_>, message: &[u8], signature: &[u8]) -> bool {
        let Material::Hmac(key) = key.material() else { return false };
        equal(&hs256(&key.secret, message), signature)
    }
}
