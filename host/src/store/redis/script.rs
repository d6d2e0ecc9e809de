//! What is sent to Redis and what comes back: one script, its keys and arguments, its answer.

use adarga_core::{
    Reason,
    decide::Outcome,
    rate::{Limit, NOW_MAX_MS, Refusal, SKEW_MS},
};
use hmac::{Hmac, KeyInit, Mac};
use redis::Cmd;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::store::Charge;

/// How much longer than it is needed a key is kept, in milliseconds: a server that takes over from another may have a clock that is
/// behind, by at most this.
const LINGER_MS: u64 = 60_000;
/// Longest part of a key that names the policy, in bytes.
const NAME_MAX: usize = 64;

/// The script, with the numbers that core has.
pub(super) fn text() -> String {
    let head = format!("local SKEW_MS, NOW_MAX_MS, LINGER_MS = {SKEW_MS}, {NOW_MAX_MS}, {LINGER_MS}\n");
    head + include_str!("charge.lua")
}

/// Makes the names of allowances: the policy's name, so that people see whose they are, and a hash that tells nothing of clients to
/// who lacks the secret.
pub(super) struct Names {
    prefix: String,
    hash: Hmac<Sha256>,
}

impl Names {
    pub(super) fn new(policy: &str, secret: &Zeroizing<String>) -> Self {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let name = policy.bytes().take(NAME_MAX).map(|byte| if plain(byte) { char::from(byte) } else { '_' });
        // as long as a block: a key that every HMAC takes
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(&Sha256::digest(secret.as_bytes()));
        let mut hash = Hmac::<Sha256>::new(&(*block).into());
        // of any length, so that no two policies and limits make one text
        hash.update(b"adarga rates 1\0");
        hash.update(&u64::try_from(policy.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(policy.as_bytes());
        Self { prefix: format!("adarga:rate:{}:", name.collect::<String>()), hash }
    }

    /// The key of an allowance: 128 bits of the hash of limit and client.
    fn key(&self, charge: &Charge) -> String {
        let mut hash = self.hash.clone();
        for word in numbers(charge.limit) {
            hash.update(&word.to_le_bytes());
        }
        hash.update(if matches!(charge.limit, Limit::Window(_)) { b"w" } else { b"g" });
        hash.update(&charge.key);
        let digest: [u8; 32] = hash.finalize().into_bytes().into();
        let mut key = self.prefix.clone();
        for byte in &digest[..16] {
            key.extend([byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0')));
        }
        key
    }
}

/// A limit as the script takes it.
fn numbers(limit: Limit) -> [u64; 3] {
    match limit {
        Limit::Window(window) => [window.calls().get().into(), window.span_ms(), 0],
        Limit::Gcra(gcra) => [gcra.interval(), gcra.ticks(), gcra.burst().get().into()],
    }
}

/// Adds keys and arguments of `charges` to a command. Without `now_ms` the server's clock counts.
pub(super) fn add(command: &mut Cmd, names: &Names, charges: &[Charge], now_ms: Option<u64>) {
    command.arg(charges.len());
    for charge in charges {
        command.arg(names.key(charge));
    }
    match now_ms {
        Some(now_ms) => command.arg(now_ms),
        None => command.arg(""),
    };
    for charge in charges {
        command.arg(if matches!(charge.limit, Limit::Window(_)) { "w" } else { "g" });
        for number in numbers(charge.limit) {
            command.arg(number);
        }
        command.arg(charge.cost.max(1));
    }
}

/// What the script's answer to so many charges means; `None` if it is none of its answers.
pub(super) fn outcome((at, wait): (i64, i64), charges: usize) -> Option<Outcome> {
    let Some(at) = usize::try_from(at).ok()?.checked_sub(1) else { return (wait == 0).then_some(Outcome::Granted) };
    let retry_after_ms = match wait {
        -1 => None,
        wait => Some(u64::try_from(wait).ok().filter(|wait| *wait > 0)?),
    };
    let refusal = Refusal { reason: Reason::RateExceeded, retry_after_ms };
    (at < charges).then_some(Outcome::Refused { at, refusal })
}
