//! An audit trail, as a caller in C writes and verifies it.

use std::{fs, path::PathBuf, ptr};

use adarga::*;
use adarga_host::audit::key;

use crate::support::{NOW_MS, POLICY, Worker, image, output, request, view, zeroed};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("adarga-ffi-trail-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A gate whose policy asks for a trail in this folder; the image that it borrows lives as long as the test.
    fn gate(&self) -> Box<adarga_gate> {
        let folder = self.0.to_str().unwrap();
        gate(&format!("server.name = \"r\"\n[audit]\nfile = \"{folder}/audit.jsonl\"\nkey = {{ file = \"{folder}/key\" }}\n"))
    }

    fn lines(&self) -> Vec<String> {
        fs::read_to_string(self.0.join("audit.jsonl")).unwrap().lines().map(str::to_owned).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn gate(document: &str) -> Box<adarga_gate> {
    let mut gate = zeroed::<adarga_gate>();
    assert_eq!(unsafe { adarga_gate_open(&mut *gate, view(image(document).leak())) }, ADARGA_OK);
    gate
}

fn open(gate: &adarga_gate) -> (i32, *mut adarga_trail, String) {
    let (mut trail, mut room) = (ptr::null_mut(), vec![0; 512]);
    let mut error = output(&mut room);
    let status = unsafe { adarga_trail_open(gate, view("a test"), &mut trail, &mut error) };
    let len = error.len;
    (status, trail, String::from_utf8(room[..len].to_vec()).unwrap())
}

fn event() -> adarga_event {
    adarga_event { event: ADARGA_EVENT_DECISION, time_ms: NOW_MS, ..Default::default() }
}

/// What the verifier of the library says of lines, the last of which may be torn.
fn verify(key: &[u8], lines: &[String]) -> (u32, u64, Vec<u16>) {
    let (mut audit, mut summary) = (ptr::null_mut(), adarga_audit_summary::default());
    let mut found = Vec::new();
    unsafe {
        assert_eq!(adarga_audit_open(0, view(key), 0, &mut audit), ADARGA_OK);
        for line in lines {
            assert_eq!(adarga_audit_line(audit, view(line)), ADARGA_OK);
        }
        assert_eq!(adarga_audit_end(audit, adarga_view::NONE, &mut summary), ADARGA_OK);
        let mut finding = adarga_audit_finding::default();
        while adarga_audit_finding_at(audit, found.len(), &mut finding) == ADARGA_OK {
            found.push(finding.reason);
        }
        adarga_audit_close(audit);
    }
    (summary.whole, summary.genuine, found)
}

#[test]
fn a_trail_is_written_and_verified() {
    let folder = Folder::new("written");
    key::make(&folder.0.join("key")).unwrap();
    let start = key::look(&folder.0.join("key")).unwrap();
    let gate = folder.gate();
    for _ in 0..2 {
        let (status, trail, _) = open(&gate);
        assert_eq!(status, ADARGA_OK);
        let (roles, permissions) = ([view("editor"), view("author")], [view("read:own")]);
        let written = adarga_event {
            success: 1,
            reason: 1,
            subject: view("alice"),
            target: view("delete_user"),
            roles: roles.as_ptr(),
            role_count: 2,
            permissions: permissions.as_ptr(),
            permission_count: 1,
            arguments: view(r#"{"user_id":"hidden-4711"}"#),
            duration_us: 17,
            duration_known: 1,
            note: view("line\nbreak"),
            ..event()
        };
        unsafe {
            assert_eq!(adarga_trail_write(trail, &written, ptr::null_mut()), ADARGA_OK);
            assert_eq!(adarga_trail_keep(trail, ptr::null_mut()), ADARGA_OK);
            adarga_trail_close(trail);
        }
    }
    let lines = folder.lines();
    assert_eq!(lines.len(), 8, "start, policy, ours, end, twice");
    for part in [
        r#""subject":"alice""#,
        r#""roles":["editor","author"]"#,
        r#""permissions":["read:own"]"#,
        r#""duration_us":17"#,
        r#""event":"decision""#,
        r"line\nbreak",
        r#""target":"delete_user""#,
    ] {
        assert!(lines[2].contains(part), "no {part} in {}", lines[2]);
    }
    assert!(lines.iter().all(|line| !line.contains("hidden-4711")));
    assert_eq!(verify(start.as_bytes(), &lines), (1, 8, vec![]));
    // any line that is changed is found
    let mut changed = lines.clone();
    changed[2] = changed[2].replace("alice", "mallory");
    assert_eq!(verify(start.as_bytes(), &changed).0, 0);
}

#[test]
fn misuse_of_a_trail_is_a_status() {
    let folder = Folder::new("misuse");
    let (status, trail, said) = open(&folder.gate());
    assert_eq!((status, trail.is_null()), (ADARGA_ERROR_DOCUMENT, true));
    assert!(said.contains("adarga audit key"), "{said}");
    assert_eq!(open(&gate("server.name = \"r\"")).0, ADARGA_ERROR_ABSENT);

    let file = folder.0.join("key").to_str().unwrap().to_owned();
    assert_eq!(unsafe { adarga_trail_key(view(&file), ptr::null_mut()) }, ADARGA_OK);
    // a key that is there is not replaced
    assert_eq!(unsafe { adarga_trail_key(view(&file), ptr::null_mut()) }, ADARGA_ERROR_DOCUMENT);
    let (_, trail, _) = open(&folder.gate());
    let write = |event: adarga_event| unsafe { adarga_trail_write(trail, &event, ptr::null_mut()) };
    let null = ptr::null_mut();
    let (names, invalid): (_, &[u8]) = (vec![view("a"); ADARGA_EVENT_LIST_MAX + 1], &[0xFF]);
    // what the library alone writes, what is no event, no reason, no list
    for number in [0, 1, 2, 7, 8, 99] {
        assert_eq!(write(adarga_event { event: number, ..event() }), ADARGA_ERROR_VALUE);
    }
    assert_eq!(write(adarga_event { reason: 999, ..event() }), ADARGA_ERROR_VALUE);
    assert_eq!(write(adarga_event { reason: 1 << 16, ..event() }), ADARGA_ERROR_VALUE);
    assert_eq!(write(adarga_event { role_count: names.len(), roles: names.as_ptr(), ..event() }), ADARGA_ERROR_VALUE);
    assert_eq!(write(adarga_event { role_count: 1, ..event() }), ADARGA_ERROR_NULL);
    assert_eq!(write(adarga_event { size: 0, ..event() }), ADARGA_ERROR_SIZE);
    unsafe {
        assert_eq!(adarga_trail_write(trail, ptr::null(), null), ADARGA_ERROR_NULL);
        assert_eq!(adarga_trail_write(ptr::null(), &event(), null), ADARGA_ERROR_NULL);
        assert_eq!(adarga_trail_open(ptr::null(), adarga_view::NONE, &mut ptr::null_mut(), null), ADARGA_ERROR_NULL);
        assert_eq!(adarga_trail_keep(ptr::null(), null), ADARGA_ERROR_NULL);
        adarga_trail_close(ptr::null_mut());
    }
    // what is no text is told all the same, by its hash
    assert_eq!(write(adarga_event { note: view(invalid), ..event() }), ADARGA_OK);
    assert!(folder.lines()[2].contains("sha256"));
    unsafe { adarga_trail_close(trail) };
    assert_eq!(folder.lines().len(), 4);
}

#[test]
fn a_child_does_not_go_on_with_the_chain_of_its_parent() {
    let folder = Folder::new("child");
    key::make(&folder.0.join("key")).unwrap();
    let (_, trail, _) = open(&folder.gate());
    unsafe extern "C" {
        fn fork() -> i32;
        fn waitpid(process: i32, status: *mut i32, options: i32) -> i32;
        fn _exit(code: i32) -> !;
    }
    unsafe {
        // the child only tries to write, and leaves
        let child = fork();
        if child == 0 {
            let refused = adarga_trail_write(trail, &event(), ptr::null_mut()) == ADARGA_ERROR_STATE;
            adarga_trail_close(trail);
            _exit(if refused { 0 } else { 1 });
        }
        let mut status = -1;
        assert_eq!(waitpid(child, &mut status, 0), child);
        assert_eq!(status, 0);
        assert_eq!(adarga_trail_write(trail, &event(), ptr::null_mut()), ADARGA_OK);
        adarga_trail_close(trail);
    }
    assert_eq!(folder.lines().len(), 4);
}

#[test]
fn what_a_gate_decides_is_written_as_it_was_asked() {
    let folder = Folder::new("decided");
    key::make(&folder.0.join("key")).unwrap();
    let start = key::look(&folder.0.join("key")).unwrap();
    let gate = folder.gate();
    let (_, trail, _) = open(&gate);
    let mut worker = Worker::new(POLICY);
    let seen = adarga_event { peer: view("192.0.2.7"), agent: view("test/1"), duration_us: 5, duration_known: 1, ..event() };
    let mut ask = |body: &str, ticket: Option<&mut adarga_ticket>| {
        let (status, decision) = worker.decide(body);
        assert_eq!(status, ADARGA_OK);
        let (gate, machine): (*const adarga_gate, *mut adarga_machine) = (&*worker.gate, &mut *worker.machine);
        unsafe {
            let written = adarga_trail_decided(trail, gate, machine, view(body), &worker.work, &seen, ptr::null_mut());
            assert_eq!(written, ADARGA_OK);
            if let Some(ticket) = ticket {
                let drawn = adarga_ticket_draw(gate, machine, &worker.call, view(body), &worker.work, 0, ticket);
                assert_eq!(drawn, ADARGA_OK);
            }
        }
        decision.allowed
    };
    let call = |id, name: &str| request(id, "tools/call", &format!(r#""name":"{name}","arguments":{{"path":"hidden-4711"}}"#));
    let mut ticket = zeroed::<adarga_ticket>();
    assert_eq!(ask(&call(7, "read_file"), Some(&mut *ticket)), 1);
    assert_eq!(ask(&call(8, "delete_user"), None), 0);
    assert_eq!(ask("nonsense", None), 0);
    unsafe {
        assert_eq!(adarga_trail_released(trail, &*ticket, 1, &seen, ptr::null_mut()), ADARGA_OK);
        assert_eq!(adarga_trail_released(trail, &*ticket, 999, &seen, ptr::null_mut()), ADARGA_ERROR_VALUE);
        assert_eq!(adarga_trail_released(trail, ptr::null(), 1, &seen, ptr::null_mut()), ADARGA_ERROR_NULL);
        let none = zeroed::<adarga_ticket>();
        assert_eq!(adarga_trail_released(trail, &*none, 1, &seen, ptr::null_mut()), ADARGA_ERROR_STATE);
        adarga_trail_close(trail);
    }
    let lines = folder.lines();
    let parts = [
        (2, r#""success":true"#),
        (2, r#""target":"read_file""#),
        (2, r#""request":"7""#),
        (2, r#""roles":["editor"]"#),
        (2, r#""agent":"test/1""#),
        (2, r#""arguments":"hmac-sha256:"#),
        (3, r#""target":"delete_user""#),
        (3, r#""success":false"#),
        (4, "at byte 0"),
        (5, r#""event":"release""#),
        (5, r#""peer":"192.0.2.7""#),
    ];
    for (at, part) in parts {
        assert!(lines[at].contains(part), "no {part} in {}", lines[at]);
    }
    assert!(lines.iter().all(|line| !line.contains("hidden-4711")));
    assert_eq!(verify(start.as_bytes(), &lines), (1, 7, vec![]));
}
