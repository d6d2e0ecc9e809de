//! Limits and their tables: against a log of every call, against fractions, against threads.

use std::{
    collections::HashMap,
    sync::{
        Barrier,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    thread,
};

use adarga_core::{
    Reason,
    rate::{
        Charge, FRACTION_MAX, Gcra, Group, Limit, LocalTable, NOW_MAX_MS, RATE_CALLS_MAX, RateTable, Refusal, SKEW_MS,
        SPAN_MAX_MS, SharedTable, Slot, Unfit, WINDOW_CALLS_MAX, Window,
    },
};
use proptest::{collection::vec, prelude::*};

const SEED: (u64, u64) = (0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210);
const START_MS: u64 = 1_790_000_000_000;
const FULL: Result<(), Refusal> = Err(Refusal { reason: Reason::RateFull, retry_after_ms: None });
const NEVER: Result<(), Refusal> = Err(Refusal { reason: Reason::RateExceeded, retry_after_ms: None });

const fn wait(ms: u64) -> Result<(), Refusal> {
    Err(Refusal { reason: Reason::RateExceeded, retry_after_ms: Some(ms) })
}

const fn charge(key: &[u8], cost: u32, now_ms: u64) -> Charge<'_> {
    Charge { limit_id: 0, key, cost, now_ms }
}

fn groups(number: usize) -> Vec<Group> {
    (0..number).map(|_| Group::default()).collect()
}

/// Both tables of GCRA over fresh memory, so large that they are never full.
fn both(then: impl Fn(&mut dyn RateTable<Gcra>)) {
    then(&mut LocalTable::new(&mut [Slot::default(); 256], &mut [], 0, SEED));
    then(&mut SharedTable::new(&groups(64), SEED));
}

/// A window as its definition says: every call that was allowed, in a log.
#[derive(Default)]
pub(crate) struct Log(Vec<u64>);

impl Log {
    fn fits(&self, window: Window, cost: u32, now_ms: u64) -> bool {
        let counted = self.0.iter().filter(|&&t| t + window.span_ms() > now_ms && t <= now_ms).count();
        counted + cost as usize <= window.calls().get() as usize
    }

    pub(crate) fn charge(&mut self, window: Window, cost: u32, now_ms: u64) -> Result<(), Refusal> {
        if cost > window.calls().get() {
            return NEVER;
        }
        if self.fits(window, cost, now_ms) {
            self.0.extend((0..cost).map(|_| now_ms));
            return Ok(());
        }
        wait((1..).find(|after| self.fits(window, cost, now_ms + after)).unwrap())
    }
}

/// GCRA in fractions: the time at which the allowance is whole, times N.
pub(crate) struct Fractions {
    calls: u128,
    span_ms: u128,
    burst: u128,
    whole: u128,
}

impl Fractions {
    /// An allowance that is whole.
    pub(crate) fn new(calls: u32, span_ms: u64, burst: u32) -> Self {
        Self { calls: calls.into(), span_ms: span_ms.into(), burst: burst.into(), whole: 0 }
    }

    fn after(&self, cost: u32, now_ms: u128) -> Option<u128> {
        let after = self.whole.max(now_ms * self.calls) + u128::from(cost) * self.span_ms;
        (after <= now_ms * self.calls + self.burst * self.span_ms).then_some(after)
    }

    pub(crate) fn charge(&mut self, cost: u32, now_ms: u64) -> Result<(), Refusal> {
        let now_ms = u128::from(now_ms);
        if let Some(after) = self.after(cost, now_ms) {
            self.whole = after;
            return Ok(());
        }
        if u128::from(cost) > self.burst {
            return NEVER;
        }
        let first = (self.whole + u128::from(cost) * self.span_ms - self.burst * self.span_ms).div_ceil(self.calls);
        assert!(self.after(cost, first).is_some() && self.after(cost, first - 1).is_none());
        wait(u64::try_from(first - now_ms).unwrap())
    }
}

