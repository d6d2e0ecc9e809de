//! Paths: judged from their bytes beside `canonicalize`, and opened beneath a root beside a bare `openat2`.

use std::{fs, hint::black_box, path::PathBuf, process};

use adarga_core::path::{PATH_MAX, Rules, contain_any};

use crate::{contest::Contestant, report::Report};

/// How many times as long `std::fs::canonicalize` has to take as judging a path.
const CANONICALIZE_FLOOR: f64 = 10.0;
/// A bare `openat2` over an open beneath a root, which judges the path before and the handle after: at most 1.3 times as long.
#[cfg(target_os = "linux")]
const OPEN_FLOOR: f64 = 1.0 / 1.3;
/// 40 bytes beneath the root.
const PATH: &str = "reports/2026/third-quarter/summary-v2.md";

/// A root that really is there; removed in the end.
struct Tree(PathBuf);

impl Tree {
    fn new() -> Self {
        let root = std::env::temp_dir().join(format!("adarga-bench-{}", process::id()));
        let file = root.join(PATH);
        fs::create_dir_all(file.parent().expect("it has directories")).expect("a temporary folder");
        fs::write(&file, "content").expect("a temporary file");
        Self(root.canonicalize().expect("it was made"))
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Both.
pub(crate) fn measure(report: &mut Report) {
    let names = ["path/relative, 40 bytes", "path/absolute, 40 bytes beneath", "path/file: URI", "open/beneath a root"];
    if !names.iter().any(|name| report.wants(name)) {
        return;
    }
    assert_eq!(PATH.len(), 40);
    let tree = Tree::new();
    let root = tree.0.to_str().expect("a temporary folder of UTF-8").to_owned();
    let absolute = format!("{root}/{PATH}");
    report.duels("Paths: std::fs::canonicalize");
    let floor = Some(CANONICALIZE_FLOOR);
    let paths = [(PATH.to_owned(), floor), (absolute.clone(), floor), (format!("file://{absolute}"), None)];
    for (name, (path, floor)) in names.into_iter().zip(paths) {
        let mut buffer = [0; PATH_MAX];
        let contained = contain_any(root.as_bytes(), path.as_bytes(), Rules::default(), &mut buffer);
        assert_eq!(contained.expect("it lies beneath").as_bytes(), PATH.as_bytes());
        let (root, real) = (root.as_bytes(), tree.0.join(PATH));
        let ours = Contestant::new(move || {
            contain_any(black_box(root), black_box(path.as_bytes()), Rules::default(), &mut buffer)
                .map(|path| path.as_bytes().len())
        });
        report.duel(name, floor, ours, Contestant::new(move || fs::canonicalize(black_box(&real))));
    }
    #[cfg(target_os = "linux")]
    opened(report, &tree);
}

/// With `close` on both sides.
#[cfg(target_os = "linux")]
fn opened(report: &mut Report, tree: &Tree) {
    use adarga_host::files::Root;
    use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};

    report.duels("Files: a bare openat2(RESOLVE_BENEATH)");
    let root = Root::at(&tree.0).expect("the root is there");
    let handle =
        openat(CWD, &tree.0, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).expect("the root is there");
    assert!(root.open(PATH).is_ok());
    let bare = move || openat2(&handle, black_box(PATH), OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty(), ResolveFlags::BENEATH);
    assert!(bare().is_ok());
    let ours = Contestant::new(move || root.open(black_box(PATH)));
    report.duel("open/beneath a root", Some(OPEN_FLOOR), ours, Contestant::new(bare));
}
