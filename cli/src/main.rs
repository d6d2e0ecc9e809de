//! The program `adarga`.

use std::process::ExitCode;

fn main() -> ExitCode {
    adarga_cli::main(std::env::args_os())
}
