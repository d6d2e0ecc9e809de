//! Callers that do everything wrong get a status and a denial, never a crash.

use std::{
    mem, ptr,
    sync::atomic::{AtomicU32, Ordering},
    thread,
};

use adarga::*;

use crate::support::{POLICY, Worker, buffer, image, output, request, view, zeroed};

const BODY: &str = r#""name":"read_file","arguments":{"path":"a.txt"}"#;

fn body() -> String {
    request(1, "tools/call", BODY)
}

#[test]
fn null_is_a_status_wherever_it_stands() {
    let mut worker = Worker::new(POLICY);
    let (gate, machine, body) = (&raw const *worker.gate, &raw mut *worker.machine, body());
    let (call, work): (*const adarga_call, *const adarga_work) = (&worker.call, &worker.work);
    let mut decision = adarga_decision::default();
    let none = ptr::null();
    unsafe {
        for (gate, machine, call, work) in [
            (ptr::null(), machine, call, work),
            (gate, ptr::null_mut(), call, work),
            (gate, machine, none, work),
            (gate, machine, call, ptr::null()),
        ] {
            decision.allowed = 1;
            assert_eq!(adarga_decide(gate, machine, call, view(&body), work, &mut decision), ADARGA_ERROR_NULL);
            assert_eq!((decision.allowed, decision.reason), (0, 0));
        }
        assert_eq!(adarga_decide(gate, machine, call, view(&body), work, ptr::null_mut()), ADARGA_ERROR_NULL);
        let nowhere = adarga_view { ptr: ptr::null(), len: 3 };
        assert_eq!(adarga_decide(gate, machine, call, nowhere, work, &mut decision), ADARGA_ERROR_NULL);
        assert_eq!(adarga_gate_open(ptr::null_mut(), nowhere), ADARGA_ERROR_NULL);
        assert_eq!(adarga_scratch_size(gate, ptr::null_mut()), ADARGA_ERROR_NULL);
        assert_eq!(adarga_reason_name(1, ptr::null_mut()), ADARGA_ERROR_NULL);
        assert_eq!(adarga_escape(view("html"), view("x"), ptr::null_mut()), ADARGA_ERROR_NULL);
        assert_eq!(adarga_policy_compile(view("p.toml"), view(""), ptr::null_mut(), ptr::null_mut()), ADARGA_ERROR_NULL);
        let mut seen = 9;
        assert_eq!(adarga_each_path(gate, machine, call, view(&body), work, None, ptr::null_mut(), &mut seen), ADARGA_ERROR_NULL);
        assert_eq!(seen, 0);
    }
    // and after all of it the worker works
    assert_eq!(worker.decide(&body).1.allowed, 1);
}

#[test]
fn lengths_beyond_memory_are_refused_before_they_are_read() {
    let mut worker = Worker::new(POLICY);
    let text = body();
    let mut decision = adarga_decision::default();
    for len in [usize::MAX, usize::MAX / 2 + 1, isize::MAX as usize] {
        let huge = adarga_view { ptr: ptr::without_provenance(usize::MAX - 8), len };
        let status =
            unsafe { adarga_decide(&*worker.gate, &mut *worker.machine, &worker.call, huge, &worker.work, &mut decision) };
        assert_eq!((status, decision.allowed), (ADARGA_ERROR_LENGTH, 0));
    }
    let call = worker.call;
    worker.call.transport = ADARGA_TRANSPORT_HTTP;
    worker.call.method = view("POST");
    worker.call.headers = ptr::without_provenance(8);
    worker.call.header_count = usize::MAX;
    assert_eq!(worker.decide(&text).0, ADARGA_ERROR_VALUE);
    let asserted =
        adarga_asserted { subject: view("a"), roles: ptr::without_provenance(8), role_count: usize::MAX, ..Default::default() };
    worker.call = adarga_call { asserted: &asserted, ..call };
    assert_eq!(worker.decide(&text).0, ADARGA_ERROR_VALUE);
    worker.call = call;
    assert_eq!(worker.decide(&text).1.allowed, 1);
}