/// Calls of few clients: who, at what cost, how long after the one before.
fn calls(apart_max: u64) -> impl Strategy<Value = Vec<(u8, u32, u64)>> {
    let cost = prop_oneof![6 => Just(1), 1 => 1..5_u32];
    vec((0..4_u8, cost, prop_oneof![Just(0), 0..apart_max, 0..4 * apart_max]), 1..300)
}

proptest! {
    #[test]
    fn a_window_is_what_a_log_of_every_call_says(n in 1..12_u32, span in 1..200_u64, calls in calls(40)) {
        let window = Window::new(n, span).unwrap();
        let (mut slots, mut cells, mut logs, mut now) = ([Slot::default(); 64], [7; 64 * 12], HashMap::new(), START_MS);
        let mut table = LocalTable::new(&mut slots, &mut cells, 12, SEED);
        for (key, cost, after) in calls {
            now += after;
            let want = logs.entry(key).or_insert_with(Log::default).charge(window, cost, now);
            prop_assert_eq!(table.charge(Limit::Window(window), &charge(&[key], cost, now)), want);
        }
    }

    #[test]
    fn gcra_is_what_fractions_say(n in 1..40_u32, span in 1..200_u64, burst in 1..10_u32, calls in calls(30)) {
        let limit = Gcra::new(n, span, burst).unwrap();
        both(|table| {
            let (mut models, mut now) = (HashMap::new(), START_MS);
            for (key, cost, after) in &calls {
                now += after;
                let new = || Fractions { calls: n.into(), span_ms: span.into(), burst: burst.into(), whole: 0 };
                let want = models.entry(*key).or_insert_with(new).charge(*cost, now);
                assert_eq!(table.charge(limit, &charge(&[*key], *cost, now)), want);
            }
        });
    }

    #[test]
    fn what_is_told_to_wait_is_allowed_then_and_not_before(n in 1..12_u32, span in 1..500_u64, calls in calls(40)) {
        let limits = [Limit::Window(Window::new(n, span).unwrap()), Limit::Gcra(Gcra::new(n, span, n).unwrap())];
        for limit in limits {
            let (mut slots, mut cells, mut now) = ([Slot::default(); 64], [0; 64 * 12], START_MS);
            for (key, cost, after) in &calls {
                now += after;
                let refusal = LocalTable::new(&mut slots, &mut cells, 12, SEED).charge(limit, &charge(&[*key], *cost, now));
                let Err(Refusal { retry_after_ms: Some(ms), .. }) = refusal else { continue };
                let at = |now| LocalTable::new(&mut slots.clone(), &mut cells.clone(), 12, SEED)
                    .charge(limit, &charge(&[*key], *cost, now));
                prop_assert!(ms > 0);
                prop_assert_eq!(at(now + ms - 1), wait(1));
                prop_assert_eq!(at(now + ms), Ok(()));
            }
        }
    }

    #[test]
    fn a_taken_over_slot_changes_no_verdict(n in 1..5_u32, span in 1..300_u64, calls in vec((0..40_u8, 0..900_u64), 1..400)) {
        // one group, through which forty clients pass, and a table in which each has its own
        let (window, gcra) = (Window::new(n, span).unwrap(), Gcra::new(n, span, 3).unwrap());
        let (small, large) = (groups(1), groups(256));
        let (small, large) = (SharedTable::new(&small, SEED), SharedTable::new(&large, SEED));
        let (mut few, mut many) = ([Slot::default(); 4], [Slot::default(); 1024]);
        let (mut few_cells, mut many_cells) = ([0; 4 * 5], [0; 1024 * 5]);
        let mut few = LocalTable::new(&mut few, &mut few_cells, 5, SEED);
        let mut many = LocalTable::new(&mut many, &mut many_cells, 5, SEED);
        let mut now = START_MS;
        for (key, after) in calls {
            now += after;
            let key = [key];
            let charge = charge(&key, 1, now);
            // a client that is turned away for want of room has no allowance spent anywhere
            let got = small.charge(gcra, &charge);
            if got != FULL {
                prop_assert_eq!(got, large.charge(gcra, &charge));
            }
            let got = few.charge(Limit::Window(window), &charge);
            if got != FULL {
                prop_assert_eq!(got, many.charge(Limit::Window(window), &charge));
            }
        }
    }

    #[test]
    fn a_clock_that_goes_back_grants_nothing_and_locks_nobody_out(
        n in 1..6_u32, span in 1..3000_u64, back in 0..1_000_000_000_u64, calls in vec(0..400_u64, 1..60),
    ) {
        for limit in [Limit::Window(Window::new(n, span).unwrap()), Limit::Gcra(Gcra::new(n, span, n).unwrap())] {
            let (mut slots, mut cells, mut now) = ([Slot::default(); 8], [0; 8 * 6], START_MS);
            let mut table = LocalTable::new(&mut slots, &mut cells, 6, SEED);
            while table.charge(limit, &charge(b"k", 1, now)).is_ok() {}
            now -= back;
            let set_back = now;
            for after in &calls {
                let outcome = table.charge(limit, &charge(b"k", 1, now));
                let elapsed = now - set_back;
                // an allowance that was spent is not restored sooner than time passes
                prop_assert!(outcome.is_err() || elapsed * u64::from(n) >= span || back == 0);
                prop_assert!(elapsed > 0 || outcome.is_err());
                if let Err(refusal) = outcome {
                    prop_assert!(refusal.retry_after_ms.unwrap() <= span + SKEW_MS);
                } else {
                    break;
                }
                now += after;
            }
        }
    }
}

