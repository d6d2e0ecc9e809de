//! Redis as the store of limits: it says what a table in memory says.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use adarga_core::{
    decide::Outcome,
    rate::{
        Gcra, Limit, LocalTable, NOW_MAX_MS, RATE_CALLS_MAX, RateTable, SKEW_MS, SPAN_MAX_MS, Slot, WINDOW_CALLS_MAX, Window,
    },
};
use adarga_host::store::{Charge, Eviction, Redis, Store};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};

use crate::store_support::Server;

const START_MS: u64 = 1_790_000_000_000;

/// Tables in memory that take charges as a store does. Each allowance has a table of its own: in a common one its place could go to
/// another client once it is whole, and a clock that is set back far would find it gone where Redis still has it.
struct Local {
    tables: HashMap<[u8; 16], ([Slot; 4], Vec<u64>)>,
    width: usize,
}

impl Local {
    fn new(width: u32) -> Self {
        Self { tables: HashMap::new(), width: usize::try_from(width).unwrap() }
    }

    fn charge(&mut self, charges: &[Charge], now_ms: u64) -> Outcome {
        for (at, Charge { limit, key, cost }) in charges.iter().enumerate() {
            let new = || ([Slot::default(); 4], vec![0; 4 * self.width]);
            let (slots, cells) = self.tables.entry(*key).or_insert_with(new);
            let charge = adarga_core::rate::Charge { limit_id: 0, key, cost: *cost, now_ms };
            if let Err(refusal) = LocalTable::new(slots, cells, self.width, (1, 2)).charge(*limit, &charge) {
                return Outcome::Refused { at, refusal };
            }
        }
        Outcome::Granted
    }
}

/// A client that nobody was before.
fn fresh() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    COUNT.fetch_add(1, Relaxed)
}

fn key(run: u64, client: u8, limit: Limit) -> [u8; 16] {
    let mut key = [client; 16];
    key[..8].copy_from_slice(&run.to_le_bytes());
    // as a digest, it names the limit as well
    key[8] = u8::from(matches!(limit, Limit::Gcra(_)));
    key
}

/// How the clock moves.
#[derive(Clone, Copy, Debug)]
enum Move {
    /// So many milliseconds, perhaps back.
    By(i64),
    /// To the moment that the last refusal named, or so many milliseconds beside it.
    Retry(i64),
}

/// Calls of one decision: under which limits, as which client, at what cost; and how the clock moves before.
type Event = (Vec<(usize, u8, u32)>, Move);

fn limits() -> impl Strategy<Value = Vec<Limit>> {
    let window = (1..12_u32, 1..300_u64).prop_map(|(calls, span)| Limit::Window(Window::new(calls, span).unwrap()));
    let gcra =
        (1..40_u32, 1..300_u64, 1..10_u32).prop_map(|(calls, span, burst)| Limit::Gcra(Gcra::new(calls, span, burst).unwrap()));
    vec(prop_oneof![window, gcra], 2..4)
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let skew = i64::try_from(SKEW_MS).unwrap();
    let moves = prop_oneof![
        4 => Just(0), 8 => 0..40_i64, 4 => 0..400_i64, 1 => -30..0_i64, 1 => -skew - 500..-skew + 500, 1 => 0..5000_i64,
    ];
    let moves = prop_oneof![3 => moves.prop_map(Move::By), 1 => (-1..2_i64).prop_map(Move::Retry)];
    let cost = prop_oneof![6 => Just(1), 2 => 0..5_u32, 1 => 5..14_u32];
    vec((vec((0..4_usize, 0..3_u8, cost), 1..4), moves), 1..60)
}

