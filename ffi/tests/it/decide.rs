//! Whole decisions, in one call and step by step, and what comes back.

use adarga::*;

use crate::support::{POLICY, Worker, bytes, output, reason, request, text, view, zeroed};

const READ: &str = r#""name":"read_file","arguments":{"path":"a.txt"}"#;

#[test]
fn an_allowed_call_gets_a_ticket_and_its_answer_is_released() {
    let mut worker = Worker::new(POLICY);
    let body = request(1, "tools/list", "");
    let (status, decision) = worker.decide(&body);
    assert_eq!((status, decision.allowed, reason(decision.reason).as_str()), (ADARGA_OK, 1, "allowed"));
    assert_eq!((text(decision.subject).as_str(), decision.kind, decision.items), ("local", ADARGA_KIND_REQUEST, 1));

    let mut ticket = zeroed::<adarga_ticket>();
    let (gate, machine) = (&raw const *worker.gate, &raw mut *worker.machine);
    let status = unsafe { adarga_ticket_draw(gate, machine, &worker.call, view(&body), &worker.work, 0, &mut *ticket) };
    assert_eq!(status, ADARGA_OK);
    let mut id = view("");
    assert_eq!(unsafe { adarga_ticket_id(&*ticket, &mut id) }, ADARGA_OK);
    assert_eq!(text(id), "1");

    let answer = r#"{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","ttlMs":0,"cacheScope":"private","tools":[
        {"name":"read_file","inputSchema":{"type":"object"}},{"name":"delete_user","inputSchema":{"type":"object"}}]}}"#
        .replace('\n', " ");
    let (mut reading, mut result) = (zeroed::<adarga_reading>(), adarga_read_result::default());
    let status = unsafe { adarga_read(gate, view(&answer), &worker.work, &mut *reading, &mut result) };
    assert_eq!((status, reason(result.reason).as_str(), text(result.answers).as_str()), (ADARGA_OK, "allowed", "1"));

    let mut enough = 0;
    assert_eq!(unsafe { adarga_released_max(gate, answer.len(), &mut enough) }, ADARGA_OK);
    let mut room = vec![0; enough];
    let (mut out, mut released) = (output(&mut room), adarga_released::default());
    let status = unsafe { adarga_release(gate, &*ticket, &*reading, view(&answer), &worker.work, &mut out, &mut released) };
    assert_eq!((status, released.edited, released.reason), (ADARGA_OK, 1, 1));
    let sent = text(released.bytes);
    assert!(sent.contains("read_file") && !sent.contains("delete_user"), "{sent}");
}