#[test]
fn misaligned_pointers_are_a_status() {
    let mut worker = Worker::new(POLICY);
    let text = body();
    let mut memory = vec![0_u64; 600];
    let crooked = memory.as_mut_ptr().cast::<u8>().wrapping_add(1);
    let mut decision = adarga_decision::default();
    unsafe {
        let gate = &raw const *worker.gate;
        let (call, work) = (&raw const worker.call, &raw const worker.work);
        let machine = &raw mut *worker.machine;
        assert_eq!(adarga_decide(crooked.cast(), machine, call, view(&text), work, &mut decision), ADARGA_ERROR_ALIGN);
        assert_eq!(adarga_decide(gate, crooked.cast(), call, view(&text), work, &mut decision), ADARGA_ERROR_ALIGN);
        assert_eq!(adarga_decide(gate, machine, crooked.cast(), view(&text), work, &mut decision), ADARGA_ERROR_ALIGN);
        assert_eq!(adarga_decide(gate, machine, call, view(&text), crooked.cast(), &mut decision), ADARGA_ERROR_ALIGN);
        assert_eq!(adarga_decide(gate, machine, call, view(&text), work, crooked.cast()), ADARGA_ERROR_ALIGN);
        worker.work.session = crooked.cast();
        assert_eq!(worker.decide(&text).0, ADARGA_ERROR_ALIGN);
    }
    // scratch memory and images may begin anywhere
    let mut worker = Worker::new(POLICY);
    let mut scratch = vec![0; worker.work.scratch.len + 1];
    worker.work.scratch = buffer(&mut scratch[1..]);
    assert_eq!(worker.decide(&text).1.allowed, 1);
}

#[test]
fn structs_of_other_versions() {
    let text = body();
    // an older caller: what its struct lacks is zero
    let mut worker = Worker::new(POLICY);
    let mut decision = adarga_decision { size: 20, route: view("untouched"), ..Default::default() };
    let (gate, machine) = (&raw const *worker.gate, &raw mut *worker.machine);
    let status = unsafe { adarga_decide(gate, machine, &worker.call, view(&text), &worker.work, &mut decision) };
    assert_eq!((status, decision.size, decision.allowed, decision.reason), (ADARGA_OK, 20, 1, 1));
    assert_eq!(crate::support::text(decision.route), "untouched");
    worker.call.size = mem::offset_of!(adarga_call, asserted) as u32;
    worker.call.asserted = ptr::without_provenance(1);
    assert_eq!(worker.decide(&text).1.allowed, 1);

    // a newer one: what this library does not know has to be zero
    #[repr(C)]
    struct Newer {
        call: adarga_call,
        more: [u64; 2],
    }
    for (more, expected) in [([0, 0], ADARGA_OK), ([0, 1], ADARGA_ERROR_SIZE)] {
        let worker = &mut Worker::new(POLICY);
        let mut newer = Newer { call: worker.call, more };
        newer.call.size = size_of::<Newer>() as u32;
        let (gate, machine) = (&raw const *worker.gate, &raw mut *worker.machine);
        let mut decision = adarga_decision::default();
        let call = (&raw const newer).cast();
        assert_eq!(unsafe { adarga_decide(gate, machine, call, view(&text), &worker.work, &mut decision) }, expected);
        assert_eq!(decision.allowed == 1, expected == ADARGA_OK);
    }
    for size in [0, 4, 7, 4097, u32::MAX] {
        let mut worker = Worker::new(POLICY);
        worker.call.size = size;
        assert_eq!(worker.decide(&text).0, ADARGA_ERROR_SIZE);
        let mut decision = adarga_decision { size, ..Default::default() };
        let (gate, machine) = (&raw const *worker.gate, &raw mut *worker.machine);
        let status = unsafe { adarga_decide(gate, machine, &worker.call, view(&text), &worker.work, &mut decision) };
        assert_eq!(status, ADARGA_ERROR_SIZE);
    }
}

#[test]
fn a_zeroed_caller_is_denied() {
    let mut worker = Worker::new(POLICY);
    let text = body();
    worker.call = adarga_call::default();
    assert_eq!(worker.decide(&text).0, ADARGA_ERROR_VALUE);
    let zero = zeroed::<adarga_gate>();
    let mut decision = adarga_decision::default();
    let status = unsafe { adarga_decide(&*zero, &mut *worker.machine, &worker.call, view(&text), &worker.work, &mut decision) };
    assert_eq!((status, decision.allowed), (ADARGA_ERROR_STATE, 0));
    worker.call.transport = ADARGA_TRANSPORT_STDIO;
    worker.work = adarga_work::default();
    assert_eq!(worker.decide(&text).0, ADARGA_FAULT_SCRATCH_SMALL);
}

#[test]
fn memory_that_overlaps_is_refused() {
    let mut worker = Worker::new(POLICY);
    let text = body();
    let (work, call) = (worker.work, worker.call);
    worker.work.reply = adarga_buffer { ptr: work.scratch.ptr.wrapping_byte_add(100), len: ADARGA_REPLY_MAX };
    assert_eq!(worker.decide(&text).0, ADARGA_ERROR_OVERLAP);
    worker.work = work;
    let inside = adarga_view { ptr: work.reply.ptr, len: 10 };
    let mut decision = adarga_decision::default();
    let (gate, machine) = (&raw const *worker.gate, &raw mut *worker.machine);
    let status = unsafe { adarga_decide(gate, machine, &worker.call, inside, &worker.work, &mut decision) };
    assert_eq!((status, decision.allowed), (ADARGA_ERROR_OVERLAP, 0));
    worker.call = adarga_call { token: inside, ..call };
    assert_eq!(worker.decide(&text).0, ADARGA_ERROR_OVERLAP);
    let mut room = vec![0; 16];
    let mut out = output(&mut room);
    let own = adarga_view { ptr: out.ptr, len: 4 };
    assert_eq!(unsafe { adarga_escape(view("html"), own, &mut out) }, ADARGA_ERROR_OVERLAP);
}

