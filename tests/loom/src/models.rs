//! The models: a few threads, one line of slots, and what must hold however they interleave.

use std::cell::Cell;

use loom::{sync::Arc, thread};

use crate::{
    Model,
    naive::Naive,
    rate::{Charge, Gcra, Limit, Line, SKEW_MS, Shape, SharedTable, Window},
    sync::killed_after,
};

const SHAPE: Shape = Shape { rates: 1, windows: 1, calls: 2 };
const SEED: (u64, u64) = (1, 2);
const START_MS: u64 = 1_000_000;
const SPAN_MS: u64 = 100;
/// When what was spent at the start is whole to everybody.
const LATER_MS: u64 = START_MS + SPAN_MS + SKEW_MS + 2;

pub(crate) const ALL: &[Model] = &[
    Model {
        name: "rate: an allowance is given out once",
        preemptions: 3,
        run: || grants(rate(2), &[&[1, 1], &[1, 1]]),
        canary: false,
    },
    Model {
        name: "window: an allowance is given out once",
        preemptions: 3,
        run: || grants(window(2), &[&[1, 1], &[1, 1]]),
        canary: false,
    },
    Model {
        name: "window: costs are given out once",
        preemptions: 3,
        run: || grants(window(2), &[&[2, 1], &[1, 2]]),
        canary: false,
    },
    Model { name: "rate: three threads", preemptions: 2, run: || grants(rate(2), &[&[1], &[1], &[1]]), canary: false },
    Model { name: "window: three threads", preemptions: 2, run: || grants(window(2), &[&[1], &[1], &[1]]), canary: false },
    Model { name: "rate: first calls claim one slot", preemptions: 3, run: || first_calls(rate(1)), canary: false },
    Model { name: "window: first calls claim one slot", preemptions: 3, run: || first_calls(window(1)), canary: false },
    Model { name: "window: laps of the ring", preemptions: 3, run: laps, canary: false },
    Model { name: "rate: a slot is taken over", preemptions: 3, run: || take_over(rate(1)), canary: false },
    Model { name: "window: a slot is taken over", preemptions: 3, run: || take_over(window(1)), canary: false },
    Model { name: "rate: killed at any step", preemptions: 2, run: || killed(rate(2)), canary: false },
    Model { name: "window: killed at any step", preemptions: 2, run: || killed(window(2)), canary: false },
    Model { name: "a tag beside the time grants too much", preemptions: 2, run: naive_take_over, canary: true },
];

thread_local! {
    static PREEMPTIONS: Cell<usize> = const { Cell::new(0) };
}

/// Runs something whose models have so many preemptions.
pub(crate) fn with(preemptions: usize, run: fn()) {
    PREEMPTIONS.set(preemptions);
    run();
}

fn model(run: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(PREEMPTIONS.get());
    builder.max_branches = 100_000;
    builder.check(run);
}

fn rate(calls: u32) -> Limit {
    Gcra::new(1, SPAN_MS, calls).expect("a limit").into()
}

fn window(calls: u32) -> Limit {
    Window::new(calls, SPAN_MS).expect("a limit").into()
}

/// Memory that threads share.
#[derive(Clone)]
struct Memory(Arc<Vec<Line>>);

impl Memory {
    fn new() -> Self {
        Self(Arc::new((0..SHAPE.lines()).map(|_| Line::default()).collect()))
    }

    /// How many calls are allowed of one that costs as much: all or none.
    fn charge(&self, limit: Limit, client: u8, cost: u32, now_ms: u64) -> u32 {
        let charge = Charge { limit_id: 0, key: &[client], cost, now_ms };
        if SharedTable::new(&self.0, SHAPE, SEED).charge(limit, &charge).is_ok() { cost } else { 0 }
    }
}

/// Threads that charge a client that was there before: never more than its limit, and all of it in the end.
fn grants(limit: Limit, threads: &'static [&'static [u32]]) {
    model(move || {
        let memory = Memory::new();
        assert_eq!(memory.charge(limit, b'a', 1, START_MS), 1);
        let handles: Vec<_> = threads
            .iter()
            .map(|costs| {
                let memory = memory.clone();
                thread::spawn(move || costs.iter().map(|cost| memory.charge(limit, b'a', *cost, LATER_MS)).sum::<u32>())
            })
            .collect();
        let during: u32 = handles.into_iter().map(|handle| handle.join().expect("a thread")).sum();
        let after: u32 = (0..2).map(|_| memory.charge(limit, b'a', 1, LATER_MS)).sum();
        assert_eq!(during + after, limit.capacity().get(), "{during} while they ran");
    });
}

