//! What the files and directories of this machine look like that the policy names.

use std::path::{Path, PathBuf};

use adarga_host::{
    policy::Secret,
    secrets::{Place, Vault},
};

use super::{Found, Patient, policy};

/// Bits of a mode that let others than the owner write.
const WRITABLE_BY_OTHERS: u32 = 0o022;
/// Bits of a mode that let others than the owner do anything.
const OPEN_TO_OTHERS: u32 = 0o077;
/// How old a secret may get.
const KEPT_MAX_MS: u64 = 365 * 24 * 3600 * 1000;
/// What arguments are called that are paths.
const PATHS: [&str; 8] = ["path", "file", "filename", "file_path", "filepath", "directory", "dir", "folder"];

/// The mode of a file or directory, where the system has modes.
fn mode(path: &Path) -> std::io::Result<Option<u32>> {
    let metadata = std::fs::metadata(path)?;
    #[cfg(unix)]
    return Ok(Some(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions())));
    #[cfg(not(unix))]
    Ok(None)
}

/// What is wrong with the mode of a path, in words.
fn open_to(path: &Path, bits: u32, what: &str, remedy: &str) -> Option<String> {
    match mode(path) {
        Err(error) => Some(format!("{}: {error}", path.display())),
        Ok(Some(mode)) if mode & bits != 0 => {
            Some(format!("{} {what} (mode {:03o}): `chmod {remedy} {}`", path.display(), mode & 0o777, path.display()))
        }
        Ok(_) => None,
    }
}

pub(super) fn audit(patient: &Patient<'_>) -> Found {
    let Some(audit) = &patient.document().audit else {
        return Found::unless(vec!["nothing is written down: add `[audit]` with a `file` and a `key`".into()], "");
    };
    let file = PathBuf::from(&audit.file);
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut wrong: Vec<String> = open_to(folder, 0o002, "can be written by everybody", "o-w").into_iter().collect();
    if file.exists() {
        wrong.extend(open_to(&file, OPEN_TO_OTHERS, "can be read by others than its owner", "600"));
    }
    Found::unless(wrong, format!("verdicts go to {}; that somebody reads them, a person has to see to", file.display()))
}

pub(super) fn roots(patient: &Patient<'_>) -> Found {
    let document = patient.document();
    let mut wrong = Vec::new();
    for (name, root) in &document.roots {
        let path = Path::new(&root.directory);
        match std::fs::canonicalize(path) {
            Err(error) => wrong.push(format!("root `{name}`: {}: {error}", path.display())),
            Ok(real) if real != path => {
                wrong.push(format!("root `{name}`: {} leads through a symbolic link: write {}", path.display(), real.display()));
            }
            Ok(real) if !real.is_dir() => wrong.push(format!("root `{name}`: {} is no directory", path.display())),
            Ok(real) => {
                let open = open_to(&real, WRITABLE_BY_OTHERS, "can be written by others than its owner", "go-w");
                wrong.extend(open.map(|open| format!("root `{name}`: {open}")));
            }
        }
    }
    for (name, entry) in policy::callable(patient) {
        let Some(schema) = policy::inline(entry) else { continue };
        let named = |argument: &&str| schema.pointer(&format!("/properties/{argument}")).is_some();
        let bound = |argument: &&str| entry.paths.contains_key(&format!("/{argument}"));
        let free: Vec<&str> = PATHS.iter().copied().filter(named).filter(|argument| !bound(argument)).collect();
        if !free.is_empty() {
            wrong.push(format!(
                "{} of `{name}` is bound to no root: add `paths = {{ \"/{}\" = \"…\" }}`",
                policy::list(&free),
                free[0]
            ));
        }
    }
    let right = if document.roots.is_empty() { "no argument is called like a path" } else { "roots exist and are their owner's" };
    Found::unless(wrong, right)
}

pub(super) fn isolation(_: &Patient<'_>) -> Found {
    #[cfg(unix)]
    if rustix::process::geteuid().is_root() {
        return Found::person("this program runs as root now: run server and gate as a user of their own");
    }
    Found::person("server and gate run as a user of their own, in a container or sandbox")
}

pub(super) fn secrets(patient: &Patient<'_>) -> Found {
    let mut wrong: Vec<String> =
        open_to(patient.path, WRITABLE_BY_OTHERS, "can be changed by others than its owner", "go-w").into_iter().collect();
    let document = patient.document();
    let places = document.secrets_named().into_iter().filter_map(|(secret, _)| match secret {
        Secret::At(place) => Some(place),
        Secret::Stored(_) => None,
    });
    for place in places {
        match place {
            Place::File(name) => {
                wrong.extend(open_to(Path::new(name), OPEN_TO_OTHERS, "can be read by others than its owner", "600"));
            }
            Place::Env(_) | Place::Credential(_) => wrong.extend(place.read().err().map(|error| one_line(&error))),
        }
    }
    if let Some(secrets) = &document.secrets {
        match Vault::at(&secrets.into()) {
            Err(error) => wrong.push(one_line(&error)),
            Ok(vault) => {
                wrong.extend(vault.kept().iter().filter(|kept| kept.set_ms < patient.now_ms.saturating_sub(KEPT_MAX_MS)).map(
                    |kept| {
                        format!("`{}` of the vault is older than a year: make a new one, and `adarga secrets set` it", kept.name)
                    },
                ));
                let there = |name: &str| vault.kept().iter().any(|kept| kept.name == name);
                let stored = document.secrets_named().into_iter().filter_map(|(secret, _)| match secret {
                    Secret::Stored(name) if !there(name) => Some(name),
                    _ => None,
                });
                wrong.extend(stored.map(|name| format!("`{name}` is not in the vault: `adarga secrets set` puts it there")));
            }
        }
    }
    Found::unless(wrong, "secrets lie in files of their owner alone, or in the environment; the policy holds none")
}

/// An error without its line breaks.
pub(super) fn one_line(error: &impl std::fmt::Display) -> String {
    error.to_string().replace("\n  help:", ":").replace('\n', " ")
}
