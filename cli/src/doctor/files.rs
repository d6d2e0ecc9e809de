//! What the files and directories of this machine look like that the policy names.

use std::path::{Path, PathBuf};

use adarga_host::policy::{KeySource, Secret};

use super::{Found, Patient, policy};

/// Bits of a mode that let others than the owner write.
const WRITABLE_BY_OTHERS: u32 = 0o022;
/// Bits of a mode that let others than the owner do anything.
const OPEN_TO_OTHERS: u32 = 0o077;
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
    let folder = patient.path.parent().unwrap_or(Path::new("."));
    for secret in named(patient) {
        match secret {
            Secret::File(name) => {
                let path = folder.join(name);
                wrong.extend(open_to(&path, OPEN_TO_OTHERS, "can be read by others than its owner", "600"));
            }
            Secret::Env(name) => {
                let set = std::env::var_os(name).is_some_and(|value| !value.is_empty());
                if !set {
                    wrong.push(format!("the environment variable `{name}` is not set here"));
                }
            }
        }
    }
    Found::unless(wrong, "secrets lie in files of their owner alone, or in the environment; the policy holds none")
}

/// The secrets that the policy refers to.
fn named<'p>(patient: &'p Patient<'_>) -> Vec<&'p Secret> {
    let document = patient.document();
    let mut secrets: Vec<&Secret> = document.stdio.token.iter().chain(document.audit.iter().map(|audit| &audit.key)).collect();
    if let Some(identity) = &document.identity {
        if let Some(KeySource::Secret(secret)) = &identity.keys {
            secrets.push(secret);
        }
        secrets.extend(identity.introspection.iter().map(|introspection| &introspection.client_secret));
    }
    secrets
}
