//! Verification allocates nothing: every allocation of a thread is counted, and none may happen in between.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use adarga_core::{
    keys::{Algorithm, Algorithms},
    signature::jws::{self, HEADER_LIMITS, Rules},
};
use adarga_host::memory::Memory;
use p256::ecdsa::{Signature, signature::Signer};
use serde_json::json;

use crate::signature_support::{All, SECRET, decoded, ed25519_jwk, hs256, keys, oct, p256_jwk, rsa_sizes, signed_by};

struct Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call is handed on to the system's allocator unchanged; the counter is a plain cell without a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn tokens_are_verified_without_an_allocation() {
    let ec = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
    let ed = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let image = keys(&json!({ "keys": [oct("HS256"), p256_jwk(&ec, "ES256"), ed25519_jwk(&ed, "EdDSA")] }));
    let sign = |algorithm: Algorithm, message: &[u8]| match algorithm {
        Algorithm::Hs256 => hs256(SECRET, message),
        Algorithm::Es256 => Signer::<Signature>::sign(&ec, message).to_bytes().to_vec(),
        _ => ed.sign(message).to_bytes().to_vec(),
    };
    let rules = Rules::new(Algorithms::ALL);
    let mut memory = Memory::for_limits(HEADER_LIMITS.values_max, u32::try_from(rules.token_max).unwrap());
    let mut room = vec![0; rules.room()];
    for algorithm in [Algorithm::Hs256, Algorithm::Es256, Algorithm::EdDsa] {
        let header = format!(r#"{{"alg":"{0}","kid":"{0}"}}"#, algorithm.name());
        let good = signed_by(&header, r#"{"sub":"u"}"#, |message| sign(algorithm, message));
        let forged = signed_by(&header, r#"{"sub":"u"}"#, |_| sign(algorithm, b"another"));
        for (token, right) in [(good, true), (forged, false), (header, false)] {
            All::of(&image).agree(|crypto| {
                let set = image.keys().unwrap();
                let scratch = &mut memory.scratch();
                let verify = || jws::verify_compact(token.as_bytes(), set, &rules, crypto, &mut room, scratch).is_ok();
                assert_eq!(counted(verify), (right, 0), "{}", algorithm.name());
            });
        }
    }
}

#[test]
fn rsa_is_verified_without_an_allocation() {
    for line in rsa_sizes() {
        let image = keys(&json!({ "kty": "RSA", "n": line["n"], "e": line["e"] }));
        let set = image.keys().unwrap();
        let key = set.iter().next().unwrap();
        for (name, signature) in line["signatures"].as_object().unwrap() {
            let (signature, algorithm) = (decoded(signature), Algorithm::from_name(name.as_bytes()).unwrap());
            All::of(&image).agree(|crypto| {
                let verify = || crypto.verify(algorithm, &key, b"a modulus of an odd length", &signature);
                assert_eq!(counted(verify), (true, 0), "{name} {}", line["bits"]);
            });
        }
    }
}

/// Allocations of this thread while `work` runs.
fn counted<R>(work: impl FnOnce() -> R) -> (R, u64) {
    let before = COUNT.get();
    let result = work();
    (result, COUNT.get() - before)
}
