//! The file of a table: whose it is, what it is for, and what becomes of one that is neither.

use std::{
    fs::{self, OpenOptions, Permissions},
    os::unix::fs::{FileExt, PermissionsExt, chown, symlink},
    path::Path,
    sync::Barrier,
    thread,
};

use adarga_host::limiter::{Cause, LOOK_MS, Other, Purpose, Retired, Table, digest};
use sha2::{Digest, Sha256};

use crate::limiter_support::{Folder, NOW_MS, burst, call, purpose};

fn cause(path: &Path, purpose: &Purpose) -> Cause {
    let error = Table::open(path, purpose).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("table of rates `") && text.contains("\n  help: "), "{text}");
    error.cause().clone()
}

/// Writes into the file, and the right checksum unless that is what is written over.
fn forge(path: &Path, at: u64, bytes: &[u8], sealed: bool) {
    let file = OpenOptions::new().read(true).write(true).open(path).unwrap();
    file.write_all_at(bytes, at).unwrap();
    if sealed {
        let mut page = [0; 80];
        file.read_exact_at(&mut page, 0).unwrap();
        file.write_all_at(&Sha256::digest(page), 80).unwrap();
    }
}

#[test]
fn what_one_takes_is_taken_for_all_and_for_later() {
    let folder = Folder::new();
    let (first, second) = (Table::open(folder.table(), &purpose(8, 3)), Table::open(folder.table(), &purpose(8, 3)));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!([call(&first, 3, b"k"), call(&second, 3, b"k"), call(&first, 3, b"k")], [Ok(()); 3]);
    assert!(call(&second, 3, b"k").is_err() && call(&second, 3, b"another").is_ok());
    drop((first, second));
    assert!(call(&Table::open(folder.table(), &purpose(8, 3)).unwrap(), 3, b"k").is_err());
    assert_eq!(folder.names(), ["rates"]);
    assert_eq!(fs::metadata(folder.table()).unwrap().permissions().mode() & 0o7777, 0o600);
}

#[test]
fn a_table_holds_as_many_clients_as_it_says() {
    for clients in [1, 2, 3, 100, 10_000] {
        let folder = Folder::new();
        let table = Table::open(folder.table(), &purpose(clients, 1)).unwrap();
        for client in 0..clients {
            assert_eq!(call(&table, 1, &client.to_le_bytes()), Ok(()), "client {client} of {clients}");
        }
        for client in 0..clients {
            assert!(call(&table, 1, &client.to_le_bytes()).is_err(), "client {client} of {clients}");
        }
    }
}

#[test]
fn who_comes_at_once_gets_the_same_table() {
    for other in [Other::Refuse, Other::Replace] {
        for round in 0..50 {
            let folder = Folder::new();
            if other == Other::Replace {
                Table::open(folder.table(), &purpose(8, 9)).unwrap();
            }
            let (start, purpose) = (Barrier::new(8), Purpose { other, ..purpose(16, 1) });
            let granted: usize = thread::scope(|scope| {
                let open = || {
                    start.wait();
                    let table = Table::open(folder.table(), &purpose).unwrap();
                    usize::from(call(&table, 1, b"k").is_ok())
                };
                let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).sum()
            });
            assert_eq!((granted, folder.names()), (1, vec!["rates".to_owned()]), "round {round}, {other:?}");
        }
    }
}

#[test]
fn a_table_for_something_else_is_refused_or_replaced_and_never_shared() {
    let folder = Folder::new();
    let (path, own) = (folder.table(), purpose(8, 3));
    let old = Table::open(&path, &own).unwrap();
    let before = fs::read(&path).unwrap();
    let others = [
        (purpose(9, 3), Cause::Capacity(own.shape)),
        (purpose(8, 4), Cause::Purpose),
        (Purpose { digest: digest("others", &[(0, burst(3).into())]), ..own.clone() }, Cause::Purpose),
        (Purpose { digest: digest("test", &[(1, burst(3).into())]), ..own.clone() }, Cause::Purpose),
    ];
    for (other, why) in &others {
        assert_eq!(cause(&path, other), *why);
    }
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(call(&old, 3, b"k"), Ok(()));

    let new = Table::open(&path, &Purpose { other: Other::Replace, ..purpose(9, 3) }).unwrap();
    assert_eq!(old.charges(NOW_MS + LOOK_MS).unwrap_err(), Retired);
    assert_eq!(old.charges(NOW_MS + LOOK_MS).unwrap_err(), Retired, "for ever");
    assert!(call(&new, 3, b"k").is_ok() && new.charges(NOW_MS + LOOK_MS).is_ok());
    assert_eq!(folder.names(), ["rates"]);
    // what fits is not replaced
    let again = Table::open(&path, &Purpose { other: Other::Replace, ..purpose(9, 3) }).unwrap();
    assert_eq!(
        [call(&again, 3, b"k").is_ok(), call(&again, 3, b"k").is_ok(), call(&again, 3, b"k").is_ok()],
        [true, true, false]
    );
}

#[test]
fn another_version_or_order_of_bytes_is_another_table() {
    for (at, bytes) in [(8, [2, 0, 0, 0]), (12, 1_000_000_u32.to_ne_bytes()), (12, 1_u32.swap_bytes().to_ne_bytes())] {
        let (folder, own) = (Folder::new(), purpose(8, 3));
        Table::open(folder.table(), &own).unwrap();
        forge(&folder.table(), at, &bytes, true);
        assert_eq!(cause(&folder.table(), &own), Cause::Version);
        assert!(Table::open(folder.table(), &Purpose { other: Other::Replace, ..own.clone() }).is_ok());
        assert!(Table::open(folder.table(), &own).is_ok());
    }
}

