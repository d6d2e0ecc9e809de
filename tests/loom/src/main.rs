//! Core's shared rate table under every order of the steps of two or three threads, up to a number of preemptions.
//!
//! The files of `core/src/rate` are compiled here as they are, over words of loom in the place of `core/src/sync.rs`. The number of
//! preemptions is bounded, so this is a search, not a proof; the known fault of `naive.rs` has to be found by the same search.

mod models;
mod naive;
#[expect(dead_code, reason = "the file is core's, and rates need a part of it")]
#[path = "../../../core/src/num.rs"]
mod num;
#[expect(dead_code, unused_imports, unreachable_pub, reason = "the files are core's, and models need a part of them")]
#[path = "../../../core/src/rate/mod.rs"]
mod rate;
#[path = "../../../core/src/siphash.rs"]
mod siphash;
mod sync;

use std::{panic, process::ExitCode, time::Instant};

use adarga_core::reason;

/// One model: what it shows, how many preemptions it is run with, and what is run.
struct Model {
    name: &'static str,
    preemptions: usize,
    run: fn(),
    /// Whether the model must find a fault.
    canary: bool,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let chosen = |model: &&Model| words.is_empty() || words.iter().any(|word| model.name.contains(word.as_str()));
    let (mut passed, mut failed) = (0, 0);
    for model in models::ALL.iter().filter(chosen) {
        let started = Instant::now();
        let found = explore(model);
        let right = found.is_err() == model.canary;
        let said = match (right, model.canary) {
            (true, _) => "passed",
            (false, true) => "failed: nothing was found, so the models find nothing",
            (false, false) => "failed",
        };
        println!("{said}  {} ({:.1} s)", model.name, started.elapsed().as_secs_f64());
        if right { passed += 1 } else { failed += 1 }
    }
    println!("{passed} passed, {failed} failed, 0 skipped");
    if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs a model in every order. An error is a fault that was found.
fn explore(model: &Model) -> Result<(), Box<dyn std::any::Any + Send>> {
    if !model.canary {
        return panic::catch_unwind(|| models::with(model.preemptions, model.run));
    }
    // its fault is no news; loom sets a hook of its own at first use, so this comes last
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let outcome = panic::catch_unwind(|| models::with(model.preemptions, model.run));
    panic::set_hook(hook);
    outcome
}
