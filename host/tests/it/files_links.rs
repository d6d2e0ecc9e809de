//! Links beneath a root: followed inside by the kernel, by a walk never, to the outside by nobody.

use std::{fs, os::fd::AsRawFd};

use adarga_core::Reason;
use adarga_host::files::{Access, Cause, Existing, Guard, Kind, Links, Root, Settings};

use crate::files_support::{Jail, SECRET, cause};

#[test]
fn links_inside_are_followed_by_the_kernel_alone() {
    let jail = Jail::new();
    jail.file("d/f", "inside");
    for (path, target) in [("one", "d/f"), ("two", "one"), ("e", "d"), ("d/up", "../d/f"), ("d/self", "."), ("x/y/z", "../../e")]
    {
        jail.link(path, target);
    }
    let refusing = jail.root(Settings { links: Links::Refuse, ..Settings::default() });
    for (guard, root) in jail.guards().into_iter().chain([(Guard::Walk, refusing)]) {
        for path in ["one", "two", "e/f", "d/up", "d/self/self/f", "x/y/z/up"] {
            match guard {
                Guard::Kernel => assert_eq!(root.read(path).unwrap(), b"inside", "{path}"),
                Guard::Walk => assert_eq!(cause(root.read(path)), Cause::Link, "{path}"),
            }
        }
        assert_eq!(root.stat("one").is_ok(), guard == Guard::Kernel);
        assert_eq!(root.list("e").is_ok(), guard == Guard::Kernel);
        assert_eq!(root.beneath("e").is_ok(), guard == Guard::Kernel);
    }
}

/// Links that lead out: at the end, on the way, by climbing, absolutely, through others.
fn leading_out(jail: &Jail) -> Vec<String> {
    let secret = jail.at("outside/secret");
    let secret = secret.to_str().unwrap();
    jail.file("d/f", "inside");
    jail.link("up", "../outside/secret");
    jail.link("out", "../outside");
    jail.link("absolute", secret);
    jail.link("back", jail.inside("d/f"));
    jail.link("d/far", format!("{}{secret}", "../".repeat(40)));
    jail.link("chain", "d/chain");
    jail.link("d/chain", "../up");
    jail.link("name", "../root/d/f");
    jail.link("slash", "/");
    let paths = ["up", "out/secret", "absolute", "back", "d/far", "chain", "name"];
    paths.into_iter().map(str::to_owned).chain([format!("slash{secret}")]).collect()
}

#[test]
fn links_to_the_outside_are_followed_by_nobody() {
    let jail = Jail::new();
    let paths = leading_out(&jail);
    for (guard, root) in jail.guards() {
        let want = if guard == Guard::Kernel { Cause::Outside } else { Cause::Link };
        for path in &paths {
            assert_eq!(cause(root.open(path)), want, "{path} {guard:?}");
            assert_eq!(cause(root.stat(path)), want, "{path} {guard:?}");
            assert_eq!(cause(root.beneath(path)), want, "{path} {guard:?}");
            for access in [Access::Edit, Access::Append, Access::Replace] {
                assert_eq!(cause(root.open_for(path, access)), want, "{path} {guard:?}");
            }
            assert_eq!(cause(root.create(path, Existing::Replace)), want, "{path} {guard:?}");
        }
        assert_eq!(cause(root.create("out/new", Existing::Refuse)), want);
        assert_eq!(cause(root.create_dir("out/new")), want);
        assert_eq!(cause(root.list("out")), want);
        assert_eq!(cause(root.remove("out/secret")), want);
        assert_eq!(cause(root.remove_dir("out/new")), want);
        assert_eq!(cause(root.rename("out/secret", "stolen", Existing::Refuse)), want);
        assert_eq!(cause(root.rename("d/f", "out/f", Existing::Refuse)), want);
    }
    assert_eq!(fs::read_to_string(jail.at("outside/secret")).unwrap(), SECRET);
    assert_eq!(fs::read_dir(jail.at("outside")).unwrap().count(), 1);
}

#[test]
fn a_link_is_removed_and_renamed_as_a_link() {
    let jail = Jail::new();
    for (_, root) in jail.guards() {
        jail.link("l", "../outside/secret");
        jail.link("m", "../outside");
        assert_eq!(root.list(".").unwrap()[0].kind, Kind::Link);
        root.rename("l", "k", Existing::Refuse).unwrap();
        root.remove("k").unwrap();
        root.remove("m").unwrap();
        assert_eq!(
            cause(
                root.create("n", Existing::Refuse)
                    .and_then(|_| root.rename("n", "m", Existing::Refuse))
                    .and_then(|()| root.open("n"))
            ),
            Cause::Absent
        );
        root.remove("m").unwrap();
    }
    assert_eq!(fs::read_to_string(jail.at("outside/secret")).unwrap(), SECRET);
}