#[test]
fn a_million_calls_do_not_drift() {
    // 7 a minute are 60000/7 ms apart, 999 in 13 s need the finest fractions
    for (n, span, burst) in [(7, 60_000, 3), (999, 13_000, 50), (1021, 1000, 3)] {
        let limit = Gcra::new(n, span, burst).unwrap();
        let memory = groups(1);
        let table = SharedTable::new(&memory, SEED);
        let mut model = Fractions { calls: n.into(), span_ms: span.into(), burst: burst.into(), whole: 0 };
        let (mut now, mut allowed) = (START_MS, 0_u64);
        for _ in 0..1_000_000 {
            let got = table.charge(limit, &charge(b"k", 1, now));
            assert_eq!(got, model.charge(1, now));
            match got {
                Ok(()) => allowed += 1,
                Err(refusal) => now += refusal.retry_after_ms.unwrap(),
            }
        }
        // whoever always comes as soon as allowed gets the rate to the call
        let rate = (u128::from(now - START_MS) * u128::from(n)).div_ceil(u128::from(span));
        assert!(u128::from(allowed).abs_diff(rate + u128::from(burst)) <= 2, "{allowed} of {rate}");
    }
}

#[test]
fn numbers_that_are_no_limit_are_refused() {
    assert_eq!(Window::new(0, 1), Err(Unfit::Zero));
    assert_eq!(Window::new(1, 0), Err(Unfit::Zero));
    assert_eq!(Window::new(WINDOW_CALLS_MAX + 1, 1), Err(Unfit::WindowCalls));
    assert_eq!(Window::new(1, SPAN_MAX_MS + 1), Err(Unfit::Span));
    assert!(Window::new(WINDOW_CALLS_MAX, SPAN_MAX_MS).is_ok());
    assert_eq!(Gcra::new(0, 1, 1), Err(Unfit::Zero));
    assert_eq!(Gcra::new(1, 0, 1), Err(Unfit::Zero));
    assert_eq!(Gcra::new(1, 1, 0), Err(Unfit::Zero));
    assert_eq!(Gcra::new(RATE_CALLS_MAX + 1, 1, 1), Err(Unfit::RateCalls));
    assert_eq!(Gcra::new(1, 1, RATE_CALLS_MAX + 1), Err(Unfit::RateCalls));
    assert_eq!(Gcra::new(1, SPAN_MAX_MS + 1, 1), Err(Unfit::Span));
    assert_eq!(Gcra::new(1, SPAN_MAX_MS, 2), Err(Unfit::Span));
    assert_eq!(Gcra::new(1031, 1000, 1), Err(Unfit::Fraction));
    assert!(Gcra::new(FRACTION_MAX, SPAN_MAX_MS, FRACTION_MAX).is_ok());
    assert!(Gcra::new(RATE_CALLS_MAX, 1_000_000, RATE_CALLS_MAX).is_ok());
    for unfit in [Unfit::Zero, Unfit::WindowCalls, Unfit::RateCalls, Unfit::Span, Unfit::Fraction] {
        assert!(!unfit.to_string().ends_with('.'));
    }
    assert!(Unfit::WindowCalls.text().contains(&WINDOW_CALLS_MAX.to_string()));
    assert!(Unfit::RateCalls.text().contains(&RATE_CALLS_MAX.to_string()));
    assert!(Unfit::Fraction.text().contains(&FRACTION_MAX.to_string()));
}

