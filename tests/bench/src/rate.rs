//! Limits of calls beside governor's keyed limiter, by the same clock; windows beside rates; bytes a client takes.

use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use adarga_core::rate::{Charge, Gcra, Limit, Line, Shape, SharedTable, Window};
use governor::{Quota, RateLimiter, clock::Clock, middleware::NoOpMiddleware, nanos::Nanos, state::keyed::DashMapStateStore};

use crate::{contest::Contestant, report::Report};

/// At least level with governor while all clients fit into the caches, and faster when they don't.
const FLOORS: [(usize, f64); 2] = [(10_000, 1.0), (1_000_000, 1.5)];
/// A window costs at most this many times a rate.
const WINDOW_CEILING: f64 = 3.0;
/// Bytes of memory a client under a rate.
const BYTES_CEILING: f64 = 16.0;

const START_MS: u64 = 1_790_000_000_000;
/// Calls until the clock goes on.
const CALLS_A_MS: usize = 64;
const SEED: (u64, u64) = (0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210);
/// Ten a second, ten at once.
const SPAN_MS: u64 = 1000;
const CALLS: u32 = 10;

/// Measures charges, then says how much memory they need.
pub(crate) fn measure(report: &mut Report) {
    report.duels("Limits of calls: governor, keyed");
    for (clients, floor) in FLOORS {
        let name = format!("rate/governor/{clients} clients");
        if report.wants(&name) {
            let (ours, peer) = (Ours::new(clients, rate()), Peer::new());
            check(&ours, &peer, clients);
            report.duel(&name, Some(floor), ours.contestant(clients), peer.contestant(clients));
        }
    }
    report.table("Limits of calls: a window of 10 beside a rate", "");
    for (clients, _) in FLOORS {
        let name = format!("rate/window/{clients} clients");
        if report.wants(&name) {
            let (rate, window) = (Ours::new(clients, rate()), Ours::new(clients, window()));
            let contestants =
                [("rate".into(), 1.0, rate.contestant(clients)), ("window".into(), 1.0, window.contestant(clients))];
            report.growth(&name, "ns", Some(WINDOW_CEILING), contestants.into());
        }
    }
    report.table("Limits of calls: memory", "");
    for (clients, _) in FLOORS {
        let bytes = |limit| bytes_a_client(clients, limit);
        report.figure(&format!("rate/memory/rate, {clients} clients"), "B", bytes(rate()), Some(BYTES_CEILING));
        report.figure(&format!("rate/memory/window of 10, {clients} clients"), "B", bytes(window()), None);
    }
}

fn rate() -> Limit {
    Gcra::new(CALLS, SPAN_MS, CALLS).expect("a limit").into()
}

fn window() -> Limit {
    Window::new(CALLS, SPAN_MS).expect("a limit").into()
}

fn shape(clients: usize, limit: Limit) -> Shape {
    let clients = u32::try_from(clients).expect("so many clients");
    match limit {
        Limit::Gcra(_) => Shape { rates: clients, windows: 0, calls: 0 },
        Limit::Window(window) => Shape { rates: 0, windows: clients, calls: window.calls().get() },
    }
}

fn bytes_a_client(clients: usize, limit: Limit) -> f64 {
    (shape(clients, limit).lines() * size_of::<Line>()) as f64 / clients as f64
}

/// Clients in an order that no prefetcher guesses, and a clock that goes on as they come. Names are written a batch ahead, as those of
/// requests that were just read: whoever charges finds them in the cache.
struct Turns {
    names: [String; CALLS_A_MS],
    /// The next of them.
    next: usize,
    clients: usize,
    /// The client that was named last.
    at: usize,
    apart: usize,
    clock: Arc<AtomicU64>,
}