#[test]
fn a_denial_says_why_and_where() {
    let mut worker = Worker::new(POLICY);
    let body = request(7, "tools/call", r#""name":"read_file","arguments":{"path":"../etc/passwd"}"#);
    let (status, decision) = worker.decide(&body);
    assert_eq!((status, decision.allowed, reason(decision.reason).as_str()), (ADARGA_OK, 0, "path.escape"));
    assert_eq!(text(decision.route), "read_file");
    assert!(text(decision.reply).contains("\"id\":7"));

    let mut room = vec![0; 256];
    let mut out = output(&mut room);
    let (gate, machine) = (&raw const *worker.gate, &raw mut *worker.machine);
    assert_eq!(unsafe { adarga_place_pointer(gate, machine, view(&body), &worker.work, &mut out) }, ADARGA_OK);
    assert_eq!(String::from_utf8(room[..out.len].to_vec()).unwrap(), "/params/arguments/path");

    let mut ticket = zeroed::<adarga_ticket>();
    let status = unsafe { adarga_ticket_draw(gate, machine, &worker.call, view(&body), &worker.work, 0, &mut *ticket) };
    assert_eq!(status, ADARGA_ERROR_ABSENT);
    let mut id = view("x");
    assert_eq!(unsafe { adarga_ticket_id(&*ticket, &mut id) }, ADARGA_ERROR_STATE);
}

#[test]
fn a_decision_says_what_arguments_break_and_what_they_look_like() {
    let policy = format!(
        "[threats]\nsql = \"report\"\nhtml = \"block\"\n{POLICY}\n[tools.find]\npermission = \"read:content\"\n\
        input = {{ properties = {{ n = {{ type = \"integer\" }} }} }}\n"
    );
    let mut worker = Worker::new(&policy);
    let find = |arguments: &str| request(1, "tools/call", &format!(r#""name":"find","arguments":{arguments}"#));
    for (arguments, allowed, expected, threats, keyword) in [
        (r#"{"n":1}"#, 1, "allowed", 0, ""),
        (r#"{"q":"1' or '1'='1"}"#, 1, "allowed", ADARGA_THREAT_SQL, ""),
        (r#"{"q":"<script>alert(1)</script>"}"#, 0, "threat.html", ADARGA_THREAT_HTML, ""),
        (r#"{"n":"1"}"#, 0, "arguments.schema", 0, "type"),
    ] {
        worker.call.now_ms += 60_000; // the policy's limit
        let (status, decision) = worker.decide(&find(arguments));
        assert_eq!((status, decision.allowed, reason(decision.reason).as_str()), (ADARGA_OK, allowed, expected), "{arguments}");
        assert_eq!((decision.threats, text(decision.keyword).as_str()), (threats, keyword), "{arguments}");
    }
    // an older caller, whose struct ends before the keyword, gets what it has room for
    let mut older =
        adarga_decision { size: u32::try_from(std::mem::offset_of!(adarga_decision, keyword)).unwrap(), ..Default::default() };
    older.keyword = view("untouched");
    let body = find(r#"{"n":"1"}"#);
    worker.call.now_ms += 60_000;
    let status =
        unsafe { adarga_decide(&*worker.gate, &mut *worker.machine, &worker.call, view(&body), &worker.work, &mut older) };
    assert_eq!(
        (status, reason(older.reason).as_str(), text(older.keyword).as_str()),
        (ADARGA_OK, "arguments.schema", "untouched")
    );
}

#[test]
fn the_steps_give_what_one_call_gives() {
    for params in [READ, r#""name":"delete_user","arguments":{}"#, r#""name":"nothing","arguments":{}"#] {
        let body = request(3, "tools/call", params);
        let mut whole = Worker::new(POLICY);
        let (_, expected) = whole.decide(&body);

        let mut steps = Worker::new(POLICY);
        let (gate, machine, mut step) = (&raw const *steps.gate, &raw mut *steps.machine, 9);
        unsafe {
            assert_eq!(adarga_start(gate, machine, &steps.call, &steps.work, &mut step), ADARGA_OK);
            assert_eq!(step, ADARGA_STEP_BODY);
            // not what it waits for
            let wrong = adarga_input { kind: ADARGA_INPUT_KEYS, ..Default::default() };
            let status = adarga_resume(gate, machine, &steps.call, &wrong, &steps.work, &mut step);
            assert_eq!((status, step), (ADARGA_FAULT_OUT_OF_TURN, ADARGA_STEP_NONE));
            let input = adarga_input { kind: ADARGA_INPUT_BODY, bytes: view(&body), ..Default::default() };
            assert_eq!(adarga_resume(gate, machine, &steps.call, &input, &steps.work, &mut step), ADARGA_OK);
            assert_eq!(step, ADARGA_STEP_DONE);
            let mut decision = adarga_decision::default();
            assert_eq!(adarga_machine_decision(gate, machine, &steps.work, &mut decision), ADARGA_OK);
            assert_eq!((decision.reason, decision.status), (expected.reason, expected.status));
            assert_eq!(bytes(decision.reply), bytes(expected.reply));
        }
    }
}

#[test]
fn limits_of_the_policy_count_in_the_table() {
    let mut worker = Worker::new(POLICY);
    let body = request(1, "tools/call", READ);
    for _ in 0..3 {
        assert_eq!(worker.decide(&body).1.allowed, 1);
    }
    let (status, decision) = worker.decide(&body);
    assert_eq!((status, reason(decision.reason).as_str()), (ADARGA_OK, "rate.exceeded"));
    assert_eq!((decision.retry_known, decision.retry_after_ms), (1, 60_000));
    // a policy that counts and no table are no verdict
    worker.work.rates = std::ptr::null_mut();
    let (status, decision) = worker.decide(&body);
    assert_eq!((status, decision.allowed, decision.reason), (ADARGA_FAULT_RATES_ABSENT, 0, 0));
}

#[test]
fn a_visitor_sees_every_path_and_may_deny() {
    unsafe extern "C" fn visit(context: *mut std::ffi::c_void, root: u32, path: adarga_view) -> u16 {
        let seen = unsafe { &mut *context.cast::<Vec<(u32, String)>>() };
        seen.push((root, text(path)));
        if text(path) == "a.txt" { 1 } else { 5015 }
    }
    for (path, expected) in [("a.txt", "allowed"), ("b.txt", "path.link")] {
        let mut worker = Worker::new(POLICY);
        let body = request(1, "tools/call", &READ.replace("a.txt", path));
        assert_eq!(worker.decide(&body).1.allowed, 1);
        let (mut seen, mut said): (Vec<(u32, String)>, u16) = (Vec::new(), 9);
        let (gate, machine) = (&raw const *worker.gate, &raw mut *worker.machine);
        let context = (&raw mut seen).cast();
        let status =
            unsafe { adarga_each_path(gate, machine, &worker.call, view(&body), &worker.work, Some(visit), context, &mut said) };
        assert_eq!((status, reason(said).as_str()), (ADARGA_OK, expected));
        assert_eq!(seen, [(0, path.to_owned())]);
        let (mut name, mut directory) = (view(""), view(""));
        assert_eq!(unsafe { adarga_gate_root(gate, 0, &mut name, &mut directory) }, ADARGA_OK);
        assert_eq!((text(name).as_str(), text(directory).as_str()), ("docs", "/srv/docs"));
        assert_eq!(unsafe { adarga_gate_root(gate, 1, &mut name, &mut directory) }, ADARGA_ERROR_ABSENT);
    }
}
