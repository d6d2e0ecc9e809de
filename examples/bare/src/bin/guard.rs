#![no_std]
#![no_main]
//! A guard in firmware: its policy and its keys lie in pages of flash of their own, JSON-RPC lines come in, answers go out.
//!
//! A line is judged where it lies; a denied one is answered by core, an allowed `tools/call` by [`handle`], whose answer the policy sees
//! as well. A line `token …` gives the credential of the lines behind it. This machine has no clock: no token can be judged, since
//! nobody knows whether it has expired, so each is denied, and that is said at the start.

use core::{panic::PanicInfo, ptr::addr_of_mut};

use adarga_bare::{host, painted, stack_used};
use adarga_core::{
    Call, Decision, Gate, Machine, Scratch, Session, Step, Ticket,
    arrival::Transport,
    decide::{Input, Work},
    frame::{Framed, Framer},
    identity::Verifier,
    json::{Node, Value},
    keys::KeySet,
    rate::{LocalTable, Slot},
    release::Released,
    signature::RustCrypto,
    verdict::REPLY_MAX,
    write::Out,
};

/// The image that `adarga compile` wrote.
#[unsafe(link_section = ".policy")]
#[used]
static POLICY: [u8; include_bytes!(env!("ADARGA_POLICY")).len()] = *include_bytes!(env!("ADARGA_POLICY"));
/// The key set that was provisioned; none as long as these are zeroes.
#[unsafe(link_section = ".keys")]
#[used]
static KEYS: [u8; include_bytes!(env!("ADARGA_KEYS")).len()] = *include_bytes!(env!("ADARGA_KEYS"));

/// What the policy's `limits` allow at most.
const VALUES: usize = if cfg!(small) { 64 } else { 1024 };
const BODY: usize = if cfg!(small) { 512 } else { 8192 };
const CLIENTS: usize = if cfg!(small) { 16 } else { 256 };
const TOKEN: usize = if cfg!(small) { 16 } else { 4096 };

struct Memory {
    line: [u8; BODY],
    token: [u8; TOKEN],
    nodes: [Node; VALUES],
    slots: [u32; VALUES],
    text: [u8; BODY],
    reply: [u8; REPLY_MAX],
    rates: [Slot; CLIENTS],
    answer: [u8; 256],
}

static mut MEMORY: core::mem::MaybeUninit<Memory> = core::mem::MaybeUninit::zeroed();
static mut MACHINE: core::mem::MaybeUninit<Machine> = core::mem::MaybeUninit::uninit();

// a sysroot without `alloc` has to refuse this
#[cfg(adarga_alloc)]
extern crate alloc;

#[cfg(not(adarga_proof))]
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    host::exit(false)
}

#[cfg(adarga_proof)]
unsafe extern "C" {
    safe fn adarga_panic_is_reachable() -> !;
}

/// A panic that can be reached does not link.
#[cfg(adarga_proof)]
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    adarga_panic_is_reachable()
}

/// A panic that nothing prevents: with it the firmware must not link, which shows that the proof can fail.
#[cfg(adarga_canary)]
#[unsafe(no_mangle)]
#[inline(never)]
extern "C" fn canary(at: usize) -> u8 {
    KEYS[at]
}

/// Called by the start code.
#[unsafe(no_mangle)]
extern "C" fn firmware() -> ! {
    #[cfg(adarga_canary)]
    core::hint::black_box(canary as extern "C" fn(usize) -> u8);
    // SAFETY: this runs once; zeroes are a value of everything in there, and the machine is written before it is read
    let (memory, machine) = unsafe {
        let machine = &mut *addr_of_mut!(MACHINE);
        ((*addr_of_mut!(MEMORY)).assume_init_mut(), machine.write(Machine::new()))
    };
    let (input, output) = (host::Stream::input(), host::Stream::output());
    let gate = match Gate::open(&POLICY) {
        Ok(gate) => gate,
        Err(fault) => stop(output, fault.text()),
    };
    let keys = match KEYS.first() {
        None | Some(0) => None,
        Some(_) => match KeySet::open(&KEYS) {
            Ok(keys) => Some(keys),
            Err(fault) => stop(output, fault.text()),
        },
    };
    let note: &[u8] = b"adarga: this machine has no clock: every token is denied\n";
    if gate.image().authentication().is_some() {
        output.write(note);
    }
    serve(&gate, keys, memory, machine, input, output);
    report(output);
    host::exit(true)
}

fn stop(output: host::Stream, text: &str) -> ! {
    output.write(b"adarga: ");
    output.write(text.as_bytes());
    output.write(b"\n");
    host::exit(false)
}

