//! Files beneath a root: what may be done with them, what is refused, what errors say.

use std::{
    fs,
    io::{Read, Write},
    os::unix::{fs::MetadataExt, net::UnixListener},
    time::{Duration, Instant},
};

use adarga_core::{
    Reason,
    path::{Encoding, Profile, Rules},
};
use adarga_host::files::{Access, Cause, Existing, HardLinks, Kind, Root, Settings};
use rustix::fs::{CWD, FileType, Mode, OFlags, fcntl_getfl, mknodat};

use crate::files_support::{Jail, cause};

fn text(root: &Root, path: &str) -> String {
    String::from_utf8(root.read(path).unwrap()).unwrap()
}

#[test]
fn files_are_made_written_moved_and_removed() {
    let jail = Jail::new();
    for (guard, root) in jail.guards() {
        root.create_dir("d").unwrap();
        root.create_dir("d/e/").unwrap();
        root.create("d/e/f", Existing::Refuse).unwrap().write_all(b"one").unwrap();
        assert_eq!(cause(root.create("d/e/f", Existing::Refuse)), Cause::Exists, "{guard:?}");
        root.open_for("d/e/f", Access::Append).unwrap().write_all(b" two").unwrap();
        assert_eq!(text(&root, "d/e/f"), "one two");
        root.open_for("d/e/f", Access::Edit).unwrap().write_all(b"ONE").unwrap();
        assert_eq!(text(&root, "./d//e/./f"), "ONE two");
        root.open_for("d/e/f", Access::Replace).unwrap().write_all(b"3").unwrap();
        assert_eq!(text(&root, "d/e/f"), "3");
        root.create("d/e/f", Existing::Replace).unwrap().write_all(b"4").unwrap();
        let stat = root.stat("d/e/f").unwrap();
        assert_eq!((stat.kind, stat.len, stat.names), (Kind::File, 1, 1));
        assert!(stat.modified_ms > 1_600_000_000_000);

        root.rename("d/e/f", "d/g", Existing::Refuse).unwrap();
        root.create("h", Existing::Refuse).unwrap();
        assert_eq!(cause(root.rename("d/g", "h", Existing::Refuse)), Cause::Exists);
        root.rename("d/g", "h", Existing::Replace).unwrap();
        assert_eq!(text(&root, "h"), "4");
        let names: Vec<_> = root.list(".").unwrap().into_iter().map(|entry| (entry.name, entry.kind)).collect();
        assert_eq!(names, [("d".into(), Kind::Directory), ("h".into(), Kind::File)]);

        assert_eq!(cause(root.remove_dir("d")), Cause::NotEmpty);
        assert_eq!(cause(root.remove("d/e")), Cause::Kind(Kind::Directory));
        root.remove_dir("d/e").unwrap();
        root.remove_dir("d").unwrap();
        root.remove("h").unwrap();
        assert_eq!(cause(root.remove("h")), Cause::Absent);
        assert_eq!(root.list(".").unwrap(), []);
    }
}

#[test]
fn a_handle_does_what_was_asked() {
    let jail = Jail::new();
    jail.file("f", "1");
    for (_, root) in jail.guards() {
        for (access, want) in [
            (Access::Read, OFlags::RDONLY),
            (Access::Edit, OFlags::RDWR),
            (Access::Append, OFlags::WRONLY | OFlags::APPEND),
            (Access::Replace, OFlags::WRONLY),
        ] {
            let flags = fcntl_getfl(root.open_for("f", access).unwrap()).unwrap();
            assert_eq!(flags & (OFlags::RWMODE | OFlags::APPEND), want, "{access:?}");
        }
    }
}

#[test]
fn the_root_itself_stays() {
    let jail = Jail::new();
    jail.file("d/f", "1");
    for (_, root) in jail.guards() {
        for done in [root.remove("."), root.remove_dir("./"), root.create_dir("."), root.rename(".", "d/x", Existing::Replace)] {
            assert!(matches!(cause(done), Cause::Root | Cause::Kind(Kind::Directory)));
        }
        assert_eq!(cause(root.open(".")), Cause::Kind(Kind::Directory));
        assert!(root.rename("d", "d/x", Existing::Replace).is_err());
        assert_eq!(root.stat(".").unwrap().kind, Kind::Directory);
        let below = root.beneath("d").unwrap();
        assert_eq!(text(&below, "f"), "1");
        assert_eq!(cause(below.open(jail.inside("d/f").to_str().unwrap())), Cause::Path(Reason::PathOutside));
    }
    // the handle stays with the directory, not with its name
    let root = jail.root(Settings::default());
    fs::rename(jail.at("root"), jail.at("moved")).unwrap();
    fs::rename(jail.at("outside"), jail.at("root")).unwrap();
    assert_eq!(text(&root, "d/f"), "1");
    assert_eq!(cause(root.open("secret")), Cause::Absent);
}