#[test]
fn redis_says_what_a_table_in_memory_says() {
    let Some(server) = Server::start(&[]) else { return };
    let store = server.store("equal");
    let (cases, charged) = (AtomicU64::new(0), AtomicU64::new(0));
    let cases_max = std::env::var("PROPTEST_CASES").map_or(200, |cases| cases.parse().unwrap());
    let mut runner = TestRunner::new(Config { cases: cases_max, failure_persistence: None, ..Config::default() });
    let result = runner.run(&(limits(), events()), |(limits, events)| {
        let (mut local, run, mut now_ms, mut retry) = (Local::new(12), fresh(), START_MS, 0);
        cases.fetch_add(1, Relaxed);
        for (calls, moved) in events {
            now_ms = match moved {
                Move::By(ms) => now_ms.checked_add_signed(ms),
                Move::Retry(ms) => (now_ms + retry).checked_add_signed(ms),
            }
            .unwrap();
            let charge = |&(limit, client, cost): &(usize, u8, u32)| {
                let limit = limits[limit % limits.len()];
                Charge { limit, key: key(run, client, limit), cost }
            };
            // limits of one kind that differ are two limits of one client: told apart by their numbers
            let charges: Vec<_> = calls.iter().map(charge).map(|charge| named(&limits, charge)).collect();
            charged.fetch_add(1, Relaxed);
            let want = local.charge(&charges, now_ms);
            prop_assert_eq!(store.charge_at(&charges, now_ms).unwrap(), want, "{:?}", charges);
            retry = match want {
                Outcome::Refused { refusal, .. } => refusal.retry_after_ms.unwrap_or(0),
                _ => 0,
            };
        }
        Ok(())
    });
    result.unwrap();
    println!("{} sequences, {} requests", cases.into_inner(), charged.into_inner());
}

/// The charge with a key that names its limit among those of the test.
fn named(limits: &[Limit], mut charge: Charge) -> Charge {
    charge.key[9] = u8::try_from(limits.iter().position(|limit| *limit == charge.limit).unwrap()).unwrap();
    charge
}

#[test]
fn the_largest_numbers_are_exact() {
    let Some(server) = Server::start(&[]) else { return };
    let store = server.store("large");
    let limits = [
        Limit::Gcra(Gcra::new(1023, 1024, 1).unwrap()),
        Limit::Gcra(Gcra::new(1021, SPAN_MAX_MS / 1021 * 1021 - 1, 1000).unwrap()),
        Limit::Gcra(Gcra::new(RATE_CALLS_MAX, RATE_CALLS_MAX.into(), RATE_CALLS_MAX).unwrap()),
        Limit::Gcra(Gcra::new(1, SPAN_MAX_MS, 1).unwrap()),
        Limit::Window(Window::new(3, SPAN_MAX_MS).unwrap()),
    ];
    let starts = [0, 1, START_MS, NOW_MAX_MS - 3000, NOW_MAX_MS - 1, NOW_MAX_MS, NOW_MAX_MS + 1, u64::MAX];
    for limit in limits {
        for start in starts {
            let (mut local, key) = (Local::new(3), key(fresh(), 0, limit));
            for step in 0..40 {
                let charges = [Charge { limit, key, cost: [1, 1, 1, 7, 500][step % 5] }];
                let now_ms = start.saturating_add([0, 1, 2, 977, 5][step % 5]);
                let (said, want) = (store.charge_at(&charges, now_ms).unwrap(), local.charge(&charges, now_ms));
                assert_eq!(said, want, "{limit:?} at {now_ms}, step {step}");
            }
        }
    }
}

#[test]
fn the_largest_window_fits_and_survives_a_clock_that_is_set_back() {
    let Some(server) = Server::start(&[]) else { return };
    let store = server.store("wide");
    let limit = Limit::Window(Window::new(WINDOW_CALLS_MAX, 60_000).unwrap());
    let (mut local, key) = (Local::new(WINDOW_CALLS_MAX), key(fresh(), 0, limit));
    let steps =
        [(1, 0), (WINDOW_CALLS_MAX - 2, 1), (1, 2), (1, 3), (WINDOW_CALLS_MAX, 60_002), (1, 10), (1, 60_009), (1, 60_010)];
    for (cost, after) in steps {
        let charges = [Charge { limit, key, cost }];
        assert_eq!(store.charge_at(&charges, START_MS + after).unwrap(), local.charge(&charges, START_MS + after), "{after}");
    }
}

#[test]
fn a_window_keeps_no_more_times_than_it_has_calls() {
    let Some(server) = Server::start(&[]) else { return };
    let (store, mut look) = (server.store("short"), server.connect());
    let charge = Charge { limit: Limit::Window(Window::new(3, 10).unwrap()), key: [1; 16], cost: 2 };
    for step in 0..20 {
        assert_eq!(store.charge_at(&[charge], START_MS + 10 * step), Ok(Outcome::Granted));
    }
    let names: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut look).unwrap();
    assert_eq!(names.len(), 1);
    assert_eq!(redis::cmd("LLEN").arg(&names[0]).query::<u32>(&mut look).unwrap(), 3);
}

