//! `adarga keys`: what is in a file of keys, and what is wrong with it. Nothing of a secret is printed but its length.

mod fetched;
mod new;

use std::{path::Path, process::ExitCode};

use adarga_core::keys::Key;
use adarga_host::keys::{DOCUMENT_MAX, Flaw, KeyError, KeyImage, Mode, Summary, thumbprint};
use serde::Serialize;

use crate::{Done, Failure, args, check::text, input, print};

/// Characters of a `kid` that are shown.
const KID_MAX: usize = 64;

/// Runs one of the subcommands.
pub(crate) fn keys(command: &args::Keys) -> Done {
    match command {
        args::Keys::Check(file) => check(file),
        args::Keys::Show(file) => show(file),
        args::Keys::Fetch(fetch) => fetched::fetch(fetch),
        args::Keys::New(new) => new::new(new),
    }
}

/// What is said of one key.
#[derive(Debug, Serialize)]
struct Row {
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    /// Whether tokens can be verified with it.
    usable: bool,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    key: Option<Described>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    flaw: Option<Explained>,
}

/// A key that can be used.
#[derive(Debug, Serialize)]
struct Described {
    kty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<&'static str>,
    bits: usize,
    algorithms: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbprint: Option<String>,
}

/// Why a key can't be used.
#[derive(Debug, Serialize)]
struct Explained {
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'static str>,
    /// Keys of a type that is not known are passed over (RFC 7517 §5): no fault of the file.
    #[serde(skip)]
    passed_over: bool,
}

impl Row {
    fn usable(index: usize, key: &Key<'_>) -> Self {
        let Summary { kty, crv, bits } = Summary::of(key);
        let algorithms = key.algorithms().iter().map(|algorithm| algorithm.name()).collect();
        let described = Described { kty, crv, bits, algorithms, thumbprint: thumbprint(key) };
        Self { index, kid: key.kid().map(str::to_owned), usable: true, key: Some(described), flaw: None }
    }

    fn unusable(index: usize, error: &KeyError) -> Self {
        let flaw = error.flaw;
        let (reason, help) = match flaw {
            Flaw::Member(name) | Flaw::Encoding(name) => (format!("{}: `{name}`", flaw.reason()), None),
            _ => (flaw.reason().to_owned(), Some(flaw.remedy())),
        };
        let explained = Explained { reason, help, passed_over: flaw == Flaw::Type };
        Self { index, kid: error.kid.clone(), usable: false, key: None, flaw: Some(explained) }
    }

    fn fails(&self) -> bool {
        self.flaw.as_ref().is_some_and(|flaw| !flaw.passed_over)
    }

    fn name(&self) -> String {
        let kid = self.kid.as_deref().map_or_else(String::new, |kid| format!(" ({})", text::quoted(kid, KID_MAX)));
        format!("key {}{kid}", self.index)
    }
}

/// All keys of a file, in its order.
///
/// # Errors
/// When it is no document of keys.
fn rows(path: &Path) -> Result<Vec<Row>, Failure> {
    rows_of(&input::read(path, DOCUMENT_MAX)?, &input::name(path))
}

/// All keys of a document that comes from `name`.
fn rows_of(document: &[u8], name: &str) -> Result<Vec<Row>, Failure> {
    let image = match KeyImage::from_document(document, Mode::Lenient) {
        Ok(image) => image,
        Err(errors) => {
            let (whole, keys): (Vec<_>, Vec<_>) = errors.as_slice().iter().partition(|error| error.index.is_none());
            return match whole.first() {
                Some(error) if error.flaw != Flaw::NoKey || keys.is_empty() => {
                    Err(format!("{name}: {}; {}", error.flaw.reason(), error.flaw.remedy()).into())
                }
                _ => Ok(keys.into_iter().filter_map(|error| Some(Row::unusable(error.index?, error))).collect()),
            };
        }
    };
    let set = image.keys()?;
    let mut usable = set.iter();
    let left_out = |index| image.left_out().iter().find(|error| error.index == Some(index));
    let all = (0..set.len() + image.left_out().len()).filter_map(|index| match left_out(index) {
        Some(error) => Some(Row::unusable(index, error)),
        None => usable.next().map(|key| Row::usable(index, &key)),
    });
    Ok(all.collect())
}