fn report(output: host::Stream) {
    let mut line = [0; 96];
    let mut out = Out::new(&mut line);
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    out.raw(b"adarga: stack ").integer(number(stack_used())).raw(b" of ").integer(number(painted()));
    out.raw(b", memory ").integer(number(size_of::<Memory>() + size_of::<Machine>())).raw(b"\n");
    output.write(out.finish().unwrap_or_default());
}

/// Judges line after line until there are no more.
fn serve(
    gate: &Gate<'_>,
    keys: Option<KeySet<'_>>,
    memory: &mut Memory,
    machine: &mut Machine,
    input: host::Stream,
    output: host::Stream,
) {
    let Memory { line, token, nodes, slots, text, reply, rates, answer } = memory;
    let mut scratch = Scratch::new(nodes, slots, text, (1, 2));
    let mut table = LocalTable::new(rates, &mut [], 0, (1, 2));
    let (mut session, mut framer, mut chunk) = (Session::new(), Framer::new(), [0; 64]);
    let mut token_len = 0;
    loop {
        let read = input.read(&mut chunk);
        let mut rest = chunk.get(..read).unwrap_or_default();
        if rest.is_empty() {
            return;
        }
        loop {
            let line = match framer.next(line, &mut rest) {
                Framed::Line(line) => line,
                Framed::Dropped => continue,
                Framed::More => break,
            };
            if let Some(given) = line.strip_prefix(b"token ") {
                token_len = given.len().min(TOKEN);
                token.iter_mut().zip(given).for_each(|(to, from)| *to = *from);
                continue;
            }
            let token = token.get(..token_len).filter(|token| !token.is_empty());
            let verifier = keys.map(|keys| Verifier { keys, crypto: &RustCrypto });
            let call = Call { token, verifier, ..Call::new(Transport::Stdio, 0) };
            let mut work = Work::new(&mut scratch, reply);
            work.session = Some(&mut session);
            work.rates = Some(&mut table);
            machine.reset();
            let asked = |step| if step == Step::Keys { Input::Keys(None) } else { Input::Identity(None) };
            let decision = match gate.drive(machine, &call, line, &mut work, asked) {
                Ok(decision) => decision,
                Err(fault) => stop(output, fault.text()),
            };
            let denied = decision.reply(reply);
            if !decision.allowed() {
                output.write(denied);
                output.write(if denied.is_empty() { b"" } else { b"\n" });
                continue;
            }
            allowed(gate, decision, &call, &mut session, line, &mut scratch, (answer, reply), output);
        }
    }
}

/// Answers what is allowed, if it waits for an answer.
#[inline(never)]
#[expect(clippy::too_many_arguments, reason = "what one call consists of")]
fn allowed(
    gate: &Gate<'_>,
    decision: &Decision,
    call: &Call<'_>,
    session: &mut Session,
    line: &[u8],
    scratch: &mut Scratch<'_>,
    (answer, room): (&mut [u8; 256], &mut [u8; REPLY_MAX]),
    output: host::Stream,
) {
    let document = decision.document(line, scratch);
    let Some(ticket) = gate.ticket(decision, call, Some(session), document, 0) else { return };
    let Some(answer) = handle(&ticket, document.root(), answer) else { return };
    let Ok(reading) = gate.read(answer, scratch, Some(session)) else { return };
    let document = reading.document(answer, scratch);
    gate.settle(&ticket, document, session);
    // a reply has 8 KiB, the longest released answer less than one
    const { assert!(REPLY_MAX >= 4 * 256) };
    // its policy has no schema of results
    match gate.release(&ticket, &reading, answer, scratch, None, room) {
        Ok(Released::Unchanged) => output.write(answer),
        Ok(Released::Edited(bytes)) => output.write(bytes),
        Ok(Released::Denied(_)) | Err(_) => return,
    }
    output.write(b"\n");
}

/// The server behind the guard: it says who it is, and `read_temperature` is its one tool.
fn handle<'a>(ticket: &Ticket, request: Value<'_>, answer: &'a mut [u8]) -> Option<&'a [u8]> {
    let mut out = Out::new(answer);
    out.raw(b"{\"jsonrpc\":\"2.0\",\"id\":").raw(ticket.id()).raw(b",\"result\":{");
    match request.get(b"method")?.text()? {
        b"initialize" => out
            .raw(b"\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}},")
            .raw(b"\"serverInfo\":{\"name\":\"thermometer\",\"version\":\"1\"}}}"),
        b"tools/list" => out.raw(b"\"tools\":[{\"name\":\"read_temperature\",\"inputSchema\":{\"type\":\"object\"}}]}}"),
        b"tools/call" => out.raw(b"\"content\":[{\"type\":\"text\",\"text\":\"21.5\"}]}}"),
        _ => out.raw(b"}}"),
    };
    out.finish().ok()
}