#[test]
fn only_regular_files_are_opened_and_nothing_waits() {
    let jail = Jail::new();
    mknodat(CWD, jail.inside("fifo"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let _listener = UnixListener::bind(jail.inside("socket")).unwrap();
    fs::create_dir(jail.inside("dir")).unwrap();
    let start = Instant::now();
    for (guard, root) in jail.guards() {
        for (name, kind) in [("fifo", Kind::Special), ("socket", Kind::Special), ("dir", Kind::Directory)] {
            for access in [Access::Read, Access::Edit, Access::Append, Access::Replace] {
                assert_eq!(cause(root.open_for(name, access)), Cause::Kind(kind), "{name} {access:?} {guard:?}");
            }
            assert_eq!(cause(root.create(name, Existing::Replace)), Cause::Kind(kind), "{name} {guard:?}");
            assert_eq!(root.stat(name).unwrap().kind, kind);
        }
        assert_eq!(cause(root.list("fifo")), Cause::Absent);
        let kinds: Vec<_> = root.list(".").unwrap().into_iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds, [Kind::Directory, Kind::Special, Kind::Special]);
    }
    let devices = Root::at("/dev").unwrap();
    for device in ["null", "zero", "tty"] {
        assert!(matches!(cause(devices.open(device)), Cause::Kind(Kind::Special) | Cause::Absent), "{device}");
    }
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn hard_links_are_read_by_default_and_written_by_choice() {
    let jail = Jail::new();
    fs::hard_link(jail.at("outside/secret"), jail.inside("f")).unwrap();
    let root = |hard_links| jail.root(Settings { hard_links, ..Settings::default() });
    assert!(root(HardLinks::Read).open("f").is_ok());
    for access in [Access::Edit, Access::Append, Access::Replace] {
        assert_eq!(cause(root(HardLinks::Read).open_for("f", access)), Cause::HardLink);
    }
    assert_eq!(cause(root(HardLinks::Read).create("f", Existing::Replace)), Cause::HardLink);
    assert_eq!(cause(root(HardLinks::Refuse).open("f")), Cause::HardLink);
    // what was refused was not emptied, either
    assert_eq!(fs::metadata(jail.at("outside/secret")).unwrap().size(), 7);
    assert!(root(HardLinks::Allow).open_for("f", Access::Append).is_ok());
}

#[test]
fn sizes_are_bounded_exactly() {
    let jail = Jail::new();
    jail.file("f", "12345678");
    jail.file("g", "123456789");
    let root = jail.root(Settings { size_max: 8, entries_max: 2, ..Settings::default() });
    assert_eq!(text(&root, "f"), "12345678");
    assert_eq!(cause(root.open("g")), Cause::Large { size_max: 8 });
    assert_eq!(cause(root.open_for("g", Access::Append)), Cause::Large { size_max: 8 });
    assert!(root.open_for("g", Access::Replace).is_ok());
    assert_eq!(root.list(".").unwrap().len(), 2);
    jail.file("h", "");
    assert_eq!(cause(root.list(".")), Cause::Many { entries_max: 2 });
    // a file that says it is empty and is not
    let endless = Root::with("/proc", Settings { size_max: 3, ..Settings::default() }).unwrap();
    if endless.open("version").is_ok() {
        assert_eq!(cause(endless.read("version")), Cause::Large { size_max: 3 });
    }
}

#[test]
fn a_huge_directory_is_not_read_to_its_end() {
    let jail = Jail::new();
    for number in 0..20_000 {
        fs::File::create(jail.inside(format!("{number}"))).unwrap();
    }
    for (_, root) in jail.guards() {
        let error = root.list(".").unwrap_err();
        assert_eq!((error.cause(), error.reason()), (&Cause::Many { entries_max: 10_000 }, Reason::PathKind));
    }
    let root = jail.root(Settings { entries_max: 20_000, ..Settings::default() });
    assert_eq!(root.list(".").unwrap().len(), 20_000);
}

#[test]
fn odd_names_are_listed_as_they_are_and_opened_by_the_rules() {
    let jail = Jail::new();
    let odd = ["a\nb", "a\u{1b}[2J", "a b ", "a:b", "CON", "-rf", "a\\b", "%2e%2e", "ü"];
    for name in odd {
        jail.file(name, "1");
    }
    let rules = Rules { profile: Profile::Posix, encoding: Encoding::Decode(0) };
    let posix = jail.root(Settings { rules, ..Settings::default() });
    for (_, root) in jail.guards() {
        assert_eq!(root.list(".").unwrap().len(), odd.len());
        for name in odd {
            let portable = root.open(name).is_ok();
            assert_eq!(portable, name == "ü", "{name:?}");
            assert!(posix.open(name).is_ok(), "{name:?}");
        }
    }
}

#[test]
fn errors_are_harmless_short_and_say_what_to_do() {
    let jail = Jail::new();
    let root = jail.root(Settings::default());
    let error = root.open("a\u{1b}[2J\nb\u{202e}").unwrap_err();
    let want = "`a\\u{1b}[2J\\nb\\u{202e}`: path refused: path.character\n  help: name it relative to the root, without `..`, in names that every system reads alike";
    assert_eq!(error.to_string(), want);
    let long = root.open("ü/".repeat(1 << 16)).unwrap_err();
    assert_eq!(long.cause(), &Cause::Path(Reason::PathSize));
    assert!(long.to_string().len() < 600, "{long}");
    assert_eq!(root.open(b"\xff\xfe").unwrap_err().reason(), Reason::PathEncoding);
    let absent = root.open("none").unwrap_err();
    assert_eq!(absent.to_string(), "`none`: does not exist\n  help: look for it in the list of its directory");
    assert_eq!(absent.reason(), Reason::PathAbsent);
    let error = Root::at("/no\nwhere").unwrap_err().to_string();
    assert_eq!(error, "root `/no\\nwhere`: No such file or directory (os error 2)\n  help: name a directory that exists");
    jail.file("f", "");
    assert!(Root::at(jail.inside("f")).unwrap_err().to_string().contains("Not a directory"));
    let mut content = String::new();
    root.open("f").unwrap().read_to_string(&mut content).unwrap();
}
