//! What the tests of the audit trail share: a folder with a trail and its key, and its verification.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use adarga_core::audit::{Entry, Event, Head, StartKey};
use adarga_host::{
    audit::{Arguments, Full, Settings, Summary, Sync, Trail, Verification, key},
    secrets::{Place, Secret},
};

pub(crate) const NOW: u64 = 1_782_000_000_000;

/// A folder of its own with a key, whose copy is kept.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    pub(crate) key: StartKey,
}

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("adarga-audit-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        key::make(&path.join("key")).unwrap();
        let key = key::look(&path.join("key")).unwrap();
        Self { path, key }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.path.join("audit.jsonl")
    }

    pub(crate) fn settings(&self) -> Settings {
        settings(&self.path)
    }

    /// All files of the trail, oldest first.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut files: Vec<_> = fs::read_dir(&self.path).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.file_name().unwrap().to_str().unwrap().starts_with("audit.jsonl."));
        files.sort();
        files.push(self.file());
        files
    }

    pub(crate) fn verify(&self) -> Summary {
        verify(&self.key, &self.files().iter().map(|file| fs::read(file).unwrap()).collect::<Vec<_>>(), &[])
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

pub(crate) fn settings(folder: &Path) -> Settings {
    let name = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    Settings {
        file: name("audit.jsonl"),
        key: Secret::At(Place::File(name("key"))),
        sync: Sync::Never,
        rotate_bytes: None,
        rotate_ms: None,
        syslog: None,
        full: Full::Deny,
        arguments: Arguments::Sha256,
    }
}

pub(crate) fn verify(key: &StartKey, files: &[Vec<u8>], heads: &[Head]) -> Summary {
    let mut verification = Verification::new(key.clone()).with_heads(heads.iter().copied());
    for file in files {
        let mut lines: Vec<&[u8]> = file.split(|&byte| byte == b'\n').collect();
        let last = lines.pop().unwrap_or_default();
        lines.into_iter().for_each(|line| verification.line(line));
        verification.end_of_file(last);
    }
    verification.finish()
}

pub(crate) fn entry(request: &[u8]) -> Entry<'_> {
    Entry { success: true, reason: b"allowed", request, subject: b"alice", ..Entry::new(Event::Decision, NOW) }
}

pub(crate) fn write(trail: &Trail, lines: usize) {
    (0..lines).for_each(|n| trail.write(&entry(n.to_string().as_bytes())).unwrap());
}

pub(crate) fn clean(summary: &Summary) {
    assert_eq!((summary.findings.as_slice(), summary.wrong), (&[][..], 0));
}
