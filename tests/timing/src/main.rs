//! Whether the time of a comparison tells anything about a secret: `tests/timing/run [--samples N] [WORD …]`.
//!
//! As dudect does it (Reparaz, Balasch, Verbauwhede, "dude, is my code constant time?", DATE 2017): an operation is timed for
//! inputs of two classes, which take turns at random, and Welch's t-test says whether their times differ. |t| below 4.5 is no
//! difference that can be told from chance.
//!
//! A machine that does other things makes times differ now and then, so a subject has five attempts and one is enough. What that
//! costs: in one attempt in twenty, say, a busy machine makes |t| too large by itself; in all five, once in three million. A leak is
//! in every attempt, and its t grows with the root of the samples: one that gives t = 7 with a million, a difference of a hundredth
//! of the spread of times, is missed by one run in thirty. The canaries, which leave a comparison at the first difference, show
//! that the test sees what it looks for: they must exceed the limit in every one of the same five attempts.

mod subjects;
mod welch;

use std::process::ExitCode;

use subjects::{Canary, Random, Same, Subject, Tokens};
use welch::{LIMIT, Times};

/// Samples of each class.
const SAMPLES: usize = 1_000_000;
/// Inputs that are prepared at a time: as many as lie near to the processor.
const BATCH: usize = 256;
/// How often a subject may be measured until nothing is seen.
const ATTEMPTS: usize = 5;

fn main() -> ExitCode {
    let mut samples = SAMPLES;
    let mut words = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--samples" => match args.next().and_then(|count| count.parse().ok()) {
                Some(count) if count >= 1000 => samples = count,
                _ => return usage("--samples needs a number of at least 1000"),
            },
            option if option.starts_with('-') => return usage(&format!("unknown option `{option}`")),
            _ => words.push(arg),
        }
    }
    let mut random = Random::new();
    let (mut passed, mut failed) = (0, 0);
    for (mut subject, leaks) in subjects(&mut random) {
        let name = format!("{}{}", if leaks { "canary, must be seen: " } else { "" }, subject.name());
        if !words.is_empty() && !words.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        let seen = measure(subject.as_mut(), samples, &mut random);
        let right = leaks != seen.iter().any(|t| *t < LIMIT);
        *(if right { &mut passed } else { &mut failed }) += 1;
        let seen: Vec<_> = seen.iter().map(|t| format!("{t:.1}")).collect();
        println!("{}  {name} (|t| {})", if right { "passed" } else { "failed" }, seen.join(", "));
    }
    println!("{passed} passed, {failed} failed, 0 skipped");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn usage(what: &str) -> ExitCode {
    eprintln!("{what}; usage: tests/timing/run [--samples N] [WORD …]    only subjects whose name holds a word");
    ExitCode::from(2)
}

/// What is measured, and whether it leaks.
fn subjects(random: &mut Random) -> Vec<(Box<dyn Subject>, bool)> {
    use subjects::Difference::*;
    let mut all: Vec<(Box<dyn Subject>, bool)> = Vec::new();
    for (len, one, other) in [(32, None, First), (32, None, Last), (32, None, Random), (64, First, Last), (48, None, Random)] {
        all.push((Box::new(Same::new(len, one, other, random)), false));
    }
    all.push((Box::new(Tokens::hs256(random)), false));
    all.push((Box::new(Tokens::hs512(random)), false));
    all.push((Box::new(Canary::comparison(random)), true));
    all.push((Box::new(Canary::tokens(random)), true));
    all
}

/// The largest |t| of each attempt, up to the first that sees nothing.
fn measure(subject: &mut dyn Subject, samples: usize, random: &mut Random) -> Vec<f64> {
    let mut seen = Vec::new();
    while seen.len() < ATTEMPTS && seen.last().is_none_or(|t| *t >= LIMIT) {
        let mut times = Times::with_capacity(samples);
        while !times.is_full(samples) {
            let classes: Vec<_> = (0..BATCH).map(|_| random.next() & 1 == 1).collect();
            subject.prepare(&classes, random);
            let taken: Vec<_> = (0..BATCH).map(|at| subject.time(at)).collect();
            classes.into_iter().zip(taken).for_each(|(class, time)| times.add(class, time));
        }
        seen.push(times.t());
    }
    seen
}
