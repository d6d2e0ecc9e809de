//! A temporary folder with a root in it and something outside.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicUsize, Ordering},
};

use adarga_host::files::{Cause, FileError, Guard, Root, Settings};

/// What no test may ever read.
pub(crate) const SECRET: &str = "outside";

/// `root` and, beside it, `outside/secret`; removed at the end.
pub(crate) struct Jail {
    folder: PathBuf,
}

impl Jail {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().canonicalize().unwrap().join(format!("adarga-files-{}-{count}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("root")).unwrap();
        fs::create_dir(folder.join("outside")).unwrap();
        fs::write(folder.join("outside/secret"), SECRET).unwrap();
        Self { folder }
    }

    /// A path in the folder, on its real file system.
    pub(crate) fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.join(path)
    }

    /// A path in the root.
    pub(crate) fn inside(&self, path: impl AsRef<Path>) -> PathBuf {
        self.at("root").join(path)
    }

    /// Writes a file in the root, and the directories above it.
    pub(crate) fn file(&self, path: &str, content: &str) {
        let path = self.inside(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Makes a link in the root, and the directories above it.
    pub(crate) fn link(&self, path: &str, target: impl AsRef<Path>) {
        let path = self.inside(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(target, path).unwrap();
    }

    pub(crate) fn root(&self, settings: Settings) -> Root {
        Root::with(self.at("root"), settings).unwrap()
    }

    /// The root under each guard, named.
    pub(crate) fn guards(&self) -> [(Guard, Root); 2] {
        [Guard::Kernel, Guard::Walk].map(|guard| (guard, self.root(Settings { guard, ..Settings::default() })))
    }
}

impl Drop for Jail {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Why something failed.
pub(crate) fn cause<T>(result: Result<T, FileError>) -> Cause {
    result.err().map(|error| error.cause().clone()).expect("an error")
}
