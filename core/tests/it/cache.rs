//! Tokens that were verified before: what is believed again, and what never is.

use adarga_core::{
    Call, Machine, Reason,
    decide::{Input, Work},
    identity::{
        CacheState, TokenCache,
        cache::{Slot, WIDTH_MIN},
    },
    keys::{Algorithm, Key},
    signature::Crypto,
};
use adarga_host::{keys::KeyImage, load::Policy, memory::Memory, policy::Source, revocation::Revocations};
use proptest::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{
    identity::{NOW_MS, POLICY, claims},
    support::{Dice, jwt, keys, policy, verifier},
};

/// Counts what is really verified.
struct Counting<'k>(&'k KeyImage, AtomicUsize);

impl Crypto for Counting<'_> {
    fn verify(&self, algorithm: Algorithm, key: &Key<'_>, message: &[u8], signature: &[u8]) -> bool {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.crypto().verify(algorithm, key, message, signature)
    }
}

/// One worker with its memory.
struct Worker {
    state: CacheState,
    slots: Vec<Slot>,
    bytes: Vec<u8>,
}

impl Worker {
    fn new(slots: usize, width: usize) -> Self {
        Self { state: CacheState::new((1, 2), width), slots: vec![Slot::default(); slots], bytes: vec![0; slots * width] }
    }

    fn cache(&mut self) -> TokenCache<'_> {
        TokenCache::new(&mut self.state, &mut self.slots, &mut self.bytes)
    }
}

