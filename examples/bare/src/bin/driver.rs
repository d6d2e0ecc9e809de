#![no_std]
#![no_main]
//! The driver of the tests on bare metal: one JSON object a line comes in, one goes out, as `adarga driver` speaks them. There is no
//! compiler here: policies, key sets, schemas and limits come as the images that the runner had made (its op `compiled`).

#[path = "../driver/answer.rs"]
mod answer;
#[path = "../driver/audit.rs"]
mod audit;
#[path = "../driver/jose.rs"]
mod jose;
#[path = "../driver/ops.rs"]
mod ops;
#[path = "../driver/question.rs"]
mod question;
#[path = "../driver/seal.rs"]
mod seal;
#[path = "../driver/text.rs"]
mod text;
#[path = "../driver/whole.rs"]
mod whole;

use core::{panic::PanicInfo, ptr::addr_of_mut};

use adarga_bare::{arena::Arena, host, stack_used};
use answer::Answer;
use question::{Fault, Question, fault};

const LINE_MAX: usize = 1 << 20;
const ANSWER_MAX: usize = 512 << 10;
const MEMORY: usize = 14 << 20;

#[unsafe(link_section = ".large")]
static mut LINE: [u8; LINE_MAX] = [0; LINE_MAX];
#[unsafe(link_section = ".large")]
static mut ANSWER: [u8; ANSWER_MAX] = [0; ANSWER_MAX];
#[unsafe(link_section = ".large")]
static mut WORK: [u8; MEMORY] = [0; MEMORY];

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let mut line = [0; 512];
    let mut answer = Answer::new(&mut line);
    answer.raw(b"{\"n\":null,\"fault\":\"").number(info).raw(b"\"}\n");
    host::Stream::output().write(answer.line().unwrap_or(b"panic\n"));
    host::exit(false)
}

/// Called by the start code.
#[unsafe(no_mangle)]
extern "C" fn firmware() -> ! {
    // SAFETY: this runs once, and nobody else knows these memories
    let (line, answer, work) = unsafe { (&mut *addr_of_mut!(LINE), &mut *addr_of_mut!(ANSWER), &mut *addr_of_mut!(WORK)) };
    let (input, output) = (host::Stream::input(), host::Stream::output());
    let mut len = 0;
    loop {
        let Some(end) = line[..len].iter().position(|&byte| byte == b'\n') else {
            if len == line.len() {
                break;
            }
            match input.read(&mut line[len..]) {
                0 => break,
                more => len += more,
            }
            continue;
        };
        if !line[..end].trim_ascii().is_empty() {
            let mut answer = Answer::new(answer);
            respond(&line[..end], work, &mut answer);
            output.write(answer.line().unwrap_or(b"{\"n\":null,\"fault\":\"the answer is too long\"}\n"));
        }
        line.copy_within(end + 1..len, 0);
        len -= end + 1;
    }
    host::exit(len == 0)
}

/// The answer to a line: `n`, then `ok` or `fault`, then what the op adds.
fn respond(line: &[u8], work: &mut [u8], out: &mut Answer<'_>) {
    let mut arena = Arena::new(work);
    let Some(question) = Question::read(line, &mut arena) else {
        out.raw(b"{\"n\":null,\"fault\":\"line\"}\n");
        return;
    };
    out.raw(b"{\"n\":").raw(question.member("n").map_or(b"null", |n| n.raw()));
    let head = out.len();
    if let Err(fault) = ask(&question, &mut arena, out) {
        out.cut(head);
        out.text("fault", fault.as_bytes());
    }
    out.raw(b"}\n");
}

fn ask<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    match q.text("op")? {
        b"json" => ops::json(q, arena, out),
        b"message" => ops::message(q, arena, out),
        b"frame" => ops::frame(q, arena, out),
        b"jws" => jose::jws(q, arena, out),
        b"token" => jose::token(q, arena, out),
        b"signature" => jose::signature(q, arena, out),
        b"permission" => ops::permission(q, out),
        b"path" => ops::path(q, arena, out),
        b"uri" => ops::uri(q, arena, out),
        b"threat" => ops::threat(q, arena, out),
        b"rate" => ops::rate(q, arena, out),
        b"seal" => seal::seal(q, arena, out),
        b"unseal" => seal::unseal(q, arena, out),
        b"aead" => seal::aead(q, arena, out),
        b"audit" => audit::audit(q, arena, out),
        b"format" => text::format(q, arena, out),
        b"escape" => text::escape(q, arena, out),
        b"redact" => text::redact(q, arena, out),
        b"detect" => text::detect(q, arena, out),
        b"check_digit" => text::check_digit(q, arena, out),
        b"schema" | b"mcp" => ops::schema(q, arena, out),
        b"decide" => whole::decide(q, arena, out),
        b"release" => whole::release(q, arena, out),
        // of this firmware alone: the most stack that any line before took
        b"stack" => {
            out.verdict(adarga_core::Reason::Allowed).member("stack").number(stack_used());
            Ok(())
        }
        _ => Err(fault!("op")),
    }
}
