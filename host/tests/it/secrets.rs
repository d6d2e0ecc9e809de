//! The vault: what is put in comes out, and nothing that was changed opens.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use adarga_host::secrets::{Place, Secret, Stored, Vault, VaultError, VaultPlace, fresh_key};

const NOW: u64 = 1_790_000_000_000;

/// A folder of one test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("adarga-secrets-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// An empty vault with a key in a file.
    fn vault(&self) -> VaultPlace {
        let place = VaultPlace { file: self.file("vault"), key: Place::File(self.file("key")) };
        assert!(Vault::make(&place).unwrap());
        place
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn filled(place: &VaultPlace, count: usize) {
    Vault::change(place, |vault| (0..count).try_for_each(|at| vault.set(&format!("name{at}"), &format!("value {at} é"), NOW)))
        .unwrap();
}

fn value(place: &VaultPlace, name: &str) -> Option<String> {
    Vault::at(place).unwrap().get(name).unwrap().map(|value| value.to_string())
}

#[test]
fn what_is_put_in_comes_out() {
    let folder = Folder::new("round");
    let place = folder.vault();
    assert_eq!(value(&place, "name1"), None);
    filled(&place, 3);
    assert_eq!(value(&place, "name1").as_deref(), Some("value 1 é"));
    Vault::change(&place, |vault| vault.set("name1", "other", NOW + 1)).unwrap();
    assert!(Vault::change(&place, |vault| Ok(vault.remove("name0"))).unwrap());
    assert!(!Vault::change(&place, |vault| Ok(vault.remove("name0"))).unwrap());
    let vault = Vault::at(&place).unwrap();
    let kept: Vec<_> = vault.kept().iter().map(|kept| (kept.name.as_str(), kept.set_ms, kept.key_id())).collect();
    assert_eq!(kept, [("name1", NOW + 1, Some(1)), ("name2", NOW, Some(1))]);
    let text = fs::read_to_string(&place.file).unwrap();
    assert!(!text.contains("other") && !text.contains("value"));
    let stored = Secret::Stored(Stored { vault: place.clone(), name: "name1".into() });
    assert_eq!(stored.read().unwrap().as_str(), "other");
    let absent = Secret::Stored(Stored { vault: place, name: "name9".into() }).read().unwrap_err();
    assert!(absent.is_absent() && absent.to_string().contains("`adarga secrets set`"), "{absent}");
}

#[test]
fn names_and_values_have_bounds() {
    let folder = Folder::new("bounds");
    let place = folder.vault();
    let set = |name: &str, value: &str| Vault::change(&place, |vault| vault.set(name, value, NOW));
    for name in ["", "a b", "é", "a\n", "a=b", &"a".repeat(129)] {
        assert!(matches!(set(name, "x"), Err(VaultError::Name(_))), "{name}");
    }
    assert!(matches!(set("a", ""), Err(VaultError::Value(_))));
    assert!(matches!(set("a", &"x".repeat((64 << 10) + 1)), Err(VaultError::Value(_))));
    set(&"a".repeat(128), &"x".repeat(64 << 10)).unwrap();
    set("a/b.c-d_e", "line\nline\0").unwrap();
    assert_eq!(value(&place, "a/b.c-d_e").as_deref(), Some("line\nline\0"));
}

/// Every line and every byte counts: a vault in which anything was changed, left out, doubled or brought back does not open.
#[test]
fn no_change_goes_unnoticed() {
    let folder = Folder::new("changed");
    let place = folder.vault();
    filled(&place, 2);
    let old = fs::read_to_string(&place.file).unwrap();
    Vault::change(&place, |vault| vault.set("name1", "newer", NOW + 1)).unwrap();
    let whole = fs::read(&place.file).unwrap();
    let refused = |bytes: &[u8], what: &str| {
        fs::write(&place.file, bytes).unwrap();
        assert!(Vault::at(&place).is_err(), "{what}");
    };
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        refused(&changed, &format!("byte {at}"));
        refused(&whole[..at], &format!("cut at {at}"));
    }
    let text = String::from_utf8(whole.clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let [label, check, one, two] = lines.as_slice() else { panic!("{text}") };
    let back = old.lines().nth(3).unwrap();
    for body in [vec![*one], vec![*two, *one], vec![*one, *one, *two], vec![*one, back], vec![]] {
        let body: String = body.iter().map(|line| format!("{line}\n")).collect();
        refused(format!("{label}\n{check}\n{body}").as_bytes(), &body);
    }
    fs::write(&place.file, &whole).unwrap();
    assert_eq!(value(&place, "name1").as_deref(), Some("newer"));
}

#[test]
fn another_key_opens_nothing_and_bad_keys_are_told() {
    let folder = Folder::new("keys");
    let place = folder.vault();
    filled(&place, 1);
    let other = folder.file("other");
    let with = |text: &str| {
        fs::write(&other, text).unwrap();
        fs::set_permissions(&other, fs::Permissions::from_mode(0o600)).unwrap();
        Vault::at(&VaultPlace { key: Place::File(other.clone()), ..place.clone() }).unwrap_err()
    };
    // another key of the same number, and one of another number
    for id in [1, 7] {
        let word = fresh_key(id).unwrap();
        let error = with(&word);
        assert!(matches!(error, VaultError::Seal(_, None, _)), "{error}");
        assert!(!error.to_string().contains(word.split_once(':').unwrap().1));
    }
    let word = fresh_key(1).unwrap();
    let letters = word.split_once(':').unwrap().1;
    for text in
        ["", "\n", letters, &format!("01:{letters}"), &format!("-1:{letters}"), &format!("1:{letters}A"), "1:AAAA", "x:y z"]
    {
        let error = with(text);
        assert!(matches!(error, VaultError::KeyForm(_)), "{text}: {error}");
    }
}

#[test]
fn files_are_their_owners_alone() {
    let folder = Folder::new("modes");
    let place = folder.vault();
    let mode = |name: &str| fs::metadata(name).unwrap().permissions().mode() & 0o777;
    filled(&place, 1);
    let Place::File(key) = &place.key else { unreachable!() };
    assert_eq!((mode(&place.file), mode(key)), (0o600, 0o600));
    for name in [&place.file, key] {
        for open in [0o640, 0o604, 0o620, 0o666] {
            fs::set_permissions(name, fs::Permissions::from_mode(open)).unwrap();
            let error = Vault::at(&place).unwrap_err().to_string();
            assert!(error.contains(&format!("chmod 600 {name}")), "{error}");
            assert!(Vault::change(&place, |_| Ok(())).is_err());
        }
        fs::set_permissions(name, fs::Permissions::from_mode(0o600)).unwrap();
    }
    assert!(matches!(Vault::make(&place), Err(VaultError::There(_))));
    assert_eq!(value(&place, "name0").as_deref(), Some("value 0 é"));
    assert!(!fs::read_dir(&folder.0).unwrap().any(|entry| entry.unwrap().file_name().to_str().unwrap().contains("new")));
}

/// Readers and writers go on while everything is sealed anew, again and again: no reader misses a secret, no writer's is lost.
#[test]
fn a_rotation_under_load_loses_nothing() {
    const ROTATIONS: usize = 20;
    let folder = Folder::new("load");
    let place = folder.vault();
    filled(&place, 20);
    let (done, reads) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for reader in 0..3 {
            let (place, done, reads) = (&place, &done, &reads);
            scope.spawn(move || {
                while !done.load(Ordering::Acquire) {
                    let at = (reads.fetch_add(1, Ordering::Relaxed) + reader) % 20;
                    assert_eq!(value(place, &format!("name{at}")), Some(format!("value {at} é")));
                }
            });
        }
        let writer = scope.spawn(|| {
            for at in 0..30 {
                Vault::change(&place, |vault| vault.set(&format!("more{at}"), "more", NOW)).unwrap();
            }
        });
        for _ in 0..ROTATIONS {
            Vault::rotate(&place).unwrap();
        }
        writer.join().unwrap();
        done.store(true, Ordering::Release);
    });
    let vault = Vault::at(&place).unwrap();
    assert_eq!(vault.kept().len(), 50);
    let last = u32::try_from(ROTATIONS).unwrap() + 1;
    assert!(vault.kept().iter().all(|kept| kept.key_id().is_some_and(|id| id <= last)));
    assert_eq!(fs::read_to_string(folder.file("key")).unwrap().lines().count(), 1);
    assert!(reads.load(Ordering::Relaxed) > 0);
}

/// A rotation that was interrupted between its steps: both keys lie in the file, and the next one mends it.
#[test]
fn an_interrupted_rotation_is_mended_by_the_next() {
    let folder = Folder::new("interrupted");
    let place = folder.vault();
    filled(&place, 3);
    let key = folder.file("key");
    let old = fs::read_to_string(&key).unwrap();
    fs::write(&key, format!("{}\n{old}", fresh_key(2).unwrap().as_str())).unwrap();
    assert_eq!(value(&place, "name1").as_deref(), Some("value 1 é"));
    assert_eq!(Vault::rotate(&place).unwrap(), 3);
    assert!(Vault::at(&place).unwrap().kept().iter().all(|kept| kept.key_id() == Some(3)));
    assert_eq!(fs::read_to_string(&key).unwrap().lines().count(), 1);
}
