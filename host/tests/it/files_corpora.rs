//! The corpora of paths on a real file system: `path/fs.jsonl`, `path/within.jsonl`.

use std::{fs, os::unix::fs::MetadataExt, os::unix::net::UnixListener, path::Path};

use adarga_core::{
    Reason,
    path::{Encoding, Profile, Rules},
};
use adarga_host::files::{Cause, Guard, Root, Settings};
use rustix::fs::{CWD, FileType, Mode, fstat, mknodat};
use serde_json::Value;

use crate::{corpora::lines, files_support::Jail};

const POSIX: Rules = Rules { profile: Profile::Posix, encoding: Encoding::Guard };

/// Builds one line of a tree: of Go's (`a => b`, `a/`) or of filepath-securejoin's (`symlink a b`).
fn build(jail: &Jail, line: &str) {
    let words: Vec<_> = line.split(' ').collect();
    match words.as_slice() {
        [path, "=>", target] => {
            jail.link(path, target.replace("$ABS", jail.at("root").to_str().unwrap()).replace("ROOT", "root"))
        }
        ["dir", path] => fs::create_dir_all(jail.inside(path)).unwrap(),
        ["file", path] => jail.file(path, "file"),
        ["symlink", path, target] => jail.link(path, target),
        ["fifo", path] => mknodat(CWD, jail.inside(path), FileType::Fifo, Mode::RUSR, 0).unwrap(),
        ["sock", path] => drop(UnixListener::bind(jail.inside(path)).unwrap()),
        [path] if path.ends_with('/') => fs::create_dir_all(jail.inside(path)).unwrap(),
        [path] => jail.file(path, "file"),
        other => panic!("{other:?}"),
    }
}

/// What a path led to: device and inode of the handle.
fn reached(root: &Root, path: &str) -> Result<(u64, u64), Cause> {
    let wrong = |error: &adarga_host::files::FileError| error.cause().clone();
    match root.open(path) {
        Ok(file) => {
            file.metadata().map(|metadata| (metadata.dev(), metadata.ino())).map_err(|error| Cause::System(error.to_string()))
        }
        Err(error) if matches!(error.cause(), Cause::Kind(adarga_host::files::Kind::Directory)) => {
            let directory = root.beneath(path).map_err(|error| wrong(&error))?;
            let stat = fstat(&directory).unwrap();
            Ok((stat.st_dev, stat.st_ino))
        }
        Err(error) => Err(wrong(&error)),
    }
}

fn number(path: &Path) -> (u64, u64) {
    let metadata = fs::metadata(path).unwrap();
    (metadata.dev(), metadata.ino())
}

/// Every device and inode beneath the root.
fn inside(folder: &Path, found: &mut Vec<(u64, u64)>) {
    found.push(number(folder));
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let metadata = entry.metadata().unwrap();
        match metadata.is_dir() {
            true => inside(&entry.path(), found),
            false => found.push((metadata.dev(), metadata.ino())),
        }
    }
}

/// Why a root may refuse what its corpus opens; nothing where it may not.
fn excuse(line: &Value, cause: &Cause, guard: Guard) -> Option<&'static str> {
    let climbs = line["open"].as_str().unwrap().split('/').any(|name| name == "..");
    match cause {
        Cause::Path(Reason::PathEscape) if climbs => Some("`..` is refused"),
        Cause::Outside if line["mode"] == "in-root" => Some("an absolute link starts outside"),
        Cause::Kind(_) if line["id"] == "pathrs-complete-sock" => Some("a socket is no regular file"),
        Cause::Link if guard == Guard::Walk => Some("a walk follows no link"),
        _ => None,
    }
}

#[test]
fn path_fs() {
    let corpus = lines("path/fs.jsonl", 94);
    let trees: Vec<_> = corpus.iter().filter(|line| line.get("open").is_none()).collect();
    let cases: Vec<_> = corpus.iter().filter(|line| line.get("open").is_some()).collect();
    for guard in [Guard::Kernel, Guard::Walk] {
        let (mut equal, mut stricter) = (0, Vec::new());
        for &line in &cases {
            let tree = line.get("tree").map(|name| format!("tree:{}", name.as_str().unwrap()));
            let fs = tree.as_ref().map_or(line, |tree| trees.iter().find(|line| line["id"] == **tree).unwrap());
            let jail = Jail::new();
            if tree.is_none() && line["target"].is_string() {
                let target = line["target"].as_str().unwrap();
                jail.file(target, "file");
            }
            fs["fs"].as_array().unwrap().iter().for_each(|line| build(&jail, line.as_str().unwrap()));
            let root = jail.root(Settings { rules: POSIX, guard, ..Settings::default() });
            let (got, wants_error) = (reached(&root, line["open"].as_str().unwrap()), line["error"].as_bool().unwrap());
            if let Ok(handle) = got {
                let mut found = Vec::new();
                inside(&jail.at("root"), &mut found);
                assert!(found.contains(&handle), "outside: {line}");
            }
            match got {
                Ok(handle) if !wants_error => {
                    let target = line.get("target").or(line.get("handle")).unwrap().as_str().unwrap();
                    assert_eq!(handle, number(&jail.inside(target.trim_start_matches('/'))), "{line}");
                    equal += 1;
                }
                Err(_) if wants_error => equal += 1,
                Ok(_) => panic!("{guard:?} opened {line}"),
                Err(cause) => {
                    let why = excuse(line, &cause, guard).unwrap_or_else(|| panic!("{guard:?} refused, {cause}: {line}"));
                    stricter.push(format!("{}: {why}", line["id"].as_str().unwrap()));
                }
            }
        }
        println!("path/fs, {guard:?}: {} run, {equal} equal, {} stricter: {stricter:#?}", cases.len(), stricter.len());
    }
}

/// The roots of the corpus, really there, and its path with the file made if it can be beneath them.
#[test]
fn path_within() {
    let (mut equal, mut stricter, mut free) = (0, Vec::new(), 0);
    for line in lines("path/within.jsonl", 68) {
        let (path, roots) = (line["path"].as_str().unwrap(), line["allowed"].as_array().unwrap());
        let usable = |path: &str| path.starts_with('/') && !path.contains('\0') && path.len() < 3000;
        if line["platform"] == "windows" || !usable(path) || !roots.iter().all(|root| usable(root.as_str().unwrap())) {
            free += 1;
            continue;
        }
        let jail = Jail::new();
        let real = |path: &str| format!("{}{path}", jail.at("root").to_str().unwrap());
        for root in roots {
            fs::create_dir_all(real(root.as_str().unwrap())).unwrap();
        }
        // names that are too long for a file system are within, and not there
        let made = fs::create_dir_all(real(path)).is_ok();
        let beneath = roots.iter().any(|root| {
            let root = Root::with(real(root.as_str().unwrap()), Settings { rules: POSIX, ..Settings::default() }).unwrap();
            match root.stat(real(path)) {
                Ok(_) => true,
                Err(error) => !made && matches!(error.cause(), Cause::Absent | Cause::Path(Reason::PathSize)),
            }
        });
        if beneath == line["expect"].as_bool().unwrap() {
            equal += 1;
        } else {
            assert!(!beneath, "leaves: {line}");
            stricter.push(line["id"].as_str().unwrap().to_owned());
        }
    }
    println!("path/within: {equal} equal, {free} not for this file system, stricter for `..`: {stricter:?}");
}
