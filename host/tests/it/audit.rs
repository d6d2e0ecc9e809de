//! The audit trail in files: chains in turn, torn lines, full disks, rotation, the syslog. What processes and attackers do to it at
//! length stands in `audit_processes` and `audit_changes`.

use std::{fs, io::Write, os::unix::fs::PermissionsExt, process::Command, thread, time::Duration};

use adarga_core::audit::{Digest, Entry, Event, Head};
use adarga_host::{
    audit::{Arguments, Fault, Settings, Trail, key},
    secrets::{Place, Secret},
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::audit_support::{Folder, NOW, clean, entry, verify, write};

#[test]
fn a_trail_of_several_processes_in_turn_is_whole() {
    let folder = Folder::new("turns");
    for lines in [0, 1, 20] {
        let trail = Trail::open(folder.settings(), "reports", "here", NOW).unwrap();
        write(&trail, lines);
        trail.close(NOW).unwrap();
        assert!(trail.write(&entry(b"late")).is_err(), "a chain has one end");
    }
    let summary = folder.verify();
    clean(&summary);
    assert_eq!((summary.genuine, summary.heads.len()), (21 + 2 * 3, 3));
    assert!(summary.heads.iter().all(|(_, ended)| *ended));
    let numbers: Vec<u32> = summary.heads.iter().map(|(head, _)| head.chain.number()).collect();
    assert_eq!(numbers, [0, 1, 2]);
    assert_eq!(key::look(&folder.path.join("key")).unwrap().number(), 3, "the key moved on");
    for name in ["audit.jsonl", "key"] {
        assert_eq!(fs::metadata(folder.path.join(name)).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let later = verify(&key::look(&folder.path.join("key")).unwrap(), &[fs::read(folder.file()).unwrap()], &[]);
    assert!(later.findings.iter().all(|finding| finding.fault == Fault::Key) && later.wrong == 27, "today's key is of no use");
}

/// What the policy says decides what stands in the line, and only who has the key of the chain can make it again.
#[test]
fn arguments_stand_as_the_keyed_hash_that_the_policy_names() {
    const CALL: &[u8] = br#"{"path":"/srv/docs/a.md"}"#;
    for (arguments, label) in [(Arguments::Sha256, "hmac-sha256:"), (Arguments::Blake3, "blake3:"), (Arguments::Off, "")] {
        let folder = Folder::new(&format!("arguments-{arguments:?}"));
        let trail = Trail::open(Settings { arguments, ..folder.settings() }, "reports", "", NOW).unwrap();
        let digest = trail.digest(CALL);
        trail.write(&Entry { arguments: digest, ..entry(b"1") }).unwrap();
        let key = folder.key.arguments(trail.head().unwrap().chain);
        drop(trail);
        clean(&folder.verify());
        let mac = Hmac::<Sha256>::new_from_slice(&key).unwrap().chain_update(CALL).finalize().into_bytes();
        let expected = match arguments {
            Arguments::Sha256 => Some(Digest::Sha256(mac.into())),
            Arguments::Blake3 => Some(Digest::Blake3(*blake3::keyed_hash(&key, CALL).as_bytes())),
            Arguments::Off => None,
        };
        assert_eq!(digest, expected);
        let text = fs::read_to_string(folder.file()).unwrap();
        let line = text.lines().nth(1).unwrap();
        assert_eq!(line.contains("\"arguments\":"), arguments != Arguments::Off);
        assert!(line.contains(label) && !text.contains("a.md"), "{line}");
    }
}

#[test]
fn what_is_no_place_for_a_trail_is_refused() {
    let folder = Folder::new("places");
    let refused = |settings: Settings| Trail::open(settings, "reports", "", NOW).unwrap_err().to_string();
    std::os::unix::fs::symlink("elsewhere", folder.path.join("link")).unwrap();
    let named = |name: &str| Settings { file: folder.path.join(name).to_str().unwrap().into(), ..folder.settings() };
    refused(named("link"));
    refused(named("absent/audit.jsonl"));
    refused(named("."));
    fs::write(folder.path.join("open"), "").unwrap();
    fs::set_permissions(folder.path.join("open"), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(refused(named("open")).contains("chmod 600"));
    let keyed = |name: &str| Settings {
        key: Secret::At(Place::File(folder.path.join(name).to_str().unwrap().into())),
        ..folder.settings()
    };
    assert!(refused(keyed("absent")).contains("adarga audit key"));
    assert!(refused(keyed("open")).contains("chmod 600"));
    let damaged = fs::read_to_string(folder.path.join("key")).unwrap().replacen('0', "1", 1);
    fs::write(folder.path.join("damaged"), damaged).unwrap();
    fs::set_permissions(folder.path.join("damaged"), fs::Permissions::from_mode(0o600)).unwrap();
    assert!(refused(keyed("damaged")).contains("damaged"));
    assert!(!folder.path.join("elsewhere").exists());
    assert!(key::make(&folder.path.join("key")).is_err(), "a key is never replaced");
}

#[test]
fn a_torn_line_is_told_apart_from_tampering() {
    let folder = Folder::new("torn");
    let trail = Trail::open(folder.settings(), "reports", "", NOW).unwrap();
    write(&trail, 3);
    std::mem::forget(trail);
    let whole = fs::read(folder.file()).unwrap();
    let last = whole[..whole.len() - 1].iter().rposition(|&byte| byte == b'\n').unwrap() + 1;
    for cut in [last + 1, last + 100, whole.len() - 1] {
        let folder = Folder::new(&format!("torn-{cut}"));
        fs::copy(folder.path.join("key"), folder.path.join("copy")).unwrap();
        let trail = Trail::open(folder.settings(), "reports", "", NOW).unwrap();
        write(&trail, 3);
        // power fails: a part of a line is what is left of it
        let mut file = fs::OpenOptions::new().append(true).open(folder.file()).unwrap();
        file.write_all(&whole[last..cut]).unwrap();
        let summary = folder.verify();
        assert!(summary.is_whole() && summary.findings.len() == 1, "{:?}", summary.findings);
        write(&trail, 1);
        let summary = folder.verify();
        clean(&summary);
        assert_eq!((summary.torn, summary.genuine), (1, 6));
        let text = fs::read(folder.file()).unwrap();
        let torn = [&whole[last..cut], b"~\n"].concat();
        let at = text.windows(torn.len()).position(|part| part == torn).unwrap();
        let mut forged = text.clone();
        forged[at] ^= 1;
        assert!(!verify(&folder.key, &[forged], &[]).is_whole(), "another torn line than the one that was named");
    }
}

#[test]
fn rotation_loses_and_splits_nothing() {
    let folder = Folder::new("rotation");
    let settings = Settings { rotate_bytes: Some(4096), ..folder.settings() };
    let first = Trail::open(settings.clone(), "reports", "", NOW).unwrap();
    let second = Trail::open(settings, "reports", "", NOW).unwrap();
    for _ in 0..50 {
        write(&first, 1);
        write(&second, 2);
    }
    let files = folder.files();
    assert!(files.len() > 10, "{}", files.len());
    for file in &files[..files.len() - 1] {
        let found = fs::metadata(file).unwrap();
        assert!(found.len() <= 4096 && found.permissions().mode() & 0o777 == 0o400, "{}", file.display());
    }
    // somebody else renames it as well
    fs::rename(folder.file(), folder.path.join("audit.jsonl.900000")).unwrap();
    thread::sleep(Duration::from_millis(1100));
    write(&first, 1);
    write(&second, 1);
    drop((first, second));
    let summary = folder.verify();
    clean(&summary);
    assert_eq!(summary.genuine, 150 + 2 + 2 * 2);
    let partial: Vec<_> = folder.files().iter().skip(3).map(|file| fs::read(file).unwrap()).collect();
    assert!(verify(&folder.key, &partial, &[]).findings.iter().all(|finding| matches!(finding.fault, Fault::Begins(_))));
}

#[test]
fn the_syslog_is_told_heads() {
    let folder = Folder::new("syslog");
    let path = folder.path.join("log");
    let syslog = std::os::unix::net::UnixDatagram::bind(&path).unwrap();
    let hear = || {
        let mut buffer = [0; 512];
        let len = syslog.recv(&mut buffer).unwrap();
        let text = String::from_utf8(buffer[..len].to_vec()).unwrap();
        let words: Vec<&str> = text.split(' ').collect();
        assert_eq!((words[0], words[2], words[3], words[5], words[6]), ("<109>1", "-", "adarga", "audit-head", "-"), "{text}");
        Head::read(words[7].as_bytes()).unwrap()
    };
    let settings = Settings { syslog: Some(path.to_str().unwrap().into()), ..folder.settings() };
    let trail = Trail::open(settings.clone(), "reports", "", NOW).unwrap();
    assert_eq!(hear().sequence, 0);
    write(&trail, 5);
    trail.tell_head(NOW).unwrap();
    trail.tell_head(NOW).unwrap();
    let head = hear();
    assert_eq!((head.sequence, Some(head)), (5, trail.head()));
    trail.close(NOW).unwrap();
    assert_eq!(hear().sequence, 6, "told once");
    assert_eq!(folder.verify().heads[0].0.sequence, 6);
    drop(trail);
    drop(syslog);
    assert!(Trail::open(settings, "reports", "", NOW).is_err(), "nobody listens");
}

#[test]
fn a_new_period_begins_a_new_file() {
    let folder = Folder::new("period");
    let trail = Trail::open(Settings { rotate_ms: Some(1000), ..folder.settings() }, "reports", "", NOW).unwrap();
    let later = u64::MAX >> 12;
    trail.write(&Entry { request: b"1", ..Entry::new(Event::Decision, later) }).unwrap();
    assert_eq!(folder.files().len(), 2);
    drop(trail);
    clean(&folder.verify());
}

#[test]
fn a_full_disk_denies_and_the_trail_says_so_later() {
    let folder = Folder::new("full");
    let disk = folder.path.join("disk");
    fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "adarga"]).arg(&disk).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        eprintln!("not run: a small tmpfs takes root");
        return;
    }
    let unmount = || assert!(Command::new("umount").arg(&disk).status().unwrap().success());
    let file = disk.join("audit.jsonl");
    let settings = Settings { file: file.to_str().unwrap().into(), ..folder.settings() };
    let trail = Trail::open(settings, "reports", "", NOW).unwrap();
    let (mut written, mut failed) = (0_u64, 0_u64);
    for n in 0..400_u64 {
        match trail.write(&entry(n.to_string().as_bytes())) {
            Ok(()) => written += 1,
            Err(_) => failed += 1,
        }
    }
    let text = fs::read(&file).unwrap();
    let summary = verify(&folder.key, &[text], &[]);
    fs::rename(&file, folder.path.join("audit.jsonl.000001"))
        .or_else(|_| fs::copy(&file, folder.path.join("audit.jsonl.000001")).and_then(|_| fs::remove_file(&file)))
        .unwrap();
    thread::sleep(Duration::from_millis(1100));
    let again = trail.write(&entry(b"again"));
    drop(trail);
    let later = fs::read(&file);
    unmount();
    assert!(failed > 0 && written > 50, "{written} {failed}");
    clean(&summary);
    assert!(summary.genuine > written, "a note of what is lost is shorter, and may fit");
    again.unwrap();
    let files = [fs::read(folder.path.join("audit.jsonl.000001")).unwrap(), later.unwrap()];
    let summary = verify(&folder.key, &files, &[]);
    clean(&summary);
    assert_eq!(summary.lost, failed);
}