/// Says of each key whether it can be used; exit code 1 when one can't.
fn check(file: &args::KeyFile) -> Done {
    let rows = rows(&file.file)?;
    let out = if file.json { objects(&rows)? } else { report(&rows) };
    print(&out)?;
    let usable = rows.iter().any(|row| row.usable) && !rows.iter().any(Row::fails);
    Ok(if usable { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn report(rows: &[Row]) -> String {
    let mut out = String::new();
    for row in rows {
        let name = row.name();
        match (&row.key, &row.flaw) {
            (Some(key), _) => out += &format!("{name}: {}, for {}\n", kind(key), key.algorithms.join(", ")),
            (None, Some(flaw)) if flaw.passed_over => out += &format!("{name}: passed over, {}\n", flaw.reason),
            (None, Some(flaw)) => {
                out += &format!("{name}: cannot be used: {}\n", flaw.reason);
                out.extend(flaw.help.map(|help| format!("  help: {help}\n")));
            }
            (None, None) => {}
        }
    }
    let usable = rows.iter().filter(|row| row.usable).count();
    let plural = if rows.len() == 1 { "" } else { "s" };
    out + &format!("{} key{plural}, {usable} can be used\n", rows.len())
}

fn kind(key: &Described) -> String {
    match key.crv {
        Some(crv) => crv.to_owned(),
        None if key.kty == "oct" => format!("a secret of {} bits", key.bits),
        None => format!("{} of {} bits", key.kty, key.bits),
    }
}

/// A table of all keys.
fn show(file: &args::KeyFile) -> Done {
    let rows = rows(&file.file)?;
    print(&if file.json { objects(&rows)? } else { table(&rows) })
}

fn table(rows: &[Row]) -> String {
    let head = ["#", "kid", "type", "curve", "bits", "algorithms", "thumbprint"].map(str::to_owned);
    let cells = |row: &Row| {
        let kid = row.kid.as_deref().map_or_else(|| "-".to_owned(), |kid| adarga_host::text::word(kid).into_owned());
        let Some(key) = &row.key else {
            let reason = row.flaw.as_ref().map_or_else(String::new, |flaw| format!("cannot be used: {}", flaw.reason));
            return vec![row.index.to_string(), kid, reason];
        };
        let dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        vec![
            row.index.to_string(),
            kid,
            key.kty.to_owned(),
            dash(key.crv.map(str::to_owned)),
            key.bits.to_string(),
            key.algorithms.join(" "),
            dash(key.thumbprint.clone()),
        ]
    };
    let lines: Vec<_> = std::iter::once(head.to_vec()).chain(rows.iter().map(cells)).collect();
    let width = |column: usize| {
        // a reason that stands across the rest widens nothing
        let whole = lines.iter().filter(|cells| column < 2 || cells.len() == head.len());
        whole.filter_map(|cells| cells.get(column)).map(|cell| text::width(cell)).max().unwrap_or(0).min(KID_MAX)
    };
    let widths: Vec<_> = (0..head.len()).map(width).collect();
    let mut out = String::new();
    for cells in &lines {
        let (last, first) = cells.split_last().map_or(("", &cells[..]), |(last, first)| (last.as_str(), first));
        for (cell, width) in first.iter().zip(&widths) {
            text::cell(&mut out, cell, *width);
            out += "  ";
        }
        out += last;
        out.push('\n');
    }
    out
}

/// One JSON object a line.
fn objects(rows: &[Row]) -> Result<String, Failure> {
    let mut out = Vec::new();
    for row in rows {
        row.serialize(&mut serde_json::Serializer::with_formatter(&mut out, text::HarmlessJson))?;
        out.push(b'\n');
    }
    Ok(String::from_utf8(out)?)
}
