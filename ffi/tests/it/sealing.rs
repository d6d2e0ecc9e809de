//! Data that leaves sealed, and opens again, through the C ABI.

use std::{fs, ptr};

use adarga::*;

use crate::support::{Worker, output, reason, request, text, view, zeroed};

const NONE: adarga_view = adarga_view { ptr: ptr::null(), len: 0 };

fn policy(key: &str) -> String {
    format!(
        r#"
        server = {{ name = "people" }}
        stdio = {{ role = "user" }}
        roles = {{ user = ["read"] }}
        rates = {{ subject = "100/min" }}
        tools = {{ get = {{ permission = "read" }} }}
        [data]
        seal = ["ssn"]
        redact = {{ names = ["mail"], mask = "pseudonym" }}
        key = {{ file = "{key}" }}
        "#
    )
}

fn opened(text: &str) -> (i32, *mut adarga_policy, *mut adarga_data_keys, String) {
    let (mut policy, mut keys) = (ptr::null_mut(), ptr::null_mut());
    let mut room = [0; 256];
    let mut error = output(&mut room);
    let status = unsafe {
        assert_eq!(adarga_policy_compile(view("p.toml"), view(text), &mut policy, &mut error), ADARGA_OK);
        adarga_data_keys_open(policy, &mut keys, &mut error)
    };
    let said = String::from_utf8_lossy(&room[..error.len.min(256)]).into_owned();
    (status, policy, keys, said)
}

#[test]
fn a_field_leaves_sealed_and_opens_in_its_place_alone() {
    let file = std::env::temp_dir().join(format!("adarga-ffi-sealing-{}", std::process::id()));
    fs::write(&file, format!("7:{}\n", "A".repeat(43))).unwrap();
    let document = policy(file.to_str().unwrap());
    let (status, policy, keys, _) = opened(&document);
    assert!(status == ADARGA_OK && !keys.is_null());

    let mut worker = Worker::new(&document);
    let body = request(1, "tools/call", r#""name":"get","arguments":{}"#);
    let (status, decision) = worker.decide(&body);
    assert_eq!((status, reason(decision.reason).as_str()), (ADARGA_OK, "allowed"));
    let mut ticket = zeroed::<adarga_ticket>();
    let (gate, machine) = (&raw const *worker.gate, &raw mut *worker.machine);
    unsafe { adarga_ticket_draw(gate, machine, &worker.call, view(&body), &worker.work, 0, &mut *ticket) };
    let answer = r#"{"jsonrpc":"2.0","id":1,"result":{"content":[],"structuredContent":{"ssn":"536","mail":"a@b.example"}}}"#;
    let release = |keys: *const adarga_data_keys| {
        let (mut reading, mut result) = (zeroed::<adarga_reading>(), adarga_read_result::default());
        assert_eq!(unsafe { adarga_read(gate, view(answer), &worker.work, &mut *reading, &mut result) }, ADARGA_OK);
        let mut room = vec![0; 4096];
        let (mut out, mut released) = (output(&mut room), adarga_released::default());
        let status = unsafe {
            adarga_release_sealed(
                keys,
                view("user 7"),
                gate,
                &*ticket,
                &*reading,
                view(answer),
                &worker.work,
                &mut out,
                &mut released,
            )
        };
        assert_eq!((status, released.edited), (ADARGA_OK, 1));
        text(released.bytes)
    };
    let (first, second, masked) = (release(keys), release(keys), release(ptr::null()));
    assert!(masked.contains(r#""ssn":"[REDACTED]","mail":"[REDACTED]""#), "{masked}");
    let sealed = |text: &str| text.split('"').find(|part| part.starts_with("adg1.")).unwrap().to_owned();
    let pseudonym = |text: &str| text.split('"').find(|part| part.starts_with("pseudonym:")).unwrap().to_owned();
    assert_ne!(sealed(&first), sealed(&second));
    assert_eq!(pseudonym(&first), pseudonym(&second));

    let unseal = |keys: *const adarga_data_keys, pointer: &str, record: adarga_view, capacity: usize| {
        let (mut room, mut why) = (vec![0; capacity], 9);
        let mut value = output(&mut room);
        let sealed = sealed(&first);
        let status = unsafe { adarga_data_unseal(keys, gate, view(pointer), record, view(&sealed), &mut value, &mut why) };
        (status, why, value.len, room)
    };
    let place = "/structuredContent/ssn";
    let (status, why, len, room) = unseal(keys, place, view("user 7"), 64);
    assert_eq!((status, why, &room[..len]), (ADARGA_OK, 1, br#""536""#.as_slice()));
    assert_eq!(unseal(keys, place, view("user 7"), 2).0, ADARGA_ERROR_ROOM);
    assert_eq!(reason(unseal(keys, place, NONE, 64).1), "seal.tag");
    assert_eq!(reason(unseal(keys, "/structuredContent/mail", view("user 7"), 64).1), "seal.tag");
    assert_eq!(unseal(ptr::null(), place, NONE, 64).0, ADARGA_ERROR_NULL);
    unsafe {
        adarga_data_keys_close(keys);
        adarga_policy_close(policy);
    }
    let _ = fs::remove_file(file);
}

#[test]
fn a_key_that_is_not_there_is_said() {
    let (status, policy_1, keys, said) = opened(&policy("/nowhere/at/all"));
    assert!(status == ADARGA_ERROR_DOCUMENT && keys.is_null() && said.contains("`data.key`: file `/nowhere/at/all`"), "{said}");
    let (status, policy_2, keys, _) = opened("server = { name = \"s\" }");
    assert!(status == ADARGA_OK && keys.is_null(), "a policy without a key has none");
    unsafe {
        let mut none = ptr::null_mut();
        assert_eq!(adarga_data_keys_open(ptr::null(), &mut none, ptr::null_mut()), ADARGA_ERROR_NULL);
        assert_eq!(adarga_data_keys_open(policy_1, ptr::null_mut(), ptr::null_mut()), ADARGA_ERROR_NULL);
        adarga_data_keys_close(ptr::null_mut());
        adarga_policy_close(policy_1);
        adarga_policy_close(policy_2);
    }
}
