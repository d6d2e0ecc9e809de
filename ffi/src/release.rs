//! Tickets, and what comes back.

use adarga_core::{
    Ticket,
    message::Kind,
    protection::Protection,
    reason::{Denial, Place},
    release::{Reading, Released},
};

use crate::{
    call::{Lists, adarga_call, call},
    decide::{ADARGA_PLACE_NOWHERE, ADARGA_PLACE_OFFSET, ADARGA_PLACE_VALUE, adarga_machine, kind},
    gate::adarga_gate,
    grow::{deny, grows},
    memory::{adarga_output, adarga_view, clear, lock, object, place, pointer_mut, share},
    reason::ADARGA_REASON_ALLOWED,
    status::{ADARGA_ERROR_ABSENT, ADARGA_ERROR_ROOM, ADARGA_ERROR_VALUE, ADARGA_FAULT_OUTPUT_SMALL, Status, answer},
    work::{Lent, adarga_work},
};

/// What the host keeps of an allowed request until its answer comes. It holds no pointers: it may be copied and moved.
#[repr(C)]
pub struct adarga_ticket {
    opaque: [u64; 320],
}
object!(adarga_ticket, Ticket, b"tic0");

/// A server's message that was read, before it is known which request it answers. It holds no pointers.
#[repr(C)]
pub struct adarga_reading {
    opaque: [u64; 24],
}
object!(adarga_reading, Reading, b"rea0");

/// What was found of a server's message.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_read_result {
    /// sizeof(adarga_read_result).
    pub size: u32,
    /// ADARGA_REASON_ALLOWED, or why the message must not be passed on.
    pub reason: u16,
    /// An ADARGA_KIND_…; of a batch, of the first message.
    pub kind: u8,
    /// An ADARGA_PLACE_… of the culprit.
    pub place_kind: u8,
    /// Where the culprit stands.
    pub place: u32,
    /// How many messages a batch holds; 1 for a single message.
    pub items: u32,
    /// The id of the request that it answers, as it stands in the message; absent when it answers none.
    pub answers: adarga_view,
}

/// What may go out.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_released {
    /// sizeof(adarga_released).
    pub size: u32,
    /// ADARGA_REASON_ALLOWED, or why nothing may.
    pub reason: u16,
    /// Not 0: `bytes` are in the output; otherwise they are the server's own.
    pub edited: u16,
    /// The message for the client; absent when it is denied.
    pub bytes: adarga_view,
}
grows!(adarga_read_result adarga_released);

/// Draws the ticket of the `item`th message of an allowed input, 0 for a single one. `call`, `body` and `work` are those of the decision,
/// whose scratch memory was not used since. Threads: one for each machine and work.
/// Failure: ADARGA_ERROR_ABSENT for what gets no answer or was denied; `ticket` is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_ticket_draw(
    gate: *const adarga_gate,
    machine: *mut adarga_machine,
    from: *const adarga_call,
    body: adarga_view,
    work: *const adarga_work,
    item: u16,
    ticket: *mut adarga_ticket,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            clear(ticket)?;
            let gate = share(gate)?;
            let machine = lock(machine, None)?;
            let needs = gate.needs();
            let lent = Lent::of(work, &needs)?;
            lent.apart(body)?;
            let mut lists = Lists::NEW;
            let call = call(from, &mut lists, &lent)?;
            let decision = machine.decision();
            let document = decision.document(body.bytes()?, &lent.scratch);
            let drawn = gate.ticket(decision, &call, lent.session.as_deref(), document, item);
            place(ticket, drawn.ok_or(Status(ADARGA_ERROR_ABSENT))?)
        }
    })
}

/// Gives the id of the request as it stood in its message, quotes included, borrowed from the ticket. Threads: any number. Failure: absent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_ticket_id(ticket: *const adarga_ticket, id: *mut adarga_view) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let id = pointer_mut(id)?;
            *id = adarga_view::NONE;
            *id = adarga_view::of(share(ticket)?.id());
        }
        Ok(())
    })
}

/// Reads a server's message as strictly as a client's. `reading` is for `adarga_release`, with the same `bytes` and `work`, whose scratch
/// memory must not be used in between. Of `work`, scratch memory and session are used; NULL for the session: none is asked.
///
/// Threads: one for each work. Failure: `result` denies, `reading` is none; so it is when `result->reason` denies.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_read(
    gate: *const adarga_gate,
    bytes: adarga_view,
    work: *const adarga_work,
    reading: *mut adarga_reading,
    result: *mut adarga_read_result,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let out = deny(result)?;
            clear(reading)?;
            let gate = share(gate)?;
            let needs = gate.needs();
            let Lent { mut scratch, session, .. } = {
                let lent = Lent::of(work, &needs)?;
                lent.apart(bytes)?;
                lent
            };
            let read = match gate.read(bytes.bytes()?, &mut scratch, session.as_deref()) {
                Ok(read) => read,
                Err(Denial { reason, place }) => {
                    let (place_kind, place) = match place {
                        Place::Nowhere => (ADARGA_PLACE_NOWHERE, 0),
                        Place::Offset(at) => (ADARGA_PLACE_OFFSET, at),
                        Place::Node(at) => (ADARGA_PLACE_VALUE, at),
                    };
                    let denied = adarga_read_result { reason: reason.number(), place_kind, place, ..Default::default() };
                    out.write(&denied);
                    return Ok(());
                }
            };
            let document = read.document(bytes.bytes()?, &scratch);
            let found = adarga_read_result {
                reason: ADARGA_REASON_ALLOWED,
                kind: kind(read.message().kind()),
                items: u32::try_from(read.items()).unwrap_or(u32::MAX),
                answers: read.answers(document).map_or(adarga_view::NONE, adarga_view::of),
                ..Default::default()
            };
            place(reading, read)?;
            out.write(&found);
        }
        Ok(())
    })
}

