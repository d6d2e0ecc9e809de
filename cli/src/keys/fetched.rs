//! `adarga keys fetch`: what an issuer publishes, as the gate would fetch it.

use std::{path::Path, process::ExitCode};

use adarga_host::{
    callers::client,
    compile::{KeySource, Sources},
    issuer, text,
};

use super::{objects, rows_of, table};
use crate::{Done, Failure, args, load, print, replace};

/// Fetches, keeps and lists the keys.
pub(super) fn fetch(args: &args::Fetch) -> Done {
    let (sources, jwks) = wanted(args)?;
    let issuer = sources.issuer.clone().unwrap_or_default();
    let document = issuer::fetch(&client(&sources)?, &issuer, jwks.as_deref())?;
    let rows = rows_of(&document.body.0, text::escaped(&document.url.to_string()).as_ref())?;
    if let Some(output) = &args.output {
        replace(output, &document.body.0)?;
    }
    print(&if args.json { objects(&rows)? } else { table(&rows) })?;
    Ok(if rows.iter().any(|row| row.usable) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// By which rules, and from which URL when the issuer need not be asked for it.
fn wanted(args: &args::Fetch) -> Result<(Sources, Option<String>), Failure> {
    if args.source.contains("://") {
        let issuer = Some(args.source.clone());
        return Ok((Sources { issuer, ..Sources::default() }, args.jwks.then(|| args.source.clone())));
    }
    let policy = load(Path::new(&args.source))?;
    let sources = Sources::from_image(policy.gate()?.image());
    let sources = sources.ok_or_else(|| format!("{}: the policy has no `[identity]`", args.source))?;
    match sources.keys.clone() {
        Some(KeySource::Url(url)) => Ok((sources, Some(url))),
        Some(KeySource::File(_) | KeySource::Secret(_)) => {
            Err(format!("{}: the keys of the policy are not fetched; see `adarga keys show FILE`", args.source).into())
        }
        _ if sources.issuer.is_some() => Ok((sources, None)),
        _ => Err(format!("{}: the policy names no issuer", args.source).into()),
    }
}
