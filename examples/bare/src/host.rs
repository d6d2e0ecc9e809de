//! The debugger's streams (Arm semihosting): standard input and output of QEMU, or of the probe's console.

use core::arch::asm;

const OPEN: usize = 0x01;
const WRITE: usize = 0x05;
const READ: usize = 0x06;
const EXIT: usize = 0x18;
/// `ADP_Stopped_ApplicationExit`; anything else is told as a failure.
const DONE: usize = 0x20026;
const FAILED: usize = 0x20023;

/// Asks the debugger for an operation.
fn ask(operation: usize, argument: usize) -> usize {
    let answer;
    // SAFETY: the debugger reads the block that `argument` leads to, and writes no other memory than it names
    unsafe {
        asm!("bkpt #0xAB", inlateout("r0") operation => answer, in("r1") argument, options(nostack, preserves_flags));
    }
    answer
}

/// A stream of the debugger.
#[derive(Clone, Copy, Debug)]
pub struct Stream(usize);

impl Stream {
    /// What comes in.
    pub fn input() -> Self {
        Self::open(0)
    }

    /// What goes out.
    pub fn output() -> Self {
        Self::open(4)
    }

    fn open(mode: usize) -> Self {
        let block = [c":tt".as_ptr() as usize, mode, 3];
        Self(ask(OPEN, block.as_ptr() as usize))
    }

    /// Reads what is there, at least a byte, and says how much it was; 0 at the end.
    pub fn read(self, buffer: &mut [u8]) -> usize {
        let block = [self.0, buffer.as_mut_ptr() as usize, buffer.len()];
        let missing = ask(READ, block.as_ptr() as usize);
        buffer.len().saturating_sub(missing)
    }

    /// Writes all of it.
    pub fn write(self, bytes: &[u8]) {
        let block = [self.0, bytes.as_ptr() as usize, bytes.len()];
        ask(WRITE, block.as_ptr() as usize);
    }
}

/// Ends the program.
pub fn exit(good: bool) -> ! {
    ask(EXIT, if good { DONE } else { FAILED });
    loop {
        core::hint::spin_loop();
    }
}
