//! Lines of stdio.

use adarga_core::frame::{Framed, Framer};

use crate::{
    memory::{adarga_buffer, adarga_view, lock, object, pointer_mut},
    status::answer,
};

/// Collects lines from chunks of any size. Zeroes are one at the start of a line.
#[repr(C)]
pub struct adarga_framer {
    opaque: [u64; 5],
}
object!(adarga_framer, Framer, b"fra0");

/// The chunk is used up; the line goes on in the next one.
pub const ADARGA_FRAMED_MORE: u32 = 0;
/// A whole line.
pub const ADARGA_FRAMED_LINE: u32 = 1;
/// A line longer than the buffer came to its end; all of it was dropped.
pub const ADARGA_FRAMED_DROPPED: u32 = 2;

/// Takes bytes from the front of `*chunk` up to the end of a line or of the chunk, and moves `*chunk` behind them. `buffer` is the same
/// at every call; its length is the longest line (`adarga_gate_body_max`). `framed` becomes an ADARGA_FRAMED_…, `line` a line without
/// its line feed, in the chunk or the buffer until the next call.
///
/// Threads: one. Failure: ADARGA_FRAMED_MORE, no line.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_frame(
    framer: *mut adarga_framer,
    buffer: adarga_buffer,
    chunk: *mut adarga_view,
    line: *mut adarga_view,
    framed: *mut u32,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let (framed, line, chunk, mut framer, room, mut rest) = unsafe {
            let (framed, line) = (pointer_mut(framed)?, pointer_mut(line)?);
            (*framed, *line) = (ADARGA_FRAMED_MORE, adarga_view::NONE);
            let chunk = pointer_mut(chunk)?;
            buffer.apart(*chunk)?;
            let rest = chunk.bytes()?;
            (framed, line, chunk, lock(framer, Some(Framer::new))?, buffer.bytes()?, rest)
        };
        (*framed, *line) = match framer.next(room, &mut rest) {
            Framed::Line(found) => (ADARGA_FRAMED_LINE, adarga_view::of(found)),
            Framed::Dropped => (ADARGA_FRAMED_DROPPED, adarga_view::NONE),
            Framed::More => (ADARGA_FRAMED_MORE, adarga_view::NONE),
        };
        *chunk = adarga_view::of(rest);
        Ok(())
    })
}

/// Says how many lines were dropped so far, and whether the stream ended in the middle of one. Threads: one. Failure: 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_framer_state(framer: *mut adarga_framer, dropped: *mut u64, mid_line: *mut u32) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let (dropped, mid_line, framer) =
            unsafe { (pointer_mut(dropped)?, pointer_mut(mid_line)?, lock(framer, Some(Framer::new))) };
        (*dropped, *mid_line) = (0, 0);
        let framer = framer?;
        (*dropped, *mid_line) = (framer.dropped(), framer.is_mid_line().into());
        Ok(())
    })
}
