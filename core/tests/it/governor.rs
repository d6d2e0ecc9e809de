//! GCRA beside the crate `governor`, event by event under the same clock: random limits, clients, costs and times.
//!
//! 200,000 events; `ADARGA_EVENTS` sets another number.

use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use adarga_core::{
    Reason,
    rate::{Charge, Gcra, Limit, Line, LocalTable, RateTable, Refusal, Shape, SharedTable, Slot},
};
use governor::{Quota, RateLimiter, clock::Clock, nanos::Nanos};

const START_MS: u64 = 1_790_000_000_000;
const SEED: (u64, u64) = (3, 4);
/// Clients and events of one limit.
const CLIENTS: u64 = 20;
const EVENTS: u64 = 2000;

#[derive(Clone)]
struct Millis(Arc<AtomicU64>);

impl Clock for Millis {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.load(Relaxed) * 1_000_000)
    }
}

/// Numbers that look random, the same each time (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ mixed >> 31) % end
    }
}

/// A rate whose calls are whole nanoseconds apart, which is the finest that governor counts, and its burst.
fn limit(numbers: &mut Numbers) -> (Gcra, Quota) {
    loop {
        let (calls, span_ms) = (1 + numbers.below(1000), 1 + numbers.below(100_000));
        let (nanos, burst) = (span_ms * 1_000_000 / calls, 1 + numbers.below(40));
        if nanos * calls == span_ms * 1_000_000 {
            let [calls, burst] = [calls, burst].map(|number| u32::try_from(number).unwrap());
            let quota = Quota::with_period(Duration::from_nanos(nanos)).unwrap();
            return (Gcra::new(calls, span_ms, burst).unwrap(), quota.allow_burst(NonZeroU32::new(burst).unwrap()));
        }
    }
}

#[test]
fn each_event_is_judged_as_governor_does() {
    let wanted = std::env::var("ADARGA_EVENTS").map_or(200_000, |number| number.parse().expect("ADARGA_EVENTS is a number"));
    let mut numbers = Numbers(1);
    let (mut events, mut allowed) = (0_u64, 0_u64);
    while events < wanted {
        let (gcra, quota) = limit(&mut numbers);
        let clock = Arc::new(AtomicU64::new(START_MS));
        let peer = RateLimiter::hashmap_with_clock(quota, Millis(clock.clone()));
        let shape = Shape { rates: 20, windows: 0, calls: 0 };
        let lines: Vec<Line> = (0..shape.lines()).map(|_| Line::default()).collect();
        let shared = SharedTable::new(&lines, shape, SEED);
        let mut slots = [Slot::default(); 128];
        let mut local = LocalTable::new(&mut slots, &mut [], 0, SEED);
        // from a flood to what the limit allows
        let apart = 1 + numbers.below(4) * interval_ms(quota) / CLIENTS;
        for _ in 0..EVENTS {
            let client = numbers.below(CLIENTS);
            let cost = if numbers.below(4) == 0 { 1 + numbers.below(45) } else { 1 };
            let cost = NonZeroU32::new(u32::try_from(cost).unwrap()).unwrap();
            let after = numbers.below(2 * apart);
            let now_ms = clock.fetch_add(after, Relaxed) + after;
            let want = match peer.check_key_n(&client, cost) {
                Ok(Ok(())) => Ok(()),
                Ok(Err(until)) => {
                    let wait = until.wait_time_from(Nanos::from(now_ms * 1_000_000));
                    Err(Some(u64::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap()))
                }
                Err(_) => Err(None),
            };
            let want = want.map_err(|retry_after_ms| Refusal { reason: Reason::RateExceeded, retry_after_ms });
            let charge = Charge { limit_id: 0, key: &client.to_le_bytes(), cost: cost.get(), now_ms };
            assert_eq!(shared.charge(gcra, &charge), want, "event {events}: {gcra:?} {charge:?}");
            assert_eq!(local.charge(Limit::Gcra(gcra), &charge), want, "event {events}: {gcra:?} {charge:?}");
            events += 1;
            allowed += u64::from(want.is_ok());
        }
    }
    // neither nearly all nor nearly none, or the events would show little
    assert!(allowed * 10 > events && allowed * 10 < events * 9, "{allowed} of {events}");
}

fn interval_ms(quota: Quota) -> u64 {
    u64::try_from(quota.replenish_interval().as_millis()).unwrap()
}
