//! `adarga audit verify`: names the first line that is not as it was written.

use std::{fmt::Write, path::Path, process::ExitCode};

use adarga_core::audit::{Head, KEY_LEN, StartKey};
use adarga_host::{
    audit::{Fault, Summary, Verification, key},
    secrets::Place,
};

use crate::{Done, Failure, args, print};

use super::lines;

/// Wrong lines that are named.
const NAMED_MAX: usize = 20;

pub(super) fn verify(args: &args::AuditVerify) -> Done {
    let heads = args.head.iter().map(|head| {
        Head::read(head.as_bytes())
            .ok_or_else(|| format!("`{}` is no head: chain, sequence and MAC with colons between", short(head)))
    });
    let heads = heads.collect::<Result<Vec<_>, _>>()?;
    let mut verification = Verification::new(start(args)?).with_heads(heads);
    if args.partial {
        verification = verification.partial();
    }
    // where each file begins among all lines
    let mut files: Vec<(u64, &Path)> = Vec::new();
    let mut count = 0_u64;
    for path in &args.files {
        files.push((count, path));
        lines::each(path, |line, ended| {
            count += 1;
            if ended {
                verification.line(line)
            } else {
                verification.end_of_file(line)
            }
            Ok(())
        })?;
    }
    let summary = verification.finish();
    print(&described(&summary, &files))?;
    Ok(if summary.is_whole() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn start(args: &args::AuditVerify) -> Result<StartKey, Failure> {
    match (&args.key, &args.key_env) {
        (Some(path), _) => Ok(key::look(path)?),
        (None, Some(name)) => {
            let secret = Place::Env(name.clone()).read()?;
            if secret.len() < KEY_LEN {
                return Err(format!("environment variable `{}`: shorter than {KEY_LEN} bytes", short(name)).into());
            }
            Ok(StartKey::from_secret(secret.as_bytes()))
        }
        (None, None) => Err("name the key with `--key` or `--key-env`".into()),
    }
}

fn described(summary: &Summary, files: &[(u64, &Path)]) -> String {
    let mut text = String::new();
    for finding in summary.findings.iter().take(NAMED_MAX) {
        let file = finding.line.and_then(|line| files.iter().rev().find(|(start, _)| *start <= line).map(|file| (line, file)));
        let _ = match file {
            Some((line, (start, path))) => writeln!(text, "{}:{}: {}", path.display(), line - start + 1, finding.fault),
            None => writeln!(text, "{}", finding.fault),
        };
    }
    let named = u64::try_from(summary.findings.len().min(NAMED_MAX)).unwrap_or(0);
    if summary.wrong > named {
        let _ = writeln!(text, "and {} more", summary.wrong - named);
    }
    let chains = summary.heads.len();
    let open = summary.heads.iter().filter(|(_, ended)| !ended).count();
    let _ = writeln!(text, "{} lines are genuine, in {chains} chains", summary.genuine);
    if open > 0 {
        let _ =
            writeln!(text, "{open} chains have no end: their process runs or was killed, or lines were cut off; a head tells");
        for (head, _) in summary.heads.iter().filter(|(_, ended)| !ended).take(NAMED_MAX) {
            let _ = writeln!(text, "  last known line {head}");
        }
    }
    if summary.torn > 0 {
        let _ = writeln!(text, "{} torn lines, each named by the line behind it", summary.torn);
    }
    if summary.lost > 0 {
        let _ = writeln!(text, "{} lines could not be written, by what the trail itself says", summary.lost);
    }
    let whole = match (summary.is_whole(), summary.findings.iter().any(|finding| finding.fault == Fault::Torn)) {
        (true, false) => "the trail is whole",
        (true, true) => "the trail is whole up to its torn last line",
        (false, _) => "the trail is NOT whole",
    };
    let _ = writeln!(text, "{whole}");
    text
}

/// What a person wrote, not at length.
fn short(text: &str) -> String {
    text.chars().take(40).flat_map(char::escape_debug).collect()
}