#[test]
fn the_largest_limits_count_to_the_last_moment() {
    let limit = Gcra::new(FRACTION_MAX, SPAN_MAX_MS, FRACTION_MAX).unwrap();
    both(|table| {
        assert_eq!(table.charge(limit, &charge(b"k", FRACTION_MAX, NOW_MAX_MS)), Ok(()));
        let one = SPAN_MAX_MS.div_ceil(u64::from(FRACTION_MAX));
        assert_eq!(table.charge(limit, &charge(b"k", 1, NOW_MAX_MS)), wait(one));
        assert_eq!(table.charge(limit, &charge(b"k", FRACTION_MAX + 1, NOW_MAX_MS)), NEVER);
        for beyond in [NOW_MAX_MS + 1, u64::MAX] {
            assert_eq!(table.charge(limit, &charge(b"new", 1, beyond)), NEVER);
        }
    });
    let window = Window::new(1, SPAN_MAX_MS).unwrap();
    let (mut slots, mut cells) = ([Slot::default(); 4], [0; 4]);
    let mut table = LocalTable::new(&mut slots, &mut cells, 1, SEED);
    assert_eq!(table.charge(Limit::Window(window), &charge(b"k", 1, 0)), Ok(()));
    assert_eq!(table.charge(Limit::Window(window), &charge(b"k", 0, 0)), wait(SPAN_MAX_MS));
    assert_eq!(table.charge(Limit::Window(window), &charge(b"k", 1, u64::MAX)), NEVER);
}

#[test]
fn a_full_table_refuses_until_a_slot_is_whole() {
    let limit = Gcra::new(1, 100, 1).unwrap();
    let fill = |table: &mut dyn RateTable<Gcra>| {
        for key in 0..4_u8 {
            assert_eq!(table.charge(limit, &charge(&[key], 1, START_MS)), Ok(()));
        }
        assert_eq!(table.charge(limit, &charge(b"new", 1, START_MS)), FULL);
        assert_eq!(table.charge(limit, &charge(b"new", 1, START_MS + 100 + SKEW_MS - 1)), FULL);
        assert_eq!(table.charge(limit, &charge(&[0], 1, START_MS + 99)), wait(1));
        assert_eq!(table.charge(limit, &charge(b"new", 1, START_MS + 101 + SKEW_MS)), Ok(()));
    };
    fill(&mut SharedTable::new(&groups(1), SEED));
    fill(&mut LocalTable::new(&mut [Slot::default(); 4], &mut [], 0, SEED));
    // no memory, too little of it, or too narrow a ring for the window
    let window = Limit::Window(Window::new(3, 100).unwrap());
    assert_eq!(SharedTable::new(&[], SEED).charge(limit, &charge(b"k", 1, 0)), FULL);
    for (slots, cells, width) in [(3, 12, 3), (4, 12, 2), (4, 2, 3)] {
        let (mut slots, mut cells) = (vec![Slot::default(); slots], vec![0; cells]);
        assert_eq!(LocalTable::new(&mut slots, &mut cells, width, SEED).charge(window, &charge(b"k", 1, 0)), FULL);
    }
}

#[test]
fn a_table_fills_to_about_half_before_it_first_refuses() {
    let limit = Gcra::new(1, 1000, 1).unwrap();
    for (number, seed) in [(256, 1), (1024, 2), (4096, 3)] {
        let memory = groups(number);
        let table = SharedTable::new(&memory, (seed, !seed));
        let fits = (0_u32..).take_while(|n| table.charge(limit, &charge(&n.to_le_bytes(), 1, START_MS)) != FULL).count();
        assert!(fits * 100 >= number * 4 * 45, "{fits} of {}", number * 4);
    }
}

