//! Adarga beside its peers: `tests/bench/run [--quick] [--json FILE] [WORD …]`.
//!
//! Every measurement lets the contestants take turns in one process and reports ratios with their spread (p10–p90 of the rounds).
//! Before it runs, each contestant is shown to do its job on the input; then nothing is asserted about time: a missed floor is
//! printed, and the exit status is 0 all the same. Words select measurements whose name holds one of them.

mod audit;
mod bodies;
mod contest;
mod decide;
mod growth;
mod parse;
mod paths;
mod policies;
mod rate;
mod redact;
mod report;
mod schema;
mod seal;
mod text;
mod threat;
mod token;

use std::{fs, process::ExitCode};

use contest::Effort;
use report::Report;

fn main() -> ExitCode {
    let mut effort = Effort::FULL;
    let mut file = None;
    let mut words = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--quick" => effort = Effort::QUICK,
            "--json" => match args.next() {
                Some(name) => file = Some(name),
                None => return usage("--json needs the name of a file"),
            },
            option if option.starts_with('-') => return usage(&format!("unknown option `{option}`")),
            _ => words.push(arg),
        }
    }
    let mut report = Report::new(effort, words);
    parse::measure(&mut report);
    decide::measure(&mut report);
    token::measure(&mut report);
    text::measure(&mut report);
    rate::measure(&mut report);
    redact::measure(&mut report);
    paths::measure(&mut report);
    threat::measure(&mut report);
    audit::measure(&mut report);
    seal::measure(&mut report);
    schema::measure(&mut report);
    growth::measure(&mut report);
    let missed: Vec<&str> = report.missed().collect();
    if !missed.is_empty() {
        println!("\nbelow the floor: {}", missed.join(", "));
    }
    match file.map(|file| fs::write(&file, report.to_json()).map_err(|error| format!("{file}: {error}"))) {
        Some(Err(error)) => usage(&error),
        _ => ExitCode::SUCCESS,
    }
}

fn usage(message: &str) -> ExitCode {
    eprintln!("adarga-bench: {message}\nusage: tests/bench/run [--quick] [--json FILE] [WORD …]");
    ExitCode::from(2)
}
