//! From reset to `firmware`: memory, the floating-point unit where there is one, and paint on the stack.

use core::{arch::naked_asm, ptr::addr_of_mut};

/// What unused stack holds.
const PAINT: u32 = 0x5AA5_C33C;

unsafe extern "C" {
    static mut __bss_start: u32;
    static mut __bss_end: u32;
    static mut __data_start: u32;
    static mut __data_end: u32;
    static __data_image: u32;
    static mut __stack_end: u32;
    static mut __stack_top: u32;
    fn firmware() -> !;
}

/// Where the processor begins: the top of the stack, and what handles which exception.
#[unsafe(link_section = ".vectors")]
#[unsafe(no_mangle)]
#[used]
static VECTORS: Vectors = Vectors { stack: addr_of_mut!(__stack_top), reset, faults: [fault; 14] };

#[repr(C)]
struct Vectors {
    stack: *mut u32,
    reset: unsafe extern "C" fn() -> !,
    faults: [unsafe extern "C" fn() -> !; 14],
}

// SAFETY: it is never written
unsafe impl Sync for Vectors {}

#[unsafe(naked)]
unsafe extern "C" fn reset() -> ! {
    // paints from the end of what is linked to the top of the stack, before anything lies there
    naked_asm!(
        "ldr r0, ={end}", "ldr r1, ={top}", "ldr r2, ={paint}",
        "1:", "cmp r0, r1", "bhs 2f", "str r2, [r0]", "adds r0, #4", "b 1b",
        "2:", "bl {begin}",
        end = sym __stack_end, top = sym __stack_top, paint = const PAINT, begin = sym begin,
    )
}

unsafe extern "C" fn begin() -> ! {
    // SAFETY: the linker script says where these lie; nothing in Rust has run yet
    unsafe {
        let mut at = addr_of_mut!(__bss_start);
        while at < addr_of_mut!(__bss_end) {
            at.write_volatile(0);
            at = at.add(1);
        }
        let (mut to, mut from) = (addr_of_mut!(__data_start), &raw const __data_image);
        while to < addr_of_mut!(__data_end) {
            to.write_volatile(from.read());
            (to, from) = (to.add(1), from.add(1));
        }
        #[cfg(target_abi = "eabihf")]
        {
            // full access to the coprocessors 10 and 11
            const CPACR: *mut u32 = 0xE000_ED88 as *mut u32;
            CPACR.write_volatile(CPACR.read_volatile() | 0xF << 20);
            core::arch::asm!("dsb", "isb");
        }
        firmware()
    }
}

unsafe extern "C" fn fault() -> ! {
    crate::host::Stream::output().write(b"{\"n\":null,\"fault\":\"the processor stopped\"}\n");
    crate::host::exit(false)
}

/// The most bytes of stack that were ever used.
pub fn stack_used() -> usize {
    let (mut at, top) = (addr_of_mut!(__stack_end).cast_const(), addr_of_mut!(__stack_top).cast_const());
    // SAFETY: the words between the two are the stack
    while at < top && unsafe { at.read_volatile() } == PAINT {
        at = at.wrapping_add(1);
    }
    top as usize - at as usize
}

/// Bytes that are there for the stack.
pub fn painted() -> usize {
    addr_of_mut!(__stack_top) as usize - addr_of_mut!(__stack_end) as usize
}