impl Turns {
    fn new(clients: usize, clock: Arc<AtomicU64>) -> Self {
        let names = std::array::from_fn(|_| "tenant-0042/user-0000000".to_owned());
        // no divisor of the number of clients
        Self { names, next: CALLS_A_MS, clients, at: 0, apart: (clients / 2 + clients / 9) | 1, clock }
    }

    #[inline]
    fn next(&mut self) -> &String {
        if self.next == CALLS_A_MS {
            self.write();
        }
        self.next += 1;
        &self.names[self.next - 1]
    }

    #[inline(never)]
    fn write(&mut self) {
        self.clock.fetch_add(1, Relaxed);
        self.next = 0;
        for name in &mut self.names {
            self.at = (self.at + self.apart) % self.clients;
            let mut digits = self.at;
            let mut bytes = std::mem::take(name).into_bytes();
            for digit in bytes.iter_mut().rev().take(7) {
                (*digit, digits) = (b"0123456789"[digits % 10], digits / 10);
            }
            *name = String::from_utf8(bytes).expect("digits");
        }
    }
}

struct Ours {
    lines: Vec<Line>,
    shape: Shape,
    limit: Limit,
    clock: Arc<AtomicU64>,
}

impl Ours {
    fn new(clients: usize, limit: Limit) -> Self {
        let shape = shape(clients, limit);
        let lines = (0..shape.lines()).map(|_| Line::default()).collect();
        Self { lines, shape, limit, clock: Arc::new(AtomicU64::new(START_MS)) }
    }

    fn table(&self) -> SharedTable<'_> {
        SharedTable::new(&self.lines, self.shape, SEED)
    }

    #[inline]
    fn charge(&self, table: &SharedTable<'_>, name: &str) -> bool {
        let charge = Charge { limit_id: 1, key: name.as_bytes(), cost: 1, now_ms: self.clock.load(Relaxed) };
        table.charge(self.limit, &charge).is_ok()
    }

    fn contestant(&self, clients: usize) -> Contestant<'_> {
        let mut turns = Turns::new(clients, self.clock.clone());
        let table = self.table();
        (0..2 * clients).for_each(|_| assert!(self.charge(&table, turns.next()), "each client has a slot"));
        Contestant::new(move || self.charge(&table, turns.next()))
    }
}

/// The clock of both.
#[derive(Clone)]
struct Millis(Arc<AtomicU64>);

impl Clock for Millis {
    type Instant = Nanos;

    #[inline]
    fn now(&self) -> Nanos {
        Nanos::from(self.0.load(Relaxed) * 1_000_000)
    }
}

struct Peer {
    limiter: RateLimiter<String, DashMapStateStore<String>, Millis, NoOpMiddleware<Nanos>>,
    clock: Arc<AtomicU64>,
}

impl Peer {
    fn new() -> Self {
        let clock = Arc::new(AtomicU64::new(START_MS));
        let every = Duration::from_millis(SPAN_MS / u64::from(CALLS));
        let quota = Quota::with_period(every).expect("a period").allow_burst(NonZeroU32::new(CALLS).expect("a burst"));
        let limiter = RateLimiter::dashmap_with_clock(quota, Millis(clock.clone()));
        Self { limiter, clock }
    }

    #[inline]
    fn charge(&self, name: &String) -> bool {
        self.limiter.check_key(name).is_ok()
    }

    fn contestant(&self, clients: usize) -> Contestant<'_> {
        let mut turns = Turns::new(clients, self.clock.clone());
        (0..2 * clients).for_each(|_| {
            self.charge(turns.next());
        });
        Contestant::new(move || self.charge(turns.next()))
    }
}

/// Both say the same of a client that calls too often.
fn check(ours: &Ours, peer: &Peer, clients: usize) {
    let name = format!("checked of {clients}");
    for step in 0..1000 {
        assert_eq!(ours.charge(&ours.table(), &name), peer.charge(&name), "call {step}");
        ours.clock.fetch_add(step % 199, Relaxed);
        peer.clock.fetch_add(step % 199, Relaxed);
    }
}