/// What identifies a caller by a token, and how often a signature was computed for it.
fn identify(
    policy: &Policy,
    keys: &KeyImage,
    revoked: Option<&Revocations>,
    worker: &mut Worker,
    token: &str,
    now_ms: u64,
) -> (Result<String, Reason>, usize) {
    let gate = policy.gate().unwrap();
    let crypto = Counting(keys, AtomicUsize::new(0));
    let verifier = adarga_core::identity::Verifier { crypto: &crypto, ..verifier(keys) };
    let mut memory = Memory::for_gate(&gate);
    let (mut scratch, reply) = memory.parts();
    let call = Call {
        token: Some(token.as_bytes()),
        verifier: Some(verifier),
        revoked: revoked.map(|revoked| revoked.list().unwrap()),
        ..Call::new(adarga_core::arrival::Transport::Stdio, now_ms)
    };
    let mut machine = Machine::new();
    let mut work = Work { cache: Some(worker.cache()), ..Work::new(&mut scratch, reply) };
    let mut input = Input::Start;
    while let adarga_core::Step::Keys = gate.resume(&mut machine, &call, input, &mut work).unwrap() {
        input = Input::Keys(None);
    }
    let outcome = match machine.decision().identity() {
        Some(identity) => Ok(identity.subject().to_owned()),
        // the reason is said once the body is known
        None => {
            gate.resume(&mut machine, &call, Input::Body(br#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#), &mut work).unwrap();
            Err(machine.decision().reason())
        }
    };
    (outcome, crypto.1.into_inner())
}

fn alice() -> Result<String, Reason> {
    Ok("alice".into())
}

#[test]
fn a_token_is_verified_once() {
    let (policy, keys) = (policy(POLICY), keys("k"));
    for width in [1024, WIDTH_MIN] {
        let mut worker = Worker::new(8, width);
        let (one, two) = (jwt("k", &claims("")), jwt("k", &claims(r#","scope":"x""#)));
        let mut ask = |token: &str, now_ms| identify(&policy, &keys, None, &mut worker, token, now_ms);
        assert_eq!(ask(&one, NOW_MS), (alice(), 1));
        assert_eq!(ask(&one, NOW_MS), (alice(), 0));
        assert_eq!(ask(&two, NOW_MS), (alice(), 1), "another token of the same caller");
        assert_eq!(ask(&one, NOW_MS + 1), (alice(), 0));
        // the leeway is 30 seconds, exp five minutes ahead
        assert_eq!(ask(&one, NOW_MS + 329_999), (alice(), 0));
        assert_eq!(ask(&one, NOW_MS + 330_000).0, Err(Reason::TokenExpired));
        // one letter less, more, or another
        let shorter = one[..one.len() - 1].to_owned();
        let other = format!("{}{}", &one[..9], one[9..].replacen('a', "b", 1));
        for wrong in [shorter, format!("{one}A"), other] {
            assert!(ask(&wrong, NOW_MS).0.is_err(), "{wrong}");
        }
        assert_eq!(ask(&one, NOW_MS), (alice(), 0), "what is wrong pushes nothing out");
    }
}

#[test]
fn a_clock_that_goes_back_is_noticed() {
    let (policy, keys) = (policy(POLICY), keys("k"));
    let mut worker = Worker::new(8, 1024);
    let token = jwt("k", &claims(r#","nbf":1800000000"#));
    assert_eq!(identify(&policy, &keys, None, &mut worker, &token, NOW_MS), (alice(), 1));
    assert_eq!(identify(&policy, &keys, None, &mut worker, &token, NOW_MS - 30_000), (alice(), 0));
    assert_eq!(identify(&policy, &keys, None, &mut worker, &token, NOW_MS - 30_001).0, Err(Reason::TokenEarly));
    assert_eq!(identify(&policy, &keys, None, &mut worker, &token, 0).0, Err(Reason::TokenClock));
}

#[test]
fn other_keys_policies_and_lists_forget_everything() {
    let (first, second) = (policy(POLICY), policy(POLICY.replace("\"t\"", "\"u\"")));
    let (keys_a, keys_b) = (keys("k"), keys("l"));
    let list = |text: &str| Revocations::from_source(Source::new("r.toml", text)).unwrap();
    let (none, all) = (list(""), list("[subjects]\nalice = \"2030-01-01T00:00:00Z\""));
    let mut worker = Worker::new(8, 1024);
    let token = jwt("k", &claims(""));
    assert_eq!(identify(&first, &keys_a, None, &mut worker, &token, NOW_MS), (alice(), 1));
    assert_eq!(identify(&first, &keys_a, Some(&none), &mut worker, &token, NOW_MS), (alice(), 1), "a list where none was");
    assert_eq!(identify(&first, &keys_a, Some(&none), &mut worker, &token, NOW_MS), (alice(), 0));
    assert_eq!(identify(&first, &keys_a, Some(&all), &mut worker, &token, NOW_MS), (Err(Reason::TokenRevoked), 1));
    assert_eq!(identify(&second, &keys_a, Some(&none), &mut worker, &token, NOW_MS), (alice(), 1), "another policy");
    assert_eq!(identify(&second, &keys_b, Some(&none), &mut worker, &token, NOW_MS).0, Err(Reason::TokenKey), "the key is gone");
    assert_eq!(identify(&second, &keys_a, Some(&none), &mut worker, &token, NOW_MS), (alice(), 0), "and it is back");
}

#[test]
fn a_bound_token_is_never_remembered_and_a_cache_without_memory_remembers_nothing() {
    let (policy, keys) = (policy(POLICY), keys("k"));
    let token = jwt("k", &claims(""));
    for (slots, width) in [(0, 1024), (3, 1024), (8, 0)] {
        let mut worker = Worker::new(slots, width);
        for _ in 0..2 {
            assert_eq!(identify(&policy, &keys, None, &mut worker, &token, NOW_MS), (alice(), 1), "{slots} {width}");
        }
    }
    let mut worker = Worker::new(8, 1024);
    let bound = jwt("k", &claims(r#","cnf":{"jkt":"x"}"#));
    for _ in 0..2 {
        assert_eq!(identify(&policy, &keys, None, &mut worker, &bound, NOW_MS), (Err(Reason::TokenBinding), 1));
    }
}

#[test]
fn what_is_cleared_is_gone() {
    let (policy, keys) = (policy(POLICY), keys("k"));
    let mut worker = Worker::new(8, 1024);
    let token = jwt("k", &claims(""));
    identify(&policy, &keys, None, &mut worker, &token, NOW_MS).0.unwrap();
    assert_eq!(identify(&policy, &keys, None, &mut worker, &token, NOW_MS), (alice(), 0));
    worker.cache().clear();
    assert!(worker.bytes.iter().all(|&byte| byte == 0), "tokens are overwritten");
    assert_eq!(identify(&policy, &keys, None, &mut worker, &token, NOW_MS), (alice(), 1));
    // another state over the same memory knows nothing
    worker.state = CacheState::new((1, 2), 1024);
    assert_eq!(identify(&policy, &keys, None, &mut worker, &token, NOW_MS), (alice(), 1));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// With the cache the answer is always the one without it, whatever is asked in which order.
    #[test]
    fn the_cache_changes_no_answer(seed in any::<u64>()) {
        let (policy, keys) = (policy(POLICY), keys("k"));
        let mut dice = Dice(seed);
        let tokens: Vec<_> = (0..12).map(|n| {
            let sub = format!(r#","jti":"{n}","nbf":{}"#, 1_799_999_900 + n * 20);
            let token = jwt("k", &claims(&sub).replace("alice", &format!("user-{}", n % 5)));
            if n % 4 == 3 { token.replace('A', "B") } else { token }
        }).collect();
        let mut worker = Worker::new(dice.pick(&[0, 4, 5, 8, 16]), dice.pick(&[0, 32, 300, 1024]));
        let mut none = Worker::new(0, 0);
        for _ in 0..40 {
            let token = &tokens[dice.roll(tokens.len())];
            let now_ms = NOW_MS - 100_000 + dice.roll(500_000) as u64;
            let with = identify(&policy, &keys, None, &mut worker, token, now_ms).0;
            let without = identify(&policy, &keys, None, &mut none, token, now_ms).0;
            prop_assert_eq!(with, without);
        }
    }
}
