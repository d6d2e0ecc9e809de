//! `adarga token inspect`: what a token says, what is odd about it, and whether its signature verifies.
//!
//! Invariant: what is printed of a token is what everybody who sees it may read. Of its signature that is the beginning alone,
//! without which the token opens nothing; of a key that it brings along, nothing.

mod part;
mod report;
mod suspicion;

use std::{path::Path, process::ExitCode};

use adarga_core::{
    Reason,
    identity::token::limits as claims_limits,
    keys::{Algorithm, Algorithms},
    signature::jws,
};
use adarga_host::{
    keys::{DOCUMENT_MAX, KeyImage, Mode},
    memory::Memory,
};

use crate::{Done, Failure, args, date, input, print};

use part::Part;
use report::Report;

/// Most bytes that are read as a token: enough to say that it is too long.
const INPUT_MAX: usize = 1 << 20;

/// Runs one of the subcommands.
pub(crate) fn token(command: &args::Token) -> Done {
    match command {
        args::Token::Inspect(args) => inspect(args),
    }
}

fn inspect(args: &args::Inspect) -> Done {
    if looks_like_a_token(&args.file) {
        return Err("a token as an argument can be seen by every user of this machine: give it on standard input".into());
    }
    let keys = args.keys.as_deref().map(read_keys).transpose()?;
    let bytes = input::read(&args.file, INPUT_MAX)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| "the token is no text")?.trim_ascii();
    let token = Token::split(text)?;
    let verdict = keys.map(|keys| verify(text, &keys)).transpose()?;
    let report = Report::of(&token, args.now.unwrap_or_else(now_s), verdict.as_ref());
    print(&if args.json { report.json()? } else { report.text() })?;
    Ok(if matches!(verdict, Some(Ok(_))) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether a person has put the token where the name of its file belongs.
fn looks_like_a_token(file: &Path) -> bool {
    let name = file.to_string_lossy();
    name.len() > 20 && name.starts_with("ey") && name.contains('.') && !file.exists()
}

fn now_s() -> u64 {
    date::now_ms() / 1000
}

/// The parts of a compact JWS (RFC 7515 §3.1), of which nothing is believed.
struct Token<'t> {
    header: Part,
    claims: Part,
    signature: &'t str,
    /// Bytes of all of it.
    len: usize,
}

impl<'t> Token<'t> {
    /// Reads the parts, whatever they hold.
    ///
    /// # Errors
    /// When there are not three.
    fn split(text: &'t str) -> Result<Self, String> {
        let parts: Vec<_> = text.splitn(6, '.').collect();
        match *parts.as_slice() {
            [header, claims, signature] => {
                let (header, claims) =
                    (Part::read(header, jws::HEADER_LIMITS), Part::read(claims, claims_limits(jws::TOKEN_MAX as u32)));
                Ok(Self { header, claims, signature, len: text.len() })
            }
            [_, _, _, _, _] => Err("the token is encrypted (JWE), which is not supported".into()),
            _ => Err("the token has not three parts with dots between them; give it alone, without `Bearer` or quotes".into()),
        }
    }
}

/// What verified a token.
#[derive(Debug)]
struct Verified {
    algorithm: Algorithm,
    key: u32,
    kid: Option<String>,
}

fn verify(token: &str, keys: &KeyImage) -> Result<Result<Verified, Reason>, Failure> {
    let rules = jws::Rules::new(Algorithms::ALL);
    let mut scratch = Memory::for_limits(jws::HEADER_LIMITS.values_max, jws::TOKEN_MAX as u32);
    let mut memory = vec![0; rules.room()];
    let set = keys.keys()?;
    let verified = jws::verify_compact(token.as_bytes(), set, &rules, keys.crypto(), &mut memory, &mut scratch.scratch());
    Ok(verified.map(|verified| {
        let key = set.iter().find(|key| key.index() == verified.key());
        Verified { algorithm: verified.algorithm(), key: verified.key(), kid: key.and_then(|key| key.kid().map(str::to_owned)) }
    }))
}

fn read_keys(path: &Path) -> Result<KeyImage, Failure> {
    let document = input::read(path, DOCUMENT_MAX)?;
    KeyImage::from_document(&document, Mode::Lenient).map_err(|errors| {
        let flaw = errors.as_slice().last().map(|error| error.flaw);
        let name = path.display();
        flaw.map_or_else(|| name.to_string(), |flaw| format!("{name}: {}; see `adarga keys check`", flaw.reason())).into()
    })
}
