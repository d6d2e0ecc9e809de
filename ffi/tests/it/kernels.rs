//! The layers that stand alone, and the hosted part.

use std::{fs, ptr};

use adarga::*;

use crate::support::{POLICY, buffer, output, reason, request, text, view, zeroed};

#[test]
fn documents_that_do_not_compile_say_where() {
    let (mut policy, mut room) = (ptr::dangling_mut(), vec![0; 4096]);
    let mut error = output(&mut room);
    let status = unsafe { adarga_policy_compile(view("p.toml"), view("[server]\nnam = 1\n"), &mut policy, &mut error) };
    assert_eq!((status, policy), (ADARGA_ERROR_DOCUMENT, ptr::null_mut()));
    let said = String::from_utf8(room[..error.len].to_vec()).unwrap();
    assert!(said.contains("p.toml:2"), "{said}");
    // as much as fits, and how long it is
    let mut little = vec![0; 5];
    let mut short = output(&mut little);
    let status = unsafe { adarga_policy_compile(view("p.toml"), view("[server]\nnam = 1\n"), &mut policy, &mut short) };
    assert_eq!((status, short.len, &little[..]), (ADARGA_ERROR_DOCUMENT, error.len, &said.as_bytes()[..5]));
}

#[test]
fn a_policy_is_replaced_while_the_old_one_is_used() {
    let folder = std::env::temp_dir().join(format!("adarga-ffi-live-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("policy.toml");
    fs::write(&file, POLICY).unwrap();
    let name = file.to_str().unwrap();
    let (mut live, mut old, mut new) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    let digest = |policy: *const adarga_policy| {
        let (mut gate, mut digest) = (zeroed::<adarga_gate>(), view(""));
        unsafe {
            assert_eq!(adarga_policy_gate(policy, &mut *gate), ADARGA_OK);
            assert_eq!(adarga_gate_digest(&*gate, &mut digest), ADARGA_OK);
        }
        crate::support::bytes(digest)
    };
    unsafe {
        assert_eq!(adarga_live_open(view(name), &mut live, ptr::null_mut()), ADARGA_OK);
        assert_eq!(adarga_live_policy(live, &mut old), ADARGA_OK);
        let before = digest(old);
        // what is wrong changes nothing
        fs::write(&file, "nonsense").unwrap();
        assert_eq!(adarga_live_reload(live, ptr::null_mut()), ADARGA_ERROR_DOCUMENT);
        assert_eq!(adarga_live_policy(live, &mut new), ADARGA_OK);
        assert_eq!(digest(new), before);
        adarga_policy_close(new);
        fs::write(&file, POLICY.replace("3/min", "4/min")).unwrap();
        assert_eq!(adarga_live_reload(live, ptr::null_mut()), ADARGA_OK);
        assert_eq!(adarga_live_policy(live, &mut new), ADARGA_OK);
        assert_ne!(digest(new), before);
        adarga_live_close(live);
        assert_eq!(digest(old), before);
        adarga_policy_close(old);
        adarga_policy_close(new);
        adarga_policy_close(ptr::null_mut());
    }
    fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
#[test]
fn files_open_beneath_a_root_only() {
    use std::{io::Read, os::fd::FromRawFd};
    let folder = std::env::temp_dir().join(format!("adarga-ffi-root-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("a.txt"), "seven").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.join("out")).unwrap();
    let (mut root, mut fd, mut said) = (ptr::null_mut(), 7, 9);
    unsafe {
        assert_eq!(adarga_root_open(view(folder.to_str().unwrap()), &mut root, ptr::null_mut()), ADARGA_OK);
        assert_eq!(adarga_root_open_file(root, view("a.txt"), &mut fd, &mut said), ADARGA_OK);
        assert_eq!(said, 1);
        let mut content = String::new();
        fs::File::from_raw_fd(fd).read_to_string(&mut content).unwrap();
        assert_eq!(content, "seven");
        for (path, expected) in [("out", "path.link"), ("../a", "path.escape"), ("none", "path.absent")] {
            assert_eq!(adarga_root_open_file(root, view(path), &mut fd, &mut said), ADARGA_OK);
            assert_eq!((fd, reason(said).as_str()), (-1, expected), "{path}");
        }
        adarga_root_close(root);
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn outputs_that_are_too_small_say_what_they_need() {
    let (mut little, mut room) = (vec![0; 3], vec![0; 64]);
    let mut out = output(&mut little);
    unsafe {
        assert_eq!(adarga_escape(view("html"), view("<b>"), &mut out), ADARGA_ERROR_ROOM);
        assert_eq!(out.len, 9);
        let mut out = output(&mut room);
        assert_eq!(adarga_escape(view("html"), view("<b>"), &mut out), ADARGA_OK);
        assert_eq!(&room[..out.len], b"&lt;b&gt;");
        assert_eq!(adarga_escape(view("nowhere"), view("<b>"), &mut output(&mut room)), ADARGA_ERROR_VALUE);
    }
}

#[test]
fn a_limit_that_was_read_is_charged() {
    let (mut limit, mut size) = (adarga_limit::default(), 0);
    let mut rates = zeroed::<adarga_rates>();
    let seed = [3_u64, 4];
    unsafe {
        assert_eq!(adarga_limit_parse(view("6/min"), ADARGA_LIMIT_GCRA, 2, &mut limit, ptr::null_mut()), ADARGA_OK);
        assert_eq!((limit.kind, limit.calls, limit.span_ms, limit.burst), (ADARGA_LIMIT_GCRA, 1, 10_000, 2));
        assert_eq!(adarga_table_size(ADARGA_RATES_SHARED, 8, 0, &mut size), ADARGA_OK);
        let mut memory = vec![0_u8; size + 64];
        let skip = memory.as_ptr().align_offset(64);
        assert_eq!(
            adarga_table_init(&mut *rates, ADARGA_RATES_SHARED, 8, 0, buffer(&mut memory[skip + 1..]), seed.as_ptr()),
            ADARGA_ERROR_ALIGN
        );
        let status = adarga_table_init(&mut *rates, ADARGA_RATES_SHARED, 8, 0, buffer(&mut memory[skip..]), seed.as_ptr());
        assert_eq!(status, ADARGA_OK);
        let mut charged = adarga_charged::default();
        for expected in [(1, 0), (1, 0), (7001, 10_000)] {
            let now_ms = crate::support::NOW_MS;
            assert_eq!(adarga_rates_charge(&mut *rates, &limit, 0, view("a"), 1, now_ms, &mut charged), ADARGA_OK);
            assert_eq!((charged.reason, charged.retry_after_ms), expected);
        }
    }
}

#[test]
fn lines_are_framed() {
    let (mut framer, mut room) = (zeroed::<adarga_framer>(), vec![0; 4]);
    let (mut chunk, mut line, mut framed) = (view("ab\ncdefg\nh"), view(""), 9);
    let mut seen = Vec::new();
    loop {
        assert_eq!(unsafe { adarga_frame(&mut *framer, buffer(&mut room), &mut chunk, &mut line, &mut framed) }, ADARGA_OK);
        seen.push((framed, text(line)));
        if framed == ADARGA_FRAMED_MORE {
            break;
        }
    }
    let line = |what: u32, text: &str| (what, text.to_owned());
    assert_eq!(seen, [line(ADARGA_FRAMED_LINE, "ab"), line(ADARGA_FRAMED_DROPPED, ""), line(ADARGA_FRAMED_MORE, "")]);
    let (mut dropped, mut mid_line) = (0, 0);
    assert_eq!(unsafe { adarga_framer_state(&mut *framer, &mut dropped, &mut mid_line) }, ADARGA_OK);
    assert_eq!((dropped, mid_line), (1, 1));
}

#[test]
fn a_message_is_judged_without_a_policy() {
    let limits = adarga_limits { depth_max: 16, values_max: 64, input_max: 1024, ..Default::default() };
    let rules = adarga_message_rules { revision: 20_260_728, ..Default::default() };
    let (mut memory, mut size) = (Vec::new(), 0);
    assert_eq!(unsafe { adarga_scratch_size_of(64, 1024, &mut size) }, ADARGA_OK);
    memory.resize(size, 0);
    let body = request(5, "tools/list", "");
    let mut found = adarga_message::default();
    unsafe {
        assert_eq!(adarga_message_check(view(&body), &rules, &limits, buffer(&mut memory), &mut found), ADARGA_OK);
        assert_eq!((found.reason, text(found.method).as_str(), text(found.id).as_str()), (1, "tools/list", "5"));
        assert_eq!(adarga_message_check(view("{}"), &rules, &limits, buffer(&mut memory), &mut found), ADARGA_OK);
        assert!(found.reason > 1 && found.method.ptr.is_null());
    }
}

#[test]
fn a_value_is_judged_by_a_schema() {
    let limits = adarga_limits { depth_max: 16, values_max: 64, input_max: 1024, ..Default::default() };
    let (mut schema, mut said, mut size) = (ptr::null_mut(), 9, 0);
    let sources = [
        adarga_schema_source { id: view(""), text: view(r#"{"properties":{"a":{"$ref":"x:/n"}}}"#) },
        adarga_schema_source { id: view("x:/n"), text: view(r#"{"type":"integer"}"#) },
    ];
    let mut room = vec![0; 64];
    unsafe {
        assert_eq!(adarga_scratch_size_of(64, 1024, &mut size), ADARGA_OK);
        let mut memory = vec![0; size];
        assert_eq!(
            adarga_schema_compile(sources.as_ptr(), 1, adarga_view::NONE, 0, &mut schema, ptr::null_mut()),
            ADARGA_ERROR_DOCUMENT
        );
        assert!(schema.is_null());
        assert_eq!(
            adarga_schema_compile(sources.as_ptr(), 0, adarga_view::NONE, 0, &mut schema, ptr::null_mut()),
            ADARGA_ERROR_VALUE
        );
        assert_eq!(adarga_schema_compile(sources.as_ptr(), 2, adarga_view::NONE, 0, &mut schema, ptr::null_mut()), ADARGA_OK);
        for (text, expected, at) in [
            (r#"{"a":1}"#, "allowed", ""),
            (r#"{"a":"1"}"#, "arguments.schema", "/a"),
            (r#"{"a":1,"a":2}"#, "json.duplicate", ""),
        ] {
            let mut out = output(&mut room);
            let status = adarga_schema_check(schema, view(text), &limits, buffer(&mut memory), &mut out, &mut said);
            assert_eq!((status, reason(said).as_str()), (ADARGA_OK, expected));
            assert_eq!(&room[..out.len], at.as_bytes());
        }
        adarga_schema_close(schema);
        assert_eq!(adarga_schema_of_type(20_260_728, view("Nothing"), &mut schema), ADARGA_ERROR_ABSENT);
        assert_eq!(adarga_schema_of_type(20_260_728, view("CallToolRequestParams"), &mut schema), ADARGA_OK);
        adarga_schema_close(schema);
    }
}

#[test]
fn texts_that_look_like_attacks_are_told() {
    let (mut threats, mut said, mut name) = (9, 9, view(""));
    unsafe {
        assert_eq!(adarga_threat_scan(view("1' or '1'='1"), &mut threats, &mut said), ADARGA_OK);
        assert_eq!((threats, reason(said).as_str()), (ADARGA_THREAT_SQL, "threat.sql"));
        assert_eq!(adarga_threat_name(threats, &mut name), ADARGA_OK);
        assert_eq!(text(name), "sql");
        assert_eq!(adarga_threat_scan(view("rock 'n' roll"), &mut threats, &mut said), ADARGA_OK);
        assert_eq!((threats, reason(said).as_str()), (0, "allowed"));
        let nowhere = adarga_view { ptr: ptr::null(), len: 3 };
        (threats, said) = (9, 9);
        assert_eq!(adarga_threat_scan(nowhere, &mut threats, &mut said), ADARGA_ERROR_NULL);
        assert_eq!((threats, said), (0, 0));
        for none in [0, 3, 16, 1 << 31] {
            assert_eq!(adarga_threat_name(none, &mut name), ADARGA_ERROR_VALUE);
            assert!(name.ptr.is_null());
        }
    }
}

#[test]
fn findings_are_written_as_far_as_there_is_room() {
    let card_and_mail = "4111 1111 1111 1111 of a@example.com";
    let (mut kinds, mut count, mut name) = (adarga_detect_kinds::default(), 9, view(""));
    let mut findings = [adarga_detect_finding { start: 9, end: 9, kind: 9, reserved: 9 }; 2];
    unsafe {
        assert_eq!(adarga_detect_kinds_named(view("nonsense"), &mut kinds), ADARGA_ERROR_VALUE);
        assert_eq!(kinds.bits, [0; 2]);
        assert_eq!(adarga_detect_kinds_named(view("card email"), &mut kinds), ADARGA_OK);
        assert_eq!(adarga_detect(view(card_and_mail), &kinds, findings.as_mut_ptr(), 1, &mut count), ADARGA_ERROR_ROOM);
        assert_eq!((count, findings[0].start, findings[0].end, findings[1].kind), (2, 0, 19, 9));
        assert_eq!(adarga_detect(view(card_and_mail), &kinds, findings.as_mut_ptr(), 2, &mut count), ADARGA_OK);
        assert_eq!((count, findings[1].start, findings[1].end), (2, 23, card_and_mail.len()));
        assert_eq!(adarga_detect_kind_name(findings[1].kind, &mut name), ADARGA_OK);
        assert_eq!(text(name), "email");
        assert_eq!(adarga_detect_kind_name(7, &mut name), ADARGA_ERROR_VALUE);
        // places in the text, and kinds of another library
        let over = adarga_view { ptr: findings.as_ptr().cast(), len: 8 };
        assert_eq!(adarga_detect(over, &kinds, findings.as_mut_ptr(), 2, &mut count), ADARGA_ERROR_OVERLAP);
        kinds.bits[1] = 1 << 63;
        assert_eq!(adarga_detect(view(card_and_mail), &kinds, findings.as_mut_ptr(), 2, &mut count), ADARGA_ERROR_VALUE);
        assert_eq!(count, 0);
        // every kind has its bit and its name
        assert_eq!(adarga_detect_kinds_named(view("all"), &mut kinds), ADARGA_OK);
        for number in 0..128_u32 {
            let listed = kinds.bits[number as usize / 64] >> (number % 64) & 1 == 1;
            assert_eq!(adarga_detect_kind_name(number, &mut name) == ADARGA_OK, listed, "{number}");
        }
        let mut said = 9;
        assert_eq!(adarga_check_digit(view("luhn"), view("490154203237518"), &mut said), ADARGA_OK);
        assert_eq!(reason(said), "allowed");
        assert_eq!(adarga_check_digit(view("luhn"), view("490154203237519"), &mut said), ADARGA_OK);
        assert_eq!(reason(said), "arguments.format");
        assert_eq!(adarga_check_digit(view("none"), view("1"), &mut said), ADARGA_ERROR_VALUE);
        assert_eq!(said, 0);
    }
}

#[test]
fn what_a_caller_must_not_see_is_masked() {
    let limits = adarga_limits { depth_max: 16, values_max: 64, input_max: 1024, ..Default::default() };
    let (mut size, mut room) = (0, vec![0; 128]);
    assert_eq!(unsafe { adarga_scratch_size_of(64, 1024, &mut size) }, ADARGA_OK);
    let mut memory = vec![0; size];
    let json = r#"{"Pass-Word":"x","a/b":[1,{"~":2}],"c":3}"#;
    let mut redact = |json: &str, rules: &adarga_redaction, room: &mut [u8]| {
        let (mut out, mut redacted) = (output(room), adarga_released::default());
        let status = unsafe { adarga_redact(view(json), rules, &limits, buffer(&mut memory), &mut out, &mut redacted) };
        (status, redacted.reason, redacted.edited, text(redacted.bytes), out.len)
    };
    let (names, pointers) = ([view("password")], [view("/a~1b/1/~0"), view("/c")]);
    let rules = adarga_redaction {
        names: names.as_ptr(),
        name_count: 1,
        pointers: pointers.as_ptr(),
        pointer_count: 2,
        ..Default::default()
    };
    let masked = r#"{"Pass-Word":"[REDACTED]","a/b":[1,{"~":"[REDACTED]"}],"c":"[REDACTED]"}"#;
    assert_eq!(redact(json, &rules, &mut room), (ADARGA_OK, 1, 1, masked.to_owned(), masked.len()));
    let (status, said, _, bytes, enough) = redact(json, &rules, &mut [0; 9]);
    assert_eq!((status, said, bytes.as_str()), (ADARGA_ERROR_ROOM, 0, ""));
    assert!(enough >= masked.len() && redact(json, &rules, &mut vec![0; enough]).0 == ADARGA_OK);
    assert_eq!(redact("[1]", &rules, &mut room), (ADARGA_OK, 1, 0, "[1]".to_owned(), 0));
    let (status, said, ..) = redact(r#"{"a":1,"a":2}"#, &rules, &mut room);
    assert_eq!((status, reason(said).as_str()), (ADARGA_OK, "json.duplicate"));
    let refused = (ADARGA_ERROR_VALUE, 0, 0, String::new(), 0);
    for wrong in ["c", "/~", "/~2", "c/"] {
        let pointers = [view(wrong)];
        let rules = adarga_redaction { pointers: pointers.as_ptr(), pointer_count: 1, ..rules };
        assert_eq!(redact(json, &rules, &mut room), refused, "{wrong}");
    }
    let many = vec![view("/a/b/c/d/e"); ADARGA_REDACTION_POINTERS_MAX + 1];
    for (pointer_count, expected) in [(12, ADARGA_OK), (13, ADARGA_ERROR_VALUE), (many.len(), ADARGA_ERROR_VALUE)] {
        let rules = adarga_redaction { pointers: many.as_ptr(), pointer_count, ..rules };
        assert_eq!(redact(json, &rules, &mut room).0, expected, "{pointer_count}");
    }
    assert_eq!(redact(json, &adarga_redaction { name_count: usize::MAX, ..rules }, &mut room), refused);
    assert_eq!(redact(json, &adarga_redaction { mask: 3, ..rules }, &mut room), refused);
    let keyless = adarga_redaction { mask: ADARGA_MASK_PSEUDONYM, ..rules };
    assert_eq!(redact(json, &keyless, &mut room), refused);
    assert_eq!(redact(json, &adarga_redaction { key: view([7; 32]), ..keyless }, &mut room).0, ADARGA_OK);
}

#[test]
fn a_trail_is_verified_to_its_end() {
    let (mut audit, mut summary, mut finding) =
        (ptr::dangling_mut(), adarga_audit_summary::default(), adarga_audit_finding::default());
    unsafe {
        assert_eq!(adarga_audit_open(0, view([1; 31]), 0, &mut audit), ADARGA_ERROR_VALUE);
        assert!(audit.is_null());
        assert_eq!(adarga_audit_open(0, view([1; 32]), 2, &mut audit), ADARGA_ERROR_VALUE);
        assert_eq!(adarga_audit_open(0, view([1; 32]), 0, &mut audit), ADARGA_OK);
        assert_eq!(adarga_audit_finding_at(audit, 0, &mut finding), ADARGA_ERROR_STATE);
        assert_eq!(adarga_audit_line(audit, view("no line")), ADARGA_OK);
        assert_eq!(adarga_audit_end(audit, view("{\"ch"), &mut summary), ADARGA_OK);
        assert_eq!((summary.whole, summary.wrong, summary.findings, summary.genuine), (0, 2, 2, 0));
        for (index, expected) in [(0, "audit.line"), (1, "audit.torn")] {
            assert_eq!(adarga_audit_finding_at(audit, index, &mut finding), ADARGA_OK);
            assert_eq!((reason(finding.reason).as_str(), finding.line_known, finding.line), (expected, 1, index as u64));
        }
        assert_eq!(adarga_audit_finding_at(audit, 2, &mut finding), ADARGA_ERROR_ABSENT);
        assert_eq!(finding.reason, 0);
        // what was ended stays so
        assert_eq!(adarga_audit_line(audit, view("{}")), ADARGA_ERROR_STATE);
        assert_eq!(adarga_audit_end(audit, view(""), &mut summary), ADARGA_ERROR_STATE);
        assert_eq!((summary.whole, summary.wrong), (0, 0));
        adarga_audit_close(audit);
        adarga_audit_close(ptr::null_mut());
    }
}