/// Says how many bytes suffice for the `output` of `adarga_release` when the server's message has `len`: more than that where the policy
/// masks data. Threads: any number. Failure: `*bytes` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_released_max(gate: *const adarga_gate, len: usize, bytes: *mut usize) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let (bytes, gate) = unsafe {
            let bytes = pointer_mut(bytes)?;
            *bytes = 0;
            (bytes, share(gate)?)
        };
        *bytes = gate.released_max(len);
        Ok(())
    })
}

/// Releases the answer to a request, edited where the policy asks for it; with a NULL `ticket` a request or notification of the server's
/// own, in which what every answer hides is masked, and which is denied where it asks a person for a secret. The messages of a batch are read and released one by one.
/// `reading`, `bytes` and `work` are those of `adarga_read`; the scratch memory must be read again before another use. When the ticket is
/// one of `initialize`, `work->session` notes what was settled.
///
/// Owner: `released->bytes` are in `output` or `bytes`. Threads: one for each work. Failure: `released` denies; for an `output` that is
/// too small its `len` is what `adarga_released_max` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_release(
    gate: *const adarga_gate,
    ticket: *const adarga_ticket,
    reading: *const adarga_reading,
    bytes: adarga_view,
    work: *const adarga_work,
    output: *mut adarga_output,
    released: *mut adarga_released,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe { release_protected(&Protection::default(), gate, ticket, reading, bytes, work, output, released) }
    })
}

/// As [`adarga_release`], with the keys that what goes out is protected with.
#[expect(clippy::too_many_arguments, reason = "those of the function of the header, and the keys")]
pub(crate) unsafe fn release_protected(
    protection: &Protection<'_>,
    gate: *const adarga_gate,
    ticket: *const adarga_ticket,
    reading: *const adarga_reading,
    bytes: adarga_view,
    work: *const adarga_work,
    output: *mut adarga_output,
    released: *mut adarga_released,
) -> Result<(), Status> {
    // SAFETY: the contract of the header
    unsafe {
        let out = deny(released)?;
        let into = pointer_mut(output)?;
        into.len = 0;
        let (gate, reading) = (share(gate)?.protected(protection), share(reading)?);
        let ticket = if ticket.is_null() { None } else { Some(share(ticket)?) };
        let needs = gate.needs();
        let mut lent = Lent::of(work, &needs)?;
        lent.apart(bytes)?;
        lent.apart(into.buffer().view())?;
        into.buffer().apart(bytes)?;
        let message = bytes.bytes()?;
        let room = into.buffer().bytes()?;
        let judged = match ticket {
            Some(ticket) => gate.release(ticket, reading, message, &mut lent.scratch, lent.checks.as_mut(), room),
            // who answers without a ticket answers nobody
            None if reading.message().kind() == Kind::Response => return Err(Status(ADARGA_ERROR_VALUE)),
            None => gate.release_own(reading, message, &mut lent.scratch, room),
        };
        let answer = match judged {
            Ok(Released::Unchanged) => adarga_released { reason: ADARGA_REASON_ALLOWED, bytes, ..Default::default() },
            Ok(Released::Edited(edited)) => {
                into.len = edited.len();
                let bytes = adarga_view::of(edited);
                adarga_released { reason: ADARGA_REASON_ALLOWED, edited: 1, bytes, ..Default::default() }
            }
            Ok(Released::Denied(denial)) => adarga_released { reason: denial.reason.number(), ..Default::default() },
            Err(fault) => {
                let status = Status::from(fault);
                if status == Status(ADARGA_FAULT_OUTPUT_SMALL) {
                    into.len = gate.released_max(message.len());
                    return Err(Status(ADARGA_ERROR_ROOM));
                }
                return Err(status);
            }
        };
        if answer.reason == ADARGA_REASON_ALLOWED
            && let Some(ticket) = ticket
            && let Some(session) = lent.session.as_deref_mut()
        {
            gate.settle(ticket, reading.document(message, &lent.scratch), session);
        }
        out.write(&answer);
    }
    Ok(())
}