#[test]
fn a_damaged_table_is_refused_whatever_the_purpose_says() {
    type Damage<'d> = &'d dyn Fn(&Path);
    let damage: [(&str, Damage<'_>, Cause); 6] = [
        ("seed", &|path| forge(path, 32, b"?", false), Cause::Damaged),
        ("checksum", &|path| forge(path, 90, b"????", false), Cause::Damaged),
        ("one byte short", &|path| shorten(path, -1), Cause::Damaged),
        ("one byte long", &|path| shorten(path, 1), Cause::Damaged),
        ("not its first page", &|path| fs::write(path, b"ADARGA\0R").unwrap(), Cause::Foreign),
        ("nothing", &|path| fs::write(path, b"").unwrap(), Cause::Foreign),
    ];
    for (what, damage, why) in damage {
        let folder = Folder::new();
        Table::open(folder.table(), &purpose(8, 3)).unwrap();
        damage(&folder.table());
        let before = fs::read(folder.table()).unwrap();
        for other in [Other::Refuse, Other::Replace] {
            assert_eq!(cause(&folder.table(), &Purpose { other, ..purpose(8, 3) }), why, "{what}");
        }
        assert_eq!(fs::read(folder.table()).unwrap(), before, "{what}");
    }
}

fn shorten(path: &Path, by: i64) {
    let len = fs::metadata(path).unwrap().len();
    OpenOptions::new().write(true).open(path).unwrap().set_len(len.checked_add_signed(by).unwrap()).unwrap();
}

#[test]
fn what_is_not_ours_alone_is_refused_and_untouched() {
    let (folder, own) = (Folder::new(), Purpose { other: Other::Replace, ..purpose(8, 3) });
    let at = |name: &str| folder.0.join(name);
    fs::write(at("file"), "a".repeat(10_000)).unwrap();
    fs::create_dir(at("directory")).unwrap();
    symlink("file", at("link")).unwrap();
    symlink("nowhere", at("dangling")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, at("fifo"), rustix::fs::Mode::RUSR).unwrap();
    drop(std::os::unix::net::UnixListener::bind(at("socket")).unwrap());
    fs::set_permissions(at("file"), Permissions::from_mode(0o600)).unwrap();
    assert_eq!(cause(&at("file"), &own), Cause::Foreign);
    for name in ["directory", "link", "dangling", "fifo", "socket"] {
        assert_eq!(cause(&at(name), &own), Cause::Kind, "{name}");
    }
    assert_eq!(fs::read_to_string(at("file")).unwrap(), "a".repeat(10_000));

    Table::open(folder.table(), &own).unwrap();
    for mode in [0o640, 0o604, 0o620, 0o602, 0o610] {
        fs::set_permissions(folder.table(), Permissions::from_mode(mode)).unwrap();
        assert_eq!(cause(&folder.table(), &own), Cause::Mode, "{mode:o}");
    }
    fs::set_permissions(folder.table(), Permissions::from_mode(0o600)).unwrap();
    if chown(folder.table(), Some(65_534), None).is_ok() {
        assert_eq!(cause(&folder.table(), &own), Cause::Owner);
    } else {
        println!("not run: a file of another user, which only root can make");
    }
    assert_eq!(cause(&folder.0.join(".."), &own), Cause::Name);
    assert!(matches!(cause(&at("absent/rates"), &own), Cause::System(_)));
    for clients in [0, u32::MAX] {
        assert_eq!(cause(&at("new"), &purpose(clients, 3)), Cause::Size);
    }
    assert!(!at("new").exists());
}

#[test]
fn a_directory_in_which_others_may_replace_files_is_refused() {
    let folder = Folder::new();
    for (mode, is_fit) in [(0o777, false), (0o770, false), (0o702, false), (0o1777, true), (0o755, true), (0o700, true)] {
        fs::set_permissions(&folder.0, Permissions::from_mode(mode)).unwrap();
        match Table::open(folder.table(), &purpose(8, 3)) {
            Ok(_) => assert!(is_fit, "{mode:o}"),
            Err(error) => assert!(!is_fit && *error.cause() == Cause::Directory, "{mode:o}: {error}"),
        }
    }
}

#[test]
fn a_table_whose_file_is_gone_gives_no_more() {
    let folder = Folder::new();
    let table = Table::open(folder.table(), &purpose(8, 3)).unwrap();
    assert_eq!(call(&table, 3, b"k"), Ok(()));
    fs::remove_file(folder.table()).unwrap();
    let new = Table::open(folder.table(), &purpose(8, 3)).unwrap();
    // seen after a while, by a clock that goes either way
    assert!(table.charges(NOW_MS + LOOK_MS - 1).is_ok());
    assert_eq!(table.charges(NOW_MS - LOOK_MS).unwrap_err(), Retired);
    assert_eq!(call(&new, 3, b"k"), Ok(()));
    assert!(Retired.to_string().contains("open it again"));
}

#[test]
fn a_table_says_nothing_of_its_seed() {
    let folder = Folder::new();
    let table = Table::open(folder.table(), &purpose(8, 3)).unwrap();
    let page = fs::read(folder.table()).unwrap();
    let seed = u64::from_le_bytes(page[32..40].try_into().unwrap());
    let text = format!("{table:?} {:?}", table.charges(NOW_MS).unwrap());
    assert!(seed != 0 && !text.contains(&seed.to_string()), "{text}");
    // and another file has another one
    let other = Folder::new();
    Table::open(other.table(), &purpose(8, 3)).unwrap();
    assert_ne!(fs::read(other.table()).unwrap()[32..48], page[32..48]);
}