#[test]
fn limits_and_clients_have_allowances_of_their_own() {
    let limit = Gcra::new(1, 1000, 1).unwrap();
    both(|table| {
        for limit_id in 0..3 {
            for key in [&b""[..], b"a", b"ab"] {
                let charge = Charge { limit_id, key, cost: 1, now_ms: START_MS };
                assert_eq!(table.charge(limit, &charge), Ok(()));
                assert_eq!(table.charge(limit, &charge), wait(1000));
            }
        }
    });
}

/// Eight threads do the same with each number of `rounds`, together.
fn eight(rounds: u64, each: impl Fn(u64, u64) + Sync) {
    let barrier = Barrier::new(8);
    thread::scope(|scope| {
        for thread in 0..8 {
            let (barrier, each) = (&barrier, &each);
            scope.spawn(move || {
                for round in 0..rounds {
                    barrier.wait();
                    each(thread, round);
                }
            });
        }
    });
}

#[test]
fn eight_threads_get_exactly_the_limit() {
    let limit = Gcra::new(1, 60_000, 20_000).unwrap();
    let (memory, allowed) = (groups(16), AtomicU32::new(0));
    let table = SharedTable::new(&memory, SEED);
    eight(1, |_, _| {
        for _ in 0..10_000 {
            allowed.fetch_add(table.charge(limit, &charge(b"k", 1, START_MS)).is_ok().into(), Relaxed);
        }
    });
    assert_eq!(allowed.into_inner(), 20_000);
}

#[test]
fn racers_never_insert_one_client_twice() {
    // a fresh client each round, whose first calls all come at once; 16 slots change hands all the time
    let limit = Gcra::new(5, 400, 5).unwrap();
    let rounds = 4000;
    let (memory, allowed) = (groups(4), (0..rounds).map(|_| AtomicU32::new(0)).collect::<Vec<_>>());
    let table = SharedTable::new(&memory, SEED);
    eight(rounds, |thread, round| {
        // in every second round their clocks differ, by less than the time between two calls
        let now_ms = START_MS + round * 2000 + if round % 2 == 0 { 0 } else { thread };
        for _ in 0..4 {
            let granted = table.charge(limit, &charge(&round.to_le_bytes(), 1, now_ms)).is_ok();
            allowed[usize::try_from(round).unwrap()].fetch_add(granted.into(), Relaxed);
        }
    });
    for (round, allowed) in allowed.iter().enumerate() {
        let allowed = allowed.load(Relaxed);
        // who is late by his clock waits for the rest of a call
        assert!(allowed == 5 || allowed == 4 && round % 2 == 1, "round {round}: {allowed}");
    }
}

#[test]
fn racers_for_the_same_slots_never_get_more_than_their_own_limit() {
    // eleven clients, eight slots: some are refused for want of room, none gets more than its limit
    let limit = Gcra::new(3, 300, 3).unwrap();
    let rounds = 2000;
    let (memory, allowed) = (groups(2), (0..rounds * 11).map(|_| AtomicU32::new(0)).collect::<Vec<_>>());
    let table = SharedTable::new(&memory, SEED);
    eight(rounds, |thread, round| {
        for step in 0..44_u64 {
            let client = (step * 3 + thread * 5) % 11;
            let now_ms = START_MS + round * 1400 + thread % 3;
            let granted = table.charge(limit, &charge(&client.to_le_bytes(), 1, now_ms)).is_ok();
            allowed[usize::try_from(round * 11 + client).unwrap()].fetch_add(granted.into(), Relaxed);
        }
    });
    for (at, allowed) in allowed.iter().enumerate() {
        assert!(allowed.load(Relaxed) <= 3, "client {} of round {}: {allowed:?}", at % 11, at / 11);
    }
    let sum: u32 = allowed.iter().map(|allowed| allowed.load(Relaxed)).sum();
    // eight clients fit, and all of a client's grants go to one slot
    assert!(sum >= u32::try_from(rounds).unwrap() * 3 * 6, "{sum}");
}
