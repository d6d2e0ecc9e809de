//! `adarga secrets`: keeps secrets in a vault.

mod dotenv;
mod prompt;

use std::{fmt::Write as _, io::IsTerminal, path::Path, process::ExitCode};

use adarga_host::secrets::{MasterKeys, Place, SECRET_MAX, Vault, VaultPlace, fresh_key};
use serde_json::json;
use zeroize::Zeroizing;

use crate::{
    Done, Failure,
    args::{Secrets, VaultArgs},
    date::{self, now_ms},
    input, print,
};

/// Longest file of settings, in bytes.
const IMPORT_MAX: usize = 1 << 20;

/// Runs one of the commands.
pub(crate) fn secrets(command: &Secrets) -> Done {
    match command {
        Secrets::Init(args) => init(args),
        Secrets::Key { id } => print(&format!("{}\n", fresh_key(*id)?.as_str())),
        Secrets::Set { vault, name } => set(vault, name),
        Secrets::Get { vault, name } => match Vault::at(&place(vault)?)?.get(name)? {
            Some(value) => print(&format!("{}\n", value.as_str())),
            None => Err(absent(vault, name)),
        },
        Secrets::List { json, vault } => list(vault, *json),
        Secrets::Remove { vault, name } => {
            let removed = Vault::change(&place(vault)?, |open| Ok(open.remove(name)))?;
            if removed { Ok(ExitCode::SUCCESS) } else { Err(absent(vault, name)) }
        }
        Secrets::Rotate(vault) => {
            let place = place(vault)?;
            let id = Vault::rotate(&place)?;
            print(&format!("{}: sealed anew under key {id} of {}\n", vault.vault, place.key))
        }
        Secrets::Import { vault, file } => import(vault, file),
    }
}

fn absent(vault: &VaultArgs, name: &str) -> Failure {
    let name = adarga_host::text::escaped(name);
    Failure { text: format!("{}: no secret `{name}`; see `adarga secrets list {}`", vault.vault, vault.vault), code: 1 }
}

/// The vault, and where its key lies.
fn place(args: &VaultArgs) -> Result<VaultPlace, Failure> {
    let key = match &args.key {
        None => Place::File(format!("{}.key", args.vault)),
        Some(key) => key.parse().map_err(|error| format!("`--key`: {error}"))?,
    };
    Ok(VaultPlace { file: args.vault.clone(), key })
}

fn init(args: &VaultArgs) -> Done {
    let place = place(args)?;
    let made = Vault::make(&place)?;
    let id = MasterKeys::read(&place.key)?.id();
    let copy = if made { "\nkeep a copy of the key elsewhere: nothing in the vault opens without it" } else { "" };
    print(&format!("{}: an empty vault, under key {id} of {}{copy}\n", place.file, place.key))
}

fn set(args: &VaultArgs, name: &str) -> Done {
    let place = place(args)?;
    let value = if std::io::stdin().is_terminal() {
        prompt::hidden(&format!("value of `{}` (not shown): ", adarga_host::text::escaped(name)))?
    } else {
        let bytes = input::read(Path::new("-"), SECRET_MAX + 2)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| "standard input is not UTF-8")?;
        let text = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
        Zeroizing::new(text.to_owned())
    };
    Vault::change(&place, |vault| vault.set(name, &value, now_ms()))?;
    Ok(ExitCode::SUCCESS)
}

fn list(args: &VaultArgs, as_json: bool) -> Done {
    let vault = Vault::at(&place(args)?)?;
    let width = vault.kept().iter().map(|kept| kept.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for kept in vault.kept() {
        // to the second
        let set = date::utc((kept.set_ms / 1000) as f64).unwrap_or_default();
        let key = kept.key_id().unwrap_or(0);
        let _ = if as_json {
            writeln!(out, "{}", json!({ "name": kept.name, "set": set, "key": key }))
        } else {
            writeln!(out, "{:<width$}  {set}  key {key}", kept.name)
        };
    }
    print(&out)
}

fn import(args: &VaultArgs, file: &Path) -> Done {
    let place = place(args)?;
    let bytes = input::read(file, IMPORT_MAX)?;
    let name = input::name(file);
    let text = std::str::from_utf8(&bytes).map_err(|_| format!("{name}: not UTF-8"))?;
    let lines = dotenv::read(text).map_err(|(line, why)| format!("{name}:{line}: {why}"))?;
    let now = now_ms();
    Vault::change(&place, |vault| lines.iter().try_for_each(|(name, value)| vault.set(name, value, now)))?;
    print(&format!("{}: {} secrets of {name}; remove that file once nobody needs it\n", args.vault, lines.len()))
}