/// Two threads that bring a new client.
fn first_calls(limit: Limit) {
    model(move || {
        let memory = Memory::new();
        let other = memory.clone();
        let handle = thread::spawn(move || other.charge(limit, b'a', 1, START_MS));
        let own = memory.charge(limit, b'a', 1, START_MS);
        assert_eq!(own + handle.join().expect("a thread"), 1);
        // and none is left behind that would count again
        assert_eq!(memory.charge(limit, b'a', 1, START_MS), 0);
        assert_eq!(memory.charge(limit, b'a', 1, START_MS + SPAN_MS), 1);
    });
}

/// One thread is a window ahead of the other, so that cells are written on two laps.
fn laps() {
    let limit = window(2);
    model(move || {
        let memory = Memory::new();
        assert_eq!(memory.charge(limit, b'a', 1, START_MS), 1);
        let other = memory.clone();
        let handle = thread::spawn(move || {
            let soon = START_MS + SPAN_MS - 1;
            (other.charge(limit, b'a', 1, soon), other.charge(limit, b'a', 1, soon))
        });
        let ahead = (memory.charge(limit, b'a', 1, START_MS + SPAN_MS), memory.charge(limit, b'a', 2, START_MS + SPAN_MS));
        let (first, second) = handle.join().expect("a thread");
        // of the window that ends with the later time, the first call is no part any more
        assert!(first + second + ahead.0 + ahead.1 <= 2, "{first} {second} {ahead:?}");
        // and all of it is back when what was allowed left
        let end = START_MS + 2 * SPAN_MS;
        assert_eq!(memory.charge(limit, b'a', 2, end), 2);
    });
}

/// A client comes back while another takes its slot, which is the only one.
fn take_over(limit: Limit) {
    model(move || {
        let memory = Memory::new();
        // the first is whole when the others, which leave no other slot, are not
        assert_eq!(memory.charge(limit, b'a', 1, START_MS), 1);
        let others = match limit {
            Limit::Gcra(_) => &b"1234"[..],
            Limit::Window(_) => b"123",
        };
        for client in others {
            assert_eq!(memory.charge(limit, *client, 1, LATER_MS - SPAN_MS), 1);
        }
        let other = memory.clone();
        let handle = thread::spawn(move || other.charge(limit, b'b', 1, LATER_MS));
        let own = memory.charge(limit, b'a', 1, LATER_MS - SKEW_MS);
        let theirs = handle.join().expect("a thread");
        assert_eq!(own + theirs, 1, "{own} and {theirs}: one slot has room for one of them");
        // it has spent what it had, and the other finds no room
        assert_eq!(memory.charge(limit, b'a', 1, LATER_MS - SKEW_MS) + memory.charge(limit, b'b', 1, LATER_MS), 0);
    });
}

/// A thread that is killed before its first step, its second, …, while another goes on.
fn killed(limit: Limit) {
    for steps in 0.. {
        let unharmed = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let seen = unharmed.clone();
        model(move || {
            let memory = Memory::new();
            let victim = memory.clone();
            let handle = thread::spawn(move || killed_after(steps, || victim.charge(limit, b'a', 1, START_MS)));
            let own = memory.charge(limit, b'a', 1, START_MS);
            let theirs = handle.join().expect("a thread");
            if theirs.is_some() {
                seen.store(true, std::sync::atomic::Ordering::Relaxed);
            }
            let after: u32 = (0..3).map(|_| memory.charge(limit, b'a', 1, START_MS)).sum();
            let known = own + theirs.unwrap_or(0) + after;
            let lost = u32::from(theirs.is_none());
            assert!(known <= 2 && known + lost >= 2, "{known}, killed before step {steps}");
            // the table is as good as before: for others, and for the same client
            assert_eq!(memory.charge(limit, b'b', 2, START_MS), 2);
            assert_eq!(memory.charge(limit, b'a', 2, START_MS + 2 * SPAN_MS), 2);
        });
        if unharmed.load(std::sync::atomic::Ordering::Relaxed) {
            break;
        }
    }
}

/// What a table must not do: a client gets two calls, because its first is charged to who took its slot.
fn naive_take_over() {
    model(|| {
        let table = Arc::new(Naive::default());
        let charge = |key, now_ms| Charge { limit_id: 0, key, cost: 1, now_ms };
        assert!(table.charge(SPAN_MS, &charge(b"a", START_MS)));
        let other = table.clone();
        let handle = thread::spawn(move || other.charge(SPAN_MS, &charge(b"b", LATER_MS)));
        let own = (0..2).filter(|_| table.charge(SPAN_MS, &charge(b"a", LATER_MS))).count();
        handle.join().expect("a thread");
        assert!(own <= 1);
    });
}
