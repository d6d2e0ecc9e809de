//! Limits and their tables: against a log of every call, against fractions, against threads.

use std::{
    collections::HashMap,
    sync::{
        Barrier, Mutex,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    thread,
};

use adarga_core::{
    Reason,
    rate::{
        Charge, FRACTION_MAX, Gcra, Limit, Line, LocalTable, NOW_MAX_MS, RATE_CALLS_MAX, RateTable, Refusal, SKEW_MS,
        SPAN_MAX_MS, Shape, SharedTable, Slot, Unfit, WINDOW_CALLS_MAX, Window,
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

/// Room for so many clients of each kind, under windows of up to 12 calls.
const fn shape(clients: u32) -> Shape {
    Shape { rates: clients, windows: clients, calls: 12 }
}

fn memory(shape: Shape) -> Vec<Line> {
    (0..shape.lines()).map(|_| Line::default()).collect()
}

/// Both tables over fresh memory, so large that they are never full.
fn both(then: impl Fn(&mut dyn RateTable<Limit>)) {
    // a window clears its cells before it is used
    then(&mut LocalTable::new(&mut [Slot::default(); 256], &mut [7; 256 * 12], 12, SEED));
    then(&mut SharedTable::new(&memory(shape(200)), shape(200), SEED));
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
        both(|table| {
            let (mut logs, mut now) = (HashMap::new(), START_MS);
            for (key, cost, after) in &calls {
                now += after;
                let want = logs.entry(*key).or_insert_with(Log::default).charge(window, *cost, now);
                assert_eq!(table.charge(window.into(), &charge(&[*key], *cost, now)), want);
            }
        });
    }

    #[test]
    fn both_tables_answer_alike_whatever_the_clock_does(
        n in 1..12_u32,
        span in 1..3000_u64,
        calls in vec((0..6_u32, prop_oneof![8 => -50..400_i64, 2 => -3000..3000_i64, 1 => -1_000_000_000..1_000_000_000_i64]), 1..400),
    ) {
        for limit in of_each_kind(n, span) {
            // one client, since what becomes of slots of others once the clock is set back is not the same
            let (mut slots, mut cells) = ([Slot::default(); 4], [0; 4 * 12]);
            let mut local = LocalTable::new(&mut slots, &mut cells, 12, SEED);
            let lines = memory(shape(1));
            let shared = SharedTable::new(&lines, shape(1), SEED);
            let mut now = START_MS;
            for (cost, by) in &calls {
                now = now.saturating_add_signed(*by);
                let charge = charge(b"k", *cost, now);
                prop_assert_eq!(shared.charge(limit, &charge), local.charge(limit, &charge));
            }
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
                assert_eq!(table.charge(limit.into(), &charge(&[*key], *cost, now)), want);
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
    fn a_taken_over_slot_changes_no_verdict(n in 1..5_u32, span in 1..300_u64, calls in vec((0..40_u8, 1..4_u32, 0..900_u64), 1..400)) {
        // one line of each kind, through which forty clients pass, and tables in which each has its own
        let limits = [Limit::from(Window::new(n, span).unwrap()), Limit::from(Gcra::new(n, span, 3).unwrap())];
        let (small, large) = (Shape { rates: 1, windows: 1, calls: 5 }, Shape { rates: 400, windows: 400, calls: 5 });
        let (few_lines, many_lines) = (memory(small), memory(large));
        let (few, many) = (SharedTable::new(&few_lines, small, SEED), SharedTable::new(&many_lines, large, SEED));
        let (mut few_slots, mut many_slots) = ([Slot::default(); 4], [Slot::default(); 1024]);
        let (mut few_cells, mut many_cells) = ([0; 4 * 5], [0; 1024 * 5]);
        let mut few_local = LocalTable::new(&mut few_slots, &mut few_cells, 5, SEED);
        let mut many_local = LocalTable::new(&mut many_slots, &mut many_cells, 5, SEED);
        let mut now = START_MS;
        for (key, cost, after) in calls {
            now += after;
            for (limit_id, limit) in (0..).zip(limits) {
                let charge = Charge { limit_id, key: &[key], cost, now_ms: now };
                // a client that is turned away for want of room has no allowance spent anywhere
                let got = few.charge(limit, &charge);
                if got != FULL {
                    prop_assert_eq!(got, many.charge(limit, &charge));
                }
            }
            let key = [key];
            let charge = charge(&key, cost, now);
            let got = few_local.charge(limits[0], &charge);
            if got != FULL {
                prop_assert_eq!(got, many_local.charge(limits[0], &charge));
            }
        }
    }

    #[test]
    fn a_clock_that_goes_back_grants_nothing_and_locks_nobody_out(
        n in 1..6_u32, span in 1..3000_u64, back in 0..1_000_000_000_u64, calls in vec(0..400_u64, 1..60),
    ) {
        for limit in [Limit::Window(Window::new(n, span).unwrap()), Limit::Gcra(Gcra::new(n, span, n).unwrap())] {
            both(|table| {
            let mut now = START_MS;
            while table.charge(limit, &charge(b"k", 1, now)).is_ok() {}
            now -= back;
            let set_back = now;
            for after in &calls {
                let outcome = table.charge(limit, &charge(b"k", 1, now));
                let elapsed = now - set_back;
                // an allowance that was spent is not restored sooner than time passes
                assert!(outcome.is_err() || elapsed * u64::from(n) >= span || back == 0);
                assert!(elapsed > 0 || outcome.is_err());
                if let Err(refusal) = outcome {
                    assert!(refusal.retry_after_ms.unwrap() <= span + SKEW_MS);
                } else {
                    break;
                }
                now += after;
            }
            });
        }
    }
}

#[test]
fn a_million_calls_do_not_drift() {
    // 7 a minute are 60000/7 ms apart, 999 in 13 s need the finest fractions
    for (n, span, burst) in [(7, 60_000, 3), (999, 13_000, 50), (1021, 1000, 3)] {
        let limit = Gcra::new(n, span, burst).unwrap();
        let memory = memory(shape(1));
        let table = SharedTable::new(&memory, shape(1), SEED);
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
        let limit = limit.into();
        assert_eq!(table.charge(limit, &charge(b"k", FRACTION_MAX, NOW_MAX_MS)), Ok(()));
        let one = SPAN_MAX_MS.div_ceil(u64::from(FRACTION_MAX));
        assert_eq!(table.charge(limit, &charge(b"k", 1, NOW_MAX_MS)), wait(one));
        assert_eq!(table.charge(limit, &charge(b"k", FRACTION_MAX + 1, NOW_MAX_MS)), NEVER);
        for beyond in [NOW_MAX_MS + 1, u64::MAX] {
            assert_eq!(table.charge(limit, &charge(b"new", 1, beyond)), NEVER);
        }
    });
    let window = Window::new(1, SPAN_MAX_MS).unwrap().into();
    both(|table| {
        assert_eq!(table.charge(window, &charge(b"k", 1, 0)), Ok(()));
        assert_eq!(table.charge(window, &charge(b"k", 0, 0)), wait(SPAN_MAX_MS));
        assert_eq!(table.charge(window, &charge(b"k", 1, NOW_MAX_MS)), Ok(()));
        assert_eq!(table.charge(window, &charge(b"k", 1, NOW_MAX_MS)), wait(SPAN_MAX_MS));
        assert_eq!(table.charge(window, &charge(b"k", 1, u64::MAX)), NEVER);
    });
}

#[test]
fn the_largest_window_goes_round_and_round() {
    let (window, span) = (Window::new(WINDOW_CALLS_MAX, 1000).unwrap(), 1000);
    let shape = Shape { rates: 0, windows: 1, calls: u32::MAX };
    let lines = memory(shape);
    let table = SharedTable::new(&lines, shape, SEED);
    for lap in 0..5 {
        let now = START_MS + lap * span;
        // one at a time, many at once, all at once
        let costs: &[u32] = if lap % 2 == 0 { &[1, 65_000, 35, 500] } else { &[WINDOW_CALLS_MAX] };
        for cost in costs {
            assert_eq!(table.charge(window, &charge(b"k", *cost, now)), Ok(()), "{cost} on lap {lap}");
        }
        assert_eq!(table.charge(window, &charge(b"k", 1, now + span - 1)), wait(1), "lap {lap}");
    }
}

#[test]
fn a_full_table_refuses_until_a_slot_is_whole() {
    let fill = |table: &mut dyn RateTable<Limit>, limit: Limit, slots: u8| {
        for key in 0..slots {
            assert_eq!(table.charge(limit, &charge(&[key], 1, START_MS)), Ok(()));
        }
        assert_eq!(table.charge(limit, &charge(b"new", 1, START_MS)), FULL);
        assert_eq!(table.charge(limit, &charge(b"new", 1, START_MS + 100 + SKEW_MS - 1)), FULL);
        assert_eq!(table.charge(limit, &charge(&[0], 1, START_MS + 99)), wait(1));
        assert_eq!(table.charge(limit, &charge(b"new", 1, START_MS + 101 + SKEW_MS)), Ok(()));
    };
    let (gcra, window) = (Gcra::new(1, 100, 1).unwrap().into(), Window::new(1, 100).unwrap().into());
    // less than a group: five slots of rates, four of windows
    fill(&mut SharedTable::new(&memory(shape(1)), shape(1), SEED), gcra, 5);
    fill(&mut SharedTable::new(&memory(shape(1)), shape(1), SEED), window, 4);
    // a group
    fill(&mut SharedTable::new(&memory(shape(12)), shape(12), SEED), window, 16);
    fill(&mut LocalTable::new(&mut [Slot::default(); 4], &mut [], 0, SEED), gcra, 4);
    fill(&mut LocalTable::new(&mut [Slot::default(); 4], &mut [0; 4], 1, SEED), window, 4);
    // no memory, too little of it, or too narrow a ring for the window
    let window = Limit::Window(Window::new(3, 100).unwrap());
    for (slots, cells, width) in [(3, 12, 3), (4, 12, 2), (4, 2, 3)] {
        let (mut slots, mut cells) = (vec![Slot::default(); slots], vec![0; cells]);
        assert_eq!(LocalTable::new(&mut slots, &mut cells, width, SEED).charge(window, &charge(b"k", 1, 0)), FULL);
    }
    let lines = memory(shape(12));
    for (lines, shape) in [
        (&lines[..0], shape(12)),
        (&lines[1..], shape(12)),
        (&lines[..], Shape { rates: u32::MAX, windows: u32::MAX, calls: u32::MAX }),
        (&lines[..], Shape { rates: 0, windows: 0, calls: 12 }),
    ] {
        let table = SharedTable::new(lines, shape, SEED);
        assert_eq!(table.charge(gcra, &charge(b"k", 1, 0)), FULL);
        assert_eq!(table.charge(window, &charge(b"k", 1, 0)), FULL);
    }
    let narrow = Shape { calls: 2, ..shape(12) };
    assert_eq!(SharedTable::new(&lines, narrow, SEED).charge(window, &charge(b"k", 1, 0)), FULL);
}

#[test]
fn a_shape_says_how_much_memory_its_clients_take() {
    let bytes = |rates, windows, calls| Shape { rates, windows, calls }.lines() * size_of::<Line>();
    assert_eq!((size_of::<Line>(), align_of::<Line>()), (64, 64));
    assert_eq!((bytes(0, 0, 9), bytes(1, 0, 0), bytes(4, 0, 0), bytes(5, 0, 0), bytes(17, 0, 0)), (0, 64, 64, 128, 512));
    assert_eq!(bytes(1_000_000, 0, 0), 16_000_000);
    assert_eq!((bytes(0, 1, 0), bytes(0, 3, 10), bytes(0, 12, 10)), (64, 64 + 32 * 10, 256 + 128 * 10));
    assert_eq!(bytes(0, 1, u32::MAX), bytes(0, 1, WINDOW_CALLS_MAX));
}

#[test]
fn a_table_has_room_for_the_clients_of_its_shape_and_few_more() {
    let limits = [Limit::from(Gcra::new(1, 1000, 1).unwrap()), Limit::from(Window::new(1, 1000).unwrap())];
    for (clients, seed) in [(12, 1), (1000, 2), (5000, 3), (100_000, 4)] {
        let shape = Shape { rates: clients, windows: clients, calls: 1 };
        let lines = memory(shape);
        let table = SharedTable::new(&lines, shape, (seed, !seed));
        for limit in limits {
            let mut fits = 0_u32;
            while table.charge(limit, &charge(&fits.to_le_bytes(), 1, START_MS)) != FULL {
                fits += 1;
            }
            assert!(fits >= clients && f64::from(fits) < f64::from(clients.max(16)) * 1.4, "{fits} of {clients}");
        }
    }
}

#[test]
fn clients_that_come_and_go_find_room() {
    // each stays for a second and the second after it: at any time as many as the shape says
    let (clients, gcra) = (20_000, Gcra::new(1, 1000, 1).unwrap());
    let shape = Shape { rates: clients, windows: 0, calls: 0 };
    let lines = memory(shape);
    let table = SharedTable::new(&lines, shape, SEED);
    let refused = (0..1_000_000_u64).filter(|n| {
        let now_ms = START_MS + n * (1001 + SKEW_MS) / u64::from(clients);
        table.charge(gcra, &charge(&n.to_le_bytes(), 1, now_ms)) == FULL
    });
    assert!(refused.count() <= 1);
}

#[test]
fn limits_and_clients_have_allowances_of_their_own() {
    let (gcra, window) = (Limit::from(Gcra::new(1, 1000, 1).unwrap()), Limit::from(Window::new(1, 1000).unwrap()));
    both(|table| {
        for limit_id in 0..3 {
            for key in [&b""[..], b"a", b"ab"] {
                let charge = Charge { limit_id, key, cost: 1, now_ms: START_MS };
                for limit in [gcra, window] {
                    let charge = Charge { limit_id: limit_id << 1 | u32::from(limit == window), ..charge };
                    assert_eq!(table.charge(limit, &charge), Ok(()));
                    assert_eq!(table.charge(limit, &charge), wait(1000));
                }
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

/// Limits of so many calls in so many milliseconds, and at once: a window of it, and a rate.
fn of_each_kind(calls: u32, span_ms: u64) -> [Limit; 2] {
    [Window::new(calls, span_ms).unwrap().into(), Gcra::new(calls, span_ms, calls).unwrap().into()]
}

#[test]
fn eight_threads_get_exactly_the_limit() {
    for (limit, cost) in
        [(of_each_kind(20_000, 60_000), 1), (of_each_kind(20_000, 60_000), 5)].into_iter().flat_map(|(l, c)| l.map(|l| (l, c)))
    {
        let shape = Shape { rates: 12, windows: 12, calls: 20_000 };
        let (memory, allowed) = (memory(shape), AtomicU32::new(0));
        let table = SharedTable::new(&memory, shape, SEED);
        eight(1, |_, _| {
            for _ in 0..10_000 {
                allowed.fetch_add(if table.charge(limit, &charge(b"k", cost, START_MS)).is_ok() { cost } else { 0 }, Relaxed);
            }
        });
        assert_eq!(allowed.into_inner(), 20_000);
    }
}

#[test]
fn eight_threads_never_get_more_in_any_window() {
    // time that each thread reads and moves, none so late as the table forbids; the calls that were allowed, at their times
    let (calls, span_ms) = (7, 50);
    let window = Window::new(calls, span_ms).unwrap();
    let (memory, clock) = (memory(shape(1)), AtomicU64::new(START_MS));
    let table = SharedTable::new(&memory, shape(1), SEED);
    let allowed = Mutex::new(Vec::new());
    eight(200, |thread, round| {
        let mut own = Vec::new();
        for step in 0..100_u64 {
            let now_ms = clock.fetch_add(u64::from((step + thread) % 5 == 0), Relaxed);
            let cost = 1 + u32::from((step + round) % 3 == 0);
            if table.charge(window, &charge(b"k", cost, now_ms)).is_ok() {
                own.extend((0..cost).map(|_| now_ms));
            }
        }
        allowed.lock().unwrap().extend(own);
    });
    let mut times = allowed.into_inner().unwrap();
    times.sort_unstable();
    // a call that was late is written down with the time of the newest, so it may count longer, never shorter
    for calls in times.windows(calls as usize + 1) {
        assert!(calls[calls.len() - 1] - calls[0] >= span_ms, "{calls:?}");
    }
    assert!(times.len() as u64 > (clock.into_inner() - START_MS) / span_ms * 4, "{}", times.len());
}

#[test]
fn racers_never_insert_one_client_twice() {
    // a fresh client each round, whose first calls all come at once; few slots change hands all the time
    for limit in of_each_kind(5, 400) {
        let rounds = 4000;
        let (memory, allowed) = (memory(shape(12)), (0..rounds).map(|_| AtomicU32::new(0)).collect::<Vec<_>>());
        let table = SharedTable::new(&memory, shape(12), SEED);
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
}

#[test]
fn racers_for_the_same_slots_never_get_more_than_their_own_limit() {
    // eleven clients, five slots or four: some are refused for want of room, none gets more than its limit
    for limit in of_each_kind(3, 300) {
        let rounds = 2000;
        let (memory, allowed) = (memory(shape(1)), (0..rounds * 11).map(|_| AtomicU32::new(0)).collect::<Vec<_>>());
        let table = SharedTable::new(&memory, shape(1), SEED);
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
        // four clients fit, and all of a client's grants go to one slot
        assert!(sum >= u32::try_from(rounds).unwrap() * 3 * 3, "{sum}");
    }
}

#[test]
fn bytes_that_somebody_else_wrote_do_no_harm_for_long() {
    // a table of another shape and seed over the same memory, and limits that changed under the same number
    let limits = [3, 5, 12].map(|calls| of_each_kind(calls, 200)).concat();
    let lines = memory(shape(100));
    let other = Shape { rates: 90, windows: 40, calls: 7 };
    let (table, other) = (SharedTable::new(&lines, shape(100), SEED), SharedTable::new(&lines, other, (1, 2)));
    let mut now = START_MS;
    for round in 0..3000_u32 {
        let limit = limits[round as usize % limits.len()];
        let key = [(round % 37) as u8];
        let charge = charge(&key, 1 + round % 3, now);
        let _ = (table.charge(limit, &charge), other.charge(limit, &charge));
        now += 13;
    }
    // who comes back a while later with the limit he is to have has all of it
    for (id, limit) in (100..).zip(of_each_kind(5, 200)) {
        now += 366 * 24 * 3_600_000;
        let charge = Charge { limit_id: id, key: b"k", cost: 5, now_ms: now };
        assert_eq!((table.charge(limit, &charge), table.charge(limit, &charge)), (Ok(()), wait(200)));
    }
}