#[test]
fn one_decision_is_one_round_trip_and_tells_redis_nothing_of_clients() {
    let Some(server) = Server::start(&[]) else { return };
    let (store, mut look) = (server.store("a policy: {of} mine"), server.connect());
    redis::cmd("CONFIG").arg("RESETSTAT").exec(&mut look).unwrap();
    let window = Limit::Window(Window::new(3, 60_000).unwrap());
    let gcra = Limit::Gcra(Gcra::new(3, 60_000, 3).unwrap());
    let charges = [(window, b"window of alice!"), (gcra, b"burst of alice!!"), (gcra, b"burst of bob!!!!")]
        .map(|(limit, key)| Charge { limit, key: *key, cost: 1 });
    for _ in 0..3 {
        assert_eq!(store.charge(&charges), Ok(Outcome::Granted));
    }
    assert!(matches!(store.charge(&charges), Ok(Outcome::Refused { at: 0, .. })));
    let stats: String = redis::cmd("INFO").arg("commandstats").query(&mut look).unwrap();
    let calls = |name: &str| stats.lines().find_map(|line| line.strip_prefix(name)?.split(',').next().map(str::to_owned));
    assert_eq!(calls("cmdstat_evalsha:").as_deref(), Some("calls=4"), "{stats}");
    assert_eq!(calls("cmdstat_eval:"), None);
    assert_eq!(calls("cmdstat_time:").as_deref(), Some("calls=4"));

    let names: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut look).unwrap();
    assert_eq!(names.len(), 3, "{names:?}");
    for name in names {
        let hash = name.strip_prefix("adarga:rate:a_policy___of__mine:").unwrap();
        assert!(hash.len() == 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        let left: i64 = redis::cmd("PTTL").arg(&name).query(&mut look).unwrap();
        assert!(left > 60_000 && left <= 120_000, "{left}");
    }
}

#[test]
fn other_policies_secrets_and_limits_have_other_allowances() {
    let Some(server) = Server::start(&[]) else { return };
    let limit = |calls| Limit::Gcra(Gcra::new(1, 3_600_000, calls).unwrap());
    let one = Charge { limit: limit(1), key: [7; 16], cost: 1 };
    let open = |policy: &str, query: &str| Redis::open(policy, &server.url(query)).unwrap();
    let same = [open("one", ""), open("one", "")];
    assert_eq!(same[0].charge(&[one]), Ok(Outcome::Granted));
    assert_ne!(same[1].charge(&[one]), Ok(Outcome::Granted));
    for other in [open("two", ""), open("one", "&hash_key=another-secret-of-16"), open("One", "")] {
        assert_eq!(other.charge(&[one]), Ok(Outcome::Granted));
    }
    let others = [
        Charge { limit: limit(2), ..one },
        Charge { key: [8; 16], ..one },
        Charge { limit: Limit::Window(Window::new(1, 3_600_000).unwrap()), ..one },
    ];
    for other in others {
        assert_eq!(same[0].charge(&[other]), Ok(Outcome::Granted), "{other:?}");
    }
    // nothing is taken behind what is refused, and what costs more than there ever is is refused for good
    let second = Charge { key: [9; 16], ..one };
    assert!(matches!(same[0].charge(&[second, one, Charge { key: [10; 16], ..one }]), Ok(Outcome::Refused { at: 1, .. })));
    assert!(matches!(same[0].charge(&[second]), Ok(Outcome::Refused { at: 0, .. })));
    assert_eq!(same[0].charge(&[Charge { key: [10; 16], ..one }]), Ok(Outcome::Granted));
    let Ok(Outcome::Refused { refusal, .. }) = same[0].charge(&[Charge { key: [11; 16], cost: 2, ..one }]) else { panic!() };
    assert_eq!(refusal.retry_after_ms, None);
    assert_eq!(same[0].charge(&[]), Ok(Outcome::Granted));
    assert_eq!(same[0].status().eviction, Eviction::Never);
}
