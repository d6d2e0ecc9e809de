//! The program `adarga`, as a library so that other packages can install the same one.
//!
//! Exit codes: 0 done; 1 what was asked about is not so (`check`, `doctor`, `keys check`, `token inspect`); 2 wrong use, a wrong policy or
//! file; of `run`, the server's own code, 127 when its command was not found, 128 and a signal's number when one ended it.

mod args;
#[cfg(unix)]
mod audit;
mod c_array;
mod check;
mod date;
mod doctor;
pub mod driver;
mod id;
mod init;
mod input;
mod keys;
mod process;
mod run;
mod secrets;
pub mod session;
mod token;
mod toml;
mod unseal;

use std::{
    ffi::OsString,
    fmt::Display,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use adarga_host::{
    keys::{DOCUMENT_MAX, KeyImage, Mode},
    load::Policy,
    policy::{Document, Loaded, Source, read},
    rates::describe_memory,
};
use clap::{CommandFactory, Parser, error::ErrorKind};

use args::{Args, Command};

/// Exit code of wrong use, a wrong policy or a wrong file.
const WRONG: u8 = 2;

/// Runs the program with these arguments, the first of which is its own name.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => return usage(&error),
    };
    let done = match args.command {
        Command::Run(run) => run::run(&run),
        Command::Check(check) => check::check(&check),
        Command::Init(init) => init::init(&init),
        Command::Pin(pin) => init::pin(&pin),
        Command::Doctor(doctor) => doctor::doctor(&doctor),
        Command::Compile { policy, output, c_array } => compile(&policy, output.as_deref(), c_array.as_deref()),
        Command::Explain { policy } => explain(&policy),
        Command::Keys(command) => keys::keys(&command),
        Command::Secrets(command) => secrets::secrets(&command),
        Command::Unseal(unseal) => unseal::unseal(&unseal),
        Command::Token(command) => token::token(&command),
        #[cfg(unix)]
        Command::Audit(command) => audit::audit(&command),
        Command::Schema => print(&adarga_host::policy::json_schema()),
        Command::Driver => {
            driver::drive(io::stdin().lock(), io::stdout().lock()).map(|()| ExitCode::SUCCESS).map_err(Failure::from)
        }
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Args::command(), "adarga", &mut io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    };
    done.unwrap_or_else(|failure| {
        complain(&failure.text);
        ExitCode::from(failure.code)
    })
}

/// Why a command ended early: what to tell, and with which exit code.
#[derive(Debug)]
struct Failure {
    text: String,
    code: u8,
}

impl<E: Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { text: error.to_string(), code: WRONG }
    }
}

type Done = Result<ExitCode, Failure>;

/// Help goes to standard output; a wrong use is one line.
fn usage(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            return ExitCode::from(WRONG);
        }
        _ => {}
    }
    let text = error.to_string();
    let lines: Vec<_> =
        text.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:")).filter(|line| !line.is_empty()).collect();
    let text = lines.join("; ");
    complain(&format!("{}; see `adarga --help`", text.strip_prefix("error: ").unwrap_or(&text)));
    ExitCode::from(WRONG)
}

/// Tells a person on standard error.
fn complain(text: &dyn Display) {
    let style = anstyle::Style::new().bold().fg_color(Some(anstyle::AnsiColor::Red.into()));
    let _ = writeln!(anstream::stderr(), "{style}adarga:{style:#} {text}");
}

fn print(text: &str) -> Done {
    match io::stdout().write_all(text.as_bytes()) {
        // the reader has seen enough
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(ExitCode::SUCCESS),
    }
}

/// Loads a policy and tells its warnings.
fn load(path: &Path) -> Result<Policy, Failure> {
    let policy = Policy::open(path)?;
    for warning in policy.warnings() {
        let style = anstyle::Style::new().bold().fg_color(Some(anstyle::AnsiColor::Yellow.into()));
        let _ = writeln!(anstream::stderr(), "{style}warning:{style:#} {warning}");
    }
    Ok(policy)
}

/// The keys of a file, JWKS or PEM.
fn key_file(path: &Path) -> Result<KeyImage, Failure> {
    let document = input::read(path, DOCUMENT_MAX)?;
    Ok(KeyImage::from_document(&document, Mode::Strict).map_err(|errors| format!("{}: {errors}", input::name(path)))?)
}

/// Writes a file beside the target, then renames it: whoever reads the old one goes on reading it.
fn replace(target: &Path, content: &[u8]) -> Result<(), Failure> {
    let fresh = target.with_extension(format!("new-{}", std::process::id()));
    let written = fs::write(&fresh, content).and_then(|()| fs::rename(&fresh, target));
    written.map_err(|error| {
        let _ = fs::remove_file(&fresh);
        format!("{}: {error}", target.display()).into()
    })
}

fn compile(policy: &Path, output: Option<&Path>, array: Option<&str>) -> Done {
    let compiled = load(policy)?;
    let extension = if array.is_some() { "c" } else { "adarga" };
    let output = output.map_or_else(|| policy.with_extension(extension), PathBuf::from);
    if output == policy {
        return Err("the image would replace the policy: name another file with `--output`".into());
    }
    match array {
        Some(name) => replace(&output, c_array::c_array(name, &input::name(policy), compiled.image())?.as_bytes())?,
        None => replace(&output, compiled.image())?,
    }
    let counts = compiled.gate()?.image().rates().and_then(describe_memory);
    let counts = counts.map_or_else(String::new, |counts| format!("counting calls takes {counts}\n"));
    print(&format!("{} ({} bytes)\n{counts}", output.display(), compiled.image().len()))
}

/// A policy that compiles, with the document that it is.
fn document(path: &Path) -> Result<(Policy, Loaded<Document>), Failure> {
    let name = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| format!("{name}: {error}"))?;
    if bytes.starts_with(&adarga_core::image::LABEL) {
        return Err(Failure::from(format!("{name} is an image: give the policy that it was compiled from")));
    }
    // what does not compile has more than one thing wrong; what, the compiler says
    let compiled = load(path)?;
    Ok((compiled, read(Source::from_bytes(name, bytes)?)?))
}

fn explain(policy: &Path) -> Done {
    let policy = load(policy)?;
    print(&adarga_host::explain::explain(policy.gate()?.image()))
}