#[test]
fn images_that_were_cut_or_changed_are_refused() {
    let good = image(POLICY);
    let mut gate = zeroed::<adarga_gate>();
    for len in (0..good.len()).step_by(7) {
        assert_ne!(unsafe { adarga_gate_open(&mut *gate, view(&good[..len])) }, ADARGA_OK, "{len}");
    }
    for bit in (0..good.len() * 8).step_by(13) {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(unsafe { adarga_gate_open(&mut *gate, view(&bad)) }, ADARGA_OK, "{bit}");
        // what was opened before is none now
        let mut size = 9;
        assert_eq!(unsafe { adarga_scratch_size(&*gate, &mut size) }, ADARGA_ERROR_STATE);
        assert_eq!(size, 0);
    }
    let (mut keys, mut revoked) = (zeroed::<adarga_keys>(), zeroed::<adarga_revoked>());
    unsafe {
        assert_eq!(adarga_keys_open(&mut *keys, view(&good)), ADARGA_FAULT_KEYS_LABEL);
        assert_eq!(adarga_revoked_open(&mut *revoked, view(&good)), ADARGA_FAULT_REVOKED_LABEL);
    }
    // an object of another kind is none
    let mut worker = Worker::new(POLICY);
    worker.work.session = (&raw mut *worker.rates).cast();
    assert_eq!(worker.decide(&body()).0, ADARGA_ERROR_STATE);
}

#[test]
fn threads_that_share_what_they_must_not_are_told_so() {
    struct Shared<T>(T);
    // SAFETY: sharing it is what is tested
    unsafe impl<T> Sync for Shared<T> {}
    let worker = Worker::new(POLICY);
    let (mut rates, mut size) = (zeroed::<adarga_rates>(), 0);
    let seed = [1_u64, 2];
    let limit = adarga_limit { kind: ADARGA_LIMIT_WINDOW, calls: 64, span_ms: 60_000, ..Default::default() };
    assert_eq!(unsafe { adarga_table_size(ADARGA_RATES_LOCAL, 4, 64, &mut size) }, ADARGA_OK);
    let mut memory = vec![0; size];
    let status = unsafe { adarga_table_init(&mut *rates, ADARGA_RATES_LOCAL, 4, 64, buffer(&mut memory), seed.as_ptr()) };
    assert_eq!(status, ADARGA_OK);
    let shared = Shared((&raw mut *rates, &raw const *worker.gate));
    let granted = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let Shared((rates, _)) = &shared;
                for _ in 0..500 {
                    let mut charged = adarga_charged::default();
                    let now_ms = crate::support::NOW_MS;
                    match unsafe { adarga_rates_charge(*rates, &limit, 0, view("a"), 1, now_ms, &mut charged) } {
                        ADARGA_OK if charged.reason == 1 => drop(granted.fetch_add(1, Ordering::Relaxed)),
                        ADARGA_OK => assert_eq!(charged.reason, 7001),
                        status => assert_eq!((status, charged.reason), (ADARGA_ERROR_BUSY, 0)),
                    }
                }
            });
        }
    });
    assert_eq!(granted.into_inner(), 64);
}

#[test]
fn a_call_inside_of_a_call_is_busy() {
    unsafe extern "C" fn visit(context: *mut std::ffi::c_void, _: u32, _: adarga_view) -> u16 {
        let worker = unsafe { &*context.cast::<Worker>() };
        let mut decision = adarga_decision::default();
        let machine = (&raw const *worker.machine).cast_mut();
        let status = unsafe { adarga_machine_decision(&*worker.gate, machine, &worker.work, &mut decision) };
        assert_eq!((status, decision.allowed), (ADARGA_ERROR_BUSY, 0));
        1
    }
    let mut worker = Worker::new(POLICY);
    let text = body();
    assert_eq!(worker.decide(&text).1.allowed, 1);
    let (gate, machine, mut said) = (&raw const *worker.gate, &raw mut *worker.machine, 0);
    let (call, work) = (&raw const worker.call, &raw const worker.work);
    let context = (&raw mut worker).cast();
    let status = unsafe { adarga_each_path(gate, machine, call, view(&text), work, Some(visit), context, &mut said) };
    assert_eq!((status, said), (ADARGA_OK, 1));
}
