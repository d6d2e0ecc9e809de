#![cfg_attr(not(feature = "std"), no_std)]
#![allow(non_camel_case_types, reason = "types are spelled exactly as C spells them")]
#![allow(clippy::missing_safety_doc, reason = "the header's first comment is the contract of every function")]
#![deny(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]
//! `libadarga`: the C ABI of Adarga. `include/adarga.h` is generated from here and is the manual.
//!
//! `memory` turns C's pointers into Rust's references, or into a [`Status`]; `grow` does the same for structs that carry their size;
//! `status` is the one way out of every function, which no panic crosses. The other modules say what the functions mean and leave
//! all that is decided to `adarga_core`; `host` is the part that needs an operating system.
//!
//! Invariant: a function writes its outputs as a denial before it reads an input.
//! Invariant: what a caller may get wrong in one call (NULL, alignment, lengths, sizes, numbers, objects never set up or in use by
//! another thread, buffers that overlap) is answered by a status. A pointer to memory that is not the caller's can't be.

mod grow;
mod memory;
mod status;

mod cache;
mod call;
mod decide;
mod detect;
mod frame;
mod gate;
mod jose;
mod json;
mod keys;
mod message;
mod path;
mod permission;
mod rates;
mod reason;
mod redact;
mod release;
#[cfg(feature = "seal")]
mod seal;
mod session;
mod text;
mod threat;
mod uri;
mod work;

#[cfg(feature = "host")]
mod host;

pub use cache::*;
pub use call::*;
pub use decide::*;
pub use detect::*;
pub use frame::*;
pub use gate::*;
#[cfg(feature = "host")]
pub use host::*;
pub use jose::*;
pub use json::*;
pub use keys::*;
pub use memory::{adarga_buffer, adarga_output, adarga_view};
pub use message::*;
pub use path::*;
pub use permission::*;
pub use rates::*;
pub use reason::*;
pub use redact::*;
pub use release::*;
#[cfg(feature = "seal")]
pub use seal::*;
pub use session::*;
pub use status::*;
pub use text::*;
pub use threat::*;
pub use uri::*;
pub use work::*;

/// A panic that core is proved not to have: no verdict leaves it.
#[cfg(all(not(feature = "std"), not(test), not(adarga_proof)))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}

/// Declares what no linker finds; inside a macro, where the writer of the header does not look.
#[cfg(all(adarga_proof, not(feature = "std")))]
macro_rules! missing {
    ($name:ident) => {
        unsafe extern "C" {
            safe fn $name() -> !;
        }
    };
}
#[cfg(all(adarga_proof, not(feature = "std")))]
missing!(adarga_panic_is_reachable);

/// `tests/bare/run` links with this one: where a panic can be reached, a symbol is missing.
#[cfg(all(adarga_proof, not(feature = "std")))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    adarga_panic_is_reachable()
}

/// A panic that nothing prevents, on purpose: with it the proof has to fail.
#[cfg(adarga_canary)]
#[unsafe(no_mangle)]
unsafe extern "C" fn adarga_canary(at: usize) -> u8 {
    b"canary"[at]
}