#[test]
fn dangling_links_and_loops_end() {
    let jail = Jail::new();
    jail.link("none", "d/none");
    jail.link("out", "../outside/none");
    jail.link("self", "self");
    jail.link("a", "b");
    jail.link("b", "a");
    for number in 0..100 {
        jail.link(&format!("long{number}"), format!("long{}", number + 1));
    }
    jail.file("long100", "far");
    for (guard, root) in jail.guards() {
        let kernel = guard == Guard::Kernel;
        assert_eq!(cause(root.open("none")), if kernel { Cause::Absent } else { Cause::Link });
        assert_eq!(cause(root.open("out")), if kernel { Cause::Outside } else { Cause::Link });
        for path in ["self", "a", "self/x", "long0"] {
            assert_eq!(cause(root.open(path)), Cause::Link, "{path}");
        }
        assert_eq!(root.open("self").unwrap_err().reason(), Reason::PathKind);
        // exclusive creation follows no link, not even a dangling one
        assert_eq!(cause(root.create("out", Existing::Refuse)), Cause::Exists);
        assert_eq!(cause(root.create("none", Existing::Refuse)), Cause::Exists);
        assert_eq!(cause(root.create("out", Existing::Replace)), if kernel { Cause::Outside } else { Cause::Link });
    }
    assert!(!jail.at("outside/none").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn magic_links_are_never_followed() {
    let jail = Jail::new();
    let secret = fs::File::open(jail.at("outside/secret")).unwrap();
    let directory = fs::File::open(jail.at("outside")).unwrap();
    let of = |file: &fs::File, rest: &str| format!("self/fd/{}{rest}", file.as_raw_fd());
    for guard in [Guard::Kernel, Guard::Walk] {
        let proc = Root::with("/proc", Settings { guard, ..Settings::default() }).unwrap();
        for path in
            [of(&secret, ""), of(&directory, "/secret"), "self/exe".into(), "self/root/etc/passwd".into(), "self/cwd".into()]
        {
            assert_eq!(cause(proc.open(&path)), Cause::Link, "{path} {guard:?}");
        }
    }
    jail.link("magic", format!("/proc/{}", of(&secret, "")));
    for (guard, root) in jail.guards() {
        assert_eq!(cause(root.open("magic")), if guard == Guard::Kernel { Cause::Outside } else { Cause::Link });
    }
}

#[cfg(target_os = "linux")]
#[test]
fn mounts_are_crossed_unless_the_root_says_no() {
    for guard in [Guard::Kernel, Guard::Walk] {
        let [crossing, staying] = [false, true]
            .map(|one_file_system| Root::with("/", Settings { guard, one_file_system, ..Settings::default() }).unwrap());
        assert!(crossing.open("proc/version").is_ok(), "{guard:?}");
        assert_eq!(cause(staying.open("proc/version")), Cause::Outside, "{guard:?}");
        assert_eq!(cause(staying.stat("proc")), Cause::Outside, "{guard:?}");
        assert_eq!(cause(staying.list("dev/shm")), Cause::Outside, "{guard:?}");
    }
}

#[test]
fn a_path_may_name_its_root() {
    let jail = Jail::new();
    jail.file("f", "inside");
    fs::create_dir(jail.at("root-secret")).unwrap();
    fs::write(jail.at("root-secret/f"), SECRET).unwrap();
    for (_, root) in jail.guards() {
        assert_eq!(root.read(jail.inside("f").to_str().unwrap()).unwrap(), b"inside");
        for path in [jail.at("root-secret/f"), jail.at("outside/secret"), "/etc/passwd".into()] {
            assert_eq!(root.open(path.to_str().unwrap()).unwrap_err().reason(), Reason::PathOutside);
        }
        assert_eq!(root.open(jail.inside("../outside/secret").to_str().unwrap()).unwrap_err().reason(), Reason::PathEscape);
    }
    // a root that was named relatively is no beginning of a path
    assert_eq!(Root::at(".").unwrap().open("/etc/passwd").unwrap_err().reason(), Reason::PathOutside);
}
